#include "test.h"

#include "io/loop.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

struct probe {
	struct fl_loop *loop;
	struct fl_timer timer, other;
	int fired, pool_fired;
	int order[8];
	size_t n;
	pthread_t pool_thread;
};

static void count(void *arg)
{
	struct probe *p = arg;
	p->fired++;
}

static void a_timer_fires_once_and_not_early(void **state)
{
	(void)state;
	struct probe p = {.loop = fl_loop_create()};
	uint64_t start = uv_hrtime();
	fl_timer_start(p.loop, &p.timer, 5, count, &p);
	assert_non_null(p.timer.handle);
	fl_loop_run(p.loop);
	assert_int_equal(p.fired, 1);
	assert_null(p.timer.handle);
	/* libuv's clock has a granularity of one millisecond */
	assert_true(uv_hrtime() - start >= 4000000);
	fl_loop_destroy(p.loop);
}

static void stop_first(void *arg)
{
	struct probe *p = arg;
	p->fired++;
	fl_timer_stop(&p->timer); /* inside its own callback: allowed, nothing to do */
	fl_timer_stop(&p->other); /* due in the same round: must not fire any more */
}

static void a_stopped_timer_never_fires(void **state)
{
	(void)state;
	struct probe p = {.loop = fl_loop_create()};
	fl_timer_stop(&p.timer);
	fl_timer_start(p.loop, &p.timer, 1, stop_first, &p);
	fl_timer_start(p.loop, &p.other, 1, count, &p);
	fl_loop_run(p.loop);
	assert_int_equal(p.fired, 1);
	fl_loop_destroy(p.loop);
}

static void again(void *arg)
{
	struct probe *p = arg;
	if (++p->fired < 3)
		fl_timer_start(p->loop, &p->timer, 0, again, p);
}

static void a_timer_is_armed_anew_in_its_callback(void **state)
{
	(void)state;
	struct probe p = {.loop = fl_loop_create()};
	fl_timer_start(p.loop, &p.timer, 3600000, again, &p);
	fl_timer_start(p.loop, &p.timer, 0, again, &p); /* replaces the hour */
	fl_loop_run(p.loop);
	assert_int_equal(p.fired, 3);
	fl_loop_destroy(p.loop);
}

static void on_pool(void *arg)
{
	struct probe *p = arg;
	p->pool_thread = pthread_self();
	p->pool_fired++;
}

static void work_runs_on_a_pool_thread_and_done_on_the_loop(void **state)
{
	(void)state;
	struct probe p = {.loop = fl_loop_create()};
	fl_loop_work(p.loop, on_pool, count, &p);
	fl_loop_run(p.loop);
	assert_int_equal(p.pool_fired, 1);
	assert_int_equal(p.fired, 1);
	assert_false(pthread_equal(p.pool_thread, pthread_self()));
	fl_loop_destroy(p.loop);
}

struct numbered {
	struct probe *p;
	int number;
};

static void note(void *arg)
{
	struct numbered *m = arg;
	m->p->order[m->p->n++] = m->number;
	if (m->number == 2)
		fl_loop_drop(m->p->loop);
}

static void *post_three(void *arg)
{
	struct numbered *m = arg;
	for (int i = 0; i < 3; i++)
		fl_loop_post(m[i].p->loop, note, &m[i]);
	return NULL;
}

static void posts_of_a_thread_run_in_order_and_a_hold_waits_for_them(void **state)
{
	(void)state;
	struct probe p = {.loop = fl_loop_create()};
	struct numbered m[3] = {{&p, 0}, {&p, 1}, {&p, 2}};
	pthread_t thread;
	fl_loop_hold(p.loop);
	assert_int_equal(pthread_create(&thread, NULL, post_three, m), 0);
	fl_loop_run(p.loop);
	assert_int_equal(p.n, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(p.order[i], i);
	pthread_join(thread, NULL);
	fl_loop_destroy(p.loop);
}

static void a_post_not_yet_run_runs_when_the_loop_ends(void **state)
{
	(void)state;
	struct probe p = {.loop = fl_loop_create()};
	fl_loop_post(p.loop, count, &p);
	assert_false(fl_loop_step(p.loop));
	assert_int_equal(p.fired, 0);
	fl_loop_destroy(p.loop);
	assert_int_equal(p.fired, 1);
}

static void on_sig(void *arg, int signum)
{
	struct probe *p = arg;
	p->order[p->n++] = signum;
	if (p->n == 2) {
		fl_loop_signals_stop(p->loop);
		fl_timer_stop(&p->timer);
	} else {
		kill(getpid(), SIGTERM);
	}
}

static void signals_reach_the_loop_and_do_not_keep_it_alive(void **state)
{
	(void)state;
	struct probe p = {.loop = fl_loop_create()};
	fl_loop_signals(p.loop, on_sig, &p);
	assert_false(fl_loop_step(p.loop));
	fl_timer_start(p.loop, &p.timer, 60000, count, &p);
	kill(getpid(), SIGINT);
	fl_loop_run(p.loop);
	assert_int_equal(p.n, 2);
	assert_int_equal(p.order[0], SIGINT);
	assert_int_equal(p.order[1], SIGTERM);
	assert_int_equal(p.fired, 0);
	fl_loop_destroy(p.loop);
}

static void a_write_to_a_closed_pipe_is_an_error_not_a_signal(void **state)
{
	(void)state;
	struct fl_loop *loop = fl_loop_create();
	int fd[2];
	assert_int_equal(pipe(fd), 0);
	close(fd[0]);
	assert_int_equal(write(fd[1], "x", 1), -1);
	close(fd[1]);
	fl_loop_destroy(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_timer_fires_once_and_not_early),
	    cmocka_unit_test(a_stopped_timer_never_fires),
	    cmocka_unit_test(a_timer_is_armed_anew_in_its_callback),
	    cmocka_unit_test(work_runs_on_a_pool_thread_and_done_on_the_loop),
	    cmocka_unit_test(posts_of_a_thread_run_in_order_and_a_hold_waits_for_them),
	    cmocka_unit_test(a_post_not_yet_run_runs_when_the_loop_ends),
	    cmocka_unit_test(signals_reach_the_loop_and_do_not_keep_it_alive),
	    cmocka_unit_test(a_write_to_a_closed_pipe_is_an_error_not_a_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

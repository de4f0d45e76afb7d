#include "test.h"

#include "base/clock.h"
#include "io/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *helper;

/* One pool and what its requests came to. */
struct trial {
	struct fl_loop *loop;
	struct fl_child_pool *pool;
	size_t done, refuse; /* answers to `refuse` first are called none */
	enum fl_code code[64];
	char said[64][1000];
	uint64_t sent_ns[64], done_ns[64];
};

static char seen[] = "SEEN=yes";
static char *environment[] = {seen, NULL};

static void begin(struct trial *t, const char *how, size_t most)
{
	static char *argv[3];
	argv[0] = (char *)helper;
	argv[1] = (char *)how;
	memset(t, 0, sizeof *t);
	t->loop = fl_loop_create();
	struct fl_child_command command = {
	    .name = FL_S("app"), .file = helper, .argv = argv, .env = environment, .folder = "/"};
	t->pool = fl_child_pool_create(t->loop, &command, most);
}

static void finish(struct trial *t)
{
	fl_child_pool_destroy(t->pool);
	fl_loop_destroy(t->loop);
}

static bool on_done(void *arg, enum fl_code code, struct fl_str line, const struct fl_err *err,
                    const struct fl_child_times *times)
{
	struct trial *t = arg;
	size_t n = t->done++;
	t->code[n] = code;
	snprintf(t->said[n], sizeof t->said[n], "%.*s", code == FL_OK ? (int)line.n : (int)strlen(err->message),
	         code == FL_OK ? line.p : err->message);
	t->sent_ns[n] = times->sent_ns;
	t->done_ns[n] = times->done_ns;
	if (t->refuse)
		t->refuse--;
	else
		return true;
	return false;
}

static void ask(struct trial *t, const char *line, uint64_t ms)
{
	fl_child_pool_ask(t->pool, fl_str_from(line), ms, on_done, t);
}

static void wait_for(struct trial *t, size_t n)
{
	while (t->done < n && fl_loop_step(t->loop))
		;
	assert_int_equal(t->done, n);
}

static enum fl_code asked(struct trial *t, const char *line, uint64_t ms)
{
	ask(t, line, ms);
	wait_for(t, t->done + 1);
	return t->code[t->done - 1];
}

static const char *last(const struct trial *t)
{
	return t->said[t->done - 1];
}

static bool lives(pid_t pid)
{
	for (int i = 0; i < 200; i++) {
		char path[64], state = 'X';
		snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
		FILE *f = fopen(path, "r");
		if (!f || fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
			state = 'X';
		if (f)
			fclose(f);
		if (state == 'X' || state == 'Z')
			return false;
		usleep(10000);
	}
	return true;
}

static void a_child_stays_and_answers_line_by_line(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	assert_int_equal(asked(&t, "pid", 5000), FL_OK);
	char first[100];
	snprintf(first, sizeof first, "%s", last(&t));
	assert_int_equal(asked(&t, "hello", 5000), FL_OK);
	assert_string_equal(last(&t), "hello");
	assert_int_equal(asked(&t, "pid", 5000), FL_OK);
	assert_string_equal(last(&t), first);
	finish(&t);
	assert_false(lives(atoi(first)));
}

static void it_sees_the_named_environment_alone_and_runs_in_its_folder(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	asked(&t, "environment", 5000);
	assert_string_equal(last(&t), "[SEEN=yes]");
	asked(&t, "folder", 5000);
	assert_string_equal(last(&t), "/");
	finish(&t);
}

static void as_many_as_are_allowed_work_at_once(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 4);
	for (int i = 0; i < 12; i++)
		ask(&t, "pid", 5000);
	wait_for(&t, 12);
	size_t different = 0;
	for (size_t i = 0; i < t.done; i++) {
		bool first = true;
		for (size_t k = 0; k < i; k++)
			first &= strcmp(t.said[k], t.said[i]) != 0;
		different += first;
	}
	assert_int_equal(different, 4);
	finish(&t);
}

static void one_that_dies_is_told_with_its_last_words_and_started_anew(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	assert_int_equal(asked(&t, "a", 5000), FL_OK);
	assert_int_equal(asked(&t, "die", 5000), FL_E_CLOSED);
	assert_string_equal(
	    last(&t), "app ended with status 7 instead of answering; its last words: first | the disk [31m is on fire");
	assert_int_equal(asked(&t, "half", 5000), FL_E_CLOSED);
	assert_non_null(strstr(last(&t), "was ended by signal 9"));
	assert_non_null(strstr(last(&t), "in the middle of an answer"));
	assert_int_equal(asked(&t, "b", 5000), FL_OK);
	assert_string_equal(last(&t), "b");
	finish(&t);
}

static void one_that_hangs_is_killed_with_its_group_and_started_anew(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "stubborn", 1);
	asked(&t, "pid", 5000);
	pid_t child = atoi(last(&t));
	asked(&t, "grandchild", 5000);
	pid_t grandchild = atoi(last(&t));
	assert_true(grandchild > 0 && kill(grandchild, 0) == 0);
	assert_int_equal(asked(&t, "hang", 100), FL_E_TIMEOUT);
	assert_string_equal(last(&t), "app did not answer within 100 ms");
	assert_true(t.done_ns[2] - t.sent_ns[2] < 1000000000);
	assert_int_equal(asked(&t, "again", 10000), FL_OK);
	assert_false(lives(child));
	assert_false(lives(grandchild));
	finish(&t);
}

static void what_it_leaves_behind_ends_with_it(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	asked(&t, "grandchild", 5000);
	pid_t grandchild = atoi(last(&t));
	finish(&t);
	assert_false(lives(grandchild));
}

static void more_than_one_line_is_no_answer(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	assert_int_equal(asked(&t, "two", 5000), FL_E_PROTOCOL);
	assert_non_null(strstr(last(&t), "printed more than one line for one request: 'one"));
	assert_non_null(strstr(last(&t), "two'"));
	assert_int_equal(asked(&t, "well", 5000), FL_OK);
	assert_string_equal(last(&t), "well");
	finish(&t);
}

static void set(void *arg)
{
	*(bool *)arg = true;
}

static void what_it_prints_unasked_fails_the_next_request(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	assert_int_equal(asked(&t, "late", 5000), FL_OK);
	struct fl_timer idle = {0};
	bool over = false;
	fl_timer_start(t.loop, &idle, 300, set, &over);
	while (!over && fl_loop_step(t.loop))
		;
	assert_int_equal(asked(&t, "x", 5000), FL_E_PROTOCOL);
	assert_string_equal(last(&t), "app printed something without being asked: 'and another thing\\x0a'");
	assert_int_equal(asked(&t, "y", 5000), FL_OK);
	finish(&t);
}

static void an_answer_that_its_user_refuses_ends_the_child(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	asked(&t, "pid", 5000);
	pid_t child = atoi(last(&t));
	t.refuse = 1;
	asked(&t, "nonsense", 5000);
	asked(&t, "pid", 5000);
	assert_int_not_equal(atoi(last(&t)), child);
	finish(&t);
}

static void a_flood_is_cut_off_and_words_without_end_do_no_harm(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	assert_int_equal(asked(&t, "flood", 20000), FL_E_LIMIT);
	assert_string_equal(last(&t), "app printed a line longer than 8 MiB");
	assert_int_equal(asked(&t, "words", 20000), FL_OK);
	assert_string_equal(last(&t), "words");
	finish(&t);
}

static void a_long_line_goes_both_ways(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	char *line = malloc(FL_CHILD_LINE_BYTES + 1);
	memset(line, 'a', FL_CHILD_LINE_BYTES);
	line[FL_CHILD_LINE_BYTES] = '\0';
	assert_int_equal(asked(&t, line, 20000), FL_OK);
	assert_int_equal(strlen(last(&t)), sizeof t.said[0] - 1);
	free(line);
	line = malloc(FL_CHILD_LINE_BYTES + 2);
	memset(line, 'a', FL_CHILD_LINE_BYTES + 1);
	line[FL_CHILD_LINE_BYTES + 1] = '\0';
	assert_int_equal(asked(&t, line, 20000), FL_E_LIMIT);
	free(line);
	finish(&t);
}

static void a_command_that_never_answers_is_given_up(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "broken", 1);
	uint64_t from = fl_mono_ns();
	for (int i = 0; i < FL_CHILD_DEATHS; i++) {
		assert_false(fl_child_pool_given_up(t.pool));
		assert_int_equal(asked(&t, "x", 20000), FL_E_CONNECT);
		assert_string_equal(last(&t), "app ended with status 1 instead of answering; its last words: no module "
		                              "named 'world'");
	}
	assert_true(fl_mono_ns() - from >= (uint64_t)(100 + 200 + 400 + 800) * 1000000);
	assert_true(fl_child_pool_given_up(t.pool));
	assert_int_equal(asked(&t, "x", 20000), FL_E_CONNECT);
	assert_non_null(strstr(last(&t), "is given up after 5 failures in a row; the last: it ended with status 1"));
	finish(&t);
}

static void a_banner_is_no_answer(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "banner", 1);
	t.refuse = 1;
	asked(&t, "x", 5000); /* what came first is what is looked at: here, the banner */
	assert_true(strstr(last(&t), "welcome") != NULL);
	finish(&t);
}

static void one_that_does_not_read_is_killed_at_the_deadline(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "deaf", 1);
	char *line = malloc(1 << 20);
	memset(line, 'a', (1 << 20) - 1);
	line[(1 << 20) - 1] = '\0';
	assert_int_equal(asked(&t, line, 100), FL_E_TIMEOUT);
	free(line); /* as its owner may, once done was called */
	finish(&t);
}

static void one_that_ends_after_each_answer_is_told_apart_from_one_that_dies(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "once", 1);
	for (int i = 0; i < 10; i++) {
		enum fl_code code = asked(&t, "x", 5000);
		assert_true(code == FL_OK || code == FL_E_STALE);
	}
	assert_false(fl_child_pool_given_up(t.pool));
	finish(&t);
}

static void one_that_closes_its_output_is_ended(void **state)
{
	(void)state;
	struct trial t;
	begin(&t, "echo", 1);
	assert_int_equal(asked(&t, "mute", 5000), FL_OK);
	enum fl_code code = asked(&t, "x", 5000);
	assert_true(code == FL_E_CLOSED || code == FL_OK);
	assert_int_equal(asked(&t, "y", 5000), FL_OK);
	finish(&t);
}

static void a_program_that_is_not_there_is_told(void **state)
{
	(void)state;
	struct trial t = {.loop = fl_loop_create()};
	char name[] = "nowhere", *argv[] = {name, NULL};
	struct fl_child_command command = {
	    .name = FL_S("app"), .file = "/nowhere/to/be/found", .argv = argv, .env = environment, .folder = "/"};
	t.pool = fl_child_pool_create(t.loop, &command, 2);
	ask(&t, "x", 5000);
	ask(&t, "y", 5000);
	wait_for(&t, 2);
	assert_int_equal(t.code[0], FL_E_CONNECT);
	assert_string_equal(t.said[0], "app cannot be started: /nowhere/to/be/found: no such file or directory");
	finish(&t);
	char path[4096];
	assert_true(fl_child_find("sh", "/", path, sizeof path) && path[0] == '/');
	assert_false(fl_child_find("no-such-program-anywhere", "/", path, sizeof path));
	assert_true(fl_child_find("bin/sh", "/", path, sizeof path));
	assert_false(fl_child_find("etc/passwd", "/", path, sizeof path));
}

/* Another process of ours has a child, with a child of its own, and is killed. */
static void a_process_that_is_killed_leaves_no_child_behind(void **state)
{
	(void)state;
	int end[2];
	char said[100] = "";
	assert_int_equal(pipe(end), 0);
	pid_t owner = fork();
	if (owner == 0) {
		struct trial t;
		begin(&t, "stubborn", 1);
		asked(&t, "pid", 5000);
		snprintf(said, sizeof said, "%s ", last(&t));
		asked(&t, "grandchild", 5000);
		snprintf(said + strlen(said), sizeof said - strlen(said), "%s", last(&t));
		if (write(end[1], said, strlen(said) + 1) > 0)
			for (;;)
				pause();
		_exit(1);
	}
	assert_true(read(end[0], said, sizeof said) > 0);
	int child = 0, grandchild = 0;
	assert_int_equal(sscanf(said, "%d %d", &child, &grandchild), 2);
	assert_int_equal(kill(child, 0), 0);
	kill(owner, SIGKILL);
	waitpid(owner, NULL, 0);
	assert_false(lives(child));
	assert_false(lives(grandchild));
	close(end[0]);
	close(end[1]);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	helper = realpath(argv[1], NULL);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_child_stays_and_answers_line_by_line),
	    cmocka_unit_test(it_sees_the_named_environment_alone_and_runs_in_its_folder),
	    cmocka_unit_test(as_many_as_are_allowed_work_at_once),
	    cmocka_unit_test(one_that_dies_is_told_with_its_last_words_and_started_anew),
	    cmocka_unit_test(one_that_hangs_is_killed_with_its_group_and_started_anew),
	    cmocka_unit_test(what_it_leaves_behind_ends_with_it),
	    cmocka_unit_test(more_than_one_line_is_no_answer),
	    cmocka_unit_test(what_it_prints_unasked_fails_the_next_request),
	    cmocka_unit_test(an_answer_that_its_user_refuses_ends_the_child),
	    cmocka_unit_test(a_flood_is_cut_off_and_words_without_end_do_no_harm),
	    cmocka_unit_test(a_long_line_goes_both_ways),
	    cmocka_unit_test(a_command_that_never_answers_is_given_up),
	    cmocka_unit_test(a_banner_is_no_answer),
	    cmocka_unit_test(one_that_does_not_read_is_killed_at_the_deadline),
	    cmocka_unit_test(one_that_ends_after_each_answer_is_told_apart_from_one_that_dies),
	    cmocka_unit_test(one_that_closes_its_output_is_ended),
	    cmocka_unit_test(a_program_that_is_not_there_is_told),
	    cmocka_unit_test(a_process_that_is_killed_leaves_no_child_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

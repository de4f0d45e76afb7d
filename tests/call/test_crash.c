/*
 * The process dies at the n-th write or sync of the state file, for every n of a small run. Whatever n: every answer that
 * was handed out is in the store, every request that the server saw is paid for (settled, or its hold charged as lost),
 * the budget is not passed, and the run goes on to the same end without paying for a settled call again.
 */
#include "test.h"

#include "call/call.h"
#include "dying_vfs.h"
#include "net/peer.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 4 };
#define ANSWER                                                                                                         \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 148\r\n\r\n"                             \
	"{\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"content\":\"yes\"}}],"   \
	"\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":1,\"total_tokens\":11}}"
static const struct peer_step script[] = {P(PEER_READ), P_TEXT(PEER_SEND, ANSWER), P(PEER_AGAIN)};

/* One small run: CALLS calls, one after the other. Used by the child that dies and by the parent that goes on. */
struct run {
	struct fl_loop *loop;
	struct fl_store *store;
	struct fl_engine *engine;
	struct fl_provider provider;
	struct fl_price_row row;
	struct fl_offer offer;
	struct fl_budget budget;
	bool done;
	enum fl_code code;
};

static void open_run(struct run *r, const char *path, int port, struct fl_arena *a)
{
	static const struct fl_store_tables *const tables[] = {&fl_call_tables};
	struct fl_err e;
	*r = (struct run){.budget = {.scope = FL_S("run/t-1"), .limited = true, .limit_nusd = FL_NUSD_PER_USD}};
	r->provider = (struct fl_provider){.name = FL_S("lab"),
	                                   .dialect = &fl_dialect_openai,
	                                   .key_source = FL_S("none"),
	                                   .url = fl_arena_printf(a, "http://127.0.0.1:%d/v1", port),
	                                   .limit_name = FL_S("max_tokens"),
	                                   .concurrency = 1,
	                                   .price = {.kind = FL_PRICE_TOKENS}};
	fl_schema_defaults(&fl_price_row_table, &r->row);
	r->row.rate[FL_USE_INPUT] = 3000000000;
	r->row.rate[FL_USE_OUTPUT] = 15000000000;
	r->provider.price.row = &r->row;
	r->provider.price.rows = 1;
	r->offer = (struct fl_offer){
	    .name = FL_S("lab/m"), .model = FL_S("m"), .provider = &r->provider, .price = &r->provider.price};
	r->loop = fl_loop_create();
	assert_ok(fl_store_open(&r->store, path, tables, 1, r->loop, &e), &e);
	assert_ok(fl_budget_open(r->store, &r->budget, &e), &e);
	r->engine = fl_engine_create(r->loop, r->store, &(struct fl_engine_options){.seed = 1});
}

static void close_run(struct run *r)
{
	fl_engine_destroy(r->engine);
	fl_store_close(r->store);
	fl_loop_destroy(r->loop);
}

static struct fl_call_plan plan_of(struct run *r, int i, struct fl_arena *a)
{
	struct fl_message *m = FL_NEW(a, struct fl_message);
	struct fl_call_plan plan;
	struct fl_err e;
	*m = (struct fl_message){FL_S("user"), fl_arena_printf(a, "question %d", i)};
	struct fl_call call = {.offer = &r->offer,
	                       .draw = 1,
	                       .timeout_ms = 10000,
	                       .chat = {.model = FL_S("m"),
	                                .message = m,
	                                .message_count = 1,
	                                .max_output = 5,
	                                .limit_name = FL_S("max_tokens")}};
	assert_ok(fl_call_plan(&call, a, &plan, &e), &e);
	return plan;
}

static void call_done(void *arg, const struct fl_cell *cell)
{
	struct run *r = arg;
	r->done = true;
	r->code = cell->code;
}

/* Makes what is missing; tells fd which answers were handed out. */
static void make_calls(struct run *r, int fd, struct fl_arena *a)
{
	for (int i = 0; i < CALLS; i++) {
		struct fl_call_plan plan = plan_of(r, i, a);
		struct fl_cell cell;
		struct fl_err e;
		if (fl_engine_find(r->engine, &plan, a, &cell, &e) == FL_OK)
			continue;
		r->done = false;
		fl_engine_start(r->engine, &plan, &r->budget, call_done, r);
		while (!r->done)
			fl_loop_step(r->loop);
		char said = (char)('0' + i);
		if (r->code == FL_OK && fd >= 0 && write(fd, &said, 1) != 1)
			_exit(1);
	}
}

static int child_main(char **argv)
{
	struct run r;
	struct fl_arena a;
	fl_arena_init(&a);
	dying_vfs_register(atol(argv[2]));
	open_run(&r, argv[3], (int)atol(argv[4]), &a);
	make_calls(&r, 9, &a);
	close_run(&r);
	fl_arena_release(&a);
	return 0;
}

static const char *self;

/* Runs the child until it dies or ends; handed[i]: it got answer i. */
static int run_child(long n, const char *path, int port, bool handed[CALLS])
{
	char number[32], at[32], said[64];
	int pipes[2], status;
	snprintf(number, sizeof number, "%ld", n);
	snprintf(at, sizeof at, "%d", port);
	assert_int_equal(pipe(pipes), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(pipes[1], 9);
		execl(self, self, "child", number, path, at, (char *)NULL);
		_exit(1);
	}
	close(pipes[1]);
	waitpid(pid, &status, 0);
	ssize_t got = read(pipes[0], said, sizeof said);
	close(pipes[0]);
	for (int i = 0; i < CALLS; i++)
		handed[i] = false;
	for (ssize_t i = 0; i < got; i++)
		handed[said[i] - '0'] = true;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const int64_t one_call_nusd = 10 * 3000 + 1 * 15000;

static void after_a_crash(long n, const char *path, struct peer *server, const bool handed[CALLS])
{
	struct run r;
	struct fl_arena a;
	int before = peer_requests(server), stored = 0;
	fl_arena_init(&a);
	open_run(&r, path, peer_port(server), &a);
	for (int i = 0; i < CALLS; i++) {
		struct fl_call_plan plan = plan_of(&r, i, &a);
		struct fl_cell cell;
		struct fl_err e;
		bool there = fl_engine_find(r.engine, &plan, &a, &cell, &e) == FL_OK;
		stored += there;
		if (handed[i] && !there)
			fail_msg("n = %ld: answer %d was handed out and is lost", n, i);
		if (there)
			assert_str(cell.text, "yes");
	}
	if (r.budget.spent_nusd < before * one_call_nusd)
		fail_msg("n = %ld: the server saw %d requests, only %lld nUSD are charged", n, before,
		         (long long)r.budget.spent_nusd);
	make_calls(&r, -1, &a);
	assert_int_equal(peer_requests(server) - before, CALLS - stored);
	assert_true(r.budget.spent_nusd + r.budget.held_nusd <= r.budget.limit_nusd);
	assert_int_equal(r.budget.held_nusd, 0);
	close_run(&r);
	fl_arena_release(&a);
}

static void no_crash_at_any_write_loses_an_answer_or_forgets_a_hold(void **state)
{
	(void)state;
	char folder[] = "/tmp/fulcrum-crash-XXXXXX", path[96], command[128];
	const struct peer_step *const scripts[] = {script};
	assert_non_null(mkdtemp(folder));
	long n = 1;
	for (int status = DYING_STATUS; status == DYING_STATUS; n++) {
		bool handed[CALLS];
		struct peer *server = peer_start(scripts, 1, NULL);
		snprintf(path, sizeof path, "%s/%ld/state.db", folder, n);
		status = run_child(n, path, peer_port(server), handed);
		if (status != DYING_STATUS && status != 0)
			fail_msg("n = %ld: the child ended with %d", n, status);
		after_a_crash(n, path, server, handed);
		peer_stop(server);
		peer_free(server);
		snprintf(command, sizeof command, "rm -rf '%s/%ld'", folder, n);
		assert_int_equal(system(command), 0);
	}
	printf("# died at each of %ld writes and syncs\n", n - 2);
	assert_true(n > 30);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	assert_int_equal(system(command), 0);
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1 && strcmp(argv[1], "child") == 0)
		return child_main(argv);
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_crash_at_any_write_loses_an_answer_or_forgets_a_hold)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

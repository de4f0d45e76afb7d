#include "call/app_call.h"

#include "base/clock.h"
#include "base/vec.h"

#include <stdlib.h>

struct app_pool {
	const struct fl_command_line *command;
	struct fl_child_pool *pool;
};

struct fl_app_calls {
	struct fl_loop *loop;
	struct fl_arena arena;
	FL_VEC(struct app_pool) pool;
};

struct fl_app_calls *fl_app_calls_create(struct fl_loop *loop)
{
	struct fl_app_calls *calls = fl_alloc_zero(1, sizeof *calls);
	calls->loop = loop;
	fl_arena_init(&calls->arena);
	return calls;
}

void fl_app_calls_destroy(struct fl_app_calls *calls)
{
	if (!calls)
		return;
	for (size_t i = 0; i < calls->pool.n; i++)
		fl_child_pool_destroy(calls->pool.p[i].pool);
	FL_VEC_RELEASE(&calls->pool);
	fl_arena_release(&calls->arena);
	free(calls);
}

static struct fl_child_pool *find(const struct fl_app_calls *calls, const struct fl_command_line *command)
{
	for (size_t i = 0; i < calls->pool.n; i++)
		if (calls->pool.p[i].command == command)
			return calls->pool.p[i].pool;
	return NULL;
}

static enum fl_code pool_of(struct fl_app_calls *calls, struct fl_command_line *c, size_t most,
                            struct fl_child_pool **out, struct fl_err *err)
{
	*out = find(calls, c);
	if (*out)
		return FL_OK;
	FL_TRY(fl_command_ready(c, &calls->arena, err));
	struct fl_child_command command = {.name = c->name,
	                                   .file = c->file,
	                                   .argv = c->argv,
	                                   .env = c->env,
	                                   .folder = fl_arena_dupz(&calls->arena, c->folder)};
	*out = fl_child_pool_create(calls->loop, &command, most);
	FL_VEC_PUSH(&calls->pool, (struct app_pool){c, *out});
	return FL_OK;
}

void fl_app_ask(struct fl_app_calls *calls, struct fl_command_line *command, size_t most, struct fl_str line,
                uint64_t deadline_ms, fl_child_done *done, void *arg)
{
	struct fl_err err;
	struct fl_child_pool *pool;
	enum fl_code code = pool_of(calls, command, most, &pool, &err);
	if (code == FL_OK) {
		fl_child_pool_ask(pool, line, deadline_ms, done, arg);
		return;
	}
	struct fl_child_times times = {.asked_ns = fl_mono_ns()};
	times.done_ns = times.asked_ns;
	done(arg, code, (struct fl_str){0}, &err, &times);
}

bool fl_app_given_up(const struct fl_app_calls *calls, const struct fl_command_line *command)
{
	const struct fl_child_pool *pool = find(calls, command);
	return pool && fl_child_pool_given_up(pool);
}

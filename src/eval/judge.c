#include "eval/judge.h"

#include <stdlib.h>

struct fl_judge {
	struct fl_app_calls *programs;
};

/* One answer under judgement. */
struct hearing {
	struct fl_judge *judge;
	struct fl_arena *arena;
	fl_judge_done *done;
	void *arg;
	size_t outstanding; /* questions, and one while they are being asked */
	struct fl_said *said;
	bool hopeless;
	struct fl_err err; /* of the first that failed */
};

struct question {
	struct hearing *hearing;
	const struct fl_grade_program *program;
	struct fl_str line;
	struct fl_said *said;
	unsigned tries;
};

struct fl_judge *fl_judge_create(struct fl_loop *loop)
{
	struct fl_judge *j = fl_alloc_zero(1, sizeof *j);
	j->programs = fl_app_calls_create(loop);
	return j;
}

void fl_judge_destroy(struct fl_judge *j)
{
	fl_app_calls_destroy(j->programs);
	free(j);
}

bool fl_judge_needed(const struct fl_grader_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (fl_grader_program(set, i))
			return true;
	return false;
}

static void settle(struct hearing *h)
{
	if (--h->outstanding == 0)
		h->done(h->arg, h->err.code == FL_OK ? h->said : NULL, h->hopeless, &h->err);
}

static bool on_verdict(void *arg, enum fl_code code, struct fl_str line, const struct fl_err *err,
                       const struct fl_child_times *times);

static void ask(struct question *q)
{
	q->tries++;
	fl_app_ask(q->hearing->judge->programs, q->program->line, q->program->concurrency, q->line,
	           q->program->timeout_ms, on_verdict, q);
}

static bool on_verdict(void *arg, enum fl_code code, struct fl_str line, const struct fl_err *err,
                       const struct fl_child_times *times)
{
	struct question *q = arg;
	struct hearing *h = q->hearing;
	struct fl_err why;
	bool started = times->sent_ns != 0;
	if (code == FL_OK)
		code = fl_program_verdict(fl_arena_dup(h->arena, line), h->arena, q->said, &why);
	else
		why = *err;
	bool hopeless = fl_app_given_up(h->judge->programs, q->program->line) || (!started && code != FL_OK);
	if (code != FL_OK && q->tries < FL_JUDGE_TRIES && !hopeless) {
		ask(q);
		return false;
	}
	if (code != FL_OK) {
		h->hopeless |= hopeless;
		if (h->err.code == FL_OK)
			h->err = why;
	}
	settle(h);
	return code == FL_OK;
}

void fl_judge_ask(struct fl_judge *j, const struct fl_grader_set *set, const struct fl_json *item, struct fl_str answer,
                  struct fl_arena *a, fl_judge_done *done, void *arg)
{
	struct hearing *h = FL_NEW(a, struct hearing);
	*h = (struct hearing){.judge = j, .arena = a, .done = done, .arg = arg, .outstanding = 1};
	h->said = FL_NEW_ARRAY(a, struct fl_said, set->count);
	for (size_t i = 0; i < set->count; i++) {
		const struct fl_grade_program *p = fl_grader_program(set, i);
		struct question *q = p ? FL_NEW(a, struct question) : NULL;
		if (!q)
			continue;
		*q = (struct question){.hearing = h, .program = p, .said = &h->said[i]};
		enum fl_code code = fl_grader_question(set, i, item, answer, a, &q->line, &h->err);
		if (code != FL_OK)
			break;
		h->outstanding++;
		ask(q);
	}
	settle(h);
}

#include "choose/expected.h"

#include "base/clock.h"

enum { BYTES_A_TOKEN = 4, SHORTEST_ANSWER = 2 };

struct lengths {
	uint64_t in_bytes, answer_bytes, items, answers;
};

/* The longest of what the graders would compare with. */
static uint64_t expected_bytes(const struct fl_task *t, size_t item, const struct fl_json *root, struct fl_arena *a)
{
	struct fl_grade grade[FL_GRADERS];
	struct fl_err ignored;
	size_t n = 0, most = 0;
	double score;
	if (fl_task_grade(t, item, root, FL_S(""), NULL, a, &score, grade, &n, &ignored) != FL_OK)
		return 0;
	for (size_t i = 0; i < n; i++)
		most = FL_MAX(most, grade[i].expected.n);
	return most;
}

static enum fl_code measure(const struct fl_task *t, const struct fl_candidate *c, struct lengths *l,
                            struct fl_err *err)
{
	struct fl_arena a;
	size_t step = FL_MAX(t->item_count / FL_EXPECTED_ITEMS, (size_t)1);
	enum fl_code code = FL_OK;
	*l = (struct lengths){0};
	fl_arena_init(&a);
	for (size_t i = 0; i < t->item_count && l->items < FL_EXPECTED_ITEMS && code == FL_OK; i += step) {
		struct fl_json_doc doc;
		struct fl_call call = {0};
		fl_arena_reset(&a);
		code = fl_task_item(t, i, &a, &doc, err);
		if (code == FL_OK)
			code = fl_task_call(t, c, i, fl_json_root(&doc), 1, &a, &call, err);
		for (size_t m = 0; m < call.chat.message_count && code == FL_OK; m++)
			l->in_bytes += call.chat.message[m].text.n;
		uint64_t answer = code == FL_OK ? expected_bytes(t, i, fl_json_root(&doc), &a) : 0;
		l->answer_bytes += answer;
		l->answers += answer > 0;
		l->items++;
	}
	fl_arena_release(&a);
	return code;
}

/* Thinking is read off where the catalogue knows the model. */
static uint64_t thinking(const struct fl_task *t, const struct fl_candidate *c, const struct fl_suite *suite,
                         uint64_t answer)
{
	const struct fl_catalog_model *m = c->offer->fact.model;
	if (!m || !suite)
		return 0;
	struct fl_thinks k = fl_thinks_of(t->providers.catalog, suite, m, fl_effort_of(m, c->effort));
	return (uint64_t)fl_thinking_tokens(k.times, (int64_t)answer);
}

enum fl_code fl_expected_cost(const struct fl_task *t, const struct fl_candidate *c, const struct fl_suite *suite,
                              struct fl_expected *out, struct fl_err *err)
{
	struct lengths l;
	*out = (struct fl_expected){0};
	FL_TRY(measure(t, c, &l, err));
	uint64_t answer = l.answers ? l.answer_bytes / l.answers / BYTES_A_TOKEN : FL_EXPECTED_ANSWER;
	out->in_tokens = l.items ? l.in_bytes / l.items / BYTES_A_TOKEN : 0;
	out->out_tokens = FL_MIN(FL_MAX(answer, (uint64_t)SHORTEST_ANSWER), c->max_output);
	out->thinking_tokens = FL_MIN(thinking(t, c, suite, answer), c->max_output - out->out_tokens);
	const struct fl_price *price = c->offer->price;
	struct fl_usage usage = {.reported = true};
	usage.units[FL_USE_INPUT] = out->in_tokens;
	usage.units[FL_USE_OUTPUT] = out->out_tokens;
	usage.units[FL_USE_REASONING] = out->thinking_tokens;
	struct fl_served served = {.thinking = out->thinking_tokens ? FL_THINKING_ON : FL_THINKING_OFF,
	                           .at_ms = fl_wall_ms()};
	out->known = (price->kind == FL_PRICE_TOKENS || price->kind == FL_PRICE_FREE) &&
	             fl_price_cost(price, &usage, &served, 0, &out->item_nusd) &&
	             fl_mul_i64(out->item_nusd, c->samples, &out->item_nusd);
	return FL_OK;
}

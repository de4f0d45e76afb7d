#include "task/task.h"

#include "base/clock.h"
#include "io/file.h"
#include "lang/quantity.h"
#include "provider/honour.h"
#include "task/config.h"
#include "task/parts.h"

#include <errno.h>
#include <stdio.h>

enum { TASK_FILE_BYTES = 16 << 20, DEFAULT_TIMEOUT_MS = 60000 };

const char *fl_task_path(const struct fl_task *t, struct fl_str path, struct fl_arena *a)
{
	return fl_path_beside(t->file, path, a).p;
}

void fl_task_note(struct fl_task *t, struct fl_str note)
{
	enum { MOST_NOTES = 32 };
	if (!t->note)
		t->note = FL_NEW_ARRAY(&t->arena, struct fl_str, MOST_NOTES);
	for (size_t i = 0; i < t->note_count; i++)
		if (fl_str_eq(t->note[i], note))
			return;
	if (t->note_count < MOST_NOTES)
		t->note[t->note_count++] = note;
}

ptrdiff_t fl_task_candidate(const struct fl_task *t, struct fl_str name)
{
	for (size_t i = 0; i < t->candidate_count; i++)
		if (fl_str_eq(t->candidate[i].name, name))
			return (ptrdiff_t)i;
	return -1;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static enum fl_code read_value(struct fl_task *t, const struct fl_value_section *v, struct fl_err *err)
{
	bool by_time = v->wage >= 0 || v->saved >= 0 || v->lost >= 0;
	t->goal = FL_TASK_VALUE;
	t->value.right_nusd = v->right;
	t->value.wage_nusd_hour = FL_MAX(v->wage, 0);
	t->value.saved_ms = FL_MAX(v->saved, 0);
	t->value.lost_ms = FL_MAX(v->lost, 0);
	t->value.waiting = FL_MAX(v->waiting, 0);
	if (v->right >= 0 && (v->saved >= 0 || v->lost >= 0))
		return fl_yaml_err(v->node, err, FL_E_INVALID, "value has right, or times and a wage, not both");
	if (v->right < 0 && (v->wage < 0 || (v->saved < 0 && v->lost < 0))) {
		fl_yaml_err(v->node, err, FL_E_INVALID,
		            by_time ? "value needs a wage and a time"
		                    : "value does not say what a right answer is worth");
		fl_err_expected(err, "{wage: 40 USD/hour, saved_if_right: 2 min} or {right: 0.50 USD}");
		return FL_E_INVALID;
	}
	if (v->waiting > 0 && v->wage < 0)
		return fl_yaml_err(v->node, err, FL_E_INVALID, "waiting is priced by the wage, which is missing");
	return FL_OK;
}

static enum fl_code read_goal(struct fl_task *t, const struct fl_task_section *s, struct fl_err *err)
{
	t->within = s->within;
	t->floor = s->floor;
	t->margin = s->margin;
	t->value.right_nusd = -1;
	if (s->value.node && s->goal >= 0)
		return fl_yaml_err(s->node, err, FL_E_INVALID, "a task has a goal or a value, not both");
	if (s->value.node)
		FL_TRY(read_value(t, &s->value, err));
	if (s->value.node && (s->within >= 0 || s->floor >= 0 || s->margin >= 0))
		return fl_yaml_err(s->node, err, FL_E_INVALID,
		                   "within, floor and margin belong to goal: cheapest, not to value");
	if (s->within >= 0 && s->floor >= 0)
		return fl_yaml_err(s->node, err, FL_E_INVALID, "good enough is said by within or by floor, not both");
	if (s->margin >= 0 && (s->within >= 0 || s->floor >= 0 || !s->baseline.n)) {
		fl_yaml_err(s->node, err, FL_E_INVALID, "margin says how far below the baseline is still good enough");
		fl_err_expected(err, "baseline: NAME and margin: 1 point, without within and floor");
		return FL_E_INVALID;
	}
	if (!s->value.node && s->within < 0 && s->floor < 0 && !s->baseline.n)
		t->within = FL_BILLION / 50; /* two points */
	t->traffic_month = FL_MAX(s->traffic, 0);
	t->max_cost_nusd = s->needs.node ? s->needs.cost_nusd : -1;
	t->p95_ms = s->needs.node ? s->needs.p95_ms : -1;
	t->needs = s->needs;
	t->category = s->category;
	t->confidence = s->confidence >= 0 ? s->confidence : FL_BILLION / 20 * 19;
	return FL_OK;
}

static enum fl_code read_baseline(struct fl_task *t, const struct fl_task_section *s, struct fl_err *err)
{
	t->baseline = -1;
	if (!s->baseline.n)
		return FL_OK;
	t->baseline = (int)fl_task_candidate(t, s->baseline);
	if (t->baseline >= 0)
		return FL_OK;
	const struct fl_yaml *at = fl_yaml_get(s->node, FL_S("baseline"));
	const char *names[FL_TASK_CANDIDATES];
	for (size_t i = 0; i < t->candidate_count; i++)
		names[i] = t->candidate[i].name.p;
	const char *near = fl_suggest(s->baseline, names, t->candidate_count);
	fl_yaml_err(at, err, FL_E_INVALID, "the baseline '%.*s' is no candidate", FL_FMT(s->baseline));
	fl_err_expected(err, "the name of a candidate, such as '%s'", near ? near : names[0]);
	return FL_E_INVALID;
}

/* A price is what is expected; or, where the model is not in the catalogue, a model that is: it may be misspelt. */
static void say_nearest(const struct fl_task *t, const struct fl_offer *o, struct fl_err *err)
{
	struct fl_str near[3];
	const struct fl_catalog *c = t->providers.catalog;
	size_t n = c && o->provider->vendor && !o->fact.model ? fl_catalog_near(c, o->model, near) : 0;
	if (n == 0) {
		fl_err_expected(err, "a price for it");
		return;
	}
	fl_err_found(err, "'%.*s', which the catalogue does not know", FL_FMT(o->model));
	fl_err_expected(err, "a price for it, or another model: did you mean %.*s%s%.*s?", FL_FMT(near[0]),
	                n > 1 ? " or " : "", FL_FMT(n > 1 ? near[1] : FL_S("")));
}

/* 1 USD unless said; nothing to limit where nothing costs money. A model without a known price needs `none`. */
static enum fl_code read_budget(struct fl_task *t, const struct fl_task_section *s, struct fl_err *err)
{
	bool costs = false;
	const struct fl_candidate *unpriced = NULL;
	for (size_t i = 0; i < t->candidate_count; i++) {
		enum fl_price_kind kind = t->candidate[i].offer->price->kind;
		costs |= kind == FL_PRICE_REPORTED ? t->candidate[i].offer->price->has_most : kind != FL_PRICE_FREE;
		if (kind == FL_PRICE_UNKNOWN && !unpriced)
			unpriced = &t->candidate[i];
	}
	t->budget_given = s->budget != FL_BUDGET_NOT_GIVEN;
	t->budget_none = s->budget == FL_BUDGET_NONE || (!t->budget_given && !costs);
	t->budget_nusd = t->budget_given && !t->budget_none ? s->budget : FL_NUSD_PER_USD;
	t->unpriced = unpriced != NULL;
	if (unpriced && !t->budget_none) {
		fl_yaml_err(s->candidates, err, FL_E_INVALID,
		            "%.*s has no known price, so it cannot run under a budget", FL_FMT(unpriced->offer->name));
		say_nearest(t, unpriced->offer, err);
		fl_err_help(err,
		            "state its price in fulcrum.yaml (providers: {%.*s: {price: {input: 3 USD/Mtok, output: 15 "
		            "USD/Mtok}}}), or write budget: none",
		            FL_FMT(unpriced->offer->provider->name));
		return FL_E_INVALID;
	}
	return FL_OK;
}

/*
 * The file's own schema, then data, templates, providers and prices: the first of them that is wrong is reported. A reader
 * that wants all problems goes on with every part that does not need one which failed.
 */
#define PART(done, needs, call)                                                                                        \
	do {                                                                                                           \
		size_t before_ = told(o);                                                                              \
		enum fl_code code_ = (needs) ? (call) : FL_OK;                                                         \
		(done) = (needs) && code_ == FL_OK && told(o) == before_;                                              \
		FL_TRY(fl_problem(o->problems, code_, err));                                                           \
	} while (0)

static size_t told(const struct fl_task_options *o)
{
	return o->problems ? o->problems->count : 0;
}

static enum fl_code read_sections(struct fl_task *t, const struct fl_task_section *s, struct fl_sha256 *print,
                                  const struct fl_task_options *o, struct fl_err *err)
{
	bool levers = false, data = false, prompts = false, attach = false, examples = false, grading = false;
	bool candidates = false, tried = false, config = false, own = false, offers = false, budget = false;
	t->name = s->task;
	t->about = s->about;
	t->pass_share = s->pass >= 0 ? fl_share_double(s->pass) : -1;
	t->timeout_ms = s->timeout > 0 ? (uint64_t)s->timeout : DEFAULT_TIMEOUT_MS;
	t->draw_seed = s->draw_seed >= 0 ? (uint64_t)s->draw_seed : 1;
	FL_TRY(fl_problem(o->problems, read_goal(t, s, err), err));
	PART(levers, s->candidates, fl_task_check_candidates(t, s, err));
	PART(data, s->data, fl_task_read_data(t, s, print, err));
	PART(prompts, data || s->prompt || s->prompts.n, fl_task_read_prompts(t, s, print, err));
	PART(attach, prompts, fl_task_read_attach(t, s, err));
	PART(examples, data, fl_task_read_examples(t, s, print, err));
	PART(grading, data, fl_task_read_grading(t, s, err));
	PART(candidates, levers && prompts && examples, fl_task_read_candidates(t, s, err));
	PART(tried, data && candidates, fl_task_try_all(t, grading, o->problems, err));
	PART(attach, attach && data, fl_task_check_attach(t, print, err));
	PART(config, true, fl_config_read(&t->providers, o->config_path, o->config_given, err));
	PART(own, config, fl_providers_read(&t->providers, &s->providers, true, err));
	PART(offers, candidates && own, fl_task_find_offers(t, s, o->drop_unsupported, o->problems, err));
	if (offers && t->candidate_count)
		FL_TRY(fl_problem(o->problems, read_baseline(t, s, err), err));
	PART(budget, offers, read_budget(t, s, err));
	PART(offers, tried && grading && attach && offers && budget, fl_task_check_requests(t, err));
	return FL_OK;
}
#undef PART

enum fl_code fl_task_read(struct fl_task *t, const char *path, const struct fl_task_options *options,
                          struct fl_err *err)
{
	struct fl_str text;
	const struct fl_yaml *root;
	struct fl_task_section section;
	struct fl_sha256 print;
	*t = (struct fl_task){0};
	fl_arena_init(&t->arena);
	fl_providers_init(&t->providers, options->catalog);
	fl_sha256_init(&print);
	t->file = fl_arena_dup(&t->arena, fl_str_from(path));
	t->allow_commands = options->allow_commands;
	enum fl_code code = fl_file_read(path, TASK_FILE_BYTES, &t->arena, &text, err);
	if (code == FL_OK)
		code = fl_yaml_parse(&root, &t->arena, text, path, err);
	if (code == FL_OK)
		code = fl_schema_read_all(&fl_task_table, root, &section, &t->arena, options->problems, err);
	if (code == FL_OK) {
		fl_sha256_field(&print, text);
		code = read_sections(t, &section, &print, options, err);
	}
	fl_sha256_final(&print, t->fingerprint);
	if (code == FL_OK && options->problems && options->problems->count) {
		code =
		    fl_err_set(err, FL_E_INVALID, "%zu thing%s of the task %s wrong", options->problems->count,
		               options->problems->count == 1 ? "" : "s", options->problems->count == 1 ? "is" : "are");
		fl_err_place(err, path, 0, 0);
	}
	if (code != FL_OK)
		fl_task_release(t);
	return code;
}

void fl_task_release(struct fl_task *t)
{
	fl_reader_release(&t->reader);
	fl_graders_release(&t->graders);
	for (size_t i = 0; t->item_graders && i < t->item_count; i++)
		fl_graders_release(&t->item_graders[i]);
	fl_providers_release(&t->providers);
	fl_arena_release(&t->arena);
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

enum fl_code fl_task_item(const struct fl_task *t, size_t item_index, struct fl_arena *a, struct fl_json_doc *doc,
                          struct fl_err *err)
{
	return fl_json_parse(doc, a, t->item[item_index].json, FL_JSON_LIMITS, err);
}

/* 31 bits, for some servers keep the seed in 32 with a sign; -1 would mean "random" there. */
static uint64_t seed_of(const struct fl_task *t, struct fl_str id, uint32_t draw)
{
	struct fl_sha256 h;
	uint8_t out[32], lead[12];
	for (int i = 0; i < 8; i++)
		lead[i] = (uint8_t)(t->draw_seed >> (8 * i));
	for (int i = 0; i < 4; i++)
		lead[8 + i] = (uint8_t)(draw >> (8 * i));
	fl_sha256_init(&h);
	fl_sha256_add(&h, lead, sizeof lead);
	fl_sha256_add(&h, id.p, id.n);
	fl_sha256_final(&h, out);
	return (uint64_t)out[0] | (uint64_t)out[1] << 8 | (uint64_t)out[2] << 16 | (uint64_t)(out[3] & 0x7f) << 24;
}

enum fl_code fl_task_call(const struct fl_task *t, const struct fl_candidate *c, size_t item_index,
                          const struct fl_json *item, uint32_t draw, struct fl_arena *a, struct fl_call *out,
                          struct fl_err *err)
{
	struct fl_message *message;
	const struct fl_prompt *prompt = &t->prompt[c->prompt];
	FL_TRY(fl_task_render(t, prompt, item_index, item, c->examples, a, &message, err));
	FL_TRY(fl_task_attach(t, item_index, item, a, message, prompt->count, err));
	*out = (struct fl_call){.offer = c->offer, .draw = draw, .timeout_ms = t->timeout_ms};
	out->chat = (struct fl_chat){.message = message,
	                             .message_count = prompt->count,
	                             .max_output = c->max_output,
	                             .effort = c->effort,
	                             .temperature = c->temperature,
	                             .params = c->params};
	fl_honour_chat(c->offer, &out->chat);
	if (out->chat.has_seed)
		out->chat.seed = seed_of(t, t->item[item_index].id, draw);
	return FL_OK;
}

const struct fl_grader_set *fl_task_graders(const struct fl_task *t, size_t item_index)
{
	bool own = t->item_graders && t->item_graders[item_index].count;
	return own ? &t->item_graders[item_index] : &t->graders;
}

enum fl_code fl_task_grade(const struct fl_task *t, size_t item_index, const struct fl_json *item, struct fl_str answer,
                           const struct fl_said *said, struct fl_arena *a, double *score, struct fl_grade *grade,
                           size_t *count, struct fl_err *err)
{
	const struct fl_grader_set *set = fl_task_graders(t, item_index);
	*count = set->count;
	if (set->count == 0) {
		fl_err_set(err, FL_E_INVALID, "item '%.*s' does not say how its answer is graded",
		           FL_FMT(t->item[item_index].id));
		fl_err_place(err, t->data_file, t->item[item_index].line, 0);
		return FL_E_INVALID;
	}
	if (fl_grade(set, item, answer, said, a, score, grade, err) != FL_OK) {
		if (!err)
			return FL_E_INVALID;
		if (!err->file[0] || set != &t->graders) /* an item's own grader knows its own lines only */
			fl_err_place(err, t->data_file, t->item[item_index].line, 0);
		return fl_err_while(err, "grading item '%.*s'", FL_FMT(t->item[item_index].id));
	}
	return FL_OK;
}

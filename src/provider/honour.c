/*
 * Levels of effort of an offer: what the endpoint takes, less what the model is known not to take.
 *
 *   model's rows in the catalogue       levels of the model
 *   effort, with levels                 those of the row whose source stands highest; Anthropic's dialect can also switch
 *                                       thinking off, unless the row says that it cannot be
 *   budget                              every word stands for a share of max_output (fl_thinking_budget); none where it can
 *                                       be switched off
 *   always                              every level but none
 *   none, and it is known not to think  no level
 *   otherwise                           every level of the endpoint
 */
#include "provider/honour.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const ladder[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};

static ptrdiff_t rung(struct fl_str level)
{
	for (size_t i = 0; i < FL_COUNT(ladder); i++)
		if (fl_str_is(level, ladder[i]))
			return (ptrdiff_t)i;
	return -1;
}

static bool listed(const struct fl_list *list, struct fl_str word)
{
	for (size_t i = 0; i < list->n; i++)
		if (fl_str_eq(((const struct fl_str *)list->p)[i], word))
			return true;
	return false;
}

static bool speaks(const struct fl_offer *o, const char *dialect)
{
	return o->provider->dialect && strcmp(o->provider->dialect->name, dialect) == 0;
}

/* --- what the catalogue says of the model ------------------------------------------------------------------------- */

static const struct fl_catalog *catalog_of(const struct fl_offer *o)
{
	return o->provider->catalog;
}

/* The row of that kind whose source stands highest. */
static const struct fl_reasoning *row_of(const struct fl_offer *o, enum fl_reasoning_kind kind)
{
	const struct fl_reasoning *best = NULL;
	int64_t best_rank = INT64_MAX;
	const struct fl_catalog_model *m = o->fact.model;
	for (size_t i = 0; m && i < m->reasoning.n; i++) {
		const struct fl_reasoning *r = &((const struct fl_reasoning *)m->reasoning.p)[i];
		int64_t rank = fl_sources_rank(catalog_of(o), &r->source);
		if (r->kind == (int)kind && rank < best_rank) {
			best = r;
			best_rank = rank;
		}
	}
	return best;
}

/* Some source says that its thinking cannot be switched off. */
static bool always_thinks(const struct fl_offer *o)
{
	const struct fl_catalog_model *m = o->fact.model;
	bool always = row_of(o, FL_REASONING_ALWAYS) != NULL;
	for (size_t i = 0; m && i < m->reasoning.n; i++) {
		const struct fl_reasoning *r = &((const struct fl_reasoning *)m->reasoning.p)[i];
		always |= fl_str_find(r->note, FL_S("cannot be switched off"), 0) >= 0;
	}
	return always;
}

static const struct fl_refused *refusal_of(const struct fl_offer *o, const char *parameter)
{
	const struct fl_catalog_model *m = o->fact.model;
	for (size_t i = 0; m && i < m->refuses.n; i++) {
		const struct fl_refused *r = &((const struct fl_refused *)m->refuses.p)[i];
		if (fl_str_is(r->parameter, parameter))
			return r;
	}
	return NULL;
}

/* The catalogue says that the model does not think. */
static bool never_thinks(const struct fl_offer *o)
{
	const struct fl_catalog_model *m = o->fact.model;
	return m && m->reasoning.n == 0 && fl_claim_yes(catalog_of(o), &m->reasons) == FL_NO;
}

static bool model_takes(const struct fl_offer *o, struct fl_str level)
{
	const struct fl_reasoning *effort = row_of(o, FL_REASONING_EFFORT);
	const struct fl_refused *refused = refusal_of(o, "effort");
	bool none = fl_str_is(level, "none");
	if (!o->fact.model)
		return true;
	if (never_thinks(o) || (refused && listed(&refused->values, level)))
		return false;
	if (none && always_thinks(o))
		return false;
	if (effort && effort->levels.n)
		return listed(&effort->levels, level) || (none && speaks(o, "anthropic"));
	if (row_of(o, FL_REASONING_BUDGET) && !speaks(o, "openai"))
		return !none || row_of(o, FL_REASONING_TOGGLE);
	return true;
}

size_t fl_honour_levels(const struct fl_offer *o, struct fl_str level[FL_EFFORTS])
{
	const struct fl_provider *p = o->provider;
	size_t n = 0;
	for (size_t i = 0; i < FL_EFFORTS && p->effort[i]; i++) {
		struct fl_str word = fl_str_from(p->effort[i]);
		if (p->effort_said || model_takes(o, word))
			level[n++] = word;
	}
	return n;
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

/* "(openai-docs, 2026-11-23)" behind what was found. */
static void say_source(const struct fl_offer *o, const char *found, const struct fl_list *source, fl_date checked,
                       struct fl_err *err)
{
	struct fl_arena a;
	fl_arena_init(&a);
	fl_date day = fl_sourced_on(catalog_of(o), source, checked);
	struct fl_str names = fl_sources_text(source, &a, 1);
	char date[FL_DATE_TEXT] = "";
	if (day != FL_DATE_NONE)
		fl_date_format(day, date);
	fl_err_found(err, "%s (%.*s%s%s)", found, FL_FMT(names), date[0] ? ", " : "", date);
	fl_arena_release(&a);
}

static const char drop_help[] = "write that, or run with --drop-unsupported to leave it out aloud";

/* The level nearest to the one that was asked for; of two as near the lower, which costs less. */
static struct fl_str nearest(const struct fl_str *level, size_t n, struct fl_str asked)
{
	ptrdiff_t at = rung(asked), best = -1, best_far = 0;
	for (size_t i = 0; i < n && at >= 0; i++) {
		ptrdiff_t far = labs(rung(level[i]) - at);
		if (best < 0 || far < best_far) {
			best = (ptrdiff_t)i;
			best_far = far;
		}
	}
	return best >= 0 ? level[best] : (struct fl_str){0};
}

static void say_why(const struct fl_offer *o, struct fl_str level, struct fl_err *err)
{
	const struct fl_reasoning *effort = row_of(o, FL_REASONING_EFFORT);
	const struct fl_refused *refused = refusal_of(o, "effort");
	if (o->provider->effort_said || !o->fact.model)
		return;
	if (refused && listed(&refused->values, level))
		say_source(o, "the model refuses it", &refused->source, refused->checked, err);
	else if (never_thinks(o))
		say_source(o, "the model does not think",
		           &fl_claim_best(catalog_of(o), &o->fact.model->reasons)->source, FL_DATE_NONE, err);
	else if (effort && !listed(&effort->levels, level))
		say_source(o, "the model's levels are others", &effort->source, FL_DATE_NONE, err);
}

enum fl_code fl_honour_effort(const struct fl_offer *o, struct fl_str level, struct fl_err *err)
{
	struct fl_str taken[FL_EFFORTS];
	const struct fl_compatible *other = o->compatible;
	if (level.n == 0)
		return FL_OK;
	if (other && listed(&other->ignores, FL_S("reasoning_effort"))) {
		fl_err_set(err, FL_E_UNSUPPORTED, "%.*s ignores effort on its path in the %s format", FL_FMT(o->name),
		           o->provider->dialect->name);
		say_source(o, "effort", &other->source, other->checked, err);
		fl_err_expected(err, "no effort, or the vendor's own dialect");
		return FL_E_UNSUPPORTED;
	}
	size_t n = fl_honour_levels(o, taken);
	for (size_t i = 0; i < n; i++)
		if (fl_str_eq(taken[i], level))
			return FL_OK;
	fl_err_set(err, FL_E_UNSUPPORTED, "%.*s does not take effort '%.*s'", FL_FMT(o->name), FL_FMT(level));
	say_why(o, level, err);
	if (n == 0) {
		fl_err_expected(err, "no effort: %s",
		                never_thinks(o) ? "the model does not think" : "its endpoint does not honour one");
		fl_err_help(
		    err, "leave the lever out, or run with --drop-unsupported; for a server of your own that honours "
		         "it, list the levels as effort: [...] of its provider");
		return FL_E_UNSUPPORTED;
	}
	struct fl_buf levels;
	fl_buf_init(&levels, 1024);
	for (size_t i = 0; i < n; i++)
		fl_buf_printf(&levels, "%s%.*s", i ? ", " : "", FL_FMT(taken[i]));
	fl_err_expected(err, "%s", levels.p);
	fl_buf_release(&levels);
	struct fl_str near = nearest(taken, n, level);
	if (near.n)
		fl_err_help(err, "the nearest is %.*s; %s", FL_FMT(near), drop_help);
	else
		fl_err_help(err, "%s", drop_help);
	return FL_E_UNSUPPORTED;
}

/* --- parameters --------------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	uint32_t bit;
} parameters[] = {
    {"temperature", FL_HONOUR_TEMPERATURE},
    {"top_p", FL_HONOUR_TOP_P},
    {"logprobs", FL_HONOUR_LOGPROBS},
    {"top_logprobs", FL_HONOUR_LOGPROBS},
    {"tools", FL_HONOUR_TOOLS},
    {"tool_choice", FL_HONOUR_TOOLS},
    {"presence_penalty", FL_HONOUR_PENALTIES},
    {"frequency_penalty", FL_HONOUR_PENALTIES},
};

/* Which kind of response_format is asked for. */
static uint32_t format_bit(struct fl_str value)
{
	return fl_str_find(value, FL_S("json_schema"), 0) >= 0   ? FL_HONOUR_SCHEMA
	       : fl_str_find(value, FL_S("json_object"), 0) >= 0 ? FL_HONOUR_JSON
	                                                         : 0;
}

static uint32_t bit_of(struct fl_str name, struct fl_str value)
{
	for (size_t i = 0; i < FL_COUNT(parameters); i++)
		if (fl_str_is(name, parameters[i].name))
			return parameters[i].bit;
	return fl_str_is(name, "response_format") ? format_bit(value) : 0;
}

/* What the catalogue claims of the model for that parameter. */
static const struct fl_claims *claims_of(const struct fl_catalog_model *m, uint32_t bit)
{
	switch (bit) {
	case FL_HONOUR_TEMPERATURE:
		return &m->temperature;
	case FL_HONOUR_LOGPROBS:
		return &m->logprobs;
	case FL_HONOUR_TOOLS:
		return &m->tools;
	case FL_HONOUR_SCHEMA:
		return &m->structured_output;
	default:
		return NULL;
	}
}

static bool is_one(struct fl_str value)
{
	double v;
	return fl_double_parse(value, &v) && v == 1;
}

static enum fl_code not_honoured(const struct fl_offer *o, struct fl_str name, const char *verb, struct fl_err *err)
{
	fl_err_set(err, FL_E_UNSUPPORTED, "%.*s %s the parameter %.*s", FL_FMT(o->name), verb, FL_FMT(name));
	fl_err_expected(err, fl_str_is(name, "temperature") ? "no temperature, or 1" : "params without it");
	fl_err_help(err,
	            "take it out for this model (params: {\"%.*s\": {...}} holds those of one model), or run with "
	            "--drop-unsupported to leave it out aloud",
	            FL_FMT(o->name));
	return FL_E_UNSUPPORTED;
}

/* The model's own word. Some models take a temperature only while they do not think. */
static enum fl_code by_model(const struct fl_offer *o, struct fl_str name, uint32_t bit, struct fl_str effort,
                             struct fl_err *err)
{
	char parameter[64];
	snprintf(parameter, sizeof parameter, "%.*s", FL_FMT(name));
	const struct fl_refused *refused = refusal_of(o, parameter);
	const struct fl_claims *claims = o->fact.model ? claims_of(o->fact.model, bit) : NULL;
	const struct fl_claim *best = claims ? fl_claim_best(catalog_of(o), claims) : NULL;
	bool plain =
	    fl_str_is(effort, "none") && refused && fl_str_find(refused->note, FL_S("unless effort is none"), 0) >= 0;
	if (plain || (!refused && !(best && best->number == 0)))
		return FL_OK;
	not_honoured(o, name, "refuses", err);
	if (refused)
		say_source(o, "the model refuses it", &refused->source, refused->checked, err);
	else
		say_source(o, "the model does not take it", &best->source, best->checked, err);
	return FL_E_UNSUPPORTED;
}

enum fl_code fl_honour_param(const struct fl_offer *o, struct fl_str name, struct fl_str value, struct fl_str effort,
                             struct fl_err *err)
{
	uint32_t bit = bit_of(name, value);
	const struct fl_compatible *other = o->compatible;
	if (other && listed(&other->ignores, name)) {
		not_honoured(o, name, "ignores", err);
		say_source(o, "ignored in silence", &other->source, other->checked, err);
		return FL_E_UNSUPPORTED;
	}
	if (bit == 0 || (bit == FL_HONOUR_TEMPERATURE && is_one(value)))
		return FL_OK;
	if (!(o->provider->honours & bit)) {
		not_honoured(o, name, "does not honour", err);
		if (o->provider->vendor && o->provider->vendor->quirk)
			fl_err_found(err, "%s: %s", o->provider->vendor->title, o->provider->vendor->quirk);
		return FL_E_UNSUPPORTED;
	}
	bool thinks = effort.n && !fl_str_is(effort, "none");
	if (bit == FL_HONOUR_TEMPERATURE && thinks && speaks(o, "anthropic")) {
		not_honoured(o, name, "refuses", err);
		fl_err_found(err,
		             "thinking at effort %.*s, which goes with temperature 1 alone "
		             "(platform.claude.com/docs/en/build-with-claude/extended-thinking)",
		             FL_FMT(effort));
		return FL_E_UNSUPPORTED;
	}
	return by_model(o, name, bit, effort, err);
}

bool fl_honour_seed(const struct fl_offer *o)
{
	const struct fl_compatible *other = o->compatible;
	return (o->provider->honours & FL_HONOUR_SEED) && !(other && listed(&other->ignores, FL_S("seed")));
}

bool fl_honour_thinks(const struct fl_offer *o, struct fl_str effort)
{
	const struct fl_catalog_model *m = o->fact.model;
	bool thinks = effort.n && !fl_str_is(effort, "none");
	for (size_t i = 0; m && !effort.n && i < m->reasoning.n; i++) {
		const struct fl_reasoning *r = &((const struct fl_reasoning *)m->reasoning.p)[i];
		bool level = r->standard.n && !fl_str_is(r->standard, "none");
		bool off = fl_str_find(r->note, FL_S("off by default"), 0) >= 0;
		thinks |= (r->kind == FL_REASONING_ALWAYS || level) && !off;
	}
	return thinks;
}

static void tell_thinking(const struct fl_offer *o, struct fl_chat *chat)
{
	const struct fl_reasoning *budget = row_of(o, FL_REASONING_BUDGET);
	bool levels = row_of(o, FL_REASONING_EFFORT) || row_of(o, FL_REASONING_ADAPTIVE);
	chat->think_by = levels                           ? FL_THINK_BY_LEVEL
	                 : budget                         ? FL_THINK_BY_BUDGET
	                 : row_of(o, FL_REASONING_TOGGLE) ? FL_THINK_BY_SWITCH
	                                                  : FL_THINK_BY_LEVEL;
	if (budget) {
		chat->budget_least = (uint64_t)budget->budget_least;
		chat->budget_most = (uint64_t)budget->budget_most;
	}
}

void fl_honour_chat(const struct fl_offer *o, struct fl_chat *chat)
{
	const struct fl_provider *p = o->provider;
	chat->endpoint = p->endpoint;
	chat->model = o->model;
	chat->limit_name = p->limit_name;
	chat->seed_name = p->seed_name;
	chat->has_seed = fl_honour_seed(o);
	chat->stream = p->stream;
	tell_thinking(o, chat);
}

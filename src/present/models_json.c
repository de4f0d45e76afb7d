#include "present/models_json.h"

#include <stdio.h>

static void day_member(struct fl_json_writer *w, const char *name, fl_date day)
{
	char text[FL_DATE_TEXT];
	fl_json_member_known(w, name, fl_date_format(day, text));
}

static void texts_member(struct fl_json_writer *w, const char *name, const struct fl_list *list)
{
	fl_json_name(w, name);
	fl_json_open(w, '[');
	for (size_t i = 0; i < list->n; i++)
		fl_json_put_str(w, ((const struct fl_str *)list->p)[i]);
	fl_json_close(w);
}

/* Sources as one text, as the interfaces have it. */
static void source_member(struct fl_json_writer *w, const struct fl_list *source)
{
	struct fl_arena a;
	fl_arena_init(&a);
	fl_json_member_known(w, "source", fl_sources_text(source, &a, SIZE_MAX));
	fl_arena_release(&a);
}

static void tokens_member(const struct fl_models_view *v, struct fl_json_writer *w, const char *name,
                          const struct fl_claims *claims)
{
	const struct fl_claim *best = fl_claim_best(v->catalog, claims);
	fl_json_name(w, name);
	if (best)
		fl_json_put_i64(w, best->number);
	else
		fl_json_put_null(w);
}

static void claim_text_member(const struct fl_models_view *v, struct fl_json_writer *w, const char *name,
                              const struct fl_claims *claims)
{
	const struct fl_claim *best = fl_claim_best(v->catalog, claims);
	fl_json_member_known(w, name, best ? best->text : (struct fl_str){0});
}

/* A day in full (RFC 3339), and how exactly it is known: "2026-09" is its first day, known to the month. */
static void claimed_day(const struct fl_models_view *v, struct fl_json_writer *w, const char *name,
                        const struct fl_claims *claims)
{
	const struct fl_claim *best = fl_claim_best(v->catalog, claims);
	char exact[64], day[FL_DATE_TEXT];
	fl_json_member_known(w, name, best ? fl_date_format((fl_date)best->number, day) : (struct fl_str){0});
	if (best && best->text.n < 10) {
		snprintf(exact, sizeof exact, "%s_known_to", name);
		fl_json_member_str(w, exact, best->text.n == 4 ? FL_S("year") : FL_S("month"));
	}
}

static void yes_member(const struct fl_models_view *v, struct fl_json_writer *w, const char *name,
                       const struct fl_claims *claims)
{
	enum fl_known known = fl_claim_yes(v->catalog, claims);
	fl_json_name(w, name);
	if (known == FL_UNKNOWN)
		fl_json_put_null(w);
	else
		fl_json_put_bool(w, known == FL_YES);
}

static void words_member(const struct fl_models_view *v, struct fl_json_writer *w, const char *name,
                         const struct fl_claims *claims)
{
	static const struct fl_list none;
	const struct fl_claim *best = fl_claim_best(v->catalog, claims);
	texts_member(w, name, best ? &best->words : &none);
}

/* --- prices ------------------------------------------------------------------------------------------------------- */

void fl_price_when_json(const struct fl_price_when *when, struct fl_json_writer *w)
{
	static const char *const thinking[] = {NULL, "off", "on"};
	fl_json_name(w, "when");
	fl_json_open(w, '{');
	if (when->tier.n)
		fl_json_member_str(w, "tier", when->tier);
	if (when->above) {
		fl_json_member_i64(w, "prompt_tokens_above", when->above);
		fl_json_member_str(w, "rule", when->marginal ? FL_S("marginal") : FL_S("whole request"));
	}
	if (when->thinking)
		fl_json_member_str(w, "thinking", fl_str_from(thinking[when->thinking]));
	if (when->region.n)
		fl_json_member_str(w, "region", when->region);
	if (when->hours.n)
		fl_json_member_str(w, "calendar", when->hours);
	if (when->snapshot.n)
		fl_json_member_str(w, "snapshot", when->snapshot);
	if (when->fine_tuned)
		fl_json_member_bool(w, "fine_tuned", true);
	fl_json_close(w);
}

static void row_tail(const struct fl_catalog *c, const struct fl_price_row *row, struct fl_json_writer *w)
{
	fl_price_when_json(&row->when, w);
	day_member(w, "valid_from", row->from);
	day_member(w, "valid_to", row->to);
	fl_json_member_str(w, "status", fl_str_from(fl_price_status_words[row->status]));
	if (row->stated_to != FL_DATE_NONE)
		day_member(w, "stated_to", row->stated_to);
	source_member(w, &row->source);
	day_member(w, "checked", fl_sourced_on(c, &row->source, row->checked));
	if (row->note.n)
		fl_json_member_str(w, "note", row->note);
}

void fl_price_row_json(const struct fl_catalog *c, const struct fl_price_row *row, enum fl_usage_class class,
                       struct fl_json_writer *w)
{
	fl_json_open(w, '{');
	fl_json_member_str(w, "class", fl_str_from(fl_usage_class_name(class)));
	fl_json_member_i64(w, "rate_nusd_per_mtok", row->rate[class]);
	row_tail(c, row, w);
	fl_json_close(w);
}

static void factor_json(const struct fl_catalog *c, const struct fl_price_row *row, struct fl_json_writer *w)
{
	fl_json_open(w, '{');
	fl_json_member_double(w, "factor", (double)row->factor_billionths / 1e9);
	row_tail(c, row, w);
	fl_json_close(w);
}

static void prices_json(const struct fl_models_view *v, const struct fl_catalog_offer *o, struct fl_json_writer *w)
{
	bool factors = false;
	fl_json_name(w, "prices");
	fl_json_open(w, '[');
	for (size_t i = 0; i < o->prices.n; i++) {
		const struct fl_price_row *row = &((const struct fl_price_row *)o->prices.p)[i];
		bool shown = !v->as_of || fl_price_row_on(row, v->day);
		factors |= shown && row->factor_billionths;
		for (int c = 0; c < FL_USE_CLASSES && shown; c++)
			if (row->rate[c] >= 0)
				fl_price_row_json(v->catalog, row, (enum fl_usage_class)c, w);
	}
	fl_json_close(w);
	if (!factors)
		return;
	fl_json_name(w, "factors");
	fl_json_open(w, '[');
	for (size_t i = 0; i < o->prices.n; i++) {
		const struct fl_price_row *row = &((const struct fl_price_row *)o->prices.p)[i];
		if (row->factor_billionths && (!v->as_of || fl_price_row_on(row, v->day)))
			factor_json(v->catalog, row, w);
	}
	fl_json_close(w);
}

static void offers_json(const struct fl_models_view *v, const struct fl_catalog_model *m, struct fl_json_writer *w)
{
	fl_json_name(w, "offers");
	fl_json_open(w, '[');
	for (size_t i = 0; i < m->offers.n; i++) {
		struct fl_offer_ref ref;
		if (!fl_catalog_offer_at(v->catalog, m, i, &ref))
			continue;
		const struct fl_catalog_offer *o = ref.offer;
		if (v->as_of &&
		    ((o->from != FL_DATE_NONE && v->day < o->from) || (o->to != FL_DATE_NONE && v->day >= o->to)))
			continue;
		fl_json_open(w, '{');
		fl_json_member_str(w, "id", ref.id);
		fl_json_member_str(w, "provider", ref.provider_id);
		fl_json_member_known(w, "model", o->model.n ? o->model : m->id);
		fl_json_member_known(w, "quantization", o->quantization);
		if (o->region.n)
			fl_json_member_str(w, "region", o->region);
		tokens_member(v, w, "context_tokens", o->context.n ? &o->context : &m->context);
		tokens_member(v, w, "max_output_tokens", o->max_output.n ? &o->max_output : &m->max_output);
		prices_json(v, o, w);
		fl_json_close(w);
	}
	fl_json_close(w);
}

/* --- scores ------------------------------------------------------------------------------------------------------- */

static void score_json(const struct fl_score *s, struct fl_json_writer *w)
{
	fl_json_open(w, '{');
	fl_json_member_str(w, "benchmark", s->benchmark);
	fl_json_member_known(w, "release", s->release);
	if (s->category.n)
		fl_json_member_str(w, "category", s->category);
	if (s->variant.n)
		fl_json_member_str(w, "variant", s->variant);
	if (s->harness.n)
		fl_json_member_str(w, "harness", s->harness);
	fl_json_member_double(w, "value", s->value);
	fl_json_name(w, "interval");
	if (s->low <= s->high) {
		fl_json_open(w, '[');
		fl_json_put_double(w, s->low);
		fl_json_put_double(w, s->high);
		fl_json_close(w);
	} else {
		fl_json_put_null(w);
	}
	if (s->n)
		fl_json_member_i64(w, "items", s->n);
	if (s->estimated)
		fl_json_member_bool(w, "estimated", true);
	if (s->self_reported)
		fl_json_member_bool(w, "self_reported", true);
	source_member(w, &s->source);
	day_member(w, "date", s->date);
	fl_json_close(w);
}

static void scores_json(const struct fl_models_view *v, const struct fl_catalog_model *m, struct fl_json_writer *w)
{
	fl_json_name(w, "scores");
	fl_json_open(w, '[');
	for (size_t i = 0; i < m->scores.n; i++) {
		const struct fl_score *s = &((const struct fl_score *)m->scores.p)[i];
		if (!v->as_of || s->date == FL_DATE_NONE || s->date <= v->day)
			score_json(s, w);
	}
	fl_json_close(w);
}

/* --- details ------------------------------------------------------------------------------------------------------ */

static void claims_json(struct fl_json_writer *w, const char *name, const struct fl_claims *claims)
{
	if (claims->n == 0)
		return;
	fl_json_name(w, name);
	fl_json_open(w, '[');
	for (size_t i = 0; i < claims->n; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "value", claims->p[i].text);
		source_member(w, &claims->p[i].source);
		if (claims->p[i].checked != FL_DATE_NONE)
			day_member(w, "checked", claims->p[i].checked);
		if (claims->p[i].note.n)
			fl_json_member_str(w, "note", claims->p[i].note);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void reasoning_json(const struct fl_catalog_model *m, struct fl_json_writer *w)
{
	static const char *const kind[] = {"none", "toggle", "effort", "budget", "always", "adaptive"};
	fl_json_name(w, "reasoning_control");
	fl_json_open(w, '[');
	for (size_t i = 0; i < m->reasoning.n; i++) {
		const struct fl_reasoning *r = &((const struct fl_reasoning *)m->reasoning.p)[i];
		fl_json_open(w, '{');
		fl_json_member_str(w, "kind", fl_str_from(kind[r->kind]));
		texts_member(w, "levels", &r->levels);
		fl_json_member_known(w, "default", r->standard);
		source_member(w, &r->source);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void details_json(const struct fl_catalog_model *m, struct fl_json_writer *w)
{
	static const struct {
		const char *name;
		size_t at;
	} claim[] = {
#define CLAIM(member) {#member, offsetof(struct fl_catalog_model, member)}
	    CLAIM(released),        CLAIM(deprecates),     CLAIM(retires),           CLAIM(access),
	    CLAIM(licence),         CLAIM(context),        CLAIM(max_input),         CLAIM(max_output),
	    CLAIM(knowledge),       CLAIM(inputs),         CLAIM(outputs),           CLAIM(total_params_b),
	    CLAIM(active_params_b), CLAIM(tools),          CLAIM(structured_output), CLAIM(logprobs),
	    CLAIM(temperature),     CLAIM(seed),           CLAIM(web_search),        CLAIM(reasons),
	    CLAIM(cache_least),     CLAIM(thinking_shown), CLAIM(token_factor),      CLAIM(notes),
#undef CLAIM
	};
	fl_json_name(w, "claims");
	fl_json_open(w, '{');
	for (size_t i = 0; i < FL_COUNT(claim); i++)
		claims_json(w, claim[i].name, (const struct fl_claims *)(const void *)((const char *)m + claim[i].at));
	fl_json_close(w);
	reasoning_json(m, w);
}

static void model_json(const struct fl_listing_row *r, const struct fl_models_view *v, struct fl_json_writer *w)
{
	const struct fl_catalog_model *m = r->model;
	fl_json_open(w, '{');
	fl_json_member_str(w, "id", m->id);
	fl_json_member_known(w, "name", m->name);
	fl_json_member_known(w, "lab", m->lab);
	yes_member(v, w, "open_weights", &m->open_weights);
	claim_text_member(v, w, "licence", &m->licence);
	claimed_day(v, w, "released", &m->released);
	claimed_day(v, w, "knowledge_cutoff", &m->knowledge);
	fl_json_member_str(w, "status", fl_str_from(fl_model_status_words[r->status]));
	claimed_day(v, w, "retires", &m->retires);
	if (m->answered_by.n)
		fl_json_member_str(w, "answered_by", m->answered_by);
	if (m->replaced_by.n)
		fl_json_member_str(w, "replaced_by", m->replaced_by);
	fl_json_name(w, "context_tokens");
	if (r->context >= 0)
		fl_json_put_i64(w, r->context);
	else
		fl_json_put_null(w);
	tokens_member(v, w, "max_output_tokens", &m->max_output);
	words_member(v, w, "inputs", &m->inputs);
	words_member(v, w, "outputs", &m->outputs);
	yes_member(v, w, "reasoning", &m->reasons);
	yes_member(v, w, "tools", &m->tools);
	yes_member(v, w, "structured_output", &m->structured_output);
	if (v->details)
		details_json(m, w);
	if (r->score) {
		fl_json_name(w, "shown_score");
		score_json(r->score, w);
	}
	if (r->tie)
		fl_json_member_u64(w, "tie_group", r->tie);
	scores_json(v, m, w);
	offers_json(v, m, w);
	fl_json_close(w);
}

void fl_models_json(const struct fl_listing *l, const struct fl_models_view *v, struct fl_json_writer *w)
{
	fl_json_open(w, '{');
	fl_json_member_str(w, "schema", FL_S("fulcrum.models/1"));
	day_member(w, "as_of", v->day);
	day_member(w, "compiled", v->catalog->compiled);
	if (l->table)
		fl_json_member_str(w, "table", l->table->title);
	fl_json_name(w, "models");
	fl_json_open(w, '[');
	for (size_t i = 0; i < l->row.n; i++)
		model_json(&l->row.p[i], v, w);
	fl_json_close(w);
	fl_json_close(w);
}

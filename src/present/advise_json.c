#include "present/advise_view.h"

#include <math.h>

static void money_or_null(struct fl_json_writer *w, const char *name, bool known, int64_t nusd)
{
	fl_json_name(w, name);
	if (known)
		fl_json_put_i64(w, nusd);
	else
		fl_json_put_null(w);
}

static void date_or_null(struct fl_json_writer *w, const char *name, fl_date day)
{
	char text[FL_DATE_TEXT];
	fl_json_member_known(w, name, fl_date_format(day, text));
}

static void interval(struct fl_json_writer *w, const char *name, double middle, double half)
{
	fl_json_name(w, name);
	fl_json_open(w, '[');
	fl_json_put_double(w, FL_MAX(middle - half, 0.0));
	fl_json_put_double(w, FL_MIN(middle + half, 1.0));
	fl_json_close(w);
}

/* --- settings ----------------------------------------------------------------------------------------------------- */

static void quality(const struct fl_advice *v, const struct fl_setting *s, struct fl_json_writer *w)
{
	fl_json_name(w, "quality");
	if (!s->known) {
		fl_json_put_null(w);
		return;
	}
	const struct fl_score *x = s->ability.newest;
	fl_json_open(w, '{');
	fl_json_member_double(w, "share", s->share);
	interval(w, "interval", s->share, 1.96 * s->share_error);
	fl_json_member_bool(w, "measured", s->measured);
	fl_json_member_u64(w, "benchmarks", s->ability.tests);
	fl_json_member_known(w, "inherited_from", s->ability.of ? s->ability.of->id : FL_S(""));
	fl_json_member_u64(w, "own_items", s->own_items);
	if (s->own_items)
		fl_json_member_double(w, "own_share", s->own_share);
	fl_json_member_known(w, "source", x ? fl_sources_text(&x->source, v->arena, 2) : FL_S(""));
	date_or_null(w, "date", x ? x->date : FL_DATE_NONE);
	fl_json_close(w);
}

static void trust(const struct fl_advice *v, const struct fl_setting *s, struct fl_json_writer *w)
{
	const struct fl_lab *lab = fl_catalog_lab(v->catalog, s->offer.model->lab);
	const struct fl_score *steady = fl_advise_steadiness(v, s);
	fl_json_name(w, "trust");
	fl_json_open(w, '{');
	fl_json_name(w, "record");
	fl_json_open(w, '[');
	for (size_t i = 0; lab && i < lab->trust.n; i++) {
		const struct fl_trust *t = &((const struct fl_trust *)lab->trust.p)[i];
		fl_json_open(w, '{');
		date_or_null(w, "date", t->date);
		fl_json_member_str(w, "kind", t->kind);
		fl_json_member_str(w, "summary", t->summary);
		fl_json_member_known(w, "resolved", t->resolved);
		fl_json_member_str(w, "source", fl_sources_text(&t->source, v->arena, 3));
		fl_json_close(w);
	}
	fl_json_close(w);
	fl_json_name(w, "abstains_rather_than_errs");
	if (steady)
		fl_json_put_double(w, steady->value);
	else
		fl_json_put_null(w);
	fl_json_close(w);
}

static void own_fit(const struct fl_setting *s, struct fl_json_writer *w)
{
	if (!s->own || !s->fit.device)
		return;
	fl_json_name(w, "fit");
	fl_json_open(w, '{');
	fl_json_member_str(w, "device", s->fit.key);
	fl_json_member_str(w, "quant", fl_str_from(s->fit.want.quant->name));
	fl_json_member_i64(w, "context_tokens", s->fit.want.context);
	fl_json_member_i64(w, "total_bytes", s->fit.fit.total.low);
	fl_json_member_i64(w, "available_bytes", s->fit.fit.available_bytes);
	fl_json_close(w);
}

/* The members of a setting, into an object that is open. */
static void setting(const struct fl_advice *v, const struct fl_setting *s, struct fl_json_writer *w)
{
	int64_t month = fl_advice_month(v, s);
	fl_json_member_str(w, "name", s->name);
	fl_json_member_str(w, "model", s->offer.model->id);
	fl_json_member_str(w, "offer", s->offer.id);
	fl_json_member_str(w, "provider", s->offer.provider_id);
	fl_json_member_str(w, "lab", s->offer.model->lab);
	fl_json_member_known(w, "effort", fl_str_from(fl_effort_words[s->effort]));
	fl_json_member_bool(w, "open_weights", s->open);
	quality(v, s, w);
	money_or_null(w, "cost_nusd", s->priced, s->cost_nusd);
	money_or_null(w, "month_nusd", month >= 0, month);
	money_or_null(w, "utility_nusd", s->priced && s->known, llround(s->utility_usd * 1e9));
	fl_json_name(w, "latency_s");
	if (s->latency_s >= 0)
		fl_json_put_double(w, s->latency_s);
	else
		fl_json_put_null(w);
	fl_json_member_double(w, "tokens_times", s->tokens_times);
	fl_json_member_str(w, "tokens_basis", s->tokens_basis);
	fl_json_member_i64(w, "thinking_tokens", s->thinking_tokens);
	fl_json_member_u64(w, "unknown_facts", s->unknown);
	fl_json_member_u64(w, "other_hosts", s->other_hosts);
	fl_json_member_known(w, "leaves", s->leaves);
	fl_json_member_known(w, "cost_problem", s->cost_problem);
	own_fit(s, w);
}

static void verdict(const struct fl_advice *v, struct fl_json_writer *w)
{
	fl_json_name(w, "verdict");
	if (v->verdict < 0) {
		fl_json_put_null(w);
		return;
	}
	fl_json_open(w, '{');
	setting(v, &v->setting.p[v->verdict], w);
	trust(v, &v->setting.p[v->verdict], w);
	struct fl_str need[FL_ADVISE_NEEDS];
	size_t n = fl_advice_not_known(v, &v->setting.p[v->verdict], need, FL_COUNT(need));
	fl_json_name(w, "needs_not_known");
	fl_json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		fl_json_put_str(w, need[i]);
	fl_json_close(w);
	fl_json_member_str(w, "statement", fl_advise_sentence(v));
	fl_json_close(w);
}

static void alternative(const struct fl_advice *v, ptrdiff_t i, const char *kind, struct fl_json_writer *w)
{
	if (i < 0)
		return;
	fl_json_open(w, '{');
	fl_json_member_str(w, "kind", fl_str_from(kind));
	setting(v, &v->setting.p[i], w);
	trust(v, &v->setting.p[i], w);
	fl_json_close(w);
}

static void ties(const struct fl_advice *v, struct fl_json_writer *w)
{
	fl_json_name(w, "ties");
	fl_json_open(w, '[');
	for (size_t i = 0, end; i < v->ranked; i = end) {
		for (end = i; end < v->ranked && v->setting.p[end].tie == v->setting.p[i].tie;)
			end++;
		if (end - i < 2)
			continue;
		fl_json_open(w, '[');
		for (size_t k = i; k < end; k++)
			fl_json_put_str(w, v->setting.p[k].name);
		fl_json_close(w);
	}
	fl_json_close(w);
}

/* --- needs -------------------------------------------------------------------------------------------------------- */

static void finding(struct fl_str candidate, const struct fl_finding *f, struct fl_json_writer *w)
{
	fl_json_member_str(w, "candidate", candidate);
	fl_json_member_str(w, "need", f->need);
	fl_json_member_str(w, "wanted", f->wanted);
	fl_json_member_str(w, "found", f->found);
	fl_json_member_known(w, "source", f->source);
	date_or_null(w, "date", f->date);
	fl_json_member_known(w, "relax", f->relax);
}

static void removed(const struct fl_advice *v, struct fl_json_writer *w)
{
	fl_json_name(w, "removed");
	fl_json_open(w, '[');
	for (size_t i = 0; i < v->removed.n; i++) {
		const struct fl_removal *r = &v->removed.p[i];
		fl_json_open(w, '{');
		finding(r->candidate, &r->finding, w);
		fl_json_member_u64(w, "needs_broken", r->broken);
		fl_json_member_str(w, "state", r->finding.state == FL_NEED_UNKNOWN ? FL_S("unknown") : FL_S("broken"));
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void unknown(const struct fl_advice *v, struct fl_json_writer *w)
{
	fl_json_name(w, "unknown");
	fl_json_open(w, '[');
	for (size_t i = 0; i < v->unknown.n; i++) {
		fl_json_open(w, '{');
		finding(v->unknown.p[i].candidate, &v->unknown.p[i].finding, w);
		fl_json_close(w);
	}
	for (size_t i = 0; i < v->setting.n; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		if (s->measured && s->priced)
			continue;
		fl_json_open(w, '{');
		fl_json_member_str(w, "candidate", s->name);
		fl_json_member_str(w, "need", s->measured ? FL_S("price") : FL_S("score"));
		fl_json_member_str(w, "found", s->measured ? s->cost_problem : FL_S("no comparable public score"));
		fl_json_member_known(w, "stands_in", !s->measured && s->ability.of ? s->ability.of->id : FL_S(""));
		fl_json_close(w);
	}
	fl_json_close(w);
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void steps(const struct fl_advice *v, struct fl_json_writer *w)
{
	fl_json_name(w, "steps");
	fl_json_open(w, '[');
	for (size_t i = 0; i < FL_ADVICE_STEPS && v->step[i].question; i++) {
		const struct fl_advice_step *s = &v->step[i];
		fl_json_open(w, '{');
		fl_json_member_u64(w, "step", i + 1);
		fl_json_member_str(w, "question", fl_str_from(s->question));
		fl_json_member_str(w, "answer", s->answer);
		fl_json_name(w, "because");
		fl_json_open(w, '[');
		for (size_t k = 0; k < s->because.n; k++) {
			fl_json_open(w, '{');
			fl_json_member_str(w, "fact", s->because.p[k].fact);
			fl_json_member_known(w, "source", s->because.p[k].source);
			date_or_null(w, "date", s->because.p[k].date);
			fl_json_close(w);
		}
		fl_json_close(w);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static bool is_money(enum fl_break_kind k)
{
	return k == FL_BREAK_VALUE || k == FL_BREAK_WAGE;
}

static void point(struct fl_json_writer *w, const char *name, enum fl_break_kind kind, double at)
{
	fl_json_name(w, name);
	if (is_money(kind))
		fl_json_put_i64(w, llround(at * 1e9));
	else
		fl_json_put_i64(w, llround(at));
}

static void sensitivity(const struct fl_advice *v, struct fl_json_writer *w)
{
	fl_json_name(w, "sensitivity");
	fl_json_open(w, '[');
	for (size_t i = 0; i < v->sensitivity.n; i++) {
		const struct fl_break *b = &v->sensitivity.p[i];
		struct fl_str who = b->winner < v->setting.n ? v->setting.p[b->winner].name : FL_S("");
		fl_json_open(w, '{');
		fl_json_member_str(w, "parameter", fl_str_from(fl_break_words[b->kind]));
		if (b->kind == FL_BREAK_PRICE) {
			fl_json_member_str(w, "candidate", who);
			date_or_null(w, "date", (fl_date)b->at);
		} else {
			point(w, "now", b->kind, b->now);
			point(w, "at", b->kind, b->at);
			fl_json_member_str(w, "direction", b->at > b->now ? FL_S("above") : FL_S("below"));
			fl_json_member_known(w, "winner", who);
		}
		fl_json_member_bool(w, "changes_verdict", b->changes);
		fl_json_member_str(w, "text", b->text);
		fl_json_member_known(w, "source", b->source);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void questions(const struct fl_advice *v, struct fl_json_writer *w)
{
	fl_json_name(w, "ask_next");
	fl_json_open(w, '[');
	for (size_t i = 0; i < v->asks; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "question", v->ask[i].question);
		fl_json_member_str(w, "why", v->ask[i].why);
		fl_json_member_str(w, "option", v->ask[i].option);
		fl_json_member_bool(w, "could_change_verdict", v->ask[i].changes);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void texts(const struct fl_advice *v, struct fl_json_writer *w)
{
	fl_json_name(w, "assumptions");
	fl_json_open(w, '[');
	for (size_t i = 0; i < v->assumption.n; i++)
		fl_json_put_str(w, v->assumption.p[i]);
	fl_json_close(w);
	fl_json_name(w, "shortlist");
	fl_json_open(w, '[');
	for (size_t i = 0; i < v->shortlist.n; i++) {
		const struct fl_listed *l = &v->shortlist.p[i];
		fl_json_open(w, '{');
		fl_json_member_str(w, "model", l->model);
		fl_json_member_known(w, "effort", l->effort);
		fl_json_member_str(w, "setting", v->setting.p[l->setting].name);
		fl_json_member_str(w, "why", fl_str_from(l->why));
		fl_json_close(w);
	}
	fl_json_close(w);
	fl_json_name(w, "task_notes");
	fl_json_open(w, '[');
	for (size_t i = 0; i < v->task_note.n; i++)
		fl_json_put_str(w, v->task_note.p[i]);
	fl_json_close(w);
	fl_json_member_known(w, "task_file", v->task_file);
}

static void circumstances(const struct fl_advise_view *view, struct fl_json_writer *w)
{
	const struct fl_advice *v = view->advice;
	date_or_null(w, "as_of", v->wish->day);
	fl_json_member_str(w, "category", fl_str_from(v->category->name));
	fl_json_member_i64(w, "value_nusd", v->value_nusd);
	fl_json_member_i64(w, "in_tokens", v->in_tokens);
	fl_json_member_i64(w, "out_tokens", v->out_tokens);
	fl_json_name(w, "traffic_month");
	if (v->wish->traffic_month)
		fl_json_put_i64(w, v->wish->traffic_month);
	else
		fl_json_put_null(w);
	fl_json_member_bool(w, "strict", v->wish->strict);
	fl_json_member_u64(w, "offers", v->offers);
	fl_json_member_u64(w, "removed_candidates", v->removed_candidates);
}

bool fl_advise_json(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	struct fl_json_writer w;
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.advise/1"));
	circumstances(view, &w);
	verdict(v, &w);
	fl_json_name(&w, "alternatives");
	fl_json_open(&w, '[');
	alternative(v, v->cheaper, "cheaper", &w);
	alternative(v, v->stronger, "more capable", &w);
	fl_json_close(&w);
	ties(v, &w);
	fl_json_name(&w, "candidates");
	fl_json_open(&w, '[');
	for (size_t i = 0; i < FL_MIN(v->setting.n, FL_MAX(view->top, (size_t)1)); i++) {
		fl_json_open(&w, '{');
		setting(v, &v->setting.p[i], &w);
		fl_json_member_u64(&w, "tie", v->setting.p[i].tie);
		fl_json_close(&w);
	}
	fl_json_close(&w);
	removed(v, &w);
	unknown(v, &w);
	steps(v, &w);
	sensitivity(v, &w);
	questions(v, &w);
	texts(v, &w);
	fl_json_close(&w);
	return fl_json_done(&w) && fl_buf_char(out, '\n');
}

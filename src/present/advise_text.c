#include "present/advise_view.h"

#include "present/figure.h"
#include "present/models_text.h"
#include "present/plain.h"
#include "present/table.h"

#include <math.h>

enum { NEAR_SHOWN = 3, PRICES_SHOWN = 6, UNKNOWN_SHOWN = 5, NEW_SHOWN = 3 };

static void heading(const struct fl_advise_view *v, struct fl_buf *out, const char *title)
{
	fl_buf_printf(out, "\n%s%s%s\n", v->color ? "\x1b[1m" : "", title, v->color ? "\x1b[0m" : "");
}

/* "- text", wrapped under itself. */
static void point(const struct fl_advise_view *v, struct fl_buf *out, struct fl_str text)
{
	struct fl_buf b;
	fl_buf_init(&b, 1 << 20);
	fl_wrap(&b, text, v->width, "    ");
	struct fl_str wrapped = fl_buf_slice(&b);
	fl_buf_z(out, "  - ");
	fl_buf_str(out, fl_str_sub(wrapped, 4, wrapped.n));
	fl_buf_release(&b);
}

/* --- verdict and ranking ------------------------------------------------------------------------------------------ */

static void ranking(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	struct fl_text_column column[] = {{"setting", true}, {"right %", false}, {"+-", false},  {"a call", false},
	                                  {"month", false},  {"seconds", false}, {"tie", false}, {"own %", false}};
	enum { N = FL_COUNT(column) };
	size_t rows = FL_MIN(v->ranked, view->top);
	struct fl_str *cell = FL_NEW_ARRAY(v->arena, struct fl_str, (rows + 1) * N);
	for (size_t i = 0; i < rows; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		int64_t month = fl_advice_month(v, s);
		struct fl_str *row = cell + i * N;
		row[0] = s->name;
		row[1] = fl_show_points(v->arena, s->share);
		row[2] = fl_show_points(v->arena, 1.96 * s->share_error);
		row[3] = fl_show_money(v->arena, s->cost_nusd);
		row[4] = month >= 0 ? fl_show_money(v->arena, month) : FL_S("");
		row[5] = s->latency_s >= 0 ? fl_arena_printf(v->arena, "%.3g", s->latency_s) : FL_S("-");
		row[6] = fl_arena_printf(v->arena, "%s%zu", (ptrdiff_t)i == v->verdict ? "* " : "", s->tie);
		row[7] = s->own_items ? fl_show_points(v->arena, s->own_share) : FL_S("");
	}
	struct fl_text_table t = {.column = column, .columns = N, .cell = cell, .rows = rows};
	fl_table_write(out, &t, view->width, "  ");
	if (rows < v->ranked)
		fl_buf_printf(out, "  ... and %zu more (--top N)\n", v->ranked - rows);
}

/* What would rank, but will not last. */
static void ending(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	size_t n = 0;
	for (size_t i = v->ranked; i < v->setting.n; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		if (!s->leaves.n || !s->measured || !s->priced || s->unknown || (n++ >= NEW_SHOWN && !s->own_items))
			continue;
		point(view, out,
		      fl_arena_printf(v->arena, "not named, for it will not last: %.*s (%.*s right, %.*s a call): %.*s",
		                      FL_FMT(s->name), FL_FMT(fl_show_share(v->arena, s->share)),
		                      FL_FMT(fl_show_money(v->arena, s->cost_nusd)), FL_FMT(s->leaves)));
	}
}

/* Settings of which a hard need is not known: not named, but kept and told. */
static void in_doubt(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	size_t n = 0;
	for (size_t i = 0; i < v->setting.n; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		bool comparable = i < v->ranked || (s->measured && s->priced);
		if (!s->unknown || !comparable || n++ >= NEW_SHOWN)
			continue;
		for (size_t k = 0; k < v->unknown.n; k++)
			if (fl_str_eq(v->unknown.p[k].candidate, s->offer.id)) {
				point(view, out,
				      fl_arena_printf(
				          v->arena,
				          "kept, though not all is known: %.*s (%.*s right, %.*s a call): %.*s",
				          FL_FMT(s->name), FL_FMT(fl_show_share(v->arena, s->share)),
				          FL_FMT(fl_show_money(v->arena, s->cost_nusd)),
				          FL_FMT(fl_finding_text(&v->unknown.p[k].finding, v->arena))));
				break;
			}
	}
	if (n > NEW_SHOWN)
		point(view, out,
		      fl_arena_printf(v->arena,
		                      "%zu more settings of which a need is not known (--strict removes them)",
		                      n - NEW_SHOWN));
}

/* Newer models that nobody has scored: what stands in for them, the best first. */
static void unmeasured(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	size_t n = 0;
	for (size_t i = v->ranked; i < v->setting.n; i++) {
		const struct fl_setting *s = &v->setting.p[i];
		if (s->measured || s->own || !s->priced || s->unknown || n++ >= NEW_SHOWN || !s->ability.of)
			continue;
		point(view, out,
		      fl_arena_printf(
		          v->arena,
		          "no comparable public scores of %.*s yet (%.*s a call); those of %.*s would stand in: "
		          "%.*s +- %.*s",
		          FL_FMT(s->name), FL_FMT(fl_show_money(v->arena, s->cost_nusd)), FL_FMT(s->ability.of->id),
		          FL_FMT(fl_show_share(v->arena, s->share)),
		          FL_FMT(fl_show_points(v->arena, 1.96 * s->share_error))));
	}
	if (n > NEW_SHOWN)
		point(view, out,
		      fl_arena_printf(v->arena, "%zu more models without comparable public scores (--json lists them)",
		                      n - NEW_SHOWN));
}

/* --- why ---------------------------------------------------------------------------------------------------------- */

static void why(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	size_t told = 0;
	heading(view, out, "What would change it");
	for (size_t i = 0; i < v->sensitivity.n; i++) {
		const struct fl_break *b = &v->sensitivity.p[i];
		if (b->kind == FL_BREAK_PRICE && !b->changes && told++ >= PRICES_SHOWN)
			continue;
		point(view, out, fl_advise_sourced(v, b->text, b->source, FL_DATE_NONE));
	}
	if (!v->sensitivity.n)
		point(view, out, FL_S("nothing within a thousand times of the figures here"));
	heading(view, out, "Taken for granted");
	for (size_t i = 0; i < v->assumption.n; i++)
		point(view, out, v->assumption.p[i]);
}

static void removal(const struct fl_advise_view *view, struct fl_buf *out, const struct fl_removal *r)
{
	const struct fl_advice *v = view->advice;
	struct fl_str text = fl_arena_printf(v->arena, "%.*s: %.*s", FL_FMT(r->candidate),
	                                     FL_FMT(fl_finding_text(&r->finding, v->arena)));
	if (r->finding.relax.n)
		text = fl_arena_printf(v->arena, "%.*s; back with %.*s", FL_FMT(text), FL_FMT(r->finding.relax));
	if (r->broken > 1)
		text = fl_arena_printf(v->arena, "%.*s (one of %zu needs that it breaks)", FL_FMT(text), r->broken);
	point(view, out, text);
}

static void removed(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	struct fl_need_count need[FL_ADVISE_NEEDS];
	size_t n = fl_advise_needs(v, need);
	heading(view, out, "Removed");
	if (!n)
		point(view, out, FL_S("nothing: no hard need was given"));
	for (size_t k = 0; k < n; k++) {
		fl_buf_printf(out, "  by %.*s: %zu, of these %zu by it alone\n", FL_FMT(need[k].need),
		              need[k].candidates, need[k].near);
		size_t shown = 0;
		for (size_t i = 0; i < v->removed.n; i++)
			if (fl_str_eq(v->removed.p[i].finding.need, need[k].need) &&
			    (view->all || (v->removed.p[i].broken == 1 && shown++ < NEAR_SHOWN)))
				removal(view, out, &v->removed.p[i]);
	}
	if (n && !view->all)
		fl_buf_printf(out, "  %zu of %zu candidates removed; --all shows every one\n", v->removed_candidates,
		              v->offers);
	for (size_t i = 0, told = 0; i < v->unknown.n && v->verdict >= 0; i++)
		if (fl_str_eq(v->unknown.p[i].candidate, v->setting.p[v->verdict].offer.id) && told++ < UNKNOWN_SHOWN)
			point(view, out,
			      fl_arena_printf(v->arena, "not known of the verdict, so check it: %.*s",
			                      FL_FMT(fl_finding_text(&v->unknown.p[i].finding, v->arena))));
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void steps(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	heading(view, out, "Six steps");
	for (size_t i = 0; i < FL_ADVICE_STEPS; i++) {
		const struct fl_advice_step *s = &v->step[i];
		fl_wrap(out, fl_arena_printf(v->arena, "%zu. %s %.*s", i + 1, s->question, FL_FMT(s->answer)),
		        view->width, "  ");
		for (size_t k = 0; k < s->because.n; k++)
			point(view, out,
			      fl_advise_sourced(v, s->because.p[k].fact, s->because.p[k].source, s->because.p[k].date));
	}
}

static void questions(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	heading(view, out, "Ask next");
	for (size_t i = 0; i < v->asks; i++)
		point(view, out,
		      fl_arena_printf(v->arena, "%.*s %s%.*s. %.*s", FL_FMT(v->ask[i].question),
		                      v->ask[i].changes ? "It could change the verdict: " : "", FL_FMT(v->ask[i].why),
		                      FL_FMT(v->ask[i].option)));
}

static void task_file(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	heading(view, out, "Measure it");
	if (!v->task_file.n) {
		point(view, out, FL_S("no candidate can be called by the program yet, so there is no task file"));
		return;
	}
	if (view->task_path) {
		fl_buf_printf(out, "  The shortlist is in %s: put your examples in, then\n\n    fulcrum balance %s\n",
		              view->task_path, view->task_path);
		return;
	}
	fl_buf_z(out, "  As a file with --task-file FILE, then `fulcrum balance FILE`:\n\n");
	struct fl_str rest = v->task_file;
	while (rest.n) {
		ptrdiff_t end = fl_str_find_char(rest, '\n', 0);
		size_t n = end < 0 ? rest.n : (size_t)end;
		fl_buf_z(out, "    ");
		fl_plain(out, fl_str_sub(rest, 0, n));
		fl_buf_char(out, '\n');
		rest = fl_str_sub(rest, n + 1, rest.n);
	}
}

struct points {
	const struct fl_advise_view *view;
	struct fl_buf *out;
};

static void point_of(void *arg, struct fl_str sentence)
{
	const struct points *p = arg;
	point(p->view, p->out, sentence);
}

bool fl_advise_text(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	struct points points = {view, out};
	fl_buf_z(out, view->color ? "\x1b[1m" : "");
	fl_wrap(out, fl_advise_sentence(v), view->width, "");
	fl_buf_z(out, view->color ? "\x1b[0m" : "");
	if (v->verdict < 0) {
		removed(view, out);
		return !out->full;
	}
	fl_advise_alternatives(v, point_of, &points);
	heading(view, out, "Ranking: worth of an answer less its cost (* the verdict)");
	ranking(view, out);
	ending(view, out);
	in_doubt(view, out);
	unmeasured(view, out);
	why(view, out);
	heading(view, out, "Trust");
	fl_advise_trust(v, point_of, &points);
	removed(view, out);
	steps(view, out);
	questions(view, out);
	task_file(view, out);
	return !out->full;
}

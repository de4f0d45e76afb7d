/* The advice as one page, in the style of the report: nothing is loaded, every text is escaped. */
#include "present/advise_view.h"

#include "present/figure.h"
#include "present/html.h"
#include "present/page.h"

enum { PAGE_REMOVED = 2000 };

static void text(struct fl_buf *out, const struct fl_advice *v, struct fl_str s)
{
	fl_buf_str(out, fl_html_line(v->arena, s));
}

static void open_section(struct fl_buf *out, const char *id, const char *title)
{
	fl_buf_printf(out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n", id, id,
	              id, title);
}

static void close_section(struct fl_buf *out)
{
	fl_buf_z(out, "</section>\n");
}

static void item(struct fl_buf *out, const struct fl_advice *v, struct fl_str fact, struct fl_str source, fl_date date)
{
	char day[FL_DATE_TEXT];
	fl_date_format(date, day);
	fl_buf_z(out, "<li>");
	text(out, v, fact);
	if (source.n || day[0]) {
		fl_buf_z(out, " <small>(");
		text(out, v, source);
		fl_buf_printf(out, "%s%s)</small>", source.n && day[0] ? ", " : "", day);
	}
	fl_buf_z(out, "</li>\n");
}

struct sentences {
	struct fl_buf *out;
	const struct fl_advice *v;
};

static void sentence(void *arg, struct fl_str said)
{
	struct sentences *s = arg;
	fl_buf_z(s->out, "<li>");
	text(s->out, s->v, said);
	fl_buf_z(s->out, "</li>\n");
}

static void said_list(const struct fl_advice *v, struct fl_buf *out,
                      void (*list)(const struct fl_advice *v, fl_sentence_fn *each, void *arg))
{
	struct sentences s = {out, v};
	if (v->verdict < 0)
		return;
	fl_buf_z(out, "<ul>\n");
	list(v, sentence, &s);
	fl_buf_z(out, "</ul>\n");
}

static void verdict(const struct fl_advice *v, struct fl_buf *out)
{
	fl_page_open(out, fl_html_line(v->arena, fl_arena_printf(v->arena, "Advice for %s", v->category->name)));
	fl_buf_z(out, "<h1>");
	text(out, v, fl_advise_sentence(v));
	fl_buf_z(out, "</h1>\n");
	said_list(v, out, fl_advise_alternatives);
}

static void trust(const struct fl_advice *v, struct fl_buf *out)
{
	if (v->verdict < 0)
		return;
	open_section(out, "trust", "Trust");
	said_list(v, out, fl_advise_trust);
	close_section(out);
}

static void ranking(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	open_section(out, "ranking", "Ranking");
	fl_buf_z(out, "<div class=\"scroll\"><table><thead><tr><th "
	              "class=\"text\">setting</th><th>right</th><th>\xc2\xb1</th><th>a "
	              "call</th><th>a month</th><th>seconds</th><th>tie</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < FL_MIN(v->ranked, FL_MAX(view->top, (size_t)40)); i++) {
		const struct fl_setting *s = &v->setting.p[i];
		int64_t month = fl_advice_month(v, s);
		fl_buf_printf(out, "<tr%s><td class=\"text\">",
		              (ptrdiff_t)i == v->verdict ? " class=\"s-chosen\"" : "");
		text(out, v, s->name);
		fl_buf_printf(
		    out, "</td><td>%.*s</td><td>%.*s</td><td>%.*s</td><td>%.*s</td><td>%.*s</td><td>%zu</td></tr>\n",
		    FL_FMT(fl_show_share(v->arena, s->share)), FL_FMT(fl_show_points(v->arena, 1.96 * s->share_error)),
		    FL_FMT(fl_show_money(v->arena, s->cost_nusd)),
		    FL_FMT(month >= 0 ? fl_show_money(v->arena, month) : FL_S("-")),
		    FL_FMT(s->latency_s >= 0 ? fl_arena_printf(v->arena, "%.3g", s->latency_s) : FL_S("-")), s->tie);
	}
	fl_buf_z(out, "</tbody></table></div>\n");
	close_section(out);
}

static void changes(const struct fl_advice *v, struct fl_buf *out)
{
	open_section(out, "changes", "What would change it");
	fl_buf_z(out, "<ul>\n");
	for (size_t i = 0; i < v->sensitivity.n; i++)
		item(out, v, v->sensitivity.p[i].text, v->sensitivity.p[i].source, FL_DATE_NONE);
	fl_buf_z(out, "</ul>\n<h3>Taken for granted</h3>\n<ul>\n");
	for (size_t i = 0; i < v->assumption.n; i++)
		item(out, v, v->assumption.p[i], FL_S(""), FL_DATE_NONE);
	fl_buf_z(out, "</ul>\n<h3>Ask next</h3>\n<ul>\n");
	for (size_t i = 0; i < v->asks; i++)
		item(out, v,
		     fl_arena_printf(v->arena, "%.*s %.*s. %.*s", FL_FMT(v->ask[i].question), FL_FMT(v->ask[i].why),
		                     FL_FMT(v->ask[i].option)),
		     FL_S(""), FL_DATE_NONE);
	fl_buf_z(out, "</ul>\n");
	close_section(out);
}

static void removed(const struct fl_advice *v, struct fl_buf *out)
{
	open_section(out, "removed", "Removed");
	fl_buf_printf(out, "<p>%zu of %zu candidates break a need; near misses first.</p>\n", v->removed_candidates,
	              v->offers);
	fl_buf_z(out,
	         "<div class=\"scroll\"><table><thead><tr><th class=\"text\">candidate</th><th class=\"text\">need</th>"
	         "<th class=\"text\">wanted</th><th class=\"text\">found</th><th class=\"text\">source</th>"
	         "<th class=\"text\">day</th><th class=\"text\">comes back with</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < FL_MIN(v->removed.n, (size_t)PAGE_REMOVED); i++) {
		const struct fl_finding *f = &v->removed.p[i].finding;
		char day[FL_DATE_TEXT];
		const struct fl_str cell[] = {v->removed.p[i].candidate,    f->need, f->wanted, f->found, f->source,
		                              fl_date_format(f->date, day), f->relax};
		fl_buf_z(out, "<tr>");
		for (size_t k = 0; k < FL_COUNT(cell); k++) {
			fl_buf_z(out, "<td class=\"text\">");
			text(out, v, cell[k]);
			fl_buf_z(out, "</td>");
		}
		fl_buf_z(out, "</tr>\n");
	}
	fl_buf_z(out, "</tbody></table></div>\n");
	close_section(out);
}

static void steps(const struct fl_advice *v, struct fl_buf *out)
{
	open_section(out, "steps", "Six steps");
	fl_buf_z(out, "<ol>\n");
	for (size_t i = 0; i < FL_ADVICE_STEPS && v->step[i].question; i++) {
		fl_buf_printf(out, "<li><strong>%s</strong> ", v->step[i].question);
		text(out, v, v->step[i].answer);
		fl_buf_z(out, "\n<ul>\n");
		for (size_t k = 0; k < v->step[i].because.n; k++) {
			const struct fl_because *b = &v->step[i].because.p[k];
			item(out, v, b->fact, b->source, b->date);
		}
		fl_buf_z(out, "</ul></li>\n");
	}
	fl_buf_z(out, "</ol>\n");
	close_section(out);
}

bool fl_advise_page(const struct fl_advise_view *view, struct fl_buf *out)
{
	const struct fl_advice *v = view->advice;
	verdict(v, out);
	ranking(view, out);
	changes(v, out);
	trust(v, out);
	removed(v, out);
	steps(v, out);
	open_section(out, "task", "Task file");
	fl_buf_z(out, "<pre>");
	fl_html_add(out, v->task_file);
	fl_buf_z(out, "</pre>\n");
	close_section(out);
	fl_buf_z(out,
	         "</main>\n<footer>Written by Fulcrum " FL_VERSION
	         ". This page is whole in itself: it loads nothing and sends nothing.</footer>\n</body>\n</html>\n");
	return !out->full;
}

#include "present/history_page.h"

#include "present/html.h"
#include "present/models_text.h"
#include "present/page.h"
#include "present/plot.h"

#include <stdlib.h>

enum { HEIGHT = 200, TOP = 14, FOOT = 22, AHEAD = 30 };

/* What a day brought: the standard rates from it on, nano-USD per million tokens; -1 = not known. */
struct step {
	fl_date day;
	int64_t input, output;
	const struct fl_price_row *row;
};
struct history {
	const struct fl_catalog *catalog;
	struct fl_offer_ref ref;
	struct step *step;
	size_t steps;
	fl_date from, to; /* of the plot */
	fl_date today;
	struct fl_scale price;
};

static int by_day(const void *a, const void *b)
{
	fl_date x = *(const fl_date *)a, y = *(const fl_date *)b;
	return x < y ? -1 : x > y;
}

/* Days on which a row begins or ends, and the release; ascending. */
static size_t days_of(const struct history *h, fl_date *day)
{
	const struct fl_catalog_offer *o = h->ref.offer;
	const struct fl_price_row *row = o->prices.p;
	const struct fl_claim *released = fl_claim_best(h->catalog, &h->ref.model->released);
	size_t n = 0;
	if (released)
		day[n++] = (fl_date)released->number;
	for (size_t i = 0; i < o->prices.n; i++) {
		if (row[i].from != FL_DATE_NONE)
			day[n++] = row[i].from;
		if (row[i].to != FL_DATE_NONE)
			day[n++] = row[i].to;
	}
	qsort(day, n, sizeof *day, by_day);
	return n;
}

static const struct fl_price_row *row_on(const struct history *h, fl_date day)
{
	struct fl_price p = fl_offer_price(h->catalog, h->ref.offer);
	struct fl_served s = {.thinking = FL_THINKING_OFF, .at_ms = day * FL_DAY_MS + FL_DAY_MS / 2};
	int64_t rate;
	return fl_price_find(&p, FL_USE_INPUT, 1, &s, &rate);
}

static void find_steps(struct history *h, struct fl_arena *a)
{
	fl_date *day = FL_NEW_ARRAY(a, fl_date, 2 * h->ref.offer->prices.n + 1);
	size_t n = days_of(h, day);
	h->step = FL_NEW_ARRAY(a, struct step, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct step s = {day[i], fl_offer_rate(h->catalog, h->ref.offer, FL_USE_INPUT, day[i]),
		                 fl_offer_rate(h->catalog, h->ref.offer, FL_USE_OUTPUT, day[i]), row_on(h, day[i])};
		const struct step *last = h->steps ? &h->step[h->steps - 1] : NULL;
		if (last ? s.input != last->input || s.output != last->output : s.input >= 0 || s.output >= 0)
			h->step[h->steps++] = s;
	}
}

static double usd(int64_t nusd)
{
	return (double)nusd / (double)FL_NUSD_PER_USD;
}

static void find_scales(struct history *h, struct fl_arena *a)
{
	double *v = FL_NEW_ARRAY(a, double, 2 * h->steps + 1);
	size_t n = 0;
	for (size_t i = 0; i < h->steps; i++) {
		if (h->step[i].input >= 0)
			v[n++] = usd(h->step[i].input);
		if (h->step[i].output >= 0)
			v[n++] = usd(h->step[i].output);
	}
	h->price = fl_scale_of(v, n);
	h->from = h->step[0].day;
	h->to = FL_MAX(h->step[h->steps - 1].day, h->today) + AHEAD;
}

/* --- drawing ------------------------------------------------------------------------------------------------------ */

static double x_of(const struct history *h, fl_date day)
{
	return 100.0 * (double)(day - h->from) / (double)(h->to - h->from);
}

static double y_of(const struct history *h, int64_t rate)
{
	return TOP + (1 - fl_scale_at(&h->price, usd(rate))) * (HEIGHT - TOP - FOOT);
}

static void draw_line(struct fl_buf *out, double x1, double y1, double x2, double y2, const char *style)
{
	fl_buf_printf(out, "<line x1=\"%.2f%%\" y1=\"%.1f\" x2=\"%.2f%%\" y2=\"%.1f\" %s/>", x1, y1, x2, y2, style);
}

/* One class as steps: level until the next, then straight up or down. */
static void draw_steps(const struct history *h, bool output, struct fl_buf *out)
{
	const char *style = output ? "stroke=\"currentColor\" stroke-width=\"2\" stroke-dasharray=\"7 4\""
	                           : "stroke=\"currentColor\" stroke-width=\"3\"";
	for (size_t i = 0; i < h->steps; i++) {
		int64_t rate = output ? h->step[i].output : h->step[i].input;
		fl_date until = i + 1 < h->steps ? h->step[i + 1].day : h->to;
		int64_t next = i + 1 == h->steps ? -1 : output ? h->step[i + 1].output : h->step[i + 1].input;
		if (rate < 0)
			continue;
		draw_line(out, x_of(h, h->step[i].day), y_of(h, rate), x_of(h, until), y_of(h, rate), style);
		if (next >= 0 && next != rate)
			draw_line(out, x_of(h, until), y_of(h, rate), x_of(h, until), y_of(h, next), style);
	}
}

static void draw_axes(const struct history *h, struct fl_arena *a, struct fl_buf *out)
{
	double tick[FL_TICKS];
	size_t ticks = fl_scale_ticks(&h->price, 0.15, tick);
	char day[FL_DATE_TEXT];
	for (size_t i = 0; i < ticks; i++) {
		int64_t rate = (int64_t)(tick[i] * (double)FL_NUSD_PER_USD + 0.5);
		draw_line(out, 0, y_of(h, rate), 100, y_of(h, rate), "class=\"grid\"");
		fl_buf_printf(out, "<text x=\"0\" y=\"%.1f\">%.*s</text>", y_of(h, rate) - 3,
		              FL_FMT(fl_show_rate(a, rate)));
	}
	fl_date_format(h->from, day);
	fl_buf_printf(out, "<text x=\"0\" y=\"%d\">%s</text>", HEIGHT - 5, day);
	fl_date_format(h->to, day);
	fl_buf_printf(out, "<text x=\"100%%\" y=\"%d\" text-anchor=\"end\">%s</text>", HEIGHT - 5, day);
	if (h->today > h->from && h->today < h->to) {
		fl_date_format(h->today, day);
		draw_line(out, x_of(h, h->today), TOP, x_of(h, h->today), HEIGHT - FOOT,
		          "class=\"grid\" stroke-dasharray=\"2 3\"");
		fl_buf_printf(out, "<text x=\"%.2f%%\" y=\"10\" text-anchor=\"end\">%s</text>", x_of(h, h->today), day);
	}
}

static void draw_table(const struct history *h, struct fl_arena *a, struct fl_buf *out)
{
	char day[FL_DATE_TEXT];
	fl_buf_z(
	    out,
	    "<table><thead><tr><th>from</th><th>input</th><th>output</th><th>status</th><th>source</th></tr></thead>\n"
	    "<tbody>");
	for (size_t i = 0; i < h->steps; i++) {
		const struct step *s = &h->step[i];
		fl_date_format(s->day, day);
		fl_buf_printf(
		    out, "<tr><td>%s</td><td>%.*s</td><td>%.*s</td><td>%s</td><td>%.*s</td></tr>\n", day,
		    FL_FMT(fl_show_rate(a, s->input)), FL_FMT(fl_show_rate(a, s->output)),
		    s->row ? fl_price_status_words[s->row->status] : "not offered",
		    FL_FMT(s->row ? fl_html_line(a, fl_sources_text(&s->row->source, a, SIZE_MAX)) : FL_S("")));
	}
	fl_buf_z(out, "</tbody></table>\n");
}

static void draw(const struct history *h, struct fl_arena *a, struct fl_buf *out)
{
	struct fl_str name = fl_html_line(a, h->ref.id);
	fl_buf_printf(
	    out,
	    "<section><h2>%.*s</h2>\n<p>Standard price in dollars per million tokens: input as a solid line, output "
	    "as a dashed one%s.</p>\n<svg width=\"100%%\" height=\"%d\" role=\"img\" aria-label=\"Price history of "
	    "%.*s\">",
	    FL_FMT(name), h->price.kind == FL_SCALE_LOG ? "; the scale is logarithmic" : "", HEIGHT, FL_FMT(name));
	draw_axes(h, a, out);
	draw_steps(h, false, out);
	draw_steps(h, true, out);
	fl_buf_z(out, "</svg>\n");
	draw_table(h, a, out);
	fl_buf_z(out, "</section>\n");
}

void fl_history_page(const struct fl_listing *l, const struct fl_models_view *v, struct fl_buf *out)
{
	struct fl_arena a;
	fl_page_open(out, FL_S("Price history"));
	fl_buf_z(out, "<h1>Price history</h1>\n");
	for (size_t i = 0; i < FL_MIN(l->row.n, (size_t)FL_HISTORY_MODELS); i++) {
		struct history h = {.catalog = v->catalog, .ref = l->row.p[i].offer, .today = v->day};
		fl_arena_init(&a);
		if (h.ref.model)
			find_steps(&h, &a);
		if (h.steps) {
			find_scales(&h, &a);
			draw(&h, &a, out);
		} else {
			fl_buf_printf(out, "<p>%.*s: no price with a day is known.</p>\n",
			              FL_FMT(fl_html_line(&a, l->row.p[i].model->id)));
		}
		fl_arena_release(&a);
	}
	if (l->row.n > FL_HISTORY_MODELS)
		fl_buf_printf(out, "<p>%zu more models are left out.</p>\n", l->row.n - FL_HISTORY_MODELS);
	fl_page_close(out);
}

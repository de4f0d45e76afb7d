#include "present/levers_page.h"

#include "base/money.h"
#include "present/figure.h"
#include "present/html.h"
#include "present/page.h"
#include "present/plot.h"

#include <math.h>

enum { ROW = 22, NAME = 32 }; /* pixels, columns */

static double usd(int64_t nusd)
{
	return (double)nusd / (double)FL_NUSD_PER_USD;
}

static struct fl_scale scale_of(const struct fl_levers_view *v)
{
	double low = INFINITY, high = 0;
	for (size_t i = 0; i < v->bars; i++) {
		if (v->bar[i].nusd > 0)
			low = fmin(low, usd(v->bar[i].nusd));
		high = fmax(high, usd(v->bar[i].nusd));
	}
	if (high <= 0)
		return (struct fl_scale){FL_SCALE_LINEAR, 0, 1, false};
	return (struct fl_scale){FL_SCALE_LOG, low / 2, high * 2, false};
}

static void axis(const struct fl_scale *s, const double *tick, size_t ticks, struct fl_arena *a, struct fl_buf *out)
{
	fl_buf_z(out, "<div class=\"row axis\" aria-hidden=\"true\"><span class=\"name\"></span><svg class=\"bar\" "
	              "height=\"20\">");
	for (size_t i = 0; i < ticks; i++) {
		double x = fl_scale_at(s, tick[i]) * 100;
		struct fl_str text = fl_show_money(a, llround(tick[i] * (double)FL_NUSD_PER_USD));
		fl_buf_printf(out, "<text class=\"tick%s\" x=\"%.2f%%\" y=\"13\" text-anchor=\"%s\">%.*s</text>",
		              i % 2 ? " odd" : "", x,
		              x < 3    ? "start"
		              : x > 97 ? "end"
		                       : "middle",
		              FL_FMT(text));
	}
	fl_buf_z(out, "</svg><span class=\"note\"></span></div>\n");
}

static void bar(const struct fl_levers_bar *b, const struct fl_scale *s, const double *tick, size_t ticks,
                struct fl_arena *a, struct fl_buf *out)
{
	struct fl_str money = fl_show_money(a, b->nusd);
	struct fl_str model = fl_html_line(a, b->model), setting = fl_html_line(a, b->setting);
	fl_buf_printf(out,
	              "<li class=\"row s-%s\"><span class=\"name\" title=\"%.*s\">%.*s</span><svg class=\"bar\" "
	              "height=\"%d\" role=\"img\" aria-label=\"%.*s: %.*s\">",
	              b->end ? "chosen" : "alive", FL_FMT(model), FL_FMT(fl_html_brief(a, b->model, NAME)), ROW,
	              FL_FMT(setting), FL_FMT(money));
	for (size_t i = 0; i < ticks; i++) {
		double x = fl_scale_at(s, tick[i]) * 100;
		fl_buf_printf(out, "<line class=\"grid\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"%d\"/>", x, x, ROW);
	}
	double to = b->nusd > 0 ? fl_scale_at(s, usd(b->nusd)) * 100 : 0;
	fl_buf_printf(out,
	              "<rect x=\"0%%\" width=\"%.2f%%\" y=\"7\" height=\"8\" rx=\"2\"/></svg><span class=\"note\">"
	              "<b>%.*s</b> <span title=\"%.*s\">%.*s</span></span></li>\n",
	              fmax(to, 0.2), FL_FMT(money), FL_FMT(setting), FL_FMT(setting));
}

static void plot(const struct fl_levers_view *v, struct fl_arena *a, struct fl_buf *out)
{
	struct fl_scale s = scale_of(v);
	double tick[FL_TICKS];
	size_t ticks = fl_scale_ticks(&s, 0.14, tick);
	fl_buf_z(out, "<section id=\"corners\" aria-labelledby=\"corners-title\">\n<h2 id=\"corners-title\">What each "
	              "setting costs</h2>\n<p>Cheapest first, on a logarithmic scale.</p>\n<div class=\"rows\">\n");
	axis(&s, tick, ticks, a, out);
	fl_buf_z(out, "<ol>\n");
	for (size_t i = 0; i < v->bars; i++)
		bar(&v->bar[i], &s, tick, ticks, a, out);
	fl_buf_z(out, "</ol>\n</div>\n</section>\n");
}

/* "28.3", "7,333,333". */
static struct fl_str times_text(struct fl_arena *a, double times)
{
	if (times >= 1000 && times < 1e15)
		return fl_show_count(a, (uint64_t)llround(times));
	return isfinite(times) ? fl_arena_printf(a, "%.4g", times) : FL_S("-");
}

static void levers(const struct fl_levers_view *v, struct fl_arena *a, struct fl_buf *out)
{
	fl_buf_z(out,
	         "<section id=\"levers\" aria-labelledby=\"levers-title\">\n<h2 id=\"levers-title\">What each lever "
	         "moves</h2>\n<p>The most by which one lever alone changes the cost, all others standing still.</p>\n"
	         "<div class=\"scroll\"><table>\n<thead><tr><th class=\"text\">lever</th><th>times</th></tr></thead>\n"
	         "<tbody>\n");
	for (size_t i = 0; i < v->levers; i++)
		fl_buf_printf(out, "<tr><th>%s</th><td>%.*s</td></tr>\n", v->lever[i],
		              FL_FMT(times_text(a, v->spread[i])));
	fl_buf_printf(
	    out, "</tbody>\n<tfoot><tr><th>all together</th><td>%.*s</td></tr></tfoot>\n</table></div>\n</section>\n",
	    FL_FMT(times_text(a, v->whole)));
}

void fl_levers_page(const struct fl_levers_view *v, struct fl_buf *out)
{
	struct fl_arena a;
	fl_arena_init(&a);
	struct fl_str title = fl_html_line(&a, v->title);
	fl_page_open(out, title);
	fl_buf_printf(out,
	              "<header><p class=\"eyebrow\">Prices of %.*s</p>\n<h1>%.*s: from <strong>%.*s</strong> to "
	              "<strong>%.*s</strong></h1></header>\n",
	              FL_FMT(fl_html_line(&a, v->day)), FL_FMT(title), FL_FMT(fl_show_money(&a, v->bar[0].nusd)),
	              FL_FMT(fl_show_money(&a, v->bar[v->bars - 1].nusd)));
	plot(v, &a, out);
	levers(v, &a, out);
	fl_page_close(out);
	fl_arena_release(&a);
}

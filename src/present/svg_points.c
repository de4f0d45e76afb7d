/*
 * Cost and quality: a point a candidate, the interval of its score, and the frontier.
 *
 * The frontier is the upper hull of the points (Andrew's monotone chain, 1979) from the cheapest up to the best score:
 * every mix of two candidates lies on a straight line between them, so what is below the hull is worth taking at no
 * worth of a right answer. Points that were called on much fewer items than the rest are drawn, but the frontier does
 * not lean on them: four items that happen to be right are no reason.
 */
#include "present/plain.h"
#include "present/plot.h"
#include "present/report_int.h"

#include <math.h>
#include <stdlib.h>

enum {
	HEIGHT = 420,
	WIDE = 820, /* widths in pixels for which labels are placed: a desk's screen, a telephone */
	NARROW = 300,
	LETTER = 7 /* pixels of a letter of a label, about */
};

struct cloud {
	struct fl_page *page;
	size_t n;
	size_t *candidate; /* index into the balance, by n */
	double *cost, *x, *y;
	bool *firm; /* called on enough items for the frontier */
	size_t *hull, hull_n;
	struct fl_scale cost_scale;
	double low, high; /* of the scores shown */
	bool by_latency;
};

static double y_of(const struct cloud *c, double score)
{
	double y = HEIGHT * (c->high - score) / (c->high - c->low);
	return fmin(fmax(y, 0), HEIGHT);
}

/* --- data --------------------------------------------------------------------------------------------------------- */

static void gather(struct cloud *c)
{
	const struct fl_balance *b = c->page->b;
	struct fl_arena *a = &c->page->a;
	size_t most = 0;
	c->candidate = FL_NEW_ARRAY(a, size_t, b->candidate_count);
	c->cost = FL_NEW_ARRAY(a, double, b->candidate_count);
	c->firm = FL_NEW_ARRAY(a, bool, b->candidate_count);
	c->low = 1;
	c->high = 0;
	for (size_t i = 0; i < b->candidate_count; i++)
		most = FL_MAX(most, b->candidate[i].items);
	for (size_t i = 0; i < b->candidate_count; i++) {
		const struct fl_balance_candidate *k = &b->candidate[i];
		if (k->items == 0)
			continue;
		c->candidate[c->n] = i;
		c->cost[c->n] = c->by_latency ? k->latency_ms : fl_usd(k->cost_nusd);
		c->firm[c->n] = k->items * 4 >= most;
		c->low = fmin(c->low, c->firm[c->n] ? k->score_interval[0] : k->score);
		c->high = fmax(c->high, c->firm[c->n] ? k->score_interval[1] : k->score);
		c->n++;
	}
	double margin = fmax((c->high - c->low) * 0.06, 0.01);
	c->low = fmax(c->low - margin, 0);
	c->high = fmin(c->high + margin, 1);
}

static void scale(struct cloud *c)
{
	struct fl_arena *a = &c->page->a;
	c->cost_scale = fl_scale_of(c->cost, c->n);
	c->x = FL_NEW_ARRAY(a, double, c->n);
	c->y = FL_NEW_ARRAY(a, double, c->n);
	for (size_t i = 0; i < c->n; i++) {
		c->x[i] = fl_scale_at(&c->cost_scale, c->cost[i]);
		c->y[i] = y_of(c, c->page->b->candidate[c->candidate[i]].score);
	}
}

static double score_at(const struct cloud *c, size_t i)
{
	return c->page->b->candidate[c->candidate[i]].score;
}

/* Cheaper first; of equally cheap ones the better. */
static int by_cost(const void *x, const void *y, void *arg)
{
	const struct cloud *c = arg;
	size_t a = *(const size_t *)x, b = *(const size_t *)y;
	if (c->cost[a] != c->cost[b])
		return c->cost[a] < c->cost[b] ? -1 : 1;
	if (score_at(c, a) != score_at(c, b))
		return score_at(c, a) > score_at(c, b) ? -1 : 1;
	return (a > b) - (a < b);
}

/* b lies on or under the line from a to d. */
static bool is_under(const struct cloud *c, size_t a, size_t b, size_t d)
{
	return (score_at(c, b) - score_at(c, a)) * (c->cost[d] - c->cost[a]) <=
	       (score_at(c, d) - score_at(c, a)) * (c->cost[b] - c->cost[a]);
}

static void find_hull(struct cloud *c)
{
	size_t n = 0, *order = FL_NEW_ARRAY(&c->page->a, size_t, c->n);
	c->hull = FL_NEW_ARRAY(&c->page->a, size_t, c->n);
	for (size_t i = 0; i < c->n; i++)
		if (c->firm[i])
			order[n++] = i;
	qsort_r(order, n, sizeof *order, by_cost, c);
	for (size_t i = 0; i < n; i++) {
		if (c->hull_n > 0 && score_at(c, order[i]) <= score_at(c, c->hull[c->hull_n - 1]))
			continue; /* dearer and no better */
		while (c->hull_n > 1 && is_under(c, c->hull[c->hull_n - 2], c->hull[c->hull_n - 1], order[i]))
			c->hull_n--;
		c->hull[c->hull_n++] = order[i];
	}
}

static bool on_hull(const struct cloud *c, size_t i)
{
	for (size_t h = 0; h < c->hull_n; h++)
		if (c->hull[h] == i)
			return true;
	return false;
}

/* --- drawing ------------------------------------------------------------------------------------------------------ */

static void score_axis(const struct cloud *c, double *ticks, size_t n)
{
	struct fl_page *p = c->page;
	fl_buf_printf(p->out, "<svg class=\"y-axis\" width=\"46\" height=\"%d\" aria-hidden=\"true\">", HEIGHT + 30);
	for (size_t i = 0; i < n; i++)
		fl_buf_printf(p->out, "<text x=\"38\" y=\"%.1f\" text-anchor=\"end\">%.4g %%</text>",
		              y_of(c, ticks[i]) + 4, ticks[i] * 100);
	fl_buf_z(p->out, "</svg>\n");
}

static struct fl_str cost_text(const struct cloud *c, double v)
{
	struct fl_arena *a = &c->page->a;
	if (c->by_latency)
		return fl_show_ms(a, v);
	return fl_show_money(a, llround(v * (double)FL_NUSD_PER_USD * (double)c->page->cost_unit.times));
}

static void cost_ticks(const struct cloud *c, double gap, const char *width)
{
	struct fl_page *p = c->page;
	double tick[FL_TICKS];
	size_t n = fl_scale_ticks(&c->cost_scale, gap, tick);
	fl_buf_printf(p->out, "<g class=\"%s\">", width);
	if (c->cost_scale.zero)
		fl_buf_printf(p->out, "<text class=\"tick\" x=\"%.2f%%\" y=\"%d\" text-anchor=\"middle\">free</text>",
		              fl_scale_at(&c->cost_scale, 0) * 100, HEIGHT + 20);
	for (size_t i = 0; i < n; i++) {
		double x = fl_scale_at(&c->cost_scale, tick[i]) * 100;
		fl_buf_printf(p->out, "<line class=\"grid\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"%d\"/>", x, x,
		              HEIGHT);
		fl_buf_printf(p->out, "<text class=\"tick\" x=\"%.2f%%\" y=\"%d\" text-anchor=\"%s\">%.*s</text>", x,
		              HEIGHT + 20,
		              x < 4    ? "start"
		              : x > 96 ? "end"
		                       : "middle",
		              FL_FMT(tick[i] == 0 ? FL_S("0") : cost_text(c, tick[i])));
	}
	fl_buf_z(p->out, "</g>\n");
}

static void grid(const struct cloud *c, const double *ticks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fl_buf_printf(c->page->out, "<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>",
		              y_of(c, ticks[i]), y_of(c, ticks[i]));
	fl_buf_printf(c->page->out, "<line class=\"base\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>\n", HEIGHT,
	              HEIGHT);
	cost_ticks(c, 0.11, "wide");
	cost_ticks(c, 0.28, "narrow");
}

/* Straight in cost and score; on a logarithmic axis that is a curve, drawn in pieces. */
static void draw_hull(const struct cloud *c)
{
	enum { PIECES = 24 };
	struct fl_page *p = c->page;
	size_t pieces = c->cost_scale.kind == FL_SCALE_LOG ? PIECES : 1;
	fl_buf_z(p->out, "<g class=\"hull\">");
	for (size_t h = 0; h + 1 < c->hull_n; h++) {
		size_t i = c->hull[h], j = c->hull[h + 1];
		double x = c->x[i], y = c->y[i];
		for (size_t k = 1; k <= pieces; k++) {
			double way = (double)k / (double)pieces, low = c->cost[i], high = c->cost[j];
			if (c->cost_scale.kind == FL_SCALE_LOG && low > 0) /* even steps on the axis */
				way = (low * pow(high / low, way) - low) / (high - low);
			double nx = c->cost_scale.kind == FL_SCALE_LOG && low <= 0
			                ? c->x[i] + way * (c->x[j] - c->x[i])
			                : fl_scale_at(&c->cost_scale, low + way * (high - low));
			double ny = y_of(c, score_at(c, i) + way * (score_at(c, j) - score_at(c, i)));
			fl_buf_printf(p->out, "<line x1=\"%.2f%%\" y1=\"%.1f\" x2=\"%.2f%%\" y2=\"%.1f\"/>", x * 100, y,
			              nx * 100, ny);
			x = nx;
			y = ny;
		}
	}
	fl_buf_z(p->out, "</g>\n");
}

static void draw_point(const struct cloud *c, size_t i)
{
	struct fl_page *p = c->page;
	size_t at = c->candidate[i];
	const struct fl_balance_candidate *k = &p->b->candidate[at];
	struct fl_str tip = fl_page_tip(p, k);
	fl_buf_printf(p->out,
	              "<g class=\"point s-%s%s\" data-c=\"%zu\" tabindex=\"0\" role=\"img\" "
	              "aria-label=\"%.*s\"><title>%.*s</title>"
	              "<line class=\"whisker\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%.1f\" y2=\"%.1f\"/>",
	              fl_arm_state_word(k->state), c->firm[i] ? "" : " thin", at, FL_FMT(tip), FL_FMT(tip),
	              c->x[i] * 100, c->x[i] * 100, y_of(c, k->score_interval[0]), y_of(c, k->score_interval[1]));
	fl_buf_printf(p->out, "<circle class=\"reach\" cx=\"%.2f%%\" cy=\"%.1f\" r=\"11\"/>", c->x[i] * 100, c->y[i]);
	fl_page_mark(p, c->x[i], c->y[i], k->state);
	fl_buf_z(p->out, "</g>\n");
}

/* The chosen one and the baseline, the frontier, then the others as the table has them. */
static size_t label_rank(const struct cloud *c, size_t i)
{
	int at = (int)c->candidate[i];
	if (at == c->page->b->chosen || at == c->page->b->baseline)
		return 0;
	return on_hull(c, i) ? 1 : c->firm[i] ? 2 : 3;
}

static void draw_labels(const struct cloud *c, const char *width, double width_px, size_t columns, size_t last_rank)
{
	struct fl_page *p = c->page;
	struct fl_label *label = FL_NEW_ARRAY(&p->a, struct fl_label, c->n);
	size_t *point = FL_NEW_ARRAY(&p->a, size_t, c->n), n = 0;
	for (size_t rank = 0; rank <= last_rank; rank++)
		for (size_t r = 0; r < p->b->candidate_count; r++)
			for (size_t i = 0; i < c->n; i++) {
				if (c->candidate[i] != fl_page_index(p, p->rank[r]) || label_rank(c, i) != rank)
					continue;
				struct fl_str text = fl_page_brief(p, c->candidate[i], columns);
				label[n] =
				    (struct fl_label){.x = c->x[i],
				                      .y = c->y[i],
				                      .must = rank < 2,
				                      .width_px = (double)FL_MIN(fl_columns(text), columns) * LETTER};
				point[n++] = i;
			}
	fl_labels_place(label, n, c->x, c->y, c->n, width_px, HEIGHT);
	fl_buf_printf(p->out, "<g class=\"labels %s\" aria-hidden=\"true\">\n", width);
	for (size_t l = 0; l < n; l++) {
		size_t at = c->candidate[point[l]];
		if (!label[l].placed)
			continue;
		fl_buf_printf(p->out,
		              "<text class=\"s-%s r%zu\" data-c=\"%zu\" x=\"%.2f%%\" y=\"%.1f\" dx=\"%.0f\" "
		              "text-anchor=\"%s\">%.*s</text>\n",
		              fl_arm_state_word(p->b->candidate[at].state), label_rank(c, point[l]), at,
		              label[l].x * 100, label[l].y + label[l].dy, label[l].dx, label[l].anchor,
		              FL_FMT(fl_page_brief(p, at, columns)));
	}
	fl_buf_z(p->out, "</g>\n");
}

static void draw_cloud(const struct cloud *c)
{
	enum { WIDE_NAME = 30, NARROW_NAME = 20, CROWD = 24 }; /* in a crowd faint points go without a name */
	struct fl_page *p = c->page;
	struct fl_scale scores = {FL_SCALE_LINEAR, c->low, c->high, false};
	double tick[FL_TICKS];
	size_t n = fl_scale_ticks(&scores, 0.15, tick);
	fl_buf_z(p->out, "<div class=\"plot\">\n");
	score_axis(c, tick, n);
	fl_buf_printf(p->out,
	              "<svg class=\"area\" height=\"%d\" role=\"img\" aria-label=\"Score against %s of %zu candidates; "
	              "the table below has the "
	              "figures\">\n",
	              HEIGHT + 30, c->by_latency ? "latency" : "cost an item", c->n);
	grid(c, tick, n);
	draw_hull(c);
	for (size_t pass = 0; pass < 2; pass++) /* the chosen one on top */
		for (size_t i = 0; i < c->n; i++)
			if (((int)c->candidate[i] == p->b->chosen) == (pass == 1))
				draw_point(c, i);
	draw_labels(c, "wide", WIDE, WIDE_NAME, c->n > CROWD ? 2 : 3);
	draw_labels(c, "narrow", NARROW, NARROW_NAME, 1);
	fl_buf_printf(p->out, "</svg>\n</div>\n<p class=\"axis-title\">score against %s %s%s</p>\n",
	              c->by_latency ? "latency" : "cost", c->by_latency ? "an item" : p->cost_of,
	              c->cost_scale.kind == FL_SCALE_LOG ? ", logarithmic scale" : "");
}

static void explain(const struct cloud *c)
{
	size_t faint = 0;
	for (size_t i = 0; i < c->n; i++)
		faint += !c->firm[i];
	fl_buf_printf(c->page->out,
	              "<p>Up is better, left is %s. Upright lines are the intervals of the scores, valid at any time.",
	              c->by_latency ? "faster" : "cheaper");
	if (c->hull_n > 1)
		fl_buf_z(
		    c->page->out,
		    " The line is the frontier: what lies below it is never the best buy, as far as these means tell.");
	if (faint > 0)
		fl_buf_z(c->page->out,
		         " Faint marks were called on few items only; the frontier does not lean on them.");
	fl_buf_z(c->page->out, "</p>\n");
}

void fl_report_points(struct fl_page *p)
{
	struct cloud c = {.page = p};
	bool costs = false, latencies = false;
	for (size_t i = 0; i < p->b->candidate_count; i++) {
		costs |= p->b->cost_known && p->b->candidate[i].items > 0 && p->b->candidate[i].cost_nusd > 0;
		latencies |= p->b->latency_known && p->b->candidate[i].items > 0 && p->b->candidate[i].latency_ms > 0;
	}
	c.by_latency = !costs && latencies;
	if (!costs && !latencies) {
		fl_report_intervals(p);
		return;
	}
	gather(&c);
	scale(&c);
	find_hull(&c);
	fl_page_section(p, "quality", c.by_latency ? "Latency and quality" : "Cost and quality");
	explain(&c);
	fl_page_legend(p);
	draw_cloud(&c);
	fl_page_section_end(p);
}

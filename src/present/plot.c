/*
 * Labels are placed greedily: the most important first, each at the first of a few places around its point where it
 * covers no label and no point. For a few dozen points that is as good as an optimiser, and stable: a label's place
 * depends only on what is more important.
 */
#include "present/plot.h"

#include <math.h>

enum { LOG_ABOVE = 20 };        /* times between the largest and the smallest value */
static const double FREE = 0.1; /* share of a logarithmic scale that lies left of the smallest value when 0 is there */

struct fl_scale fl_scale_of(const double *v, size_t n)
{
	struct fl_scale s = {FL_SCALE_LINEAR, 0, 0, false};
	double least = INFINITY;
	for (size_t i = 0; i < n; i++) {
		s.hi = fmax(s.hi, v[i]);
		if (v[i] > 0)
			least = fmin(least, v[i]);
		else
			s.zero = true;
	}
	if (s.hi > least * LOG_ABOVE) {
		s.kind = FL_SCALE_LOG;
		s.lo = least / 1.25;
		s.hi *= 1.25;
		return s;
	}
	s.zero = false;
	s.hi = s.hi > 0 ? s.hi * 1.08 : 1;
	return s;
}

double fl_scale_at(const struct fl_scale *s, double v)
{
	double at;
	if (s->kind == FL_SCALE_LOG) {
		double left = s->zero ? FREE : 0;
		if (v <= 0)
			return s->zero ? FREE / 3 : 0;
		at = left + (1 - left) * log(v / s->lo) / log(s->hi / s->lo);
	} else {
		at = (v - s->lo) / (s->hi - s->lo);
		if (s->kind == FL_SCALE_ROOT)
			at = sqrt(fmax(at, 0));
	}
	return fmin(fmax(at, 0), 1);
}

/* Adds v if it is in range and far enough from the last one. */
static size_t add_tick(const struct fl_scale *s, double gap, double v, double *out, size_t n)
{
	if (v < s->lo * (1 - 1e-9) || v > s->hi * (1 + 1e-9) || n == FL_TICKS)
		return n;
	if (n > 0 && fl_scale_at(s, v) - fl_scale_at(s, out[n - 1]) < gap)
		return n;
	out[n] = v;
	return n + 1;
}

static size_t even_ticks(const struct fl_scale *s, double gap, double *out)
{
	static const double nice[] = {1, 2, 5, 10};
	double least = (s->hi - s->lo) * gap, power = pow(10, floor(log10(least))), step = 10 * power;
	size_t n = 0;
	for (size_t i = 0; i < FL_COUNT(nice); i++)
		if (nice[i] * power >= least * (1 - 1e-9)) {
			step = nice[i] * power;
			break;
		}
	double first = ceil(s->lo / step - 1e-9);
	for (int i = 0; i <= FL_TICKS; i++) {
		double v = (first + i) * step;
		n = add_tick(s, 0, fabs(v) < step / 1000 ? 0 : v, out, n);
	}
	return n;
}

size_t fl_scale_ticks(const struct fl_scale *s, double gap, double out[FL_TICKS])
{
	static const double mantissa[] = {1, 2, 5};
	size_t n = 0;
	if (s->kind == FL_SCALE_LINEAR)
		return even_ticks(s, gap, out);
	double least = s->kind == FL_SCALE_LOG ? s->lo : fmax(s->hi / 1000, 1);
	/* Over many decades only their ends: 1, 10, 100 read better than an odd choice between. */
	size_t every = s->kind == FL_SCALE_LOG && s->hi / s->lo > 500 ? 1 : FL_COUNT(mantissa);
	if (s->kind == FL_SCALE_ROOT)
		n = add_tick(s, gap, 0, out, n);
	int last = (int)floor(log10(s->hi));
	for (int decade = (int)floor(log10(least)); decade <= last; decade++)
		for (size_t i = 0; i < every; i++)
			n = add_tick(s, gap, mantissa[i] * pow(10, decade), out, n);
	return n;
}

/* --- labels ------------------------------------------------------------------------------------------------------- */

struct box {
	double x0, y0, x1, y1;
};

enum { POINT = 7, TEXT_UP = 10, TEXT_DOWN = 3 }; /* pixels: radius of a point, text above and below its base line */

static bool apart(struct box a, struct box b)
{
	return a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0;
}

static struct box box_of(const struct fl_label *l, double dx, double dy, char anchor, double width_px)
{
	double x = l->x * width_px + dx, y = l->y + dy;
	double left = anchor == 's' ? x : anchor == 'e' ? x - l->width_px : x - l->width_px / 2;
	return (struct box){left - 2, y - TEXT_UP, left + l->width_px + 2, y + TEXT_DOWN};
}

static const struct place {
	double dx, dy;
	const char *anchor;
} places[] = {{11, 4, "start"},  {-11, 4, "end"},  {0, -11, "middle"}, {0, 20, "middle"},  {9, -8, "start"},
              {9, 16, "start"},  {-9, -8, "end"},  {-9, 16, "end"},    {14, -20, "start"}, {14, 30, "start"},
              {-14, -20, "end"}, {-14, 30, "end"}, {0, -26, "middle"}, {0, 36, "middle"}};

struct field {
	struct box taken[FL_LABELS];
	size_t n;
	const double *point_x, *point_y;
	size_t points;
	double width_px, height_px;
};

static bool is_free(const struct field *f, const struct fl_label *l, struct box b, bool mind_points)
{
	if (b.x0 < 0 || b.x1 > f->width_px || b.y0 < 0 || b.y1 > f->height_px)
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (!apart(b, f->taken[i]))
			return false;
	for (size_t i = 0; mind_points && i < f->points; i++) {
		double x = f->point_x[i] * f->width_px, y = f->point_y[i];
		if (f->point_x[i] == l->x && y == l->y)
			continue;
		if (!apart(b, (struct box){x - POINT, y - POINT, x + POINT, y + POINT}))
			return false;
	}
	return true;
}

static bool place(struct field *f, struct fl_label *l, bool mind_points)
{
	for (size_t i = 0; i < FL_COUNT(places) && !l->placed; i++) {
		struct box b = box_of(l, places[i].dx, places[i].dy, places[i].anchor[0], f->width_px);
		if (!is_free(f, l, b, mind_points))
			continue;
		l->placed = true;
		l->dx = places[i].dx;
		l->dy = places[i].dy;
		l->anchor = places[i].anchor;
		f->taken[f->n++] = b;
	}
	return l->placed;
}

void fl_labels_place(struct fl_label *label, size_t n, const double *point_x, const double *point_y, size_t points,
                     double width_px, double height_px)
{
	struct field f = {
	    .point_x = point_x, .point_y = point_y, .points = points, .width_px = width_px, .height_px = height_px};
	for (size_t i = 0; i < n && f.n < FL_LABELS; i++)
		if (!place(&f, &label[i], true) && label[i].must)
			place(&f, &label[i], false);
}

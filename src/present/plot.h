/*
 * plot.h - what the plots share: scales, ticks, and places for labels that do not cover each other.
 *
 * Horizontal places are shares of the width (written as percentages into the SVG), so that a plot fills a screen of any
 * width while its text and marks keep their size; vertical places are pixels. Ownership: plain values; arrays are the
 * caller's. Threads: pure. Limits: FL_TICKS, FL_LABELS. Failure: none; what does not fit is not placed.
 */
#ifndef FL_PLOT_H
#define FL_PLOT_H

#include "base/base.h"

enum { FL_TICKS = 12, FL_LABELS = 48 };

enum fl_scale_kind { FL_SCALE_LINEAR, FL_SCALE_ROOT, FL_SCALE_LOG };
struct fl_scale {
	enum fl_scale_kind kind;
	double lo, hi; /* lo > 0 for a logarithmic one */
	bool zero;     /* logarithmic, with a place of its own for 0 at the left edge */
};
/* A scale over these values: logarithmic when the positive ones span more than 20 times, else from 0. */
struct fl_scale fl_scale_of(const double *v, size_t n);
/* Where a value stands, in [0,1]; values outside are put on the edge. */
double fl_scale_at(const struct fl_scale *s, double v);
/* Round values, ascending, at least `gap` (a share) apart. Returns the count, at most FL_TICKS. */
size_t fl_scale_ticks(const struct fl_scale *s, double gap, double out[FL_TICKS]);

/* A label beside a point. */
struct fl_label {
	double x, y;     /* of the point: share of the width, pixels */
	double width_px; /* of the text */
	bool must;       /* placed even when it covers a point */
	bool placed;
	double dx, dy;      /* of the text's anchor from the point, pixels */
	const char *anchor; /* start, middle, end */
};
/* Places labels in their order in a plot of that size, clear of each other and of the points; at most FL_LABELS. */
void fl_labels_place(struct fl_label *label, size_t n, const double *point_x, const double *point_y, size_t points,
                     double width_px, double height_px);

#endif

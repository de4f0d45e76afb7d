/*
 * thinking.h - how much a model thinks at a level of effort: its output tokens relative to a model that does not think.
 *
 *   thinking tokens = (m - 1) x max(answer, FL_THINKING_LEAST), m the output tokens of the setting on the suite of
 *   Artificial Analysis relative to the median of models that do not think (the same questions for all). A setting without
 *   a run of its own takes that of another level of the model, scaled by the ladder of effort.h, else the median of all that
 *   think.
 *
 * Ownership: plain values. Threads: pure. Limits: 512 runs of either kind. Failure: m = 1 where nothing is known.
 */
#ifndef FL_THINKING_H
#define FL_THINKING_H

#include "choose/effort.h"

enum { FL_THINKING_LEAST = 100 }; /* tokens: a one-word answer is thought over too */

/* Median output tokens of the suite: of models that do not think, and of those that do, per unit of their effort. */
struct fl_suite {
	double plain, thinking; /* 0 = no run is known */
};
struct fl_suite fl_suite_of(const struct fl_catalog *c);

enum fl_thinking_basis { FL_THINKS_NOT, FL_THINKS_MEASURED, FL_THINKS_BY_LEVEL, FL_THINKS_AS_MEDIAN };
struct fl_thinks {
	double times; /* m */
	enum fl_thinking_basis basis;
	enum fl_effort level; /* with BY_LEVEL: the one that was measured */
};
/* Of a model at a level. */
struct fl_thinks fl_thinks_of(const struct fl_catalog *c, const struct fl_suite *s, const struct fl_catalog_model *m,
                              enum fl_effort effort);
/* Whether it thinks at a level, as far as is known. */
bool fl_known_to_think(const struct fl_catalog *c, const struct fl_catalog_model *m, enum fl_effort effort);
/* Thinking tokens beside an answer of that length. */
double fl_thinking_tokens(double times, int64_t out_tokens);
/* Where the figure is from, for people. */
struct fl_str fl_thinks_text(const struct fl_thinks *t, struct fl_arena *a);

/* Median of figures, which it sorts; 0 of none. */
double fl_median(double *v, size_t n);

#endif

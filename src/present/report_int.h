/*
 * report_int.h - what the parts of the report share: the page being written, and its sections.
 *
 * Each section writes itself whole, or nothing when its data are not there. Ownership: a page lives for one fl_report.
 * Threads: that of fl_report. Failure: a full buffer is noticed once at the end; those that read the store return a code.
 */
#ifndef FL_REPORT_INT_H
#define FL_REPORT_INT_H

#include "present/figure.h"
#include "present/html.h"
#include "present/report.h"
#include "present/verdict.h"

enum {
	FL_REPORT_ROWS = 60, /* candidates drawn as bars; the table below has all */
	FL_REPORT_BRIEF = 28 /* columns of a name beside a plot */
};

struct fl_page {
	const struct fl_balance *b;
	struct fl_store *store; /* NULL: a matrix */
	struct fl_buf *out;
	struct fl_arena a;
	const struct fl_balance_candidate **rank; /* all candidates, in the order in which they are shown */
	struct fl_str *name, *brief;              /* escaped names, whole and short, by index of the candidate */
	struct fl_cost_unit cost_unit;            /* of the tables: so that the costs of all show */
	const char *cost_of;                      /* that unit in words: "an item", "of 1,000 items" */
	size_t same_head, same_tail;              /* bytes with which all names begin, and end */
};

static inline size_t fl_page_index(const struct fl_page *p, const struct fl_balance_candidate *c)
{
	return (size_t)(c - p->b->candidate);
}
static inline double fl_usd(int64_t nusd)
{
	return (double)nusd / (double)FL_NUSD_PER_USD;
}

/* An escaped name of at most `columns` columns: what all names share goes first, then its middle. */
struct fl_str fl_page_brief(struct fl_page *p, size_t candidate, size_t columns);
/* "93.1 - 97.0 %" with an en dash. */
struct fl_str fl_page_interval(struct fl_page *p, const struct fl_balance_candidate *c);
/* What a point or a bar says when it is pointed at: one line, escaped. */
struct fl_str fl_page_tip(struct fl_page *p, const struct fl_balance_candidate *c);
/* The mark of a state, at a share of the width and a height: shape as well as colour tells the state. */
void fl_page_mark(struct fl_page *p, double x, double y_px, enum fl_race_arm_state state);
/* What the marks mean, for the states that occur. */
void fl_page_legend(struct fl_page *p);
void fl_page_section(struct fl_page *p, const char *id, const char *title);
void fl_page_section_end(struct fl_page *p);

void fl_report_verdict(struct fl_page *p);
void fl_report_certificate(struct fl_page *p);
void fl_report_points(struct fl_page *p);    /* cost and quality; without costs, latency and quality; else intervals */
void fl_report_intervals(struct fl_page *p); /* quality alone */
void fl_report_race(struct fl_page *p);
void fl_report_staircase(struct fl_page *p);
void fl_report_candidates(struct fl_page *p);
enum fl_code fl_report_answers(struct fl_page *p, struct fl_err *err) FL_MUST_USE;
void fl_report_receipt(struct fl_page *p);

#endif

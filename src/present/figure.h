/*
 * figure.h - numbers that a user sees, formatted in one place.
 *
 * Ownership: results live in the arena. Threads: pure, independent of the locale. Failure: none; what is not known is
 * "-".
 */
#ifndef FL_FIGURE_H
#define FL_FIGURE_H

#include "base/arena.h"
#include "base/str.h"

/* 0.8123 -> "81.2 %". */
struct fl_str fl_show_share(struct fl_arena *a, double share);
/* "81.2" in per cent, without the sign; for columns that say "%". */
struct fl_str fl_show_points(struct fl_arena *a, double share);
/* "$0.0042". */
struct fl_str fl_show_money(struct fl_arena *a, int64_t nusd);
/* Costs of items in a table, in a unit that shows: an item, 1,000 or a million items. `most_nusd` is the largest of them. */
struct fl_cost_unit {
	const char *title; /* "cost/item", "cost/1,000", "cost/1M" */
	int64_t times;
};
struct fl_cost_unit fl_cost_unit_for(int64_t most_nusd);
struct fl_str fl_show_cost(struct fl_arena *a, struct fl_cost_unit unit, int64_t nusd);
/* In a sentence: "$0.0042 an item", "$0.47 a million items". */
struct fl_str fl_show_item_cost(struct fl_arena *a, int64_t nusd);
/* 250 -> "250 ms", 4200 -> "4.2 s", 130000 -> "2.2 min". */
struct fl_str fl_show_ms(struct fl_arena *a, double ms);
/* 12345 -> "12,345". */
struct fl_str fl_show_count(struct fl_arena *a, uint64_t n);
/* "1 item", "12,345 items". */
struct fl_str fl_show_counted(struct fl_arena *a, uint64_t n, const char *one);
/* Seconds of pay, or of waiting: "0.4 s", "3 min", "2.1 h". */
struct fl_str fl_show_seconds(struct fl_arena *a, double s);

#endif

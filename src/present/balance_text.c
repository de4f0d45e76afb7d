#include "present/balance_text.h"

#include "present/figure.h"
#include "present/plain.h"
#include "present/rank.h"
#include "present/table.h"
#include "present/verdict.h"

#include <math.h>

void fl_balance_table(const struct fl_balance *b, struct fl_buf *out, size_t width, size_t most_rows)
{
	struct fl_text_column column[] = {{"candidate", true}, {"state", true},      {"score %", false},
	                                  {"+-", false},       {"cost/item", false}, {"latency", false},
	                                  {"cut %", false},    {"failed", false},    {"items", false}};
	enum { N = FL_COUNT(column) };
	struct fl_arena a;
	fl_arena_init(&a);
	const struct fl_balance_candidate **c = fl_candidates_ranked(b, &a);
	size_t rows = FL_MIN(b->candidate_count, most_rows);
	int64_t most = 0;
	for (size_t i = 0; i < b->candidate_count; i++)
		most = FL_MAX(most, b->candidate[i].cost_nusd);
	struct fl_cost_unit unit = fl_cost_unit_for(most);
	column[4].title = unit.title;
	struct fl_str *cell = FL_NEW_ARRAY(&a, struct fl_str, rows * N);
	for (size_t i = 0; i < rows; i++) {
		struct fl_str *row = cell + i * N;
		bool ran = c[i]->items > 0;
		uint64_t failures = fl_candidate_failures(c[i]);
		row[0] = c[i]->name;
		row[1] = fl_str_from(fl_arm_state_word(c[i]->state));
		row[2] = ran ? fl_show_points(&a, c[i]->score) : FL_S("-");
		row[3] = ran ? fl_show_points(&a, (c[i]->score_interval[1] - c[i]->score_interval[0]) / 2) : FL_S("-");
		row[4] = ran && b->cost_known ? fl_show_cost(&a, unit, c[i]->cost_nusd) : FL_S("-");
		row[5] = ran && b->latency_known ? fl_show_ms(&a, c[i]->latency_ms) : FL_S("-");
		row[6] = c[i]->cut_share > 0 ? fl_show_points(&a, c[i]->cut_share) : FL_S("");
		row[7] = failures ? fl_show_count(&a, failures) : FL_S("");
		row[8] = fl_show_count(&a, c[i]->items);
	}
	struct fl_text_table t = {.column = column, .columns = N, .cell = cell, .rows = rows};
	fl_table_write(out, &t, width, "  ");
	if (rows < b->candidate_count)
		fl_buf_printf(out, "  ... and %zu more\n", b->candidate_count - rows);
	fl_arena_release(&a);
}

static void spending(const struct fl_balance *b, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	double share = b->grid_cells ? (double)b->spent_cells / (double)b->grid_cells : 0;
	struct fl_str text = fl_arena_printf(a, "Used %.*s, %.*s of the %.*s of the full grid",
	                                     FL_FMT(fl_show_counted(a, b->spent_cells, b->live ? "call" : "cell")),
	                                     FL_FMT(fl_show_share(a, share)), FL_FMT(fl_show_count(a, b->grid_cells)));
	if (b->cost_known && b->grid_nusd < 0)
		text = fl_arena_printf(a, "%.*s; %.*s", FL_FMT(text), FL_FMT(fl_show_money(a, b->spent_nusd)));
	else if (b->cost_known && b->grid_nusd > 0) /* what is free all over saves nothing */
		text = fl_arena_printf(a, "%.*s; %.*s instead of %s%.*s", FL_FMT(text),
		                       FL_FMT(fl_show_money(a, b->spent_nusd)), b->live ? "about " : "",
		                       FL_FMT(fl_show_money(a, b->grid_nusd)));
	if (b->live && b->fresh_cells == b->spent_cells)
		text = fl_arena_printf(a, "%.*s. All calls were made now.", FL_FMT(text));
	else if (b->live)
		text = fl_arena_printf(a, "%.*s. %.*s of the calls were made now, the others came from the store.",
		                       FL_FMT(text), FL_FMT(fl_show_count(a, b->fresh_cells)));
	fl_wrap(out, text, width, "");
}

/* What the bound comes to with the traffic of a month. */
static void by_month(const struct fl_balance *b, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	int64_t month;
	if (b->wish.traffic_month <= 0 || b->chosen < 0 || b->regret_bound_nusd <= 0 ||
	    !fl_mul_i64(b->regret_bound_nusd, (int64_t)b->wish.traffic_month, &month))
		return;
	fl_wrap(out,
	        fl_arena_printf(a, "With %.*s calls a month the bound comes to %.*s a month at most.",
	                        FL_FMT(fl_show_count(a, (uint64_t)b->wish.traffic_month)),
	                        FL_FMT(fl_show_money(a, month))),
	        width, "");
}

static void rehearsal(const struct fl_balance *b, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	const struct fl_rehearsal *r = &b->rehearsal;
	bool value = b->wish.goal == FL_GOAL_VALUE;
	struct fl_str text =
	    fl_arena_printf(a, "Rehearsed in %zu random orders: %s %.*s, %s %.*s; %.*s of the cells were used",
	                    r->trials, value ? "worse than epsilon" : "the promise was broken",
	                    FL_FMT(fl_show_counted(a, value ? r->worse_than_epsilon : r->broken_promises, "time")),
	                    value ? "the very best was missed" : "a good one was cheaper than promised",
	                    FL_FMT(fl_show_counted(a, value ? r->missed_best : r->missed_cheaper, "time")),
	                    FL_FMT(fl_show_share(a, r->cells_share)));
	if (b->cost_known && isfinite(r->cost_share))
		text = fl_arena_printf(a, "%.*s, and %.*s of the dollars.", FL_FMT(text),
		                       FL_FMT(fl_show_share(a, r->cost_share)));
	fl_buf_char(out, '\n');
	fl_wrap(out, text, width, "");
}

static void staircase(const struct fl_balance *b, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	enum { MOST = 8 };
	if (b->tread_count == 0) { /* nobody answered every item: the rule has the means so far to go by */
		struct fl_str rule = fl_verdict_rule(b, a);
		if (rule.n) {
			fl_buf_char(out, '\n');
			fl_wrap(out, rule, width, "");
		}
		return;
	}
	fl_buf_z(out, "\nWhat a right answer is worth decides:\n");
	for (size_t i = 0; i < b->tread_count && i < MOST; i++)
		fl_wrap(out, fl_verdict_tread(b, i, a), width, "  ");
	if (b->tread_count > MOST)
		fl_buf_printf(out, "  ... and %zu more steps\n", b->tread_count - MOST);
}

static void saves(const struct fl_balance *b, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	if (!b->saves_known || b->chosen == b->baseline)
		return;
	fl_wrap(out,
	        fl_arena_printf(a, "Against %.*s it saves %.*s a month (%.*s to %.*s).",
	                        FL_FMT(b->candidate[b->baseline].name), FL_FMT(fl_show_money(a, b->saves.nusd)),
	                        FL_FMT(fl_show_money(a, b->saves.interval_nusd[0])),
	                        FL_FMT(fl_show_money(a, b->saves.interval_nusd[1]))),
	        width, "");
}

struct lines {
	struct fl_buf *out;
	size_t width;
};

static void line(void *arg, struct fl_str sentence)
{
	struct lines *l = arg;
	fl_wrap(l->out, sentence, l->width, "");
}

void fl_balance_text(const struct fl_balance *b, struct fl_buf *out, size_t width, bool color, const char *report)
{
	enum { MOST_ROWS = 24 };
	struct lines lines = {out, width};
	struct fl_arena a;
	fl_arena_init(&a);
	fl_wrap(out,
	        fl_arena_printf(&a, "%.*s: %.*s (%.*s, %.*s, seed %llu)", FL_FMT(b->task),
	                        FL_FMT(fl_verdict_goal(b, &a)), FL_FMT(fl_show_counted(&a, b->items, "item")),
	                        FL_FMT(fl_show_counted(&a, b->candidate_count, "candidate")),
	                        (unsigned long long)b->wish.seed),
	        width, "");
	fl_buf_char(out, '\n');
	fl_balance_table(b, out, width, MOST_ROWS);
	fl_verdict_removed(b, line, &lines);
	fl_verdict_input_cut(b, line, &lines);
	fl_buf_char(out, '\n');
	if (color)
		fl_buf_z(out, "\x1b[1m");
	fl_wrap(out, fl_verdict_statement(b, &a), width, "");
	if (color)
		fl_buf_z(out, "\x1b[0m");
	saves(b, out, width, &a);
	by_month(b, out, width, &a);
	spending(b, out, width, &a);
	for (size_t i = 0; i < b->assumption_count; i++)
		fl_wrap(out, b->assumption[i], width, "");
	fl_verdict_prices(b, line, &lines);
	staircase(b, out, width, &a);
	if (b->rehearsed)
		rehearsal(b, out, width, &a);
	if (b->live && b->stopped == FL_E_CANCELLED)
		fl_buf_z(out, "\nThe same command goes on from here, and pays nothing twice.\n");
	if (report)
		fl_buf_printf(out, "\nReport: %s\n", report);
	if (b->run.n)
		fl_buf_printf(out, "%sEvery answer: fulcrum show %.*s\n", report ? "" : "\n", FL_FMT(b->run));
	fl_arena_release(&a);
}

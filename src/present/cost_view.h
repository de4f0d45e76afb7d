/*
 * cost_view.h - what every form of `cost` answers: lines that add up, figures of its own, assumptions; as text and JSON.
 *
 * A command collects its answer in a struct fl_cost and prints it once. JSON is fulcrum.cost/1: offer, total_nusd,
 * lines, the figures under their names (money with _nusd, counts of tokens with _tokens, shares in [0,1], intervals as
 * [low, high]), a table as a list of objects, assumptions. Text is an aligned table with units, the largest term marked.
 *
 * Ownership: texts live in the arena given. Threads: one. Limits: FL_COST_LINES, FL_COST_FIGURES. Failure: FL_BUG beyond
 * them, for they are the program's own.
 */
#ifndef FL_COST_VIEW_H
#define FL_COST_VIEW_H

#include "base/vec.h"
#include "catalog/catalog.h"
#include "codec/json.h"
#include "present/table.h"
#include "price/price.h"

struct fl_cost_line {
	struct fl_str class; /* usage class, or a name of the formula's own: gpu, judge, escalation */
	uint64_t units;
	int64_t rate; /* nano-USD per million units; -1 = the line has none */
	int64_t amount_nusd;
	struct fl_str source, note;
};

enum fl_cost_kind {
	FL_COST_MONEY,   /* whole: nano-USD */
	FL_COST_TOKENS,  /* whole */
	FL_COST_COUNT,   /* whole */
	FL_COST_NUMBER,  /* real */
	FL_COST_SHARE,   /* real in [0,1] */
	FL_COST_SECONDS, /* real */
	FL_COST_TEXT
};
struct fl_cost_figure {
	const char *name;  /* JSON member without its unit suffix */
	const char *label; /* for people */
	enum fl_cost_kind kind;
	int64_t whole;
	double real;
	struct fl_str text;
	bool absent; /* null: not known, or does not exist; `text` may say why */
};

struct fl_cost {
	struct fl_arena *arena;
	struct fl_str offer; /* empty: a stated price */
	bool priced;
	bool no_total; /* the answer is no sum of money: total_nusd is null and no line is shown */
	int64_t total_nusd;
	struct fl_str problem; /* why it is not priced */
	FL_VEC(struct fl_cost_line) line;
	FL_VEC(struct fl_cost_figure) figure;
	FL_VEC(struct fl_str) assumption;
	const char *rows_name;               /* JSON member of the table; NULL = none */
	size_t columns;                      /* of the table */
	const struct fl_cost_figure *column; /* names, labels and kinds */
	FL_VEC(struct fl_cost_figure) cell;  /* row by row */
};

void fl_cost_init(struct fl_cost *c, struct fl_arena *a);
void fl_cost_release(struct fl_cost *c);
/* Adds a receipt's lines, each `times` over, and its total; what was billed as another class or unverified is said. */
void fl_cost_receipt(struct fl_cost *c, const struct fl_receipt *r, uint64_t times);
/* A line of the formula's own; adds to the total. */
void fl_cost_add(struct fl_cost *c, const char *class, uint64_t units, int64_t rate, int64_t amount_nusd,
                 const char *note);
void fl_cost_money(struct fl_cost *c, const char *name, const char *label, int64_t nusd);
void fl_cost_whole(struct fl_cost *c, const char *name, const char *label, enum fl_cost_kind kind, int64_t v);
void fl_cost_real(struct fl_cost *c, const char *name, const char *label, enum fl_cost_kind kind, double v);
void fl_cost_text(struct fl_cost *c, const char *name, const char *label, struct fl_str text);
/* A figure that does not exist, and why; `kind` is what it would be, so that its member keeps its name. */
void fl_cost_nothing(struct fl_cost *c, const char *name, const char *label, enum fl_cost_kind kind, const char *why);
void fl_cost_assume(struct fl_cost *c, const char *fmt, ...) FL_PRINTF(2, 3);
/* Begins the table; then one call a cell, row by row, of the column's kind. */
void fl_cost_table(struct fl_cost *c, const char *name, const struct fl_cost_figure *column, size_t columns);
void fl_cost_cell(struct fl_cost *c, int64_t whole, double real, struct fl_str text);
/* A cell that is empty: null, "-". */
void fl_cost_no_cell(struct fl_cost *c);

bool fl_cost_json(const struct fl_cost *c, struct fl_buf *out);
void fl_cost_print(const struct fl_cost *c, struct fl_buf *out, size_t width);
/* The lines of a receipt as JSON, without the envelope: for `cost exchange`. */
void fl_receipt_lines_json(const struct fl_receipt *r, struct fl_json_writer *w);

#endif

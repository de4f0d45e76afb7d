/*
 * matrix.h - an outcome matrix out of a CSV file: what every candidate did on every item.
 *
 * Two forms. Long: header `item,config,score` and optionally `cost_usd,latency_s,in_tokens,out_tokens,trial,outcome`, in
 * any order; repeats of one cell are told apart by `trial` and become one cell: mean score, mean latency, sum of the
 * cost. Wide, where there is neither `config` nor `score`: `item`, then one column of scores a candidate. Unknown columns
 * of the long form are passed over with a note.
 *
 * Ownership: the matrix owns everything it points to; the text may go after reading. Threads: one builds it, any read it.
 * Limits: 4,000,000,000 bytes of text, 16,777,216 rows, 4,096 candidates, money exact to the nano-USD (more digits are
 * rounded up once a cell). Failure: FL_E_INVALID with the line of a score outside [0,1], a duplicate (item, config,
 * trial), a missing cell, a cost or latency that is blank in some cells but not in all; FL_E_LIMIT.
 */
#ifndef FL_MATRIX_H
#define FL_MATRIX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* How often one candidate ended in one way other than ok. */
struct fl_matrix_outcome {
	uint32_t config;
	struct fl_str outcome; /* as written: "truncated", "failed", … */
	uint64_t count;        /* rows */
};

struct fl_matrix {
	struct fl_arena arena;
	size_t items, configs;
	struct fl_str *item, *config; /* names, in order of first appearance */
	uint64_t rows;                /* trials, all told */
	/* Cells, [config * items + item]. */
	double *score;
	int64_t *cost_nusd; /* NULL when the file says nothing of it */
	double *latency_s;  /* NULL when the file says nothing of it */
	/* Clusters, when a column was named. */
	uint32_t *cluster; /* of each item; NULL without */
	size_t clusters;
	struct fl_str *cluster_name;
	/* One a candidate; sums over all rows. */
	int64_t *in_tokens, *out_tokens; /* NULL when the file says nothing of them */
	struct fl_matrix_outcome *outcome;
	size_t outcomes;
	struct fl_str *note; /* one sentence each */
	size_t notes;
};

/* Reads `text`; `name` is the file's, for errors. `cluster` names the column of clusters, empty for none. On failure
 * *out is empty and needs no release. */
enum fl_code fl_matrix_read(struct fl_matrix *out, struct fl_str text, const char *name, struct fl_str cluster,
                            struct fl_err *err) FL_MUST_USE;
void fl_matrix_release(struct fl_matrix *m);
/* Number of a candidate by name, -1 when there is none. */
ptrdiff_t fl_matrix_config(const struct fl_matrix *m, struct fl_str name);
static inline size_t fl_matrix_cell(const struct fl_matrix *m, size_t config, size_t item)
{
	return config * m->items + item;
}

#endif

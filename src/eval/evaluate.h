/*
 * evaluate.h - the whole grid: every candidate on every item, and what it comes to.
 *
 * Intervals: Wilson's for scores that are all 0 or 1, else a normal one from the standard error; from clusters where
 * items have them. Ownership: an evaluation owns its arena. Threads: the loop's thread. Failure: what session.h says;
 * stopped early, the candidates are as far as they came.
 */
#ifndef FL_EVALUATE_H
#define FL_EVALUATE_H

#include "eval/matrix.h"
#include "eval/session.h"

struct fl_eval_candidate {
	struct fl_str name;
	size_t items;
	double score, score_interval[2];
	int64_t cost_nusd, total_nusd; /* mean an item, and all */
	double latency_ms, p50_ms, p95_ms;
	double cut_share;
	uint64_t failed[-FL_E_CODES]; /* items by class of failure, [-code] */
	uint64_t outcome[FL_OUTCOMES];
	uint64_t in_tokens, out_tokens;
	bool cost_known;
};

struct fl_evaluation {
	struct fl_arena arena;
	struct fl_str task, run;
	size_t items;
	double pass_share; /* the bar, < 0: none */
	bool live, cost_known, latency_known, in_tokens_known, out_tokens_known;
	struct fl_eval_candidate *candidate;
	size_t candidate_count;
	const struct fl_removed *removed; /* of a task: by its needs, before anything was spent */
	size_t removed_count;
	uint64_t spent_cells, fresh_cells;
	int64_t spent_nusd;
	enum fl_code stopped;
	struct fl_err stop_err;
};
void fl_evaluation_release(struct fl_evaluation *e);

/* Called now and then while it runs: cells done of all, money spent so far. */
struct fl_eval_watch {
	void (*tick)(void *arg, uint64_t done, uint64_t all, int64_t spent_nusd, int64_t budget_nusd);
	void *arg;
	uint64_t every_ns;
};

/* use[c]: which candidates; NULL = all. Those left out do not appear. */
enum fl_code fl_evaluate(struct fl_evaluation *e, struct fl_session *s, const bool *use,
                         const struct fl_eval_watch *watch, struct fl_err *err) FL_MUST_USE;
enum fl_code fl_evaluate_matrix(struct fl_evaluation *e, const struct fl_matrix *m, const char *file,
                                struct fl_err *err) FL_MUST_USE;

/* The cells of a finished evaluation as the CSV of the interfaces (long form). */
bool fl_evaluation_csv(const struct fl_session *s, const bool *use, struct fl_buf *out);
/* One JSON object a cell, by candidate and item, of the candidates with use[c] (NULL = all). */
enum fl_code fl_evaluation_cells(const struct fl_session *s, const bool *use, struct fl_buf *out,
                                 struct fl_err *err) FL_MUST_USE;

#endif

/*
 * advise_int.h - what the parts of advise.h share. Private to choose/.
 *
 * Ownership, threads, failure: as advise.h.
 */
#ifndef FL_ADVISE_INT_H
#define FL_ADVISE_INT_H

#include "choose/advise.h"

/* Circumstances under which a winner is sought. */
struct fl_scene {
	double value_usd, wait_usd_per_s;
	int64_t in_tokens, out_tokens, traffic_month;
	fl_date day;
};
struct fl_scene fl_advice_scene(const struct fl_advice *v);

/* task_cost.c */
/* Output of a call relative to a model that does not think, where it is from, tokenizer and thinking tokens. */
void fl_setting_tokens(const struct fl_advice *v, struct fl_setting *s);
/* Cost of a call; false with a problem when it cannot be priced. */
bool fl_setting_cost(const struct fl_advice *v, const struct fl_setting *s, const struct fl_scene *x, int64_t *nusd,
                     struct fl_str *problem);
/* Seconds of a call, as measured; < 0 = not known. */
double fl_setting_latency(const struct fl_setting *s, const struct fl_scene *x);
/* Seconds that a wait is counted as: as measured, else what stands in for it. */
double fl_setting_wait(const struct fl_advice *v, const struct fl_setting *s, const struct fl_scene *x);
/* What stands in where nothing of a model was measured. */
void fl_advice_speeds(struct fl_advice *v);

/* utility.c */
/* Ranks, groups ties, names verdict and alternatives. */
void fl_advice_rank(struct fl_advice *v);
/* Index of the setting that would be named; -1 = none. */
ptrdiff_t fl_advice_winner(const struct fl_advice *v, const struct fl_scene *x);

void fl_advice_sensitivity(struct fl_advice *v);
void fl_advice_steps(struct fl_advice *v);
void fl_advice_ask(struct fl_advice *v);
void fl_advice_shortlist(struct fl_advice *v);

#define FL_SAY(v, ...) fl_arena_printf((v)->arena, __VA_ARGS__)
/* "$0.0042", "128k". */
struct fl_str fl_advice_money(struct fl_arena *a, double usd);
struct fl_str fl_advice_tokens(struct fl_arena *a, int64_t tokens);

#endif

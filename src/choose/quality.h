/*
 * quality.h - how able each model is at a kind of task, by public scores: one scale out of many tests, with its error.
 *
 * Scores compare only within one benchmark, release and harness (a field). Fields are linked by the models that stand in
 * several of them, as in item response theory with the tests as items, and as the stitched index of Epoch does:
 *
 *     logit(score of i in field g) = a_g + b_g x ability_i + noise of spread s_g
 *
 *   1. The field with most models is the core; a field joins when at least FL_LINKS of its models are known already.
 *      What never joins is not used: two fields without a bridge cannot be compared.
 *   2. Least squares in turn (a_g, b_g by regression; abilities as below), FL_ROUNDS times; abilities are kept at mean 0
 *      and spread 1 over all models. s_g^2 is the squared rest over the degrees of freedom that are left: each score takes
 *      away as much as it decides its own model's ability (its leverage).
 *   3. ability_i = sum(w y' / v) / (1 + sum(w / v)), y' = (y - a_g) / b_g. The 1 is a prior of mean 0 and variance 1,
 *      worth one test as uncertain as the whole field. v = (s_g^2 + error of the score^2) / b_g^2, at least
 *      FL_TEST_ERROR^2, times 1 + (1 + ability^2) / n_g for what n_g models leave open of the field. The standard error is
 *      FL_ERROR_FACTOR / sqrt(1 + sum(w / v)), at least FL_ABILITY_FLOOR; the factor stands for what this leaves out (slopes
 *      and noise are estimates too) and makes simulated 95 % intervals hold the truth 95 times of 100.
 *   4. w is the category's weight of the score; half for indexes made of other tests here, for estimated and for
 *      second-hand scores; a quarter for what a lab says of its own model. Several releases of one test share the weight
 *      of one, so that a test does not count by how often it was run.
 *   5. share = logistic(a + b x ability), a and b those of the category's own bounded tests, by how many models stand in
 *      them: the expected share of right answers on an average public test of the category. Not on yours.
 *
 * A model measured at several levels of effort has an ability at each. One without linked scores has none; its
 * predecessor (same lab and name but for the version) may stand in, said aloud, with FL_INHERITED_ERROR more.
 *
 * Ownership: everything lives in the arena given. Threads: pure. Limits: FL_FIELDS. Failure: none; what cannot be linked
 * is not known.
 */
#ifndef FL_QUALITY_H
#define FL_QUALITY_H

#include "choose/category.h"
#include "choose/effort.h"

enum { FL_LINKS = 3, FL_ROUNDS = 20, FL_FIELDS = 1024 };
#define FL_ABILITY_FLOOR 0.1 /* least standard error of an ability, in spreads between models */
#define FL_TEST_ERROR 0.4    /* no single test tells an ability better than that: else one could explain itself away */
#define FL_ERROR_FACTOR 1.12
#define FL_INHERITED_ERROR 0.5 /* added to the error of an ability that is a predecessor's */

struct fl_ability {
	const struct fl_catalog_model *model;
	enum fl_effort effort;
	double mean, error; /* ability and its standard error */
	size_t tests;       /* benchmarks that count */
	double share, share_error;
	const struct fl_score *newest;     /* one of its scores, for source and day */
	const struct fl_catalog_model *of; /* the predecessor whose it is; NULL = its own */
};
struct fl_qualities {
	struct fl_ability *ability; /* by model, in the order of the catalogue, then effort */
	size_t count;
	double a, b;     /* of an average test of the category */
	size_t tests;    /* benchmarks that are linked */
	size_t left_out; /* scores that no bridge reaches */
	bool known;
};

/* Of the category, by what was published until that day. */
void fl_qualities_of(const struct fl_catalog *c, const struct fl_category *k, fl_date day, struct fl_arena *a,
                     struct fl_qualities *out);
/* Of the model's predecessor, as its own with more error; false when there is none. */
bool fl_ability_inherited(const struct fl_catalog *c, const struct fl_qualities *q, const struct fl_catalog_model *m,
                          struct fl_ability *out);
/* Expected share of right answers for an ability, and its error by the delta method. */
double fl_share_for(const struct fl_qualities *q, double ability);
double fl_share_error_for(const struct fl_qualities *q, double ability, double error);

#endif

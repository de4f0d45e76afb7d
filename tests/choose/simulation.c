#include "simulation.h"

#include "choose/race_value_int.h"
#include "choose/rehearse.h"
#include "course.h"

#include <math.h>

enum { MOST_ARMS = 32, ITEMS = 200, PEEK_ITEMS = 400 };
static const double top_rate = 0.7, epsilon_usd = 0.02, margin = 0.02;

static void draw_setting(struct simulation_setting s, struct course *c, struct fl_rng *rng, double *q)
{
	for (size_t k = 0; k < s.arms; k++)
		q[k] = top_rate - (k ? s.gap : 0);
	course_draw(c, rng, q);
}

/* What a choice loses: on the list, or against the rates of the source. */
static double loss_of(struct simulation_setting s, const struct course *c, const struct fl_race_config *config,
                      size_t arm, size_t *best)
{
	double most = -1;
	*best = 0;
	if (s.mode == FL_MODE_FUTURE)
		return arm ? s.gap : 0;
	for (size_t k = 0; k < s.arms; k++) {
		double u = course_utility(c, config, k);
		if (u > most + 1e-12) {
			most = u;
			*best = k;
		}
	}
	return most - course_utility(c, config, arm);
}

static bool is_eliminated(const struct fl_race *r, size_t arm)
{
	return r->lane[arm].state == FL_ARM_ELIMINATED;
}

struct simulation_count simulate_choice(struct simulation_setting s, size_t runs, uint64_t seed)
{
	struct simulation_count count = {runs, 0, 0};
	struct fl_race_arm_config arm[MOST_ARMS];
	struct course c;
	struct fl_rng rng;
	double q[MOST_ARMS];
	fl_rng_init(&rng, seed);
	course_init(&c, s.arms, ITEMS);
	for (size_t run = 0; run < runs; run++) {
		size_t best;
		draw_setting(s, &c, &rng, q);
		struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
		config.mode = s.mode;
		config.epsilon_usd = epsilon_usd;
		struct fl_race *r = course_race(&config);
		course_run(&c, r, NULL);
		double loss = loss_of(s, &c, &config, (size_t)fl_race_chosen(r), &best);
		count.wrong += r->state == FL_RACE_CERTIFIED && loss > epsilon_usd + 1e-9;
		/* The end of a list settles the rest exactly and is no elimination by a test. */
		count.best_eliminated += is_eliminated(r, best);
		fl_race_destroy(r);
	}
	course_release(&c);
	return count;
}

/* Costs that fall with the number of the arm, so that the cheap ones are on the wrong side of the bar. */
static void price(struct course *c, struct fl_rng *rng)
{
	for (size_t k = 0; k < c->arms; k++)
		for (size_t i = 0; i < c->items; i++)
			c->cost[k * c->items + i] = 0.01 * (0.5 + fl_rng_double(rng)) / (double)(k + 1);
}

static bool breaks_promise(const struct course *c, int named)
{
	double best = -1, named_cost = named < 0 ? INFINITY : course_mean(c->cost, c, (size_t)named);
	for (size_t k = 0; k < c->arms; k++)
		best = fmax(best, course_mean(c->score, c, k));
	if (named < 0 || course_mean(c->score, c, (size_t)named) < best - margin - 1e-9)
		return true;
	for (size_t k = 0; k < c->arms; k++)
		if (course_mean(c->score, c, k) >= best - margin - 1e-9 &&
		    course_mean(c->cost, c, k) < 0.95 * named_cost - 1e-12)
			return true;
	return false;
}

struct simulation_count simulate_cheapest(struct simulation_setting s, size_t runs, uint64_t seed)
{
	struct simulation_count count = {runs, 0, 0};
	struct fl_race_arm_config arm[MOST_ARMS];
	struct course c;
	struct fl_rng rng;
	double q[MOST_ARMS];
	fl_rng_init(&rng, seed);
	course_init(&c, s.arms, ITEMS);
	for (size_t run = 0; run < runs; run++) {
		draw_setting(s, &c, &rng, q);
		price(&c, &rng);
		struct fl_race_config config = course_config(&c, FL_GOAL_CHEAPEST, arm);
		config.margin = margin;
		struct fl_race *r = course_race(&config);
		course_run(&c, r, NULL);
		count.wrong += breaks_promise(&c, fl_race_chosen(r));
		fl_race_destroy(r);
	}
	course_release(&c);
	return count;
}

/* Costs around a limit of 0.01 USD and latencies around 1 answer in 20 above 5 s; every other arm is over one of them. */
static void draw_limits(struct course *c, struct fl_rng *rng)
{
	for (size_t k = 0; k < c->arms; k++) {
		double mean = k % 2 ? 0.0105 : 0.009, late = k % 3 == 2 ? 0.08 : 0.02;
		for (size_t i = 0; i < c->items; i++) {
			c->cost[k * c->items + i] = mean * (0.5 + fl_rng_double(rng));
			c->latency[k * c->items + i] = fl_rng_double(rng) < late ? 6 : 2;
		}
	}
}

static bool breaks_limits(const struct course *c, const struct fl_race_config *config, const struct fl_truth *truth,
                          int named)
{
	if (truth->best < 0 || named < 0)
		return truth->best >= 0 || named >= 0;
	if (!truth->good[named])
		return true;
	if (config->goal == FL_GOAL_VALUE)
		return truth->utility_usd[named] < truth->utility_usd[truth->best] - config->epsilon_usd - 1e-9;
	return truth->total_usd[truth->best] < 0.95 * truth->total_usd[named] - 1e-9 / (double)c->items;
}

struct simulation_count simulate_limits(enum fl_race_goal goal, struct simulation_setting s, size_t runs, uint64_t seed)
{
	struct simulation_count count = {runs, 0, 0};
	struct fl_race_arm_config arm[MOST_ARMS];
	struct course c;
	struct fl_rng rng;
	double q[MOST_ARMS];
	fl_rng_init(&rng, seed);
	course_init(&c, s.arms, ITEMS);
	int64_t *nusd = fl_alloc(s.arms * ITEMS * sizeof *nusd);
	for (size_t run = 0; run < runs; run++) {
		struct fl_truth truth;
		draw_setting(s, &c, &rng, q);
		draw_limits(&c, &rng);
		for (size_t i = 0; i < s.arms * ITEMS; i++)
			nusd[i] = llround(c.cost[i] * 1e9);
		struct fl_matrix m = {
		    .items = ITEMS, .configs = s.arms, .score = c.score, .cost_nusd = nusd, .latency_s = c.latency};
		struct fl_race_config config = course_config(&c, goal, arm);
		config.epsilon_usd = goal == FL_GOAL_VALUE ? epsilon_usd : 0;
		config.margin = margin;
		config.max_cost_usd = 0.01;
		config.p95_s = 5;
		struct fl_race *r = course_race(&config);
		course_run(&c, r, NULL);
		fl_truth_init(&truth, &m, &config);
		count.wrong += breaks_limits(&c, &config, &truth, fl_race_chosen(r));
		fl_truth_release(&truth);
		fl_race_destroy(r);
	}
	free(nusd);
	course_release(&c);
	return count;
}

struct simulation_count simulate_look_ahead(struct simulation_setting s, size_t runs, uint64_t seed)
{
	struct simulation_count count = {runs, 0, 0};
	struct fl_race_arm_config arm[MOST_ARMS];
	struct course c;
	struct fl_rng rng;
	double q[MOST_ARMS];
	fl_rng_init(&rng, seed);
	course_init(&c, s.arms, ITEMS);
	for (size_t run = 0; run < runs; run++) {
		bool fooled = false;
		draw_setting(s, &c, &rng, q);
		struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
		config.mode = s.mode;
		config.epsilon_usd = run % 2 ? epsilon_usd : -1;
		struct fl_race *r = course_race(&config);
		do {
			size_t best;
			course_step(&c, r, NULL);
			int named = fl_race_chosen(r);
			double loss = loss_of(s, &c, &config, (size_t)named, &best);
			fooled |= loss > 0 && fl_value_regret_bound(r, (size_t)named) < loss - 1e-9;
		} while (!fl_race_ended(r));
		count.wrong += fooled;
		fl_race_destroy(r);
	}
	course_release(&c);
	return count;
}

struct simulation_count simulate_peeking(size_t runs, uint64_t seed)
{
	struct simulation_count count = {runs, 0, 0};
	struct course c;
	struct fl_rng rng;
	const double q[] = {0.7, 0.7};
	fl_rng_init(&rng, seed);
	course_init(&c, 2, PEEK_ITEMS);
	for (size_t run = 0; run < runs; run++) {
		double sum = 0, squares = 0;
		bool rejected = false;
		course_draw(&c, &rng, q);
		for (size_t i = 0; i < PEEK_ITEMS && !rejected; i++) {
			double d = c.score[PEEK_ITEMS + i] - c.score[i], n = (double)(i + 1);
			sum += d;
			squares += d * d;
			double variance = (squares - sum * sum / n) / fmax(1, n - 1);
			rejected = i >= 20 && variance > 0 && sum / sqrt(n * variance) > 1.96;
		}
		count.wrong += rejected;
	}
	course_release(&c);
	return count;
}

struct simulation_count simulate_peeking_race(size_t runs, uint64_t seed)
{
	struct simulation_count count = {runs, 0, 0};
	struct fl_race_arm_config arm[2];
	struct course c;
	struct fl_rng rng;
	const double q[] = {0.7, 0.7};
	fl_rng_init(&rng, seed);
	course_init(&c, 2, PEEK_ITEMS);
	for (size_t run = 0; run < runs; run++) {
		course_draw(&c, &rng, q);
		struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
		config.mode = FL_MODE_FUTURE;
		struct fl_race *r = course_race(&config);
		course_run(&c, r, NULL);
		count.wrong += is_eliminated(r, 0);
		fl_race_destroy(r);
	}
	course_release(&c);
	return count;
}

/* Feeds a race whose positions are clusters of three copies. */
static void run_clusters(const struct course *c, struct fl_race *r)
{
	while (!fl_race_ended(r)) {
		const struct fl_race_want *want;
		size_t n = fl_race_want(r, &want);
		for (size_t i = 0; i < n; i++)
			for (size_t p = want[i].from; p < want[i].to; p++)
				for (size_t sub = 0; sub < 3; sub++) {
					struct fl_race_outcome o = {c->score[want[i].arm * c->items + 3 * p + sub], 0,
					                            0};
					struct fl_err err = {0};
					if (fl_race_supply(r, want[i].arm, p, sub, &o, &err) != FL_OK)
						FL_BUG("%s", err.message);
				}
		fl_race_advance(r);
	}
}

struct simulation_count simulate_copies(bool clustered, size_t runs, uint64_t seed)
{
	enum { CLUSTERS = 120 };
	struct simulation_count count = {runs, 0, 0};
	struct fl_race_arm_config arm[2];
	uint32_t size[CLUSTERS];
	struct course one, three;
	struct fl_rng rng;
	const double q[] = {0.6, 0.6};
	fl_rng_init(&rng, seed);
	course_init(&one, 2, CLUSTERS);
	course_init(&three, 2, 3 * CLUSTERS);
	for (size_t i = 0; i < CLUSTERS; i++)
		size[i] = 3;
	for (size_t run = 0; run < runs; run++) {
		course_draw(&one, &rng, q);
		for (size_t i = 0; i < 2 * 3 * CLUSTERS; i++)
			three.score[i] = one.score[i / 3];
		struct fl_race_config config = course_config(&three, FL_GOAL_VALUE, arm);
		config.mode = FL_MODE_FUTURE;
		config.positions = clustered ? CLUSTERS : 3 * CLUSTERS;
		config.cluster_size = clustered ? size : NULL;
		struct fl_race *r = course_race(&config);
		if (clustered)
			run_clusters(&three, r);
		else
			course_run(&three, r, NULL);
		count.wrong += is_eliminated(r, 0);
		fl_race_destroy(r);
	}
	course_release(&one);
	course_release(&three);
	return count;
}

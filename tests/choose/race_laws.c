/*
 * The laws that the race's guarantee rests on, by exact enumeration where that is possible. Compiled as it is, every law
 * must hold. Compiled with FL_RACE_MUTANT set, together with the race's own sources, a known mistake is planted, and at
 * least one law must notice; a law that aborts has noticed too.
 *
 * Enumeration: items come in three types, so that all orders of a list of eight are a few hundred equally likely
 * sequences, and all draws from a source 3^8 weighted ones.
 */
#include "choose/race_cheapest_int.h"
#include "choose/race_value_int.h"
#include "course.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TYPES = 3, LENGTH = 8, MOST_ARMS = 17 };
static const int type_count[TYPES] = {3, 3, 2};

#define EXPECT(x)                                                                                                      \
	do {                                                                                                           \
		if (!(x)) {                                                                                            \
			printf("# %s: %s\n", __func__, #x);                                                            \
			return false;                                                                                  \
		}                                                                                                      \
	} while (0)

/* A random course over the types, seen through a sequence of types. */
struct world {
	struct course types; /* items = TYPES */
	struct course list;  /* items = LENGTH */
	double mean[MOST_ARMS];
	struct fl_race_arm_config arm[MOST_ARMS];
	struct fl_race_config config;
};

static void world_init(struct world *w, struct fl_rng *rng, size_t arms, enum fl_race_mode mode)
{
	course_init(&w->types, arms, TYPES);
	course_init(&w->list, arms, LENGTH);
	for (size_t i = 0; i < arms * TYPES; i++) {
		w->types.score[i] = (double)fl_rng_below(rng, 3) / 2;
		w->types.cost[i] = (double)fl_rng_below(rng, 4) / 8;
	}
	w->config = course_config(&w->types, FL_GOAL_VALUE, w->arm);
	for (size_t k = 0; k < arms; k++) {
		w->mean[k] = 0;
		w->arm[k].cap_usd /= 2; /* bounds that are reached */
		for (int t = 0; t < TYPES; t++)
			w->mean[k] +=
			    type_count[t] * (w->types.score[k * TYPES + t] - w->types.cost[k * TYPES + t]) / LENGTH;
	}
	w->config.positions = LENGTH;
	w->config.mode = mode;
	w->config.delta = 0.6; /* a low threshold, so that arms leave, rest and come back within eight items */
	w->config.epsilon_usd = 0.3;
}

static void world_release(struct world *w)
{
	course_release(&w->types);
	course_release(&w->list);
}

static void lay_out(struct world *w, const int *sequence)
{
	for (size_t k = 0; k < w->types.arms; k++)
		for (size_t i = 0; i < LENGTH; i++) {
			w->list.score[k * LENGTH + i] = w->types.score[k * TYPES + (size_t)sequence[i]];
			w->list.cost[k * LENGTH + i] = w->types.cost[k * TYPES + (size_t)sequence[i]];
		}
}

/* The next sequence: of the same multiset in order (finite), or any (future). False behind the last. */
static bool next_sequence(int *s, enum fl_race_mode mode)
{
	int i = LENGTH - 1;
	if (mode == FL_MODE_FUTURE) {
		while (i >= 0 && s[i] == TYPES - 1)
			s[i--] = 0;
		if (i < 0)
			return false;
		s[i]++;
		return true;
	}
	for (i = LENGTH - 2; i >= 0 && s[i] >= s[i + 1];)
		i--;
	if (i < 0)
		return false;
	int j = LENGTH - 1;
	while (s[j] <= s[i])
		j--;
	int swap = s[i];
	s[i] = s[j];
	s[j] = swap;
	for (int a = i + 1, b = LENGTH - 1; a < b; a++, b--) {
		swap = s[a];
		s[a] = s[b];
		s[b] = swap;
	}
	return true;
}

static double weight_of(const int *s, enum fl_race_mode mode)
{
	double p = 1;
	for (int i = 0; mode == FL_MODE_FUTURE && i < LENGTH; i++)
		p *= (double)type_count[s[i]] / LENGTH;
	return p;
}

/* Gives an arm the utilities that it was not called for. How far an arm is called depends on later positions too (it
 * may be woken), so only the wealth over all positions, called or not, has mean 1; the race sees no more of it than what
 * it called, which is why its claims hold. */
static void complete(const struct world *w, struct fl_race *r, size_t a)
{
	size_t prefix = r->value->prefix;
	struct fl_lane *lane = &r->lane[a];
	lane->at[FL_TRACK_UTILITY] = fl_realloc(lane->at[FL_TRACK_UTILITY], LENGTH * sizeof(double));
	lane->sum[FL_TRACK_UTILITY] = fl_realloc(lane->sum[FL_TRACK_UTILITY], (LENGTH + 1) * sizeof(double));
	double *at = lane->at[FL_TRACK_UTILITY], *sum = lane->sum[FL_TRACK_UTILITY];
	sum[0] = 0;
	for (size_t i = 0; i < prefix; i++) {
		at[i] = w->list.score[a * LENGTH + i] - w->list.cost[a * LENGTH + i];
		sum[i + 1] = sum[i] + at[i];
	}
	r->value->arm[a].judged = prefix;
}

/* What the race kept agrees with a replay from the outcomes. */
static bool agrees_with_replay(const struct fl_race *r, size_t a)
{
	double zero[MOST_ARMS] = {0};
	double plain = fl_value_total(r, a, zero, r->frame.finite), kept = fl_value_total_against(r, a, a ? 0 : 1, 0);
	EXPECT(kept == plain || fabs(kept - plain) <= 1e-9 * plain);
	EXPECT(fl_value_total_against(r, a, a ? 0 : 1, 0.1) >= kept * (1 - 1e-9));
	return true;
}

/* Adds T* of every arm after a whole race; false when a law of one race is broken. */
static bool add_race(struct world *w, double weight, double *total, size_t *moves)
{
	struct fl_race *r = course_race(&w->config);
	const struct fl_race_event *event;
	bool finite = w->config.mode == FL_MODE_FINITE;
	course_run(&w->list, r, NULL);
	*moves += fl_race_events(r, &event);
	for (size_t a = 0; a < w->config.arms; a++)
		EXPECT(agrees_with_replay(r, a));
	for (size_t a = 0; a < w->config.arms; a++)
		complete(w, r, a);
	for (size_t a = 0; a < w->config.arms; a++) {
		double m0[MOST_ARMS], zero[MOST_ARMS] = {0};
		bool best = true;
		for (size_t b = 0; b < w->config.arms; b++) {
			m0[b] = w->mean[b] - w->mean[a];
			best &= m0[b] <= 0;
		}
		double star = fl_value_total(r, a, m0, finite);
		total[a] += weight * star;
		EXPECT(!best || fl_value_total(r, a, zero, finite) <= star * (1 + 1e-9));
	}
	fl_race_destroy(r);
	return true;
}

/* E[T*] = 1 for every arm, whoever runs, rests, catches up or leaves. */
static bool expectation_is_one(size_t arms, enum fl_race_mode mode, int worlds, uint64_t seed)
{
	struct fl_rng rng;
	size_t moves = 0;
	fl_rng_init(&rng, seed);
	for (int n = 0; n < worlds; n++) {
		struct world w;
		int s[LENGTH] = {0, 0, 0, 1, 1, 1, 2, 2}, start[LENGTH] = {0};
		double total[MOST_ARMS] = {0}, weight = 0;
		int *sequence = mode == FL_MODE_FINITE ? s : start;
		world_init(&w, &rng, arms, mode);
		do {
			double p = weight_of(sequence, mode);
			weight += p;
			lay_out(&w, sequence);
			EXPECT(add_race(&w, p, total, &moves));
		} while (next_sequence(sequence, mode));
		for (size_t a = 0; a < arms; a++)
			if (!(fabs(total[a] / weight - 1) < 1e-9)) {
				printf("# world %d: mean total wealth of arm %zu of %zu is %.12g\n", n, a, arms,
				       total[a] / weight);
				return false;
			}
		world_release(&w);
	}
	EXPECT(moves > 100);
	return true;
}

static bool total_wealth_has_mean_one_over_all_orders_of_a_list(void)
{
	return expectation_is_one(11, FL_MODE_FINITE, 12, 1) && expectation_is_one(17, FL_MODE_FINITE, 8, 2);
}

static bool total_wealth_has_mean_one_over_all_draws_from_a_source(void)
{
	return expectation_is_one(3, FL_MODE_FUTURE, 4, 3) && expectation_is_one(11, FL_MODE_FUTURE, 1, 4);
}

static bool one_streams_wealth_has_mean_one_at_its_true_mean(void)
{
	struct fl_rng rng;
	fl_rng_init(&rng, 5);
	for (int n = 0; n < 50; n++) {
		double type[TYPES], mean = 0, sum = 0, count = 0;
		int s[LENGTH] = {0, 0, 0, 1, 1, 1, 2, 2};
		for (int t = 0; t < TYPES; t++) {
			type[t] = 2 * fl_rng_double(&rng) - 1;
			mean += type_count[t] * type[t] / LENGTH;
		}
		do {
			double x[LENGTH], prior[LENGTH + 1] = {0};
			for (int i = 0; i < LENGTH; i++) {
				x[i] = type[s[i]];
				prior[i + 1] = prior[i] + x[i];
			}
			struct fl_frame f = {true, LENGTH, 1, NULL, NULL};
			struct fl_linear t = {.x = x, .x_sum = prior, .p = 1, .lo = -1, .top = 1};
			sum += fl_stream_replay(&f, &t, LENGTH, mean);
			count++;
		} while (next_sequence(s, FL_MODE_FINITE));
		EXPECT(fabs(sum / count - 1) < 1e-9);
	}
	return true;
}

/* Figures worked out in rational arithmetic from the formulas of the method: they catch what a mean of 1 cannot. */
static bool wealth_takes_its_known_values(void)
{
	const double x[] = {1, 0, 1, -0.5, 1, 0.25}, sum[] = {0, 1, 1, 2, 1.5, 2.5, 2.75};
	static const struct {
		bool finite;
		double m0, after[6];
	} row[] = {
	    {true,
	     0,
	     {1, 1.090721649484536, 2.181443298969072, 1.7864494505960715, 3.510216464329123, 5.440835519710141}},
	    {false, 0, {1, 1, 1.8, 1, 1.6, 1.8857142857142857}},
	    {false, -0.2, {1, 1.2, 2.64, 1.76, 3.344, 4.687571428571428}},
	};
	for (size_t k = 0; k < FL_COUNT(row); k++)
		for (size_t n = 1; n <= 6; n++) {
			struct fl_frame f = {row[k].finite, 10, 1, NULL, NULL};
			struct fl_linear t = {.x = x, .x_sum = sum, .p = 1, .lo = -1, .top = 1};
			double got = fl_stream_replay(&f, &t, n, row[k].m0);
			EXPECT(fabs(got - row[k].after[n - 1]) < 1e-12);
		}
	return true;
}

/* The same terms through the value race: two arms, b against a, aim -1/10, K = 2. */
static bool total_wealth_takes_its_known_values(void)
{
	static const double even[] = {1.2296411856474259, 1.321736007760364, 2.43477685640067,
	                              2.0936767273744157, 3.735925893319324, 5.101603806829816};
	static const double soft[] = {1.2745709828393135, 1.486130695103116,  3.0504787952116588,
	                              2.883252178777838,  5.9590016755842585, 9.721570530699275};
	const double ub[] = {1, 0.5, 1, 0.25, 1, 0.75}, ua[] = {0, 0.5, 0, 0.75, 0, 0.5};
	struct fl_race_arm_config arm[2] = {{.cap_usd = 0.25}, {.cap_usd = 0.25}};
	struct fl_race_config c = {.arms = 2,
	                           .positions = 10,
	                           .arm = arm,
	                           .delta = 1e-9,
	                           .value_usd = 1,
	                           .epsilon_usd = 0.1,
	                           .max_cost_usd = -1,
	                           .p95_s = -1};
	struct fl_race *r = course_race(&c);
	struct course list;
	course_init(&list, 2, 10);
	memcpy(list.score, ua, sizeof ua);
	memcpy(list.score + 10, ub, sizeof ub);
	course_step(&list, r, NULL);
	r->value->arm[0].judged = 6;
	double m_even[2] = {0, 0}, m_soft[2] = {0, -0.1};
	/* From the second position on, b leads a, so P_a lacks the first factor only. */
	double first = even[0], first_soft = soft[0];
	double got = fl_value_total(r, 0, m_even, true), got_soft = fl_value_total(r, 0, m_soft, true);
	fl_race_destroy(r);
	course_release(&list);
	EXPECT(fabs(got - (even[5] / first + even[5]) / 2) < 1e-12);
	EXPECT(fabs(got_soft - (soft[5] / first_soft + soft[5]) / 2) < 1e-12);
	return true;
}

/* Among equals some elimination is usual, but each one of them keeps its promise. */
static bool a_fixed_best_arm_is_rarely_eliminated_among_equals(void)
{
	enum { ARMS = 24, ITEMS = 96 };
	const size_t runs = 300 / COURSE_FEWER;
	struct fl_race_arm_config arm[ARMS];
	struct course c;
	struct fl_rng rng;
	double q[ARMS], gone = 0;
	fl_rng_init(&rng, 6);
	for (size_t k = 0; k < ARMS; k++)
		q[k] = 0.6;
	course_init(&c, ARMS, ITEMS);
	for (size_t run = 0; run < runs; run++) {
		course_draw(&c, &rng, q);
		struct fl_race_config config = course_config(&c, FL_GOAL_VALUE, arm);
		config.mode = FL_MODE_FUTURE;
		struct fl_race *r = course_race(&config);
		course_run(&c, r, NULL);
		for (size_t k = 0; k < ARMS; k++)
			gone += r->lane[k].state == FL_ARM_ELIMINATED;
		fl_race_destroy(r);
	}
	course_release(&c);
	printf("# seed 6: a fixed one of %d equals is eliminated in %.4f of %zu runs\n", ARMS,
	       gone / ARMS / (double)runs, runs);
	EXPECT(gone / ARMS / (double)runs <= 0.05 + 3 * sqrt(0.05 * 0.95 / (double)runs / 2));
	return true;
}

/* All candidates exactly on a floor; the adversary reads every position and takes any false flag. */
static bool an_adversary_gets_no_more_false_certificates_than_allowed(void)
{
	enum { ARMS = 8, ITEMS = 1500 };
	const size_t runs = 4000 / COURSE_FEWER;
	struct fl_race_arm_config arm[ARMS] = {{.cap_usd = 1}};
	struct fl_race_config config = {.goal = FL_GOAL_CHEAPEST,
	                                .mode = FL_MODE_FUTURE,
	                                .arms = ARMS,
	                                .positions = ITEMS,
	                                .arm = arm,
	                                .delta = 0.05,
	                                .bar = FL_BAR_FLOOR,
	                                .margin = 0.5,
	                                .max_cost_usd = -1,
	                                .p95_s = -1};
	struct fl_race *r = course_race(&config);
	double threshold = r->cheapest->wealth_clears;
	fl_race_destroy(r);
	struct fl_rng rng;
	static double x[ITEMS], sum[ITEMS + 1];
	size_t fooled = 0;
	fl_rng_init(&rng, 7);
	for (size_t run = 0; run < runs; run++) {
		bool flag = false;
		for (size_t k = 0; k < ARMS && !flag; k++) {
			struct fl_frame f = {false, ITEMS, 1, NULL, NULL};
			struct fl_linear t = {.x = x, .x_sum = sum, .p = 1, .constant = -0.5, .lo = -0.5, .top = 0.5};
			struct fl_stream s = {FL_WEALTH_ONE, 0};
			for (size_t i = 0; i < ITEMS && !flag; i++) {
				x[i] = fl_rng_u64(&rng) >> 63;
				sum[i + 1] = sum[i] + x[i];
				fl_stream_bet(&f, &t, &s, i);
				flag = fl_wealth_value(s.w) >= threshold;
			}
		}
		fooled += flag;
	}
	double rate = (double)fooled / (double)runs;
	printf("# seed 7: the adversary gets a false certificate in %.4f of %zu runs; 0.025 are allowed\n", rate, runs);
	EXPECT(rate <= 0.025 + 3 * sqrt(0.025 * 0.975 / (double)runs));
	EXPECT(COURSE_FEWER > 1 || rate >= 0.008); /* the test would notice, and nothing is given away */
	return true;
}

static bool wealth_falls_in_the_mean_and_survives_a_million_terms(void)
{
	enum { TERMS = 1000000 / COURSE_FEWER };
	double *x = fl_alloc(TERMS * sizeof *x), *sum = fl_alloc((TERMS + 1) * sizeof *sum), last = INFINITY;
	struct fl_rng rng;
	struct fl_frame f = {true, 2.0 * TERMS, 1, NULL, NULL};
	struct fl_linear t = {.x = x, .x_sum = sum, .p = 1, .lo = -1, .top = 1};
	fl_rng_init(&rng, 8);
	sum[0] = 0;
	for (size_t i = 0; i < TERMS; i++) {
		x[i] = fl_rng_double(&rng) < 0.5 ? -1 : 1;
		sum[i + 1] = sum[i] + x[i];
	}
	for (double m0 = -1; m0 < 1; m0 += 0.05) {
		double now = fl_stream_replay(&f, &t, 60, m0);
		EXPECT(now <= last * (1 + 1e-9));
		last = now;
	}
	struct fl_stream s = {FL_WEALTH_ONE, 0};
	for (size_t i = 0; i < TERMS; i++)
		fl_stream_bet(&f, &t, &s, i);
	EXPECT(isfinite(s.w.m) && s.w.m > 0);
	free(x);
	free(sum);
	return true;
}

static const struct {
	const char *name;
	bool (*holds)(void);
} law[] = {
    {"wealth_takes_its_known_values", wealth_takes_its_known_values},
    {"total_wealth_takes_its_known_values", total_wealth_takes_its_known_values},
    {"one_streams_wealth_has_mean_one_at_its_true_mean", one_streams_wealth_has_mean_one_at_its_true_mean},
    {"total_wealth_has_mean_one_over_all_orders_of_a_list", total_wealth_has_mean_one_over_all_orders_of_a_list},
    {"total_wealth_has_mean_one_over_all_draws_from_a_source", total_wealth_has_mean_one_over_all_draws_from_a_source},
    {"a_fixed_best_arm_is_rarely_eliminated_among_equals", a_fixed_best_arm_is_rarely_eliminated_among_equals},
    {"an_adversary_gets_no_more_false_certificates_than_allowed",
     an_adversary_gets_no_more_false_certificates_than_allowed},
    {"wealth_falls_in_the_mean_and_survives_a_million_terms", wealth_falls_in_the_mean_and_survives_a_million_terms},
};

#ifdef FL_RACE_MUTANT
static const char *const mutant_name[] = {"",
                                          "the opponent is chosen with the item in view",
                                          "the running set is chosen with the item in view",
                                          "the conditional mean is off by one",
                                          "delta is not divided among the events",
                                          "the union over opponents is not paid",
                                          "the lower bound is too tight"};

/* A law noticed when it fails or when its process dies. */
static bool notices(size_t i)
{
	int status = 0;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		bool holds = law[i].holds();
		fflush(NULL);
		_exit(holds ? 0 : 1);
	}
	return waitpid(child, &status, 0) == child && status != 0;
}

int main(void)
{
	size_t noticed = 0;
	printf("1..1\n");
	for (size_t i = 0; i < FL_COUNT(law); i++)
		if (notices(i)) {
			printf("# noticed by %s\n", law[i].name);
			noticed++;
		}
	printf("%s 1 - mutant_is_noticed: %s\n", noticed ? "ok" : "not ok", mutant_name[FL_RACE_MUTANT]);
	return noticed ? 0 : 1;
}
#else
int main(void)
{
	int failed = 0;
	printf("1..%zu\n", FL_COUNT(law));
	for (size_t i = 0; i < FL_COUNT(law); i++) {
		bool holds = law[i].holds();
		failed += !holds;
		printf("%s %zu - %s\n", holds ? "ok" : "not ok", i + 1, law[i].name);
	}
	return failed ? 1 : 0;
}
#endif

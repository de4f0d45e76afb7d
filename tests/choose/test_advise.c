/* Advice on the catalogue that the program carries, by what was known on one day; and its statistics by simulation. */
#include "test.h"

#include "base/rng.h"
#include "choose/advise.h"
#include "choose/advise_int.h"

#include <math.h>
#include <stdio.h>

#define DAY fl_date_of(2026, 11, 24)

struct asked {
	struct fl_arena a;
	struct fl_advise_wish w;
	struct fl_advice v;
	struct fl_err err;
	enum fl_code code;
};

/* A wish of one kind of task, with needs as YAML ("{}" for none). */
static void wish(struct asked *q, const char *category, const char *needs)
{
	const struct fl_yaml *tree;
	*q = (struct asked){0};
	fl_arena_init(&q->a);
	fl_advise_wish_init(&q->w);
	q->w.category = fl_category_find(fl_str_from(category));
	q->w.day = DAY;
	assert_int_equal(fl_yaml_parse(&tree, &q->a, fl_str_from(needs), "needs", &q->err), FL_OK);
	assert_int_equal(fl_schema_read(&fl_needs_table, tree, &q->w.needs, &q->a, &q->err), FL_OK);
	q->w.needs_tree = tree;
}

static void go(struct asked *q)
{
	q->code = fl_advise(fl_catalog_builtin(), &q->w, &q->a, &q->v, &q->err);
}

static void done(struct asked *q)
{
	fl_advice_release(&q->v);
	fl_arena_release(&q->a);
}

static const struct fl_setting *won(const struct asked *q)
{
	assert_int_equal(q->code, FL_OK);
	assert_true(q->v.verdict >= 0);
	return &q->v.setting.p[q->v.verdict];
}

static const struct fl_removal *removal(const struct asked *q, const char *candidate, const char *need)
{
	for (size_t i = 0; i < q->v.removed.n; i++)
		if (fl_str_is(q->v.removed.p[i].candidate, candidate) &&
		    fl_str_is(q->v.removed.p[i].finding.need, need))
			return &q->v.removed.p[i];
	return NULL;
}

static bool stays(const struct asked *q, const char *offer)
{
	for (size_t i = 0; i < q->v.setting.n; i++)
		if (fl_str_is(q->v.setting.p[i].offer.id, offer))
			return true;
	return false;
}

/* --- needs -------------------------------------------------------------------------------------------------------- */

static void a_model_that_uses_less_context_than_needed_is_removed_with_test_source_and_relaxation(void **state)
{
	(void)state;
	struct asked q;
	wish(&q, "long-context", "{effective_context: 60k}");
	go(&q);
	const struct fl_removal *r = removal(&q, "openai/gpt-4o", "effective_context");
	assert_non_null(r);
	assert_true(fl_str_is(r->finding.wanted, "60k"));
	assert_true(fl_str_is(r->finding.found, "8k by NoLiMa"));
	assert_true(fl_str_is(r->finding.source, "nolima"));
	assert_int_equal(r->finding.date, fl_date_of(2025, 5, 5));
	assert_true(fl_str_is(r->finding.relax, "effective_context: 8k"));
	assert_int_equal(r->broken, 1);
	done(&q);
	wish(&q, "long-context", "{effective_context: 8k}"); /* the relaxation brings it back */
	go(&q);
	assert_null(removal(&q, "openai/gpt-4o", "effective_context"));
	assert_true(stays(&q, "openai/gpt-4o"));
	done(&q);
}

static void what_is_not_known_is_kept_and_told_but_not_named_and_strict_removes_it(void **state)
{
	(void)state;
	struct asked q;
	size_t told = 0;
	wish(&q, "extraction", "{data: no-training}");
	go(&q);
	assert_null(removal(&q, "deepseek/deepseek-v4-flash", "data"));
	assert_true(stays(&q, "deepseek/deepseek-v4-flash") || stays(&q, "openrouter/deepseek-v4-flash"));
	for (size_t i = 0; i < q.v.unknown.n; i++)
		told += fl_str_is(q.v.unknown.p[i].candidate, "deepseek/deepseek-v4-flash");
	assert_true(told > 0);
	assert_int_equal(won(&q)->unknown, 0);
	done(&q);
	wish(&q, "extraction", "{data: no-training}");
	q.w.strict = true;
	go(&q);
	const struct fl_removal *r = removal(&q, "deepseek/deepseek-v4-flash", "data");
	assert_non_null(r);
	assert_int_equal(r->finding.state, FL_NEED_UNKNOWN);
	for (size_t i = 0; i < q.v.setting.n; i++)
		assert_int_equal(q.v.setting.p[i].unknown, 0);
	done(&q);
}

static void an_excluded_lab_is_gone_everywhere(void **state)
{
	(void)state;
	struct asked q;
	wish(&q, "general", "{exclude: {labs: xai}}");
	go(&q);
	for (size_t i = 0; i < q.v.setting.n; i++)
		assert_false(fl_str_is(q.v.setting.p[i].offer.model->lab, "xai"));
	assert_non_null(removal(&q, "xai/grok-4.5", "exclude.labs"));
	done(&q);
}

static void youtube_leaves_gemini_at_google_alone(void **state)
{
	(void)state;
	struct asked q;
	wish(&q, "vision", "{inputs: [video, youtube]}");
	go(&q);
	assert_true(fl_str_is(won(&q)->offer.provider_id, "google"));
	for (size_t i = 0; i < q.v.ranked; i++)
		assert_true(fl_str_is(q.v.setting.p[i].offer.model->lab, "google"));
	done(&q);
}

static void private_data_on_a_24_gb_card_leaves_open_models_that_fit(void **state)
{
	(void)state;
	struct asked q;
	wish(&q, "extraction", "{data: own-machines, devices: rtx-4090}");
	go(&q);
	assert_true(won(&q)->own);
	for (size_t i = 0; i < q.v.setting.n; i++) {
		const struct fl_setting *s = &q.v.setting.p[i];
		assert_true(s->own && s->open);
		if (s->fit.device && !s->unknown) {
			assert_int_equal(s->fit.fit.fits, FL_FIT_YES);
			assert_true(s->fit.fit.total.low <= s->fit.fit.available_bytes);
		}
	}
	assert_non_null(removal(&q, "own/llama-3.1-405b", "devices"));
	assert_null(removal(&q, "own/gpt-oss-20b", "devices"));
	assert_non_null(removal(&q, "openai/gpt-5.6-luna", "data"));
	done(&q);
}

static void the_smallest_cost_that_brings_a_setting_back_does(void **state)
{
	(void)state;
	struct asked q;
	char needs[120];
	wish(&q, "code", "{cost: 0.001 USD/call}");
	go(&q);
	const struct fl_removal *r = NULL;
	for (size_t i = 0; i < q.v.removed.n && !r; i++)
		r = fl_str_is(q.v.removed.p[i].finding.need, "cost") ? &q.v.removed.p[i] : NULL;
	assert_non_null(r);
	struct fl_str name = r->candidate;
	snprintf(needs, sizeof needs, "{%.*s}", FL_FMT(r->finding.relax));
	struct asked again;
	wish(&again, "code", needs);
	go(&again);
	for (size_t i = 0; i < again.v.removed.n; i++)
		assert_false(fl_str_eq(again.v.removed.p[i].candidate, name));
	done(&again);
	done(&q);
}

static void when_nobody_is_left_the_removals_are_there_all_the_same(void **state)
{
	(void)state;
	struct asked q;
	wish(&q, "code", "{context: 500M}");
	q.w.strict = true;
	go(&q);
	assert_int_equal(q.code, FL_E_CHECK);
	assert_true(q.v.removed.n > 100);
	assert_true(strstr(q.err.help, "comes back with") != NULL);
	done(&q);
}

static void one_that_may_break_a_need_is_named_only_when_no_other_is_left(void **state)
{
	(void)state;
	struct asked q;
	struct fl_str need[4];
	wish(&q, "code", "{context: 100M}"); /* more than anybody has: those stay of which it is not known */
	go(&q);
	assert_int_equal(q.code, FL_E_CHECK);
	assert_int_equal(q.v.met, 0);
	assert_true(q.v.verdict >= 0);
	assert_int_equal(fl_advice_not_known(&q.v, &q.v.setting.p[q.v.verdict], need, FL_COUNT(need)), 1);
	assert_true(fl_str_is(need[0], "context"));
	done(&q);
	wish(&q, "code", "{region: eu, knowledge_after: 2026-04-01}"); /* newer than the public scores */
	go(&q);
	for (size_t i = 0; i < q.v.setting.n; i++)
		if (q.v.setting.p[i].known && q.v.setting.p[i].priced && !q.v.setting.p[i].unknown)
			assert_int_equal(won(&q)->unknown, 0);
	done(&q);
}

/* --- verdict, ties, break-evens ----------------------------------------------------------------------------------- */

static void of_those_that_tie_with_the_best_the_cheapest_is_named(void **state)
{
	(void)state;
	for (size_t k = 0; k < fl_category_count; k++) {
		struct asked q;
		wish(&q, fl_categories[k].name, "{}");
		go(&q);
		const struct fl_setting *s = won(&q), *best = &q.v.setting.p[0];
		double value = (double)q.v.value_nusd / 1e9;
		assert_int_equal(s->tie, 1);
		assert_true(best->utility_usd - s->utility_usd <= fl_utility_margin(best, s, value));
		assert_true(best->share - s->share <= FL_CHEAPER_WITHIN);
		for (size_t i = 1; i < q.v.ranked; i++) {
			const struct fl_setting *o = &q.v.setting.p[i];
			bool ties = best->utility_usd - o->utility_usd <= fl_utility_margin(best, o, value) &&
			            best->share - o->share <= FL_CHEAPER_WITHIN && o->ability.tests >= FL_TESTS_LEAST;
			assert_true(!ties || o->cost_nusd >= s->cost_nusd);
			assert_true(o->utility_usd <= q.v.setting.p[i - 1].utility_usd);
		}
		if (q.v.cheaper >= 0)
			assert_true(q.v.setting.p[q.v.cheaper].cost_nusd < s->cost_nusd &&
			            q.v.setting.p[q.v.cheaper].share >= s->share - FL_CHEAPER_WITHIN);
		if (q.v.stronger >= 0)
			assert_true(q.v.setting.p[q.v.stronger].share >= s->share + FL_STRONGER_BY);
		done(&q);
	}
}

static struct fl_str winner_with(const char *category, enum fl_break_kind kind, double at, struct asked *q)
{
	wish(q, category, "{}");
	if (kind == FL_BREAK_VALUE)
		q->w.value_nusd = llround(at * 1e9);
	else if (kind == FL_BREAK_OUTPUT)
		q->w.out_tokens = llround(at);
	else
		q->w.in_tokens = llround(at);
	go(q);
	return won(q)->offer.model->id;
}

static void at_each_break_even_the_winner_is_another_on_the_other_side(void **state)
{
	(void)state;
	static const char *const category[] = {"code", "extraction", "reasoning", "data"};
	size_t tried = 0;
	for (size_t k = 0; k < FL_COUNT(category); k++) {
		struct asked q;
		wish(&q, category[k], "{}");
		go(&q);
		struct fl_str here = won(&q)->name;
		for (size_t i = 0; i < q.v.sensitivity.n; i++) {
			const struct fl_break *b = &q.v.sensitivity.p[i];
			struct asked side;
			if (b->kind != FL_BREAK_VALUE)
				continue;
			double away = b->at > b->now ? 1.002 : 1 / 1.002;
			winner_with(category[k], b->kind, b->at / away, &side);
			assert_true(fl_str_eq(won(&side)->name, here));
			done(&side);
			winner_with(category[k], b->kind, b->at * (1 + 1e-6), &side);
			assert_true(fl_str_eq(won(&side)->name, q.v.setting.p[b->winner].name) ||
			            b->at < b->now); /* from below, the millionth may step back over */
			done(&side);
			tried++;
		}
		done(&q);
	}
	assert_true(tried >= 4);
}

static void an_announced_price_is_told_with_its_day_and_not_before_it_bills(void **state)
{
	(void)state;
	struct asked q;
	size_t told = 0;
	wish(&q, "vision", "{}");
	go(&q);
	for (size_t i = 0; i < q.v.sensitivity.n; i++) {
		const struct fl_break *b = &q.v.sensitivity.p[i];
		if (b->kind != FL_BREAK_PRICE || !fl_str_starts(b->text, FL_S("google/gemini-4-argon")))
			continue;
		told++;
		assert_int_equal((fl_date)b->at, fl_date_of(2026, 12, 1));
		assert_true(fl_str_find(b->text, FL_S("doubles"), 0) > 0);
	}
	assert_int_equal(told, 1);
	done(&q);
}

/* --- quality ------------------------------------------------------------------------------------------------------ */

static void own_results_outrank_by_n_of_n_plus_20(void **state)
{
	(void)state;
	enum { N = 180 };
	struct fl_own_result own = {FL_S("openai/gpt-5.4-nano@high"), N, 1, -1};
	struct asked q, public;
	wish(&public, "extraction", "{}");
	go(&public);
	wish(&q, "extraction", "{}");
	q.w.own = &own;
	q.w.owns = 1;
	go(&q);
	const struct fl_setting *s = NULL, *p = NULL;
	for (size_t i = 0; i < q.v.setting.n; i++)
		if (fl_str_is(q.v.setting.p[i].name, "openai/gpt-5.4-nano@high"))
			s = &q.v.setting.p[i];
	for (size_t i = 0; i < public.v.setting.n; i++)
		if (fl_str_is(public.v.setting.p[i].name, "openai/gpt-5.4-nano@high"))
			p = &public.v.setting.p[i];
	assert_non_null(s);
	assert_non_null(p);
	assert_true(fabs(s->share - (0.9 + 0.1 * p->share)) < 1e-9);
	assert_int_equal(s->own_items, N);
	assert_true(fl_str_eq(won(&q)->name, s->name));
	assert_false(fl_str_eq(won(&public)->name, s->name));
	done(&q);
	done(&public);
}

static void a_score_that_no_bridge_reaches_is_not_compared(void **state)
{
	(void)state;
	struct fl_arena a;
	struct fl_qualities q;
	const struct fl_catalog *c = fl_catalog_builtin();
	fl_arena_init(&a);
	fl_qualities_of(c, fl_category_find(FL_S("general")), DAY, &a, &q);
	const struct fl_catalog_model *argon = fl_catalog_find(c, FL_S("gemini-4-argon"));
	assert_non_null(argon);
	for (size_t i = 0; i < q.count; i++)
		assert_ptr_not_equal(q.ability[i].model, argon);
	assert_true(q.left_out > 0);
	assert_true(q.count > 100);
	fl_arena_release(&a);
}

static void later_scores_do_not_count_before_their_day(void **state)
{
	(void)state;
	struct asked q;
	wish(&q, "code", "{}");
	q.w.day = fl_date_of(2025, 8, 26);
	go(&q);
	for (size_t i = 0; i < q.v.setting.n; i++) {
		const struct fl_score *s = q.v.setting.p[i].ability.newest;
		assert_true(!s || s->date <= q.w.day);
	}
	done(&q);
}

static void variants_are_read_as_levels_of_effort(void **state)
{
	(void)state;
	static const struct {
		const char *model, *variant;
		enum fl_effort effort;
	} cases[] = {
	    {"claude-opus-4.8", "Claude Opus 4.8 (Adaptive Reasoning, Max Effort)", FL_EFFORT_MAX},
	    {"claude-opus-4.6", "Claude Opus 4.6 (Non-reasoning, High Effort)", FL_EFFORT_NONE},
	    {"grok-4.3", "Grok 4.3 (low)", FL_EFFORT_LOW},
	    {"deepseek-v3.2", "deepseek-v3.2-thinking", FL_EFFORT_ON},
	    {"deepseek-v3.2", "DeepSeek V3.2 (Non-reasoning)", FL_EFFORT_NONE},
	    {"gpt-5.5", "GPT-5.5 (xhigh)", FL_EFFORT_XHIGH},
	    {"llama-3.1-8b", "Llama 3.1 Instruct 8B", FL_EFFORT_PLAIN},
	    {"gemini-2.5-flash-lite", "gemini-2.5-flash-lite-highthinking", FL_EFFORT_ON},
	};
	for (size_t i = 0; i < FL_COUNT(cases); i++) {
		const struct fl_catalog_model *m = fl_catalog_find(fl_catalog_builtin(), fl_str_from(cases[i].model));
		assert_non_null(m);
		assert_int_equal(fl_effort_of(m, fl_str_from(cases[i].variant)), cases[i].effort);
	}
}

static void thinking_that_nobody_wants_is_not_offered(void **state)
{
	(void)state;
	struct asked q;
	wish(&q, "reasoning", "{reasoning: none}");
	go(&q);
	for (size_t i = 0; i < q.v.setting.n; i++)
		assert_false(fl_effort_thinks(q.v.setting.p[i].effort) || q.v.setting.p[i].tokens_times > 6);
	done(&q);
}

/* --- simulation --------------------------------------------------------------------------------------------------- */

enum { MODELS = 60, TESTS = 6 };

static double normal(struct fl_rng *r)
{
	double u = fl_rng_double(r), v = fl_rng_double(r);
	return sqrt(-2 * log(u > 0 ? u : 1e-12)) * cos(6.283185307179586 * v);
}

/*
 * Models of known ability, tests of known difficulty, slope and noise; a test is taken by some of the models, two are in
 * two releases of different difficulty. Returns how many true abilities lie inside their 95 % interval.
 */
static size_t covered(uint64_t seed, double *correlation)
{
	static struct fl_catalog_model model[MODELS];
	static struct fl_score score[MODELS][TESTS];
	static struct fl_benchmark bench[TESTS];
	static char name[TESTS][16], id[MODELS][16];
	static struct fl_str bench_name[TESTS], tag = {"code", 4};
	double truth[MODELS], mean = 0, squares = 0, xy = 0, xx = 0, yy = 0;
	struct fl_catalog c = {0};
	struct fl_rng r;
	fl_rng_init(&r, seed);
	memset(model, 0, sizeof model);
	memset(score, 0, sizeof score);
	for (int t = 0; t < TESTS; t++) {
		snprintf(name[t], sizeof name[t], "test-%d", t);
		bench_name[t] = fl_str_from(name[t]);
		bench[t] = (struct fl_benchmark){.scale = 1, .tags = {.p = &tag, .n = 1}};
	}
	for (int i = 0; i < MODELS; i++) {
		truth[i] = normal(&r);
		mean += truth[i] / MODELS;
	}
	for (int i = 0; i < MODELS; i++) {
		truth[i] -= mean;
		squares += truth[i] * truth[i] / MODELS;
	}
	for (int i = 0; i < MODELS; i++) {
		size_t n = 0;
		truth[i] /= sqrt(squares);
		snprintf(id[i], sizeof id[i], "m%d", i);
		model[i].id = fl_str_from(id[i]);
		for (int t = 0; t < TESTS; t++) {
			bool second = t < 2 && i % 2;
			double slope = 0.6 + 0.15 * t, a = -1 + 0.4 * t + (second ? 0.8 : 0);
			double y = a + slope * truth[i] + slope * 0.5 * normal(&r);
			if (fl_rng_double(&r) < 0.25)
				continue;
			score[i][n++] = (struct fl_score){.benchmark = bench_name[t],
			                                  .release = second ? FL_S("2") : FL_S("1"),
			                                  .value = 1 / (1 + exp(-y)),
			                                  .low = 1,
			                                  .high = 0,
			                                  .date = FL_DATE_NONE};
		}
		model[i].scores = (struct fl_list){.p = score[i], .n = n};
	}
	c.models = (struct fl_list){.p = model, .n = MODELS};
	c.benchmarks = (struct fl_list){.p = bench, .n = TESTS, .name = bench_name};
	struct fl_arena arena;
	struct fl_qualities q;
	size_t inside = 0;
	fl_arena_init(&arena);
	fl_qualities_of(&c, fl_category_find(FL_S("code")), DAY, &arena, &q);
	assert_true(q.count >= MODELS - 2);
	for (size_t i = 0; i < q.count; i++) {
		double true_one = truth[q.ability[i].model - model];
		inside += fabs(q.ability[i].mean - true_one) <= 1.96 * q.ability[i].error;
		xy += q.ability[i].mean * true_one;
		xx += q.ability[i].mean * q.ability[i].mean;
		yy += true_one * true_one;
	}
	*correlation = xy / sqrt(xx * yy);
	fl_arena_release(&arena);
	return inside;
}

static void intervals_of_abilities_hold_the_truth_as_often_as_they_claim(void **state)
{
	(void)state;
	enum { RUNS = 100 };
	size_t inside = 0;
	double worst = 1;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		double correlation;
		inside += covered(seed, &correlation);
		worst = FL_MIN(worst, correlation);
	}
	print_message("# seeds 1..%d: %.1f %% of true abilities inside, least correlation %.2f\n", RUNS,
	              100.0 * (double)inside / (RUNS * MODELS), worst);
	assert_true(inside >= 94 * RUNS * MODELS / 100);
	assert_true(worst > 0.85);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_model_that_uses_less_context_than_needed_is_removed_with_test_source_and_relaxation),
	    cmocka_unit_test(what_is_not_known_is_kept_and_told_but_not_named_and_strict_removes_it),
	    cmocka_unit_test(an_excluded_lab_is_gone_everywhere),
	    cmocka_unit_test(youtube_leaves_gemini_at_google_alone),
	    cmocka_unit_test(private_data_on_a_24_gb_card_leaves_open_models_that_fit),
	    cmocka_unit_test(the_smallest_cost_that_brings_a_setting_back_does),
	    cmocka_unit_test(when_nobody_is_left_the_removals_are_there_all_the_same),
	    cmocka_unit_test(one_that_may_break_a_need_is_named_only_when_no_other_is_left),
	    cmocka_unit_test(of_those_that_tie_with_the_best_the_cheapest_is_named),
	    cmocka_unit_test(at_each_break_even_the_winner_is_another_on_the_other_side),
	    cmocka_unit_test(an_announced_price_is_told_with_its_day_and_not_before_it_bills),
	    cmocka_unit_test(own_results_outrank_by_n_of_n_plus_20),
	    cmocka_unit_test(a_score_that_no_bridge_reaches_is_not_compared),
	    cmocka_unit_test(later_scores_do_not_count_before_their_day),
	    cmocka_unit_test(variants_are_read_as_levels_of_effort),
	    cmocka_unit_test(thinking_that_nobody_wants_is_not_offered),
	    cmocka_unit_test(intervals_of_abilities_hold_the_truth_as_often_as_they_claim),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* News: what counts on which day, what is announced, and which tasks are concerned. */
#include "test.h"

#include "../catalog/sample.h"
#include "choose/news.h"

static struct fl_arena arena;
static struct fl_catalog c;
static struct fl_news n;

#define DAY(m, d) fl_date_of(2026, m, d)
#define SCORE(v) "scores: [{benchmark: livebench, release: r1, value: " v ", source: list}]"

static const char *const text = SAMPLE_HEAD
    "benchmarks: {livebench: {unit: percent}, slow: {unit: percent, lower_is_better: true}}\n"
    "models:\n"
    "  luna:\n"
    "    lab: acme\n"
    "    released: {value: 2026-01-01, source: vendor}\n"
    "    deprecates: {value: 2026-06-01, source: vendor}\n"
    "    retires: {value: 2026-12-01, source: vendor}\n"
    "    " SCORE(
        "70") "\n"
              "    offers:\n"
              "      acme:\n"
              "        prices:\n"
              "          - {input: 1, output: 4, to: 2026-05-10, source: vendor}\n"
              "          - {input: 3, output: 4, from: 2026-05-10, to: 2026-05-20, source: vendor}\n"
              "          - {input: 2, output: 4, cache_read: 0.2, from: 2026-05-20, source: list}\n"
              "          - {input: 9, output: 9, from: 2026-05-15, status: cancelled, source: list}\n"
              "          - {input: 8, output: 9, from: 2026-05-15, status: disputed, source: list}\n"
              "          - {input: 7, output: 9, when: {tier: batch}, from: 2026-05-15, source: list}\n"
              "      groq: {prices: [{input: 0.5, output: 1, from: 2026-05-12, source: list}]}\n"
              "  sol:\n"
              "    lab: acme\n"
              "    released: {value: 2026-05-11, source: vendor}\n"
              "    " SCORE(
                  "70") "\n"
                        "    offers: {acme: {prices: [{input: 0.5, output: 4, source: vendor}, {input: 5, output: 40, "
                        "from: 2026-07-01, status: announced, source: vendor}]}}\n"
                        "  worse:\n"
                        "    lab: acme\n"
                        "    released: {value: 2026-05-11, source: vendor}\n"
                        "    " SCORE(
                            "69") "\n"
                                  "    offers: {acme: {prices: [{input: 0.5, output: 4, source: vendor}]}}\n"
                                  "  dear:\n"
                                  "    lab: acme\n"
                                  "    released: {value: 2026-05-11, source: vendor}\n"
                                  "    " SCORE(
                                      "90") "\n"
                                            "    offers: {acme: {prices: [{input: 0.5, output: 5, source: vendor}]}}\n"
                                            "  elsewhere:\n"
                                            "    lab: openai\n"
                                            "    released: {value: 2026-05-11, source: vendor}\n"
                                            "    " SCORE("90") "\n"
                                                               "    offers: {openai: {prices: [{input: 0.1, output: "
                                                               "0.1, source: vendor}]}}\n"
                                                               "  unmeasured:\n"
                                                               "    lab: acme\n"
                                                               "    released: {value: 2026-05-11, source: vendor}\n"
                                                               "    offers: {acme: {prices: [{input: 0.1, output: 0.1, "
                                                               "source: vendor}]}}\n";

static int begin(void **state)
{
	(void)state;
	fl_arena_init(&arena);
	sample_read(&c, &text, 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fl_news_release(&n);
	fl_catalog_release(&c);
	fl_arena_release(&arena);
	sample_clean();
	return 0;
}

/* The entry of a kind, name and class (-1: any); NULL when there is none. */
static const struct fl_news_entry *find(enum fl_news_kind kind, const char *name, int class)
{
	for (size_t i = 0; i < n.entry.n; i++) {
		const struct fl_news_entry *e = &n.entry.p[i];
		if (e->kind == kind && (fl_str_is(e->offer, name) || fl_str_is(e->model->id, name)) &&
		    (class < 0 || e->class == class))
			return e;
	}
	return NULL;
}

static size_t count(enum fl_news_kind kind)
{
	size_t k = 0;
	for (size_t i = 0; i < n.entry.n; i++)
		k += n.entry.p[i].kind == kind;
	return k;
}

static void a_price_is_news_on_the_day_from_which_it_differs(void **state)
{
	(void)state;
	fl_news_between(&n, &c, DAY(5, 1), DAY(5, 31), &arena);
	const struct fl_news_entry *up = find(FL_NEWS_DEARER, "acme/luna", FL_USE_INPUT);
	assert_non_null(up);
	assert_int_equal(up->date, DAY(5, 10));
	assert_int_equal(up->from_nusd, 1000000000);
	assert_int_equal(up->to_nusd, 3000000000);
	assert_str(((const struct fl_str *)up->source->p)[0], "vendor");
	assert_int_equal(find(FL_NEWS_CHEAPER, "acme/luna", FL_USE_INPUT)->date, DAY(5, 20));
	assert_null(find(FL_NEWS_DEARER, "acme/luna", FL_USE_OUTPUT));
	/* Cancelled, disputed and conditional rows, and a first price of cached input, are no changes. */
	assert_int_equal(count(FL_NEWS_DEARER), 3); /* and what sol announces */
	assert_int_equal(count(FL_NEWS_CHEAPER), 1);
}

static void the_first_day_is_not_counted_and_the_last_is(void **state)
{
	(void)state;
	fl_news_between(&n, &c, DAY(5, 10), DAY(5, 20), &arena);
	assert_null(find(FL_NEWS_DEARER, "acme/luna", FL_USE_INPUT));
	assert_false(find(FL_NEWS_CHEAPER, "acme/luna", FL_USE_INPUT)->announced);
	fl_news_release(&n);
	fl_news_between(&n, &c, DAY(5, 9), DAY(5, 19), &arena);
	assert_non_null(find(FL_NEWS_DEARER, "acme/luna", FL_USE_INPUT));
	assert_true(find(FL_NEWS_CHEAPER, "acme/luna", FL_USE_INPUT)->announced);
}

static void models_come_and_go_and_what_is_to_come_is_announced(void **state)
{
	(void)state;
	fl_news_between(&n, &c, DAY(5, 1), DAY(6, 15), &arena);
	assert_int_equal(count(FL_NEWS_NEW), 5);
	assert_false(find(FL_NEWS_DEPRECATED, "luna", -1)->announced);
	assert_true(find(FL_NEWS_RETIRED, "luna", -1)->announced);
	assert_true(find(FL_NEWS_DEARER, "acme/sol", FL_USE_OUTPUT)->announced);
	const struct fl_news_entry *offered = find(FL_NEWS_OFFERED, "groq/luna", -1);
	assert_int_equal(offered->date, DAY(5, 12));
	assert_int_equal(offered->to_nusd, 500000000);
	assert_null(find(FL_NEWS_OFFERED, "acme/sol", -1)); /* part of the new model */
	/* What has happened stands before what is announced. */
	for (size_t i = 1; i < n.entry.n; i++)
		assert_true(n.entry.p[i].announced >= n.entry.p[i - 1].announced);
	fl_news_release(&n);
	fl_news_between(&n, &c, fl_date_of(2025, 1, 1), fl_date_of(2025, 11, 1), &arena);
	assert_null(find(FL_NEWS_RETIRED, "luna", -1)); /* over a year ahead */
}

static void two_states_differ_in_what_one_says_otherwise(void **state)
{
	(void)state;
	struct fl_catalog after;
	const char *two[] = {text, "models:\n  luna: {status: retired, retires: 2026-01-01, offers: {acme: {prices: "
	                           "[{input: 2, output: 3}]}}}\n"
	                           "  nova: {lab: acme, offers: {acme: {prices: [{input: 1, output: 1}]}}}\n"};
	sample_read(&after, two, 2);
	fl_news_against(&n, &c, &after, DAY(6, 15));
	assert_int_equal(n.entry.n, 4);
	assert_non_null(find(FL_NEWS_RETIRED, "luna", -1));
	assert_int_equal(find(FL_NEWS_CHEAPER, "acme/luna", FL_USE_OUTPUT)->to_nusd, 3000000000);
	assert_non_null(find(FL_NEWS_NEW, "nova", -1));
	assert_non_null(find(FL_NEWS_OFFERED, "acme/nova", FL_USE_INPUT));
	fl_catalog_release(&after);
}

static const struct fl_news_concern *concern(const char *offer)
{
	for (size_t i = 0; i < n.concern.n; i++)
		if (fl_str_is(n.concern.p[i].offer, offer))
			return &n.concern.p[i];
	return NULL;
}

static void a_task_is_concerned_by_its_offers_and_by_better_bargains_of_its_providers(void **state)
{
	(void)state;
	struct fl_str offers[] = {FL_S("acme/luna"), FL_S("own/thing")};
	struct fl_news_task task = {
	    .task = FL_S("t"), .run = FL_S("t-1"), .file = FL_S("t.yaml"), .offer = offers, .offers = 2};
	fl_news_between(&n, &c, DAY(5, 1), DAY(5, 31), &arena);
	fl_news_concerns(&n, &task, 1, &arena);
	const struct fl_news_concern *own = concern("acme/luna");
	assert_true(own->chosen);
	assert_str(own->command, "fulcrum balance t.yaml");
	assert_int_equal(own->entry->tasks, 1);
	const struct fl_news_concern *better = concern("acme/sol");
	assert_true(better->newcomer);
	assert_true(fl_str_find(better->why, FL_S("no worse on livebench"), 0) >= 0);
	assert_null(concern("acme/worse"));
	assert_null(concern("acme/dear"));
	assert_null(concern("openai/elsewhere"));
	assert_null(concern("acme/unmeasured"));
	for (size_t i = 1; i < n.concern.n; i++)
		assert_true(n.concern.p[i - 1].chosen >= n.concern.p[i].chosen);
}

static void without_a_choice_newcomers_are_not_compared(void **state)
{
	(void)state;
	struct fl_str offers[] = {FL_S("acme/luna")};
	struct fl_news_task task = {.task = FL_S("t"), .run = FL_S("t-1"), .offer = offers, .offers = 1, .chosen = -1};
	fl_news_between(&n, &c, DAY(5, 1), DAY(5, 31), &arena);
	fl_news_concerns(&n, &task, 1, &arena);
	assert_null(concern("acme/sol"));
	assert_false(concern("acme/luna")->chosen);
	assert_str(concern("acme/luna")->command, "fulcrum balance t.yaml");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(a_price_is_news_on_the_day_from_which_it_differs),
	    T(the_first_day_is_not_counted_and_the_last_is),
	    T(models_come_and_go_and_what_is_to_come_is_announced),
	    T(two_states_differ_in_what_one_says_otherwise),
	    T(a_task_is_concerned_by_its_offers_and_by_better_bargains_of_its_providers),
	    T(without_a_choice_newcomers_are_not_compared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

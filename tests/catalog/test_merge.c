/* A user's files over the catalogue, facts that disagree, and the image that the program carries. */
#include "test.h"

#include "catalog/image.h"
#include "sample.h"

static int end(void **state)
{
	(void)state;
	sample_clean();
	return 0;
}

static const char *const lower = SAMPLE_HEAD
    "models:\n"
    "  a:\n"
    "    name: A\n"
    "    lab: acme\n"
    "    tags: [one, two]\n"
    "    context: [{value: 100, source: list}, {value: 200, source: vendor}]\n"
    "    tools: yes\n"
    "    architecture: {hidden: 64, vocab: 1000, layers: [{kind: full, count: 2, kv_heads: 1, head_dim: 8}]}\n"
    "    offers:\n"
    "      acme: {model: a-1, prices: [{input: 1, output: 2}, {input: 3, when: {tier: batch}}]}\n"
    "      groq: {prices: [{input: 0.1}]}\n"
    "  b: {name: B, lab: acme}\n"
    "plans:\n"
    "  - {vendor: acme, name: Pro, month: 20 USD}\n";

static const char *const upper = "models:\n"
                                 "  a:\n"
                                 "    tags: [three]\n"
                                 "    context: 300\n"
                                 "    architecture: {vocab: 2000}\n"
                                 "    offers:\n"
                                 "      acme: {prices: [{input: 9, output: 9}]}\n"
                                 "      together: {prices: [{input: 5}]}\n"
                                 "  c: {name: C, lab: acme}\n"
                                 "plans: []\n";

static const struct fl_catalog_offer *offer(const struct fl_catalog_model *m, const char *key)
{
	return fl_catalog_named(&m->offers, sizeof(struct fl_catalog_offer), fl_str_from(key));
}

static void maps_merge_by_member_names_by_name_and_lists_are_replaced(void **state)
{
	(void)state;
	struct fl_catalog c;
	const char *text[] = {lower, upper};
	sample_read(&c, text, 2);
	const struct fl_catalog_model *a = fl_catalog_find(&c, FL_S("a"));
	assert_int_equal(c.models.n, 3);
	assert_str(a->name, "A");
	assert_int_equal(a->tags.n, 1);
	assert_int_equal(a->context.n, 1);
	assert_int_equal(a->tools.n, 1);
	assert_int_equal(a->architecture.hidden, 64);
	assert_int_equal(a->architecture.vocab, 2000);
	assert_int_equal(a->architecture.layers.n, 1);
	assert_int_equal(a->offers.n, 3);
	assert_str(offer(a, "acme")->model, "a-1");
	assert_int_equal(offer(a, "acme")->prices.n, 1);
	assert_int_equal(offer(a, "groq")->prices.n, 1);
	assert_non_null(offer(a, "together"));
	assert_int_equal(c.plans.n, 0);
	assert_int_equal(c.labs.n, 3);
	fl_catalog_release(&c);
}

static void the_order_of_files_decides(void **state)
{
	(void)state;
	struct fl_catalog c;
	const char *text[] = {lower, upper, "models: {a: {context: 400}}"};
	sample_read(&c, text, 3);
	assert_int_equal(fl_claim_number(&c, &fl_catalog_find(&c, FL_S("a"))->context, -1), 400);
	fl_catalog_release(&c);
}

/* --- claims ------------------------------------------------------------------------------------------------------- */

static int64_t chosen(const char *claims)
{
	struct fl_catalog c;
	char text[2000];
	snprintf(text, sizeof text, "%smodels: {m: {lab: acme, context: %s}}\n", SAMPLE_HEAD, claims);
	const char *one = text;
	sample_read(&c, &one, 1);
	int64_t n = fl_claim_number(&c, &fl_catalog_find(&c, FL_S("m"))->context, -1);
	fl_catalog_release(&c);
	return n;
}

static void of_claims_the_highest_source_counts_then_the_most_then_the_newest_then_the_first(void **state)
{
	(void)state;
	assert_int_equal(chosen("7"), 7);
	assert_int_equal(chosen("[{value: 1, source: list}, {value: 2, source: vendor}]"), 2);
	assert_int_equal(chosen("[{value: 1, source: rumour}, {value: 2, source: list}]"), 2); /* unranked is last */
	assert_int_equal(chosen("[{value: 1, source: list}, {value: 2, source: [list, other]}]"), 2);
	assert_int_equal(chosen("[{value: 1, source: other}, {value: 2, source: list}]"), 2); /* as of September */
	assert_int_equal(chosen("[{value: 1, source: list}, {value: 2, source: list}]"), 1);
	assert_int_equal(chosen("[{value: 1, source: list}, {value: 2, source: list, checked: 2026-10-05}]"), 2);
}

static void what_is_not_known_is_neither_zero_nor_no(void **state)
{
	(void)state;
	struct fl_catalog c;
	const char *text = SAMPLE_HEAD "models: {m: {lab: acme, tools: no, seed: [{value: yes, source: list}]}}\n";
	sample_read(&c, &text, 1);
	const struct fl_catalog_model *m = fl_catalog_find(&c, FL_S("m"));
	assert_int_equal(fl_claim_number(&c, &m->context, -1), -1);
	assert_null(fl_claim_best(&c, &m->context));
	assert_int_equal(fl_claim_yes(&c, &m->logprobs), FL_UNKNOWN);
	assert_int_equal(fl_claim_yes(&c, &m->tools), FL_NO);
	assert_int_equal(fl_claim_yes(&c, &m->seed), FL_YES);
	fl_catalog_release(&c);
}

static void announced_ends_count_only_when_they_have_come(void **state)
{
	(void)state;
	struct fl_catalog c;
	const char *text = SAMPLE_HEAD "models: {m: {lab: acme, released: 2026-02-01, deprecates: 2026-06-01, retires: "
	                               "2026-09-01}, r: {lab: acme, status: retired}}\n";
	sample_read(&c, &text, 1);
	const struct fl_catalog_model *m = fl_catalog_find(&c, FL_S("m"));
	assert_false(fl_model_out_on(&c, m, fl_date_of(2026, 1, 31)));
	assert_true(fl_model_out_on(&c, m, fl_date_of(2026, 2, 1)));
	assert_int_equal(fl_model_status_on(&c, m, fl_date_of(2026, 5, 31)), FL_MODEL_CURRENT);
	assert_int_equal(fl_model_status_on(&c, m, fl_date_of(2026, 6, 1)), FL_MODEL_DEPRECATED);
	assert_int_equal(fl_model_status_on(&c, m, fl_date_of(2026, 9, 1)), FL_MODEL_RETIRED);
	assert_int_equal(fl_model_status_on(&c, fl_catalog_find(&c, FL_S("r")), 0), FL_MODEL_RETIRED);
	fl_catalog_release(&c);
}

/* --- image -------------------------------------------------------------------------------------------------------- */

static void *aligned_copy(struct fl_str image, size_t size)
{
	void *block = aligned_alloc(16, (size + 31) / 16 * 16);
	assert_non_null(block);
	memcpy(block, image.p, size);
	return block;
}

static void an_image_holds_every_fact_and_writes_itself_again(void **state)
{
	(void)state;
	struct fl_catalog c;
	struct fl_buf image, again;
	const char *text[] = {lower, upper};
	sample_read(&c, text, 2);
	fl_buf_init(&image, FL_IMAGE_BYTES);
	fl_buf_init(&again, FL_IMAGE_BYTES);
	assert_true(fl_image_write(&fl_catalog_table, &c, &image));
	void *block = aligned_copy(fl_buf_slice(&image), image.n);
	struct fl_catalog *back = fl_image_open(&fl_catalog_table, block, image.n);
	assert_non_null(back);
	assert_null(fl_image_open(&fl_catalog_table, block, image.n)); /* once */
	assert_int_equal(back->models.n, 3);
	assert_str(back->models.name[0], "a");
	const struct fl_catalog_model *a = back->models.p;
	assert_int_equal(a->context.p[0].number, 300);
	assert_str(((const struct fl_str *)a->tags.p)[0], "three");
	assert_int_equal(((const struct fl_price_row *)((const struct fl_catalog_offer *)a->offers.p)[0].prices.p)
	                     ->rate[FL_USE_INPUT],
	                 INT64_C(9000000000));
	assert_true(fl_image_write(&fl_catalog_table, back, &again));
	assert_int_equal(image.n, again.n);
	assert_memory_equal(image.p, again.p, image.n);
	free(block);
	fl_buf_release(&image);
	fl_buf_release(&again);
	fl_catalog_release(&c);
}

static void a_damaged_image_is_refused(void **state)
{
	(void)state;
	struct fl_catalog c;
	struct fl_buf image;
	sample_read(&c, &lower, 1);
	fl_buf_init(&image, FL_IMAGE_BYTES);
	assert_true(fl_image_write(&fl_catalog_table, &c, &image));
	for (size_t cut = 0; cut < 64; cut += 7) {
		void *block = aligned_copy(fl_buf_slice(&image), image.n);
		assert_null(fl_image_open(&fl_catalog_table, block, cut));
		free(block);
	}
	for (size_t at = 0; at < 16; at += 3) {
		char *block = aligned_copy(fl_buf_slice(&image), image.n);
		block[at] ^= 0x55;
		assert_null(fl_image_open(&fl_catalog_table, block, image.n));
		free(block);
	}
	void *block = aligned_copy(fl_buf_slice(&image), image.n);
	assert_null(fl_image_open(&fl_price_row_table, block, image.n));
	free(block);
	fl_buf_release(&image);
	fl_catalog_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(maps_merge_by_member_names_by_name_and_lists_are_replaced, end),
	    cmocka_unit_test_teardown(the_order_of_files_decides, end),
	    cmocka_unit_test_teardown(of_claims_the_highest_source_counts_then_the_most_then_the_newest_then_the_first,
	                              end),
	    cmocka_unit_test_teardown(what_is_not_known_is_neither_zero_nor_no, end),
	    cmocka_unit_test_teardown(announced_ends_count_only_when_they_have_come, end),
	    cmocka_unit_test_teardown(an_image_holds_every_fact_and_writes_itself_again, end),
	    cmocka_unit_test_teardown(a_damaged_image_is_refused, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

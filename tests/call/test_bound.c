/* The most input that a call can be billed: bytes of text, an allowance for an image, the context for a PDF. */
#include "test.h"

#include "call/bound.h"

static struct fl_provider server = {.preamble_tokens = 600};
static char blob[90000];

static uint64_t most(const char *model, const struct fl_offer_ref *fact, const struct fl_attachment *at, size_t n,
                     uint64_t bytes)
{
	struct fl_offer offer = {.model = fl_str_from(model), .provider = &server};
	struct fl_message m[] = {{.role = FL_S("user"), .attachment = at, .attachment_count = n}};
	struct fl_call call = {.offer = &offer, .chat = {.message = m, .message_count = 1}};
	if (fact)
		offer.fact = *fact;
	return fl_input_most(&call, bytes);
}

static void text_is_bounded_by_its_bytes(void **state)
{
	(void)state;
	assert_int_equal(most("m", NULL, NULL, 0, 1000), 1600);
}

static void an_image_is_bounded_by_what_vendors_bill_not_by_its_bytes(void **state)
{
	(void)state;
	struct fl_attachment at[] = {{.kind = FL_ATTACH_IMAGE, .bytes = {blob, sizeof blob}},
	                             {.kind = FL_ATTACH_IMAGE, .url = FL_S("https://x.example/a.png")}};
	assert_int_equal(most("m", NULL, at, 1, 121000), 1600 + FL_TOKENS_OF_IMAGE);
	assert_int_equal(most("m", NULL, at, 2, 121000), 1600 + 2 * FL_TOKENS_OF_IMAGE);
	assert_int_equal(most("openai/gpt-4o-mini-2024-07-18", NULL, at, 1, 121000), 1600 + 48169);
}

static void a_pdf_is_bounded_by_the_longest_context_that_is_claimed(void **state)
{
	(void)state;
	struct fl_attachment at = {.kind = FL_ATTACH_PDF, .bytes = {blob, sizeof blob}};
	struct fl_claim shorter = {.number = 200000}, longer = {.number = 1000000};
	struct fl_catalog_model model = {.context = {&longer, 1}};
	struct fl_catalog_offer row = {.context = {&shorter, 1}};
	struct fl_offer_ref fact = {.model = &model, .offer = &row};
	assert_int_equal(most("m", NULL, &at, 1, 121000), FL_CONTEXT_MOST);
	assert_int_equal(most("m", &fact, &at, 1, 121000), 1000000);
	model.context.n = 0;
	assert_int_equal(most("m", &fact, &at, 1, 121000), 200000);
	assert_int_equal(most("m", &fact, &at, 1, 120000 + 300000), 300600); /* the text alone is longer */
	row.context.n = 0;
	assert_int_equal(most("m", &fact, &at, 1, 121000), FL_CONTEXT_MOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_bounded_by_its_bytes),
	    cmocka_unit_test(an_image_is_bounded_by_what_vendors_bill_not_by_its_bytes),
	    cmocka_unit_test(a_pdf_is_bounded_by_the_longest_context_that_is_claimed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

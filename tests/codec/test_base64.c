/* Base64 text gives its bytes, and only what the standard allows is taken for base64. */
#include "test.h"

#include "base/rng.h"
#include "codec/base64.h"

struct row {
	const char *text, *bytes; /* NULL: refused */
};

/* RFC 4648, section 10, and what strictness refuses. */
static const struct row rows[] = {
    {"", ""},
    {"Zg==", "f"},
    {"Zm8=", "fo"},
    {"Zm9v", "foo"},
    {"Zm9vYg==", "foob"},
    {"Zm9vYmE=", "fooba"},
    {"Zm9vYmFy", "foobar"},
    {"/+8=", "\xff\xef"},
    {"Zg", NULL},
    {"Zg=", NULL},
    {"Z===", NULL},
    {"Zh==", NULL},
    {"Zm9=", NULL},
    {"Zm9v\n", NULL},
    {"Zg==Zg==", NULL},
    {"Zm-_", NULL},
    {"====", NULL},
    {"Z g=", NULL},
};

static void base64_is_read_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		struct fl_buf b;
		fl_buf_init(&b, 100);
		fl_buf_z(&b, "#");
		bool ok = fl_base64_decode(fl_str_from(rows[i].text), &b);
		if (ok != (rows[i].bytes != NULL))
			fail_msg("'%s' was %s", rows[i].text, ok ? "taken" : "refused");
		assert_str(fl_str_sub(fl_buf_slice(&b), 1, b.n), ok ? rows[i].bytes : "");
		fl_buf_release(&b);
	}
}

static void a_full_buffer_is_left_as_it_was(void **state)
{
	(void)state;
	struct fl_buf b;
	fl_buf_init(&b, 4);
	assert_false(fl_base64_decode(FL_S("Zm9vYmFy"), &b));
	assert_int_equal(b.n, 0);
	assert_true(fl_base64_decode(FL_S("Zm9v"), &b));
	fl_buf_release(&b);
}

static void what_is_written_is_read_back(void **state)
{
	(void)state;
	struct fl_rng rng;
	struct fl_buf text, back;
	char bytes[7000];
	fl_rng_init(&rng, 64);
	fl_buf_init(&text, 10000);
	fl_buf_init(&back, 10000);
	for (size_t n = 0; n < sizeof bytes; n += n < 40 ? 1 : 997) {
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)fl_rng_below(&rng, 256);
		fl_buf_reset(&text);
		fl_buf_reset(&back);
		assert_true(fl_base64_encode((struct fl_str){bytes, n}, &text));
		assert_int_equal(text.n, fl_base64_size(n));
		assert_true(fl_base64_decode(fl_buf_slice(&text), &back));
		assert_true(fl_str_eq(fl_buf_slice(&back), (struct fl_str){bytes, n}));
	}
	fl_buf_release(&text);
	fl_buf_release(&back);
}

static void the_standard_examples_are_written(void **state)
{
	(void)state;
	for (size_t i = 0; rows[i].bytes; i++) {
		struct fl_buf b;
		fl_buf_init(&b, 100);
		assert_true(fl_base64_encode(fl_str_from(rows[i].bytes), &b));
		assert_str(fl_buf_slice(&b), rows[i].text);
		fl_buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(base64_is_read_strictly),
	    cmocka_unit_test(a_full_buffer_is_left_as_it_was),
	    cmocka_unit_test(what_is_written_is_read_back),
	    cmocka_unit_test(the_standard_examples_are_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

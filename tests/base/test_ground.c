#include "test.h"

#include "base/arena.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/map.h"
#include "base/rng.h"
#include "base/vec.h"

static void map_keeps_what_it_was_given_in_order(void **state)
{
	(void)state;
	struct fl_map m;
	struct fl_arena a;
	fl_map_init(&m);
	fl_arena_init(&a);
	static int value[5000];
	for (int i = 0; i < 5000; i++)
		assert_null(fl_map_put(&m, fl_arena_printf(&a, "key%d", i), &value[i]));
	for (int i = 0; i < 5000; i++)
		assert_ptr_equal(fl_map_get(&m, fl_arena_printf(&a, "key%d", i)), &value[i]);
	assert_null(fl_map_get(&m, FL_S("key5000")));
	assert_ptr_equal(fl_map_put(&m, FL_S("key7"), &value[0]), &value[7]);
	assert_int_equal(m.n, 5000);
	assert_str(m.entry[7].key, "key7");
	fl_map_release(&m);
	fl_arena_release(&a);
}

static void a_buffer_never_passes_its_maximum(void **state)
{
	(void)state;
	struct fl_buf b;
	fl_buf_init(&b, 10);
	assert_true(fl_buf_z(&b, "12345"));
	assert_false(fl_buf_z(&b, "678901"));
	assert_true(b.full);
	assert_str(fl_buf_slice(&b), "12345");
	assert_true(fl_buf_z(&b, "67890"));
	fl_buf_drop(&b, 4);
	assert_str(fl_buf_slice(&b), "567890");
	fl_buf_release(&b);
}

static void secrets_never_reach_an_error_text(void **state)
{
	(void)state;
	struct fl_err e;
	fl_secret_add(FL_S("sk-canary-123"));
	fl_secret_add(FL_S("sk-canary-123456"));
	fl_err_set(&e, FL_E_AUTH, "key sk-canary-123456 and sk-canary-123 refused");
	assert_string_equal(e.message, "key [secret] and [secret] refused");
	struct fl_buf b;
	fl_buf_init(&b, 1000);
	assert_true(fl_redact(&b, FL_S("xsk-canary-123456sk-canary-123")));
	assert_str(fl_buf_slice(&b), "x[secret][secret]");
	fl_buf_release(&b);
}

static void every_error_code_has_a_row(void **state)
{
	(void)state;
	for (int c = 0; c > FL_E_CODES; c--) {
		const struct fl_code_row *row = fl_code_row((enum fl_code)c);
		assert_int_equal(row->code, c);
		assert_non_null(row->name);
		assert_in_range(row->exit_status, 0, 4);
	}
}

static void typing_errors_find_the_word_meant(void **state)
{
	(void)state;
	static const char *const words[] = {"prompt", "grade", "goal", "candidates", "confidence"};
	assert_string_equal(fl_suggest(FL_S("promt"), words, 5), "prompt");
	assert_string_equal(fl_suggest(FL_S("gaol"), words, 5), "goal");
	assert_string_equal(fl_suggest(FL_S("candidate"), words, 5), "candidates");
	assert_null(fl_suggest(FL_S("xyz"), words, 5));
}

static void random_numbers_repeat_and_split(void **state)
{
	(void)state;
	struct fl_rng a, b, c;
	fl_rng_init(&a, 7);
	fl_rng_init(&b, 7);
	c = fl_rng_split(&a, 1);
	struct fl_rng d = fl_rng_split(&b, 2);
	assert_true(fl_rng_u64(&a) == fl_rng_u64(&b));
	assert_true(fl_rng_u64(&c) != fl_rng_u64(&d));
	size_t seen[6] = {0};
	for (int i = 0; i < 60000; i++)
		seen[fl_rng_below(&a, 6)]++;
	for (int i = 0; i < 6; i++)
		assert_in_range(seen[i], 9500, 10500);
	uint32_t p[100];
	bool hit[100] = {false};
	fl_rng_permutation(&a, p, 100);
	for (int i = 0; i < 100; i++)
		hit[p[i]] = true;
	for (int i = 0; i < 100; i++)
		assert_true(hit[i]);
}

static void only_well_formed_utf8_passes(void **state)
{
	(void)state;
	assert_true(fl_utf8_valid(FL_S("aé漢𝄞")));
	assert_false(fl_utf8_valid(FL_S("\xc0\x80")));
	assert_false(fl_utf8_valid(FL_S("\xed\xa0\x80")));
	assert_false(fl_utf8_valid(FL_S("\xf4\x90\x80\x80")));
	assert_false(fl_utf8_valid(FL_S("\xe2\x82")));
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		char out[4];
		uint32_t back;
		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		size_t n = fl_utf8_encode(cp, out);
		assert_int_equal(fl_utf8_decode((struct fl_str){out, n}, &back), n);
		assert_int_equal(back, cp);
	}
}

static void sha256_matches_the_standard(void **state)
{
	(void)state;
	struct fl_sha256 h;
	uint8_t d[32], back[32];
	char hex[65];
	fl_sha256_init(&h);
	fl_sha256_add(&h, "abc", 3);
	fl_sha256_final(&h, d);
	fl_hex(d, 32, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_true(fl_unhex(fl_str_from(hex), back, 32));
	assert_memory_equal(d, back, 32);
}

static void an_arena_gives_zeroed_memory_again_after_reset(void **state)
{
	(void)state;
	struct fl_arena a;
	fl_arena_init(&a);
	for (int round = 0; round < 3; round++) {
		for (size_t n = 1; n < 5000; n += 37) {
			unsigned char *p = fl_arena_alloc(&a, n);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xff, n);
		}
		fl_arena_reset(&a);
	}
	fl_arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(map_keeps_what_it_was_given_in_order),
	    cmocka_unit_test(a_buffer_never_passes_its_maximum),
	    cmocka_unit_test(secrets_never_reach_an_error_text),
	    cmocka_unit_test(every_error_code_has_a_row),
	    cmocka_unit_test(typing_errors_find_the_word_meant),
	    cmocka_unit_test(random_numbers_repeat_and_split),
	    cmocka_unit_test(only_well_formed_utf8_passes),
	    cmocka_unit_test(sha256_matches_the_standard),
	    cmocka_unit_test(an_arena_gives_zeroed_memory_again_after_reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "test.h"

#include "base/rng.h"
#include "net/inflate.h"

#include <zlib.h>

/* Compresses with zlib; window: 31 gzip, 15 zlib, -15 bare. */
static size_t squeeze(struct fl_str in, int window, char *out, size_t room)
{
	z_stream s = {0};
	assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY), Z_OK);
	s.next_in = (Bytef *)(uintptr_t)in.p;
	s.avail_in = (uInt)in.n;
	s.next_out = (Bytef *)out;
	s.avail_out = (uInt)room;
	assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
	size_t n = s.total_out;
	deflateEnd(&s);
	return n;
}

/* Feeds in steps, with a small room, until the end or an error. */
static enum fl_code unsqueeze(enum fl_inflate_kind kind, struct fl_str in, size_t step, size_t ratio,
                              struct fl_buf *out)
{
	struct fl_inflate z;
	struct fl_err err;
	enum fl_code code = FL_OK;
	char room[1000];
	fl_inflate_init(&z, kind, ratio);
	for (size_t at = 0; code == FL_OK && at < in.n; at += step) {
		struct fl_str piece = fl_str_sub(in, at, at + step);
		size_t n = sizeof room;
		while (code == FL_OK && n == sizeof room) {
			code = fl_inflate_next(&z, &piece, room, sizeof room, &n, &err);
			fl_buf_add(out, room, n);
		}
		if (code == FL_OK)
			assert_int_equal(piece.n, 0);
	}
	if (code == FL_OK)
		code = fl_inflate_end(&z, &err);
	fl_inflate_release(&z);
	return code;
}

static const struct {
	enum fl_inflate_kind kind;
	int window;
} formats[] = {{FL_INFLATE_GZIP, 31}, {FL_INFLATE_DEFLATE, 15}, {FL_INFLATE_DEFLATE, -15}};

static char text[20000], packed[40000];

static struct fl_str some_text(void)
{
	struct fl_rng r;
	fl_rng_init(&r, 7);
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + fl_rng_below(&r, 6));
	return (struct fl_str){text, sizeof text};
}

static void gzip_zlib_and_bare_deflate_come_out_whole_however_they_are_cut(void **state)
{
	(void)state;
	struct fl_str in = some_text();
	for (size_t f = 0; f < FL_COUNT(formats); f++) {
		struct fl_str z = {packed, squeeze(in, formats[f].window, packed, sizeof packed)};
		static const size_t steps[] = {1, 2, 3, 7, 100, 40000};
		for (size_t i = 0; i < FL_COUNT(steps); i++) {
			struct fl_buf out;
			fl_buf_init(&out, sizeof text * 2);
			assert_int_equal(unsqueeze(formats[f].kind, z, steps[i], 200, &out), FL_OK);
			assert_true(fl_str_eq(fl_buf_slice(&out), in));
			fl_buf_release(&out);
		}
	}
}

static void every_cut_end_is_seen(void **state)
{
	(void)state;
	for (size_t f = 0; f < FL_COUNT(formats); f++) {
		size_t n = squeeze(FL_S("hello, hello, hello"), formats[f].window, packed, sizeof packed);
		for (size_t cut = 1; cut < n; cut++) {
			struct fl_buf out;
			fl_buf_init(&out, 1000);
			assert_int_equal(unsqueeze(formats[f].kind, (struct fl_str){packed, cut}, 1, 200, &out),
			                 FL_E_PROTOCOL);
			fl_buf_release(&out);
		}
	}
}

static void nothing_at_all_is_an_empty_body(void **state)
{
	(void)state;
	struct fl_buf out;
	fl_buf_init(&out, 10);
	assert_int_equal(unsqueeze(FL_INFLATE_GZIP, (struct fl_str){0}, 1, 200, &out), FL_OK);
	fl_buf_release(&out);
}

static void two_gzip_members_are_one_body(void **state)
{
	(void)state;
	size_t n = squeeze(FL_S("one "), 31, packed, sizeof packed);
	n += squeeze(FL_S("two"), 31, packed + n, sizeof packed - n);
	struct fl_buf out;
	fl_buf_init(&out, 100);
	assert_int_equal(unsqueeze(FL_INFLATE_GZIP, (struct fl_str){packed, n}, n, 200, &out), FL_OK);
	assert_str(fl_buf_slice(&out), "one two");
	fl_buf_release(&out);
}

static void bytes_behind_the_end_are_refused(void **state)
{
	(void)state;
	for (size_t f = 0; f < FL_COUNT(formats); f++) {
		struct fl_buf out;
		fl_buf_init(&out, 100);
		size_t n = squeeze(FL_S("x"), formats[f].window, packed, sizeof packed);
		memcpy(packed + n, "junk", 4);
		assert_int_equal(unsqueeze(formats[f].kind, (struct fl_str){packed, n + 4}, n + 4, 200, &out),
		                 FL_E_PROTOCOL);
		fl_buf_release(&out);
	}
}

static void a_wrong_checksum_is_refused(void **state)
{
	(void)state;
	struct fl_buf out;
	fl_buf_init(&out, 100);
	size_t n = squeeze(FL_S("hello"), 31, packed, sizeof packed);
	packed[n - 5] ^= 1;
	assert_int_equal(unsqueeze(FL_INFLATE_GZIP, (struct fl_str){packed, n}, n, 200, &out), FL_E_PROTOCOL);
	fl_buf_release(&out);
}

static void a_bomb_is_stopped_at_its_ratio_and_an_honest_file_is_not(void **state)
{
	(void)state;
	size_t zeros_n = 4 << 20;
	char *zeros = calloc(1, zeros_n);
	struct fl_str z = {packed, squeeze((struct fl_str){zeros, zeros_n}, 31, packed, sizeof packed)};
	struct fl_buf out;
	fl_buf_init(&out, zeros_n);
	assert_int_equal(unsqueeze(FL_INFLATE_GZIP, z, z.n, 200, &out), FL_E_LIMIT);
	assert_true(out.n < FL_INFLATE_FREE_BYTES + 200 * z.n + 1000);
	fl_buf_reset(&out);
	assert_int_equal(unsqueeze(FL_INFLATE_GZIP, z, z.n, 1100, &out), FL_OK);
	assert_int_equal(out.n, zeros_n);
	fl_buf_reset(&out);
	/* the first 64 KiB are free */
	z.n = squeeze((struct fl_str){zeros, FL_INFLATE_FREE_BYTES}, 31, packed, sizeof packed);
	assert_int_equal(unsqueeze(FL_INFLATE_GZIP, z, z.n, 1, &out), FL_OK);
	fl_buf_release(&out);
	free(zeros);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gzip_zlib_and_bare_deflate_come_out_whole_however_they_are_cut),
	    cmocka_unit_test(every_cut_end_is_seen),
	    cmocka_unit_test(nothing_at_all_is_an_empty_body),
	    cmocka_unit_test(two_gzip_members_are_one_body),
	    cmocka_unit_test(bytes_behind_the_end_are_refused),
	    cmocka_unit_test(a_wrong_checksum_is_refused),
	    cmocka_unit_test(a_bomb_is_stopped_at_its_ratio_and_an_honest_file_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

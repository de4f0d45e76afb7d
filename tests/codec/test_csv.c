#include "test.h"

#include "base/rng.h"
#include "codec/csv.h"

static struct fl_arena arena;

static int make_arena(void **state)
{
	(void)state;
	fl_arena_init(&arena);
	return 0;
}

static int drop_arena(void **state)
{
	(void)state;
	fl_arena_release(&arena);
	return 0;
}

/* Renders records as [a|b|c] with their lines, for comparison in one go. */
static struct fl_str flat(struct fl_str text)
{
	static struct fl_buf b;
	struct fl_csv c;
	struct fl_csv_row row;
	struct fl_err e = {0};
	fl_buf_release(&b);
	fl_buf_init(&b, 1 << 20);
	fl_csv_init(&c, &arena, text, "t.csv");
	for (;;) {
		assert_ok(fl_csv_next(&c, &row, &e), &e);
		if (!row.n)
			return fl_buf_slice(&b);
		fl_buf_printf(&b, "%d[", row.line);
		for (size_t i = 0; i < row.n; i++)
			fl_buf_printf(&b, "%s%.*s", i ? "|" : "", FL_FMT(row.field[i]));
		fl_buf_char(&b, ']');
	}
}

static void assert_refused(struct fl_str text, enum fl_code code, int line, const char *reason)
{
	struct fl_csv c;
	struct fl_csv_row row;
	struct fl_err e = {0};
	fl_csv_init(&c, &arena, text, "t.csv");
	enum fl_code got;
	do {
		got = fl_csv_next(&c, &row, &e);
	} while (got == FL_OK && row.n);
	assert_int_equal(got, code);
	assert_int_equal(e.line, line);
	assert_string_equal(e.file, "t.csv");
	if (!strstr(e.message, reason))
		fail_msg("'%s' is not in '%s'", reason, e.message);
}

static void records_fields_and_lines_are_found(void **state)
{
	(void)state;
	assert_str(flat(FL_S("a,b\n1,2\n")), "1[a|b]2[1|2]");
	assert_str(flat(FL_S("\xef\xbb\xbf"
	                     "a,b\r\n1,2")),
	           "1[a|b]2[1|2]");
	assert_str(flat(FL_S("a,b\n\"x,\"\"y\"\"\nz\",\n3,4")), "1[a|b]2[x,\"y\"\nz|]4[3|4]");
	assert_str(flat(FL_S("a,b\n\n\r\n,\n")), "1[a|b]4[|]");
	assert_str(flat(FL_S("\"\"\n\"a\"\n")), "1[]2[a]");
	assert_str(flat(FL_S("\"a\",\"\"")), "1[a|]");
	assert_str(flat(FL_S(" a , b ")), "1[ a | b ]");
	assert_str(flat(FL_S("a\n\"x\r\ny\"\r")), "1[a]2[x\r\ny]");
	assert_str(flat(FL_S("")), "");
	assert_str(flat(FL_S("\n\n")), "");
}

static void what_does_not_fit_is_refused_by_line(void **state)
{
	(void)state;
	assert_refused(FL_S("a,b\n1,2\n1\n"), FL_E_INVALID, 3, "line 3 has 1 fields where the first record has 2");
	assert_refused(FL_S("a,b\n\"1\n2\",3,4\n"), FL_E_INVALID, 2, "line 2 has 3 fields");
	assert_refused(FL_S("a,b\n1,\"2\n3\n"), FL_E_INVALID, 2, "never closed");
	assert_refused(FL_S("a\nx\"y\n"), FL_E_INVALID, 2, "a quote inside");
	assert_refused(FL_S("a\n\"x\"y\n"), FL_E_INVALID, 2, "behind a closing quote");
	assert_refused(FL_S("a\rb\rc"), FL_E_INVALID, 1, "carriage return");
	assert_refused(FL_S("a\n\xff\n"), FL_E_INVALID, 2, "not UTF-8");
}

static void columns_are_limited(void **state)
{
	(void)state;
	struct fl_buf b;
	fl_buf_init(&b, 1 << 20);
	for (int i = 1; i < FL_CSV_COLUMNS; i++)
		fl_buf_char(&b, ',');
	assert_int_equal(flat(fl_buf_slice(&b)).n, FL_CSV_COLUMNS + 2);
	fl_buf_char(&b, ',');
	assert_refused(fl_buf_slice(&b), FL_E_LIMIT, 1, "more than 16384 fields");
	fl_buf_release(&b);
}

static void a_column_is_found_by_name(void **state)
{
	(void)state;
	struct fl_csv c;
	struct fl_csv_row row;
	struct fl_err e = {0};
	fl_csv_init(&c, &arena, FL_S("item,score\n"), NULL);
	assert_ok(fl_csv_next(&c, &row, &e), &e);
	assert_int_equal(fl_csv_column(&row, FL_S("score")), 1);
	assert_int_equal(fl_csv_column(&row, FL_S("scor")), -1);
}

static void no_formula_leaves(void **state)
{
	(void)state;
	static const struct {
		const char *field, *text;
	} row[] = {{"=1+1", "'=1+1\n"},  {"-1.5", "-1.5\n"},    {"+3e2", "+3e2\n"},
	           {"-x", "'-x\n"},      {"--1", "'--1\n"},     {"@a", "'@a\n"},
	           {"\tx", "'\tx\n"},    {"\rx", "\"'\rx\"\n"}, {"=\"a\"", "\"'=\"\"a\"\"\"\n"},
	           {"a,b", "\"a,b\"\n"}, {" a", "\" a\"\n"},    {"", "\"\"\n"},
	           {"-", "'-\n"},        {"plain", "plain\n"}};
	struct fl_buf b;
	struct fl_csv_writer w;
	fl_buf_init(&b, 4096);
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		fl_buf_reset(&b);
		fl_csv_begin(&w, &b);
		fl_csv_put(&w, fl_str_from(row[i].field));
		assert_true(fl_csv_end(&w));
		assert_str(fl_buf_slice(&b), row[i].text);
	}
	fl_buf_release(&b);
}

static void what_is_written_reads_back(void **state)
{
	(void)state;
	static const char letters[] = "ab ,\"\n\r7.";
	struct fl_rng r;
	struct fl_buf b;
	struct fl_csv_writer w;
	fl_rng_init(&r, 5);
	fl_buf_init(&b, 1 << 20);
	for (int trial = 0; trial < 2000; trial++) {
		char field[3][9];
		struct fl_csv c;
		struct fl_csv_row row;
		struct fl_err e = {0};
		fl_buf_reset(&b);
		fl_csv_begin(&w, &b);
		size_t n = 1 + fl_rng_below(&r, 3);
		for (size_t i = 0; i < n; i++) {
			size_t k = 0, len = fl_rng_below(&r, 8);
			for (; k < len; k++)
				field[i][k] = letters[fl_rng_below(&r, k ? sizeof(letters) - 1 : 5)];
			field[i][k] = '\0';
			fl_csv_put(&w, fl_str_from(field[i]));
		}
		assert_true(fl_csv_end(&w));
		fl_csv_init(&c, &arena, fl_buf_slice(&b), NULL);
		assert_ok(fl_csv_next(&c, &row, &e), &e);
		assert_int_equal(row.n, n);
		for (size_t i = 0; i < n; i++)
			assert_str(row.field[i], field[i]);
		assert_ok(fl_csv_next(&c, &row, &e), &e);
		assert_int_equal(row.n, 0);
	}
	fl_buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(records_fields_and_lines_are_found),
	    cmocka_unit_test(what_does_not_fit_is_refused_by_line),
	    cmocka_unit_test(columns_are_limited),
	    cmocka_unit_test(a_column_is_found_by_name),
	    cmocka_unit_test(no_formula_leaves),
	    cmocka_unit_test(what_is_written_reads_back),
	};
	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}

/*
 * fuzz_csv.c - what the reader gives, the writer writes so that it reads back the same, save the apostrophe that keeps
 * formulas from running.
 */
#include "codec/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(struct fl_str before, struct fl_str after)
{
	if (fl_str_eq(before, after))
		return true;
	return before.n && strchr("=+-@\t\r\n", before.p[0]) && after.n == before.n + 1 && after.p[0] == '\'' &&
	       fl_str_eq(before, fl_str_sub(after, 1, after.n));
}

static void check_row(const struct fl_csv_row *row, struct fl_arena *a)
{
	struct fl_csv_writer w;
	struct fl_csv again;
	struct fl_csv_row back;
	struct fl_err e = {0};
	struct fl_buf b;
	fl_buf_init(&b, 1 << 24);
	fl_csv_begin(&w, &b);
	for (size_t i = 0; i < row->n; i++)
		fl_csv_put(&w, row->field[i]);
	FL_ASSERT(fl_csv_end(&w));
	fl_csv_init(&again, a, fl_buf_slice(&b), NULL);
	FL_ASSERT(fl_csv_next(&again, &back, &e) == FL_OK && back.n == row->n);
	for (size_t i = 0; i < row->n; i++)
		FL_ASSERT(same(row->field[i], back.field[i]));
	FL_ASSERT(fl_csv_next(&again, &back, &e) == FL_OK && back.n == 0);
	fl_buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fl_arena a;
	struct fl_csv c;
	struct fl_csv_row row;
	struct fl_err e = {0};
	enum fl_code code;
	int line = 0;
	fl_arena_init(&a);
	fl_csv_init(&c, &a, (struct fl_str){(const char *)data, size}, "f.csv");
	while ((code = fl_csv_next(&c, &row, &e)) == FL_OK && row.n) {
		FL_ASSERT(row.n == c.columns && row.line > line);
		line = row.line;
		check_row(&row, &a);
	}
	FL_ASSERT(code == FL_OK || (e.code == code && e.line > 0));
	fl_arena_release(&a);
	return 0;
}

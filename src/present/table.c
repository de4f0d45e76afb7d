#include "present/table.h"

#include "present/plain.h"

enum {
	GAP = 2,        /* between columns */
	NARROWEST = 12, /* of the first column, which gives way */
	NAME = 20       /* rather than make a name shorter than this, columns stand closer together */
};

static void pad(struct fl_buf *out, size_t n)
{
	while (n--)
		fl_buf_char(out, ' ');
}

static size_t widest(const struct fl_text_table *t, size_t column)
{
	size_t w = fl_columns(fl_str_from(t->column[column].title));
	for (size_t r = 0; r < t->rows; r++)
		w = FL_MAX(w, fl_columns(t->cell[r * t->columns + column]));
	return w;
}

static void write_cell(struct fl_buf *out, struct fl_str text, size_t width, bool left, size_t gap)
{
	struct fl_buf safe;
	fl_buf_init(&safe, 1 << 16);
	fl_plain_name(&safe, text, width);
	size_t used = fl_columns(fl_buf_slice(&safe)), space = used < width ? width - used : 0;
	if (!left)
		pad(out, space);
	fl_buf_str(out, fl_buf_slice(&safe));
	if (left && gap > 0)
		pad(out, space);
	pad(out, gap);
	fl_buf_release(&safe);
}

static void trim_line(struct fl_buf *out)
{
	while (out->n && out->p[out->n - 1] == ' ')
		out->p[--out->n] = '\0';
	fl_buf_char(out, '\n');
}

/* A column of which nothing is known is left out. */
static bool is_empty(const struct fl_text_table *t, size_t column)
{
	for (size_t r = 0; r < t->rows; r++) {
		struct fl_str s = t->cell[r * t->columns + column];
		if (s.n > 0 && !fl_str_is(s, "-"))
			return false;
	}
	return t->rows > 0;
}

/* One line: the titles (row NULL), or a row's cells. */
static void write_line(struct fl_buf *out, const struct fl_text_table *t, const struct fl_str *row, const size_t *w,
                       size_t last, size_t gap)
{
	for (size_t c = 0; c <= last; c++)
		if (w[c])
			write_cell(out, row ? row[c] : fl_str_from(t->column[c].title), w[c], t->column[c].left,
			           c == last ? 0 : gap);
	trim_line(out);
}

void fl_table_write(struct fl_buf *out, const struct fl_text_table *t, size_t width, const char *lead)
{
	size_t w[FL_TABLE_COLUMNS], sum = strlen(lead), last = 0, shown = 0;
	FL_ASSERT(t->columns > 0 && t->columns <= FL_TABLE_COLUMNS);
	for (size_t c = 0; c < t->columns; c++) {
		w[c] = c > 0 && is_empty(t, c) ? 0 : widest(t, c);
		sum += w[c] ? w[c] + (c ? GAP : 0) : 0;
		last = w[c] ? c : last;
		shown += w[c] > 0;
	}
	size_t gap = GAP;
	if (sum > width + (w[0] > NAME ? w[0] - NAME : 0)) {
		gap = 1;
		sum -= shown - 1;
	}
	if (sum > width) {
		size_t over = sum - width;
		w[0] = w[0] > over + NARROWEST ? w[0] - over : FL_MIN(w[0], (size_t)NARROWEST);
	}
	fl_buf_z(out, lead);
	write_line(out, t, NULL, w, last, gap);
	for (size_t r = 0; r < t->rows; r++) {
		fl_buf_z(out, lead);
		write_line(out, t, t->cell + r * t->columns, w, last, gap);
	}
}

void fl_wrap(struct fl_buf *out, struct fl_str text, size_t width, const char *lead)
{
	size_t column = strlen(lead), start = column;
	fl_buf_z(out, lead);
	for (size_t i = 0; i < text.n;) {
		ptrdiff_t space = fl_str_find_char(text, ' ', i);
		size_t end = space < 0 ? text.n : (size_t)space;
		size_t w = fl_columns(fl_str_sub(text, i, end));
		if (column > start && column + 1 + w > width) {
			fl_buf_char(out, '\n');
			fl_buf_z(out, lead);
			column = start;
		} else if (column > start) {
			fl_buf_char(out, ' ');
			column++;
		}
		fl_plain(out, fl_str_sub(text, i, end));
		column += w;
		i = end + 1;
	}
	fl_buf_char(out, '\n');
}

/*
 * csv.c - RFC 4180, one record at a time.
 */
#include "codec/csv.h"

#include "codec/json_number.h"

void fl_csv_init(struct fl_csv *c, struct fl_arena *a, struct fl_str text, const char *name)
{
	*c = (struct fl_csv){.arena = a, .text = text, .name = name, .separator = ',', .line = 1};
	if (fl_str_starts(text, FL_S("\xef\xbb\xbf")))
		c->at = c->line_start = 3;
}

static enum fl_code refuse(const struct fl_csv *c, size_t at, struct fl_err *err, const char *reason, const char *help)
{
	fl_err_set(err, FL_E_INVALID, "line %d: %s", c->line, reason);
	fl_err_place(err, c->name, c->line, (int)(at - c->line_start) + 1);
	fl_err_help(err, "%s", help);
	return FL_E_INVALID;
}

static void new_line(struct fl_csv *c, size_t start)
{
	c->line++;
	c->line_start = start;
}

/* True at the end of a record or of the text. */
static bool at_end(const struct fl_csv *c)
{
	struct fl_str t = c->text;
	return c->at >= t.n || t.p[c->at] == '\n' ||
	       (t.p[c->at] == '\r' && (c->at + 1 >= t.n || t.p[c->at + 1] == '\n'));
}

/* Moves behind the line end at c->at, if there is one. */
static void pass_line_end(struct fl_csv *c)
{
	if (c->at < c->text.n && c->text.p[c->at] == '\r')
		c->at++;
	if (c->at < c->text.n && c->text.p[c->at] == '\n')
		new_line(c, ++c->at);
}

static struct fl_str undouble(struct fl_arena *a, struct fl_str s)
{
	char *out = fl_arena_alloc(a, s.n);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		out[n++] = s.p[i];
		i += s.p[i] == '"';
	}
	return (struct fl_str){out, n};
}

/* The field whose opening quote is at c->at. */
static enum fl_code read_quoted(struct fl_csv *c, struct fl_str *field, struct fl_err *err)
{
	struct fl_str t = c->text;
	struct fl_csv opened = *c; /* an unclosed quote is reported where it was opened */
	size_t start = ++c->at;
	bool doubled = false;
	for (;; c->at++) {
		if (c->at >= t.n)
			return refuse(&opened, opened.at, err, "a quote is opened here and never closed",
			              "close the field with a quote; a quote inside a field is written twice");
		if (t.p[c->at] == '\n')
			new_line(c, c->at + 1);
		if (t.p[c->at] != '"')
			continue;
		if (c->at + 1 >= t.n || t.p[c->at + 1] != '"')
			break;
		doubled = true;
		c->at++;
	}
	*field = fl_str_sub(t, start, c->at++);
	if (doubled)
		*field = undouble(c->arena, *field);
	if (!at_end(c) && t.p[c->at] != c->separator)
		return refuse(c, c->at, err, "text behind a closing quote",
		              "a quote inside a field is written twice, and nothing follows the closing one");
	return FL_OK;
}

static enum fl_code read_plain(struct fl_csv *c, struct fl_str *field, struct fl_err *err)
{
	struct fl_str t = c->text;
	size_t start = c->at;
	while (!at_end(c) && t.p[c->at] != c->separator) {
		if (t.p[c->at] == '"')
			return refuse(c, c->at, err, "a quote inside a field that does not begin with one",
			              "put the whole field in quotes and write each quote inside it twice");
		if (t.p[c->at] == '\r')
			return refuse(c, c->at, err, "a carriage return that ends no line",
			              "save the file with LF or CRLF line ends");
		c->at++;
	}
	*field = fl_str_sub(t, start, c->at);
	return FL_OK;
}

static enum fl_code add_field(struct fl_csv *c, size_t n, struct fl_str field, struct fl_err *err)
{
	if (n >= FL_CSV_COLUMNS) {
		fl_err_set(err, FL_E_LIMIT, "line %d has more than %d fields", c->line, FL_CSV_COLUMNS);
		fl_err_place(err, c->name, c->line, 0);
		return FL_E_LIMIT;
	}
	if (n == c->field_cap) {
		size_t cap = n ? n * 2 : 16;
		struct fl_str *bigger = FL_NEW_ARRAY(c->arena, struct fl_str, cap);
		if (n)
			memcpy(bigger, c->field, n * sizeof(*bigger));
		c->field = bigger;
		c->field_cap = cap;
	}
	c->field[n] = field;
	return FL_OK;
}

static enum fl_code check_record(struct fl_csv *c, const struct fl_csv_row *row, struct fl_str raw, struct fl_err *err)
{
	if (!fl_utf8_valid(raw)) {
		fl_err_set(err, FL_E_INVALID, "line %d is not UTF-8", row->line);
		fl_err_place(err, c->name, row->line, 0);
		fl_err_help(err, "save the file as UTF-8");
		return FL_E_INVALID;
	}
	if (!c->columns)
		c->columns = row->n;
	if (row->n == c->columns)
		return FL_OK;
	fl_err_set(err, FL_E_INVALID, "line %d has %zu fields where the first record has %zu", row->line, row->n,
	           c->columns);
	fl_err_place(err, c->name, row->line, 0);
	fl_err_found(err, "%zu fields", row->n);
	fl_err_expected(err, "%zu fields", c->columns);
	fl_err_help(err, "add or remove fields; a field with a separator or a line break in it must stand in quotes");
	return FL_E_INVALID;
}

enum fl_code fl_csv_next(struct fl_csv *c, struct fl_csv_row *row, struct fl_err *err)
{
	while (c->at < c->text.n && at_end(c))
		pass_line_end(c);
	*row = (struct fl_csv_row){.line = c->line};
	size_t start = c->at;
	bool more = c->at < c->text.n;
	while (more) {
		struct fl_str field;
		bool quoted = c->at < c->text.n && c->text.p[c->at] == '"';
		FL_TRY(quoted ? read_quoted(c, &field, err) : read_plain(c, &field, err));
		FL_TRY(add_field(c, row->n++, field, err));
		more = !at_end(c);
		c->at += more; /* the separator */
	}
	row->field = c->field;
	if (!row->n)
		return FL_OK;
	struct fl_str raw = fl_str_sub(c->text, start, c->at);
	pass_line_end(c);
	return check_record(c, row, raw, err);
}

ptrdiff_t fl_csv_column(const struct fl_csv_row *header, struct fl_str name)
{
	for (size_t i = 0; i < header->n; i++) {
		if (fl_str_eq(header->field[i], name))
			return (ptrdiff_t)i;
	}
	return -1;
}

/* ---- writer ---- */

void fl_csv_begin(struct fl_csv_writer *w, struct fl_buf *out)
{
	*w = (struct fl_csv_writer){.out = out, .blank = true};
}

static bool is_plain_number(struct fl_str s)
{
	size_t sign = s.n && (s.p[0] == '+' || s.p[0] == '-');
	return s.n > sign && s.p[sign] != '-' && fl_number_valid(fl_str_sub(s, sign, s.n));
}

static bool looks_like_a_formula(struct fl_str s)
{
	return s.n && s.p[0] && strchr("=+-@\t\r\n", s.p[0]) && !is_plain_number(s);
}

static bool needs_quotes(struct fl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r')
			return true;
	}
	return s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ' || s.p[0] == '\xef');
}

void fl_csv_put(struct fl_csv_writer *w, struct fl_str field)
{
	bool guarded = looks_like_a_formula(field), quoted = needs_quotes(field);
	if (w->fields++)
		fl_buf_char(w->out, ',');
	w->blank = w->blank && !field.n;
	if (quoted)
		fl_buf_char(w->out, '"');
	if (guarded)
		fl_buf_char(w->out, '\'');
	while (quoted && field.n) {
		ptrdiff_t quote = fl_str_find_char(field, '"', 0);
		size_t n = quote < 0 ? field.n : (size_t)quote + 1;
		fl_buf_add(w->out, field.p, n);
		if (quote >= 0)
			fl_buf_char(w->out, '"');
		field = fl_str_sub(field, n, field.n);
	}
	if (quoted)
		fl_buf_char(w->out, '"');
	else
		fl_buf_str(w->out, field);
}

bool fl_csv_end(struct fl_csv_writer *w)
{
	if (w->fields == 1 && w->blank) /* else it would read as a line with nothing on it */
		fl_buf_z(w->out, "\"\"");
	fl_buf_char(w->out, '\n');
	w->fields = 0;
	w->blank = true;
	return !w->out->full;
}

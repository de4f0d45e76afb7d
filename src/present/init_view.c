#include "present/init_view.h"

#include "present/plain.h"
#include "present/table.h"

enum { COLUMNS_SHOWN = 40, VALUE_SHOWN = 24, LINE = 1 << 20 };

/* The beginning of a value, whole characters only. */
static struct fl_str cut(struct fl_str s, size_t most)
{
	size_t n = 0, len;
	while (n < s.n && (len = FL_MAX(fl_utf8_len(fl_str_sub(s, n, s.n)), (size_t)1)) + n <= most)
		n += len;
	return fl_str_sub(s, 0, n);
}

static bool is_label(const struct fl_look *l, size_t i)
{
	return l->label.kind != FL_LABEL_NONE && l->label.column == i;
}

static const char *use_of(const struct fl_look *l, size_t i)
{
	return is_label(l, i)               ? "right answer"
	       : l->id == (ptrdiff_t)i      ? "id"
	       : l->attach[i]               ? "attached"
	       : l->input[i]                ? "prompt"
	       : l->cluster == (ptrdiff_t)i ? "repeats"
	                                    : "not used";
}

static void put_columns(const struct fl_init_view *v, struct fl_buf *out)
{
	static const struct fl_text_column column[] = {{"column", true},  {"kind", true}, {"values", false},
	                                               {"filled", false}, {"use", true},  {"first value", true}};
	enum { N = FL_COUNT(column) };
	const struct fl_look *l = v->look;
	struct fl_arena *a = v->first->arena;
	size_t rows = FL_MIN(l->columns, (size_t)COLUMNS_SHOWN);
	struct fl_text_table t = {.column = column, .columns = N, .rows = rows};
	t.cell = FL_NEW_ARRAY(a, struct fl_str, N * rows + 1);
	for (size_t i = 0; i < rows; i++) {
		const struct fl_column *c = &l->column[i];
		struct fl_str *cell = t.cell + i * N;
		struct fl_str value = cut(c->example, VALUE_SHOWN);
		cell[0] = c->name;
		cell[1] = fl_str_from(fl_column_words[c->kind]);
		cell[2] = fl_arena_printf(a, "%s%zu", c->more ? ">" : "", c->distinct);
		cell[3] = fl_arena_printf(a, "%zu/%zu", c->filled, l->items);
		cell[4] = fl_str_from(use_of(l, i));
		cell[5] = value.n < c->example.n ? fl_arena_printf(a, "%.*s...", FL_FMT(value)) : value;
	}
	fl_table_write(out, &t, v->width, "  ");
	if (l->columns > rows)
		fl_buf_printf(out, "  and %zu more columns\n", l->columns - rows);
}

static void put_line(const struct fl_init_view *v, struct fl_buf *out, struct fl_str text)
{
	struct fl_buf safe;
	fl_buf_init(&safe, LINE);
	fl_plain_line(&safe, text, LINE);
	fl_wrap(out, fl_buf_slice(&safe), v->width, "  ");
	fl_buf_release(&safe);
}
#define LINE_OF(v, out, ...) put_line((v), (out), fl_arena_printf((v)->first->arena, __VA_ARGS__))

static void put_grader(const struct fl_init_view *v, struct fl_buf *out)
{
	const struct fl_look *l = v->look;
	struct fl_arena *a = v->first->arena;
	if (l->label.kind == FL_LABEL_NONE)
		return;
	struct fl_str choices = FL_S(""), guess = FL_S("");
	if (l->label.kind == FL_LABEL_CHOICE)
		choices = fl_arena_printf(a, ", one of %zu labels", l->label.choices);
	if (l->label.guess)
		guess = fl_arena_printf(a, " (a guess by %s; --label COLUMN says another)", l->label.guess);
	LINE_OF(v, out, "graded by `%.*s` against %.*s%.*s%.*s", FL_FMT(v->first->grader),
	        FL_FMT(l->column[l->label.column].name), FL_FMT(choices), FL_FMT(guess));
}

bool fl_init_text(const struct fl_init_view *v, struct fl_buf *out)
{
	const struct fl_look *l = v->look;
	const struct fl_first_task *f = v->first;
	if (v->data.n)
		fl_buf_printf(out, "Found in %.*s: %zu items, about %llu tokens each (estimate)\n", FL_FMT(v->data),
		              l->items, (unsigned long long)fl_look_tokens(l->item_bytes));
	else
		fl_buf_z(out, "No data was named: the file begins with three examples, to be replaced\n");
	put_columns(v, out);
	fl_buf_z(out, "\nDecided\n");
	put_grader(v, out);
	for (size_t i = 0; i < f->candidate.n; i++)
		LINE_OF(v, out, "%.*s: %.*s", FL_FMT(f->candidate.p[i].name), FL_FMT(f->candidate.p[i].why));
	if (f->nobody)
		LINE_OF(v, out,
		        "none of these can be called yet: no key is in the environment, and no local server answers");
	for (size_t i = 0; i < f->note.n; i++)
		LINE_OF(v, out, "note: %.*s", FL_FMT(f->note.p[i]));
	fl_buf_printf(out, "\nWritten: %.*s\n", FL_FMT(v->task_file));
	fl_buf_z(out, "\nNext\n");
	for (size_t i = 0; i < v->nexts; i++)
		fl_buf_printf(out, "  %.*s\n", FL_FMT(v->next[i]));
	return !out->full;
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void json_columns(const struct fl_look *l, struct fl_json_writer *w)
{
	fl_json_name(w, "columns");
	fl_json_open(w, '[');
	for (size_t i = 0; i < l->columns; i++) {
		const struct fl_column *c = &l->column[i];
		fl_json_open(w, '{');
		fl_json_member_str(w, "name", c->name);
		fl_json_member_str(w, "kind", fl_str_from(fl_column_words[c->kind]));
		fl_json_member_u64(w, "distinct", c->distinct);
		if (c->more)
			fl_json_member_bool(w, "more_distinct", true);
		fl_json_member_u64(w, "filled", c->filled);
		fl_json_member_u64(w, "longest_bytes", c->longest);
		fl_json_member_str(w, "use", fl_str_from(use_of(l, i)));
		if (c->filled)
			fl_json_member_str(w, "example", cut(c->example, FL_INIT_VALUE));
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void json_candidates(const struct fl_first_task *f, struct fl_json_writer *w)
{
	fl_json_name(w, "candidates");
	fl_json_open(w, '[');
	for (size_t i = 0; i < f->candidate.n; i++) {
		const struct fl_first_candidate *c = &f->candidate.p[i];
		fl_json_open(w, '{');
		fl_json_member_str(w, "name", c->name);
		fl_json_member_str(w, "role", fl_str_from(fl_first_role_words[c->role]));
		fl_json_member_str(w, "why", c->why);
		if (c->call_nusd >= 0)
			fl_json_member_i64(w, "call_nusd", c->call_nusd);
		if (c->share >= 0)
			fl_json_member_double(w, "share", c->share);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void json_texts(struct fl_json_writer *w, const char *name, const struct fl_str *s, size_t n)
{
	fl_json_name(w, name);
	fl_json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		fl_json_put_str(w, s[i]);
	fl_json_close(w);
}

bool fl_init_json(const struct fl_init_view *v, struct fl_buf *out)
{
	const struct fl_look *l = v->look;
	const struct fl_first_task *f = v->first;
	struct fl_json_writer w;
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.init/1"));
	fl_json_member_str(&w, "task_file", v->task_file);
	fl_json_member_known(&w, "data", v->data);
	fl_json_member_u64(&w, "items", l->items);
	json_columns(l, &w);
	fl_json_member_known(&w, "label", l->label.kind == FL_LABEL_NONE ? FL_S("") : l->column[l->label.column].name);
	fl_json_member_known(&w, "grader", f->grader);
	json_candidates(f, &w);
	fl_json_member_bool(&w, "callable", !f->nobody);
	if (f->budget_nusd > 0)
		fl_json_member_i64(&w, "budget_nusd", f->budget_nusd);
	fl_json_member_i64(&w, "call_most_nusd", f->call_worst_nusd);
	json_texts(&w, "notes", f->note.p, f->note.n);
	json_texts(&w, "next", v->next, v->nexts);
	fl_json_close(&w);
	return fl_json_done(&w) && fl_buf_char(out, '\n');
}

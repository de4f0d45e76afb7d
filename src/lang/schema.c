/*
 * schema.c - walks a YAML tree along a table. The path to the value being read is a chain of steps on the C stack; depth
 * is bounded by the tree's.
 */
#include "lang/schema.h"

#include <stdio.h>

/* One step of the path "candidates.samples[2]". */
struct step {
	const struct step *up;
	struct fl_str key;
	size_t index;
	bool is_index;
};

struct fl_reading {
	struct fl_arena *arena;
	struct fl_err *err;
	const struct step *path;
	struct fl_problems *problems; /* NULL: stop at the first */
};

struct fl_arena *fl_schema_arena(struct fl_reading *r)
{
	return r->arena;
}

struct fl_err *fl_schema_err(struct fl_reading *r)
{
	return r->err;
}

/* ---- errors ---- */

static void print_path(struct fl_buf *b, const struct step *s)
{
	if (!s)
		return;
	print_path(b, s->up);
	if (s->is_index)
		fl_buf_printf(b, "[%zu]", s->index);
	else
		fl_buf_printf(b, "%s%.*s", b->n ? "." : "", FL_FMT(s->key));
}

static enum fl_code refuse_at(struct fl_reading *r, enum fl_code code, const struct fl_yaml *v, bool at_key,
                              const char *text)
{
	struct fl_buf path;
	fl_buf_init(&path, 256); /* a longer path is cut */
	print_path(&path, r->path);
	fl_err_set(r->err, code, "%.*s%s%s", (int)path.n, fl_buf_slice(&path).p, path.n ? ": " : "", text);
	fl_err_place(r->err, v->file, at_key ? v->key_line : v->line, at_key ? v->key_column : v->column);
	fl_buf_release(&path);
	return code;
}

enum fl_code fl_schema_refuse(struct fl_reading *r, enum fl_code code, const struct fl_yaml *v, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return refuse_at(r, code, v, false, text);
}

/* A text of that many bytes where a map belongs may be a key: it is not shown. */
enum { KEY_LIKE = 16 };

static enum fl_code expected(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, const char *what)
{
	char found[80];
	bool like_a_key = f->type == &fl_type_table && v->kind == FL_YAML_SCALAR && v->text.n >= KEY_LIKE;
	struct fl_str s = like_a_key ? FL_S("a text") : fl_yaml_describe(v, found);
	fl_schema_refuse(r, FL_E_INVALID, v, "expected %s, found %.*s", what, FL_FMT(s));
	fl_err_found(r->err, "%.*s", FL_FMT(s));
	fl_err_expected(r->err, "%s", what);
	if (f->key && f->help)
		fl_err_help(r->err, "'%s' is %s", f->key, f->help);
	return FL_E_INVALID;
}

enum fl_code fl_schema_wrong(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v)
{
	return expected(r, f, v, f->type->expected);
}

static void list_keys(const struct fl_table *t, char *out, size_t size)
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < t->fields && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", t->field[i].key);
}

static enum fl_code refuse_key(struct fl_reading *r, const struct fl_table *t, const struct fl_yaml *member)
{
	const char *known[FL_TABLE_FIELDS];
	char text[400], keys[300];
	for (size_t i = 0; i < t->fields; i++)
		known[i] = t->field[i].key;
	const char *near = fl_suggest(member->key, known, t->fields);
	list_keys(t, keys, sizeof(keys));
	snprintf(text, sizeof(text), "unknown key '%.*s'%s%s%s", FL_FMT(fl_str_sub(member->key, 0, 80)),
	         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	refuse_at(r, FL_E_INVALID, member, true, text);
	fl_err_found(r->err, "'%.*s'", FL_FMT(fl_str_sub(member->key, 0, 80)));
	fl_err_expected(r->err, "one of %s", keys);
	if (near)
		fl_err_help(r->err, "did you mean '%s'?", near);
	else
		fl_err_help(r->err, "remove it, or write one of the known keys");
	return FL_E_INVALID;
}

static enum fl_code refuse_missing(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v)
{
	fl_schema_refuse(r, FL_E_INVALID, v, "the key '%s' is missing", f->key);
	fl_err_expected(r->err, "%s: %s", f->key, f->type->expected);
	fl_err_help(r->err, "add '%s:'%s%s", f->key, f->help ? ", " : "", f->help ? f->help : "");
	return FL_E_INVALID;
}

/* ---- reading ---- */

static enum fl_code read_one(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	return f->type->read(r, f, v, to);
}

static size_t stored_size(const struct fl_field *f)
{
	return f->type == &fl_type_table ? f->table->size : f->type->size;
}

static enum fl_code read_elements(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v,
                                  struct fl_list *list)
{
	const struct step *up = r->path;
	size_t i = 0, size = stored_size(f);
	*list = (struct fl_list){.n = v->count};
	list->p = fl_arena_array(r->arena, v->count + 1, size);
	list->node = FL_NEW_ARRAY(r->arena, const struct fl_yaml *, v->count + 1);
	if (v->kind == FL_YAML_MAP)
		list->name = FL_NEW_ARRAY(r->arena, struct fl_str, v->count + 1);
	for (const struct fl_yaml *c = v->first; c; c = c->next, i++) {
		struct step step = {up, c->key, i, v->kind == FL_YAML_LIST};
		r->path = &step;
		list->node[i] = c;
		if (list->name)
			list->name[i] = c->key;
		FL_TRY(read_one(r, f, c, (char *)list->p + i * size));
	}
	r->path = up;
	return FL_OK;
}

static enum fl_code read_many(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v,
                              struct fl_list *list)
{
	if (f->shape == FL_MANY && v->kind != FL_YAML_LIST) {
		*list = (struct fl_list){.p = fl_arena_array(r->arena, 1, stored_size(f)), .n = 1};
		list->node = FL_NEW(r->arena, const struct fl_yaml *);
		list->node[0] = v;
		return read_one(r, f, v, list->p);
	}
	bool named = f->shape == FL_NAMED;
	char what[160];
	if (v->kind != (named ? FL_YAML_MAP : FL_YAML_LIST)) {
		snprintf(what, sizeof(what), "%s, each %s", named ? "a map of names" : "a list", f->type->expected);
		return expected(r, f, v, what);
	}
	if (v->count < f->least) {
		snprintf(what, sizeof(what), "at least %zu element%s", f->least, f->least == 1 ? "" : "s");
		return expected(r, f, v, what);
	}
	return read_elements(r, f, v, list);
}

enum fl_code fl_schema_value(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	return f->shape == FL_ONE ? read_one(r, f, v, to) : read_many(r, f, v, to);
}

void fl_schema_defaults(const struct fl_table *t, void *to)
{
	if (t->defaults)
		memcpy(to, t->defaults, t->size);
	else
		memset(to, 0, t->size);
	memset(to, 0, sizeof(const struct fl_yaml *));
	for (size_t i = 0; i < t->fields; i++) {
		const struct fl_field *f = &t->field[i];
		if (f->type == &fl_type_table && f->shape == FL_ONE)
			fl_schema_defaults(f->table, (char *)to + f->at);
	}
}

static const struct fl_field *find_field(const struct fl_table *t, struct fl_str key)
{
	for (size_t i = 0; i < t->fields; i++) {
		if (fl_str_is(key, t->field[i].key))
			return &t->field[i];
	}
	return NULL;
}

static enum fl_code read_table(struct fl_reading *r, const struct fl_table *t, const struct fl_yaml *v, void *to)
{
	const struct step *up = r->path;
	FL_ASSERT(t->fields <= FL_TABLE_FIELDS);
	fl_schema_defaults(t, to);
	memcpy(to, &v, sizeof(v));
	for (const struct fl_yaml *c = v->first; c; c = c->next) {
		const struct fl_field *f = find_field(t, c->key);
		if (!f && t->open)
			continue;
		struct step step = {up, c->key, 0, false};
		r->path = f ? &step : up;
		enum fl_code code = f ? fl_schema_value(r, f, c, (char *)to + f->at) : refuse_key(r, t, c);
		r->path = up;
		FL_TRY(fl_problem(r->problems, code, r->err));
	}
	for (size_t i = 0; i < t->fields; i++) {
		bool missing = t->field[i].required && !fl_yaml_get(v, fl_str_from(t->field[i].key));
		FL_TRY(fl_problem(r->problems, missing ? refuse_missing(r, &t->field[i], v) : FL_OK, r->err));
	}
	return FL_OK;
}

static enum fl_code read_section(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	if (v->kind != FL_YAML_MAP) {
		char keys[300], what[400];
		list_keys(f->table, keys, sizeof(keys));
		snprintf(what, sizeof(what), "a map with keys of %s", keys);
		return expected(r, f, v, what);
	}
	return read_table(r, f->table, v, to);
}

const struct fl_type fl_type_table = {.name = "section", .expected = "a map", .read = read_section};

enum fl_code fl_schema_read(const struct fl_table *table, const struct fl_yaml *v, void *to, struct fl_arena *a,
                            struct fl_err *err)
{
	return fl_schema_read_all(table, v, to, a, NULL, err);
}

enum fl_code fl_schema_read_all(const struct fl_table *table, const struct fl_yaml *v, void *to, struct fl_arena *a,
                                struct fl_problems *problems, struct fl_err *err)
{
	struct fl_reading r = {.arena = a, .err = err, .problems = problems};
	struct fl_field whole = {.type = &fl_type_table, .table = table};
	return read_section(&r, &whole, v, to);
}

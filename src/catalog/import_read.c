/* import_read.c - members of published price lists, with the place of whatever does not fit. */
#include "base/money.h"
#include "catalog/import_int.h"

#include <stdio.h>

/* --- places ------------------------------------------------------------------------------------------------------- */

int fl_import_line(const struct fl_import_file *f, const struct fl_json *node)
{
	size_t at = (size_t)(node->raw.p - f->text.p), low = 0, high = f->line_end.n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (f->line_end.p[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return (int)low + 1;
}

static int column_of(const struct fl_import_file *f, const struct fl_json *node)
{
	const char *p = node->raw.p;
	int column = 1;
	while (p > f->text.p && p[-1] != '\n') {
		p--;
		column++;
	}
	return column;
}

/* A key inside a pointer: ~ and / are written ~0 and ~1 (RFC 6901). */
static void put_key(struct fl_buf *b, struct fl_str key)
{
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] == '~' || key.p[i] == '/')
			fl_buf_printf(b, "~%c", key.p[i] == '~' ? '0' : '1');
		else
			fl_buf_char(b, key.p[i]);
	}
}

struct fl_str fl_import_pointer(const struct fl_import_file *f, const struct fl_json *node, struct fl_arena *a)
{
	struct fl_buf b;
	fl_buf_init(&b, 4096);
	for (const struct fl_json *at = f->root; at != node;) {
		size_t index = 0;
		const struct fl_json *c = fl_json_first(at);
		while (c && c != node && c->raw.p + c->raw.n <= node->raw.p) {
			c = fl_json_next(at, c);
			index++;
		}
		if (!c)
			break;
		fl_buf_char(&b, '/');
		if (at->type == FL_JSON_OBJECT)
			put_key(&b, fl_json_key(c, a));
		else
			fl_buf_printf(&b, "%zu", index);
		at = c;
	}
	struct fl_str pointer = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return pointer;
}

enum fl_code fl_import_wrong(const struct fl_import_reader *r, const struct fl_json *v, const char *expected)
{
	struct fl_str at = fl_import_pointer(r->file, v, r->arena), found = fl_str_sub(v->raw, 0, 60);
	fl_err_set(r->err, FL_E_INVALID, "'%.*s' must be %s", FL_FMT(at), expected);
	fl_err_place(r->err, fl_arena_dupz(r->arena, r->file->name), fl_import_line(r->file, v), column_of(r->file, v));
	fl_err_found(r->err, "%.*s", FL_FMT(found));
	fl_err_expected(r->err, "%s", expected);
	fl_err_help(r->err, "nothing of the file was taken: get it anew, or mend it at this place");
	return FL_E_INVALID;
}

/* --- members ------------------------------------------------------------------------------------------------------ */

/* NULL when absent or null. */
static const struct fl_json *member(const struct fl_json *v, const char *key)
{
	const struct fl_json *m = fl_json_get(v, fl_str_from(key));
	return m && m->type == FL_JSON_NULL ? NULL : m;
}

static enum fl_code typed(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                          enum fl_json_type type, const char *expected, const struct fl_json **out)
{
	const struct fl_json *m = member(v, key);
	if (m && m->type != type)
		return fl_import_wrong(r, m, expected);
	*out = m;
	return FL_OK;
}

enum fl_code fl_import_object(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                              const struct fl_json **out)
{
	return typed(r, v, key, FL_JSON_OBJECT, "an object", out);
}

enum fl_code fl_import_array(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                             const struct fl_json **out)
{
	return typed(r, v, key, FL_JSON_ARRAY, "a list", out);
}

enum fl_code fl_import_text(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                            struct fl_str *out)
{
	const struct fl_json *m = NULL;
	FL_TRY(typed(r, v, key, FL_JSON_STRING, "a text", &m));
	*out = m ? fl_json_string(m, r->arena) : (struct fl_str){0};
	return FL_OK;
}

enum fl_code fl_import_tokens(const struct fl_import_reader *r, const struct fl_json *v, const char *key, int64_t *out)
{
	const struct fl_json *m = member(v, key);
	uint64_t n = 0;
	*out = 0;
	if (!m)
		return FL_OK;
	bool whole = m->type == FL_JSON_STRING ? fl_str_to_u64(fl_json_string(m, r->arena), &n) : fl_json_u64(m, &n);
	if (!whole || n > INT64_MAX)
		return fl_import_wrong(r, m, "a whole number of tokens");
	*out = (int64_t)n;
	return FL_OK;
}

enum fl_code fl_import_yes(const struct fl_import_reader *r, const struct fl_json *v, const char *key,
                           enum fl_known *out)
{
	const struct fl_json *m = member(v, key);
	*out = FL_UNKNOWN;
	if (!m)
		return FL_OK;
	if (m->type != FL_JSON_TRUE && m->type != FL_JSON_FALSE)
		return fl_import_wrong(r, m, "true or false");
	*out = m->type == FL_JSON_TRUE ? FL_YES : FL_NO;
	return FL_OK;
}

enum fl_code fl_import_day(const struct fl_import_reader *r, const struct fl_json *v, const char *key, fl_date *out)
{
	struct fl_str text;
	*out = FL_DATE_NONE;
	FL_TRY(fl_import_text(r, v, key, &text));
	if (text.n && fl_date_parse(text, out, NULL) != FL_OK) {
		*out = FL_DATE_NONE; /* lists that people keep have a 31st of February: not known, like an absent day */
		fl_import_skip(r, "days that do not exist");
	}
	return FL_OK;
}

/* Three digits more than are kept, then rounded half up: 7.000000000000001e-08 dollars a token are 70,000,000. */
static bool rounded(struct fl_str text, int scale, int64_t *out)
{
	int64_t finer;
	if (fl_decimal_parse(text, scale + 3, true, &finer, NULL) == FL_OK && finer < INT64_MAX - 500) {
		*out = (finer + 500) / 1000;
		return true;
	}
	return fl_decimal_parse(text, scale, true, out, NULL) == FL_OK;
}

enum fl_code fl_import_rate(const struct fl_import_reader *r, const struct fl_json *v, int scale, int64_t *out)
{
	int64_t rate;
	if (!v || v->type == FL_JSON_NULL)
		return FL_OK;
	if (v->type != FL_JSON_NUMBER && v->type != FL_JSON_STRING)
		return fl_import_wrong(r, v, "a price: a number of US dollars");
	struct fl_str text = v->type == FL_JSON_NUMBER ? v->raw : fl_json_string(v, r->arena);
	enum fl_code code = fl_decimal_parse(text, scale, false, &rate, NULL);
	if (code == FL_E_INVALID)
		return fl_import_wrong(r, v, "a price: a number of US dollars");
	if (text.n && text.p[0] == '-' && (code != FL_OK || rate < 0))
		return fl_import_wrong(r, v, "a price, which is never negative");
	if (code != FL_OK && !rounded(text, scale, &rate))
		rate = INT64_MAX;
	*out = rate;
	return FL_OK;
}

/* --- entries ------------------------------------------------------------------------------------------------------ */

enum fl_code fl_import_entry(const struct fl_import_reader *r, const struct fl_json *v, struct fl_str provider,
                             struct fl_str id, struct fl_import_entry **out)
{
	if (r->file->entry.n >= FL_IMPORT_ENTRIES) {
		fl_err_set(r->err, FL_E_LIMIT, "a price list may hold %d entries", FL_IMPORT_ENTRIES);
		fl_err_place(r->err, fl_arena_dupz(r->arena, r->file->name), fl_import_line(r->file, v), 1);
		return FL_E_LIMIT;
	}
	if (!id.n || id.n > 200 || !provider.n || provider.n > 100)
		return fl_import_wrong(r, v,
		                       "named: the id of a model has 1 to 200 letters, that of a provider 1 to 100");
	*out = FL_NEW(r->arena, struct fl_import_entry);
	**out =
	    (struct fl_import_entry){.file = r->file, .node = v, .provider = provider, .id = id, .gone = FL_DATE_NONE};
	FL_VEC_PUSH(&r->file->entry, *out);
	return FL_OK;
}

static bool same_when(const struct fl_price_when *a, const struct fl_price_when *b)
{
	return fl_str_eq(a->tier, b->tier) && a->above == b->above && fl_str_eq(a->hours, b->hours);
}

enum fl_code fl_import_row(const struct fl_import_reader *r, struct fl_import_entry *e,
                           const struct fl_price_when *when, fl_date from, fl_date to, struct fl_price_row **out)
{
	for (size_t i = 0; i < e->rows; i++) {
		*out = &e->row[i];
		if (same_when(&(*out)->when, when) && (*out)->from == from && (*out)->to == to)
			return FL_OK;
	}
	if (!e->row)
		e->row = FL_NEW_ARRAY(r->arena, struct fl_price_row, FL_IMPORT_ROWS);
	if (e->rows == FL_IMPORT_ROWS)
		return fl_import_wrong(r, e->node, "priced in at most 64 rows");
	*out = &e->row[e->rows++];
	fl_schema_defaults(&fl_price_row_table, *out);
	(*out)->when = *when;
	(*out)->from = from;
	(*out)->to = to;
	return FL_OK;
}

bool fl_import_is_profile(struct fl_str id)
{
	static const char *const part[] = {"us", "eu", "apac", "au", "jp", "global", "us-gov", "in", "ca", "sa"};
	ptrdiff_t dot = fl_str_find_char(id, '.', 0);
	for (size_t i = 0; i < FL_COUNT(part) && dot > 0; i++)
		if (fl_str_is(fl_str_sub(id, 0, (size_t)dot), part[i]))
			return true;
	return false;
}

void fl_import_skip(const struct fl_import_reader *r, const char *reason)
{
	size_t i = 0;
	while (i < r->file->reasons && strcmp(r->file->skipped[i].reason, reason) != 0)
		i++;
	FL_ASSERT(i < FL_IMPORT_REASONS);
	if (i == r->file->reasons)
		r->file->skipped[r->file->reasons++].reason = reason;
	r->file->skipped[i].n++;
}

/* --- facts -------------------------------------------------------------------------------------------------------- */

static void add_fact(struct fl_import_entry *e, struct fl_import_fact fact)
{
	FL_ASSERT(e->facts < FL_IMPORT_FACTS);
	e->fact[e->facts++] = fact;
}

void fl_import_fact_tokens(struct fl_import_entry *e, const char *key, int64_t tokens)
{
	if (tokens > 0)
		add_fact(e, (struct fl_import_fact){.key = key, .kind = FL_IMPORT_TOKENS, .number = tokens});
}

void fl_import_fact_yes(struct fl_import_entry *e, const char *key, enum fl_known known)
{
	if (known != FL_UNKNOWN)
		add_fact(e, (struct fl_import_fact){.key = key, .kind = FL_IMPORT_YES, .number = known == FL_YES});
}

void fl_import_fact_day(struct fl_import_entry *e, const char *key, fl_date day, const char *note)
{
	if (day != FL_DATE_NONE)
		add_fact(e, (struct fl_import_fact){.key = key, .kind = FL_IMPORT_DAY, .number = day, .note = note});
}

void fl_import_fact_words(struct fl_import_entry *e, const char *key, struct fl_list words)
{
	if (words.n)
		add_fact(e, (struct fl_import_fact){.key = key, .kind = FL_IMPORT_WORDS, .words = words});
}

enum fl_code fl_import_take_tokens(const struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *v,
                                   const char *theirs, const char *ours)
{
	int64_t n;
	FL_TRY(fl_import_tokens(r, v, theirs, &n));
	fl_import_fact_tokens(e, ours, n);
	return FL_OK;
}

enum fl_code fl_import_take_yes(const struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *v,
                                const char *theirs, const char *ours)
{
	enum fl_known known;
	FL_TRY(fl_import_yes(r, v, theirs, &known));
	fl_import_fact_yes(e, ours, known);
	return FL_OK;
}

enum fl_code fl_import_take_words(const struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *v,
                                  const char *theirs, const char *ours)
{
	const struct fl_json *list = NULL;
	FL_TRY(fl_import_array(r, v, theirs, &list));
	struct fl_str *word = FL_NEW_ARRAY(r->arena, struct fl_str, list ? list->count + 1 : 1);
	struct fl_list words = {.p = word};
	for (const struct fl_json *c = list ? fl_json_first(list) : NULL; c; c = fl_json_next(list, c)) {
		if (c->type != FL_JSON_STRING)
			return fl_import_wrong(r, c, "a text");
		word[words.n++] = fl_json_string(c, r->arena);
	}
	fl_import_fact_words(e, ours, words);
	return FL_OK;
}

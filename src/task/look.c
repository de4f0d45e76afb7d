#include "task/look.h"

#include "base/vec.h"
#include "grade/normal.h"
#include "grade/number.h"
#include "io/file.h"
#include "task/parts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { NAMES_BESIDE = 2000, KEPT_KEY = 64, HEAD = 1 << 16, JSON_TEXT = 1 << 20 };

const char *const fl_column_words[] = {"empty", "text", "number", "yes/no", "list", "object", "file", "mixed"};

/* Names of columns that hold the right answer, the clearest first; then what is usually asked about. */
static const char *const label_names[] = {
    "target", "label",      "expected",    "expected_output", "expected_answer", "ground_truth",
    "gold",   "gold_label", "gold_answer", "correct_answer",  "correct_label",   "answer",
    "output", "class",      "category",    "intent",          "sentiment",       "queue",
    "y",      "labels",     "reference",   "solution",        "completion",      "response",
    "reply",  "summary",    "translation", "annotation",      "verdict",         "rating",
    "score"};
static const char *const input_words[] = {"input",    "text",    "question", "prompt",  "message",      "messages",
                                          "body",     "content", "document", "ticket",  "email",        "mail",
                                          "review",   "comment", "query",    "title",   "subject",      "sentence",
                                          "passage",  "context", "story",    "request", "conversation", "description",
                                          "abstract", "article", "code",     "problem", "instruction"};
static const char *const id_names[] = {"uuid", "guid", "index", "idx", "key", "number", "no", "row", "nr"};
static const char *const cluster_names[] = {"customer",        "user",    "author", "thread",
                                            "conversation_id", "session", "group",  "source"};

/* --- where the file is -------------------------------------------------------------------------------------------- */

/* The folder's names nearest to what was asked for. */
static void near_names(const char *path, struct fl_arena *a, struct fl_err *err)
{
	const char *slash = strrchr(path, '/');
	struct fl_str folder = slash ? (struct fl_str){path, (size_t)(slash - path) + 1} : FL_S("./");
	const char **name = FL_NEW_ARRAY(a, const char *, NAMES_BESIDE);
	size_t n = 0;
	DIR *dir = opendir(fl_arena_dupz(a, folder));
	for (struct dirent *e; dir && n < NAMES_BESIDE && (e = readdir(dir));)
		if (e->d_name[0] != '.')
			name[n++] = fl_arena_dupz(a, fl_str_from(e->d_name));
	if (dir)
		closedir(dir);
	const char *near = fl_suggest(fl_str_from(slash ? slash + 1 : path), name, n);
	if (near)
		fl_err_help(err, "did you mean %.*s%s?", slash ? (int)folder.n : 0, folder.p, near);
}

/* Formats that people have and that are no text, by their first bytes. */
static const struct {
	const char *begin;
	size_t n;
	const char *what, *help;
} foreign[] = {
    {"PK\3\4", 4, "a ZIP archive, as spreadsheets (.xlsx) are", "save it as CSV (UTF-8)"},
    {"\xD0\xCF\x11\xE0", 4, "an old spreadsheet (.xls)", "save it as CSV (UTF-8)"},
    {"PAR1", 4, "a Parquet file",
     "write it as JSONL or CSV, for example by pandas: read_parquet(...).to_json(..., orient='records', lines=True)"},
    {"\x1F\x8B", 2, "compressed by gzip", "gunzip it first"},
    {"\xFF\xFE", 2, "UTF-16 text", "save it as UTF-8: iconv -f utf-16 -t utf-8"},
    {"\xFE\xFF", 2, "UTF-16 text", "save it as UTF-8: iconv -f utf-16 -t utf-8"},
    {"SQLite format 3", 15, "an SQLite database", "export the table: sqlite3 -header -csv FILE 'SELECT ...'"},
};

static enum fl_code no_text(const char *path, struct fl_str head, struct fl_err *err)
{
	for (size_t i = 0; i < FL_COUNT(foreign); i++)
		if (fl_str_starts(head, (struct fl_str){foreign[i].begin, foreign[i].n})) {
			fl_err_set(err, FL_E_INVALID, "this is no text but %s", foreign[i].what);
			fl_err_place(err, path, 0, 0);
			fl_err_help(err, "%s", foreign[i].help);
			return FL_E_INVALID;
		}
	size_t at = 0, n;
	int line = 1;
	while (at < head.n && head.p[at] && (n = fl_utf8_len(fl_str_sub(head, at, head.n)))) {
		line += head.p[at] == '\n';
		at += n;
	}
	if (at == head.n ||
	    (head.n == HEAD && at + 4 > head.n && head.p[at])) /* a sequence that the end of the head cuts */
		return FL_OK;
	bool nul = !head.p[at];
	fl_err_set(err, FL_E_INVALID, nul ? "this is no text: it holds a zero byte" : "this text is not UTF-8");
	fl_err_place(err, path, line, 0);
	fl_err_found(err, "the byte 0x%02x at position %zu", (unsigned char)head.p[at], at);
	fl_err_expected(err, "CSV, JSONL, YAML or JSON in UTF-8");
	fl_err_help(err, nul ? "save the examples as CSV or JSONL"
	                     : "iconv -f latin1 -t utf-8 makes it so, if it is in Latin-1");
	return FL_E_INVALID;
}

static enum fl_code check_file(struct fl_look *l, const char *path, struct fl_err *err)
{
	struct stat st;
	char *head = fl_arena_alloc(&l->arena, HEAD);
	size_t n = HEAD;
	uint64_t size;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		fl_err_set(err, FL_E_INVALID, "this is a folder");
		fl_err_place(err, path, 0, 0);
		fl_err_expected(err, "a file of examples: CSV, JSONL, YAML or JSON");
		return FL_E_INVALID;
	}
	if (fl_file_head(path, head, &n, &size, err) != FL_OK) {
		if (err->code == FL_E_NOT_FOUND)
			near_names(path, &l->arena, err);
		return err->code;
	}
	if (n == 0) {
		fl_err_set(err, FL_E_INVALID, "the file is empty");
		fl_err_place(err, path, 0, 0);
		fl_err_expected(err, "at least one example, such as {\"text\": \"...\", \"label\": \"...\"}");
		return FL_E_INVALID;
	}
	return no_text(path, (struct fl_str){head, n}, err);
}

/* --- columns ------------------------------------------------------------------------------------------------------ */

/* A column while items are counted. */
struct counting {
	struct fl_column *column;
	struct fl_map seen; /* its values */
	size_t numbers, paths;
};
struct counter {
	struct fl_look *look;
	FL_VEC(struct counting) of;
	struct fl_map by_name; /* -> index + 1 */
};

static bool file_like(struct fl_str s)
{
	static const char *const endings[] = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf"};
	for (size_t i = 0; i < FL_COUNT(endings); i++) {
		size_t n = strlen(endings[i]);
		if (s.n > n && fl_str_eq_nocase(fl_str_sub(s, s.n - n, s.n), fl_str_from(endings[i])))
			return true;
	}
	return false;
}

/* What a text is: a list or object written as JSON, or text; numbers and paths are counted apart. */
static enum fl_column_kind text_kind(struct counter *c, struct counting *k, struct fl_str s, struct fl_arena *scratch)
{
	struct fl_json_doc doc;
	double ignored;
	struct fl_str t = fl_str_trim(s);
	if (fl_number_read(t, &ignored))
		k->numbers++;
	if (file_like(t) && !fl_str_starts(t, FL_S("http"))) {
		struct stat st;
		struct fl_str file = fl_str_from(c->look->file ? c->look->file : "");
		k->paths += stat(fl_path_beside(file, t, scratch).p, &st) == 0 && S_ISREG(st.st_mode);
	}
	if (t.n && t.n <= JSON_TEXT && (t.p[0] == '{' || t.p[0] == '[') &&
	    fl_json_parse(&doc, scratch, t, FL_JSON_LIMITS, NULL) == FL_OK) {
		k->column->json_text = true;
		return fl_json_root(&doc)->type == FL_JSON_OBJECT ? FL_COLUMN_OBJECT : FL_COLUMN_LIST;
	}
	return FL_COLUMN_TEXT;
}

static enum fl_column_kind kind_of(struct counter *c, struct counting *k, const struct fl_json *v, struct fl_str text,
                                   struct fl_arena *scratch)
{
	static const enum fl_column_kind kinds[] = {
	    [FL_JSON_NULL] = FL_COLUMN_EMPTY,    [FL_JSON_FALSE] = FL_COLUMN_BOOL,  [FL_JSON_TRUE] = FL_COLUMN_BOOL,
	    [FL_JSON_NUMBER] = FL_COLUMN_NUMBER, [FL_JSON_STRING] = FL_COLUMN_TEXT, [FL_JSON_ARRAY] = FL_COLUMN_LIST,
	    [FL_JSON_OBJECT] = FL_COLUMN_OBJECT};
	if (v->type != FL_JSON_STRING)
		return kinds[v->type];
	return fl_str_trim(text).n ? text_kind(c, k, text, scratch) : FL_COLUMN_EMPTY;
}

/* Long values are told apart by their hash. */
static void tell_apart(struct counter *c, struct counting *k, struct fl_str text)
{
	struct fl_arena *a = &c->look->arena;
	struct fl_column *col = k->column;
	uint8_t hash[32];
	struct fl_str key = text;
	if (col->more)
		return;
	if (text.n > KEPT_KEY) {
		struct fl_sha256 h;
		fl_sha256_init(&h);
		fl_sha256_add(&h, text.p, text.n);
		fl_sha256_final(&h, hash);
		key = (struct fl_str){(const char *)hash, sizeof hash};
	}
	if (fl_map_get(&k->seen, key))
		return;
	if (col->distinct == FL_LOOK_DISTINCT) {
		col->more = true;
		return;
	}
	fl_map_put(&k->seen, fl_arena_dup(a, key), k);
	col->distinct++;
	if (col->values < FL_LOOK_CHOICES && text.n <= KEPT_KEY)
		((struct fl_str *)(uintptr_t)col->value)[col->values++] = fl_arena_dup(a, text);
}

static void count_value(struct counter *c, struct counting *k, const struct fl_json *v, struct fl_arena *scratch)
{
	struct fl_column *col = k->column;
	struct fl_str text = v->type == FL_JSON_STRING ? fl_json_string(v, scratch) : v->raw;
	enum fl_column_kind kind = kind_of(c, k, v, text, scratch);
	col->present++;
	col->of_kind[kind]++;
	if (kind == FL_COLUMN_EMPTY)
		return;
	if (col->filled++ == 0)
		col->example = fl_arena_dup(&c->look->arena, fl_str_sub(text, 0, JSON_TEXT));
	col->bytes += text.n;
	col->longest = FL_MAX(col->longest, text.n);
	tell_apart(c, k, text);
}

static struct counting *column_named(struct counter *c, struct fl_str name)
{
	struct fl_arena *a = &c->look->arena;
	uintptr_t at = (uintptr_t)fl_map_get(&c->by_name, name);
	if (!at) {
		struct counting k = {.column = FL_NEW(a, struct fl_column)};
		k.column->name = fl_arena_dup(a, name);
		k.column->value = FL_NEW_ARRAY(a, struct fl_str, FL_LOOK_CHOICES);
		fl_map_init(&k.seen);
		FL_VEC_PUSH(&c->of, k);
		at = c->of.n;
		fl_map_put(&c->by_name, k.column->name, (void *)at); /* NOLINT: an index, not a pointer */
	}
	return &c->of.p[at - 1];
}

static enum fl_code too_much(const struct fl_look *l, size_t item, struct fl_err *err, const char *what, int most)
{
	fl_err_set(err, FL_E_LIMIT, what, most);
	fl_err_place(err, l->task.data_file, l->task.item[item].line, 0);
	fl_err_help(err, "keep the columns that the task needs, under short names");
	return FL_E_LIMIT;
}

static enum fl_code count_item(struct counter *c, size_t i, struct fl_arena *scratch, struct fl_err *err)
{
	struct fl_json_doc doc;
	FL_TRY(fl_task_item(&c->look->task, i, scratch, &doc, err));
	const struct fl_json *root = fl_json_root(&doc);
	for (const struct fl_json *m = fl_json_first(root); m; m = fl_json_next(root, m)) {
		struct fl_str name = fl_json_key(m, scratch);
		if (name.n > FL_LOOK_NAME)
			return too_much(c->look, i, err, "the name of a column is longer than %d bytes", FL_LOOK_NAME);
		struct counting *k = column_named(c, name);
		if (c->of.n > FL_LOOK_COLUMNS)
			return too_much(c->look, i, err, "there are more than %d columns", FL_LOOK_COLUMNS);
		count_value(c, k, m, scratch);
	}
	return FL_OK;
}

static enum fl_column_kind column_kind(const struct counting *k)
{
	const struct fl_column *col = k->column;
	const size_t *of = col->of_kind;
	if (!col->filled)
		return FL_COLUMN_EMPTY;
	if (k->paths == col->filled)
		return FL_COLUMN_FILE;
	if (k->numbers + of[FL_COLUMN_NUMBER] == col->filled)
		return FL_COLUMN_NUMBER;
	for (enum fl_column_kind kind = FL_COLUMN_TEXT; kind < FL_COLUMN_FILE; kind++)
		if (of[kind] == col->filled)
			return kind;
	bool nested = of[FL_COLUMN_LIST] + of[FL_COLUMN_OBJECT] > 0 && !col->json_text;
	return nested ? FL_COLUMN_MIXED
	              : FL_COLUMN_TEXT; /* numbers and words: words; a text that begins like JSON: text */
}

static enum fl_code count_columns(struct fl_look *l, struct fl_err *err)
{
	struct counter c = {.look = l};
	struct fl_arena scratch;
	enum fl_code code = FL_OK;
	fl_map_init(&c.by_name);
	fl_arena_init(&scratch);
	for (size_t i = 0; i < l->task.item_count && code == FL_OK; i++) {
		fl_arena_reset(&scratch);
		code = count_item(&c, i, &scratch, err);
	}
	l->items = l->task.item_count;
	l->columns = c.of.n;
	l->column = FL_NEW_ARRAY(&l->arena, struct fl_column, c.of.n + 1);
	for (size_t i = 0; i < c.of.n; i++) {
		c.of.p[i].column->kind = column_kind(&c.of.p[i]);
		l->column[i] = *c.of.p[i].column;
		fl_map_release(&c.of.p[i].seen);
	}
	fl_map_release(&c.by_name);
	FL_VEC_RELEASE(&c.of);
	fl_arena_release(&scratch);
	return code;
}

/* --- what the columns are for ------------------------------------------------------------------------------------- */

ptrdiff_t fl_look_column(const struct fl_look *l, struct fl_str name)
{
	for (size_t i = 0; i < l->columns; i++)
		if (fl_str_eq(l->column[i].name, name))
			return (ptrdiff_t)i;
	return -1;
}

/* Equal but for case and for what stands between words: "Expected Output" is expected_output. */
static bool is_called(struct fl_str name, const char *word)
{
	size_t w = 0, n = strlen(word);
	for (size_t i = 0; i < name.n; i++, w++) {
		char c = name.p[i] == ' ' || name.p[i] == '-' ? '_' : name.p[i];
		c = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
		if (w >= n || c != word[w])
			return false;
	}
	return w == n;
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The word stands in the name by itself: "Customer message" has `message`, "messageCount" has not. */
static bool has_word(struct fl_str name, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= name.n; i++)
		if ((i == 0 || !letter(name.p[i - 1])) && (i + n == name.n || !letter(name.p[i + n])) &&
		    fl_str_eq_nocase(fl_str_sub(name, i, i + n), fl_str_from(word)))
			return true;
	return false;
}

static bool one_of(struct fl_str name, const char *const *words, size_t n, bool (*fits)(struct fl_str, const char *))
{
	for (size_t i = 0; i < n; i++)
		if (fits(name, words[i]))
			return true;
	return false;
}
#define ONE_OF(name, words, fits) one_of(name, words, FL_COUNT(words), fits)

static bool one_line(struct fl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return true;
}

/* Few words that come again: <= 50 of them, and each is there about three times. */
static bool few_words(const struct fl_look *l, const struct fl_column *c)
{
	if (c->more || c->distinct < 2 || c->distinct >= l->items || c->distinct != c->values ||
	    c->distinct > FL_MAX(l->items / 3, (size_t)2) || c->longest > FL_LOOK_SHORT)
		return false;
	for (size_t i = 0; i < c->values; i++)
		if (!one_line(c->value[i]))
			return false;
	return true;
}

static size_t fold(const struct fl_column *c, unsigned ignore, struct fl_arena *a, struct fl_str *choice)
{
	struct fl_map seen;
	size_t n = 0;
	fl_map_init(&seen);
	for (size_t i = 0; i < c->values; i++) {
		struct fl_str key = fl_normalise(c->value[i], ignore, a);
		if (!fl_map_put(&seen, key, (void *)(uintptr_t)c))
			choice[n++] = fl_str_trim(c->value[i]);
	}
	fl_map_release(&seen);
	return n;
}

/* The choices, each in its first spelling. Punctuation counts where it tells labels apart, such as c, c++ and c#. */
static void set_choices(struct fl_look *l, const struct fl_column *c)
{
	struct fl_str *choice = FL_NEW_ARRAY(&l->arena, struct fl_str, FL_LOOK_CHOICES);
	unsigned all = FL_IGNORE_CASE | FL_IGNORE_SPACE | FL_IGNORE_PUNCTUATION,
	         strict = FL_IGNORE_CASE | FL_IGNORE_SPACE;
	size_t loose = fold(c, all, &l->arena, choice);
	l->label.choices = fold(c, strict, &l->arena, choice);
	l->label.choice = choice;
	l->label.ignore = loose == l->label.choices ? all : strict;
	for (size_t i = 0; i < c->values; i++) /* one that is punctuation alone would be nothing */
		if (!fl_normalise(c->value[i], all, &l->arena).n)
			l->label.ignore = strict;
}

static bool list_of_texts(const struct fl_column *c, struct fl_arena *a)
{
	struct fl_json_doc doc;
	if (c->json_text || fl_json_parse(&doc, a, c->example, FL_JSON_LIMITS, NULL) != FL_OK)
		return false;
	const struct fl_json *list = fl_json_root(&doc);
	for (const struct fl_json *e = fl_json_first(list); e; e = fl_json_next(list, e))
		if (e->type == FL_JSON_ARRAY || e->type == FL_JSON_OBJECT)
			return false;
	return true;
}

static enum fl_label_kind label_kind(struct fl_look *l, const struct fl_column *c, bool said)
{
	bool few = few_words(l, c);
	if (fl_str_is(c->name, "__expected"))
		return FL_LABEL_EXPECTED;
	switch (c->kind) {
	case FL_COLUMN_NUMBER:
		return FL_LABEL_NUMBER;
	case FL_COLUMN_OBJECT:
		return FL_LABEL_JSON;
	case FL_COLUMN_LIST:
		return list_of_texts(c, &l->arena) ? FL_LABEL_ANY_OF : FL_LABEL_JSON;
	case FL_COLUMN_BOOL:
		return FL_LABEL_CHOICE;
	case FL_COLUMN_TEXT:
		/* a small file has few labels, and each of them once: the name of the column vouches for them */
		if (!few && said && l->items < 3 * 4 && c->distinct == c->values && c->distinct >= 2 &&
		    c->longest <= 20 && c->distinct < l->items)
			few = one_line(c->example);
		return few                                                       ? FL_LABEL_CHOICE
		       : c->longest <= 2 * FL_LOOK_SHORT && one_line(c->example) ? FL_LABEL_SHORT
		                                                                 : FL_LABEL_FREE;
	default:
		return FL_LABEL_FREE;
	}
}

static void use_label(struct fl_look *l, size_t column, const char *guess)
{
	const struct fl_column *c = &l->column[column];
	l->label = (struct fl_label){.column = column, .guess = guess, .kind = label_kind(l, c, !guess)};
	l->label.ignore = FL_IGNORE_CASE | FL_IGNORE_SPACE | FL_IGNORE_PUNCTUATION;
	if (l->label.kind == FL_LABEL_CHOICE)
		set_choices(l, c);
}

static bool called_label(struct fl_look *l)
{
	ptrdiff_t expected = fl_look_column(l, FL_S("__expected"));
	if (expected >= 0) {
		use_label(l, (size_t)expected, NULL);
		return true;
	}
	for (size_t w = 0; w < FL_COUNT(label_names); w++)
		for (size_t i = 0; i < l->columns; i++)
			if (is_called(l->column[i].name, label_names[w]) && l->column[i].filled) {
				use_label(l, i, NULL);
				return true;
			}
	return false;
}

static bool called_input(const struct fl_column *c)
{
	return ONE_OF(c->name, input_words, has_word);
}

/* The last column of few words: labels stand behind what they are of. */
static bool repeated_label(struct fl_look *l)
{
	for (size_t i = l->columns; i-- > 0;) {
		const struct fl_column *c = &l->column[i];
		bool words = c->kind == FL_COLUMN_TEXT || c->kind == FL_COLUMN_BOOL, group = (ptrdiff_t)i == l->cluster;
		if (!words || c->filled < l->items || group || (ptrdiff_t)i == l->id || called_input(c) ||
		    !few_words(l, c))
			continue;
		use_label(l, i, "its few values, which repeat");
		return true;
	}
	return false;
}

static void guess_label(struct fl_look *l)
{
	size_t inputs = 0, others = 0, other = 0;
	if (called_label(l) || repeated_label(l))
		return;
	for (size_t i = 0; i < l->columns; i++) {
		const struct fl_column *c = &l->column[i];
		bool input = called_input(c) && c->kind == FL_COLUMN_TEXT;
		if ((ptrdiff_t)i == l->id || (ptrdiff_t)i == l->cluster || !c->filled || c->kind == FL_COLUMN_FILE)
			continue;
		inputs += input;
		others += !input;
		other = input ? other : i;
	}
	if (inputs >= 1 && others == 1)
		use_label(l, other, "being the only other column");
}

static bool names_things(struct fl_str name)
{
	return fl_str_eq_nocase(name, FL_S("id")) || ONE_OF(name, id_names, is_called) || has_word(name, "id") ||
	       (name.n > 3 && fl_str_eq_nocase(fl_str_sub(name, name.n - 3, name.n), FL_S("_id")));
}

/* Of its own name, or one that repeats: a customer who wrote several times. */
static void guess_groups(struct fl_look *l)
{
	l->id = fl_look_column(l, FL_S("id"));
	l->cluster = fl_look_column(l, FL_S("cluster"));
	for (size_t i = 0; i < l->columns && l->cluster < 0; i++) {
		const struct fl_column *c = &l->column[i];
		bool repeats = c->filled == l->items && c->distinct > 1 && !c->more && c->distinct < l->items;
		if (repeats && (ptrdiff_t)i != l->id &&
		    (ONE_OF(c->name, cluster_names, is_called) || (names_things(c->name) && c->kind != FL_COLUMN_FILE)))
			l->cluster = (ptrdiff_t)i;
	}
}

/* A second column of answers would give the first away. */
static bool gives_away(const struct fl_look *l, size_t i)
{
	return l->label.kind != FL_LABEL_NONE && ONE_OF(l->column[i].name, label_names, is_called);
}

static bool may_be_shown(const struct fl_look *l, size_t i)
{
	bool label = l->label.kind != FL_LABEL_NONE && l->label.column == i;
	return !label && (ptrdiff_t)i != l->id && (ptrdiff_t)i != l->cluster && l->column[i].filled &&
	       l->column[i].kind != FL_COLUMN_FILE && !gives_away(l, i) && !fl_str_is(l->column[i].name, "grade") &&
	       !fl_str_starts(l->column[i].name, FL_S("__"));
}

/* Columns that are called like a question; else all that tell something. */
static void guess_inputs(struct fl_look *l)
{
	size_t shown = 0;
	for (int pass = 0; pass < 3 && !shown; pass++)
		for (size_t i = 0; i < l->columns; i++) {
			const struct fl_column *c = &l->column[i];
			bool plain = c->kind == FL_COLUMN_NUMBER || c->kind == FL_COLUMN_BOOL;
			bool called = !plain && called_input(c) && !names_things(c->name);
			l->input[i] = may_be_shown(l, i) && (pass == 0   ? called
			                                     : pass == 1 ? !names_things(c->name)
			                                                 : true);
			shown += l->input[i];
		}
	for (size_t i = 0; i < l->columns; i++) {
		bool label = l->label.kind != FL_LABEL_NONE && l->label.column == i;
		l->attach[i] = l->column[i].kind == FL_COLUMN_FILE && !label;
	}
}

static void measure(struct fl_look *l)
{
	uint64_t sum = 0;
	l->item_longest = 0;
	for (size_t i = 0; i < l->columns; i++)
		if (l->input[i]) {
			sum += l->column[i].bytes;
			l->item_longest += l->column[i].longest;
		}
	l->item_bytes = l->items ? sum / l->items : 0;
}

/* One column whose name holds another separator: a file that spreadsheets write where the comma is the decimal sign. */
static enum fl_code refuse_other_separator(const struct fl_look *l, struct fl_err *err)
{
	struct fl_str name = l->columns == 1 ? l->column[0].name : FL_S("");
	bool tab = fl_str_find_char(name, '\t', 0) >= 0;
	if (!l->file || !fl_str_ends(fl_str_from(l->file), FL_S(".csv")) ||
	    (!tab && fl_str_find_char(name, ';', 0) < 0))
		return FL_OK;
	fl_err_set(err, FL_E_INVALID, "the columns are separated by %s", tab ? "tabs" : "semicolons");
	fl_err_place(err, l->file, 1, 0);
	fl_err_expected(err, "commas");
	fl_err_help(err, "save it as CSV with commas");
	return FL_E_INVALID;
}

static enum fl_code look(struct fl_look *l, struct fl_err *err)
{
	FL_TRY(count_columns(l, err));
	FL_TRY(refuse_other_separator(l, err));
	l->input = FL_NEW_ARRAY(&l->arena, bool, l->columns + 1);
	l->attach = FL_NEW_ARRAY(&l->arena, bool, l->columns + 1);
	guess_groups(l);
	guess_label(l);
	guess_inputs(l);
	measure(l);
	return FL_OK;
}

enum fl_code fl_look_set_label(struct fl_look *l, struct fl_str name, struct fl_err *err)
{
	ptrdiff_t at = fl_look_column(l, name);
	const char *names[FL_LOOK_COLUMNS] = {0};
	for (size_t i = 0; i < l->columns; i++)
		names[i] = fl_arena_dupz(&l->arena, l->column[i].name);
	if (at < 0 || !l->column[at].filled) {
		const char *near = fl_suggest(name, names, l->columns);
		fl_err_set(err, FL_E_NOT_FOUND, at < 0 ? "the data has no column '%.*s'" : "the column '%.*s' is empty",
		           FL_FMT(name));
		fl_err_place(err, l->task.data_file, 0, 0);
		if (l->columns)
			fl_err_expected(err, "the name of a column, such as '%s'", near ? near : names[l->columns - 1]);
		return FL_E_NOT_FOUND;
	}
	if (l->cluster == at)
		l->cluster = -1;
	use_label(l, (size_t)at, NULL);
	guess_inputs(l);
	measure(l);
	return FL_OK;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static enum fl_code read_items(struct fl_look *l, const struct fl_yaml *data, struct fl_err *err)
{
	struct fl_task_section section = {.data = data};
	struct fl_sha256 print;
	uint8_t ignored[32];
	fl_sha256_init(&print);
	enum fl_code code = fl_task_read_data(&l->task, &section, &print, err);
	fl_sha256_final(&print, ignored);
	return code == FL_OK ? look(l, err) : code;
}

static void begin(struct fl_look *l)
{
	*l = (struct fl_look){.id = -1, .cluster = -1};
	fl_arena_init(&l->arena);
	fl_arena_init(&l->task.arena);
}

void fl_look_release(struct fl_look *l)
{
	fl_arena_release(&l->task.arena);
	fl_arena_release(&l->arena);
}

/* A task file instead of its data. */
static enum fl_code refuse_task(const char *path, struct fl_err *err)
{
	fl_err_set(err, FL_E_INVALID, "this is a task file already, not a file of examples");
	fl_err_place(err, path, 0, 0);
	fl_err_help(err, "fulcrum check %s", path);
	return FL_E_INVALID;
}

static bool is_task(struct fl_look *l, const char *path)
{
	struct fl_str text;
	const struct fl_yaml *root;
	struct fl_str name = fl_str_from(path);
	return (fl_str_ends(name, FL_S(".yaml")) || fl_str_ends(name, FL_S(".yml"))) &&
	       fl_file_read(path, FL_YAML_BYTES, &l->arena, &text, NULL) == FL_OK &&
	       fl_yaml_parse(&root, &l->arena, text, path, NULL) == FL_OK && fl_yaml_get(root, FL_S("candidates")) &&
	       fl_yaml_get(root, FL_S("data"));
}

enum fl_code fl_look_file(struct fl_look *l, const char *path, struct fl_err *err)
{
	begin(l);
	const char *slash = strrchr(path, '/');
	struct fl_yaml data = {.kind = FL_YAML_SCALAR, .text = fl_str_from(slash ? slash + 1 : path), .file = ""};
	l->file = fl_arena_dupz(&l->arena, fl_str_from(path));
	l->task.file = fl_str_from(l->file);
	enum fl_code code = check_file(l, path, err);
	if (code == FL_OK)
		code = is_task(l, path) ? refuse_task(path, err) : read_items(l, &data, err);
	if (code != FL_OK)
		fl_look_release(l);
	return code;
}

enum fl_code fl_look_items(struct fl_look *l, const struct fl_yaml *items, struct fl_err *err)
{
	begin(l);
	l->task.file = FL_S("examples");
	enum fl_code code = read_items(l, items, err);
	if (code != FL_OK)
		fl_look_release(l);
	return code;
}

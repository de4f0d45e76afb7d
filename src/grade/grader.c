#include "grade/grader.h"

#include "grade/answer.h"
#include "grade/normal.h"
#include "grade/number.h"
#include "lang/quantity.h"

#include <math.h>
#include <stdio.h>

enum { EXPECTED_BYTES = 1 << 20 };

/* What is accepted: texts, or JSON values. */
struct expected {
	const struct fl_json *json; /* the field's value, NULL with a template */
	struct fl_str *text;
	size_t n;
};

struct fl_grader_kind;
struct fl_grader {
	const struct fl_grader_kind *kind;
	double weight;
	struct fl_str field;
	struct fl_template *value;
	const struct fl_yaml *value_at; /* where the task file, or the item, holds it */
	unsigned ignore;
	struct fl_pattern *pattern;
	double absolute, relative;
	struct fl_str *choice;
	size_t choice_count;
	struct fl_str pointer;
	struct fl_str literal; /* what is expected, where neither field nor template says it */
	struct fl_grade_program *program;
};

typedef bool grade_fn(const struct fl_grader *g, const struct expected *e, struct fl_str answer, struct fl_arena *a,
                      struct fl_str *reason, enum fl_code *code, struct fl_err *err);
struct fl_grader_kind {
	const char *name;
	bool needs_expected;
	grade_fn *right;
};

/* --- the kinds ---------------------------------------------------------------------------------------------------- */

static bool match(const struct fl_grader *g, const struct expected *e, struct fl_str answer, struct fl_arena *a,
                  struct fl_str *reason, enum fl_code *code, struct fl_err *err)
{
	(void)code;
	(void)err;
	struct fl_str said = fl_normalise(answer, g->ignore, a);
	for (size_t i = 0; i < e->n; i++)
		if (fl_str_eq(said, fl_normalise(e->text[i], g->ignore, a)))
			return true;
	*reason = FL_S("is not what was expected");
	return false;
}

static bool contains(const struct fl_grader *g, const struct expected *e, struct fl_str answer, struct fl_arena *a,
                     struct fl_str *reason, enum fl_code *code, struct fl_err *err)
{
	(void)code;
	(void)err;
	struct fl_str said = fl_normalise(answer, g->ignore, a);
	for (size_t i = 0; i < e->n; i++)
		if (fl_str_find(said, fl_normalise(e->text[i], g->ignore, a), 0) >= 0)
			return true;
	*reason = FL_S("does not contain it");
	return false;
}

static bool regex(const struct fl_grader *g, const struct expected *e, struct fl_str answer, struct fl_arena *a,
                  struct fl_str *reason, enum fl_code *code, struct fl_err *err)
{
	(void)a;
	bool hit = false;
	struct fl_str group;
	struct fl_pattern *own = NULL;
	struct fl_pattern *pattern = g->pattern;
	for (size_t i = 0; i < FL_MAX(e->n, (size_t)1) && !hit; i++) {
		if (e->n && !g->pattern) {
			*code = fl_pattern_create(&own, e->text[i], err);
			if (*code != FL_OK)
				return false;
			pattern = own;
		}
		struct fl_err limit;
		if (fl_pattern_find(pattern, answer, &hit, &group, &limit) != FL_OK)
			*reason = FL_S("the pattern needs too many steps on this answer");
		fl_pattern_destroy(own);
		own = NULL;
	}
	if (!hit && reason->n == 0)
		*reason = FL_S("does not match the pattern");
	return hit;
}

static bool number(const struct fl_grader *g, const struct expected *e, struct fl_str answer, struct fl_arena *a,
                   struct fl_str *reason, enum fl_code *code, struct fl_err *err)
{
	double said, want;
	bool found = fl_number_read(answer, &said) || fl_number_last(answer, &said, NULL), right = false;
	for (size_t i = 0; i < e->n; i++) {
		if (!fl_number_read(e->text[i], &want)) {
			*code = fl_err_set(err, FL_E_INVALID, "what `number` should expect is not a number");
			fl_err_found(err, "'%.*s'", FL_FMT(e->text[i]));
			return false;
		}
		double slack = FL_MAX(g->absolute, g->relative * fabs(want));
		/* a hair for decimal fractions that binary cannot hold: 0.3 is within 0.1 of 0.2 */
		right |= found && fabs(said - want) <= slack + 1e-9 * FL_MAX(fabs(want), fabs(said));
	}
	if (right)
		return true;
	if (!found) {
		*reason = FL_S("holds no number");
		return false;
	}
	*reason = fl_arena_printf(a, "%.10g is not it", said);
	return false;
}

static bool choice(const struct fl_grader *g, const struct expected *e, struct fl_str answer, struct fl_arena *a,
                   struct fl_str *reason, enum fl_code *code, struct fl_err *err)
{
	(void)code;
	(void)err;
	const struct fl_str *among = g->choice_count ? g->choice : e->text;
	size_t n = g->choice_count ? g->choice_count : e->n;
	ptrdiff_t which = fl_choice_in(answer, among, n, a);
	if (which < 0) {
		*reason = FL_S("names none of the choices");
		return false;
	}
	for (size_t i = 0; i < e->n; i++)
		if (fl_str_eq(fl_normalise(among[which], FL_IGNORE_CASE | FL_IGNORE_SPACE, a),
		              fl_normalise(e->text[i], FL_IGNORE_CASE | FL_IGNORE_SPACE, a)))
			return true;
	*reason = fl_arena_printf(a, "chose '%.*s'", FL_FMT(among[which]));
	return false;
}

/* What is expected as a JSON value: the field's own, or the text as JSON, else the text as a string. */
static const struct fl_json *expected_json(const struct expected *e, struct fl_arena *a)
{
	struct fl_json_doc doc;
	if (e->json && e->json->type != FL_JSON_STRING)
		return e->json;
	if (e->n && fl_json_parse(&doc, a, e->text[0], FL_JSON_LIMITS, NULL) == FL_OK)
		return fl_json_root(&doc);
	return e->json;
}

static bool json(const struct fl_grader *g, const struct expected *e, struct fl_str answer, struct fl_arena *a,
                 struct fl_str *reason, enum fl_code *code, struct fl_err *err)
{
	(void)code;
	(void)err;
	struct fl_str text;
	struct fl_json_doc doc;
	if (!fl_json_in(answer, a, &text) || fl_json_parse(&doc, a, text, FL_JSON_LIMITS, NULL) != FL_OK) {
		*reason = FL_S("holds no JSON");
		return false;
	}
	const struct fl_json *said = fl_json_pointer(fl_json_root(&doc), g->pointer);
	if (!said) {
		*reason = fl_arena_printf(a, "has nothing at '%.*s'", FL_FMT(g->pointer));
		return false;
	}
	const struct fl_json *want = expected_json(e, a);
	if (want && fl_json_equal(said, want, a))
		return true;
	if (said->type == FL_JSON_STRING && e->n && fl_str_eq(fl_json_string(said, a), e->text[0]))
		return true;
	*reason = fl_arena_printf(a, "is %.*s", FL_FMT(fl_str_sub(said->raw, 0, 200)));
	return false;
}

static const struct fl_grader_kind program_kind = {"command", false, NULL}; /* it is asked, and says */
static const struct fl_grader_kind kinds[] = {
    {"match", true, match},   {"contains", true, contains}, {"regex", false, regex},
    {"number", true, number}, {"choice", true, choice},     {"json", true, json},
};
enum { MATCH, CONTAINS, REGEX, NUMBER, CHOICE, JSON, KINDS };

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct options {
	const struct fl_yaml *node;
	struct fl_str field, value, pattern, pointer;
	struct fl_list ignore; /* of int */
	struct fl_list among;  /* of struct fl_str */
	double weight, absolute;
	int64_t relative; /* billionths */
};
static const struct options option_defaults = {.weight = 1};
static const char *const ignore_words[] = {"case", "space", "punctuation", NULL};

#define FIELD                                                                                                          \
	{                                                                                                              \
		.key = "field", .type = &fl_type_str, .at = offsetof(struct options, field),                           \
		.help = "field of the item that holds what is expected; a list names several accepted values"          \
	}
#define VALUE                                                                                                          \
	{                                                                                                              \
		.key = "value", .type = &fl_type_str, .at = offsetof(struct options, value),                           \
		.help = "template that gives what is expected"                                                         \
	}
#define WEIGHT                                                                                                         \
	{                                                                                                              \
		.key = "weight", .type = &fl_type_number, .bounded = true, .min = 0, .max = 1000000,                   \
		.at = offsetof(struct options, weight), .help = "share in the mean of all graders, 1 unless given"     \
	}
#define IGNORE                                                                                                         \
	{                                                                                                              \
		.key = "ignore", .type = &fl_type_word, .shape = FL_MANY, .words = ignore_words,                       \
		.at = offsetof(struct options, ignore), .help = "differences that do not count"                        \
	}

static const struct fl_field match_fields[] = {FIELD, VALUE, IGNORE, WEIGHT};
static const struct fl_field regex_fields[] = {
    FIELD,
    VALUE,
    WEIGHT,
    {.key = "pattern",
     .type = &fl_type_str,
     .at = offsetof(struct options, pattern),
     .help = "regular expression that the answer must match"},
};
static const struct fl_field number_fields[] = {
    FIELD,
    VALUE,
    WEIGHT,
    {.key = "absolute",
     .type = &fl_type_number,
     .bounded = true,
     .min = 0,
     .max = 1e300,
     .at = offsetof(struct options, absolute),
     .help = "difference that is still right"},
    {.key = "relative",
     .type = &fl_type_share,
     .at = offsetof(struct options, relative),
     .help = "the same as a share of what is expected"},
};
static const struct fl_field choice_fields[] = {
    FIELD,
    VALUE,
    WEIGHT,
    {.key = "among",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct options, among),
     .help = "all choices; the last one named in the answer counts"},
};
static const struct fl_field json_fields[] = {
    FIELD,
    VALUE,
    WEIGHT,
    {.key = "pointer",
     .type = &fl_type_str,
     .at = offsetof(struct options, pointer),
     .help = "JSON pointer into the answer, such as /total; else the whole value counts"},
};
#define TABLE(n)                                                                                                       \
	static const struct fl_table n##_table = {.name = "grade_" #n,                                                 \
	                                          .field = n##_fields,                                                 \
	                                          .fields = FL_COUNT(n##_fields),                                      \
	                                          .size = sizeof(struct options),                                      \
	                                          .defaults = &option_defaults}
TABLE(match);
TABLE(regex);
TABLE(number);
TABLE(choice);
TABLE(json);

struct grader_section {
	const struct fl_yaml *node;
	struct options kind[KINDS];
	struct fl_list command, env; /* of struct fl_str; and the options of a command, which stand beside it */
	struct fl_str field, value;
	double weight;
	int64_t timeout, concurrency;
};
static const struct grader_section grader_defaults = {.weight = 1, .timeout = FL_PROGRAM_TIMEOUT_MS, .concurrency = 1};
#define BESIDE(k, t, m, h) .key = k, .type = &t, .at = offsetof(struct grader_section, m), .help = h
#define KIND(i, k, t, h)                                                                                               \
	{                                                                                                              \
		.key = k, .type = &fl_type_table, .table = &t,                                                         \
		.at = offsetof(struct grader_section, kind) + (i) * sizeof(struct options), .help = h                  \
	}
static const struct fl_field grader_fields[] = {
    KIND(MATCH, "match", match_table, "the answer is what is expected"),
    KIND(CONTAINS, "contains", match_table, "the answer contains it"),
    KIND(REGEX, "regex", regex_table, "the answer matches a regular expression"),
    KIND(NUMBER, "number", number_table, "the answer is that number, within a tolerance"),
    KIND(CHOICE, "choice", choice_table, "the answer names that choice"),
    KIND(JSON, "json", json_table, "the answer holds that JSON value"),
    {BESIDE("command", fl_type_str, command,
            "a program that grades: a line of JSON in, one out; needs --allow-commands"),
     .shape = FL_MANY, .least = 1},
    {BESIDE("field", fl_type_str, field, "of a command: field of the item that holds what is expected")},
    {BESIDE("value", fl_type_str, value, "of a command: template that gives what is expected")},
    {BESIDE("env", fl_type_str, env, "of a command: names of the environment variables that it sees"),
     .shape = FL_MANY},
    {BESIDE("weight", fl_type_number, weight, "of a command: share in the mean of all graders, 1 unless given"),
     .bounded = true, .min = 0, .max = 1000000},
    {BESIDE("timeout", fl_type_duration, timeout, "of a command: time for one verdict, 60s unless given"),
     .bounded = true, .min = 1, .max = 86400000},
    {BESIDE("concurrency", fl_type_int, concurrency, "of a command: processes at once, 1 unless given"),
     .bounded = true, .min = 1, .max = 64},
};
const struct fl_table fl_grader_table = {.name = "grader",
                                         .field = grader_fields,
                                         .fields = FL_COUNT(grader_fields),
                                         .size = sizeof(struct grader_section),
                                         .defaults = &grader_defaults};

static enum fl_code compile_value(struct fl_grader *g, struct fl_str value, const struct fl_yaml *section,
                                  struct fl_arena *a, struct fl_err *err)
{
	const struct fl_yaml *at = fl_yaml_get(section, FL_S("value"));
	if (!value.n)
		return FL_OK;
	g->value_at = at;
	if (fl_template_compile(&g->value, a, value, "value", err) != FL_OK) {
		fl_err_place(err, at->file, at->line, at->column);
		return err->code;
	}
	return FL_OK;
}

static enum fl_code read_one(struct fl_grader *g, int kind, const struct options *o, struct fl_arena *a,
                             struct fl_err *err)
{
	*g = (struct fl_grader){.kind = &kinds[kind],
	                        .weight = o->weight,
	                        .field = o->field,
	                        .absolute = o->absolute,
	                        .relative = (double)o->relative / (double)FL_BILLION,
	                        .choice = o->among.p,
	                        .choice_count = o->among.n,
	                        .pointer = o->pointer};
	for (size_t i = 0; i < o->ignore.n; i++)
		g->ignore |= 1u << ((const int *)o->ignore.p)[i];
	if (o->field.n && o->value.n)
		return fl_yaml_err(o->node, err, FL_E_INVALID, "`%s` takes field or value, not both", g->kind->name);
	if (!o->field.n && !o->value.n && !o->pattern.n) {
		fl_yaml_err(o->node, err, FL_E_INVALID, "`%s` does not say what is expected", g->kind->name);
		fl_err_expected(err, kind == REGEX ? "pattern: '...' (or field, or value)"
		                                   : "field: label, or value: \"{{ label }}\"");
		return FL_E_INVALID;
	}
	if (o->pattern.n) {
		if (fl_pattern_create(&g->pattern, o->pattern, err) != FL_OK) {
			const struct fl_yaml *at = fl_yaml_get(o->node, FL_S("pattern"));
			fl_err_place(err, at->file, at->line, at->column);
			return FL_E_INVALID;
		}
	}
	return compile_value(g, o->value, o->node, a, err);
}

/* What is expected may be left out: the program knows. */
static enum fl_code read_program(struct fl_grader *g, const struct grader_section *s, struct fl_arena *a,
                                 struct fl_err *err)
{
	struct fl_grade_program *p = FL_NEW(a, struct fl_grade_program);
	*p = (struct fl_grade_program){.argument = s->command,
	                               .env = s->env,
	                               .at = fl_yaml_get(s->node, FL_S("command")),
	                               .concurrency = (uint64_t)s->concurrency,
	                               .timeout_ms = (uint64_t)s->timeout};
	*g = (struct fl_grader){.kind = &program_kind, .weight = s->weight, .field = s->field, .program = p};
	if (s->field.n && s->value.n)
		return fl_yaml_err(s->node, err, FL_E_INVALID, "`command` takes field or value, not both");
	return compile_value(g, s->value, s->node, a, err);
}

/* Options that stand beside a grader that takes its own inside. */
static enum fl_code check_beside(const struct grader_section *s, struct fl_err *err)
{
	static const char *const only[] = {"field", "value", "env", "weight", "timeout", "concurrency"};
	for (size_t i = 0; i < FL_COUNT(only); i++) {
		const struct fl_yaml *at = fl_yaml_get(s->node, fl_str_from(only[i]));
		if (!at || s->command.n)
			continue;
		fl_yaml_err(at, err, FL_E_INVALID, "`%s` stands beside a command alone", only[i]);
		fl_err_expected(err, "the options of other graders inside of them: - match: {field: label}");
		return FL_E_INVALID;
	}
	return FL_OK;
}

enum fl_code fl_graders_read(struct fl_grader_set *set, const struct fl_list *list, struct fl_arena *a,
                             struct fl_err *err)
{
	const struct grader_section *s = list->p;
	if (list->n > FL_GRADERS)
		return fl_yaml_err(s[0].node, err, FL_E_LIMIT, "more than %d graders", FL_GRADERS);
	set->grader = FL_NEW_ARRAY(a, struct fl_grader, list->n);
	for (size_t i = 0; i < list->n; i++) {
		int which = -1, given = s[i].command.n > 0;
		for (int k = 0; k < KINDS; k++)
			if (s[i].kind[k].node) {
				which = k;
				given++;
			}
		if (given != 1) {
			fl_yaml_err(s[i].node, err, FL_E_INVALID, "each element of `grade` is one grader");
			fl_err_expected(err, "- match: {field: label}");
			return FL_E_INVALID;
		}
		FL_TRY(check_beside(&s[i], err));
		if (which < 0)
			FL_TRY(read_program(&set->grader[i], &s[i], a, err));
		else
			FL_TRY(read_one(&set->grader[i], which, &s[i].kind[which], a, err));
		set->count = i + 1;
	}
	return FL_OK;
}

void fl_graders_match_field(struct fl_grader_set *set, struct fl_str field, struct fl_arena *a)
{
	set->grader = FL_NEW(a, struct fl_grader);
	set->count = 1;
	*set->grader = (struct fl_grader){.kind = &kinds[MATCH], .weight = 1, .field = field};
}

/* Promptfoo's other assertions: to compare the answer with their text would be a wrong grade in silence. */
static enum fl_code refuse_assertion(struct fl_str text, struct fl_err *err)
{
	static const char *const word[] = {"answer-relevance",
	                                   "classifier",
	                                   "contains-all",
	                                   "contains-any",
	                                   "contains-html",
	                                   "contains-json",
	                                   "contains-sql",
	                                   "contains-xml",
	                                   "cost",
	                                   "eval",
	                                   "factuality",
	                                   "fn",
	                                   "g-eval",
	                                   "grade",
	                                   "icontains-all",
	                                   "icontains-any",
	                                   "is-html",
	                                   "is-json",
	                                   "is-refusal",
	                                   "is-sql",
	                                   "is-xml",
	                                   "javascript",
	                                   "latency",
	                                   "levenshtein",
	                                   "llm-rubric",
	                                   "model-graded-closedqa",
	                                   "moderation",
	                                   "perplexity",
	                                   "pi",
	                                   "python",
	                                   "rouge-n",
	                                   "ruby",
	                                   "select-best",
	                                   "similar",
	                                   "starts-with",
	                                   "webhook"};
	struct fl_str lead = fl_str_starts(text, FL_S("not-")) ? fl_str_sub(text, 4, text.n) : text;
	bool negated = lead.n < text.n;
	static const char *const known[] = {"equals", "contains", "icontains", "regex"};
	for (size_t i = 0; i < FL_COUNT(word) + FL_COUNT(known); i++) {
		const char *w = i < FL_COUNT(word) ? word[i] : known[i - FL_COUNT(word)];
		size_t n = strlen(w);
		bool here = fl_str_starts(lead, fl_str_from(w)) && lead.n > n && (lead.p[n] == ':' || lead.p[n] == '(');
		if (!here || (i >= FL_COUNT(word) && !negated))
			continue;
		fl_err_set(err, FL_E_UNSUPPORTED, "promptfoo's assertion '%s%s' is not known here",
		           negated ? "not-" : "", w);
		fl_err_found(err, "%.*s", FL_FMT(fl_str_sub(text, 0, FL_MIN(text.n, (size_t)60))));
		fl_err_expected(err, "a text, or equals:, contains:, icontains: or regex: before one");
		fl_err_help(err, "say in the task file how answers are graded, with `grade`");
		return FL_E_UNSUPPORTED;
	}
	return FL_OK;
}

enum fl_code fl_graders_promptfoo(struct fl_grader_set *set, struct fl_str expected, struct fl_arena *a,
                                  struct fl_err *err)
{
	static const struct {
		const char *lead;
		int kind;
		unsigned ignore;
	} form[] = {{"equals:", MATCH, 0},
	            {"contains:", CONTAINS, 0},
	            {"icontains:", CONTAINS, FL_IGNORE_CASE},
	            {"regex:", REGEX, 0}};
	struct fl_grader *g = FL_NEW(a, struct fl_grader);
	*g = (struct fl_grader){.kind = &kinds[MATCH], .weight = 1};
	struct fl_str text = fl_str_trim(expected);
	FL_TRY(refuse_assertion(text, err));
	for (size_t i = 0; i < FL_COUNT(form); i++)
		if (fl_str_starts(text, fl_str_from(form[i].lead))) {
			g->kind = &kinds[form[i].kind];
			g->ignore = form[i].ignore;
			text = fl_str_trim(fl_str_sub(text, strlen(form[i].lead), text.n));
			break;
		}
	set->grader = g;
	set->count = 1;
	if (g->kind == &kinds[REGEX])
		return fl_pattern_create(&g->pattern, text, err);
	g->literal = text;
	return FL_OK;
}

void fl_graders_release(struct fl_grader_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		fl_pattern_destroy(set->grader[i].pattern);
	set->count = 0;
}

/* --- grading ------------------------------------------------------------------------------------------------------ */

static void accept_value(struct expected *e, const struct fl_json *v, struct fl_arena *a)
{
	e->text[e->n++] = v->type == FL_JSON_STRING ? fl_json_string(v, a) : v->raw;
}

static enum fl_code read_expected(const struct fl_grader *g, const struct fl_json *item, struct fl_arena *a,
                                  struct expected *e, struct fl_err *err)
{
	*e = (struct expected){.text = FL_NEW(a, struct fl_str)};
	if (g->value) {
		struct fl_buf out;
		fl_buf_init(&out, EXPECTED_BYTES);
		enum fl_code code =
		    fl_template_render(g->value, &(struct fl_template_var){.value = item}, 1, &out, a, err);
		e->text[e->n++] = fl_arena_dup(a, fl_buf_slice(&out));
		fl_buf_release(&out);
		if (code != FL_OK && err) /* the template knows its own lines only */
			fl_err_place(err, g->value_at->file, g->value_at->line, g->value_at->column);
		return code;
	}
	if (!g->field.n) {
		if (!g->pattern && !g->program)
			e->text[e->n++] = g->literal;
		return FL_OK;
	}
	const struct fl_json *v = fl_json_get(item, g->field);
	if (!v)
		v = fl_json_pointer(item, g->field);
	if (!v || v->type == FL_JSON_NULL) {
		fl_err_set(err, FL_E_INVALID, "an item has no field '%.*s' for `%s` to expect", FL_FMT(g->field),
		           g->kind->name);
		fl_err_help(err, "add the field to the item, or name another field in the grader");
		return FL_E_INVALID;
	}
	e->json = v;
	if (v->type == FL_JSON_ARRAY && g->kind != &kinds[JSON] && !g->program) {
		e->text = FL_NEW_ARRAY(a, struct fl_str, v->count);
		for (const struct fl_json *c = fl_json_first(v); c; c = fl_json_next(v, c))
			accept_value(e, c, a);
	} else {
		accept_value(e, v, a);
	}
	return FL_OK;
}

struct fl_grade_program *fl_grader_program(const struct fl_grader_set *set, size_t i)
{
	return set->grader[i].program;
}

enum fl_code fl_grader_question(const struct fl_grader_set *set, size_t i, const struct fl_json *item,
                                struct fl_str answer, struct fl_arena *a, struct fl_str *line, struct fl_err *err)
{
	struct expected e;
	struct fl_buf text;
	struct fl_json_writer w;
	FL_TRY(read_expected(&set->grader[i], item, a, &e, err));
	fl_buf_init(&text, (size_t)6 * EXPECTED_BYTES + 16);
	fl_json_begin(&w, &text, 0);
	if (e.json)
		fl_json_put_raw(&w, e.json->raw);
	else if (e.n)
		fl_json_put_str(&w, e.text[0]);
	else
		fl_json_put_null(&w);
	bool fits = fl_json_done(&w);
	*line = fl_program_question(item, answer, fits ? fl_buf_slice(&text) : FL_S("null"), a);
	fl_buf_release(&text);
	return fits ? FL_OK : fl_err_set(err, FL_E_LIMIT, "what is expected is larger than is accepted");
}

/* Whole and half points: of a program what it said, of all others right or wrong. */
static double points_of(const struct fl_grader *g, const struct expected *e, struct fl_str answer,
                        const struct fl_said *said, struct fl_arena *a, struct fl_str *reason, enum fl_code *code,
                        struct fl_err *err)
{
	if (g->program) {
		*reason = said ? said->reason : FL_S("not asked");
		return said ? said->score : 0;
	}
	bool right = g->kind->right(g, e, answer, a, reason, code, err);
	if (right)
		*reason = FL_S("right");
	return right ? 1 : 0;
}

enum fl_code fl_grade(const struct fl_grader_set *set, const struct fl_json *item, struct fl_str answer,
                      const struct fl_said *said, struct fl_arena *a, double *score, struct fl_grade *grade,
                      struct fl_err *err)
{
	double sum = 0, weight = 0;
	for (size_t i = 0; i < set->count; i++) {
		const struct fl_grader *g = &set->grader[i];
		struct expected e;
		struct fl_str reason = FL_S("");
		enum fl_code code = read_expected(g, item, a, &e, err);
		double points = 0;
		if (code == FL_OK)
			points = points_of(g, &e, answer, said ? &said[i] : NULL, a, &reason, &code, err);
		if (code != FL_OK)
			return code;
		sum += points * g->weight;
		weight += g->weight;
		if (grade)
			grade[i] = (struct fl_grade){.kind = g->kind->name,
			                             .score = points,
			                             .weight = g->weight,
			                             .expected = e.n ? e.text[0] : FL_S(""),
			                             .reason = reason};
	}
	*score = weight > 0 ? sum / weight : 0;
	return FL_OK;
}

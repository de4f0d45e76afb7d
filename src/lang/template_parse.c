/*
 * template_parse.c - tokens to tree: recursive descent, with the precedence of jinja2.parser. Recursion is bounded by
 * FL_TEMPLATE_NESTING; chains of operators, which need none, by FL_TEMPLATE_DEPTH.
 *
 *   choose   = or [ "if" or [ "else" choose ] ]
 *   or       = and { "or" and }          and = not { "and" not }          not = { "not" } compare
 *   compare  = postfix { op postfix }
 *   postfix  = primary { "." name | "[" choose "]" } { "|" filter | "is" test }
 *   primary  = name | text | number | true | false | none | "[" choose, … "]" | "(" choose ")"
 */
#include <stdio.h>

#include "codec/json_number.h"
#include "lang/template_lex.h"

struct scope {
	const struct scope *up;
	struct fl_str name;
};

struct parser {
	struct fl_template *t;
	struct fl_arena *arena;
	struct fl_lexer l;
	const struct scope *scope; /* loop variables in reach */
	int nesting;
};

/* Where a block stopped: the word that ends or divides it; empty at the end of the text. */
struct block_end {
	struct fl_str word;
	size_t at;
};

static enum fl_code parse_choose(struct parser *p, struct fl_expr **out);
static enum fl_code parse_block(struct parser *p, struct fl_stmt **first, struct block_end *end);

static enum fl_code fail(struct parser *p, size_t at, enum fl_code code, const char *what)
{
	return fl_template_fail(p->t, at, p->l.err, code, "%s", what);
}

static enum fl_code go_deeper(struct parser *p, size_t at)
{
	if (p->nesting++ < FL_TEMPLATE_NESTING)
		return FL_OK;
	return fl_template_fail(p->t, at, p->l.err, FL_E_LIMIT, "nested deeper than %d levels", FL_TEMPLATE_NESTING);
}

/* ---- expressions ---- */

static enum fl_code new_expr(struct parser *p, enum fl_expr_kind kind, size_t at, struct fl_expr *const *arg,
                             size_t args, struct fl_expr **out)
{
	struct fl_expr *x = FL_NEW(p->arena, struct fl_expr);
	*x = (struct fl_expr){.kind = kind, .at = at, .args = args};
	x->arg = FL_NEW_ARRAY(p->arena, struct fl_expr *, args + 1);
	for (size_t i = 0; i < args; i++) {
		x->arg[i] = arg[i];
		x->depth = arg[i] ? FL_MAX(x->depth, arg[i]->depth + 1) : x->depth;
	}
	*out = x;
	if (x->depth > FL_TEMPLATE_DEPTH)
		return fl_template_fail(p->t, at, p->l.err, FL_E_LIMIT, "more than %d operations on top of each other",
		                        FL_TEMPLATE_DEPTH);
	return FL_OK;
}

static enum fl_code new_const(struct parser *p, struct fl_value value, struct fl_expr **out)
{
	FL_TRY(new_expr(p, FL_X_CONST, p->l.token.at, NULL, 0, out));
	(*out)->value = value;
	return fl_lex_next(&p->l);
}

static bool is_loop_variable(const struct parser *p, struct fl_str name)
{
	if (p->scope && fl_str_is(name, "loop"))
		return true;
	for (const struct scope *s = p->scope; s; s = s->up) {
		if (fl_str_eq(s->name, name))
			return true;
	}
	return false;
}

/* Lists a variable where it first stands; require() says later whether it must be there. */
static void note_name(struct parser *p, struct fl_str name, size_t at)
{
	struct fl_template *t = p->t;
	for (size_t i = 0; i < t->count; i++) {
		if (fl_str_eq(t->names[i].name, name))
			return;
	}
	if (t->count == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 8;
		struct fl_template_name *more = FL_NEW_ARRAY(p->arena, struct fl_template_name, cap);
		if (t->count)
			memcpy(more, t->names, t->count * sizeof(*more));
		t->names = more;
		t->cap = cap;
	}
	struct fl_err place = {0};
	fl_template_fail(t, at, &place, FL_E_INVALID, "%s", "");
	t->names[t->count++] = (struct fl_template_name){.name = name, .line = place.line, .column = place.column};
}

static enum fl_code parse_name(struct parser *p, struct fl_expr **out)
{
	static const struct {
		const char *word;
		enum fl_value_type type;
		bool truth;
	} consts[] = {{"true", FL_V_BOOL, true}, {"false", FL_V_BOOL, false}, {"none", FL_V_NONE, false},
	              {"True", FL_V_BOOL, true}, {"False", FL_V_BOOL, false}, {"None", FL_V_NONE, false}};
	struct fl_token name = p->l.token;
	for (size_t i = 0; i < FL_COUNT(consts); i++) {
		if (fl_str_is(name.text, consts[i].word))
			return new_const(p, (struct fl_value){.type = consts[i].type, .truth = consts[i].truth}, out);
	}
	FL_TRY(new_expr(p, FL_X_NAME, name.at, NULL, 0, out));
	(*out)->text = (*out)->source = name.text;
	if (!is_loop_variable(p, name.text))
		note_name(p, name.text, name.at);
	return fl_lex_next(&p->l);
}

/* Values between an opening and a closing sign, which are passed. */
static enum fl_code parse_values(struct parser *p, const char *closing, struct fl_expr *arg[], size_t most, size_t *n)
{
	FL_TRY(fl_lex_next(&p->l));
	while (!fl_lex_is_sign(&p->l, closing)) {
		if (*n == most)
			return fail(p, p->l.token.at, FL_E_LIMIT, "too many elements");
		FL_TRY(parse_choose(p, &arg[(*n)++]));
		if (fl_lex_is_sign(&p->l, ","))
			FL_TRY(fl_lex_next(&p->l));
		else if (!fl_lex_is_sign(&p->l, closing))
			return fl_lex_unexpected(&p->l, closing[0] == ']' ? "',' or ']'" : "',' or ')'");
	}
	return fl_lex_next(&p->l);
}

#define MOST_LITERALS 128 /* elements of a written list */

static enum fl_code parse_list(struct parser *p, struct fl_expr **out)
{
	struct fl_expr *arg[MOST_LITERALS];
	size_t n = 0, at = p->l.token.at;
	FL_TRY(go_deeper(p, at));
	FL_TRY(parse_values(p, "]", arg, MOST_LITERALS, &n));
	p->nesting--;
	return new_expr(p, FL_X_LIST, at, arg, n, out);
}

static enum fl_code parse_group(struct parser *p, struct fl_expr **out)
{
	FL_TRY(go_deeper(p, p->l.token.at));
	FL_TRY(fl_lex_next(&p->l));
	FL_TRY(parse_choose(p, out));
	if (!fl_lex_is_sign(&p->l, ")"))
		return fl_lex_unexpected(&p->l, "')'");
	p->nesting--;
	return fl_lex_next(&p->l);
}

/* A number; of floats Python's text. */
static enum fl_code parse_number(struct parser *p, bool negative, struct fl_expr **out)
{
	struct fl_str s = p->l.token.text;
	bool whole = fl_number_is_integer(s);
	double v;
	if (!whole) {
		if (!fl_double_parse(s, &v) || v - v != 0)
			return fl_lex_unexpected(&p->l, "a number in range");
		s = fl_float_text(v, p->arena);
	}
	if (negative)
		s = fl_arena_printf(p->arena, "-%.*s", FL_FMT(s));
	return new_const(p, (struct fl_value){.type = FL_V_NUMBER, .text = s}, out);
}

/* A text; texts beside each other are one. */
static enum fl_code parse_string(struct parser *p, struct fl_expr **out)
{
	struct fl_buf b;
	enum fl_code code = new_const(p, fl_value_str(p->l.token.text), out);
	if (code != FL_OK || p->l.token.kind != FL_T_STRING)
		return code;
	fl_buf_init(&b, FL_TEMPLATE_BYTES);
	fl_buf_str(&b, (*out)->value.text);
	while (code == FL_OK && p->l.token.kind == FL_T_STRING) {
		fl_buf_str(&b, p->l.token.text);
		code = fl_lex_next(&p->l);
	}
	(*out)->value.text = fl_arena_dup(p->arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	return code;
}

static enum fl_code parse_primary(struct parser *p, struct fl_expr **out)
{
	static const char *const reserved[] = {"and", "or", "in", "is", "if", "else", "not"};
	if (p->l.token.kind == FL_T_STRING)
		return parse_string(p, out);
	if (p->l.token.kind == FL_T_NUMBER)
		return parse_number(p, false, out);
	if (fl_lex_is_sign(&p->l, "["))
		return parse_list(p, out);
	if (fl_lex_is_sign(&p->l, "("))
		return parse_group(p, out);
	if (fl_lex_is_sign(&p->l, "-")) {
		FL_TRY(fl_lex_next(&p->l));
		return p->l.token.kind == FL_T_NUMBER ? parse_number(p, true, out)
		                                      : fl_lex_unexpected(&p->l, "a number behind '-'");
	}
	for (size_t i = 0; i < FL_COUNT(reserved); i++) {
		if (fl_lex_is_word(&p->l, reserved[i]))
			return fl_lex_unexpected(&p->l, "a value");
	}
	if (p->l.token.kind == FL_T_NAME)
		return parse_name(p, out);
	return fl_lex_unexpected(&p->l, "a value: a name, a text, a number or a list");
}

static enum fl_code parse_member(struct parser *p, struct fl_expr **x)
{
	FL_TRY(fl_lex_next(&p->l));
	struct fl_token name = p->l.token;
	bool number = name.kind == FL_T_NUMBER && fl_str_find_char(name.text, '.', 0) < 0;
	if (name.kind != FL_T_NAME && !number)
		return fl_lex_unexpected(&p->l, "a name behind '.'");
	struct fl_expr *arg[2] = {*x, NULL};
	size_t at = (*x)->at;
	if (number)
		FL_TRY(parse_number(p, false, &arg[1]));
	else
		FL_TRY(fl_lex_next(&p->l));
	FL_TRY(new_expr(p, number ? FL_X_INDEX : FL_X_MEMBER, at, arg, number ? 2 : 1, x));
	(*x)->text = name.text;
	(*x)->source = fl_str_sub(p->t->text, at, name.to);
	return FL_OK;
}

static enum fl_code parse_index(struct parser *p, struct fl_expr **x)
{
	struct fl_expr *arg[2] = {*x, NULL};
	size_t at = (*x)->at;
	FL_TRY(go_deeper(p, p->l.token.at));
	FL_TRY(fl_lex_next(&p->l));
	FL_TRY(parse_choose(p, &arg[1]));
	p->nesting--;
	if (fl_lex_is_sign(&p->l, ":"))
		return fail(p, p->l.token.at, FL_E_INVALID, "slices ([a:b]) are not part of this template language");
	if (!fl_lex_is_sign(&p->l, "]"))
		return fl_lex_unexpected(&p->l, "']'");
	size_t to = p->l.token.to;
	FL_TRY(fl_lex_next(&p->l));
	FL_TRY(new_expr(p, FL_X_INDEX, at, arg, 2, x));
	(*x)->source = fl_str_sub(p->t->text, at, to);
	return FL_OK;
}

/* Index of the parameter that `name=` means; moves behind the sign. -1 when the next argument has no name. */
static enum fl_code parse_parameter(struct parser *p, const struct fl_filter *f, ptrdiff_t *index)
{
	struct fl_lexer before = p->l;
	*index = -1;
	if (p->l.token.kind != FL_T_NAME)
		return FL_OK;
	FL_TRY(fl_lex_next(&p->l));
	if (!fl_lex_is_sign(&p->l, "=")) {
		p->l = before;
		return FL_OK;
	}
	for (size_t i = 0; i < FL_TEMPLATE_ARGS && f->param[i]; i++) {
		if (fl_str_is(before.token.text, f->param[i]))
			*index = (ptrdiff_t)i;
	}
	if (*index >= 0)
		return fl_lex_next(&p->l);
	p->l = before;
	return fl_template_fail(p->t, before.token.at, p->l.err, FL_E_INVALID, "the filter '%s' has no argument '%.*s'",
	                        f->name, FL_FMT(before.token.text));
}

static enum fl_code parse_arguments(struct parser *p, const struct fl_filter *f, struct fl_expr *arg[])
{
	size_t next = 0;
	FL_TRY(go_deeper(p, p->l.token.at));
	FL_TRY(fl_lex_next(&p->l));
	while (!fl_lex_is_sign(&p->l, ")")) {
		ptrdiff_t index;
		size_t at = p->l.token.at;
		FL_TRY(parse_parameter(p, f, &index));
		size_t i = index >= 0 ? (size_t)index : next++;
		if (i >= FL_TEMPLATE_ARGS || !f->param[i] || arg[i])
			return fl_template_fail(p->t, at, p->l.err, FL_E_INVALID,
			                        "too many arguments for the filter '%s'", f->name);
		FL_TRY(parse_choose(p, &arg[i]));
		if (fl_lex_is_sign(&p->l, ","))
			FL_TRY(fl_lex_next(&p->l));
		else if (!fl_lex_is_sign(&p->l, ")"))
			return fl_lex_unexpected(&p->l, "',' or ')'");
	}
	p->nesting--;
	return fl_lex_next(&p->l);
}

static enum fl_code parse_filter(struct parser *p, struct fl_expr **x)
{
	struct fl_expr *arg[1 + FL_TEMPLATE_ARGS] = {*x};
	FL_TRY(fl_lex_next(&p->l));
	struct fl_token name = p->l.token;
	if (name.kind != FL_T_NAME)
		return fl_lex_unexpected(&p->l, "the name of a filter");
	const struct fl_filter *f = fl_filter_find(name.text);
	if (!f) {
		const char *near = fl_filter_suggest(name.text);
		fl_template_fail(p->t, name.at, p->l.err, FL_E_INVALID, "unknown filter '%.*s'%s%s%s",
		                 FL_FMT(name.text), near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		fl_err_expected(p->l.err,
		                "one of json trim lower upper join length default replace truncate round first last");
		return FL_E_INVALID;
	}
	FL_TRY(fl_lex_next(&p->l));
	if (fl_lex_is_sign(&p->l, "("))
		FL_TRY(parse_arguments(p, f, arg + 1));
	for (size_t i = 0; i < f->needed; i++) {
		if (!arg[1 + i])
			return fl_template_fail(p->t, name.at, p->l.err, FL_E_INVALID,
			                        "the filter '%s' needs %zu arguments", f->name, f->needed);
	}
	FL_TRY(new_expr(p, FL_X_FILTER, name.at, arg, FL_COUNT(arg), x));
	(*x)->filter = f;
	return FL_OK;
}

static enum fl_code parse_test(struct parser *p, struct fl_expr **x)
{
	static const char *const tests[] = {"defined", "undefined", "none"};
	size_t at = p->l.token.at;
	FL_TRY(fl_lex_next(&p->l));
	bool negated = fl_lex_is_word(&p->l, "not");
	if (negated)
		FL_TRY(fl_lex_next(&p->l));
	const char *test = NULL;
	for (size_t i = 0; i < FL_COUNT(tests); i++)
		test = fl_lex_is_word(&p->l, tests[i]) ? tests[i] : test;
	if (!test)
		return fl_lex_unexpected(&p->l, "one of the tests defined, undefined, none");
	FL_TRY(fl_lex_next(&p->l));
	FL_TRY(new_expr(p, FL_X_TEST, at, x, 1, x));
	(*x)->text = fl_str_from(test);
	return negated ? new_expr(p, FL_X_NOT, at, x, 1, x) : FL_OK;
}

static enum fl_code parse_postfix(struct parser *p, struct fl_expr **out)
{
	/* behind a filter or test only further ones may follow: (xs | first).a, not xs | first.a */
	bool filtered = false;
	FL_TRY(parse_primary(p, out));
	FL_ASSERT(*out);
	for (;;) {
		if (fl_lex_is_sign(&p->l, ".") && !filtered)
			FL_TRY(parse_member(p, out));
		else if (fl_lex_is_sign(&p->l, "[") && !filtered)
			FL_TRY(parse_index(p, out));
		else if (fl_lex_is_sign(&p->l, "|"))
			FL_TRY(parse_filter(p, out));
		else if (fl_lex_is_word(&p->l, "is"))
			FL_TRY(parse_test(p, out));
		else if (fl_lex_is_sign(&p->l, "("))
			return fail(p, p->l.token.at, FL_E_INVALID, "calls are not part of this template language");
		else
			return FL_OK;
		filtered =
		    filtered || (*out)->kind == FL_X_FILTER || (*out)->kind == FL_X_TEST || (*out)->kind == FL_X_NOT;
	}
}

#define MOST_COMPARISONS 16 /* in one chain a < b < c */

/* The comparison at the current token, which is passed; *found is false when there is none. */
static enum fl_code parse_operator(struct parser *p, enum fl_compare *op, bool *found)
{
	static const char *const signs[] = {
	    [FL_C_EQ] = "==", [FL_C_NE] = "!=", [FL_C_LT] = "<", [FL_C_LE] = "<=", [FL_C_GT] = ">", [FL_C_GE] = ">="};
	*found = false;
	for (size_t i = 0; i < FL_COUNT(signs); i++) {
		if (fl_lex_is_sign(&p->l, signs[i])) {
			*op = (enum fl_compare)i;
			*found = true;
			return fl_lex_next(&p->l);
		}
	}
	bool negated = fl_lex_is_word(&p->l, "not");
	if (!negated && !fl_lex_is_word(&p->l, "in"))
		return FL_OK;
	if (negated) {
		FL_TRY(fl_lex_next(&p->l));
		if (!fl_lex_is_word(&p->l, "in"))
			return fl_lex_unexpected(&p->l, "'in' behind 'not'");
	}
	*op = negated ? FL_C_NOT_IN : FL_C_IN;
	*found = true;
	return fl_lex_next(&p->l);
}

static enum fl_code parse_compare(struct parser *p, struct fl_expr **out)
{
	struct fl_expr *arg[MOST_COMPARISONS + 1] = {NULL};
	enum fl_compare op[MOST_COMPARISONS + 1];
	size_t n = 0, at = p->l.token.at;
	bool more = true;
	FL_TRY(parse_postfix(p, &arg[0]));
	while (more) {
		FL_TRY(parse_operator(p, &op[n], &more));
		if (!more)
			break;
		if (n++ == MOST_COMPARISONS - 1)
			return fail(p, at, FL_E_LIMIT, "too many comparisons in one chain");
		FL_TRY(parse_postfix(p, &arg[n]));
	}
	*out = arg[0];
	if (!n)
		return FL_OK;
	FL_TRY(new_expr(p, FL_X_COMPARE, at, arg, n + 1, out));
	(*out)->op = FL_NEW_ARRAY(p->arena, enum fl_compare, n);
	memcpy((*out)->op, op, n * sizeof(op[0]));
	return FL_OK;
}

static enum fl_code parse_not(struct parser *p, struct fl_expr **out)
{
	size_t nots = 0, at = p->l.token.at;
	for (; fl_lex_is_word(&p->l, "not"); nots++)
		FL_TRY(fl_lex_next(&p->l));
	FL_TRY(parse_compare(p, out));
	for (; nots; nots--)
		FL_TRY(new_expr(p, FL_X_NOT, at, out, 1, out));
	return FL_OK;
}

static enum fl_code parse_chain(struct parser *p, struct fl_expr **out, const char *word, enum fl_expr_kind kind,
                                enum fl_code (*part)(struct parser *, struct fl_expr **))
{
	struct fl_expr *arg[2];
	FL_TRY(part(p, &arg[0]));
	while (fl_lex_is_word(&p->l, word)) {
		size_t at = p->l.token.at;
		FL_TRY(fl_lex_next(&p->l));
		FL_TRY(part(p, &arg[1]));
		FL_TRY(new_expr(p, kind, at, arg, 2, &arg[0]));
	}
	*out = arg[0];
	return FL_OK;
}

static enum fl_code parse_and(struct parser *p, struct fl_expr **out)
{
	return parse_chain(p, out, "and", FL_X_AND, parse_not);
}

static enum fl_code parse_or(struct parser *p, struct fl_expr **out)
{
	return parse_chain(p, out, "or", FL_X_OR, parse_and);
}

static enum fl_code parse_choose(struct parser *p, struct fl_expr **out)
{
	struct fl_expr *arg[3] = {NULL};
	FL_TRY(parse_or(p, out));
	if (!fl_lex_is_word(&p->l, "if"))
		return FL_OK;
	size_t at = p->l.token.at;
	arg[0] = *out;
	FL_TRY(fl_lex_next(&p->l));
	FL_TRY(parse_or(p, &arg[1]));
	if (!fl_lex_is_word(&p->l, "else"))
		return fl_lex_unexpected(&p->l, "'else'");
	FL_TRY(go_deeper(p, at));
	FL_TRY(fl_lex_next(&p->l));
	FL_TRY(parse_choose(p, &arg[2]));
	p->nesting--;
	return new_expr(p, FL_X_CHOOSE, at, arg, 3, out);
}

/* ---- statements ---- */

static struct fl_stmt *new_stmt(struct parser *p, enum fl_stmt_kind kind, size_t at)
{
	struct fl_stmt *s = FL_NEW(p->arena, struct fl_stmt);
	*s = (struct fl_stmt){.kind = kind, .at = at};
	return s;
}

static enum fl_code expect_end(struct parser *p)
{
	static const char *const arithmetic[] = {"+", "-", "*", "/", "//", "**", "%", "~"};
	if (p->l.token.kind == FL_T_END)
		return FL_OK;
	for (size_t i = 0; i < FL_COUNT(arithmetic); i++) {
		if (fl_lex_is_sign(&p->l, arithmetic[i]))
			return fail(p, p->l.token.at, FL_E_INVALID, "arithmetic is not part of this template language");
	}
	return fl_lex_unexpected(&p->l, p->l.closing == '%' ? "'%}'" : "'}}'");
}

static enum fl_code missing_end(struct parser *p, size_t at, const struct block_end *end, const char *block,
                                const char *want)
{
	if (!end->word.n)
		return fl_template_fail(p->t, at, p->l.err, FL_E_INVALID, "'%s' is opened here and has no '%s'", block,
		                        want);
	return fl_template_fail(p->t, end->at, p->l.err, FL_E_INVALID,
	                        "'%.*s' stands inside '%s', which needs '%s' first", FL_FMT(end->word), block, want);
}

/* At the condition of if or elif: reads the condition and the block behind it. */
static enum fl_code parse_branch(struct parser *p, struct fl_stmt *s, struct block_end *end)
{
	FL_TRY(parse_choose(p, &s->expr));
	FL_TRY(expect_end(p));
	return parse_block(p, &s->body, end);
}

static enum fl_code parse_if(struct parser *p, struct fl_stmt **out, size_t at)
{
	struct block_end end;
	struct fl_stmt *s = *out = new_stmt(p, FL_S_IF, at);
	FL_TRY(parse_branch(p, s, &end));
	while (fl_str_is(end.word, "elif")) {
		s = s->other = new_stmt(p, FL_S_IF, end.at);
		FL_TRY(parse_branch(p, s, &end));
	}
	if (fl_str_is(end.word, "else")) {
		FL_TRY(expect_end(p));
		FL_TRY(parse_block(p, &s->other, &end));
	}
	return fl_str_is(end.word, "endif") ? expect_end(p) : missing_end(p, at, &end, "if", "endif");
}

static enum fl_code parse_for(struct parser *p, struct fl_stmt **out, size_t at)
{
	struct block_end end;
	struct fl_stmt *s = *out = new_stmt(p, FL_S_FOR, at);
	struct scope scope = {p->scope, p->l.token.text};
	if (p->l.token.kind != FL_T_NAME || fl_str_is(p->l.token.text, "loop"))
		return fl_lex_unexpected(&p->l, "a name for the elements");
	s->text = p->l.token.text;
	FL_TRY(fl_lex_next(&p->l));
	if (!fl_lex_is_word(&p->l, "in"))
		return fl_lex_unexpected(&p->l, "'in'");
	FL_TRY(fl_lex_next(&p->l));
	FL_TRY(parse_or(p, &s->expr));
	FL_TRY(expect_end(p));
	p->scope = &scope;
	FL_TRY(parse_block(p, &s->body, &end));
	p->scope = scope.up;
	if (fl_str_is(end.word, "else")) {
		FL_TRY(expect_end(p));
		FL_TRY(parse_block(p, &s->other, &end));
	}
	return fl_str_is(end.word, "endfor") ? expect_end(p) : missing_end(p, at, &end, "for", "endfor");
}

/* A text with its line ends brought to \n. */
static struct fl_str plain_lines(struct fl_arena *a, struct fl_str s)
{
	if (fl_str_find_char(s, '\r', 0) < 0)
		return s;
	char *out = fl_arena_alloc(a, s.n);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		out[n++] = s.p[i] == '\r' ? '\n' : s.p[i];
	}
	return (struct fl_str){out, n};
}

static enum fl_code parse_raw(struct parser *p, struct fl_stmt **out, size_t at)
{
	struct fl_str text;
	FL_TRY(expect_end(p));
	FL_TRY(fl_lex_raw(&p->l, &text));
	*out = new_stmt(p, FL_S_TEXT, at);
	(*out)->text = plain_lines(p->arena, text);
	return FL_OK;
}

static enum fl_code parse_statement(struct parser *p, struct fl_stmt **out, struct block_end *end)
{
	static const struct {
		const char *word;
		enum fl_code (*parse)(struct parser *, struct fl_stmt **, size_t);
	} statement[] = {{"if", parse_if}, {"for", parse_for}, {"raw", parse_raw}};
	static const char *const enders[] = {"elif", "else", "endif", "endfor"};
	struct fl_token word = p->l.token;
	size_t at = p->l.tag;
	if (word.kind != FL_T_NAME)
		return fl_lex_unexpected(&p->l, "for, if or raw");
	FL_TRY(fl_lex_next(&p->l));
	for (size_t i = 0; i < FL_COUNT(statement); i++) {
		if (fl_str_is(word.text, statement[i].word))
			return statement[i].parse(p, out, at);
	}
	for (size_t i = 0; i < FL_COUNT(enders); i++) {
		if (fl_str_is(word.text, enders[i])) {
			*end = (struct block_end){word.text, at};
			return FL_OK;
		}
	}
	return fl_template_fail(p->t, word.at, p->l.err, FL_E_INVALID, "'%.*s' is not part of this template language",
	                        FL_FMT(word.text));
}

/* One tag at `tag`: *out is what it adds, NULL for a comment and for the end of the block (then end->word is set). */
static enum fl_code parse_tag(struct parser *p, size_t tag, struct fl_stmt **out, struct block_end *end)
{
	char kind = p->t->text.p[tag + 1];
	*out = NULL;
	if (kind == '#')
		return fl_lex_comment(&p->l, tag);
	FL_TRY(fl_lex_open(&p->l, tag));
	if (kind == '%')
		return parse_statement(p, out, end);
	*out = new_stmt(p, FL_S_PRINT, tag);
	FL_TRY(parse_choose(p, &(*out)->expr));
	return expect_end(p);
}

/* The text from here to the tag at `tag`, NULL when nothing of it is left. */
static struct fl_stmt *take_text(struct parser *p, size_t tag)
{
	struct fl_str all = p->t->text;
	bool right = tag + 2 < all.n && all.p[tag + 2] == '-';
	struct fl_str s = fl_text_strip(fl_str_sub(all, p->l.at, tag), p->l.strip, right);
	if (!s.n)
		return NULL;
	struct fl_stmt *out = new_stmt(p, FL_S_TEXT, p->l.at);
	out->text = plain_lines(p->arena, s);
	return out;
}

static enum fl_code parse_block(struct parser *p, struct fl_stmt **first, struct block_end *end)
{
	struct fl_stmt **last = first;
	*end = (struct block_end){{"", 0}, p->l.at};
	FL_TRY(go_deeper(p, p->l.at));
	while (!end->word.n) {
		size_t tag = fl_lex_find_tag(p->t->text, p->l.at);
		struct fl_stmt *s = take_text(p, tag);
		if (s) {
			*last = s;
			last = &s->next;
		}
		if (tag == p->t->text.n)
			break;
		FL_TRY(parse_tag(p, tag, &s, end));
		if (s) {
			*last = s;
			last = &s->next;
		}
	}
	p->nesting--;
	return FL_OK;
}

/* ---- which variables must be there ---- */

static void require(struct fl_template *t, const struct fl_expr *x, bool guarded);

static void require_args(struct fl_template *t, const struct fl_expr *x, size_t from)
{
	for (size_t i = from; i < x->args; i++) {
		if (x->arg[i])
			require(t, x->arg[i], false);
	}
}

/* Marks the variables of an expression; `guarded` ones stand right before `default` or `is defined`. */
static void require(struct fl_template *t, const struct fl_expr *x, bool guarded)
{
	for (size_t i = 0; x->kind == FL_X_NAME && !guarded && i < t->count; i++) {
		if (fl_str_eq(t->names[i].name, x->text))
			t->names[i].required = true;
	}
	bool guards = x->kind == FL_X_TEST || (x->kind == FL_X_FILTER && x->filter->takes_undefined);
	if (guards)
		require(t, x->arg[0], true);
	require_args(t, x, guards ? 1 : 0);
}

static void require_block(struct fl_template *t, const struct fl_stmt *s)
{
	for (; s; s = s->next) {
		if (s->expr)
			require(t, s->expr, false);
		require_block(t, s->body);
		const struct fl_stmt *branch = s->other;
		for (; branch && branch->kind == FL_S_IF && !branch->next; branch = branch->other) { /* elif */
			require(t, branch->expr, false);
			require_block(t, branch->body);
		}
		require_block(t, branch);
	}
}

/* ---- the whole ---- */

static struct fl_str without_last_newline(struct fl_str s)
{
	if (fl_str_ends(s, FL_S("\r\n")))
		return fl_str_sub(s, 0, s.n - 2);
	return fl_str_sub(s, 0, s.n - (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r')));
}

enum fl_code fl_template_compile(struct fl_template **out, struct fl_arena *a, struct fl_str text, const char *name,
                                 struct fl_err *err)
{
	struct fl_template *t = FL_NEW(a, struct fl_template);
	struct parser p = {.t = t, .arena = a, .l = {.t = t, .arena = a, .err = err}};
	struct block_end end;
	*out = NULL;
	t->name = fl_arena_dupz(a, fl_str_from(name ? name : "template"));
	if (text.n > FL_TEMPLATE_BYTES)
		return fl_err_set(err, FL_E_LIMIT, "%s: longer than %u bytes", t->name, FL_TEMPLATE_BYTES);
	if (!fl_utf8_valid(text))
		return fl_err_set(err, FL_E_INVALID, "%s: not UTF-8", t->name);
	t->text = fl_arena_dup(a, without_last_newline(text));
	FL_TRY(parse_block(&p, &t->first, &end));
	if (end.word.n)
		return fl_template_fail(t, end.at, err, FL_E_INVALID, "'%.*s' ends nothing that was opened",
		                        FL_FMT(end.word));
	require_block(t, t->first);
	*out = t;
	return FL_OK;
}

const struct fl_template_name *fl_template_names(const struct fl_template *t, size_t *n)
{
	*n = t->count;
	return t->names;
}

enum fl_code fl_template_fail(const struct fl_template *t, size_t at, struct fl_err *err, enum fl_code code,
                              const char *fmt, ...)
{
	char text[512];
	int line = 1, column = 1;
	va_list ap;
	for (size_t i = 0; i < at && i < t->text.n; i++) {
		char c = t->text.p[i];
		if (c == '\n' || (c == '\r' && (i + 1 >= t->text.n || t->text.p[i + 1] != '\n'))) {
			line++;
			column = 1;
		} else {
			column += ((unsigned char)c & 0xc0) != 0x80;
		}
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fl_err_set(err, code, "%s", text);
	fl_err_place(err, t->name, line, column);
	return code;
}

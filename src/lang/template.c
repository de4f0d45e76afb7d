/*
 * template.c - renders a compiled template: a walk over the tree. Its recursion is bounded when the tree is made.
 */
#include "lang/template.h"

#include <stdio.h>

#include "lang/template_tree.h"

/* A loop that is going on. */
struct scope {
	const struct scope *up;
	struct fl_str name;
	const struct fl_value *value;
	struct fl_loop loop;
};

struct walk {
	struct fl_rendering r;
	const struct fl_template_var *vars;
	size_t count;
	const struct scope *scope;
	struct fl_buf *out;
	size_t rounds; /* of all loops */
};

enum fl_code fl_rendering_fail(const struct fl_rendering *r, size_t at, enum fl_code code, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return fl_template_fail(r->t, at, r->err, code, "%s", text);
}

static enum fl_code check_scratch(const struct walk *w, size_t at)
{
	if (w->r.scratch->total - w->r.scratch_start <= FL_TEMPLATE_SCRATCH)
		return FL_OK;
	return fl_rendering_fail(&w->r, at, FL_E_LIMIT, "the template needs more than %zu MiB for intermediate values",
	                         FL_TEMPLATE_SCRATCH >> 20);
}

/* ---- variables ---- */

static struct fl_value find_variable(struct walk *w, struct fl_str name)
{
	for (const struct scope *s = w->scope; s; s = s->up) {
		if (fl_str_eq(s->name, name))
			return *s->value;
	}
	if (w->scope && fl_str_is(name, "loop"))
		return (struct fl_value){.type = FL_V_LOOP, .loop = &w->scope->loop};
	for (const struct fl_template_var *v = w->vars; v < w->vars + w->count; v++) {
		if (!v->name.n) {
			const struct fl_json *member = fl_json_get(v->value, name);
			if (member)
				return fl_value_of_json(member, w->r.scratch);
		} else if (fl_str_eq(v->name, name)) {
			return v->value ? fl_value_of_json(v->value, w->r.scratch) : fl_value_str(v->text);
		}
	}
	return fl_value_undefined(name);
}

/* All variables that there are, for the suggestion and the message. */
static size_t list_variables(struct walk *w, const char **names, size_t most)
{
	size_t n = 0;
	for (const struct fl_template_var *v = w->vars; v < w->vars + w->count; v++) {
		if (v->name.n && n < most)
			names[n++] = fl_arena_dupz(w->r.scratch, v->name);
		const struct fl_json *c = v->name.n || !v->value ? NULL : fl_json_first(v->value);
		for (; c && n < most; c = fl_json_next(v->value, c))
			names[n++] = fl_arena_dupz(w->r.scratch, fl_json_key(c, w->r.scratch));
	}
	return n;
}

static enum fl_code fail_undefined(struct walk *w, const struct fl_expr *x, const struct fl_value *v)
{
	const char *names[64] = {NULL};
	char known[300] = "";
	size_t n = 0, count = x->kind == FL_X_NAME ? list_variables(w, names, FL_COUNT(names)) : 0;
	const char *near = fl_suggest(v->text, names, count);
	for (size_t i = 0; i < count && n < sizeof(known); i++)
		n += (size_t)snprintf(known + n, sizeof(known) - n, "%s%s", i ? ", " : "", names[i]);
	fl_rendering_fail(&w->r, x->at, FL_E_INVALID, "'%.*s' is not defined%s%s%s",
	                  FL_FMT(fl_str_sub(v->text, 0, 100)), near ? "; did you mean '" : "", near ? near : "",
	                  near ? "'?" : "");
	fl_err_found(w->r.err, "'%.*s'", FL_FMT(fl_str_sub(v->text, 0, 100)));
	if (count)
		fl_err_expected(w->r.err, "one of %s", known);
	fl_err_help(w->r.err, "correct the name, or give a value for when it is missing: {{ … | default('') }}");
	return FL_E_INVALID;
}

/* ---- expressions ---- */

static enum fl_code eval(struct walk *w, const struct fl_expr *x, struct fl_value *out);

/* A value that must be defined. */
static enum fl_code eval_defined(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	FL_TRY(eval(w, x, out));
	return out->type == FL_V_UNDEFINED ? fail_undefined(w, x, out) : FL_OK;
}

static enum fl_code eval_const(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	(void)w;
	*out = x->value;
	return FL_OK;
}

static enum fl_code eval_name(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	*out = find_variable(w, x->text);
	return FL_OK;
}

static enum fl_code eval_list(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	struct fl_value *item = FL_NEW_ARRAY(w->r.scratch, struct fl_value, x->args + 1);
	for (size_t i = 0; i < x->args; i++)
		FL_TRY(eval_defined(w, x->arg[i], &item[i]));
	*out = (struct fl_value){.type = FL_V_LIST, .item = item, .n = x->args};
	return FL_OK;
}

static enum fl_code eval_member(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	struct fl_value of;
	FL_TRY(eval_defined(w, x->arg[0], &of));
	*out = fl_value_member(&of, x->text, w->r.scratch);
	if (out->type == FL_V_UNDEFINED)
		out->text = x->source;
	return FL_OK;
}

static enum fl_code eval_index(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	struct fl_value of, index;
	FL_TRY(eval_defined(w, x->arg[0], &of));
	FL_TRY(eval_defined(w, x->arg[1], &index));
	*out = fl_value_index(&w->r, &of, &index);
	if (out->type == FL_V_UNDEFINED)
		out->text = x->source;
	return FL_OK;
}

static enum fl_code eval_filter(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	struct fl_value in, arg[FL_TEMPLATE_ARGS] = {{.type = FL_V_ABSENT}};
	const struct fl_filter *f = x->filter;
	FL_TRY(f->takes_undefined ? eval(w, x->arg[0], &in) : eval_defined(w, x->arg[0], &in));
	for (size_t i = 0; i < FL_TEMPLATE_ARGS; i++) {
		if (x->arg[1 + i])
			FL_TRY(f->takes_undefined ? eval(w, x->arg[1 + i], &arg[i])
			                          : eval_defined(w, x->arg[1 + i], &arg[i]));
	}
	FL_TRY(f->run(&w->r, x->at, &in, arg, out));
	return check_scratch(w, x->at);
}

static enum fl_code eval_test(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	struct fl_value v;
	bool none = fl_str_is(x->text, "none");
	FL_TRY(eval(w, x->arg[0], &v));
	bool undefined = v.type == FL_V_UNDEFINED;
	*out = fl_value_bool(none ? v.type == FL_V_NONE : undefined == fl_str_is(x->text, "undefined"));
	return FL_OK;
}

static enum fl_code eval_not(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	struct fl_value v;
	FL_TRY(eval_defined(w, x->arg[0], &v));
	*out = fl_value_bool(!fl_value_true(&v));
	return FL_OK;
}

/* and, or: the left side decides whether the right one is looked at; the value of the deciding side comes out. */
static enum fl_code eval_either(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	FL_TRY(eval_defined(w, x->arg[0], out));
	return fl_value_true(out) == (x->kind == FL_X_OR) ? FL_OK : eval(w, x->arg[1], out);
}

static enum fl_code eval_compare(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	struct fl_value left, right;
	bool holds = true;
	FL_TRY(eval_defined(w, x->arg[0], &left));
	for (size_t i = 1; i < x->args && holds; i++) {
		FL_TRY(eval_defined(w, x->arg[i], &right));
		FL_TRY(fl_value_compare(&w->r, x->at, x->op[i - 1], &left, &right, &holds));
		left = right;
	}
	*out = fl_value_bool(holds);
	return check_scratch(w, x->at);
}

static enum fl_code eval_choose(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	struct fl_value asked;
	FL_TRY(eval_defined(w, x->arg[1], &asked));
	return eval(w, x->arg[fl_value_true(&asked) ? 0 : 2], out);
}

static enum fl_code eval(struct walk *w, const struct fl_expr *x, struct fl_value *out)
{
	static enum fl_code (*const run[])(struct walk *, const struct fl_expr *, struct fl_value *) = {
	    [FL_X_CONST] = eval_const,   [FL_X_NAME] = eval_name,       [FL_X_LIST] = eval_list,
	    [FL_X_MEMBER] = eval_member, [FL_X_INDEX] = eval_index,     [FL_X_FILTER] = eval_filter,
	    [FL_X_TEST] = eval_test,     [FL_X_NOT] = eval_not,         [FL_X_AND] = eval_either,
	    [FL_X_OR] = eval_either,     [FL_X_COMPARE] = eval_compare, [FL_X_CHOOSE] = eval_choose};
	return run[x->kind](w, x, out);
}

/* ---- statements ---- */

static enum fl_code run_block(struct walk *w, const struct fl_stmt *s);

static enum fl_code run_print(struct walk *w, const struct fl_stmt *s)
{
	struct fl_value v;
	FL_TRY(eval_defined(w, s->expr, &v));
	if (v.type == FL_V_LOOP)
		return fl_rendering_fail(&w->r, s->at, FL_E_INVALID, "'loop' itself cannot be printed; use loop.index");
	fl_value_print(w->out, &v, w->r.scratch);
	return check_scratch(w, s->at);
}

static enum fl_code run_if(struct walk *w, const struct fl_stmt *s)
{
	for (;;) {
		struct fl_value v;
		FL_TRY(eval_defined(w, s->expr, &v));
		if (fl_value_true(&v))
			return run_block(w, s->body);
		if (!s->other || s->other->kind != FL_S_IF || s->other->next)
			return run_block(w, s->other);
		s = s->other; /* an elif */
	}
}

static enum fl_code run_for(struct walk *w, const struct fl_stmt *s)
{
	struct fl_value over;
	struct scope scope = {.up = w->scope, .name = s->text};
	const struct fl_value *item;
	FL_TRY(eval_defined(w, s->expr, &over));
	FL_TRY(fl_value_items(&w->r, s->expr->at, &over, "for", &item, &scope.loop.count));
	FL_TRY(check_scratch(w, s->at));
	if (!scope.loop.count)
		return run_block(w, s->other);
	w->scope = &scope;
	for (; scope.loop.index < scope.loop.count; scope.loop.index++) {
		if (w->rounds++ >= FL_TEMPLATE_LOOPS)
			return fl_rendering_fail(&w->r, s->at, FL_E_LIMIT, "more than %u rounds of loops",
			                         FL_TEMPLATE_LOOPS);
		scope.value = &item[scope.loop.index];
		FL_TRY(run_block(w, s->body));
	}
	w->scope = scope.up;
	return FL_OK;
}

static enum fl_code run_block(struct walk *w, const struct fl_stmt *s)
{
	for (; s; s = s->next) {
		if (s->kind == FL_S_TEXT)
			fl_buf_str(w->out, s->text);
		else
			FL_TRY(s->kind == FL_S_PRINT ? run_print(w, s)
			       : s->kind == FL_S_IF  ? run_if(w, s)
			                             : run_for(w, s));
		if (w->out->full)
			return fl_rendering_fail(&w->r, s->at, FL_E_LIMIT, "the text would be longer than %zu bytes",
			                         w->out->max);
	}
	return FL_OK;
}

enum fl_code fl_template_render(const struct fl_template *t, const struct fl_template_var *vars, size_t n,
                                struct fl_buf *out, struct fl_arena *scratch, struct fl_err *err)
{
	struct walk w = {
	    .r = {.t = t, .scratch = scratch, .scratch_start = scratch->total, .most = out->max, .err = err},
	    .vars = vars,
	    .count = n,
	    .out = out};
	size_t before = out->n;
	enum fl_code code = run_block(&w, t->first);
	if (code == FL_OK)
		return FL_OK;
	out->n = before;
	if (out->p)
		out->p[before] = '\0';
	out->full = false;
	return code;
}

/*
 * template_tree.h - a compiled template as a tree, and the values that it computes with; private to lang/.
 *
 * Ownership: trees in the arena of the compiled template, values in the scratch arena of a rendering or in the caller's
 * JSON. Threads: a tree is read-only once compiled. Limits and failure: template.h.
 */
#ifndef FL_TEMPLATE_TREE_H
#define FL_TEMPLATE_TREE_H

#include "lang/template.h"

#define FL_TEMPLATE_ARGS 4 /* arguments of a filter, at most */

/* ---- values ---- */

enum fl_value_type {
	FL_V_ABSENT, /* an argument that was not given */
	FL_V_UNDEFINED,
	FL_V_NONE,
	FL_V_BOOL,
	FL_V_NUMBER,
	FL_V_STRING,
	FL_V_LIST,
	FL_V_OBJECT,
	FL_V_LOOP
};

struct fl_loop {
	size_t index, count;
};

struct fl_value {
	enum fl_value_type type;
	bool truth;                  /* of a bool */
	struct fl_str text;          /* of a number or string; of the undefined, what is not defined */
	const struct fl_json *json;  /* an object; a list, number or string that came from the input; else NULL */
	const struct fl_value *item; /* a list that was written or computed */
	size_t n;                    /* elements of a list or object */
	const struct fl_loop *loop;
};

/* ---- tree ---- */

enum fl_expr_kind {
	FL_X_CONST,
	FL_X_NAME,
	FL_X_LIST,
	FL_X_MEMBER, /* arg[0] . text */
	FL_X_INDEX,  /* arg[0] [ arg[1] ] */
	FL_X_FILTER, /* arg[0] | filter(arg[1], …) */
	FL_X_TEST,   /* arg[0] is text */
	FL_X_NOT,
	FL_X_AND,
	FL_X_OR,
	FL_X_COMPARE, /* arg[0] op[0] arg[1] op[1] arg[2] … */
	FL_X_CHOOSE   /* arg[0] if arg[1] else arg[2] */
};

enum fl_compare { FL_C_EQ, FL_C_NE, FL_C_LT, FL_C_LE, FL_C_GT, FL_C_GE, FL_C_IN, FL_C_NOT_IN };

struct fl_filter;
struct fl_expr {
	enum fl_expr_kind kind;
	size_t at; /* offset in the text */
	int depth; /* of the tree below, at most FL_TEMPLATE_DEPTH */
	struct fl_str text;
	struct fl_str source;  /* as written, of names, members and indexes: for messages */
	struct fl_value value; /* of a constant */
	struct fl_expr **arg;  /* NULL for an argument that was not given */
	size_t args;
	enum fl_compare *op;
	const struct fl_filter *filter;
};

enum fl_stmt_kind { FL_S_TEXT, FL_S_PRINT, FL_S_IF, FL_S_FOR };

struct fl_stmt {
	enum fl_stmt_kind kind;
	size_t at;
	struct fl_str text;    /* of a text; the loop variable of a for */
	struct fl_expr *expr;  /* printed, asked or gone through */
	struct fl_stmt *body;  /* first of a block */
	struct fl_stmt *other; /* else; an elif is an if there */
	struct fl_stmt *next;
};

struct fl_template {
	const char *name;
	struct fl_str text;
	struct fl_stmt *first;
	struct fl_template_name *names;
	size_t count, cap;
};

/* Sets an error at an offset of the text. */
enum fl_code fl_template_fail(const struct fl_template *t, size_t at, struct fl_err *err, enum fl_code code,
                              const char *fmt, ...) FL_PRINTF(5, 6);

/* ---- computing ---- */

/* One rendering. */
struct fl_rendering {
	const struct fl_template *t;
	struct fl_arena *scratch;
	size_t scratch_start;
	size_t most; /* bytes of a text that a filter makes */
	struct fl_err *err;
};

/* A filter reads `in` and its arguments (FL_V_ABSENT where not given) and gives `out`. `at` places errors. */
struct fl_filter {
	const char *name;
	enum fl_code (*run)(struct fl_rendering *r, size_t at, const struct fl_value *in, const struct fl_value *arg,
	                    struct fl_value *out);
	const char *param[FL_TEMPLATE_ARGS]; /* names, for name=arg */
	size_t needed;                       /* arguments that must be given */
	bool takes_undefined;
};
const struct fl_filter *fl_filter_find(struct fl_str name);
/* The filter whose name is nearest to a mistyped one, or NULL. */
const char *fl_filter_suggest(struct fl_str name);

enum fl_code fl_rendering_fail(const struct fl_rendering *r, size_t at, enum fl_code code, const char *fmt, ...)
    FL_PRINTF(4, 5);
struct fl_value fl_value_of_json(const struct fl_json *v, struct fl_arena *a);
struct fl_value fl_value_str(struct fl_str s);
struct fl_value fl_value_bool(bool b);
struct fl_value fl_value_undefined(struct fl_str what);
/* "a text", "a number", … */
const char *fl_value_kind(const struct fl_value *v);
bool fl_value_true(const struct fl_value *v);
/* Python's str() of it; numbers as written. */
bool fl_value_print(struct fl_buf *out, const struct fl_value *v, struct fl_arena *a);
struct fl_str fl_value_text(struct fl_rendering *r, const struct fl_value *v);
bool fl_value_equal(const struct fl_value *a, const struct fl_value *b, struct fl_arena *scratch);
enum fl_code fl_value_compare(struct fl_rendering *r, size_t at, enum fl_compare op, const struct fl_value *a,
                              const struct fl_value *b, bool *out) FL_MUST_USE;
/* Elements of a list, keys of an object, characters of a text; others fail, naming `who` wanted them. */
enum fl_code fl_value_items(struct fl_rendering *r, size_t at, const struct fl_value *v, const char *who,
                            const struct fl_value **item, size_t *n) FL_MUST_USE;
struct fl_value fl_value_member(const struct fl_value *v, struct fl_str name, struct fl_arena *a);
struct fl_value fl_value_index(struct fl_rendering *r, const struct fl_value *v, const struct fl_value *index);
/* Characters of a text. */
size_t fl_text_length(struct fl_str s);
/* The first n characters, or all. */
struct fl_str fl_text_head(struct fl_str s, size_t n);
/* Without white space (as Python sees it) on the sides asked for. */
struct fl_str fl_text_strip(struct fl_str s, bool left, bool right);
/* Python's repr() of a float. */
struct fl_str fl_float_text(double v, struct fl_arena *a);

#endif

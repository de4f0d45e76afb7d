/*
 * template.h - prompts with holes: a bounded subset of Jinja, compiled once, rendered against JSON values.
 *
 *   {{ a.b[0]["c"] }}  {{ x | filter(arg, name=arg) }}  {% for x in xs %}…{% else %}…{% endfor %}
 *   {% if … %}…{% elif … %}…{% else %}…{% endif %}  {# comment #}  {% raw %}…{% endraw %}  {%- -%} {{- -}} {#- -#}
 *   == != < <= > >= in, not in, and, or, not, a if b else c, is [not] defined|undefined|none, ( )
 *   "text", 'text', 12, -1.5, true, false, none, [1, "a"]; in a loop: loop.index index0 first last length revindex(0)
 *   filters: json trim lower upper join length default replace truncate round first last
 *
 * The meaning is that of Jinja 2 with StrictUndefined and default settings (a block's line keeps its newline, one newline
 * at the very end is dropped, lists print as ['a', 1], true as True), save that numbers print as in their JSON text,
 * `json` writes values as they stand in the input, case mapping is by single characters, and a.b means the member b even
 * where Python has a method b. Left out: set, macros, includes, calls, arithmetic, slices, dictionaries. An undefined
 * variable is an error that names it and its place, unless `default` or `is defined` asks. No code is run.
 *
 * Ownership: a compiled template lives in its arena and points into nothing else. Threads: a compiled template is
 * read-only and may be rendered by many threads at once. Limits: below, and the output buffer's own. Failure:
 * FL_E_INVALID or FL_E_LIMIT with name:line:column of the template.
 */
#ifndef FL_TEMPLATE_H
#define FL_TEMPLATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "codec/json.h"

#define FL_TEMPLATE_BYTES (1u << 20)           /* text of a template */
#define FL_TEMPLATE_NESTING 32                 /* blocks in blocks; parentheses, lists and indexes in expressions */
#define FL_TEMPLATE_DEPTH 250                  /* operations on top of each other in one expression */
#define FL_TEMPLATE_LOOPS 100000u              /* rounds of all loops of one rendering together */
#define FL_TEMPLATE_SCRATCH ((size_t)64 << 20) /* bytes of intermediate values of one rendering */

struct fl_template;

/* A variable the template speaks of; loop variables are not among them. */
struct fl_template_name {
	struct fl_str name;
	int line, column; /* where it first stands */
	bool required;    /* false when it stands only before `default` or `is defined` */
};

/* What a rendering sees. Without a name: every member of the object `value` is a variable. With one: `value`, or the text
 * `text` when value is NULL. Earlier entries win. */
struct fl_template_var {
	struct fl_str name;
	const struct fl_json *value;
	struct fl_str text;
};

/* `name` is what errors call the template, as "prompt"; copied. */
enum fl_code fl_template_compile(struct fl_template **t, struct fl_arena *a, struct fl_str text, const char *name,
                                 struct fl_err *err) FL_MUST_USE;
/* Appends to out; on failure out is as it was. Intermediate values go to scratch, which may be reset afterwards. */
enum fl_code fl_template_render(const struct fl_template *t, const struct fl_template_var *vars, size_t n,
                                struct fl_buf *out, struct fl_arena *scratch, struct fl_err *err) FL_MUST_USE;
/* The variables, in order of appearance. */
const struct fl_template_name *fl_template_names(const struct fl_template *t, size_t *n);

#endif

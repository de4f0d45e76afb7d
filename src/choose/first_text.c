/*
 * The text of a first task file. Every line that a newcomer could wonder about has a comment; what was guessed is named as a
 * guess. Texts of the user's data come in only as column names and labels, written so that YAML and templates read them back.
 */
#include "base/money.h"
#include "choose/first_task.h"
#include "codec/yaml_write.h"
#include "grade/normal.h"
#include "provider/honour.h"

enum {
	TEXT_BYTES = 8 << 20,
	NAME_SHOWN = 60, /* bytes of a column's name in comments */
	FEW_CHOICES = 8, /* that stand on one line of the prompt */
	WIDTH = 100,     /* columns of a comment */
	JSON_KEYS = 40   /* of a wanted object that the prompt lists */
};

#define PUT(b, ...) fl_buf_printf((b), __VA_ARGS__)

/* --- pieces ------------------------------------------------------------------------------------------------------- */

/* A scalar as YAML, anywhere. */
static void put_scalar(struct fl_first_task *t, struct fl_buf *b, struct fl_str text)
{
	struct fl_err ignored;
	size_t before = b->n;
	if (fl_yaml_write(fl_yaml_text(t->arena, text), b, &ignored) == FL_OK)
		b->p[--b->n] = '\0'; /* the line break */
	else
		b->n = before;
}

static void put_list(struct fl_first_task *t, struct fl_buf *b, const struct fl_str *s, size_t n)
{
	fl_buf_char(b, '[');
	for (size_t i = 0; i < n; i++) {
		fl_buf_z(b, i ? ", " : "");
		put_scalar(t, b, s[i]);
	}
	fl_buf_char(b, ']');
}

/* May stand in a block of YAML as it is: one line of printable text. */
static bool printable(struct fl_str s)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		size_t n = fl_utf8_decode(fl_str_sub(s, i, s.n), &cp);
		if (!n || cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 || cp == 0xfeff ||
		    cp >= 0xfffe)
			return false;
		i += n;
	}
	return true;
}

/* A text in a comment: what is not printable stands as '?', and it is cut. */
static struct fl_str shown(struct fl_first_task *t, struct fl_str s)
{
	char *out = fl_arena_alloc(t->arena, NAME_SHOWN + 4);
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < NAME_SHOWN;) {
		size_t len = fl_utf8_len(fl_str_sub(s, i, s.n));
		bool good = len && printable(fl_str_sub(s, i, i + len));
		len = len ? len : 1;
		if (n + len > NAME_SHOWN)
			break;
		if (good)
			memcpy(out + n, s.p + i, len);
		else
			out[n] = '?';
		n += good ? len : 1;
		i += len;
	}
	return (struct fl_str){out, n};
}

static void comment(struct fl_buf *b, struct fl_str text)
{
	fl_yaml_comment(b, text, WIDTH, 0);
}
#define COMMENT(t, b, ...) comment((b), fl_arena_printf((t)->arena, __VA_ARGS__))

static bool braces(struct fl_str s)
{
	return fl_str_find(s, FL_S("{{"), 0) >= 0 || fl_str_find(s, FL_S("{%"), 0) >= 0 ||
	       fl_str_find(s, FL_S("{#"), 0) >= 0 || fl_str_find(s, FL_S("}}"), 0) >= 0;
}

/* A name of the template's language; others go by item["..."]. */
static bool is_variable(struct fl_str s)
{
	static const char *const words[] = {"not",  "and",  "or",    "in",   "is",   "if",   "else",     "for",
	                                    "true", "True", "false", "None", "none", "loop", "examples", "False"};
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool letter = c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (!letter && !(i && c >= '0' && c <= '9'))
			return false;
	}
	for (size_t i = 0; i < FL_COUNT(words); i++)
		if (fl_str_is(s, words[i]))
			return false;
	return s.n > 0;
}

/* The column in a template; empty when it cannot be written there. */
static struct fl_str variable(struct fl_first_task *t, const struct fl_column *c)
{
	size_t items = t->wish->look->items;
	bool quotable = printable(c->name) && !braces(c->name) && fl_str_find_char(c->name, '"', 0) < 0 &&
	                fl_str_find_char(c->name, '\\', 0) < 0;
	struct fl_str name = is_variable(c->name) ? c->name
	                     : quotable           ? fl_arena_printf(t->arena, "item[\"%.*s\"]", FL_FMT(c->name))
	                                          : FL_S("");
	bool nested =
	    (c->kind == FL_COLUMN_LIST || c->kind == FL_COLUMN_OBJECT || c->kind == FL_COLUMN_MIXED) && !c->json_text;
	const char *filter = nested                                           ? " | json"
	                     : c->kind == FL_COLUMN_TEXT && c->filled < items ? " | default(\"\", true)"
	                     : c->present < items                             ? " | default(\"\")"
	                                                                      : "";
	if (nested && c->present < items)
		filter = " | default(\"\") | json";
	return name.n ? fl_arena_printf(t->arena, "{{ %.*s%s }}", FL_FMT(name), filter) : FL_S("");
}

static const struct fl_column *label_column(const struct fl_look *l)
{
	return l->label.kind == FL_LABEL_NONE ? NULL : &l->column[l->label.column];
}

/* What is asked for: the label's name where that says something, such as queue. */
static struct fl_str noun(struct fl_first_task *t)
{
	static const char *const dull[] = {"target", "label", "expected", "gold", "y", "output", "labels", "answer"};
	const struct fl_look *l = t->wish->look;
	const struct fl_column *c = label_column(l);
	bool plain = c && is_variable(c->name) && fl_str_find_char(c->name, '_', 0) < 0 && c->name.n <= 30;
	for (size_t i = 0; plain && i < FL_COUNT(dull); i++)
		plain = !fl_str_eq_nocase(c->name, fl_str_from(dull[i]));
	return plain ? c->name : l->label.kind == FL_LABEL_CHOICE ? FL_S("label") : FL_S("answer");
}

/* --- the head ----------------------------------------------------------------------------------------------------- */

static const char *use_of(const struct fl_look *l, size_t i)
{
	if (l->label.kind != FL_LABEL_NONE && l->label.column == i)
		return "the right answer";
	if (l->id == (ptrdiff_t)i)
		return "names the item";
	if (l->cluster == (ptrdiff_t)i)
		return fl_str_is(l->column[i].name, "cluster") ? "groups items that depend on each other"
		                                               : "repeats: see `cluster` below";
	if (l->attach[i])
		return "a file that goes with the item";
	return l->input[i] ? "shown in the prompt" : "not used";
}

static void put_columns(struct fl_first_task *t, struct fl_buf *b)
{
	const struct fl_look *l = t->wish->look;
	size_t width = 4;
	for (size_t i = 0; i < l->columns; i++)
		width = FL_MAX(width, FL_MIN(shown(t, l->column[i].name).n, (size_t)24));
	fl_buf_z(b, "# Columns, each a variable of the prompt (tokens are an estimate: bytes / 4):\n");
	for (size_t i = 0; i < l->columns && i < 40; i++) {
		const struct fl_column *c = &l->column[i];
		PUT(b, "#   %-*.*s  %-7s %s%zu value%s", (int)width, FL_FMT(shown(t, c->name)),
		    fl_column_words[c->kind], c->more ? "over " : "", c->distinct, c->distinct == 1 ? "" : "s");
		if (c->filled < l->items)
			PUT(b, ", in %zu of %zu items", c->filled, l->items);
		if (c->kind == FL_COLUMN_TEXT && c->longest > FL_LOOK_SHORT)
			PUT(b, ", up to %llu tokens", (unsigned long long)fl_look_tokens(c->longest));
		PUT(b, "; %s\n", use_of(l, i));
	}
	if (l->columns > 40)
		PUT(b, "#   and %zu more\n", l->columns - 40);
}

static void put_head(struct fl_first_task *t, struct fl_buf *b)
{
	const struct fl_first_wish *w = t->wish;
	const char *allow = w->command ? " --allow-commands" : "";
	struct fl_str file = shown(t, w->task_file);
	PUT(b, "# yaml-language-server: $schema=%.*s\n",
	    FL_FMT(w->schema.n && printable(w->schema) ? w->schema : FL_S("task.schema.json")));
	if (!w->schema.n)
		fl_buf_z(b, "# (for editors; this makes that file: fulcrum schema task > task.schema.json)\n");
	fl_buf_z(b, "#\n");
	if (w->data.n)
		COMMENT(t, b,
		        "Written by `fulcrum init` from %.*s (%zu items): a first guess, to be read and corrected.",
		        FL_FMT(shown(t, w->data)), w->look->items);
	else
		comment(b, FL_S("Written by `fulcrum init`: a beginning, to be filled with your own examples."));
	PUT(b, "#   fulcrum check %.*s      # all that is wrong, and what it would cost; nothing is sent\n",
	    FL_FMT(file));
	PUT(b, "#   fulcrum balance %.*s%s    # asks the candidates, within the budget, and chooses\n", FL_FMT(file),
	    allow);
	fl_buf_z(b, "# Every key: docs/task-file.md, or `fulcrum manual task-file | man -l -`.\n#\n");
	put_columns(t, b);
	fl_buf_z(b, "\ntask: ");
	put_scalar(t, b, w->task);
	fl_buf_z(b, "  # its runs are named after it\n");
}

static void put_data(struct fl_first_task *t, struct fl_buf *b)
{
	const struct fl_look *l = t->wish->look;
	struct fl_err ignored;
	if (t->wish->data.n) {
		fl_buf_z(b, "data: ");
		put_scalar(t, b, t->wish->data);
		fl_buf_z(b, "  # the examples, one an item\n");
	} else {
		fl_buf_z(
		    b, "# Put your own examples here, or the name of a CSV or JSONL file: 50 tell much more than 3.\n");
		struct fl_yaml_pen p;
		fl_yaml_pen_init(&p, t->arena, FL_YAML_MAP);
		fl_yaml_pen_put(&p, FL_S("data"), fl_first_examples(t->arena));
		if (fl_yaml_write(p.node, b, &ignored) != FL_OK)
			FL_BUG("examples of our own cannot be written");
	}
	if (l->cluster >= 0 && !fl_str_is(l->column[l->cluster].name, "cluster"))
		COMMENT(t, b,
		        "Items with the same %.*s may depend on each other. If so, name that column `cluster` in the "
		        "data: then they count as one, and the guarantee stays honest.",
		        FL_FMT(shown(t, l->column[l->cluster].name)));
}

/* --- the prompt --------------------------------------------------------------------------------------------------- */

static void put_choices(struct fl_first_task *t, struct fl_buf *b)
{
	const struct fl_label *label = &t->wish->look->label;
	bool safe = true;
	for (size_t i = 0; i < label->choices; i++)
		safe &= printable(label->choice[i]) && !braces(label->choice[i]);
	if (!safe) {
		FL_VEC_PUSH(&t->note,
		            FL_S("the prompt does not list the labels: some hold signs that a template reads"));
		return;
	}
	if (label->choices <= FEW_CHOICES) {
		fl_buf_z(b, "  It is one of: ");
		for (size_t i = 0; i < label->choices; i++)
			PUT(b, "%s%.*s", i ? ", " : "", FL_FMT(label->choice[i]));
		fl_buf_z(b, ".\n");
		return;
	}
	fl_buf_z(b, "  It is one of:\n");
	for (size_t i = 0; i < label->choices; i++)
		PUT(b, "  - %.*s\n", FL_FMT(label->choice[i]));
}

/* The members that the wanted objects have, by the first of them. */
static void put_members(struct fl_first_task *t, struct fl_buf *b)
{
	static const char *const types[] = {"or null", "yes or no", "yes or no", "number", "text", "list", "object"};
	struct fl_json_doc doc;
	const struct fl_column *c = label_column(t->wish->look);
	if (fl_json_parse(&doc, t->arena, c->example, FL_JSON_LIMITS, NULL) != FL_OK ||
	    fl_json_root(&doc)->type != FL_JSON_OBJECT) {
		fl_buf_z(b, "  Answer with one JSON value.\n");
		return;
	}
	fl_buf_z(b, "  Answer with one JSON object that has these members:\n");
	const struct fl_json *o = fl_json_root(&doc);
	size_t n = 0;
	for (const struct fl_json *m = fl_json_first(o); m && n < JSON_KEYS; m = fl_json_next(o, m), n++) {
		struct fl_str key = fl_json_key(m, t->arena);
		if (printable(key) && !braces(key) && key.n <= FL_LOOK_NAME)
			PUT(b, "  - %.*s: %s\n", FL_FMT(key), types[m->type]);
	}
}

static void put_instruction(struct fl_first_task *t, struct fl_buf *b)
{
	const struct fl_look *l = t->wish->look;
	const struct fl_column *c = label_column(l);
	struct fl_str what = noun(t);
	switch (l->label.kind) {
	case FL_LABEL_CHOICE:
		PUT(b, "  Choose the %.*s that fits best.\n", FL_FMT(what));
		put_choices(t, b);
		return;
	case FL_LABEL_NUMBER:
		PUT(b, "  Find the %.*s, a number.\n", FL_FMT(what));
		if (!c->more && c->distinct == c->values && c->distinct <= FEW_CHOICES && c->distinct < l->items / 2) {
			fl_buf_z(b, "  It is one of: ");
			for (size_t i = 0; i < c->values; i++)
				PUT(b, "%s%.*s", i ? ", " : "", FL_FMT(fl_str_trim(c->value[i])));
			fl_buf_z(b, ".\n");
		}
		return;
	case FL_LABEL_JSON:
		fl_buf_z(b, "  Read this and extract what is asked for.\n");
		put_members(t, b);
		return;
	default:
		fl_buf_z(b, "  Answer as briefly as you can.\n");
	}
}

static const char *last_words(enum fl_label_kind kind)
{
	switch (kind) {
	case FL_LABEL_CHOICE:
		return "Answer with that alone, without explanation.";
	case FL_LABEL_NUMBER:
		return "Answer with the number alone, without explanation.";
	case FL_LABEL_JSON:
		return "Answer with the JSON alone, without explanation.";
	default:
		return "Give the answer alone, without explanation.";
	}
}

/* The column's variable under its name; the only one stands by itself. */
static void put_inputs(struct fl_first_task *t, struct fl_buf *b)
{
	const struct fl_look *l = t->wish->look;
	size_t shown_columns = 0;
	for (size_t i = 0; i < l->columns; i++)
		shown_columns += l->input[i];
	for (size_t i = 0; i < l->columns; i++) {
		struct fl_str v = l->input[i] ? variable(t, &l->column[i]) : FL_S("");
		if (l->input[i] && !v.n)
			FL_VEC_PUSH(
			    &t->note,
			    fl_arena_printf(t->arena,
			                    "the prompt leaves out the column '%.*s': a template cannot name it so",
			                    FL_FMT(shown(t, l->column[i].name))));
		if (!v.n)
			continue;
		if (shown_columns > 1)
			PUT(b, "  %.*s: ", FL_FMT(l->column[i].name));
		else
			fl_buf_z(b, "  ");
		PUT(b, "%.*s\n", FL_FMT(v));
	}
}

/* Columns that tell something and are not shown; the user may know better. */
static void put_left_out(struct fl_first_task *t, struct fl_buf *b)
{
	enum { MOST = 10 };
	const struct fl_look *l = t->wish->look;
	size_t n = 0;
	for (size_t i = 0; i < l->columns && n < MOST; i++) {
		bool idle = !l->input[i] && !l->attach[i] && l->id != (ptrdiff_t)i && label_column(l) != &l->column[i];
		if (!idle || !l->column[i].filled || !variable(t, &l->column[i]).n)
			continue;
		PUT(b, "%s%.*s", n++ ? ", " : "# Not shown, for it may not help, or give the answer away: ",
		    FL_FMT(shown(t, l->column[i].name)));
	}
	fl_buf_z(b, n ? ".\n" : "");
}

static void put_prompt(struct fl_first_task *t, struct fl_buf *b)
{
	fl_buf_z(b,
	         "\n# What is sent for each item: {{ name }} is what the item has in that column. Say what you know of "
	         "the task;\n# the better the prompt, the cheaper the model that is good enough.\n");
	put_left_out(t, b);
	fl_buf_z(b, "prompt: |\n");
	put_instruction(t, b);
	fl_buf_char(b, '\n');
	put_inputs(t, b);
	PUT(b, "\n  %s\n", last_words(t->wish->look->label.kind));
}

static void put_attach(struct fl_first_task *t, struct fl_buf *b)
{
	const struct fl_look *l = t->wish->look;
	size_t n = 0;
	for (size_t i = 0; i < l->columns; i++) {
		struct fl_str v = l->attach[i] ? variable(t, &l->column[i]) : FL_S("");
		if (!v.n)
			continue;
		fl_buf_z(b, n++ ? "" : "# Images and PDFs that go with an item, as seen from this file.\nattach:\n");
		fl_buf_z(b, "  - ");
		put_scalar(t, b, fl_arena_printf(t->arena, "%.*s%.*s", FL_FMT(t->wish->attach_in), FL_FMT(v)));
		fl_buf_char(b, '\n');
	}
}

/* --- answer and grade --------------------------------------------------------------------------------------------- */

static const char *ignore_text(unsigned ignore)
{
	return ignore & FL_IGNORE_PUNCTUATION ? "[case, space, punctuation]" : "[case, space]";
}

/* - kind: {field: label, more} */
static void put_grade(struct fl_first_task *t, struct fl_buf *b, const char *kind, const char *more)
{
	t->grader = fl_str_from(kind);
	PUT(b, "grade:\n  - %s: {field: ", kind);
	put_scalar(t, b, label_column(t->wish->look)->name);
	PUT(b, "%s}\n", more);
}

static void put_match(struct fl_first_task *t, struct fl_buf *b, const char *kind)
{
	put_grade(t, b, kind, fl_arena_printf(t->arena, ", ignore: %s", ignore_text(t->wish->look->label.ignore)).p);
}

static void put_no_label(struct fl_first_task *t, struct fl_buf *b)
{
	fl_buf_z(
	    b, "# NO COLUMN HOLDS THE RIGHT ANSWERS, so nothing can be graded yet, and `fulcrum check` says so. Add a\n"
	       "# column `label` to the data, then take away the # of the next two lines.\n"
	       "# grade:\n#   - match: {field: label, ignore: [case, space, punctuation]}\n");
	FL_VEC_PUSH(&t->note,
	            FL_S("no column holds the right answers: add one, such as `label`, then see `grade` in the "
	                 "file (or name it: --label COLUMN)"));
}

static void put_grading(struct fl_first_task *t, struct fl_buf *b)
{
	const struct fl_look *l = t->wish->look;
	struct fl_str name = label_column(l) ? shown(t, label_column(l)->name) : FL_S("");
	fl_buf_char(b, '\n');
	if (l->label.guess)
		COMMENT(t, b, "That %.*s holds the right answer is a guess by %s.", FL_FMT(name), l->label.guess);
	switch (l->label.kind) {
	case FL_LABEL_NONE:
		put_no_label(t, b);
		return;
	case FL_LABEL_EXPECTED:
		comment(
		    b,
		    FL_S("Each item says in __expected how its answer is graded: equals:7, contains:x, regex:..., or "
		         "the answer itself. So there is no `grade` here."));
		t->grader = FL_S("__expected");
		return;
	case FL_LABEL_CHOICE:
		fl_buf_z(b, "# Read out of the text: the last of these words in it.\nanswer: {choice: ");
		put_list(t, b, l->label.choice, l->label.choices);
		fl_buf_z(b, "}\n");
		COMMENT(t, b, "Right when it is what stands in %.*s%s.", FL_FMT(name),
		        l->label.ignore & FL_IGNORE_PUNCTUATION ? ", but for case, spaces and punctuation"
		                                                : ", but for case and spaces");
		put_match(t, b, "match");
		return;
	case FL_LABEL_NUMBER:
		fl_buf_z(b, "# Read out of the text: the last number in it.\nanswer: number\n");
		COMMENT(t, b,
		        "Right when it is the number in %.*s. How far off is still right? Add absolute: 0.01 or "
		        "relative: 1%%.",
		        FL_FMT(name));
		put_grade(t, b, "number", "");
		return;
	case FL_LABEL_JSON:
		fl_buf_z(b, "# Read out of the text: the first JSON in it.\nanswer: json\n");
		COMMENT(t, b,
		        "Right when it equals the JSON in %.*s: every member, in any order. To grade members by "
		        "themselves, "
		        "use several graders with pointer: /member.",
		        FL_FMT(name));
		put_grade(t, b, "json", "");
		return;
	case FL_LABEL_SHORT:
		COMMENT(t, b, "Right when it is what stands in %.*s, but for case, spaces and punctuation.",
		        FL_FMT(name));
		put_match(t, b, "match");
		return;
	case FL_LABEL_ANY_OF:
		COMMENT(t, b, "Right when it is any of the texts in the list %.*s.", FL_FMT(name));
		put_match(t, b, "match");
		return;
	case FL_LABEL_FREE:
		COMMENT(t, b,
		        "%.*s is free text, and no exact rule tells whether another wording is as good. This accepts "
		        "an answer "
		        "only when it contains that text word by word, which is often too strict. Better: a column "
		        "with the "
		        "fact that must be in the answer, or a program of your own that grades (command: [python3, "
		        "grade.py]).",
		        FL_FMT(name));
		put_match(t, b, "contains");
		FL_VEC_PUSH(&t->note,
		            FL_S("the right answers are free text: no exact grader fits; read what the file says at "
		                 "`grade`"));
		return;
	}
}

/* --- candidates, limits, money ------------------------------------------------------------------------------------ */

/* Whether every model takes both levels, so that the lever may be tried. */
static bool all_take_effort(const struct fl_first_task *t)
{
	bool all = t->candidate.n > 0;
	for (size_t i = 0; i < t->candidate.n; i++) {
		const struct fl_offer *o = t->candidate.p[i].offer;
		struct fl_str level[FL_EFFORTS];
		bool low = false, high = false;
		size_t n = o ? fl_honour_levels(o, level) : 0;
		for (size_t k = 0; k < n; k++) {
			low |= fl_str_is(level[k], "low");
			high |= fl_str_is(level[k], "high");
		}
		all &= low && high;
	}
	return all;
}

static void put_app(struct fl_first_task *t, struct fl_buf *b)
{
	fl_buf_z(b, "  # Runs only with --allow-commands: a line of JSON in, a line out (docs/applications.md).\n"
	            "  apps:\n    - name: app\n      command: ");
	put_list(t, b, t->wish->command, t->wish->arguments);
	fl_buf_z(b, "\n      # most: 0.05 USD  # what one call can cost at most, if it costs anything\n");
}

static void put_candidates(struct fl_first_task *t, struct fl_buf *b)
{
	struct fl_str name[FL_FIRST_GIVEN + FL_FIRST + 1];
	size_t n = 0;
	fl_buf_z(b, "\n# Who races:\n");
	for (size_t i = 0; i < t->candidate.n; i++) {
		const struct fl_first_candidate *c = &t->candidate.p[i];
		PUT(b, "#   %.*s: %.*s\n", FL_FMT(shown(t, c->name)), FL_FMT(c->why));
		if (c->offer && n < FL_COUNT(name))
			name[n++] = c->name;
	}
	if (t->nobody)
		fl_buf_z(
		    b, "# None of these can be called yet: export a key, such as OPENAI_API_KEY or ANTHROPIC_API_KEY\n"
		       "# (`fulcrum providers` lists them all), or start a local server, such as ollama serve.\n");
	fl_buf_z(b, "candidates:\n");
	if (n) {
		fl_buf_z(b, "  models: ");
		put_list(t, b, name, n);
		fl_buf_char(b, '\n');
	}
	if (t->wish->command)
		put_app(t, b);
	if (all_take_effort(t))
		fl_buf_z(b, "  # effort: [low, high]  # levels of thinking, each with each model\n");
	if (n == 1 && !t->wish->command) /* one alone is no race */
		fl_buf_z(b, "  samples: [1, 3]  # 3: three answers that vote, at three times the price\n");
	else if (n)
		fl_buf_z(b, "  # samples: [1, 3]  # 3: three answers that vote, at three times the price\n");
}

static void put_limits(struct fl_first_task *t, struct fl_buf *b)
{
	if (t->max_output)
		PUT(b, "max_output: %llu  # tokens of an answer at most%s; what is cut is counted\n",
		    (unsigned long long)t->max_output, t->thinks ? ", thinking included" : "");
	else if (t->thinks)
		fl_buf_z(
		    b, "# max_output: 8192  # tokens of an answer at most, thinking included: this is the default for "
		       "models that think\n");
}

static void put_goal(struct fl_first_task *t, struct fl_buf *b)
{
	char exact[FL_MONEY_TEXT];
	if (t->wish->value_nusd > 0) {
		PUT(b,
		    "\n# What a right answer is worth to you: the choice weighs it against the cost.\n"
		    "value: {right: %.*s USD}\n",
		    FL_FMT(fl_money_exact(t->wish->value_nusd, exact)));
		return;
	}
	fl_buf_z(b, "\n# The cheapest of those that are good enough: at most 2 of 100 answers worse than the best.\n"
	            "# Or: floor: 90% instead of within; or value: {right: 0.50 USD} instead of both.\n"
	            "goal: cheapest\nwithin: 2 points\n");
}

static void put_money(struct fl_first_task *t, struct fl_buf *b)
{
	char exact[FL_MONEY_TEXT], worst[FL_MONEY_TEXT];
	if (t->budget_nusd > 0)
		PUT(b, "budget: %.*s USD  # the most that all this may spend; one call costs at most %.*s\n",
		    FL_FMT(fl_money_exact(t->budget_nusd, exact)), FL_FMT(fl_money_format(t->call_worst_nusd, worst)));
	else
		fl_buf_z(b, "# budget: 1 USD  # nothing here costs money by what is known\n");
	fl_buf_z(b, "\n# Hard limits, if there are some; who breaks one cannot be chosen:\n"
	            "# needs: {p95: 4 s, data: no-training}\n"
	            "# What it comes to in a month:\n# traffic: 50000/month\n");
}

enum fl_code fl_first_text(struct fl_first_task *t, struct fl_err *err)
{
	struct fl_buf b;
	fl_buf_init(&b, TEXT_BYTES);
	put_head(t, &b);
	put_data(t, &b);
	put_prompt(t, &b);
	put_attach(t, &b);
	put_grading(t, &b);
	put_goal(t, &b);
	put_candidates(t, &b);
	put_limits(t, &b);
	put_money(t, &b);
	bool full = b.full;
	t->text = fl_arena_dup(t->arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	return full ? fl_err_set(err, FL_E_LIMIT, "the task file would be larger than is accepted") : FL_OK;
}

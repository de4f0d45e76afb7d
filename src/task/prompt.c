#include "task/parts.h"

#include "io/file.h"

#include <stdio.h>

static const char *const roles[] = {"system", "user", "assistant"};

static bool is_role(struct fl_str s)
{
	for (size_t i = 0; i < FL_COUNT(roles); i++)
		if (fl_str_is(s, roles[i]))
			return true;
	return false;
}

/* Where quotes or folding broke the text into other lines than it has, the place is that of its beginning. */
void fl_task_place(const struct fl_yaml *v, struct fl_err *err)
{
	bool one_line = fl_str_find_char(v->text, '\n', 0) < 0;
	if (v->block)
		fl_err_place(err, v->file, v->line + err->line, 0);
	else if (one_line && err->column)
		fl_err_place(err, v->file, v->line, v->column + err->column - (v->plain ? 1 : 0));
	else
		fl_err_place(err, v->file, v->line, v->column);
}

/* A text of the task file, or the file that it names. */
static enum fl_code compile(struct fl_task *t, const struct fl_yaml *v, struct fl_sha256 *print,
                            struct fl_prompt_message *out, struct fl_err *err)
{
	if (v->kind != FL_YAML_SCALAR || v->text.n == 0) {
		fl_yaml_err(v, err, FL_E_INVALID, "a prompt must be a text");
		fl_err_expected(err, "a text, file://NAME, or a list of system:, user: and assistant: messages");
		return FL_E_INVALID;
	}
	struct fl_str text = v->text;
	if (fl_str_starts(text, FL_S("file://"))) {
		const char *path = fl_task_path(t, fl_str_sub(text, 7, text.n), &t->arena);
		FL_TRY(fl_file_read(path, FL_TASK_PROMPT_BYTES, &t->arena, &text, err));
		fl_sha256_field(print, text);
		return fl_template_compile(&out->text, &t->arena, text, path, err);
	}
	out->at = v;
	enum fl_code code = fl_template_compile(&out->text, &t->arena, text, v->file, err);
	if (code != FL_OK && err)
		fl_task_place(v, err);
	return code;
}

static enum fl_code read_prompt(struct fl_task *t, struct fl_str name, const struct fl_yaml *v, struct fl_sha256 *print,
                                struct fl_prompt *out, struct fl_err *err)
{
	size_t n = v->kind == FL_YAML_LIST ? v->count : 1, i = 0;
	struct fl_prompt_message *m = FL_NEW_ARRAY(&t->arena, struct fl_prompt_message, n);
	*out = (struct fl_prompt){.name = name, .message = m, .count = n};
	if (v->kind != FL_YAML_LIST) {
		m->role = FL_S("user");
		return compile(t, v, print, m, err);
	}
	for (const struct fl_yaml *e = v->first; e; e = e->next, i++) {
		if (e->kind != FL_YAML_MAP || e->count != 1 || !is_role(e->first->key)) {
			fl_yaml_err(e, err, FL_E_INVALID, "each message of a prompt has one role");
			fl_err_expected(err, "- system: ..., - user: ... or - assistant: ...");
			return FL_E_INVALID;
		}
		m[i].role = e->first->key;
		FL_TRY(compile(t, e->first, print, &m[i], err));
	}
	if (n == 0)
		return fl_yaml_err(v, err, FL_E_INVALID, "a prompt needs at least one message");
	return FL_OK;
}

static bool first_item_has(const struct fl_task *t, struct fl_str field)
{
	struct fl_arena a;
	struct fl_json_doc doc;
	fl_arena_init(&a);
	bool has = fl_task_item(t, 0, &a, &doc, NULL) == FL_OK && fl_json_get(fl_json_root(&doc), field);
	fl_arena_release(&a);
	return has;
}

enum fl_code fl_task_read_prompts(struct fl_task *t, const struct fl_task_section *s, struct fl_sha256 *print,
                                  struct fl_err *err)
{
	if (s->prompt && s->prompts.n)
		return fl_yaml_err(s->prompt, err, FL_E_INVALID, "a task has prompt or prompts, not both");
	t->prompt_count = s->prompts.n ? s->prompts.n : 1;
	struct fl_prompt *p = FL_NEW_ARRAY(&t->arena, struct fl_prompt, t->prompt_count);
	t->prompt = p;
	if (s->prompt)
		return read_prompt(t, FL_S(""), s->prompt, print, p, err);
	for (size_t i = 0; i < s->prompts.n; i++)
		FL_TRY(
		    read_prompt(t, s->prompts.name[i], ((const struct fl_yaml **)s->prompts.p)[i], print, &p[i], err));
	if (s->prompts.n)
		return FL_OK;
	if (!first_item_has(t, FL_S("input"))) {
		fl_yaml_err(s->node, err, FL_E_INVALID, "the task has no prompt");
		fl_err_expected(err, "prompt: \"... {{ field }} ...\" (or items with a field `input`)");
		return FL_E_INVALID;
	}
	struct fl_prompt_message *m = FL_NEW(&t->arena, struct fl_prompt_message);
	*p = (struct fl_prompt){.message = m, .count = 1};
	m->role = FL_S("user");
	return fl_template_compile(&m->text, &t->arena, FL_S("{{ input }}"), "prompt", err);
}

/* --- answer and grade --------------------------------------------------------------------------------------------- */

static enum fl_code answer_word(struct fl_task *t, const struct fl_yaml *v, struct fl_err *err)
{
	static const struct {
		const char *word;
		enum fl_reader_kind kind;
	} word[] = {{"text", FL_READ_TEXT}, {"number", FL_READ_NUMBER}, {"code", FL_READ_CODE}, {"json", FL_READ_JSON}};
	for (size_t i = 0; i < FL_COUNT(word); i++)
		if (fl_str_is(v->text, word[i].word)) {
			t->reader.kind = word[i].kind;
			return FL_OK;
		}
	fl_yaml_err(v, err, FL_E_INVALID, "unknown way to read an answer: '%.*s'", FL_FMT(v->text));
	fl_err_expected(err, "text, number, code, json, {choice: [a, b]}, {regex: '...'} or {json: /pointer}");
	return FL_E_INVALID;
}

static enum fl_code answer_choice(struct fl_task *t, const struct fl_yaml *list, struct fl_err *err)
{
	if (list->kind != FL_YAML_LIST || list->count == 0)
		return fl_yaml_err(list, err, FL_E_INVALID, "choice must be a list of words, such as [yes, no]");
	t->reader.kind = FL_READ_CHOICE;
	t->reader.choice = FL_NEW_ARRAY(&t->arena, struct fl_str, list->count);
	for (const struct fl_yaml *e = list->first; e; e = e->next) {
		if (e->kind != FL_YAML_SCALAR || e->text.n == 0)
			return fl_yaml_err(e, err, FL_E_INVALID, "a choice must be a word");
		t->reader.choice[t->reader.choice_count++] = e->text;
	}
	return FL_OK;
}

static enum fl_code read_answer(struct fl_task *t, const struct fl_yaml *v, struct fl_err *err)
{
	if (!v)
		return FL_OK;
	if (v->kind == FL_YAML_SCALAR)
		return answer_word(t, v, err);
	const struct fl_yaml *m = v->kind == FL_YAML_MAP && v->count == 1 ? v->first : NULL;
	if (m && fl_str_is(m->key, "choice"))
		return answer_choice(t, m, err);
	if (m && m->kind == FL_YAML_SCALAR && fl_str_is(m->key, "json")) {
		t->reader.kind = FL_READ_JSON;
		t->reader.pointer = m->text;
		if (m->text.n == 0 || m->text.p[0] == '/')
			return FL_OK;
		fl_yaml_err(m, err, FL_E_INVALID, "'%.*s' is not a JSON pointer", FL_FMT(m->text));
		fl_err_expected(err, "a pointer such as /total");
		return FL_E_INVALID;
	}
	if (m && m->kind == FL_YAML_SCALAR && fl_str_is(m->key, "regex")) {
		t->reader.kind = FL_READ_REGEX;
		if (fl_pattern_create(&t->reader.pattern, m->text, err) == FL_OK)
			return FL_OK;
		fl_err_place(err, m->file, m->line, m->column);
		return FL_E_INVALID;
	}
	fl_yaml_err(v, err, FL_E_INVALID, "this way to read an answer is not known");
	fl_err_expected(err, "text, number, code, json, {choice: [a, b]}, {regex: '...'} or {json: /pointer}");
	return FL_E_INVALID;
}

/* Graders of one item, from its own `grade` field: the same tables, read through the YAML reader, which takes JSON. */
struct item_grade {
	const struct fl_yaml *node;
	struct fl_list grade;
};
static const struct fl_field item_grade_fields[] = {
    {.key = "grade",
     .type = &fl_type_table,
     .shape = FL_MANY,
     .table = &fl_grader_table,
     .at = offsetof(struct item_grade, grade)},
};
static const struct fl_table item_grade_table = {.name = "item",
                                                 .field = item_grade_fields,
                                                 .fields = FL_COUNT(item_grade_fields),
                                                 .size = sizeof(struct item_grade),
                                                 .open = true};

static enum fl_code own_graders(struct fl_task *t, size_t i, struct fl_str promptfoo, struct fl_err *err)
{
	if (!t->item_graders)
		t->item_graders = FL_NEW_ARRAY(&t->arena, struct fl_grader_set, t->item_count);
	if (promptfoo.n)
		return fl_graders_promptfoo(&t->item_graders[i], promptfoo, &t->arena, err);
	const struct fl_yaml *root;
	struct item_grade section;
	FL_TRY(fl_yaml_parse(&root, &t->arena, t->item[i].json, t->data_file, err));
	FL_TRY(fl_schema_read(&item_grade_table, root, &section, &t->arena, err));
	FL_TRY(fl_graders_read(&t->item_graders[i], &section.grade, &t->arena, err));
	for (size_t k = 0; k < t->item_graders[i].count; k++)
		if (fl_grader_program(&t->item_graders[i], k))
			return fl_yaml_err(root, err, FL_E_INVALID,
			                   "an item cannot name a program that grades it: the task file can");
	return FL_OK;
}

enum fl_code fl_task_read_grading(struct fl_task *t, const struct fl_task_section *s, struct fl_err *err)
{
	FL_TRY(read_answer(t, s->answer, err));
	bool promptfoo = !s->grade.n && first_item_has(t, FL_S("__expected"));
	if (s->grade.n) {
		FL_TRY(fl_graders_read(&t->graders, &s->grade, &t->arena, err));
		FL_TRY(fl_task_grading_programs(t, err));
	} else if (!promptfoo && first_item_has(t, FL_S("target"))) {
		fl_graders_match_field(&t->graders, FL_S("target"), &t->arena);
	}
	struct fl_arena a;
	struct fl_json_doc doc;
	enum fl_code code = FL_OK;
	fl_arena_init(&a);
	for (size_t i = 0; i < t->item_count && code == FL_OK; i++) {
		fl_arena_reset(&a);
		code = fl_task_item(t, i, &a, &doc, err);
		const struct fl_json *root = code == FL_OK ? fl_json_root(&doc) : NULL;
		const struct fl_json *own = fl_json_get(root, FL_S("grade"));
		struct fl_str expected =
		    promptfoo ? fl_json_string(fl_json_get(root, FL_S("__expected")), &a) : FL_S("");
		if (code == FL_OK &&
		    ((own && (own->type == FL_JSON_ARRAY || own->type == FL_JSON_OBJECT)) || expected.n)) {
			code = own_graders(t, i, expected.n ? fl_arena_dup(&t->arena, expected) : FL_S(""), err);
			if (code != FL_OK)
				fl_err_place(err, t->data_file, t->item[i].line, 0);
		}
	}
	fl_arena_release(&a);
	if (code == FL_OK && !t->graders.count && !t->item_graders) {
		fl_yaml_err(s->node, err, FL_E_INVALID, "the task does not say how answers are graded");
		fl_err_expected(err, "grade: [{match: {field: label}}] (or items with a field `target`)");
		code = FL_E_INVALID;
	}
	return code;
}

/* --- rendering ---------------------------------------------------------------------------------------------------- */

static enum fl_code example_array(const struct fl_task *t, uint32_t n, struct fl_arena *a, const struct fl_json **out,
                                  struct fl_err *err)
{
	struct fl_buf b;
	struct fl_json_doc doc;
	fl_buf_init(&b, FL_TASK_DATA_BYTES);
	fl_buf_char(&b, '[');
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			fl_buf_char(&b, ',');
		fl_buf_str(&b, t->example[i]);
	}
	fl_buf_char(&b, ']');
	struct fl_str text = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	FL_TRY(fl_json_parse(&doc, a, text, FL_JSON_LIMITS, err));
	*out = fl_json_root(&doc);
	return FL_OK;
}

enum fl_code fl_task_render(const struct fl_task *t, const struct fl_prompt *p, size_t item_index,
                            const struct fl_json *item, uint32_t examples, struct fl_arena *a,
                            struct fl_message **message, struct fl_err *err)
{
	/* `item` is the whole, for columns whose name is none of the language; a column of that name comes before it */
	struct fl_template_var scope[3] = {
	    {.name = FL_S("examples")}, {.value = item}, {.name = FL_S("item"), .value = item}};
	bool shows = t->example_count > 0; /* else an item may have a field of that name */
	if (shows)
		FL_TRY(example_array(t, examples, a, &scope[0].value, err));
	struct fl_message *m = FL_NEW_ARRAY(a, struct fl_message, p->count);
	struct fl_buf out;
	enum fl_code code = FL_OK;
	fl_buf_init(&out, FL_TASK_PROMPT_BYTES);
	for (size_t i = 0; i < p->count && code == FL_OK; i++) {
		fl_buf_reset(&out);
		code = fl_template_render(p->message[i].text, shows ? scope : scope + 1, shows ? 3 : 2, &out, a, err);
		m[i].role = p->message[i].role;
		m[i].text = fl_arena_dup(a, fl_buf_slice(&out));
		if (code != FL_OK && err && p->message[i].at)
			fl_task_place(p->message[i].at, err);
	}
	fl_buf_release(&out);
	*message = m;
	if (code != FL_OK)
		fl_err_while(err, "rendering the prompt for item '%.*s' (%s:%d)", FL_FMT(t->item[item_index].id),
		             t->data_file, t->item[item_index].line);
	return code;
}

/* What the candidates ask of each prompt. */
struct asked {
	uint32_t examples; /* the most that any shows */
	bool used;
};

static enum fl_code try_item(const struct fl_task *t, size_t item, const struct asked *asked, bool grading,
                             struct fl_arena *a, struct fl_err *err)
{
	struct fl_json_doc doc;
	struct fl_message *m;
	double score;
	size_t n;
	FL_TRY(fl_task_item(t, item, a, &doc, err));
	for (size_t p = 0; p < t->prompt_count; p++)
		if (asked[p].used)
			FL_TRY(
			    fl_task_render(t, &t->prompt[p], item, fl_json_root(&doc), asked[p].examples, a, &m, err));
	return grading ? fl_task_grade(t, item, fl_json_root(&doc), FL_S(""), NULL, a, &score, NULL, &n, err) : FL_OK;
}

enum fl_code fl_task_try_all(struct fl_task *t, bool grading, struct fl_problems *problems, struct fl_err *err)
{
	enum { MOST_PROBLEMS = 5 }; /* what is wrong with one item is often wrong with all */
	struct fl_arena a;
	enum fl_code code = FL_OK;
	size_t before = problems ? problems->count : 0;
	fl_arena_init(&a);
	struct asked *asked = FL_NEW_ARRAY(&t->arena, struct asked, t->prompt_count);
	for (size_t i = 0; i < t->candidate_count; i++) {
		struct asked *of = &asked[t->candidate[i].prompt];
		of->used = true;
		of->examples = FL_MAX(of->examples, t->candidate[i].examples);
	}
	for (size_t i = 0; i < t->item_count && code == FL_OK; i++) {
		fl_arena_reset(&a);
		code = fl_problem(problems, try_item(t, i, asked, grading, &a, err), err);
		if (problems && problems->count == before + MOST_PROBLEMS)
			break;
	}
	fl_arena_release(&a);
	return code;
}

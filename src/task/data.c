#include "task/parts.h"

#include "base/vec.h"

#include "codec/csv.h"
#include "codec/jsonl.h"
#include "io/file.h"

/* Items as they are read, before they are counted. */
struct gather {
	struct fl_task *task;
	const char *file; /* for messages */
	FL_VEC(struct fl_item) item;
	FL_VEC(struct fl_str) cluster; /* of each item; empty = its own */
};

static enum fl_code refuse(struct fl_err *err, const struct gather *g, int line, const char *what)
{
	fl_err_set(err, FL_E_INVALID, "%s", what);
	fl_err_place(err, g->file, line, 0);
	return FL_E_INVALID;
}

/* A scalar member as text: strings decoded, numbers as written. */
static struct fl_str scalar(const struct fl_json *v, struct fl_arena *a)
{
	return v->type == FL_JSON_STRING ? fl_json_string(v, a) : v->raw;
}

static enum fl_code add(struct gather *g, const struct fl_json_doc *doc, struct fl_str json, int line,
                        struct fl_err *err)
{
	struct fl_arena *a = &g->task->arena;
	const struct fl_json *object = fl_json_root(doc);
	if (object->type != FL_JSON_OBJECT)
		return refuse(err, g, line,
		              "an item must be an object of fields, such as {\"text\": \"...\", \"label\": \"...\"}");
	if (doc->duplicates)
		return refuse(err, g, line,
		              "a field of an item stands there twice, so one of them would be passed over");
	if (g->item.n >= FL_TASK_ITEMS)
		return refuse(err, g, line, "there are more than 1,000,000 items");
	const struct fl_json *id = fl_json_get(object, FL_S("id")), *cluster = fl_json_get(object, FL_S("cluster"));
	bool odd_id = id && id->type != FL_JSON_STRING && id->type != FL_JSON_NUMBER;
	bool odd_cluster = cluster && cluster->type != FL_JSON_STRING && cluster->type != FL_JSON_NUMBER;
	if (odd_id || odd_cluster)
		return refuse(err, g, line,
		              odd_id ? "an item's id must be a text or a number"
		                     : "an item's cluster must be a text or a number");
	struct fl_item item = {.json = json, .line = line};
	item.id = id ? fl_arena_dup(a, scalar(id, a)) : fl_arena_printf(a, "%zu", g->item.n + 1);
	FL_VEC_PUSH(&g->item, item);
	FL_VEC_PUSH(&g->cluster, cluster ? fl_arena_dup(a, scalar(cluster, a)) : FL_S(""));
	return FL_OK;
}

static enum fl_code read_jsonl(struct gather *g, struct fl_str text, struct fl_err *err)
{
	struct fl_jsonl lines;
	struct fl_json_doc doc;
	struct fl_arena scratch;
	enum fl_code code;
	fl_arena_init(&scratch);
	fl_jsonl_init(&lines, text, g->file);
	while ((code = fl_jsonl_next(&lines, &scratch, &doc, FL_JSON_LIMITS, err)) == FL_OK && doc.node) {
		code = add(g, &doc, fl_str_trim(lines.raw), lines.line, err);
		if (code != FL_OK)
			break;
		fl_arena_reset(&scratch);
	}
	fl_arena_release(&scratch);
	return code;
}

/* One item given as JSON text. */
static enum fl_code add_text(struct gather *g, struct fl_str json, int line, struct fl_arena *scratch,
                             struct fl_err *err)
{
	struct fl_json_doc doc;
	FL_TRY(fl_json_parse(&doc, scratch, json, FL_JSON_LIMITS, err));
	return add(g, &doc, json, line, err);
}

/* The columns' names, each there once. */
static enum fl_code read_header(const struct gather *g, const struct fl_csv_row *row, struct fl_str *name,
                                struct fl_err *err)
{
	memcpy(name, row->field, row->n * sizeof *name);
	for (size_t i = 0; i < row->n; i++)
		for (size_t before = 0; before < i; before++)
			if (fl_str_eq(name[i], name[before])) {
				fl_err_set(err, FL_E_INVALID, "two columns have the name '%.*s'", FL_FMT(name[i]));
				fl_err_place(err, g->file, row->line, 0);
				fl_err_found(err, "'%.*s' as column %zu and column %zu", FL_FMT(name[i]), before + 1,
				             i + 1);
				fl_err_expected(err, "a name of its own for each column");
				return FL_E_INVALID;
			}
	return FL_OK;
}

static enum fl_code read_csv(struct gather *g, struct fl_str text, struct fl_err *err)
{
	struct fl_csv csv;
	struct fl_csv_row row;
	struct fl_arena a, scratch;
	struct fl_buf out;
	fl_arena_init(&a);
	fl_arena_init(&scratch);
	fl_buf_init(&out, FL_TASK_DATA_BYTES);
	fl_csv_init(&csv, &a, text, g->file);
	struct fl_str *name = NULL;
	enum fl_code code;
	while ((code = fl_csv_next(&csv, &row, err)) == FL_OK && row.n) {
		if (!name) {
			name = FL_NEW_ARRAY(&a, struct fl_str, row.n);
			code = read_header(g, &row, name, err);
			if (code != FL_OK)
				break;
			continue;
		}
		struct fl_json_writer w;
		fl_buf_reset(&out);
		fl_json_begin(&w, &out, 0);
		fl_json_open(&w, '{');
		for (size_t i = 0; i < row.n; i++) {
			fl_json_name_str(&w, name[i]);
			fl_json_put_str(&w, row.field[i]);
		}
		fl_json_close(&w);
		fl_arena_reset(&scratch);
		code = add_text(g, fl_arena_dup(&g->task->arena, fl_buf_slice(&out)), row.line, &scratch, err);
		if (code != FL_OK)
			break;
	}
	fl_buf_release(&out);
	fl_arena_release(&scratch);
	fl_arena_release(&a);
	return code;
}

static enum fl_code read_yaml(struct gather *g, const struct fl_yaml *list, struct fl_err *err)
{
	if (list->kind != FL_YAML_LIST) {
		fl_yaml_err(list, err, FL_E_INVALID, "data must be a list of items");
		fl_err_expected(err, "- {text: ..., label: ...}");
		return FL_E_INVALID;
	}
	struct fl_arena scratch;
	struct fl_buf out;
	enum fl_code code = FL_OK;
	fl_arena_init(&scratch);
	fl_buf_init(&out, FL_TASK_DATA_BYTES);
	for (const struct fl_yaml *v = list->first; v && code == FL_OK; v = v->next) {
		struct fl_json_writer w;
		fl_buf_reset(&out);
		fl_arena_reset(&scratch);
		fl_json_begin(&w, &out, 0);
		code = fl_yaml_to_json(v, &w, err);
		if (code == FL_OK)
			code = add_text(g, fl_arena_dup(&g->task->arena, fl_buf_slice(&out)), v->line, &scratch, err);
	}
	fl_buf_release(&out);
	fl_arena_release(&scratch);
	return code;
}

static bool has_ending(struct fl_str path, const char *const *ending, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(ending[i]);
		if (path.n > len && fl_str_eq_nocase(fl_str_sub(path, path.n - len, path.n), fl_str_from(ending[i])))
			return true;
	}
	return false;
}

static enum fl_code read_file(struct gather *g, struct fl_str path, struct fl_sha256 *print, struct fl_err *err)
{
	static const char *const jsonl[] = {".jsonl", ".ndjson"}, *const csv[] = {".csv"},
	                         *const yaml[] = {".yaml", ".yml", ".json"};
	struct fl_arena *a = &g->task->arena;
	struct fl_str text;
	g->file = fl_task_path(g->task, path, a);
	FL_TRY(fl_file_read(g->file, FL_TASK_DATA_BYTES, a, &text, err));
	fl_sha256_field(print, text);
	if (has_ending(path, jsonl, FL_COUNT(jsonl)))
		return read_jsonl(g, text, err);
	if (has_ending(path, csv, FL_COUNT(csv)))
		return read_csv(g, text, err);
	if (has_ending(path, yaml, FL_COUNT(yaml))) {
		const struct fl_yaml *root;
		FL_TRY(fl_yaml_parse(&root, a, text, g->file, err));
		return read_yaml(g, root, err);
	}
	refuse(err, g, 0, "the format of this file cannot be told from its name");
	fl_err_expected(err, "a name that ends with .jsonl, .csv, .yaml or .json");
	return FL_E_INVALID;
}

static enum fl_code refuse_same_ids(const struct gather *g, struct fl_err *err)
{
	struct fl_map seen;
	fl_map_init(&seen);
	enum fl_code code = FL_OK;
	for (size_t i = 0; i < g->item.n && code == FL_OK; i++) {
		struct fl_item *before = fl_map_put(&seen, g->item.p[i].id, &g->item.p[i]);
		if (!before)
			continue;
		fl_err_set(err, FL_E_INVALID, "two items have the id '%.*s'", FL_FMT(g->item.p[i].id));
		fl_err_place(err, g->file, g->item.p[i].line, 0);
		fl_err_found(err, "the same id on line %d", before->line);
		fl_err_help(err, "give each item an id of its own, or leave `id` out");
		code = FL_E_INVALID;
	}
	fl_map_release(&seen);
	return code;
}

/* Numbers the clusters in order of their first item. */
static void number_clusters(struct gather *g)
{
	struct fl_task *t = g->task;
	struct fl_map seen;
	fl_map_init(&seen);
	for (size_t i = 0; i < g->item.n; i++) {
		struct fl_str name = g->cluster.p[i];
		struct fl_item *first = name.n ? fl_map_get(&seen, name) : NULL;
		t->clustered |= name.n > 0;
		t->item[i].cluster = first ? first->cluster : (uint32_t)t->cluster_count++;
		if (name.n && !first)
			fl_map_put(&seen, name, &t->item[i]);
	}
	fl_map_release(&seen);
}

static enum fl_code finish(struct gather *g, struct fl_err *err)
{
	if (g->item.n == 0) {
		refuse(err, g, 0, "the data holds no item");
		fl_err_expected(err, "at least one item");
		return FL_E_INVALID;
	}
	FL_TRY(refuse_same_ids(g, err));
	g->task->item_count = g->item.n;
	g->task->item = FL_NEW_ARRAY(&g->task->arena, struct fl_item, g->item.n);
	memcpy(g->task->item, g->item.p, g->item.n * sizeof *g->item.p);
	number_clusters(g);
	return FL_OK;
}

enum fl_code fl_task_read_data(struct fl_task *t, const struct fl_task_section *s, struct fl_sha256 *print,
                               struct fl_err *err)
{
	struct gather g = {.task = t, .file = fl_arena_dupz(&t->arena, t->file)};
	enum fl_code code;
	if (s->data->kind == FL_YAML_LIST)
		code = read_yaml(&g, s->data, err);
	else if (s->data->kind == FL_YAML_SCALAR && s->data->text.n)
		code = read_file(&g, s->data->text, print, err);
	else
		code = fl_yaml_err(s->data, err, FL_E_INVALID, "data must be a file name or a list of items");
	if (code == FL_OK)
		code = finish(&g, err);
	t->data_file = g.file;
	FL_VEC_RELEASE(&g.item);
	FL_VEC_RELEASE(&g.cluster);
	return code;
}

enum fl_code fl_task_read_items(struct fl_task *t, const char *path, struct fl_err *err)
{
	const char *slash = strrchr(path, '/');
	struct fl_yaml name = {.kind = FL_YAML_SCALAR, .text = fl_str_from(slash ? slash + 1 : path)};
	struct fl_task_section section = {.data = &name};
	struct fl_sha256 print;
	*t = (struct fl_task){0};
	fl_arena_init(&t->arena);
	fl_providers_init(&t->providers, NULL);
	fl_sha256_init(&print);
	t->file = fl_arena_dup(&t->arena, fl_str_from(path));
	enum fl_code code = fl_task_read_data(t, &section, &print, err);
	fl_sha256_final(&print, t->fingerprint);
	if (code == FL_OK && t->item_count == 0) {
		code = fl_err_set(err, FL_E_INVALID, "there is no item");
		fl_err_place(err, path, 0, 0);
	}
	if (code != FL_OK)
		fl_task_release(t);
	return code;
}

/* --- examples ----------------------------------------------------------------------------------------------------- */

/* An item's content without its name: what would make an example give an item's answer away. */
static struct fl_str content(const struct fl_json *object, struct fl_arena *a)
{
	struct fl_buf b;
	fl_buf_init(&b, FL_TASK_PROMPT_BYTES);
	for (const struct fl_json *m = fl_json_first(object); m; m = fl_json_next(object, m)) {
		struct fl_str key = fl_json_key(m, a);
		if (fl_str_is(key, "id") || fl_str_is(key, "cluster"))
			continue;
		fl_buf_printf(&b, "%zu:", key.n);
		fl_buf_str(&b, key);
		struct fl_str value = scalar(m, a);
		fl_buf_printf(&b, "%zu:", value.n);
		fl_buf_str(&b, value);
	}
	struct fl_str out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

static enum fl_code refuse_overlap(struct fl_task *t, const struct gather *examples, struct fl_err *err)
{
	struct fl_map by_content;
	struct fl_arena keep, scratch;
	struct fl_json_doc doc;
	enum fl_code code = FL_OK;
	fl_map_init(&by_content);
	fl_arena_init(&keep);
	fl_arena_init(&scratch);
	for (size_t i = 0; i < examples->item.n && code == FL_OK; i++) {
		code = fl_json_parse(&doc, &keep, examples->item.p[i].json, FL_JSON_LIMITS, err);
		if (code == FL_OK)
			fl_map_put(&by_content, content(fl_json_root(&doc), &keep), &examples->item.p[i]);
	}
	for (size_t i = 0; i < t->item_count && code == FL_OK; i++) {
		fl_arena_reset(&scratch);
		code = fl_task_item(t, i, &scratch, &doc, err);
		const struct fl_item *same =
		    code == FL_OK ? fl_map_get(&by_content, content(fl_json_root(&doc), &scratch)) : NULL;
		if (!same)
			continue;
		fl_err_set(err, FL_E_INVALID,
		           "a worked example is an item of the data too, so its answer is given away");
		fl_err_place(err, examples->file, same->line, 0);
		fl_err_found(err, "the same as item '%.*s'", FL_FMT(t->item[i].id));
		fl_err_help(err, "take it out of one of the two files");
		code = FL_E_INVALID;
	}
	fl_arena_release(&scratch);
	fl_arena_release(&keep);
	fl_map_release(&by_content);
	return code;
}

enum fl_code fl_task_read_examples(struct fl_task *t, const struct fl_task_section *s, struct fl_sha256 *print,
                                   struct fl_err *err)
{
	struct gather g = {.task = t};
	if (s->examples.n == 0)
		return FL_OK;
	enum fl_code code = read_file(&g, s->examples, print, err);
	if (code == FL_OK && g.item.n > FL_TASK_EXAMPLES) {
		code = refuse(err, &g, 0, "there are more than 1,000 examples");
	} else if (code == FL_OK) {
		t->example = FL_NEW_ARRAY(&t->arena, struct fl_str, g.item.n);
		t->example_count = g.item.n;
		for (size_t i = 0; i < g.item.n; i++)
			t->example[i] = g.item.p[i].json;
		code = refuse_overlap(t, &g, err);
	}
	FL_VEC_RELEASE(&g.item);
	FL_VEC_RELEASE(&g.cluster);
	return code;
}

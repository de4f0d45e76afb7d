/*
 * fuzz_yaml.c - a tree that was read can be written as JSON, which is YAML and gives the same JSON again; a schema
 * table reads or refuses it with a place.
 */
#include "lang/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct inner {
	const struct fl_yaml *node;
	int64_t money, share, rate;
	struct fl_list words;
};
struct outer {
	const struct fl_yaml *node;
	struct fl_str a;
	struct fl_list b, c, d;
	struct inner inner;
	double number;
	bool flag;
	const struct fl_yaml *any;
};
static const char *const words[] = {"low", "high", NULL};
static const struct fl_field inner_fields[] = {
    {.key = "money", .type = &fl_type_money, .at = offsetof(struct inner, money)},
    {.key = "share", .type = &fl_type_share, .at = offsetof(struct inner, share)},
    {.key = "rate", .type = &fl_type_per_mtok, .at = offsetof(struct inner, rate), .help = "a rate"},
    {.key = "words", .type = &fl_type_word, .shape = FL_MANY, .at = offsetof(struct inner, words), .words = words},
};
static const struct fl_table inner_table = {
    .name = "inner", .field = inner_fields, .fields = FL_COUNT(inner_fields), .size = sizeof(struct inner)};
static const struct fl_field outer_fields[] = {
    {.key = "a", .type = &fl_type_str, .at = offsetof(struct outer, a), .required = true},
    {.key = "b",
     .type = &fl_type_int,
     .shape = FL_LIST,
     .at = offsetof(struct outer, b),
     .bounded = true,
     .min = -5,
     .max = 9},
    {.key = "c", .type = &fl_type_duration, .shape = FL_NAMED, .at = offsetof(struct outer, c)},
    {.key = "d", .type = &fl_type_table, .shape = FL_MANY, .at = offsetof(struct outer, d), .table = &inner_table},
    {.key = "inner", .type = &fl_type_table, .at = offsetof(struct outer, inner), .table = &inner_table},
    {.key = "number", .type = &fl_type_number, .at = offsetof(struct outer, number)},
    {.key = "flag", .type = &fl_type_bool, .at = offsetof(struct outer, flag)},
    {.key = "any", .type = &fl_type_any, .at = offsetof(struct outer, any)},
};
static const struct fl_table outer_table = {
    .name = "outer", .field = outer_fields, .fields = FL_COUNT(outer_fields), .size = sizeof(struct outer)};

/* The tree as JSON; false when it has something that JSON has not. */
static bool to_json(const struct fl_yaml *v, struct fl_buf *b)
{
	struct fl_json_writer w;
	fl_buf_init(b, 1 << 26);
	fl_json_begin(&w, b, 0);
	return fl_yaml_to_json(v, &w, NULL) == FL_OK && fl_json_done(&w);
}

static void check_json(const struct fl_yaml *root, struct fl_arena *a)
{
	struct fl_buf b, again;
	struct fl_json_doc doc;
	const struct fl_yaml *back;
	if (to_json(root, &b)) {
		FL_ASSERT(fl_json_parse(&doc, a, fl_buf_slice(&b), FL_JSON_LIMITS, NULL) == FL_OK);
		FL_ASSERT(doc.duplicates == 0);
		if (root->kind != FL_YAML_SCALAR) {
			FL_ASSERT(fl_yaml_parse(&back, a, fl_buf_slice(&b), NULL, NULL) == FL_OK);
			FL_ASSERT(to_json(back, &again));
			FL_ASSERT(fl_str_eq(fl_buf_slice(&b), fl_buf_slice(&again)));
			fl_buf_release(&again);
		}
	}
	fl_buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fl_arena a;
	struct fl_err e = {0};
	const struct fl_yaml *root;
	struct outer out;
	fl_arena_init(&a);
	enum fl_code code = fl_yaml_parse(&root, &a, (struct fl_str){(const char *)data, size}, "f.yaml", &e);
	FL_ASSERT((code == FL_OK) == (root != NULL));
	if (code == FL_OK) {
		check_json(root, &a);
		code = fl_schema_read(&outer_table, root, &out, &a, &e);
	}
	FL_ASSERT(code == FL_OK || (e.code == code && strcmp(e.file, "f.yaml") == 0 && e.line > 0 && e.message[0]));
	fl_arena_release(&a);
	return 0;
}

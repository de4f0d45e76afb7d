/*
 * fuzz_yaml_write.c - a tree that was read is written so that it reads back with the same shape, keys, texts and types,
 * and what is written twice is the same.
 */
#include "codec/yaml_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const struct fl_yaml *a, const struct fl_yaml *b)
{
	FL_ASSERT(a->kind == b->kind && a->count == b->count && fl_str_eq(a->key, b->key));
	FL_ASSERT(fl_yaml_type(a) == fl_yaml_type(b));
	FL_ASSERT(a->kind != FL_YAML_SCALAR || fl_yaml_type(a) == FL_YAML_NULL || fl_str_eq(a->text, b->text));
	const struct fl_yaml *d = b->first;
	for (const struct fl_yaml *c = a->first; c; c = c->next, d = d->next)
		check_same(c, d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fl_arena a;
	struct fl_err e = {0};
	struct fl_buf once, twice;
	const struct fl_yaml *root, *back;
	fl_arena_init(&a);
	fl_buf_init(&once, 1 << 24);
	fl_buf_init(&twice, 1 << 24);
	if (fl_yaml_parse(&root, &a, (struct fl_str){(const char *)data, size}, "f.yaml", &e) == FL_OK &&
	    fl_yaml_write(root, &once, &e) == FL_OK) {
		FL_ASSERT(fl_yaml_parse(&back, &a, fl_buf_slice(&once), "back.yaml", &e) == FL_OK);
		check_same(root, back);
		FL_ASSERT(fl_yaml_write(back, &twice, &e) == FL_OK);
		FL_ASSERT(fl_str_eq(fl_buf_slice(&once), fl_buf_slice(&twice)));
	}
	fl_buf_release(&once);
	fl_buf_release(&twice);
	fl_arena_release(&a);
	return 0;
}

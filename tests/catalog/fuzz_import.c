/*
 * fuzz_import.c - one reader of price lists by the first byte (else by shape): bytes are refused with a place, or become
 * an overlay that reads as a catalogue.
 */
#include "catalog/import.h"
#include "codec/yaml_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_overlay(struct fl_import *im, struct fl_arena *a)
{
	const struct fl_yaml *tree, *back;
	struct fl_catalog *c = FL_NEW(a, struct fl_catalog);
	struct fl_err e = {0};
	struct fl_buf b;
	fl_import_compare(im);
	tree = fl_import_overlay(im);
	fl_buf_init(&b, 1 << 24);
	/* Texts that are too long for a key, or not UTF-8, cannot be written: that is told, not hidden. */
	if (tree && fl_yaml_write(tree, &b, &e) == FL_OK) {
		FL_ASSERT(fl_yaml_parse(&back, a, fl_buf_slice(&b), "o.yaml", &e) == FL_OK);
		FL_ASSERT(fl_schema_read(&fl_catalog_table, back, c, a, &e) == FL_OK);
	}
	fl_buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fl_arena a;
	struct fl_import im;
	struct fl_err e = {0};
	size_t count;
	const struct fl_import_format *const *format = fl_import_formats(&count);
	if (size < 1)
		return 0;
	fl_arena_init(&a);
	fl_import_init(&im, &a, fl_catalog_builtin(), fl_catalog_builtin(), data[0] & 16);
	enum fl_code code = fl_import_add(&im, FL_S("f.json"), (struct fl_str){(const char *)data + 1, size - 1},
	                                  data[0] % 8 < count ? format[data[0] % 8] : NULL, 20500, 20500, &e);
	if (code == FL_OK)
		check_overlay(&im, &a);
	else
		FL_ASSERT(e.code == code && e.message[0]);
	fl_import_release(&im);
	fl_arena_release(&a);
	return 0;
}

/*
 * load.c - from files to a catalogue with its indexes.
 */
#include "catalog/catalog.h"
#include "catalog/index.h"
#include "catalog/merge.h"
#include "io/file.h"

/* Reads one file and lays it over what is there. */
static enum fl_code add_file(struct fl_catalog *c, struct fl_str path, struct fl_err *err)
{
	struct fl_catalog *upper = FL_NEW(&c->arena, struct fl_catalog);
	const struct fl_yaml *root;
	struct fl_str text;
	const char *name = fl_arena_dupz(&c->arena, path);
	FL_TRY(fl_file_read(name, FL_YAML_BYTES, &c->arena, &text, err));
	FL_TRY(fl_yaml_parse(&root, &c->arena, text, name, err));
	FL_TRY(fl_schema_read(&fl_catalog_table, root, upper, &c->arena, err));
	fl_merge(&fl_catalog_table, c, upper, &c->arena);
	return FL_OK;
}

enum fl_code fl_catalog_add(struct fl_catalog *c, const struct fl_str *file, size_t files, struct fl_err *err)
{
	struct fl_str *names = FL_NEW_ARRAY(&c->arena, struct fl_str, files);
	for (size_t i = 0; i < files; i++) {
		names[i] = fl_arena_dup(&c->arena, file[i]);
		enum fl_code code = add_file(c, file[i], err);
		if (code != FL_OK) {
			fl_err_while(err, "reading the catalogue file '%.*s'", FL_FMT(file[i]));
			fl_catalog_release(c);
			return code;
		}
	}
	c->overlays = (struct fl_list){.p = names, .n = files};
	fl_catalog_index(c);
	return FL_OK;
}

void fl_catalog_init(struct fl_catalog *c)
{
	fl_arena_init(&c->arena);
	fl_map_init(&c->model_by_name);
	fl_map_init(&c->offer_by_name);
	c->overlays = (struct fl_list){0};
}

enum fl_code fl_catalog_read(struct fl_catalog *c, const struct fl_str *file, size_t files, struct fl_err *err)
{
	fl_schema_defaults(&fl_catalog_table, c);
	fl_catalog_init(c);
	return fl_catalog_add(c, file, files, err);
}

void fl_catalog_release(struct fl_catalog *c)
{
	fl_map_release(&c->model_by_name);
	fl_map_release(&c->offer_by_name);
	fl_arena_release(&c->arena);
}

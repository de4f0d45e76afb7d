/*
 * schema_print.c - tables as JSON Schema, draft 2020-12. Types and tables become $defs, each once; a field refers to
 * them and adds its shape, bounds and description (siblings of $ref count in this draft).
 */
#include "lang/schema.h"

#include <stdio.h>

#include "lang/quantity.h"

static void collect_table(struct fl_schema_parts *d, const struct fl_table *t);

static void collect_type(struct fl_schema_parts *d, const struct fl_field *f)
{
	if (f->type == &fl_type_table) {
		collect_table(d, f->table);
		return;
	}
	if (f->type == &fl_type_word)
		return;
	for (size_t i = 0; i < d->types; i++) {
		if (d->type[i] == f->type)
			return;
		FL_ASSERT(strcmp(d->type[i]->name, f->type->name) != 0);
	}
	FL_ASSERT(d->types < FL_SCHEMA_PARTS);
	d->type[d->types++] = f->type;
	for (size_t i = 0; i < f->type->eithers; i++)
		collect_type(d, &f->type->either[i]);
}

/* Adds a table and all that it refers to; a table seen before is done. */
static void collect_table(struct fl_schema_parts *d, const struct fl_table *t)
{
	for (size_t i = 0; i < d->tables; i++) {
		if (d->table[i] == t)
			return;
		FL_ASSERT(strcmp(d->table[i]->name, t->name) != 0);
	}
	FL_ASSERT(d->tables < FL_SCHEMA_PARTS);
	d->table[d->tables++] = t;
	for (size_t i = 0; i < t->fields; i++)
		collect_type(d, &t->field[i]);
}

static void put_ref(struct fl_json_writer *w, const char *name)
{
	char ref[96];
	int n = snprintf(ref, sizeof(ref), "#/$defs/%s", name);
	FL_ASSERT(n > 0 && n < (int)sizeof(ref));
	fl_json_member_str(w, "$ref", (struct fl_str){ref, (size_t)n});
}

static void put_bounds(const struct fl_field *f, struct fl_json_writer *w)
{
	bool number = f->type == &fl_type_int || f->type == &fl_type_number;
	if (!f->bounded || (!number && f->type != &fl_type_str))
		return;
	fl_json_member_double(w, number ? "minimum" : "minLength", f->min);
	fl_json_member_double(w, number ? "maximum" : "maxLength", f->max);
}

/* The members of a schema for one value of the field's type. */
static void put_type(const struct fl_field *f, struct fl_json_writer *w)
{
	if (f->type == &fl_type_table) {
		put_ref(w, f->table->name);
	} else if (f->type == &fl_type_word) {
		fl_json_name(w, "enum");
		fl_json_open(w, '[');
		for (size_t i = 0; f->words[i]; i++)
			fl_json_put_str(w, fl_str_from(f->words[i]));
		fl_json_close(w);
	} else {
		put_ref(w, f->type->name);
		put_bounds(f, w);
	}
}

static void put_list(const struct fl_field *f, struct fl_json_writer *w)
{
	fl_json_member_str(w, "type", FL_S("array"));
	fl_json_name(w, "items");
	fl_json_open(w, '{');
	put_type(f, w);
	fl_json_close(w);
	if (f->least)
		fl_json_member_u64(w, "minItems", f->least);
}

static void put_one_or_list(const struct fl_field *f, struct fl_json_writer *w)
{
	fl_json_name(w, "anyOf");
	fl_json_open(w, '[');
	fl_json_open(w, '{');
	put_type(f, w);
	fl_json_close(w);
	fl_json_open(w, '{');
	put_list(f, w);
	fl_json_close(w);
	fl_json_close(w);
}

static void put_named(const struct fl_field *f, struct fl_json_writer *w)
{
	fl_json_member_str(w, "type", FL_S("object"));
	fl_json_name(w, "additionalProperties");
	fl_json_open(w, '{');
	put_type(f, w);
	fl_json_close(w);
	if (f->least)
		fl_json_member_u64(w, "minProperties", f->least);
}

static void put_field(const struct fl_field *f, struct fl_json_writer *w)
{
	static void (*const put[])(const struct fl_field *, struct fl_json_writer *) = {
	    [FL_ONE] = put_type, [FL_LIST] = put_list, [FL_MANY] = put_one_or_list, [FL_NAMED] = put_named};
	fl_json_open(w, '{');
	put[f->shape](f, w);
	if (f->help)
		fl_json_member_str(w, "description", fl_str_from(f->help));
	fl_json_close(w);
}

static void put_table(const struct fl_table *t, struct fl_json_writer *w)
{
	bool any = false;
	fl_json_member_str(w, "type", FL_S("object"));
	fl_json_name(w, "properties");
	fl_json_open(w, '{');
	for (size_t i = 0; i < t->fields; i++) {
		fl_json_name(w, t->field[i].key);
		put_field(&t->field[i], w);
		any = any || t->field[i].required;
	}
	fl_json_close(w);
	if (any) {
		fl_json_name(w, "required");
		fl_json_open(w, '[');
		for (size_t i = 0; i < t->fields; i++) {
			if (t->field[i].required)
				fl_json_put_str(w, fl_str_from(t->field[i].key));
		}
		fl_json_close(w);
	}
	fl_json_member_bool(w, "additionalProperties", t->open);
}

static void put_quantity(enum fl_quantity kind, struct fl_json_writer *w)
{
	const char *bare = fl_quantity_bare_schema(kind);
	if (bare[0]) {
		fl_json_name(w, "anyOf");
		fl_json_open(w, '[');
		fl_json_put_raw(w, fl_str_from(bare));
		fl_json_open(w, '{');
	}
	fl_json_member_str(w, "type", FL_S("string"));
	fl_json_member_str(w, "pattern", fl_str_from(fl_quantity_pattern(kind)));
	if (bare[0]) {
		fl_json_close(w);
		fl_json_close(w);
	}
	fl_json_member_str(w, "description", fl_str_from(fl_quantity_name(kind)));
}

static void put_type_def(const struct fl_type *t, struct fl_json_writer *w)
{
	if (t->schema) {
		fl_json_put_raw(w, fl_str_from(t->schema));
		return;
	}
	fl_json_open(w, '{');
	if (t->eithers) {
		fl_json_name(w, "anyOf");
		fl_json_open(w, '[');
		for (size_t i = 0; i < t->eithers; i++)
			put_field(&t->either[i], w);
		fl_json_close(w);
	} else {
		put_quantity((enum fl_quantity)t->tag, w);
	}
	fl_json_close(w);
}

void fl_schema_collect(const struct fl_table *table, struct fl_schema_parts *parts)
{
	*parts = (struct fl_schema_parts){.types = 0};
	collect_table(parts, table);
}

void fl_schema_print(const struct fl_table *table, const char *title, struct fl_json_writer *w)
{
	struct fl_schema_parts d;
	fl_schema_collect(table, &d);
	fl_json_open(w, '{');
	fl_json_member_str(w, "$schema", FL_S("https://json-schema.org/draft/2020-12/schema"));
	fl_json_member_str(w, "title", fl_str_from(title));
	put_ref(w, table->name);
	fl_json_name(w, "$defs");
	fl_json_open(w, '{');
	for (size_t i = 0; i < d.tables; i++) {
		fl_json_name(w, d.table[i]->name);
		fl_json_open(w, '{');
		put_table(d.table[i], w);
		fl_json_close(w);
	}
	for (size_t i = 0; i < d.types; i++) {
		fl_json_name(w, d.type[i]->name);
		put_type_def(d.type[i], w);
	}
	fl_json_close(w);
	fl_json_close(w);
}

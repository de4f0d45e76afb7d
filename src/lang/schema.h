/*
 * schema.h - what a YAML section may hold, as a table: it checks the tree, fills a C struct, and prints the JSON Schema.
 *
 * A table is a list of fields (key, type, shape, where in the struct). Reading fails at the first thing that does not
 * fit, with file:line:column, what was found and what was expected; an unknown key suggests the nearest known one.
 *
 *   struct value {                                     every struct begins with its node; NULL = section not given
 *           const struct fl_yaml *node;
 *           int64_t wage_nusd_per_hour;
 *           struct fl_list samples;                    of int64_t
 *   };
 *   static const struct fl_field value_fields[] = {
 *           {.key = "wage", .type = &fl_type_per_hour, .at = offsetof(struct value, wage_nusd_per_hour),
 *            .required = true, .help = "what an hour of the person who waits costs"},
 *           {.key = "samples", .type = &fl_type_int, .shape = FL_MANY, .at = offsetof(struct value, samples),
 *            .bounded = true, .min = 1, .max = 99}};
 *   static const struct fl_table value_table = {
 *           .name = "value", .field = value_fields, .fields = FL_COUNT(value_fields), .size = sizeof(struct value)};
 *
 * Ownership: tables are static; lists and texts live in the arena and in the tree. Threads: pure. Limits: those of
 * yaml.h, FL_TABLE_FIELDS. Failure: FL_E_INVALID, FL_E_LIMIT.
 */
#ifndef FL_SCHEMA_H
#define FL_SCHEMA_H

#include "base/problems.h"
#include "codec/json.h"
#include "codec/json_number.h"
#include "codec/yaml.h"

#define FL_TABLE_FIELDS 64 /* fields of one table */

/* How often a field's type stands: `key: X`, `key: [X, X]`, either of the two, `key: {name: X, name: X}`. */
enum fl_shape { FL_ONE, FL_LIST, FL_MANY, FL_NAMED };

/* What every shape but FL_ONE is stored as. */
struct fl_list {
	void *p; /* n elements of the type's size */
	size_t n;
	struct fl_str *name;         /* FL_NAMED: their names; else NULL */
	const struct fl_yaml **node; /* their places */
};

struct fl_field;
struct fl_reading; /* an error place and a memory; private */

/* A type of values. Programs may define their own beside those below. */
struct fl_type {
	const char *name;     /* in the JSON Schema's $defs; unique */
	const char *expected; /* "true or false": for messages */
	size_t size;          /* of what is stored */
	/* Reads v into `to`; fails through fl_schema_refuse or fl_schema_wrong. */
	enum fl_code (*read)(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to);
	/* JSON Schema of the value: a JSON text, or else the fields (key unused) of which one must fit. */
	const char *schema;
	const struct fl_field *either;
	size_t eithers;
	int tag; /* for `read` */
};

struct fl_field {
	const char *key;
	const struct fl_type *type;
	enum fl_shape shape;
	size_t at; /* offsetof in the table's struct */
	bool required;
	bool bounded; /* min..max hold: of numbers and quantities, of the length of texts in bytes */
	double min, max;
	size_t least;                 /* fewest elements of a list or map */
	const char *const *words;     /* of fl_type_word: what is allowed, NULL at the end */
	const struct fl_table *table; /* of fl_type_table */
	const char *help;             /* one phrase, for messages and editors */
};

struct fl_table {
	const char *name; /* in the JSON Schema's $defs; unique */
	const struct fl_field *field;
	size_t fields;
	size_t size;          /* of the struct, which begins with `const struct fl_yaml *node` */
	const void *defaults; /* a struct to start from; NULL = all zero. Sections inside start from their own. */
	bool open;            /* other keys are allowed and left to the caller */
};

/* type                              stored as */
extern const struct fl_type fl_type_str;    /* struct fl_str; any scalar but nothing; lives as long as the tree */
extern const struct fl_type fl_type_bool;   /* bool; true or false without quotes */
extern const struct fl_type fl_type_int;    /* int64_t; decimal, without quotes */
extern const struct fl_type fl_type_number; /* double; without quotes */
extern const struct fl_type fl_type_word;   /* int: index in words */
extern const struct fl_type fl_type_table;  /* the table's struct itself */
extern const struct fl_type fl_type_any;    /* const struct fl_yaml * */
extern const struct fl_type fl_type_date;   /* fl_date (base/date.h) */
/* Quantities, int64_t, units as in quantity.h. */
extern const struct fl_type fl_type_money, fl_type_duration, fl_type_tokens, fl_type_bytes, fl_type_share,
    fl_type_points, fl_type_per_month, fl_type_per_hour, fl_type_per_mtok, fl_type_per_megasecond, fl_type_per_call;

/* Checks v against the table and fills `to` (a struct of table->size bytes). */
enum fl_code fl_schema_read(const struct fl_table *table, const struct fl_yaml *v, void *to, struct fl_arena *a,
                            struct fl_err *err) FL_MUST_USE;
/* The same, telling every problem (problems.h): what is wrong keeps its default. Fails only where v is no section at all. */
enum fl_code fl_schema_read_all(const struct fl_table *table, const struct fl_yaml *v, void *to, struct fl_arena *a,
                                struct fl_problems *problems, struct fl_err *err) FL_MUST_USE;
/* Fills `to` with the defaults, as if an empty section stood there and nothing were required. */
void fl_schema_defaults(const struct fl_table *table, void *to);
/* Writes the JSON Schema (draft 2020-12) of the table: what fl_schema_read accepts, the schema accepts too. */
void fl_schema_print(const struct fl_table *table, const char *title, struct fl_json_writer *w);

/* Every type and table that a table refers to, itself first, each once. */
enum { FL_SCHEMA_PARTS = 96 };
struct fl_schema_parts {
	const struct fl_type *type[FL_SCHEMA_PARTS];
	const struct fl_table *table[FL_SCHEMA_PARTS];
	size_t types, tables;
};
void fl_schema_collect(const struct fl_table *table, struct fl_schema_parts *parts);
/* A bound as its user would write it: shares in per cent, durations with their unit. */
enum { FL_BOUND_TEXT = FL_DOUBLE_TEXT + 4 };
void fl_schema_bound(const struct fl_type *type, double bound, char text[FL_BOUND_TEXT]);

/* For `read` of types. The arena of this reading. */
struct fl_arena *fl_schema_arena(struct fl_reading *r);
/* "path: expected <type's expected>, found <v>", at the place of v. */
enum fl_code fl_schema_wrong(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v);
/* "path: <text>", at the place of v. */
enum fl_code fl_schema_refuse(struct fl_reading *r, enum fl_code code, const struct fl_yaml *v, const char *fmt, ...)
    FL_PRINTF(4, 5);
/* Reads v as the field says (shape, type, bounds), at the same path. */
enum fl_code fl_schema_value(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to);
struct fl_err *fl_schema_err(struct fl_reading *r);

#endif

/*
 * index.h - the parts of loading: an empty catalogue, files over it, the maps that make it searchable. Private to catalog/.
 *
 * Ownership: maps belong to the catalogue, keys to its arena. Threads: while loading only. Failure: as fl_catalog_read.
 */
#ifndef FL_CATALOG_INDEX_H
#define FL_CATALOG_INDEX_H

#include "catalog/catalog.h"

/* Empty maps and arena; the facts stay as they are. */
void fl_catalog_init(struct fl_catalog *c);
/* Lays files over what is there and indexes all; releases the catalogue when that fails. */
enum fl_code fl_catalog_add(struct fl_catalog *c, const struct fl_str *file, size_t files,
                            struct fl_err *err) FL_MUST_USE;
/* Sets the ids of models and fills both maps anew. */
void fl_catalog_index(struct fl_catalog *c);
/* Length of a date at the end of a model's name, with the sign before it: -2026-07-09, -20260709, @20260709, -0709. */
size_t fl_catalog_date_suffix(struct fl_str s);
/* Lower-case copy. */
struct fl_str fl_catalog_fold(struct fl_str s, struct fl_arena *a);

#endif

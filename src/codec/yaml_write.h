/*
 * yaml_write.h - trees of yaml.h built by a program, and written as YAML text that reads back the same.
 *
 * What must hold: fl_yaml_parse of the text gives a tree of the same shape, keys, texts and types (fl_yaml_type). So a
 * text that looks like a number, a date, a truth value or nothing is quoted, and so is whatever YAML would cut short
 * (": ", " #", leading signs, line breaks). Small maps and lists stand on one line; the rest is indented by two.
 *
 *   prices:
 *     - {input: 0.2, output: 1.2, from: "2026-09-22", source: [openai-docs]}
 *
 * A list stands deeper than its key. Comments and the style of a text that was read are not kept.
 *
 * Ownership: built nodes live in the arena of the pen; texts and children are shared. Threads: pure. Limits: those of
 * yaml.h; a key of FL_YAML_KEY bytes. Failure: FL_E_LIMIT for depth, keys and a full buffer; FL_E_INVALID for texts that
 * are not UTF-8.
 */
#ifndef FL_YAML_WRITE_H
#define FL_YAML_WRITE_H

#include "codec/yaml.h"

enum {
	FL_YAML_KEY =
	    200, /* bytes of a written key; libyaml reads simple keys up to 1,024 characters, quotes included */
	FL_YAML_WIDTH = 120 /* columns that a map or list on one line may reach */
};

/* A list or map that grows at its end. */
struct fl_yaml_pen {
	struct fl_arena *arena;
	struct fl_yaml *node; /* the list or map */
	struct fl_yaml *last;
};
void fl_yaml_pen_init(struct fl_yaml_pen *p, struct fl_arena *a, enum fl_yaml_kind kind);
/* Adds a copy of `v` (its children are shared) to a map, under a key that it does not have yet; or to a list. */
void fl_yaml_pen_put(struct fl_yaml_pen *p, struct fl_str key, const struct fl_yaml *v);
void fl_yaml_pen_push(struct fl_yaml_pen *p, const struct fl_yaml *v);
/* A scalar that is a text whatever it looks like; a scalar that means what it looks like: a number, a day, yes. */
const struct fl_yaml *fl_yaml_text(struct fl_arena *a, struct fl_str text);
const struct fl_yaml *fl_yaml_plain(struct fl_arena *a, struct fl_str text);

/* Appends a comment, each line of it within `width` columns unless a word alone is longer; further lines are led by "#" and
 * `indent` spaces more. */
void fl_yaml_comment(struct fl_buf *out, struct fl_str text, size_t width, size_t indent);
/* Appends v, with a line break at its end. */
enum fl_code fl_yaml_write(const struct fl_yaml *v, struct fl_buf *out, struct fl_err *err) FL_MUST_USE;

#endif

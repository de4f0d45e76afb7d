/*
 * html.h - text that files, models and servers said, made inert for HTML: the one place where the report escapes.
 *
 * First made plain (plain.h: control characters and bidirectional overrides become visible), then the five characters
 * that mean something in HTML become references, so that the result is safe between tags and inside quoted attributes.
 * It never makes an address out of a text. Ownership: results live in the arena. Threads: pure. Limits: the caller's
 * buffer; a text above FL_HTML_TEXT bytes is cut there, with a mark. Failure: fl_html_add is false when the buffer is
 * full.
 */
#ifndef FL_HTML_H
#define FL_HTML_H

#include "base/arena.h"
#include "base/str.h"

enum { FL_HTML_TEXT = 90000 }; /* bytes of one escaped text: below what FL_FMT prints */

/* Appends a text with its line breaks. */
bool fl_html_add(struct fl_buf *out, struct fl_str text);
/* The same into an arena. */
struct fl_str fl_html(struct fl_arena *a, struct fl_str text);
/* On one line, whole: for attributes, names and sentences. */
struct fl_str fl_html_line(struct fl_arena *a, struct fl_str text);
/* On one line of at most `columns` columns; what is longer loses its middle, for names differ at their ends. */
struct fl_str fl_html_brief(struct fl_arena *a, struct fl_str text, size_t columns);
/* With line breaks: the first `head` and the last `tail` bytes, and between them how many were left out. */
struct fl_str fl_html_excerpt(struct fl_arena *a, struct fl_str text, size_t head, size_t tail);

#endif

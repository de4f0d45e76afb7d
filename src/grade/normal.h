/*
 * normal.h - texts made comparable: Unicode case folding, white space, punctuation.
 *
 * Ownership: results live in the arena (or are the input). Threads: pure. Failure: bytes that are not UTF-8 are kept.
 */
#ifndef FL_NORMAL_H
#define FL_NORMAL_H

#include "base/arena.h"
#include "base/str.h"

enum { FL_IGNORE_CASE = 1, FL_IGNORE_SPACE = 2, FL_IGNORE_PUNCTUATION = 4 };

/*
 * CASE: Unicode case folding and NFKC-compatible composition (utf8proc). SPACE: all white space removed at the ends and
 * runs inside made one space. PUNCTUATION: Unicode punctuation and symbols removed. Without SPACE the ends are still
 * trimmed: no grader sees a trailing line break.
 */
struct fl_str fl_normalise(struct fl_str s, unsigned ignore, struct fl_arena *a);
/* Where `word` stands in `text` as a word of its own (no letter or digit beside it), last occurrence; -1 if nowhere.
 * Both already normalised. */
ptrdiff_t fl_last_word(struct fl_str text, struct fl_str word);

#endif

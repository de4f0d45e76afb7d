/*
 * base64.h - bytes from base64 text, and back (RFC 4648, section 4).
 *
 * Reading is strict: the standard alphabet, padding present, no white space, unused bits of the last group zero. Writing
 * gives exactly such text.
 *
 * Ownership: none. Threads: pure. Limits: the buffer's maximum. Failure: false; the buffer is then as it was before.
 */
#ifndef FL_BASE64_H
#define FL_BASE64_H

#include "base/str.h"

/* Appends the decoded bytes. False when the text is not base64 or the buffer is full. */
bool fl_base64_decode(struct fl_str text, struct fl_buf *out) FL_MUST_USE;
/* Appends the text of the bytes; false when the buffer is full (it may then hold a part). */
bool fl_base64_encode(struct fl_str bytes, struct fl_buf *out);
/* Characters that n bytes become. */
static inline size_t fl_base64_size(size_t n)
{
	return (n + 2) / 3 * 4;
}

#endif

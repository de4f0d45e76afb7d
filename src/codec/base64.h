/*
 * base64.h - bytes from base64 text (RFC 4648, section 4).
 *
 * Strict: the standard alphabet, padding present, no white space, unused bits of the last group zero.
 *
 * Ownership: none. Threads: pure. Limits: the buffer's maximum. Failure: false; the buffer is then as it was before.
 */
#ifndef FL_BASE64_H
#define FL_BASE64_H

#include "base/str.h"

/* Appends the decoded bytes. False when the text is not base64 or the buffer is full. */
bool fl_base64_decode(struct fl_str text, struct fl_buf *out) FL_MUST_USE;

#endif

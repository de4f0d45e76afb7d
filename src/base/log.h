/*
 * log.h - leveled log lines on standard error; secrets are redacted by value.
 *
 * Every secret that is read is registered once; from then on any line (and any text passed through fl_redact) shows
 * "[secret]" in its place. Registering shorter than 4 bytes is ignored. Threads: any; one lock. Limits: 64 secrets of
 * up to 4 KiB, lines of 4 KiB. Failure: a secret past the limit aborts rather than leaks.
 */
#ifndef FL_LOG_H
#define FL_LOG_H

#include "base/base.h"
#include "base/str.h"

enum { FL_SECRET_BYTES = 4096 };

enum fl_log_level { FL_LOG_ERROR, FL_LOG_WARN, FL_LOG_NOTE, FL_LOG_DEBUG };

void fl_log_level(enum fl_log_level most);
void fl_log(enum fl_log_level level, const char *fmt, ...) FL_PRINTF(2, 3);
/* Copies the value; it is redacted from now on. */
void fl_secret_add(struct fl_str value);
/* Appends `text` with every registered secret replaced. False when the buffer is full. */
bool fl_redact(struct fl_buf *out, struct fl_str text);
/* Any of them is in it. */
bool fl_has_secret(struct fl_str text);
/* Redacts a NUL-terminated text in place (the replacement is never longer than 8 bytes; shorter secrets shrink). */
void fl_redact_in_place(char *text);

#endif

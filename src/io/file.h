/*
 * file.h - whole files in and out.
 *
 * Ownership: texts live in the caller's arena. Threads: any (blocking; for start-up and worker threads). Limits: the
 * caller states the largest size. Failure: NOT_FOUND, IO, FULL, LIMIT, with the path as place.
 */
#ifndef FL_FILE_H
#define FL_FILE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Reads all of it. The path "-" is standard input. */
enum fl_code fl_file_read(const char *path, size_t max, struct fl_arena *a, struct fl_str *out,
                          struct fl_err *err) FL_MUST_USE;
/* The first bytes of it, *n of them at most and then as many as there were, and the whole size. */
enum fl_code fl_file_head(const char *path, char *head, size_t *n, uint64_t *size, struct fl_err *err) FL_MUST_USE;
/* The same as fl_file_read, decompressing a gzip file (RFC 1952) by its content; `max` bounds the decompressed size. */
enum fl_code fl_file_read_gzip(const char *path, size_t max, struct fl_arena *a, struct fl_str *out,
                               struct fl_err *err) FL_MUST_USE;
/* Writes beside it and renames, so that a reader sees the old or the whole new file, never a half. Mode 0644. */
enum fl_code fl_file_write(const char *path, struct fl_str text, struct fl_err *err) FL_MUST_USE;
/* The same for a file that is not there yet: INVALID when it is, also when it came in between; it is never touched. */
enum fl_code fl_file_write_new(const char *path, struct fl_str text, struct fl_err *err) FL_MUST_USE;
/* The same as fl_file_write, as a gzip file; equal texts give equal bytes. */
enum fl_code fl_file_write_gzip(const char *path, struct fl_str text, struct fl_err *err) FL_MUST_USE;
/* Fails as fl_file_write would for want of a folder or a permission: to be asked before work that costs money. */
enum fl_code fl_file_may_write(const char *path, struct fl_err *err) FL_MUST_USE;
/* `path` as seen from the folder of `file`: absolute paths stay. */
struct fl_str fl_path_beside(struct fl_str file, struct fl_str path, struct fl_arena *a);

#endif

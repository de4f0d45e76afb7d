/*
 * completion.h - what a shell needs to complete a line of fulcrum, made from the tables of commands and options.
 *
 * A script knows the commands (also those of two words), the options of each and of all, which of them take a file and
 * which one of a few words; it runs nothing. Ownership: appends to the caller's buffer. Threads: pure; equal tables
 * give equal bytes. Limits: the buffer's. Failure: false when there is no such shell.
 */
#ifndef FL_COMPLETION_H
#define FL_COMPLETION_H

#include "base/str.h"

/* The script of a shell: bash, zsh or fish. */
bool fl_completion(struct fl_str shell, struct fl_buf *out);

#endif

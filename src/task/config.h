/*
 * config.h - the user's configuration file (fulcrum.yaml): the providers that it speaks of.
 *
 * Ownership: what is kept lives in the registry. Threads: reading on one thread. Limits: FL_CONFIG_BYTES. Failure: INVALID
 * with file:line:column; NOT_FOUND only for a file that was asked for.
 */
#ifndef FL_CONFIG_H
#define FL_CONFIG_H

#include "provider/provider.h"

enum { FL_CONFIG_BYTES = 16 << 20 };

/* Reads it into the registry. A path of NULL, or of a file that is not there unless `given`, is no configuration. */
enum fl_code fl_config_read(struct fl_providers *p, const char *path, bool given, struct fl_err *err) FL_MUST_USE;

#endif

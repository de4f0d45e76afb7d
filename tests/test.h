/*
 * test.h - what every unit test includes: cmocka and the assertions that it lacks.
 *
 * A test file is a list of functions named after the fact that they state, one cmocka group and a main. Output is TAP.
 */
#ifndef FL_TEST_H
#define FL_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

/* Fails with the error's message unless the call gives FL_OK. */
#define assert_ok(call, e)                                                                                             \
	do {                                                                                                           \
		if ((call) != FL_OK)                                                                                   \
			fail_msg("%s: %s", #call, (e)->message);                                                       \
	} while (0)
/* A slice equals a NUL-terminated text. */
#define assert_str(s, z)                                                                                               \
	do {                                                                                                           \
		struct fl_str s_ = (s);                                                                                \
		if (!fl_str_is(s_, z))                                                                                 \
			fail_msg("got '%.*s', want '%s'", FL_FMT(s_), z);                                              \
	} while (0)

#endif

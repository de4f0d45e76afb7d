/*
 * err.h - what went wrong: one enum, one table row each, and a record that each layer adds context to.
 *
 * FL_OK is 0, every other code is negative. A function that can fail returns enum fl_code (must be used) and writes
 * details into the caller's struct fl_err. Ownership: an fl_err is a plain value, no memory behind it. Threads: no
 * shared state. Limits: texts are cut at the sizes below. A NULL fl_err is allowed everywhere.
 */
#ifndef FL_ERR_H
#define FL_ERR_H

#include "base/base.h"

enum fl_code {
	FL_OK = 0,
	FL_E_CHECK = -1,        /* a check said no: an eval under its bar, nothing feasible */
	FL_E_USAGE = -2,        /* command line */
	FL_E_INVALID = -3,      /* input that does not fit its contract */
	FL_E_NOT_FOUND = -4,    /* a named file or thing is not there */
	FL_E_LIMIT = -5,        /* a stated limit would be passed */
	FL_E_BUDGET = -6,       /* the money is used up, or too little for one call */
	FL_E_DEADLINE = -7,     /* time is used up */
	FL_E_CANCELLED = -8,    /* the user or the caller said stop */
	FL_E_IO = -9,           /* a file or socket operation failed */
	FL_E_FULL = -10,        /* disk or database full */
	FL_E_LOCKED = -11,      /* held by another process */
	FL_E_CORRUPT = -12,     /* a file of ours is damaged */
	FL_E_NEWER = -13,       /* a file was made by a newer Fulcrum */
	FL_E_RESOLVE = -14,     /* host name unknown */
	FL_E_CONNECT = -15,     /* nobody answers there */
	FL_E_TLS = -16,         /* certificate or handshake refused */
	FL_E_TIMEOUT = -17,     /* a network deadline passed: connect, first byte, idle or total */
	FL_E_STALE = -18,       /* a kept-alive connection was dead before the first response byte */
	FL_E_CLOSED = -19,      /* connection lost after the request left */
	FL_E_PROTOCOL = -20,    /* the peer broke the protocol */
	FL_E_TRUNCATED = -21,   /* a stream ended without its terminal event */
	FL_E_AUTH = -22,        /* key missing or refused: 401, 403 */
	FL_E_MODEL = -23,       /* model unknown to the server: 404 */
	FL_E_PARAM = -24,       /* the server refused the request: 400, 413, 422 */
	FL_E_RATE = -25,        /* 429 */
	FL_E_QUOTA = -26,       /* out of credit: 402, insufficient_quota */
	FL_E_SERVER = -27,      /* 5xx, 408, 409, or an error inside a 200 */
	FL_E_CONTEXT = -28,     /* prompt longer than the model's context */
	FL_E_OVER_HOLD = -29,   /* usage reported above what was held */
	FL_E_UNSUPPORTED = -30, /* asked for something that this endpoint or build does not do */
	FL_E_CODES = -31        /* one past the last */
};

/* One row per code. */
struct fl_code_row {
	enum fl_code code;
	const char *name; /* stable snake_case name, used in JSON */
	int http_status;  /* what a gateway would answer */
	int exit_status;  /* of the program: 0..4, interfaces §1 */
	bool retryable;   /* another attempt may succeed */
	const char *help; /* what to do, one sentence */
};

struct fl_err {
	enum fl_code code;
	char message[768];  /* one sentence, then "; while …" per layer */
	char file[256];     /* place; "" when there is none */
	int line, column;   /* 1-based; 0 = unknown */
	char found[256];    /* what was there; "" when not applicable */
	char expected[384]; /* what should have been there */
	char help[384];     /* what to do; the row's help when "" */
};

/* Row of a code; unknown codes abort. */
const struct fl_code_row *fl_code_row(enum fl_code code);
const char *fl_code_name(enum fl_code code);

/* Sets code and message and clears the rest. Returns code, so: return fl_err_set(err, FL_E_INVALID, "…"). */
enum fl_code fl_err_set(struct fl_err *e, enum fl_code code, const char *fmt, ...) FL_PRINTF(3, 4);
/* Adds "; while <context>" to the message. Returns the code that is set. */
enum fl_code fl_err_while(struct fl_err *e, const char *fmt, ...) FL_PRINTF(2, 3);
void fl_err_place(struct fl_err *e, const char *file, int line, int column);
void fl_err_found(struct fl_err *e, const char *fmt, ...) FL_PRINTF(2, 3);
void fl_err_expected(struct fl_err *e, const char *fmt, ...) FL_PRINTF(2, 3);
void fl_err_help(struct fl_err *e, const char *fmt, ...) FL_PRINTF(2, 3);
void fl_err_clear(struct fl_err *e);

/* Returns from the calling function when x is not FL_OK. */
#define FL_TRY(x)                                                                                                      \
	do {                                                                                                           \
		enum fl_code fl_try_code_ = (x);                                                                       \
		if (fl_try_code_ != FL_OK)                                                                             \
			return fl_try_code_;                                                                           \
	} while (0)

#endif

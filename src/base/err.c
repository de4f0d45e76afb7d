#include "base/err.h"

#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#define ROW(c, name, http, exit, retry, help) [-(c)] = {c, name, http, exit, retry, help}

static const struct fl_code_row rows[-FL_E_CODES] = {
    ROW(FL_OK, "ok", 200, 0, false, ""),
    ROW(FL_E_CHECK, "check_failed", 200, 1, false, "see the figures above"),
    ROW(FL_E_USAGE, "usage", 400, 2, false, "run the command with --help"),
    ROW(FL_E_INVALID, "invalid_input", 400, 2, false, "correct the input at the place named"),
    ROW(FL_E_NOT_FOUND, "not_found", 404, 2, false, "check the spelling and the path"),
    ROW(FL_E_LIMIT, "limit", 413, 2, false, "make the input smaller"),
    ROW(FL_E_BUDGET, "budget", 402, 3, false, "raise the budget; what was paid is kept and used first"),
    ROW(FL_E_DEADLINE, "deadline", 504, 3, false, "allow more time"),
    ROW(FL_E_CANCELLED, "cancelled", 499, 3, false, "run the same command again to go on"),
    ROW(FL_E_IO, "io", 500, 4, false, "check that the path can be read and written"),
    ROW(FL_E_FULL, "full", 507, 4, false, "make room; what was paid is kept"),
    ROW(FL_E_LOCKED, "locked", 423, 4, false, "wait for the other run to end, or use another --state"),
    ROW(FL_E_CORRUPT, "corrupt", 500, 4, false, "restore the file from a copy, or use another --state"),
    ROW(FL_E_NEWER, "newer", 500, 4, false, "use the newer Fulcrum that made the file, or another --state"),
    ROW(FL_E_RESOLVE, "resolve", 502, 4, true, "check the host name in the provider's url"),
    ROW(FL_E_CONNECT, "connect", 502, 4, true, "start the server, or correct the provider's url"),
    ROW(FL_E_TLS, "tls", 502, 4, false, "check the server's certificate; SSL_CERT_FILE names further authorities"),
    ROW(FL_E_TIMEOUT, "timeout", 504, 4, true, "allow a longer timeout, or use a faster server"),
    ROW(FL_E_STALE, "stale_connection", 502, 4, true, "run again"),
    ROW(FL_E_CLOSED, "connection_lost", 502, 4, true, "run again"),
    ROW(FL_E_PROTOCOL, "protocol", 502, 4, false, "check that the url is that of a model server"),
    ROW(FL_E_TRUNCATED, "stream_truncated", 502, 4, true, "run again"),
    ROW(FL_E_AUTH, "auth", 401, 4, false, "check the provider's key"),
    ROW(FL_E_MODEL, "unknown_model", 404, 4, false, "check the model's name with the server"),
    ROW(FL_E_PARAM, "parameter_refused", 400, 4, false, "remove or change the parameter that the server names"),
    ROW(FL_E_RATE, "rate_limited", 429, 4, true, "wait, or lower --concurrency"),
    ROW(FL_E_QUOTA, "quota", 402, 4, false, "add credit at the provider"),
    ROW(FL_E_SERVER, "server_error", 502, 4, true, "run again later"),
    ROW(FL_E_CONTEXT, "context_exceeded", 400, 4, false, "shorten the prompt, or use a model with a larger context"),
    ROW(FL_E_OVER_HOLD, "over_hold", 502, 3, false,
        "check max_output and the price: the server used more than asked for"),
    ROW(FL_E_UNSUPPORTED, "unsupported", 501, 2, false, "use a setting that the endpoint honours"),
};

const struct fl_code_row *fl_code_row(enum fl_code code)
{
	if (code > 0 || code <= FL_E_CODES)
		FL_BUG("no such error code: %d", code);
	return &rows[-code];
}

const char *fl_code_name(enum fl_code code)
{
	return fl_code_row(code)->name;
}

void fl_err_clear(struct fl_err *e)
{
	if (e)
		*e = (struct fl_err){0};
}

/* Texts may quote input and servers: registered secrets never stay in them. */
static void put(char *to, size_t size, const char *fmt, va_list ap)
{
	vsnprintf(to, size, fmt, ap);
	fl_redact_in_place(to);
}

enum fl_code fl_err_set(struct fl_err *e, enum fl_code code, const char *fmt, ...)
{
	if (!e)
		return code;
	va_list ap;
	fl_err_clear(e);
	e->code = code;
	va_start(ap, fmt);
	put(e->message, sizeof e->message, fmt, ap);
	va_end(ap);
	return code;
}

enum fl_code fl_err_while(struct fl_err *e, const char *fmt, ...)
{
	if (!e)
		return FL_E_INVALID;
	size_t n = strlen(e->message);
	int lead = snprintf(e->message + n, sizeof e->message - n, "; while ");
	if (lead > 0 && n + (size_t)lead < sizeof e->message) {
		va_list ap;
		va_start(ap, fmt);
		put(e->message + n + lead, sizeof e->message - n - (size_t)lead, fmt, ap);
		va_end(ap);
	}
	return e->code;
}

void fl_err_place(struct fl_err *e, const char *file, int line, int column)
{
	if (!e)
		return;
	snprintf(e->file, sizeof e->file, "%s", file ? file : "");
	e->line = line;
	e->column = column;
}

#define FIELD(name)                                                                                                    \
	void fl_err_##name(struct fl_err *e, const char *fmt, ...)                                                     \
	{                                                                                                              \
		if (!e)                                                                                                \
			return;                                                                                        \
		va_list ap;                                                                                            \
		va_start(ap, fmt);                                                                                     \
		put(e->name, sizeof e->name, fmt, ap);                                                                 \
		va_end(ap);                                                                                            \
	}
FIELD(found)
FIELD(expected)
FIELD(help)

/*
 * request.h - what tests of dialects' requests share: one request encoded, exact or refused.
 *
 * Ownership: the buffer is the caller's. Threads: none. Limits: none. Failure: the test's.
 */
#ifndef FL_TEST_REQUEST_H
#define FL_TEST_REQUEST_H

#include "test.h"

#include "provider/dialect.h"

static inline struct fl_str request(const struct fl_dialect *d, const struct fl_chat *chat, struct fl_buf *b)
{
	struct fl_err err;
	fl_buf_reset(b);
	assert_ok(d->encode(chat, b, &err), &err);
	return fl_buf_slice(b);
}

/* The request is refused with that code, and a part of what is said is this. */
static inline void refused(const struct fl_dialect *d, const struct fl_chat *chat, enum fl_code code, const char *part)
{
	struct fl_buf b;
	struct fl_err err;
	fl_buf_init(&b, 100000);
	assert_int_equal(d->encode(chat, &b, &err), code);
	if (!strstr(err.message, part))
		fail_msg("'%s' does not say '%s'", err.message, part);
	fl_buf_release(&b);
}

#define USER(t)                                                                                                        \
	{                                                                                                              \
		.role = FL_S("user"), .text = FL_S(t)                                                                  \
	}
#define SYSTEM(t)                                                                                                      \
	{                                                                                                              \
		.role = FL_S("system"), .text = FL_S(t)                                                                \
	}
#define ASSISTANT(t)                                                                                                   \
	{                                                                                                              \
		.role = FL_S("assistant"), .text = FL_S(t)                                                             \
	}
#define CHAT(m)                                                                                                        \
	{                                                                                                              \
		.model = FL_S("m"), .message = m, .message_count = FL_COUNT(m), .max_output = 1000,                    \
		.limit_name = FL_S("max_tokens")                                                                       \
	}

static const struct fl_attachment png = {
    .kind = FL_ATTACH_IMAGE, .type = {"image/png", 9}, .name = {"a.png", 5}, .bytes = {"\x89PNG", 4}};
static const struct fl_attachment pdf = {
    .kind = FL_ATTACH_PDF, .type = {"application/pdf", 15}, .name = {"a.pdf", 5}, .bytes = {"%PDF-", 5}};
static const struct fl_attachment image_url = {.kind = FL_ATTACH_IMAGE, .url = {"https://x.example/a", 19}};
static const struct fl_attachment pdf_url = {
    .kind = FL_ATTACH_PDF, .type = {"application/pdf", 15}, .url = {"https://x.example/a.pdf", 23}};

#endif

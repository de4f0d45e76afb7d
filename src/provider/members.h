/*
 * members.h - the members of a request's object, which come from several places: what the dialect says itself, and the
 * parameters that a task passes on. Each name stands there once; a second one is refused, for which of the two a server
 * would take is its own business.
 *
 *   struct fl_members m;
 *   fl_members_init(&m, &arena, "the request");
 *   fl_members_own(&m, "max_tokens", FL_S("100"));
 *   fl_members_add(&m, name, json);          of a parameter
 *   code = fl_members_write(&m, &writer, err);
 *
 * Also what dialects do alike: text of the system messages, the bytes of an attachment.
 *
 * Ownership: everything lives in the caller's arena. Threads: one at a time. Limits: FL_MEMBERS. Failure: the first one is
 * kept and told by fl_members_write: UNSUPPORTED for a name that stands twice, LIMIT, INVALID.
 */
#ifndef FL_MEMBERS_H
#define FL_MEMBERS_H

#include "codec/json.h"
#include "provider/dialect.h"

enum { FL_MEMBERS = 160 }; /* of one object; a task has at most 64 parameters for a model */

struct fl_member {
	struct fl_str name, json; /* json empty: the dialect has written it already */
	bool own;                 /* said by the dialect */
};
struct fl_members {
	struct fl_arena *arena;
	const char *of; /* the object's name in messages */
	struct fl_member member[FL_MEMBERS];
	size_t n;
	struct fl_err err; /* the first failure */
};

void fl_members_init(struct fl_members *m, struct fl_arena *a, const char *of);
/* What the dialect says itself. json empty: it writes the member by its own hand, the name is only taken. */
void fl_members_own(struct fl_members *m, const char *name, struct fl_str json);
void fl_members_own_str(struct fl_members *m, const char *name, struct fl_str text);
void fl_members_own_u64(struct fl_members *m, const char *name, uint64_t n);
/* What a parameter says. */
void fl_members_add(struct fl_members *m, struct fl_str name, struct fl_str json);
/* All members of an object. Anything else than an object is refused by `name`. */
void fl_members_add_all(struct fl_members *m, const struct fl_json *object, const char *name);
/* Notes a failure; false when there is one already. */
bool fl_members_refuse(struct fl_members *m, enum fl_code code, const char *fmt, ...) FL_PRINTF(3, 4);
/* Writes them in order, into an object that is open. */
enum fl_code fl_members_write(const struct fl_members *m, struct fl_json_writer *w, struct fl_err *err) FL_MUST_USE;
/* The whole object as text, for a member of another one; a failure goes to `outer`. Empty when it has no member. */
struct fl_str fl_members_text(const struct fl_members *m, struct fl_members *outer);

/* Reads chat->params: *out is their object, or NULL when there are none. */
enum fl_code fl_params_read(const struct fl_chat *chat, struct fl_arena *a, const struct fl_json **out,
                            struct fl_err *err) FL_MUST_USE;

/* Texts of all system messages with an empty line between them; empty when there are none. */
struct fl_str fl_system_text(const struct fl_chat *chat, struct fl_arena *a);
/* Where the next turn ends: messages from..end-1 have one role; system messages are passed over. from = end = count after
 * the last. For formats in which speakers take turns. */
struct fl_turn {
	size_t from, end;
	struct fl_str role;
};
/* False after the last turn; start with a turn of zeros. */
bool fl_turn_next(const struct fl_chat *chat, struct fl_turn *t);
/* UNSUPPORTED for a base model's endpoint, and where nobody but `system` speaks: formats with turns cannot say that. */
enum fl_code fl_turns_check(const struct fl_chat *chat, const char *dialect, struct fl_err *err) FL_MUST_USE;

/* A JSON string: prefix (plain text without quotes or backslashes), then the bytes in base64. */
void fl_json_put_base64(struct fl_json_writer *w, struct fl_str prefix, struct fl_str bytes);

/* What an encoder returns when all is written: LIMIT when the body did not fit. */
enum fl_code fl_request_done(struct fl_json_writer *w, struct fl_err *err) FL_MUST_USE;

#endif

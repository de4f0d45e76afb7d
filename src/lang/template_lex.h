/*
 * template_lex.h - the words of a template: where tags begin, and the tokens inside them; private to lang/.
 *
 * Ownership: tokens are slices of the text, except strings with escapes, which go to the arena. Threads: one lexer
 * belongs to one thread. Limits: none. Failure: FL_E_INVALID with the place.
 */
#ifndef FL_TEMPLATE_LEX_H
#define FL_TEMPLATE_LEX_H

#include "lang/template_tree.h"

enum fl_token_kind { FL_T_END, FL_T_NAME, FL_T_STRING, FL_T_NUMBER, FL_T_SIGN };

struct fl_token {
	enum fl_token_kind kind;
	size_t at;          /* offset of its first byte */
	size_t to;          /* offset behind it */
	struct fl_str text; /* a string's value; else as written */
};

struct fl_lexer {
	const struct fl_template *t;
	struct fl_arena *arena;
	struct fl_err *err;
	size_t at;             /* next byte */
	size_t tag;            /* where the open tag began */
	char closing;          /* '}' or '%': what ends the open tag */
	bool strip;            /* the tag that was closed last takes the white space behind it */
	struct fl_token token; /* the current one */
};

/* Offset of the next {{, {% or {# at or after `from`, or the length of the text. */
size_t fl_lex_find_tag(struct fl_str text, size_t from);
/* Enters the tag at l->tag (its two bytes and a sign are passed) and reads its first token. */
enum fl_code fl_lex_open(struct fl_lexer *l, size_t tag) FL_MUST_USE;
/* Reads the next token; FL_T_END is the end of the tag and moves behind it. */
enum fl_code fl_lex_next(struct fl_lexer *l) FL_MUST_USE;
/* Passes the comment at `tag`. */
enum fl_code fl_lex_comment(struct fl_lexer *l, size_t tag) FL_MUST_USE;
/* Behind {% raw %}: gives the text up to {% endraw %} and passes that. */
enum fl_code fl_lex_raw(struct fl_lexer *l, struct fl_str *text) FL_MUST_USE;
/* "expected X, found <current token>", at the token. */
enum fl_code fl_lex_unexpected(struct fl_lexer *l, const char *expected);
bool fl_lex_is_sign(const struct fl_lexer *l, const char *sign);
bool fl_lex_is_word(const struct fl_lexer *l, const char *word);

#endif

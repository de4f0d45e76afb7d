/*
 * cut_input.h - whether a server cut the input in silence: the fewest tokens that a text can have, and the rule.
 *
 * Some servers drop what does not fit into their context and answer the rest as if it were all (Ollama keeps the end of
 * the prompt and reports the tokens of what it kept). What they report gives them away: a text has at least as many tokens
 * as it has words, for no tokenizer in use makes one token of two words.
 *
 * Ownership: plain values; texts live in the caller's arena. Threads: pure. Limits: texts of fewer than FL_CUT_WORDS words
 * are never judged, nor is text without words (numbers of base64, one long line of digits): it may be cut unseen. Failure:
 * none.
 */
#ifndef FL_CUT_INPUT_H
#define FL_CUT_INPUT_H

#include "provider/dialect.h"

enum { FL_CUT_WORDS = 256 };

/* What a request says to the model, in figures. */
struct fl_sent {
	uint64_t bytes;        /* of its texts; no text has more tokens */
	uint64_t least_tokens; /* that they can be */
};
/* Of all messages, without what is attached and without what the server's template adds. */
struct fl_sent fl_sent_of(const struct fl_chat *chat);
/*
 * The fewest tokens that a text can be: one for each word (a run of letters and digits), one more for each 32 letters of a
 * word, one for each 10 characters of scripts without spaces. Repeated characters count once.
 */
uint64_t fl_tokens_least(struct fl_str text);
/*
 * The input was cut: `reported` input tokens (0: not told) are too few for what was sent. `context`: tokens that the server
 * holds, 0 = not known; then the rule is laxer.
 */
bool fl_input_cut(const struct fl_sent *sent, uint64_t reported, uint64_t context);
/* That in words, with what to do. */
struct fl_str fl_input_cut_words(const struct fl_sent *sent, uint64_t reported, uint64_t context, struct fl_arena *a);

#endif

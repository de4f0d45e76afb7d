/*
 * bound.h - the most input tokens that one call can be billed, known before it is sent.
 *
 * Text: a token is at least one byte, so its bytes bound it. What an image costs has nothing to do with its bytes: each
 * counts as the most that any vendor bills one at (FL_TOKENS_OF_IMAGE; models that bill more stand in a table), sent inline
 * or by address. A PDF becomes text and an image for each page, of which nobody knows the number here: the whole input is
 * then bounded by the model's context, past which a request is refused and not billed.
 *
 * Ownership: none. Threads: pure. Limits: none. Failure: none; a context that nobody states counts as FL_CONTEXT_MOST, which
 * no budget bears: whoever reads a task refuses a PDF then.
 */
#ifndef FL_BOUND_H
#define FL_BOUND_H

#include "call/call.h"

enum {
	/*
	 * Sources, read in November 2026: Qwen-VL 16,384 (its model card, the most of all), GPT-5.4 and later 10,000 patches
	 * (platform.openai.com/docs/guides/images-vision), Claude 4.7 and later about 4,800
	 * (platform.claude.com/docs/en/build-with-claude/vision), Gemini 3 2,240 (ai.google.dev/gemini-api/docs/media-resolution).
	 */
	FL_TOKENS_OF_IMAGE = 16384,
	FL_CONTEXT_MOST = 10000000 /* tokens: the longest context that a model was ever sold with (Llama 4 Scout) */
};

/* Tokens of input at most; `bytes` is the length of the encoded request. */
uint64_t fl_input_most(const struct fl_call *call, uint64_t bytes);
/* The longest context that the catalogue claims of the offer; 0 = it claims none. */
uint64_t fl_context_most(const struct fl_offer *offer);

#endif

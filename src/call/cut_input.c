/*
 * Tokenizers in use split a text at white space and punctuation before they merge anything (BPE with a pattern in front,
 * SentencePiece, which keeps the space with the word behind it), so that each word is a token at least. Measured with
 * SmolLM2's, Qwen's and cl100k's on English, code, JSON, CSV, URLs, HTML, Vietnamese, German, Russian, Arabic, Hindi,
 * Korean, Thai, Japanese, Chinese, base64, hexadecimal, numbers and repeated words: words per token are 0.03 to 0.92, and 1
 * for one word repeated; never more.
 *
 * Tokenizers that merge across words exist as research (SuperBPE: a third fewer tokens than BPE). So without a known
 * context half as many words again as tokens are asked for. Where the context is known, the count that a server reports
 * after a cut is known too, and a text that fits by its bytes was not cut:
 *
 *   all of the context, or what is left beside the answer      llama.cpp's and LM Studio's way: 95 % and above
 *   half of it and a little                                    Ollama's way: it makes room by halves (ollama/ollama 17427)
 */
#include "call/cut_input.h"

enum {
	LONG_WORD = 32, /* letters: no vocabulary holds longer ones, but for rare monsters */
	WIDE = 10,      /* characters of Chinese, Japanese or Korean in a token at most, as far as vocabularies go */
	UNSPACED =
	    0x2e80 /* from here on Unicode has the scripts that are written without spaces, and signs such as emoji */
};

/* Letters and digits; of other scripts every character that is no known sign. */
static bool in_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	return c >= 0xc0 && c != 0xd7 && c != 0xf7 && !(c >= 0x2000 && c < UNSPACED);
}

static uint64_t word_tokens(uint64_t letters)
{
	return (letters + LONG_WORD - 1) / LONG_WORD;
}

uint64_t fl_tokens_least(struct fl_str text)
{
	uint64_t tokens = 0, letters = 0, wide = 0;
	uint32_t before = 0;
	for (size_t i = 0; i < text.n;) {
		uint32_t c;
		size_t n = fl_utf8_decode(fl_str_sub(text, i, text.n), &c);
		if (n == 0) { /* not UTF-8: a byte that is no letter */
			n = 1;
			c = ' ';
		}
		i += n;
		if (c == before)
			continue;
		before = c;
		if (in_word(c) && c < UNSPACED) {
			letters++;
			continue;
		}
		wide += c >= UNSPACED;
		tokens += word_tokens(letters);
		letters = 0;
	}
	return tokens + word_tokens(letters) + wide / WIDE;
}

struct fl_sent fl_sent_of(const struct fl_chat *chat)
{
	struct fl_sent s = {0};
	for (size_t i = 0; i < chat->message_count; i++) {
		s.bytes += chat->message[i].text.n;
		s.least_tokens += fl_tokens_least(chat->message[i].text);
	}
	return s;
}

/* What a server reports that has filled its context, or half of it. */
static bool at_a_mark(uint64_t reported, uint64_t context)
{
	enum { SLACK = 16 };
	bool full = reported >= context - context / 20;
	bool half = reported + SLACK >= context / 2 && reported <= context / 2 + SLACK;
	return full || half;
}

bool fl_input_cut(const struct fl_sent *sent, uint64_t reported, uint64_t context)
{
	if (reported == 0 || sent->least_tokens < FL_CUT_WORDS)
		return false;
	if (context && sent->bytes <= context)
		return false;
	uint64_t percent = context && at_a_mark(reported, context) ? 105 : 150;
	return sent->least_tokens > reported / 100 * percent + reported % 100 * percent / 100;
}

struct fl_str fl_input_cut_words(const struct fl_sent *sent, uint64_t reported, uint64_t context, struct fl_arena *a)
{
	struct fl_str held = FL_S("");
	if (context)
		held = fl_arena_printf(a, " (its context: %llu)", (unsigned long long)context);
	return fl_arena_printf(
	    a,
	    "the server read %llu tokens of a text of %llu words or more%.*s: it cut the input and did "
	    "not say so; give it a larger context (Ollama: OLLAMA_CONTEXT_LENGTH, or num_ctx in a "
	    "Modelfile; llama-server: -c), or send less (fewer examples)",
	    (unsigned long long)reported, (unsigned long long)sent->least_tokens, FL_FMT(held));
}

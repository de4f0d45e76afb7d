#include "grade/answer.h"

#include "codec/json.h"
#include "grade/normal.h"
#include "grade/number.h"

#include <stdio.h>

void fl_reader_release(struct fl_reader *r)
{
	fl_pattern_destroy(r->pattern);
	r->pattern = NULL;
}

ptrdiff_t fl_choice_in(struct fl_str text, const struct fl_str *choice, size_t count, struct fl_arena *a)
{
	ptrdiff_t best = -1, best_at = -1;
	size_t best_n = 0;
	struct fl_str folded = fl_normalise(text, FL_IGNORE_CASE | FL_IGNORE_SPACE, a);
	for (size_t i = 0; i < count; i++) {
		struct fl_str word = fl_normalise(choice[i], FL_IGNORE_CASE | FL_IGNORE_SPACE, a);
		ptrdiff_t at = fl_last_word(folded, word);
		if (at < 0)
			continue;
		/* "not spam" at 0 beats "spam" at 4: a choice inside another one is no mention of its own */
		bool inside = best >= 0 && at >= best_at && (size_t)at + word.n <= (size_t)best_at + best_n;
		bool around = best >= 0 && at <= best_at && (size_t)at + word.n >= (size_t)best_at + best_n;
		if (around || (!inside && at > best_at)) {
			best = (ptrdiff_t)i;
			best_at = at;
			best_n = word.n;
		}
	}
	return best;
}

/* The content of the last ``` block; the whole text when there is none and `whole`. */
static bool fenced(struct fl_str text, bool whole, struct fl_str *out)
{
	ptrdiff_t open = -1, close = -1;
	bool found = false;
	for (size_t at = 0;; at = (size_t)close + 3) {
		open = fl_str_find(text, FL_S("```"), at);
		ptrdiff_t line = open < 0 ? -1 : fl_str_find_char(text, '\n', (size_t)open);
		close = line < 0 ? -1 : fl_str_find(text, FL_S("```"), (size_t)line + 1);
		if (close < 0)
			break;
		*out = fl_str_sub(text, (size_t)line + 1, (size_t)close);
		if (fl_str_ends(*out, FL_S("\n")))
			out->n--;
		found = true;
	}
	if (!found && whole)
		*out = text;
	return found || whole;
}

bool fl_json_in(struct fl_str text, struct fl_arena *a, struct fl_str *json)
{
	struct fl_json_doc doc;
	struct fl_str inner;
	fenced(text, true, &inner);
	inner = fl_str_trim(inner);
	if (fl_json_parse(&doc, a, inner, FL_JSON_LIMITS, NULL) == FL_OK) {
		*json = inner;
		return true;
	}
	enum { MOST_TRIES = 16 };
	for (size_t i = 0, tries = 0; i < text.n && tries < MOST_TRIES; i++) {
		if (text.p[i] != '{' && text.p[i] != '[')
			continue;
		tries++;
		char closing = text.p[i] == '{' ? '}' : ']';
		for (ptrdiff_t end = fl_str_find_char(text, closing, i), n = 0; end >= 0 && n < MOST_TRIES;
		     end = fl_str_find_char(text, closing, (size_t)end + 1), n++) {
			struct fl_str piece = fl_str_sub(text, i, (size_t)end + 1);
			if (fl_json_parse(&doc, a, piece, FL_JSON_LIMITS, NULL) == FL_OK) {
				*json = piece;
				return true;
			}
		}
	}
	return false;
}

static bool read_json(const struct fl_reader *r, struct fl_str text, struct fl_arena *a, struct fl_str *answer)
{
	struct fl_json_doc doc;
	struct fl_str json;
	if (!fl_json_in(text, a, &json) || fl_json_parse(&doc, a, json, FL_JSON_LIMITS, NULL) != FL_OK)
		return false;
	const struct fl_json *v = fl_json_pointer(fl_json_root(&doc), r->pointer);
	if (!v)
		return false;
	*answer = v->type == FL_JSON_STRING ? fl_json_string(v, a) : v->raw;
	return true;
}

enum fl_code fl_reader_read(const struct fl_reader *r, struct fl_str text, struct fl_arena *a, bool *readable,
                            struct fl_str *answer, struct fl_err *err)
{
	ptrdiff_t which;
	double v;
	*answer = fl_str_trim(text);
	*readable = true;
	switch (r->kind) {
	case FL_READ_TEXT:
		break;
	case FL_READ_NUMBER:
		*readable = fl_number_last(text, &v, NULL);
		if (*readable)
			*answer = fl_arena_printf(a, "%.15g", v == 0 ? 0.0 : v);
		break;
	case FL_READ_CHOICE:
		which = fl_choice_in(text, r->choice, r->choice_count, a);
		*readable = which >= 0;
		if (which >= 0)
			*answer = r->choice[which];
		break;
	case FL_READ_REGEX:
		return fl_pattern_find(r->pattern, text, readable, answer, err);
	case FL_READ_JSON:
		*readable = read_json(r, text, a, answer);
		break;
	case FL_READ_CODE:
		*readable = fenced(text, false, answer);
		break;
	}
	return FL_OK;
}

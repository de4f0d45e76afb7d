#include "grade/normal.h"

#include <stdlib.h>
#include <utf8proc.h>

static bool is_space(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
	return c == UTF8PROC_CATEGORY_ZS || c == UTF8PROC_CATEGORY_ZL || c == UTF8PROC_CATEGORY_ZP ||
	       (cp >= 9 && cp <= 13);
}

static bool is_punctuation(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
	return c >= UTF8PROC_CATEGORY_PC && c <= UTF8PROC_CATEGORY_SO;
}

static struct fl_str fold(struct fl_str s, struct fl_arena *a)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t n =
	    utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &out,
	                 (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD));
	if (n < 0)
		return s;
	struct fl_str folded = fl_arena_dup(a, (struct fl_str){(const char *)out, (size_t)n});
	free(out);
	return folded;
}

struct fl_str fl_normalise(struct fl_str s, unsigned ignore, struct fl_arena *a)
{
	s = fl_str_trim(s);
	if (s.n == 0 || ignore == 0)
		return s;
	if (ignore & FL_IGNORE_CASE)
		s = fold(s, a);
	if (!(ignore & (FL_IGNORE_SPACE | FL_IGNORE_PUNCTUATION)))
		return s;
	char *out = fl_arena_alloc(a, s.n + 1);
	size_t n = 0;
	bool gap = false;
	for (size_t i = 0; i < s.n;) {
		uint32_t cp = 0xfffd;
		size_t len = fl_utf8_decode(fl_str_sub(s, i, s.n), &cp);
		size_t step = len ? len : 1;
		bool space = len && is_space(cp), drop = len && (ignore & FL_IGNORE_PUNCTUATION) && is_punctuation(cp);
		if (space && (ignore & FL_IGNORE_SPACE)) {
			gap = true;
		} else if (!drop) {
			if (gap && n)
				out[n++] = ' ';
			gap = false;
			memcpy(out + n, s.p + i, step);
			n += step;
		}
		i += step;
	}
	return fl_str_trim((struct fl_str){out, n});
}

static bool is_word(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
	return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO) || cp == '_';
}

static bool word_before(struct fl_str s, size_t at)
{
	size_t from = at;
	uint32_t cp = ' ';
	while (from > 0 && at - from < 4 && ((uint8_t)s.p[--from] & 0xc0) == 0x80)
		;
	return at > 0 && fl_utf8_decode(fl_str_sub(s, from, at), &cp) && is_word(cp);
}

static bool word_after(struct fl_str s, size_t at)
{
	uint32_t cp = ' ';
	return at < s.n && fl_utf8_decode(fl_str_sub(s, at, s.n), &cp) && is_word(cp);
}

static ptrdiff_t word_from(struct fl_str text, struct fl_str word, size_t from)
{
	if (word.n == 0)
		return -1;
	for (ptrdiff_t at = fl_str_find(text, word, from); at >= 0; at = fl_str_find(text, word, (size_t)at + 1))
		if (!word_before(text, (size_t)at) && !word_after(text, (size_t)at + word.n))
			return at;
	return -1;
}

ptrdiff_t fl_last_word(struct fl_str text, struct fl_str word)
{
	ptrdiff_t last = -1;
	for (ptrdiff_t at = word_from(text, word, 0); at >= 0; at = word_from(text, word, (size_t)at + word.n))
		last = at;
	return last;
}

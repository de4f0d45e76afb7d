#include "present/plain.h"

#include <utf8proc.h>

static bool is_hidden(uint32_t cp)
{
	return (cp < 0x20 && cp != '\t' && cp != '\n') || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200e || cp == 0x200f || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0xfeff || cp == 0x061c ||
	       (cp >= 0xe0000 && cp <= 0xe007f); /* an Arabic letter mark, and tags, which show as nothing */
}

/* Appends one character; returns how many bytes of the text it took, *columns what it shows as. */
static size_t one(struct fl_buf *out, struct fl_str text, size_t at, size_t *columns)
{
	uint32_t cp = 0;
	size_t n = fl_utf8_decode(fl_str_sub(text, at, text.n), &cp);
	if (n == 0 || is_hidden(cp)) {
		size_t before = out->n;
		if (n == 0)
			fl_buf_printf(out, "\\x%02x", (unsigned char)text.p[at]);
		else
			fl_buf_printf(out, cp < 0x100 ? "\\x%02x" : "\\u%04x", cp);
		*columns = out->n - before;
		return n ? n : 1;
	}
	fl_buf_add(out, text.p + at, n);
	int w = utf8proc_charwidth((utf8proc_int32_t)cp);
	*columns = w > 0 ? (size_t)w : 0;
	return n;
}

bool fl_plain(struct fl_buf *out, struct fl_str text)
{
	size_t ignored;
	for (size_t i = 0; i < text.n && !out->full;)
		i += one(out, text, i, &ignored);
	return !out->full;
}

bool fl_plain_line(struct fl_buf *out, struct fl_str text, size_t columns)
{
	size_t used = 0, fits = out->n;
	bool gap = false;
	text = fl_str_trim(text);
	for (size_t i = 0; i < text.n && !out->full;) {
		if (text.p[i] == '\n' || text.p[i] == '\t' || text.p[i] == '\r' || text.p[i] == ' ') {
			gap = used > 0;
			i++;
			continue;
		}
		if (gap) {
			fl_buf_char(out, ' ');
			used++;
			gap = false;
		}
		size_t w;
		i += one(out, text, i, &w);
		used += w;
		if (used + 3 <= columns)
			fits = out->n;
		if (used > columns) {
			out->n = fits;
			out->p[fits] = '\0';
			return fl_buf_z(out, columns >= 3 ? "..." : "");
		}
	}
	return !out->full;
}

/* Bytes of the longest beginning (or end) of a safe text that takes at most so many columns. */
static size_t fitting(struct fl_str text, size_t columns, bool from_end)
{
	size_t best = 0;
	for (size_t i = 0; i <= text.n; i++) {
		size_t at = from_end ? text.n - i : i;
		if (at < text.n && ((uint8_t)text.p[at] & 0xc0) == 0x80)
			continue; /* inside a character */
		struct fl_str part = from_end ? fl_str_sub(text, at, text.n) : fl_str_sub(text, 0, at);
		if (fl_columns(part) > columns)
			break;
		best = part.n;
	}
	return best;
}

bool fl_plain_name(struct fl_buf *out, struct fl_str text, size_t columns)
{
	static const char gap[] = "...";
	struct fl_buf whole;
	fl_buf_init(&whole, out->max);
	fl_plain_line(&whole, text, SIZE_MAX / 2);
	struct fl_str s = fl_buf_slice(&whole);
	if (fl_columns(s) <= columns || columns < sizeof gap + 2) {
		fl_plain_line(out, text, columns);
	} else {
		size_t room = columns - (sizeof gap - 1), tail = fitting(s, room / 2, true),
		       head = fitting(s, room - room / 2, false);
		fl_buf_str(out, fl_str_sub(s, 0, head));
		fl_buf_z(out, gap);
		fl_buf_str(out, fl_str_sub(s, s.n - tail, s.n));
	}
	fl_buf_release(&whole);
	return !out->full;
}

size_t fl_columns(struct fl_str text)
{
	size_t sum = 0;
	for (size_t i = 0; i < text.n;) {
		uint32_t cp = 0xfffd;
		size_t n = fl_utf8_decode(fl_str_sub(text, i, text.n), &cp);
		int w = utf8proc_charwidth((utf8proc_int32_t)cp);
		sum += w > 0 ? (size_t)w : 0;
		i += n ? n : 1;
	}
	return sum;
}

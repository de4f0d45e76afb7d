#include "present/plain.h"

#include <utf8proc.h>

/* What a terminal would act on or not show: controls, marks of direction, tags, other ways to break a line. */
static const struct {
	uint32_t from, to;
} hidden[] = {
    {0x00, 0x08},     {0x0b, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c},   {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfeff, 0xfeff}, {0xe0000, 0xe007f},
};

static bool is_hidden(uint32_t cp)
{
	bool hit = false;
	for (size_t i = 0; i < FL_COUNT(hidden); i++)
		hit |= cp >= hidden[i].from && cp <= hidden[i].to;
	return hit;
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

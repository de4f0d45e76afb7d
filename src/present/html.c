#include "present/html.h"

#include "present/plain.h"

static const char *reference_of(char c)
{
	static const char *const reference[128] = {
	    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};
	return (unsigned char)c < FL_COUNT(reference) ? reference[(unsigned char)c] : NULL;
}

/* Escapes what is plain already. */
static bool escape(struct fl_buf *out, struct fl_str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		const char *reference = reference_of(s.p[i]);
		if (!reference)
			continue;
		fl_buf_add(out, s.p + from, i - from);
		fl_buf_z(out, reference);
		from = i + 1;
	}
	return fl_buf_add(out, s.p + from, s.n - from) && !out->full;
}

/* The longest prefix of whole characters within n bytes. */
static size_t whole(struct fl_str s, size_t n)
{
	n = FL_MIN(n, s.n);
	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static struct fl_str kept(struct fl_arena *a, struct fl_buf *b)
{
	struct fl_str s = fl_arena_dup(a, fl_buf_slice(b));
	fl_buf_release(b);
	return s;
}

bool fl_html_add(struct fl_buf *out, struct fl_str text)
{
	struct fl_buf plain;
	fl_buf_init(&plain, (size_t)FL_HTML_TEXT * 8);
	fl_plain(&plain, text);
	bool ok = escape(out, fl_buf_slice(&plain));
	fl_buf_release(&plain);
	return ok;
}

/* A sixth of the limit: no character grows more than sixfold by both steps together ("&quot;", "\u202e"). */
static struct fl_str bounded(struct fl_str text)
{
	return fl_str_sub(text, 0, whole(text, FL_HTML_TEXT / 6));
}

struct fl_str fl_html(struct fl_arena *a, struct fl_str text)
{
	struct fl_buf b;
	struct fl_str s = bounded(text);
	fl_buf_init(&b, FL_HTML_TEXT + 64);
	fl_html_add(&b, s);
	if (s.n < text.n)
		fl_buf_printf(&b, "\n\xe2\x80\xa6 %zu bytes left out", text.n - s.n);
	return kept(a, &b);
}

struct fl_str fl_html_line(struct fl_arena *a, struct fl_str text)
{
	return fl_html_brief(a, text, FL_HTML_TEXT / 6);
}

struct fl_str fl_html_brief(struct fl_arena *a, struct fl_str text, size_t columns)
{
	struct fl_buf plain, b;
	fl_buf_init(&plain, FL_HTML_TEXT);
	fl_buf_init(&b, FL_HTML_TEXT);
	fl_plain_name(&plain, bounded(text), columns);
	escape(&b, fl_buf_slice(&plain));
	fl_buf_release(&plain);
	return kept(a, &b);
}

struct fl_str fl_html_excerpt(struct fl_arena *a, struct fl_str text, size_t head, size_t tail)
{
	if (text.n <= head + tail)
		return fl_html(a, text);
	size_t from = text.n - tail, to = whole(text, head);
	while (from < text.n && ((unsigned char)text.p[from] & 0xc0) == 0x80)
		from++;
	struct fl_str first = fl_html(a, fl_str_sub(text, 0, to)), last = fl_html(a, fl_str_sub(text, from, text.n));
	return fl_arena_printf(a, "%.*s\n\xe2\x80\xa6 %zu bytes left out \xe2\x80\xa6\n%.*s", FL_FMT(first), from - to,
	                       FL_FMT(last));
}

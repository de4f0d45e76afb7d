/*
 * template_lex.c - tokens by the rules of jinja2.lexer.
 */
#include "lang/template_lex.h"

#include <stdio.h>

#include "codec/json_number.h"

size_t fl_lex_find_tag(struct fl_str text, size_t from)
{
	for (;;) {
		ptrdiff_t i = fl_str_find_char(text, '{', from);
		if (i < 0 || (size_t)i + 1 >= text.n)
			return text.n;
		char c = text.p[i + 1];
		if (c == '{' || c == '%' || c == '#')
			return (size_t)i;
		from = (size_t)i + 1;
	}
}

static struct fl_str rest(const struct fl_lexer *l)
{
	return fl_str_sub(l->t->text, l->at, l->t->text.n);
}

static void skip_space(struct fl_lexer *l)
{
	l->at = l->t->text.n - fl_text_strip(rest(l), true, false).n;
}

bool fl_lex_is_sign(const struct fl_lexer *l, const char *sign)
{
	return l->token.kind == FL_T_SIGN && fl_str_is(l->token.text, sign);
}

bool fl_lex_is_word(const struct fl_lexer *l, const char *word)
{
	return l->token.kind == FL_T_NAME && fl_str_is(l->token.text, word);
}

enum fl_code fl_lex_unexpected(struct fl_lexer *l, const char *expected)
{
	struct fl_str found = fl_str_sub(l->t->text, l->token.at, FL_MIN(l->token.to, l->token.at + 40));
	fl_template_fail(l->t, l->token.at, l->err, FL_E_INVALID, "expected %s, found '%.*s'", expected, FL_FMT(found));
	fl_err_found(l->err, "'%.*s'", FL_FMT(found));
	fl_err_expected(l->err, "%s", expected);
	return FL_E_INVALID;
}

/* ---- tokens ---- */

static bool is_digit(struct fl_str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static bool is_name(struct fl_str s, size_t i)
{
	unsigned char c = i < s.n ? (unsigned char)s.p[i] : 0;
	return c == '_' || c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static size_t digits(struct fl_str s, size_t i)
{
	size_t from = i;
	while (is_digit(s, i))
		i++;
	return i - from;
}

static enum fl_code lex_number(struct fl_lexer *l)
{
	struct fl_str s = rest(l);
	size_t n = digits(s, 0);
	if (n < s.n && s.p[n] == '.' && is_digit(s, n + 1))
		n += 1 + digits(s, n + 1);
	if (n < s.n && (s.p[n] | 0x20) == 'e') {
		size_t sign = n + 1 < s.n && (s.p[n + 1] == '-' || s.p[n + 1] == '+');
		if (is_digit(s, n + 1 + sign))
			n += 1 + sign + digits(s, n + 1 + sign);
	}
	l->token.kind = FL_T_NUMBER;
	l->token.text = fl_str_sub(s, 0, n);
	l->at += n;
	l->token.to = l->at;
	if (is_name(s, n) || !fl_number_valid(l->token.text))
		return fl_lex_unexpected(l, "a number");
	return FL_OK;
}

static int hex(char c)
{
	return is_digit((struct fl_str){&c, 1}, 0)      ? c - '0'
	       : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
	                                                : -1;
}

/* \xNN, \uNNNN, \UNNNNNNNN: the code point, or UINT32_MAX when it is none. */
static uint32_t hex_escape(struct fl_str s, size_t want)
{
	uint64_t c = 0;
	for (size_t i = 0; i < want; i++) {
		int d = i < s.n ? hex(s.p[i]) : -1;
		if (d < 0)
			return UINT32_MAX;
		c = c << 4 | (unsigned)d;
	}
	return c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? UINT32_MAX : (uint32_t)c;
}

/* The value of a string token without its quotes: escapes as Python has them, unknown ones stay as they are. */
static enum fl_code unescape(struct fl_lexer *l, struct fl_str s)
{
	static const char from[] = "\\'\"nrtabfv", to[] = "\\'\"\n\r\t\a\b\f\v";
	char *out = fl_arena_alloc(l->arena, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = i + 1 < s.n ? s.p[i + 1] : 0;
		const char *simple = c ? strchr(from, c) : NULL;
		size_t want = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
		if (s.p[i] != '\\' || (!simple && !want && c != '\n')) {
			out[n++] = s.p[i];
		} else if (c == '\n') {
			i++;
		} else if (simple) {
			out[n++] = to[simple - from];
			i++;
		} else {
			uint32_t cp = hex_escape(fl_str_sub(s, i + 2, s.n), want);
			if (cp == UINT32_MAX)
				return fl_lex_unexpected(
				    l, "the hexadecimal digits of a character behind \\x, \\u or \\U");
			n += fl_utf8_encode(cp, out + n);
			i += 1 + want;
		}
	}
	l->token.text = (struct fl_str){out, n};
	return FL_OK;
}

static enum fl_code lex_string(struct fl_lexer *l)
{
	struct fl_str s = rest(l);
	size_t i = 1;
	while (i < s.n && s.p[i] != s.p[0])
		i += s.p[i] == '\\' ? 2 : 1;
	l->token.kind = FL_T_STRING;
	l->token.to = FL_MIN(l->at + i + 1, l->t->text.n);
	if (i >= s.n)
		return fl_template_fail(l->t, l->at, l->err, FL_E_INVALID, "a text is opened here and never closed");
	l->at += i + 1;
	return unescape(l, fl_str_sub(s, 1, i));
}

/* Length of the end of the tag at l->at, 0 when it is not there. */
static size_t end_length(const struct fl_lexer *l)
{
	struct fl_str s = rest(l);
	size_t sign = s.n && (s.p[0] == '-' || (s.p[0] == '+' && l->closing == '%'));
	return s.n >= sign + 2 && s.p[sign] == l->closing && s.p[sign + 1] == '}' ? sign + 2 : 0;
}

enum fl_code fl_lex_next(struct fl_lexer *l)
{
	static const char *const signs[] = {"==", "!=", "<=", ">=", "//", "**", "<", ">", "(", ")", "[", "]", "{",
	                                    "}",  ".",  ",",  "|",  ":",  "=",  "+", "-", "*", "/", "%", "~", ";"};
	skip_space(l);
	struct fl_str s = rest(l);
	l->token = (struct fl_token){.at = l->at, .to = FL_MIN(l->at + 1, l->t->text.n)};
	if (!s.n)
		return fl_template_fail(l->t, l->tag, l->err, FL_E_INVALID, "a tag is opened here and never closed");
	size_t end = end_length(l);
	if (end) {
		l->token.to = l->at + end;
		l->token.text = fl_str_sub(s, 0, end);
		l->strip = s.p[0] == '-';
		l->at += end;
		return FL_OK;
	}
	if (is_digit(s, 0))
		return lex_number(l);
	if (s.p[0] == '"' || s.p[0] == '\'')
		return lex_string(l);
	size_t n = 0;
	while (is_name(s, n) || (n && is_digit(s, n)))
		n++;
	l->token.kind = n ? FL_T_NAME : FL_T_SIGN;
	for (size_t i = 0; !n && i < FL_COUNT(signs); i++) {
		if (fl_str_starts(s, fl_str_from(signs[i])))
			n = strlen(signs[i]);
	}
	if (!n)
		return fl_lex_unexpected(l, "a name, a text, a number or a sign");
	l->token.text = fl_str_sub(s, 0, n);
	l->at += n;
	l->token.to = l->at;
	return FL_OK;
}

/* ---- tags ---- */

enum fl_code fl_lex_open(struct fl_lexer *l, size_t tag)
{
	struct fl_str s = l->t->text;
	l->tag = tag;
	l->at = tag + 2;
	l->closing = s.p[tag + 1] == '{' ? '}' : '%';
	l->at += l->at < s.n && (s.p[l->at] == '-' || s.p[l->at] == '+');
	return fl_lex_next(l);
}

enum fl_code fl_lex_comment(struct fl_lexer *l, size_t tag)
{
	struct fl_str s = l->t->text;
	size_t from = tag + 2;
	from += from < s.n && (s.p[from] == '-' || s.p[from] == '+');
	ptrdiff_t end = fl_str_find(s, FL_S("#}"), from);
	if (end < 0)
		return fl_template_fail(l->t, tag, l->err, FL_E_INVALID, "a comment is opened here and never closed");
	l->strip = (size_t)end > from && s.p[end - 1] == '-';
	l->at = (size_t)end + 2;
	return FL_OK;
}

enum fl_code fl_lex_raw(struct fl_lexer *l, struct fl_str *text)
{
	struct fl_str s = l->t->text;
	size_t opened = l->tag, from = l->at;
	bool strip = l->strip;
	for (size_t i = from;; i++) {
		ptrdiff_t tag = fl_str_find(s, FL_S("{%"), i);
		if (tag < 0)
			return fl_template_fail(l->t, opened, l->err, FL_E_INVALID, "'raw' has no 'endraw'");
		i = (size_t)tag;
		struct fl_lexer end = *l;
		end.err = NULL;
		if (fl_lex_open(&end, i) != FL_OK || !fl_lex_is_word(&end, "endraw") || fl_lex_next(&end) != FL_OK ||
		    end.token.kind != FL_T_END)
			continue;
		*text = fl_text_strip(fl_str_sub(s, from, i), strip, i + 2 < s.n && s.p[i + 2] == '-');
		end.err = l->err;
		*l = end;
		return FL_OK;
	}
}

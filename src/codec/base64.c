#include "codec/base64.h"

/* Value of a digit, or -1. */
static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* One group of four digits, of which the last `pad` are padding. */
static bool decode_group(const char *p, int pad, struct fl_buf *out)
{
	uint32_t bits = 0;
	for (int i = 0; i < 4 - pad; i++) {
		int d = digit(p[i]);
		if (d < 0)
			return false;
		bits |= (uint32_t)d << (18 - 6 * i);
	}
	const char byte[3] = {(char)(bits >> 16), (char)(bits >> 8), (char)bits};
	for (int i = 3 - pad; i < 3; i++)
		if (byte[i])
			return false;
	return fl_buf_add(out, byte, (size_t)(3 - pad));
}

bool fl_base64_decode(struct fl_str text, struct fl_buf *out)
{
	size_t before = out->n;
	bool ok = text.n % 4 == 0;
	for (size_t i = 0; ok && i < text.n; i += 4) {
		bool last = i + 4 == text.n;
		int pad = last && text.p[i + 3] == '=' ? 1 + (text.p[i + 2] == '=') : 0;
		ok = decode_group(text.p + i, pad, out);
	}
	if (!ok)
		out->n = before;
	if (!ok && out->p)
		out->p[before] = 0;
	return ok;
}

enum { PIECE = 3 * 1024 }; /* bytes that are written at once */

bool fl_base64_encode(struct fl_str bytes, struct fl_buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[PIECE / 3 * 4];
	while (bytes.n) {
		struct fl_str piece = fl_str_sub(bytes, 0, PIECE);
		size_t n = 0;
		for (size_t i = 0; i < piece.n; i += 3) {
			size_t left = piece.n - i;
			uint32_t bits = (uint32_t)(uint8_t)piece.p[i] << 16;
			bits |= left > 1 ? (uint32_t)(uint8_t)piece.p[i + 1] << 8 : 0;
			bits |= left > 2 ? (uint32_t)(uint8_t)piece.p[i + 2] : 0;
			text[n++] = digits[bits >> 18];
			text[n++] = digits[bits >> 12 & 63];
			text[n++] = left > 1 ? digits[bits >> 6 & 63] : '=';
			text[n++] = left > 2 ? digits[bits & 63] : '=';
		}
		if (!fl_buf_add(out, text, n))
			return false;
		bytes = fl_str_sub(bytes, piece.n, bytes.n);
	}
	return true;
}

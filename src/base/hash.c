#include "base/hash.h"

#include <openssl/evp.h>

void fl_sha256_init(struct fl_sha256 *h)
{
	h->ctx = EVP_MD_CTX_new();
	if (!h->ctx || EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL) != 1)
		FL_BUG("SHA-256 is not available");
}

void fl_sha256_add(struct fl_sha256 *h, const void *p, size_t n)
{
	if (EVP_DigestUpdate(h->ctx, p, n) != 1)
		FL_BUG("SHA-256 failed");
}

void fl_sha256_field(struct fl_sha256 *h, struct fl_str s)
{
	uint8_t n[8];
	for (int i = 0; i < 8; i++)
		n[i] = (uint8_t)((uint64_t)s.n >> (8 * i));
	fl_sha256_add(h, n, sizeof n);
	fl_sha256_add(h, s.p, s.n);
}

void fl_sha256_final(struct fl_sha256 *h, uint8_t out[32])
{
	unsigned n = 0;
	if (EVP_DigestFinal_ex(h->ctx, out, &n) != 1 || n != 32)
		FL_BUG("SHA-256 failed");
	EVP_MD_CTX_free(h->ctx);
	h->ctx = NULL;
}

void fl_hex(const uint8_t *p, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = "0123456789abcdef"[p[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
	}
	out[2 * n] = '\0';
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	                              : -1;
}

bool fl_unhex(struct fl_str s, uint8_t *out, size_t n)
{
	if (s.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int hi = hex_digit(s.p[2 * i]), lo = hex_digit(s.p[2 * i + 1]);
		if (hi < 0 || lo < 0)
			return false;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

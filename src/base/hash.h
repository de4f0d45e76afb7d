/*
 * hash.h - SHA-256 (FIPS 180-4, by OpenSSL), the name of a cell and of a file's contents.
 * Threads: a state belongs to one thread. Ownership: fl_sha256_init/_final pair up; _final frees. Failure: aborts when
 * the library refuses SHA-256.
 */
#ifndef FL_HASH_H
#define FL_HASH_H

#include "base/base.h"

struct fl_sha256 {
	void *ctx; /* EVP_MD_CTX */
};
void fl_sha256_init(struct fl_sha256 *h);
void fl_sha256_add(struct fl_sha256 *h, const void *p, size_t n);
/* Adds a length-prefixed field, so that ("ab","c") and ("a","bc") differ. */
void fl_sha256_field(struct fl_sha256 *h, struct fl_str s);
void fl_sha256_final(struct fl_sha256 *h, uint8_t out[32]);
/* Lower-case hex of n bytes into out (2n+1 bytes, NUL-terminated). */
void fl_hex(const uint8_t *p, size_t n, char *out);
/* Exactly n bytes from 2n hex digits; false otherwise. */
bool fl_unhex(struct fl_str s, uint8_t *out, size_t n);

#endif

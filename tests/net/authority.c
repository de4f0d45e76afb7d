#include "authority.h"

#include "base/base.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#define MUST(x) ((x) ? (void)0 : FL_BUG("%s", #x))

static void extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	MUST(e && X509_add_ext(cert, e, -1));
	X509_EXTENSION_free(e);
}

static X509 *make(EVP_PKEY *key, X509 *issuer, const char *common_name, long from_s, long to_s)
{
	static long serial = 1;
	X509 *c = X509_new();
	MUST(c && X509_set_version(c, 2));
	ASN1_INTEGER_set(X509_get_serialNumber(c), serial++);
	X509_gmtime_adj(X509_getm_notBefore(c), from_s);
	X509_gmtime_adj(X509_getm_notAfter(c), to_s);
	X509_NAME *name = X509_get_subject_name(c);
	MUST(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)common_name, -1, -1, 0));
	MUST(X509_set_issuer_name(c, X509_get_subject_name(issuer ? issuer : c)) && X509_set_pubkey(c, key));
	return c;
}

void authority_init(struct authority *a)
{
	a->key = EVP_EC_gen("P-256");
	MUST(a->key);
	static int number;
	char name[32];
	snprintf(name, sizeof name, "Test Authority %d", ++number);
	a->cert = make(a->key, NULL, name, -172800, 86400);
	extend(a->cert, a->cert, NID_basic_constraints, "critical,CA:TRUE");
	extend(a->cert, a->cert, NID_subject_key_identifier, "hash");
	MUST(X509_sign(a->cert, a->key, EVP_sha256()));
	memcpy(a->file, "/tmp/fl-authority-XXXXXX", 25);
	int fd = mkstemp(a->file);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	MUST(f && PEM_write_X509(f, a->cert) && fclose(f) == 0);
}

void authority_release(struct authority *a)
{
	unlink(a->file);
	X509_free(a->cert);
	EVP_PKEY_free(a->key);
}

X509 *authority_issue(const struct authority *a, const char *names, long age_s)
{
	X509 *c = make(a->key, a->cert, names ? "no name" : "localhost", -86400, -age_s);
	extend(c, a->cert, NID_basic_constraints, "CA:FALSE");
	if (names)
		extend(c, a->cert, NID_subject_alt_name, names);
	MUST(X509_sign(c, a->key, EVP_sha256()));
	return c;
}

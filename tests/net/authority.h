/*
 * authority.h - a certificate authority for tests, in memory: keys are P-256, certificates last a day.
 *
 * Ownership: authority_init/_release; certificates by authority_issue are freed by X509_free. Failure: aborts.
 */
#ifndef FL_AUTHORITY_H
#define FL_AUTHORITY_H

#include <openssl/x509.h>

struct authority {
	EVP_PKEY *key; /* of the authority and of all that it issues */
	X509 *cert;
	char file[64]; /* the certificate in PEM; removed by _release */
};

void authority_init(struct authority *a);
void authority_release(struct authority *a);
/* names: subjectAltName, "DNS:localhost,IP:127.0.0.1", or NULL for none but a common name "localhost".
 * age_s: seconds since it expired; negative = still valid for so long. */
X509 *authority_issue(const struct authority *a, const char *names, long age_s);

#endif

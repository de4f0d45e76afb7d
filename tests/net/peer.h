/*
 * peer.h - a scripted server for tests: it listens on loopback, and plays on its n-th connection the n-th script (the
 * last one on all further ones), byte for byte, over TCP or TLS. Each connection has a thread.
 *
 * Ownership: peer_start/_stop; scripts are borrowed. Failure: aborts, as a test should.
 */
#ifndef FL_PEER_H
#define FL_PEER_H

#include "base/str.h"

#include <stdatomic.h>
#include <stdint.h>

enum peer_op {
	PEER_END,    /* of the script: close */
	PEER_READ,   /* one whole request: head, and body by Content-Length */
	PEER_SEND,   /* bytes, in one write */
	PEER_DRIP,   /* bytes, one per write */
	PEER_CUT,    /* like SEND, in two writes; `at` bytes in the first */
	PEER_HOLD,   /* nothing more, until the client closes */
	PEER_AGAIN,  /* from the start */
	PEER_CLOSE,  /* FIN; over TLS without close_notify */
	PEER_NOTIFY, /* close_notify, then FIN */
	PEER_RESET,  /* RST */
	PEER_GATE,   /* waits for peer_open_gate */
	PEER_FLOOD,  /* bytes again and again, until the client closes */
	PEER_UPDATE, /* TLS 1.3: new keys, and the client is to change its own */
	PEER_TUNNEL, /* becomes a tunnel to 127.0.0.1:at */
};

struct peer_step {
	enum peer_op op;
	const char *bytes;
	size_t n;
	size_t at;
};
#define P_TEXT(op, lit)                                                                                                \
	{                                                                                                              \
		(op), (lit), sizeof(lit) - 1, 0                                                                        \
	}
#define P(op)                                                                                                          \
	{                                                                                                              \
		(op), NULL, 0, 0                                                                                       \
	}

struct peer;
struct peer_tls {
	void *cert, *key; /* X509, EVP_PKEY; NULL cert = plain TCP */
	int most;         /* highest version of TLS; 0 = any */
	bool v6;          /* listen on [::1] alone */
};
/* NULL: v6 is asked for and the machine has none. */
struct peer *peer_start(const struct peer_step *const *scripts, size_t count, const struct peer_tls *tls);
void peer_stop(struct peer *p);
uint16_t peer_port(const struct peer *p);
/* Connections accepted, requests read whole. */
int peer_connections(struct peer *p);
int peer_requests(struct peer *p);
/* Connections that have ended. */
int peer_ended(struct peer *p);
/* The name that the latest client asked for by SNI; "" when none. Only after peer_stop. */
const char *peer_name_asked(struct peer *p);
/* Lets every PEER_GATE pass, now and later. */
void peer_open_gate(struct peer *p);
/* All bytes received, over all connections in order of reading. Only after peer_stop. */
struct fl_str peer_received(struct peer *p);
void peer_free(struct peer *p);

#endif

/*
 * hosts.h - what an address tells: its host, the wire format that its path speaks, the model that the path names.
 *
 * Ownership: static tables. Threads: pure. Limits: none. Failure: the empty name, or NULL, for what is not known.
 */
#ifndef FL_HOSTS_H
#define FL_HOSTS_H

#include "provider/wire.h"

/* Host of an endpoint ("https://api.openai.com/v1/..."), without port; "" when there is none. The catalogue knows whose it
 * is. */
struct fl_str fl_endpoint_host(struct fl_str endpoint);
/*
 * Wire format of an endpoint, by the end of its path; NULL when the path does not tell. `unsure` is set where the body
 * may be of another format all the same (paths that several vendors use).
 */
const struct fl_wire *fl_endpoint_wire(struct fl_str endpoint, bool *unsure);
/* The model that the path names (Gemini, Vertex, Bedrock, Azure's deployments); "" when it names none. */
struct fl_str fl_endpoint_model(struct fl_str endpoint);

#endif

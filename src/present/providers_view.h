/*
 * providers_view.h - who can serve models here: providers with address, key and what their servers told, as
 * fulcrum.providers/1 or as text; and the note that a run gives of a server.
 *
 * A key is never shown, nor what stands before the host or behind the '?' of an address. Ownership: the view borrows; texts
 * live in the caller's arena. Threads: pure. Limits: none. Failure: a full buffer cuts the text, the writer says so. What
 * is not known is null, or said in words.
 */
#ifndef FL_PROVIDERS_VIEW_H
#define FL_PROVIDERS_VIEW_H

#include "call/server.h"
#include "codec/json.h"

struct fl_provider_row {
	struct fl_provider *provider;
	enum fl_key_state key;
	bool local;   /* on this machine */
	bool asked;   /* facts hold what its server said, or why it said nothing */
	bool checked; /* it was to be proved, and facts hold how that ended */
	struct fl_server_facts facts;
	struct fl_str proof; /* of what only a call can prove: what that call would cost; else empty */
};
/* It can be called now, as far as is known. */
bool fl_provider_usable(const struct fl_provider_row *r);
/* Address as it may be shown. */
struct fl_str fl_show_url(struct fl_str url, struct fl_arena *a);

bool fl_providers_json(const struct fl_provider_row *row, size_t rows, struct fl_buf *out);
/* In groups, those that are usable first; `whole`: every row with all that is known of it. */
void fl_providers_text(const struct fl_provider_row *row, size_t rows, bool whole, struct fl_buf *out, size_t width);
/* "llama-server: context 2,048 tokens, 1 slot: one call at a time". */
struct fl_str fl_server_note(const struct fl_offer *offer, const struct fl_server_facts *facts, size_t at_once,
                             struct fl_arena *a);

#endif

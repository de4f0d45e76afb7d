#include "call/bound.h"

#include "codec/base64.h"

/* Models that bill an image at more: by a part of the name under which they are served. */
static const struct {
	const char *model;
	uint64_t tokens;
} dear_images[] = {
    {"gpt-4o-mini", 48169}, /* 2,833 and 5,667 for each of at most 8 tiles (images-vision guide of OpenAI) */
};

static uint64_t image_tokens(struct fl_str model)
{
	for (size_t i = 0; i < FL_COUNT(dear_images); i++)
		if (fl_str_find(model, fl_str_from(dear_images[i].model), 0) >= 0)
			return dear_images[i].tokens;
	return FL_TOKENS_OF_IMAGE;
}

static void longest(const struct fl_claims *claims, uint64_t *most)
{
	for (size_t i = 0; i < claims->n; i++)
		if (claims->p[i].number > 0)
			*most = FL_MAX(*most, (uint64_t)claims->p[i].number);
}

uint64_t fl_context_most(const struct fl_offer *offer)
{
	const struct fl_offer_ref *fact = &offer->fact;
	uint64_t most = 0;
	if (!fact->model)
		return 0;
	longest(&fact->offer->context, &most);
	longest(&fact->model->context, &most);
	longest(&fact->model->max_input, &most);
	return most;
}

/* Input that is billed beyond the request's bytes: the vendor's own preamble, and what it writes for tools. */
static uint64_t hidden_tokens(const struct fl_call *call)
{
	bool tools = fl_str_find(call->chat.params, FL_S("\"tools\""), 0) >= 0;
	return call->offer->provider->preamble_tokens + (tools ? FL_TOKENS_OF_TOOLS : 0);
}

uint64_t fl_input_most(const struct fl_call *call, uint64_t bytes)
{
	uint64_t tokens = bytes + hidden_tokens(call);
	bool pdf = false;
	for (size_t i = 0; i < call->chat.message_count; i++) {
		const struct fl_message *m = &call->chat.message[i];
		for (size_t k = 0; k < m->attachment_count; k++) {
			const struct fl_attachment *at = &m->attachment[k];
			tokens -= fl_base64_size(at->bytes.n);
			tokens += at->kind == FL_ATTACH_IMAGE ? image_tokens(call->offer->model) : 0;
			pdf |= at->kind == FL_ATTACH_PDF;
		}
	}
	if (!pdf)
		return tokens;
	uint64_t context = fl_context_most(call->offer);
	return FL_MAX(tokens, context ? context : (uint64_t)FL_CONTEXT_MOST);
}

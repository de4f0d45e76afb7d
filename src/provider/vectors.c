/*
 * Answers that hold no text: embeddings and rerankings of any vendor. Only the model and the usage are read. And answers
 * of a format that is not known, of which only the model's name is read.
 *
 * Source: the vendors' references (OpenAI, Mistral, Voyage, Cohere, Google, Ollama, Amazon Titan, Together).
 */
#include "provider/wire_int.h"

static void object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	static const char *const payload[] = {"data", "embedding", "embeddings", "results", "predictions", "id"};
	(void)event;
	for (size_t i = 0; i < FL_COUNT(payload); i++)
		d->seen |= fl_wire_some(v, payload[i]) != NULL;
	if (fl_wire_some(v, "error") || (!d->seen && fl_wire_some(v, "message")))
		fl_wire_error(d, v);
	fl_wire_keep(d, &d->reply.model, fl_wire_get(v, "model"));
	static const char *const usage[] = {"usage", "usageMetadata", "meta"};
	if (fl_wire_some(v, "inputTextTokenCount") || fl_wire_some(v, "prompt_eval_count"))
		fl_wire_keep_usage(d, v); /* Titan and Ollama have no object of their own for it */
	for (size_t i = 0; i < FL_COUNT(usage); i++)
		fl_wire_keep_usage(d, fl_wire_get(v, usage[i]));
}

static void end(struct fl_decoder *d)
{
	static const char *const input[] = {"prompt_tokens",     "input_tokens",        "promptTokenCount",
	                                    "prompt_eval_count", "inputTextTokenCount", "total_tokens"};
	const struct fl_json *usage = fl_wire_usage(d), *billed = fl_wire_some(usage, "billed_units");
	uint64_t *units = d->reply.usage.units;
	const struct fl_json *from = billed ? billed : usage;
	for (size_t i = 0; from && i < FL_COUNT(input); i++)
		if (fl_wire_some(from, input[i])) {
			units[FL_USE_INPUT] = fl_wire_count(d, from, input[i]);
			d->reply.usage.reported = true;
			break;
		}
	units[FL_USE_IMAGE_INPUT] = fl_wire_count(d, billed, "image_tokens");
	units[FL_USE_SEARCH] = fl_wire_count(d, billed, "search_units");
	d->reply.usage.reported |= billed != NULL;
}

#define ROW(title)                                                                                                     \
	{                                                                                                              \
		.name = title, .cut = "the answer was cut off", .nothing = "the answer holds no " title,               \
		.object = object, .end = end                                                                           \
	}
const struct fl_wire fl_wire_embeddings = ROW("embeddings");
const struct fl_wire fl_wire_rerank = ROW("rerank");

static void unknown_object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	(void)event;
	d->seen = true;
	fl_wire_keep(d, &d->reply.model, fl_wire_get(v, "model"));
	fl_wire_keep(d, &d->reply.model, fl_wire_get(fl_wire_get(v, "interaction"), "model")); /* Google */
}

static void unknown_end(struct fl_decoder *d)
{
	fl_wire_problem(d, "the format of this answer is not known: its text and usage were not read");
}

const struct fl_wire fl_wire_other = {
    .name = "other",
    .cut = "a stream of unknown format, of which nobody can say whether it ended",
    .nothing = "the answer is empty",
    .object = unknown_object,
    .end = unknown_end,
};

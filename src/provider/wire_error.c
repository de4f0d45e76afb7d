/*
 * Errors as servers write them, in any shape that was seen, and what they are for the caller: codes by the word that the
 * server uses, else by the status.
 */
#include "provider/wire_int.h"

struct status_row {
	int status;
	enum fl_code code;
};
static const struct status_row status_codes[] = {
    {400, FL_E_PARAM},  {401, FL_E_AUTH},  {402, FL_E_QUOTA}, {403, FL_E_AUTH}, {404, FL_E_MODEL}, {408, FL_E_SERVER},
    {409, FL_E_SERVER}, {413, FL_E_PARAM}, {422, FL_E_PARAM}, {429, FL_E_RATE}, {501, FL_E_PARAM},
};
struct word_row {
	const char *word; /* error.code, error.type or error.status; AWS's exception */
	enum fl_code code;
};
static const struct word_row word_codes[] = {
    {"model_not_found", FL_E_MODEL},
    {"context_length_exceeded", FL_E_CONTEXT},
    {"exceed_context_size_error", FL_E_CONTEXT},
    {"TOO_MANY_TOKENS", FL_E_CONTEXT},
    {"insufficient_quota", FL_E_QUOTA},
    {"billing_error", FL_E_QUOTA},
    {"invalid_api_key", FL_E_AUTH},
    {"authentication_error", FL_E_AUTH},
    {"permission_error", FL_E_AUTH},
    {"accessDeniedException", FL_E_AUTH},
    {"rate_limit_exceeded", FL_E_RATE},
    {"rate_limit_error", FL_E_RATE},
    {"RESOURCE_EXHAUSTED", FL_E_RATE},
    {"throttlingException", FL_E_RATE},
    {"serviceQuotaExceededException", FL_E_QUOTA},
    {"validationException", FL_E_PARAM},
    {"resourceNotFoundException", FL_E_MODEL},
};

static enum fl_code code_of(int status, struct fl_str type, struct fl_str code, struct fl_str word)
{
	for (size_t i = 0; i < FL_COUNT(word_codes); i++) {
		struct fl_str known = fl_str_from(word_codes[i].word);
		if (fl_str_eq(code, known) || fl_str_eq(type, known) || fl_str_eq_nocase(word, known))
			return word_codes[i].code;
	}
	for (size_t i = 0; i < FL_COUNT(status_codes); i++)
		if (status_codes[i].status == status)
			return status_codes[i].code;
	return status >= 500 || status == 200 ? FL_E_SERVER : FL_E_PROTOCOL;
}

/* An error inside a 200 may carry the status that it would have had. */
static int status_of(const struct fl_decoder *d, const struct fl_json *from)
{
	uint64_t said = 0;
	bool has =
	    fl_json_u64(fl_wire_get(from, "code"), &said) || fl_json_u64(fl_wire_get(from, "status_code"), &said);
	return d->status == 200 && has && said >= 400 && said < 600 ? (int)said : d->status;
}

void fl_wire_error(struct fl_decoder *d, const struct fl_json *root)
{
	if (root->type == FL_JSON_ARRAY && fl_json_first(root))
		root = fl_json_first(root);
	const struct fl_json *e = fl_wire_some(root, "error");
	const struct fl_json *from = e && e->type == FL_JSON_OBJECT ? e : root;
	const struct fl_json *message = e && e->type == FL_JSON_STRING ? e : fl_wire_some(from, "message");
	if (!message)
		message = fl_wire_some(root, "detail");
	struct fl_str type = fl_json_string(fl_wire_get(from, "type"), &d->scratch);
	struct fl_str code = fl_json_string(fl_wire_get(from, "code"), &d->scratch);
	struct fl_str word = fl_json_string(fl_wire_get(from, "status"), &d->scratch); /* Google */
	if (!word.n)
		word = fl_json_string(fl_wire_get(from, "error_type"), &d->scratch); /* Cohere */
	if (!word.n)
		word = fl_json_string(fl_wire_get(from, "__type"), &d->scratch); /* AWS */
	struct fl_str text = message && message->type == FL_JSON_STRING ? fl_json_string(message, &d->scratch)
	                     : message                                  ? message->raw
	                                                                : root->raw;
	fl_wire_fail(d, code_of(status_of(d, from), type, code, word), text);
}

void fl_wire_on_error(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)index;
	d->seen = true;
	fl_wire_error(d, v);
}

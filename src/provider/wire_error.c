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
    {"enforced_spend_limit_reached", FL_E_QUOTA}, /* the type beside it says rate_limit_error: it goes before that */
    {"credit_balance_exhausted", FL_E_QUOTA},
    {"organization_usage_limit_exceeded", FL_E_QUOTA},
    {"organization_spend_limit_exceeded", FL_E_QUOTA},
    {"project_spend_limit_exceeded", FL_E_QUOTA},
    {"API_KEY_INVALID", FL_E_AUTH},
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

/* Where the server says it in its sentence alone: the words beside it are those of any bad request (Anthropic, Google). */
static const struct word_row message_codes[] = {
    {"prompt is too long", FL_E_CONTEXT},
    {"exceeds the maximum number of tokens allowed", FL_E_CONTEXT},
    {"credit balance is too low", FL_E_QUOTA},
    {"You have reached your specified", FL_E_QUOTA},
};

/* An error inside a 200 may name by its type the status that it would have had; alone, the type is too coarse. */
static const struct {
	const char *type;
	int status;
} type_statuses[] = {
    {"invalid_request_error", 400}, {"not_found_error", 404}, {"request_too_large", 413},
    {"rate_limit_error", 429},      {"api_error", 500},       {"overloaded_error", 529},
};

/* What an error says of itself, wherever it says it. */
struct said {
	int status;
	struct fl_str type, code, word, detail, message;
};

static bool names(const struct said *s, struct fl_str known)
{
	return fl_str_eq(s->code, known) || fl_str_eq(s->type, known) || fl_str_eq(s->detail, known) ||
	       fl_str_eq_nocase(s->word, known);
}

static enum fl_code code_of(const struct said *s)
{
	if (s->status == 402) /* whatever word: RESOURCE_EXHAUSTED is said of both */
		return FL_E_QUOTA;
	for (size_t i = 0; i < FL_COUNT(word_codes); i++)
		if (names(s, fl_str_from(word_codes[i].word)))
			return word_codes[i].code;
	for (size_t i = 0; s->status == 400 && i < FL_COUNT(message_codes); i++)
		if (fl_str_find(s->message, fl_str_from(message_codes[i].word), 0) >= 0)
			return message_codes[i].code;
	for (size_t i = 0; i < FL_COUNT(status_codes); i++)
		if (status_codes[i].status == s->status)
			return status_codes[i].code;
	return s->status >= 500 || s->status == 200 ? FL_E_SERVER : FL_E_PROTOCOL;
}

/* An error inside a 200 may carry the status that it would have had. */
static int status_of(const struct fl_decoder *d, const struct fl_json *from, struct fl_str type)
{
	uint64_t said = 0;
	if (d->status != 200)
		return d->status;
	bool has =
	    fl_json_u64(fl_wire_get(from, "code"), &said) || fl_json_u64(fl_wire_get(from, "status_code"), &said);
	if (has && said >= 400 && said < 600)
		return (int)said;
	for (size_t i = 0; i < FL_COUNT(type_statuses); i++)
		if (fl_str_is(type, type_statuses[i].type))
			return type_statuses[i].status;
	return d->status;
}

enum { MOST_DETAILS = 16 };

uint64_t fl_wait_ms(struct fl_str decimal, uint64_t unit_ms)
{
	ptrdiff_t dot = fl_str_find_char(decimal, '.', 0);
	struct fl_str fraction = dot < 0 ? FL_S("0") : fl_str_sub(decimal, (size_t)dot + 1, decimal.n);
	uint64_t whole, part = 0, scale = 1;
	if (!fl_str_to_u64(fl_str_sub(decimal, 0, dot < 0 ? decimal.n : (size_t)dot), &whole) || fraction.n > 9 ||
	    !fl_str_to_u64(fraction, &part))
		return 0;
	for (size_t i = 0; i < fraction.n; i++)
		scale *= 10;
	uint64_t most = (uint64_t)FL_REPLY_WAIT_S * 1000;
	if (whole > most / unit_ms)
		return most;
	return FL_MIN(whole * unit_ms + (part * unit_ms + scale - 1) / scale, most);
}

/* As Google writes a duration: "37s", "0.25s". */
static uint64_t duration_ms(struct fl_str s)
{
	return fl_str_ends(s, FL_S("s")) ? fl_wait_ms(fl_str_sub(s, 0, s.n - 1), 1000) : 0;
}

/* Details: an object with a code (Anthropic), or a list of objects of which one may name a reason and one a wait
 * (google.rpc.ErrorInfo, google.rpc.RetryInfo). */
static void read_details(struct fl_decoder *d, const struct fl_json *details, struct said *s)
{
	size_t n = 0;
	if (!details)
		return;
	s->detail = fl_json_string(fl_wire_get(details, "error_code"), &d->scratch);
	if (details->type != FL_JSON_ARRAY)
		return;
	FL_WIRE_EACH(one, details)
	{
		if (n++ == MOST_DETAILS)
			break;
		struct fl_str reason = fl_json_string(fl_wire_get(one, "reason"), &d->scratch);
		uint64_t wait = duration_ms(fl_json_string(fl_wire_get(one, "retryDelay"), &d->scratch));
		s->detail = reason.n ? reason : s->detail;
		d->reply.retry_after_ms = FL_MAX(d->reply.retry_after_ms, wait);
	}
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
	struct said s = {.type = fl_json_string(fl_wire_get(from, "type"), &d->scratch),
	                 .code = fl_json_string(fl_wire_get(from, "code"), &d->scratch),
	                 .word = fl_json_string(fl_wire_get(from, "status"), &d->scratch)}; /* Google */
	if (!s.word.n)
		s.word = fl_json_string(fl_wire_get(from, "error_type"), &d->scratch); /* Cohere */
	if (!s.word.n)
		s.word = fl_json_string(fl_wire_get(from, "__type"), &d->scratch); /* AWS */
	s.message = message && message->type == FL_JSON_STRING ? fl_json_string(message, &d->scratch)
	            : message                                  ? message->raw
	                                                       : root->raw;
	s.status = status_of(d, from, s.type);
	read_details(d, fl_wire_get(from, "details"), &s);
	fl_wire_fail(d, code_of(&s), s.message);
}

void fl_wire_on_error(struct fl_decoder *d, const struct fl_json *v, uint64_t index)
{
	(void)index;
	d->seen = true;
	fl_wire_error(d, v);
}

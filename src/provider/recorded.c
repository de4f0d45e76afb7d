#include "provider/recorded.h"

#include "base/date.h"
#include "codec/base64.h"
#include "codec/jsonl.h"
#include "provider/hosts.h"

/* What both kinds of file say of an exchange. */
struct record {
	struct fl_str id, endpoint, wire, provider;
	struct fl_str request, body;            /* bodies */
	struct fl_str content_type, date, tier; /* headers of the response */
	int64_t at_ms;
	int status, line;
	bool har;
};

static struct fl_str member(const struct fl_json *v, const char *name, struct fl_arena *a)
{
	return fl_json_string(fl_json_get(v, fl_str_from(name)), a);
}

/* --- time --------------------------------------------------------------------------------------------------------- */

/* "Wed, 19 Aug 2026 14:34:57 GMT" (RFC 9110, 5.6.7), the form that servers must send. */
static bool http_date(struct fl_str s, int64_t *ms)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	uint64_t day, year, h, m, sec;
	if (s.n != 29 || !fl_str_ends(s, FL_S(" GMT")))
		return false;
	ptrdiff_t month = fl_str_find(fl_str_from(months), fl_str_sub(s, 8, 11), 0);
	if (month < 0 || month % 3 || !fl_str_to_u64(fl_str_sub(s, 5, 7), &day) ||
	    !fl_str_to_u64(fl_str_sub(s, 12, 16), &year) || !fl_str_to_u64(fl_str_sub(s, 17, 19), &h) ||
	    !fl_str_to_u64(fl_str_sub(s, 20, 22), &m) || !fl_str_to_u64(fl_str_sub(s, 23, 25), &sec))
		return false;
	if (year < 1970 || year > 2199 || day < 1 || day > 31 || h > 23 || m > 59 || sec > 60)
		return false;
	*ms =
	    fl_date_of((int)year, (int)month / 3 + 1, (int)day) * FL_DAY_MS + (int64_t)((h * 60 + m) * 60 + sec) * 1000;
	return true;
}

/* 0 when it cannot be read; a time without a zone is taken for UTC. */
static int64_t instant(struct fl_str s, struct fl_arena *a)
{
	int64_t ms = 0;
	if (!s.n || http_date(s, &ms))
		return ms;
	if (fl_instant_parse(s, &ms, NULL) == FL_OK)
		return ms;
	return fl_instant_parse(fl_arena_printf(a, "%.*sZ", FL_FMT(s)), &ms, NULL) == FL_OK ? ms : 0;
}

/* --- wire format -------------------------------------------------------------------------------------------------- */

/* The format of the first JSON object of a body or stream. */
static const struct fl_wire *wire_of_body(struct fl_str body, struct fl_arena *a)
{
	struct fl_json_doc doc;
	body = fl_str_trim(body);
	for (ptrdiff_t at = 0; body.n && strchr("deir:", body.p[0]) && at >= 0;) { /* an event stream: its first data */
		at = fl_str_find(body, FL_S("data:"), (size_t)at);
		if (at < 0)
			break;
		ptrdiff_t end = fl_str_find_char(body, '\n', (size_t)at);
		struct fl_str data = fl_str_trim(fl_str_sub(body, (size_t)at + 5, end < 0 ? body.n : (size_t)end));
		at = end;
		if (fl_str_starts(data, FL_S("{"))) {
			body = data;
			break;
		}
	}
	if (fl_json_parse(&doc, a, body, FL_JSON_LIMITS, NULL) != FL_OK) {
		ptrdiff_t end = fl_str_find_char(body, '\n', 0); /* NDJSON */
		if (end <= 0 || fl_json_parse(&doc, a, fl_str_sub(body, 0, (size_t)end), FL_JSON_LIMITS, NULL) != FL_OK)
			return &fl_wire_other;
	}
	const struct fl_json *root = fl_json_root(&doc);
	return fl_wire_of_object(root->type == FL_JSON_ARRAY ? fl_json_first(root) : root);
}

static const struct fl_wire *choose_wire(const struct record *r, struct fl_arena *a)
{
	bool unsure;
	const struct fl_wire *path = fl_endpoint_wire(r->endpoint, &unsure), *hint = fl_wire_find(r->wire);
	if (path && !unsure)
		return path;
	if (hint && hint != &fl_wire_other)
		return hint;
	const struct fl_wire *body = wire_of_body(r->body, a);
	if (body == &fl_wire_other && path)
		return path;
	return body;
}

/* What an invoke endpoint of Bedrock answers when it answers with an error: by the model's vendor. */
static const struct {
	const char *model;
	const struct fl_wire *wire;
} families[] = {
    {"anthropic.", &fl_wire_anthropic_messages}, {"amazon.nova", &fl_wire_bedrock_converse},
    {"openai.", &fl_wire_openai_chat},           {"titan-embed", &fl_wire_embeddings},
    {"cohere.embed", &fl_wire_embeddings},
};

static const struct fl_wire *invoke_wire(const struct record *r)
{
	struct fl_str model = fl_endpoint_model(r->endpoint);
	const struct fl_wire *hint = fl_wire_find(r->wire);
	if (hint)
		return hint;
	for (size_t i = 0; i < FL_COUNT(families); i++)
		if (fl_str_find(model, fl_str_from(families[i].model), 0) >= 0)
			return families[i].wire;
	return &fl_wire_other;
}

/* --- one exchange ------------------------------------------------------------------------------------------------- */

static void read_request(struct fl_recorded *x, const struct record *r, struct fl_arena *a)
{
	struct fl_json_doc doc;
	if (fl_json_parse(&doc, a, r->request, FL_JSON_LIMITS, NULL) == FL_OK) {
		const struct fl_json *q = fl_json_root(&doc), *tier = fl_json_get(q, FL_S("serviceTier"));
		x->model = member(q, "model", a);
		x->tier = member(q, "service_tier", a);
		if (!x->tier.n) /* Gemini, Bedrock */
			x->tier =
			    tier && tier->type == FL_JSON_OBJECT ? member(tier, "type", a) : fl_json_string(tier, a);
		if (fl_str_is(member(q, "speed", a), "fast"))
			x->tier = FL_S("fast");
	}
	x->tier = fl_wire_tier(x->tier);
	if (!x->model.n)
		x->model = fl_endpoint_model(r->endpoint);
}

/* Decodes and gives it. */
static enum fl_code give(const struct record *r, struct fl_arena *a, struct fl_recorded_file *file, fl_recorded_fn *fn,
                         void *user, struct fl_err *err)
{
	const struct fl_wire *wire = choose_wire(r, a);
	if (r->har && wire == &fl_wire_other) {
		file->passed_over++;
		return FL_OK;
	}
	struct fl_decoder *d = fl_wire_begin(wire, r->status, r->content_type);
	fl_wire_feed(d, r->body);
	struct fl_recorded x = {.id = r->id,
	                        .line = r->line,
	                        .endpoint = r->endpoint,
	                        .provider = r->provider,
	                        .status = r->status,
	                        .request_bytes = r->request.n,
	                        .at_ms = r->at_ms ? r->at_ms : instant(r->date, a)};
	x.reply = *fl_wire_end(d);
	x.wire = fl_wire_decoded(d);
	if (x.wire == &fl_wire_bedrock_invoke)
		x.wire = invoke_wire(r);
	x.complete = x.reply.complete;
	if (!x.reply.tier.n)
		x.reply.tier = fl_wire_tier(r->tier);
	read_request(&x, r, a);
	file->exchanges++;
	enum fl_code code = fn(user, &x, err);
	fl_wire_release(d);
	return code;
}

/* --- JSON Lines --------------------------------------------------------------------------------------------------- */

static bool is_header(const struct fl_json *m, const char *name, struct fl_arena *a)
{
	return fl_str_eq_nocase(fl_json_key(m, a), fl_str_from(name));
}

static void read_headers(struct record *r, const struct fl_json *headers, struct fl_arena *a)
{
	if (!headers || headers->type != FL_JSON_OBJECT)
		return;
	for (const struct fl_json *m = fl_json_first(headers); m; m = fl_json_next(headers, m)) {
		struct fl_str value = fl_json_string(m, a);
		if (is_header(m, "content-type", a))
			r->content_type = value;
		else if (is_header(m, "date", a))
			r->date = value;
		else if (is_header(m, "x-gemini-service-tier", a))
			r->tier = value;
	}
}

static enum fl_code base64_body(struct fl_str text, struct fl_arena *a, struct fl_str *body, struct fl_err *err)
{
	struct fl_buf b;
	fl_buf_init(&b, FL_REPLY_BYTES);
	bool ok = fl_base64_decode(text, &b);
	*body = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	if (ok)
		return FL_OK;
	return fl_err_set(err, FL_E_INVALID, "the response's body is no base64, or longer than %d bytes",
	                  FL_REPLY_BYTES);
}

static enum fl_code read_status(const struct fl_json *v, int *status, struct fl_err *err)
{
	uint64_t n = 0;
	*status = 200; /* a recording that does not say had an answer */
	if (!v || v->type == FL_JSON_NULL)
		return FL_OK;
	if (!fl_json_u64(v, &n) || n > 999)
		return fl_err_set(err, FL_E_INVALID, "the response's status is no HTTP status");
	*status = n ? (int)n : 200;
	return FL_OK;
}

static struct fl_str text_of(const struct fl_json *v, struct fl_arena *a)
{
	return !v || v->type == FL_JSON_NULL ? FL_S("") : v->type == FL_JSON_STRING ? fl_json_string(v, a) : v->raw;
}

static enum fl_code read_line(struct record *r, const struct fl_json *root, struct fl_arena *a, struct fl_err *err)
{
	const struct fl_json *response = fl_json_get(root, FL_S("response")), *b64;
	if (!response || response->type != FL_JSON_OBJECT) {
		fl_err_set(err, FL_E_INVALID, "the line is no exchange: it has no object 'response'");
		fl_err_expected(err, "{\"endpoint\":\"https://...\",\"request\":{\"body\":...},"
		                     "\"response\":{\"status\":200,\"body\":\"...\"}}");
		return FL_E_INVALID;
	}
	r->id = member(root, "id", a);
	r->endpoint = member(root, "endpoint", a);
	r->wire = member(root, "wire", a);
	r->provider = member(root, "provider", a);
	r->request = text_of(fl_json_get(fl_json_get(root, FL_S("request")), FL_S("body")), a);
	r->at_ms = instant(member(root, "recorded_at", a), a);
	read_headers(r, fl_json_get(response, FL_S("headers")), a);
	FL_TRY(read_status(fl_json_get(response, FL_S("status")), &r->status, err));
	r->body = text_of(fl_json_get(response, FL_S("body")), a);
	b64 = fl_json_get(response, FL_S("body_b64"));
	if (b64 && b64->type == FL_JSON_STRING)
		FL_TRY(base64_body(fl_json_string(b64, a), a, &r->body, err));
	if (!r->id.n)
		r->id = fl_arena_printf(a, "%d", r->line);
	return FL_OK;
}

static enum fl_code each_line(struct fl_str text, struct fl_recorded_file *file, fl_recorded_fn *fn, void *user,
                              struct fl_err *err)
{
	struct fl_jsonl lines;
	struct fl_arena a;
	enum fl_code code;
	fl_jsonl_init(&lines, text, file->name);
	fl_arena_init(&a);
	for (;;) {
		struct fl_json_doc doc;
		fl_arena_reset(&a);
		code = fl_jsonl_next(&lines, &a, &doc, FL_JSON_LIMITS, err);
		if (code != FL_OK || !doc.node)
			break;
		struct record r = {.line = lines.line};
		code = read_line(&r, fl_json_root(&doc), &a, err);
		if (code != FL_OK) {
			fl_err_place(err, file->name, lines.line, 1);
			break;
		}
		code = give(&r, &a, file, fn, user, err);
		if (code != FL_OK)
			break;
	}
	fl_arena_release(&a);
	return code;
}

/* --- HAR ---------------------------------------------------------------------------------------------------------- */

/* Headers are a list of names and values. */
static void read_har_headers(struct record *r, const struct fl_json *list, struct fl_arena *a)
{
	for (const struct fl_json *h = list ? fl_json_first(list) : NULL; h; h = fl_json_next(list, h)) {
		struct fl_str name = member(h, "name", a), value = member(h, "value", a);
		if (fl_str_eq_nocase(name, FL_S("content-type")))
			r->content_type = value;
		else if (fl_str_eq_nocase(name, FL_S("date")))
			r->date = value;
		else if (fl_str_eq_nocase(name, FL_S("x-gemini-service-tier")))
			r->tier = value;
	}
}

static enum fl_code read_entry(struct record *r, const struct fl_json *entry, struct fl_arena *a, struct fl_err *err)
{
	const struct fl_json *request = fl_json_get(entry, FL_S("request"));
	const struct fl_json *response = fl_json_get(entry, FL_S("response"));
	const struct fl_json *content = fl_json_get(response, FL_S("content"));
	r->har = true;
	r->id = fl_arena_printf(a, "%d", r->line);
	r->endpoint = member(request, "url", a);
	r->request = member(fl_json_get(request, FL_S("postData")), "text", a);
	r->at_ms = instant(member(entry, "startedDateTime", a), a);
	read_har_headers(r, fl_json_get(response, FL_S("headers")), a);
	if (!r->content_type.n)
		r->content_type = member(content, "mimeType", a);
	FL_TRY(read_status(fl_json_get(response, FL_S("status")), &r->status, err));
	r->body = member(content, "text", a);
	if (fl_str_is(member(content, "encoding", a), "base64"))
		FL_TRY(base64_body(r->body, a, &r->body, err));
	return FL_OK;
}

static enum fl_code each_entry(const struct fl_json *entries, struct fl_recorded_file *file, fl_recorded_fn *fn,
                               void *user, struct fl_err *err)
{
	struct fl_arena a;
	int number = 0;
	enum fl_code code = FL_OK;
	fl_arena_init(&a);
	for (const struct fl_json *e = fl_json_first(entries); e && code == FL_OK; e = fl_json_next(entries, e)) {
		struct record r = {.line = ++number};
		fl_arena_reset(&a);
		code = read_entry(&r, e, &a, err);
		if (code != FL_OK) {
			fl_err_place(err, file->name, 0, 0);
			fl_err_while(err, "reading entry %d of log.entries", number);
			break;
		}
		code = give(&r, &a, file, fn, user, err);
	}
	fl_arena_release(&a);
	return code;
}

/* The entries of a HAR file. */
static enum fl_code har_entries(struct fl_str text, struct fl_arena *a, const struct fl_json **entries,
                                struct fl_err *err)
{
	struct fl_json_doc doc;
	FL_TRY(fl_json_parse(&doc, a, text, FL_JSON_LIMITS, err));
	*entries = fl_json_pointer(fl_json_root(&doc), FL_S("/log/entries"));
	if (*entries && (*entries)->type == FL_JSON_ARRAY)
		return FL_OK;
	return fl_err_set(err, FL_E_INVALID, "the file begins like a HAR file, but has no list log.entries");
}

/* A HAR file is one object whose first member is "log"; a line of JSON Lines never begins so. */
static bool is_har(struct fl_str text)
{
	struct fl_str head = fl_str_trim(fl_str_sub(text, 0, 4096));
	if (!fl_str_starts(head, FL_S("{")))
		return false;
	return fl_str_starts(fl_str_trim(fl_str_sub(head, 1, head.n)), FL_S("\"log\""));
}

enum fl_code fl_recorded_each(struct fl_str text, struct fl_recorded_file *file, fl_recorded_fn *fn, void *user,
                              struct fl_err *err)
{
	file->exchanges = file->passed_over = 0;
	if (fl_str_starts(text, FL_S("\xef\xbb\xbf"))) /* which some recorders of HAR write */
		text = fl_str_sub(text, 3, text.n);
	if (!is_har(text))
		return each_line(text, file, fn, user, err);
	struct fl_arena a;
	fl_arena_init(&a);
	const struct fl_json *entries = NULL;
	enum fl_code code = har_entries(text, &a, &entries, err);
	if (code == FL_OK) {
		code = each_entry(entries, file, fn, user, err);
	} else {
		fl_err_place(err, file->name, err ? err->line : 0, err ? err->column : 0);
		fl_err_help(err, "export the recording again as HAR 1.2");
	}
	fl_arena_release(&a);
	return code;
}

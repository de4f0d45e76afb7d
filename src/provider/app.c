/*
 * The dialect of applications, in both directions. A request is one line: JSON without newlines.
 */
#include "provider/app.h"

#include "base/hash.h"
#include "base/money.h"
#include "provider/wire_int.h"

static struct fl_str path(const struct fl_chat *chat, struct fl_str url, struct fl_arena *a)
{
	(void)chat;
	(void)url;
	(void)a;
	return FL_S("");
}

/* --- request ------------------------------------------------------------------------------------------------------ */

static bool write_messages(struct fl_json_writer *w, const struct fl_chat *chat)
{
	fl_json_name(w, "messages");
	fl_json_open(w, '[');
	for (size_t i = 0; i < chat->message_count; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "role", chat->message[i].role);
		fl_json_member_str(w, "content", chat->message[i].text);
		fl_json_close(w);
		if (chat->message[i].attachment_count)
			return false;
	}
	fl_json_close(w);
	return true;
}

/* What a task passes on stands as it is, but for what is said by its own lever. */
static bool write_params(struct fl_json_writer *w, const struct fl_chat *chat)
{
	static const char *const own[] = {"max_output", "effort", "temperature", "seed"};
	struct fl_arena a;
	struct fl_json_doc doc;
	fl_json_name(w, "params");
	fl_json_open(w, '{');
	fl_json_member_u64(w, "max_output", chat->max_output);
	if (chat->effort.n)
		fl_json_member_str(w, "effort", chat->effort);
	if (chat->temperature.n) {
		fl_json_name(w, "temperature");
		fl_json_put_raw(w, chat->temperature);
	}
	if (chat->has_seed)
		fl_json_member_u64(w, "seed", chat->seed);
	bool ok = true;
	fl_arena_init(&a);
	const struct fl_json *root = NULL;
	if (chat->params.n) {
		ok = fl_json_parse(&doc, &a, chat->params, FL_JSON_LIMITS, NULL) == FL_OK;
		root = ok ? fl_json_root(&doc) : NULL;
	}
	for (const struct fl_json *m = root ? fl_json_first(root) : NULL; m; m = fl_json_next(root, m)) {
		struct fl_str name = fl_json_key(m, &a);
		for (size_t i = 0; i < FL_COUNT(own); i++)
			ok &= !fl_str_is(name, own[i]);
		fl_json_name_str(w, name);
		fl_json_put_raw(w, m->raw);
	}
	fl_arena_release(&a);
	fl_json_close(w);
	return ok;
}

/* The id is a hash of the rest: equal requests have equal bytes, and so one name. */
static void name_request(struct fl_str rest, char id[FL_APP_ID + 1])
{
	struct fl_sha256 h;
	uint8_t sum[32];
	fl_sha256_init(&h);
	fl_sha256_add(&h, rest.p, rest.n);
	fl_sha256_final(&h, sum);
	fl_hex(sum, FL_APP_ID / 2, id);
}

static enum fl_code encode(const struct fl_chat *chat, struct fl_buf *body, struct fl_err *err)
{
	struct fl_json_writer w;
	struct fl_buf rest;
	char id[FL_APP_ID + 1];
	fl_buf_init(&rest, body->max);
	fl_json_begin(&w, &rest, 0);
	fl_json_open(&w, '{');
	bool text_only = write_messages(&w, chat);
	bool plain = text_only && write_params(&w, chat);
	if (plain)
		fl_json_close(&w);
	bool done = plain && fl_json_done(&w);
	if (done) {
		name_request(fl_buf_slice(&rest), id);
		done = fl_buf_printf(body, "{\"id\":\"%s\",", id) &&
		       fl_buf_str(body, fl_str_sub(fl_buf_slice(&rest), 1, rest.n));
	}
	fl_buf_release(&rest);
	if (done)
		return FL_OK;
	if (!text_only)
		return fl_err_set(err, FL_E_UNSUPPORTED, "an application is sent text alone, no images or documents");
	if (!plain)
		return fl_err_set(err, FL_E_UNSUPPORTED,
		                  "max_output, effort, temperature and seed have keys of their own beside params");
	return fl_err_set(err, FL_E_LIMIT, "the request is larger than %zu bytes", body->max);
}

static size_t auth(struct fl_str key, struct fl_arena *a, struct fl_http_header headers[2])
{
	(void)key;
	(void)a;
	(void)headers;
	return 0;
}

/* --- answer ------------------------------------------------------------------------------------------------------- */

static void read_usage(struct fl_decoder *d, const struct fl_json *usage)
{
	struct fl_usage *u = &d->reply.usage;
	if (!usage || usage->type != FL_JSON_OBJECT)
		return;
	fl_wire_keep_usage(d, usage);
	if (fl_wire_some(usage, "prompt_tokens") || fl_wire_some(usage, "completion_tokens")) {
		fl_wire_openai_usage(d, usage);
		return;
	}
	if (!fl_wire_some(usage, "input_tokens") && !fl_wire_some(usage, "output_tokens"))
		return;
	u->reported = true;
	u->units[FL_USE_INPUT] = fl_wire_count(d, usage, "input_tokens");
	u->units[FL_USE_OUTPUT] = fl_wire_count(d, usage, "output_tokens");
}

static void read_cost(struct fl_decoder *d, const struct fl_json *cost)
{
	struct fl_usage *u = &d->reply.usage;
	int64_t nusd = -1;
	bool number = cost && cost->type == FL_JSON_NUMBER;
	if (!cost)
		return;
	if (!number || fl_decimal_parse(cost->raw, 9, true, &nusd, NULL) != FL_OK || nusd < 0) {
		fl_wire_fail(d, FL_E_PROTOCOL,
		             fl_arena_printf(&d->arena, "cost_usd is %.*s, which is no amount of money",
		                             (int)FL_MIN(cost->raw.n, (size_t)60), cost->raw.p));
		return;
	}
	u->cost_reported = true;
	u->cost_nusd = nusd;
}

static void object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	(void)event;
	const struct fl_json *text = fl_wire_some(v, "text");
	fl_wire_keep(d, &d->reply.id, fl_wire_get(v, "id"));
	fl_wire_keep(d, &d->reply.model, fl_wire_get(v, "model"));
	fl_wire_keep(d, &d->reply.finish, fl_wire_get(v, "finish"));
	read_usage(d, fl_wire_some(v, "usage"));
	read_cost(d, fl_wire_some(v, "cost_usd"));
	if (fl_wire_some(v, "error")) {
		d->seen = true;
		fl_wire_error(d, v);
	} else if (text && text->type == FL_JSON_STRING) {
		d->seen = true;
		fl_wire_append(d, &d->text, text);
	}
}

static const struct fl_wire wire = {
    .name = "app",
    .cut = "the answer ended before it was whole",
    .nothing = "the answer holds neither a text under \"text\" nor an error",
    .object = object,
};

static struct fl_decoder *begin(int status, struct fl_str content_type)
{
	return fl_wire_begin(&wire, status, content_type);
}

/* A list, or several objects, would pass for a stream that was cut. */
static const struct fl_reply *end(struct fl_decoder *d)
{
	const struct fl_reply *r = fl_wire_end(d);
	if (r->code == FL_E_TRUNCATED) {
		d->reply.code = FL_E_PROTOCOL;
		d->reply.message = FL_S("the answer is not one JSON object");
	}
	return r;
}

/* A child that is one answer behind would be wrong on every item from then on: the id tells. */
static enum fl_code check(struct fl_str request, const struct fl_reply *reply, struct fl_err *err)
{
	struct fl_str asked = fl_str_sub(request, sizeof "{\"id\":\"" - 1, sizeof "{\"id\":\"" - 1 + FL_APP_ID);
	if (fl_str_eq(asked, reply->id))
		return FL_OK;
	fl_err_set(err, FL_E_PROTOCOL, "the answer's id is '%.*s', the request's was '%.*s'",
	           (int)FL_MIN(reply->id.n, (size_t)60), reply->id.p ? reply->id.p : "", FL_FMT(asked));
	fl_err_help(err, "repeat the request's id in the answer to it");
	return FL_E_PROTOCOL;
}

const struct fl_dialect fl_dialect_app = {
    .name = "app",
    .wire = &wire,
    .path = path,
    .encode = encode,
    .auth = auth,
    .begin = begin,
    .feed = fl_wire_feed,
    .end = end,
    .release = fl_wire_release,
    .check = check,
};

/* --- as an offer -------------------------------------------------------------------------------------------------- */

const struct fl_offer *fl_app_offer(struct fl_providers *all, const struct fl_app *app)
{
	struct fl_provider *p = FL_NEW(&all->arena, struct fl_provider);
	struct fl_offer *o = FL_NEW(&all->arena, struct fl_offer);
	*p = (struct fl_provider){.name = app->name,
	                          .app = app,
	                          .dialect = &fl_dialect_app,
	                          .arena = &all->arena,
	                          .catalog = all->catalog,
	                          .key_source = FL_S("none"),
	                          .limit_name = FL_S("max_output"),
	                          .seed_name = FL_S("seed"),
	                          .honours = FL_HONOUR_ALL,
	                          .own_server = true,
	                          .configured = true,
	                          .concurrency = app->concurrency};
	p->price = (struct fl_price){
	    .kind = FL_PRICE_REPORTED, .has_most = app->has_most, .most_nusd = app->has_most ? app->most_nusd : 0};
	if (app->command)
		p->url = fl_command_identity(app->command, app->version, &all->arena);
	else /* a fragment names, and is never sent */
		p->url = app->version.n
		             ? fl_arena_printf(&all->arena, "%.*s#version=%.*s", FL_FMT(app->url), FL_FMT(app->version))
		             : app->url;
	fl_map_init(&p->model_price);
	*o = (struct fl_offer){
	    .name = app->name, .id = app->name, .model = app->name, .provider = p, .price = &p->price};
	return o;
}

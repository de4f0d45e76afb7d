/*
 * Sources: llama.cpp tools/server/README.md (/props: default_generation_settings.n_ctx is that of one slot, total_slots);
 * docs.ollama.com/api (/api/ps: context_length of what is loaded; /api/show: parameters; /api/tags, /api/version);
 * docs.vllm.ai (max_model_len in /v1/models); lmstudio.ai/docs (REST API v0: loaded_context_length); the vendors' references
 * for their lists of models, openrouter.ai/docs (/key).
 */
#include "call/server.h"

#include "base/clock.h"
#include "base/log.h"
#include "codec/json.h"
#include "net/url.h"

#include <stdio.h>
#include <stdlib.h>

struct ask;
enum from { ORIGIN, URL };
/* A question, and what is made of its answer; read: false when the answer is not of the server that was thought of. */
struct step {
	const char *path;
	enum from from;
	bool (*read)(struct ask *a, const struct fl_json *root);
	bool needed;   /* without its answer there is nothing to say */
	bool of_model; /* asked by POST {"model": ...}, when a model was named whose context is not known yet */
};

enum { MOST_STEPS = 12 };
struct ask {
	struct fl_http_client *client;
	struct fl_provider *provider;
	struct fl_str model;
	uint64_t deadline_ns;
	void (*done)(void *arg, const struct fl_server_facts *facts);
	void *arg;
	struct fl_arena arena;
	struct fl_timer timer;
	const struct step *step[MOST_STEPS];
	size_t steps, at;
	struct fl_server_facts facts;
	struct fl_str url; /* of the question under way */
	int status;
	bool html;
	struct fl_buf body;
};

static void next(struct ask *a);

/* --- reading ------------------------------------------------------------------------------------------------------ */

static uint64_t number(const struct fl_json *v, const char *name)
{
	uint64_t n = 0;
	return fl_json_u64(fl_json_get(v, fl_str_from(name)), &n) ? n : 0;
}

static const struct fl_json *array(const struct fl_json *v, const char *name)
{
	const struct fl_json *list = fl_json_get(v, fl_str_from(name));
	return list && list->type == FL_JSON_ARRAY ? list : NULL;
}

static struct fl_str text(struct ask *a, const struct fl_json *v, const char *name)
{
	return fl_json_string(fl_json_get(v, fl_str_from(name)), &a->arena);
}

static bool list_of(struct ask *a, const struct fl_json *list)
{
	if (!list)
		return false;
	a->facts.models = 0;
	for (const struct fl_json *m = fl_json_first(list); m; m = fl_json_next(list, m))
		a->facts.models++;
	return a->facts.models_known = true;
}

/* The named model's; without a name that of all models that tell one, if it is the same. */
static void context_of(struct ask *a, const struct fl_json *list, const char *name, const char *member)
{
	uint64_t seen = 0;
	bool same = true;
	for (const struct fl_json *m = fl_json_first(list); m; m = fl_json_next(list, m)) {
		uint64_t n = number(m, member);
		struct fl_str id = text(a, m, name);
		bool asked = fl_str_eq(id, a->model) ||
		             (fl_str_starts(id, a->model) && fl_str_is(fl_str_sub(id, a->model.n, id.n), ":latest"));
		if (n == 0 || (a->model.n && !asked))
			continue;
		same &= seen == 0 || seen == n;
		seen = n;
	}
	if (same && seen)
		a->facts.context_tokens = seen;
}

static void keep_version(struct ask *a, struct fl_str version)
{
	snprintf(a->facts.version, sizeof a->facts.version, "%.*s", FL_FMT(version));
}

static bool read_props(struct ask *a, const struct fl_json *root)
{
	const struct fl_json *settings = fl_json_get(root, FL_S("default_generation_settings"));
	if (!settings || !fl_json_get(root, FL_S("total_slots")))
		return false;
	a->facts.kind = FL_SERVER_LLAMA;
	a->facts.context_tokens = number(settings, "n_ctx");
	a->facts.slots = number(root, "total_slots");
	keep_version(a, text(a, root, "build_info"));
	return true;
}

static bool read_tags(struct ask *a, const struct fl_json *root)
{
	if (!list_of(a, array(root, "models")))
		return false;
	a->facts.kind = FL_SERVER_OLLAMA;
	return true;
}

static bool read_ps(struct ask *a, const struct fl_json *root)
{
	const struct fl_json *list = array(root, "models");
	if (list)
		context_of(a, list, "name", "context_length");
	return list != NULL;
}

/* "num_ctx  8192" among the parameters of a model that is not loaded yet; without it the server decides when it loads. */
static bool read_show(struct ask *a, const struct fl_json *root)
{
	struct fl_str parameters = text(a, root, "parameters"), word = FL_S("num_ctx");
	ptrdiff_t at = fl_str_starts(parameters, word) ? 0 : fl_str_find(parameters, FL_S("\nnum_ctx"), 0);
	if (at < 0)
		return true;
	struct fl_str line = fl_str_sub(parameters, (size_t)at + (parameters.p[at] == '\n') + word.n, parameters.n);
	ptrdiff_t end = fl_str_find_char(line, '\n', 0);
	uint64_t n;
	if (fl_str_to_u64(fl_str_trim(end < 0 ? line : fl_str_sub(line, 0, (size_t)end)), &n))
		a->facts.context_tokens = n;
	return true;
}

static bool read_version(struct ask *a, const struct fl_json *root)
{
	keep_version(a, text(a, root, "version"));
	return true;
}

static bool read_vllm(struct ask *a, const struct fl_json *root)
{
	const struct fl_json *list = array(root, "data");
	if (!list_of(a, list))
		return false;
	context_of(a, list, "id", "max_model_len");
	return true;
}

/* Its list says whose it is. */
static bool prove_vllm(struct ask *a, const struct fl_json *root)
{
	const struct fl_json *list = array(root, "data"), *first = list ? fl_json_first(list) : NULL;
	if (!first || !fl_str_is(text(a, first, "owned_by"), "vllm") || number(first, "max_model_len") == 0)
		return false;
	a->facts.kind = FL_SERVER_VLLM;
	return read_vllm(a, root);
}

static bool read_lm_studio(struct ask *a, const struct fl_json *root)
{
	const struct fl_json *list = array(root, "data");
	if (!list_of(a, list))
		return false;
	context_of(a, list, "id", "loaded_context_length");
	return true;
}

/* As OpenAI and Anthropic write it, or as Google does; one of them alone counts, so that another's server is found out. */
static bool read_list(struct ask *a, const struct fl_json *root)
{
	bool gemini = a->provider->dialect == &fl_dialect_gemini;
	const struct fl_json *list = root->type == FL_JSON_ARRAY && !gemini ? root : NULL;
	return list_of(a, list ? list : array(root, gemini ? "models" : "data"));
}

static bool read_names(struct ask *a, const struct fl_json *root)
{
	const struct fl_json *list = array(root, "data");
	if (!list_of(a, list))
		return false;
	struct fl_str *name =
	    FL_NEW_ARRAY(&a->arena, struct fl_str, FL_MIN(a->facts.models, (uint64_t)FL_SERVER_NAMES) + 1);
	a->facts.name = name;
	for (const struct fl_json *m = fl_json_first(list); m && a->facts.names < FL_SERVER_NAMES;
	     m = fl_json_next(list, m)) {
		struct fl_str id = fl_arena_dup(&a->arena, text(a, m, "id"));
		if (id.n)
			name[a->facts.names++] = id;
	}
	return true;
}

static bool read_key(struct ask *a, const struct fl_json *root)
{
	(void)a;
	return fl_json_get(root, FL_S("data")) != NULL;
}

static const struct step props = {"/props", ORIGIN, read_props, true, false},
                         maybe_props = {"/props", ORIGIN, read_props, false, false},
                         ps = {"/api/ps", ORIGIN, read_ps, false, false},
                         tags = {"/api/tags", ORIGIN, read_tags, true, false},
                         maybe_tags = {"/api/tags", ORIGIN, read_tags, false, false},
                         show = {"/api/show", ORIGIN, read_show, false, true},
                         version = {"/api/version", ORIGIN, read_version, false, false},
                         vllm = {"/models", URL, read_vllm, true, false},
                         maybe_vllm = {"/models", URL, prove_vllm, false, false},
                         lm_studio = {"/api/v0/models", ORIGIN, read_lm_studio, true, false},
                         list = {"/models", URL, read_list, true, false},
                         maybe_list = {"/models", URL, read_list, false, false},
                         list_anthropic = {"/models?limit=1000", URL, read_list, true, false},
                         list_gemini = {"/models?pageSize=1000", URL, read_list, true, false},
                         names = {"/models", URL, read_names, true, false}, key = {"/key", URL, read_key, true, false};

/* --- what to ask -------------------------------------------------------------------------------------------------- */

static void add(struct ask *a, const struct step *s)
{
	FL_ASSERT(a->steps < MOST_STEPS);
	a->step[a->steps++] = s;
}

static bool at_home(const struct fl_provider *p)
{
	return p->vendor && p->vendor->url && fl_str_is(p->url, p->vendor->url);
}

/* Vendors that show their list to everybody, so that it says nothing of a key. */
static bool list_is_public(const struct fl_provider *p)
{
	return at_home(p) && p->vendor->list_is_open;
}

static const struct step *list_step(const struct fl_provider *p)
{
	if (at_home(p) && p->vendor->proves_key)
		return &key;
	return p->dialect == &fl_dialect_anthropic ? &list_anthropic
	       : p->dialect == &fl_dialect_gemini  ? &list_gemini
	                                           : &list;
}

static void plan(struct ask *a, unsigned what)
{
	const struct fl_provider *p = a->provider;
	if (what & FL_ASK_NAMES) {
		add(a, &names);
		return;
	}
	static const struct step *const by_kind[][4] = {
	    [FL_SERVER_LLAMA] = {&props, &maybe_list},
	    [FL_SERVER_OLLAMA] = {&tags, &ps, &show, &version},
	    [FL_SERVER_VLLM] = {&vllm},
	    [FL_SERVER_LM_STUDIO] = {&lm_studio},
	};
	for (size_t i = 0; i < FL_COUNT(by_kind[0]) && by_kind[p->server][i]; i++)
		add(a, by_kind[p->server][i]);
	if (p->server == FL_SERVER_NONE && (what & FL_ASK_SELF) && p->own_server && fl_url_is_loopback(p->url)) {
		add(a, &maybe_props);
		add(a, &maybe_tags);
		add(a, &ps);
		add(a, &show);
		add(a, &version);
		add(a, &maybe_vllm);
	}
	if (p->server == FL_SERVER_NONE && (what & FL_ASK_LIST))
		add(a, list_step(p));
}

/* What only an Ollama answers is asked of one alone, and nothing is asked twice whose answer is there. */
static bool is_needless(const struct ask *a, const struct step *s)
{
	enum fl_server_kind kind = a->facts.kind;
	bool ollamas = s == &ps || s == &show || s == &version;
	bool probing = s == &maybe_tags || s == &maybe_vllm;
	bool unreachable = a->at > 0 && !a->facts.reachable;
	return unreachable || (ollamas && kind != FL_SERVER_OLLAMA) || (probing && kind != FL_SERVER_NONE) ||
	       (s->of_model && (a->model.n == 0 || a->facts.context_tokens));
}

/* --- what is wrong, in words -------------------------------------------------------------------------------------- */

const char *fl_server_start_command(enum fl_server_kind kind)
{
	static const char *const command[] = {[FL_SERVER_LLAMA] = "llama-server -m FILE.gguf",
	                                      [FL_SERVER_OLLAMA] = "ollama serve",
	                                      [FL_SERVER_VLLM] = "vllm serve MODEL",
	                                      [FL_SERVER_LM_STUDIO] = "lms server start"};
	return command[kind];
}

/* "the key in OPENAI_API_KEY". */
static struct fl_str key_name(struct ask *a)
{
	struct fl_str source = a->provider->key_source;
	if (fl_str_starts(source, FL_S("cmd:")))
		return FL_S("the key that the command prints");
	ptrdiff_t colon = fl_str_find_char(source, ':', 0);
	return fl_arena_printf(&a->arena, "the key in %.*s", FL_FMT(fl_str_sub(source, (size_t)(colon + 1), source.n)));
}

static void say_where_url_is_from(struct ask *a)
{
	const struct fl_provider *p = a->provider;
	struct fl_str from = p->url_source.n > 4 ? fl_str_sub(p->url_source, 4, p->url_source.n) : FL_S("");
	if (from.n)
		fl_err_help(&a->facts.err, "correct the environment variable %.*s", FL_FMT(from));
	else if (p->configured)
		fl_err_help(&a->facts.err, "correct url: of %.*s under providers: in fulcrum.yaml", FL_FMT(p->name));
}

static void say_refused(struct ask *a, struct fl_str words)
{
	const struct fl_provider *p = a->provider;
	struct fl_err *err = &a->facts.err;
	if (fl_str_is(p->key_source, "none")) {
		fl_err_set(err, FL_E_AUTH, "it wants a key (status %d): %.*s", a->status, FL_FMT(words));
		fl_err_help(err, "name one as key: env:NAME of %.*s under providers: in fulcrum.yaml", FL_FMT(p->name));
		return;
	}
	fl_err_set(err, FL_E_AUTH, "%.*s is refused (status %d): %.*s", FL_FMT(key_name(a)), a->status, FL_FMT(words));
	if (p->vendor && p->vendor->key_page)
		fl_err_help(err, "a key is had at %s", p->vendor->key_page);
}

/* No list stands there. At a vendor's own address that says nothing of the key. */
static void say_no_list(struct ask *a, const char *instead)
{
	const struct fl_provider *p = a->provider;
	struct fl_err *err = &a->facts.err;
	if (at_home(p) && a->status == 404) {
		a->facts.unproven = true;
		fl_err_set(err, FL_E_UNSUPPORTED, "it has no list of models: only a call can prove the key");
		return;
	}
	fl_err_set(err, FL_E_PROTOCOL, "no model server answers there: %s (status %d)", instead, a->status);
	fl_err_found(err, "%.*s", FL_FMT(a->url));
	bool versioned = fl_url_has_version(p->url);
	fl_err_expected(err, versioned ? "the base URL of a model server"
	                               : "the base URL of a model server; most end with /v1");
	say_where_url_is_from(a);
}

/* What the server wrote into its error, read as an answer of its format would be. */
static void say_error(struct ask *a)
{
	const struct fl_dialect *d = a->provider->dialect;
	struct fl_decoder *decoder = d->begin(a->status, FL_S("application/json"));
	d->feed(decoder, fl_buf_slice(&a->body));
	const struct fl_reply *r = d->end(decoder);
	struct fl_err *err = &a->facts.err;
	if (a->html && a->status != 404)
		fl_err_set(err, FL_E_PROTOCOL,
		           "a web page with status %d comes instead of a model server's answer: a "
		           "proxy or a login may stand before it",
		           a->status);
	else if (r->code == FL_E_AUTH || a->status == 401 || a->status == 403)
		say_refused(a, r->message);
	else if (a->status == 404)
		say_no_list(a, "it does not know the path");
	else
		fl_err_set(err, r->code == FL_OK ? FL_E_SERVER : r->code, "it answers with status %d: %.*s", a->status,
		           FL_FMT(r->message));
	if (err->code == FL_E_QUOTA)
		fl_err_help(err, "the key is right, but its account has no credit left: add some at the provider");
	d->release(decoder);
}

/* An answer that came whole, but cannot be read as what was asked for. */
static void say_odd(struct ask *a)
{
	const struct fl_provider *p = a->provider;
	struct fl_err *err = &a->facts.err;
	if (a->html) {
		say_no_list(a, "it answers with a web page");
		return;
	}
	fl_err_set(err, FL_E_PROTOCOL, "something answers, but not as %s does",
	           p->vendor ? p->vendor->title : p->dialect->name);
	fl_err_found(err, "%.*s", FL_FMT(a->url));
	fl_err_expected(err, "the base URL of a server that speaks the dialect %s", p->dialect->name);
	say_where_url_is_from(a);
}

/* Nothing came, or not all of it. */
static void say_unreachable(struct ask *a, const struct fl_err *why)
{
	const struct fl_provider *p = a->provider;
	struct fl_err *err = &a->facts.err;
	const char *start = fl_server_start_command(a->facts.kind);
	*err = *why;
	if (why->code == FL_E_CONNECT && fl_url_is_loopback(p->url)) {
		fl_err_set(err, FL_E_CONNECT, "nothing listens at %.*s", FL_FMT(a->url));
		if (start)
			fl_err_help(err, "start it: %s", start);
		else
			fl_err_help(err, "start the server, or correct its url");
	} else if (why->code == FL_E_RESOLVE || why->code == FL_E_INVALID) {
		say_where_url_is_from(a);
	}
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void finish(void *arg)
{
	struct ask *a = arg;
	fl_redact_in_place(a->facts.err.found);
	a->done(a->arg, &a->facts);
	fl_timer_stop(&a->timer);
	fl_buf_release(&a->body);
	fl_arena_release(&a->arena);
	free(a);
}

static void on_head(void *arg, const struct fl_http_head *head)
{
	struct ask *a = arg;
	struct fl_str type = fl_http_head_get(head, "content-type");
	a->status = head->status;
	a->html = fl_str_starts(type, FL_S("text/html"));
}

static void on_data(void *arg, struct fl_str bytes)
{
	struct ask *a = arg;
	fl_buf_str(&a->body, bytes);
}

/* A list that is longer than is read is a list all the same. */
static bool is_long_list(const struct ask *a, enum fl_code code)
{
	return code == FL_E_LIMIT && a->status == 200 && a->step[a->at]->read == read_list;
}

static void on_done(void *arg, enum fl_code code, const struct fl_err *err, const struct fl_http_times *t)
{
	struct ask *a = arg;
	const struct step *s = a->step[a->at];
	struct fl_json_doc doc;
	a->facts.reachable |= a->status != 0;
	if (a->status && !a->facts.latency_us)
		a->facts.latency_us = (t->done_ns - t->start_ns) / 1000;
	bool whole = code == FL_OK && a->status == 200;
	bool fits = whole && fl_json_parse(&doc, &a->arena, fl_buf_slice(&a->body), FL_JSON_LIMITS, NULL) == FL_OK &&
	            s->read(a, fl_json_root(&doc));
	if (s->needed && !fits && !is_long_list(a, code)) {
		if (a->status == 0 || code != FL_OK)
			say_unreachable(a, err);
		else if (whole)
			say_odd(a);
		else
			say_error(a);
	} else if (!s->needed && a->status == 0 && a->facts.err.code == FL_OK && !a->facts.reachable) {
		say_unreachable(a, err);
	}
	a->at++;
	next(a);
}

static void send_step(struct ask *a, const struct step *s, uint64_t left_ms)
{
	const struct fl_provider *p = a->provider;
	struct fl_http_header *h = FL_NEW_ARRAY(&a->arena, struct fl_http_header, 3);
	size_t n = p->dialect->auth(p->key, &a->arena, h);
	struct fl_str base = p->url;
	char origin[FL_ORIGIN_TEXT];
	struct fl_url url;
	if (s->from == ORIGIN && fl_url_parse(&url, p->url, NULL) == FL_OK)
		base = fl_url_origin(&url, origin);
	bool versioned = p->dialect == &fl_dialect_openai || fl_url_has_version(p->url) || s->from == ORIGIN;
	const char *prefix = versioned ? "" : p->dialect == &fl_dialect_anthropic ? "/v1" : "/v1beta";
	a->url = fl_arena_printf(&a->arena, "%.*s%s%s", FL_FMT(base), prefix, s->path);
	struct fl_http_request request = {.method = "GET", .url = a->url, .headers = h, .header_count = n};
	if (s->of_model) {
		struct fl_json_writer w;
		struct fl_buf body;
		fl_buf_init(&body, 4096);
		fl_json_begin(&w, &body, 0);
		fl_json_open(&w, '{');
		fl_json_member_str(&w, "model", a->model);
		fl_json_close(&w);
		request.method = "POST";
		request.body = fl_json_done(&w) ? fl_arena_dup(&a->arena, fl_buf_slice(&body)) : FL_S("{}");
		fl_buf_release(&body);
		h[n] = (struct fl_http_header){FL_S("Content-Type"), FL_S("application/json")};
		request.header_count = n + 1;
	}
	struct fl_http_limits limits = {.connect_ms = left_ms, .total_ms = left_ms, .body_bytes = FL_SERVER_BODY_BYTES};
	struct fl_http_sink sink = {.head = on_head, .data = on_data, .done = on_done, .arg = a};
	a->status = 0;
	a->html = false;
	fl_buf_reset(&a->body);
	fl_http_start(a->client, &request, &limits, &sink);
}

static void next(struct ask *a)
{
	while (a->at < a->steps && is_needless(a, a->step[a->at]))
		a->at++;
	uint64_t now = fl_mono_ns();
	if (a->at == a->steps || a->facts.err.code != FL_OK || now >= a->deadline_ns) {
		a->facts.unproven |= a->facts.err.code == FL_OK && list_is_public(a->provider) && a->facts.models_known;
		if (a->facts.unproven && a->facts.err.code == FL_OK)
			fl_err_set(&a->facts.err, FL_E_UNSUPPORTED,
			           "its list of models needs no key: only a call can prove the key");
		finish(a);
		return;
	}
	send_step(a, a->step[a->at], (a->deadline_ns - now) / 1000000 + 1);
}

void fl_server_ask(struct fl_http_client *client, struct fl_loop *loop, const struct fl_server_question *q,
                   void (*done)(void *arg, const struct fl_server_facts *facts), void *arg)
{
	struct ask *a = fl_alloc_zero(1, sizeof *a);
	struct fl_provider *p = q->provider;
	a->client = client;
	a->provider = p;
	a->done = done;
	a->arg = arg;
	a->deadline_ns = fl_mono_ns() + (q->within_ms ? q->within_ms : FL_SERVER_ASK_MS) * 1000000;
	fl_arena_init(&a->arena);
	fl_buf_init(&a->body, FL_SERVER_BODY_BYTES);
	a->model = fl_arena_dup(&a->arena, q->model);
	a->facts.kind = p->server;
	plan(a, q->what);
	if (fl_provider_key(p, &a->facts.err) != FL_OK || a->steps == 0) {
		fl_timer_start(loop, &a->timer, 0, finish, a);
		return;
	}
	fl_err_clear(&a->facts.err);
	next(a);
}

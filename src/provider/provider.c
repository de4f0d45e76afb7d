#include "provider/provider.h"

#include "base/clock.h"
#include "base/log.h"
#include "price/offer_price.h"
#include "provider/hosts.h"

#include <stdio.h>
#include <stdlib.h>

/* --- what a `providers:` section may say -------------------------------------------------------------------------- */

struct price_section {
	const struct fl_yaml *node;
	int64_t input, cache_read, cache_write, cache_write_1h, output, reasoning; /* -1: not given */
	int64_t second;
};
static const struct price_section price_defaults = {.input = -1,
                                                    .cache_read = -1,
                                                    .cache_write = -1,
                                                    .cache_write_1h = -1,
                                                    .output = -1,
                                                    .reasoning = -1,
                                                    .second = -1};
#define RATE(k, member, h)                                                                                             \
	{                                                                                                              \
		.key = k, .type = &fl_type_per_mtok, .at = offsetof(struct price_section, member), .help = h           \
	}
static const struct fl_field price_fields[] = {
    RATE("input", input, "fresh input tokens"),
    RATE("cache_read", cache_read, "input tokens read from the provider's cache; else as input"),
    RATE("cache_write", cache_write, "input tokens written to the provider's cache; else as input"),
    RATE("cache_write_1h", cache_write_1h, "input tokens written to the cache for an hour; else as cache_write"),
    RATE("output", output, "output tokens"),
    RATE("reasoning", reasoning, "thinking tokens; else as output"),
    {.key = "second",
     .type = &fl_type_per_megasecond,
     .at = offsetof(struct price_section, second),
     .help = "per second of compute, instead of per token"},
};
static const struct fl_table price_table = {.name = "price",
                                            .field = price_fields,
                                            .fields = FL_COUNT(price_fields),
                                            .size = sizeof(struct price_section),
                                            .defaults = &price_defaults};

struct model_section {
	const struct fl_yaml *node;
	struct price_section price;
};
static const struct fl_field model_fields[] = {
    {.key = "price",
     .type = &fl_type_table,
     .table = &price_table,
     .at = offsetof(struct model_section, price),
     .help = "price of this model"},
};
static const struct fl_table model_table = {.name = "provider_model",
                                            .field = model_fields,
                                            .fields = FL_COUNT(model_fields),
                                            .size = sizeof(struct model_section)};

enum switch_word { SWITCH_UNSET, SWITCH_OFF, SWITCH_ON };

/* true or false, and whether it was said at all. */
static enum fl_code read_switch(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	bool on = false;
	struct fl_field inner = *f;
	inner.type = &fl_type_bool;
	FL_TRY(fl_schema_value(r, &inner, v, &on));
	*(int *)to = on ? SWITCH_ON : SWITCH_OFF;
	return FL_OK;
}
static const struct fl_type type_switch = {.name = "switch",
                                           .expected = "true or false",
                                           .size = sizeof(int),
                                           .read = read_switch,
                                           .schema = "{\"type\":\"boolean\"}"};

static const char *const endpoint_words[] = {"chat", "completions", NULL};
static const char *const limit_words[] = {"max_tokens", "max_completion_tokens", NULL};

struct provider_section {
	const struct fl_yaml *node;
	struct fl_str dialect, url, key;
	struct price_section price;
	struct fl_list models; /* named, of model_section */
	int endpoint, limit;   /* words; -1: not given */
	struct fl_list effort; /* of struct fl_str */
	int seed, stream;      /* enum switch_word */
	int64_t concurrency;
};
static const struct provider_section provider_defaults = {.endpoint = -1, .limit = -1};
static const struct fl_field provider_fields[] = {
    {.key = "dialect",
     .type = &fl_type_str,
     .at = offsetof(struct provider_section, dialect),
     .help = "wire format: openai, anthropic or gemini"},
    {.key = "url",
     .type = &fl_type_str,
     .at = offsetof(struct provider_section, url),
     .help = "base URL, such as http://127.0.0.1:8080/v1"},
    {.key = "key",
     .type = &fl_type_str,
     .at = offsetof(struct provider_section, key),
     .help = "env:NAME, file:PATH, cmd:COMMAND or none; never the key itself"},
    {.key = "price",
     .type = &fl_type_table,
     .table = &price_table,
     .at = offsetof(struct provider_section, price),
     .help = "price of all its models"},
    {.key = "models",
     .type = &fl_type_table,
     .shape = FL_NAMED,
     .table = &model_table,
     .at = offsetof(struct provider_section, models),
     .help = "prices of single models"},
    {.key = "endpoint",
     .type = &fl_type_word,
     .words = endpoint_words,
     .at = offsetof(struct provider_section, endpoint),
     .help = "chat, or completions for a base model"},
    {.key = "token_limit",
     .type = &fl_type_word,
     .words = limit_words,
     .at = offsetof(struct provider_section, limit),
     .help = "the name under which the token limit is sent"},
    {.key = "effort",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct provider_section, effort),
     .help = "levels of reasoning_effort that the server takes"},
    {.key = "seed",
     .type = &type_switch,
     .at = offsetof(struct provider_section, seed),
     .help = "whether the server honours a seed"},
    {.key = "stream",
     .type = &type_switch,
     .at = offsetof(struct provider_section, stream),
     .help = "whether answers are streamed"},
    {.key = "concurrency",
     .type = &fl_type_int,
     .bounded = true,
     .min = 1,
     .max = 1024,
     .at = offsetof(struct provider_section, concurrency),
     .help = "calls in flight at once"},
};
const struct fl_table fl_provider_table = {.name = "provider",
                                           .field = provider_fields,
                                           .fields = FL_COUNT(provider_fields),
                                           .size = sizeof(struct provider_section),
                                           .defaults = &provider_defaults};

/* --- registry ----------------------------------------------------------------------------------------------------- */

enum { CONCURRENCY = 8, MOST_PROVIDERS = 256 };

static struct fl_str without_slash(struct fl_str url)
{
	while (url.n && url.p[url.n - 1] == '/')
		url.n--;
	return url;
}

/* The address that a variable gives, as clients of that vendor write it: with or without scheme and version. */
static struct fl_str url_of_variable(const struct fl_vendor *v, struct fl_str value, struct fl_arena *a)
{
	struct fl_str path = v->url_path ? fl_str_from(v->url_path) : FL_S("");
	bool bare = v->own_server && fl_str_find(value, FL_S("://"), 0) < 0;
	value = without_slash(fl_str_trim(value));
	if (bare && fl_str_starts(value, FL_S("0.0.0.0"))) /* what a server listens on is no address to call */
		value = fl_arena_printf(a, "127.0.0.1%.*s", FL_FMT(fl_str_sub(value, 7, value.n)));
	if (path.n && fl_str_ends(value, path))
		path.n = 0;
	return fl_arena_printf(a, "%s%.*s%.*s", bare ? "http://" : "", FL_FMT(value), FL_FMT(path));
}

/* The first variable that is set names the key; none is set: the first, for the message. */
static struct fl_str key_source_of(const struct fl_vendor *v, struct fl_arena *a)
{
	for (size_t i = 0; i < FL_KEY_VARIABLES && v->key_variable[i]; i++) {
		const char *value = getenv(v->key_variable[i]);
		if (value && *value)
			return fl_arena_printf(a, "env:%s", v->key_variable[i]);
	}
	return v->key_variable[0] ? fl_arena_printf(a, "env:%s", v->key_variable[0]) : FL_S("none");
}

/* Where in a URL a secret may stand: before the '@' of the server's name, and from '?' or '#' on; empty where there is none. */
static void secret_parts(struct fl_str url, struct fl_str *user, struct fl_str *rest)
{
	ptrdiff_t scheme = fl_str_find(url, FL_S("://"), 0);
	size_t from = scheme < 0 ? 0 : (size_t)scheme + 3, end = from, at;
	while (end < url.n && !strchr("/?#", url.p[end]))
		end++;
	for (at = end; at > from && url.p[at - 1] != '@';)
		at--;
	*user = fl_str_sub(url, from, at > from ? at - 1 : from);
	while (end < url.n && !strchr("?#", url.p[end]))
		end++;
	*rest = fl_str_sub(url, FL_MIN(end + 1, url.n), url.n);
}

/* What stands there is shown nowhere from now on. */
static bool hide_secret_parts(struct fl_str url)
{
	struct fl_str user, rest;
	secret_parts(url, &user, &rest);
	fl_secret_add(fl_str_sub(user, 0, FL_SECRET_BYTES));
	fl_secret_add(fl_str_sub(rest, 0, FL_SECRET_BYTES));
	return user.n || rest.n;
}

/* A URL from outside may be shown wherever a provider is; the client refuses what is left of a user and a password. */
static struct fl_str without_secret(struct fl_str url, struct fl_arena *a)
{
	struct fl_str user, rest;
	secret_parts(url, &user, &rest);
	if (!hide_secret_parts(url))
		return url;
	size_t at = (size_t)(user.p - url.p), behind = at + user.n, query = (size_t)(rest.p - url.p);
	return fl_arena_printf(a, "%.*s%s%.*s%s", FL_FMT(fl_str_sub(url, 0, at)), user.n ? "[secret]" : "",
	                       FL_FMT(fl_str_sub(url, behind, query)), rest.n ? "[secret]" : "");
}

static void add_vendor(struct fl_providers *p, const struct fl_vendor *v)
{
	struct fl_provider *n = FL_NEW(&p->arena, struct fl_provider);
	const char *url = v->url_variable ? getenv(v->url_variable) : NULL;
	n->arena = &p->arena;
	n->catalog = p->catalog;
	n->name = fl_str_from(v->name);
	n->vendor = v;
	n->dialect = fl_dialect_find(fl_str_from(v->dialect));
	FL_ASSERT(n->dialect);
	n->url = v->url ? fl_str_from(v->url) : FL_S("");
	if (url && *url) {
		n->url = url_of_variable(v, without_secret(fl_str_from(url), &p->arena), &p->arena);
		n->url_source = fl_arena_printf(&p->arena, "env:%s", v->url_variable);
	}
	n->key_source = key_source_of(v, &p->arena);
	n->limit_name = fl_str_from(v->limit_name);
	n->seed_name = fl_str_from(v->seed_name ? v->seed_name : "seed");
	memcpy(n->effort, v->efforts, sizeof n->effort);
	n->honours = v->honours;
	n->limits = v->limits;
	n->server = v->server;
	n->own_server = v->own_server;
	n->preamble_tokens = v->preamble_tokens;
	n->concurrency = CONCURRENCY;
	n->price.kind = v->own_server ? FL_PRICE_FREE : FL_PRICE_UNKNOWN;
	fl_map_init(&n->model_price);
	fl_map_put(&p->by_name, n->name, n);
}

void fl_providers_init(struct fl_providers *p, const struct fl_catalog *catalog)
{
	size_t n;
	const struct fl_vendor *v = fl_vendors(&n);
	*p = (struct fl_providers){.catalog = catalog};
	fl_arena_init(&p->arena);
	fl_map_init(&p->by_name);
	fl_map_init(&p->offer);
	for (size_t i = 0; i < n; i++)
		add_vendor(p, &v[i]);
}

void fl_providers_release(struct fl_providers *p)
{
	for (size_t i = 0; i < p->by_name.n; i++)
		fl_map_release(&((struct fl_provider *)p->by_name.entry[i].value)->model_price);
	fl_map_release(&p->by_name);
	fl_map_release(&p->offer);
	fl_arena_release(&p->arena);
}

/* --- reading a section -------------------------------------------------------------------------------------------- */

/* A stated price is one row that holds always; what it does not name is billed as the class that contains it. */
static struct fl_price_row *row_of(const struct price_section *s, struct fl_arena *a)
{
	struct fl_price_row *row = FL_NEW(a, struct fl_price_row);
	struct fl_str *source = FL_NEW(a, struct fl_str);
	fl_schema_defaults(&fl_price_row_table, row);
	int64_t read = s->cache_read < 0 ? s->input : s->cache_read;
	int64_t written = s->cache_write < 0 ? s->input : s->cache_write;
	for (int c = 0; c < FL_USE_FIRST_OUTPUT; c++)
		row->rate[c] = s->input;
	row->rate[FL_USE_CACHE_READ] = row->rate[FL_USE_AUDIO_CACHE_READ] = read;
	row->rate[FL_USE_CACHE_WRITE_5M] = row->rate[FL_USE_CACHE_WRITE_24H] = written;
	row->rate[FL_USE_CACHE_WRITE_1H] = s->cache_write_1h < 0 ? written : s->cache_write_1h;
	for (int c = FL_USE_FIRST_OUTPUT; c < FL_USE_TOKEN_CLASSES; c++)
		row->rate[c] = s->output;
	row->rate[FL_USE_REASONING] = s->reasoning < 0 ? s->output : s->reasoning;
	*source = FL_S("your configuration");
	row->source = (struct fl_list){.p = source, .n = 1};
	return row;
}

static enum fl_code read_price(const struct price_section *s, struct fl_arena *a, struct fl_price *out,
                               struct fl_err *err)
{
	bool tokens = s->input >= 0 || s->output >= 0;
	if (s->second >= 0 && tokens)
		return fl_yaml_err(s->node, err, FL_E_INVALID, "a price is per token or per second, not both");
	if (s->second < 0 && (s->input < 0 || s->output < 0)) {
		fl_yaml_err(s->node, err, FL_E_INVALID, "a price needs both input and output, or second");
		fl_err_expected(err,
		                "price: {input: 3 USD/Mtok, output: 15 USD/Mtok} or price: {second: 0.05 USD/hour}");
		return FL_E_INVALID;
	}
	if (s->second >= 0)
		*out = (struct fl_price){.kind = FL_PRICE_SECONDS, .rate_nusd_per_mega_s = s->second};
	else
		*out = (struct fl_price){.kind = FL_PRICE_TOKENS, .row = row_of(s, a), .rows = 1};
	return FL_OK;
}

/* The host of a URL is this machine. */
bool fl_url_is_loopback(struct fl_str url)
{
	ptrdiff_t at = fl_str_find(url, FL_S("://"), 0);
	struct fl_str host = at < 0 ? url : fl_str_sub(url, (size_t)at + 3, url.n);
	size_t end = 0;
	if (host.n && host.p[0] == '[') {
		ptrdiff_t close = fl_str_find_char(host, ']', 0);
		return close > 0 && fl_str_is(fl_str_sub(host, 0, (size_t)close + 1), "[::1]") &&
		       ((size_t)close + 1 == host.n || strchr(":/", host.p[close + 1]));
	}
	while (end < host.n && host.p[end] != '/' && host.p[end] != ':' && host.p[end] != '?' && host.p[end] != '#')
		end++;
	if (fl_str_find_char(fl_str_sub(host, 0, end), '@', 0) >= 0 || fl_str_find_char(host, '@', 0) >= 0)
		return false;
	host.n = end;
	if (fl_str_eq_nocase(host, FL_S("localhost")))
		return true;
	unsigned part[4], n = 0;
	for (size_t i = 0;;) { /* 127.a.b.c in plain decimal, and nothing behind it: 127.0.0.1.example is a name */
		ptrdiff_t dot = fl_str_find_char(host, '.', i);
		size_t to = dot < 0 ? host.n : (size_t)dot;
		uint64_t v;
		if (n == 4 || !fl_str_to_u64(fl_str_sub(host, i, to), &v) || v > 255)
			return false;
		part[n++] = (unsigned)v;
		if (dot < 0)
			break;
		i = to + 1;
	}
	return n == 4 && part[0] == 127;
}

/* env: and the name of a variable; a key that stands there by mistake is hardly ever one. */
static bool names_a_variable(struct fl_str source)
{
	struct fl_str name = fl_str_sub(source, 4, source.n);
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return name.n > 0;
}

static enum fl_code read_key_source(const struct provider_section *s, bool task_file, struct fl_provider *p,
                                    struct fl_err *err)
{
	static const char *const schemes[] = {"env:", "file:", "cmd:"};
	const struct fl_yaml *at = fl_yaml_get(s->node, FL_S("key"));
	if (s->key.n == 0)
		return FL_OK;
	bool known = fl_str_is(s->key, "none");
	for (size_t i = 0; i < FL_COUNT(schemes); i++)
		known |= fl_str_starts(s->key, fl_str_from(schemes[i])) && s->key.n > strlen(schemes[i]);
	if (fl_str_starts(s->key, FL_S("env:")))
		known = names_a_variable(s->key);
	if (!known) {
		fl_secret_add(fl_str_sub(s->key, 0, FL_SECRET_BYTES)); /* it is not shown, for it may well be one */
		fl_yaml_err(at, err, FL_E_INVALID,
		            "a key cannot stand in a file, where copies and backups would show it");
		fl_err_expected(err, "env:NAME, file:PATH, cmd:COMMAND or none");
		fl_err_help(err, "put the key into an environment variable, say MY_KEY, and write key: env:MY_KEY");
		return FL_E_INVALID;
	}
	if (task_file && !fl_str_is(s->key, "none")) {
		fl_yaml_err(at, err, FL_E_INVALID,
		            "a task file cannot name keys, so that a file from elsewhere can send none away");
		fl_err_help(err, "move this provider into fulcrum.yaml in your configuration folder");
		return FL_E_INVALID;
	}
	p->key_source = s->key;
	return FL_OK;
}

static enum fl_code read_url(const struct provider_section *s, bool task_file, struct fl_provider *p,
                             struct fl_err *err)
{
	const struct fl_yaml *at = fl_yaml_get(s->node, FL_S("url"));
	if (s->url.n == 0) {
		if (p->url.n)
			return FL_OK;
		fl_yaml_err(s->node, err, FL_E_INVALID, "a provider of your own needs a url");
		fl_err_expected(err, "url: http://127.0.0.1:8080/v1");
		return FL_E_INVALID;
	}
	if (hide_secret_parts(s->url)) { /* it may well hold a key */
		fl_yaml_err(at, err, FL_E_INVALID, "a provider's url holds no user, password, '?' or '#'");
		fl_err_expected(err, "url: https://host/v1, and key: env:NAME for its key");
		return FL_E_INVALID;
	}
	if (!fl_str_starts(s->url, FL_S("http://")) && !fl_str_starts(s->url, FL_S("https://"))) {
		fl_yaml_err(at, err, FL_E_INVALID, "a provider's url begins with http:// or https://");
		fl_err_found(err, "'%.*s'", FL_FMT(s->url));
		return FL_E_INVALID;
	}
	if (task_file && !fl_url_is_loopback(s->url)) {
		fl_yaml_err(at, err, FL_E_INVALID, "a task file can name only servers on this machine");
		fl_err_found(err, "'%.*s'", FL_FMT(s->url));
		fl_err_expected(err, "an address such as http://127.0.0.1:8080/v1");
		fl_err_help(err, "move this provider into fulcrum.yaml in your configuration folder");
		return FL_E_INVALID;
	}
	p->url = without_slash(s->url);
	p->url_source = (struct fl_str){0};
	return FL_OK;
}

static enum fl_code read_dialect(const struct provider_section *s, struct fl_provider *p, struct fl_err *err)
{
	if (s->dialect.n == 0 && p->dialect)
		return FL_OK;
	const struct fl_dialect *d = fl_dialect_find(s->dialect.n ? s->dialect : FL_S("openai"));
	if (!d || d == &fl_dialect_app) {
		fl_yaml_err(fl_yaml_get(s->node, FL_S("dialect")), err, FL_E_INVALID, "unknown dialect '%.*s'",
		            FL_FMT(s->dialect));
		const char *const *names = fl_dialect_names();
		struct fl_buf known;
		fl_buf_init(&known, 256);
		for (size_t i = 0; names[i]; i++)
			fl_buf_printf(&known, "%s%s", i ? ", " : "", names[i]);
		fl_err_expected(err, "%s", known.p);
		fl_buf_release(&known);
		return FL_E_INVALID;
	}
	p->dialect = d;
	return FL_OK;
}

static enum fl_code read_models(struct fl_providers *all, const struct provider_section *s, struct fl_provider *p,
                                struct fl_err *err)
{
	const struct model_section *m = s->models.p;
	for (size_t i = 0; i < s->models.n; i++) {
		if (!m[i].price.node)
			continue;
		struct fl_price *price = FL_NEW(&all->arena, struct fl_price);
		FL_TRY(read_price(&m[i].price, &all->arena, price, err));
		fl_map_put(&p->model_price, fl_arena_dup(&all->arena, s->models.name[i]), price);
	}
	return FL_OK;
}

struct fl_provider *fl_providers_find(const struct fl_providers *all, struct fl_str name)
{
	struct fl_provider *p = fl_map_get(&all->by_name, name);
	const struct fl_vendor *v = p ? NULL : fl_vendor_find(name);
	return v ? fl_map_get(&all->by_name, fl_str_from(v->name)) : p;
}

static enum fl_code read_one(struct fl_providers *all, struct fl_str name, const struct provider_section *s,
                             bool task_file, struct fl_err *err)
{
	struct fl_provider *p = fl_providers_find(all, name);
	if (!p) {
		if (all->by_name.n >= MOST_PROVIDERS)
			return fl_yaml_err(s->node, err, FL_E_LIMIT, "more than %d providers", MOST_PROVIDERS);
		if (fl_str_find_char(name, '/', 0) >= 0)
			return fl_yaml_err(s->node, err, FL_E_INVALID, "a provider's name cannot hold a slash: '%.*s'",
			                   FL_FMT(name));
		p = FL_NEW(&all->arena, struct fl_provider);
		*p = (struct fl_provider){.name = fl_arena_dup(&all->arena, name),
		                          .arena = &all->arena,
		                          .catalog = all->catalog,
		                          .key_source = FL_S("none"),
		                          .own_server = true,
		                          .limit_name = FL_S("max_tokens"),
		                          .seed_name = FL_S("seed"),
		                          .honours = FL_HONOUR_ALL,
		                          .concurrency = CONCURRENCY,
		                          .price = {.kind = FL_PRICE_FREE}};
		fl_map_init(&p->model_price);
		fl_map_put(&all->by_name, p->name, p);
	}
	p->configured = true;
	struct provider_section own = *s; /* texts outlive the file that they were read from */
	own.url = fl_arena_dup(&all->arena, s->url);
	own.key = fl_arena_dup(&all->arena, s->key);
	FL_TRY(read_dialect(&own, p, err));
	FL_TRY(read_url(&own, task_file, p, err));
	FL_TRY(read_key_source(&own, task_file, p, err));
	if (s->price.node)
		FL_TRY(read_price(&s->price, &all->arena, &p->price, err));
	FL_TRY(read_models(all, s, p, err));
	if (s->endpoint >= 0)
		p->endpoint = s->endpoint == 0 ? FL_ENDPOINT_CHAT : FL_ENDPOINT_COMPLETIONS;
	if (s->limit >= 0)
		p->limit_name = fl_str_from(limit_words[s->limit]);
	if (s->seed == SWITCH_ON)
		p->honours |= FL_HONOUR_SEED;
	else if (s->seed == SWITCH_OFF)
		p->honours &= ~(uint32_t)FL_HONOUR_SEED;
	if (s->stream)
		p->stream = s->stream == SWITCH_ON;
	if (s->concurrency) {
		p->concurrency = (uint64_t)s->concurrency;
		p->concurrency_said = true;
	}
	if (s->effort.n > FL_EFFORTS - 1)
		return fl_yaml_err(s->node, err, FL_E_LIMIT, "more than %d levels of effort", FL_EFFORTS - 1);
	p->effort_said |= s->effort.n > 0;
	for (size_t i = 0; i < s->effort.n; i++) {
		p->effort[i] = fl_arena_dupz(&all->arena, ((const struct fl_str *)s->effort.p)[i]);
		p->effort[i + 1] = NULL;
	}
	return FL_OK;
}

enum fl_code fl_providers_read(struct fl_providers *p, const struct fl_list *section, bool task_file,
                               struct fl_err *err)
{
	const struct provider_section *s = section->p;
	for (size_t i = 0; i < section->n; i++)
		FL_TRY(read_one(p, section->name[i], &s[i], task_file, err));
	return FL_OK;
}

/* --- offers ------------------------------------------------------------------------------------------------------- */

/* What the catalogue knows of it; its price unless the user has stated one. */
static void look_up(const struct fl_providers *p, struct fl_offer *o)
{
	fl_date today = fl_date_at(fl_wall_ms());
	if (!p->catalog || o->provider->own_server ||
	    !fl_catalog_served(p->catalog, o->provider->name, o->model, today, &o->fact) || !o->fact.model)
		return;
	/* the catalogue's own name of a model is not always what its vendor listens to */
	if (o->fact.offer->model.n && fl_str_eq_nocase(o->model, o->fact.model->id))
		o->model = o->fact.offer->model;
	if (o->price->kind != FL_PRICE_UNKNOWN || !o->fact.offer->prices.n)
		return;
	struct fl_price *price = FL_NEW(o->provider->arena, struct fl_price);
	*price = fl_offer_price(p->catalog, o->fact.offer);
	o->price = price;
	o->price_of_catalog = true;
}

/* What the vendor whose address it is ignores on a path in the format that the provider speaks. */
static const struct fl_compatible *find_compatible(const struct fl_providers *p, const struct fl_provider *by)
{
	struct fl_str id;
	const struct fl_catalog_provider *whose =
	    p->catalog ? fl_catalog_provider(p->catalog, fl_endpoint_host(by->url), &id) : NULL;
	for (size_t i = 0; whose && i < whose->compatible.n; i++) {
		const struct fl_compatible *k = &((const struct fl_compatible *)whose->compatible.p)[i];
		if (fl_str_is(k->dialect, by->dialect->name))
			return k;
	}
	return NULL;
}

/* Offers of a model in the catalogue that some provider of the registry serves, for a message. */
static void say_offers(const struct fl_providers *p, const struct fl_catalog_model *m, struct fl_buf *out)
{
	for (size_t i = 0; i < m->offers.n; i++) {
		struct fl_offer_ref ref;
		if (!fl_catalog_offer_at(p->catalog, m, i, &ref) || !fl_map_get(&p->by_name, ref.provider_id))
			continue;
		struct fl_str sent = ref.offer->model.n ? ref.offer->model : m->id;
		fl_buf_printf(out, "%s%.*s/%.*s", out->n ? ", " : "", FL_FMT(ref.provider_id), FL_FMT(sent));
	}
}

/* An address to call; and a vendor that serves its own models alone is not asked for those of another. */
static enum fl_code check_home(const struct fl_providers *p, const struct fl_offer *o, struct fl_err *err)
{
	const struct fl_vendor *v = o->provider->vendor;
	if (o->provider->url.n == 0) {
		fl_err_set(err, FL_E_INVALID, "%s has no address: the environment has no %s", v->title,
		           v->url_variable);
		fl_err_help(err, "export %s=https://NAME... or write url: under providers: {%s: {...}} in fulcrum.yaml",
		            v->url_variable, v->name);
		return FL_E_INVALID;
	}
	if (!fl_str_starts(o->provider->url, FL_S("http://")) && !fl_str_starts(o->provider->url, FL_S("https://"))) {
		fl_err_set(err, FL_E_INVALID, "the address of %.*s begins with http:// or https://",
		           FL_FMT(o->provider->name));
		fl_err_found(err, "'%.*s' (%.*s)", FL_FMT(o->provider->url), FL_FMT(o->provider->url_source));
		return FL_E_INVALID;
	}
	bool elsewhere = o->provider->url_source.n || o->provider->configured; /* a gateway may serve anything */
	const struct fl_catalog_model *m = v && v->only_its_own && !elsewhere && p->catalog && !o->fact.model
	                                       ? fl_catalog_find(p->catalog, o->model)
	                                       : NULL;
	if (!m)
		return FL_OK;
	struct fl_buf offers;
	fl_buf_init(&offers, 4096);
	say_offers(p, m, &offers);
	fl_err_set(err, FL_E_INVALID, "%s does not serve %.*s", v->title, FL_FMT(m->name.n ? m->name : m->id));
	fl_err_found(err, "'%.*s'", FL_FMT(o->name));
	if (offers.n)
		fl_err_expected(err, "%s", offers.p);
	fl_err_help(err, "`fulcrum models show %.*s` lists who serves it", FL_FMT(m->id));
	fl_buf_release(&offers);
	return FL_E_INVALID;
}

enum fl_code fl_providers_offer(struct fl_providers *p, struct fl_str name, const struct fl_offer **out,
                                struct fl_err *err)
{
	struct fl_offer *o = fl_map_get(&p->offer, name);
	if (o) {
		*out = o;
		return FL_OK;
	}
	ptrdiff_t slash = fl_str_find_char(name, '/', 0);
	struct fl_str provider = slash < 0 ? name : fl_str_sub(name, 0, (size_t)slash);
	struct fl_provider *by = slash > 0 && (size_t)slash + 1 < name.n ? fl_providers_find(p, provider) : NULL;
	if (!by) {
		const char *words[MOST_PROVIDERS];
		size_t n = 0;
		for (size_t i = 0; i < p->by_name.n; i++)
			words[n++] = fl_arena_dupz(&p->arena, p->by_name.entry[i].key);
		const char *near = slash < 0 ? NULL : fl_suggest(provider, words, n);
		fl_err_set(err, FL_E_INVALID,
		           slash < 0 ? "a model is named provider/model" : "no provider has the name '%.*s'",
		           FL_FMT(provider));
		fl_err_found(err, "'%.*s'", FL_FMT(name));
		fl_err_expected(err, "a name such as ollama/qwen3:8b, of a known vendor or of a provider in "
		                     "fulcrum.yaml or the task file");
		if (near)
			fl_err_help(err, "did you mean '%s'?", near);
		return FL_E_INVALID;
	}
	o = FL_NEW(&p->arena, struct fl_offer);
	o->name = fl_arena_dup(&p->arena, name);
	o->model = fl_str_sub(o->name, (size_t)slash + 1, o->name.n);
	o->provider = by;
	o->id = fl_str_eq(provider, by->name)
	            ? o->name
	            : fl_arena_printf(&p->arena, "%.*s/%.*s", FL_FMT(by->name), FL_FMT(o->model));
	const struct fl_price *own = fl_map_get(&by->model_price, o->model);
	o->price = own ? own : &by->price;
	look_up(p, o);
	o->compatible = find_compatible(p, by);
	FL_TRY(check_home(p, o, err));
	fl_map_put(&p->offer, o->name, o);
	*out = o;
	return FL_OK;
}

void fl_providers_learn(struct fl_providers *p, const struct fl_offer *offer, uint64_t context_tokens)
{
	struct fl_offer *o = fl_map_get(&p->offer, offer->name);
	FL_ASSERT(o == offer);
	o->context_tokens = context_tokens;
}

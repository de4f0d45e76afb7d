#include "present/providers_view.h"

#include "present/figure.h"
#include "present/plain.h"
#include "present/table.h"

/* --- what is known ------------------------------------------------------------------------------------------------ */

bool fl_provider_usable(const struct fl_provider_row *r)
{
	if (r->asked || r->checked)
		return r->facts.err.code == FL_OK || r->facts.unproven;
	return r->provider->url.n && r->key != FL_KEY_MISSING;
}

struct fl_str fl_show_url(struct fl_str url, struct fl_arena *a)
{
	ptrdiff_t at = fl_str_find(url, FL_S("://"), 0);
	size_t host = at < 0 ? 0 : (size_t)at + 3, end = host;
	while (end < url.n && !strchr("/?#", url.p[end]))
		end++;
	struct fl_str authority = fl_str_sub(url, host, end), rest = fl_str_sub(url, end, url.n);
	for (size_t i = authority.n; i > 0; i--) /* behind the last '@' */
		if (authority.p[i - 1] == '@') {
			authority = fl_arena_printf(a, "[secret]@%.*s", FL_FMT(fl_str_sub(authority, i, authority.n)));
			break;
		}
	ptrdiff_t query = fl_str_find_char(rest, '?', 0);
	if (query >= 0)
		rest = fl_arena_printf(a, "%.*s?[secret]", FL_FMT(fl_str_sub(rest, 0, (size_t)query)));
	return fl_arena_printf(a, "%.*s%.*s%.*s", FL_FMT(fl_str_sub(url, 0, host)), FL_FMT(authority), FL_FMT(rest));
}

static struct fl_str url_source(const struct fl_provider *p)
{
	return p->url_source.n                                                    ? p->url_source
	       : p->vendor && p->vendor->url && fl_str_is(p->url, p->vendor->url) ? FL_S("built in")
	       : p->url.n                                                         ? FL_S("fulcrum.yaml")
	                                                                          : FL_S("");
}

static const char *const key_words[] = {[FL_KEY_NOT_NEEDED] = "not_needed",
                                        [FL_KEY_THERE] = "set",
                                        [FL_KEY_MISSING] = "missing",
                                        [FL_KEY_BY_COMMAND] = "by_command"};

/* env:NAME or file:PATH; of a command no more than that it is one, for its words may hold what is not to be shown. */
static struct fl_str key_source(const struct fl_provider_row *r)
{
	return r->key == FL_KEY_NOT_NEEDED   ? FL_S("")
	       : r->key == FL_KEY_BY_COMMAND ? FL_S("cmd")
	                                     : r->provider->key_source;
}

static const char *check_state(const struct fl_provider_row *r)
{
	return r->facts.unproven ? "unproven" : r->facts.err.code == FL_OK ? "ok" : "failed";
}

static const char *title_of(const struct fl_provider *p)
{
	return p->vendor ? p->vendor->title : "your own";
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void known_u64(struct fl_json_writer *w, const char *name, uint64_t v, bool known)
{
	fl_json_name(w, name);
	if (known)
		fl_json_put_u64(w, v);
	else
		fl_json_put_null(w);
}

static void check_json(const struct fl_provider_row *r, struct fl_json_writer *w)
{
	const struct fl_err *e = &r->facts.err;
	fl_json_name(w, "check");
	if (!r->checked) {
		fl_json_put_null(w);
		return;
	}
	fl_json_open(w, '{');
	fl_json_member_str(w, "state", fl_str_from(check_state(r)));
	fl_json_member_known(w, "code", e->code != FL_OK ? fl_str_from(fl_code_name(e->code)) : FL_S(""));
	fl_json_member_known(w, "message", fl_str_from(e->message));
	fl_json_member_known(w, "found", fl_str_from(e->found));
	fl_json_member_known(w, "expected", fl_str_from(e->expected));
	fl_json_member_known(w, "help", r->proof.n ? r->proof : fl_str_from(e->help));
	fl_json_name(w, "latency_ms");
	if (r->facts.latency_us)
		fl_json_put_double(w, (double)r->facts.latency_us / 1000);
	else
		fl_json_put_null(w);
	fl_json_close(w);
}

static void honours_json(const struct fl_provider *p, struct fl_json_writer *w)
{
	static const struct {
		const char *name;
		uint32_t bit;
	} honour[] = {{"temperature", FL_HONOUR_TEMPERATURE},
	              {"top_p", FL_HONOUR_TOP_P},
	              {"seed", FL_HONOUR_SEED},
	              {"logprobs", FL_HONOUR_LOGPROBS},
	              {"json_schema", FL_HONOUR_SCHEMA},
	              {"json_object", FL_HONOUR_JSON},
	              {"tools", FL_HONOUR_TOOLS},
	              {"penalties", FL_HONOUR_PENALTIES}};
	fl_json_name(w, "honours");
	fl_json_open(w, '{');
	fl_json_name(w, "effort");
	fl_json_open(w, '[');
	for (size_t i = 0; i < FL_EFFORTS && p->effort[i]; i++)
		fl_json_put_str(w, fl_str_from(p->effort[i]));
	fl_json_close(w);
	for (size_t i = 0; i < FL_COUNT(honour); i++)
		fl_json_member_bool(w, honour[i].name, (p->honours & honour[i].bit) != 0);
	fl_json_close(w);
}

static void row_json(const struct fl_provider_row *r, struct fl_json_writer *w, struct fl_arena *a)
{
	const struct fl_provider *p = r->provider;
	const struct fl_vendor *v = p->vendor;
	const struct fl_server_facts *f = &r->facts;
	fl_json_open(w, '{');
	fl_json_member_str(w, "name", p->name);
	fl_json_member_known(w, "title", v ? fl_str_from(v->title) : FL_S(""));
	fl_json_name(w, "aliases");
	fl_json_open(w, '[');
	for (size_t i = 0; v && i < FL_VENDOR_ALIASES && v->alias[i]; i++)
		fl_json_put_str(w, fl_str_from(v->alias[i]));
	fl_json_close(w);
	fl_json_member_str(w, "dialect", fl_str_from(p->dialect->name));
	fl_json_member_known(w, "url", fl_show_url(p->url, a));
	fl_json_member_known(w, "url_source", url_source(p));
	fl_json_name(w, "key");
	fl_json_open(w, '{');
	fl_json_member_str(w, "state", fl_str_from(key_words[r->key]));
	fl_json_member_known(w, "source", key_source(r));
	fl_json_close(w);
	fl_json_member_bool(w, "configured", p->configured);
	fl_json_member_bool(w, "local", r->local);
	fl_json_member_bool(w, "usable", fl_provider_usable(r));
	fl_json_name(w, "reachable");
	if (r->asked || (r->checked && f->err.code != FL_E_AUTH))
		fl_json_put_bool(w, f->reachable);
	else if (r->checked && f->reachable)
		fl_json_put_bool(w, true);
	else
		fl_json_put_null(w);
	known_u64(w, "context_tokens", f->context_tokens, f->context_tokens > 0);
	known_u64(w, "slots", f->slots, f->slots > 0);
	known_u64(w, "models_count", f->models, f->models_known);
	fl_json_member_known(w, "version", fl_str_from(f->version));
	check_json(r, w);
	honours_json(p, w);
	fl_json_member_str(w, "limit_name", p->limit_name);
	fl_json_member_known(w, "quirk", v && v->quirk ? fl_str_from(v->quirk) : FL_S(""));
	fl_json_member_known(w, "key_page", v && v->key_page ? fl_str_from(v->key_page) : FL_S(""));
	fl_json_close(w);
}

/* Two groups in the order of the rows: usable, and not. */
bool fl_providers_json(const struct fl_provider_row *row, size_t rows, struct fl_buf *out)
{
	struct fl_json_writer w;
	struct fl_arena a;
	fl_arena_init(&a);
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.providers/1"));
	fl_json_name(&w, "providers");
	fl_json_open(&w, '[');
	for (int usable = 1; usable >= 0; usable--)
		for (size_t i = 0; i < rows; i++)
			if (fl_provider_usable(&row[i]) == usable)
				row_json(&row[i], &w, &a);
	fl_json_close(&w);
	fl_json_close(&w);
	fl_arena_release(&a);
	return fl_json_done(&w) && fl_buf_char(out, '\n');
}

/* --- text --------------------------------------------------------------------------------------------------------- */

/* Where the texts of a block begin. */
static const char lead[] = "                ";

/* A block of lines beside a name. */
static void block(struct fl_buf *out, struct fl_str name, const struct fl_str *line, size_t lines, size_t width)
{
	struct fl_buf text, shown;
	fl_buf_init(&text, 1 << 16);
	fl_buf_init(&shown, 1 << 12);
	for (size_t i = 0; i < lines; i++)
		fl_wrap(&text, line[i], width, lead);
	fl_plain_name(&shown, name, sizeof lead - 4);
	fl_buf_printf(out, "  %.*s", FL_FMT(fl_buf_slice(&shown)));
	size_t used = 2 + fl_columns(fl_buf_slice(&shown));
	fl_buf_printf(out, "%*s%.*s", (int)(sizeof lead - 1 - used), "",
	              FL_FMT(fl_str_sub(fl_buf_slice(&text), sizeof lead - 1, text.n)));
	fl_buf_release(&text);
	fl_buf_release(&shown);
}

static struct fl_str key_text(const struct fl_provider_row *r, struct fl_arena *a)
{
	struct fl_str source = r->provider->key_source;
	bool env = fl_str_starts(source, FL_S("env:"));
	struct fl_str name = source.n > 4 ? fl_str_sub(source, env ? 4 : 5, source.n) : source;
	switch (r->key) {
	case FL_KEY_NOT_NEEDED:
		return FL_S("no key needed");
	case FL_KEY_BY_COMMAND:
		return FL_S("key by a command");
	case FL_KEY_THERE:
		return fl_arena_printf(a, env ? "key set (%.*s)" : "key in %.*s", FL_FMT(name));
	default:
		return fl_arena_printf(
		    a, env ? "key missing: the environment has no %.*s" : "key missing: no file %.*s", FL_FMT(name));
	}
}

/* "context 2,048 tokens, 1 slot, 3 models, version b8681"; empty when nothing was told. */
static struct fl_str facts_text(const struct fl_server_facts *f, struct fl_arena *a)
{
	struct fl_str part[4], text = {0};
	size_t n = 0;
	if (f->context_tokens)
		part[n++] = fl_arena_printf(a, "context %.*s", FL_FMT(fl_show_counted(a, f->context_tokens, "token")));
	if (f->slots)
		part[n++] = fl_show_counted(a, f->slots, "slot");
	if (f->models_known)
		part[n++] = fl_show_counted(a, f->models, "model");
	if (f->version[0])
		part[n++] = fl_arena_printf(a, "version %s", f->version);
	for (size_t i = 0; i < n; i++)
		text = fl_arena_printf(a, "%.*s%s%.*s", FL_FMT(text), i ? ", " : "", FL_FMT(part[i]));
	return text;
}

/* What is wrong, where, and what to do. */
static struct fl_str trouble(const struct fl_err *e, struct fl_str help, struct fl_arena *a)
{
	struct fl_str text = fl_str_from(e->message);
	if (e->found[0])
		text = fl_arena_printf(a, "%.*s: %s", FL_FMT(text), e->found);
	if (e->expected[0])
		text = fl_arena_printf(a, "%.*s; expected %s", FL_FMT(text), e->expected);
	if (!help.n)
		help = fl_str_from(e->help[0] ? e->help : fl_code_row(e->code)->help);
	return help.n ? fl_arena_printf(a, "%.*s; %.*s", FL_FMT(text), FL_FMT(help)) : text;
}

static struct fl_str ended(const struct fl_provider_row *r, struct fl_arena *a)
{
	const struct fl_server_facts *f = &r->facts;
	struct fl_str facts = facts_text(f, a), ms = fl_show_ms(a, (double)f->latency_us / 1000);
	if (f->unproven)
		return fl_arena_printf(a, "not proved: %.*s", FL_FMT(trouble(&f->err, r->proof, a)));
	if (f->err.code != FL_OK)
		return fl_arena_printf(a, "%s: %.*s", r->checked ? "failed" : "not found",
		                       FL_FMT(trouble(&f->err, (struct fl_str){0}, a)));
	if (r->checked)
		return fl_arena_printf(a, "ok: %.*s%s%.*s", FL_FMT(facts), facts.n ? ", " : "", FL_FMT(ms));
	return fl_arena_printf(a, "found%s%.*s", facts.n ? ": " : "", FL_FMT(facts));
}

static void words(struct fl_buf *b, const char *title, const char *const *word, size_t most)
{
	for (size_t i = 0; i < most && word[i]; i++)
		fl_buf_printf(b, "%s%s", i ? ", " : title, word[i]);
}

/* What it honours, how it is called else, what to know of it. */
static struct fl_str details(const struct fl_provider *p, struct fl_arena *a)
{
	const struct fl_vendor *v = p->vendor;
	struct fl_buf b;
	fl_buf_init(&b, 1 << 14);
	fl_buf_printf(&b, "dialect %s", p->dialect->name);
	words(&b, "; effort: ", p->effort, FL_EFFORTS);
	if (v)
		words(&b, "; also called ", v->alias, FL_VENDOR_ALIASES);
	if (v && v->quirk)
		fl_buf_printf(&b, "; %s", v->quirk);
	if (v && v->key_page)
		fl_buf_printf(&b, "; a key is had at %s", v->key_page);
	struct fl_str text = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return text;
}

static void row_text(const struct fl_provider_row *r, bool whole, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	const struct fl_provider *p = r->provider;
	struct fl_str line[4], source = url_source(p);
	size_t n = 0;
	bool plain = fl_str_is(source, "built in");
	line[n++] = fl_arena_printf(a, "%s; %.*s", title_of(p), FL_FMT(key_text(r, a)));
	if (!p->url.n)
		line[n++] = fl_arena_printf(a, "no address: the environment has no %s", p->vendor->url_variable);
	else if (plain)
		line[n++] = fl_show_url(p->url, a);
	else
		line[n++] = fl_arena_printf(a, "%.*s (%.*s)", FL_FMT(fl_show_url(p->url, a)), FL_FMT(source));
	if (r->asked || r->checked)
		line[n++] = ended(r, a);
	if (whole)
		line[n++] = details(p, a);
	block(out, p->name, line, n, width);
}

enum group { USABLE, WRONG, NOT_RUNNING, NO_KEY, GROUPS };

static enum group group_of(const struct fl_provider_row *r)
{
	bool silent = r->local && !r->provider->configured && !r->facts.reachable && !r->provider->url_source.n;
	return fl_provider_usable(r)                                  ? USABLE
	       : r->local && silent                                   ? NOT_RUNNING
	       : r->key == FL_KEY_MISSING && !r->provider->configured ? NO_KEY
	                                                              : WRONG;
}

/* One line: how it would come to life. */
static void hint(const struct fl_provider_row *r, enum group group, struct fl_buf *out, size_t width,
                 struct fl_arena *a)
{
	const struct fl_provider *p = r->provider;
	const struct fl_vendor *v = p->vendor;
	struct fl_str line;
	if (group == NOT_RUNNING) {
		const char *start = fl_server_start_command(p->server);
		line = fl_arena_printf(a, "%s  (%.*s)", start ? start : "", FL_FMT(p->url));
	} else {
		struct fl_buf b;
		fl_buf_init(&b, 1 << 12);
		words(&b, "", v->key_variable, FL_KEY_VARIABLES);
		if (!p->url.n)
			fl_buf_printf(&b, "; %s", v->url_variable);
		line = fl_arena_dup(a, fl_buf_slice(&b));
		fl_buf_release(&b);
	}
	block(out, p->name, &line, 1, width);
}

void fl_providers_text(const struct fl_provider_row *row, size_t rows, bool whole, struct fl_buf *out, size_t width)
{
	static const char *const title[] = {[USABLE] = "Usable now:",
	                                    [WRONG] = "Not usable:",
	                                    [NOT_RUNNING] = "Local servers that are not running, and what starts them:",
	                                    [NO_KEY] = "Usable with a key in the environment:"};
	struct fl_arena a;
	fl_arena_init(&a);
	bool any = false;
	for (enum group g = 0; g < GROUPS; g++) {
		bool titled = false;
		for (size_t i = 0; i < rows; i++) {
			if (group_of(&row[i]) != g)
				continue;
			if (!titled)
				fl_buf_printf(out, "%s%s\n", any ? "\n" : "", title[g]);
			titled = any = true;
			if (whole || g == USABLE || g == WRONG)
				row_text(&row[i], whole, out, width, &a);
			else
				hint(&row[i], g, out, width, &a);
		}
	}
	fl_arena_release(&a);
}

struct fl_str fl_server_note(const struct fl_offer *offer, const struct fl_server_facts *facts, size_t at_once,
                             struct fl_arena *a)
{
	struct fl_server_facts told = {.context_tokens = facts->context_tokens, .slots = facts->slots};
	struct fl_str text = facts_text(&told, a);
	const char *note = facts->slots == 0 ? "" : at_once == 1 ? ": one call at a time" : "";
	if (facts->slots > 1 && at_once > 1)
		text = fl_arena_printf(a, "%.*s: %zu calls at a time", FL_FMT(text), at_once);
	return fl_arena_printf(a, "%.*s: %.*s%s", FL_FMT(offer->provider->name), FL_FMT(text), note);
}

#include "cli/commands.h"

#include "base/clock.h"
#include "call/call.h"
#include "catalog/catalog.h"
#include "present/figure.h"
#include "present/progress.h"
#include "present/providers_view.h"
#include "price/offer_price.h"
#include "task/config.h"

#include <stdlib.h>
#include <unistd.h>

enum { LOCAL_MS = 300 }; /* for what is looked at without being asked for */

static const struct fl_option options[] = {
    {"check", NULL, "prove addresses and keys by the cheapest question that each answers; no model is called"},
};

struct look {
	struct fl_loop *loop;
	struct fl_http_client *client;
	size_t open; /* questions without an answer */
	bool check;
};
struct asked {
	struct look *look;
	struct fl_provider_row *row;
};

/* --- which -------------------------------------------------------------------------------------------------------- */

static enum fl_code unknown(const struct fl_providers *all, struct fl_str name, struct fl_err *err)
{
	const char **words = fl_alloc(all->by_name.n * sizeof *words);
	struct fl_arena a;
	fl_arena_init(&a);
	for (size_t i = 0; i < all->by_name.n; i++)
		words[i] = fl_arena_dupz(&a, all->by_name.entry[i].key);
	const char *near = fl_suggest(name, words, all->by_name.n);
	fl_err_set(err, FL_E_USAGE, "no provider has the name '%.*s'", FL_FMT(name));
	if (near)
		fl_err_help(err, "did you mean '%s'?", near);
	else
		fl_err_help(err, "`fulcrum providers` lists them; others are named under providers: in fulcrum.yaml");
	fl_arena_release(&a);
	free(words);
	return FL_E_USAGE;
}

static void add_row(struct fl_provider_row *row, size_t *n, struct fl_provider *p)
{
	for (size_t i = 0; i < *n; i++)
		if (row[i].provider == p)
			return;
	row[(*n)++] = (struct fl_provider_row){
	    .provider = p, .key = fl_provider_key_state(p), .local = p->own_server && fl_url_is_loopback(p->url)};
}

/* Those that are named, else all. */
static enum fl_code rows_of(struct fl_cli *cli, struct fl_providers *all, struct fl_provider_row **row, size_t *n,
                            struct fl_err *err)
{
	*n = 0;
	*row = FL_NEW_ARRAY(&cli->arena, struct fl_provider_row, all->by_name.n);
	for (size_t i = 0; i < cli->argument.n; i++) {
		struct fl_provider *p = fl_providers_find(all, cli->argument.p[i]);
		if (!p)
			return unknown(all, cli->argument.p[i], err);
		add_row(*row, n, p);
	}
	for (size_t i = 0; cli->argument.n == 0 && i < all->by_name.n; i++)
		add_row(*row, n, all->by_name.entry[i].value);
	return FL_OK;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void answered(void *arg, const struct fl_server_facts *facts)
{
	struct asked *a = arg;
	a->row->facts = *facts;
	a->row->asked = a->row->local;
	a->row->checked = a->look->check;
	a->look->open--;
}

/* Without --check only this machine is looked at, and no command is run for a key. */
static bool is_asked(const struct look *l, const struct fl_provider_row *r, bool named)
{
	if (!l->check)
		return r->local && r->key != FL_KEY_BY_COMMAND && r->key != FL_KEY_MISSING;
	return named || r->local || r->provider->configured || (r->key != FL_KEY_MISSING && r->provider->url.n);
}

static void ask_all(struct look *l, struct fl_provider_row *row, size_t n, bool named, struct fl_arena *a)
{
	for (size_t i = 0; i < n; i++) {
		struct fl_provider *p = row[i].provider;
		bool quick = !l->check || (row[i].local && !named && !p->configured);
		if (!is_asked(l, &row[i], named))
			continue;
		if (p->url.n == 0) {
			row[i].checked = l->check;
			fl_err_set(&row[i].facts.err, FL_E_INVALID, "it has no address: the environment has no %s",
			           p->vendor->url_variable);
			fl_err_help(&row[i].facts.err, "export %s=https://NAME...", p->vendor->url_variable);
			continue;
		}
		struct asked *asked = FL_NEW(a, struct asked);
		*asked = (struct asked){l, &row[i]};
		struct fl_server_question q = {
		    .provider = p, .what = FL_ASK_SELF | FL_ASK_LIST, .within_ms = quick ? LOCAL_MS : 0};
		l->open++;
		fl_server_ask(l->client, l->loop, &q, answered, asked);
	}
	while (l->open && fl_loop_step(l->loop))
		;
}

/* What the smallest call would cost at the provider's cheapest model that the catalogue prices. */
static struct fl_str cost_of_proof(const struct fl_catalog *c, struct fl_str provider, struct fl_arena *a)
{
	struct fl_served asked = {.at_ms = fl_wall_ms()};
	int64_t least = INT64_MAX;
	struct fl_str of = {0};
	for (size_t m = 0; m < c->models.n; m++) {
		const struct fl_catalog_model *model = &((const struct fl_catalog_model *)c->models.p)[m];
		for (size_t i = 0; i < model->offers.n; i++) {
			struct fl_offer_ref ref;
			int64_t worst;
			if (!fl_catalog_offer_at(c, model, i, &ref) || !fl_str_eq(ref.provider_id, provider))
				continue;
			struct fl_price price = fl_offer_price(c, ref.offer);
			if (price.kind != FL_PRICE_TOKENS || !price.rows ||
			    !fl_price_worst(&price, 100, 1, 1, &asked, 1000, &worst) || worst <= 0 || worst >= least)
				continue;
			least = worst;
			of = ref.id;
		}
	}
	if (!of.n)
		return FL_S("a call of one token would prove it; it is not made here");
	return fl_arena_printf(a, "a call of one token would prove it, for %.*s at most with %.*s; it is not made here",
	                       FL_FMT(fl_show_money(a, least)), FL_FMT(of));
}

/* --- answering ---------------------------------------------------------------------------------------------------- */

/* Named ones must all be fine; else one that is. */
static int status_of(const struct fl_provider_row *row, size_t n, bool named)
{
	size_t fine = 0, wrong = 0;
	for (size_t i = 0; i < n; i++) {
		fine += row[i].checked && fl_provider_usable(&row[i]);
		wrong += row[i].checked && !fl_provider_usable(&row[i]);
	}
	return named ? (wrong ? 4 : 0) : (fine ? 0 : 4);
}

static enum fl_code show(struct fl_cli *cli, struct fl_providers *all, const struct fl_catalog *catalog,
                         struct fl_err *err)
{
	struct fl_provider_row *row;
	size_t n;
	bool named = cli->argument.n > 0;
	FL_TRY(rows_of(cli, all, &row, &n, err));
	struct fl_http_options http = fl_http_options_of_environment();
	struct look look = {.loop = fl_loop_create(), .check = fl_cli_has(cli, "check")};
	look.client = fl_http_client_create(look.loop, &http);
	ask_all(&look, row, n, named, &cli->arena);
	fl_http_client_destroy(look.client);
	fl_loop_destroy(look.loop);
	for (size_t i = 0; i < n; i++)
		if (row[i].facts.unproven)
			row[i].proof = cost_of_proof(catalog, row[i].provider->name, &cli->arena);
	if (look.check)
		cli->exit_status = status_of(row, n, named);
	if (cli->json)
		return fl_providers_json(row, n, &cli->out)
		           ? FL_OK
		           : fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
	fl_providers_text(row, n, named, &cli->out, fl_terminal_width(STDOUT_FILENO));
	if (!named && !look.check)
		fl_buf_z(&cli->out,
		         "\n`fulcrum providers NAME` tells more of one; --check proves addresses and keys.\n");
	return FL_OK;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	const struct fl_catalog *catalog;
	struct fl_providers all;
	FL_TRY(fl_cli_catalog(cli, &catalog, err));
	fl_providers_init(&all, catalog);
	enum fl_code code = fl_config_read(&all, cli->config_path, cli->config_given, err);
	if (code == FL_OK)
		code = show(cli, &all, catalog, err);
	fl_providers_release(&all);
	return code;
}

const struct fl_command fl_cmd_providers = {
    .name = "providers",
    .summary = "who can serve models here: keys, addresses, local servers",
    .usage = "providers [NAME...] [--check]",
    .text =
        "Lists the vendors that are known, the providers of fulcrum.yaml and the servers on this machine, those first "
        "that can be used now; what local servers tell of themselves: models, context, slots. Keys are never shown. "
        "With --check each that has a key, is configured or local, or is named, is proved by the cheapest question "
        "that "
        "it answers (its list of models), and what is wrong is said in words; no model is called. Exits with 4 when a "
        "named one failed, or, without names, when none works.",
    .example = "fulcrum providers\nfulcrum providers openai ollama --check",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 64,
    .run = run,
};

#include "cli/price_option.h"

#include "cli/commands.h"
#include "present/cost_view.h"
#include "present/progress.h"
#include "price/offer_price.h"

#include <unistd.h>

/* --- rates on the command line ------------------------------------------------------------------------------------ */

/* Short names that people type, beside the classes' own. */
static const struct {
	const char *name;
	enum fl_usage_class class;
} short_names[] = {{"in", FL_USE_INPUT}, {"out", FL_USE_OUTPUT}, {"cache_write", FL_USE_CACHE_WRITE_5M}};

static enum fl_usage_class class_named(struct fl_str name)
{
	for (size_t i = 0; i < FL_COUNT(short_names); i++)
		if (fl_str_is(name, short_names[i].name))
			return short_names[i].class;
	return fl_usage_class_of(name);
}

static enum fl_code refuse_rate(struct fl_err *err, struct fl_str found)
{
	fl_err_set(err, FL_E_USAGE, "--price has a part that is no rate");
	fl_err_found(err, "'%.*s'", FL_FMT(found));
	fl_err_expected(err,
	                "in=3,out=15 and, as needed, cache_read=0.30, cache_write=3.75, reasoning=15, batch=0.5; in "
	                "USD per million tokens (search, request: per thousand)");
	return FL_E_USAGE;
}

static enum fl_code read_part(struct fl_str part, struct fl_price_row *rates, struct fl_price_row *batch,
                              struct fl_err *err)
{
	ptrdiff_t equals = fl_str_find_char(part, '=', 0);
	if (equals <= 0)
		return refuse_rate(err, part);
	struct fl_str name = fl_str_trim(fl_str_sub(part, 0, (size_t)equals));
	struct fl_str value = fl_str_trim(fl_str_sub(part, (size_t)equals + 1, part.n));
	bool is_batch = fl_str_is(name, "batch");
	enum fl_usage_class class = class_named(name);
	int scale = is_batch || class < FL_USE_TOKEN_CLASSES ? 9 : class < FL_USE_IMAGE ? 12 : 15;
	int64_t n;
	if ((!is_batch && class == FL_USE_CLASSES) || fl_decimal_parse(value, scale, false, &n, NULL) != FL_OK || n < 0)
		return refuse_rate(err, part);
	if (is_batch ? batch->factor_billionths > 0 : rates->rate[class] >= 0) {
		fl_err_set(err, FL_E_USAGE, "--price names '%.*s' twice", FL_FMT(name));
		fl_err_found(err, "'%.*s'", FL_FMT(part));
		return FL_E_USAGE;
	}
	if (is_batch)
		batch->factor_billionths = n;
	else
		rates->rate[class] = n;
	return FL_OK;
}

enum fl_code fl_cli_rates(struct fl_arena *a, struct fl_str text, struct fl_price *out, struct fl_err *err)
{
	static const int stacks[] = {FL_COND_ABOVE};
	struct fl_price_row *row = FL_NEW_ARRAY(a, struct fl_price_row, 2);
	struct fl_str *source = FL_NEW(a, struct fl_str);
	struct fl_str rest = text;
	*source = FL_S("the command line");
	for (int i = 0; i < 2; i++) {
		fl_schema_defaults(&fl_price_row_table, &row[i]);
		row[i].source = (struct fl_list){.p = source, .n = 1};
	}
	row[1].when.tier = FL_S("batch");
	row[1].stacks = (struct fl_list){.p = (void *)(uintptr_t)stacks, .n = 1};
	while (rest.n) {
		ptrdiff_t comma = fl_str_find_char(rest, ',', 0);
		size_t end = comma < 0 ? rest.n : (size_t)comma;
		FL_TRY(read_part(fl_str_sub(rest, 0, end), &row[0], &row[1], err));
		rest = fl_str_sub(rest, FL_MIN(end + 1, rest.n), rest.n);
	}
	if (row[0].rate[FL_USE_INPUT] < 0 || row[0].rate[FL_USE_OUTPUT] < 0)
		return refuse_rate(err, text);
	*out = (struct fl_price){.kind = FL_PRICE_TOKENS, .row = row, .rows = row[1].factor_billionths ? 2 : 1};
	return FL_OK;
}

/* --- whose price -------------------------------------------------------------------------------------------------- */

/* Whether a name with a provider before it means another offer than this one. */
static bool is_other_offer(const struct fl_catalog *c, struct fl_str name, const struct fl_offer_ref *ref)
{
	struct fl_offer_ref named;
	struct fl_str provider;
	ptrdiff_t slash = fl_str_find_char(name, '/', 0);
	return slash > 0 && fl_catalog_provider(c, fl_str_sub(name, 0, (size_t)slash), &provider) &&
	       fl_catalog_offer(c, name, &named, NULL) == FL_OK && fl_str_eq(named.provider_id, provider) &&
	       !fl_str_eq(named.id, ref->id);
}

enum fl_code fl_cli_priced(struct fl_cli *cli, struct fl_str name, struct fl_priced *out, struct fl_err *err)
{
	struct fl_str rates, offer = {0};
	*out = (struct fl_priced){0};
	fl_cli_get(cli, "tier", &out->served.tier);
	FL_TRY(fl_cli_instant(cli, "at", &out->served.at_ms, err));
	bool stated = fl_cli_get(cli, "price", &rates);
	fl_cli_get(cli, "offer", &offer);
	if (stated && name.n)
		return fl_err_set(err, FL_E_USAGE, "--price stands instead of a model: give one of them");
	if (stated)
		return fl_cli_rates(&cli->arena, rates, &out->price, err);
	if (!name.n && !offer.n) {
		fl_err_set(err, FL_E_USAGE, "a model or --price is needed");
		fl_err_expected(err,
		                "a model like gpt-6-luna, an offer like groq/gpt-oss-120b, or --price in=3,out=15");
		return FL_E_USAGE;
	}
	FL_TRY(fl_cli_catalog(cli, &out->catalog, err));
	FL_TRY(fl_catalog_offer(out->catalog, offer.n ? offer : name, &out->ref, err));
	if (name.n && offer.n) {
		const struct fl_catalog_model *m;
		FL_TRY(fl_catalog_model(out->catalog, name, &m, err));
		if (is_other_offer(out->catalog, name, &out->ref))
			return fl_err_set(err, FL_E_USAGE, "%.*s and --offer %.*s are two offers: give one of them",
			                  FL_FMT(name), FL_FMT(offer));
		if (m != out->ref.model)
			return fl_err_set(err, FL_E_USAGE, "'%.*s' is no offer of %.*s", FL_FMT(offer), FL_FMT(m->id));
	}
	out->offer = out->ref.id;
	out->price = fl_offer_price(out->catalog, out->ref.offer);
	return FL_OK;
}

/* --- figures ------------------------------------------------------------------------------------------------------ */

enum fl_code fl_cli_tokens(const struct fl_cli *cli, const char *name, uint64_t *out, struct fl_err *err)
{
	int64_t n = (int64_t)*out;
	FL_TRY(fl_cli_quantity(cli, name, FL_Q_TOKENS, NULL, &n, err));
	if (n > INT64_C(1000000000000000))
		return fl_err_set(err, FL_E_LIMIT, "--%s: more than 10^15 tokens are not priced", name);
	*out = (uint64_t)n;
	return FL_OK;
}

enum fl_code fl_cli_money(const struct fl_cli *cli, const char *name, int64_t *out, struct fl_err *err)
{
	return fl_cli_quantity(cli, name, FL_Q_MONEY, "USD", out, err);
}

enum fl_code fl_cli_share(const struct fl_cli *cli, const char *name, double *out, struct fl_err *err)
{
	int64_t billionths = -1;
	FL_TRY(fl_cli_quantity(cli, name, FL_Q_SHARE, NULL, &billionths, err));
	if (billionths >= 0)
		*out = fl_share_double(billionths);
	return FL_OK;
}

enum fl_code fl_cli_cost(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	bool ok = true;
	if (cli->json)
		ok = fl_cost_json(c, &cli->out);
	else
		fl_cost_print(c, &cli->out, fl_terminal_width(STDOUT_FILENO));
	fl_cost_release(c);
	return ok ? FL_OK : fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
}

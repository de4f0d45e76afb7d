#include "cli/cost_option.h"

#include "cli/commands.h"
#include "lang/quantity.h"
#include "present/figure.h"
#include "price/offer_price.h"

#define MOST_TOKENS INT64_C(1000000000000000)

/* --- reading ------------------------------------------------------------------------------------------------------ */

enum fl_code fl_cli_needs(const struct fl_cli *cli, const char *const *names, struct fl_err *err)
{
	for (; *names; names++) {
		if (fl_cli_has(cli, *names))
			continue;
		fl_err_set(err, FL_E_USAGE, "--%s is needed", *names);
		for (size_t i = 0; i < cli->command->option_count; i++)
			if (strcmp(cli->command->option[i].name, *names) == 0)
				fl_err_expected(err, "--%s %s: %s", *names, cli->command->option[i].argument,
				                cli->command->option[i].help);
		fl_err_help(err, "`fulcrum %s --help` shows an example", cli->command->name);
		return FL_E_USAGE;
	}
	return FL_OK;
}

#define A_MODEL "MODEL" /* the model that is named without an option */

/* Pairs of which one makes the other meaningless, in one form or in all; `unless` an option gives both a meaning. */
static const struct {
	const char *command, *one, *other, *unless;
} excluding[] = {
    {NULL, "price", "offer", NULL},
    {NULL, "cost", A_MODEL, NULL},
    {NULL, "cost", "price", NULL},
    {NULL, "cost", "offer", NULL},
    {NULL, "cost", "in", "judge-model"},
    {NULL, "cost", "out", "judge-model"},
    {NULL, "cost", "tier", "judge-model"},
    {NULL, "cost", "at", "judge-model"},
    {"cost best", "judge-cost", "judge-model", NULL},
    {"cost best", "judge-cost", "judge-out", NULL},
    {"cost moa", "layer", "offer", NULL},
    {"cost cache", "write", A_MODEL, NULL},
    {"cost cache", "write", "price", NULL},
    {"cost cache", "write", "offer", NULL},
    {"cost cache", "write", "prefix", NULL},
    {"cost cache", "write", "uses", NULL},
    {"cost cache", "write", "tier", NULL},
    {"cost cache", "write", "at", NULL},
    {"cost agent", "measured", "system", NULL},
    {"cost agent", "measured", "growth", NULL},
    {"cost agent", "measured", "out", NULL},
    {"cost agent", "measured", "compact-at", NULL},
    {"cost agent", "measured", "summary", NULL},
    {"cost tune", "train", "tokens", NULL},
    {"cost tune", "train", "epochs", NULL},
    {"cost value", "value", "saved", NULL},
    {"cost value", "value", "lost", NULL},
};

/* Options that say nothing without another. */
static const struct {
	const char *command, *option, *with;
} depending[] = {
    {"cost agent", "summary", "compact-at"}, {"cost selfhost", "watts", "power"}, {"cost value", "waiting", "wage"},
    {"cost value", "saved", "wage"},         {"cost value", "lost", "wage"},      {"cost cache", "read", "write"},
    {"cost cache", "write", "read"},
};

static bool is_given(const struct fl_cli *cli, const char *name)
{
	return strcmp(name, A_MODEL) == 0 ? cli->argument.n > 0 : fl_cli_has(cli, name);
}

enum fl_code fl_cli_compatible(const struct fl_cli *cli, struct fl_err *err)
{
	for (size_t i = 0; i < FL_COUNT(excluding); i++) {
		const char *form = excluding[i].command, *one = excluding[i].one, *other = excluding[i].other,
		           *unless = excluding[i].unless;
		if ((form && strcmp(form, cli->command->name) != 0) || !is_given(cli, one) || !is_given(cli, other) ||
		    (unless && fl_cli_has(cli, unless)))
			continue;
		bool model = strcmp(other, A_MODEL) == 0;
		fl_err_set(err, FL_E_USAGE, "--%s and %s%s exclude each other", one, model ? "a model" : "--",
		           model ? "" : other);
		fl_err_help(err, "`fulcrum %s --help` shows which go together", cli->command->name);
		return FL_E_USAGE;
	}
	for (size_t i = 0; i < FL_COUNT(depending); i++)
		if (strcmp(depending[i].command, cli->command->name) == 0 && fl_cli_has(cli, depending[i].option) &&
		    !fl_cli_has(cli, depending[i].with)) {
			fl_err_set(err, FL_E_USAGE, "--%s says nothing without --%s", depending[i].option,
			           depending[i].with);
			fl_err_help(err, "`fulcrum %s --help` shows which go together", cli->command->name);
			return FL_E_USAGE;
		}
	return FL_OK;
}

enum fl_code fl_cli_unused(const struct fl_cli *cli, const char *const *names, const char *why, struct fl_err *err)
{
	for (; *names; names++)
		if (fl_cli_has(cli, *names))
			return fl_err_set(err, FL_E_USAGE, "--%s says nothing here: %s", *names, why);
	return FL_OK;
}

bool fl_cli_part(struct fl_str *rest, char mark, struct fl_str *part)
{
	if (rest->n == 0)
		return false;
	ptrdiff_t at = fl_str_find_char(*rest, mark, 0);
	size_t end = at < 0 ? rest->n : (size_t)at;
	*part = fl_str_trim(fl_str_sub(*rest, 0, end));
	*rest = fl_str_sub(*rest, FL_MIN(end + 1, rest->n), rest->n);
	return true;
}

size_t fl_cli_parts(struct fl_str list, char mark, struct fl_str *part, size_t most)
{
	struct fl_str one;
	size_t n = 0;
	while (fl_cli_part(&list, mark, &one)) {
		if (n < most)
			part[n] = one;
		n++;
	}
	return n;
}

static enum fl_code quantity_in(const char *option, enum fl_quantity kind, struct fl_str text, const char *unit,
                                int64_t *out, struct fl_err *err)
{
	if (fl_quantity_read(kind, text, unit, out, err) == FL_OK)
		return FL_OK;
	fl_err_while(err, "reading --%s", option);
	return FL_E_USAGE;
}

enum fl_code fl_cli_tokens_in(const char *option, struct fl_str text, uint64_t *out, struct fl_err *err)
{
	int64_t n;
	FL_TRY(quantity_in(option, FL_Q_TOKENS, text, NULL, &n, err));
	if (n > MOST_TOKENS)
		return fl_err_set(err, FL_E_LIMIT, "--%s: more than 10^15 tokens are not priced", option);
	*out = (uint64_t)n;
	return FL_OK;
}

enum fl_code fl_cli_money_in(const char *option, struct fl_str text, int64_t *out, struct fl_err *err)
{
	return quantity_in(option, FL_Q_MONEY, text, "USD", out, err);
}

enum fl_code fl_cli_share_in(const char *option, struct fl_str text, double *out, struct fl_err *err)
{
	int64_t billionths;
	FL_TRY(quantity_in(option, FL_Q_SHARE, text, NULL, &billionths, err));
	*out = fl_share_double(billionths);
	return FL_OK;
}

enum fl_code fl_cli_real_in(const char *option, struct fl_str text, double least, double *out, struct fl_err *err)
{
	int64_t billionths;
	if (fl_decimal_parse(text, 9, false, &billionths, NULL) == FL_OK && fl_share_double(billionths) >= least) {
		*out = fl_share_double(billionths);
		return FL_OK;
	}
	fl_err_set(err, FL_E_USAGE, "--%s cannot be read", option);
	fl_err_found(err, "'%.*s'", FL_FMT(fl_str_sub(text, 0, 60)));
	fl_err_expected(err, "a number from %g, with at most nine decimals", least);
	return FL_E_USAGE;
}

enum fl_code fl_cli_real(const struct fl_cli *cli, const char *name, double least, double *out, struct fl_err *err)
{
	struct fl_str text;
	return fl_cli_get(cli, name, &text) ? fl_cli_real_in(name, text, least, out, err) : FL_OK;
}

/* --- prices ------------------------------------------------------------------------------------------------------- */

enum fl_code fl_cli_priced_argument(struct fl_cli *cli, struct fl_priced *out, struct fl_err *err)
{
	return fl_cli_priced(cli, cli->argument.n ? cli->argument.p[0] : (struct fl_str){0}, out, err);
}

enum fl_code fl_cli_priced_name(struct fl_cli *cli, struct fl_str name, struct fl_priced *out, struct fl_err *err)
{
	*out = (struct fl_priced){0};
	fl_cli_get(cli, "tier", &out->served.tier);
	FL_TRY(fl_cli_instant(cli, "at", &out->served.at_ms, err));
	FL_TRY(fl_cli_catalog(cli, &out->catalog, err));
	FL_TRY(fl_catalog_offer(out->catalog, name, &out->ref, err));
	out->offer = out->ref.id;
	out->price = fl_offer_price(out->catalog, out->ref.offer);
	return FL_OK;
}

enum fl_code fl_cli_unpriced(const struct fl_priced *p, const struct fl_receipt *r, struct fl_err *err)
{
	char day[FL_DATE_TEXT];
	if (r->priced)
		return FL_OK;
	fl_date_format(fl_date_at(p->served.at_ms), day);
	if (!p->offer.n)
		return fl_err_set(err, FL_E_INVALID, "this cannot be priced: %s", r->problem);
	fl_err_set(err, FL_E_INVALID, "%.*s cannot be priced on %s: %s", FL_FMT(p->offer), day, r->problem);
	fl_err_help(err, "`fulcrum models show %.*s` lists the rows of its price", FL_FMT(p->ref.model->id));
	return FL_E_INVALID;
}

static void over(struct fl_cost *c, const struct fl_priced *p, const char *what, uint64_t n, const char *limit,
                 int64_t most)
{
	if (most > 0 && n > (uint64_t)most)
		fl_cost_assume(
		    c,
		    "%s of %.*s tokens is over the %s of %.*s of %.*s: it is priced, and would be refused or "
		    "cut short",
		    what, FL_FMT(fl_show_count(c->arena, n)), limit, FL_FMT(fl_show_count(c->arena, (uint64_t)most)),
		    FL_FMT(p->offer));
}

void fl_cli_window(struct fl_cost *c, const struct fl_priced *p, const struct fl_usage *usage)
{
	const struct fl_catalog_model *m = p->ref.model;
	const struct fl_catalog_offer *o = p->ref.offer;
	if (!m)
		return;
	uint64_t in = fl_usage_input(usage), out = usage->units[FL_USE_OUTPUT] + usage->units[FL_USE_REASONING];
	int64_t context = fl_claim_number(p->catalog, o->context.n ? &o->context : &m->context, 0),
	        answer = fl_claim_number(p->catalog, o->max_output.n ? &o->max_output : &m->max_output, 0);
	over(c, p, "a prompt", in, "longest input", fl_claim_number(p->catalog, &m->max_input, 0));
	over(c, p, "a prompt with its answer", in + out, "context", context);
	over(c, p, "an answer", out, "longest answer", answer);
}

enum fl_code fl_cli_call(struct fl_cost *c, const struct fl_priced *p, struct fl_usage usage, int64_t *nusd,
                         struct fl_err *err)
{
	struct fl_receipt r;
	struct fl_served served = p->served;
	served.thinking = usage.units[FL_USE_REASONING] ? FL_THINKING_ON : FL_THINKING_OFF;
	fl_price_receipt(&p->price, &usage, &served, 0, &r);
	*nusd = r.total_nusd;
	fl_cli_window(c, p, &usage);
	return fl_cli_unpriced(p, &r, err);
}

enum fl_code fl_cli_one_call(struct fl_cli *cli, struct fl_cost *c, struct fl_priced *p, int64_t *nusd,
                             struct fl_err *err)
{
	uint64_t in = 0, out = 0;
	*p = (struct fl_priced){0};
	if (fl_cli_has(cli, "cost"))
		return fl_cli_money(cli, "cost", nusd, err);
	FL_TRY(fl_cli_priced_argument(cli, p, err));
	FL_CLI_NEEDS(cli, err, "in", "out");
	FL_TRY(fl_cli_tokens(cli, "in", &in, err));
	FL_TRY(fl_cli_tokens(cli, "out", &out, err));
	return fl_cli_call(c, p, fl_usage_text(in, 0, 0, out), nusd, err);
}

int64_t fl_cli_rate(const struct fl_priced *p, enum fl_usage_class class)
{
	struct fl_served served = p->served;
	int64_t rate;
	served.thinking = FL_THINKING_OFF;
	return fl_price_find(&p->price, class, 1, &served, &rate) ? rate : -1;
}

enum fl_code fl_cli_answer(struct fl_cli *cli,
                           enum fl_code (*build)(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err),
                           struct fl_err *err)
{
	struct fl_cost c;
	FL_TRY(fl_cli_compatible(cli, err));
	fl_cost_init(&c, &cli->arena);
	enum fl_code code = build(cli, &c, err);
	if (code == FL_OK && c.priced)
		return fl_cli_cost(cli, &c, err);
	if (code == FL_OK)
		code = fl_err_set(err, FL_E_LIMIT, "this cannot be priced: %.*s", FL_FMT(c.problem));
	fl_cost_release(&c);
	return code;
}

/* cost exchange: what recorded calls cost. */
#include "cli/commands.h"

#include "catalog/catalog.h"
#include "io/file.h"
#include "present/cost_view.h"
#include "present/figure.h"
#include "present/progress.h"
#include "price/offer_price.h"
#include "provider/hosts.h"
#include "provider/recorded.h"

#include <unistd.h>

static const struct fl_option options[] = {
    {"at", "DATE", "prices of that day for calls that do not say when they were made; else today's"},
};

/* One call, priced. */
struct priced {
	struct fl_offer_ref offer; /* model NULL: not in the catalogue */
	struct fl_receipt receipt;
	struct fl_str problem; /* why it has no price; empty when it has one */
	int64_t reported_nusd; /* what the answer itself says that it cost; -1 = it does not say */
	fl_date day;           /* whose prices these are */
};

struct totals {
	struct fl_cli *cli;
	const struct fl_catalog *catalog;
	struct fl_json_writer w;
	int64_t at_ms; /* of calls without a date */
	uint64_t calls, priced, flagged, undated;
	int64_t nusd;
	FL_VEC(struct fl_str) cell; /* of the text table */
	FL_VEC(struct fl_str) note; /* below it */
};
enum { COLUMNS = 7, NOTES_SHOWN = 20 };

/* The provider by the endpoint's host, as the catalogue knows it; else as the file hints. */
static struct fl_str provider_of(const struct totals *t, const struct fl_recorded *x)
{
	struct fl_str id = x->provider;
	if (!fl_catalog_provider(t->catalog, fl_endpoint_host(x->endpoint), &id))
		fl_catalog_provider(t->catalog, x->provider, &id);
	return id;
}

/*
 * Usage of an answer that reports none, for an estimate: a token is about four bytes of English (OpenAI's rule of thumb,
 * help.openai.com "What are tokens and how to count them?"), of the request's and the answer's text.
 */
static struct fl_usage guess(const struct fl_recorded *x)
{
	enum { BYTES_A_TOKEN = 4 };
	struct fl_usage u = {0};
	u.units[FL_USE_INPUT] = (x->request_bytes + BYTES_A_TOKEN - 1) / BYTES_A_TOKEN;
	u.units[FL_USE_OUTPUT] = (x->reply.text.n + BYTES_A_TOKEN - 1) / BYTES_A_TOKEN;
	u.units[FL_USE_REASONING] = (x->reply.reasoning.n + BYTES_A_TOKEN - 1) / BYTES_A_TOKEN;
	return u;
}

/* Some answers say what they cost: OpenRouter in dollars, xAI in ticks of 10^-10 dollars. -1 when this one does not. */
static int64_t reported_cost(const struct fl_reply *r, struct fl_arena *a)
{
	struct fl_json_doc doc;
	int64_t nusd;
	uint64_t ticks;
	if (!r->usage_json.n || fl_json_parse(&doc, a, r->usage_json, FL_JSON_LIMITS, NULL) != FL_OK)
		return -1;
	const struct fl_json *cost = fl_json_get(fl_json_root(&doc), FL_S("cost"));
	if (fl_json_u64(fl_json_get(fl_json_root(&doc), FL_S("cost_in_usd_ticks")), &ticks) && ticks <= INT64_MAX)
		return (int64_t)((ticks + 9) / 10);
	if (!cost || cost->type != FL_JSON_NUMBER || fl_decimal_parse(cost->raw, 9, true, &nusd, NULL) != FL_OK)
		return -1;
	return nusd;
}

/* Beyond a rounding a line, the two disagree. */
static bool disagrees(const struct priced *p)
{
	int64_t apart = p->receipt.total_nusd - p->reported_nusd;
	int64_t allowed = (int64_t)p->receipt.lines + 1;
	return p->receipt.priced && !p->receipt.estimated && p->reported_nusd >= 0 &&
	       (apart > allowed || apart < -allowed);
}

static void price(const struct totals *t, const struct fl_recorded *x, struct fl_arena *a, struct priced *out)
{
	const struct fl_reply *r = &x->reply;
	struct fl_str served = r->model.n ? r->model : x->model, provider = provider_of(t, x);
	int64_t at = x->at_ms ? x->at_ms : t->at_ms;
	*out = (struct priced){.reported_nusd = reported_cost(r, a), .day = fl_date_at(at)};
	bool known = provider.n && (fl_catalog_served(t->catalog, provider, served, fl_date_at(at), &out->offer) ||
	                            fl_catalog_served(t->catalog, provider, x->model, fl_date_at(at), &out->offer));
	if (!known) {
		out->offer.model = NULL;
		out->problem =
		    fl_arena_printf(a, "not priced: the catalogue knows no offer of '%.*s' by %.*s", FL_FMT(served),
		                    FL_FMT(provider.n ? provider : FL_S("an unknown provider")));
		return;
	}
	struct fl_price list = fl_offer_price(t->catalog, out->offer.offer);
	struct fl_served s = {.model = served,
	                      .tier = r->tier,
	                      .thinking = r->usage.units[FL_USE_REASONING] ? FL_THINKING_ON : FL_THINKING_OFF,
	                      .at_ms = at};
	struct fl_usage usage = r->usage.reported ? r->usage : guess(x);
	if (!r->usage.reported && (r->code != FL_OK || !x->request_bytes || !r->text.n)) {
		out->problem = FL_S("not priced: the answer reports no usage");
		return;
	}
	fl_price_receipt(&list, &usage, &s, 0, &out->receipt);
	if (!out->receipt.priced)
		out->problem = fl_arena_printf(a, "not priced: %s", out->receipt.problem);
	else if (out->receipt.estimated)
		out->problem = FL_S("estimated: the answer reports no usage; 4 bytes of text are taken as a token");
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void usage_json(const struct fl_usage *u, struct fl_json_writer *w)
{
	fl_json_name(w, "usage");
	if (!u->reported) {
		fl_json_put_null(w);
		return;
	}
	fl_json_open(w, '{');
	for (int c = 0; c < FL_USE_TOKEN_CLASSES; c++) {
		bool always =
		    c == FL_USE_INPUT || c == FL_USE_CACHE_READ || c == FL_USE_OUTPUT || c == FL_USE_REASONING;
		if (always || u->units[c])
			fl_json_member_u64(w, fl_usage_class_name((enum fl_usage_class)c), u->units[c]);
	}
	fl_json_close(w);
}

static void tools_json(const struct fl_reply *r, struct fl_json_writer *w)
{
	fl_json_name(w, "tool_calls");
	fl_json_open(w, '[');
	for (size_t i = 0; i < r->tools; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "name", r->tool[i].name);
		fl_json_member_str(w, "arguments", r->tool[i].arguments);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static struct fl_str disagreement(const struct priced *p, struct fl_arena *a)
{
	return fl_arena_printf(a, "the answer itself says that it cost %.*s",
	                       FL_FMT(fl_show_money(a, p->reported_nusd)));
}

static void problems_json(const struct fl_recorded *x, const struct priced *p, struct fl_json_writer *w)
{
	const struct fl_reply *r = &x->reply;
	fl_json_name(w, "problems");
	fl_json_open(w, '[');
	for (size_t i = 0; i < r->problems; i++)
		fl_json_put_str(w, r->problem[i]);
	if (r->code != FL_OK && r->message.n)
		fl_json_put_str(w, r->message);
	if (p->problem.n)
		fl_json_put_str(w, p->problem);
	if (disagrees(p)) {
		struct fl_arena a;
		fl_arena_init(&a);
		fl_json_put_str(w, disagreement(p, &a));
		fl_arena_release(&a);
	}
	if (p->receipt.unverified)
		fl_json_put_str(
		    w,
		    FL_S(
		        "the price was stated until a day that had passed, or depends on holidays that are not known"));
	fl_json_close(w);
}

static void exchange_json(const struct fl_recorded *x, const struct priced *p, struct fl_json_writer *w)
{
	const struct fl_reply *r = &x->reply;
	fl_json_open(w, '{');
	fl_json_member_str(w, "id", x->id);
	fl_json_member_known(w, "dialect", x->wire ? fl_str_from(x->wire->name) : (struct fl_str){0});
	fl_json_member_known(w, "model", r->model.n ? r->model : x->model);
	fl_json_member_known(w, "offer", p->offer.model ? p->offer.id : (struct fl_str){0});
	fl_json_member_bool(w, "complete", x->complete);
	fl_json_member_known(w, "finish", r->finish);
	fl_json_member_str(w, "text", r->text);
	tools_json(r, w);
	usage_json(&r->usage, w);
	fl_json_name(w, "total_nusd");
	if (p->receipt.priced)
		fl_json_put_i64(w, p->receipt.total_nusd);
	else
		fl_json_put_null(w);
	fl_json_name(w, "reported_nusd");
	if (p->reported_nusd >= 0)
		fl_json_put_i64(w, p->reported_nusd);
	else
		fl_json_put_null(w);
	char day[FL_DATE_TEXT];
	fl_json_member_str(w, "priced_on", fl_date_format(p->day, day));
	fl_json_member_bool(w, "dated", x->at_ms != 0);
	fl_json_member_bool(w, "estimated", p->receipt.priced && p->receipt.estimated);
	fl_json_name(w, "lines");
	fl_receipt_lines_json(&p->receipt, w);
	problems_json(x, p, w);
	fl_json_close(w);
}

/* --- text --------------------------------------------------------------------------------------------------------- */

static void exchange_row(struct totals *t, const struct fl_recorded *x, const struct priced *p)
{
	const struct fl_reply *r = &x->reply;
	struct fl_arena *a = &t->cli->arena;
	struct fl_str note = disagrees(p)       ? disagreement(p, a)
	                     : r->problems      ? r->problem[0]
	                     : r->code != FL_OK ? r->message
	                     : x->complete      ? FL_S("")
	                                        : FL_S("cut off");
	const struct fl_str cell[COLUMNS] = {
	    x->id,
	    p->offer.model ? p->offer.id
	    : r->model.n   ? r->model
	                   : x->model,
	    r->usage.reported ? fl_show_count(a, fl_usage_input(&r->usage)) : FL_S("?"),
	    r->usage.reported ? fl_show_count(a, fl_usage_output(&r->usage)) : FL_S("?"),
	    !p->receipt.priced     ? FL_S("unpriced")
	    : p->receipt.estimated ? fl_arena_printf(a, "~%.*s", FL_FMT(fl_show_money(a, p->receipt.total_nusd)))
	                           : fl_show_money(a, p->receipt.total_nusd),
	    r->finish,
	    note.n ? FL_S("*") : FL_S(""),
	};
	for (int i = 0; i < COLUMNS; i++)
		FL_VEC_PUSH(&t->cell, fl_arena_dup(a, cell[i]));
	if (note.n)
		FL_VEC_PUSH(&t->note, fl_arena_printf(a, "* %.*s: %.*s", FL_FMT(x->id), FL_FMT(note)));
	t->undated += x->at_ms == 0 && p->receipt.priced;
}

static void print_table(struct totals *t)
{
	static const struct fl_text_column column[COLUMNS] = {{"id", true},   {"offer", true}, {"in", false},
	                                                      {"out", false}, {"cost", false}, {"finish", true},
	                                                      {"", true}};
	struct fl_text_table table = {
	    .column = column, .columns = COLUMNS, .cell = t->cell.p, .rows = t->cell.n / COLUMNS};
	struct fl_arena *a = &t->cli->arena;
	size_t width = fl_terminal_width(STDOUT_FILENO);
	fl_table_write(&t->cli->out, &table, width, "");
	fl_buf_char(&t->cli->out, '\n');
	for (size_t i = 0; i < FL_MIN(t->note.n, (size_t)NOTES_SHOWN); i++)
		fl_wrap(&t->cli->out, t->note.p[i], width, "");
	if (t->note.n > NOTES_SHOWN)
		fl_buf_printf(&t->cli->out, "* and %zu more: --json has all\n", t->note.n - NOTES_SHOWN);
	fl_buf_printf(&t->cli->out, "\n%.*s, %.*s priced%s%.*s", FL_FMT(fl_show_counted(a, t->calls, "call")),
	              FL_FMT(fl_show_count(a, t->priced)), t->priced ? ", in all " : "",
	              FL_FMT(t->priced ? fl_show_money(a, t->nusd) : FL_S("")));
	if (t->flagged)
		fl_buf_printf(&t->cli->out, "; %.*s with figures that do not add up",
		              FL_FMT(fl_show_count(a, t->flagged)));
	fl_buf_char(&t->cli->out, '\n');
	if (t->undated)
		fl_buf_printf(&t->cli->out, "%.*s without a date: priced as of today, or of --at.\n",
		              FL_FMT(fl_show_counted(a, t->undated, "call")));
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static enum fl_code each(void *user, const struct fl_recorded *x, struct fl_err *err)
{
	struct totals *t = user;
	struct priced p;
	struct fl_arena a;
	fl_arena_init(&a);
	price(t, x, &a, &p);
	t->calls++;
	t->flagged += x->reply.usage.odd;
	t->priced += p.receipt.priced;
	bool fits = !p.receipt.priced || fl_add_i64(t->nusd, p.receipt.total_nusd, &t->nusd);
	if (t->cli->json)
		exchange_json(x, &p, &t->w);
	else
		exchange_row(t, x, &p);
	fl_arena_release(&a);
	return fits ? FL_OK : fl_err_set(err, FL_E_LIMIT, "the amounts do not fit 64 bits together");
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	struct totals t = {.cli = cli};
	struct fl_recorded_file file = {.name = fl_arena_dupz(&cli->arena, cli->argument.p[0])};
	struct fl_str text;
	FL_TRY(fl_cli_catalog(cli, &t.catalog, err));
	FL_TRY(fl_cli_instant(cli, "at", &t.at_ms, err));
	FL_TRY(fl_file_read_gzip(file.name, FL_RECORDED_FILE_BYTES, &cli->arena, &text, err));
	if (cli->json) {
		fl_json_begin(&t.w, &cli->out, 0);
		fl_json_open(&t.w, '{');
		fl_json_member_str(&t.w, "schema", FL_S("fulcrum.exchange/1"));
		fl_json_name(&t.w, "exchanges");
		fl_json_open(&t.w, '[');
	}
	enum fl_code code = fl_recorded_each(text, &file, each, &t, err);
	if (code == FL_OK && cli->json) {
		fl_json_close(&t.w);
		fl_json_name(&t.w, "total_nusd");
		if (t.priced)
			fl_json_put_i64(&t.w, t.nusd);
		else
			fl_json_put_null(&t.w);
		fl_json_member_u64(&t.w, "priced", t.priced);
		fl_json_member_u64(&t.w, "passed_over", file.passed_over);
		fl_json_close(&t.w);
		if (!fl_json_done(&t.w) || !fl_buf_char(&cli->out, '\n'))
			code = fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
	} else if (code == FL_OK) {
		print_table(&t);
	} else {
		fl_buf_reset(&cli->out);
	}
	FL_VEC_RELEASE(&t.cell);
	FL_VEC_RELEASE(&t.note);
	return code;
}

const struct fl_command fl_cmd_cost_exchange = {
    .name = "cost exchange",
    .summary = "what recorded calls cost",
    .usage = "cost exchange FILE [options]",
    .text = "Decodes recorded exchanges with model providers (JSON lines with request and response, or a HAR file of a "
            "browser or proxy) and prices each by what its response says was served: model, tier, usage by class, day. "
            "What does not add up is flagged, what the catalogue cannot price says what is missing. Nothing is sent.",
    .example = "fulcrum cost exchange calls.jsonl\nfulcrum cost exchange session.har --json",
    .option = options,
    .option_count = FL_COUNT(options),
    .least = 1,
    .most = 1,
    .run = run,
};

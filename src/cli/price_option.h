/*
 * price_option.h - whose price a cost command means: an offer of the catalogue, or rates stated on the command line.
 *
 * Ownership: the price's rows live in the command's arena or the catalogue. Threads, failure: as cli.h.
 */
#ifndef FL_PRICE_OPTION_H
#define FL_PRICE_OPTION_H

#include "catalog/catalog.h"
#include "cli/cli.h"
#include "price/price.h"

struct fl_priced {
	struct fl_str offer;     /* id; empty = stated rates */
	struct fl_offer_ref ref; /* model NULL = stated rates */
	struct fl_price price;
	struct fl_served served;          /* tier and time from --tier and --at */
	const struct fl_catalog *catalog; /* NULL with stated rates */
};

#define FL_PRICE_OPTIONS                                                                                               \
	{"price", "RATES",                                                                                             \
	 "rates instead of a model, in USD per million tokens: in=3,out=15,cache_read=0.30,batch=0.5"},                \
	    {"offer", "ID", "the offer, provider first: groq/gpt-oss-120b"},                                           \
	    {"tier", "NAME", "service tier: standard, batch, flex, priority, fast"},                                   \
	{                                                                                                              \
		"at", "DATE", "prices of that day or instant; else now"                                                \
	}

/* `name`: the model or offer as typed; empty = --offer or --price must say it. */
enum fl_code fl_cli_priced(struct fl_cli *cli, struct fl_str name, struct fl_priced *out,
                           struct fl_err *err) FL_MUST_USE;
/* Rates as in --price: in, out, cache_read, cache_write, cache_write_1h, reasoning, batch (a factor), and class names. */
enum fl_code fl_cli_rates(struct fl_arena *a, struct fl_str text, struct fl_price *out, struct fl_err *err) FL_MUST_USE;
/* A count of tokens: 1500, 16k, 1M. Keeps *out when the option was not given. */
enum fl_code fl_cli_tokens(const struct fl_cli *cli, const char *name, uint64_t *out, struct fl_err *err) FL_MUST_USE;
/* Money, a share: the same, nano-USD and a real in [0,1]. */
enum fl_code fl_cli_money(const struct fl_cli *cli, const char *name, int64_t *out, struct fl_err *err) FL_MUST_USE;
enum fl_code fl_cli_share(const struct fl_cli *cli, const char *name, double *out, struct fl_err *err) FL_MUST_USE;

struct fl_cost;
/* Prints the answer as text or JSON and releases it. */
enum fl_code fl_cli_cost(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err) FL_MUST_USE;

#endif

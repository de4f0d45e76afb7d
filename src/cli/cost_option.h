/*
 * cost_option.h - what the forms of `cost` share: reading lists, reals and calls from options, and pricing them.
 *
 * Ownership: slices point into argv; prices live in the command's arena or the catalogue. Threads, failure: as cli.h.
 */
#ifndef FL_COST_OPTION_H
#define FL_COST_OPTION_H

#include "cli/price_option.h"
#include "present/cost_view.h"
#include "price/tally.h"

/* USAGE error that names the first of these options that was not given, with what it means. `names` ends with NULL. */
enum fl_code fl_cli_needs(const struct fl_cli *cli, const char *const *names, struct fl_err *err) FL_MUST_USE;
#define FL_CLI_NEEDS(cli, err, ...) FL_TRY(fl_cli_needs(cli, (const char *const[]){__VA_ARGS__, NULL}, err))

/* USAGE error for two options that contradict each other, and for one that says nothing without another. Every form of
 * `cost` begins with it; the pairs are a table. */
enum fl_code fl_cli_compatible(const struct fl_cli *cli, struct fl_err *err) FL_MUST_USE;
/* USAGE error that names the first of these options that was given, and why it says nothing. `names` ends with NULL. */
enum fl_code fl_cli_unused(const struct fl_cli *cli, const char *const *names, const char *why,
                           struct fl_err *err) FL_MUST_USE;
#define FL_CLI_UNUSED(cli, why, err, ...) FL_TRY(fl_cli_unused(cli, (const char *const[]){__VA_ARGS__, NULL}, why, err))

/* Takes the next part of a list, trimmed; false when nothing is left. */
bool fl_cli_part(struct fl_str *rest, char mark, struct fl_str *part);
/* Parts of a list; keeps the first `most`, returns how many there are. */
size_t fl_cli_parts(struct fl_str list, char mark, struct fl_str *part, size_t most);

/* Quantities inside a list; `option` is named in the error. */
enum fl_code fl_cli_tokens_in(const char *option, struct fl_str text, uint64_t *out, struct fl_err *err) FL_MUST_USE;
enum fl_code fl_cli_money_in(const char *option, struct fl_str text, int64_t *out, struct fl_err *err) FL_MUST_USE;
enum fl_code fl_cli_share_in(const char *option, struct fl_str text, double *out, struct fl_err *err) FL_MUST_USE;
/* A plain decimal, at least `least`. */
enum fl_code fl_cli_real_in(const char *option, struct fl_str text, double least, double *out,
                            struct fl_err *err) FL_MUST_USE;
/* The same from an option of its own; keeps *out when it was not given. */
enum fl_code fl_cli_real(const struct fl_cli *cli, const char *name, double least, double *out,
                         struct fl_err *err) FL_MUST_USE;

/* Whose price: the first argument, --offer or --price. */
enum fl_code fl_cli_priced_argument(struct fl_cli *cli, struct fl_priced *out, struct fl_err *err) FL_MUST_USE;
/* A priced model by name, on the day and tier of the options. */
enum fl_code fl_cli_priced_name(struct fl_cli *cli, struct fl_str name, struct fl_priced *out,
                                struct fl_err *err) FL_MUST_USE;
/* INVALID: why a price gives no amount, and where its rows are seen. Returns OK when the receipt is priced. */
enum fl_code fl_cli_unpriced(const struct fl_priced *p, const struct fl_receipt *r, struct fl_err *err) FL_MUST_USE;
/* The price of one call of text; an assumption of `c` where it does not fit into the model's window. */
enum fl_code fl_cli_call(struct fl_cost *c, const struct fl_priced *p, struct fl_usage usage, int64_t *nusd,
                         struct fl_err *err) FL_MUST_USE;
/* Says where a call is longer than what the model takes or answers: such a call is priced, and would be refused. */
void fl_cli_window(struct fl_cost *c, const struct fl_priced *p, const struct fl_usage *usage);
/* One call that is either stated (--cost) or a model's or --price's with --in and --out. */
enum fl_code fl_cli_one_call(struct fl_cli *cli, struct fl_cost *c, struct fl_priced *p, int64_t *nusd,
                             struct fl_err *err) FL_MUST_USE;
#define FL_ONE_CALL_OPTIONS                                                                                            \
	{"cost", "USD", "what one call costs; instead of a model or --price with --in and --out"},                     \
	    {"in", "TOKENS", "input of a call"},                                                                       \
	{                                                                                                              \
		"out", "TOKENS", "answer of a call"                                                                    \
	}

/* Builds an answer, prints it and releases it; nothing is printed when building fails. */
enum fl_code fl_cli_answer(struct fl_cli *cli,
                           enum fl_code (*build)(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err),
                           struct fl_err *err) FL_MUST_USE;

/* The rate of a class at a short prompt; -1 when there is none. */
int64_t fl_cli_rate(const struct fl_priced *p, enum fl_usage_class class);

#endif

/*
 * price.h - usage times price: what a call cost, line by line, and the most that it can cost before it is sent.
 *
 * A price is a list of rows (catalog/price_row.h) or a rate per second of compute. Which row bills is decided by what
 * the response says was served (struct fl_served), never by what was asked for:
 *
 *   1. Rows that hold on the day of the call and whose status bills (list, promo, announced from its date on). A row
 *      without dates holds since the model's release (`since`).
 *   2. Of these, per usage class, the rows of which every condition is met; the one with most conditions wins, of
 *      several context bands the highest; a row with dates outranks one without. Two that still tie are a mistake in
 *      the catalogue (fl_price_rows_tie).
 *   3. Factors whose condition the chosen row does not already cover multiply its rate, when each condition of the row
 *      and each other factor is in the factor's `stacks` list.
 *      Factors are for tokens: requests, searches and images have one price.
 *   4. A tier other than standard that no row and no factor knows leaves the call unpriced: never the standard price.
 *   5. A class without a row is priced as the class that vendors bill it as (thinking as output, cached and written
 *      input as input, images, video and tool prompts as input), said on its line; audio, searches and all else without
 *      a row leave the call unpriced.
 *
 * All amounts are nano-USD; each line is rounded up once (money.h).
 *
 * Ownership: plain values; rows are borrowed from the catalogue or the registry of providers. Threads: pure. Limits:
 * amounts that leave the 64-bit range are refused. Failure: false or a receipt that is not priced and says why.
 */
#ifndef FL_PRICE_H
#define FL_PRICE_H

#include "base/money.h"
#include "catalog/price_row.h"

enum fl_price_kind {
	FL_PRICE_UNKNOWN, /* nobody stated one: absent, never 0 */
	FL_PRICE_FREE,    /* a server of one's own without a price: 0, an assumption that every certificate names */
	FL_PRICE_TOKENS,  /* rows */
	FL_PRICE_SECONDS,
	FL_PRICE_REPORTED /* what an application says that it cost, at most most_nusd; free as long as it says nothing */
};

struct fl_price {
	enum fl_price_kind kind;
	const struct fl_price_row *row; /* with FL_PRICE_TOKENS */
	size_t rows;
	const struct fl_calendar *calendar; /* those that `hours` conditions name, with their names */
	const struct fl_str *calendar_name;
	size_t calendars;
	fl_date since; /* rows without dates bill from this day on: the model's release; 0 or FL_DATE_NONE = always */
	int64_t rate_nusd_per_mega_s; /* with FL_PRICE_SECONDS: nano-USD per million seconds */
	bool has_most;                /* with FL_PRICE_REPORTED: the user said what one call can cost at most */
	int64_t most_nusd;            /* that, else 0; what does not tell its cost is taken to have cost it */
};

/* What was served, as the response and the endpoint tell. All zero: standard tier, nothing known, 1 January 1970. */
struct fl_served {
	struct fl_str model;  /* as the response names it; matches `snapshot` */
	struct fl_str tier;   /* batch, flex, priority, fast, ultrafast; empty, "standard" and "default" are the same */
	struct fl_str region; /* eu, us, ...; empty = not known: rows for regions do not apply */
	int thinking;         /* enum fl_price_thinking; ANY = not known */
	bool fine_tuned;
	int64_t at_ms; /* when it was served, milliseconds since 1970, UTC */
};

enum { FL_PRICE_FACTORS = 3 }; /* that multiply one rate; a call with more is not priced */

struct fl_receipt_line {
	enum fl_usage_class class;
	uint64_t units;
	int64_t rate; /* nano-USD per million units, factors included */
	int64_t amount_nusd;
	const struct fl_price_row *row;                      /* where the rate is from */
	const struct fl_price_row *factor[FL_PRICE_FACTORS]; /* what multiplied it */
	size_t factors;
	enum fl_usage_class billed_as; /* the class whose rate was taken: `class` unless rule 5 applied */
};
enum { FL_RECEIPT_LINES = 2 * FL_USE_CLASSES, FL_RECEIPT_PROBLEM = 240 };

struct fl_receipt {
	struct fl_receipt_line line[FL_RECEIPT_LINES];
	size_t lines;
	int64_t total_nusd; /* sum of the lines; valid when priced */
	bool priced;
	bool estimated;  /* usage was not reported: the caller made it up from bounds or counts */
	bool unverified; /* a promotion's promise has passed, or a calendar's holidays are not known that far */
	char problem[FL_RECEIPT_PROBLEM]; /* why it is not priced: what is missing */
};

/* The receipt of usage at a price with rows. For FREE and SECONDS the receipt has no token lines. */
void fl_price_receipt(const struct fl_price *p, const struct fl_usage *u, const struct fl_served *s, uint64_t wall_us,
                      struct fl_receipt *out);
/*
 * Total of the above. wall_us is the time on the wire, used for FL_PRICE_SECONDS when the server reported no compute
 * time. False when it is not priced or the amount does not fit.
 */
bool fl_price_cost(const struct fl_price *p, const struct fl_usage *u, const struct fl_served *s, uint64_t wall_us,
                   int64_t *cost_nusd) FL_MUST_USE;
/* The row that bills one unit of a class at that prompt size (tokens), and its rate with factors; NULL when none does. For
 * tables and news. */
const struct fl_price_row *fl_price_find(const struct fl_price *p, enum fl_usage_class class, uint64_t prompt_tokens,
                                         const struct fl_served *s, int64_t *rate);

enum {
	FL_TOKENS_A_MESSAGE = 16, /* allowance for role markers and templates that the bytes do not show */
	FL_TOKENS_OF_TOOLS =
	    1100 /* for what vendors write around tool definitions: the most seen in recorded traffic */
};
/*
 * The most one attempt can cost: every request byte a token (a token is at least one byte in every byte-level tokenizer)
 * plus FL_TOKENS_A_MESSAGE each message, at the dearest input rate of any row that can apply from asked->at_ms until the
 * timeout has passed; max_output tokens at the dearest output rate. What the request decides is taken from `asked` (tier,
 * region, a tuned model); what it does not decide (hour, context band, thinking, snapshot, what the cache does) is taken
 * at its dearest. Per second: the whole timeout. False as above. Only text is bounded by its bytes. What images and PDFs
 * can cost, the text that a vendor puts in front by itself (Grok up to 550 tokens, models behind OpenRouter up to 1,055)
 * and what it writes for tools, the caller adds to the bytes: call/bound.h.
 */
bool fl_price_worst(const struct fl_price *p, uint64_t request_bytes, uint64_t messages, uint64_t max_output,
                    const struct fl_served *asked, uint64_t timeout_ms, int64_t *worst_nusd) FL_MUST_USE;

#endif

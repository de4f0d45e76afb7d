/*
 * price_row.h - one line of a price list: rates for some usage classes, under conditions, for a time.
 *
 * A row holds either rates or a factor. A rate is an integer in nano-USD per million units (exact for every price that
 * a vendor has published: $0.0028 per million tokens is 2,800,000). A factor multiplies the rates of the row that would
 * be chosen without the factor's own condition.
 *
 * Written in YAML as bare decimals in the vendors' customary units:
 *   token classes     USD per million tokens      input: 0.10
 *   request, search   USD per thousand            search: 10
 *   image             USD each                    image: 0.04
 *   second            USD per second              second: 0.0001
 *
 *   - {input: 1.25, output: 10, cache_read: 0.125, source: [litellm]}
 *   - {input: 2.50, output: 15, when: {above: 200000}, from: 2026-07-01, source: [vendor-pages]}
 *   - {factor: 1.1, when: {region: eu}, stacks: [tier, above], source: [openai-docs]}
 *
 * Dates are days: `from` is the first day a row bills, `to` the first day it does not any more. A row without dates
 * bills on every day since its model's release.
 *
 * Ownership: rows live as long as the catalogue or arena they were read into. Threads: immutable. Failure: none.
 */
#ifndef FL_PRICE_ROW_H
#define FL_PRICE_ROW_H

#include "base/date.h"
#include "catalog/usage.h"
#include "lang/schema.h"

enum fl_price_status {
	FL_PRICE_LIST,
	FL_PRICE_PROMO,     /* bills, but only for a while */
	FL_PRICE_ANNOUNCED, /* bills from its date on, never before */
	FL_PRICE_CANCELLED, /* never bills: an announced change that did not come */
	FL_PRICE_DISPUTED   /* never bills: what another source says; kept to be seen */
};
extern const char *const fl_price_status_words[];

/* Kinds of conditions; the order is that of the words of `stacks`. */
enum fl_price_condition {
	FL_COND_TIER,
	FL_COND_ABOVE,
	FL_COND_THINKING,
	FL_COND_REGION,
	FL_COND_HOURS,
	FL_COND_FINE_TUNED,
	FL_CONDITIONS
};

/* What must be true of a call for a row to apply; empty members ask nothing. */
struct fl_price_when {
	const struct fl_yaml *node;
	struct fl_str tier;     /* service tier served: batch, flex, priority, fast, ultrafast; empty = standard */
	int64_t above;          /* prompt tokens (all input) above this; exactly this many is the lower band */
	bool marginal;          /* only the tokens above are re-priced, not the whole request */
	int thinking;           /* enum fl_price_thinking */
	struct fl_str region;   /* processed there: eu, us, global */
	struct fl_str hours;    /* name of a calendar of the catalogue */
	struct fl_str snapshot; /* the exact model string that the response names */
	bool fine_tuned;        /* a tuned version of the model */
};
enum fl_price_thinking { FL_THINKING_ANY, FL_THINKING_OFF, FL_THINKING_ON };

struct fl_price_row {
	const struct fl_yaml *node;
	int64_t rate[FL_USE_CLASSES]; /* nano-USD per million units; -1 = the row says nothing of this class */
	int64_t factor_billionths;    /* 0 = a row of rates */
	struct fl_list stacks;        /* int, enum fl_price_condition: what a factor may be combined with */
	struct fl_price_when when;
	fl_date from, to;      /* FL_DATE_NONE = open */
	fl_date stated_to;     /* a promotion promised until here; later it bills on, marked as unverified */
	int status;            /* enum fl_price_status */
	struct fl_list source; /* struct fl_str: names of sources, or addresses */
	fl_date checked;       /* day on which it was read; FL_DATE_NONE = the day of the source */
	struct fl_str note;
};
/* One row, for schemas that hold prices. */
extern const struct fl_table fl_price_row_table;

/* The highest rate that can be right, nano-USD per million units: a slip of 1,000 lies far beyond. */
int64_t fl_price_rate_most(enum fl_usage_class class);
/* Both state the same conditions. */
bool fl_price_when_same(const struct fl_price_when *a, const struct fl_price_when *b);
/* The row bills on that day, by its dates and status. */
bool fl_price_row_on(const struct fl_price_row *row, fl_date day);
/* Bits (1 << enum fl_price_condition) of the conditions that the row states; a snapshot is none of them. */
unsigned fl_price_row_conditions(const struct fl_price_row *row);
/*
 * Of two rows that both speak of a call, a is the narrower statement: it states more conditions; or as many and the
 * higher context band; or else it has dates (both, a start, an end) and b has not.
 */
bool fl_price_row_outranks(const struct fl_price_row *a, const struct fl_price_row *b);
/*
 * Looks for two rows that tie for some call: same conditions, overlapping days, a class in common, both billing.
 * Returns true and the pair when there is one.
 */
bool fl_price_rows_tie(const struct fl_price_row *row, size_t rows, const struct fl_price_row **a,
                       const struct fl_price_row **b, enum fl_usage_class *class);

/* Hours of a week in which a price differs: DeepSeek's peak, for one. */
struct fl_calendar {
	const struct fl_yaml *node;
	struct fl_str zone;      /* UTC or a fixed offset such as +08:00 */
	struct fl_list days;     /* int: 0 = Monday .. 6 = Sunday */
	struct fl_list hours;    /* struct fl_str: "01:00-04:00", start inside, end outside */
	struct fl_list except;   /* fl_date: days (in the zone) on which it does not hold: public holidays */
	fl_date except_known_to; /* holidays are known until this day */
	struct fl_list source;
	struct fl_str note;
};
extern const struct fl_table fl_calendar_table;
/* Zone and spans of hours are well formed; errors at their places. */
enum fl_code fl_calendar_check(const struct fl_calendar *c, struct fl_err *err) FL_MUST_USE;
/* True when the instant (milliseconds since 1970, UTC) lies in the calendar's hours. */
bool fl_calendar_holds(const struct fl_calendar *c, int64_t wall_ms);

#endif

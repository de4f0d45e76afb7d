/*
 * money.h - exact money: signed 64-bit nano-USD (1 USD = 1,000,000,000 nUSD), rates in nano-USD per million units.
 *
 * No floating point anywhere. Products are formed in 128 bits and rounded up once per line item. Range: +-9.2e9 USD;
 * results outside are refused (false), never wrapped. Threads: pure. Ownership: none. Failure: false, or an
 * error that says what does not fit.
 */
#ifndef FL_MONEY_H
#define FL_MONEY_H

#include "base/base.h"
#include "base/err.h"

#define FL_NUSD_PER_USD INT64_C(1000000000)
#define FL_MONEY_TEXT 48 /* bytes that fl_money_format and fl_money_exact need at most */

/* amount = ceil(units * rate / 1,000,000), units >= 0, rate >= 0. False when it does not fit. */
bool fl_money_line(uint64_t units, int64_t rate_nusd_per_munit, int64_t *amount_nusd);
/* amount = ceil(us * rate / 1,000,000 / 1,000,000): microseconds at a rate in nano-USD per million seconds. */
bool fl_money_time(uint64_t us, int64_t rate_nusd_per_mega_s, int64_t *amount_nusd);
/* ceil(a * b / c) for a, b >= 0, c > 0 in 128 bits; false on overflow. */
bool fl_muldiv_up(int64_t a, int64_t b, int64_t c, int64_t *out);
/* round-half-even(a * b / c), any signs, c > 0; false on overflow. */
bool fl_muldiv(int64_t a, int64_t b, int64_t c, int64_t *out);

/*
 * Decimal text ("12", "-0.5", ".25", "1e-3", "1,000" is refused) times 10^scale as an integer, exactly. When the text
 * has more digits than fit: round_up rounds away from zero once, else it is refused. Accepts an exponent of up to +-99.
 * Uses no floating point. Errors: FL_E_INVALID (not a number), FL_E_LIMIT (out of range or not exact).
 */
enum fl_code fl_decimal_parse(struct fl_str s, int scale, bool round_up, int64_t *out, struct fl_err *err) FL_MUST_USE;

/* "$12.34", "$0.0042", "-$1.50", "$0": at least 2 decimals unless 0, else 4 significant digits, rounded half up; for people. */
struct fl_str fl_money_format(int64_t nusd, char out[FL_MONEY_TEXT]);
/* "0.004200000" without trailing zeros: exact decimal USD, for CSV and files. */
struct fl_str fl_money_exact(int64_t nusd, char out[FL_MONEY_TEXT]);

#endif

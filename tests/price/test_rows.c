/*
 * Which row bills, against a plain reference: random price lists and calls, the calendar of a vendor over a year of hours,
 * and the laws of receipts and holds.
 */
#include "test.h"

#include "base/rng.h"
#include "price/offer_price.h"
#include "price/select.h"

#include <stdio.h>

enum { ROWS = 14 };

struct list {
	struct fl_price_row row[ROWS];
	size_t n;
	struct fl_calendar calendar;
	struct fl_str calendar_name, hours[2];
	int days[7];
	int stacks[ROWS][FL_CONDITIONS];
	struct fl_price price;
};

static const enum fl_usage_class classes[] = {FL_USE_INPUT,          FL_USE_CACHE_READ, FL_USE_CACHE_WRITE_5M,
                                              FL_USE_CACHE_WRITE_1H, FL_USE_OUTPUT,     FL_USE_REASONING};
static const fl_date first_day = 20700;

static bool chance(struct fl_rng *r, unsigned percent)
{
	return fl_rng_below(r, 100) < percent;
}

static void random_when(struct fl_rng *r, struct fl_price_when *w, unsigned percent)
{
	if (chance(r, percent))
		w->tier = chance(r, 50) ? FL_S("batch") : FL_S("flex");
	if (chance(r, percent))
		w->above = chance(r, 50) ? 1000 : 5000;
	if (chance(r, percent / 2))
		w->thinking = chance(r, 50) ? FL_THINKING_ON : FL_THINKING_OFF;
	if (chance(r, percent / 2))
		w->region = FL_S("eu");
	if (chance(r, percent / 2))
		w->hours = FL_S("peak");
	if (chance(r, percent / 4))
		w->snapshot = FL_S("m-1");
	if (chance(r, percent / 4))
		w->fine_tuned = true;
}

static void random_row(struct fl_rng *r, struct list *l, bool base)
{
	struct fl_price_row *row = &l->row[l->n];
	fl_schema_defaults(&fl_price_row_table, row);
	for (size_t c = 0; c < FL_COUNT(classes); c++)
		if (base ? classes[c] == FL_USE_INPUT || classes[c] == FL_USE_OUTPUT || chance(r, 50) : chance(r, 50))
			row->rate[classes[c]] = (int64_t)fl_rng_below(r, 100000000000);
	if (chance(r, 15))
		row->rate[FL_USE_REQUEST] = (int64_t)fl_rng_below(r, 100000000000);
	if (!base)
		random_when(r, &row->when, 35);
	if (!base && chance(r, 30))
		row->from = first_day + (int)fl_rng_below(r, 20);
	if (!base && chance(r, 30))
		row->to = first_day + 10 + (int)fl_rng_below(r, 20);
	if (!base && chance(r, 10))
		row->status = chance(r, 50) ? FL_PRICE_CANCELLED : FL_PRICE_DISPUTED;
	l->n++;
}

static void random_factor(struct fl_rng *r, struct list *l)
{
	struct fl_price_row *row = &l->row[l->n];
	size_t stacks = 0;
	fl_schema_defaults(&fl_price_row_table, row);
	row->factor_billionths = 1 + (int64_t)fl_rng_below(r, 3000000000);
	while (!fl_price_row_conditions(row))
		random_when(r, &row->when, 30);
	for (int c = 0; c < FL_CONDITIONS; c++)
		if (chance(r, 70))
			l->stacks[l->n][stacks++] = c;
	row->stacks = (struct fl_list){.p = l->stacks[l->n], .n = stacks};
	l->n++;
}

static void random_list(struct fl_rng *r, struct list *l)
{
	size_t rows = 1 + fl_rng_below(r, ROWS - 5), factors = fl_rng_below(r, 4);
	memset(l, 0, sizeof *l);
	for (int d = 0; d < 5; d++)
		l->days[d] = d;
	l->hours[0] = FL_S("01:00-04:00");
	l->hours[1] = FL_S("06:00-10:00");
	l->calendar_name = FL_S("peak");
	l->calendar = (struct fl_calendar){.zone = FL_S("UTC"),
	                                   .days = {.p = l->days, .n = 5},
	                                   .hours = {.p = l->hours, .n = 2},
	                                   .except_known_to = FL_DATE_NONE};
	random_row(r, l, true);
	while (l->n < rows)
		random_row(r, l, false);
	while (factors-- > 0)
		random_factor(r, l);
	l->price = (struct fl_price){.kind = FL_PRICE_TOKENS,
	                             .row = l->row,
	                             .rows = l->n,
	                             .calendar = &l->calendar,
	                             .calendar_name = &l->calendar_name,
	                             .calendars = 1};
}

static struct fl_served random_call(struct fl_rng *r)
{
	struct fl_served s = {.at_ms = (first_day + (int64_t)fl_rng_below(r, 40)) * FL_DAY_MS +
	                               (int64_t)fl_rng_below(r, 86400000)};
	s.tier = chance(r, 50) ? (struct fl_str){0} : chance(r, 50) ? FL_S("batch") : FL_S("flex");
	s.region = chance(r, 50) ? FL_S("eu") : (struct fl_str){0};
	s.model = chance(r, 50) ? FL_S("m-1") : FL_S("m-2");
	s.thinking = (int)fl_rng_below(r, 3);
	s.fine_tuned = chance(r, 20);
	return s;
}

/* --- the reference: each rule by itself, over all rows ------------------------------------------------------------ */

static bool peak(int64_t ms)
{
	int64_t day = ms / FL_DAY_MS, hour = ms % FL_DAY_MS / 3600000;
	return (day + 3) % 7 < 5 &&
	       ((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10)); /* 1970 began on a Thursday */
}

static bool applies(const struct fl_price_row *row, enum fl_usage_class class, const struct fl_served *s,
                    uint64_t prompt)
{
	int64_t day = s->at_ms / FL_DAY_MS;
	if (row->factor_billionths || row->rate[class] < 0 || row->status == FL_PRICE_CANCELLED ||
	    row->status == FL_PRICE_DISPUTED)
		return false;
	if (row->from != FL_DATE_NONE && day < row->from)
		return false;
	if (row->to != FL_DATE_NONE && day >= row->to)
		return false;
	if (row->when.tier.n && !fl_str_eq(row->when.tier, s->tier))
		return false;
	if (row->when.above && prompt <= (uint64_t)row->when.above)
		return false;
	if (row->when.thinking != FL_THINKING_ANY && row->when.thinking != s->thinking)
		return false;
	if (row->when.region.n && !fl_str_eq(row->when.region, s->region))
		return false;
	if (row->when.hours.n && !peak(s->at_ms))
		return false;
	if (row->when.snapshot.n && !fl_str_eq(row->when.snapshot, s->model))
		return false;
	return !row->when.fine_tuned || s->fine_tuned;
}

static int stated(const struct fl_price_row *row)
{
	const struct fl_price_when *w = &row->when;
	return (w->tier.n > 0) + (w->above > 0) + (w->thinking > 0) + (w->region.n > 0) + (w->hours.n > 0) +
	       (w->snapshot.n > 0) + w->fine_tuned;
}

static int dated(const struct fl_price_row *row)
{
	return 2 * (row->from != FL_DATE_NONE) + (row->to != FL_DATE_NONE);
}

/* Strikes out, rule by rule, what a rule puts behind another row; what stays alone bills. */
static const struct fl_price_row *reference(const struct list *l, enum fl_usage_class class, const struct fl_served *s,
                                            uint64_t prompt, bool *tie)
{
	bool in[ROWS];
	int most = -1, days = -1;
	int64_t band = 0;
	size_t left = 0;
	const struct fl_price_row *one = NULL;
	for (size_t i = 0; i < l->n; i++)
		if ((in[i] = applies(&l->row[i], class, s, prompt)))
			most = FL_MAX(most, stated(&l->row[i]));
	for (size_t i = 0; i < l->n; i++)
		if ((in[i] = in[i] && stated(&l->row[i]) == most))
			band = FL_MAX(band, l->row[i].when.above);
	for (size_t i = 0; i < l->n; i++)
		if ((in[i] = in[i] && (!l->row[i].when.above || l->row[i].when.above == band)))
			days = FL_MAX(days, dated(&l->row[i]));
	for (size_t i = 0; i < l->n; i++)
		if (in[i] && dated(&l->row[i]) == days) {
			one = &l->row[i];
			left++;
		}
	*tie = left > 1;
	return left == 1 ? one : NULL;
}

static void the_row_that_bills_is_the_one_of_the_plain_reference(void **state)
{
	(void)state;
	struct fl_rng r;
	size_t chosen = 0, tied = 0, none = 0;
	fl_rng_init(&r, 31);
	for (int i = 0; i < 100000; i++) {
		struct list l;
		struct fl_price_case k;
		bool tie, expected_tie;
		random_list(&r, &l);
		struct fl_served s = random_call(&r);
		uint64_t prompt = chance(&r, 20) ? 1000 * (1 + 4 * fl_rng_below(&r, 2)) : fl_rng_below(&r, 9000);
		enum fl_usage_class class = classes[fl_rng_below(&r, FL_COUNT(classes))];
		fl_price_case_init(&k, &l.price, &s, prompt);
		const struct fl_price_row *row = fl_price_select(&k, class, &tie);
		const struct fl_price_row *expected = reference(&l, class, &s, prompt, &expected_tie);
		if (row != expected || tie != expected_tie)
			fail_msg("case %d: row %td, not %td", i, row ? row - l.row : -1,
			         expected ? expected - l.row : -1);
		chosen += row != NULL;
		tied += tie;
		none += !row && !tie;
	}
	assert_true(chosen > 50000 && tied > 100 && none > 1000); /* the cases are of all kinds */
}

/* --- laws --------------------------------------------------------------------------------------------------------- */

static struct fl_usage random_usage(struct fl_rng *r, uint64_t in, uint64_t out)
{
	struct fl_usage u = {.reported = true};
	for (size_t c = 0; c + 3 < FL_COUNT(classes); c++) {
		u.units[classes[c]] = fl_rng_below(r, in + 1);
		in -= u.units[classes[c]];
	}
	u.units[FL_USE_CACHE_WRITE_1H] = fl_rng_below(r, in + 1);
	u.units[FL_USE_OUTPUT] = fl_rng_below(r, out + 1);
	u.units[FL_USE_REASONING] = fl_rng_below(r, out - u.units[FL_USE_OUTPUT] + 1);
	return u;
}

static void the_lines_of_a_receipt_add_up_and_each_is_its_units_times_its_rate(void **state)
{
	(void)state;
	struct fl_rng r;
	size_t priced = 0;
	fl_rng_init(&r, 32);
	for (int i = 0; i < 30000; i++) {
		struct list l;
		struct fl_receipt receipt;
		int64_t sum = 0, line;
		uint64_t units = 0, in_usage = 0;
		random_list(&r, &l);
		struct fl_served s = random_call(&r);
		struct fl_usage u = random_usage(&r, fl_rng_below(&r, 20000), fl_rng_below(&r, 4000));
		fl_price_receipt(&l.price, &u, &s, 0, &receipt);
		if (!receipt.priced) {
			assert_true(receipt.problem[0] != 0);
			continue;
		}
		for (size_t k = 0; k < receipt.lines; k++) {
			const struct fl_receipt_line *x = &receipt.line[k];
			int64_t rate;
			assert_true(fl_money_line(x->units, x->rate, &line) && line == x->amount_nusd);
			assert_ptr_equal(fl_price_find(&l.price, x->class, fl_usage_input(&u), &s, &rate), x->row);
			assert_int_equal(rate, x->rate);
			sum += x->amount_nusd;
			units += x->class < FL_USE_TOKEN_CLASSES ? x->units : 0;
		}
		for (int c = 0; c < FL_USE_TOKEN_CLASSES; c++)
			in_usage += u.units[c];
		assert_int_equal(sum, receipt.total_nusd);
		assert_int_equal(units, in_usage);
		priced++;
	}
	assert_true(priced > 3000);
}

/* Bands are left out: a part of a call is a shorter prompt. */
static void a_call_cut_in_two_costs_the_same_to_a_nano_dollar_a_line(void **state)
{
	(void)state;
	struct fl_rng r;
	fl_rng_init(&r, 33);
	for (int i = 0; i < 20000; i++) {
		struct list l;
		int64_t whole, a, b = 0;
		random_list(&r, &l);
		for (size_t k = 0; k < l.n; k++)
			l.row[k].when.above = 0;
		struct fl_served s = random_call(&r);
		struct fl_usage u = random_usage(&r, 20000, 4000), first = {.reported = true},
		                rest = {.reported = true};
		for (int c = 0; c < FL_USE_TOKEN_CLASSES; c++) {
			first.units[c] = fl_rng_below(&r, u.units[c] + 1);
			rest.units[c] = u.units[c] - first.units[c];
		}
		if (!fl_price_cost(&l.price, &u, &s, 0, &whole))
			continue;
		assert_true(fl_price_cost(&l.price, &first, &s, 0, &a) && fl_price_cost(&l.price, &rest, &s, 0, &b));
		int64_t request = 0; /* two calls are two requests */
		if (fl_price_find(&l.price, FL_USE_REQUEST, 1, &s, &request))
			assert_true(fl_money_line(1, request, &request));
		assert_true(a + b - request >= whole && a + b - request <= whole + FL_USE_TOKEN_CLASSES);
	}
}

static void no_receipt_within_the_bounds_of_a_hold_is_above_it(void **state)
{
	(void)state;
	struct fl_rng r;
	size_t held = 0;
	fl_rng_init(&r, 34);
	for (int i = 0; i < 100000; i++) {
		struct list l;
		int64_t cost, worst;
		random_list(&r, &l);
		struct fl_served asked = random_call(&r), served;
		uint64_t bytes = fl_rng_below(&r, 12000), most = 1 + fl_rng_below(&r, 4000),
		         timeout_ms = fl_rng_below(&r, 2 * (uint64_t)FL_DAY_MS);
		if (!fl_price_worst(&l.price, bytes, 1, most, &asked, timeout_ms, &worst))
			continue;
		served = random_call(&r); /* what the request does not decide is open */
		served.tier = asked.tier;
		served.region = asked.region;
		served.fine_tuned = asked.fine_tuned;
		served.at_ms = asked.at_ms + (int64_t)fl_rng_below(&r, timeout_ms + 1);
		struct fl_usage u = random_usage(&r, bytes + FL_TOKENS_A_MESSAGE, most);
		if (!fl_price_cost(&l.price, &u, &served, 0, &cost))
			continue;
		if (cost > worst)
			fail_msg("case %d: %lld is above the hold of %lld", i, (long long)cost, (long long)worst);
		held++;
	}
	assert_true(held > 10000);
}

static void a_quadrillion_tokens_never_wrap(void **state)
{
	(void)state;
	struct fl_rng r;
	fl_rng_init(&r, 35);
	for (int i = 0; i < 5000; i++) {
		struct list l;
		struct fl_receipt receipt;
		random_list(&r, &l);
		struct fl_served s = random_call(&r);
		struct fl_usage u = random_usage(&r, UINT64_C(1000000000000000), UINT64_C(1000000000000000));
		fl_price_receipt(&l.price, &u, &s, 0, &receipt);
		__int128 exact = 0;
		for (size_t k = 0; k < receipt.lines; k++)
			exact += ((__int128)receipt.line[k].units * receipt.line[k].rate + 999999) / 1000000;
		if (receipt.priced)
			assert_true(exact == receipt.total_nusd && exact <= INT64_MAX);
		else
			assert_true(receipt.problem[0] != 0);
	}
}

/* --- a vendor's hours --------------------------------------------------------------------------------------------- */

static bool is_holiday(const struct fl_calendar *c, fl_date day)
{
	for (size_t i = 0; i < c->except.n; i++)
		if (((const fl_date *)c->except.p)[i] == day)
			return true;
	return false;
}

static void deepseek_bills_its_peak_in_the_hours_of_its_calendar_all_year(void **state)
{
	(void)state;
	const struct fl_catalog *c = fl_catalog_builtin();
	struct fl_offer_ref ref;
	struct fl_err err;
	size_t peaks = 0;
	assert_int_equal(fl_catalog_offer(c, FL_S("deepseek/deepseek-v4.1-flash"), &ref, &err), FL_OK);
	struct fl_price p = fl_offer_price(c, ref.offer);
	const struct fl_calendar *calendar = fl_price_calendar(&p, FL_S("deepseek-peak"));
	assert_non_null(calendar);
	int64_t begin = fl_date_of(2026, 9, 10) * FL_DAY_MS;
	for (int64_t hour = 0; hour < 8760; hour++) {
		struct fl_served s = {.at_ms = begin + hour * 3600000, .thinking = FL_THINKING_OFF};
		int64_t in, out;
		bool is_peak = peak(s.at_ms) && !is_holiday(calendar, (fl_date)(s.at_ms / FL_DAY_MS));
		assert_non_null(fl_price_find(&p, FL_USE_INPUT, 1, &s, &in));
		assert_non_null(fl_price_find(&p, FL_USE_OUTPUT, 1, &s, &out));
		assert_int_equal(in, is_peak ? 300000000 : 150000000);
		assert_int_equal(out, is_peak ? 1200000000 : 600000000);
		s.at_ms += 3599999; /* the hour's last millisecond */
		int64_t late;
		assert_non_null(fl_price_find(&p, FL_USE_INPUT, 1, &s, &late));
		assert_int_equal(late, in);
		peaks += is_peak;
	}
	assert_true(peaks > 240 * 7 && peaks < 262 * 7); /* working days of seven hours */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_row_that_bills_is_the_one_of_the_plain_reference),
	    cmocka_unit_test(the_lines_of_a_receipt_add_up_and_each_is_its_units_times_its_rate),
	    cmocka_unit_test(a_call_cut_in_two_costs_the_same_to_a_nano_dollar_a_line),
	    cmocka_unit_test(no_receipt_within_the_bounds_of_a_hold_is_above_it),
	    cmocka_unit_test(a_quadrillion_tokens_never_wrap),
	    cmocka_unit_test(deepseek_bills_its_peak_in_the_hours_of_its_calendar_all_year),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

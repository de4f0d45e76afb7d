/* What checking a catalogue finds, each with the line and column at which it stands. */
#include "test.h"

#include "sample.h"

static int end(void **state)
{
	(void)state;
	sample_clean();
	return 0;
}

/* Lines of SAMPLE_HEAD; the cases begin on the next one. */
static int head_lines(void)
{
	int n = 0;
	for (const char *p = SAMPLE_HEAD; *p; p++)
		n += *p == '\n';
	return n;
}

struct fault {
	const char *text, *message;
	int line, column; /* line within the case, from 1 */
};

static void assert_fault(const struct fault *f)
{
	struct fl_catalog c;
	struct fl_buf found;
	char text[4000], want[300];
	snprintf(text, sizeof text, "%s%s", SAMPLE_HEAD, f->text);
	const char *one = text;
	sample_read(&c, &one, 1);
	fl_buf_init(&found, 1 << 16);
	size_t n = sample_problems(&c, &found);
	snprintf(want, sizeof want, "%d:%d ", head_lines() + f->line, f->column);
	if (!n || !strstr(found.p, f->message) || !strstr(found.p, want))
		fail_msg("want '%s%s', found:\n%s\nin\n%s", want, f->message, n ? found.p : "nothing", f->text);
	fl_buf_release(&found);
	fl_catalog_release(&c);
	sample_clean();
}

#define MODEL(rest) "models:\n  m:\n    lab: acme\n" rest
#define PRICES(rows) MODEL("    offers:\n      acme:\n        prices:\n" rows)

static void names_that_do_not_exist_are_found(void **state)
{
	(void)state;
	static const struct fault faults[] = {
	    {"models:\n  m:\n    lab: nobody\n", "the lab 'nobody' of m is not among `labs`", 3, 5},
	    {MODEL("    offers:\n      nowhere:\n        note: x\n"),
	     "offered by 'nowhere', which is not among `providers`", 6, 9},
	    {MODEL("    context: {value: 1, source: hearsay}\n"), "the source 'hearsay' is neither", 4, 33},
	    {MODEL("    replaced_by: ghost\n"), "names 'ghost', which is no model", 3, 5},
	    {MODEL("    answered_by: ghost\n"), "names 'ghost', which is no model", 3, 5},
	    {MODEL("    scores:\n      - {benchmark: none, value: 1, source: list}\n"), "no benchmark is named 'none'",
	     5, 9},
	    {PRICES("          - {input: 1, when: {hours: dawn}, source: list}\n"), "no calendar is named 'dawn'", 7,
	     13},
	    {PRICES("          - {input: 1, source: hearsay}\n"), "the source 'hearsay' is neither", 7, 32},
	    {"policies:\n  - {provider: nowhere, source: list}\n", "names the provider 'nowhere'", 2, 5},
	    {"rentals:\n  - {device: abacus}\n", "names the device 'abacus'", 2, 5},
	    {"tables:\n  t:\n    row: [{model: ghost}]\n", "the table names 'ghost'", 3, 11},
	    {MODEL("") "tables:\n  t:\n    row: [{model: m, offer: groq/m}]\n", "the table names the offer 'groq/m'", 6,
	     11},
	};
	for (size_t i = 0; i < FL_COUNT(faults); i++)
		assert_fault(&faults[i]);
}

static void prices_that_cannot_be_are_found(void **state)
{
	(void)state;
	static const struct fault faults[] = {
	    {PRICES("          - {input: 2001, source: list}\n"), "the price of input is beyond all", 7, 13},
	    {PRICES("          - {search: 1001, source: list}\n"), "the price of search is beyond all", 7, 13},
	    {PRICES("          - {image: 101, source: list}\n"), "the price of image is beyond all", 7, 13},
	    {PRICES("          - {note: nothing, source: list}\n"), "either rates or a factor", 7, 13},
	    {PRICES("          - {input: 1, factor: 2, source: list}\n"), "either rates or a factor", 7, 13},
	    {PRICES("          - {factor: 21, when: {tier: fast}, source: list}\n"), "a factor over 20", 7, 13},
	    {PRICES("          - {input: 1, cache_read: 1.1, source: list}\n"), "reading the cache cannot cost more", 7,
	     13},
	    {PRICES("          - {input: 1, from: 2026-02-01, to: 2026-02-01, source: list}\n"),
	     "ends before it begins", 7, 13},
	    {PRICES("          - {input: 1, status: announced, source: list}\n"), "needs the day `from`", 7, 13},
	    {PRICES("          - {input: 1, source: list}\n          - {input: 2, source: list}\n"),
	     "two rows price input of acme/m", 8, 13},
	    {PRICES("          - {input: 1, from: 2026-01-01, source: list}\n"
	            "          - {output: 1, from: 2026-02-01, source: list}\n"
	            "          - {input: 2, output: 3, from: 2026-03-01, source: list}\n"),
	     "two rows price", 9, 13},
	    {PRICES("          - {factor: 2, when: {region: eu}, source: list}\n          - {factor: 3, when: {region: "
	            "EU}, source: list}\n"),
	     "two rows price", 8, 13},
	};
	for (size_t i = 0; i < FL_COUNT(faults); i++)
		assert_fault(&faults[i]);
}

static void circles_scores_and_names_that_mean_two_things_are_found(void **state)
{
	(void)state;
	static const struct fault faults[] = {
	    {"models:\n  a: {lab: acme, replaced_by: b}\n  b: {lab: acme, replaced_by: a}\n",
	     "replaced_by of a goes round in a circle", 2, 6},
	    {"models:\n  a: {lab: acme, answered_by: a}\n", "answered_by of a goes round in a circle", 2, 6},
	    {"benchmarks: {x: {unit: percent}}\n" MODEL(
	         "    scores:\n      - {benchmark: x, value: 9, low: 1, high: 2, source: list}\n"),
	     "outside its own interval", 6, 9},
	    {"models:\n  a:\n    lab: acme\n    offers: {acme: {model: b}}\n  b:\n    lab: acme\n    offers: {acme: "
	     "{}}\n",
	     "'acme/b' means both b and a", 4, 20},
	    {"calendars:\n  c:\n    zone: CET\n    days: [mon]\n    hours: [\"01:00-02:00\"]\n", "UTC or an offset", 3,
	     5},
	    {"calendars:\n  c:\n    zone: UTC\n    days: [mon]\n    hours: [\"02:00-01:00\"]\n", "no span of hours", 5,
	     13},
	};
	for (size_t i = 0; i < FL_COUNT(faults); i++)
		assert_fault(&faults[i]);
}

static void what_follows_in_time_or_differs_in_condition_does_not_tie(void **state)
{
	(void)state;
	struct fl_catalog c;
	struct fl_buf found;
	const char *text =
	    SAMPLE_HEAD PRICES("          - {input: 1, source: list}\n"
	                       "          - {input: 2, from: 2026-02-01, to: 2026-03-01, source: list}\n"
	                       "          - {input: 3, from: 2026-03-01, source: list}\n"
	                       "          - {input: 9, from: 2026-03-01, status: disputed, source: list}\n"
	                       "          - {input: 4, from: 2026-05-01, status: cancelled, source: list}\n"
	                       "          - {input: 4, when: {above: 1000}, source: list}\n"
	                       "          - {input: 5, when: {above: 2000}, source: list}\n"
	                       "          - {input: 6, when: {tier: batch}, source: https://example.com/prices}\n");
	sample_read(&c, &text, 1);
	fl_buf_init(&found, 1 << 16);
	if (sample_problems(&c, &found))
		fail_msg("%s", found.p);
	fl_buf_release(&found);
	fl_catalog_release(&c);
}

static void what_does_not_fit_the_form_is_refused_with_its_place(void **state)
{
	(void)state;
	static const struct fault faults[] = {
	    {PRICES("          - {inptu: 1}\n"), "inptu", 7, 14},
	    {PRICES("          - {input: -1}\n"), "US dollars per million", 7, 21},
	    {PRICES("          - {input: .nan}\n"), "US dollars per million", 7, 21},
	    {PRICES("          - {input: 0.0000000001}\n"), "US dollars per million", 7, 21},
	    {PRICES("          - {input: 1, from: 2026-02-30}\n"), "2026-02-30", 7, 30},
	    {MODEL("    context: lots\n"), "tokens", 4, 14},
	    {MODEL("    tools: maybe\n"), "yes or no", 4, 12},
	    {MODEL("    lab: acme\n"), "lab", 4, 5},
	};
	for (size_t i = 0; i < FL_COUNT(faults); i++) {
		char text[4000];
		struct fl_err e = {0};
		snprintf(text, sizeof text, "%s%s", SAMPLE_HEAD, faults[i].text);
		sample_refused(text, &e);
		if (!strstr(e.message, faults[i].message) || e.line != head_lines() + faults[i].line ||
		    e.column != faults[i].column)
			fail_msg("%d:%d %s in\n%s", e.line - head_lines(), e.column, e.message, faults[i].text);
	}
}

static void all_rows_that_a_calendar_names_know_their_hours(void **state)
{
	(void)state;
	struct fl_catalog c;
	const char *text = SAMPLE_HEAD "calendars:\n"
	                               "  peak:\n    zone: +08:00\n    days: [mon, tue, wed, thu, fri]\n    hours: "
	                               "[\"09:00-12:00\", \"14:00-24:00\"]\n"
	                               "    except: [2026-10-01]\n    source: list\n";
	sample_read(&c, &text, 1);
	const struct fl_calendar *k = c.calendars.p;
	const int64_t hour = 3600000, min = 60000;
	int64_t monday = fl_date_of(2026, 9, 28) * FL_DAY_MS - 8 * hour; /* midnight there */
	assert_false(fl_calendar_holds(k, monday + 9 * hour - 1));
	assert_true(fl_calendar_holds(k, monday + 9 * hour));
	assert_true(fl_calendar_holds(k, monday + 12 * hour - 1));
	assert_false(fl_calendar_holds(k, monday + 12 * hour));
	assert_true(fl_calendar_holds(k, monday + 24 * hour - min));
	assert_false(fl_calendar_holds(k, monday + 24 * hour));
	assert_false(fl_calendar_holds(k, monday + 5 * FL_DAY_MS + 10 * hour)); /* Saturday */
	assert_false(fl_calendar_holds(k, monday + 3 * FL_DAY_MS + 10 * hour)); /* the holiday */
	assert_true(fl_calendar_holds(k, monday + 4 * FL_DAY_MS + 10 * hour));
	fl_catalog_release(&c);
}

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, end)
	const struct CMUnitTest tests[] = {
	    T(names_that_do_not_exist_are_found),
	    T(prices_that_cannot_be_are_found),
	    T(circles_scores_and_names_that_mean_two_things_are_found),
	    T(what_follows_in_time_or_differs_in_condition_does_not_tie),
	    T(what_does_not_fit_the_form_is_refused_with_its_place),
	    T(all_rows_that_a_calendar_names_know_their_hours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

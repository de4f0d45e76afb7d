#include "catalog/price_row.h"

#include "base/money.h"

const char *const fl_price_status_words[] = {"list", "promo", "announced", "cancelled", "disputed", NULL};
static const char *const thinking_words[] = {"any", "off", "on", NULL};
static const char *const stack_words[] = {"tier", "above", "thinking", "region", "hours", "fine_tuned", NULL};
static const char *const day_words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

/* tag: power of ten from what is written to nano-USD per million units. */
static enum fl_code read_rate(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	struct fl_err e = {0};
	int64_t n;
	if (v->kind != FL_YAML_SCALAR || fl_yaml_is_null(v))
		return fl_schema_wrong(r, f, v);
	if (fl_decimal_parse(v->text, f->type->tag, false, &n, &e) != FL_OK || n < 0)
		return fl_schema_wrong(r, f, v);
	*(int64_t *)to = n;
	return FL_OK;
}

#define RATE_TYPE(id, text, power, what)                                                                               \
	static const struct fl_type id = {.name = text,                                                                \
	                                  .expected = what,                                                            \
	                                  .size = sizeof(int64_t),                                                     \
	                                  .read = read_rate,                                                           \
	                                  .schema = "{\"type\":\"number\",\"minimum\":0}",                             \
	                                  .tag = power}
RATE_TYPE(per_mtok, "usd_per_million_tokens", 9, "US dollars per million tokens, as a plain number like 1.25");
RATE_TYPE(per_thousand, "usd_per_thousand", 12, "US dollars per thousand, as a plain number like 10");
RATE_TYPE(each, "usd_each", 15, "US dollars each, as a plain number like 0.04");
RATE_TYPE(factor, "price_factor", 9, "a factor like 0.5 or 1.1");

#define RATE(k, class, t)                                                                                              \
	{                                                                                                              \
		.key = k, .type = &(t), .at = offsetof(struct fl_price_row, rate) + (class) * sizeof(int64_t),         \
		.help = "price of " k                                                                                  \
	}

static const struct fl_field when_fields[] = {
    {.key = "tier",
     .type = &fl_type_str,
     .at = offsetof(struct fl_price_when, tier),
     .help = "service tier that was served: batch, flex, priority, fast, ultrafast"},
    {.key = "above",
     .type = &fl_type_tokens,
     .at = offsetof(struct fl_price_when, above),
     .help = "prompt tokens above which the row holds; exactly that many is the lower band"},
    {.key = "marginal",
     .type = &fl_type_bool,
     .at = offsetof(struct fl_price_when, marginal),
     .help = "only the tokens above are re-priced, not the whole request"},
    {.key = "thinking",
     .type = &fl_type_word,
     .words = thinking_words,
     .at = offsetof(struct fl_price_when, thinking),
     .help = "whether the model thought before it answered"},
    {.key = "region",
     .type = &fl_type_str,
     .at = offsetof(struct fl_price_when, region),
     .help = "where the call was processed"},
    {.key = "hours", .type = &fl_type_str, .at = offsetof(struct fl_price_when, hours), .help = "name of a calendar"},
    {.key = "snapshot",
     .type = &fl_type_str,
     .at = offsetof(struct fl_price_when, snapshot),
     .help = "the model string that the response names"},
    {.key = "fine_tuned",
     .type = &fl_type_bool,
     .at = offsetof(struct fl_price_when, fine_tuned),
     .help = "a tuned version of the model"},
};
static const struct fl_table when_table = {
    .name = "price_when", .field = when_fields, .fields = FL_COUNT(when_fields), .size = sizeof(struct fl_price_when)};

static const struct fl_price_row row_defaults = {
    .rate = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
    .from = FL_DATE_NONE,
    .to = FL_DATE_NONE,
    .stated_to = FL_DATE_NONE,
    .checked = FL_DATE_NONE,
};
_Static_assert(FL_USE_CLASSES == 19, "every class is absent by default");

static const struct fl_field row_fields[] = {
    RATE("input", FL_USE_INPUT, per_mtok),
    RATE("cache_read", FL_USE_CACHE_READ, per_mtok),
    RATE("cache_write_5m", FL_USE_CACHE_WRITE_5M, per_mtok),
    RATE("cache_write_1h", FL_USE_CACHE_WRITE_1H, per_mtok),
    RATE("cache_write_24h", FL_USE_CACHE_WRITE_24H, per_mtok),
    RATE("audio_input", FL_USE_AUDIO_INPUT, per_mtok),
    RATE("image_input", FL_USE_IMAGE_INPUT, per_mtok),
    RATE("video_input", FL_USE_VIDEO_INPUT, per_mtok),
    RATE("audio_cache_read", FL_USE_AUDIO_CACHE_READ, per_mtok),
    RATE("tool_prompt", FL_USE_TOOL_PROMPT, per_mtok),
    RATE("output", FL_USE_OUTPUT, per_mtok),
    RATE("reasoning", FL_USE_REASONING, per_mtok),
    RATE("audio_output", FL_USE_AUDIO_OUTPUT, per_mtok),
    RATE("image_output", FL_USE_IMAGE_OUTPUT, per_mtok),
    RATE("video_output", FL_USE_VIDEO_OUTPUT, per_mtok),
    RATE("request", FL_USE_REQUEST, per_thousand),
    RATE("search", FL_USE_SEARCH, per_thousand),
    RATE("image", FL_USE_IMAGE, each),
    RATE("second", FL_USE_SECOND, each),
    {.key = "factor",
     .type = &factor,
     .at = offsetof(struct fl_price_row, factor_billionths),
     .help = "multiplies the rates of the row that would hold without this row's condition"},
    {.key = "stacks",
     .type = &fl_type_word,
     .words = stack_words,
     .shape = FL_MANY,
     .at = offsetof(struct fl_price_row, stacks),
     .help = "conditions of other rows that the factor may be combined with"},
    {.key = "when",
     .type = &fl_type_table,
     .table = &when_table,
     .at = offsetof(struct fl_price_row, when),
     .help = "what must be true of a call"},
    {.key = "from",
     .type = &fl_type_date,
     .at = offsetof(struct fl_price_row, from),
     .help = "first day on which it bills"},
    {.key = "to",
     .type = &fl_type_date,
     .at = offsetof(struct fl_price_row, to),
     .help = "first day on which it does not bill any more"},
    {.key = "stated_to",
     .type = &fl_type_date,
     .at = offsetof(struct fl_price_row, stated_to),
     .help = "day until which a promotion was promised"},
    {.key = "status",
     .type = &fl_type_word,
     .words = fl_price_status_words,
     .at = offsetof(struct fl_price_row, status),
     .help = "what kind of price it is"},
    {.key = "source",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct fl_price_row, source),
     .help = "names of sources, or addresses"},
    {.key = "checked",
     .type = &fl_type_date,
     .at = offsetof(struct fl_price_row, checked),
     .help = "day on which it was read"},
    {.key = "note",
     .type = &fl_type_str,
     .at = offsetof(struct fl_price_row, note),
     .help = "what a reader should know"},
};
const struct fl_table fl_price_row_table = {.name = "price_row",
                                            .field = row_fields,
                                            .fields = FL_COUNT(row_fields),
                                            .size = sizeof(struct fl_price_row),
                                            .defaults = &row_defaults};

static const struct fl_calendar calendar_defaults = {.except_known_to = FL_DATE_NONE};
static const struct fl_field calendar_fields[] = {
    {.key = "zone",
     .type = &fl_type_str,
     .at = offsetof(struct fl_calendar, zone),
     .required = true,
     .help = "UTC, or a fixed offset like +08:00"},
    {.key = "days",
     .type = &fl_type_word,
     .words = day_words,
     .shape = FL_MANY,
     .at = offsetof(struct fl_calendar, days),
     .required = true,
     .help = "days of the week"},
    {.key = "hours",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct fl_calendar, hours),
     .required = true,
     .help = "spans of the day like 01:00-04:00"},
    {.key = "except",
     .type = &fl_type_date,
     .shape = FL_MANY,
     .at = offsetof(struct fl_calendar, except),
     .help = "days on which it does not hold"},
    {.key = "except_known_to",
     .type = &fl_type_date,
     .at = offsetof(struct fl_calendar, except_known_to),
     .help = "day until which the exceptions are known"},
    {.key = "source",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct fl_calendar, source),
     .help = "names of sources, or addresses"},
    {.key = "note",
     .type = &fl_type_str,
     .at = offsetof(struct fl_calendar, note),
     .help = "what a reader should know"},
};
const struct fl_table fl_calendar_table = {.name = "calendar",
                                           .field = calendar_fields,
                                           .fields = FL_COUNT(calendar_fields),
                                           .size = sizeof(struct fl_calendar),
                                           .defaults = &calendar_defaults};

int64_t fl_price_rate_most(enum fl_usage_class class)
{
	/* The dearest that any vendor asked: $600 per million tokens (o1-pro). */
	return class < FL_USE_TOKEN_CLASSES                        ? INT64_C(2000000000000) /* 2,000 USD per million */
	       : class == FL_USE_REQUEST || class == FL_USE_SEARCH ? INT64_C(1000000000000000)    /* 1,000 per 1,000 */
	                                                           : INT64_C(100000000000000000); /* 100 each */
}

/* --- which row speaks of a call ------------------------------------------------------------------------------------ */

bool fl_price_row_on(const struct fl_price_row *row, fl_date day)
{
	return row->status != FL_PRICE_CANCELLED && row->status != FL_PRICE_DISPUTED &&
	       (row->from == FL_DATE_NONE || day >= row->from) && (row->to == FL_DATE_NONE || day < row->to);
}

unsigned fl_price_row_conditions(const struct fl_price_row *row)
{
	const struct fl_price_when *w = &row->when;
	return (w->tier.n ? 1u << FL_COND_TIER : 0) | (w->above ? 1u << FL_COND_ABOVE : 0) |
	       (w->thinking ? 1u << FL_COND_THINKING : 0) | (w->region.n ? 1u << FL_COND_REGION : 0) |
	       (w->hours.n ? 1u << FL_COND_HOURS : 0) | (w->fine_tuned ? 1u << FL_COND_FINE_TUNED : 0);
}

static int rank(const struct fl_price_row *row)
{
	int conditions = __builtin_popcount(fl_price_row_conditions(row)) + (row->when.snapshot.n > 0);
	return conditions * 4 + (row->from != FL_DATE_NONE ? 2 : 0) + (row->to != FL_DATE_NONE ? 1 : 0);
}

bool fl_price_row_outranks(const struct fl_price_row *a, const struct fl_price_row *b)
{
	if (a->when.above && b->when.above && a->when.above != b->when.above && rank(a) / 4 == rank(b) / 4)
		return a->when.above > b->when.above;
	return rank(a) > rank(b);
}

static bool days_overlap(const struct fl_price_row *a, const struct fl_price_row *b)
{
	return (a->to == FL_DATE_NONE || b->from == FL_DATE_NONE || b->from < a->to) &&
	       (b->to == FL_DATE_NONE || a->from == FL_DATE_NONE || a->from < b->to);
}

bool fl_price_when_same(const struct fl_price_when *a, const struct fl_price_when *b)
{
	return fl_str_eq(a->tier, b->tier) && a->above == b->above && a->thinking == b->thinking &&
	       fl_str_eq_nocase(a->region, b->region) && fl_str_eq(a->hours, b->hours) &&
	       fl_str_eq(a->snapshot, b->snapshot) && a->fine_tuned == b->fine_tuned;
}

static bool bills(const struct fl_price_row *row)
{
	return row->status != FL_PRICE_CANCELLED && row->status != FL_PRICE_DISPUTED;
}

bool fl_price_rows_tie(const struct fl_price_row *row, size_t rows, const struct fl_price_row **a,
                       const struct fl_price_row **b, enum fl_usage_class *class)
{
	for (size_t i = 0; i < rows; i++) {
		for (size_t j = i + 1; j < rows; j++) {
			*a = &row[i];
			*b = &row[j];
			if (!bills(*a) || !bills(*b) || !fl_price_when_same(&(*a)->when, &(*b)->when) ||
			    rank(*a) != rank(*b) || !days_overlap(*a, *b) ||
			    !(*a)->factor_billionths != !(*b)->factor_billionths)
				continue;
			for (int c = 0; c < FL_USE_CLASSES; c++) {
				*class = (enum fl_usage_class)c;
				if ((*a)->factor_billionths || ((*a)->rate[c] >= 0 && (*b)->rate[c] >= 0))
					return true;
			}
		}
	}
	return false;
}

/* --- calendars ---------------------------------------------------------------------------------------------------- */

/* "HH:MM" at p as minutes of a day; 24:00 is the end. -1 when it is none. */
static int minutes_at(const char *p)
{
	for (int i = 0; i < 5; i++)
		if (i == 2 ? p[i] != ':' : p[i] < '0' || p[i] > '9')
			return -1;
	int m = ((p[0] - '0') * 10 + p[1] - '0') * 60 + (p[3] - '0') * 10 + p[4] - '0';
	return p[3] > '5' || m > 24 * 60 ? -1 : m;
}

/* Minutes east of UTC; false for a zone that is neither UTC nor an offset. */
static bool zone_minutes(struct fl_str zone, int *out)
{
	int m = zone.n == 6 ? minutes_at(zone.p + 1) : -1;
	*out = 0;
	if (fl_str_is(zone, "UTC"))
		return true;
	*out = zone.n == 6 && zone.p[0] == '-' ? -m : m;
	return m >= 0 && (zone.p[0] == '+' || zone.p[0] == '-');
}

static bool span_of(struct fl_str text, int *from, int *to)
{
	if (text.n != 11 || text.p[5] != '-')
		return false;
	*from = minutes_at(text.p);
	*to = minutes_at(text.p + 6);
	return *from >= 0 && *to > *from;
}

enum fl_code fl_calendar_check(const struct fl_calendar *c, struct fl_err *err)
{
	int a, b;
	if (!zone_minutes(c->zone, &a)) {
		fl_yaml_err(c->node, err, FL_E_INVALID, "the zone of a calendar must be UTC or an offset, found '%.*s'",
		            FL_FMT(c->zone));
		fl_err_expected(err, "UTC or +08:00");
		return FL_E_INVALID;
	}
	for (size_t i = 0; i < c->hours.n; i++) {
		struct fl_str span = ((const struct fl_str *)c->hours.p)[i];
		if (!span_of(span, &a, &b)) {
			fl_yaml_err(c->hours.node ? c->hours.node[i] : c->node, err, FL_E_INVALID,
			            "'%.*s' is no span of hours", FL_FMT(span));
			fl_err_expected(err, "01:00-04:00, the end after the start; a span over midnight is two");
			return FL_E_INVALID;
		}
	}
	return FL_OK;
}

bool fl_calendar_holds(const struct fl_calendar *c, int64_t wall_ms)
{
	int offset = 0, from, to;
	zone_minutes(c->zone, &offset);
	int64_t local = wall_ms + offset * INT64_C(60000);
	fl_date day = fl_date_at(local);
	int64_t minute_ms = local - day * FL_DAY_MS;
	bool on = false;
	for (size_t i = 0; i < c->days.n; i++)
		on |= ((const int *)c->days.p)[i] == fl_date_weekday(day);
	for (size_t i = 0; i < c->except.n; i++)
		on &= ((const fl_date *)c->except.p)[i] != day;
	for (size_t i = 0; on && i < c->hours.n; i++) {
		if (span_of(((const struct fl_str *)c->hours.p)[i], &from, &to) && minute_ms >= from * INT64_C(60000) &&
		    minute_ms < to * INT64_C(60000))
			return true;
	}
	return false;
}

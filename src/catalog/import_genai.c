/*
 * import_genai.c - genai-prices' data.json (prices/new_data/v2, and data.json before it): a list of providers.
 *
 *   [{"id": "anthropic", "name": "Anthropic", "api_pattern": REGEX, "models": [{"id": "claude-opus-4-6", "name",
 *     "match": {"or": [{"starts_with": ...}, {"equals": NAME}]}, "context_window": 200000, "deprecated": true,
 *     "prices": {"input_mtok": 5, "output_mtok": {"base": 25, "tiers": [{"start": 200000, "price": 37.5}]},
 *                "web_searches_kcount": 10}}]}]
 *
 * Instead of one price there may be a list [{"constraint": C, "prices": P}, ...], of which the last that holds counts, and
 * the first when none does. C is a first day {"start_date": "2026-03-13"}, hours of every day in UTC {"start_time":
 * "00:30:00Z", "end_time": "16:30:00Z"}, or absent (always). So the days are cut at every start_date; in each span the
 * last entry without hours is the price, and entries with hours behind it are rows under a calendar.
 *
 * A unit's name tells how many: mtok a million tokens, kcount a thousand; what no class of usage counts (pages, pixels,
 * characters) is left out. Of `match` only exact
 * names are used: what begins alike is not the same model.
 */
#include "catalog/import_int.h"

enum { SPANS = 24 };

static const struct {
	const char *key;
	enum fl_usage_class class;
	int scale;
} units[] = {
    {"input_mtok", FL_USE_INPUT, FL_IMPORT_MILLION},
    {"output_mtok", FL_USE_OUTPUT, FL_IMPORT_MILLION},
    {"output_reasoning_mtok", FL_USE_REASONING, FL_IMPORT_MILLION},
    {"cache_read_mtok", FL_USE_CACHE_READ, FL_IMPORT_MILLION},
    {"cache_write_mtok", FL_USE_CACHE_WRITE_5M, FL_IMPORT_MILLION},
    {"cache_write_5m_mtok", FL_USE_CACHE_WRITE_5M, FL_IMPORT_MILLION},
    {"cache_write_1h_mtok", FL_USE_CACHE_WRITE_1H, FL_IMPORT_MILLION},
    {"input_audio_mtok", FL_USE_AUDIO_INPUT, FL_IMPORT_MILLION},
    {"cache_audio_read_mtok", FL_USE_AUDIO_CACHE_READ, FL_IMPORT_MILLION},
    {"output_audio_mtok", FL_USE_AUDIO_OUTPUT, FL_IMPORT_MILLION},
    {"input_image_mtok", FL_USE_IMAGE_INPUT, FL_IMPORT_MILLION},
    {"output_image_mtok", FL_USE_IMAGE_OUTPUT, FL_IMPORT_MILLION},
    {"input_video_mtok", FL_USE_VIDEO_INPUT, FL_IMPORT_MILLION},
    {"output_video_mtok", FL_USE_VIDEO_OUTPUT, FL_IMPORT_MILLION},
    {"input_tool_mtok", FL_USE_TOOL_PROMPT, FL_IMPORT_MILLION},
    {"requests_kcount", FL_USE_REQUEST, FL_IMPORT_THOUSAND},
    {"web_searches_kcount", FL_USE_SEARCH, FL_IMPORT_THOUSAND},
};

/* One entry of a list of conditional prices. */
struct conditional {
	const struct fl_json *prices;
	fl_date from;        /* FL_DATE_NONE = no first day */
	struct fl_str hours; /* name of the calendar; empty = all day */
	const struct fl_json *node;
};

static bool detect(const struct fl_json *root)
{
	const struct fl_json *first = root->type == FL_JSON_ARRAY ? fl_json_first(root) : NULL;
	const struct fl_json *models = fl_json_get(first, FL_S("models"));
	return models && models->type == FL_JSON_ARRAY;
}

/* --- prices ------------------------------------------------------------------------------------------------------- */

static enum fl_code read_rate(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *v,
                              size_t unit, const struct fl_price_when *when, fl_date from, fl_date to)
{
	struct fl_price_row *row;
	FL_TRY(fl_import_row(r, e, when, from, to, &row));
	return fl_import_rate(r, v, units[unit].scale, &row->rate[units[unit].class]);
}

static enum fl_code read_tiered(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *v,
                                size_t unit, const struct fl_price_when *when, fl_date from, fl_date to)
{
	const struct fl_json *tiers;
	FL_TRY(read_rate(r, e, fl_json_get(v, FL_S("base")), unit, when, from, to));
	FL_TRY(fl_import_array(r, v, "tiers", &tiers));
	for (const struct fl_json *t = tiers ? fl_json_first(tiers) : NULL; t; t = fl_json_next(tiers, t)) {
		struct fl_price_when above = *when;
		if (t->type != FL_JSON_OBJECT)
			return fl_import_wrong(r, t, "an object");
		FL_TRY(fl_import_tokens(r, t, "start", &above.above));
		if (!above.above)
			return fl_import_wrong(r, t, "a tier with its start in tokens");
		FL_TRY(read_rate(r, e, fl_json_get(t, FL_S("price")), unit, &above, from, to));
	}
	return FL_OK;
}

static enum fl_code read_prices(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *prices,
                                const struct fl_price_when *when, fl_date from, fl_date to)
{
	if (prices->type != FL_JSON_OBJECT)
		return fl_import_wrong(r, prices, "an object: prices by unit");
	for (size_t i = 0; i < FL_COUNT(units); i++) {
		const struct fl_json *v = fl_json_get(prices, fl_str_from(units[i].key));
		if (v && v->type == FL_JSON_OBJECT)
			FL_TRY(read_tiered(r, e, v, i, when, from, to));
		else if (v && v->type != FL_JSON_NULL)
			FL_TRY(read_rate(r, e, v, i, when, from, to));
	}
	return FL_OK;
}

/* --- conditions --------------------------------------------------------------------------------------------------- */

/* "00:30:00Z" as minutes of the day; -1 when it is none. */
static int minutes_of(struct fl_str s)
{
	if (s.n < 5 || s.p[2] != ':')
		return -1;
	for (size_t i = 0; i < 5; i++)
		if (i != 2 && (s.p[i] < '0' || s.p[i] > '9'))
			return -1;
	static const char *const tail[] = {"", "Z", ":00", ":00Z", ":00+00:00"};
	bool whole = false;
	for (size_t i = 0; i < FL_COUNT(tail); i++)
		whole |= fl_str_is(fl_str_sub(s, 5, s.n), tail[i]);
	if (!whole)
		return -1;
	int h = (s.p[0] - '0') * 10 + s.p[1] - '0', m = (s.p[3] - '0') * 10 + s.p[4] - '0';
	return h < 24 && m < 60 ? h * 60 + m : -1;
}

/* The calendar of such hours, made when the file has none yet. */
static struct fl_str calendar_of(struct fl_import_reader *r, int from, int to)
{
	struct fl_import_file *f = r->file;
	for (size_t i = 0; i < f->hours.n; i++)
		if (f->hours.p[i].from_min == from && f->hours.p[i].to_min == to)
			return f->hours.p[i].name;
	struct fl_import_hours h = {.from_min = from, .to_min = to};
	h.name = fl_arena_printf(r->arena, "utc-%02d%02d-%02d%02d", from / 60, from % 60, to / 60, to % 60);
	FL_VEC_PUSH(&f->hours, h);
	return h.name;
}

static enum fl_code read_constraint(struct fl_import_reader *r, const struct fl_json *v, struct conditional *c)
{
	const struct fl_json *constraint;
	struct fl_str start, end;
	FL_TRY(fl_import_object(r, v, "constraint", &constraint));
	FL_TRY(fl_import_day(r, constraint, "start_date", &c->from));
	FL_TRY(fl_import_text(r, constraint, "start_time", &start));
	FL_TRY(fl_import_text(r, constraint, "end_time", &end));
	if (constraint && c->from == FL_DATE_NONE && !start.n)
		return fl_import_wrong(r, constraint, "a start_date, or a start_time and an end_time");
	if (!start.n)
		return FL_OK;
	int from = minutes_of(start), to = minutes_of(end);
	if (from < 0 || to < 0 || from == to)
		return fl_import_wrong(r, constraint, "hours of the day in whole minutes of UTC, such as 00:30:00Z");
	c->hours = calendar_of(r, from, to);
	return FL_OK;
}

static enum fl_code read_conditionals(struct fl_import_reader *r, const struct fl_json *list, struct conditional *c,
                                      size_t *n)
{
	*n = 0;
	for (const struct fl_json *v = fl_json_first(list); v; v = fl_json_next(list, v), ++*n) {
		if (v->type != FL_JSON_OBJECT || *n == SPANS)
			return fl_import_wrong(r, v, "an object, one of at most 24");
		c[*n] = (struct conditional){.node = v, .from = FL_DATE_NONE};
		FL_TRY(read_constraint(r, v, &c[*n]));
		FL_TRY(fl_import_object(r, v, "prices", &c[*n].prices));
		if (!c[*n].prices)
			return fl_import_wrong(r, v, "an object with prices");
	}
	return FL_OK;
}

/* What bills from the day `from` until `to`: the last entry that holds all day, and those with hours behind it. */
static enum fl_code read_span(struct fl_import_reader *r, struct fl_import_entry *e, const struct conditional *c,
                              size_t n, fl_date from, fl_date to)
{
	size_t base = 0;
	for (size_t i = 0; i < n; i++)
		if (!c[i].hours.n && (c[i].from == FL_DATE_NONE || (from != FL_DATE_NONE && c[i].from <= from)))
			base = i;
	if (c[base].hours.n) {
		e->doubt = "its prices name hours of the day, but none that holds all day";
		return FL_OK;
	}
	FL_TRY(read_prices(r, e, c[base].prices, &(struct fl_price_when){0}, from, to));
	for (size_t i = base + 1; i < n; i++)
		if (c[i].hours.n)
			FL_TRY(read_prices(r, e, c[i].prices, &(struct fl_price_when){.hours = c[i].hours}, from, to));
	return FL_OK;
}

/* The first day after `day` on which some entry begins; FL_DATE_NONE when there is none. */
static fl_date next_start(const struct conditional *c, size_t n, fl_date day)
{
	fl_date next = FL_DATE_NONE;
	for (size_t i = 0; i < n; i++)
		if (c[i].from != FL_DATE_NONE && (day == FL_DATE_NONE || c[i].from > day) &&
		    (next == FL_DATE_NONE || c[i].from < next))
			next = c[i].from;
	return next;
}

static enum fl_code read_list(struct fl_import_reader *r, struct fl_import_entry *e, const struct fl_json *list)
{
	struct conditional c[SPANS];
	size_t n;
	fl_date from = FL_DATE_NONE, to;
	FL_TRY(read_conditionals(r, list, c, &n));
	if (!n)
		return FL_OK;
	do {
		to = next_start(c, n, from);
		FL_TRY(read_span(r, e, c, n, from, to));
		from = to;
	} while (to != FL_DATE_NONE);
	return FL_OK;
}

/* --- models ------------------------------------------------------------------------------------------------------- */

/* Exact names of a match: {"equals": X}, alone or in an "or". */
static struct fl_list exact_names(struct fl_import_reader *r, const struct fl_json *match)
{
	const struct fl_json *any = fl_json_get(match, FL_S("or"));
	size_t most = any ? any->count : 1;
	struct fl_list names = {.p = FL_NEW_ARRAY(r->arena, struct fl_str, most + 1)};
	const struct fl_json *c = any ? fl_json_first(any) : match;
	while (c) {
		struct fl_str name = fl_json_string(fl_json_get(c, FL_S("equals")), r->arena);
		if (name.n)
			((struct fl_str *)names.p)[names.n++] = name;
		c = any ? fl_json_next(any, c) : NULL;
	}
	return names;
}

static bool gives_text(const struct fl_import_entry *e)
{
	for (size_t i = 0; i < e->rows; i++)
		if (e->row[i].rate[FL_USE_OUTPUT] >= 0)
			return true;
	return false;
}

static enum fl_code read_model(struct fl_import_reader *r, const struct fl_json *provider, struct fl_str provider_id,
                               const struct fl_json *m)
{
	struct fl_import_entry *e;
	struct fl_str id;
	enum fl_known deprecated;
	if (m->type != FL_JSON_OBJECT)
		return fl_import_wrong(r, m, "an object: a model");
	FL_TRY(fl_import_text(r, m, "id", &id));
	if (fl_str_is(provider_id, "aws") && fl_import_is_profile(id)) {
		fl_import_skip(r, "prices of one region");
		return FL_OK;
	}
	FL_TRY(fl_import_entry(r, m, provider_id, id, &e));
	FL_TRY(fl_import_text(r, provider, "name", &e->provider_name));
	FL_TRY(fl_import_text(r, m, "name", &e->name));
	FL_TRY(fl_import_yes(r, m, "deprecated", &deprecated));
	FL_TRY(fl_import_take_tokens(r, e, m, "context_window", "context"));
	e->status = deprecated == FL_YES ? FL_MODEL_DEPRECATED : FL_MODEL_CURRENT;
	e->alias = exact_names(r, fl_json_get(m, FL_S("match")));
	const struct fl_json *prices = fl_json_get(m, FL_S("prices"));
	if (!prices)
		return fl_import_wrong(r, m, "an object with prices");
	FL_TRY(prices->type == FL_JSON_ARRAY
	           ? read_list(r, e, prices)
	           : read_prices(r, e, prices, &(struct fl_price_when){0}, FL_DATE_NONE, FL_DATE_NONE));
	if (!gives_text(e)) {
		r->file->entry.n--;
		fl_import_skip(r, "models without a price of output: embeddings, ranking, transcription");
	}
	return FL_OK;
}

static enum fl_code read(struct fl_import_reader *r, const struct fl_json *root)
{
	for (const struct fl_json *p = fl_json_first(root); p; p = fl_json_next(root, p)) {
		const struct fl_json *models;
		struct fl_str id;
		if (p->type != FL_JSON_OBJECT)
			return fl_import_wrong(r, p, "an object: a provider");
		FL_TRY(fl_import_text(r, p, "id", &id));
		FL_TRY(fl_import_array(r, p, "models", &models));
		for (const struct fl_json *m = models ? fl_json_first(models) : NULL; m; m = fl_json_next(models, m))
			FL_TRY(read_model(r, p, id, m));
	}
	return FL_OK;
}

static const struct fl_import_name names[] = {{"aws", "bedrock"}, {"x_ai", "xai"}, {NULL, NULL}};
const struct fl_import_format fl_import_genai = {
    .name = "genai-prices",
    .title = "pydantic/genai-prices data.json",
    .url = "https://github.com/pydantic/genai-prices",
    .kind = "community, reviewed",
    .licence = "MIT",
    .rank = 4,
    .detect = detect,
    .read = read,
    .provider = names,
};

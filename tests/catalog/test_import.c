/* Price lists of others: each format as it is published, what is malformed, what is doubted, and what history keeps. */
#include "test.h"

#include "base/rng.h"
#include "catalog/import_int.h"
#include "codec/yaml_write.h"
#include "sample.h"

static struct fl_arena arena;
static struct fl_catalog catalog;
static struct fl_import im;

#define DAY(y, m, d) fl_date_of(y, m, d)
#define TODAY DAY(2026, 11, 24)
#define USD(milli) ((int64_t)(milli)*1000000) /* thousandths of a dollar per million tokens */

static const char *const base = SAMPLE_HEAD
    "calendars:\n"
    "  night: {zone: UTC, days: [mon, tue, wed, thu, fri, sat, sun], hours: [\"00:00-08:00\"], source: vendor}\n"
    "models:\n"
    "  acme-1:\n"
    "    name: Acme 1\n"
    "    lab: acme\n"
    "    open_weights: {value: no, source: vendor}\n"
    "    context: {value: 100000, source: vendor}\n"
    "    aliases:\n"
    "      - {provider: acme, name: acme-one, dated: true}\n"
    "      - {provider: acme, name: acme-latest, from: 2026-06-01}\n"
    "    offers:\n"
    "      acme:\n"
    "        prices:\n"
    "          - {input: 1, output: 4, cache_read: 0.125, search: 10, source: vendor}\n"
    "          - {factor: 0.5, when: {tier: batch}, source: vendor}\n"
    "          - {input: 2, output: 8, from: 2026-12-20, status: cancelled, source: vendor}\n"
    "  acme-old:\n"
    "    name: Acme old\n"
    "    lab: acme\n"
    "    retires: {value: 2026-01-01, source: vendor}\n"
    "    offers: {acme: {prices: [{input: 9, output: 9, source: vendor}]}}\n"
    "  acme-night:\n"
    "    name: Acme night\n"
    "    lab: acme\n"
    "    offers:\n"
    "      acme:\n"
    "        prices:\n"
    "          - {input: 1, output: 2, source: vendor}\n"
    "          - {input: 2, output: 4, when: {hours: night}, source: vendor}\n"
    "  luna:\n"
    "    name: Luna\n"
    "    lab: meta\n"
    "    open_weights: {value: yes, source: vendor}\n"
    "    offers:\n"
    "      groq: {model: meta/luna-8b, prices: [{input: 0.1, output: 0.2, source: list}]}\n"
    "      together: {prices: [{input: 0.1, output: 0.2, source: list}]}\n";

static int begin(void **state)
{
	(void)state;
	fl_arena_init(&arena);
	sample_read(&catalog, &base, 1);
	fl_import_init(&im, &arena, &catalog, &catalog, false);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fl_import_release(&im);
	fl_catalog_release(&catalog);
	fl_arena_release(&arena);
	sample_clean();
	return 0;
}

static struct fl_import_file *add(const char *json)
{
	struct fl_err e = {0};
	assert_ok(fl_import_add(&im, FL_S("list.json"), fl_str_from(json), NULL, TODAY, TODAY, &e), &e);
	return im.file.p[im.file.n - 1];
}

static struct fl_import_target *target(const char *path)
{
	struct fl_import_target *t = fl_map_get(&im.target, fl_str_from(path));
	if (!t)
		fail_msg("nothing is told of %s", path);
	return t;
}

/* The i-th item of a kind. */
static const struct fl_import_item *item(enum fl_import_what what, size_t i)
{
	for (size_t k = 0; k < im.item.n; k++)
		if (im.item.p[k].what == what && i-- == 0)
			return &im.item.p[k];
	fail_msg("no item of kind %s", fl_import_what_words[what]);
	return NULL;
}

static void compare(const char *json)
{
	add(json);
	fl_import_compare(&im);
}

static void assert_reason(enum fl_import_what what, const char *part)
{
	const struct fl_import_item *i = item(what, 0);
	if (fl_str_find(i->reason, fl_str_from(part), 0) < 0)
		fail_msg("'%s' is not in '%.*s'", part, FL_FMT(i->reason));
}

#define LITELLM(name, provider, rest)                                                                                  \
	"{\"" name "\": {\"litellm_provider\": \"" provider "\", \"mode\": \"chat\", " rest "}}"
#define MODELS_DEV(provider, id, cost) "{\"" provider "\": {\"models\": {\"" id "\": {\"cost\": {" cost "}}}}}"

/* --- formats ------------------------------------------------------------------------------------------------------ */

static void formats_are_told_by_their_shape(void **state)
{
	(void)state;
	assert_string_equal(add(LITELLM("a", "acme", "\"input_cost_per_token\": 1e-6"))->format->name, "litellm");
	assert_string_equal(add(MODELS_DEV("acme", "a", "\"input\": 1, \"output\": 1"))->format->name, "models.dev");
	assert_string_equal(add("[{\"id\": \"acme\", \"models\": [{\"id\": \"a\", \"prices\": {\"input_mtok\": 1, "
	                        "\"output_mtok\": 1}}]}]")
	                        ->format->name,
	                    "genai-prices");
	assert_string_equal(
	    add("{\"data\": [{\"id\": \"acme/a\", \"pricing\": {\"prompt\": \"0.000001\"}}]}")->format->name,
	    "openrouter");
	struct fl_err e = {0};
	assert_int_equal(fl_import_add(&im, FL_S("x.json"), FL_S("{\"a\": 1}"), NULL, TODAY, TODAY, &e), FL_E_INVALID);
	assert_non_null(strstr(e.help, "--format"));
}

static const struct fl_price_row *row_of(const struct fl_import_entry *e, const char *tier, int64_t above)
{
	for (size_t i = 0; i < e->rows; i++)
		if (fl_str_is(e->row[i].when.tier, tier) && e->row[i].when.above == above)
			return &e->row[i];
	fail_msg("no row '%s' above %lld", tier, (long long)above);
	return NULL;
}

static void litellm_names_say_class_band_tier_and_lifetime(void **state)
{
	(void)state;
	struct fl_import_entry *e =
	    add(LITELLM("acme/a", "acme",
	                "\"input_cost_per_token\": 3e-06, \"output_cost_per_token\": 1.5e-05,"
	                "\"input_cost_per_token_above_200k_tokens\": 6e-06, \"input_cost_per_token_batches\": 1.5e-06,"
	                "\"cache_read_input_token_cost_above_200k_tokens_priority\": 7.000000000000001e-07,"
	                "\"cache_creation_input_token_cost\": 3.75e-06,"
	                "\"cache_creation_input_token_cost_above_1hr\": 6e-06,"
	                "\"cache_creation_input_token_cost_above_1hr_above_200k_tokens\": 1.2e-05,"
	                "\"input_cost_per_token_above_two_tokens\": 9, \"output_cost_per_image\": 0.04,"
	                "\"search_context_cost_per_query\": {\"search_context_size_medium\": 0.01},"
	                "\"max_input_tokens\": 1e5, \"supports_vision\": true, \"supports_function_calling\": false"))
	        ->entry.p[0];
	assert_str(e->id, "a");
	const struct fl_price_row *standard = row_of(e, "", 0);
	assert_int_equal(standard->rate[FL_USE_INPUT], USD(3000));
	assert_int_equal(standard->rate[FL_USE_OUTPUT], USD(15000));
	assert_int_equal(standard->rate[FL_USE_CACHE_WRITE_5M], USD(3750));
	assert_int_equal(standard->rate[FL_USE_CACHE_WRITE_1H], USD(6000));
	assert_int_equal(standard->rate[FL_USE_SEARCH], INT64_C(10000000000000)); /* $10 a thousand */
	assert_int_equal(standard->rate[FL_USE_IMAGE], -1);
	assert_int_equal(row_of(e, "", 200000)->rate[FL_USE_INPUT], USD(6000));
	assert_int_equal(row_of(e, "", 200000)->rate[FL_USE_CACHE_WRITE_1H], USD(12000));
	assert_int_equal(row_of(e, "batch", 0)->rate[FL_USE_INPUT], USD(1500));
	assert_int_equal(row_of(e, "priority", 200000)->rate[FL_USE_CACHE_READ], USD(700));
	assert_int_equal(e->rows, 4);
	assert_int_equal(e->fact[0].number, 100000);
}

static void litellm_bands_are_rows_above_their_beginning(void **state)
{
	(void)state;
	struct fl_import_entry *e =
	    add(LITELLM("dashscope/a", "dashscope",
	                "\"tiered_pricing\": [{\"range\": [0, 256000.0], \"input_cost_per_token\": 5e-08},"
	                " {\"range\": [256000.0, 1e6], \"input_cost_per_token\": 2.5e-07}]"))
	        ->entry.p[0];
	assert_int_equal(row_of(e, "", 0)->rate[FL_USE_INPUT], USD(50));
	assert_int_equal(row_of(e, "", 256000)->rate[FL_USE_INPUT], USD(250));
}

static void litellm_rows_of_other_matters_are_left_out(void **state)
{
	(void)state;
	struct fl_import_file *f =
	    add("{\"sample_spec\": {\"litellm_provider\": \"one of\", \"max_input_tokens\": \"max input\"},"
	        "\"e\": {\"litellm_provider\": \"openai\", \"mode\": \"embedding\", \"input_cost_per_token\": 1e-7},"
	        "\"bedrock/us-east-1/x\": {\"litellm_provider\": \"bedrock\", \"mode\": \"chat\", "
	        "\"input_cost_per_token\": 1e-6},"
	        "\"eu.acme.x\": {\"litellm_provider\": \"bedrock_converse\", \"mode\": \"chat\", "
	        "\"input_cost_per_token\": 1e-6},"
	        "\"acme.x\": {\"litellm_provider\": \"bedrock_converse\", \"mode\": \"chat\", "
	        "\"input_cost_per_token\": 1e-6}}");
	assert_int_equal(f->entry.n, 1);
	assert_int_equal(f->reasons, 2);
	assert_int_equal(f->skipped[1].n, 2);
}

static void models_dev_tiers_outrank_the_older_field(void **state)
{
	(void)state;
	struct fl_import_file *f = add(
	    "{\"acme\": {\"name\": \"Acme\", \"api\": \"https://api.acme.example/v1\", \"models\": {"
	    "\"a\": {\"name\": \"A\", \"release_date\": \"2026-02\", \"last_updated\": \"2026-05-06\", "
	    "\"open_weights\": false,"
	    " \"knowledge\": \"2025-02-31\", \"limit\": {\"context\": 0, \"output\": 8192}, \"modalities\": "
	    "{\"input\": [\"text\", \"image\"]},"
	    " \"cost\": {\"input\": 1.25, \"output\": 10, \"cache_read\": 0.125,"
	    " \"tiers\": [{\"input\": 2.5, \"output\": 15, \"tier\": {\"type\": \"context\", \"size\": 272000}}],"
	    " \"context_over_200k\": {\"input\": 99, \"output\": 99}},"
	    " \"experimental\": {\"modes\": {\"fast\": {\"cost\": {\"input\": 5}}}}},"
	    "\"b\": {\"cost\": {\"input\": 1, \"output\": 2, \"context_over_200k\": {\"input\": 2, \"output\": 3}}},"
	    "\"c\": {\"name\": \"without a price\"}}}}");
	const struct fl_import_entry *a = f->entry.p[0], *b = f->entry.p[1];
	assert_int_equal(a->rows, 3);
	assert_int_equal(row_of(a, "", 272000)->rate[FL_USE_INPUT], USD(2500));
	assert_int_equal(row_of(a, "fast", 0)->rate[FL_USE_INPUT], USD(5000));
	assert_int_equal(row_of(b, "", 200000)->rate[FL_USE_OUTPUT], USD(3000));
	assert_str(a->host, "api.acme.example");
	assert_int_equal(f->own_day, DAY(2026, 5, 6));
	assert_string_equal(a->fact[0].key, "max_output"); /* a context of 0 is not known */
	for (size_t i = 0; i < a->facts; i++)
		assert_string_not_equal(a->fact[i].key, "knowledge");
	assert_int_equal(f->reasons, 2);
}

static void openrouter_has_routers_variants_and_zeros_that_mean_nothing(void **state)
{
	(void)state;
	struct fl_import_file *f =
	    add("{\"data\": ["
	        "{\"id\": \"openrouter/auto\", \"pricing\": {\"prompt\": \"-1\", \"completion\": \"-1\"}},"
	        "{\"id\": \"meta/luna-8b:free\", \"name\": \"Meta: Luna 8B (free)\", \"pricing\": {\"prompt\": \"0\", "
	        "\"completion\": \"0\"}},"
	        "{\"id\": \"meta/luna-8b\", \"created\": 1744651385, \"hugging_face_id\": \"meta/luna\", "
	        "\"expiration_date\": \"2026-12-31\","
	        " \"supported_parameters\": [\"tools\", \"seed\"], \"top_provider\": {\"max_completion_tokens\": null},"
	        " \"pricing\": {\"prompt\": \"0.0000001\", \"completion\": \"0.0000002\", \"image\": \"0.1\", "
	        "\"web_search\": \"0\","
	        " \"internal_reasoning\": \"0.0000002\", \"overrides\": [{\"min_prompt_tokens\": 128000, \"prompt\": "
	        "\"0.0000003\"}]}}]}");
	assert_int_equal(f->entry.n, 2);
	assert_str(f->entry.p[0]->variant, "free");
	assert_str(f->entry.p[0]->name, "Luna 8B");
	const struct fl_import_entry *e = f->entry.p[1];
	const struct fl_price_row *r = row_of(e, "", 0);
	assert_int_equal(r->rate[FL_USE_INPUT], USD(100));
	assert_int_equal(r->rate[FL_USE_SEARCH], -1);
	assert_int_equal(r->rate[FL_USE_REASONING], -1);
	assert_int_equal(row_of(e, "", 128000)->rate[FL_USE_INPUT], USD(300));
	assert_int_equal(e->gone, DAY(2026, 12, 31));
}

#define GENAI(prices)                                                                                                  \
	"[{\"id\": \"acme\", \"name\": \"Acme\", \"models\": [{\"id\": \"a\", \"match\": {\"equals\": \"a\"}, "        \
	"\"prices\": " prices "}]}]"

static void of_conditional_prices_the_last_that_holds_counts(void **state)
{
	(void)state;
	const struct fl_import_entry *e = add(GENAI("[{\"prices\": {\"input_mtok\": 5, \"output_mtok\": 9}},"
	                                            "{\"constraint\": {\"start_date\": \"2026-06-01\"}, \"prices\": "
	                                            "{\"input_mtok\": 4, \"output_mtok\": 9}},"
	                                            "{\"constraint\": {\"start_date\": \"2026-03-01\"}, \"prices\": "
	                                            "{\"input_mtok\": 3, \"output_mtok\": 9}},"
	                                            "{\"constraint\": {\"start_date\": \"2027-01-01\"}, \"prices\": "
	                                            "{\"input_mtok\": 6, \"output_mtok\": 9}}]"))
	                                      ->entry.p[0];
	/* From June on both the second and the third hold; the third stands behind. */
	assert_int_equal(fl_import_standard(e, DAY(2026, 1, 1))->rate[FL_USE_INPUT], USD(5000));
	assert_int_equal(fl_import_standard(e, DAY(2026, 3, 1))->rate[FL_USE_INPUT], USD(3000));
	assert_int_equal(fl_import_standard(e, DAY(2026, 7, 1))->rate[FL_USE_INPUT], USD(3000));
	assert_int_equal(fl_import_standard(e, DAY(2027, 1, 1))->rate[FL_USE_INPUT], USD(6000));
}

static void genai_rows_without_output_or_of_one_region_are_left_out(void **state)
{
	(void)state;
	struct fl_import_file *f = add("[{\"id\": \"aws\", \"models\": [{\"id\": \"us.acme.x\", \"prices\": "
	                               "{\"input_mtok\": 1, \"output_mtok\": 1}},"
	                               "{\"id\": \"acme.embed\", \"prices\": {\"input_mtok\": 1}},"
	                               "{\"id\": \"acme.x\", \"prices\": {\"input_mtok\": 1, \"output_mtok\": 1}}]}]");
	assert_int_equal(f->entry.n, 1);
	assert_int_equal(f->reasons, 2);
}

static void tiers_and_units_of_genai_prices(void **state)
{
	(void)state;
	const struct fl_import_entry *e = add(GENAI("{\"input_mtok\": {\"base\": 3, \"tiers\": [{\"start\": 200000, "
	                                            "\"price\": 6}]}, \"output_mtok\": 15,"
	                                            "\"cache_write_1h_mtok\": 6, \"web_searches_kcount\": 10, "
	                                            "\"requests_kcount\": 5, \"input_gpixels\": 1}"))
	                                      ->entry.p[0];
	assert_int_equal(row_of(e, "", 200000)->rate[FL_USE_INPUT], USD(6000));
	assert_int_equal(row_of(e, "", 0)->rate[FL_USE_SEARCH], INT64_C(10000000000000));
	assert_int_equal(row_of(e, "", 0)->rate[FL_USE_REQUEST], INT64_C(5000000000000));
}

static void hours_of_the_day_become_a_calendar(void **state)
{
	(void)state;
	struct fl_import_file *f = add(GENAI("[{\"prices\": {\"input_mtok\": 2, \"output_mtok\": 4}},"
	                                     "{\"constraint\": {\"start_time\": \"16:30:00Z\", \"end_time\": "
	                                     "\"00:30:00Z\"}, \"prices\": {\"input_mtok\": 1, \"output_mtok\": 2}}]"));
	assert_int_equal(f->hours.n, 1);
	assert_str(f->hours.p[0].name, "utc-1630-0030");
	fl_import_compare(&im);
	const struct fl_yaml *tree = fl_import_overlay(&im);
	const struct fl_yaml *hours =
	    fl_yaml_get(fl_yaml_get(fl_yaml_get(tree, FL_S("calendars")), FL_S("utc-1630-0030")), FL_S("hours"));
	assert_int_equal(hours->count, 2); /* over midnight: two spans */
	assert_str(fl_yaml_at(hours, 0)->text, "16:30-24:00");
	assert_str(fl_yaml_at(hours, 1)->text, "00:00-00:30");
}

/* --- what is malformed -------------------------------------------------------------------------------------------- */

static void what_is_malformed_is_named_with_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *text, *message;
		int line;
	} c[] = {
	    {"{\"a\": {\"litellm_provider\": \"acme\", \"mode\": \"ch", "not valid JSON", 1},
	    {"{\"a\":\n{\"litellm_provider\": \"acme\", \"mode\": \"chat\",\n\"input_cost_per_token\": true}}",
	     "'/a/input_cost_per_token' must be a price", 3},
	    {"{\"a/b~c\":\n{\"litellm_provider\": \"acme\", \"mode\": \"chat\", \"input_cost_per_token\": -1e-6}}",
	     "'/a~1b~0c/input_cost_per_token' must be a price, which is never negative", 2},
	    {"{\"a\": {\"litellm_provider\": \"acme\", \"mode\": \"chat\", \"input_cost_per_token\": NaN}}",
	     "not valid JSON", 1},
	    {"{\"data\": [{\"id\": \"a\", \"pricing\": {\"prompt\": \"NaN\"}}]}",
	     "'/data/0/pricing/prompt' must be a price", 1},
	    {"{\"data\": [{\"id\": \"a\", \"pricing\": {\"prompt\": \"0x1\"}}]}", "must be a price", 1},
	    {"{\"a\": {\"litellm_provider\": \"acme\", \"mode\": \"chat\"},\n\"a\": {\"litellm_provider\": \"acme\"}}",
	     "'/a' must be said once", 2},
	    {"{\"a\": {\"litellm_provider\": \"acme\"}, \"b\": 3}", "'/b' must be an object", 1},
	    {MODELS_DEV("acme", "a", "\"input\": [1]"), "must be a price", 1},
	    {MODELS_DEV("acme", "a", "\"tiers\": [{\"input\": 1}]"), "a tier with its size", 1},
	    {GENAI("7"), "'/0/models/0/prices' must be", 1},
	    {GENAI("[{\"constraint\": {\"start_time\": \"25:00:00Z\", \"end_time\": \"01:00:00Z\"}, \"prices\": {}}]"),
	     "hours of the day", 1},
	    {"{\"data\": []}", "at least one priced model", 1},
	};
	for (size_t i = 0; i < FL_COUNT(c); i++) {
		struct fl_err e = {0};
		enum fl_code code =
		    fl_import_add(&im, FL_S("list.json"), fl_str_from(c[i].text), NULL, TODAY, TODAY, &e);
		if (code == FL_OK || !strstr(e.message, c[i].message))
			fail_msg("'%s' gives '%s'", c[i].text, e.message);
		assert_string_equal(e.file, "list.json");
		assert_int_equal(e.line, c[i].line);
	}
}

static void nesting_and_size_are_bounded(void **state)
{
	(void)state;
	struct fl_err e = {0};
	enum { DEEP = 1 << 20 };
	char *deep = malloc(DEEP);
	memset(deep, '[', DEEP);
	assert_int_equal(fl_import_add(&im, FL_S("d"), (struct fl_str){deep, DEEP}, NULL, TODAY, TODAY, &e),
	                 FL_E_LIMIT);
	free(deep);
	for (int i = 1; i < FL_IMPORT_FILES; i++)
		add(MODELS_DEV("acme", "a", "\"input\": 1, \"output\": 1"));
	assert_int_equal(fl_import_add(&im, FL_S("d"), FL_S("[]"), NULL, TODAY, TODAY, &e), FL_E_LIMIT);
}

static enum fl_code add_many(size_t n, const char *before, const char *each, const char *after, struct fl_err *e)
{
	struct fl_buf b;
	fl_buf_init(&b, 1 << 24);
	fl_buf_z(&b, before);
	for (size_t i = 1; i <= n; i++) {
		fl_buf_z(&b, i > 1 ? "," : "");
		fl_buf_printf(&b, each, i);
	}
	fl_buf_z(&b, after);
	struct fl_str text = fl_arena_dup(&arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	fl_import_release(&im);
	fl_import_init(&im, &arena, &catalog, &catalog, false);
	return fl_import_add(&im, FL_S("many.json"), text, NULL, TODAY, TODAY, e);
}

static void rows_and_entries_are_bounded_at_their_edge(void **state)
{
	(void)state;
	struct fl_err e = {0};
	static const char head[] = "{\"a\": {\"litellm_provider\": \"acme\", \"mode\": \"chat\",";
	static const char row[] = "\"input_cost_per_token_above_%zuk_tokens\": 1e-6";
	assert_int_equal(add_many(FL_IMPORT_ROWS, head, row, "}}", &e), FL_OK);
	assert_int_equal(add_many(FL_IMPORT_ROWS + 1, head, row, "}}", &e), FL_E_INVALID);
	static const char model[] = "\"m%zu\": {\"cost\": {\"input\": 1}}";
	assert_int_equal(add_many(FL_IMPORT_ENTRIES, "{\"acme\": {\"models\": {", model, "}}}", &e), FL_OK);
	assert_int_equal(add_many(FL_IMPORT_ENTRIES + 1, "{\"acme\": {\"models\": {", model, "}}}", &e), FL_E_LIMIT);
	assert_string_equal(e.file, "many.json");
}

/* --- whose offer it is -------------------------------------------------------------------------------------------- */

static void names_match_exactly_or_by_declared_forms(void **state)
{
	(void)state;
	compare("{\"acme-ai\": {\"models\": {"
	        "\"acme-one-2026-07-09\": {\"cost\": {\"input\": 1, \"output\": 4}},"
	        "\"acme-1-mini\": {\"cost\": {\"input\": 0.5, \"output\": 1}}}},"
	        "\"groq\": {\"models\": {\"meta/luna-8b\": {\"cost\": {\"input\": 0.1, \"output\": 0.2}}}},"
	        "\"together_ai\": {\"models\": {\"Meta/Luna\": {\"cost\": {\"input\": 0.1, \"output\": 0.2}}}}}");
	assert_ptr_equal(target("acme/acme-1")->model->model, fl_catalog_find(&catalog, FL_S("acme-1")));
	assert_null(target("acme/acme-1-mini")->model->model); /* what begins alike is another model */
	assert_str(target("acme/acme-1-mini")->model->lab, "acme");
	assert_non_null(target("groq/luna")->offer);
	assert_non_null(target("together/luna")->offer);
}

static void a_name_that_changed_its_meaning_is_not_guessed(void **state)
{
	(void)state;
	compare(MODELS_DEV("groq", "acme-latest", "\"input\": 1, \"output\": 4"));
	assert_reason(FL_IMPORT_REFUSED, "different models");
	fl_import_release(&im);
	fl_import_init(&im, &arena, &catalog, &catalog, false);
	/* Nor by another name that it goes by. */
	compare("[{\"id\": \"groq\", \"models\": [{\"id\": \"acme-latest\", \"match\": {\"equals\": \"luna\"},"
	        "\"prices\": {\"input_mtok\": 0.1, \"output_mtok\": 0.2}}]}]");
	assert_reason(FL_IMPORT_REFUSED, "different models");
	assert_null(fl_import_overlay(&im));
}

static void new_models_of_several_hosts_meet_under_one_id(void **state)
{
	(void)state;
	compare("{\"groq\": {\"models\": {\"meta-llama/Llama-9-8B\": {\"cost\": {\"input\": 0.1, \"output\": 0.2}}}},"
	        "\"together\": {\"models\": {\"llama-9-8b\": {\"cost\": {\"input\": 0.1, \"output\": 0.3}}}},"
	        "\"newhost\": {\"name\": \"New Host\", \"models\": {\"zebra-1\": {\"cost\": {\"input\": 1, \"output\": "
	        "2}}}}}");
	assert_ptr_equal(target("groq/llama-9-8b")->model, target("together/llama-9-8b")->model);
	assert_str(target("groq/llama-9-8b")->model->lab, "meta");
	assert_str(target("newhost/zebra-1")->model->lab, "unknown");
	assert_int_equal(im.count[FL_IMPORT_NEW_MODEL], 2);
	assert_int_equal(im.count[FL_IMPORT_NEW_OFFER], 3);
	assert_int_equal(im.count[FL_IMPORT_NEW_PROVIDER], 1);
	assert_str(item(FL_IMPORT_NEW_PROVIDER, 0)->offer, "newhost");
}

static void a_free_variant_is_an_offer_of_its_own(void **state)
{
	(void)state;
	compare("{\"data\": [{\"id\": \"meta/luna:free\", \"pricing\": {\"prompt\": \"0\", \"completion\": \"0\"}}]}");
	assert_str(target("openrouter/luna:free")->key, "openrouter:free");
	assert_true(target("openrouter/luna:free")->taken);
	assert_int_equal(im.count[FL_IMPORT_DOUBT], 0);
}

/* --- what is refused and doubted ---------------------------------------------------------------------------------- */

static void what_cannot_be_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *reason;
	} c[] = {
	    {LITELLM("x", "openai", "\"input_cost_per_token\": 3, \"output_cost_per_token\": 15"), "beyond all"},
	    {LITELLM("x", "openai", "\"input_cost_per_token\": 3e-12, \"output_cost_per_token\": 1.5e-11"),
	     "below all"},
	    {LITELLM("x", "openai", "\"input_cost_per_token\": 3e9, \"output_cost_per_token\": 1"), "beyond all"},
	    {MODELS_DEV("openai", "x", "\"input\": 1, \"output\": 2, \"cache_read\": 1.5"), "reading the cache"},
	};
	for (size_t i = 0; i < FL_COUNT(c); i++) {
		fl_import_release(&im);
		fl_import_init(&im, &arena, &catalog, &catalog, true); /* accepting doubt does not help */
		compare(c[i].text);
		assert_reason(FL_IMPORT_REFUSED, c[i].reason);
		assert_null(fl_import_overlay(&im));
	}
}

static void what_is_doubtful_is_taken_only_on_request(void **state)
{
	(void)state;
	static const struct {
		const char *text, *reason;
	} c[] = {
	    {MODELS_DEV("acme", "acme-1", "\"input\": 3.5, \"output\": 4"), "over 3 times"},
	    {MODELS_DEV("openai", "x", "\"input\": 0, \"output\": 0"), "a price of 0"},
	    {MODELS_DEV("openai", "x", "\"input\": 2, \"output\": 1"), "output costs less"},
	    {MODELS_DEV("openai", "x", "\"input\": 1, \"output\": 50"), "over 40 times"},
	    {MODELS_DEV("openai", "x", "\"input\": 200, \"output\": 800"), "dearer than all but a few"},
	    {MODELS_DEV("openrouter", "luna", "\"input\": 10, \"output\": 20"), "over 10 times"},
	    {LITELLM("nohost/x", "nohost", "\"input_cost_per_token\": 1e-6, \"output_cost_per_token\": 1e-6"),
	     "does not know"},
	};
	for (size_t i = 0; i < FL_COUNT(c); i++) {
		for (int accept = 0; accept < 2; accept++) {
			fl_import_release(&im);
			fl_import_init(&im, &arena, &catalog, &catalog, accept);
			compare(c[i].text);
			assert_reason(FL_IMPORT_DOUBT, c[i].reason);
			assert_int_equal(item(FL_IMPORT_DOUBT, 0)->taken, accept);
			assert_int_equal(fl_import_overlay(&im) != NULL, accept);
		}
	}
}

static void a_second_file_that_agrees_settles_a_jump(void **state)
{
	(void)state;
	add(MODELS_DEV("acme", "acme-1", "\"input\": 4, \"output\": 16"));
	compare(LITELLM("acme-1", "acme", "\"input_cost_per_token\": 4e-6, \"output_cost_per_token\": 1.6e-5"));
	assert_int_equal(im.count[FL_IMPORT_DOUBT], 0);
	assert_int_equal(im.count[FL_IMPORT_PRICE], 2);
	assert_int_equal(target("acme/acme-1")->row.p[target("acme/acme-1")->row.n - 1].source.n, 2);
}

static void files_that_disagree_leave_doubt(void **state)
{
	(void)state;
	add(MODELS_DEV("acme", "acme-1", "\"input\": 2, \"output\": 4"));
	compare(LITELLM("acme-1", "acme", "\"input_cost_per_token\": 1e-6, \"output_cost_per_token\": 4e-6"));
	assert_reason(FL_IMPORT_DOUBT, "litellm has another price");
	assert_null(fl_import_overlay(&im));
}

static void an_odd_tier_is_left_out_alone(void **state)
{
	(void)state;
	compare(LITELLM("x", "openai",
	                "\"input_cost_per_token\": 2e-6, \"output_cost_per_token\": 4e-6,"
	                "\"input_cost_per_token_batches\": 2e-6, \"output_cost_per_token_batches\": 4e-6"));
	assert_reason(FL_IMPORT_DOUBT, "'batch' costs 1.00 times");
	assert_int_equal(target("openai/x")->row.n, 1);
}

static void a_file_older_than_the_catalogue_is_doubted(void **state)
{
	(void)state;
	struct fl_err e = {0};
	assert_ok(fl_import_add(&im, FL_S("old"), FL_S(MODELS_DEV("acme", "acme-1", "\"input\": 2, \"output\": 4")),
	                        NULL, DAY(2026, 9, 1), TODAY, &e),
	          &e);
	fl_import_compare(&im);
	assert_reason(FL_IMPORT_DOUBT, "on a later day");
}

/* --- what changes ------------------------------------------------------------------------------------------------- */

static int64_t rate_on(const struct fl_import_target *t, int class, fl_date day)
{
	const struct fl_price_row *best = NULL;
	for (size_t i = 0; i < t->row.n; i++) {
		const struct fl_price_row *r = &t->row.p[i];
		if (!fl_price_row_conditions(r) && r->rate[class] >= 0 && fl_price_row_on(r, day) &&
		    (!best || fl_price_row_outranks(r, best)))
			best = r;
	}
	return best ? best->rate[class] : -1;
}

static void a_change_keeps_the_history_and_what_the_file_leaves_unsaid(void **state)
{
	(void)state;
	compare(MODELS_DEV("acme", "acme-1", "\"input\": 2, \"output\": 4"));
	const struct fl_import_target *t = target("acme/acme-1");
	assert_int_equal(im.count[FL_IMPORT_PRICE], 1);
	assert_int_equal(item(FL_IMPORT_PRICE, 0)->have, USD(1000));
	assert_int_equal(item(FL_IMPORT_PRICE, 0)->found, USD(2000));
	assert_int_equal(rate_on(t, FL_USE_INPUT, TODAY - 1), USD(1000));
	assert_int_equal(rate_on(t, FL_USE_INPUT, TODAY), USD(2000));
	for (fl_date day = TODAY - 1; day <= TODAY + 100; day += 50) {
		assert_int_equal(rate_on(t, FL_USE_OUTPUT, day), USD(4000));
		assert_int_equal(rate_on(t, FL_USE_CACHE_READ, day), USD(125));
		assert_int_equal(rate_on(t, FL_USE_SEARCH, day), INT64_C(10000000000000));
	}
	assert_int_equal(t->row.n, 5); /* ended, rest, new, the factor, the cancelled one */
}

static void what_is_equal_rounded_or_by_the_factor_changes_nothing(void **state)
{
	(void)state;
	compare(LITELLM(
	    "acme-1", "acme",
	    "\"input_cost_per_token\": 1e-6, \"output_cost_per_token\": 4e-6, \"cache_read_input_token_cost\": 1.3e-7,"
	    "\"input_cost_per_token_batches\": 5e-7, \"output_cost_per_token_batches\": 2e-6"));
	assert_int_equal(im.unchanged, 1);
	assert_null(fl_import_overlay(&im));
}

static void retired_models_and_hours_that_are_known_are_left_alone(void **state)
{
	(void)state;
	compare("{\"acme\": {\"models\": {\"acme-old\": {\"cost\": {\"input\": 1, \"output\": 1}},"
	        "\"acme-night\": {\"cost\": {\"input\": 2, \"output\": 4}}}}}");
	assert_int_equal(im.gone, 1);
	assert_int_equal(im.unchanged, 1);
	assert_null(fl_import_overlay(&im));
}

static void prices_of_days_to_come_are_announced_and_do_not_bill_before(void **state)
{
	(void)state;
	compare(
	    "[{\"id\": \"acme\", \"models\": [{\"id\": \"acme-1\", \"match\": {\"equals\": \"acme-1\"}, \"prices\": ["
	    "{\"prices\": {\"input_mtok\": 1, \"output_mtok\": 4}},"
	    "{\"constraint\": {\"start_date\": \"2027-02-01\"}, \"prices\": {\"input_mtok\": 2, \"output_mtok\": "
	    "8}}]}]}]");
	const struct fl_import_target *t = target("acme/acme-1");
	assert_int_equal(rate_on(t, FL_USE_INPUT, DAY(2027, 1, 31)), USD(1000));
	assert_int_equal(rate_on(t, FL_USE_INPUT, DAY(2027, 2, 1)), USD(2000));
	assert_int_equal(t->row.p[t->row.n - 1].status, FL_PRICE_ANNOUNCED);
	assert_int_equal(item(FL_IMPORT_PRICE, 0)->from, DAY(2027, 2, 1));
}

static void an_announcement_that_was_cancelled_stays_cancelled(void **state)
{
	(void)state;
	compare(
	    "[{\"id\": \"acme\", \"models\": [{\"id\": \"acme-1\", \"match\": {\"equals\": \"acme-1\"}, \"prices\": ["
	    "{\"prices\": {\"input_mtok\": 1, \"output_mtok\": 4}},"
	    "{\"constraint\": {\"start_date\": \"2026-12-20\"}, \"prices\": {\"input_mtok\": 2, \"output_mtok\": "
	    "8}}]}]}]");
	assert_reason(FL_IMPORT_REFUSED, "cancelled");
	assert_null(fl_import_overlay(&im));
}

static void a_reseller_far_below_the_maker_is_a_promotion(void **state)
{
	(void)state;
	compare("{\"data\": [{\"id\": \"acme/acme-1\", \"pricing\": {\"prompt\": \"0.0000005\", \"completion\": "
	        "\"0.000002\"}}]}");
	assert_int_equal(target("openrouter/acme-1")->row.p[0].status, FL_PRICE_PROMO);
}

static void facts_are_taken_where_none_is_known_and_told_where_they_conflict(void **state)
{
	(void)state;
	compare("{\"acme\": {\"models\": {\"acme-1\": {\"open_weights\": true, \"tool_call\": true, \"limit\": "
	        "{\"context\": 100000},"
	        "\"cost\": {\"input\": 1, \"output\": 4}}}}}");
	assert_int_equal(im.count[FL_IMPORT_FACT], 1);
	assert_string_equal(item(FL_IMPORT_FACT, 0)->fact, "tools");
	assert_int_equal(im.count[FL_IMPORT_CONFLICT], 1);
	assert_string_equal(item(FL_IMPORT_CONFLICT, 0)->fact, "open_weights");
	const struct fl_yaml *m = fl_yaml_get(fl_yaml_get(fl_import_overlay(&im), FL_S("models")), FL_S("acme-1"));
	assert_int_equal(m->count, 1);
}

/* --- the overlay -------------------------------------------------------------------------------------------------- */

static struct fl_str overlay_text(void)
{
	struct fl_buf b;
	struct fl_err e = {0};
	const struct fl_yaml *tree = fl_import_overlay(&im);
	if (!tree)
		return FL_S("{}");
	fl_buf_init(&b, 1 << 24);
	assert_ok(fl_yaml_write(tree, &b, &e), &e);
	struct fl_str text = fl_arena_dup(&arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	return text;
}

static void renewing_an_overlay_keeps_what_it_held(void **state)
{
	(void)state;
	struct fl_err e = {0};
	static const char old[] = "models:\n  acme-1:\n    tools: {value: yes, source: vendor}\n    offers:\n"
	                          "      groq: {prices: [{input: 3, output: 3, source: vendor}]}\n"
	                          "  luna: {name: Luna}\nplans: []\n";
	assert_ok(fl_yaml_parse(&im.old, &arena, fl_str_from(old), "old", &e), &e);
	compare(MODELS_DEV("acme", "acme-1", "\"input\": 2, \"output\": 4"));
	const struct fl_yaml *tree = fl_import_overlay(&im), *models = fl_yaml_get(tree, FL_S("models"));
	assert_non_null(fl_yaml_get(tree, FL_S("plans")));
	assert_non_null(fl_yaml_get(models, FL_S("luna")));
	const struct fl_yaml *m = fl_yaml_get(models, FL_S("acme-1"));
	assert_non_null(fl_yaml_get(m, FL_S("tools")));
	assert_int_equal(fl_yaml_get(m, FL_S("offers"))->count, 2);
}

/* Random price lists over random rows: the overlay checks, before the day all stays as it was, from it on the file's
 * prices bill and what it leaves unsaid goes on. */
static void random_lists_keep_every_promise(void **state)
{
	(void)state;
	static const char *const class[] = {"input", "output", "cache_read", "search"};
	static const int use[] = {FL_USE_INPUT, FL_USE_OUTPUT, FL_USE_CACHE_READ, FL_USE_SEARCH};
	struct fl_rng rng;
	fl_rng_init(&rng, 11);
	print_message("# seed 11\n");
	for (int round = 0; round < 60; round++) {
		struct fl_buf base_text, list;
		struct fl_catalog before, after;
		fl_buf_init(&base_text, 1 << 16);
		fl_buf_init(&list, 1 << 16);
		fl_buf_z(&base_text,
		         SAMPLE_HEAD "models:\n  m:\n    lab: acme\n    offers:\n      acme:\n        prices:\n");
		/* One undated row, then one a month of some classes, each until the next of its kind or open. */
		fl_buf_z(&base_text, "          - {input: 2, output: 5, cache_read: 0.5, search: 4, source: other}\n");
		for (int month = 1; month <= 6; month++)
			if (fl_rng_below(&rng, 3) == 0) {
				unsigned c = (unsigned)fl_rng_below(&rng, 4);
				fl_buf_printf(
				    &base_text,
				    "          - {%s: %d, from: 2026-%02d-01, to: 2026-%02d-%02d, source: other}\n",
				    class[c], c == 2 ? 1 : 3, month, month == 6 ? 12 : month + 1, month == 6 ? 31 : 1);
			}
		unsigned said = (unsigned)fl_rng_below(&rng, 4);
		fl_buf_printf(&list,
		              "[{\"id\": \"acme\", \"models\": [{\"id\": \"m\", \"match\": {\"equals\": \"m\"}, "
		              "\"prices\": [{\"prices\": {\"input_mtok\": %d",
		              (int)fl_rng_below(&rng, 3) + 2);
		if (said & 1)
			fl_buf_printf(&list, ", \"output_mtok\": %d", (int)fl_rng_below(&rng, 3) + 5);
		if (said & 2)
			fl_buf_printf(&list, ", \"cache_read_mtok\": 0.%d", (int)fl_rng_below(&rng, 4) + 4);
		fl_buf_printf(&list,
		              "}}, {\"constraint\": {\"start_date\": \"2027-0%d-01\"}, \"prices\": {\"input_mtok\": 3, "
		              "\"output_mtok\": 6}}]}]}]",
		              (int)fl_rng_below(&rng, 9) + 1);
		const char *one = fl_arena_dupz(&arena, fl_buf_slice(&base_text));
		sample_read(&before, &one, 1);
		fl_import_release(&im);
		fl_import_init(&im, &arena, &before, &before, false);
		add(fl_arena_dupz(&arena, fl_buf_slice(&list)));
		fl_import_compare(&im);
		const struct fl_price_row *file = fl_import_standard(im.file.p[0]->entry.p[0], TODAY);
		const char *two[2] = {one, fl_arena_dupz(&arena, overlay_text())};
		sample_read(&after, two, 2);
		struct fl_buf problems;
		fl_buf_init(&problems, 1 << 16);
		if (sample_problems(&after, &problems))
			fail_msg("round %d: %.*sin\n%s\nover\n%s", round, FL_FMT(fl_buf_slice(&problems)), two[1], one);
		fl_buf_release(&problems);
		const struct fl_catalog_offer *was = ((const struct fl_catalog_model *)before.models.p)[0].offers.p;
		const struct fl_catalog_offer *is = ((const struct fl_catalog_model *)after.models.p)[0].offers.p;
		struct fl_import_target w = {.row = {.p = was->prices.p, .n = was->prices.n}};
		struct fl_import_target s = {.row = {.p = is->prices.p, .n = is->prices.n}};
		for (size_t k = 0; k < FL_COUNT(use); k++) {
			for (fl_date day = DAY(2025, 12, 1); day < TODAY; day += 7)
				if (rate_on(&w, use[k], day) != rate_on(&s, use[k], day))
					fail_msg("round %d: the past of %s changed in\n%s\nover\n%s", round, class[k],
					         two[1], one);
			int64_t want = file->rate[use[k]] >= 0 ? file->rate[use[k]] : rate_on(&w, use[k], TODAY);
			if (rate_on(&s, use[k], TODAY) != want)
				fail_msg("round %d: %s is not what the file says in\n%s\nover\n%s", round, class[k],
				         two[1], one);
		}
		fl_catalog_release(&before);
		fl_catalog_release(&after);
		fl_buf_release(&base_text);
		fl_buf_release(&list);
		sample_clean();
	}
	fl_import_release(&im);
	fl_import_init(&im, &arena, &catalog, &catalog, false);
}

static void three_thousand_entries_are_counted_right(void **state)
{
	(void)state;
	struct fl_buf b;
	fl_buf_init(&b, 1 << 24);
	fl_buf_char(&b, '{');
	for (int i = 0; i < 3000; i++)
		fl_buf_printf(
		    &b,
		    "%s\"groq/model-%d\": {\"litellm_provider\": \"groq\", \"mode\": \"%s\", \"max_input_tokens\": "
		    "131072,"
		    " \"input_cost_per_token\": %s, \"output_cost_per_token\": 4e-06, \"supports_vision\": true}",
		    i ? ",\n" : "", i, i % 10 ? "chat" : "embedding", i % 100 == 1 ? "0" : "2e-06");
	fl_buf_char(&b, '}');
	struct fl_str text = fl_arena_dup(&arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	compare(text.p);
	assert_int_equal(im.file.p[0]->entry.n, 2700);
	assert_int_equal(im.count[FL_IMPORT_DOUBT], 30);
	assert_int_equal(im.count[FL_IMPORT_NEW_MODEL], 2670);
	assert_int_equal(fl_import_line(im.file.p[0], im.file.p[0]->entry.p[0]->node), 2);
	const struct fl_yaml *back;
	struct fl_err e = {0};
	assert_ok(fl_yaml_parse(&back, &arena, overlay_text(), "o", &e), &e);
	assert_int_equal(fl_yaml_get(back, FL_S("models"))->count, 2670);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(formats_are_told_by_their_shape),
	    T(litellm_names_say_class_band_tier_and_lifetime),
	    T(litellm_bands_are_rows_above_their_beginning),
	    T(litellm_rows_of_other_matters_are_left_out),
	    T(models_dev_tiers_outrank_the_older_field),
	    T(openrouter_has_routers_variants_and_zeros_that_mean_nothing),
	    T(of_conditional_prices_the_last_that_holds_counts),
	    T(genai_rows_without_output_or_of_one_region_are_left_out),
	    T(tiers_and_units_of_genai_prices),
	    T(hours_of_the_day_become_a_calendar),
	    T(what_is_malformed_is_named_with_its_place),
	    T(nesting_and_size_are_bounded),
	    T(rows_and_entries_are_bounded_at_their_edge),
	    T(names_match_exactly_or_by_declared_forms),
	    T(a_name_that_changed_its_meaning_is_not_guessed),
	    T(new_models_of_several_hosts_meet_under_one_id),
	    T(a_free_variant_is_an_offer_of_its_own),
	    T(what_cannot_be_is_refused),
	    T(what_is_doubtful_is_taken_only_on_request),
	    T(a_second_file_that_agrees_settles_a_jump),
	    T(files_that_disagree_leave_doubt),
	    T(an_odd_tier_is_left_out_alone),
	    T(a_file_older_than_the_catalogue_is_doubted),
	    T(a_change_keeps_the_history_and_what_the_file_leaves_unsaid),
	    T(what_is_equal_rounded_or_by_the_factor_changes_nothing),
	    T(retired_models_and_hours_that_are_known_are_left_alone),
	    T(prices_of_days_to_come_are_announced_and_do_not_bill_before),
	    T(an_announcement_that_was_cancelled_stays_cancelled),
	    T(a_reseller_far_below_the_maker_is_a_promotion),
	    T(facts_are_taken_where_none_is_known_and_told_where_they_conflict),
	    T(renewing_an_overlay_keeps_what_it_held),
	    T(random_lists_keep_every_promise),
	    T(three_thousand_entries_are_counted_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

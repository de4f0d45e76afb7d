/* Finding models and offers by any of their names, and only by those. */
#include "test.h"

#include "sample.h"

static struct fl_catalog c;

static const char *const text = SAMPLE_HEAD
    "models:\n"
    "  luna-1:\n"
    "    name: Luna One\n"
    "    lab: acme\n"
    "    aliases:\n"
    "      - {name: moon}\n"
    "      - {provider: acme, name: luna-one, dated: true}\n"
    "      - {provider: acme, name: luna-latest, from: 2026-01-01, to: 2026-06-01}\n"
    "    offers: {acme: {model: luna-one}, groq: {model: acme/luna}, \"groq:fp8\": {model: acme/luna-fp8}}\n"
    "  luna-2:\n"
    "    name: Luna Two\n"
    "    lab: acme\n"
    "    aliases:\n"
    "      - {provider: acme, name: luna-latest, from: 2026-06-01}\n"
    "    offers: {acme: {}}\n"
    "  sun: {lab: meta, offers: {groq: {}, together: {}}}\n"
    "  star: {lab: meta, offers: {openrouter: {}, together: {}}}\n"
    "  dust: {lab: meta}\n";

static int begin(void **state)
{
	(void)state;
	sample_read(&c, &text, 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fl_catalog_release(&c);
	sample_clean();
	return 0;
}

static void models_are_found_by_id_name_and_alias_in_any_case(void **state)
{
	(void)state;
	static const char *const name[] = {"luna-1", "LUNA-1", "luna one", "moon", "Moon", "luna-one"};
	for (size_t i = 0; i < FL_COUNT(name); i++) {
		const struct fl_catalog_model *m = fl_catalog_find(&c, fl_str_from(name[i]));
		assert_non_null(m);
		assert_str(m->id, "luna-1");
	}
}

static void what_only_begins_alike_is_not_found(void **state)
{
	(void)state;
	assert_null(fl_catalog_find(&c, FL_S("luna")));
	assert_null(fl_catalog_find(&c, FL_S("luna-1-mini")));
	assert_null(fl_catalog_find(&c, FL_S("")));
}

static void a_name_that_is_not_known_gives_the_three_nearest(void **state)
{
	(void)state;
	struct fl_err e = {0};
	const struct fl_catalog_model *m;
	struct fl_str near[3];
	assert_int_equal(fl_catalog_model(&c, FL_S("luna-3"), &m, &e), FL_E_NOT_FOUND);
	assert_null(m);
	assert_int_equal(fl_catalog_near(&c, FL_S("luna-3"), near), 3);
	assert_true(fl_str_starts(near[0], FL_S("luna-")) && fl_str_starts(near[1], FL_S("luna-")));
	assert_non_null(strstr(e.help, "did you mean luna-"));
}

static void assert_offer(const char *name, const char *id)
{
	struct fl_offer_ref ref;
	struct fl_err e = {0};
	assert_ok(fl_catalog_offer(&c, fl_str_from(name), &ref, &e), &e);
	assert_str(ref.id, id);
}

static void offers_are_found_by_either_side_in_any_name(void **state)
{
	(void)state;
	assert_offer("acme/luna-1", "acme/luna-1");
	assert_offer("acme-ai/moon", "acme/luna-1");
	assert_offer("api.acme.example/luna-one", "acme/luna-1");
	assert_offer("groq/acme/luna", "groq/luna-1");
	assert_offer("groq/luna-1:fp8", "groq/luna-1:fp8");
	assert_offer("luna-1", "acme/luna-1"); /* the lab's own */
	assert_offer("star", "together/star"); /* the only one that is no reseller */
}

static void several_hosts_need_to_be_told_apart(void **state)
{
	(void)state;
	struct fl_offer_ref ref;
	struct fl_err e = {0};
	assert_int_equal(fl_catalog_offer(&c, FL_S("sun"), &ref, &e), FL_E_INVALID);
	assert_non_null(strstr(e.expected, "groq/sun"));
	assert_non_null(strstr(e.expected, "together/sun"));
	assert_int_equal(fl_catalog_offer(&c, FL_S("dust"), &ref, &e), FL_E_NOT_FOUND);
	assert_non_null(strstr(e.help, "fulcrum fit dust"));
	assert_int_equal(fl_catalog_offer(&c, FL_S("groq/dust"), &ref, &e), FL_E_NOT_FOUND);
}

static bool served(const char *model, fl_date day, const char *id)
{
	struct fl_offer_ref ref;
	return fl_catalog_served(&c, FL_S("acme"), fl_str_from(model), day, &ref) && fl_str_is(ref.id, id);
}

static void dated_snapshots_belong_to_names_that_say_so(void **state)
{
	(void)state;
	fl_date day = fl_date_of(2026, 7, 1);
	assert_true(served("luna-one-2026-05-06", day, "acme/luna-1"));
	assert_true(served("luna-one-20260506", day, "acme/luna-1"));
	assert_true(served("luna-one@20260506", day, "acme/luna-1"));
	assert_true(served("luna-one-0506", day, "acme/luna-1"));
	assert_false(served("luna-one-mini", day, "acme/luna-1"));
	assert_false(served("luna-2-2026-05-06", day, "acme/luna-2"));
	assert_false(served("luna-one-2026-05", day, "acme/luna-1"));
}

static void an_alias_means_what_its_days_say(void **state)
{
	(void)state;
	struct fl_offer_ref ref;
	assert_true(fl_catalog_served(&c, FL_S("acme"), FL_S("luna-latest"), fl_date_of(2026, 5, 31), &ref));
	assert_str(ref.id, "acme/luna-1");
	assert_false(fl_catalog_served(&c, FL_S("acme"), FL_S("luna-latest"), fl_date_of(2025, 12, 31), &ref));
	assert_false(fl_catalog_served(&c, FL_S("groq"), FL_S("luna-one"), fl_date_of(2026, 5, 31), &ref));
}

static void providers_are_found_by_id_alias_and_host(void **state)
{
	(void)state;
	struct fl_str id;
	assert_non_null(fl_catalog_provider(&c, FL_S("Acme-AI"), &id));
	assert_str(id, "acme");
	assert_non_null(fl_catalog_provider(&c, FL_S("api.openai.com"), &id));
	assert_str(id, "openai");
	assert_null(fl_catalog_provider(&c, FL_S("openai.com"), &id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(models_are_found_by_id_name_and_alias_in_any_case),
	    cmocka_unit_test(what_only_begins_alike_is_not_found),
	    cmocka_unit_test(a_name_that_is_not_known_gives_the_three_nearest),
	    cmocka_unit_test(offers_are_found_by_either_side_in_any_name),
	    cmocka_unit_test(several_hosts_need_to_be_told_apart),
	    cmocka_unit_test(dated_snapshots_belong_to_names_that_say_so),
	    cmocka_unit_test(an_alias_means_what_its_days_say),
	    cmocka_unit_test(providers_are_found_by_id_alias_and_host),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

/* Whatever parameters a task passes on: a request is one JSON object in which no name stands twice, or it is refused. */
#include "request.h"

#include "base/rng.h"

enum { ROUNDS = 4000 };

/* Names that dialects set themselves, translate or merge, and some that none knows. */
static const char *const names[] = {"temperature",
                                    "top_p",
                                    "topP",
                                    "stop",
                                    "stopSequences",
                                    "stop_sequences",
                                    "max_tokens",
                                    "system",
                                    "contents",
                                    "messages",
                                    "thinking",
                                    "output_config",
                                    "generationConfig",
                                    "seed",
                                    "thinkingConfig",
                                    "logprobs",
                                    "top_logprobs",
                                    "response_format",
                                    "reasoning_effort",
                                    "stream",
                                    "safetySettings",
                                    "responseMimeType",
                                    "user",
                                    "a\"b"};
static const char *const values[] = {"1",
                                     "true",
                                     "\"x\"",
                                     "[1]",
                                     "{}",
                                     "null",
                                     "{\"type\":\"json_object\"}",
                                     "{\"effort\":\"low\"}",
                                     "{\"topP\":1,\"thinkingConfig\":{\"includeThoughts\":true}}",
                                     "{\"includeThoughts\":true}",
                                     "{\"display\":\"x\"}"};
static const char *const efforts[] = {"", "none", "low", "max"};

static const struct fl_dialect *const dialects[] = {&fl_dialect_openai, &fl_dialect_anthropic, &fl_dialect_gemini};

static struct fl_str random_params(struct fl_rng *rng, struct fl_arena *a)
{
	bool used[FL_COUNT(names)] = {false};
	struct fl_str text = FL_S("{");
	size_t n = fl_rng_below(rng, 5);
	for (size_t i = 0; i < n; i++) {
		size_t k = fl_rng_below(rng, FL_COUNT(names));
		if (used[k])
			continue;
		used[k] = true;
		const char *name = k + 1 == FL_COUNT(names) ? "a\\\"b" : names[k];
		text = fl_arena_printf(a, "%.*s%s\"%s\":%s", FL_FMT(text), text.n > 1 ? "," : "", name,
		                       values[fl_rng_below(rng, FL_COUNT(values))]);
	}
	return fl_arena_printf(a, "%.*s}", FL_FMT(text));
}

static void no_name_stands_twice_in_a_request(void **state)
{
	(void)state;
	const uint64_t seed = 20261124;
	struct fl_rng rng;
	struct fl_arena a;
	struct fl_buf b, again;
	long written = 0, refusals = 0;
	struct fl_message m[] = {SYSTEM("s"), USER("q")};
	printf("# seed %llu\n", (unsigned long long)seed);
	fl_rng_init(&rng, seed);
	fl_arena_init(&a);
	fl_buf_init(&b, 100000);
	fl_buf_init(&again, 100000);
	for (int i = 0; i < ROUNDS; i++) {
		struct fl_chat chat = CHAT(m);
		struct fl_json_doc doc;
		struct fl_err err;
		fl_arena_reset(&a);
		fl_buf_reset(&b);
		fl_buf_reset(&again);
		const struct fl_dialect *d = dialects[fl_rng_below(&rng, FL_COUNT(dialects))];
		chat.params = random_params(&rng, &a);
		chat.effort = fl_str_from(efforts[fl_rng_below(&rng, FL_COUNT(efforts))]);
		chat.think_by = (enum fl_think_by)fl_rng_below(&rng, 3);
		chat.has_seed = fl_rng_below(&rng, 2) != 0;
		chat.stream = fl_rng_below(&rng, 2) != 0;
		chat.temperature = fl_rng_below(&rng, 2) ? FL_S("0.5") : FL_S("");
		enum fl_code code = d->encode(&chat, &b, &err);
		if (code != FL_OK) {
			assert_true(code == FL_E_UNSUPPORTED || code == FL_E_INVALID);
			assert_true(err.message[0]);
			refusals++;
			continue;
		}
		written++;
		assert_ok(fl_json_parse(&doc, &a, fl_buf_slice(&b), FL_JSON_LIMITS, &err), &err);
		if (doc.duplicates)
			fail_msg("%s: %s", d->name, b.p);
		assert_ok(d->encode(&chat, &again, &err), &err);
		assert_true(fl_str_eq(fl_buf_slice(&b), fl_buf_slice(&again)));
	}
	printf("# %ld written, %ld refused\n", written, refusals);
	assert_true(written > ROUNDS / 4 && refusals > ROUNDS / 20);
	fl_buf_release(&b);
	fl_buf_release(&again);
	fl_arena_release(&a);
}

static void a_request_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	struct fl_message m[] = {
	    {.role = FL_S("user"), .text = FL_S("see"), .attachment = &png, .attachment_count = 1}};
	for (size_t i = 0; i < FL_COUNT(dialects); i++) {
		struct fl_chat chat = CHAT(m);
		struct fl_buf whole;
		struct fl_err err;
		fl_buf_init(&whole, 10000);
		size_t n = request(dialects[i], &chat, &whole).n;
		fl_buf_release(&whole);
		for (size_t max = 1; max <= n; max++) {
			struct fl_buf b;
			fl_buf_init(&b, max);
			assert_int_equal(dialects[i]->encode(&chat, &b, &err), max < n ? FL_E_LIMIT : FL_OK);
			fl_buf_release(&b);
		}
	}
}

static void every_dialect_is_found_by_its_name(void **state)
{
	(void)state;
	size_t n = 0;
	for (const char *const *name = fl_dialect_names(); *name; name++, n++)
		assert_str(fl_str_from(fl_dialect_find(fl_str_from(*name))->name), *name);
	assert_int_equal(n, FL_COUNT(dialects));
	assert_null(fl_dialect_find(FL_S("grpc")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_name_stands_twice_in_a_request),
	    cmocka_unit_test(a_request_that_does_not_fit_is_refused),
	    cmocka_unit_test(every_dialect_is_found_by_its_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

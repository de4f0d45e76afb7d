/*
 * The rule that tells an input that was cut has no false alarms: on texts whose tokens were counted, on the recorded calls
 * of real small models in examples/, and on recorded traffic of vendors with other tokenizers; and it sees cuts.
 *
 * usage: test_call_cut_input FOLDER-OF-RECORDINGS
 */
#include "test.h"

#include "call/cut_input.h"
#include "codec/json.h"
#include "io/file.h"

static const char *recordings;

/* Tokens by the tokenizers cl100k and Qwen 3.6. */
static const struct {
	const char *text;
	uint64_t cl100k, qwen;
} counted[] = {
    {"", 0, 0},
    {"The quick brown fox jumps over the lazy dog.", 10, 10},
    {"for (size_t i = 0; i < n; i++) sum += a[i];", 20, 20},
    {"{\"id\": 17, \"name\": \"Anna\", \"tags\": [\"a\", \"b\"]}", 21, 22},
    {"https://www.example.com/path/to/page?id=123", 11, 13},
    {"Tr\xc3\xad tu\xe1\xbb\x87 nh\xc3\xa2n t\xe1\xba\xa1o l\xc3\xa0 m\xe1\xbb\x99t l\xc4\xa9nh v\xe1\xbb\xb1"
     "c",
     17, 9},
    {"\xe4\xba\xba\xe5\xb7\xa5\xe6\x99\xba\xe8\x83\xbd\xe6\x98\xaf\xe8\xae\xa1\xe7\xae\x97\xe6\x9c\xba\xe7\xa7\x91"
     "\xe5\xad\xa6",
     11, 3},
    {"responsibilities responsibilities", 3, 3},
    {"I'm don't it's you're", 8, 8},
    {"non-trivial state-of-the-art", 7, 7},
    {"Donaudampfschifffahrtsgesellschaft und Rechtsschutzversicherungsgesellschaften", 26, 20},
    {"aGVsbG8gd29ybGQhIHRoaXMgaXMgYmFzZTY0IHRleHQ=", 30, 31},
    {"3.14159265 2.71828182 1.41421356", 17, 32},
    {"ha ha ha ha", 4, 4},
    {"======----======", 3, 3},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaa", 4, 4},
};

static void a_text_is_never_counted_at_more_tokens_than_it_has(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(counted); i++) {
		uint64_t least = fl_tokens_least(fl_str_from(counted[i].text));
		if (least > counted[i].cl100k || least > counted[i].qwen)
			fail_msg("'%s': %llu", counted[i].text, (unsigned long long)least);
	}
	assert_int_equal(fl_tokens_least(FL_S("The quick brown fox jumps over the lazy dog.")), 9);
	assert_int_equal(fl_tokens_least(FL_S("\xff\xfe ok \xc3")), 1); /* no UTF-8 */
	assert_int_equal(fl_tokens_least(FL_S("ha ha ha ha")), 4);
	assert_int_equal(fl_tokens_least(FL_S("aaaaaaaaaaaaaaaaaaaaaaaaaaaa")), 1);
}

/* --- recorded calls ----------------------------------------------------------------------------------------------- */

static struct fl_str text_of(const struct fl_json *v, struct fl_arena *a)
{
	return v && v->type == FL_JSON_STRING ? fl_json_string(v, a) : FL_S("");
}

/* What a request in OpenAI's format says. */
static struct fl_sent sent_by(const struct fl_json *request, struct fl_arena *a)
{
	struct fl_message m[64];
	size_t n = 0;
	m[n++] = (struct fl_message){.text = text_of(fl_json_get(request, FL_S("prompt")), a)};
	const struct fl_json *list = fl_json_get(request, FL_S("messages"));
	for (const struct fl_json *c = list ? fl_json_first(list) : NULL; c && n < FL_COUNT(m);
	     c = fl_json_next(list, c))
		m[n++] = (struct fl_message){.text = text_of(fl_json_get(c, FL_S("content")), a)};
	return fl_sent_of(&(struct fl_chat){.message = m, .message_count = n});
}

/* Calls each(sent, reported) for each line that has both; returns how many. */
static size_t lines(struct fl_str text, struct fl_str request_at, struct fl_str tokens_at,
                    void (*each)(const struct fl_sent *sent, uint64_t reported, struct fl_str line))
{
	struct fl_arena a;
	size_t seen = 0;
	fl_arena_init(&a);
	while (text.n) {
		struct fl_json_doc doc, inner;
		ptrdiff_t nl = fl_str_find_char(text, '\n', 0);
		struct fl_str line = nl < 0 ? text : fl_str_sub(text, 0, (size_t)nl);
		text = nl < 0 ? (struct fl_str){0} : fl_str_sub(text, (size_t)nl + 1, text.n);
		fl_arena_reset(&a);
		if (fl_json_parse(&doc, &a, line, FL_JSON_LIMITS, NULL) != FL_OK)
			continue;
		const struct fl_json *root = fl_json_root(&doc), *request = fl_json_pointer(root, request_at);
		uint64_t reported;
		if (request && request->type == FL_JSON_STRING &&
		    fl_json_parse(&inner, &a, fl_json_string(request, &a), FL_JSON_LIMITS, NULL) == FL_OK)
			request = fl_json_root(&inner);
		if (!request || request->type != FL_JSON_OBJECT ||
		    !fl_json_u64(fl_json_pointer(root, tokens_at), &reported))
			continue;
		struct fl_sent sent = sent_by(request, &a);
		each(&sent, reported, line);
		seen++;
	}
	fl_arena_release(&a);
	return seen;
}

static void no_more_words_than_tokens(const struct fl_sent *sent, uint64_t reported, struct fl_str line)
{
	if (sent->least_tokens > reported)
		fail_msg("%llu words, %llu tokens: %.*s", (unsigned long long)sent->least_tokens,
		         (unsigned long long)reported, (int)FL_MIN(line.n, (size_t)300), line.p);
}

static void recorded_calls_of_the_examples_have_no_more_words_than_tokens(void **state)
{
	static const char *const files[] = {"extract", "triage", "sentiment"};
	(void)state;
	for (size_t i = 0; i < FL_COUNT(files); i++) {
		char path[1024];
		struct fl_arena a;
		struct fl_str text;
		struct fl_err e;
		snprintf(path, sizeof path, "%s/%s.jsonl.gz", recordings, files[i]);
		fl_arena_init(&a);
		assert_ok(fl_file_read_gzip(path, 1u << 30, &a, &text, &e), &e);
		assert_true(lines(text, FL_S("/request"), FL_S("/response/usage/prompt_tokens"),
		                  no_more_words_than_tokens) > 500);
		fl_arena_release(&a);
	}
}

static void is_not_taken_for_cut(const struct fl_sent *sent, uint64_t reported, struct fl_str line)
{
	static const uint64_t context[] = {0, 1024, 2048, 4096, 8192, 32768};
	for (size_t i = 0; i < FL_COUNT(context); i++)
		if (fl_input_cut(sent, reported, context[i]))
			fail_msg("context %llu, %llu words, %llu tokens: %.*s", (unsigned long long)context[i],
			         (unsigned long long)sent->least_tokens, (unsigned long long)reported,
			         (int)FL_MIN(line.n, (size_t)300), line.p);
}

static void recorded_traffic_of_vendors_is_not_taken_for_cut(void **state)
{
	static const char *const files[] = {"openai_chat", "groq", "mistral_chat",
	                                    "openrouter",  "xai",  "openai_compat"};
	const char *shared = getenv("FULCRUM_SHARED");
	size_t seen = 0;
	(void)state;
	for (size_t i = 0; i < FL_COUNT(files); i++) {
		char path[1024];
		struct fl_arena a;
		struct fl_str text;
		struct fl_err e;
		snprintf(path, sizeof path, "%s/wire/%s.jsonl", shared ? shared : "../shared", files[i]);
		fl_arena_init(&a);
		if (fl_file_read(path, 1u << 30, &a, &text, &e) != FL_OK) {
			fl_arena_release(&a);
			skip();
		}
		seen += lines(text, FL_S("/request/body"), FL_S("/expect/totals/input"), is_not_taken_for_cut);
		fl_arena_release(&a);
	}
	assert_true(seen > 300);
}

/* --- the rule ----------------------------------------------------------------------------------------------------- */

static const struct {
	const char *what;
	uint64_t bytes, least, reported, context;
	bool cut;
} rule[] = {
    {"a long prompt of which half came", 40000, 7000, 4000, 0, true},
    {"as many words as tokens", 40000, 7000, 7000, 0, false},
    {"a tokenizer that merges words", 40000, 7000, 5000, 0, false},
    {"nothing was told", 40000, 7000, 0, 0, false},
    {"a short prompt", 1200, 200, 20, 0, false},
    {"the shortest that is judged", 1500, 256, 170, 0, true},
    {"half of the context and two: Ollama", 16000, 2700, 2050, 4096, true},
    {"the same count where the context is another", 16000, 2700, 2050, 8192, false},
    {"all of the context", 26000, 4400, 4095, 4096, true},
    {"95 % of the context", 26000, 4400, 3892, 4096, true},
    {"all of the context, and it may just fit", 26000, 4200, 4095, 4096, false},
    {"it fits by its bytes", 4000, 700, 400, 4096, false},
    {"far too few, wherever the context ends", 40000, 7000, 1000, 32768, true},
};

static void the_rule_decides_by_words_context_and_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < FL_COUNT(rule); i++) {
		struct fl_sent sent = {.bytes = rule[i].bytes, .least_tokens = rule[i].least};
		if (fl_input_cut(&sent, rule[i].reported, rule[i].context) != rule[i].cut)
			fail_msg("%s", rule[i].what);
	}
}

static void the_words_name_counts_and_remedy(void **state)
{
	struct fl_arena a;
	(void)state;
	fl_arena_init(&a);
	struct fl_str s = fl_input_cut_words(&(struct fl_sent){40000, 7000}, 2050, 4096, &a);
	static const char *const parts[] = {"2050", "7000", "4096", "num_ctx", "llama-server: -c", "fewer examples"};
	for (size_t i = 0; i < FL_COUNT(parts); i++)
		assert_true(fl_str_find(s, fl_str_from(parts[i]), 0) >= 0);
	fl_arena_release(&a);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_text_is_never_counted_at_more_tokens_than_it_has),
	    cmocka_unit_test(recorded_calls_of_the_examples_have_no_more_words_than_tokens),
	    cmocka_unit_test(recorded_traffic_of_vendors_is_not_taken_for_cut),
	    cmocka_unit_test(the_rule_decides_by_words_context_and_bytes),
	    cmocka_unit_test(the_words_name_counts_and_remedy),
	};
	FL_ASSERT(argc == 2);
	recordings = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Recorded traffic of OpenAI's dialect decodes to what it should: text, finish, model, usage; whole, one byte at a time,
 * and, for streams, cut at every event boundary, which must never be a clean end. The recordings are read in place.
 */
#include "test.h"

#include "codec/json.h"
#include "io/file.h"
#include "provider/dialect.h"

struct exchange {
	struct fl_str id, body, content_type;
	int status;
	bool stream;
	const struct fl_json *expect, *root;
};

static const char *shared(void)
{
	const char *v = getenv("FULCRUM_SHARED");
	return v ? v : "../shared";
}

/* Calls each(x, arena) for the exchanges of a file; returns how many, -1 when the file is not there. */
static long each_exchange(const char *name, void (*each)(const struct exchange *x, struct fl_arena *a))
{
	struct fl_arena file, a;
	struct fl_str text;
	struct fl_err err;
	long n = 0;
	fl_arena_init(&file);
	fl_arena_init(&a);
	struct fl_str path = fl_arena_printf(&file, "%s/wire/%s", shared(), name);
	if (fl_file_read(path.p, 1u << 30, &file, &text, &err) != FL_OK) {
		fl_arena_release(&file);
		return -1;
	}
	for (size_t at = 0; at < text.n; n++) {
		ptrdiff_t nl = fl_str_find_char(text, '\n', at);
		size_t end = nl < 0 ? text.n : (size_t)nl;
		struct fl_json_doc doc;
		fl_arena_reset(&a);
		assert_ok(fl_json_parse(&doc, &a, fl_str_sub(text, at, end), FL_JSON_LIMITS, &err), &err);
		const struct fl_json *root = fl_json_root(&doc), *response = fl_json_get(root, FL_S("response"));
		uint64_t status = 200;
		if (!fl_json_u64(fl_json_get(response, FL_S("status")), &status))
			status = 200;
		struct exchange x = {.id = fl_json_string(fl_json_get(root, FL_S("id")), &a),
		                     .root = root,
		                     .status = (int)status,
		                     .body = fl_json_string(fl_json_get(response, FL_S("body")), &a),
		                     .expect = fl_json_get(root, FL_S("expect"))};
		x.stream = fl_str_is(fl_json_string(fl_json_get(response, FL_S("framing")), &a), "sse");
		x.content_type = x.stream ? FL_S("text/event-stream; charset=utf-8") : FL_S("application/json");
		each(&x, &a);
		at = end + 1;
	}
	fl_arena_release(&a);
	fl_arena_release(&file);
	return n;
}

static struct fl_decoder *decode(const struct exchange *x, size_t step, size_t end)
{
	struct fl_decoder *d = fl_dialect_openai.begin(x->status, x->content_type);
	for (size_t i = 0; i < end; i += step)
		fl_dialect_openai.feed(d, fl_str_sub(x->body, i, FL_MIN(i + step, end)));
	return d;
}

static uint64_t expected(const struct fl_json *disjoint, struct fl_str name)
{
	uint64_t v = 0;
	return fl_json_u64(fl_json_get(disjoint, name), &v) ? v : 0;
}

/* Audio tokens are priced as text here. */
static void same_usage(const struct exchange *x, const struct fl_reply *r)
{
	const struct fl_json *d = fl_json_get(x->expect, FL_S("disjoint")),
	                     *totals = fl_json_get(x->expect, FL_S("totals"));
	if (!d)
		return;
	if (!r->usage.reported || r->usage.units[FL_USE_CACHE_READ] != expected(d, FL_S("cache_read")) ||
	    r->usage.units[FL_USE_OUTPUT] != expected(d, FL_S("output_text")) + expected(d, FL_S("output_audio")) ||
	    r->usage.units[FL_USE_REASONING] != expected(d, FL_S("output_reasoning")) ||
	    r->usage.units[FL_USE_INPUT] + r->usage.units[FL_USE_CACHE_WRITE_5M] !=
	        expected(d, FL_S("input_uncached")) + expected(d, FL_S("input_audio")) +
	            expected(d, FL_S("cache_write")))
		fail_msg("%.*s: usage %llu %llu %llu %llu %llu, want %.*s", FL_FMT(x->id),
		         (unsigned long long)r->usage.units[0], (unsigned long long)r->usage.units[1],
		         (unsigned long long)r->usage.units[2], (unsigned long long)r->usage.units[3],
		         (unsigned long long)r->usage.units[4], FL_FMT(d->raw));
	if (!fl_json_get(x->expect, FL_S("disjoint_ambiguous")))
		assert_int_equal(fl_usage_input(&r->usage), expected(totals, FL_S("input")));
}

static void same_answer(const struct exchange *x, const struct fl_reply *r, struct fl_arena *a)
{
	struct fl_str text = fl_json_string(fl_json_get(x->expect, FL_S("text")), a);
	struct fl_str finish = fl_json_string(fl_json_at(fl_json_get(x->expect, FL_S("finish")), 0), a);
	struct fl_str model = fl_json_string(fl_json_get(x->expect, FL_S("model")), a);
	bool refusal = fl_json_get(x->expect, FL_S("refusal")) != NULL;
	if (!fl_str_eq(r->text, text) && !refusal)
		fail_msg("%.*s: text '%.*s', want '%.*s'", FL_FMT(x->id), FL_FMT(r->text), FL_FMT(text));
	if (!fl_str_eq(r->finish, finish))
		fail_msg("%.*s: finish '%.*s', want '%.*s'", FL_FMT(x->id), FL_FMT(r->finish), FL_FMT(finish));
	if (model.n && !fl_str_eq(r->model, model))
		fail_msg("%.*s: model '%.*s', want '%.*s'", FL_FMT(x->id), FL_FMT(r->model), FL_FMT(model));
	same_usage(x, r);
}

static void check_openai(const struct exchange *x, struct fl_arena *a)
{
	for (size_t step = 1; step <= FL_MAX(x->body.n, (size_t)1);
	     step = step == 1 ? FL_MAX(x->body.n, (size_t)2) : step + x->body.n) {
		struct fl_decoder *d = decode(x, step, x->body.n);
		const struct fl_reply *r = fl_dialect_openai.end(d);
		if (fl_json_get(x->expect, FL_S("error"))) {
			assert_int_not_equal(r->code, FL_OK);
			assert_int_equal(r->outcome, FL_OUT_FAILED);
		} else if (fl_json_get(x->expect, FL_S("no_done"))) {
			same_answer(x, r, a); /* what came is kept, but without [DONE] it is no clean end */
			assert_int_equal(r->code, FL_E_TRUNCATED);
		} else {
			if (r->code != FL_OK)
				fail_msg("%.*s: %s: %.*s", FL_FMT(x->id), fl_code_name(r->code), FL_FMT(r->message));
			same_answer(x, r, a);
		}
		fl_dialect_openai.release(d);
	}
}

static void cut_everywhere(const struct exchange *x, struct fl_arena *a)
{
	(void)a;
	if (!x->stream)
		return;
	for (ptrdiff_t at = fl_str_find(x->body, FL_S("\n\n"), 0); at >= 0;
	     at = fl_str_find(x->body, FL_S("\n\n"), (size_t)at + 2)) {
		struct fl_str before = fl_str_sub(x->body, 0, (size_t)at);
		if (fl_str_find(before, FL_S("[DONE]"), 0) >= 0)
			break;
		struct fl_decoder *d = decode(x, x->body.n, (size_t)at + 2);
		if (fl_dialect_openai.end(d)->code == FL_OK)
			fail_msg("%.*s: cut at %td is a clean end", FL_FMT(x->id), at);
		fl_dialect_openai.release(d);
	}
}

static void check_llama(const struct exchange *x, struct fl_arena *a)
{
	struct fl_str endpoint = fl_json_string(fl_json_get(x->root, FL_S("endpoint")), a);
	if (!fl_str_is(endpoint, "/v1/chat/completions") && !fl_str_is(endpoint, "/v1/completions"))
		return;
	struct fl_decoder *d = decode(x, 1, x->body.n);
	const struct fl_reply *r = fl_dialect_openai.end(d);
	if (x->status != 200) {
		assert_int_not_equal(r->code, FL_OK);
		assert_true(r->message.n > 0);
	} else if (!x->stream || fl_str_find(x->body, FL_S("\"usage\""), 0) >= 0) {
		if (r->code != FL_OK)
			fail_msg("%.*s: %.*s", FL_FMT(x->id), FL_FMT(r->message));
		assert_true(r->usage.reported);
	}
	if (x->status == 200 && fl_str_find(x->body, FL_S("\"timings\""), 0) >= 0)
		assert_true(r->usage.compute_us > 0);
	fl_dialect_openai.release(d);
}

static void run(const char *file, void (*each)(const struct exchange *x, struct fl_arena *a), long least)
{
	long n = each_exchange(file, each);
	if (n < 0)
		printf("# SKIP %s/wire/%s is not there\n", shared(), file);
	else
		assert_true(n >= least);
}

static void recorded_openai_traffic_decodes_to_what_it_should(void **state)
{
	(void)state;
	run("openai_chat.jsonl", check_openai, 200);
}

static void a_stream_cut_at_any_event_is_never_a_clean_end(void **state)
{
	(void)state;
	run("openai_chat.jsonl", cut_everywhere, 200);
}

static void recorded_llama_server_traffic_decodes(void **state)
{
	(void)state;
	run("llama_server.jsonl", check_llama, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recorded_openai_traffic_decodes_to_what_it_should),
	    cmocka_unit_test(a_stream_cut_at_any_event_is_never_a_clean_end),
	    cmocka_unit_test(recorded_llama_server_traffic_decodes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

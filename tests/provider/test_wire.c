/*
 * Recorded traffic of 25 providers decodes to what it should: model, finish, text, tool calls, usage by class; whole, one
 * byte at a time, and, for streams, cut at event boundaries, which must never be a clean end. The recordings are read in
 * place.
 */
#include "test.h"

#include "codec/base64.h"
#include "io/file.h"
#include "provider/dialect.h"
#include "provider/recorded.h"

enum { SHOWN = 60 }; /* disagreements that are printed */

static struct {
	long exchanges, expected, usages, streams, cuts, wrong;
} tally;

/* An exchange of a file, with what is needed to check it. */
struct sample {
	struct fl_str line, id, wire, body, content_type, framing;
	int status;
	bool invoke;
	const struct fl_json *expect;
	struct fl_arena *a;
};

static void wrong(const struct sample *s, const char *fmt, ...) FL_PRINTF(2, 3);
static void wrong(const struct sample *s, const char *fmt, ...)
{
	va_list ap;
	if (tally.wrong++ >= SHOWN)
		return;
	printf("# %.*s: ", FL_FMT(s->id));
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

static const struct fl_json *get(const struct fl_json *v, const char *name)
{
	return fl_json_get(v, fl_str_from(name));
}

static bool is_true(const struct fl_json *v)
{
	return v && v->type == FL_JSON_TRUE;
}

/* --- reading the recordings --------------------------------------------------------------------------------------- */

static const char *shared(void)
{
	const char *v = getenv("FULCRUM_SHARED");
	return v ? v : "../shared";
}

static struct fl_str body_of(const struct fl_json *response, struct fl_arena *a)
{
	struct fl_str b64 = fl_json_string(get(response, "body_b64"), a);
	if (!b64.n)
		return fl_json_string(get(response, "body"), a);
	struct fl_buf b;
	fl_buf_init(&b, 1u << 30);
	assert_true(fl_base64_decode(b64, &b));
	struct fl_str out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

static struct fl_str content_type(const struct fl_json *headers, struct fl_arena *a)
{
	for (const struct fl_json *m = headers ? fl_json_first(headers) : NULL; m; m = fl_json_next(headers, m))
		if (fl_str_eq_nocase(fl_json_key(m, a), FL_S("content-type")))
			return fl_json_string(m, a);
	return FL_S("");
}

static void read_sample(struct sample *s, struct fl_str line, struct fl_arena *a)
{
	struct fl_json_doc doc;
	struct fl_err err;
	assert_ok(fl_json_parse(&doc, a, line, FL_JSON_LIMITS, &err), &err);
	const struct fl_json *root = fl_json_root(&doc), *response = get(root, "response");
	uint64_t status = 0;
	*s = (struct sample){.line = line,
	                     .a = a,
	                     .id = fl_json_string(get(root, "id"), a),
	                     .wire = fl_json_string(get(root, "wire"), a),
	                     .body = body_of(response, a),
	                     .content_type = content_type(get(response, "headers"), a),
	                     .framing = fl_json_string(get(response, "framing"), a),
	                     .expect = get(root, "expect")};
	s->status = fl_json_u64(get(response, "status"), &status) && status ? (int)status : 200;
	s->invoke = fl_str_find(fl_json_string(get(root, "endpoint"), a), FL_S("/invoke"), 0) >= 0;
}

/* Calls each(sample) for the exchanges of a file; false when the file is not there. */
static bool each_sample(const char *name, void (*each)(struct sample *s))
{
	struct fl_arena file, a;
	struct fl_str text;
	struct fl_err err;
	fl_arena_init(&file);
	fl_arena_init(&a);
	struct fl_str path = fl_arena_printf(&file, "%s/wire/%s.jsonl", shared(), name);
	bool there = fl_file_read(path.p, FL_RECORDED_FILE_BYTES, &file, &text, &err) == FL_OK;
	for (size_t at = 0; there && at < text.n;) {
		ptrdiff_t nl = fl_str_find_char(text, '\n', at);
		size_t end = nl < 0 ? text.n : (size_t)nl;
		struct sample s;
		fl_arena_reset(&a);
		read_sample(&s, fl_str_sub(text, at, end), &a);
		each(&s);
		at = end + 1;
	}
	fl_arena_release(&a);
	fl_arena_release(&file);
	return there;
}

static const char *const files[] = {
    "anthropic_messages",
    "bedrock_converse",
    "bedrock_invoke",
    "cohere",
    "deepseek",
    "embeddings",
    "gemini_generate",
    "groq",
    "mistral_chat",
    "ollama_chat",
    "openai_chat",
    "openai_compat",
    "openai_responses",
    "openrouter",
    "other",
    "rerank",
    "xai",
    "llama_server",
};

static bool each_file(void (*each)(struct sample *s))
{
	memset(&tally, 0, sizeof tally);
	for (size_t i = 0; i < FL_COUNT(files); i++)
		if (!each_sample(files[i], each)) {
			printf("# SKIP %s/wire is not there\n", shared());
			return false;
		}
	return true;
}

/* --- what is expected --------------------------------------------------------------------------------------------- */

/*
 * Where this program is right against the recordings' expectation, or reads more.
 */
static const struct {
	const char *id, *why;
} exempt[] = {
    {"anthropic_messages-e6ede88994", "two messages in one body: texts of both were mixed; the last is told here"},
    {"bedrock_converse-39e35d08f6", "text with citations stands in citationsContent: it is read here"},
    {"bedrock_converse-4be5146b75", "text with citations stands in citationsContent: it is read here"},
    {"bedrock_converse-73203cbaf4", "text with citations stands in citationsContent: it is read here"},
    {"bedrock_converse-e6b354ff26", "text with citations stands in citationsContent: it is read here"},
    {"bedrock_invoke-7e44e22a43", "a text completion, whose end is its stop_reason"},
    {"bedrock_invoke-8f25299db3", "a text completion, whose end is its stop_reason"},
    {"bedrock_invoke-2c539e30a0", "of no known format there; text and finish are read here"},
    {"bedrock_invoke-7433603bc6", "of no known format there; text and finish are read here"},
    {"bedrock_invoke-c9a60d791b", "of no known format there; text and finish are read here"},
    {"other-a2e6dc6bf3", "of no known format there; text and finish are read here"},
    {"openai_compat-14ef5de369", "an echo of the request, no answer"},
    {"openai_responses-58240a4bde", "a chat completion on the Responses endpoint: it is read here"},
    {"gemini_generate-92992bb20a", "arguments in pieces: folded here"},
    {"gemini_generate-9d5c2d9cf9", "arguments in pieces: folded here"},
    {"gemini_generate-f7e5a6754a", "arguments in pieces: folded here"},
};

static bool is_exempt(const struct sample *s)
{
	for (size_t i = 0; i < FL_COUNT(exempt); i++)
		if (fl_str_is(s->id, exempt[i].id))
			return true;
	return false;
}

static const struct {
	const char *name;
	enum fl_usage_class class;
} classes[] = {
    {"input_uncached", FL_USE_INPUT},          {"cache_read", FL_USE_CACHE_READ},
    {"cache_write", FL_USE_CACHE_WRITE_5M},    {"cache_write_5m", FL_USE_CACHE_WRITE_5M},
    {"cache_write_1h", FL_USE_CACHE_WRITE_1H}, {"output_text", FL_USE_OUTPUT},
    {"output_reasoning", FL_USE_REASONING},    {"tool_use_input", FL_USE_TOOL_PROMPT},
    {"input_audio", FL_USE_AUDIO_INPUT},       {"input_image", FL_USE_IMAGE_INPUT},
    {"output_audio", FL_USE_AUDIO_OUTPUT},
};

static bool usage_is(const struct fl_usage *u, const struct fl_json *want)
{
	uint64_t units[FL_USE_TOKEN_CLASSES] = {0}, n;
	for (size_t i = 0; i < FL_COUNT(classes); i++)
		if (fl_json_u64(get(want, classes[i].name), &n))
			units[classes[i].class] = n;
	return u->reported && memcmp(units, u->units, sizeof units) == 0;
}

static void check_usage(const struct sample *s, const struct fl_reply *r)
{
	const struct fl_json *want = get(s->expect, "disjoint"), *alt = get(s->expect, "disjoint_alt");
	bool ambiguous = is_true(get(s->expect, "disjoint_ambiguous"));
	if (!want)
		return;
	tally.usages++;
	if (!usage_is(&r->usage, want) && !(ambiguous && usage_is(&r->usage, alt))) {
		struct fl_str got = FL_S("");
		for (int c = 0; c < FL_USE_TOKEN_CLASSES; c++)
			if (r->usage.units[c])
				got = fl_arena_printf(s->a, "%.*s %s=%llu", FL_FMT(got),
				                      fl_usage_class_name((enum fl_usage_class)c),
				                      (unsigned long long)r->usage.units[c]);
		wrong(s, "usage%.*s, want %.*s", FL_FMT(got), FL_FMT(want->raw));
	}
	if (ambiguous && (r->problems == 0 || !r->usage.odd))
		wrong(s, "usage contradicts itself, and nothing is said of it");
}

/* Text as JSON where both are, else as text. */
static bool same_arguments(struct fl_str a, struct fl_str b, struct fl_arena *arena)
{
	struct fl_json_doc x, y;
	if (fl_str_eq(a, b))
		return true;
	return fl_json_parse(&x, arena, a, FL_JSON_LIMITS, NULL) == FL_OK &&
	       fl_json_parse(&y, arena, b, FL_JSON_LIMITS, NULL) == FL_OK &&
	       fl_json_equal(fl_json_root(&x), fl_json_root(&y), arena);
}

static void check_tools(const struct sample *s, const struct fl_reply *r)
{
	const struct fl_json *want = get(s->expect, "tool_calls");
	size_t i = 0;
	for (const struct fl_json *t = want ? fl_json_first(want) : NULL; t; t = fl_json_next(want, t), i++) {
		struct fl_str name = fl_json_string(get(t, "name"), s->a),
		              args = fl_json_string(get(t, "arguments"), s->a);
		if (i >= r->tools)
			wrong(s, "tool call %zu '%.*s' is missing", i, FL_FMT(name));
		else if (!fl_str_eq(r->tool[i].name, name) || !same_arguments(r->tool[i].arguments, args, s->a))
			wrong(s, "tool call %zu '%.*s' %.*s, want '%.*s' %.*s", i, FL_FMT(r->tool[i].name),
			      FL_FMT(r->tool[i].arguments), FL_FMT(name), FL_FMT(args));
	}
	if (r->tools > i)
		wrong(s, "%zu tool calls, want %zu", r->tools, i);
}

static void check_words(const struct sample *s, const struct fl_reply *r)
{
	struct fl_str text = fl_json_string(get(s->expect, "text"), s->a);
	struct fl_str model = fl_json_string(get(s->expect, "model"), s->a);
	const struct fl_json *f = fl_json_at(get(s->expect, "finish"), 0);
	struct fl_str finish = f && f->type == FL_JSON_NUMBER ? f->raw : fl_json_string(f, s->a);
	if (!fl_str_eq(r->text, text))
		wrong(s, "text '%.*s', want '%.*s'", FL_FMT(r->text), FL_FMT(text));
	if (!fl_str_eq(r->finish, finish))
		wrong(s, "finish '%.*s', want '%.*s'", FL_FMT(r->finish), FL_FMT(finish));
	if (model.n && !fl_str_eq(r->model, model))
		wrong(s, "model '%.*s', want '%.*s'", FL_FMT(r->model), FL_FMT(model));
}

static void check_end(const struct sample *s, const struct fl_reply *r)
{
	bool failed = get(s->expect, "error") || get(s->expect, "stream_error");
	bool cut = is_true(get(s->expect, "no_done")) || is_true(get(s->expect, "truncated"));
	if (fl_str_find(s->body, FL_S("chat.completion.done"), 0) >= 0)
		cut = false; /* Perplexity's own end */
	if (failed && r->code == FL_OK)
		wrong(s, "an error was not seen");
	if (cut && (r->complete || r->code == FL_OK))
		wrong(s, "a stream without its end is taken for whole");
	bool going = fl_str_is(r->finish, "queued") || fl_str_is(r->finish, "in_progress");
	if (!failed && !cut && !going && s->status == 200 && (!r->complete || r->code != FL_OK))
		wrong(s, "not taken for whole: %s: %.*s", fl_code_name(r->code), FL_FMT(r->message));
	if ((r->outcome == FL_OUT_FAILED) != (r->code != FL_OK))
		wrong(s, "outcome %s with code %s", fl_outcome_name(r->outcome), fl_code_name(r->code));
}

static enum fl_code check_exchange(void *user, const struct fl_recorded *x, struct fl_err *err)
{
	const struct sample *s = user;
	(void)err;
	tally.exchanges++;
	if (!s->expect || is_exempt(s))
		return FL_OK;
	tally.expected++;
	bool same = fl_str_is(s->wire, x->wire->name) || fl_str_is(s->wire, "other");
	if (fl_str_is(s->wire, "openai_completions")) /* some answer with a chat completion */
		same |= x->wire == &fl_wire_openai_chat;
	if (!same)
		wrong(s, "read as %s, want %.*s", x->wire->name, FL_FMT(s->wire));
	check_words(s, &x->reply);
	check_tools(s, &x->reply);
	check_usage(s, &x->reply);
	if (!fl_str_is(s->wire, "other"))
		check_end(s, &x->reply);
	return FL_OK;
}

static void check_line(struct sample *s)
{
	struct fl_recorded_file file = {.name = "recording"};
	struct fl_err err;
	assert_ok(fl_recorded_each(s->line, &file, check_exchange, s, &err), &err);
}

/* The same without the hints that a recording of one's own would not hold. */
static void check_line_without_hints(struct sample *s)
{
	char *line = fl_arena_dupz(s->a, s->line);
	char *hint = strstr(line, "\"wire\": \""), *provider = strstr(line, "\"provider\": \"");
	assert_non_null(hint);
	hint[1] = '-';
	provider[1] = '-';
	s->line = fl_str_from(line);
	check_line(s);
}

static void settle(const char *what)
{
	printf("# %s: %ld exchanges, %ld with an expectation, %ld usages compared, %ld wrong\n", what, tally.exchanges,
	       tally.expected, tally.usages, tally.wrong);
	assert_int_equal(tally.wrong, 0);
	assert_true(tally.expected >= 2000 && tally.usages >= 1700);
}

static void recorded_traffic_decodes_to_what_it_should(void **state)
{
	(void)state;
	if (each_file(check_line))
		settle("with hints");
}

static void the_wire_format_is_found_without_a_hint(void **state)
{
	(void)state;
	if (each_file(check_line_without_hints))
		settle("without hints");
}

/* --- splits and cuts ---------------------------------------------------------------------------------------------- */

static struct fl_decoder *decode(const struct sample *s, size_t step, size_t end)
{
	const struct fl_wire *wire = s->invoke ? &fl_wire_bedrock_invoke : fl_wire_find(s->wire);
	struct fl_decoder *d = fl_wire_begin(wire, s->status, s->content_type);
	for (size_t i = 0; i < end; i += step)
		fl_wire_feed(d, fl_str_sub(s->body, i, FL_MIN(i + step, end)));
	return d;
}

static bool same_tools(const struct fl_reply *a, const struct fl_reply *b)
{
	bool same = a->tools == b->tools;
	for (size_t i = 0; same && i < a->tools; i++)
		same = fl_str_eq(a->tool[i].name, b->tool[i].name) &&
		       fl_str_eq(a->tool[i].arguments, b->tool[i].arguments);
	return same;
}

static void check_split(struct sample *s)
{
	struct fl_decoder *whole = decode(s, FL_MAX(s->body.n, (size_t)1), s->body.n), *bytes = decode(s, 1, s->body.n);
	const struct fl_reply *a = fl_wire_end(whole), *b = fl_wire_end(bytes);
	tally.exchanges++;
	if (a->code != b->code || a->outcome != b->outcome || a->complete != b->complete ||
	    a->problems != b->problems || !fl_str_eq(a->text, b->text) || !fl_str_eq(a->reasoning, b->reasoning) ||
	    !fl_str_eq(a->finish, b->finish) || !fl_str_eq(a->model, b->model) || !fl_str_eq(a->message, b->message) ||
	    !same_tools(a, b) || memcmp(&a->usage, &b->usage, sizeof a->usage) != 0)
		wrong(s, "fed by bytes it is another answer");
	fl_wire_release(whole);
	fl_wire_release(bytes);
}

static void any_split_gives_the_same_answer(void **state)
{
	(void)state;
	if (!each_file(check_split))
		return;
	printf("# %ld exchanges, %ld wrong\n", tally.exchanges, tally.wrong);
	assert_int_equal(tally.wrong, 0);
}

/* Where the next event begins, at or after `at`; the body's length when there is none. */
static size_t next_event(const struct sample *s, size_t at)
{
	const char *between = fl_str_is(s->framing, "sse") ? "\n\n" : "\n";
	if (fl_str_is(s->framing, "eventstream")) {
		const uint8_t *p = (const uint8_t *)s->body.p + at;
		size_t n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
		return at + n;
	}
	ptrdiff_t end = fl_str_find(s->body, fl_str_from(between), at);
	if (end < 0 && fl_str_find(s->body, FL_S("\r\n\r\n"), at) >= 0)
		return (size_t)fl_str_find(s->body, FL_S("\r\n\r\n"), at) + 4;
	return end < 0 ? s->body.n : (size_t)end + strlen(between);
}

/* What the bytes must hold before anybody may call them whole. */
static const struct {
	const char *wire, *mark[4];
} ends[] = {
    {"openai_chat", {"[DONE]", "chat.completion.done"}},
    {"openai_completions", {"[DONE]"}},
    {"openai_responses", {"\"response.completed\"", "\"response.incomplete\"", "\"response.failed\""}},
    {"anthropic_messages", {"message_stop"}},
    {"gemini_generate", {"finishReason", "blockReason"}},
    {"ollama_chat", {"\"done\":true"}},
    {"cohere", {"message-end", "stream-end"}},
};

static bool has_end(const struct sample *s, size_t n)
{
	struct fl_str head = fl_str_sub(s->body, 0, n);
	for (size_t i = 0; i < FL_COUNT(ends); i++)
		for (size_t k = 0; fl_str_is(s->wire, ends[i].wire) && k < 4 && ends[i].mark[k]; k++)
			if (fl_str_find(head, fl_str_from(ends[i].mark[k]), 0) >= 0)
				return true;
	return false;
}

enum { CUTS = 80 }; /* of one stream, spread evenly; in the formats that requests are written in, at every event */

static bool is_spoken(const struct sample *s)
{
	bool spoken = false;
	for (const char *const *name = fl_dialect_names(); *name; name++)
		spoken |= fl_str_is(s->wire, fl_dialect_find(fl_str_from(*name))->wire->name);
	return spoken;
}

static void check_cuts(struct sample *s)
{
	bool stream = !fl_str_is(s->framing, "json") && !fl_str_is(s->framing, "text");
	if (!stream || s->status != 200 || fl_str_is(s->wire, "other"))
		return;
	size_t events = 0, number = 0;
	bool every = is_spoken(s);
	for (size_t at = 0; at < s->body.n; at = next_event(s, at))
		events++;
	tally.streams++;
	for (size_t at = next_event(s, 0); at < s->body.n; at = next_event(s, at)) {
		if (number++ % (events / CUTS + 1) && number + 4 < events && !every)
			continue;
		if (!fl_str_is(s->framing, "eventstream") && has_end(s, at))
			break;
		struct fl_decoder *d = decode(s, s->body.n, at);
		const struct fl_reply *r = fl_wire_end(d);
		tally.cuts++;
		if (r->complete || r->code == FL_OK)
			wrong(s, "cut at %zu of %zu is a clean end", at, s->body.n);
		fl_wire_release(d);
	}
}

static void a_stream_cut_at_an_event_is_never_a_clean_end(void **state)
{
	(void)state;
	if (!each_file(check_cuts))
		return;
	printf("# %ld streams, %ld cuts, %ld wrong\n", tally.streams, tally.cuts, tally.wrong);
	assert_int_equal(tally.wrong, 0);
	assert_true(tally.streams > 400);
}

/* --- local servers ------------------------------------------------------------------------------------------------ */

static void check_llama(struct sample *s)
{
	if (!fl_str_is(s->wire, "openai_chat"))
		return;
	struct fl_decoder *d = decode(s, 1, s->body.n);
	const struct fl_reply *r = fl_wire_end(d);
	tally.exchanges++;
	if (s->status != 200) {
		assert_int_not_equal(r->code, FL_OK);
		assert_true(r->message.n > 0);
	} else if (!fl_str_is(s->framing, "sse") || fl_str_find(s->body, FL_S("\"usage\""), 0) >= 0) {
		if (r->code != FL_OK || !r->usage.reported)
			wrong(s, "%.*s", FL_FMT(r->message));
	}
	if (s->status == 200 && fl_str_find(s->body, FL_S("\"timings\""), 0) >= 0)
		assert_true(r->usage.compute_us > 0);
	fl_wire_release(d);
}

static void recorded_llama_server_traffic_decodes(void **state)
{
	(void)state;
	memset(&tally, 0, sizeof tally);
	if (!each_sample("llama_server", check_llama)) {
		printf("# SKIP %s/wire/llama_server.jsonl is not there\n", shared());
		return;
	}
	assert_int_equal(tally.wrong, 0);
	assert_true(tally.exchanges >= 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recorded_traffic_decodes_to_what_it_should),
	    cmocka_unit_test(the_wire_format_is_found_without_a_hint),
	    cmocka_unit_test(any_split_gives_the_same_answer),
	    cmocka_unit_test(a_stream_cut_at_an_event_is_never_a_clean_end),
	    cmocka_unit_test(recorded_llama_server_traffic_decodes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "present/sample.h"

#include "call/record.h"
#include "codec/json.h"
#include "eval/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MUST(x) ((x) ? (void)0 : FL_BUG("sample: %s", #x))

enum { ITEMS = 40, RUNS_CELLS = 12 };

static const char *const evil[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>",
    "</style><script>alert(3)</script>",
    "' onmouseover='alert(4)' x='",
    "</pre></title><svg onload=alert(5)>",
    "javascript:alert(6) http://example.invalid/x.png",
    "\xe2\x80\xaegnp.exe\xe2\x81\xa6 \x1b[31mred\x07\x1b]0;title\x07 \xff\xfe &lt;b&gt; &amp;#60;",
    "<!--<iframe src=\"http://example.invalid/\">--><base href=//example.invalid>",
};

struct fl_str sample_evil(size_t i)
{
	return fl_str_from(evil[i % FL_COUNT(evil)]);
}

static struct fl_str name_of(struct sample *s, enum sample_kind kind, size_t i)
{
	struct fl_arena *a = &s->b.arena;
	if (kind == SAMPLE_HOSTILE)
		return sample_evil(i);
	if (kind == SAMPLE_LONG)
		return fl_arena_printf(
		    a, "a-provider/an-open-model-of-some-length-72b-instruct-2026@high x%zu +%zuex /careful", i, i * 6);
	return fl_arena_printf(a, "vendor%zu/model-%zu%s", i % 3, i, i % 2 ? "@high x3" : "");
}

static void fill_candidate(struct sample *s, enum sample_kind kind, size_t i)
{
	struct fl_balance *b = &s->b;
	struct fl_balance_candidate *c = &b->candidate[i];
	size_t n = b->candidate_count;
	double at = n > 1 ? (double)i / (double)(n - 1) : 1, cost = 1;
	for (size_t k = 0; k < i; k++)
		cost *= n > 20 ? 1.15 : 2.4;
	*c = (struct fl_balance_candidate){.name = name_of(s, kind, i),
	                                   .state = FL_ARM_ELIMINATED,
	                                   .by = n > 1 ? (int)n - 2 : -1,
	                                   .reason = "worse than",
	                                   .at_item = 4 + (i * 36) / n,
	                                   .items = 4 + (i * 36) / n,
	                                   .score = 0.4 + 0.5 * at,
	                                   .score_interval = {0.3 + 0.5 * at, 0.5 + 0.5 * at},
	                                   .cost_nusd = (int64_t)(21000 * cost),
	                                   .latency_ms = 200 + 150 * (double)i,
	                                   .in_tokens = 1000 * (i + 1),
	                                   .out_tokens = 90 * (i + 1)};
	c->outcome[FL_OUT_OK] = c->items;
	if (i == 1) {
		c->failed[-FL_E_TIMEOUT] = 3;
		c->failed[-FL_E_SERVER] = 1;
		c->cut_share = 0.05;
	}
	if (i + 3 == n) {
		c->state = FL_ARM_RESTING;
		c->reason = "rests under";
	}
}

static void fill_staircase(struct fl_balance *b)
{
	size_t n = FL_MIN(b->candidate_count, (size_t)4);
	int64_t from = 0, to = 4000000;
	b->tread = FL_NEW_ARRAY(&b->arena, struct fl_tread, n);
	for (size_t i = 0; i < n; i++, from = to, to *= 9)
		b->tread[i] = (struct fl_tread){i, from, i + 1 < n ? to : -1};
	b->tread_count = n;
}

static void choose(struct fl_balance *b)
{
	b->chosen = (int)b->candidate_count - (b->candidate_count > 1 ? 2 : 1);
	struct fl_balance_candidate *c = &b->candidate[b->chosen];
	c->state = FL_ARM_CHOSEN;
	c->by = -1;
	c->reason = "the best";
	b->step = FL_NEW_ARRAY(&b->arena, struct fl_balance_step, 2);
	b->step[0] = (struct fl_balance_step){4, 0, b->chosen, FL_ARM_ELIMINATED, "worse than"};
	b->step[1] = (struct fl_balance_step){9, b->chosen, -1, FL_ARM_RESTING, "rests under"};
	b->step_count = 2;
}

static void fill_kind(struct sample *s, enum sample_kind kind)
{
	struct fl_balance *b = &s->b;
	if (kind == SAMPLE_NONE || kind == SAMPLE_STOPPED) {
		b->chosen = -1;
		b->state = kind == SAMPLE_NONE ? FL_RACE_NONE_FEASIBLE : FL_RACE_BEST_SO_FAR;
		for (size_t i = 0; i < b->candidate_count; i++)
			b->candidate[i].state = kind == SAMPLE_NONE ? FL_ARM_INFEASIBLE : FL_ARM_ALIVE;
	}
	if (kind == SAMPLE_STOPPED)
		b->stopped = fl_err_set(&b->stop_err, FL_E_CANCELLED, "stopped by a signal");
	if (kind == SAMPLE_ONE)
		b->candidate[0] = (struct fl_balance_candidate){
		    .name = b->candidate[0].name, .state = FL_ARM_CHOSEN, .by = -1, .reason = ""};
	for (size_t i = 0; i < b->candidate_count && kind == SAMPLE_FREE; i++)
		b->candidate[i].cost_nusd = 0;
	if (kind == SAMPLE_UNKNOWN)
		b->cost_known = b->latency_known = false;
	if (kind == SAMPLE_PLAIN || kind == SAMPLE_HOSTILE) {
		b->baseline = (int)b->candidate_count - 1;
		b->saves_known = true;
		b->saves = (struct fl_month){INT64_C(1234000000000), {INT64_C(900000000000), INT64_C(1500000000000)}};
		b->wish.traffic_month = 50000;
		b->assumption = FL_NEW_ARRAY(&b->arena, struct fl_str, 2);
		b->assumption[0] = FL_S("The server 'lab' has no stated price: its calls count as free.");
		b->assumption[1] = kind == SAMPLE_HOSTILE ? sample_evil(1) : FL_S("Nothing else.");
		b->assumption_count = 2;
	}
}

void sample_open(struct sample *s, enum sample_kind kind)
{
	struct fl_balance *b = &s->b;
	*s = (struct sample){
	    .b = {.items = ITEMS, .positions = ITEMS, .cost_known = true, .latency_known = true, .baseline = -1}};
	fl_arena_init(&b->arena);
	fl_wish_init(&b->wish);
	b->wish.goal = FL_GOAL_VALUE;
	b->wish.value_nusd = 50000000;
	b->task = kind == SAMPLE_HOSTILE ? sample_evil(2) : FL_S("ticket-triage");
	b->about = kind == SAMPLE_HOSTILE ? sample_evil(4) : FL_S("Put each support ticket into one of six queues.");
	b->run = FL_S("");
	b->candidate_count = kind == SAMPLE_ONE ? 1 : kind == SAMPLE_MANY ? 51 : 8;
	b->candidate = FL_NEW_ARRAY(&b->arena, struct fl_balance_candidate, b->candidate_count);
	for (size_t i = 0; i < b->candidate_count; i++)
		fill_candidate(s, kind, i);
	b->state = FL_RACE_CERTIFIED;
	b->regret_bound_nusd = 400000;
	b->future_regret_bound_nusd = 2000000;
	b->epsilon_nusd = 1000000;
	b->spent_cells = 100;
	b->grid_cells = b->candidate_count * ITEMS;
	b->spent_nusd = 12000000;
	b->grid_nusd = 90000000;
	fill_staircase(b);
	choose(b);
	fill_kind(s, kind);
}

/* --- store -------------------------------------------------------------------------------------------------------- */

/* An exchange that says `text` to a question about an item; its key into key. */
static void import_exchange(struct sample *s, size_t candidate, size_t item, struct fl_str text,
                            uint8_t key[FL_CELL_KEY])
{
	struct fl_arena *a = &s->b.arena;
	struct fl_buf request, response, line;
	struct fl_json_writer w;
	struct fl_err err;
	size_t added, lines;
	fl_buf_init(&request, 1 << 20);
	fl_buf_init(&response, 1 << 20);
	fl_buf_init(&line, 1 << 22);
	fl_json_begin(&w, &request, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "model", fl_arena_printf(a, "m%zu", candidate));
	fl_json_name(&w, "messages");
	fl_json_open(&w, '[');
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "role", FL_S("user"));
	fl_json_member_str(&w, "content",
	                   fl_arena_printf(a, "Which queue? Ticket %zu: my invoice is wrong.%.*s", item, FL_FMT(text)));
	fl_json_close(&w);
	fl_json_close(&w);
	fl_json_close(&w);
	fl_json_begin(&w, &response, 0);
	fl_json_open(&w, '{');
	fl_json_name(&w, "choices");
	fl_json_open(&w, '[');
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "finish_reason", FL_S("stop"));
	fl_json_name(&w, "message");
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "role", FL_S("assistant"));
	fl_json_member_str(&w, "content", fl_arena_printf(a, "I think that it is %.*s", FL_FMT(text)));
	fl_json_close(&w);
	fl_json_close(&w);
	fl_json_close(&w);
	fl_json_close(&w);
	struct fl_exchange x = {.offer = FL_S("lab/m"),
	                        .dialect = FL_S("openai"),
	                        .url = FL_S("http://127.0.0.1:1/v1/chat/completions"),
	                        .request = fl_buf_slice(&request),
	                        .response = fl_buf_slice(&response),
	                        .status = 200,
	                        .draw = 1,
	                        .cell = {.attempts = 1}};
	fl_call_key(x.offer, x.url, x.request, x.draw, key);
	MUST(fl_exchange_write(&x, &line));
	enum fl_code code = fl_exchange_import(s->store, fl_buf_slice(&line), "sample", &added, &lines, &err);
	if (code != FL_OK)
		FL_BUG("sample: %s", err.message);
	fl_buf_release(&request);
	fl_buf_release(&response);
	fl_buf_release(&line);
}

static struct fl_str grades_of(struct sample *s, struct fl_str expected, double score)
{
	struct fl_buf b;
	struct fl_json_writer w;
	fl_buf_init(&b, 1 << 16);
	fl_json_begin(&w, &b, 0);
	fl_json_open(&w, '[');
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "kind", FL_S("match"));
	fl_json_member_double(&w, "score", score);
	fl_json_member_double(&w, "weight", 1);
	fl_json_member_str(&w, "expected", expected);
	fl_json_member_str(&w, "reason",
	                   score > 0 ? FL_S("equal") : fl_arena_printf(&s->b.arena, "not %.*s", FL_FMT(expected)));
	fl_json_close(&w);
	fl_json_close(&w);
	MUST(fl_json_done(&w));
	struct fl_str out = fl_arena_dup(&s->b.arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

static void put_cell(struct sample *s, struct fl_run_writer *writer, size_t c, size_t i, bool hostile)
{
	struct fl_arena *a = &s->b.arena;
	bool right = (i + c) % 3 != 0;
	struct fl_str answer = hostile ? sample_evil(i + c) : right ? FL_S("billing") : FL_S("shipping");
	uint8_t key[FL_CELL_KEY];
	import_exchange(s, c, i, answer, key);
	struct fl_run_cell cell = {.item_id = hostile && i < 4 ? sample_evil(i) : fl_arena_printf(a, "t-%03zu", i),
	                           .candidate = s->b.candidate[c].name,
	                           .item = (uint32_t)i,
	                           .candidate_index = (uint32_t)c,
	                           .keys = {(const char *)key, sizeof key},
	                           .answer = answer,
	                           .grades = grades_of(s, hostile ? sample_evil(c) : FL_S("billing"), right),
	                           .score = right,
	                           .outcome = FL_OUT_OK,
	                           .priced = true,
	                           .cost_nusd = 21000,
	                           .latency_us = 350000,
	                           .code = FL_S(""),
	                           .message = FL_S("")};
	if (!right && i % 4 == 0) {
		cell.outcome = FL_OUT_FAILED;
		cell.answer = FL_S("");
		cell.grades = FL_S("[]");
		cell.keys.n = 0;
		cell.code = FL_S("timeout");
		cell.message = hostile ? sample_evil(i) : FL_S("no answer within 60 s");
	}
	fl_run_writer_put(writer, &cell);
}

void sample_store(struct sample *s, bool hostile)
{
	static const struct fl_store_tables *const tables[] = {&fl_call_tables, &fl_run_tables};
	struct fl_err err;
	char path[96];
	const char *base = getenv("TMPDIR");
	snprintf(s->folder, sizeof s->folder, "%.40s/fl-sample-XXXXXX", base ? base : "/tmp");
	MUST(mkdtemp(s->folder));
	snprintf(path, sizeof path, "%s/fulcrum.db", s->folder);
	s->loop = fl_loop_create();
	MUST(fl_store_open(&s->store, path, tables, FL_COUNT(tables), s->loop, &err) == FL_OK);
	s->b.live = true;
	s->b.run = FL_S("ticket-triage-1");
	struct fl_run_writer *w = fl_run_writer_create(s->store, s->b.run);
	for (size_t c = 0; c < s->b.candidate_count; c++)
		for (size_t i = 0; i < RUNS_CELLS; i++)
			put_cell(s, w, c, i, hostile);
	if (fl_run_writer_destroy(w, &err) != FL_OK)
		FL_BUG("sample: %s", err.message);
}

void sample_close(struct sample *s)
{
	static const char *const files[] = {"fulcrum.db", "fulcrum.db-wal", "fulcrum.db-shm"};
	fl_balance_release(&s->b);
	if (!s->store)
		return;
	fl_store_close(s->store);
	fl_loop_destroy(s->loop);
	for (size_t i = 0; i < FL_COUNT(files); i++) {
		char path[96];
		snprintf(path, sizeof path, "%s/%s", s->folder, files[i]);
		unlink(path);
	}
	rmdir(s->folder);
}

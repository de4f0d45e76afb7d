#include "present/junit.h"

#include "codec/json.h"
#include "present/figure.h"
#include "present/html.h"
#include "present/verdict.h"

enum { ANSWER_HEAD = 1500, ANSWER_TAIL = 300 }; /* bytes of an answer that are shown */

/* --- XML ---------------------------------------------------------------------------------------------------------- */

/* U+FFFE and U+FFFF are well-formed UTF-8 that XML 1.0 cannot carry; control characters the escaping makes visible. */
static struct fl_str fit_for_xml(struct fl_arena *a, struct fl_str s)
{
	char *p = fl_arena_dupz(a, s);
	size_t n = 0;
	for (size_t i = 0; i < s.n;) {
		bool not_xml = s.n - i >= 3 &&
		               (memcmp(s.p + i, "\xef\xbf\xbe", 3) == 0 || memcmp(s.p + i, "\xef\xbf\xbf", 3) == 0);
		if (not_xml)
			i += 3;
		else
			p[n++] = s.p[i++];
	}
	return (struct fl_str){p, n};
}

static void attribute(struct fl_buf *out, const char *name, struct fl_str value, struct fl_arena *a)
{
	struct fl_str safe = fl_html_line(a, fit_for_xml(a, value));
	fl_buf_printf(out, " %s=\"", name);
	fl_buf_str(out, safe);
	fl_buf_char(out, '"');
}

static void property(struct fl_buf *out, const char *name, struct fl_str value, struct fl_arena *a)
{
	fl_buf_printf(out, "      <property name=\"%s\"", name);
	attribute(out, "value", value, a);
	fl_buf_z(out, "/>\n");
}

static void titled(struct fl_buf *out, const char *title, struct fl_str text, struct fl_arena *a)
{
	if (!text.n)
		return;
	fl_buf_printf(out, "%s: ", title);
	fl_buf_str(out, fl_html_excerpt(a, fit_for_xml(a, text), ANSWER_HEAD, ANSWER_TAIL));
	fl_buf_char(out, '\n');
}

static void open_case(struct fl_buf *out, struct fl_str suite, struct fl_str name, struct fl_arena *a)
{
	fl_buf_z(out, "    <testcase");
	attribute(out, "classname", suite, a);
	attribute(out, "name", name, a);
}

/* --- suites ------------------------------------------------------------------------------------------------------- */

/* Counts stand in a suite's first line, so its cases are collected before it is written. */
struct suite {
	struct fl_str name;
	struct fl_buf cases;
	size_t tests, failures, errors, left_out;
};

struct junit {
	const struct fl_evaluation *e;
	struct fl_buf *out;
	struct fl_arena scratch; /* of one case */
	struct fl_arena arena;
	struct suite suite;
	size_t candidate; /* whose cases are being collected */
	size_t cases;     /* of all suites */
};

static void suite_begin(struct suite *s, struct fl_str name)
{
	fl_buf_reset(&s->cases);
	*s = (struct suite){.name = name, .cases = s->cases};
}

/* properties: written already, or empty. */
static void suite_end(struct suite *s, struct fl_str properties, struct fl_buf *out, struct fl_arena *a)
{
	fl_buf_z(out, "  <testsuite");
	attribute(out, "name", s->name, a);
	fl_buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n    <properties>\n", s->tests, s->failures,
	              s->errors);
	fl_buf_str(out, properties);
	if (s->left_out)
		fl_buf_printf(out, "      <property name=\"cases_left_out\" value=\"%zu\"/>\n", s->left_out);
	fl_buf_z(out, "    </properties>\n");
	fl_buf_str(out, fl_buf_slice(&s->cases));
	fl_buf_z(out, "  </testsuite>\n");
}

static void bar_case(struct suite *s, const struct fl_evaluation *e, const struct fl_eval_candidate *c,
                     struct fl_arena *a)
{
	bool under = e->pass_share >= 0 && c->score < e->pass_share;
	open_case(&s->cases, s->name, FL_S("score"), a);
	s->tests++;
	s->failures += under;
	if (!under) {
		fl_buf_z(&s->cases, "/>\n");
		return;
	}
	fl_buf_z(&s->cases, ">\n      <failure type=\"bar\"");
	attribute(&s->cases, "message",
	          fl_arena_printf(a, "%.*s, the bar is %.*s", FL_FMT(fl_show_share(a, c->score)),
	                          FL_FMT(fl_show_share(a, e->pass_share))),
	          a);
	fl_buf_z(&s->cases, "/>\n    </testcase>\n");
}

static void candidate_begin(struct junit *j)
{
	const struct fl_eval_candidate *c = &j->e->candidate[j->candidate];
	suite_begin(&j->suite, fl_arena_printf(&j->arena, "%.*s: %.*s", FL_FMT(j->e->task), FL_FMT(c->name)));
	bar_case(&j->suite, j->e, c, &j->arena);
}

static void candidate_end(struct junit *j)
{
	const struct fl_eval_candidate *c = &j->e->candidate[j->candidate];
	struct fl_buf p;
	struct fl_arena *a = &j->arena;
	fl_buf_init(&p, 1 << 16);
	property(&p, "score", fl_arena_printf(a, "%.6g", c->score), a);
	property(&p, "score_interval", fl_arena_printf(a, "%.6g to %.6g", c->score_interval[0], c->score_interval[1]),
	         a);
	property(&p, "items", fl_arena_printf(a, "%zu", c->items), a);
	if (c->cost_known)
		property(&p, "cost_nusd_per_item", fl_arena_printf(a, "%lld", (long long)c->cost_nusd), a);
	if (j->e->latency_known)
		property(&p, "latency_ms", fl_arena_printf(a, "%.0f", c->latency_ms), a);
	suite_end(&j->suite, fl_buf_slice(&p), j->out, a);
	fl_buf_release(&p);
}

/* --- items -------------------------------------------------------------------------------------------------------- */

/* The reason of the first grade that is not full, and what it expected. */
static void first_shortfall(const struct fl_run_cell *c, struct fl_arena *a, struct fl_str *kind, struct fl_str *reason,
                            struct fl_str *expected)
{
	struct fl_json_doc doc;
	struct fl_err ignored; /* grades that cannot be read explain nothing */
	if (fl_json_parse(&doc, a, c->grades, FL_JSON_LIMITS, &ignored) != FL_OK)
		return;
	const struct fl_json *root = fl_json_root(&doc);
	for (const struct fl_json *g = fl_json_first(root); g; g = fl_json_next(root, g)) {
		double score;
		if (!fl_json_double(fl_json_get(g, FL_S("score")), &score) || score >= 1)
			continue;
		*kind = fl_json_string(fl_json_get(g, FL_S("kind")), a);
		*reason = fl_json_string(fl_json_get(g, FL_S("reason")), a);
		*expected = fl_json_string(fl_json_get(g, FL_S("expected")), a);
		return;
	}
}

static void put_error(struct suite *s, const struct fl_run_cell *c, struct fl_arena *a)
{
	s->errors++;
	fl_buf_z(&s->cases, ">\n      <error");
	attribute(&s->cases, "type", c->code.n ? c->code : fl_str_from(fl_outcome_name(c->outcome)), a);
	attribute(&s->cases, "message", c->message.n ? c->message : FL_S("there is no answer"), a);
	fl_buf_z(&s->cases, "/>\n    </testcase>\n");
}

static void put_failure(struct suite *s, const struct fl_run_cell *c, struct fl_arena *a)
{
	struct fl_str kind = {0}, reason = {0}, expected = {0};
	first_shortfall(c, a, &kind, &reason, &expected);
	if (c->outcome != FL_OUT_OK)
		kind = fl_str_from(fl_outcome_name(c->outcome));
	s->failures++;
	fl_buf_z(&s->cases, ">\n      <failure");
	attribute(&s->cases, "type", kind, a);
	attribute(&s->cases, "message", fl_arena_printf(a, "score %.4g: %.*s", c->score, FL_FMT(reason)), a);
	fl_buf_char(&s->cases, '>');
	titled(&s->cases, "expected", expected, a);
	titled(&s->cases, "answer", c->answer, a);
	fl_buf_z(&s->cases, "</failure>\n    </testcase>\n");
}

/* Cells come by candidate, in the order of the evaluation; those of candidates that are not in it are passed over. */
static bool one_cell(void *arg, const struct fl_run_cell *c)
{
	struct junit *j = arg;
	size_t at = j->candidate;
	while (at < j->e->candidate_count && !fl_str_eq(j->e->candidate[at].name, c->candidate))
		at++;
	if (at == j->e->candidate_count)
		return true;
	while (j->candidate < at) {
		candidate_end(j);
		j->candidate++;
		candidate_begin(j);
	}
	if (++j->cases > FL_JUNIT_CASES) {
		j->suite.left_out++;
		return true;
	}
	fl_arena_reset(&j->scratch);
	open_case(&j->suite.cases, j->suite.name, c->item_id, &j->scratch);
	fl_buf_printf(&j->suite.cases, " time=\"%.3f\"", (double)c->latency_us / 1e6);
	j->suite.tests++;
	if (c->outcome == FL_OUT_FAILED || c->outcome == FL_OUT_CUT_INPUT)
		put_error(&j->suite, c, &j->scratch);
	else if (c->score < 1)
		put_failure(&j->suite, c, &j->scratch);
	else
		fl_buf_z(&j->suite.cases, "/>\n");
	return !j->suite.cases.full;
}

static const char xml_head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";

static enum fl_code done(struct fl_buf *out, bool full, struct fl_err *err)
{
	fl_buf_z(out, "</testsuites>\n");
	return full || out->full ? fl_err_set(err, FL_E_LIMIT, "the JUnit file would be larger than is accepted")
	                         : FL_OK;
}

enum fl_code fl_junit_evaluation(const struct fl_evaluation *e, struct fl_store *store, struct fl_buf *out,
                                 struct fl_err *err)
{
	struct junit j = {.e = e, .out = out};
	enum fl_code code = FL_OK;
	fl_buf_z(out, xml_head);
	if (e->candidate_count == 0)
		return done(out, false, err);
	fl_arena_init(&j.arena);
	fl_arena_init(&j.scratch);
	fl_buf_init(&j.suite.cases, FL_JUNIT_BYTES);
	candidate_begin(&j);
	if (store)
		code = fl_run_cells(store, e->run, FL_S(""), false, 0, one_cell, &j, err);
	while (candidate_end(&j), ++j.candidate < e->candidate_count)
		candidate_begin(&j);
	if (code == FL_OK)
		code = done(out, j.suite.cases.full, err);
	fl_buf_release(&j.suite.cases);
	fl_arena_release(&j.scratch);
	fl_arena_release(&j.arena);
	return code;
}

/* --- a choice ----------------------------------------------------------------------------------------------------- */

static void choice_case(struct suite *s, const struct fl_balance *b, struct fl_arena *a)
{
	const char *bad = b->stopped != FL_OK ? "error" : b->state == FL_RACE_NONE_FEASIBLE ? "failure" : NULL;
	s->tests++;
	s->errors += b->stopped != FL_OK;
	s->failures += bad && b->stopped == FL_OK;
	open_case(&s->cases, s->name, FL_S("choice"), a);
	fl_buf_z(&s->cases, ">\n");
	if (bad) {
		fl_buf_printf(&s->cases, "      <%s", bad);
		attribute(&s->cases, "type",
		          fl_str_from(b->stopped != FL_OK ? fl_code_name(b->stopped) : "none_feasible"), a);
		attribute(&s->cases, "message",
		          b->stopped != FL_OK ? fl_str_from(b->stop_err.message) : fl_verdict_statement(b, a), a);
		fl_buf_z(&s->cases, "/>\n");
	}
	fl_buf_z(&s->cases, "      <system-out>");
	fl_buf_str(&s->cases, fl_html(a, fit_for_xml(a, fl_verdict_statement(b, a))));
	fl_buf_char(&s->cases, '\n');
	fl_buf_str(&s->cases, fl_html(a, fit_for_xml(a, fl_verdict_guarantee(b, a))));
	fl_buf_z(&s->cases, "</system-out>\n    </testcase>\n");
}

enum fl_code fl_junit_balance(const struct fl_balance *b, struct fl_buf *out, struct fl_err *err)
{
	struct suite s = {.tests = 0};
	struct fl_buf p;
	struct fl_arena a;
	fl_arena_init(&a);
	fl_buf_init(&s.cases, 1 << 20);
	fl_buf_init(&p, 1 << 16);
	fl_buf_z(out, xml_head);
	suite_begin(&s, fl_arena_printf(&a, "%.*s: balance", FL_FMT(b->task)));
	choice_case(&s, b, &a);
	property(&p, "state", fl_str_from(fl_race_state_word(b->state)), &a);
	if (b->chosen >= 0) {
		const struct fl_balance_candidate *c = &b->candidate[b->chosen];
		property(&p, "candidate", c->name, &a);
		property(&p, "score", fl_arena_printf(&a, "%.6g", c->score), &a);
		property(&p, "score_interval",
		         fl_arena_printf(&a, "%.6g to %.6g", c->score_interval[0], c->score_interval[1]), &a);
		if (b->cost_known)
			property(&p, "cost_nusd_per_item", fl_arena_printf(&a, "%lld", (long long)c->cost_nusd), &a);
	}
	suite_end(&s, fl_buf_slice(&p), out, &a);
	enum fl_code code = done(out, s.cases.full, err);
	fl_buf_release(&p);
	fl_buf_release(&s.cases);
	fl_arena_release(&a);
	return code;
}

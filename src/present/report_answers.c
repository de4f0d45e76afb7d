/*
 * Worst answers, side by side: items on which the chosen candidate failed, those where its best rival did better first,
 * then those that only the rival got wrong.
 *
 * The cells of the run are read twice: once for the scores alone, once for the few whole cells that are shown; so memory
 * does not grow with the answers.
 */
#include "present/report_int.h"

#include "call/record.h"
#include "codec/json.h"
#include "eval/run.h"

#include <stdlib.h>

enum {
	SHOWN = 8,         /* items */
	ANSWER_HEAD = 900, /* bytes of an answer that are shown, from its start and its end */
	ANSWER_TAIL = 300,
	PROMPT_HEAD = 400, /* the end says more: it holds the item */
	PROMPT_TAIL = 1100,
	NONE = -1
};

struct item {
	float score[2];
	bool there[2];
};

struct answers {
	struct fl_page *page;
	int side[2];           /* candidates: the chosen one and its rival, NONE if there is none */
	struct item *item;     /* by index */
	size_t count[4];       /* items both have: both right, only the first, only the rival, both not right */
	uint32_t shown[SHOWN]; /* items, worst first */
	size_t shown_n;
	struct fl_run_cell cell[SHOWN][2];
	struct fl_str id[SHOWN];
};

/* --- choosing ----------------------------------------------------------------------------------------------------- */

/* The best score among those that were called on at least half as many items as the first one. */
static int rival_of(const struct fl_balance *b, int first)
{
	int best = NONE;
	for (int i = 0; i < (int)b->candidate_count; i++) {
		const struct fl_balance_candidate *c = &b->candidate[i];
		if (i == first || c->items == 0 || (first >= 0 && c->items * 2 < b->candidate[first].items))
			continue;
		if (best < 0 || c->score > b->candidate[best].score)
			best = i;
	}
	for (int i = 0; best < 0 && i < (int)b->candidate_count; i++) /* nobody came half as far */
		if (i != first && b->candidate[i].items > 0 &&
		    (best < 0 || b->candidate[i].items > b->candidate[best].items))
			best = i;
	return best;
}

static int side_of(const struct answers *s, const struct fl_run_cell *c)
{
	for (int k = 0; k < 2; k++)
		if (s->side[k] == (int)c->candidate_index &&
		    fl_str_eq(c->candidate,
		              s->page->b->candidate[s->side[k]].name)) /* an older list of candidates is no match */
			return k;
	return NONE;
}

static bool read_score(void *arg, const struct fl_run_cell *c)
{
	struct answers *s = arg;
	int side = side_of(s, c);
	if (side >= 0 && c->item < s->page->b->items) {
		s->item[c->item].score[side] = (float)c->score;
		s->item[c->item].there[side] = true;
	}
	return true;
}

static const float RIGHT = 0.9995f; /* full marks, but for rounding */

/* How much an item belongs on the page: what the chosen one lost, then what the rival won, then what the rival lost. */
static float badness(const struct answers *s, const struct item *i)
{
	if (!i->there[0])
		return 0;
	float lost = 1 - i->score[0], gap = i->there[1] ? i->score[1] - i->score[0] : 0;
	if (i->score[0] < RIGHT)
		return 2 + lost + gap;
	return s->side[1] >= 0 && i->there[1] && gap < 0 ? -gap : 0;
}

static void choose_items(struct answers *s)
{
	float worst[SHOWN] = {0};
	for (size_t i = 0; i < s->page->b->items; i++) {
		const struct item *at = &s->item[i];
		if (at->there[0] && at->there[1])
			s->count[(at->score[0] < RIGHT) * 2 + (at->score[1] < RIGHT)]++;
		float bad = badness(s, at);
		if (bad <= 0)
			continue;
		size_t to = FL_MIN(s->shown_n, (size_t)SHOWN - 1);
		if (s->shown_n == SHOWN && bad <= worst[to])
			continue;
		for (; to > 0 && worst[to - 1] < bad; to--) {
			worst[to] = worst[to - 1];
			s->shown[to] = s->shown[to - 1];
		}
		worst[to] = bad;
		s->shown[to] = (uint32_t)i;
		s->shown_n = FL_MIN(s->shown_n + 1, (size_t)SHOWN);
	}
}

static bool keep_cell(void *arg, const struct fl_run_cell *c)
{
	struct answers *s = arg;
	struct fl_arena *a = &s->page->a;
	int side = side_of(s, c);
	for (size_t i = 0; side >= 0 && i < s->shown_n; i++) {
		if (s->shown[i] != c->item)
			continue;
		struct fl_run_cell *own = &s->cell[i][side];
		*own = *c;
		own->item_id = s->id[i] = fl_arena_dup(a, c->item_id);
		own->keys = fl_arena_dup(a, c->keys);
		own->answer = fl_arena_dup(a, c->answer);
		own->grades = fl_arena_dup(a, c->grades);
		own->code = fl_arena_dup(a, c->code);
		own->message = fl_arena_dup(a, c->message);
	}
	return true;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static void grades(struct fl_page *p, struct fl_str json)
{
	struct fl_json_doc doc;
	struct fl_err ignored; /* written by us; one that cannot be read is left out */
	if (fl_json_parse(&doc, &p->a, json, FL_JSON_LIMITS, &ignored) != FL_OK || fl_json_root(&doc)->count == 0)
		return;
	fl_buf_z(p->out, "<ul class=\"grades\">");
	const struct fl_json *root = fl_json_root(&doc);
	for (const struct fl_json *g = fl_json_first(root); g; g = fl_json_next(root, g)) {
		double score = 0;
		fl_json_double(fl_json_get(g, FL_S("score")), &score);
		fl_buf_printf(
		    p->out,
		    "<li><b>%.*s</b> %.*s, expected <q dir=\"auto\">%.*s</q>: <span dir=\"auto\">%.*s</span></li>",
		    FL_FMT(fl_html_line(&p->a, fl_json_string(fl_json_get(g, FL_S("kind")), &p->a))),
		    FL_FMT(fl_show_share(&p->a, score)),
		    FL_FMT(fl_html_excerpt(&p->a, fl_json_string(fl_json_get(g, FL_S("expected")), &p->a), ANSWER_HEAD,
		                           0)),
		    FL_FMT(
		        fl_html_excerpt(&p->a, fl_json_string(fl_json_get(g, FL_S("reason")), &p->a), ANSWER_HEAD, 0)));
	}
	fl_buf_z(p->out, "</ul>");
}

/* The messages of a request, one below the other; the whole body when it has none that can be read. */
static struct fl_str prompt_of(struct fl_page *p, struct fl_str request)
{
	struct fl_json_doc doc;
	struct fl_err ignored;
	if (fl_json_parse(&doc, &p->a, request, FL_JSON_LIMITS, &ignored) != FL_OK)
		return request;
	const struct fl_json *list = fl_json_get(fl_json_root(&doc), FL_S("messages"));
	struct fl_buf b;
	fl_buf_init(&b, request.n * 2 + 64);
	for (const struct fl_json *m = list ? fl_json_first(list) : NULL; m; m = fl_json_next(list, m)) {
		const struct fl_json *content = fl_json_get(m, FL_S("content"));
		fl_buf_str(&b, fl_json_string(fl_json_get(m, FL_S("role")), &p->a));
		fl_buf_z(&b, ": ");
		fl_buf_str(&b, content && content->type == FL_JSON_STRING ? fl_json_string(content, &p->a)
		               : content                                  ? content->raw
		                                                          : FL_S(""));
		fl_buf_z(&b, "\n\n");
	}
	struct fl_str text = fl_arena_dup(&p->a, fl_str_trim(fl_buf_slice(&b)));
	fl_buf_release(&b);
	if (!text.n)
		text = fl_json_string(fl_json_get(fl_json_root(&doc), FL_S("prompt")), &p->a);
	return text.n ? text : request;
}

static void sent(struct fl_page *p, const struct fl_run_cell *c)
{
	struct fl_exchange x;
	struct fl_err ignored; /* a failed call has no exchange to show */
	if (c->keys.n < FL_CELL_KEY ||
	    fl_exchange_read(p->store, (const uint8_t *)c->keys.p, &p->a, &x, &ignored) != FL_OK)
		return;
	struct fl_str prompt = prompt_of(p, x.request);
	bool whole = prompt.n <= PROMPT_HEAD + PROMPT_TAIL;
	if (!fl_str_eq(fl_str_trim(x.cell.text), fl_str_trim(c->answer)))
		fl_buf_printf(p->out, "<details><summary>What it wrote</summary><pre dir=\"auto\">%.*s</pre></details>",
		              FL_FMT(fl_html_excerpt(&p->a, x.cell.text, ANSWER_HEAD, ANSWER_TAIL)));
	fl_buf_printf(p->out, "<details><summary>What was sent%s</summary><pre dir=\"auto\">%.*s</pre></details>",
	              whole ? "" : ", in part", FL_FMT(fl_html_excerpt(&p->a, prompt, PROMPT_HEAD, PROMPT_TAIL)));
}

static void one_side(struct answers *s, const struct fl_run_cell *c, int side)
{
	struct fl_page *p = s->page;
	struct fl_arena *a = &p->a;
	int at = s->side[side];
	if (at < 0)
		return;
	fl_buf_printf(p->out, "<section class=\"side s-%s\"><h4><bdi>%.*s</bdi></h4>",
	              fl_arm_state_word(p->b->candidate[at].state), FL_FMT(p->name[at]));
	if (!c->candidate.n) {
		fl_buf_z(p->out, "<p class=\"quiet\">Not called on this item.</p></section>\n");
		return;
	}
	fl_buf_printf(p->out, "<p><span class=\"score %s\">%.3g %%</span>", c->score >= (double)RIGHT ? "good" : "bad",
	              c->score * 100);
	if (c->outcome != FL_OUT_OK)
		fl_buf_printf(p->out, " %s%s%.*s", fl_outcome_name(c->outcome), c->code.n ? ": " : "",
		              FL_FMT(fl_html_line(a, c->code)));
	fl_buf_printf(p->out, " <span class=\"quiet\">%.*s%s%.*s</span></p>\n",
	              FL_FMT(c->priced && c->cost_nusd > 0 ? fl_show_money(a, c->cost_nusd) : FL_S("")),
	              c->priced && c->cost_nusd > 0 ? ", " : "", FL_FMT(fl_show_ms(a, (double)c->latency_us / 1000)));
	if (c->message.n)
		fl_buf_printf(p->out, "<p class=\"message\" dir=\"auto\">%.*s</p>",
		              FL_FMT(fl_html_excerpt(a, c->message, ANSWER_HEAD, 0)));
	if (c->answer.n)
		fl_buf_printf(p->out, "<pre dir=\"auto\">%.*s</pre>",
		              FL_FMT(fl_html_excerpt(a, c->answer, ANSWER_HEAD, ANSWER_TAIL)));
	else
		fl_buf_z(p->out, "<p class=\"quiet\">No answer was read out.</p>");
	grades(p, c->grades);
	sent(p, c);
	fl_buf_z(p->out, "</section>\n");
}

static void write_section(struct answers *s)
{
	struct fl_page *p = s->page;
	struct fl_arena *a = &p->a;
	size_t both = s->count[0] + s->count[1] + s->count[2] + s->count[3];
	fl_page_section(p, "answers", "Worst answers");
	if (both > 0)
		fl_buf_printf(p->out,
		              "<p>Of the %.*s items that both answered, both were right on %.*s, neither on %.*s, only "
		              "<bdi>%.*s</bdi> on %.*s, "
		              "only <bdi>%.*s</bdi> on %.*s.</p>\n",
		              FL_FMT(fl_show_count(a, both)), FL_FMT(fl_show_count(a, s->count[0])),
		              FL_FMT(fl_show_count(a, s->count[3])), FL_FMT(p->brief[s->side[0]]),
		              FL_FMT(fl_show_count(a, s->count[1])), FL_FMT(p->brief[s->side[1]]),
		              FL_FMT(fl_show_count(a, s->count[2])));
	for (size_t i = 0; i < s->shown_n; i++) {
		fl_buf_printf(p->out, "<article class=\"case\">\n<h3>Item <bdi>%.*s</bdi></h3>\n<div class=\"pair\">\n",
		              FL_FMT(fl_html_brief(a, s->id[i], 120)));
		one_side(s, &s->cell[i][0], 0);
		one_side(s, &s->cell[i][1], 1);
		fl_buf_z(p->out, "</div>\n</article>\n");
	}
	fl_page_section_end(p);
}

enum fl_code fl_report_answers(struct fl_page *p, struct fl_err *err)
{
	const struct fl_balance *b = p->b;
	struct answers s = {.page = p, .side = {b->chosen, NONE}};
	if (!p->store || !b->run.n)
		return FL_OK;
	if (s.side[0] < 0)
		s.side[0] = rival_of(b, NONE);
	s.side[1] = rival_of(b, s.side[0]);
	if (s.side[0] < 0)
		return FL_OK;
	s.item = FL_NEW_ARRAY(&p->a, struct item, b->items);
	FL_TRY(fl_run_cells(p->store, b->run, FL_S(""), false, 0, read_score, &s, err));
	choose_items(&s);
	if (s.shown_n == 0)
		return FL_OK;
	FL_TRY(fl_run_cells(p->store, b->run, FL_S(""), false, 0, keep_cell, &s, err));
	write_section(&s);
	return FL_OK;
}

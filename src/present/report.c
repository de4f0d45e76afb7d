/* The page as a whole: its head with the policy that lets nothing in, its sections in order, and what they share. */
#include "present/report.h"

#include "present/page.h"
#include "present/plain.h"
#include "present/rank.h"
#include "present/report_int.h"

static const struct state_view {
	const char *mark; /* an SVG path around (0,0) */
	const char *means;
} state_view[] = {
    [FL_ARM_CHOSEN] = {"M0-8 8 0 0 8-8 0z", "chosen"},
    [FL_ARM_ALIVE] = {"M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "still open"},
    [FL_ARM_RESTING] = {"M-4.5-4.5h9v9h-9z", "resting: cannot be much better than the leader"},
    [FL_ARM_ELIMINATED] = {"M-4-4 4 4M4-4-4 4", "eliminated"},
    [FL_ARM_INFEASIBLE] = {"M0-6 6 5h-12z", "breaks a limit or the bar"},
};

struct fl_str fl_page_interval(struct fl_page *p, const struct fl_balance_candidate *c)
{
	return fl_arena_printf(&p->a, "%.*s\xe2\x80\x93%.*s", FL_FMT(fl_show_points(&p->a, c->score_interval[0])),
	                       FL_FMT(fl_show_share(&p->a, c->score_interval[1])));
}

struct fl_str fl_page_tip(struct fl_page *p, const struct fl_balance_candidate *c)
{
	struct fl_arena *a = &p->a;
	struct fl_str reason = fl_html_line(a, fl_verdict_reason(p->b, c, a));
	struct fl_str tip = fl_arena_printf(a, "%.*s: %s%s%.*s", FL_FMT(p->name[fl_page_index(p, c)]),
	                                    fl_arm_state_word(c->state), reason.n ? ", " : "", FL_FMT(reason));
	if (c->items > 0)
		tip = fl_arena_printf(a, "%.*s; score %.*s (%.*s)", FL_FMT(tip), FL_FMT(fl_show_share(a, c->score)),
		                      FL_FMT(fl_page_interval(p, c)));
	if (c->items > 0 && p->b->cost_known)
		tip = fl_arena_printf(a, "%.*s; %.*s an item", FL_FMT(tip), FL_FMT(fl_show_money(a, c->cost_nusd)));
	if (c->items > 0 && p->b->latency_known)
		tip = fl_arena_printf(a, "%.*s; %.*s", FL_FMT(tip), FL_FMT(fl_show_ms(a, c->latency_ms)));
	return fl_arena_printf(a, "%.*s; called on %.*s of %.*s items", FL_FMT(tip), FL_FMT(fl_show_count(a, c->items)),
	                       FL_FMT(fl_show_count(a, p->b->items)));
}

void fl_page_mark(struct fl_page *p, double x, double y_px, enum fl_race_arm_state state)
{
	fl_buf_printf(p->out,
	              "<svg class=\"mark s-%s\" x=\"%.2f%%\" y=\"%.1f\" overflow=\"visible\"><path d=\"%s\"/></svg>",
	              fl_arm_state_word(state), x * 100, y_px, state_view[state].mark);
}

void fl_page_legend(struct fl_page *p)
{
	static const enum fl_race_arm_state order[] = {FL_ARM_CHOSEN, FL_ARM_ALIVE, FL_ARM_RESTING, FL_ARM_ELIMINATED,
	                                               FL_ARM_INFEASIBLE};
	fl_buf_z(p->out, "<ul class=\"legend\">");
	for (size_t i = 0; i < FL_COUNT(order); i++) {
		bool occurs = false;
		for (size_t c = 0; c < p->b->candidate_count; c++)
			occurs |= p->b->candidate[c].state == order[i];
		if (!occurs)
			continue;
		fl_buf_z(p->out, "<li><svg width=\"18\" height=\"18\" aria-hidden=\"true\">");
		fl_page_mark(p, 0.5, 9, order[i]);
		fl_buf_printf(p->out, "</svg>%s</li>", state_view[order[i]].means);
	}
	fl_buf_z(p->out, "</ul>\n");
}

void fl_page_section(struct fl_page *p, const char *id, const char *title)
{
	fl_buf_printf(p->out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n", id, id,
	              id, title);
}

void fl_page_section_end(struct fl_page *p)
{
	fl_buf_z(p->out, "</section>\n");
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* What all names begin and end with, in whole words: vendor, variant and the like say nothing of who is who. */
static void find_same(struct fl_page *p)
{
	const struct fl_balance *b = p->b;
	struct fl_str first = b->candidate_count > 1 ? b->candidate[0].name : FL_S("");
	size_t head = first.n, tail = first.n;
	for (size_t i = 1; i < b->candidate_count; i++) {
		struct fl_str s = b->candidate[i].name;
		size_t h = 0, t = 0;
		while (h < FL_MIN(head, s.n) && s.p[h] == first.p[h])
			h++;
		while (t < FL_MIN(tail, s.n) && s.p[s.n - 1 - t] == first.p[first.n - 1 - t])
			t++;
		head = h;
		tail = t;
	}
	while (head > 0 && is_word(first.p[head - 1]))
		head--;
	while (tail > 0 && is_word(first.p[first.n - tail]))
		tail--;
	p->same_head = head;
	p->same_tail = tail;
}

struct fl_str fl_page_brief(struct fl_page *p, size_t candidate, size_t columns)
{
	enum { WORTHWHILE = 4 }; /* bytes: less is not worth a mark */
	struct fl_arena *a = &p->a;
	struct fl_str s = p->b->candidate[candidate].name, whole = s;
	if (fl_columns(s) <= columns || p->same_head + p->same_tail >= s.n)
		return fl_html_brief(a, s, columns);
	if (p->same_tail >= WORTHWHILE)
		s = fl_arena_printf(a, "%.*s\xe2\x80\xa6", FL_FMT(fl_str_sub(s, 0, s.n - p->same_tail)));
	if (p->same_head >= WORTHWHILE && fl_columns(s) > columns)
		s = fl_arena_printf(a, "\xe2\x80\xa6%.*s", FL_FMT(fl_str_sub(s, p->same_head, s.n)));
	return fl_html_brief(a, s.n ? s : whole, columns);
}

static void prepare(struct fl_page *p)
{
	size_t n = p->b->candidate_count;
	int64_t dearest = 0;
	for (size_t i = 0; i < n; i++)
		dearest = FL_MAX(dearest, p->b->candidate[i].cost_nusd);
	p->cost_unit = fl_cost_unit_for(dearest);
	p->cost_of = p->cost_unit.times == 1      ? "an item"
	             : p->cost_unit.times == 1000 ? "of 1,000 items"
	                                          : "of 1M items";
	fl_arena_init(&p->a);
	p->rank = fl_candidates_ranked(p->b, &p->a);
	find_same(p);
	p->name = FL_NEW_ARRAY(&p->a, struct fl_str, n);
	p->brief = FL_NEW_ARRAY(&p->a, struct fl_str, n);
	for (size_t i = 0; i < n; i++) {
		p->name[i] = fl_html_line(&p->a, p->b->candidate[i].name);
		p->brief[i] = fl_page_brief(p, i, FL_REPORT_BRIEF);
	}
}

enum fl_code fl_report(const struct fl_balance *b, struct fl_store *store, struct fl_buf *out, struct fl_err *err)
{
	struct fl_page page = {.b = b, .store = store, .out = out};
	prepare(&page);
	fl_page_open(out, fl_html_line(&page.a, b->task));
	fl_report_verdict(&page);
	fl_report_certificate(&page);
	fl_report_points(&page);
	fl_report_race(&page);
	fl_report_staircase(&page);
	fl_report_candidates(&page);
	enum fl_code code = fl_report_answers(&page, err);
	fl_report_receipt(&page);
	fl_page_close(out);
	fl_arena_release(&page.a);
	if (code == FL_OK && out->full)
		return fl_err_set(err, FL_E_LIMIT, "the report is larger than %zu bytes", out->max);
	return code;
}

#include "present/check_view.h"

#include "lang/quantity.h"
#include "present/error_view.h"
#include "present/figure.h"
#include "present/removed.h"
#include "present/table.h"
#include "stats/sample_size.h"

#include <math.h>

/* Two shares of disagreement that are usual between candidates worth comparing: alike, and unlike. */
static const double disagreement[FL_CHECK_SIZES] = {0.1, 0.25};

void fl_check_sizes(struct fl_check *c)
{
	double n = (double)c->task->cluster_count;
	c->confidence = fl_share_double(c->task->confidence);
	for (size_t i = 0; i < FL_CHECK_SIZES; i++)
		c->size[i] = (struct fl_check_size){
		    .disagree = disagreement[i],
		    .items_needed =
		        fl_items_for_difference(FL_CHECK_DIFFERENCE, disagreement[i], c->confidence, FL_CHECK_POWER),
		    .tells = fl_difference_of_items(n, disagreement[i], c->confidence, FL_CHECK_POWER)};
}

/* Sums over all candidates; -1 where one of them is not known. */
struct totals {
	int64_t worst, expected;
};

static struct totals totals_of(const struct fl_check *c)
{
	struct totals t = {0};
	for (size_t i = 0; i < c->task->candidate_count; i++) {
		const struct fl_first_request *f = &c->request[i];
		if (t.worst >= 0 && !(f->known && fl_add_i64(t.worst, f->grid_nusd, &t.worst)))
			t.worst = -1;
		if (t.expected >= 0 &&
		    !(f->expected.known && fl_add_i64(t.expected, f->expected_grid_nusd, &t.expected)))
			t.expected = -1;
	}
	return t;
}

static void put_sizes(const struct fl_check *c, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	const struct fl_task *t = c->task;
	const struct fl_check_size *s = c->size;
	const char *items = t->clustered ? "clusters" : "items";
	fl_wrap(out,
	        fl_arena_printf(
	            a,
	            "To tell a difference of %.*s points at %.*s confidence (4 times in 5) takes about %.*s %s where "
	            "two candidates disagree on one in ten, %.*s where they disagree on one in four. The %.*s "
	            "at hand tell differences of about %.*s and %.*s points. A race needs fewer where the "
	            "difference is larger, and says so.",
	            FL_FMT(fl_show_points(a, FL_CHECK_DIFFERENCE)), FL_FMT(fl_show_share(a, c->confidence)),
	            FL_FMT(fl_show_count(a, (uint64_t)s[0].items_needed)), items,
	            FL_FMT(fl_show_count(a, (uint64_t)s[1].items_needed)), FL_FMT(fl_show_count(a, t->cluster_count)),
	            FL_FMT(fl_show_points(a, s[0].tells)), FL_FMT(fl_show_points(a, s[1].tells))),
	        width, "");
}

static void put_money(const struct fl_check *c, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	const struct fl_task *t = c->task;
	struct totals sum = totals_of(c);
	if (sum.worst < 0) {
		fl_wrap(out, FL_S("Of some candidates it is not known what they cost."), width, "");
		return;
	}
	if (sum.worst == 0) {
		fl_wrap(out, FL_S("Nothing here costs money, by what is known."), width, "");
		return;
	}
	struct fl_str probably =
	    sum.expected < 0 ? FL_S("")
	                     : fl_arena_printf(a, "probably about %.*s, ", FL_FMT(fl_show_money(a, sum.expected)));
	struct fl_str budget = t->budget_none ? FL_S("no budget limits it")
	                                      : fl_arena_printf(a, "the budget of %.*s holds whatever happens",
	                                                        FL_FMT(fl_show_money(a, t->budget_nusd)));
	fl_wrap(
	    out,
	    fl_arena_printf(a,
	                    "Every candidate on every item: %.*sat most %.*s; %.*s, and a race usually needs a part of "
	                    "it. Settings that share draws are counted apart here.",
	                    FL_FMT(probably), FL_FMT(fl_show_money(a, sum.worst)), FL_FMT(budget)),
	    width, "");
}

void fl_check_text(const struct fl_check *c, struct fl_buf *out, size_t width)
{
	struct fl_arena a;
	fl_arena_init(&a);
	for (size_t i = 0; i < c->problems; i++)
		fl_error_text(&c->problem[i], out);
	if (c->problems < c->problems_in_all)
		fl_buf_printf(out, "... and %zu more\n", c->problems_in_all - c->problems);
	if (c->task) {
		fl_buf_z(out, c->problems ? "\n" : "");
		fl_first_requests_text(c->task, c->request, out, &a);
		put_money(c, out, width, &a);
		put_sizes(c, out, width, &a);
	}
	if (c->problems_in_all)
		fl_buf_printf(out, "%s%zu problem%s in %s. Nothing was sent.\n", c->task ? "" : "\n",
		              c->problems_in_all, c->problems_in_all == 1 ? "" : "s", c->file);
	else
		fl_buf_printf(out, "Nothing is wrong with %s. Nothing was sent.\nNext: fulcrum balance %s%s\n", c->file,
		              c->file, c->task && c->task->runs_commands ? " --allow-commands" : "");
	fl_arena_release(&a);
}

static void put_size_json(const struct fl_check *c, struct fl_json_writer *w)
{
	fl_json_name(w, "sample_size");
	fl_json_open(w, '[');
	for (size_t i = 0; i < FL_CHECK_SIZES; i++) {
		fl_json_open(w, '{');
		fl_json_member_double(w, "difference", FL_CHECK_DIFFERENCE);
		fl_json_member_double(w, "confidence", c->confidence);
		fl_json_member_double(w, "power", FL_CHECK_POWER);
		fl_json_member_double(w, "disagree_share", c->size[i].disagree);
		fl_json_member_u64(w, "items_needed", (uint64_t)c->size[i].items_needed);
		fl_json_member_double(w, "difference_of_items", c->size[i].tells);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void put_task_json(const struct fl_check *c, struct fl_json_writer *w)
{
	struct totals sum = totals_of(c);
	fl_json_member_str(w, "task", c->task->name);
	fl_json_member_u64(w, "items", c->task->item_count);
	fl_json_name(w, "candidates");
	fl_first_requests_json(c->task, c->request, w);
	fl_removed_json(c->task->removed, c->task->removed_count, w);
	if (sum.worst >= 0)
		fl_json_member_i64(w, "worst_case_nusd", sum.worst);
	if (sum.expected >= 0)
		fl_json_member_i64(w, "expected_nusd", sum.expected);
	put_size_json(c, w);
	fl_json_name(w, "notes");
	fl_json_open(w, '[');
	for (size_t i = 0; i < c->task->note_count; i++)
		fl_json_put_str(w, c->task->note[i]);
	fl_json_close(w);
}

bool fl_check_json(const struct fl_check *c, struct fl_buf *out)
{
	struct fl_json_writer w;
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.check/1"));
	fl_json_member_str(&w, "file", fl_str_from(c->file));
	fl_json_member_u64(&w, "problem_count", c->problems_in_all);
	fl_json_name(&w, "problems");
	fl_json_open(&w, '[');
	for (size_t i = 0; i < c->problems; i++)
		fl_error_json(&c->problem[i], &w);
	fl_json_close(&w);
	if (c->task)
		put_task_json(c, &w);
	fl_json_close(&w);
	return fl_json_done(&w) && fl_buf_char(out, '\n');
}

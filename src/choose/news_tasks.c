/* news_tasks.c - which of the user's tasks news concern. */
#include "choose/news.h"
#include "price/offer_price.h"

#include <stdlib.h>

/* --- tasks of the state file -------------------------------------------------------------------------------------- */

struct gathering {
	struct fl_arena *arena;
	FL_VEC(struct fl_run_offer) row;
};

static bool gather(void *arg, const struct fl_run_offer *row)
{
	struct gathering *g = arg;
	struct fl_run_offer own = *row;
	own.run = fl_arena_dup(g->arena, row->run);
	own.task = fl_arena_dup(g->arena, row->task);
	own.file = fl_arena_dup(g->arena, row->file);
	own.candidate = fl_arena_dup(g->arena, row->candidate);
	own.offer = fl_arena_dup(g->arena, row->offer);
	FL_VEC_PUSH(&g->row, own);
	return true;
}

static size_t run_length(const struct gathering *g, size_t at)
{
	size_t n = 1;
	while (at + n < g->row.n && fl_str_eq(g->row.p[at + n].run, g->row.p[at].run))
		n++;
	return n;
}

static ptrdiff_t choice_of(const struct fl_run_offer *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (row[i].chosen)
			return (ptrdiff_t)i;
	return -1;
}

static void fill(struct fl_news_task *t, const struct fl_run_offer *row, size_t n, struct fl_arena *a)
{
	*t = (struct fl_news_task){.task = row->task, .run = row->run, .file = row->file, .chosen = choice_of(row, n)};
	t->offer = FL_NEW_ARRAY(a, struct fl_str, n);
	t->offers = n;
	for (size_t i = 0; i < n; i++)
		t->offer[i] = row[i].offer;
}

enum fl_code fl_news_tasks(struct fl_db *db, struct fl_arena *a, struct fl_news_task **task, size_t *tasks,
                           struct fl_err *err)
{
	struct gathering g = {.arena = a};
	*tasks = 0;
	enum fl_code code = fl_run_offers(db, gather, &g, err);
	*task = FL_NEW_ARRAY(a, struct fl_news_task, g.row.n + 1);
	for (size_t i = 0, n; i < g.row.n && code == FL_OK; i += n) {
		struct fl_news_task *t = NULL;
		n = run_length(&g, i);
		for (size_t k = 0; k < *tasks; k++)
			if (fl_str_eq((*task)[k].task, g.row.p[i].task))
				t = &(*task)[k];
		/* Runs come newest first; an older one counts only for its choice. */
		if (!t)
			fill(&(*task)[(*tasks)++], &g.row.p[i], n, a);
		else if (t->chosen < 0 && choice_of(&g.row.p[i], n) >= 0)
			fill(t, &g.row.p[i], n, a);
	}
	FL_VEC_RELEASE(&g.row);
	return code;
}

/* --- scores ------------------------------------------------------------------------------------------------------- */

/* The best score of a model on a benchmark, whole, in that release and harness; NULL when it has none. */
static const struct fl_score *best_score(const struct fl_catalog_model *m, const struct fl_score *like, bool lower)
{
	const struct fl_score *best = NULL, *s = m->scores.p;
	for (size_t i = 0; i < m->scores.n; i++)
		if (fl_str_eq(s[i].benchmark, like->benchmark) && fl_str_eq(s[i].release, like->release) &&
		    fl_str_eq(s[i].harness, like->harness) && !s[i].category.n && !s[i].self_reported &&
		    (!best || (lower ? s[i].value < best->value : s[i].value > best->value)))
			best = &s[i];
	return best;
}

static int priority(struct fl_str benchmark)
{
	return fl_str_is(benchmark, "livebench") ? 0 : fl_str_is(benchmark, "aa-intelligence-index") ? 1 : 2;
}

/* Compares two models on the first benchmark that has both: > 0 when a is better, 0 when equal; false when none has. */
static bool compare_scores(const struct fl_catalog *c, const struct fl_catalog_model *a,
                           const struct fl_catalog_model *b, double *difference, struct fl_str *on)
{
	const struct fl_score *s = a->scores.p;
	int found = 3;
	for (size_t i = 0; i < a->scores.n; i++) {
		const struct fl_benchmark *bench =
		    fl_catalog_named(&c->benchmarks, sizeof(struct fl_benchmark), s[i].benchmark);
		bool lower = bench && bench->lower_is_better;
		if (s[i].category.n || priority(s[i].benchmark) >= found)
			continue;
		const struct fl_score *mine = best_score(a, &s[i], lower), *theirs = best_score(b, &s[i], lower);
		if (!mine || !theirs)
			continue;
		found = priority(s[i].benchmark);
		*difference = lower ? theirs->value - mine->value : mine->value - theirs->value;
		*on = s[i].benchmark;
	}
	return found < 3;
}

/* --- concerns ----------------------------------------------------------------------------------------------------- */

static struct fl_str command_of(const struct fl_news_task *t, struct fl_arena *a)
{
	return t->file.n ? fl_arena_printf(a, "fulcrum balance %.*s", FL_FMT(t->file))
	                 : fl_arena_printf(a, "fulcrum balance %.*s.yaml", FL_FMT(t->task));
}

static void put(struct fl_news *n, struct fl_news_concern concern)
{
	n->entry.p[concern.entry - n->entry.p].tasks++;
	FL_VEC_PUSH(&n->concern, concern);
}

/* An offer that the task raced: itself, or its model where the news is of the model. */
static bool is_about(const struct fl_catalog *c, const struct fl_news_entry *e, struct fl_str offer)
{
	struct fl_offer_ref ref;
	if (e->offer.n)
		return fl_str_eq(e->offer, offer);
	return fl_catalog_offer(c, offer, &ref, NULL) == FL_OK && ref.model == e->model;
}

static void check_offers(struct fl_news *n, const struct fl_news_task *t, const struct fl_news_entry *e,
                         struct fl_arena *a)
{
	for (size_t i = 0; i < t->offers; i++) {
		if (!is_about(n->catalog, e, t->offer[i]))
			continue;
		bool chosen = (ptrdiff_t)i == t->chosen;
		put(n, (struct fl_news_concern){.task = t,
		                                .entry = e,
		                                .offer = t->offer[i],
		                                .chosen = chosen,
		                                .why = chosen ? FL_S("the offer that was chosen")
		                                              : FL_S("an offer that was raced"),
		                                .command = command_of(t, a)});
		return;
	}
}

static bool uses_provider(const struct fl_news_task *t, struct fl_str provider)
{
	for (size_t i = 0; i < t->offers; i++)
		if (t->offer[i].n > provider.n && t->offer[i].p[provider.n] == '/' &&
		    fl_str_starts(t->offer[i], provider))
			return true;
	return false;
}

/* Nothing dearer, something cheaper. */
static bool is_cheaper(const struct fl_catalog *c, const struct fl_catalog_offer *a, const struct fl_catalog_offer *b,
                       fl_date day)
{
	int64_t in = fl_offer_rate(c, a, FL_USE_INPUT, day), in_b = fl_offer_rate(c, b, FL_USE_INPUT, day);
	int64_t out = fl_offer_rate(c, a, FL_USE_OUTPUT, day), out_b = fl_offer_rate(c, b, FL_USE_OUTPUT, day);
	return in >= 0 && out >= 0 && in <= in_b && out <= out_b && (in < in_b || out < out_b);
}

static void check_newcomer(struct fl_news *n, const struct fl_news_task *t, const struct fl_news_entry *e,
                           const struct fl_offer_ref *chosen, struct fl_arena *a)
{
	fl_date day = e->announced ? e->date : n->until;
	for (size_t i = 0; i < e->model->offers.n; i++) {
		struct fl_offer_ref ref;
		double better;
		struct fl_str on;
		if (!fl_catalog_offer_at(n->catalog, e->model, i, &ref) ||
		    (e->offer.n && !fl_str_eq(e->offer, ref.id)) || !uses_provider(t, ref.provider_id) ||
		    !is_cheaper(n->catalog, ref.offer, chosen->offer, day) ||
		    !compare_scores(n->catalog, e->model, chosen->model, &better, &on) || better < 0)
			continue;
		put(n, (struct fl_news_concern){
		           .task = t,
		           .entry = e,
		           .offer = ref.id,
		           .newcomer = true,
		           .why = fl_arena_printf(a, "cheaper than %.*s, which was chosen, and no worse on %.*s",
		                                  FL_FMT(chosen->id), FL_FMT(on)),
		           .command = fl_arena_printf(a, "%.*s, with %.*s among its models", FL_FMT(command_of(t, a)),
		                                      FL_FMT(ref.id))});
		return;
	}
}

/* The choice comes first, then newcomers, then what else was raced. */
static int by_rank(const void *x, const void *y)
{
	const struct fl_news_concern *a = x, *b = y;
	int ra = a->chosen ? 0 : a->newcomer ? 1 : 2, rb = b->chosen ? 0 : b->newcomer ? 1 : 2;
	return ra != rb ? ra - rb : a->entry < b->entry ? -1 : a->entry > b->entry;
}

void fl_news_concerns(struct fl_news *n, const struct fl_news_task *task, size_t tasks, struct fl_arena *a)
{
	for (size_t i = 0; i < tasks; i++) {
		struct fl_offer_ref chosen;
		bool known = task[i].chosen >= 0 &&
		             fl_catalog_offer(n->catalog, task[i].offer[task[i].chosen], &chosen, NULL) == FL_OK;
		for (size_t k = 0; k < n->entry.n; k++) {
			const struct fl_news_entry *e = &n->entry.p[k];
			if (e->kind != FL_NEWS_NEW && e->kind != FL_NEWS_OFFERED)
				check_offers(n, &task[i], e, a);
			else if (known && e->model != chosen.model)
				check_newcomer(n, &task[i], e, &chosen, a);
		}
	}
	if (n->concern.n)
		qsort(n->concern.p, n->concern.n, sizeof *n->concern.p, by_rank);
}

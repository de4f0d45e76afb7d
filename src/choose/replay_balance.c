/* A race over a matrix: the same race, its outcomes read from the file. */
#include "choose/balance.h"
#include "choose/balance_int.h"

#include "base/clock.h"

#include <inttypes.h>

static enum fl_code find_baseline(struct fl_balance *b, const struct fl_matrix *m, struct fl_err *err)
{
	b->baseline = -1;
	if (!b->wish.baseline.n)
		return FL_OK;
	b->baseline = (int)fl_matrix_config(m, b->wish.baseline);
	if (b->baseline >= 0)
		return FL_OK;
	const char *names[4096];
	size_t n = FL_MIN(m->configs, FL_COUNT(names));
	for (size_t i = 0; i < n; i++)
		names[i] = fl_arena_dupz(&b->arena, m->config[i]);
	const char *near = fl_suggest(b->wish.baseline, names, n);
	fl_err_set(err, FL_E_INVALID, "the baseline '%.*s' is no candidate of the matrix", FL_FMT(b->wish.baseline));
	fl_err_expected(err, "the name of a candidate, such as '%s'", near ? near : names[0]);
	return FL_E_INVALID;
}

static void start(struct fl_balance *b, const struct fl_wish *wish, const struct fl_matrix *m, const char *file)
{
	*b = (struct fl_balance){
	    .wish = *wish, .items = m->items, .candidate_count = m->configs, .chosen = -1, .baseline = -1};
	fl_arena_init(&b->arena);
	b->task = fl_arena_dup(&b->arena, fl_str_from(file));
	b->about = FL_S("");
	b->run = FL_S("");
	b->cost_known = m->cost_nusd != NULL;
	b->latency_known = m->latency_s != NULL;
	b->clustered = m->cluster != NULL;
	b->candidate = FL_NEW_ARRAY(&b->arena, struct fl_balance_candidate, m->configs);
	for (size_t i = 0; i < m->configs; i++)
		b->candidate[i].name = fl_arena_dup(&b->arena, m->config[i]);
	for (size_t i = 0; i < m->outcomes; i++) {
		struct fl_balance_candidate *c = &b->candidate[m->outcome[i].config];
		enum fl_outcome o = fl_outcome_of(m->outcome[i].outcome);
		if (o == FL_OUTCOMES)
			o = FL_OUT_FAILED;
		c->outcome[o] += m->outcome[i].count;
		if (o == FL_OUT_FAILED)
			c->failed[-FL_E_SERVER] += m->outcome[i].count;
		if (o == FL_OUT_TRUNCATED)
			c->cut_share = (double)c->outcome[o] / (double)m->items;
	}
	b->grid_cells = (uint64_t)m->configs * m->items;
	for (size_t i = 0; m->cost_nusd && i < m->configs * m->items; i++)
		if (!fl_add_i64(b->grid_nusd, m->cost_nusd[i], &b->grid_nusd))
			b->grid_nusd = INT64_MAX;
}

static void assumptions(struct fl_balance *b)
{
	if (!b->cost_known)
		fl_balance_assume(b, "The matrix says nothing of costs: they count as nothing.");
	if (!b->latency_known)
		fl_balance_assume(b, "The matrix says nothing of latencies: waiting counts as nothing.");
	if (b->cap_in_hindsight)
		fl_balance_assume(b, "The largest possible cost of a call is taken as 1.2 times the largest one of "
		                     "each candidate in the "
		                     "file, which is hindsight; --cap states it.");
}

static void staircase(struct fl_balance *b, const struct fl_matrix *m)
{
	struct fl_worth_point *point = FL_NEW_ARRAY(&b->arena, struct fl_worth_point, m->configs);
	for (size_t c = 0; c < m->configs; c++) {
		for (size_t i = 0; i < m->items; i++) {
			size_t at = fl_matrix_cell(m, c, i);
			point[c].score += m->score[at];
			point[c].cost_usd += m->cost_nusd ? (double)m->cost_nusd[at] / (double)FL_NUSD_PER_USD : 0;
			point[c].latency_s += m->latency_s ? m->latency_s[at] : 0;
		}
		point[c].score /= (double)m->items;
		point[c].cost_usd /= (double)m->items;
		point[c].latency_s /= (double)m->items;
	}
	b->tread = FL_NEW_ARRAY(&b->arena, struct fl_tread, m->configs);
	b->tread_count = fl_staircase(point, NULL, m->configs, b->wish.wait_usd_per_s, b->tread);
}

/* The user said stop. */
static bool stopped(struct fl_balance *b, const struct fl_watch *watch)
{
	if (!watch || !watch->stop || !*watch->stop)
		return false;
	b->stopped = fl_err_set(&b->stop_err, FL_E_CANCELLED, "interrupted");
	return true;
}

static enum fl_code race(struct fl_balance *b, const struct fl_race_config *config, const struct fl_matrix *m,
                         const struct fl_order *order, const struct fl_watch *watch, struct fl_err *err)
{
	struct fl_race *r;
	struct fl_replay replay = {.matrix = m, .order = order};
	uint64_t shown_ns = fl_mono_ns();
	FL_TRY(fl_race_create(&r, config, err));
	enum fl_code code = FL_OK;
	while (code == FL_OK && !fl_race_ended(r) && !stopped(b, watch)) {
		if (b->wish.budget_nusd >= 0 &&
		    replay.cost_nusd + fl_replay_batch_cost(&replay, r) > b->wish.budget_nusd) {
			b->stopped = fl_err_set(&b->stop_err, FL_E_BUDGET, "the budget is used up");
			break;
		}
		code = fl_replay_supply(&replay, r, err);
		fl_race_advance(r);
		b->spent_cells = replay.cells;
		b->spent_nusd = replay.cost_nusd;
		if (watch && watch->batch && fl_mono_ns() - shown_ns >= watch->every_ns) {
			fl_balance_fill(b, r, order);
			watch->batch(watch->arg, b, r);
			shown_ns = fl_mono_ns();
		}
	}
	b->spent_cells = replay.cells;
	b->spent_nusd = replay.cost_nusd;
	if (code == FL_OK && fl_race_over_cap(r))
		b->stopped = fl_err_set(&b->stop_err, FL_E_OVER_HOLD,
		                        "a cell cost more than the largest possible cost that was stated");
	if (code == FL_OK) {
		fl_balance_fill(b, r, order);
		fl_balance_name(b);
	}
	fl_race_destroy(r);
	return code;
}

/* A few orders at a time, so that a stop is heard; what was counted until then stands. */
static enum fl_code rehearse_all(struct fl_balance *b, const struct fl_matrix *m, const struct fl_race_config *config,
                                 size_t trials, const struct fl_watch *watch, struct fl_err *err)
{
	enum { SLICE = 4 };
	struct fl_rehearsal *all = &b->rehearsal;
	double cells = 0, cost = 0;
	while (all->trials < trials && !stopped(b, watch)) {
		struct fl_rehearsal part;
		FL_TRY(fl_rehearse_from(m, config, b->wish.seed, all->trials,
		                        FL_MIN(trials - all->trials, (size_t)SLICE), &part, err));
		all->trials += part.trials;
		all->worse_than_epsilon += part.worse_than_epsilon;
		all->missed_best += part.missed_best;
		all->broken_promises += part.broken_promises;
		all->missed_cheaper += part.missed_cheaper;
		cells += part.cells_share * (double)part.trials;
		cost += part.cost_share * (double)part.trials;
	}
	b->rehearsed = all->trials > 0;
	all->cells_share = cells / (double)FL_MAX(all->trials, (size_t)1);
	all->cost_share = cost / (double)FL_MAX(all->trials, (size_t)1);
	return FL_OK;
}

static enum fl_code run(struct fl_balance *b, const struct fl_matrix *m, size_t rehearse, const struct fl_watch *watch,
                        struct fl_err *err)
{
	struct fl_race_config config = {.arms = m->configs};
	struct fl_order order;
	FL_TRY(find_baseline(b, m, err));
	FL_TRY(fl_wish_settle(&b->wish, b->cost_known, b->latency_known, err));
	struct fl_race_arm_config *arm = FL_NEW_ARRAY(&b->arena, struct fl_race_arm_config, m->configs);
	fl_replay_arms(m, b->wish.cap_nusd, arm);
	b->cap_in_hindsight = b->cost_known && b->wish.cap_nusd < 0;
	for (size_t i = 0; i < m->configs; i++)
		b->candidate[i].cap_nusd = fl_nusd_of(arm[i].cap_usd);
	config.arm = arm;
	fl_wish_race(&b->wish, b->baseline, &config);
	b->epsilon_nusd = config.epsilon_usd < 0 ? -1 : fl_nusd_of(config.epsilon_usd);
	assumptions(b);
	staircase(b, m);
	fl_order_init(&order, m->items, m->cluster, m->clusters, b->wish.seed);
	config.positions = b->positions = order.positions;
	config.cluster_size = order.size;
	enum fl_code code = race(b, &config, m, &order, watch, err);
	fl_order_release(&order);
	return code == FL_OK && rehearse > 0 ? rehearse_all(b, m, &config, rehearse, watch, err) : code;
}

enum fl_code fl_balance_matrix(struct fl_balance *b, const struct fl_wish *wish, const struct fl_matrix *m,
                               const char *file, size_t rehearse, const struct fl_watch *watch, struct fl_err *err)
{
	start(b, wish, m, file);
	enum fl_code code = run(b, m, rehearse, watch, err);
	if (code != FL_OK)
		fl_balance_release(b);
	return code;
}

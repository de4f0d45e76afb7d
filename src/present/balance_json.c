#include "present/balance_json.h"

#include "present/models_json.h"
#include "present/verdict.h"

static void money(struct fl_json_writer *w, const char *name, int64_t nusd, bool known)
{
	fl_json_name(w, name);
	if (known)
		fl_json_put_i64(w, nusd);
	else
		fl_json_put_null(w);
}

static void share(struct fl_json_writer *w, const char *name, double v, bool known)
{
	fl_json_name(w, name);
	if (known)
		fl_json_put_double(w, v);
	else
		fl_json_put_null(w);
}

static void goal(const struct fl_balance *b, struct fl_json_writer *w)
{
	const struct fl_wish *g = &b->wish;
	bool value = g->goal == FL_GOAL_VALUE;
	fl_json_name(w, "goal");
	fl_json_open(w, '{');
	fl_json_member_str(w, "kind", value ? FL_S("value") : FL_S("cheapest"));
	money(w, "value_nusd", g->value_nusd, value);
	money(w, "wait_nusd_per_hour", (int64_t)(g->wait_usd_per_s * 3600 * 1e9 + 0.5), g->wait_usd_per_s > 0);
	share(w, "within", g->within, !value && g->bar == FL_BAR_WITHIN);
	share(w, "floor", g->floor, !value && g->bar == FL_BAR_FLOOR);
	fl_json_member_known(w, "baseline", g->baseline);
	share(w, "margin", g->margin, !value && g->bar == FL_BAR_BASELINE);
	money(w, "max_cost_nusd", g->max_cost_nusd, g->max_cost_nusd >= 0);
	share(w, "p95_s", g->p95_s, g->p95_s >= 0);
	fl_json_close(w);
}

static void decision(const struct fl_balance *b, struct fl_json_writer *w, struct fl_arena *a)
{
	bool value = b->wish.goal == FL_GOAL_VALUE, named = b->chosen >= 0;
	fl_json_name(w, "decision");
	fl_json_open(w, '{');
	fl_json_member_str(w, "state", fl_str_from(fl_race_state_word(b->state)));
	fl_json_member_known(w, "candidate", named ? b->candidate[b->chosen].name : FL_S(""));
	money(w, "regret_bound_nusd", b->regret_bound_nusd, named);
	money(w, "future_regret_bound_nusd", b->future_regret_bound_nusd,
	      named && value && b->future_regret_bound_nusd >= 0);
	share(w, "quality_bound", b->quality_bound, named && !value);
	money(w, "saves_month_nusd", b->saves.nusd, b->saves_known);
	fl_json_name(w, "saves_month_interval_nusd");
	if (b->saves_known) {
		fl_json_open(w, '[');
		fl_json_put_i64(w, b->saves.interval_nusd[0]);
		fl_json_put_i64(w, b->saves.interval_nusd[1]);
		fl_json_close(w);
	} else {
		fl_json_put_null(w);
	}
	fl_json_member_str(w, "statement", fl_verdict_statement(b, a));
	fl_json_member_known(w, "stopped", b->stopped != FL_OK ? fl_str_from(fl_code_name(b->stopped)) : FL_S(""));
	fl_json_close(w);
}

void fl_candidate_json(const struct fl_balance *b, const struct fl_balance_candidate *c, struct fl_json_writer *w)
{
	bool ran = c->items > 0;
	fl_json_member_u64(w, "items", c->items);
	share(w, "score", c->score, ran);
	fl_json_name(w, "score_interval");
	fl_json_open(w, '[');
	fl_json_put_double(w, c->score_interval[0]);
	fl_json_put_double(w, c->score_interval[1]);
	fl_json_close(w);
	money(w, "cost_nusd", c->cost_nusd, ran && b->cost_known);
	share(w, "latency_ms", c->latency_ms, ran && b->latency_known);
	money(w, "utility_nusd", c->utility_nusd, ran && b->wish.goal == FL_GOAL_VALUE);
	fl_json_member_double(w, "cut_share", c->cut_share);
	fl_json_name(w, "failed");
	fl_json_open(w, '{');
	for (int code = 1; code < -FL_E_CODES; code++)
		if (c->failed[code])
			fl_json_member_u64(w, fl_code_name((enum fl_code) - code), c->failed[code]);
	fl_json_close(w);
	fl_json_member_u64(w, "input_cut", c->outcome[FL_OUT_CUT_INPUT]);
}

static void candidates(const struct fl_balance *b, struct fl_json_writer *w)
{
	fl_json_name(w, "candidates");
	fl_json_open(w, '[');
	for (size_t i = 0; i < b->candidate_count; i++) {
		const struct fl_balance_candidate *c = &b->candidate[i];
		bool decided = c->state != FL_ARM_ALIVE && c->state != FL_ARM_CHOSEN;
		fl_json_open(w, '{');
		fl_json_member_str(w, "name", c->name);
		fl_json_member_str(w, "state", fl_str_from(fl_arm_state_word(c->state)));
		fl_json_member_known(w, "by", c->by >= 0 ? b->candidate[c->by].name : FL_S(""));
		fl_json_member_known(w, "reason", fl_str_from(c->reason));
		fl_json_name(w, "at_item");
		if (decided)
			fl_json_put_u64(w, c->at_item);
		else
			fl_json_put_null(w);
		fl_candidate_json(b, c, w);
		fl_json_close(w);
	}
	for (size_t i = 0; i < b->removed_count; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "name", b->removed[i].name);
		fl_json_member_str(w, "state", FL_S("removed"));
		fl_json_member_str(w, "reason", b->removed[i].reason);
		fl_json_member_u64(w, "items", 0);
		fl_json_close(w);
	}
	fl_json_close(w);
}

/* The rows that priced the race, with their days. */
static void prices(const struct fl_balance *b, struct fl_json_writer *w)
{
	fl_date day = fl_date_at(b->began_ms);
	fl_json_name(w, "prices");
	fl_json_open(w, '[');
	for (size_t i = 0; i < b->priced_count; i++) {
		const struct fl_list *rows = &b->priced[i].offer->prices;
		fl_json_open(w, '{');
		fl_json_member_str(w, "offer", b->priced[i].id);
		fl_json_name(w, "rows");
		fl_json_open(w, '[');
		for (size_t k = 0; k < rows->n; k++) {
			const struct fl_price_row *row = &((const struct fl_price_row *)rows->p)[k];
			for (int c = 0; c < FL_USE_CLASSES && fl_price_row_on(row, day); c++)
				if (row->rate[c] >= 0)
					fl_price_row_json(b->catalog, row, (enum fl_usage_class)c, w);
		}
		fl_json_close(w);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void staircase(const struct fl_balance *b, struct fl_json_writer *w)
{
	fl_json_name(w, "staircase");
	fl_json_open(w, '[');
	for (size_t i = 0; i < b->tread_count; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "candidate", b->candidate[b->tread[i].candidate].name);
		fl_json_member_i64(w, "from_nusd", b->tread[i].from_nusd);
		money(w, "to_nusd", b->tread[i].to_nusd, b->tread[i].to_nusd >= 0);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void counted(const char *name, uint64_t cells, int64_t nusd, bool known, struct fl_json_writer *w)
{
	fl_json_name(w, name);
	fl_json_open(w, '{');
	fl_json_member_u64(w, "cells", cells);
	money(w, "cost_nusd", nusd, known);
	fl_json_close(w);
}

static void rehearsal(const struct fl_balance *b, struct fl_json_writer *w)
{
	const struct fl_rehearsal *r = &b->rehearsal;
	fl_json_name(w, "rehearsal");
	if (!b->rehearsed) {
		fl_json_put_null(w);
		return;
	}
	fl_json_open(w, '{');
	fl_json_member_u64(w, "trials", r->trials);
	if (b->wish.goal == FL_GOAL_VALUE) {
		fl_json_member_u64(w, "worse_than_epsilon", r->worse_than_epsilon);
		fl_json_member_u64(w, "missed_best", r->missed_best);
	} else {
		fl_json_member_u64(w, "broken_promises", r->broken_promises);
		fl_json_member_u64(w, "missed_cheaper", r->missed_cheaper);
	}
	fl_json_member_double(w, "cells_share", r->cells_share);
	share(w, "cost_share", r->cost_share, b->cost_known && r->cost_share == r->cost_share);
	fl_json_close(w);
}

bool fl_balance_json(const struct fl_balance *b, struct fl_buf *out)
{
	struct fl_json_writer w;
	struct fl_arena a;
	int64_t month;
	fl_arena_init(&a);
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.balance/1"));
	fl_json_member_str(&w, "task", b->task);
	fl_json_member_str(&w, "mode", b->wish.mode == FL_MODE_FINITE ? FL_S("finite") : FL_S("future"));
	fl_json_member_u64(&w, "seed", b->wish.seed);
	fl_json_member_double(&w, "confidence", b->wish.confidence);
	goal(b, &w);
	money(&w, "epsilon_nusd", b->epsilon_nusd, b->epsilon_nusd >= 0);
	bool by_month = b->epsilon_nusd >= 0 && b->wish.traffic_month > 0 &&
	                fl_mul_i64(b->epsilon_nusd, (int64_t)b->wish.traffic_month, &month);
	money(&w, "epsilon_month_nusd", by_month ? month : 0, by_month);
	fl_json_member_u64(&w, "items", b->items);
	decision(b, &w, &a);
	counted("spent", b->spent_cells, b->spent_nusd, b->cost_known, &w);
	counted("grid", b->grid_cells, b->grid_nusd, b->cost_known && b->grid_nusd >= 0, &w);
	candidates(b, &w);
	staircase(b, &w);
	rehearsal(b, &w);
	prices(b, &w);
	fl_json_name(&w, "assumptions");
	fl_json_open(&w, '[');
	for (size_t i = 0; i < b->assumption_count; i++)
		fl_json_put_str(&w, b->assumption[i]);
	fl_json_close(&w);
	fl_json_close(&w);
	fl_arena_release(&a);
	return fl_json_done(&w) && fl_buf_char(out, '\n');
}

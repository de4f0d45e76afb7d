/*
 * A race on real calls: what the race wants is asked of the grid, what the grid brings is told to the race. The race reads
 * outcomes in position order at batch ends, so it does not matter in which order they come.
 */
#include "choose/balance.h"
#include "choose/balance_int.h"

#include "base/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

struct live {
	struct fl_balance *b;
	struct fl_session *s;
	struct fl_race *race;
	struct fl_order order;
	uint32_t *position, *sub; /* of each item */
	const struct fl_watch *watch;
	uint64_t shown_ns;
	enum fl_code code; /* a bound that was broken */
	struct fl_err err;
};

static void count_cell(struct fl_balance_candidate *c, const struct fl_grid_cell *cell)
{
	c->outcome[cell->outcome]++;
	c->in_tokens += cell->in_tokens;
	c->out_tokens += cell->out_tokens;
	if (cell->outcome == FL_OUT_FAILED)
		c->failed[-cell->code]++;
}

static void supply(struct live *l, size_t item, size_t arm, const struct fl_grid_cell *cell)
{
	size_t position = l->position[item], sub = l->sub[item];
	if (l->code != FL_OK || fl_race_has(l->race, arm, position, sub))
		return;
	struct fl_race_outcome o = {.score = cell->score,
	                            .cost_usd = (double)cell->cost_nusd / (double)FL_NUSD_PER_USD,
	                            .latency_s = (double)cell->latency_ms / 1000};
	l->code = fl_race_supply(l->race, arm, position, sub, &o, &l->err);
	count_cell(&l->b->candidate[arm], cell);
}

/* What the race wants next: from the grid if it is there, else asked for. */
static void ask(struct live *l)
{
	const struct fl_race_want *want;
	size_t n = fl_race_want(l->race, &want);
	for (size_t w = 0; w < n; w++)
		for (size_t p = want[w].from; p < want[w].to; p++)
			for (size_t sub = 0; sub < fl_order_size(&l->order, p); sub++) {
				size_t item = fl_order_item(&l->order, p, sub);
				const struct fl_grid_cell *cell = fl_grid_at(l->s->grid, item, want[w].arm);
				if (cell)
					supply(l, item, want[w].arm, cell);
				else if (!fl_race_has(l->race, want[w].arm, p, sub))
					fl_grid_want(l->s->grid, item, want[w].arm);
			}
}

static void spent(struct live *l)
{
	struct fl_grid_spent g = fl_grid_spent(l->s->grid);
	l->b->spent_cells = g.draws;
	l->b->spent_nusd = g.cost_nusd;
	l->b->fresh_cells = g.fresh_draws;
}

static void show(struct live *l)
{
	uint64_t now = fl_mono_ns();
	if (!l->watch || !l->watch->batch || now - l->shown_ns < l->watch->every_ns)
		return;
	l->shown_ns = now;
	fl_balance_fill(l->b, l->race, &l->order);
	spent(l);
	l->watch->batch(l->watch->arg, l->b, l->race);
}

/* Reads as many batches as are complete, and asks for the next. */
static void move_on(struct live *l)
{
	bool moved = false;
	while (l->code == FL_OK && !fl_race_ended(l->race) && fl_race_advance(l->race)) {
		moved = true;
		if (!fl_race_ended(l->race))
			ask(l);
	}
	l->s->done = fl_race_ended(l->race) || l->code != FL_OK;
	if (moved)
		show(l);
}

static void on_cell(void *arg, size_t item, size_t candidate, const struct fl_grid_cell *cell)
{
	struct live *l = arg;
	supply(l, item, candidate, cell);
	move_on(l);
}

/* During the probe cells are kept, but nothing more is asked for. */
static void on_probe(void *arg, size_t item, size_t candidate, const struct fl_grid_cell *cell)
{
	struct live *l = arg;
	supply(l, item, candidate, cell);
}

/* --- before and after --------------------------------------------------------------------------------------------- */

static enum fl_code start(struct fl_balance *b, const struct fl_wish *wish, struct fl_session *s, struct fl_err *err)
{
	const struct fl_task *t = s->task;
	*b = (struct fl_balance){.wish = *wish,
	                         .live = true,
	                         .items = t->item_count,
	                         .candidate_count = t->candidate_count,
	                         .chosen = -1,
	                         .baseline = t->baseline,
	                         .cost_known = true,
	                         .latency_known = true,
	                         .clustered = t->clustered};
	fl_arena_init(&b->arena);
	b->task = t->name;
	b->about = t->about;
	b->run = s->run.name;
	b->candidate = FL_NEW_ARRAY(&b->arena, struct fl_balance_candidate, t->candidate_count);
	size_t unknown = 0;
	for (size_t c = 0; c < t->candidate_count; c++) {
		bool known;
		b->candidate[c].name = t->candidate[c].name;
		FL_TRY(fl_grid_cap(t, c, &known, &b->candidate[c].cap_nusd, err));
		unknown += !known;
		if (!known)
			b->cost_known = false;
	}
	if (unknown > 0 && unknown < t->candidate_count) {
		fl_err_set(err, FL_E_INVALID,
		           "some candidates have a known price and some have not, so they cannot be compared");
		fl_err_help(err, "state the missing prices in fulcrum.yaml");
		return FL_E_INVALID;
	}
	if (wish->baseline.n && t->baseline < 0) {
		b->baseline = (int)fl_task_candidate(t, wish->baseline);
		if (b->baseline < 0)
			return fl_err_set(err, FL_E_INVALID, "the baseline '%.*s' is no candidate",
			                  FL_FMT(wish->baseline));
	}
	return fl_wish_settle(&b->wish, b->cost_known, true, err);
}

/* One sentence for all providers whose price is of one kind. */
/* All candidates of that provider have a price of that kind. */
static bool priced_alike(const struct fl_task *t, const struct fl_provider *p, enum fl_price_kind kind)
{
	for (size_t c = 0; c < t->candidate_count; c++)
		if (t->candidate[c].offer->provider == p && t->candidate[c].offer->price->kind != kind)
			return false;
	return true;
}

/* Names the servers that a sentence holds for, and the models of those whose models differ in it. */
static void assume_kind(struct fl_balance *b, const struct fl_task *t, enum fl_price_kind kind, const char *sentence)
{
	struct fl_buf names;
	fl_buf_init(&names, 1 << 16);
	for (size_t c = 0; c < t->candidate_count; c++) {
		const struct fl_offer *o = t->candidate[c].offer;
		bool whole = priced_alike(t, o->provider, kind), first = o->price->kind == kind;
		for (size_t before = 0; before < c && first; before++) {
			const struct fl_offer *other = t->candidate[before].offer;
			first = whole ? other->provider != o->provider : other != o;
		}
		if (first)
			fl_buf_printf(&names, "%s%.*s", names.n ? ", " : "",
			              FL_FMT(whole ? o->provider->name : o->name));
	}
	if (names.n)
		fl_balance_assume(b, "%s: %s.", sentence, names.p);
	fl_buf_release(&names);
}

/* Offers that the catalogue prices: the certificate lists their rows. */
static void list_priced(struct fl_balance *b, const struct fl_task *t)
{
	struct fl_offer_ref *priced = FL_NEW_ARRAY(&b->arena, struct fl_offer_ref, t->candidate_count);
	b->catalog = t->providers.catalog;
	b->priced = priced;
	b->began_ms = fl_wall_ms();
	for (size_t c = 0; c < t->candidate_count; c++) {
		const struct fl_offer *o = t->candidate[c].offer;
		bool first = o->price_of_catalog;
		for (size_t i = 0; i < b->priced_count && first; i++)
			first = priced[i].offer != o->fact.offer;
		if (first)
			priced[b->priced_count++] = o->fact;
	}
}

static void assume_prices(struct fl_balance *b, const struct fl_task *t)
{
	list_priced(b, t);
	b->removed = t->removed;
	b->removed_count = t->removed_count;
	assume_kind(b, t, FL_PRICE_FREE, "What has no stated price counts as free");
	assume_kind(b, t, FL_PRICE_SECONDS,
	            "A call costs the seconds that the server computes, at the price stated for it");
	assume_kind(b, t, FL_PRICE_UNKNOWN, "Prices are not known: costs are left out");
}

static void positions(struct live *l, size_t items)
{
	l->position = fl_alloc(items * sizeof *l->position);
	l->sub = fl_alloc(items * sizeof *l->sub);
	for (size_t p = 0; p < l->order.positions; p++)
		for (size_t s = 0; s < fl_order_size(&l->order, p); s++) {
			size_t item = fl_order_item(&l->order, p, s);
			l->position[item] = (uint32_t)p;
			l->sub[item] = (uint32_t)s;
		}
}

/* Candidates whose requests are equal share draws: x1, x3 and x5 are five draws an item, not nine. */
static bool same_requests(const struct fl_candidate *a, const struct fl_candidate *b)
{
	return a->offer == b->offer && fl_str_eq(a->effort, b->effort) && a->examples == b->examples &&
	       a->prompt == b->prompt && a->max_output == b->max_output && fl_str_eq(a->temperature, b->temperature) &&
	       fl_str_eq(a->params, b->params);
}

/* Draws of a candidate that were seen, whether the race has read them or not, and what they cost. */
struct seen {
	uint64_t draws;
	double nusd;
};

static struct seen seen_of(const struct fl_session *s, size_t candidate)
{
	struct seen out = {0};
	for (size_t i = 0; i < s->task->item_count; i++) {
		const struct fl_grid_cell *cell = fl_grid_at(s->grid, i, candidate);
		out.draws += cell ? s->task->candidate[candidate].samples : 0;
		out.nusd += cell ? (double)cell->cost_nusd : 0;
	}
	return out;
}

/* Applications that told no cost and of which nobody said what a call costs at most. */
static void assume_untold(struct fl_balance *b, const struct fl_session *s)
{
	const struct fl_task *t = s->task;
	for (size_t c = 0; c < t->candidate_count; c++) {
		const struct fl_price *price = t->candidate[c].offer->price;
		if (price->kind == FL_PRICE_REPORTED && !price->has_most && seen_of(s, c).nusd == 0)
			fl_balance_assume(b, "What %.*s costs is not known: it counts as free.",
			                  FL_FMT(t->candidate[c].name));
	}
}

/* Draws of the whole grid, and what they would cost at the mean of what was seen; -1 where nothing was seen of some. */
static void grid_size(struct fl_balance *b, const struct fl_session *s)
{
	const struct fl_task *t = s->task;
	struct seen *seen = FL_NEW_ARRAY(&b->arena, struct seen, t->candidate_count);
	double nusd = 0;
	bool known = true;
	for (size_t c = 0; c < t->candidate_count; c++)
		seen[c] = seen_of(s, c);
	b->grid_cells = 0;
	for (size_t c = 0; c < t->candidate_count; c++) {
		bool first = true;
		uint32_t most = 0;
		struct seen best = {0};
		for (size_t o = 0; o < t->candidate_count; o++)
			if (same_requests(&t->candidate[c], &t->candidate[o])) {
				first &= o >= c;
				most = FL_MAX(most, t->candidate[o].samples);
				best = seen[o].draws > best.draws ? seen[o] : best;
			}
		if (!first)
			continue;
		b->grid_cells += (uint64_t)most * t->item_count;
		known &= best.draws > 0 || t->candidate[c].offer->price->kind == FL_PRICE_FREE;
		nusd += best.draws ? best.nusd / (double)best.draws * most * (double)t->item_count : 0;
	}
	b->grid_nusd = !known ? -1 : nusd < 9e18 ? (int64_t)llround(nusd) : INT64_MAX;
}

static void staircase(struct fl_balance *b)
{
	struct fl_worth_point *point = FL_NEW_ARRAY(&b->arena, struct fl_worth_point, b->candidate_count);
	bool *use = FL_NEW_ARRAY(&b->arena, bool, b->candidate_count);
	for (size_t c = 0; c < b->candidate_count; c++) {
		const struct fl_balance_candidate *k = &b->candidate[c];
		use[c] = k->items == b->items;
		point[c] = (struct fl_worth_point){.score = k->score,
		                                   .cost_usd = (double)k->cost_nusd / (double)FL_NUSD_PER_USD,
		                                   .latency_s = k->latency_ms / 1000};
	}
	b->tread = FL_NEW_ARRAY(&b->arena, struct fl_tread, b->candidate_count);
	b->tread_count = fl_staircase(point, use, b->candidate_count, b->wish.wait_usd_per_s, b->tread);
}

static void cut_shares(struct fl_balance *b, const struct fl_session *s)
{
	for (size_t c = 0; c < b->candidate_count; c++) {
		size_t cut = 0, seen = 0;
		for (size_t i = 0; i < b->items; i++) {
			const struct fl_grid_cell *cell = fl_grid_at(s->grid, i, c);
			seen += cell != NULL;
			cut += cell && cell->cut;
		}
		b->candidate[c].cut_share = seen ? (double)cut / (double)seen : 0;
	}
}

static enum fl_code run(struct live *l, struct fl_err *err)
{
	struct fl_session *s = l->s;
	struct fl_balance *b = l->b;
	s->arg = l;
	s->on_cell = on_probe;
	FL_TRY(fl_session_probe(s, fl_order_item(&l->order, 0, 0), NULL, err));
	s->on_cell = on_cell;
	if (s->stopped == FL_OK && !fl_race_ended(l->race)) {
		ask(l);
		move_on(l); /* one item: the probe was all */
		fl_session_run(s);
	}
	if (l->code != FL_OK) {
		*err = l->err;
		return l->code;
	}
	bool in_time = s->stopped == FL_E_CANCELLED ||
	               s->stopped == FL_E_BUDGET; /* what was in flight ended the race all the same */
	b->stopped = in_time && fl_race_ended(l->race) ? FL_OK : s->stopped;
	b->stop_err = s->err;
	if (fl_race_over_cap(l->race))
		b->stopped = fl_err_set(&b->stop_err, FL_E_OVER_HOLD, "%s",
		                        s->run.budget.over_hold_by[0] ? s->run.budget.over_hold_by
		                                                      : "a call used more than was held for it");
	if (b->stopped != FL_OK && fl_code_row(b->stopped)->exit_status == 4) {
		*err = b->stop_err;
		return b->stopped;
	}
	return FL_OK;
}

enum fl_code fl_balance_live(struct fl_balance *b, const struct fl_wish *wish, struct fl_session *s,
                             const struct fl_watch *watch, struct fl_err *err)
{
	struct live l = {.b = b, .s = s, .watch = watch};
	struct fl_race_config config = {.arms = s->task->candidate_count};
	enum fl_code code = start(b, wish, s, err);
	if (code == FL_OK) {
		struct fl_race_arm_config *arm = FL_NEW_ARRAY(&b->arena, struct fl_race_arm_config, config.arms);
		for (size_t c = 0; c < config.arms; c++) {
			arm[c].cap_usd = b->cost_known ? (double)b->candidate[c].cap_nusd / (double)FL_NUSD_PER_USD : 0;
			arm[c].timeout_s = (double)s->task->timeout_ms / 1000;
		}
		uint32_t *cluster = FL_NEW_ARRAY(&b->arena, uint32_t, b->items);
		for (size_t i = 0; i < b->items; i++)
			cluster[i] = s->task->item[i].cluster;
		fl_order_init(&l.order, b->items, b->clustered ? cluster : NULL, s->task->cluster_count, b->wish.seed);
		positions(&l, b->items);
		config.arm = arm;
		config.positions = b->positions = l.order.positions;
		config.cluster_size = l.order.size;
		fl_wish_race(&b->wish, b->baseline, &config);
		b->epsilon_nusd = config.epsilon_usd < 0 ? -1 : fl_nusd_of(config.epsilon_usd);
		assume_prices(b, s->task);
		code = fl_race_create(&l.race, &config, err);
		if (code == FL_OK)
			code = run(&l, err);
		if (code == FL_OK) {
			fl_balance_fill(b, l.race, &l.order);
			fl_balance_name(b);
			spent(&l);
			grid_size(b, s);
			assume_untold(b, s);
			cut_shares(b, s);
			staircase(b);
		}
		if (l.race)
			fl_race_destroy(l.race);
		fl_order_release(&l.order);
		free(l.position);
		free(l.sub);
	}
	if (code != FL_OK)
		fl_balance_release(b);
	return code;
}

/*
 * The race's shell: takes outcomes in any order, reads them a batch at a time in position order, and hands the rules of
 * choice to the goal's table of functions. Nothing that was supplied but not yet read has any influence, so buying ahead
 * or answering out of order cannot change a decision.
 */
#include "choose/race_int.h"

#include "stats/betting.h"

enum { BATCH_CELLS = 32, BATCH_MAX = 8 };

static enum fl_code refuse(struct fl_err *err, const char *what, double found, const char *expected)
{
	enum fl_code code = fl_err_set(err, FL_E_INVALID, "the race cannot run: %s is %g", what, found);
	fl_err_found(err, "%g", found);
	fl_err_expected(err, "%s", expected);
	return code;
}

static bool nonnegative(double x)
{
	return isfinite(x) && x >= 0;
}

static enum fl_code check_goal(const struct fl_race_config *c, struct fl_err *err)
{
	if (c->goal == FL_GOAL_VALUE) {
		if (!nonnegative(c->value_usd))
			return refuse(err, "the value of a right answer", c->value_usd, "0 or more, in USD");
		return isfinite(c->epsilon_usd) ? FL_OK : refuse(err, "epsilon", c->epsilon_usd, "a number of USD");
	}
	if (!nonnegative(c->epsilon_usd))
		return refuse(err, "epsilon", c->epsilon_usd, "0 or more, in USD");
	if (c->bar == FL_BAR_NONE)
		return refuse(err, "the bar", 0, "within, floor or baseline");
	if (!(c->margin >= 0 && c->margin <= 1))
		return refuse(err, c->bar == FL_BAR_FLOOR ? "the floor" : "the margin", c->margin, "between 0 and 1");
	if (!(c->slack >= 0 && c->slack <= 1))
		return refuse(err, "the slack", c->slack, "between 0 and 1");
	if (c->bar == FL_BAR_BASELINE && c->baseline >= c->arms)
		return refuse(err, "the number of the baseline", (double)c->baseline, "a candidate of the race");
	return FL_OK;
}

static enum fl_code check_config(const struct fl_race_config *c, struct fl_err *err)
{
	if (c->arms < 1 || c->arms > FL_RACE_ARMS_MAX)
		return refuse(err, "the number of candidates", (double)c->arms, "1 to 4,096");
	if (c->positions < 1 || c->positions > FL_RACE_POSITIONS_MAX)
		return refuse(err, "the number of items", (double)c->positions, "1 to 10,000,000");
	if (!(c->delta > 0 && c->delta < 1))
		return refuse(err, "the error probability", c->delta, "between 0 and 1, both excluded");
	if (!nonnegative(c->wait_usd_per_s))
		return refuse(err, "the worth of waiting", c->wait_usd_per_s, "0 or more, in USD a second");
	if (!nonnegative(c->traffic_month))
		return refuse(err, "the traffic", c->traffic_month, "0 or more a month");
	for (size_t k = 0; k < c->arms; k++) {
		if (!nonnegative(c->arm[k].cap_usd))
			return refuse(err, "the largest cost of a call", c->arm[k].cap_usd, "0 or more, in USD");
		if (!nonnegative(c->arm[k].timeout_s))
			return refuse(err, "the timeout of a call", c->arm[k].timeout_s, "0 or more, in seconds");
	}
	for (size_t i = 0; c->cluster_size && i < c->positions; i++)
		if (!c->cluster_size[i])
			return refuse(err, "the size of a cluster", 0, "1 or more items");
	return check_goal(c, err);
}

/* Clusters of one item each are plain items. */
static void copy_clusters(struct fl_race *r)
{
	const uint32_t *size = r->c.cluster_size;
	uint32_t largest = 1;
	for (size_t i = 0; size && i < r->positions; i++)
		largest = FL_MAX(largest, size[i]);
	r->c.cluster_size = NULL;
	r->frame = (struct fl_frame){r->c.mode == FL_MODE_FINITE, (double)r->positions, largest, NULL, NULL};
	if (largest == 1)
		return;
	uint32_t *copy = fl_alloc(r->positions * sizeof *copy);
	memcpy(copy, size, r->positions * sizeof *copy);
	r->item_start = fl_alloc_zero(r->positions + 1, sizeof *r->item_start);
	for (size_t i = 0; i < r->positions; i++)
		r->item_start[i + 1] = r->item_start[i] + copy[i];
	r->c.cluster_size = r->frame.size = copy;
	r->frame.start = r->item_start;
}

enum fl_code fl_race_create(struct fl_race **out, const struct fl_race_config *config, struct fl_err *err)
{
	*out = NULL;
	FL_TRY(check_config(config, err));
	struct fl_race *r = fl_alloc_zero(1, sizeof *r);
	r->c = *config;
	r->arms = config->arms;
	r->positions = config->positions;
	struct fl_race_arm_config *arm = fl_alloc(r->arms * sizeof *arm);
	memcpy(arm, config->arm, r->arms * sizeof *arm);
	r->c.arm = arm;
	copy_clusters(r);
	r->lane = fl_alloc_zero(r->arms, sizeof *r->lane);
	for (size_t k = 0; k < r->arms; k++) {
		r->lane[k].by = -1;
		r->lane[k].reason = "";
	}
	fl_limit_begin(r);
	r->goal = config->goal == FL_GOAL_VALUE ? &fl_goal_value : &fl_goal_cheapest;
	r->goal->begin(r);
	*out = r;
	return FL_OK;
}

void fl_race_destroy(struct fl_race *r)
{
	if (!r)
		return;
	r->goal->release(r);
	for (size_t k = 0; k < r->arms; k++) {
		struct fl_lane *lane = &r->lane[k];
		free(lane->score);
		free(lane->cost);
		free(lane->latency);
		free(lane->have);
		for (int t = 0; t < FL_TRACKS; t++) {
			free(lane->at[t]);
			free(lane->sum[t]);
		}
	}
	free(r->lane);
	free(r->limit);
	free(r->item_start);
	free((void *)r->c.arm);
	free((void *)r->c.cluster_size);
	FL_VEC_RELEASE(&r->want);
	FL_VEC_RELEASE(&r->event);
	free(r);
}

size_t fl_race_batch(const struct fl_race *r, size_t called, size_t from)
{
	size_t left = r->positions - from;
	if (r->positions < BATCH_MAX)
		return left;
	size_t n = FL_MIN(FL_MAX(BATCH_CELLS / FL_MAX(called, 1), 1), BATCH_MAX);
	return FL_MIN(n, left);
}

void fl_race_plan(struct fl_race *r, size_t arm, size_t from, size_t to)
{
	if (from < to)
		FL_VEC_PUSH(&r->want, (struct fl_race_want){(uint32_t)arm, (uint32_t)from, (uint32_t)to});
}

/* Cheapest first, then in the order of the file; an insertion sort, since it is nearly sorted from batch to batch. */
static void sort_wants(struct fl_race *r)
{
	for (size_t i = 1; i < r->want.n; i++) {
		struct fl_race_want w = r->want.p[i];
		double cost = fl_race_mean(r, w.arm, FL_TRACK_COST, r->lane[w.arm].read);
		size_t to = i;
		for (; to > 0; to--) {
			struct fl_race_want before = r->want.p[to - 1];
			double other = fl_race_mean(r, before.arm, FL_TRACK_COST, r->lane[before.arm].read);
			if (other < cost || (other == cost && before.arm < w.arm))
				break;
			r->want.p[to] = before;
		}
		r->want.p[to] = w;
	}
}

void fl_race_mark(struct fl_race *r, size_t arm, enum fl_race_arm_state state, int by, const char *reason,
                  size_t position)
{
	struct fl_lane *lane = &r->lane[arm];
	lane->state = state;
	lane->by = by;
	lane->reason = reason;
	lane->at_position = position;
	FL_VEC_PUSH(&r->event, (struct fl_race_event){position, (int)arm, by, state, reason});
}

void fl_race_end(struct fl_race *r, enum fl_race_state state)
{
	r->state = state;
	r->want.n = 0;
}

size_t fl_race_want(struct fl_race *r, const struct fl_race_want **want)
{
	*want = r->want.p;
	return r->want.n;
}

static size_t item_of(const struct fl_race *r, size_t position, size_t sub)
{
	return r->item_start ? (size_t)r->item_start[position] + sub : position;
}

static void make_room(struct fl_race *r, struct fl_lane *lane, size_t items)
{
	size_t most = item_of(r, r->positions - 1, fl_frame_size(&r->frame, r->positions - 1) - 1) + 1;
	size_t room = FL_MIN(FL_MAX(FL_MAX(items, lane->items * 2), 16), most);
	lane->score = fl_realloc(lane->score, room * sizeof(double));
	lane->cost = fl_realloc(lane->cost, room * sizeof(double));
	lane->latency = fl_realloc(lane->latency, room * sizeof(double));
	lane->have = fl_realloc(lane->have, room);
	memset(lane->have + lane->items, 0, room - lane->items);
	lane->items = room;
}

enum fl_code fl_race_supply(struct fl_race *r, size_t arm, size_t position, size_t sub, const struct fl_race_outcome *o,
                            struct fl_err *err)
{
	FL_ASSERT(arm < r->arms && position < r->positions && (double)sub < fl_frame_size(&r->frame, position));
	if (!(o->score >= 0 && o->score <= 1))
		return refuse(err, "a score", o->score, "between 0 and 1");
	if (!nonnegative(o->cost_usd))
		return refuse(err, "a cost", o->cost_usd, "0 or more, in USD");
	if (!nonnegative(o->latency_s))
		return refuse(err, "a latency", o->latency_s, "0 or more, in seconds");
	struct fl_lane *lane = &r->lane[arm];
	size_t item = item_of(r, position, sub);
	if (item >= lane->items)
		make_room(r, lane, item + 1);
	if (lane->have[item])
		FL_BUG("arm %zu was given item %zu of position %zu twice", arm, sub, position);
	lane->have[item] = 1;
	lane->score[item] = o->score;
	lane->cost[item] = o->cost_usd;
	lane->latency[item] = fmin(o->latency_s, r->c.arm[arm].timeout_s);
	return FL_OK;
}

bool fl_race_has(const struct fl_race *r, size_t arm, size_t position, size_t sub)
{
	const struct fl_lane *lane = &r->lane[arm];
	size_t item = item_of(r, position, sub);
	return item < lane->items && lane->have[item];
}

static bool batch_is_there(const struct fl_race *r)
{
	for (size_t i = 0; i < r->want.n; i++) {
		struct fl_race_want w = r->want.p[i];
		const struct fl_lane *lane = &r->lane[w.arm];
		size_t from = item_of(r, w.from, 0);
		size_t to = item_of(r, w.to - 1, (size_t)fl_frame_size(&r->frame, w.to - 1) - 1) + 1;
		if (lane->items < to || memchr(lane->have + from, 0, to - from))
			return false;
	}
	return true;
}

/* A wanted cell above its cap: lower bounds that use the cap would be wrong, so it must not be read. */
static bool batch_breaks_cap(const struct fl_race *r)
{
	for (size_t i = 0; i < r->want.n; i++) {
		struct fl_race_want w = r->want.p[i];
		size_t to = item_of(r, w.to - 1, (size_t)fl_frame_size(&r->frame, w.to - 1) - 1);
		for (size_t item = item_of(r, w.from, 0); item <= to; item++)
			if (r->lane[w.arm].cost[item] > r->c.arm[w.arm].cap_usd)
				return true;
	}
	return false;
}

static void grow_tracks(struct fl_race *r, struct fl_lane *lane, size_t positions)
{
	size_t room = FL_MIN(FL_MAX(FL_MAX(positions, lane->room * 2), 16), r->positions);
	for (int t = 0; t < FL_TRACKS; t++) {
		lane->at[t] = fl_realloc(lane->at[t], room * sizeof(double));
		lane->sum[t] = fl_realloc(lane->sum[t], (room + 1) * sizeof(double));
		lane->sum[t][0] = 0;
	}
	lane->room = room;
}

/* Adds up the items of the next position, always in item order, so that rounding does not depend on arrival. */
static void read_position(struct fl_race *r, size_t arm)
{
	struct fl_lane *lane = &r->lane[arm];
	size_t i = lane->read, first = item_of(r, i, 0), n = (size_t)fl_frame_size(&r->frame, i);
	double at[FL_TRACKS] = {0};
	for (size_t item = first; item < first + n; item++) {
		at[FL_TRACK_SCORE] += lane->score[item];
		at[FL_TRACK_COST] += lane->cost[item];
		at[FL_TRACK_LATENCY] += lane->latency[item];
		at[FL_TRACK_LATE] += r->c.p95_s >= 0 && lane->latency[item] > r->c.p95_s;
	}
	at[FL_TRACK_TOTAL] = at[FL_TRACK_COST] + r->c.wait_usd_per_s * at[FL_TRACK_LATENCY];
	at[FL_TRACK_UTILITY] = r->c.value_usd * at[FL_TRACK_SCORE] - at[FL_TRACK_TOTAL];
	for (int t = 0; t < FL_TRACKS; t++) {
		lane->at[t][i] = at[t];
		lane->sum[t][i + 1] = lane->sum[t][i] + at[t];
	}
	lane->read++;
}

static void read_batch(struct fl_race *r)
{
	for (size_t i = 0; i < r->want.n; i++) {
		struct fl_race_want w = r->want.p[i];
		struct fl_lane *lane = &r->lane[w.arm];
		FL_ASSERT(lane->read == w.from);
		if (w.to > lane->room)
			grow_tracks(r, lane, w.to);
		while (lane->read < w.to)
			read_position(r, w.arm);
	}
}

bool fl_race_advance(struct fl_race *r)
{
	if (fl_race_ended(r) || !batch_is_there(r))
		return false;
	if (batch_breaks_cap(r)) {
		r->over_cap = true;
		fl_race_end(r, FL_RACE_BEST_SO_FAR);
		return true;
	}
	read_batch(r);
	r->want.n = 0;
	r->goal->step(r);
	FL_ASSERT(fl_race_ended(r) || r->want.n);
	sort_wants(r);
	return true;
}

bool fl_race_ended(const struct fl_race *r)
{
	return r->state != FL_RACE_RUNNING;
}

bool fl_race_over_cap(const struct fl_race *r)
{
	return r->over_cap;
}

int fl_race_chosen(struct fl_race *r)
{
	return r->goal->leader(r);
}

void fl_race_verdict(struct fl_race *r, struct fl_race_verdict *out)
{
	*out = (struct fl_race_verdict){.state = r->state == FL_RACE_RUNNING ? FL_RACE_BEST_SO_FAR : r->state,
	                                .chosen = r->goal->leader(r),
	                                .future_regret_bound_usd = -1};
	r->goal->verdict(r, out);
}

size_t fl_race_events(const struct fl_race *r, const struct fl_race_event **out)
{
	*out = r->event.p;
	return r->event.n;
}

/* Remembered, because a display asks for all arms again and again. */
static void score_interval(const struct fl_race *r, struct fl_lane *lane)
{
	if (lane->interval_read == lane->read && lane->read)
		return;
	double mean = lane->read ? lane->sum[FL_TRACK_SCORE][lane->read] / fl_race_items(r, lane->read) : 0;
	bool whole = r->frame.finite && lane->read == r->positions;
	lane->interval[0] = whole ? mean : 0;
	lane->interval[1] = whole ? mean : 1;
	lane->interval_read = lane->read;
	if (whole || !lane->read)
		return;
	struct fl_betting_data d = {lane->at[FL_TRACK_SCORE],
	                            r->frame.size,
	                            lane->read,
	                            r->frame.finite ? r->positions : 0,
	                            (size_t)r->frame.largest,
	                            0,
	                            1};
	fl_betting_interval(&d, r->c.delta, lane->interval);
}

void fl_race_arm(const struct fl_race *r, size_t arm, struct fl_race_arm *out)
{
	FL_ASSERT(arm < r->arms);
	struct fl_lane *lane = &r->lane[arm];
	size_t n = lane->read;
	score_interval(r, lane);
	*out = (struct fl_race_arm){
	    .state = lane->state,
	    .by = lane->by,
	    .reason = lane->reason,
	    .at_position = lane->at_position,
	    .positions = n,
	    .mean_score = fl_race_mean(r, arm, FL_TRACK_SCORE, n),
	    .mean_cost_usd = fl_race_mean(r, arm, FL_TRACK_COST, n),
	    .mean_latency_s = fl_race_mean(r, arm, FL_TRACK_LATENCY, n),
	    .mean_utility_usd = fl_race_mean(r, arm, FL_TRACK_UTILITY, n),
	    .score_interval = {lane->interval[0], lane->interval[1]},
	};
}

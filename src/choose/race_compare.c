/*
 * Two arms side by side, with intervals that stay valid although the race stops when it likes: the sixteen bets of
 * stats/betting.h on the paired differences, bounded by the arms' caps. When a finite list was read to its end there is no
 * more stopping to allow for, and the interval is that of the paired standard error (by clusters where there are some;
 * Miller 2024, arXiv 2411.00640): the list is known exactly, the traffic that it stands for is not.
 */
#include "choose/race_int.h"

#include "stats/betting.h"
#include "stats/interval.h"

static void whole_list(const struct fl_race *r, const double *gap, size_t n, double mean, double interval[2])
{
	double squares = 0, items = fl_race_items(r, n);
	for (size_t i = 0; i < n; i++) {
		double off = gap[i] - mean * fl_frame_size(&r->frame, i);
		squares += off * off;
	}
	if (n < 2)
		return; /* one position says nothing of others: the whole range */
	double error = sqrt(squares * (double)n / (double)(n - 1)) / items;
	double half = fl_normal_quantile(1 - r->c.delta / 2) * error;
	interval[0] = fmax(interval[0], mean - half);
	interval[1] = fmin(interval[1], mean + half);
}

/* Mean and interval of one track's difference; `low` and `high` bound an item's. */
static double difference(const struct fl_race *r, size_t a, size_t b, enum fl_track track, size_t n, double low,
                         double high, double interval[2])
{
	const struct fl_lane *la = &r->lane[a], *lb = &r->lane[b];
	interval[0] = low;
	interval[1] = high;
	if (!n)
		return 0;
	double mean = (la->sum[track][n] - lb->sum[track][n]) / fl_race_items(r, n);
	if (high <= low) {
		interval[0] = interval[1] = mean;
		return mean;
	}
	double *gap = fl_alloc(n * sizeof *gap);
	for (size_t i = 0; i < n; i++)
		gap[i] = la->at[track][i] - lb->at[track][i];
	struct fl_betting_data d = {gap, r->frame.size, n, r->frame.finite ? r->positions : 0, (size_t)r->frame.largest,
	                            low, high};
	if (r->frame.finite && n == r->positions)
		whole_list(r, gap, n, mean, interval);
	else
		fl_betting_interval(&d, r->c.delta, interval);
	free(gap);
	return mean;
}

void fl_race_compare(const struct fl_race *r, size_t a, size_t b, struct fl_race_difference *out)
{
	FL_ASSERT(a < r->arms && b < r->arms);
	size_t n = FL_MIN(r->lane[a].read, r->lane[b].read);
	double cap_a = r->c.arm[a].cap_usd, cap_b = r->c.arm[b].cap_usd;
	out->positions = n;
	out->score = difference(r, a, b, FL_TRACK_SCORE, n, -1, 1, out->score_interval);
	out->cost_usd = difference(r, a, b, FL_TRACK_COST, n, -cap_b, cap_a, out->cost_interval_usd);
	out->total_usd = difference(r, a, b, FL_TRACK_TOTAL, n, -fl_race_cap_total(r, b), fl_race_cap_total(r, a),
	                            out->total_interval_usd);
}

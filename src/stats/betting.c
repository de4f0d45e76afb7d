/*
 * The betting martingale of I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting",
 * JRSS-B 86 (2024), with and without replacement, mixed over sixteen fixed shares in the manner of Cover's universal
 * portfolio.
 *
 * Term j has conditional mean m_j under the null: m0 in future mode, and (N m0 - sum of earlier terms)/(N - j + 1) in
 * finite mode. Gambler g multiplies his wealth by 1 + c_g (x - m_j)/(m_j - lo), c_g = 0.01 * 98^(g/15). The factor is at
 * least 1 - c_g > 0 and has mean at most 1. If m_j < lo no such list exists and the null is refuted for certain.
 *
 * A cluster counts as one term sum (x - m0)/largest with bound lo - m0 and null mean 0, so that its items may depend on
 * each other in any way. Wealth falls in m0, which makes the interval a bisection.
 */
#include "stats/betting.h"

#include <float.h>
#include <math.h>

enum { RESCALE_EVERY = 8, BISECTIONS = 60 };
static const double interval_tolerance = 1e-8; /* of the range; the interval errs on the wide side */

/* 0.01 * 98^(g/15): from 0.01 to 0.98. */
static const double bet_share[FL_BETS] = {
    0.01,
    0.01357526777972562,
    0.018428789529125654,
    0.025017575271408434,
    0.033962028350881135,
    0.04610436292058446,
    0.06258790724605869,
    0.0849647600637876,
    0.1153419369706054,
    0.15657976806082025,
    0.21256122803129635,
    0.2885575590112167,
    0.3917246133441246,
    0.531776652205597,
    0.7219010452696998,
    0.98,
};

void fl_betting_init(struct fl_betting *b, double lo, double m0, size_t total)
{
	*b = (struct fl_betting){.lo = lo, .m0 = m0, .total = (double)total};
	for (int g = 0; g < FL_BETS; g++)
		b->wealth[g] = 1;
}

/* Eight factors lie between 0.02^8 and about 1e12^8, so wealth cannot leave the range of a double in between. */
static void rescale(struct fl_betting *b)
{
	double most = 0;
	for (int g = 0; g < FL_BETS; g++)
		most = fmax(most, b->wealth[g]);
	b->log_scale += log(most);
	for (int g = 0; g < FL_BETS; g++)
		b->wealth[g] = fmax(b->wealth[g] / most, DBL_MIN);
}

void fl_betting_add(struct fl_betting *b, double x)
{
	FL_ASSERT(b->total == 0 || (double)b->n < b->total);
	double m = b->total > 0 ? (b->total * b->m0 - b->sum) / (b->total - (double)b->n) : b->m0;
	double slack = 1e-12 * fmax(1, fabs(b->lo)), gap = m - b->lo;
	if (x < b->lo - slack)
		FL_BUG("a term of %g lies below its stated bound %g", x, b->lo);
	b->sum += x;
	b->n++;
	if (gap <= slack) {
		b->certain |= gap < -slack || x > b->lo + slack;
		return;
	}
	double gain = (fmax(x, b->lo) - m) / gap;
	for (int g = 0; g < FL_BETS; g++)
		b->wealth[g] *= 1 + bet_share[g] * gain;
	if (b->n % RESCALE_EVERY == 0)
		rescale(b);
}

double fl_betting_log_wealth(const struct fl_betting *b)
{
	if (b->certain)
		return INFINITY;
	double sum = 0;
	for (int g = 0; g < FL_BETS; g++)
		sum += b->wealth[g];
	return log(sum / FL_BETS) + b->log_scale;
}

/* Wealth on the terms as they are (sign 1) or mirrored (sign -1, lo then being -hi). */
static double log_wealth(const struct fl_betting_data *d, double sign, double lo, double m0)
{
	struct fl_betting b;
	fl_betting_init(&b, d->size ? lo - m0 : lo, d->size ? 0 : m0, d->total);
	for (size_t i = 0; i < d->n && !b.certain; i++) {
		double x = sign * d->sum[i];
		fl_betting_add(&b, d->size ? (x - d->size[i] * m0) / (double)d->largest : x);
	}
	return fl_betting_log_wealth(&b);
}

double fl_betting_log_wealth_at(const struct fl_betting_data *d, double m0)
{
	return log_wealth(d, 1, d->lo, m0);
}

/* The largest mean that is refuted from below, or `lo` when none is. */
static double lower_bound(const struct fl_betting_data *d, double sign, double lo, double hi, double log_threshold)
{
	double refuted = lo, open = hi;
	for (int i = 0; i < BISECTIONS && open - refuted > interval_tolerance * (hi - lo); i++) {
		double mid = 0.5 * (refuted + open);
		*(log_wealth(d, sign, lo, mid) >= log_threshold ? &refuted : &open) = mid;
	}
	return refuted;
}

void fl_betting_interval(const struct fl_betting_data *d, double alpha, double out[2])
{
	FL_ASSERT(alpha > 0 && alpha < 1);
	double log_threshold = log(2 / alpha);
	out[0] = lower_bound(d, 1, d->lo, d->hi, log_threshold);
	out[1] = -lower_bound(d, -1, -d->hi, -d->lo, log_threshold);
}

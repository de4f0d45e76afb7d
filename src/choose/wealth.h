/*
 * wealth.h - one bet on one stream of bounded terms: the arithmetic that both goals of the race are built from.
 *
 * A stream has one term a position, a lower bound `lo`, and a null "its mean is at most m0". Against every m0 the same
 * share c is bet, chosen from earlier terms for a good growth at the stream's aim, so wealth falls in m0. Plain values,
 * no memory, pure, inline because a race spends its time here. A term below its bound aborts: the claim would be void.
 *
 *   mean_n   = (N m0 - sum of earlier terms) / (N - n + 1)   finite list;   m0 in future mode
 *   factor_n = 1 + c (x_n - mean_n) / (mean_n - lo)
 *
 * With clusters a position's term is sum (x - m0) / largest over its items, its null mean 0 and its bound lo - m0.
 */
#ifndef FL_WEALTH_H
#define FL_WEALTH_H

#include "base/base.h"

#include <math.h>

/* value = m * 2^e; infinite once the null is impossible. */
struct fl_wealth {
	double m;
	int32_t e;
};

#define FL_WEALTH_ONE ((struct fl_wealth){1, 0})

static inline void fl_wealth_times(struct fl_wealth *w, double factor)
{
	w->m *= factor;
	if (w->m > 1e-100 && w->m < 1e100)
		return;
	int shift = 0;
	if (isfinite(w->m) && w->m > 0) {
		w->m = frexp(w->m, &shift);
		w->e += shift;
	}
}

static inline void fl_wealth_times_wealth(struct fl_wealth *w, struct fl_wealth other)
{
	fl_wealth_times(w, other.m);
	w->e += other.e;
}

static inline double fl_wealth_value(struct fl_wealth w)
{
	return w.e && isfinite(w.m) ? ldexp(w.m, w.e) : w.m;
}

/* What all streams of a race have in common. */
struct fl_frame {
	bool finite;
	double positions;      /* N */
	double largest;        /* items of the largest cluster; 1 without clusters */
	const uint32_t *size;  /* items of each position; NULL without clusters */
	const uint64_t *start; /* items before each position; NULL without clusters */
};

static inline double fl_frame_size(const struct fl_frame *f, size_t i)
{
	return f->size ? f->size[i] : 1;
}

static inline double fl_frame_before(const struct fl_frame *f, size_t i)
{
	return f->size ? (double)f->start[i] : (double)i;
}

/* A stream's position i (from 0) as seen against one m0. */
struct fl_point {
	double term, mean, lo;
};

/* `x` adds up the position's items, `prior` those of all earlier positions. */
static inline struct fl_point fl_frame_point(const struct fl_frame *f, size_t i, double x, double prior, double lo,
                                             double m0)
{
#if FL_RACE_MUTANT == 3 /* the mean as if this position were still to come: off by one */
	double left = f->positions - (double)i + 1;
#else
	double left = f->positions - (double)i;
#endif
	if (!f->size)
		return (struct fl_point){x, f->finite ? (f->positions * m0 - prior) / left : m0, lo};
	double earlier = (prior - fl_frame_before(f, i) * m0) / f->largest, bound = lo - m0;
	if (bound > 0) /* a small cluster adds up less of it */
		bound *= f->size[i] / f->largest;
	return (struct fl_point){(x - f->size[i] * m0) / f->largest, f->finite ? -earlier / left : 0, bound};
}

/* Earlier terms that were bet on, as seen at the aim. */
struct fl_past {
	double sum, squares;
	uint32_t n;
};

static inline void fl_past_add(struct fl_past *p, double term)
{
	p->sum += term;
	p->squares += term * term;
	p->n++;
}

/* The share to bet at a point (seen at the aim): about what maximises the expected log of the factor, at most 0.9. */
static inline double fl_bet_share(const struct fl_past *past, struct fl_point at_aim)
{
	double n1 = past->n + 1, u = past->sum / n1, h = at_aim.mean, lo = at_aim.lo;
	if (u <= h)
		return 0;
	if (h <= lo)
		return 0.9;
	double v = (lo * lo / 4 + past->squares - past->sum * u) / n1, over = u - h;
	return fmin(0.9, over * (h - lo) / (v + over * over));
}

/* Largest difference that counts as rounding, for terms that span lo..top. */
static inline double fl_bet_slack(double lo, double top)
{
	return 1e-12 * (top - lo);
}

/* The factor of a bet of `share` at a point; infinite when the null has become impossible. */
static inline double fl_bet_factor(double share, struct fl_point p, double slack)
{
	double gap = p.mean - p.lo;
	if (p.term < p.lo - slack)
		FL_BUG("a term of %.17g lies below its stated bound %.17g", p.term, p.lo);
	if (gap > slack)
		return 1 + share * (fmax(p.term, p.lo) - p.mean) / gap;
	return gap < -slack || p.term > p.lo + slack ? INFINITY : 1;
}

#endif

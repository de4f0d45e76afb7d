/*
 * Rates. Sources: E. B. Wilson, JASA 22 (1927); C. Clopper and E. Pearson, Biometrika 26 (1934), by quantiles of the
 * beta distribution; Q. McNemar, Psychometrika 12 (1947), exact form by the binomial with p = 1/2.
 *
 * The incomplete beta function is Lentz's evaluation of the continued fraction DLMF 8.17.22, on the side of the mean
 * where it converges fast; its inverse is a bisection, which needs no starting value and cannot leave [0,1]. The normal
 * quantile starts from Abramowitz and Stegun 26.2.23 (error below 4.5e-4) and takes Halley steps on erfc, each of which
 * triples the digits.
 */
#include "stats/interval.h"

#include <math.h>

enum { BETA_STEPS = 500, QUANTILE_STEPS = 200, HALLEY_STEPS = 3 };

double fl_normal_cdf(double x)
{
	return 0.5 * erfc(-x * M_SQRT1_2);
}

double fl_normal_quantile(double p)
{
	FL_ASSERT(p > 0 && p < 1);
	double tail = p < 0.5 ? p : 1 - p;
	double t = sqrt(-2 * log(tail));
	double x =
	    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
	for (int i = 0; i < HALLEY_STEPS; i++) {
		double off = (fl_normal_cdf(x) - tail) / (exp(-0.5 * x * x) / sqrt(2 * M_PI));
		x -= off / (1 + 0.5 * x * off);
	}
	return p < 0.5 ? x : -x;
}

/* The continued fraction of I_x(a, b), without its leading factor. */
static double beta_fraction(double x, double a, double b)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1);
	d = 1 / (fabs(d) < tiny ? tiny : d);
	double h = d;
	for (int m = 1; m <= BETA_STEPS; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		const double term[2] = {even, odd};
		double change = 1;
		for (int s = 0; s < 2; s++) {
			d = 1 + term[s] * d;
			c = 1 + term[s] / c;
			d = 1 / (fabs(d) < tiny ? tiny : d);
			c = fabs(c) < tiny ? tiny : c;
			change = c * d;
			h *= change;
		}
		if (fabs(change - 1) < 1e-15)
			break;
	}
	return h;
}

double fl_beta_cdf(double x, double a, double b)
{
	FL_ASSERT(a > 0 && b > 0);
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	int sign;
	double front =
	    exp(lgamma_r(a + b, &sign) - lgamma_r(a, &sign) - lgamma_r(b, &sign) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(x, a, b) / a;
	return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double fl_beta_quantile(double p, double a, double b)
{
	double low = 0, high = 1;
	for (int i = 0; i < QUANTILE_STEPS && high - low > 1e-16; i++) {
		double mid = 0.5 * (low + high);
		*(fl_beta_cdf(mid, a, b) < p ? &low : &high) = mid;
	}
	return 0.5 * (low + high);
}

static void check(double k, double n, double confidence)
{
	FL_ASSERT(n >= 0 && k >= 0 && k <= n);
	FL_ASSERT(confidence > 0 && confidence < 1);
}

void fl_wilson(double successes, double n, double confidence, double out[2])
{
	check(successes, n, confidence);
	out[0] = 0;
	out[1] = 1;
	if (n <= 0)
		return;
	double z = fl_normal_quantile(0.5 + confidence / 2), rate = successes / n, z2 = z * z / n;
	double centre = (rate + z2 / 2) / (1 + z2);
	double half = z / (1 + z2) * sqrt(rate * (1 - rate) / n + z2 / (4 * n));
	out[0] = successes > 0 ? fmax(0, centre - half) : 0; /* the ends exactly, whatever the rounding */
	out[1] = successes < n ? fmin(1, centre + half) : 1;
}

void fl_clopper_pearson(double k, double n, double confidence, double out[2])
{
	check(k, n, confidence);
	double tail = (1 - confidence) / 2;
	out[0] = k > 0 ? fl_beta_quantile(tail, k, n - k + 1) : 0;
	out[1] = k < n ? fl_beta_quantile(1 - tail, k + 1, n - k) : 1;
}

void fl_credible(double k, double n, double confidence, double out[2])
{
	check(k, n, confidence);
	double tail = (1 - confidence) / 2;
	out[0] = fl_beta_quantile(tail, k + 1, n - k + 1);
	out[1] = fl_beta_quantile(1 - tail, k + 1, n - k + 1);
}

double fl_mcnemar_exact(double a_only, double b_only)
{
	FL_ASSERT(a_only >= 0 && b_only >= 0);
	double n = a_only + b_only, least = fmin(a_only, b_only);
	/* P(Binomial(n, 1/2) <= k) = I_{1/2}(n - k, k + 1). */
	if (n <= 0 || least >= n)
		return 1;
	return fmin(1, 2 * fl_beta_cdf(0.5, n - least, least + 1));
}

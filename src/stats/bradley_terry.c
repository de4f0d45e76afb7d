#include "stats/bradley_terry.h"

#include "stats/interval.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 100 };
static const double prior_games = 1, small_step = 1e-10;

static double win_share(double difference)
{
	return 1 / (1 + exp(-difference));
}

/* Gradient of the log-posterior and its negative Hessian at s. */
static void slope(const double *wins, size_t n, const double *s, double *gradient, double *hessian)
{
	memset(hessian, 0, n * n * sizeof *hessian);
	for (size_t i = 0; i < n; i++) {
		double p = win_share(s[i]);
		gradient[i] = prior_games / 2 - prior_games * p;
		hessian[i * n + i] += prior_games * p * (1 - p);
		for (size_t j = 0; j < n; j++) {
			double games = i == j ? 0 : wins[i * n + j] + wins[j * n + i];
			double q = win_share(s[i] - s[j]);
			if (games <= 0)
				continue;
			gradient[i] += wins[i * n + j] - games * q;
			hessian[i * n + i] += games * q * (1 - q);
			hessian[i * n + j] -= games * q * (1 - q);
		}
	}
}

/* Inverts a positive definite matrix in place by Gauss and Jordan: the prior keeps its diagonal dominant. */
static void invert(double *m, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		double pivot = m[k * n + k];
		FL_ASSERT(pivot > 0);
		m[k * n + k] = 1;
		for (size_t j = 0; j < n; j++)
			m[k * n + j] /= pivot;
		for (size_t i = 0; i < n; i++) {
			double f = m[i * n + k];
			if (i == k)
				continue;
			m[i * n + k] = 0;
			for (size_t j = 0; j < n; j++)
				m[i * n + j] -= f * m[k * n + j];
		}
	}
}

/* One step of Newton's method, no score by more than 1 at a time; the largest change. The inverse stays in `hessian`. */
static double step(const double *wins, size_t n, double *s, double *hessian)
{
	double gradient[FL_BT_THINGS], change[FL_BT_THINGS], most = 0;
	slope(wins, n, s, gradient, hessian);
	invert(hessian, n);
	for (size_t i = 0; i < n; i++) {
		change[i] = 0;
		for (size_t j = 0; j < n; j++)
			change[i] += hessian[i * n + j] * gradient[j];
		most = fmax(most, fabs(change[i]));
	}
	for (size_t i = 0; i < n; i++)
		s[i] += most > 1 ? change[i] / most : change[i];
	return most;
}

/* Variance of score i less the mean of all, from the covariance of the scores. */
static double variance(const double *cov, size_t n, size_t i)
{
	double row = 0, all = 0;
	for (size_t j = 0; j < n; j++) {
		row += cov[i * n + j];
		for (size_t k = 0; k < n; k++)
			all += cov[j * n + k];
	}
	return cov[i * n + i] - 2 * row / (double)n + all / ((double)n * (double)n);
}

void fl_bradley_terry(const double *wins, size_t n, double confidence, struct fl_bt_score *out)
{
	static _Thread_local double cov[FL_BT_THINGS * FL_BT_THINGS];
	double s[FL_BT_THINGS] = {0}, mean = 0, z = fl_normal_quantile(1 - (1 - confidence) / 2);
	FL_ASSERT(n > 0 && n <= FL_BT_THINGS && confidence > 0 && confidence < 1);
	for (int round = 0; round < ROUNDS && step(wins, n, s, cov) > small_step; round++)
		;
	for (size_t i = 0; i < n; i++)
		mean += s[i] / (double)n;
	for (size_t i = 0; i < n; i++) {
		double half = z * sqrt(fmax(variance(cov, n, i), 0)), share = 0;
		out[i] =
		    (struct fl_bt_score){.score = s[i] - mean, .low = s[i] - mean - half, .high = s[i] - mean + half};
		for (size_t j = 0; j < n; j++) {
			FL_ASSERT(wins[i * n + j] >= 0);
			out[i].wins += i == j ? 0 : wins[i * n + j];
			out[i].played += i == j ? 0 : wins[i * n + j] + wins[j * n + i];
			share += i == j ? 0 : win_share(s[i] - s[j]);
		}
		out[i].share = n > 1 ? share / (double)(n - 1) : 0.5;
	}
}

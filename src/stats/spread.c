/*
 * Standard errors as in E. Miller, "Adding Error Bars to Evals", arXiv 2411.00640, sections 2.1 to 3.1: repeats and
 * questions about one text are not independent, so their deviations are added up before they are squared.
 */
#include "stats/spread.h"
#include "stats/interval.h"

#include <math.h>
#include <stdlib.h>

static double mean_of(const double *x, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return n ? sum / (double)n : NAN;
}

struct fl_spread fl_spread_of(const double *x, size_t n)
{
	struct fl_spread out = {mean_of(x, n), NAN};
	double squares = 0;
	for (size_t i = 0; i < n; i++)
		squares += (x[i] - out.mean) * (x[i] - out.mean);
	if (n > 1)
		out.error = sqrt(squares / ((double)n * (double)(n - 1)));
	return out;
}

struct fl_spread fl_spread_clustered(const double *x, const uint32_t *cluster, size_t n, size_t clusters)
{
	struct fl_spread out = {mean_of(x, n), NAN};
	if (clusters < 2)
		return out;
	double *sum = fl_alloc_zero(clusters, sizeof *sum), squares = 0;
	for (size_t i = 0; i < n; i++) {
		FL_ASSERT(cluster[i] < clusters);
		sum[cluster[i]] += x[i] - out.mean;
	}
	for (size_t c = 0; c < clusters; c++)
		squares += sum[c] * sum[c];
	free(sum);
	out.error = sqrt(squares) / (double)n;
	return out;
}

struct fl_spread fl_spread_paired(const double *a, const double *b, const uint32_t *cluster, size_t n, size_t clusters)
{
	double *d = fl_alloc_zero(n ? n : 1, sizeof *d);
	for (size_t i = 0; i < n; i++)
		d[i] = a[i] - b[i];
	struct fl_spread out = cluster ? fl_spread_clustered(d, cluster, n, clusters) : fl_spread_of(d, n);
	free(d);
	return out;
}

void fl_spread_interval(struct fl_spread s, double confidence, double out[2])
{
	double z = fl_normal_quantile(0.5 + confidence / 2);
	out[0] = s.mean - z * s.error;
	out[1] = s.mean + z * s.error;
}

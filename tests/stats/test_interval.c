/* Rates and standard errors against published figures. */
#include "test.h"

#include "stats/interval.h"
#include "stats/spread.h"

#include "base/arena.h"
#include "base/money.h"
#include "codec/csv.h"

#include <math.h>

static void near(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("got %.10g, want %.10g", got, want);
}

static void normal_quantiles_match_the_tables(void **state)
{
	(void)state;
	near(fl_normal_quantile(0.975), 1.959963984540054, 1e-12);
	near(fl_normal_quantile(0.95), 1.644853626951473, 1e-12);
	near(fl_normal_quantile(0.5), 0, 1e-12);
	near(fl_normal_quantile(1e-9), -5.997807015007687, 1e-9);
	for (double p = 0.01; p < 1; p += 0.01)
		near(fl_normal_cdf(fl_normal_quantile(p)), p, 1e-14);
}

static void incomplete_beta_has_its_closed_forms(void **state)
{
	(void)state;
	for (double x = 0.05; x < 1; x += 0.05) {
		near(fl_beta_cdf(x, 1, 7), 1 - pow(1 - x, 7), 1e-13);
		near(fl_beta_cdf(x, 4, 1), pow(x, 4), 1e-13);
		near(fl_beta_cdf(x, 2, 3), x * x * (6 - 8 * x + 3 * x * x), 1e-13);
	}
	near(fl_beta_cdf(0.5, 5000, 5000), 0.5, 1e-10);
	near(fl_beta_quantile(fl_beta_cdf(0.37, 12, 30), 12, 30), 0.37, 1e-10);
}

/* R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, methods 3 and 5. */
static void rates_match_newcombe_1998(void **state)
{
	(void)state;
	static const struct {
		double k, n, wilson[2], exact[2];
	} row[] = {
	    {81, 263, {0.2553, 0.3662}, {0.2527, 0.3676}},
	    {15, 148, {0.0624, 0.1605}, {0.0578, 0.1617}},
	    {0, 20, {0.0000, 0.1611}, {0.0000, 0.1684}},
	    {1, 29, {0.0061, 0.1718}, {0.0009, 0.1776}},
	};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		double got[2];
		fl_wilson(row[i].k, row[i].n, 0.95, got);
		near(got[0], row[i].wilson[0], 6e-5);
		near(got[1], row[i].wilson[1], 6e-5);
		fl_clopper_pearson(row[i].k, row[i].n, 0.95, got);
		near(got[0], row[i].exact[0], 6e-5);
		near(got[1], row[i].exact[1], 6e-5);
	}
}

static void nothing_measured_means_the_whole_range(void **state)
{
	(void)state;
	double got[2];
	fl_wilson(0, 0, 0.95, got);
	near(got[0], 0, 0);
	near(got[1], 1, 0);
	fl_clopper_pearson(0, 0, 0.95, got);
	near(got[1] - got[0], 1, 0);
	assert_true(isnan(fl_spread_of((const double[]){1}, 1).error));
}

static void zero_failures_give_about_three_over_n(void **state)
{
	(void)state;
	double got[2];
	fl_clopper_pearson(0, 300, 0.90, got); /* one-sided 95 % */
	near(got[1], 3.0 / 300, 1e-4);
	fl_credible(0, 1, 0.95, got);
	near(got[0], 1 - sqrt(0.975), 1e-9); /* Beta(1, 2) */
}

static void mcnemar_is_the_exact_binomial(void **state)
{
	(void)state;
	near(fl_mcnemar_exact(1, 9), 2 * 11.0 / 1024, 1e-14);
	near(fl_mcnemar_exact(9, 1), 2 * 11.0 / 1024, 1e-14);
	near(fl_mcnemar_exact(0, 6), 2.0 / 64, 1e-14);
	near(fl_mcnemar_exact(4, 4), 1, 1e-14);
	near(fl_mcnemar_exact(0, 0), 1, 0);
	near(fl_mcnemar_exact(59, 6), 4.964650327128617e-12, 1e-20); /* the far tail keeps its digits */
}

static void paired_error_is_that_of_the_differences(void **state)
{
	(void)state;
	const double a[] = {1, 1, 0, 1}, b[] = {0, 1, 0, 0};
	struct fl_spread s = fl_spread_paired(a, b, NULL, 4, 0);
	near(s.mean, 0.5, 1e-15);
	near(s.error, sqrt(1.0 / 12), 1e-15);
}

static void a_cluster_of_copies_counts_once(void **state)
{
	(void)state;
	double x[30], one[10];
	uint32_t cluster[30];
	for (uint32_t i = 0; i < 30; i++) {
		cluster[i] = i / 3;
		x[i] = one[i / 3] = (i / 3) % 4 == 0;
	}
	struct fl_spread s = fl_spread_clustered(x, cluster, 30, 10);
	near(s.error, fl_spread_of(one, 10).error * sqrt(9.0 / 10), 1e-12);
}

struct rows {
	double score[2000];
	uint32_t cluster[2000];
	size_t n, clusters;
};

/* All rows of one candidate of a long matrix, clustered by item. */
static void read_rows(struct fl_str text, const char *config, struct fl_arena *arena, struct rows *out)
{
	struct fl_err err;
	struct fl_csv csv;
	struct fl_csv_row row;
	struct fl_str item[2000];
	int64_t score;
	*out = (struct rows){.n = 0};
	fl_csv_init(&csv, arena, text, "misguided");
	assert_ok(fl_csv_next(&csv, &row, &err), &err);
	for (;;) {
		assert_ok(fl_csv_next(&csv, &row, &err), &err);
		if (!row.n)
			return;
		if (!fl_str_is(row.field[1], config))
			continue;
		assert_ok(fl_decimal_parse(row.field[2], 9, true, &score, &err), &err);
		size_t c = 0;
		while (c < out->clusters && !fl_str_eq(item[c], row.field[0]))
			c++;
		if (c == out->clusters)
			item[out->clusters++] = row.field[0];
		out->cluster[out->n] = (uint32_t)c;
		out->score[out->n++] = (double)score / 1e9;
	}
}

static void repeats_of_an_item_widen_the_error_on_misguided_attention(void **state)
{
	(void)state;
	static const struct {
		const char *config;
		double mean, naive, clustered;
	} want[] = {
	    {"o3-mini", 0.4679, 0.0385, 0.0613},
	    {"claude-opus-4", 0.6378, 0.0365, 0.0585},
	    {"gpt-4.1", 0.4423, 0.0386, 0.0626},
	};
	const char *shared = getenv("FULCRUM_SHARED");
	char path[512];
	snprintf(path, sizeof path, "%s/data/evals/evals_misguided_attention.csv", shared ? shared : "../shared");
	FILE *f = fopen(path, "rb");
	if (!f) {
		print_message("# SKIP %s is not there\n", path);
		return; /* cmocka's own skip reads as a failure in TAP */
	}
	static char text[1 << 20];
	struct fl_str all = {text, fread(text, 1, sizeof text, f)};
	fclose(f);
	struct fl_arena arena;
	fl_arena_init(&arena);
	for (size_t i = 0; i < FL_COUNT(want); i++) {
		static struct rows rows;
		read_rows(all, want[i].config, &arena, &rows);
		assert_true(rows.n > 100);
		near(fl_spread_of(rows.score, rows.n).mean, want[i].mean, 6e-5);
		near(fl_spread_of(rows.score, rows.n).error, want[i].naive, 6e-5);
		near(fl_spread_clustered(rows.score, rows.cluster, rows.n, rows.clusters).error, want[i].clustered,
		     6e-5);
	}
	fl_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(normal_quantiles_match_the_tables),
	    cmocka_unit_test(incomplete_beta_has_its_closed_forms),
	    cmocka_unit_test(rates_match_newcombe_1998),
	    cmocka_unit_test(nothing_measured_means_the_whole_range),
	    cmocka_unit_test(zero_failures_give_about_three_over_n),
	    cmocka_unit_test(mcnemar_is_the_exact_binomial),
	    cmocka_unit_test(paired_error_is_that_of_the_differences),
	    cmocka_unit_test(a_cluster_of_copies_counts_once),
	    cmocka_unit_test(repeats_of_an_item_widen_the_error_on_misguided_attention),
	};
	return cmocka_run_group_tests_name("stats_interval", tests, NULL, NULL);
}

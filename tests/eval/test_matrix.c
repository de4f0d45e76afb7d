/* Outcome matrices: what is read, and what is refused with which line. */
#include "test.h"

#include "base/clock.h"
#include "eval/matrix.h"

#include <math.h>
#include <sys/resource.h>

static struct fl_matrix read_ok(const char *text, const char *cluster)
{
	struct fl_matrix m;
	struct fl_err err;
	assert_ok(fl_matrix_read(&m, fl_str_from(text), "m.csv", fl_str_from(cluster), &err), &err);
	return m;
}

static void refused(const char *text, const char *cluster, int line, const char *part)
{
	struct fl_matrix m;
	struct fl_err err = {0};
	assert_int_equal(fl_matrix_read(&m, fl_str_from(text), "m.csv", fl_str_from(cluster), &err), FL_E_INVALID);
	if (err.line != line || !strstr(err.message, part))
		fail_msg("got line %d: %s", err.line, err.message);
	assert_string_equal(err.file, "m.csv");
}

static void the_long_form_is_read_in_any_column_order(void **state)
{
	(void)state;
	struct fl_matrix m = read_ok("latency_s,score,cost_usd,item,config,out_tokens\n"
	                             "1.5,1,0.000123456,a,x,10\n0.5,0,0.1,a,y,20\n2,0.25,0,b,x,30\n3,0.5,1,b,y,40\n",
	                             NULL);
	assert_int_equal(m.items, 2);
	assert_int_equal(m.configs, 2);
	assert_str(m.config[1], "y");
	assert_true(m.score[fl_matrix_cell(&m, 0, 1)] == 0.25);
	assert_int_equal(m.cost_nusd[fl_matrix_cell(&m, 0, 0)], 123456);
	assert_int_equal(m.cost_nusd[fl_matrix_cell(&m, 1, 1)], 1000000000);
	assert_true(m.latency_s[fl_matrix_cell(&m, 1, 0)] == 0.5);
	assert_int_equal(m.out_tokens[1], 60);
	assert_null(m.in_tokens);
	assert_int_equal(m.notes, 0);
	fl_matrix_release(&m);
}

static void the_wide_form_has_a_column_a_candidate(void **state)
{
	(void)state;
	struct fl_matrix m = read_ok("\xef\xbb\xbfitem,small,large\r\nq1,0,1\r\nq2,0.5,1\r\n", NULL);
	assert_int_equal(m.configs, 2);
	assert_str(m.config[0], "small");
	assert_true(m.score[fl_matrix_cell(&m, 0, 1)] == 0.5);
	assert_null(m.cost_nusd);
	assert_null(m.latency_s);
	assert_int_equal(fl_matrix_config(&m, FL_S("large")), 1);
	assert_int_equal(fl_matrix_config(&m, FL_S("medium")), -1);
	fl_matrix_release(&m);
}

static void repeats_become_mean_score_and_latency_and_summed_cost(void **state)
{
	(void)state;
	struct fl_matrix m = read_ok("item,config,score,cost_usd,latency_s,trial,outcome\n"
	                             "a,x,1,0.01,1,0,ok\na,x,0,0.03,3,1,failed\na,x,0,0.02,2,2,failed\n",
	                             NULL);
	assert_true(fabs(m.score[0] - 1.0 / 3) < 1e-15);
	assert_int_equal(m.cost_nusd[0], 60000000);
	assert_true(m.latency_s[0] == 2);
	assert_int_equal(m.rows, 3);
	assert_int_equal(m.outcomes, 1);
	assert_str(m.outcome[0].outcome, "failed");
	assert_int_equal(m.outcome[0].count, 2);
	fl_matrix_release(&m);
}

static void clusters_group_items(void **state)
{
	(void)state;
	static const char text[] = "item,config,score,topic\na,x,1,t1\nb,x,1,t2\nc,x,1,t1\n";
	struct fl_matrix m = read_ok(text, "topic");
	assert_int_equal(m.clusters, 2);
	assert_int_equal(m.cluster[2], 0);
	assert_str(m.cluster_name[1], "t2");
	fl_matrix_release(&m);
	m = read_ok(text, NULL);
	assert_null(m.cluster);
	assert_int_equal(m.notes, 1);
	assert_true(fl_str_find(m.note[0], FL_S("topic"), 0) >= 0);
	fl_matrix_release(&m);
	refused(text, "subject", 1, "subject");
	refused("item,config,score,topic\na,x,1,t1\na,y,1,t2\n", "topic", 3, "cluster 't2'");
	refused("item,config,score,topic\na,x,1,\n", "topic", 2, "cluster");
}

static void what_does_not_fit_is_refused_by_line(void **state)
{
	(void)state;
	refused("item,config,score\na,x,1\na,y,1\nb,x,1\n", NULL, 4, "1 of 4 cells are missing");
	refused("item,config,score\na,x,1.5\n", NULL, 2, "score '1.5'");
	refused("item,config,score\na,x,-0.1\n", NULL, 2, "score '-0.1'");
	refused("item,config,score\na,x,\n", NULL, 2, "score ''");
	refused("item,config,score\na,x,nan\n", NULL, 2, "score 'nan'");
	refused("item,config,score\na,x,1\n\na,x,1\n", NULL, 4, "on line 2 already");
	refused("item,config,score,trial\na,x,1,7\na,x,1,8\na,x,0,7\n", NULL, 4, "trial '7'");
	refused("item,config,score,cost_usd\na,x,1,0.1\na,y,1,\n", NULL, 3, "cost_usd is blank in 1 of 2 rows");
	refused("item,config,score,latency_s\na,x,1,\na,y,1,2\n", NULL, 2,
	        "latency_s is blank in 1 of 2 rows: line 2 (item 'a'");
	refused("item,config,score,cost_usd\na,x,1,-1\n", NULL, 2, "cost_usd '-1'");
	refused("item,config,score,cost_usd\na,x,1,$1\n", NULL, 2, "cost_usd '$1'");
	refused("item,config\na,x\n", NULL, 1, "score");
	refused("name,config,score\na,x,1\n", NULL, 1, "item");
	refused("item,config,score,score\na,x,1,1\n", NULL, 1, "twice");
	refused("item,config,score\n", NULL, 2, "no rows");
	refused("item\na\n", NULL, 1, "names no candidate");
	refused("item,x,y\na,1\n", NULL, 2, "");
	refused("item,x,y\na,1,0\na,1,0\n", NULL, 3, "has a row already");
	refused("item,x,y\na,1,\n", NULL, 2, "score ''");
	refused("item,config,score\n,x,1\n", NULL, 2, "item");
	refused("", NULL, 1, "item");
}

static void costs_blank_everywhere_are_unknown_and_not_zero(void **state)
{
	(void)state;
	struct fl_matrix m = read_ok("item,config,score,cost_usd,latency_s\na,x,1,,\na,y,0,,\n", NULL);
	assert_null(m.cost_nusd);
	assert_null(m.latency_s);
	fl_matrix_release(&m);
	m = read_ok("item,config,score,cost_usd\na,x,1,0\n", NULL);
	assert_non_null(m.cost_nusd);
	fl_matrix_release(&m);
}

static void more_digits_than_a_nano_dollar_are_rounded_up(void **state)
{
	(void)state;
	struct fl_matrix m =
	    read_ok("item,config,score,cost_usd\na,x,0.3333333333333333,0.0000000011\nb,x,1e-1,1e-9\n", NULL);
	assert_int_equal(m.cost_nusd[0], 2);
	assert_int_equal(m.cost_nusd[1], 1);
	assert_true(fabs(m.score[0] - 1.0 / 3) < 1e-15);
	assert_true(m.score[1] == 0.1);
	fl_matrix_release(&m);
}

static void a_hundred_thousand_rows_are_quick_and_small(void **state)
{
	(void)state;
	struct fl_buf text;
	fl_buf_init(&text, 1 << 24);
	fl_buf_z(&text, "item,config,score,cost_usd,latency_s\n");
	for (int i = 0; i < 10000; i++)
		for (int k = 0; k < 10; k++)
			fl_buf_printf(&text, "item-%d,candidate-%d,%d,0.000%03d,%d.%d\n", i, k, (i + k) % 2, i % 1000,
			              k, i % 10);
	uint64_t start = fl_mono_ns();
	struct fl_matrix m;
	struct fl_err err;
	assert_ok(fl_matrix_read(&m, fl_buf_slice(&text), "big.csv", FL_S(""), &err), &err);
	print_message("# 100000 rows: %.0f ms\n", (double)(fl_mono_ns() - start) / 1e6);
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	print_message("# peak memory with the text: %ld KB\n", usage.ru_maxrss);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
	assert_true(usage.ru_maxrss < 50 * 1024);
#endif
	assert_int_equal(m.rows, 100000);
	fl_matrix_release(&m);
	fl_buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_long_form_is_read_in_any_column_order),
	    cmocka_unit_test(the_wide_form_has_a_column_a_candidate),
	    cmocka_unit_test(repeats_become_mean_score_and_latency_and_summed_cost),
	    cmocka_unit_test(clusters_group_items),
	    cmocka_unit_test(what_does_not_fit_is_refused_by_line),
	    cmocka_unit_test(costs_blank_everywhere_are_unknown_and_not_zero),
	    cmocka_unit_test(more_digits_than_a_nano_dollar_are_rounded_up),
	    cmocka_unit_test(a_hundred_thousand_rows_are_quick_and_small),
	};
	return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}

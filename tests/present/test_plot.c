#include "present/plot.h"
#include "test.h"

#include <math.h>

static void assert_near(double a, double b)
{
	if (fabs(a - b) > 1e-9)
		fail_msg("got %.12g, want %.12g", a, b);
}

static void a_scale_is_logarithmic_only_over_twenty_times(void **state)
{
	(void)state;
	const double narrow[] = {0.001, 0.019}, wide[] = {0.001, 0.021}, none[] = {0, 0}, one[] = {5};
	assert_int_equal(fl_scale_of(narrow, 2).kind, FL_SCALE_LINEAR);
	assert_int_equal(fl_scale_of(wide, 2).kind, FL_SCALE_LOG);
	assert_int_equal(fl_scale_of(none, 2).kind, FL_SCALE_LINEAR);
	assert_int_equal(fl_scale_of(one, 1).kind, FL_SCALE_LINEAR);
	struct fl_scale s = fl_scale_of(none, 2);
	assert_near(fl_scale_at(&s, 0), 0);
	s = fl_scale_of(narrow, 2);
	assert_near(fl_scale_at(&s, 0), 0);
}

static void free_candidates_have_a_place_on_a_logarithmic_scale(void **state)
{
	(void)state;
	const double v[] = {0, 0.0001, 0.01};
	struct fl_scale s = fl_scale_of(v, 3);
	assert_true(s.zero && s.kind == FL_SCALE_LOG);
	double zero = fl_scale_at(&s, 0), least = fl_scale_at(&s, 0.0001), most = fl_scale_at(&s, 0.01);
	assert_true(zero > 0 && zero + 0.05 < least && least < most && most < 1);
}

static void places_rise_with_values_and_stay_inside(void **state)
{
	(void)state;
	const struct fl_scale scale[] = {
	    {FL_SCALE_LINEAR, 0, 50, false}, {FL_SCALE_ROOT, 0, 50, false}, {FL_SCALE_LOG, 0.5, 50, true}};
	for (size_t k = 0; k < FL_COUNT(scale); k++) {
		double last = -1;
		for (double v = 0.6; v < 50; v *= 1.1) {
			double at = fl_scale_at(&scale[k], v);
			assert_true(at > last && at <= 1);
			last = at;
		}
		assert_near(fl_scale_at(&scale[k], 50), 1);
		assert_near(fl_scale_at(&scale[k], 1e9), 1);
		assert_true(fl_scale_at(&scale[k], -1) >= 0);
	}
	assert_near(fl_scale_at(&scale[1], 12.5), 0.5);
}

static void ticks_are_round_ascending_and_apart(void **state)
{
	(void)state;
	for (double top = 1e-6; top < 1e7; top *= 1.7)
		for (int kind = FL_SCALE_LINEAR; kind <= FL_SCALE_LOG; kind++) {
			struct fl_scale s = {(enum fl_scale_kind)kind, kind == FL_SCALE_LOG ? top / 3000 : 0, top,
			                     false};
			double tick[FL_TICKS];
			size_t n = fl_scale_ticks(&s, 0.1, tick);
			assert_true(n <= FL_TICKS);
			assert_true(n >= 2 || (kind == FL_SCALE_ROOT && n >= 1));
			for (size_t i = 0; i < n; i++) {
				double digits = tick[i] / pow(10, floor(log10(fmax(tick[i], 1e-300)) + 1e-9));
				assert_true(tick[i] == 0 || fabs(digits * 10 - round(digits * 10)) < 1e-6);
				assert_true(i == 0 || fl_scale_at(&s, tick[i]) - fl_scale_at(&s, tick[i - 1]) > 0.0999);
			}
		}
}

static bool overlap(const struct fl_label *a, const struct fl_label *b, double width)
{
	double box[2][2];
	const struct fl_label *l[] = {a, b};
	for (int k = 0; k < 2; k++) {
		double x = l[k]->x * width + l[k]->dx;
		box[k][0] = l[k]->anchor[0] == 's'   ? x
		            : l[k]->anchor[0] == 'e' ? x - l[k]->width_px
		                                     : x - l[k]->width_px / 2;
		box[k][1] = l[k]->y + l[k]->dy;
	}
	return box[0][0] < box[1][0] + b->width_px && box[1][0] < box[0][0] + a->width_px &&
	       fabs(box[0][1] - box[1][1]) < 12;
}

static void placed_labels_never_cover_each_other(void **state)
{
	enum { N = 60 };
	struct fl_label label[N];
	double x[N], y[N];
	(void)state;
	for (int seed = 1; seed < 20; seed++) {
		uint32_t r = (uint32_t)seed * 2654435761u;
		for (int i = 0; i < N; i++) {
			x[i] = (double)((r = r * 1664525u + 1013904223u) >> 16) / 65536;
			y[i] = (double)((r = r * 1664525u + 1013904223u) >> 16) / 65536 * 400;
			label[i] = (struct fl_label){
			    .x = x[i], .y = y[i], .width_px = 60 + (double)(i % 7) * 20, .must = i < 5};
		}
		fl_labels_place(label, N, x, y, N, 800, 400);
		size_t placed = 0;
		for (int i = 0; i < N; i++) {
			placed += label[i].placed;
			for (int j = 0; j < i; j++)
				assert_false(label[i].placed && label[j].placed && overlap(&label[i], &label[j], 800));
		}
		assert_true(label[0].placed && placed > 8 && placed <= FL_LABELS);
	}
}

static void what_must_be_named_is_named_in_a_crowd(void **state)
{
	enum { N = 40 };
	struct fl_label label[N];
	double x[N], y[N];
	(void)state;
	for (int i = 0; i < N; i++) {
		x[i] = 0.5 + (double)(i % 7) * 0.01;
		y[i] = 200 + (double)(i / 7) * 5;
		label[i] = (struct fl_label){.x = x[i], .y = y[i], .width_px = 150, .must = i == 0};
	}
	fl_labels_place(label, N, x, y, N, 800, 400);
	assert_true(label[0].placed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_scale_is_logarithmic_only_over_twenty_times),
	    cmocka_unit_test(free_candidates_have_a_place_on_a_logarithmic_scale),
	    cmocka_unit_test(places_rise_with_values_and_stay_inside),
	    cmocka_unit_test(ticks_are_round_ascending_and_apart),
	    cmocka_unit_test(placed_labels_never_cover_each_other),
	    cmocka_unit_test(what_must_be_named_is_named_in_a_crowd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

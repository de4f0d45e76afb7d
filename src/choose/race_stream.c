/*
 * Streams whose every position is bet on, with terms linear in two tracks: all tests of the goal `cheapest` and of the
 * constraints. The sum of earlier terms follows from the tracks' running sums, so a stream is one wealth and one sum of
 * squares.
 */
#include "choose/race_int.h"

static double share_at(const struct fl_frame *f, const struct fl_linear *t, double squares, size_t i, double x,
                       double prior, struct fl_point *point)
{
	*point = fl_frame_point(f, i, x, prior, t->lo, 0);
	struct fl_past past = {prior / f->largest, squares, (uint32_t)i};
	return fl_bet_share(&past, *point);
}

double fl_stream_bet(const struct fl_frame *f, const struct fl_linear *t, struct fl_stream *s, size_t i)
{
	struct fl_point point;
	double x = fl_linear_at(f, t, i), prior = fl_linear_sum(f, t, i);
	double share = share_at(f, t, s->squares, i, x, prior, &point);
	fl_wealth_times(&s->w, fl_bet_factor(share, point, fl_bet_slack(t->lo, t->top)));
	s->squares += point.term * point.term;
	return share;
}

void fl_stream_follow(const struct fl_frame *f, const struct fl_linear *t, struct fl_wealth *w, double share, size_t i,
                      double m0)
{
	struct fl_point point = fl_frame_point(f, i, fl_linear_at(f, t, i), fl_linear_sum(f, t, i), t->lo, m0);
	fl_wealth_times(w, fl_bet_factor(share, point, fl_bet_slack(t->lo, t->top)));
}

double fl_stream_replay(const struct fl_frame *f, const struct fl_linear *t, size_t n, double m0)
{
	struct fl_wealth w = FL_WEALTH_ONE;
	double squares = 0, slack = fl_bet_slack(t->lo, t->top);
	for (size_t i = 0; i < n && isfinite(w.m); i++) {
		struct fl_point at_aim;
		double x = fl_linear_at(f, t, i), prior = fl_linear_sum(f, t, i);
		double share = share_at(f, t, squares, i, x, prior, &at_aim);
		fl_wealth_times(&w, fl_bet_factor(share, fl_frame_point(f, i, x, prior, t->lo, m0), slack));
		squares += at_aim.term * at_aim.term;
	}
	return fl_wealth_value(w);
}

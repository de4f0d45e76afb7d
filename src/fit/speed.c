#include "fit/speed.h"

#include <math.h>

double fl_weights_read(const struct fl_speed_in *in)
{
	if (in->experts <= 0 || in->experts_active <= 0)
		return in->shared_bytes + in->expert_bytes;
	return in->shared_bytes +
	       in->expert_bytes * fl_experts_touched(in->experts, in->experts_active, in->batch) / in->experts;
}

/* Seconds of one step at a bandwidth that is had. */
static double memory_s(const struct fl_speed_in *in, double bandwidth)
{
	return (fl_weights_read(in) + in->batch * in->cache_bytes) / bandwidth;
}

static double compute_s(const struct fl_speed_in *in, double tflops)
{
	return tflops > 0 && in->active_b > 0 ? 2 * in->active_b * 1e9 * in->batch / (tflops * 1e12) : 0;
}

double fl_decode_at(const struct fl_speed_in *in, double bandwidth)
{
	return in->batch / memory_s(in, bandwidth);
}

struct fl_span fl_decode_speed(const struct fl_speed_in *in)
{
	double all = (double)in->devices, busy = fmin(all, in->batch), split = in->devices > 1 ? FL_SPLIT_MOST : 1;
	if (!in->bandwidth.known || in->bandwidth.low <= 0 || memory_s(in, 1) <= 0)
		return (struct fl_span){0};
	double slow_s = compute_s(in, in->tflops * FL_PREFILL_LEAST * busy);
	double fast_s = compute_s(in, in->tflops_most * FL_PREFILL_MOST * all * split);
	struct fl_span s = {.low = fl_decode_at(in, in->bandwidth.low * FL_DECODE_LEAST * busy),
	                    .high = fl_decode_at(in, in->bandwidth.high * FL_DECODE_MOST * all * split),
	                    .known = true};
	s.low = slow_s > 0 ? fmin(s.low, in->batch / slow_s) : s.low;
	s.high = fast_s > 0 ? fmin(s.high, in->batch / fast_s) : s.high;
	return s;
}

struct fl_span fl_prefill_speed(const struct fl_speed_in *in)
{
	double split = in->devices > 1 ? FL_SPLIT_MOST : 1;
	if (in->tflops <= 0 || in->active_b <= 0)
		return (struct fl_span){0};
	double each = 2 * in->active_b * 1e9;
	return (struct fl_span){.low = in->tflops * 1e12 * FL_PREFILL_LEAST / each,
	                        .high = in->tflops_most * 1e12 * FL_PREFILL_MOST * (double)in->devices * split / each,
	                        .known = true};
}

bool fl_decode_is_compute_bound(const struct fl_speed_in *in)
{
	return in->bandwidth.known && compute_s(in, in->tflops) > memory_s(in, in->bandwidth.high);
}

double fl_compute_bound_batch(double tflops, double bandwidth, double bytes_per_parameter)
{
	return tflops * 1e12 / bandwidth * bytes_per_parameter / 2;
}

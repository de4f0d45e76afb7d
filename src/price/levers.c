#include "price/levers.h"

#include <math.h>

const char *const fl_lever_words[FL_LEVERS] = {"model", "thinking", "samples", "context", "steps"};

static uint64_t setting(const struct fl_lever_job *job, const struct fl_corner *c, enum fl_lever lever)
{
	return job->setting[lever][c->at[lever]];
}

void fl_corner_receipt(const struct fl_lever_job *job, const struct fl_corner *c, struct fl_receipt *sum)
{
	const struct fl_lever_model *m = &job->model[c->at[FL_LEVER_MODEL]];
	struct fl_served served = m->served;
	struct fl_usage u =
	    fl_usage_text(setting(job, c, FL_LEVER_CONTEXT), 0, 0, job->output[c->at[FL_LEVER_CONTEXT]]);
	uint64_t calls;
	u.units[FL_USE_REASONING] = setting(job, c, FL_LEVER_THINKING);
	served.thinking = u.units[FL_USE_REASONING] ? FL_THINKING_ON : FL_THINKING_OFF;
	fl_tally_init(sum);
	if (m->never_thinks && u.units[FL_USE_REASONING])
		fl_tally_fail(sum, "the model does not think");
	else if (__builtin_mul_overflow(setting(job, c, FL_LEVER_SAMPLES), setting(job, c, FL_LEVER_STEPS), &calls))
		fl_tally_fail(sum, "more calls than fit 64 bits");
	else
		fl_tally_add(sum, &m->price, &served, &u, calls);
}

/* The corner of a number: one digit a lever. */
static struct fl_corner corner_at(const struct fl_lever_job *job, size_t n)
{
	struct fl_corner c = {0};
	for (int l = FL_LEVERS - 1; l >= 0; l--) {
		c.at[l] = (uint8_t)(n % job->settings[l]);
		n /= job->settings[l];
	}
	return c;
}

/* How far apart the corners in numbers step apart are, at most, over a lever's settings. */
static double spread_of(const struct fl_lever_job *job, const struct fl_corner *corner, size_t n, int lever)
{
	size_t step = 1;
	double most = 1;
	for (int l = lever + 1; l < FL_LEVERS; l++)
		step *= job->settings[l];
	for (size_t i = 0; i < n; i++) {
		int64_t low = INT64_MAX, high = 0;
		if (corner[i].at[lever])
			continue;
		for (size_t k = 0; k < job->settings[lever]; k++) {
			const struct fl_corner *c = &corner[i + k * step];
			low = c->priced ? FL_MIN(low, c->nusd) : low;
			high = c->priced ? FL_MAX(high, c->nusd) : high;
		}
		if (low > 0 && low < INT64_MAX)
			most = fmax(most, (double)high / (double)low);
	}
	return most;
}

bool fl_levers_cost(const struct fl_lever_job *job, struct fl_corner *corner, struct fl_levers *out)
{
	size_t n = 1;
	*out = (struct fl_levers){0};
	for (int l = 0; l < FL_LEVERS; l++) {
		FL_ASSERT(job->settings[l] >= 1 && job->settings[l] <= FL_LEVER_SETTINGS);
		n *= job->settings[l];
	}
	if (n > FL_LEVER_CORNERS)
		return false;
	out->corners = n;
	for (size_t i = 0; i < n; i++) {
		struct fl_receipt r;
		corner[i] = corner_at(job, i);
		fl_corner_receipt(job, &corner[i], &r);
		corner[i].priced = r.priced;
		corner[i].nusd = r.total_nusd;
		if (!r.priced)
			continue;
		if (!out->priced || r.total_nusd < corner[out->cheapest].nusd)
			out->cheapest = i;
		if (!out->priced || r.total_nusd > corner[out->dearest].nusd)
			out->dearest = i;
		out->priced++;
	}
	if (out->priced)
		out->spread = (double)corner[out->dearest].nusd / (double)corner[out->cheapest].nusd;
	for (int l = 0; l < FL_LEVERS; l++)
		out->lever_spread[l] = spread_of(job, corner, n, l);
	return true;
}

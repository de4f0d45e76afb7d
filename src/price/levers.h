/*
 * levers.h - the four levers of one job together: which model, how much thinking, how many samples, how much context; and
 * how many steps.
 *
 * A corner is one setting of each. Its cost is samples x steps calls, priced at the length of prompt that it has. The
 * spread is the dearest corner over the cheapest; of each lever alone, the most that it changes the cost of a corner when
 * all others stand still.
 *
 * Ownership: arrays are the caller's; corners are plain values. Threads: pure. Limits: FL_LEVER_CORNERS corners,
 * FL_LEVER_SETTINGS of a lever. Failure: false when there are too many; a corner that cannot be priced is marked so.
 */
#ifndef FL_LEVERS_H
#define FL_LEVERS_H

#include "price/tally.h"

enum { FL_LEVER_SETTINGS = 16, FL_LEVER_CORNERS = 4096 };
enum fl_lever { FL_LEVER_MODEL, FL_LEVER_THINKING, FL_LEVER_SAMPLES, FL_LEVER_CONTEXT, FL_LEVER_STEPS, FL_LEVERS };
extern const char *const fl_lever_words[FL_LEVERS];

struct fl_lever_model {
	struct fl_price price;
	struct fl_served served;
	bool never_thinks; /* settings with thinking do not exist: their corners are not priced */
};
struct fl_lever_job {
	const struct fl_lever_model *model;
	uint64_t setting[FL_LEVERS]
	                [FL_LEVER_SETTINGS]; /* of the model nothing; thinking, samples, input tokens, steps */
	uint64_t output[FL_LEVER_SETTINGS];  /* visible answer beside each length of context */
	size_t settings[FL_LEVERS];          /* of each lever, at least 1 */
};
struct fl_corner {
	uint8_t at[FL_LEVERS];
	bool priced;
	int64_t nusd;
};
struct fl_levers {
	size_t corners, priced;
	size_t cheapest, dearest;       /* indices of corners */
	double spread;                  /* NaN when the cheapest is free */
	double lever_spread[FL_LEVERS]; /* 1 for a lever with one setting */
};
/* `corner` has room for FL_LEVER_CORNERS. */
bool fl_levers_cost(const struct fl_lever_job *job, struct fl_corner *corner, struct fl_levers *out) FL_MUST_USE;
/* The receipt of one corner, all its calls. */
void fl_corner_receipt(const struct fl_lever_job *job, const struct fl_corner *corner, struct fl_receipt *sum);

#endif

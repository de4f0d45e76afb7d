/*
 * own.h - a model on the user's own machines: on which of them it fits best, in which number format, how fast.
 *
 * Offers of one's own are named own/MODEL. Ownership: results point to the catalogue. Threads: pure. Limits: none of its
 * own. Failure: false when the model's size or every device is unknown.
 */
#ifndef FL_OWN_H
#define FL_OWN_H

#include "fit/catalog_model.h"

#define FL_OWN_PROVIDER "own"

struct fl_own_fit {
	const struct fl_device *device;
	struct fl_str key;
	struct fl_fit_want want; /* its quant is the widest that fits, else the usual four-bit one */
	struct fl_fit fit;
	struct fl_fit_nearest nearest; /* when it does not fit */
};
/* The best of the named devices: where it fits in the widest format, of these the fastest. `device` is a list of struct
 * fl_str; names that the catalogue does not know are passed over. */
bool fl_own_fit_best(const struct fl_catalog *c, const struct fl_catalog_model *m, const struct fl_list *device,
                     int64_t context, struct fl_own_fit *out);
/* "in q3_k_l, at 6,144 tokens of context, on one RTX 5090": what would make it fit; empty when nothing would. */
struct fl_str fl_own_relax(const struct fl_own_fit *f, struct fl_arena *a);

#endif

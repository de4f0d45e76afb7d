/*
 * tune.h - when training a model of one's own pays: the price of training against what each call then saves.
 *
 *   training = examples x tokens x epochs at the vendor's rate a million tokens, or a sum that is stated
 *   calls until it has paid = training / (call now - call after)
 *
 * Ownership: plain values. Threads: pure. Limits: 64 bits. Failure: false when an amount does not fit.
 */
#ifndef FL_TUNE_H
#define FL_TUNE_H

#include "base/base.h"

struct fl_tune {
	int64_t training_nusd;
	int64_t saving_nusd; /* a call; may be negative */
	bool pays;           /* it saves anything */
	double calls;        /* after which it has paid */
	double months;       /* the same at the traffic given; NaN without traffic */
};
bool fl_tune_training(uint64_t tokens, uint64_t epochs, int64_t rate_nusd_per_mtok, int64_t *out) FL_MUST_USE;
bool fl_tune_break_even(int64_t training_nusd, int64_t now_nusd, int64_t after_nusd, double calls_a_month,
                        struct fl_tune *out) FL_MUST_USE;

#endif

#include "price/tune.h"

#include "base/money.h"

#include <math.h>

bool fl_tune_training(uint64_t tokens, uint64_t epochs, int64_t rate, int64_t *out)
{
	uint64_t all;
	return !__builtin_mul_overflow(tokens, epochs, &all) && fl_money_line(all, rate, out);
}

bool fl_tune_break_even(int64_t training_nusd, int64_t now_nusd, int64_t after_nusd, double calls_a_month,
                        struct fl_tune *out)
{
	*out = (struct fl_tune){.training_nusd = training_nusd, .calls = (double)NAN, .months = (double)NAN};
	if (!fl_sub_i64(now_nusd, after_nusd, &out->saving_nusd))
		return false;
	out->pays = out->saving_nusd > 0;
	if (out->pays)
		out->calls = (double)training_nusd / (double)out->saving_nusd;
	if (out->pays && calls_a_month > 0)
		out->months = out->calls / calls_a_month;
	return true;
}

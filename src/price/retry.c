#include "price/retry.h"

#include "price/expect.h"

bool fl_retry_cost(int64_t call_nusd, double fails, uint64_t retries, double billed, struct fl_retry *out)
{
	if (!fl_is_probability(fails) || !fl_is_probability(billed) || call_nusd < 0)
		return false;
	double tries = (double)retries + 1, none = pow(fails, tries);
	out->p_ok = 1 - none;
	out->attempts = fails < 1 ? (1 - none) / (1 - fails) : tries; /* the limit at f = 1 */
	return fl_expect_nusd((double)call_nusd * out->p_ok, &out->ok_nusd) &&
	       fl_expect_nusd(billed * (double)call_nusd * (out->attempts - out->p_ok), &out->failed_nusd);
}

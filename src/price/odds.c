#include "price/odds.h"

#include "price/expect.h"
#include "stats/interval.h"

/* P(Bin(n, p) >= k). */
static double at_least(uint64_t n, uint64_t k, double p)
{
	if (k == 0)
		return 1;
	return k > n ? 0 : fl_beta_cdf(p, (double)k, (double)(n - k + 1));
}

double fl_pass_at(uint64_t n, uint64_t right, uint64_t k)
{
	double none = 1;
	if (n == 0 || right > n || k == 0 || k > n || n > FL_ODDS_SAMPLES)
		return (double)NAN;
	if (n - right < k)
		return 1;
	for (uint64_t i = 0; i < k; i++)
		none *= (double)(n - right - i) / (double)(n - i);
	return 1 - none;
}

double fl_majority(uint64_t n, double p)
{
	if (n == 0 || n > FL_ODDS_SAMPLES || !fl_is_probability(p))
		return (double)NAN;
	double won = at_least(n, n / 2 + 1, p);
	return n % 2 ? won : won + (at_least(n, n / 2, p) - won) / 2;
}

double fl_first_is_better(uint64_t wins, uint64_t losses)
{
	return 1 - fl_beta_cdf(0.5, (double)wins + 1, (double)losses + 1);
}

double fl_vote_length(uint64_t n, double p)
{
	uint64_t need = n / 2 + 1;
	double length = 0;
	if (n == 0 || n > FL_ODDS_SAMPLES || !fl_is_probability(p))
		return (double)NAN;
	for (uint64_t j = 0; j < n; j++) { /* sample j + 1 is drawn when after j neither side has `need` */
		uint64_t least = j >= need ? j - need + 1 : 0;
		length += least >= need ? 0 : at_least(j, least, p) - at_least(j, need, p);
	}
	return length;
}

#include "stats/sample_size.h"

#include "stats/interval.h"

#include <math.h>

double fl_items_for_difference(double delta, double psi, double confidence, double power)
{
	FL_ASSERT(delta > 0 && delta <= psi && psi <= 1);
	FL_ASSERT(confidence > 0 && confidence < 1 && power > 0 && power < 1);
	double za = fl_normal_quantile(1 - (1 - confidence) / 2), zb = fl_normal_quantile(power);
	double root = za * sqrt(psi) + zb * sqrt(psi - delta * delta);
	return ceil(root * root / (delta * delta));
}

/* n falls as delta grows: halved until it is known to 12 digits. */
double fl_difference_of_items(double n, double psi, double confidence, double power)
{
	double low = 0, high = psi;
	FL_ASSERT(n >= 1);
	if (fl_items_for_difference(psi, psi, confidence, power) > n)
		return psi;
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;
		if (middle > 0 && fl_items_for_difference(middle, psi, confidence, power) <= n)
			high = middle;
		else
			low = middle;
	}
	return high;
}

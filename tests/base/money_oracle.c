/* Answers questions about money from standard input, one a line; money_fractions.py asks them and knows the answers. */
#include "base/money.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

static void answer(const char *op, const char *x, const char *y)
{
	int64_t v = 0;
	uint64_t units = 0, rate = 0;
	struct fl_err e;
	bool ok = false;
	if (op[0] == 'p' || op[0] == 'u') { /* parse exactly, or rounding up */
		ok = fl_decimal_parse(fl_str_from(x), 9, op[0] == 'u', &v, &e) == FL_OK;
	} else if (fl_str_to_u64(fl_str_from(x), &units) && fl_str_to_u64(fl_str_from(y), &rate) && rate <= INT64_MAX) {
		ok = op[0] == 'l' ? fl_money_line(units, (int64_t)rate, &v) : fl_money_time(units, (int64_t)rate, &v);
	}
	if (ok)
		printf("%" PRId64 "\n", v);
	else
		printf("refused\n");
}

int main(void)
{
	char op[8], x[128], y[128];
	while (scanf("%7s %127s %127s", op, x, y) == 3)
		answer(op, x, y);
	return 0;
}

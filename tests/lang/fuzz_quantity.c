/*
 * fuzz_quantity.c - a figure that was read, written in its smallest unit, reads as the same figure; every refusal says
 * what was found and expected. The first byte chooses the kind.
 */
#include "base/money.h"
#include "lang/quantity.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	const char *unit;
	bool money; /* nano-USD, written as exact USD */
	bool back;  /* smallest unit can be written */
} smallest[FL_Q_KINDS] = {
    [FL_Q_MONEY] = {" USD", true, true},
    [FL_Q_DURATION] = {"ms", false, true},
    [FL_Q_TOKENS] = {"", false, true},
    [FL_Q_BYTES] = {"B", false, true},
    [FL_Q_SHARE] = {"", true, true},
    [FL_Q_POINTS] = {"", true, true},
    [FL_Q_PER_MONTH] = {"/month", false, true},
    [FL_Q_PER_HOUR] = {" USD/hour", true, true},
    [FL_Q_PER_MTOK] = {" USD/Mtok", true, true},
    [FL_Q_PER_MEGASECOND] = {"", false, false},
    [FL_Q_PER_CALL] = {" USD/call", true, true},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	enum fl_quantity kind = (enum fl_quantity)(data[0] % FL_Q_KINDS);
	struct fl_str text = {(const char *)data + 1, size - 1};
	struct fl_err e = {0};
	int64_t v = -1, again = -1;
	char money[FL_MONEY_TEXT], back[FL_MONEY_TEXT + 16];
	enum fl_code code = fl_quantity_read(kind, text, NULL, &v, &e);
	if (code != FL_OK) {
		FL_ASSERT(v == -1 && e.code == code && e.message[0] && e.found[0] && e.expected[0]);
		return 0;
	}
	FL_ASSERT(v >= 0);
	if (!smallest[kind].back)
		return 0;
	if (smallest[kind].money)
		snprintf(back, sizeof(back), "%.*s%s", FL_FMT(fl_money_exact(v, money)), smallest[kind].unit);
	else
		snprintf(back, sizeof(back), "%lld%s", (long long)v, smallest[kind].unit);
	FL_ASSERT(fl_quantity_read(kind, fl_str_from(back), NULL, &again, &e) == FL_OK && again == v);
	return 0;
}

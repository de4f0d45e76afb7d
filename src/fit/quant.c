#include "fit/quant.h"

#include <ctype.h>

#define ENGINE_LLAMA 256
#define ENGINE_VLLM 16

const struct fl_quant fl_quants[] = {
    {"f16", "bf16 fp16", 16, 0, 16, ENGINE_VLLM, true},
    {"q8_0", "q8", 8.5, 0, 16, ENGINE_LLAMA, true},
    {"fp8", "int8 f8 w8a8", 8, 0, 8, ENGINE_VLLM, false},
    {"q6_k", "q6", 6.56, 0, 16, ENGINE_LLAMA, true},
    {"q5_k_m", "q5", 5.70, 0, 16, ENGINE_LLAMA, true},
    {"q5_k_s", "", 5.57, 0, 16, ENGINE_LLAMA, false},
    {"q4_k_m", "q4", 4.89, 0, 16, ENGINE_LLAMA, true},
    {"iq4_nl", "", 4.68, 0, 16, ENGINE_LLAMA, false},
    {"q4_k_s", "", 4.67, 0, 16, ENGINE_LLAMA, false},
    {"q4_0", "", 4.5, 0, 16, ENGINE_LLAMA, false},
    {"nvfp4", "", 4.5, 16, 4, ENGINE_VLLM, false},
    {"iq4_xs", "", 4.46, 0, 16, ENGINE_LLAMA, true},
    {"q3_k_l", "q3", 4.30, 0, 16, ENGINE_LLAMA, true},
    {"mxfp4", "fp4", 4.25, 16, 4, ENGINE_VLLM, false},
    {"mxfp4-fp8", "fp4-fp8", 4.25, 8, 4, ENGINE_VLLM, false},
    {"int4", "w4a16", 4.25, 16, 16, ENGINE_VLLM, false},
    {"awq", "gptq", 4.25, 0, 16, ENGINE_VLLM, false},
    {"q3_k_s", "", 3.64, 0, 16, ENGINE_LLAMA, true},
    {"iq3_xxs", "", 3.25, 0, 16, ENGINE_LLAMA, true},
    {"q2_k", "q2", 3.16, 0, 16, ENGINE_LLAMA, true},
    {"q2_k_s", "", 2.97, 0, 16, ENGINE_LLAMA, false},
    {"iq2_m", "", 2.93, 0, 16, ENGINE_LLAMA, false},
    {"iq2_xxs", "", 2.38, 0, 16, ENGINE_LLAMA, true},
    {"iq1_s", "", 2.00, 0, 16, ENGINE_LLAMA, false},
};
const size_t fl_quant_count = FL_COUNT(fl_quants);

enum { NAME_BYTES = 24 };

/* Letters and digits in lower case; a name that is too long is that of no format. */
static struct fl_str plain(struct fl_str name, char out[NAME_BYTES])
{
	struct fl_str s = {out, 0};
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '-' || name.p[i] == '_' || name.p[i] == ' ')
			continue;
		if (s.n == NAME_BYTES)
			return (struct fl_str){0};
		out[s.n++] = (char)tolower((unsigned char)name.p[i]);
	}
	return s;
}

static bool has_alias(const struct fl_quant *q, struct fl_str name)
{
	struct fl_str rest = fl_str_from(q->aliases);
	while (rest.n) {
		ptrdiff_t space = fl_str_find_char(rest, ' ', 0);
		size_t end = space < 0 ? rest.n : (size_t)space;
		char text[NAME_BYTES];
		if (fl_str_eq(plain(fl_str_sub(rest, 0, end), text), name))
			return true;
		rest = fl_str_sub(rest, end + 1, rest.n);
	}
	return false;
}

const struct fl_quant *fl_quant_find(struct fl_str name)
{
	char text[NAME_BYTES], own[NAME_BYTES];
	struct fl_str wanted = plain(name, text);
	for (size_t i = 0; wanted.n && i < fl_quant_count; i++) {
		if (fl_str_eq(plain(fl_str_from(fl_quants[i].name), own), wanted) || has_alias(&fl_quants[i], wanted))
			return &fl_quants[i];
	}
	return NULL;
}

const struct fl_quant *fl_quant_below(double bits)
{
	for (size_t i = 0; i < fl_quant_count; i++)
		if (fl_quants[i].step && fl_quants[i].bits < bits)
			return &fl_quants[i];
	return NULL;
}

const char *fl_quant_near(struct fl_str name)
{
	const char *names[FL_COUNT(fl_quants)];
	for (size_t i = 0; i < fl_quant_count; i++)
		names[i] = fl_quants[i].name;
	return fl_suggest(name, names, fl_quant_count);
}

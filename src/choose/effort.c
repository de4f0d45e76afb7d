#include "choose/effort.h"

const char *const fl_effort_words[] = {"",     "none",  "minimal", "low",      "medium",
                                       "high", "xhigh", "max",     "thinking", NULL};

double fl_effort_scale(enum fl_effort e)
{
	static const double scale[FL_EFFORTS_ALL] = {
	    [FL_EFFORT_MINIMAL] = 0.08, [FL_EFFORT_LOW] = 0.16, [FL_EFFORT_MEDIUM] = 0.49, [FL_EFFORT_HIGH] = 1,
	    [FL_EFFORT_XHIGH] = 1.82,   [FL_EFFORT_MAX] = 3.62, [FL_EFFORT_ON] = 1};
	return scale[e];
}

static bool has(struct fl_str text, const char *part)
{
	size_t n = strlen(part);
	for (size_t i = 0; i + n <= text.n; i++)
		if (fl_str_eq_nocase(fl_str_sub(text, i, i + n), (struct fl_str){part, n}))
			return true;
	return false;
}

static enum fl_effort level_named(struct fl_str word)
{
	for (int e = FL_EFFORT_NONE; e < FL_EFFORT_ON; e++)
		if (fl_str_eq_nocase(word, fl_str_from(fl_effort_words[e])))
			return (enum fl_effort)e;
	return FL_EFFORT_PLAIN;
}

/* Levels that some source lists, the weakest and the strongest that think; PLAIN when there are none. */
static enum fl_effort strongest(const struct fl_catalog_model *m)
{
	enum fl_effort most = FL_EFFORT_PLAIN;
	for (size_t i = 0; i < m->reasoning.n; i++) {
		const struct fl_reasoning *r = &((const struct fl_reasoning *)m->reasoning.p)[i];
		for (size_t k = 0; k < r->levels.n; k++)
			most = FL_MAX(most, level_named(((const struct fl_str *)r->levels.p)[k]));
	}
	return most;
}

enum fl_effort fl_effort_standard(const struct fl_catalog_model *m)
{
	bool always = false;
	for (size_t i = 0; i < m->reasoning.n; i++) {
		const struct fl_reasoning *r = &((const struct fl_reasoning *)m->reasoning.p)[i];
		enum fl_effort e = level_named(r->standard);
		if (e != FL_EFFORT_PLAIN)
			return e;
		always |= r->kind == FL_REASONING_ALWAYS;
	}
	return always ? FL_EFFORT_ON : FL_EFFORT_PLAIN;
}

/* The level that the words of a variant name; the longer words first, for "xhigh" holds "high". */
static enum fl_effort words_of(struct fl_str v)
{
	static const struct {
		const char *part;
		enum fl_effort effort;
	} word[] = {
	    {"non-reasoning", FL_EFFORT_NONE}, {"non-thinking", FL_EFFORT_NONE}, {"no think", FL_EFFORT_NONE},
	    {"no-think", FL_EFFORT_NONE},      {"-base", FL_EFFORT_NONE},        {"minimal", FL_EFFORT_MINIMAL},
	    {"xhigh", FL_EFFORT_XHIGH},        {"max effort", FL_EFFORT_MAX},    {"(max", FL_EFFORT_MAX},
	    {"-max-effort", FL_EFFORT_MAX},    {"high", FL_EFFORT_HIGH},         {"medium", FL_EFFORT_MEDIUM},
	    {"-low", FL_EFFORT_LOW},           {"(low", FL_EFFORT_LOW},          {" low", FL_EFFORT_LOW},
	    {"reasoning", FL_EFFORT_ON},       {"think", FL_EFFORT_ON},          {"(none", FL_EFFORT_NONE},
	};
	enum fl_effort exact = level_named(v);
	for (size_t i = 0; i < FL_COUNT(word) && exact == FL_EFFORT_PLAIN; i++)
		if (has(v, word[i].part))
			return word[i].effort;
	return exact;
}

enum fl_effort fl_effort_of(const struct fl_catalog_model *m, struct fl_str variant)
{
	enum fl_effort e = words_of(variant), most = strongest(m);
	if (m->reasoning.n == 0)
		return FL_EFFORT_PLAIN;
	if (e == FL_EFFORT_PLAIN)
		e = fl_effort_standard(m);
	if (e == FL_EFFORT_ON && most != FL_EFFORT_PLAIN)
		return most;
	if (fl_effort_thinks(e) && most == FL_EFFORT_PLAIN)
		return FL_EFFORT_ON;
	return e;
}

#include "choose/thinking.h"

#include <stdlib.h>

static const char suite[] = "aa-intelligence-index";

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

double fl_median(double *v, size_t n)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof *v, ascending);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

struct fl_suite fl_suite_of(const struct fl_catalog *c)
{
	double p[512], t[512];
	size_t np = 0, nt = 0;
	for (size_t i = 0; i < c->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)c->models.p)[i];
		for (size_t j = 0; j < m->run_costs.n; j++) {
			const struct fl_run_cost *r = &((const struct fl_run_cost *)m->run_costs.p)[j];
			enum fl_effort e = fl_effort_of(m, r->variant);
			if (!fl_str_is(r->benchmark, suite) || r->output_tokens <= 0)
				continue;
			if (fl_effort_thinks(e) && nt < FL_COUNT(t))
				t[nt++] = (double)r->output_tokens / fl_effort_scale(e);
			else if (!fl_effort_thinks(e) && fl_claim_yes(c, &m->reasons) != FL_YES && np < FL_COUNT(p))
				p[np++] = (double)r->output_tokens;
		}
	}
	return (struct fl_suite){fl_median(p, np), fl_median(t, nt)};
}

static const struct fl_run_cost *run_of(const struct fl_catalog_model *m, enum fl_effort wanted, bool exact,
                                        enum fl_effort *found)
{
	const struct fl_run_cost *best = NULL;
	for (size_t j = 0; j < m->run_costs.n; j++) {
		const struct fl_run_cost *r = &((const struct fl_run_cost *)m->run_costs.p)[j];
		enum fl_effort e = fl_effort_of(m, r->variant);
		if (!fl_str_is(r->benchmark, suite) || r->output_tokens <= 0 ||
		    (exact ? e != wanted : !fl_effort_thinks(e)))
			continue;
		best = r;
		*found = e;
	}
	return best;
}

bool fl_known_to_think(const struct fl_catalog *c, const struct fl_catalog_model *m, enum fl_effort effort)
{
	return fl_effort_thinks(effort) || (effort == FL_EFFORT_PLAIN && fl_claim_yes(c, &m->reasons) == FL_YES);
}

struct fl_thinks fl_thinks_of(const struct fl_catalog *c, const struct fl_suite *s, const struct fl_catalog_model *m,
                              enum fl_effort effort)
{
	struct fl_thinks t = {.times = 1, .basis = FL_THINKS_NOT};
	const struct fl_run_cost *r = run_of(m, effort, true, &t.level);
	double level = fl_effort_scale(effort == FL_EFFORT_PLAIN ? FL_EFFORT_ON : effort);
	if (s->plain <= 0)
		return t;
	if (r) {
		t.times = (double)r->output_tokens / s->plain;
		t.basis = FL_THINKS_MEASURED;
	} else if (fl_known_to_think(c, m, effort) && (r = run_of(m, effort, false, &t.level))) {
		double excess = (double)r->output_tokens / s->plain - 1;
		t.times = 1 + FL_MAX(excess, 0.0) * level / fl_effort_scale(t.level);
		t.basis = FL_THINKS_BY_LEVEL;
	} else if (fl_known_to_think(c, m, effort)) {
		t.times = 1 + FL_MAX(s->thinking / s->plain - 1, 0.0) * level;
		t.basis = FL_THINKS_AS_MEDIAN;
	}
	return t;
}

double fl_thinking_tokens(double times, int64_t out_tokens)
{
	return times > 1 ? (times - 1) * FL_MAX((double)out_tokens, (double)FL_THINKING_LEAST) : 0;
}

struct fl_str fl_thinks_text(const struct fl_thinks *t, struct fl_arena *a)
{
	static const char *const text[] = {[FL_THINKS_NOT] = "does not think",
	                                   [FL_THINKS_MEASURED] = "measured on the suite of Artificial Analysis",
	                                   [FL_THINKS_AS_MEDIAN] = "median of models that think"};
	if (t->basis == FL_THINKS_BY_LEVEL)
		return fl_arena_printf(a, "from its run at %s, by the ladder of efforts", fl_effort_words[t->level]);
	return fl_str_from(text[t->basis]);
}

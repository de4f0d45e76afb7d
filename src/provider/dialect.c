#include "provider/dialect.h"

static const struct fl_dialect *const dialects[] = {&fl_dialect_openai};

const struct fl_dialect *fl_dialect_find(struct fl_str name)
{
	for (size_t i = 0; i < FL_COUNT(dialects); i++)
		if (fl_str_is(name, dialects[i]->name))
			return dialects[i];
	return NULL;
}

static const char *const outcome_name[FL_OUTCOMES] = {"ok", "refused", "truncated", "filtered", "unparsable", "failed"};

const char *fl_outcome_name(enum fl_outcome o)
{
	FL_ASSERT(o < FL_OUTCOMES);
	return outcome_name[o];
}

enum fl_outcome fl_outcome_of(struct fl_str name)
{
	int o = 0;
	while (o < FL_OUTCOMES && !fl_str_is(name, outcome_name[o]))
		o++;
	return (enum fl_outcome)o;
}

#include "catalog/catalog.h"

enum { UNRANKED = 99 };

int64_t fl_sources_rank(const struct fl_catalog *c, const struct fl_list *source)
{
	int64_t best = UNRANKED;
	for (size_t i = 0; i < source->n; i++) {
		const struct fl_source *s = fl_catalog_source(c, ((const struct fl_str *)source->p)[i]);
		if (s && s->rank)
			best = FL_MIN(best, s->rank);
	}
	return best;
}

fl_date fl_sourced_on(const struct fl_catalog *c, const struct fl_list *source, fl_date own)
{
	fl_date newest = own;
	for (size_t i = 0; own == FL_DATE_NONE && i < source->n; i++) {
		const struct fl_source *s = fl_catalog_source(c, ((const struct fl_str *)source->p)[i]);
		if (s)
			newest = FL_MAX(newest, s->as_of);
	}
	return newest;
}

/* a outranks b. */
static bool outranks(const struct fl_catalog *c, const struct fl_claim *a, const struct fl_claim *b)
{
	int64_t ra = fl_sources_rank(c, &a->source), rb = fl_sources_rank(c, &b->source);
	if (ra != rb)
		return ra < rb;
	if (a->source.n != b->source.n)
		return a->source.n > b->source.n;
	return fl_sourced_on(c, &a->source, a->checked) > fl_sourced_on(c, &b->source, b->checked);
}

const struct fl_claim *fl_claim_best(const struct fl_catalog *c, const struct fl_claims *claims)
{
	const struct fl_claim *best = NULL;
	for (size_t i = 0; i < claims->n; i++)
		if (!best || outranks(c, &claims->p[i], best))
			best = &claims->p[i];
	return best;
}

int64_t fl_claim_number(const struct fl_catalog *c, const struct fl_claims *claims, int64_t unknown)
{
	const struct fl_claim *best = fl_claim_best(c, claims);
	return best ? best->number : unknown;
}

enum fl_known fl_claim_yes(const struct fl_catalog *c, const struct fl_claims *claims)
{
	const struct fl_claim *best = fl_claim_best(c, claims);
	return !best ? FL_UNKNOWN : best->number ? FL_YES : FL_NO;
}

struct fl_str fl_sources_text(const struct fl_list *source, struct fl_arena *a, size_t most)
{
	struct fl_buf b;
	fl_buf_init(&b, 4096);
	for (size_t i = 0; i < FL_MIN(source->n, most); i++)
		fl_buf_printf(&b, "%s%.*s", i ? ", " : "", FL_FMT(((const struct fl_str *)source->p)[i]));
	struct fl_str text = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return text;
}

static void earlier(fl_date *first, fl_date day)
{
	if (day != FL_DATE_NONE && (*first == FL_DATE_NONE || day < *first))
		*first = day;
}

fl_date fl_model_since(const struct fl_catalog *c, const struct fl_catalog_model *m)
{
	const struct fl_claim *released = fl_claim_best(c, &m->released);
	fl_date first = FL_DATE_NONE;
	if (released)
		return (fl_date)released->number;
	for (size_t i = 0; i < m->offers.n; i++) {
		const struct fl_list *prices = &((const struct fl_catalog_offer *)m->offers.p)[i].prices;
		for (size_t k = 0; k < prices->n; k++) {
			const struct fl_price_row *row = &((const struct fl_price_row *)prices->p)[k];
			earlier(&first,
			        row->from != FL_DATE_NONE ? row->from : fl_sourced_on(c, &row->source, row->checked));
		}
	}
	for (size_t i = 0; i < m->scores.n; i++)
		earlier(&first, ((const struct fl_score *)m->scores.p)[i].date);
	return first;
}

bool fl_model_out_on(const struct fl_catalog *c, const struct fl_catalog_model *m, fl_date day)
{
	fl_date since = fl_model_since(c, m);
	if (since == FL_DATE_NONE &&
	    m->offers.n == 0) /* nothing tells, and nobody is known to have it: since we wrote it down */
		since = c->compiled;
	return since == FL_DATE_NONE || since <= day;
}

enum fl_model_status fl_model_status_on(const struct fl_catalog *c, const struct fl_catalog_model *m, fl_date day)
{
	const struct fl_claim *retires = fl_claim_best(c, &m->retires);
	const struct fl_claim *deprecates = fl_claim_best(c, &m->deprecates);
	if (retires)
		return retires->number <= day                    ? FL_MODEL_RETIRED
		       : deprecates && deprecates->number <= day ? FL_MODEL_DEPRECATED
		       : m->status == FL_MODEL_RETIRED           ? FL_MODEL_CURRENT
		                                                 : (enum fl_model_status)m->status;
	if (deprecates)
		return deprecates->number <= day ? FL_MODEL_DEPRECATED : FL_MODEL_CURRENT;
	return (enum fl_model_status)m->status;
}

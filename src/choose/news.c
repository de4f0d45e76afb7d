#include "choose/news.h"

#include "price/offer_price.h"

#include <stdlib.h>

const char *const fl_news_kind_words[] = {"retired", "dearer", "deprecated", "new", "cheaper", "offered", NULL};

static const enum fl_usage_class classes[] = {FL_USE_INPUT, FL_USE_OUTPUT, FL_USE_CACHE_READ};

/* --- entries ------------------------------------------------------------------------------------------------------ */

static struct fl_news_entry *put(struct fl_news *n, enum fl_news_kind kind, fl_date date,
                                 const struct fl_catalog_model *m)
{
	struct fl_news_entry e = {.date = date,
	                          .kind = kind,
	                          .announced = date != FL_DATE_NONE && date > n->until,
	                          .model = m,
	                          .class = -1,
	                          .from_nusd = -1,
	                          .to_nusd = -1};
	FL_VEC_PUSH(&n->entry, e);
	return &n->entry.p[n->entry.n - 1];
}

static bool is_news(const struct fl_news *n, fl_date day)
{
	return day != FL_DATE_NONE && day > n->since && day <= n->until + FL_NEWS_AHEAD;
}

/* The row that bills a class at standard conditions on that day. */
static const struct fl_price_row *row_on(const struct fl_catalog *c, const struct fl_catalog_offer *o, int class,
                                         fl_date day)
{
	struct fl_price p = fl_offer_price(c, o);
	struct fl_served s = {.thinking = FL_THINKING_OFF, .at_ms = day * FL_DAY_MS + FL_DAY_MS / 2};
	int64_t rate;
	return fl_price_find(&p, (enum fl_usage_class) class, 1, &s, &rate);
}

/* The rate of rows that name the class itself: cached input billed as input is no price of its own. */
static int64_t own_rate(const struct fl_catalog *c, const struct fl_catalog_offer *o, int class, fl_date day)
{
	const struct fl_price_row *row = row_on(c, o, class, day);
	return row && row->rate[class] >= 0 ? fl_offer_rate(c, o, (enum fl_usage_class) class, day) : -1;
}

static void put_price(struct fl_news *n, const struct fl_offer_ref *ref, int class, fl_date day, int64_t was,
                      int64_t is)
{
	struct fl_news_entry *e = put(n, is > was ? FL_NEWS_DEARER : FL_NEWS_CHEAPER, day, ref->model);
	const struct fl_price_row *row = row_on(n->catalog, ref->offer, class, day);
	e->offer = ref->id;
	e->class = class;
	e->from_nusd = was;
	e->to_nusd = is;
	e->source = row ? &row->source : NULL;
}

/* --- between two days --------------------------------------------------------------------------------------------- */

static void put_claim(struct fl_news *n, enum fl_news_kind kind, const struct fl_catalog_model *m,
                      const struct fl_claims *claims)
{
	const struct fl_claim *best = fl_claim_best(n->catalog, claims);
	if (best && is_news(n, (fl_date)best->number))
		put(n, kind, (fl_date)best->number, m)->source = &best->source;
}

static void put_step(struct fl_news *n, const struct fl_offer_ref *ref, int class, fl_date day)
{
	int64_t was = own_rate(n->catalog, ref->offer, class, day - 1);
	int64_t is = own_rate(n->catalog, ref->offer, class, day);
	if (was >= 0 && is >= 0 && was != is)
		put_price(n, ref, class, day, was, is);
}

/* Days on which some row of the offer begins or ends, each once. */
static size_t days_of(const struct fl_news *n, const struct fl_catalog_offer *o, fl_date *day)
{
	const struct fl_price_row *row = o->prices.p;
	size_t k = 0;
	for (size_t i = 0; i < 2 * o->prices.n; i++) {
		fl_date d = i % 2 ? row[i / 2].to : row[i / 2].from;
		bool seen = !is_news(n, d);
		for (size_t j = 0; j < k && !seen; j++)
			seen = day[j] == d;
		if (!seen)
			day[k++] = d;
	}
	return k;
}

/* The offer's own first and last day, and a first price of a model that was out before. */
static void put_offer(struct fl_news *n, const struct fl_offer_ref *ref, const fl_date *day, size_t days)
{
	fl_date begins = ref->offer->from;
	for (size_t i = 0; i < days; i++)
		if (fl_offer_rate(n->catalog, ref->offer, FL_USE_INPUT, day[i] - 1) < 0 &&
		    fl_offer_rate(n->catalog, ref->offer, FL_USE_INPUT, day[i]) >= 0)
			begins = day[i];
	const struct fl_claim *released = fl_claim_best(n->catalog, &ref->model->released);
	if (is_news(n, begins) && (!released || !is_news(n, (fl_date)released->number))) {
		struct fl_news_entry *e = put(n, FL_NEWS_OFFERED, begins, ref->model);
		e->offer = ref->id;
		e->class = FL_USE_INPUT;
		e->to_nusd = fl_offer_rate(n->catalog, ref->offer, FL_USE_INPUT, begins);
	}
	const struct fl_claim *retires = fl_claim_best(n->catalog, &ref->model->retires);
	if (is_news(n, ref->offer->to) && !(retires && retires->number <= ref->offer->to))
		put(n, FL_NEWS_RETIRED, ref->offer->to, ref->model)->offer = ref->id;
}

static void put_model(struct fl_news *n, const struct fl_catalog_model *m, struct fl_arena *a)
{
	put_claim(n, FL_NEWS_NEW, m, &m->released);
	put_claim(n, FL_NEWS_DEPRECATED, m, &m->deprecates);
	put_claim(n, FL_NEWS_RETIRED, m, &m->retires);
	for (size_t i = 0; i < m->offers.n; i++) {
		struct fl_offer_ref ref;
		if (!fl_catalog_offer_at(n->catalog, m, i, &ref))
			continue;
		fl_date *day = FL_NEW_ARRAY(a, fl_date, 2 * ref.offer->prices.n + 1);
		size_t days = days_of(n, ref.offer, day);
		put_offer(n, &ref, day, days);
		for (size_t d = 0; d < days; d++)
			for (size_t k = 0; k < FL_COUNT(classes); k++)
				put_step(n, &ref, classes[k], day[d]);
	}
}

/* --- weight ------------------------------------------------------------------------------------------------------- */

/* How much more or less a price is, in per cent of the smaller of the two; 0 for other news. */
static int64_t jump_of(const struct fl_news_entry *e)
{
	int64_t low = FL_MIN(e->from_nusd, e->to_nusd), high = FL_MAX(e->from_nusd, e->to_nusd);
	return low <= 0 ? 0 : FL_MIN((high - low) / (low / 100 + 1), INT64_C(1000));
}

static bool is_own(const struct fl_news_entry *e)
{
	ptrdiff_t slash = fl_str_find_char(e->offer, '/', 0);
	return slash < 0 || fl_str_eq(fl_str_sub(e->offer, 0, (size_t)slash), e->model->lab);
}

/*
 * What has happened stands before what is announced; then by kind, the makers' own offers before those of hosts, larger
 * jumps before smaller ones, newer before older (of what is announced, sooner before later).
 */
static int by_weight(const void *x, const void *y)
{
	const struct fl_news_entry *a = x, *b = y;
	if (a->announced != b->announced)
		return a->announced ? 1 : -1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (is_own(a) != is_own(b))
		return is_own(a) ? -1 : 1;
	if (jump_of(a) != jump_of(b))
		return jump_of(a) > jump_of(b) ? -1 : 1;
	if (a->date != b->date)
		return a->announced == (a->date < b->date) ? -1 : 1;
	int offers = fl_str_cmp(a->offer, b->offer), models = fl_str_cmp(a->model->id, b->model->id);
	return offers ? offers : models ? models : a->class - b->class;
}

static void sort(struct fl_news *n)
{
	if (n->entry.n)
		qsort(n->entry.p, n->entry.n, sizeof *n->entry.p, by_weight);
}

void fl_news_between(struct fl_news *n, const struct fl_catalog *c, fl_date since, fl_date until, struct fl_arena *a)
{
	*n = (struct fl_news){.catalog = c, .since = since, .until = until};
	for (size_t i = 0; i < c->models.n; i++)
		put_model(n, &((const struct fl_catalog_model *)c->models.p)[i], a);
	sort(n);
}

/* --- between two states ------------------------------------------------------------------------------------------- */

static void compare_offer(struct fl_news *n, const struct fl_catalog *before, const struct fl_catalog_offer *old,
                          const struct fl_offer_ref *ref)
{
	for (size_t k = 0; k < FL_COUNT(classes); k++) {
		int64_t was = old ? own_rate(before, old, classes[k], n->until) : -1;
		int64_t is = own_rate(n->catalog, ref->offer, classes[k], n->until);
		const struct fl_price_row *row = is >= 0 ? row_on(n->catalog, ref->offer, classes[k], n->until) : NULL;
		fl_date day = row ? row->from : FL_DATE_NONE;
		if (was >= 0 && is >= 0 && was != is) {
			put_price(n, ref, classes[k], n->until, was, is);
			n->entry.p[n->entry.n - 1].date = day;
		} else if (was < 0 && is >= 0 && classes[k] == FL_USE_INPUT) {
			struct fl_news_entry *e = put(n, FL_NEWS_OFFERED, day, ref->model);
			e->offer = ref->id;
			e->class = FL_USE_INPUT;
			e->to_nusd = is;
			e->source = &row->source;
		}
	}
}

static void compare_model(struct fl_news *n, const struct fl_catalog *before, const struct fl_catalog_model *old,
                          const struct fl_catalog_model *m)
{
	enum fl_model_status was = old ? fl_model_status_on(before, old, n->until) : FL_MODEL_CURRENT;
	enum fl_model_status is = fl_model_status_on(n->catalog, m, n->until);
	const struct fl_claim *released = fl_claim_best(n->catalog, &m->released);
	if (!old) {
		struct fl_news_entry *e = put(n, FL_NEWS_NEW, FL_DATE_NONE, m);
		e->date = released ? (fl_date)released->number : FL_DATE_NONE;
		e->source = released ? &released->source : NULL;
	} else if (is > was && is >= FL_MODEL_DEPRECATED) {
		put(n, is == FL_MODEL_RETIRED ? FL_NEWS_RETIRED : FL_NEWS_DEPRECATED, FL_DATE_NONE, m);
	}
	for (size_t i = 0; i < m->offers.n; i++) {
		struct fl_offer_ref ref;
		if (!fl_catalog_offer_at(n->catalog, m, i, &ref))
			continue;
		compare_offer(n, before,
		              old ? fl_catalog_named(&old->offers, sizeof(struct fl_catalog_offer), m->offers.name[i])
		                  : NULL,
		              &ref);
	}
}

void fl_news_against(struct fl_news *n, const struct fl_catalog *before, const struct fl_catalog *after, fl_date day)
{
	*n = (struct fl_news){.catalog = after, .since = FL_DATE_NONE, .until = day};
	for (size_t i = 0; i < after->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)after->models.p)[i];
		const struct fl_catalog_model *old = fl_catalog_find(before, m->id);
		compare_model(n, before, old && fl_str_eq(old->id, m->id) ? old : NULL, m);
	}
	sort(n);
}

void fl_news_release(struct fl_news *n)
{
	FL_VEC_RELEASE(&n->entry);
	FL_VEC_RELEASE(&n->concern);
}

/*
 * check.c - what a catalogue must hold to beyond the form of its files: names that exist, prices that can be, rows that
 * do not contradict each other.
 */
#include "catalog/catalog.h"

#include <stdio.h>

struct check {
	const struct fl_catalog *c;
	void (*each)(void *arg, const struct fl_err *problem);
	void *arg;
	size_t problems;
};

static void report(struct check *k, const struct fl_yaml *at, const char *fmt, ...) FL_PRINTF(3, 4);
static void report(struct check *k, const struct fl_yaml *at, const char *fmt, ...)
{
	struct fl_err err = {0};
	char text[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fl_err_set(&err, FL_E_INVALID, "%s", text);
	if (at && at->file)
		fl_err_place(&err, at->file, at->line, at->column);
	k->problems++;
	k->each(k->arg, &err);
}

static const struct fl_yaml *place_of(const struct fl_list *l, size_t i)
{
	return l->node ? l->node[i] : NULL;
}

static bool is_address(struct fl_str s)
{
	return fl_str_find(s, FL_S("://"), 0) >= 0 || fl_str_starts(s, FL_S("github:"));
}

static void check_sources(struct check *k, const struct fl_list *source, const struct fl_yaml *at)
{
	for (size_t i = 0; i < source->n; i++) {
		struct fl_str s = ((const struct fl_str *)source->p)[i];
		if (!is_address(s) && !fl_catalog_source(k->c, s))
			report(k, place_of(source, i) ? place_of(source, i) : at,
			       "the source '%.*s' is neither among `sources` nor an address", FL_FMT(s));
	}
}

/* --- prices ------------------------------------------------------------------------------------------------------- */

static void check_row(struct check *k, const struct fl_price_row *r)
{
	size_t rates = 0;
	for (int c = 0; c < FL_USE_CLASSES; c++) {
		rates += r->rate[c] >= 0;
		if (r->rate[c] > fl_price_rate_most((enum fl_usage_class)c))
			report(k, r->node,
			       "the price of %s is beyond all that vendors ask: is the unit wrong by 1,000?",
			       fl_usage_class_name((enum fl_usage_class)c));
	}
	if (!rates == !r->factor_billionths)
		report(k, r->node, "a row holds either rates or a factor");
	if (r->factor_billionths > INT64_C(20000000000))
		report(k, r->node, "a factor over 20 cannot be right");
	if (r->rate[FL_USE_INPUT] >= 0 && r->rate[FL_USE_CACHE_READ] > r->rate[FL_USE_INPUT])
		report(k, r->node, "reading the cache cannot cost more than fresh input");
	if (r->from != FL_DATE_NONE && r->to != FL_DATE_NONE && r->from >= r->to)
		report(k, r->node, "the row ends before it begins: `to` is the first day on which it does not bill");
	if (r->status == FL_PRICE_ANNOUNCED && r->from == FL_DATE_NONE)
		report(k, r->node, "an announced price needs the day `from` which it bills");
	if (r->when.hours.n && !fl_catalog_named(&k->c->calendars, sizeof(struct fl_calendar), r->when.hours))
		report(k, r->node, "no calendar is named '%.*s'", FL_FMT(r->when.hours));
	check_sources(k, &r->source, r->node);
}

static void check_offer(struct check *k, const struct fl_catalog_model *m, struct fl_str name,
                        const struct fl_catalog_offer *o)
{
	const struct fl_price_row *a, *b;
	enum fl_usage_class class;
	ptrdiff_t colon = fl_str_find_char(name, ':', 0);
	struct fl_str provider = fl_str_sub(name, 0, colon < 0 ? name.n : (size_t)colon);
	if (!fl_catalog_named(&k->c->providers, sizeof(struct fl_catalog_provider), provider))
		report(k, o->node, "%.*s is offered by '%.*s', which is not among `providers`", FL_FMT(m->id),
		       FL_FMT(provider));
	for (size_t i = 0; i < o->prices.n; i++)
		check_row(k, &((const struct fl_price_row *)o->prices.p)[i]);
	if (fl_price_rows_tie(o->prices.p, o->prices.n, &a, &b, &class))
		report(k, b->node, "two rows price %s of %.*s/%.*s under the same conditions on the same days%s",
		       fl_usage_class_name(class), FL_FMT(provider), FL_FMT(m->id),
		       a->node && a->node->line ? " (the other stands above it)" : "");
}

/* --- models ------------------------------------------------------------------------------------------------------- */

static const struct fl_catalog_model *next_of(const struct fl_catalog *c, const struct fl_catalog_model *m,
                                              bool answered)
{
	struct fl_str id = answered ? m->answered_by : m->replaced_by;
	return id.n ? fl_catalog_find(c, id) : NULL;
}

/* Two steps at a time catch up with one only in a circle (Floyd). */
static bool in_circle(const struct fl_catalog *c, const struct fl_catalog_model *m, bool answered)
{
	const struct fl_catalog_model *slow = m, *fast = m;
	do {
		slow = next_of(c, slow, answered);
		fast = next_of(c, fast, answered);
		fast = fast ? next_of(c, fast, answered) : NULL;
	} while (fast && slow != fast);
	return fast != NULL;
}

static void check_claims(struct check *k, const struct fl_table *t, const void *from, const struct fl_yaml *at)
{
	for (size_t i = 0; i < t->fields; i++) {
		if (!fl_type_is_claim(t->field[i].type))
			continue;
		const struct fl_claims *claims = (const void *)((const char *)from + t->field[i].at);
		for (size_t j = 0; j < claims->n; j++)
			check_sources(k, &claims->p[j].source, at);
	}
}

static const struct fl_table *models_table(void)
{
	for (size_t i = 0; i < fl_catalog_table.fields; i++)
		if (strcmp(fl_catalog_table.field[i].key, "models") == 0)
			return fl_catalog_table.field[i].table;
	FL_BUG("the catalogue has no models");
}

static void check_links(struct check *k, const struct fl_catalog_model *m)
{
	const struct fl_str link[2] = {m->replaced_by, m->answered_by};
	for (int i = 0; i < 2; i++) {
		if (link[i].n && !fl_catalog_find(k->c, link[i]))
			report(k, m->node, "%.*s names '%.*s', which is no model of the catalogue", FL_FMT(m->id),
			       FL_FMT(link[i]));
		else if (link[i].n && in_circle(k->c, m, i == 1))
			report(k, m->node, "%s of %.*s goes round in a circle", i ? "answered_by" : "replaced_by",
			       FL_FMT(m->id));
	}
}

static void check_model(struct check *k, const struct fl_catalog_model *m)
{
	if (!fl_catalog_lab(k->c, m->lab))
		report(k, m->node, "the lab '%.*s' of %.*s is not among `labs`", FL_FMT(m->lab), FL_FMT(m->id));
	check_links(k, m);
	check_claims(k, models_table(), m, m->node);
	for (size_t i = 0; i < m->offers.n; i++)
		check_offer(k, m, m->offers.name[i], &((const struct fl_catalog_offer *)m->offers.p)[i]);
	for (size_t i = 0; i < m->scores.n; i++) {
		const struct fl_score *s = &((const struct fl_score *)m->scores.p)[i];
		if (!fl_catalog_named(&k->c->benchmarks, sizeof(struct fl_benchmark), s->benchmark))
			report(k, s->node, "no benchmark is named '%.*s'", FL_FMT(s->benchmark));
		if (s->low <= s->high && (s->value < s->low || s->value > s->high))
			report(k, s->node, "the score lies outside its own interval");
		check_sources(k, &s->source, s->node);
	}
}

/* One string at one provider must mean one model on any day. */
static void check_strings(struct check *k)
{
	const struct fl_catalog_model *m = k->c->models.p;
	for (size_t i = 0; i < k->c->models.n; i++) {
		for (size_t j = 0; j < m[i].offers.n; j++) {
			const struct fl_catalog_offer *o = &((const struct fl_catalog_offer *)m[i].offers.p)[j];
			char name[300];
			struct fl_offer_ref ref;
			struct fl_str key = m[i].offers.name[j];
			if (!o->model.n || fl_str_find_char(key, ':', 0) >= 0 || o->model.n + key.n > 250)
				continue;
			snprintf(name, sizeof name, "%.*s/%.*s", FL_FMT(key), FL_FMT(o->model));
			if (fl_catalog_offer(k->c, fl_str_from(name), &ref, NULL) == FL_OK && ref.model != &m[i])
				report(k, o->node, "'%s' means both %.*s and %.*s", name, FL_FMT(ref.model->id),
				       FL_FMT(m[i].id));
		}
	}
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void check_provider_name(struct check *k, struct fl_str name, const struct fl_yaml *at, const char *what)
{
	if (name.n && !fl_catalog_named(&k->c->providers, sizeof(struct fl_catalog_provider), name))
		report(k, at, "%s names the provider '%.*s', which is not among `providers`", what, FL_FMT(name));
}

static void check_tables(struct check *k)
{
	const struct fl_model_table *t = k->c->tables.p;
	for (size_t i = 0; i < k->c->tables.n; i++) {
		for (size_t j = 0; j < t[i].row.n; j++) {
			const struct fl_model_table_row *r = &((const struct fl_model_table_row *)t[i].row.p)[j];
			struct fl_offer_ref ref;
			if (!fl_catalog_find(k->c, r->model))
				report(k, r->node, "the table names '%.*s', which is no model of the catalogue",
				       FL_FMT(r->model));
			if (r->offer.n && fl_catalog_offer(k->c, r->offer, &ref, NULL) != FL_OK)
				report(k, r->node, "the table names the offer '%.*s', which the catalogue lacks",
				       FL_FMT(r->offer));
		}
	}
}

size_t fl_catalog_check(const struct fl_catalog *c, void (*each)(void *arg, const struct fl_err *problem), void *arg)
{
	struct check k = {.c = c, .each = each, .arg = arg};
	struct fl_err err = {0};
	for (size_t i = 0; i < c->models.n; i++)
		check_model(&k, &((const struct fl_catalog_model *)c->models.p)[i]);
	check_strings(&k);
	check_tables(&k);
	for (size_t i = 0; i < c->calendars.n; i++) {
		if (fl_calendar_check(&((const struct fl_calendar *)c->calendars.p)[i], &err) != FL_OK) {
			k.problems++;
			each(arg, &err);
		}
	}
	for (size_t i = 0; i < c->policies.n; i++) {
		const struct fl_policy *p = &((const struct fl_policy *)c->policies.p)[i];
		check_provider_name(&k, p->provider, p->node, "a data policy");
		check_sources(&k, &p->source, p->node);
	}
	for (size_t i = 0; i < c->rentals.n; i++) {
		const struct fl_rental *r = &((const struct fl_rental *)c->rentals.p)[i];
		if (!fl_catalog_named(&c->devices, sizeof(struct fl_device), r->device))
			report(&k, r->node, "a rental names the device '%.*s', which is not among `devices`",
			       FL_FMT(r->device));
	}
	return k.problems;
}

/*
 * import_fact.c - what a price list says of a model beside its prices.
 *
 * Of models that the catalogue has, only what was not known is taken, and only from the list of the lab's own offer: hosts
 * serve less than a model can, and a claim of an overlay would replace all others. What differs is told, not taken. What an
 * earlier import wrote is renewed.
 */
#include "catalog/import_int.h"

#include <inttypes.h>

struct fl_str fl_import_fact_text(const struct fl_import_fact *f, struct fl_arena *a)
{
	char day[FL_DATE_TEXT];
	struct fl_buf b;
	switch (f->kind) {
	case FL_IMPORT_YES:
		return f->number ? FL_S("yes") : FL_S("no");
	case FL_IMPORT_DAY:
		return fl_arena_dup(a, fl_date_format((fl_date)f->number, day));
	case FL_IMPORT_TOKENS:
		return fl_arena_printf(a, "%" PRId64, f->number);
	case FL_IMPORT_WORDS:
		break;
	}
	fl_buf_init(&b, 4096);
	for (size_t i = 0; i < f->words.n; i++)
		fl_buf_printf(&b, "%s%.*s", i ? " " : "", FL_FMT(((const struct fl_str *)f->words.p)[i]));
	struct fl_str text = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return text;
}

const struct fl_yaml *fl_import_old_model(const struct fl_import *im, struct fl_str id)
{
	return fl_map_get(&im->old_model, id);
}

static const struct fl_claims *claims_of(const struct fl_catalog_model *m, const char *key)
{
	const struct fl_table *t = fl_import_model_table();
	for (size_t i = 0; i < t->fields; i++)
		if (strcmp(t->field[i].key, key) == 0)
			return (const void *)((const char *)m + t->field[i].at);
	FL_BUG("a price list gives a fact that models do not have");
}

static bool holds_word(const struct fl_list *list, struct fl_str word)
{
	for (size_t i = 0; i < list->n; i++)
		if (fl_str_eq(((const struct fl_str *)list->p)[i], word))
			return true;
	return false;
}

/* Days count by the month: sources round them so. */
static bool same_month(fl_date a, fl_date b)
{
	int y, m, d, y2, m2, d2;
	fl_date_split(a, &y, &m, &d);
	fl_date_split(b, &y2, &m2, &d2);
	return y == y2 && m == m2;
}

static bool is_said(const struct fl_claim *c, const struct fl_import_fact *f)
{
	if (f->kind == FL_IMPORT_DAY)
		return same_month((fl_date)c->number, (fl_date)f->number);
	if (f->kind != FL_IMPORT_WORDS)
		return c->number == f->number;
	bool same = c->words.n == f->words.n;
	for (size_t i = 0; i < f->words.n && same; i++)
		same = holds_word(&c->words, ((const struct fl_str *)f->words.p)[i]);
	return same;
}

/* Where a source says "input" of what others count with the answer: the context less the longest answer. */
static bool is_input_part(const struct fl_import *im, const struct fl_catalog_model *m, const struct fl_claim *best,
                          const struct fl_import_fact *f)
{
	int64_t answer = fl_claim_number(im->catalog, &m->max_output, 0);
	return best && strcmp(f->key, "context") == 0 && answer > 0 && f->number == best->number - answer;
}

static void compare_fact(struct fl_import *im, struct fl_import_model *m, const struct fl_import_target *t,
                         const struct fl_import_entry *e, const struct fl_import_fact *f)
{
	const struct fl_claims *claims = claims_of(m->model, f->key);
	const struct fl_claim *best = fl_claim_best(im->catalog, claims);
	const struct fl_yaml *ours = fl_yaml_get(fl_import_old_model(im, m->id), fl_str_from(f->key));
	for (size_t i = 0; i < claims->n; i++)
		if (is_said(&claims->p[i], f))
			return;
	if (is_input_part(im, m->model, best, f))
		return;
	struct fl_import_item *item = fl_import_say(im, best && !ours ? FL_IMPORT_CONFLICT : FL_IMPORT_FACT, t, e);
	item->fact = f->key;
	item->have_text = best ? best->text : (struct fl_str){0};
	item->found_text = fl_import_fact_text(f, im->arena);
	if (best && !ours)
		return;
	item->taken = true;
	FL_VEC_PUSH(&m->fact, f);
}

/* The target whose provider is the lab itself; else, of a new model, the first that passed. */
static struct fl_import_target *teller(const struct fl_import_model *m)
{
	struct fl_import_target *first = NULL;
	for (size_t i = 0; i < m->target.n; i++) {
		struct fl_import_target *t = m->target.p[i];
		if (t->sound && fl_str_eq(t->provider, m->lab))
			return t;
		if (t->sound && !first)
			first = t;
	}
	return m->model ? NULL : first;
}

static bool anything_taken(const struct fl_import_model *m)
{
	bool taken = m->fact.n > 0;
	for (size_t i = 0; i < m->target.n; i++)
		taken |= m->target.p[i]->listed || m->target.p[i]->taken;
	return taken;
}

void fl_import_facts(struct fl_import *im, struct fl_import_model *m)
{
	const struct fl_import_target *t = teller(m);
	const struct fl_import_entry *e = t ? t->sound : NULL;
	m->told = e;
	for (size_t i = 0; e && i < e->facts; i++) {
		if (m->model)
			compare_fact(im, m, t, e, &e->fact[i]);
		else
			FL_VEC_PUSH(&m->fact, &e->fact[i]);
	}
	m->taken = anything_taken(m);
	if (m->taken && !m->model) {
		struct fl_import_item *item = fl_import_say(im, FL_IMPORT_NEW_MODEL, t, e);
		item->taken = true;
		item->found_text = m->lab;
	}
}

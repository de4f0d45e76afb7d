#include "choose/listing.h"

#include <stdlib.h>

const char *const fl_sort_words[] = {"match", "name", "price", "context", "released", "score", NULL};

/* --- matching words ----------------------------------------------------------------------------------------------- */

enum { MATCH_NONE, MATCH_TYPO, MATCH_PART, MATCH_START, MATCH_WHOLE };

static bool part_of(struct fl_str word, struct fl_str text, bool *start)
{
	for (size_t i = 0; i + word.n <= text.n; i++) {
		if (fl_str_eq_nocase(fl_str_sub(text, i, i + word.n), word)) {
			*start = i == 0;
			return true;
		}
	}
	return false;
}

static bool near_part(struct fl_str word, struct fl_str text)
{
	size_t allowed = word.n >= 8 ? 2 : word.n >= 4 ? 1 : 0, from = 0;
	for (size_t i = 0; i <= text.n && allowed; i++) {
		if (i < text.n && !strchr(" -./_:", text.p[i]))
			continue;
		if (fl_str_distance(word, fl_str_sub(text, from, i)) <= allowed)
			return true;
		from = i + 1;
	}
	return allowed && fl_str_distance(word, text) <= allowed;
}

static int match_text(struct fl_str word, struct fl_str text)
{
	bool start;
	if (text.n == 0)
		return MATCH_NONE;
	if (part_of(word, text, &start))
		return word.n == text.n ? MATCH_WHOLE : start ? MATCH_START : MATCH_PART;
	return near_part(word, text) ? MATCH_TYPO : MATCH_NONE;
}

static int match_word(const struct fl_catalog *c, const struct fl_catalog_model *m, struct fl_str word)
{
	const struct fl_lab *lab = fl_catalog_lab(c, m->lab);
	const struct fl_str text[] = {m->id, m->name, m->lab, lab ? lab->name : m->lab, m->family};
	int best = MATCH_NONE;
	for (size_t i = 0; i < FL_COUNT(text); i++)
		best = FL_MAX(best, match_text(word, text[i]));
	for (size_t i = 0; i < m->tags.n; i++)
		best = FL_MAX(best, match_text(word, ((const struct fl_str *)m->tags.p)[i]));
	for (size_t i = 0; i < m->aliases.n; i++)
		best = FL_MAX(best, match_text(word, ((const struct fl_alias *)m->aliases.p)[i].name));
	return best;
}

/* The weakest word decides; their sum orders equals. */
static int match_of(const struct fl_catalog *c, const struct fl_catalog_model *m, const struct fl_listing_query *q)
{
	int least = MATCH_WHOLE, sum = 0;
	for (size_t i = 0; i < q->words; i++) {
		int match = match_word(c, m, q->word[i]);
		least = FL_MIN(least, match);
		sum += match;
	}
	return least == MATCH_NONE ? 0 : least * 100 + sum;
}

/* --- filters ------------------------------------------------------------------------------------------------------ */

static bool claims_word(const struct fl_catalog *c, const struct fl_claims *claims, struct fl_str word)
{
	const struct fl_claim *best = fl_claim_best(c, claims);
	for (size_t i = 0; best && i < best->words.n; i++) {
		struct fl_str has = ((const struct fl_str *)best->words.p)[i];
		if (fl_str_eq_nocase(has, word) || (fl_str_is(word, "pdf") && fl_str_is(has, "file")))
			return true;
	}
	return false;
}

static bool claims_all(const struct fl_catalog *c, const struct fl_claims *claims, struct fl_str list)
{
	while (list.n) {
		ptrdiff_t comma = fl_str_find_char(list, ',', 0);
		size_t end = comma < 0 ? list.n : (size_t)comma;
		if (!claims_word(c, claims, fl_str_trim(fl_str_sub(list, 0, end))))
			return false;
		list = fl_str_sub(list, FL_MIN(end + 1, list.n), list.n);
	}
	return true;
}

static bool passes(const struct fl_catalog *c, const struct fl_listing_query *q, const struct fl_listing_row *r)
{
	const struct fl_catalog_model *m = r->model;
	return (q->open_weights == FL_UNKNOWN || fl_claim_yes(c, &m->open_weights) == q->open_weights) &&
	       (!q->lab.n || fl_str_eq(m->lab, q->lab)) && claims_all(c, &m->inputs, q->input) &&
	       claims_all(c, &m->outputs, q->output) &&
	       (!q->context_least || fl_claim_number(c, &m->context, 0) >= q->context_least) &&
	       (q->price_most < 0 || (r->input_rate >= 0 && r->input_rate <= q->price_most)) &&
	       (!q->reasons || fl_claim_yes(c, &m->reasons) == FL_YES || m->reasoning.n) &&
	       (q->gone || r->status != FL_MODEL_RETIRED);
}

/* --- the offer that a row shows ----------------------------------------------------------------------------------- */

static void take_offer(const struct fl_catalog *c, struct fl_listing_row *r, const struct fl_offer_ref *ref,
                       fl_date day)
{
	int64_t in = fl_offer_rate(c, ref->offer, FL_USE_INPUT, day),
	        out = fl_offer_rate(c, ref->offer, FL_USE_OUTPUT, day);
	bool own = fl_str_eq(ref->provider_id, r->model->lab);
	bool better =
	    !r->offer.model || (in >= 0 && (r->input_rate < 0 || own || in + out < r->input_rate + r->output_rate));
	if (!better || (r->offer.model && fl_str_eq(r->offer.provider_id, r->model->lab) && r->input_rate >= 0))
		return;
	r->offer = *ref;
	r->input_rate = in;
	r->output_rate = out;
	r->cached_rate = fl_offer_rate(c, ref->offer, FL_USE_CACHE_READ, day);
}

static void choose_offer(const struct fl_catalog *c, struct fl_listing_row *r, fl_date day)
{
	r->input_rate = r->output_rate = r->cached_rate = -1;
	for (size_t i = 0; i < r->model->offers.n; i++) {
		struct fl_offer_ref ref;
		if (fl_catalog_offer_at(c, r->model, i, &ref))
			take_offer(c, r, &ref, day);
	}
}

/* --- scores ------------------------------------------------------------------------------------------------------- */

static bool tagged(const struct fl_catalog *c, struct fl_str benchmark, struct fl_str tag)
{
	const struct fl_benchmark *b = fl_catalog_named(&c->benchmarks, sizeof *b, benchmark);
	for (size_t i = 0; b && i < b->tags.n; i++)
		if (fl_str_eq_nocase(((const struct fl_str *)b->tags.p)[i], tag))
			return true;
	return false;
}

static bool counts(const struct fl_listing_query *q, const struct fl_listing *l, const struct fl_score *s)
{
	return (s->date == FL_DATE_NONE || s->date <= q->day) && fl_str_eq(s->benchmark, l->benchmark) &&
	       fl_str_eq(s->category, l->category);
}

/* "code" means LiveBench's "coding": the first four letters tell. */
static bool alike(struct fl_str a, struct fl_str b)
{
	return fl_str_eq_nocase(fl_str_sub(a, 0, 4), fl_str_sub(b, 0, 4));
}

/* How well a benchmark or its part speaks for one kind of task: it stands in many models, is about little else, and tells
 * its intervals. */
static double fitness(const struct fl_catalog *c, const struct fl_score *s, size_t models)
{
	const struct fl_benchmark *b = fl_catalog_named(&c->benchmarks, sizeof *b, s->benchmark);
	double kinds = s->category.n || !b || !b->tags.n ? 1 : (double)b->tags.n;
	return (double)models / kinds * (s->low <= s->high ? 2 : 1);
}

/* The benchmark, and the part of it, that speak best for a kind of task: of those tagged so, or with a part named so. */
static bool choose_benchmark(const struct fl_catalog *c, const struct fl_listing_query *q, struct fl_listing *l)
{
	struct part {
		const struct fl_score *first;
		const struct fl_catalog_model *last; /* counted */
		size_t n;
	} part[128];
	size_t parts = 0, best = 0;
	for (size_t i = 0; i < c->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)c->models.p)[i];
		for (size_t k = 0; k < m->scores.n; k++) {
			const struct fl_score *s = &((const struct fl_score *)m->scores.p)[k];
			bool speaks =
			    s->category.n ? alike(s->category, q->category) : tagged(c, s->benchmark, q->category);
			bool named = !q->benchmark.n || fl_str_eq(s->benchmark, q->benchmark);
			size_t j = 0;
			if (!speaks || !named || (s->date != FL_DATE_NONE && s->date > q->day))
				continue;
			while (j < parts && !(fl_str_eq(part[j].first->benchmark, s->benchmark) &&
			                      fl_str_eq(part[j].first->category, s->category)))
				j++;
			if (j == parts && parts < FL_COUNT(part))
				part[parts++] = (struct part){s, NULL, 0};
			if (j < parts && part[j].last != m) {
				part[j].n++;
				part[j].last = m;
			}
		}
	}
	for (size_t j = 1; j < parts; j++)
		if (fitness(c, part[j].first, part[j].n) > fitness(c, part[best].first, part[best].n))
			best = j;
	if (parts) {
		l->benchmark = part[best].first->benchmark;
		l->category = part[best].first->category;
	}
	return parts > 0;
}

static bool better_score(const struct fl_score *a, const struct fl_score *b, struct fl_str release)
{
	bool here_a = fl_str_eq(a->release, release), here_b = !b || fl_str_eq(b->release, release);
	if (!b || here_a != here_b)
		return !b || here_a;
	if (!here_a && !fl_str_eq(a->release, b->release))
		return fl_str_cmp(a->release, b->release) > 0;
	if (a->date != b->date && fl_str_eq(a->variant, b->variant))
		return a->date > b->date;
	return a->value > b->value;
}

static void choose_score(const struct fl_listing_query *q, const struct fl_listing *l, struct fl_listing_row *r)
{
	for (size_t i = 0; i < r->model->scores.n; i++) {
		const struct fl_score *s = &((const struct fl_score *)r->model->scores.p)[i];
		if (counts(q, l, s) && better_score(s, r->score, l->release))
			r->score = s;
	}
	r->older = r->score && !fl_str_eq(r->score->release, l->release);
}

/* The newest release in which at least a fifth as many models stand as in the fullest one. */
static struct fl_str newest_release(const struct fl_catalog *c, const struct fl_listing_query *q,
                                    const struct fl_listing *l)
{
	struct release {
		struct fl_str name;
		size_t n;
	} seen[64];
	size_t n = 0, most = 0;
	struct fl_str best = {0};
	for (size_t i = 0; i < c->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)c->models.p)[i];
		for (size_t k = 0; k < m->scores.n; k++) {
			const struct fl_score *s = &((const struct fl_score *)m->scores.p)[k];
			size_t j = 0;
			if (!counts(q, l, s))
				continue;
			while (j < n && !fl_str_eq(seen[j].name, s->release))
				j++;
			if (j == n && n < FL_COUNT(seen))
				seen[n++] = (struct release){s->release, 0};
			if (j < n) {
				seen[j].n++;
				most = FL_MAX(most, seen[j].n);
			}
		}
	}
	for (size_t j = 0; j < n; j++)
		if (seen[j].n * 5 >= most && (!best.p || fl_str_cmp(seen[j].name, best) > 0))
			best = seen[j].name;
	return best;
}

static void mark_ties(struct fl_listing *l)
{
	const struct fl_score *first = NULL;
	size_t group = 0;
	for (size_t i = 0; i < l->row.n; i++) {
		struct fl_listing_row *r = &l->row.p[i];
		if (!r->score || r->older || r->score->low > r->score->high)
			continue;
		if (!first || r->score->high < first->low) {
			first = r->score;
			group++;
		}
		r->tie = group;
		l->ties_known = true;
	}
}

/* --- order -------------------------------------------------------------------------------------------------------- */

struct order {
	const struct fl_catalog *c;
	enum fl_sort key;
};

static int three_way(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_score(const struct fl_listing_row *a, const struct fl_listing_row *b)
{
	if (!a->score != !b->score)
		return !a->score - !b->score;
	if (!a->score || a->older != b->older)
		return a->older - b->older;
	return a->score->value < b->score->value ? 1 : -(a->score->value > b->score->value);
}

static int by_key(const void *x, const void *y, void *arg)
{
	const struct fl_listing_row *a = x, *b = y;
	const struct order *order = arg;
	int64_t price_a = a->input_rate < 0 ? INT64_MAX : a->input_rate + a->output_rate;
	int64_t price_b = b->input_rate < 0 ? INT64_MAX : b->input_rate + b->output_rate;
	int64_t released_a = fl_claim_number(order->c, &a->model->released, INT32_MIN);
	int64_t released_b = fl_claim_number(order->c, &b->model->released, INT32_MIN);
	int64_t context_a = a->context;
	int64_t context_b = b->context;
	int d = 0;
	switch (order->key) {
	case FL_SORT_MATCH:
		d = three_way(b->match, a->match);
		break;
	case FL_SORT_PRICE:
		d = three_way(price_a, price_b);
		break;
	case FL_SORT_CONTEXT:
		d = three_way(context_b, context_a);
		break;
	case FL_SORT_SCORE:
		d = by_score(a, b);
		break;
	case FL_SORT_RELEASED:
	case FL_SORT_NAME:
	case FL_SORTS:
		break;
	}
	if (d == 0 && order->key != FL_SORT_NAME)
		d = three_way(released_b, released_a);
	return d ? d : fl_str_cmp(a->model->id, b->model->id);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static struct fl_listing_row row_of(const struct fl_catalog *c, const struct fl_catalog_model *m,
                                    const struct fl_listing_query *q)
{
	struct fl_listing_row r = {.model = m, .status = fl_model_status_on(c, m, q->day)};
	r.context = fl_claim_number(c, &m->context, -1);
	r.match = q->words ? match_of(c, m, q) : 1;
	choose_offer(c, &r, q->day);
	return r;
}

static void take_all(const struct fl_catalog *c, const struct fl_listing_query *q, struct fl_listing *out)
{
	int best = 0;
	for (size_t i = 0; i < c->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)c->models.p)[i];
		struct fl_listing_row r = row_of(c, m, q);
		if (!r.match || !fl_model_out_on(c, m, q->day) || !passes(c, q, &r))
			continue;
		best = FL_MAX(best, r.match);
		FL_VEC_PUSH(&out->row, r);
	}
	size_t kept = 0;
	for (size_t i = 0; i < out->row.n; i++) /* typing errors count only where nothing matches without one */
		if (best < 200 || out->row.p[i].match >= 200)
			out->row.p[kept++] = out->row.p[i];
	out->row.n = kept;
}

/* On the days about its date a table shows what was printed where facts have changed since without a dated row. */
static bool as_printed(const struct fl_model_table *t, fl_date day)
{
	return day <= t->date + 31;
}

static void take_table(const struct fl_catalog *c, const struct fl_listing_query *q, struct fl_listing *out)
{
	for (size_t i = 0; i < out->table->row.n; i++) {
		const struct fl_model_table_row *t = &((const struct fl_model_table_row *)out->table->row.p)[i];
		struct fl_listing_row r = row_of(c, fl_catalog_find(c, t->model), q);
		struct fl_offer_ref ref;
		if (t->offer.n && fl_catalog_offer(c, t->offer, &ref, NULL) == FL_OK &&
		    fl_offer_rate(c, ref.offer, FL_USE_INPUT, q->day) >= 0) {
			r.offer = ref;
			r.input_rate = fl_offer_rate(c, ref.offer, FL_USE_INPUT, q->day);
			r.output_rate = fl_offer_rate(c, ref.offer, FL_USE_OUTPUT, q->day);
			r.cached_rate = fl_offer_rate(c, ref.offer, FL_USE_CACHE_READ, q->day);
			r.context = fl_claim_number(c, &ref.offer->context, r.context);
		}
		if (t->context && as_printed(out->table, q->day))
			r.context = t->context;
		FL_VEC_PUSH(&out->row, r);
	}
}

/* A kind of input or output that no model of the catalogue names is a typing error. */
static enum fl_code check_kinds(const struct fl_catalog *c, struct fl_str list, const char *option, struct fl_err *err)
{
	while (list.n) {
		ptrdiff_t comma = fl_str_find_char(list, ',', 0);
		size_t end = comma < 0 ? list.n : (size_t)comma;
		struct fl_str word = fl_str_trim(fl_str_sub(list, 0, end));
		bool known = fl_str_is(word, "pdf");
		for (size_t i = 0; i < c->models.n && !known; i++) {
			const struct fl_catalog_model *m = &((const struct fl_catalog_model *)c->models.p)[i];
			known = claims_word(c, &m->inputs, word) || claims_word(c, &m->outputs, word);
		}
		if (!known) {
			fl_err_set(err, FL_E_USAGE, "--%s: no model is known to take or give '%.*s'", option,
			           FL_FMT(word));
			fl_err_found(err, "'%.*s'", FL_FMT(word));
			fl_err_expected(err, "text, image, pdf, audio or video, several by commas");
			return FL_E_USAGE;
		}
		list = fl_str_sub(list, FL_MIN(end + 1, list.n), list.n);
	}
	return FL_OK;
}

static enum fl_code check_query(const struct fl_catalog *c, const struct fl_listing_query *q, struct fl_err *err)
{
	const struct {
		const struct fl_list *list;
		struct fl_str name;
		const char *what;
	} named[] = {
	    {&c->labs, q->lab, "lab"}, {&c->tables, q->table, "table"}, {&c->benchmarks, q->benchmark, "benchmark"}};
	for (size_t i = 0; i < FL_COUNT(named); i++) {
		const char *names[512];
		size_t n = 0;
		bool found = !named[i].name.n;
		for (size_t k = 0; k < named[i].list->n && n < FL_COUNT(names); k++) {
			names[n++] = named[i].list->name[k].p;
			found |= fl_str_eq(named[i].list->name[k], named[i].name);
		}
		if (found)
			continue;
		const char *near = fl_suggest(named[i].name, names, n);
		fl_err_set(err, FL_E_NOT_FOUND, "the catalogue knows no %s '%.*s'", named[i].what,
		           FL_FMT(named[i].name));
		fl_err_found(err, "'%.*s'", FL_FMT(named[i].name));
		fl_err_expected(err, "one of the %s ids, such as %s", named[i].what, near ? near : n ? names[0] : "");
		return FL_E_NOT_FOUND;
	}
	FL_TRY(check_kinds(c, q->input, "input", err));
	return check_kinds(c, q->output, "output", err);
}

static void drop_unscored(struct fl_listing *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->row.n; i++)
		if (l->row.p[i].score)
			l->row.p[kept++] = l->row.p[i];
	l->unscored = l->row.n - kept;
	l->row.n = kept;
}

enum fl_code fl_listing_make(const struct fl_catalog *c, const struct fl_listing_query *q, struct fl_listing *out,
                             struct fl_err *err)
{
	memset(out, 0, sizeof *out);
	FL_TRY(check_query(c, q, err));
	out->table = q->table.n ? fl_catalog_named(&c->tables, sizeof *out->table, q->table) : NULL;
	out->benchmark = q->benchmark.n ? q->benchmark : out->table ? out->table->benchmark : FL_S("livebench");
	if (q->category.n && !choose_benchmark(c, q, out)) {
		fl_err_set(err, FL_E_NOT_FOUND, "no score of the catalogue speaks for '%.*s'", FL_FMT(q->category));
		fl_err_expected(err,
		                "a kind of task such as code, reasoning, math, agents, dialogue, long-context, vision");
		return FL_E_NOT_FOUND;
	}
	out->release = newest_release(c, q, out);
	if (out->table && as_printed(out->table, q->day) && out->table->release.n)
		out->release = out->table->release;
	if (out->table)
		take_table(c, q, out);
	else
		take_all(c, q, out);
	for (size_t i = 0; i < out->row.n; i++)
		choose_score(q, out, &out->row.p[i]);
	bool by_scores = q->benchmark.n || q->category.n;
	if (by_scores && !out->table)
		drop_unscored(out);
	struct order order = {c, q->sort_given ? q->sort : by_scores ? FL_SORT_SCORE : FL_SORT_MATCH};
	if (out->row.n && !(out->table && !q->sort_given && !by_scores))
		qsort_r(out->row.p, out->row.n, sizeof *out->row.p, by_key, &order);
	if (order.key == FL_SORT_SCORE)
		mark_ties(out);
	return FL_OK;
}

void fl_listing_release(struct fl_listing *l)
{
	FL_VEC_RELEASE(&l->row);
}

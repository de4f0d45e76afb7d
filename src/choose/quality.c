#include "choose/quality.h"

#include "base/vec.h"

#include <math.h>

/* A score as it is used: of which model at which level, in which field. */
struct seen {
	const struct fl_score *score;
	size_t ability, field;
	double y;     /* logit, or rating in logits */
	double error; /* as published, logits; 0 = not stated */
	double weight;
	double leverage; /* share of its ability that it decides itself */
};
struct field {
	const struct fl_score *like; /* benchmark, release, harness, category of any score in it */
	const struct fl_benchmark *benchmark;
	size_t n;
	double least;  /* smallest value in it: below 0, the scale runs from -scale */
	double weight; /* of the category */
	double a, b, noise;
	bool linked;
};
struct work {
	const struct fl_catalog *c;
	FL_VEC(struct seen) seen;
	FL_VEC(struct field) field;
	FL_VEC(struct fl_ability) ability;
	double *sum, *precision; /* of each ability */
	bool *known;
};

/* --- scores into fields ------------------------------------------------------------------------------------------- */

static bool same_field(const struct fl_score *x, const struct fl_score *y)
{
	return fl_str_eq(x->benchmark, y->benchmark) && fl_str_eq(x->release, y->release) &&
	       fl_str_eq(x->harness, y->harness) && fl_str_eq(x->category, y->category);
}

static size_t field_of(struct work *w, const struct fl_score *s, double weight)
{
	size_t i = 0;
	while (i < w->field.n && !same_field(w->field.p[i].like, s))
		i++;
	if (i == w->field.n && i < FL_FIELDS)
		FL_VEC_PUSH(&w->field, (struct field){.like = s,
		                                      .benchmark = fl_catalog_named(
		                                          &w->c->benchmarks, sizeof(struct fl_benchmark), s->benchmark),
		                                      .weight = weight,
		                                      .least = s->value});
	return i;
}

static size_t ability_at(struct work *w, const struct fl_catalog_model *m, enum fl_effort e)
{
	for (size_t i = w->ability.n; i-- > 0 && w->ability.p[i].model == m;)
		if (w->ability.p[i].effort == e)
			return i;
	FL_VEC_PUSH(&w->ability, (struct fl_ability){.model = m, .effort = e});
	return w->ability.n - 1;
}

static double trust_in(const struct fl_score *s)
{
	bool index = fl_str_ends(s->benchmark, FL_S("-index"));
	return (index ? 0.5 : 1) * (s->estimated ? 0.5 : 1) * (s->secondary ? 0.5 : 1) * (s->self_reported ? 0.25 : 1);
}

static bool says_itself(const struct fl_score *s)
{
	return fl_str_is(s->variant, "vendor-reported");
}

static void collect(struct work *w, const struct fl_category *k, fl_date day)
{
	for (size_t i = 0; i < w->c->models.n; i++) {
		const struct fl_catalog_model *m = &((const struct fl_catalog_model *)w->c->models.p)[i];
		for (size_t j = 0; j < m->scores.n; j++) {
			const struct fl_score *s = &((const struct fl_score *)m->scores.p)[j];
			double weight = fl_category_weight(k, w->c, s);
			if (weight <= 0 || (s->date != FL_DATE_NONE && s->date > day) || says_itself(s))
				continue;
			size_t f = field_of(w, s, weight);
			if (f == FL_FIELDS || !w->field.p[f].benchmark)
				continue;
			w->field.p[f].n++;
			w->field.p[f].least = FL_MIN(w->field.p[f].least, s->value);
			FL_VEC_PUSH(&w->seen, (struct seen){.score = s,
			                                    .field = f,
			                                    .ability = ability_at(w, m, fl_effort_of(m, s->variant)),
			                                    .weight = weight * trust_in(s)});
		}
	}
}

static double logit(double p)
{
	p = FL_MIN(FL_MAX(p, 0.01), 0.99);
	return log(p / (1 - p));
}

/* A value on the scale of its field in logits: shares as they are, ratings by the Elo model. */
static double in_logits(const struct field *f, double value)
{
	double scale = f->benchmark->scale;
	if (scale <= 0)
		return value * log(10) / 400;
	double share = f->least < 0 ? (value + scale) / (2 * scale) : value / scale;
	return logit(f->benchmark->lower_is_better ? 1 - share : share);
}

/* Several releases of one test at one model share its weight. */
static void share_weights(struct work *w)
{
	size_t from = 0;
	for (size_t i = 0; i < w->seen.n; i++) {
		while (w->ability.p[w->seen.p[from].ability].model != w->ability.p[w->seen.p[i].ability].model)
			from++;
		struct seen *s = &w->seen.p[i];
		size_t same = 0;
		for (size_t j = from; j < w->seen.n; j++) {
			const struct seen *o = &w->seen.p[j];
			if (w->ability.p[o->ability].model != w->ability.p[s->ability].model)
				break;
			same += o->ability == s->ability && fl_str_eq(o->score->benchmark, s->score->benchmark) &&
			        fl_str_eq(o->score->category, s->score->category);
		}
		const struct field *f = &w->field.p[s->field];
		s->y = in_logits(f, s->score->value);
		if (s->score->low < s->score->high)
			s->error = fabs(in_logits(f, s->score->high) - in_logits(f, s->score->low)) / 3.92;
		s->error = s->score->n > 0 && s->error == 0 && f->benchmark->scale > 0
		               ? 1 / sqrt((double)s->score->n * 0.2)
		               : s->error;
		s->weight /= (double)same;
	}
}

/* --- linking ------------------------------------------------------------------------------------------------------ */

/* Regression of the field's values on known abilities; a slope that is hardly told stays near 1. */
static void regress(struct work *w, size_t f)
{
	double n = 0, x = 0, y = 0, xx = 0, xy = 0, left = 0, freedom = -2;
	for (size_t i = 0; i < w->seen.n; i++) {
		const struct seen *s = &w->seen.p[i];
		if (s->field != f || !w->known[s->ability])
			continue;
		double t = w->ability.p[s->ability].mean;
		n++;
		x += t;
		y += s->y;
		xx += t * t;
		xy += t * s->y;
	}
	if (n < FL_LINKS)
		return;
	struct field *field = &w->field.p[f];
	double prior = 2; /* as two models one spread apart would say of a slope of 1 */
	double slope = (xy - x * y / n + prior) / (xx - x * x / n + prior);
	field->b = FL_MIN(FL_MAX(slope, 0.3), 3);
	field->a = (y - field->b * x) / n;
	for (size_t i = 0; i < w->seen.n; i++) {
		const struct seen *s = &w->seen.p[i];
		if (s->field != f || !w->known[s->ability])
			continue;
		double r = s->y - field->a - field->b * w->ability.p[s->ability].mean;
		left += r * r;
		freedom += 1 - s->leverage;
	}
	field->noise = sqrt(left / FL_MAX(freedom, 1.0));
	field->linked = true;
}

/* Of an ability by one score: noise, the score's own error, and how well the field itself is known from its n models. */
static double variance(const struct work *w, const struct seen *s)
{
	const struct field *f = &w->field.p[s->field];
	double t = w->ability.p[s->ability].mean;
	double v = (f->noise * f->noise + s->error * s->error) / (f->b * f->b);
	return FL_MAX(v, FL_TEST_ERROR * FL_TEST_ERROR) * (1 + (1 + t * t) / (double)f->n);
}

static void estimate(struct work *w)
{
	size_t n = w->ability.n;
	memset(w->sum, 0, n * sizeof *w->sum);
	memset(w->precision, 0, n * sizeof *w->precision);
	for (size_t i = 0; i < w->seen.n; i++) {
		const struct seen *s = &w->seen.p[i];
		const struct field *f = &w->field.p[s->field];
		if (!f->linked)
			continue;
		double v = variance(w, s);
		w->sum[s->ability] += s->weight * (s->y - f->a) / f->b / v;
		w->precision[s->ability] += s->weight / v;
	}
	for (size_t i = 0; i < w->seen.n; i++) {
		struct seen *s = &w->seen.p[i];
		const struct field *f = &w->field.p[s->field];
		double v = f->linked ? variance(w, s) : 1;
		s->leverage = f->linked ? s->weight / v / (1 + w->precision[s->ability]) : 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct fl_ability *x = &w->ability.p[i];
		w->known[i] = w->precision[i] > 0;
		x->mean = w->sum[i] / (1 + w->precision[i]);
		x->error = FL_MAX(FL_ERROR_FACTOR / sqrt(1 + w->precision[i]), FL_ABILITY_FLOOR);
	}
}

/* Mean 0 and spread 1 over what is known, the errors included, as the prior has it; fields follow. */
static void standardise(struct work *w)
{
	double n = 0, sum = 0, squares = 0;
	for (size_t i = 0; i < w->ability.n; i++) {
		n += w->known[i];
		sum += w->known[i] ? w->ability.p[i].mean : 0;
		squares += w->known[i] ? pow(w->ability.p[i].mean, 2) + pow(w->ability.p[i].error, 2) : 0;
	}
	double mean = n > 0 ? sum / n : 0, spread = n > 1 ? sqrt(FL_MAX(squares / n - mean * mean, 1e-9)) : 1;
	for (size_t i = 0; i < w->ability.n; i++)
		w->ability.p[i].mean = w->known[i] ? (w->ability.p[i].mean - mean) / spread : 0;
}

static size_t known_in(const struct work *w, size_t f)
{
	size_t n = 0;
	for (size_t i = 0; i < w->seen.n; i++)
		n += w->seen.p[i].field == f && w->known[w->seen.p[i].ability];
	return n;
}

/* The fullest field that measures the category itself. */
static size_t core_of(const struct work *w)
{
	size_t core = 0;
	for (size_t f = 1; f < w->field.n; f++) {
		const struct field *x = &w->field.p[f], *best = &w->field.p[core];
		if ((double)x->n * x->weight > (double)best->n * best->weight)
			core = f;
	}
	return core;
}

static void begin(struct work *w, size_t core)
{
	double n = 0, sum = 0, squares = 0;
	for (size_t i = 0; i < w->seen.n; i++) {
		const struct seen *s = &w->seen.p[i];
		if (s->field != core)
			continue;
		n++;
		sum += s->y;
		squares += s->y * s->y;
	}
	double mean = sum / n, spread = sqrt(FL_MAX(squares / n - mean * mean, 1e-6));
	for (size_t i = 0; i < w->seen.n; i++) {
		const struct seen *s = &w->seen.p[i];
		if (s->field != core)
			continue;
		w->known[s->ability] = true;
		w->ability.p[s->ability].mean = (s->y - mean) / spread;
	}
	w->field.p[core].a = mean;
	w->field.p[core].b = spread;
	w->field.p[core].noise = 0;
	w->field.p[core].linked = true;
}

static void link_all(struct work *w)
{
	bool more = true;
	while (more) {
		more = false;
		for (size_t f = 0; f < w->field.n; f++) {
			if (w->field.p[f].linked || known_in(w, f) < FL_LINKS)
				continue;
			regress(w, f);
			more = true;
		}
		estimate(w);
	}
	for (int round = 0; round < FL_ROUNDS; round++) {
		standardise(w);
		for (size_t f = 0; f < w->field.n; f++)
			if (w->field.p[f].linked)
				regress(w, f);
		estimate(w);
	}
}

/* --- what comes out ----------------------------------------------------------------------------------------------- */

static void average_test(const struct work *w, struct fl_qualities *out)
{
	double n = 0;
	for (int exact = 1; exact >= 0 && n == 0; exact--)
		for (size_t f = 0; f < w->field.n; f++) {
			const struct field *x = &w->field.p[f];
			if (!x->linked || x->benchmark->scale <= 0 || (exact && x->weight < 1))
				continue;
			out->a += x->a * (double)x->n;
			out->b += x->b * (double)x->n;
			n += (double)x->n;
		}
	out->a = n > 0 ? out->a / n : 0;
	out->b = n > 0 ? out->b / n : 1;
	out->known = n > 0;
}

static void count_tests(struct work *w, struct fl_qualities *out)
{
	for (size_t i = 0; i < w->seen.n; i++) {
		const struct seen *s = &w->seen.p[i];
		struct fl_ability *x = &w->ability.p[s->ability];
		bool first = true;
		if (!w->field.p[s->field].linked) {
			out->left_out++;
			continue;
		}
		for (size_t j = i; j-- > 0 && w->ability.p[w->seen.p[j].ability].model == x->model && first;)
			first = !(w->seen.p[j].ability == s->ability && w->field.p[w->seen.p[j].field].linked &&
			          fl_str_eq(w->seen.p[j].score->benchmark, s->score->benchmark));
		x->tests += first;
		if (!x->newest || s->score->date > x->newest->date)
			x->newest = s->score;
	}
	for (size_t f = 0; f < w->field.n; f++) {
		bool first = w->field.p[f].linked;
		for (size_t g = 0; g < f && first; g++)
			first = !w->field.p[g].linked || w->field.p[g].benchmark != w->field.p[f].benchmark;
		out->tests += first;
	}
}

double fl_share_for(const struct fl_qualities *q, double ability)
{
	return 1 / (1 + exp(-(q->a + q->b * ability)));
}

double fl_share_error_for(const struct fl_qualities *q, double ability, double error)
{
	double p = fl_share_for(q, ability);
	return p * (1 - p) * q->b * error;
}

static void keep_known(struct work *w, struct fl_qualities *out, struct fl_arena *a)
{
	out->ability = FL_NEW_ARRAY(a, struct fl_ability, w->ability.n + 1);
	for (size_t i = 0; i < w->ability.n; i++) {
		struct fl_ability x = w->ability.p[i];
		if (!w->known[i])
			continue;
		x.share = fl_share_for(out, x.mean);
		x.share_error = fl_share_error_for(out, x.mean, x.error);
		out->ability[out->count++] = x;
	}
}

void fl_qualities_of(const struct fl_catalog *c, const struct fl_category *k, fl_date day, struct fl_arena *a,
                     struct fl_qualities *out)
{
	struct work w = {.c = c};
	*out = (struct fl_qualities){0};
	collect(&w, k, day);
	if (w.seen.n) {
		w.sum = FL_NEW_ARRAY(a, double, w.ability.n);
		w.precision = FL_NEW_ARRAY(a, double, w.ability.n);
		w.known = FL_NEW_ARRAY(a, bool, w.ability.n);
		share_weights(&w);
		begin(&w, core_of(&w));
		link_all(&w);
		average_test(&w, out);
		count_tests(&w, out);
		keep_known(&w, out, a);
	}
	FL_VEC_RELEASE(&w.seen);
	FL_VEC_RELEASE(&w.field);
	FL_VEC_RELEASE(&w.ability);
}

/* --- predecessors ------------------------------------------------------------------------------------------------- */

/* Same letters when digits, dots, dashes and number-like ends are left out: claude-haiku-4.5 and claude-haiku-5.5. */
static bool same_but_version(struct fl_str x, struct fl_str y)
{
	size_t i = 0, j = 0;
	for (;;) {
		while (i < x.n && strchr("0123456789.-", x.p[i]))
			i++;
		while (j < y.n && strchr("0123456789.-", y.p[j]))
			j++;
		if (i == x.n || j == y.n)
			return i == x.n && j == y.n;
		if (x.p[i++] != y.p[j++])
			return false;
	}
}

bool fl_ability_inherited(const struct fl_catalog *c, const struct fl_qualities *q, const struct fl_catalog_model *m,
                          struct fl_ability *out)
{
	int64_t mine = fl_claim_number(c, &m->released, INT32_MAX), newest = INT32_MIN;
	const struct fl_ability *best = NULL;
	for (size_t i = 0; i < q->count; i++) {
		const struct fl_ability *x = &q->ability[i];
		int64_t theirs = fl_claim_number(c, &x->model->released, INT32_MIN);
		if (x->model == m || !fl_str_eq(x->model->lab, m->lab) || theirs >= mine ||
		    !same_but_version(x->model->id, m->id))
			continue;
		bool newer = theirs > newest;
		bool middle = theirs == newest && x->effort == FL_EFFORT_MEDIUM;
		if (!best || newer || middle)
			best = x;
		newest = FL_MAX(newest, theirs);
	}
	if (!best)
		return false;
	*out = *best;
	out->model = m;
	out->of = best->model;
	out->error = sqrt(best->error * best->error + FL_INHERITED_ERROR * FL_INHERITED_ERROR);
	out->share_error = fl_share_error_for(q, out->mean, out->error);
	return true;
}

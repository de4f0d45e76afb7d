#include "fit/weights.h"

#include <math.h>

#include "fit/cache.h"

struct sums {
	int64_t layers, mla;
	int64_t rank, rope;
	bool plain; /* layers have no terms of their own */
};

static struct sums sum_layers(const struct fl_architecture *a)
{
	struct sums s = {.plain = a->layers.n > 0};
	for (size_t i = 0; i < a->layers.n; i++) {
		const struct fl_layers *l = (const struct fl_layers *)a->layers.p + i;
		bool mla = l->kind == FL_LAYER_MLA;
		s.layers += l->count;
		s.mla += mla ? l->count : 0;
		s.rank = mla ? l->rank : s.rank;
		s.rope = mla ? l->rope : s.rope;
		s.plain &= l->kind != FL_LAYER_LINEAR && l->kind != FL_LAYER_COMPRESSED && !l->shared_kv;
		s.plain &= mla || (l->kv_heads == a->kv_heads && l->head_dim == a->head_dim);
	}
	s.plain &= s.mla == 0 || s.mla == s.layers;
	return s;
}

/* Parameters of the attention of one layer; 0 when a width is missing. */
static double attention(const struct fl_architecture *a, const struct sums *s)
{
	double h = (double)a->hidden, heads = (double)a->heads, d = (double)a->head_dim;
	if (s->mla == 0)
		return h * heads * d * 2 + 2 * h * (double)a->kv_heads * d;
	if (a->q_rank == 0 || a->nope_dim == 0 || a->value_dim == 0)
		return 0;
	double q = (double)a->q_rank, nope = (double)a->nope_dim, value = (double)a->value_dim;
	double rank = (double)s->rank, rope = (double)s->rope;
	return h * q + q * heads * (nope + rope) + h * (rank + rope) + rank * heads * (nope + value) +
	       heads * value * h;
}

static double routed(const struct fl_architecture *a, int64_t layers)
{
	return (double)(layers - a->dense_layers) * (double)a->experts * 3 * (double)a->hidden * (double)a->expert_ff;
}

double fl_parameters_b(const struct fl_architecture *a)
{
	struct sums s = sum_layers(a);
	int64_t dense = a->experts ? a->dense_layers : s.layers, sparse = s.layers - dense;
	double h = (double)a->hidden, each = attention(a, &s);
	if (!s.plain || a->vocab == 0 || each <= 0 || sparse < 0 || (dense && a->ff == 0) ||
	    (sparse && a->expert_ff == 0))
		return 0;
	double n = (double)a->vocab * h * (a->tied ? 1 : 2) + (double)s.layers * each +
	           (double)dense * 3 * h * (double)a->ff + routed(a, s.layers) +
	           (double)sparse * ((double)a->experts_shared * 3 * h * (double)a->expert_ff + h * (double)a->experts);
	return n / 1e9;
}

/* Routed experts of a mixture, in billions; 0 when it cannot be told. */
static double expert_b(const struct fl_architecture *a, const struct fl_parameters *p)
{
	double share = p->experts ? (double)p->experts_active / (double)p->experts : 0;
	double by_width = a && a->hidden && a->expert_ff ? routed(a, sum_layers(a).layers) / 1e9 : 0;
	double by_total = p->active_b > 0 && share < 1 ? (p->total_b - p->active_b) / (1 - share) : 0;
	if (a && a->expert_b > 0)
		return FL_MIN(a->expert_b, p->total_b);
	if (by_width > 0 && by_width < p->total_b)
		return by_width;
	return FL_MIN(by_total, p->total_b);
}

struct fl_parameters fl_parameters_of(const struct fl_architecture *a, double total_b, double active_b)
{
	struct fl_parameters p = {.total_b = total_b, .active_b = active_b};
	if (a) {
		p.total_b = a->total_b > 0 ? a->total_b : p.total_b;
		p.total_b = p.total_b > 0 ? p.total_b : fl_parameters_b(a);
		p.active_b = a->active_b > 0 ? a->active_b : p.active_b;
		p.experts = a->experts;
		p.experts_active = FL_MIN(a->experts_active, a->experts);
	}
	if (p.total_b <= 0)
		return (struct fl_parameters){0};
	p.mixture = p.experts > 0 || (p.active_b > 0 && p.active_b < 0.9 * p.total_b);
	if (!p.mixture) {
		p.active_b = p.total_b;
		return p;
	}
	p.expert_b = expert_b(a, &p);
	if (p.active_b <= 0 && p.expert_b > 0 && p.experts > 0)
		p.active_b = p.total_b - p.expert_b + p.expert_b * (double)p.experts_active / (double)p.experts;
	return p;
}

struct fl_weight_bytes fl_weight_bytes(const struct fl_parameters *p, const struct fl_quant *q)
{
	/* Of a mixture whose experts are not known apart, all is taken for experts: their share is over 90 % everywhere. */
	double routed_b = p->mixture && p->expert_b > 0 ? p->expert_b : p->mixture ? p->total_b : 0;
	double rest_bits = p->mixture && q->rest_bits > 0 ? q->rest_bits : q->bits;
	double experts = routed_b * 1e9 * q->bits / 8, rest = (p->total_b - routed_b) * 1e9 * rest_bits / 8;
	double most = (double)FL_FIT_BYTES_MOST;
	return (struct fl_weight_bytes){.total = llround(fmin(experts + rest, most)),
	                                .experts = llround(fmin(experts, most))};
}

double fl_experts_touched(double experts, double active, double batch)
{
	return experts * (1 - pow(1 - active / experts, batch));
}

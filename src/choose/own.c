#include "choose/own.h"

static struct fl_own_fit fit_on(const struct fl_catalog *c, const struct fl_fit_model *m, const struct fl_device *d,
                                struct fl_str key, int64_t context)
{
	struct fl_own_fit f = {.device = d, .key = key, .want = {.context = context, .sequences = 1, .cache_bits = 16}};
	struct fl_fit_machine machine = fl_fit_machine_of(d, 1);
	f.want.quant = fl_fit_widest(m, &machine, &f.want);
	if (!f.want.quant) {
		const struct fl_quant *native = fl_fit_native(m), *usual = fl_quant_find(FL_S("q4_k_m"));
		f.want.quant = native->bits < usual->bits ? native : usual;
	}
	f.fit = fl_fit(m, &machine, &f.want);
	if (f.fit.fits != FL_FIT_YES)
		f.nearest = fl_fit_nearest(m, &machine, &f.want, &c->devices);
	return f;
}

static bool better(const struct fl_own_fit *x, const struct fl_own_fit *y)
{
	static const int rank[] = {[FL_FIT_YES] = 2, [FL_FIT_UNKNOWN] = 1, [FL_FIT_NO] = 0};
	if (x->fit.fits != y->fit.fits)
		return rank[x->fit.fits] > rank[y->fit.fits];
	if (x->want.quant->bits != y->want.quant->bits)
		return x->want.quant->bits > y->want.quant->bits;
	return x->fit.decode.low > y->fit.decode.low;
}

bool fl_own_fit_best(const struct fl_catalog *c, const struct fl_catalog_model *m, const struct fl_list *device,
                     int64_t context, struct fl_own_fit *out)
{
	struct fl_fit_model model = fl_fit_model_of(c, m);
	bool any = false;
	if (model.parameters.total_b <= 0)
		return false;
	for (size_t i = 0; i < device->n; i++) {
		struct fl_str key;
		const struct fl_device *d = fl_device_find(&c->devices, ((const struct fl_str *)device->p)[i], &key);
		if (!d || d->memory_bytes == 0)
			continue;
		struct fl_own_fit f = fit_on(c, &model, d, key, context);
		if (!any || better(&f, out))
			*out = f;
		any = true;
	}
	return any;
}

struct fl_str fl_own_relax(const struct fl_own_fit *f, struct fl_arena *a)
{
	const struct fl_fit_nearest *n = &f->nearest;
	struct fl_str text = {0};
	if (n->context > 0 && n->context < f->want.context)
		text = fl_arena_printf(a, "context: %lld", (long long)n->context);
	if (n->count > 0)
		text = fl_arena_printf(a, "%.*s%s%lld of these devices", FL_FMT(text), text.n ? "; or " : "",
		                       (long long)n->count);
	if (n->device)
		text = fl_arena_printf(a, "%.*s%sdevices: %.*s", FL_FMT(text), text.n ? "; or " : "",
		                       FL_FMT(n->device_key));
	return text;
}

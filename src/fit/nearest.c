/* What would fit: one change at a time, each the smallest of its kind. */
#include "fit/fit.h"

static bool fits(const struct fl_fit_model *model, const struct fl_fit_machine *m, const struct fl_fit_want *want)
{
	return fl_fit(model, m, want).fits == FL_FIT_YES;
}

const struct fl_quant *fl_fit_native(const struct fl_fit_model *model)
{
	const struct fl_quant *q = model->architecture ? fl_quant_find(model->architecture->native) : NULL;
	return q ? q : fl_quant_find(FL_S("f16"));
}

/*
 * The next narrower format that one would take. Weights published at 4 bits are not cut further: the step from 16 bits
 * is made already, and nobody offers another.
 */
static const struct fl_quant *narrower(const struct fl_fit_model *model, double bits)
{
	const struct fl_quant *native = fl_fit_native(model);
	if (native->bits >= 5)
		return fl_quant_below(bits);
	return native->bits < bits ? native : NULL;
}

const struct fl_quant *fl_fit_widest(const struct fl_fit_model *model, const struct fl_fit_machine *m,
                                     const struct fl_fit_want *want)
{
	struct fl_fit_want w = *want;
	for (w.quant = fl_fit_native(model); w.quant; w.quant = narrower(model, w.quant->bits))
		if (fits(model, m, &w))
			return w.quant;
	return NULL;
}

/* The device with the least memory of those that have more than the machine's and on which it fits. */
static void nearest_device(struct fl_fit_nearest *n, const struct fl_fit_model *model, const struct fl_fit_machine *m,
                           const struct fl_fit_want *want, const struct fl_list *devices)
{
	for (size_t i = 0; i < devices->n; i++) {
		const struct fl_device *d = (const struct fl_device *)devices->p + i;
		struct fl_fit_machine other = fl_fit_machine_of(d, m->count);
		bool kin = d->kind == FL_DEVICE_GPU || d->kind == FL_DEVICE_UNIFIED;
		if (!kin || d->memory_bytes == 0 || (n->device && n->device->memory_bytes <= d->memory_bytes) ||
		    !fits(model, &other, want))
			continue;
		n->device = d;
		n->device_key = devices->name[i];
	}
}

struct fl_fit_nearest fl_fit_nearest(const struct fl_fit_model *model, const struct fl_fit_machine *m,
                                     const struct fl_fit_want *want, const struct fl_list *devices)
{
	static const int64_t counts[] = {2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
	struct fl_fit_nearest n = {0};
	struct fl_fit now = fl_fit(model, m, want);
	struct fl_fit_want w = *want;
	struct fl_fit_machine more = *m;
	bool card = m->kind == FL_DEVICE_GPU || m->kind == FL_DEVICE_TPU;
	w.quant = model->file.total ? NULL : narrower(model, want->quant->bits);
	while (w.quant && !fits(model, m, &w))
		w.quant = narrower(model, w.quant->bits);
	n.quant = w.quant;
	n.context = FL_MAX(now.max_context, 0);
	n.sequences = now.max_sequences > 0 && now.max_sequences < want->sequences ? now.max_sequences : 0;
	w = *want;
	w.cache_bits = 8;
	n.cache_bits = want->cache_bits > 8 && fits(model, m, &w) ? 8 : 0;
	for (size_t i = 0; card && n.count == 0 && i < FL_COUNT(counts); i++) {
		more.count = counts[i];
		n.count = more.count > m->count && fits(model, &more, want) ? more.count : 0;
	}
	nearest_device(&n, model, m, want, devices);
	return n;
}

#include "fit/catalog_model.h"

static double figure(const struct fl_catalog *c, const struct fl_claims *claims)
{
	const struct fl_claim *best = fl_claim_best(c, claims);
	return best ? best->figure : 0;
}

static const struct fl_architecture *shape(const struct fl_catalog_model *m)
{
	return m->architecture.node ? &m->architecture : NULL;
}

struct fl_fit_model fl_fit_model_of(const struct fl_catalog *c, const struct fl_catalog_model *m)
{
	const struct fl_catalog_model *all = c->models.p;
	struct fl_fit_model out = {.id = m->id, .architecture = shape(m)};
	out.parameters =
	    fl_parameters_of(out.architecture, figure(c, &m->total_params_b), figure(c, &m->active_params_b));
	int64_t claimed = fl_claim_number(c, &m->context, 0);
	out.context_most =
	    out.architecture && out.architecture->context_most ? out.architecture->context_most : claimed;
	for (size_t i = 0; !out.architecture && i < c->models.n; i++)
		if (shape(&all[i]))
			fl_fit_add_peer(&out, &all[i].architecture);
	return out;
}

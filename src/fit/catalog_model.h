/*
 * catalog_model.h - a model of the catalogue as one whose fit is asked for.
 *
 * Ownership: points into the catalogue. Threads: pure. Limits: none of its own. Failure: none; a model of unknown size has
 * parameters.total_b 0.
 */
#ifndef FL_CATALOG_MODEL_H
#define FL_CATALOG_MODEL_H

#include "catalog/catalog.h"
#include "fit/fit.h"

/* Its shape and size; without a shape, the shapes of models of like size stand in for its cache. */
struct fl_fit_model fl_fit_model_of(const struct fl_catalog *c, const struct fl_catalog_model *m);

#endif

/*
 * shapes.h - architectures and devices for tests, written as the catalogue writes them.
 *
 * Ownership: what is read lives in the arena given. Threads: one at a time. Failure: the test fails.
 */
#ifndef FL_TEST_SHAPES_H
#define FL_TEST_SHAPES_H

#include "test.h"

#include "fit/fit.h"

struct shape {
	const char *id, *yaml;
	int64_t kv_per_token; /* at 16 bit, once windows are full */
	int64_t kv_constant;  /* what windows hold beside */
	int64_t naive;        /* 0 = not computable from widths */
	double computed_b;    /* parameters by the widths; 0 = cannot be told */
};
extern const struct shape shapes[];
extern const size_t shape_count;

/* Reads a section of YAML through a table. */
void read_section(const struct fl_table *table, const char *yaml, void *to, struct fl_arena *a);
/* The shape of that id. */
const struct fl_architecture *shape_of(const char *id, struct fl_arena *a);
/* It as a model that is asked for. */
struct fl_fit_model model_of(const char *id, struct fl_arena *a);
/* A card of so many GB and GB/s. */
struct fl_fit_machine card(int64_t count, double memory_gb, double bandwidth_gb_s, double tflops);
struct fl_fit_want want(const char *quant, int64_t context);

#endif

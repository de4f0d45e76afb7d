/*
 * fuzz_gguf_model.c - whatever metadata say, the shape is one that can be computed with: layers within bounds, sizes that
 * never shrink with the context, answers that hold together.
 */
#include "fit/gguf_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct fl_gguf_model *m, uint64_t bytes)
{
	m->quant = (struct fl_quant){.name = "x", .aliases = "", .bits = 4, .width = 16, .block = 256};
	m->weights = (struct fl_weight_bytes){.total = (int64_t)bytes + 1};
	struct fl_fit_model model = fl_gguf_fit_model(m);
	struct fl_fit_machine card = {.kind = FL_DEVICE_GPU,
	                              .count = 2,
	                              .memory_bytes = 24000000000,
	                              .bandwidth = {1e12, 1e12, true},
	                              .bf16_tflops = 100};
	struct fl_fit_want want = {.quant = &m->quant, .context = 8192, .sequences = 3, .cache_bits = 16};
	struct fl_fit fit = fl_fit(&model, &card, &want);
	FL_ASSERT(fit.total.low >= fit.weights.total && fit.max_context >= 0 && fit.max_sequences >= 0);
	FL_ASSERT(fit.fits != FL_FIT_YES || (fit.total.low <= fit.available_bytes && fit.max_sequences >= 3));
	FL_ASSERT(!fit.decode.known || fit.decode.low <= fit.decode.high);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fl_arena a;
	struct fl_gguf g;
	struct fl_gguf_model m = {0};
	struct fl_err e = {0};
	fl_arena_init(&a);
	if (fl_gguf_parse(&g, &a, (struct fl_str){(const char *)data, size}, size * 64, &e) == FL_OK &&
	    fl_gguf_shape(&g, &m.shape, &m.windows_unknown, &a, &e) == FL_OK) {
		int64_t before = 0;
		for (int64_t tokens = 1; tokens <= FL_FIT_CONTEXT; tokens *= 10) {
			int64_t bytes = fl_cache_bytes(&m.shape, tokens, 16);
			FL_ASSERT(bytes >= before && bytes <= FL_FIT_BYTES_MOST);
			before = bytes;
		}
		FL_ASSERT(fl_parameters_b(&m.shape) >= 0);
		ask(&m, g.tensor_bytes);
	}
	fl_arena_release(&a);
	return 0;
}

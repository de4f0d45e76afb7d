/*
 * fuzz_gguf.c - whatever the header says, tensors lie inside the file and apart, and every prefix of what is read asks for
 * more or fails in the same way.
 */
#include "codec/gguf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fl_arena a;
	struct fl_gguf g, again;
	struct fl_err e = {0};
	uint64_t n, sum = 0, file = size * 16;
	struct fl_str head = {(const char *)data, size};
	fl_arena_init(&a);
	enum fl_code code = fl_gguf_parse(&g, &a, head, file, &e);
	FL_ASSERT(code == FL_OK || (e.code == code && e.message[0]));
	if (code == FL_OK) {
		for (size_t i = 0; i < g.tensors; i++) {
			const struct fl_gguf_tensor *t = &g.tensor[i];
			FL_ASSERT(t->bytes > 0 && g.data_offset + t->offset + t->bytes <= file);
			sum += t->bytes;
		}
		FL_ASSERT(sum == g.tensor_bytes && sum <= file);
		for (size_t i = 0; i < g.entries; i++) {
			fl_gguf_u64(&g.entry[i].value, &n);
			for (uint64_t k = 0; k < 9; k++)
				fl_gguf_item_u64(&g.entry[i].value, k, &n);
		}
		FL_ASSERT(fl_gguf_parse(&again, &a, fl_str_sub(head, 0, 23), file, &e) == FL_E_TRUNCATED || size < 24);
	}
	fl_arena_release(&a);
	return 0;
}

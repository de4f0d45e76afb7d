#include "shapes.h"

/* From the makers' configuration files; sizes of the cache at 16 bit. */
const struct shape shapes[] = {
    {"llama-3.1-8b",
     "{layers: [{kind: full, count: 32, kv_heads: 8, head_dim: 128}], hidden: 4096, heads: 32, "
     "head_dim: 128, kv_heads: 8, vocab: 128256, ff: 14336, total_b: 8.03, context_most: 131072, "
     "native: bf16}",
     131072, 0, 131072, 8.03},
    {"llama-3.3-70b",
     "{layers: [{kind: full, count: 80, kv_heads: 8, head_dim: 128}], hidden: 8192, heads: 64, "
     "head_dim: 128, kv_heads: 8, vocab: 128256, ff: 28672, total_b: 70.55, context_most: 131072, "
     "native: bf16}",
     327680, 0, 327680, 70.55},
    {"llama-3.1-405b",
     "{layers: [{kind: full, count: 126, kv_heads: 8, head_dim: 128}], hidden: 16384, heads: 128, "
     "head_dim: 128, kv_heads: 8, vocab: 128256, ff: 53248, total_b: 405.85, context_most: 131072, "
     "native: bf16}",
     516096, 0, 516096, 405.85},
    {"llama-4-scout",
     "{"
     "layers: [{kind: full, count: 12, kv_heads: 8, head_dim: 128}, {kind: chunk, count: 36, kv_heads: 8, head_dim: "
     "128, window: 8192}], "
     "hidden: 5120, heads: 40, head_dim: 128, kv_heads: 8, vocab: 202048, experts: 16, "
     "experts_active: 1, expert_ff: 8192, experts_shared: 1, total_b: 109, active_b: 17, "
     "context_most: 10485760, native: bf16}",
     49152, 1207959552, 196608, 107.8},
    {"mixtral-8x7b",
     "{layers: [{kind: full, count: 32, kv_heads: 8, head_dim: 128}], hidden: 4096, heads: 32, "
     "head_dim: 128, kv_heads: 8, vocab: 32000, experts: 8, experts_active: 2, expert_ff: 14336, "
     "total_b: 46.7, active_b: 12.9, context_most: 32768, native: bf16}",
     131072, 0, 131072, 46.7},
    {"mixtral-8x22b",
     "{layers: [{kind: full, count: 56, kv_heads: 8, head_dim: 128}], hidden: 6144, heads: 48, "
     "head_dim: 128, kv_heads: 8, vocab: 32000, experts: 8, experts_active: 2, expert_ff: 16384, "
     "total_b: 140.62, active_b: 39, context_most: 65536, native: bf16}",
     229376, 0, 229376, 140.62},
    {"qwen3-8b",
     "{layers: [{kind: full, count: 36, kv_heads: 8, head_dim: 128}], hidden: 4096, heads: 32, "
     "head_dim: 128, kv_heads: 8, vocab: 151936, ff: 12288, total_b: 8.19, context_most: 40960, "
     "native: bf16}",
     147456, 0, 147456, 8.19},
    {"qwen3-30b-a3b",
     "{layers: [{kind: full, count: 48, kv_heads: 4, head_dim: 128}], hidden: 2048, heads: 32, "
     "head_dim: 128, kv_heads: 4, vocab: 151936, experts: 128, experts_active: 8, expert_ff: 768, "
     "total_b: 30.53, active_b: 3.3, context_most: 40960, native: bf16}",
     98304, 0, 98304, 30.53},
    {"qwen3-235b-a22b",
     "{layers: [{kind: full, count: 94, kv_heads: 4, head_dim: 128}], hidden: 4096, heads: 64, "
     "head_dim: 128, kv_heads: 4, vocab: 151936, experts: 128, experts_active: 8, expert_ff: 1536, "
     "total_b: 235.09, active_b: 22, context_most: 40960, native: bf16}",
     192512, 0, 192512, 235.09},
    {"qwen3.5-27b",
     "{layers: [{kind: full, count: 16, kv_heads: 4, head_dim: 256}, {kind: linear, count: 48}], "
     "hidden: 5120, heads: 24, head_dim: 256, kv_heads: 4, vocab: 248320, ff: 17408, total_b: 27, "
     "context_most: 262144, native: bf16}",
     65536, 0, 262144, 0},
    {"deepseek-r1",
     "{layers: [{kind: mla, count: 61, rank: 512, rope: 64}], hidden: 7168, heads: 128, "
     "vocab: 129280, experts: 256, experts_active: 8, ff: 18432, expert_ff: 2048, experts_shared: 1, "
     "dense_layers: 3, q_rank: 1536, nope_dim: 128, value_dim: 128, total_b: 671.03, active_b: 37, "
     "context_most: 163840, native: fp8}",
     70272, 0, 0, 671.03},
    {"deepseek-v3.2",
     "{layers: [{kind: mla, count: 61, rank: 512, rope: 64, extra_bytes: 128}], hidden: 7168, "
     "heads: 128, vocab: 129280, experts: 256, experts_active: 8, ff: 18432, expert_ff: 2048, "
     "experts_shared: 1, dense_layers: 3, q_rank: 1536, nope_dim: 128, value_dim: 128, total_b: 671, "
     "active_b: 37, context_most: 163840, native: fp8}",
     78080, 0, 0, 0},
    {"deepseek-v4-flash",
     "{"
     "layers: [{kind: compressed, count: 21, kv_heads: 1, head_dim: 512, window: 128, ratio: 4, shared_kv: true}, "
     "{kind: compressed, count: 20, kv_heads: 1, head_dim: 512, window: 128, ratio: 128, shared_kv: true}, {kind: "
     "window, count: 2, kv_heads: 1, head_dim: 512, window: 128, shared_kv: true}], "
     "hidden: 4096, heads: 64, head_dim: 512, kv_heads: 1, vocab: 129280, experts: 256, "
     "experts_active: 6, total_b: 284, active_b: 13, context_most: 1048576, native: mxfp4-fp8}",
     5536, 5636096, 88064, 0},
    {"deepseek-v4-pro",
     "{"
     "layers: [{kind: compressed, count: 30, kv_heads: 1, head_dim: 512, window: 128, ratio: 4, shared_kv: true}, "
     "{kind: compressed, count: 31, kv_heads: 1, head_dim: 512, window: 128, ratio: 128, shared_kv: true}], "
     "hidden: 7168, heads: 128, head_dim: 512, kv_heads: 1, vocab: 129280, experts: 384, "
     "experts_active: 6, total_b: 1600, active_b: 49, context_most: 1048576, native: mxfp4-fp8}",
     7928, 7995392, 124928, 0},
    {"kimi-k2",
     "{layers: [{kind: mla, count: 61, rank: 512, rope: 64}], hidden: 7168, heads: 64, "
     "vocab: 163840, experts: 384, experts_active: 8, ff: 18432, expert_ff: 2048, experts_shared: 1, "
     "dense_layers: 1, q_rank: 1536, nope_dim: 128, value_dim: 128, total_b: 1026.41, active_b: 32, "
     "context_most: 131072, native: fp8}",
     70272, 0, 0, 1026.41},
    {"glm-5",
     "{layers: [{kind: mla, count: 78, rank: 512, rope: 64}], hidden: 6144, heads: 64, "
     "vocab: 154880, experts: 256, experts_active: 8, ff: 12288, expert_ff: 2048, experts_shared: 1, "
     "dense_layers: 3, q_rank: 2048, nope_dim: 192, value_dim: 256, total_b: 743.18, active_b: 40, "
     "context_most: 202752, native: bf16}",
     89856, 0, 0, 743.18},
    {"minimax-m2.5",
     "{layers: [{kind: full, count: 62, kv_heads: 8, head_dim: 128}], hidden: 3072, heads: 48, "
     "head_dim: 128, kv_heads: 8, vocab: 200064, experts: 256, experts_active: 8, expert_ff: 1536, "
     "total_b: 228.69, active_b: 10, context_most: 196608, native: fp8}",
     253952, 0, 253952, 228.69},
    {"gpt-oss-20b",
     "{"
     "layers: [{kind: full, count: 12, kv_heads: 8, head_dim: 64}, {kind: window, count: 12, kv_heads: 8, head_dim: "
     "64, window: 128}], "
     "hidden: 2880, heads: 64, head_dim: 64, kv_heads: 8, vocab: 201088, experts: 32, "
     "experts_active: 4, expert_ff: 2880, total_b: 20.91, active_b: 3.6, context_most: 131072, "
     "native: mxfp4}",
     24576, 3145728, 49152, 20.91},
    {"gpt-oss-120b",
     "{"
     "layers: [{kind: full, count: 18, kv_heads: 8, head_dim: 64}, {kind: window, count: 18, kv_heads: 8, head_dim: "
     "64, window: 128}], "
     "hidden: 2880, heads: 64, head_dim: 64, kv_heads: 8, vocab: 201088, experts: 128, "
     "experts_active: 4, expert_ff: 2880, total_b: 116.79, active_b: 5.1, context_most: 131072, "
     "native: mxfp4}",
     36864, 4718592, 73728, 116.79},
    {"gemma-4-31b",
     "{"
     "layers: [{kind: full, count: 10, kv_heads: 4, head_dim: 512}, {kind: window, count: 50, kv_heads: 16, head_dim: "
     "256, window: 1024}], "
     "hidden: 5376, heads: 32, head_dim: 256, kv_heads: 16, vocab: 262144, tied: true, total_b: 31, "
     "context_most: 262144, native: bf16}",
     81920, 838860800, 983040, 0},
    {"gemma-3-27b",
     "{"
     "layers: [{kind: full, count: 10, kv_heads: 16, head_dim: 128}, {kind: window, count: 52, kv_heads: 16, head_dim: "
     "128, window: 1024}], "
     "hidden: 5376, heads: 32, head_dim: 128, kv_heads: 16, vocab: 262208, ff: 21504, tied: true, "
     "total_b: 27.4, context_most: 131072, native: bf16}",
     81920, 436207616, 507904, 0},
    {"kimi-k3",
     "{layers: [{kind: mla, count: 24, rank: 512, rope: 64}, {kind: linear, count: 69}], "
     "hidden: 7168, heads: 96, vocab: 163840, experts: 896, experts_active: 16, experts_shared: 2, "
     "total_b: 2800, context_most: 1048576, native: mxfp4}",
     27648, 0, 0, 0},
};
const size_t shape_count = FL_COUNT(shapes);

void read_section(const struct fl_table *table, const char *yaml, void *to, struct fl_arena *a)
{
	const struct fl_yaml *root;
	struct fl_err e = {0};
	assert_ok(fl_yaml_parse(&root, a, fl_str_from(yaml), "test.yaml", &e), &e);
	assert_ok(fl_schema_read(table, root, to, a, &e), &e);
}

const struct fl_architecture *shape_of(const char *id, struct fl_arena *a)
{
	struct fl_architecture *shape = FL_NEW(a, struct fl_architecture);
	for (size_t i = 0; i < shape_count; i++)
		if (strcmp(shapes[i].id, id) == 0)
			read_section(&fl_architecture_table, shapes[i].yaml, shape, a);
	assert_non_null(shape->node);
	return shape;
}

struct fl_fit_model model_of(const char *id, struct fl_arena *a)
{
	const struct fl_architecture *shape = shape_of(id, a);
	return (struct fl_fit_model){.id = fl_str_from(id),
	                             .architecture = shape,
	                             .parameters = fl_parameters_of(shape, 0, 0),
	                             .context_most = shape->context_most};
}

struct fl_fit_machine card(int64_t count, double memory_gb, double bandwidth_gb_s, double tflops)
{
	return (struct fl_fit_machine){
	    .kind = FL_DEVICE_GPU,
	    .count = count,
	    .memory_bytes = (int64_t)(memory_gb * 1e9),
	    .bandwidth = {bandwidth_gb_s * 1e9, bandwidth_gb_s * 1e9, bandwidth_gb_s > 0},
	    .bf16_tflops = tflops,
	};
}

struct fl_fit_want want(const char *quant, int64_t context)
{
	const struct fl_quant *q = fl_quant_find(fl_str_from(quant));
	assert_non_null(q);
	return (struct fl_fit_want){.quant = q, .context = context, .sequences = 1, .cache_bits = 16};
}

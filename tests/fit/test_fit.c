/* What runs on which hardware: published configurations, worked numbers, and laws over random models and machines. */
#include "shapes.h"

#include "base/rng.h"

#define assert_near(a, b, within)                                                                                      \
	do {                                                                                                           \
		double a_ = (a), b_ = (b);                                                                             \
		if (!(a_ >= b_ - (within) && a_ <= b_ + (within)))                                                     \
			fail_msg("got %.6g, want %.6g", a_, b_);                                                       \
	} while (0)

static int setup(void **state)
{
	static struct fl_arena a;
	fl_arena_init(&a);
	*state = &a;
	return 0;
}

static int teardown(void **state)
{
	fl_arena_release(*state);
	return 0;
}

/* --- cache -------------------------------------------------------------------------------------------------------- */

static void the_cache_of_every_published_shape_is_that_of_its_layers(void **state)
{
	for (size_t i = 0; i < shape_count; i++) {
		const struct fl_architecture *a = shape_of(shapes[i].id, *state);
		int64_t tokens = 131072;
		assert_int_equal(fl_cache_bytes_per_token(a, 16), shapes[i].kv_per_token);
		assert_int_equal(fl_cache_bytes(a, tokens, 16),
		                 shapes[i].kv_per_token * tokens + shapes[i].kv_constant);
	}
}

static void a_naive_count_takes_every_layer_for_full_attention(void **state)
{
	for (size_t i = 0; i < shape_count; i++)
		assert_int_equal(fl_cache_naive_bytes_per_token(shape_of(shapes[i].id, *state), 16), shapes[i].naive);
	const struct fl_architecture *gemma = shape_of("gemma-3-27b", *state);
	assert_int_equal(fl_cache_naive_bytes_per_token(gemma, 16) / fl_cache_bytes_per_token(gemma, 16), 6);
	const struct fl_architecture *scout = shape_of("llama-4-scout", *state);
	assert_int_equal(fl_cache_naive_bytes_per_token(scout, 16) / fl_cache_bytes_per_token(scout, 16), 4);
	const struct fl_architecture *flash = shape_of("deepseek-v4-flash", *state);
	assert_in_range(fl_cache_naive_bytes_per_token(flash, 16) / fl_cache_bytes_per_token(flash, 16), 15, 16);
}

static void worked_caches_come_out_to_the_byte(void **state)
{
	assert_int_equal(fl_cache_bytes(shape_of("gemma-3-27b", *state), 32768, 16), 3120562176);
	assert_int_equal(fl_cache_bytes(shape_of("gpt-oss-120b", *state), 131072, 16), 4836556800);
	assert_int_equal(fl_cache_bytes(shape_of("llama-3.3-70b", *state), 131072, 16), INT64_C(40) << 30);
	assert_int_equal(fl_cache_bytes(shape_of("deepseek-r1", *state), 1, 16), 70272);
	struct fl_architecture llama2;
	read_section(&fl_architecture_table, "{layers: [{kind: full, count: 32, kv_heads: 32, head_dim: 128}]}",
	             &llama2, *state);
	assert_int_equal(fl_cache_bytes_per_token(&llama2, 16), 524288);
	read_section(&fl_architecture_table, "{layers: [{kind: full, count: 61, kv_heads: 128, head_dim: 128}]}",
	             &llama2, *state);
	assert_int_equal(fl_cache_bytes_per_token(&llama2, 16), 3997696);
}

static void eight_bit_halves_the_cache(void **state)
{
	for (size_t i = 0; i < shape_count; i++) {
		const struct fl_architecture *a = shape_of(shapes[i].id, *state);
		bool index_keys = strcmp(shapes[i].id, "deepseek-v3.2") == 0; /* they are at 8 bit already */
		int64_t kept = index_keys ? 61 * 128 * INT64_C(4096) : 0;
		assert_int_equal(2 * (fl_cache_bytes(a, 4096, 8) - kept), fl_cache_bytes(a, 4096, 16) - kept);
	}
}

static void a_stated_cache_replaces_the_derived_one(void **state)
{
	struct fl_architecture a;
	read_section(&fl_architecture_table,
	             "{layers: [{kind: full, count: 9, kv_heads: 9, head_dim: 9}], kv_bytes_per_token: 1000, "
	             "kv_constant_bytes: 500}",
	             &a, *state);
	assert_int_equal(fl_cache_bytes(&a, 10, 16), 10500);
	assert_int_equal(fl_cache_bytes(&a, 10, 8), 5250);
}

static void sizes_saturate_where_they_would_wrap(void **state)
{
	struct fl_architecture a;
	read_section(&fl_architecture_table,
	             "{layers: [{kind: full, count: 4096, kv_heads: 16777216, head_dim: 16777216}]}", &a, *state);
	assert_int_equal(fl_cache_bytes(&a, FL_FIT_CONTEXT, 16), FL_FIT_BYTES_MOST);
	struct fl_fit_model m = {.architecture = &a, .parameters = fl_parameters_of(&a, 1e6, 0)};
	struct fl_fit_machine c = card(FL_FIT_DEVICES, 1e6, 1, 1);
	struct fl_fit_want w = want("f16", FL_FIT_CONTEXT);
	w.sequences = FL_FIT_SEQUENCES;
	assert_int_equal(fl_fit(&m, &c, &w).fits, FL_FIT_NO);
}

/* --- weights ------------------------------------------------------------------------------------------------------ */

static void parameters_follow_from_the_widths(void **state)
{
	for (size_t i = 0; i < shape_count; i++) {
		double b = fl_parameters_b(shape_of(shapes[i].id, *state));
		if (shapes[i].computed_b > 0)
			assert_true(b > shapes[i].computed_b * 0.999 && b < shapes[i].computed_b * 1.001);
	}
	assert_true(fl_parameters_b(shape_of("qwen3.5-27b", *state)) == 0); /* linear layers tell no widths */
	assert_true(fl_parameters_b(shape_of("deepseek-v4-pro", *state)) == 0);
}

static int64_t bytes_of(double total_b, const char *quant)
{
	struct fl_parameters p = fl_parameters_of(NULL, total_b, 0);
	return fl_weight_bytes(&p, fl_quant_find(fl_str_from(quant))).total;
}

/* bytes, in units of 10 MB, rounded. */
static int64_t cgb(int64_t bytes)
{
	return (bytes + 5000000) / 10000000;
}

static void worked_weights_come_out(void **state)
{
	(void)state;
	assert_int_equal(bytes_of(70.55, "f16"), 141100000000);
	assert_int_equal(bytes_of(70.55, "fp8"), 70550000000);
	assert_int_equal(cgb(bytes_of(70.55, "q4_0")), 3968);
	assert_int_equal(cgb(bytes_of(70.55, "q4_k_m")), 4312);
	assert_int_equal(cgb(bytes_of(70.55, "mxfp4")), 3748);
	assert_int_equal(cgb(bytes_of(8.03, "f16")), 1606);
	assert_int_equal(cgb(bytes_of(8.03, "fp8")), 803);
	assert_int_equal(cgb(bytes_of(8.03, "q4_0")), 452);
}

static void bits_of_every_format_are_those_that_were_measured(void **state)
{
	static const struct {
		const char *name;
		double bits;
	} rows[] = {{"Q2_K", 3.16},   {"IQ3_XXS", 3.25}, {"Q3_K_S", 3.64}, {"Q3_K_L", 4.30}, {"IQ4_XS", 4.46},
	            {"Q4_K_S", 4.67}, {"IQ4_NL", 4.68},  {"Q4_K_M", 4.89}, {"Q5_K_S", 5.57}, {"Q5_K_M", 5.70},
	            {"Q6_K", 6.56},   {"Q8_0", 8.50},    {"F16", 16},      {"IQ1_S", 2.00},  {"IQ2_XXS", 2.38},
	            {"IQ2_M", 2.93},  {"MXFP4", 4.25},   {"NVFP4", 4.5},   {"AWQ", 4.25},    {"GPTQ", 4.25},
	            {"FP8", 8},       {"Q2_K_S", 2.97},  {"bf16", 16},     {"q4-k-m", 4.89}};
	(void)state;
	for (size_t i = 0; i < FL_COUNT(rows); i++) {
		const struct fl_quant *q = fl_quant_find(fl_str_from(rows[i].name));
		assert_non_null(q);
		assert_true(q->bits == rows[i].bits);
	}
	assert_null(fl_quant_find(FL_S("q5_k_x")));
	assert_null(fl_quant_find(FL_S("")));
	assert_null(fl_quant_find(FL_S("a name that is far longer than any format's")));
	assert_string_equal(fl_quant_near(FL_S("q5_k_x")), "q5_k_m");
	for (size_t i = 1; i < fl_quant_count; i++)
		assert_true(fl_quants[i].bits <= fl_quants[i - 1].bits);
}

static int64_t weights_of(const char *id, const char *quant, int64_t *experts, void **state)
{
	struct fl_fit_model m = model_of(id, *state);
	struct fl_weight_bytes w = fl_weight_bytes(&m.parameters, fl_quant_find(fl_str_from(quant)));
	*experts = w.experts;
	return w.total;
}

static void experts_may_stand_in_a_narrower_format_than_the_rest(void **state)
{
	int64_t experts;
	int64_t total = weights_of("gpt-oss-120b", "mxfp4", &experts, state);
	assert_in_range(total, 65150000000, 65250000000);
	assert_in_range(experts, 60850000000, 60950000000);
	assert_in_range(total - experts, 4200000000, 4340000000);
	total = weights_of("gpt-oss-20b", "mxfp4", &experts, state);
	assert_in_range(total, 13740000000, 13760000000);
	total = weights_of("kimi-k2", "fp8", &experts, state);
	assert_in_range(total, 1026000000000, 1027000000000);
	total = weights_of("kimi-k2", "int4", &experts, state);
	assert_in_range(total, 561000000000, 563000000000);
}

static void experts_are_found_from_total_and_active_parameters(void **state)
{
	struct fl_fit_model flash = model_of("deepseek-v4-flash", *state);
	assert_true(flash.parameters.expert_b > 277 &&
	            flash.parameters.expert_b < 278); /* 43 x 256 x 3 x 4096 x 2048 = 277 */
	struct fl_parameters p = fl_parameters_of(NULL, 30.5, 3.3);
	assert_true(p.mixture && p.experts == 0 && p.expert_b > 0);
	p = fl_parameters_of(NULL, 27.4, 27.4);
	assert_true(!p.mixture && p.active_b == 27.4 && p.expert_b == 0);
	p = fl_parameters_of(NULL, 0, 0);
	assert_true(p.total_b == 0);
}

static void a_batch_touches_the_experts_that_chance_tells(void **state)
{
	static const double rows[][4] = {{8, 2, 1, 2},   {8, 2, 4, 5.47},   {8, 2, 16, 7.92},
	                                 {128, 8, 1, 8}, {128, 8, 8, 51.6}, {128, 8, 64, 125.9}};
	(void)state;
	for (size_t i = 0; i < FL_COUNT(rows); i++)
		assert_near(fl_experts_touched(rows[i][0], rows[i][1], rows[i][2]), rows[i][3],
		            rows[i][0] == 8 ? 0.005 : 0.06);
}

/* --- speed -------------------------------------------------------------------------------------------------------- */

static double decode(double bandwidth, double efficiency, double read, double cache, double batch)
{
	struct fl_speed_in in = {.devices = 1, .batch = batch, .shared_bytes = read, .cache_bytes = cache};
	return fl_decode_at(&in, bandwidth * efficiency);
}

static void worked_speeds_come_out(void **state)
{
	(void)state;
	assert_near(decode(3.35e12, 0.7, 16.06e9, 131072.0 * 2048, 1), 143.6, 0.05);
	assert_near(decode(3.35e12, 0.7, 16.06e9, 131072.0 * 2048, 64), 4515, 0.5);
	assert_near(decode(3.35e12, 0.6, 70.55e9 * 4.5 / 8, 327680.0 * 4096, 1), 49.0, 0.05);
	assert_near(decode(1.008e12, 0.7, 8.03e9 * 4.5 / 8, 131072.0 * 2048, 1), 147.5, 0.05);
	assert_near(decode(3.35e12, 0.5, 6.6e9, 98304.0 * 2048, 1), 246.3, 0.05);
	assert_near(fl_compute_bound_batch(989, 3.35e12, 2), 295, 0.5);
	struct fl_speed_in in = {.tflops = 989 * 0.5 / FL_PREFILL_LEAST, .devices = 1, .active_b = 8.03};
	struct fl_span prefill = fl_prefill_speed(&in);
	assert_near(prefill.low, 30791, 0.5);
	assert_near(8192 / prefill.low, 0.266, 0.0005);
}

static void ceilings_of_one_stream_are_bandwidth_over_weights(void **state)
{
	double weights = 8.03e9 * 4.89 / 8;
	(void)state;
	assert_near(decode(1008e9, 1, weights, 0, 1), 205, 0.5);
	assert_near(decode(546e9, 1, weights, 0, 1), 111, 0.5);
	assert_near(decode(90e9, 1, weights, 0, 1), 18, 0.5);
}

static void a_large_batch_is_bound_by_arithmetic(void **state)
{
	struct fl_fit_model m = model_of("llama-3.1-8b", *state);
	struct fl_fit_machine h100 = card(1, 80, 3350, 989);
	struct fl_fit_want w = want("f16", 32);
	w.sequences = 100;
	assert_int_equal(fl_fit(&m, &h100, &w).limit, FL_LIMIT_BANDWIDTH);
	w.sequences = 400;
	assert_int_equal(fl_fit(&m, &h100, &w).limit, FL_LIMIT_COMPUTE);
}

/* --- the whole answer --------------------------------------------------------------------------------------------- */

static struct fl_fit ask(const char *id, const char *quant, int64_t context, struct fl_fit_machine machine,
                         void **state)
{
	struct fl_fit_model m = model_of(id, *state);
	struct fl_fit_want w = want(quant, context);
	return fl_fit(&m, &machine, &w);
}

static void a_70b_at_four_bits_needs_more_than_two_cards_of_24_gb(void **state)
{
	struct fl_fit fit = ask("llama-3.3-70b", "q4_k_m", 8192, card(2, 24, 1008, 165), state);
	assert_int_equal(cgb(fit.weights.total), 4312);
	assert_int_equal(cgb(fit.cache.low), 268);
	assert_int_equal(fit.available_bytes, 43200000000);
	assert_int_equal(fit.fits, FL_FIT_NO);
	assert_int_equal(fit.limit, FL_LIMIT_MEMORY);
	assert_int_equal(ask("llama-3.3-70b", "q4_k_m", 8192, card(1, 80, 3350, 989), state).fits, FL_FIT_YES);
}

static void gpt_oss_120b_with_its_whole_context_runs_on_one_card_of_80_gb(void **state)
{
	struct fl_fit fit = ask("gpt-oss-120b", "mxfp4", 131072, card(1, 80, 3350, 989), state);
	assert_int_equal(fit.fits, FL_FIT_YES);
	assert_int_equal(fit.cache.low, 4836556800);
	assert_int_equal(fit.max_context, 131072);
}

static void gpt_oss_20b_runs_on_16_gb_with_a_short_context_only(void **state)
{
	struct fl_fit fit = ask("gpt-oss-20b", "mxfp4", 4096, card(1, 16, 960, 0), state);
	assert_int_equal(fit.fits, FL_FIT_YES);
	assert_in_range(fit.max_context, 4096, 32768);
	assert_false(fit.prefill.known);
	assert_true(fit.notes & FL_FIT_NO_FLOPS);
	assert_int_equal(ask("gpt-oss-20b", "mxfp4", 131072, card(1, 16, 960, 0), state).fits, FL_FIT_NO);
}

static void gemma_3_27b_runs_on_24_gb_where_a_naive_count_says_33(void **state)
{
	struct fl_fit fit = ask("gemma-3-27b", "q4_k_m", 32768, card(1, 24, 1008, 165), state);
	const struct fl_architecture *a = shape_of("gemma-3-27b", *state);
	assert_int_equal(fit.fits, FL_FIT_YES);
	assert_in_range(fit.weights.total + fit.cache.low, 19800000000, 19950000000);
	int64_t naive = fit.weights.total + fl_cache_naive_bytes_per_token(a, 16) * 32768;
	assert_in_range(naive, 33000000000, 33500000000);
}

static void models_of_a_thousand_billion_need_racks(void **state)
{
	assert_int_equal(ask("kimi-k2", "fp8", 8192, card(8, 141, 4800, 989), state).fits, FL_FIT_NO);
	assert_int_equal(ask("kimi-k2", "fp8", 8192, card(8, 141, 4800, 989), state).available_bytes, 1015200000000);
	assert_int_equal(ask("kimi-k2", "fp8", 8192, card(16, 80, 3350, 989), state).fits, FL_FIT_YES);
	assert_int_equal(ask("deepseek-r1", "fp8", 8192, card(8, 141, 4800, 989), state).fits, FL_FIT_YES);
	assert_int_equal(ask("deepseek-r1", "fp8", 8192, card(8, 80, 3350, 989), state).fits, FL_FIT_NO);
}

static void fifty_two_sequences_fit_beside_an_8b_model(void **state)
{
	assert_int_equal(fl_fit_sequences(72000000000, 16060000000, INT64_C(131072) * 8192), 52);
	assert_int_equal(fl_fit_sequences(10, 10, 1), 0);
	struct fl_fit fit = ask("llama-3.1-8b", "f16", 8192, card(1, 80, 3350, 989), state);
	assert_int_equal(fit.max_sequences, 52);
}

static void overhead_is_the_sum_of_its_terms_and_bounded(void **state)
{
	struct fl_fit one = ask("llama-3.1-8b", "f16", 8192, card(1, 80, 3350, 989), state);
	struct fl_fit eight = ask("llama-3.1-8b", "f16", 8192, card(8, 80, 3350, 989), state);
	assert_int_equal(one.overhead.low, one.runtime_bytes + one.links_bytes + one.buffer_bytes);
	assert_int_equal(one.links_bytes, 0);
	assert_int_equal(eight.links_bytes, 8 * INT64_C(350000000));
	assert_true(one.overhead.high <= FL_FIT_OVERHEAD_MOST && eight.overhead.high <= 8 * FL_FIT_OVERHEAD_MOST);
	assert_int_equal(one.total.low, one.weights.total + one.cache.low + one.overhead.low);
}

static void more_context_than_a_model_takes_does_not_fit(void **state)
{
	struct fl_fit fit = ask("qwen3-8b", "f16", 50000, card(1, 80, 3350, 989), state);
	assert_int_equal(fit.fits, FL_FIT_NO);
	assert_int_equal(fit.limit, FL_LIMIT_CONTEXT);
	assert_true(fit.notes & FL_FIT_OVER_CONTEXT);
	assert_int_equal(fit.max_context, 40960);
}

static void a_device_leaves_to_models_what_it_says(void **state)
{
	struct fl_device d;
	read_section(&fl_device_table,
	             "{name: Phone, kind: phone, memory: 8 GB, usable: 4 GB, usable_basis: half, bandwidth: 51.2 GB/s}",
	             &d, *state);
	struct fl_fit_machine phone = fl_fit_machine_of(&d, 1);
	assert_int_equal(fl_fit_available(&phone), 4000000000);
	assert_str(phone.basis, "half");
	d.usable_bytes = 8000000000;
	phone = fl_fit_machine_of(&d, 1);
	assert_int_equal(fl_fit_available(&phone), 7200000000);
}

static void context_is_allotted_in_blocks_of_the_engine(void **state)
{
	(void)state;
	assert_int_equal(fl_fit_blocks(8000, fl_quant_find(FL_S("q4_k_m"))), 8192);
	assert_int_equal(fl_fit_blocks(8001, fl_quant_find(FL_S("fp8"))), 8016);
	assert_int_equal(fl_fit_blocks(8192, fl_quant_find(FL_S("q4_k_m"))), 8192);
}

/* --- what is not known -------------------------------------------------------------------------------------------- */

static void a_model_without_a_shape_gets_the_cache_of_models_of_its_size(void **state)
{
	struct fl_fit_model m = {.id = FL_S("stranger"), .parameters = fl_parameters_of(NULL, 27, 0)};
	struct fl_fit_want w = want("q4_k_m", 32768);
	struct fl_fit_machine c = card(1, 24, 1008, 165);
	struct fl_fit fit = fl_fit(&m, &c, &w);
	assert_false(fit.cache.known);
	assert_int_equal(fit.fits, FL_FIT_UNKNOWN);
	assert_true(fit.notes & FL_FIT_CACHE_UNKNOWN);
	assert_int_equal(fit.max_context, -1);
	assert_false(fit.decode.known);
	fl_fit_add_peer(&m, shape_of("gemma-3-27b", *state));
	fl_fit_add_peer(&m, shape_of("qwen3.5-27b", *state));
	fl_fit_add_peer(&m, shape_of("mixtral-8x7b", *state));
	fl_fit_add_peer(&m, shape_of("llama-3.1-405b", *state)); /* not of its size */
	assert_int_equal(m.peers, 3);
	fit = fl_fit(&m, &c, &w);
	assert_true(fit.notes & FL_FIT_CACHE_OF_PEERS);
	assert_int_equal(fit.cache.low, INT64_C(65536) * 32768);
	assert_int_equal(fit.cache.high, INT64_C(131072) * 32768);
	assert_int_equal(fit.fits, FL_FIT_YES);
	assert_true(fit.decode.known && fit.decode.low < fit.decode.high);
	c.usable_bytes = fl_fit(&m, &c, &w).total.low + 1; /* between the ends */
	assert_int_equal(fl_fit(&m, &c, &w).fits, FL_FIT_UNKNOWN);
	c.usable_bytes -= 2;
	assert_int_equal(fl_fit(&m, &c, &w).fits, FL_FIT_NO);
}

static void a_mixture_whose_active_part_is_unknown_has_no_speed(void **state)
{
	struct fl_fit fit = ask("kimi-k3", "mxfp4", 8192, card(64, 288, 8000, 2250), state);
	assert_int_equal(fit.fits, FL_FIT_YES);
	assert_false(fit.decode.known || fit.prefill.known);
	assert_true(fit.notes & FL_FIT_NO_ACTIVE);
	assert_true(fit.notes & FL_FIT_EXPERTS_UNKNOWN);
	assert_true(fit.notes & FL_FIT_STATE_UNKNOWN);
	assert_int_equal(fit.limit, FL_LIMIT_UNKNOWN);
}

/* --- what would fit ----------------------------------------------------------------------------------------------- */

static void the_nearest_change_that_fits_is_named(void **state)
{
	struct fl_fit_model m = model_of("llama-3.3-70b", *state);
	struct fl_fit_machine c = card(2, 24, 1008, 165);
	struct fl_fit_want w = want("q4_k_m", 8192);
	static struct fl_device d[3];
	static struct fl_str name[3] = {{"a", 1}, {"b", 1}, {"c", 1}};
	read_section(&fl_device_table, "{name: A, kind: gpu, memory: 80 GB}", &d[0], *state);
	read_section(&fl_device_table, "{name: B, kind: gpu, memory: 48 GB}", &d[1], *state);
	read_section(&fl_device_table, "{name: C, kind: gpu, memory: 16 GB}", &d[2], *state);
	struct fl_list devices = {.p = d, .n = 3, .name = name};
	struct fl_fit_nearest n = fl_fit_nearest(&m, &c, &w, &devices);
	assert_string_equal(n.quant->name, "q3_k_l");
	assert_int_equal(n.count, 3);
	assert_str(n.device_key, "b");
	assert_int_equal(n.cache_bits, 0);
	assert_int_equal(n.context, 0);
	w = want("q3_k_l", 65536);
	n = fl_fit_nearest(&m, &c, &w, &devices);
	assert_in_range(n.context, 256, 65536 - 256);
	w.context = n.context;
	assert_int_equal(fl_fit(&m, &c, &w).fits, FL_FIT_YES);
	w.context += 256;
	assert_int_equal(fl_fit(&m, &c, &w).fits, FL_FIT_NO);
	assert_int_equal(fl_fit_nearest(&m, &c, &w, &devices).cache_bits, 8);
}

static void the_widest_format_that_fits_starts_from_the_published_one(void **state)
{
	struct fl_fit_model oss = model_of("gpt-oss-120b", *state), llama = model_of("llama-3.1-8b", *state);
	struct fl_fit_machine h100 = card(1, 80, 3350, 989), small = card(1, 12, 500, 0), tiny = card(1, 1, 50, 0);
	struct fl_fit_want w = want("f16", 8192);
	assert_string_equal(fl_fit_widest(&oss, &h100, &w)->name, "mxfp4");
	assert_string_equal(fl_fit_widest(&llama, &h100, &w)->name, "f16");
	assert_string_equal(fl_fit_widest(&llama, &small, &w)->name, "q8_0");
	assert_null(fl_fit_widest(&llama, &tiny, &w));
	assert_null(fl_fit_widest(&oss, &small, &w)); /* published at 4 bits, not cut further */
	w = want("q8_0", 8192);
	struct fl_list none = {0};
	assert_string_equal(fl_fit_nearest(&oss, &h100, &w, &none).quant->name, "mxfp4");
}

/* --- laws --------------------------------------------------------------------------------------------------------- */

static int64_t upto(struct fl_rng *r, int64_t least, int64_t most)
{
	return least + (int64_t)fl_rng_below(r, (uint64_t)(most - least + 1));
}

static struct fl_architecture random_shape(struct fl_rng *r, struct fl_layers layers[3])
{
	for (int i = 0; i < 3; i++)
		layers[i] = (struct fl_layers){.kind = (int)upto(r, 0, FL_LAYER_LINEAR),
		                               .count = upto(r, 1, 60),
		                               .kv_heads = upto(r, 1, 64),
		                               .head_dim = 64 * upto(r, 1, 8),
		                               .window = 128 * upto(r, 1, 64),
		                               .ratio = upto(r, 1, 128),
		                               .rank = 512,
		                               .rope = 64,
		                               .state_bytes = upto(r, 0, 1000000),
		                               .shared_kv = upto(r, 0, 1)};
	return (struct fl_architecture){.layers = {.p = layers, .n = (size_t)upto(r, 1, 3)},
	                                .hidden = 4096,
	                                .vocab = 128000,
	                                .experts = upto(r, 0, 1) ? 64 : 0,
	                                .experts_active = 4,
	                                .total_b = (double)upto(r, 1, 2000),
	                                .active_b = 0.5};
}

static void more_never_needs_less(void **state)
{
	struct fl_rng r;
	(void)state;
	fl_rng_init(&r, 41);
	for (int round = 0; round < 3000; round++) {
		struct fl_layers layers[3];
		struct fl_architecture a = random_shape(&r, layers);
		struct fl_fit_model m = {.architecture = &a, .parameters = fl_parameters_of(&a, 0, 0)};
		struct fl_fit_machine c =
		    card(upto(&r, 1, 16), (double)upto(&r, 8, 300), (double)upto(&r, 50, 8000), 300);
		const struct fl_quant *q = &fl_quants[upto(&r, 0, (int64_t)fl_quant_count - 1)];
		struct fl_fit_want w = {.quant = q,
		                        .context = upto(&r, 1, 300000),
		                        .sequences = upto(&r, 1, 50),
		                        .cache_bits = upto(&r, 0, 1) ? 16 : 8};
		struct fl_fit before = fl_fit(&m, &c, &w), after;
		struct fl_fit_want x = w;
		x.context += upto(&r, 1, 5000);
		after = fl_fit(&m, &c, &x);
		assert_true(after.total.low >= before.total.low);
		assert_true(after.fits != FL_FIT_YES || before.fits == FL_FIT_YES);
		assert_true(after.max_sequences <= before.max_sequences);
		x = w;
		x.sequences++;
		after = fl_fit(&m, &c, &x);
		assert_true(after.total.low >= before.total.low && after.max_context <= before.max_context);
		struct fl_fit_machine bigger = c;
		bigger.memory_bytes += 1000000000;
		after = fl_fit(&m, &bigger, &w);
		assert_true(after.max_context >= before.max_context && after.max_sequences >= before.max_sequences);
		assert_true(before.fits != FL_FIT_YES || after.fits == FL_FIT_YES);
		if (before.fits == FL_FIT_YES) {
			assert_true(before.decode.known && before.decode.low > 0 &&
			            before.decode.low <= before.decode.high);
			assert_true(before.max_sequences >= w.sequences && before.max_context >= w.context - q->block);
		}
		x = w;
		x.cache_bits = 8;
		assert_true(fl_fit(&m, &c, &x).cache.low <= before.cache.low);
	}
}

/* --- names and units ---------------------------------------------------------------------------------------------- */

static void a_device_is_found_by_any_of_its_names(void **state)
{
	static struct fl_device d[2];
	static struct fl_str name[2] = {{"rtx-4090", 8}, {"h100-sxm", 8}}, key, near[3];
	read_section(&fl_device_table, "{name: RTX 4090, aliases: ['4090'], kind: gpu, memory: 24 GB}", &d[0], *state);
	read_section(&fl_device_table, "{name: H100 SXM, aliases: [h100, H100 80GB HBM3], kind: gpu, memory: 80 GB}",
	             &d[1], *state);
	struct fl_list list = {.p = d, .n = 2, .name = name};
	assert_ptr_equal(fl_device_find(&list, FL_S("NVIDIA GeForce RTX 4090"), &key), &d[0]);
	assert_str(key, "rtx-4090");
	assert_ptr_equal(fl_device_find(&list, FL_S("4090"), NULL), &d[0]);
	assert_ptr_equal(fl_device_find(&list, FL_S("NVIDIA H100 80GB HBM3"), NULL), &d[1]);
	assert_ptr_equal(fl_device_find(&list, FL_S("h100_sxm"), NULL), &d[1]);
	assert_null(fl_device_find(&list, FL_S("h1000"), NULL));
	assert_null(fl_device_find(&list, FL_S(""), NULL));
	assert_int_equal(fl_device_near(&list, FL_S("rtx4080"), near), 2);
	assert_str(near[0], "rtx-4090");
}

static void bandwidths_have_units(void **state)
{
	struct fl_err e = {0};
	int64_t b;
	(void)state;
	assert_ok(fl_bandwidth_read(FL_S("1008 GB/s"), false, &b, &e), &e);
	assert_int_equal(b, 1008000000000);
	assert_ok(fl_bandwidth_read(FL_S("3.35TB/s"), false, &b, &e), &e);
	assert_int_equal(b, 3350000000000);
	assert_ok(fl_bandwidth_read(FL_S("153.6"), true, &b, &e), &e);
	assert_int_equal(b, 153600000000);
	assert_int_equal(fl_bandwidth_read(FL_S("153.6"), false, &b, &e), FL_E_INVALID);
	assert_int_equal(fl_bandwidth_read(FL_S("-1 GB/s"), false, &b, &e), FL_E_INVALID);
	assert_int_equal(fl_bandwidth_read(FL_S("1e9 TB/s"), false, &b, &e), FL_E_INVALID);
}

static void a_shape_that_makes_no_sense_is_refused_at_its_place(void **state)
{
	const struct fl_yaml *root;
	struct fl_architecture a;
	struct fl_err e = {0};
	assert_ok(fl_yaml_parse(&root, *state, FL_S("layers:\n  - {kind: full, count: 0}\n"), "x.yaml", &e), &e);
	assert_int_equal(fl_schema_read(&fl_architecture_table, root, &a, *state, &e), FL_E_INVALID);
	assert_int_equal(e.line, 2);
	assert_ok(fl_yaml_parse(&root, *state, FL_S("layers:\n  - {kind: fully, count: 1}\n"), "x.yaml", &e), &e);
	assert_int_equal(fl_schema_read(&fl_architecture_table, root, &a, *state, &e), FL_E_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_cache_of_every_published_shape_is_that_of_its_layers),
	    cmocka_unit_test(a_naive_count_takes_every_layer_for_full_attention),
	    cmocka_unit_test(worked_caches_come_out_to_the_byte),
	    cmocka_unit_test(eight_bit_halves_the_cache),
	    cmocka_unit_test(a_stated_cache_replaces_the_derived_one),
	    cmocka_unit_test(sizes_saturate_where_they_would_wrap),
	    cmocka_unit_test(parameters_follow_from_the_widths),
	    cmocka_unit_test(worked_weights_come_out),
	    cmocka_unit_test(bits_of_every_format_are_those_that_were_measured),
	    cmocka_unit_test(experts_may_stand_in_a_narrower_format_than_the_rest),
	    cmocka_unit_test(experts_are_found_from_total_and_active_parameters),
	    cmocka_unit_test(a_batch_touches_the_experts_that_chance_tells),
	    cmocka_unit_test(worked_speeds_come_out),
	    cmocka_unit_test(ceilings_of_one_stream_are_bandwidth_over_weights),
	    cmocka_unit_test(a_large_batch_is_bound_by_arithmetic),
	    cmocka_unit_test(a_70b_at_four_bits_needs_more_than_two_cards_of_24_gb),
	    cmocka_unit_test(gpt_oss_120b_with_its_whole_context_runs_on_one_card_of_80_gb),
	    cmocka_unit_test(gpt_oss_20b_runs_on_16_gb_with_a_short_context_only),
	    cmocka_unit_test(gemma_3_27b_runs_on_24_gb_where_a_naive_count_says_33),
	    cmocka_unit_test(models_of_a_thousand_billion_need_racks),
	    cmocka_unit_test(fifty_two_sequences_fit_beside_an_8b_model),
	    cmocka_unit_test(overhead_is_the_sum_of_its_terms_and_bounded),
	    cmocka_unit_test(more_context_than_a_model_takes_does_not_fit),
	    cmocka_unit_test(a_device_leaves_to_models_what_it_says),
	    cmocka_unit_test(context_is_allotted_in_blocks_of_the_engine),
	    cmocka_unit_test(a_model_without_a_shape_gets_the_cache_of_models_of_its_size),
	    cmocka_unit_test(a_mixture_whose_active_part_is_unknown_has_no_speed),
	    cmocka_unit_test(the_nearest_change_that_fits_is_named),
	    cmocka_unit_test(the_widest_format_that_fits_starts_from_the_published_one),
	    cmocka_unit_test(more_never_needs_less),
	    cmocka_unit_test(a_device_is_found_by_any_of_its_names),
	    cmocka_unit_test(bandwidths_have_units),
	    cmocka_unit_test(a_shape_that_makes_no_sense_is_refused_at_its_place),
	};
	return cmocka_run_group_tests_name("fit", tests, setup, teardown);
}

/* GGUF files as models: shapes from metadata, weights to the byte, files in parts. */
#include "test.h"

#include "codec/gguf_build.h"
#include "fit/gguf_model.h"

#include <fcntl.h>
#include <unistd.h>

struct place {
	struct fl_arena arena;
	struct fl_buf buf;
	char folder[64];
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);
	fl_arena_init(&p->arena);
	fl_buf_init(&p->buf, 1 << 24);
	strcpy(p->folder, "/tmp/fulcrum-gguf-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char command[128];
	snprintf(command, sizeof command, "rm -r '%s'", p->folder);
	assert_int_equal(system(command), 0);
	fl_arena_release(&p->arena);
	fl_buf_release(&p->buf);
	free(p);
	return 0;
}

/* Writes the header and `data` bytes of nothing behind it; returns the path. */
static const char *write_file(struct place *p, const char *name, uint64_t data)
{
	char *path = fl_arena_dupz(&p->arena, fl_arena_printf(&p->arena, "%s/%s", p->folder, name));
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, p->buf.p, p->buf.n), p->buf.n);
	assert_int_equal(ftruncate(fd, (off_t)(p->buf.n + data)), 0);
	close(fd);
	return path;
}

static struct fl_architecture shape_of(struct place *p, bool *unknown)
{
	struct fl_gguf g;
	struct fl_architecture a;
	struct fl_err e = {0};
	assert_ok(fl_gguf_parse(&g, &p->arena, fl_buf_slice(&p->buf), 1 << 20, &e), &e);
	assert_ok(fl_gguf_shape(&g, &a, unknown, &p->arena, &e), &e);
	return a;
}

static void windows_by_convention_and_by_flags_give_the_same_cache(void **state)
{
	struct place *p = *state;
	uint32_t flags[62];
	bool unknown;
	for (int with_flags = 0; with_flags < 2; with_flags++) {
		const char *arch = with_flags ? "other" : "gemma3";
		fl_buf_reset(&p->buf);
		gguf_begin(&p->buf, 3, 0, with_flags ? 9 : 8);
		gguf_string(&p->buf, "general.architecture", arch);
		char key[64];
#define KEY(name) (snprintf(key, sizeof key, "%s.%s", arch, name), key)
		gguf_u32(&p->buf, KEY("block_count"), 62);
		gguf_u32(&p->buf, KEY("embedding_length"), 5376);
		gguf_u32(&p->buf, KEY("attention.head_count"), 32);
		gguf_u32(&p->buf, KEY("attention.head_count_kv"), 16);
		gguf_u32(&p->buf, KEY("attention.key_length"), 128);
		gguf_u32(&p->buf, KEY("attention.sliding_window"), 1024);
		gguf_u32(&p->buf, KEY("context_length"), 131072);
		for (uint32_t i = 0; i < 62; i++)
			flags[i] = i % 6 != 5;
		if (with_flags)
			gguf_array(&p->buf, KEY("attention.sliding_window_pattern"), FL_GGUF_BOOL, 1, flags, 62);
		struct fl_architecture a = shape_of(p, &unknown);
		assert_false(unknown);
		assert_int_equal(fl_cache_bytes(&a, 32768, 16), 3120562176);
		assert_int_equal(fl_cache_layers(&a, FL_LAYER_WINDOW), 52);
		assert_int_equal(a.context_most, 131072);
	}
}

static void windows_without_a_pattern_count_as_full_and_are_said_to(void **state)
{
	struct place *p = *state;
	bool unknown;
	gguf_begin(&p->buf, 3, 0, 6);
	gguf_string(&p->buf, "general.architecture", "novel");
	gguf_u32(&p->buf, "novel.block_count", 4);
	gguf_u32(&p->buf, "novel.embedding_length", 256);
	gguf_u32(&p->buf, "novel.attention.head_count", 4);
	gguf_u32(&p->buf, "novel.attention.head_count_kv", 2);
	gguf_u32(&p->buf, "novel.attention.sliding_window", 128);
	struct fl_architecture a = shape_of(p, &unknown);
	assert_true(unknown);
	assert_int_equal(fl_cache_bytes_per_token(&a, 16), 4 * 2 * 2 * 64 * 2);
}

static void latents_of_mla_are_kept_once(void **state)
{
	struct place *p = *state;
	bool unknown;
	gguf_begin(&p->buf, 3, 0, 10);
	gguf_string(&p->buf, "general.architecture", "deepseek2");
	gguf_u32(&p->buf, "deepseek2.block_count", 62);
	gguf_u32(&p->buf, "deepseek2.nextn_predict_layers", 1);
	gguf_u32(&p->buf, "deepseek2.embedding_length", 7168);
	gguf_u32(&p->buf, "deepseek2.attention.head_count", 128);
	gguf_u32(&p->buf, "deepseek2.attention.head_count_kv", 1);
	gguf_u32(&p->buf, "deepseek2.attention.kv_lora_rank", 512);
	gguf_u32(&p->buf, "deepseek2.attention.key_length_mla", 192);
	gguf_u32(&p->buf, "deepseek2.attention.key_length", 576);
	gguf_u32(&p->buf, "deepseek2.rope.dimension_count", 64);
	struct fl_architecture a = shape_of(p, &unknown);
	assert_int_equal(fl_cache_bytes_per_token(&a, 16), 70272);
}

static void recurrent_layers_keep_a_state_alone(void **state)
{
	static const uint32_t heads[4] = {0, 0, 0, 2};
	struct place *p = *state;
	bool unknown;
	gguf_begin(&p->buf, 3, 0, 10);
	gguf_string(&p->buf, "general.architecture", "hybrid");
	gguf_u32(&p->buf, "hybrid.block_count", 4);
	gguf_u32(&p->buf, "hybrid.embedding_length", 1024);
	gguf_u32(&p->buf, "hybrid.attention.head_count", 8);
	gguf_u32(&p->buf, "hybrid.attention.key_length", 128);
	gguf_array(&p->buf, "hybrid.attention.head_count_kv", FL_GGUF_I32, 4, heads, 4);
	gguf_u32(&p->buf, "hybrid.ssm.inner_size", 2048);
	gguf_u32(&p->buf, "hybrid.ssm.state_size", 16);
	gguf_u32(&p->buf, "hybrid.ssm.group_count", 1);
	gguf_u32(&p->buf, "hybrid.ssm.conv_kernel", 4);
	struct fl_architecture a = shape_of(p, &unknown);
	int64_t state_bytes = 4 * (3 * (2048 + 2 * 16) + 16 * 2048);
	assert_int_equal(fl_cache_layers(&a, FL_LAYER_LINEAR), 3);
	assert_int_equal(fl_cache_bytes(&a, 1000, 16), 1000 * 2 * 2 * 128 * 2 + 3 * state_bytes);
	assert_false(fl_cache_lacks_state(&a));
}

/* A mixture of 4 experts of which 2 are used, in one file or as one part of two. */
static void mixture(struct fl_buf *b, bool parts)
{
	fl_buf_reset(b);
	gguf_begin(b, 3, 2, parts ? 11 : 10);
	gguf_string(b, "general.architecture", "llama");
	gguf_string(b, "general.name", "Little");
	gguf_u32(b, "general.file_type", 15);
	gguf_u32(b, "llama.block_count", 2);
	gguf_u32(b, "llama.embedding_length", 256);
	gguf_u32(b, "llama.attention.head_count", 4);
	gguf_u32(b, "llama.attention.head_count_kv", 2);
	gguf_u32(b, "llama.expert_count", 4);
	gguf_u32(b, "llama.expert_used_count", 2);
	gguf_u32(b, "llama.context_length", 2048);
	if (parts)
		gguf_u32(b, "split.count", 2);
	gguf_tensor(b, "blk.0.ffn_up_exps.weight", 256, 1024, 12, 0);
	gguf_tensor(b, "output.weight", 256, 512, 14, 147456);
}

static void a_file_gives_its_weights_to_the_byte(void **state)
{
	struct place *p = *state;
	struct fl_gguf_model m;
	struct fl_err e = {0};
	mixture(&p->buf, false);
	const char *path = write_file(p, "little.gguf", 300000);
	assert_ok(fl_gguf_model_read(&m, path, &p->arena, &e), &e);
	assert_int_equal(m.weights.experts, 1024 * 144);
	assert_int_equal(m.weights.total, 1024 * 144 + 512 * 210);
	assert_str(m.name, "Little");
	assert_string_equal(m.quant.name, "q4_k_m");
	assert_true(m.quant.bits > 4.5 && m.quant.bits < 6.6);
	struct fl_fit_model model = fl_gguf_fit_model(&m);
	assert_true(model.parameters.mixture && model.parameters.experts == 4);
	struct fl_fit_machine c = {.kind = FL_DEVICE_CPU, .count = 1, .memory_bytes = 2000000000};
	struct fl_fit_want w = {.quant = &m.quant, .context = 2048, .sequences = 1, .cache_bits = 16};
	struct fl_fit fit = fl_fit(&model, &c, &w);
	assert_int_equal(fit.weights.total, m.weights.total);
	assert_true(fit.notes & FL_FIT_FILE);
	assert_true(fit.weights_read_bytes == 512 * 210 + 1024 * 144 / 2.0);
}

static void a_long_header_is_read_whole(void **state)
{
	struct place *p = *state;
	struct fl_gguf_model m;
	struct fl_err e = {0};
	enum { TOKENS = 150000 };
	gguf_begin(&p->buf, 3, 1, 5);
	gguf_string(&p->buf, "general.architecture", "llama");
	gguf_u32(&p->buf, "llama.block_count", 1);
	gguf_u32(&p->buf, "llama.embedding_length", 256);
	gguf_u32(&p->buf, "llama.attention.head_count", 4);
	gguf_text(&p->buf, "tokenizer.ggml.tokens");
	gguf_number(&p->buf, FL_GGUF_ARRAY, 4);
	gguf_number(&p->buf, FL_GGUF_STRING, 4);
	gguf_number(&p->buf, TOKENS, 8);
	for (int i = 0; i < TOKENS; i++)
		gguf_text(&p->buf, "token");
	gguf_tensor(&p->buf, "output.weight", 256, 1, 12, 0);
	assert_true(p->buf.n > 1 << 20);
	assert_ok(fl_gguf_model_read(&m, write_file(p, "long.gguf", 4096), &p->arena, &e), &e);
	assert_int_equal(m.shape.vocab, TOKENS);
	assert_str(m.name, "long.gguf");
}

static void parts_of_a_file_are_added_up(void **state)
{
	struct place *p = *state;
	struct fl_gguf_model m;
	struct fl_err e = {0};
	mixture(&p->buf, true);
	const char *first = write_file(p, "m-00001-of-00002.gguf", 300000);
	assert_int_equal(fl_gguf_model_read(&m, first, &p->arena, &e), FL_E_NOT_FOUND);
	assert_non_null(strstr(e.file, "m-00002-of-00002.gguf"));
	fl_buf_reset(&p->buf);
	gguf_begin(&p->buf, 3, 1, 0);
	gguf_tensor(&p->buf, "blk.1.ffn_up_exps.weight", 256, 1024, 12, 0);
	const char *second = write_file(p, "m-00002-of-00002.gguf", 147456 + 64);
	assert_ok(fl_gguf_model_read(&m, first, &p->arena, &e), &e);
	assert_int_equal(m.weights.experts, 2 * 1024 * 144);
	assert_int_equal(m.weights.total, 2 * 1024 * 144 + 512 * 210);
	double total = 1024 * 256 * 2 + 512 * 256, experts = 1024 * 256 * 2;
	assert_true(m.shape.total_b == total / 1e9);
	assert_true(m.shape.active_b < total / 1e9 && m.shape.active_b > (total - experts) / 1e9);
	mixture(&p->buf, true);
	assert_int_equal(fl_gguf_model_read(&m, write_file(p, "renamed.gguf", 300000), &p->arena, &e), FL_E_INVALID);
	assert_int_equal(fl_gguf_model_read(&m, second, &p->arena, &e), FL_E_UNSUPPORTED);
}

static void what_is_no_model_is_refused_with_its_place(void **state)
{
	struct place *p = *state;
	struct fl_gguf_model m;
	struct fl_err e = {0};
	assert_int_equal(fl_gguf_model_read(&m, "/nowhere/x.gguf", &p->arena, &e), FL_E_NOT_FOUND);
	assert_string_equal(e.file, "/nowhere/x.gguf");
	assert_int_equal(fl_gguf_model_read(&m, p->folder, &p->arena, &e), FL_E_INVALID);
	fl_buf_z(&p->buf, "not a model");
	const char *path = write_file(p, "x.gguf", 0);
	assert_int_equal(fl_gguf_model_read(&m, path, &p->arena, &e), FL_E_INVALID);
	assert_string_equal(e.file, path);
	mixture(&p->buf, false);
	path = write_file(p, "half.gguf", 1000);
	assert_int_equal(fl_gguf_model_read(&m, path, &p->arena, &e), FL_E_INVALID);
	assert_non_null(strstr(e.help, "incomplete"));
	p->buf.n /= 2;
	path = write_file(p, "cut.gguf", 0);
	assert_int_equal(fl_gguf_model_read(&m, path, &p->arena, &e), FL_E_INVALID);
	assert_string_equal(e.file, path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(windows_by_convention_and_by_flags_give_the_same_cache, setup, teardown),
	    cmocka_unit_test_setup_teardown(windows_without_a_pattern_count_as_full_and_are_said_to, setup, teardown),
	    cmocka_unit_test_setup_teardown(latents_of_mla_are_kept_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(recurrent_layers_keep_a_state_alone, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_file_gives_its_weights_to_the_byte, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_long_header_is_read_whole, setup, teardown),
	    cmocka_unit_test_setup_teardown(parts_of_a_file_are_added_up, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_is_no_model_is_refused_with_its_place, setup, teardown),
	};
	return cmocka_run_group_tests_name("gguf model", tests, NULL, NULL);
}

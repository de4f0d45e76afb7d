#include "fit/gguf_model.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- metadata ----------------------------------------------------------------------------------------------------- */

struct keys {
	const struct fl_gguf *g;
	struct fl_str arch;
};

/* "<architecture>.<name>", or NULL. */
static const struct fl_gguf_value *value(const struct keys *k, const char *name)
{
	char text[160];
	int n = snprintf(text, sizeof text, "%.*s.%s", FL_FMT(fl_str_sub(k->arch, 0, 64)), name);
	return fl_gguf_get(k->g, (struct fl_str){text, (size_t)n});
}

/* A number, or of a list its item (the last one goes on); `other` when absent or too large to be true. */
static int64_t number(const struct keys *k, const char *name, uint64_t item, int64_t other)
{
	const struct fl_gguf_value *v = value(k, name);
	uint64_t n;
	bool known = fl_gguf_u64(v, &n) || (v && v->count && fl_gguf_item_u64(v, FL_MIN(item, v->count - 1), &n));
	return known && n <= (uint64_t)FL_ARCHITECTURE_MOST ? (int64_t)n : other;
}

/* --- layers ------------------------------------------------------------------------------------------------------- */

/* Windows by convention: every `period`-th layer is full, counted from the first. */
static const struct convention {
	const char *arch;
	int64_t period, window; /* window 0 = as the file says */
	bool chunk;
} conventions[] = {
    {"gemma2", 2, 0, false},  {"gemma3", 6, 0, false},  {"gemma3n", 5, 0, false},  {"gpt-oss", 2, 0, false},
    {"cohere2", 4, 0, false}, {"exaone4", 4, 0, false}, {"llama4", 4, 8192, true},
};

static const struct convention *convention_of(struct fl_str arch)
{
	for (size_t i = 0; i < FL_COUNT(conventions); i++)
		if (fl_str_is(arch, conventions[i].arch))
			return &conventions[i];
	return NULL;
}

struct windows {
	int64_t window;
	int64_t period;                    /* 0 = none */
	const struct fl_gguf_value *layer; /* one flag a layer */
	bool chunk;
};

static struct windows windows_of(const struct keys *k, bool *unknown)
{
	const struct convention *c = convention_of(k->arch);
	struct windows w = {.window = number(k, "attention.sliding_window", 0, 0),
	                    .layer = value(k, "attention.sliding_window_pattern")};
	w.window = w.window == 0 && c ? c->window : w.window;
	w.chunk = c && c->chunk;
	if (w.window == 0)
		return (struct windows){0};
	if (!w.layer || w.layer->kind != FL_GGUF_ARRAY) {
		w.period = number(k, "attention.sliding_window_pattern", 0, c ? c->period : 0);
		w.layer = NULL;
	}
	*unknown = !w.layer && w.period == 0;
	return w;
}

static bool is_windowed(const struct windows *w, int64_t i)
{
	uint64_t on;
	if (w->layer)
		return fl_gguf_item_u64(w->layer, (uint64_t)i, &on) && on;
	return w->period > 0 && i % w->period < w->period - 1;
}

/* A recurrent layer keeps a state and the last inputs of its convolution, both in 32 bit (llama.cpp, hparams). */
static int64_t state_bytes(const struct keys *k)
{
	int64_t inner = number(k, "ssm.inner_size", 0, 0), state = number(k, "ssm.state_size", 0, 0);
	int64_t groups = number(k, "ssm.group_count", 0, 0), kernel = number(k, "ssm.conv_kernel", 0, 1);
	int64_t mixed = fl_fit_times(2 * groups, state, 1) + inner;
	int64_t elements = fl_fit_times(FL_MAX(kernel - 1, 0), mixed, 1) + fl_fit_times(state, inner, 1);
	return fl_fit_times(elements, 4, 1);
}

static bool is_recurrent(const struct keys *k, int64_t i)
{
	int64_t interval = number(k, "full_attention_interval", 0, 0);
	if (!value(k, "ssm.state_size"))
		return false;
	return interval > 0 ? (i + 1) % interval != 0 : number(k, "attention.head_count_kv", (uint64_t)i, 0) == 0;
}

static struct fl_layers layer_of(const struct keys *k, const struct windows *w, int64_t i)
{
	uint64_t at = (uint64_t)i;
	if (is_recurrent(k, i))
		return (struct fl_layers){.kind = FL_LAYER_LINEAR, .state_bytes = state_bytes(k)};
	int64_t rank = number(k, "attention.kv_lora_rank", 0, 0);
	if (rank > 0 && value(k, "attention.key_length_mla"))
		return (struct fl_layers){
		    .kind = FL_LAYER_MLA, .rank = rank, .rope = number(k, "rope.dimension_count", 0, 64)};
	int64_t heads = number(k, "attention.head_count", at, 1);
	int64_t width = number(k, "embedding_length", 0, 0) / FL_MAX(heads, 1);
	int64_t key = number(k, "attention.key_length", 0, width), val = number(k, "attention.value_length", 0, key);
	bool windowed = is_windowed(w, i);
	if (windowed) {
		key = number(k, "attention.key_length_swa", 0, key);
		val = number(k, "attention.value_length_swa", 0, val);
	}
	return (struct fl_layers){.kind = !windowed  ? FL_LAYER_FULL
	                                  : w->chunk ? FL_LAYER_CHUNK
	                                             : FL_LAYER_WINDOW,
	                          .kv_heads = number(k, "attention.head_count_kv", at, heads),
	                          .head_dim = (key + val + 1) / 2,
	                          .window = windowed ? w->window : 0};
}

static bool same_layer(const struct fl_layers *a, const struct fl_layers *b)
{
	return a->kind == b->kind && a->kv_heads == b->kv_heads && a->head_dim == b->head_dim && a->window == b->window;
}

/* One row a kind of layer, in order of their first. */
static void add_layers(const struct keys *k, struct fl_architecture *shape, int64_t n, bool *unknown,
                       struct fl_arena *a)
{
	struct fl_layers *rows = FL_NEW_ARRAY(a, struct fl_layers, (size_t)n);
	struct windows w = windows_of(k, unknown);
	size_t count = 0;
	for (int64_t i = 0; i < n; i++) {
		struct fl_layers l = layer_of(k, &w, i);
		size_t at = 0;
		while (at < count && !same_layer(&rows[at], &l))
			at++;
		if (at == count)
			rows[count++] = l;
		rows[at].count++;
	}
	shape->layers = (struct fl_list){.p = rows, .n = count};
}

/* Adds the parameters of a file, or of a part of it: all, those of routed experts, and those that a token uses. */
static void add_parameters(const struct fl_gguf *g, struct fl_architecture *shape)
{
	uint64_t experts = 0;
	for (size_t i = 0; i < g->tensors; i++)
		experts += fl_str_find(g->tensor[i].name, FL_S("_exps"), 0) >= 0 ? g->tensor[i].elements : 0;
	shape->total_b += (double)g->elements / 1e9;
	shape->expert_b += (double)experts / 1e9;
	if (shape->experts > 0 && shape->experts_active > 0)
		shape->active_b = shape->total_b - shape->expert_b +
		                  shape->expert_b * (double)shape->experts_active / (double)shape->experts;
}

enum fl_code fl_gguf_shape(const struct fl_gguf *g, struct fl_architecture *shape, bool *windows_unknown,
                           struct fl_arena *a, struct fl_err *err)
{
	struct keys k = {g, fl_gguf_string(fl_gguf_get(g, FL_S("general.architecture")))};
	const struct fl_gguf_value *tokens = fl_gguf_get(g, FL_S("tokenizer.ggml.tokens"));
	int64_t layers = number(&k, "block_count", 0, 0) - number(&k, "nextn_predict_layers", 0, 0);
	*windows_unknown = false;
	*shape = (struct fl_architecture){0};
	if (layers < 1 || !value(&k, "embedding_length")) {
		fl_err_set(err, FL_E_UNSUPPORTED, "the file holds no language model: its metadata tell of no layers");
		fl_err_help(err,
		            "name the file of a language model; adapters, projectors and tokenizers have no layers");
		return FL_E_UNSUPPORTED;
	}
	if (layers > FL_LAYERS)
		return fl_err_set(err, FL_E_LIMIT, "the file claims %lld layers, at most %d are read",
		                  (long long)layers, FL_LAYERS);
	/* The last layers of some models look into the cache of those before. */
	int64_t own = FL_MAX(layers - number(&k, "attention.shared_kv_layers", 0, 0), 1);
	add_layers(&k, shape, own, windows_unknown, a);
	shape->hidden = number(&k, "embedding_length", 0, 0);
	shape->heads = number(&k, "attention.head_count", 0, 0);
	shape->ff = number(&k, "feed_forward_length", 0, 0);
	shape->expert_ff = number(&k, "expert_feed_forward_length", 0, 0);
	shape->experts = number(&k, "expert_count", 0, 0);
	shape->experts_active = number(&k, "expert_used_count", 0, 0);
	shape->experts_shared = number(&k, "expert_shared_count", 0, 0);
	shape->dense_layers = number(&k, "leading_dense_block_count", 0, 0);
	shape->vocab =
	    number(&k, "vocab_size", 0, tokens ? (int64_t)FL_MIN(tokens->count, (uint64_t)FL_ARCHITECTURE_MOST) : 0);
	shape->context_most = number(&k, "context_length", 0, 0);
	add_parameters(g, shape);
	return FL_OK;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static enum fl_code bad_file(struct fl_err *err, const char *path, enum fl_code code, const char *what)
{
	fl_err_set(err, code, "cannot %s %s: %s", what, path, strerror(errno));
	fl_err_place(err, path, 0, 0);
	return code;
}

/* Reads n bytes from the start; fewer when the file ends before. */
static bool read_head(int fd, char *to, size_t n, size_t *got)
{
	*got = 0;
	while (*got < n) {
		ssize_t k = pread(fd, to + *got, n - *got, (off_t)*got);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return false;
		if (k == 0)
			break;
		*got += (size_t)k;
	}
	return true;
}

/* Parses ever longer beginnings of the file until the header is whole. */
static enum fl_code parse_open(int fd, const char *path, struct fl_gguf *g, struct fl_arena *a, struct fl_err *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return bad_file(err, path, FL_E_IO, "look at");
	if (!S_ISREG(st.st_mode)) {
		fl_err_set(err, FL_E_INVALID, "%s is no file", path);
		fl_err_place(err, path, 0, 0);
		return FL_E_INVALID;
	}
	size_t whole = (size_t)st.st_size, n = 1 << 20;
	for (;; n *= 4) {
		size_t want = FL_MIN(FL_MIN(n, whole), (size_t)FL_GGUF_HEADER_BYTES), got;
		char *head = fl_arena_alloc(a, want + 1);
		if (!read_head(fd, head, want, &got))
			return bad_file(err, path, FL_E_IO, "read");
		enum fl_code code = fl_gguf_parse(g, a, (struct fl_str){head, got}, whole, err);
		if (code == FL_OK)
			return code;
		if (code == FL_E_TRUNCATED && want == FL_GGUF_HEADER_BYTES && whole > want)
			code = fl_err_set(err, FL_E_LIMIT, "the header is over %u bytes", FL_GGUF_HEADER_BYTES);
		if (code != FL_E_TRUNCATED || want == whole || got < want) {
			code = code == FL_E_TRUNCATED ? FL_E_INVALID : code; /* there is no more of it */
			if (err)
				err->code = code;
			fl_err_place(err, path, 0, 0);
			return code;
		}
	}
}

static enum fl_code parse_file(const char *path, struct fl_gguf *g, struct fl_arena *a, struct fl_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return bad_file(err, path, errno == ENOENT ? FL_E_NOT_FOUND : FL_E_IO, "open");
	enum fl_code code = parse_open(fd, path, g, a, err);
	close(fd);
	return code;
}

static uint64_t expert_bytes(const struct fl_gguf *g)
{
	uint64_t n = 0;
	for (size_t i = 0; i < g->tensors; i++)
		n += fl_str_find(g->tensor[i].name, FL_S("_exps"), 0) >= 0 ? g->tensor[i].bytes : 0;
	return n;
}

static void add_part(struct fl_gguf_model *m, const struct fl_gguf *g)
{
	uint64_t most = (uint64_t)FL_FIT_BYTES_MOST / 2;
	m->weights.total = (int64_t)FL_MIN((uint64_t)m->weights.total + FL_MIN(g->tensor_bytes, most), most);
	m->weights.experts = (int64_t)FL_MIN((uint64_t)m->weights.experts + expert_bytes(g), most);
}

/* The other parts of a split file: their tensors count too. */
static enum fl_code add_parts(struct fl_gguf_model *m, struct fl_gguf *g, const char *path, struct fl_arena *a,
                              struct fl_err *err)
{
	static const char form[] = "-00001-of-00001.gguf";
	size_t n = strlen(path), tail = sizeof form - 1;
	uint64_t parts = 1;
	fl_gguf_u64(fl_gguf_get(g, FL_S("split.count")), &parts);
	if (parts <= 1)
		return FL_OK;
	if (parts > FL_GGUF_PARTS)
		return fl_err_set(err, FL_E_LIMIT, "the file has more than %d parts", FL_GGUF_PARTS);
	if (n < tail || strncmp(path + n - tail, form, 7) != 0) {
		fl_err_set(err, FL_E_INVALID, "the file is one part of %llu", (unsigned long long)parts);
		fl_err_place(err, path, 0, 0);
		fl_err_expected(err, "the first of them, named ...-00001-of-%05u.gguf", (unsigned)parts);
		return FL_E_INVALID;
	}
	for (unsigned i = 2; i <= parts; i++) {
		struct fl_gguf part;
		struct fl_str other =
		    fl_arena_printf(a, "%.*s-%05u-of-%05u.gguf", (int)(n - tail), path, i, (unsigned)parts);
		FL_TRY(parse_file(other.p, &part, a, err));
		add_part(m, &part);
		add_parameters(&part, &m->shape);
	}
	return FL_OK;
}

/* Names of mixtures of types (llama.h, enum llama_ftype). */
static const char *const file_types[] = {
    [0] = "f32",     [1] = "f16",     [2] = "q4_0",     [3] = "q4_1",    [7] = "q8_0",     [8] = "q5_0",
    [9] = "q5_1",    [10] = "q2_k",   [11] = "q3_k_s",  [12] = "q3_k_m", [13] = "q3_k_l",  [14] = "q4_k_s",
    [15] = "q4_k_m", [16] = "q5_k_s", [17] = "q5_k_m",  [18] = "q6_k",   [19] = "iq2_xxs", [20] = "iq2_xs",
    [21] = "q2_k_s", [22] = "iq3_xs", [23] = "iq3_xxs", [24] = "iq1_s",  [25] = "iq4_nl",  [26] = "iq3_s",
    [27] = "iq3_m",  [28] = "iq2_s",  [29] = "iq2_m",   [30] = "iq4_xs", [31] = "iq1_m",   [32] = "bf16",
    [36] = "tq1_0",  [37] = "tq2_0",  [38] = "mxfp4",
};

static struct fl_quant quant_of(const struct fl_gguf *g, const struct fl_gguf_model *m)
{
	uint64_t type;
	const char *name = "mixed";
	if (fl_gguf_u64(fl_gguf_get(g, FL_S("general.file_type")), &type) && type < FL_COUNT(file_types) &&
	    file_types[type])
		name = file_types[type];
	double elements = m->shape.total_b * 1e9;
	return (struct fl_quant){.name = name,
	                         .aliases = "",
	                         .bits = elements > 0 ? (double)m->weights.total * 8 / elements : 0,
	                         .width = 16,
	                         .block = 256};
}

enum fl_code fl_gguf_model_read(struct fl_gguf_model *m, const char *path, struct fl_arena *a, struct fl_err *err)
{
	struct fl_gguf g;
	*m = (struct fl_gguf_model){0};
	FL_TRY(parse_file(path, &g, a, err));
	enum fl_code code = fl_gguf_shape(&g, &m->shape, &m->windows_unknown, a, err);
	if (code != FL_OK) {
		fl_err_place(err, path, 0, 0);
		return code;
	}
	add_part(m, &g);
	FL_TRY(add_parts(m, &g, path, a, err));
	if (m->weights.total == 0) {
		fl_err_set(err, FL_E_UNSUPPORTED, "the file holds no weights");
		fl_err_help(err, "name a part that holds tensors, or the first part of a split model");
		fl_err_place(err, path, 0, 0);
		return FL_E_UNSUPPORTED;
	}
	m->quant = quant_of(&g, m);
	const char *slash = strrchr(path, '/');
	m->name = fl_gguf_string(fl_gguf_get(&g, FL_S("general.name")));
	m->name = fl_arena_dup(a, m->name.n ? m->name : fl_str_from(slash ? slash + 1 : path));
	return FL_OK;
}

struct fl_fit_model fl_gguf_fit_model(const struct fl_gguf_model *m)
{
	struct fl_fit_model model = {.id = m->name,
	                             .architecture = &m->shape,
	                             .parameters = fl_parameters_of(&m->shape, 0, 0),
	                             .context_most = m->shape.context_most,
	                             .file = m->weights};
	return model;
}

#include "codec/gguf.h"

#include <stdlib.h>

/* Values a block and bytes a block of ggml's types; rows without a name are types that were withdrawn. */
static const struct {
	const char *name;
	uint16_t values, bytes;
} types[] = {
    [0] = {"f32", 1, 4},         [1] = {"f16", 1, 2},         [2] = {"q4_0", 32, 18},      [3] = {"q4_1", 32, 20},
    [6] = {"q5_0", 32, 22},      [7] = {"q5_1", 32, 24},      [8] = {"q8_0", 32, 34},      [9] = {"q8_1", 32, 36},
    [10] = {"q2_k", 256, 84},    [11] = {"q3_k", 256, 110},   [12] = {"q4_k", 256, 144},   [13] = {"q5_k", 256, 176},
    [14] = {"q6_k", 256, 210},   [15] = {"q8_k", 256, 292},   [16] = {"iq2_xxs", 256, 66}, [17] = {"iq2_xs", 256, 74},
    [18] = {"iq3_xxs", 256, 98}, [19] = {"iq1_s", 256, 50},   [20] = {"iq4_nl", 32, 18},   [21] = {"iq3_s", 256, 110},
    [22] = {"iq2_s", 256, 82},   [23] = {"iq4_xs", 256, 136}, [24] = {"i8", 1, 1},         [25] = {"i16", 1, 2},
    [26] = {"i32", 1, 4},        [27] = {"i64", 1, 8},        [28] = {"f64", 1, 8},        [29] = {"iq1_m", 256, 56},
    [30] = {"bf16", 1, 2},       [34] = {"tq1_0", 256, 54},   [35] = {"tq2_0", 256, 66},   [39] = {"mxfp4", 32, 17},
    [40] = {"nvfp4", 64, 36},
};

/* Bytes of a value of fixed size; 0 = a string or an array. */
static const uint8_t kind_bytes[FL_GGUF_KINDS] = {
    [FL_GGUF_U8] = 1,  [FL_GGUF_I8] = 1,   [FL_GGUF_U16] = 2, [FL_GGUF_I16] = 2, [FL_GGUF_U32] = 4, [FL_GGUF_I32] = 4,
    [FL_GGUF_F32] = 4, [FL_GGUF_BOOL] = 1, [FL_GGUF_U64] = 8, [FL_GGUF_I64] = 8, [FL_GGUF_F64] = 8,
};

const char *fl_gguf_type_name(uint32_t type)
{
	return type < FL_COUNT(types) ? types[type].name : NULL;
}

/* --- reading bytes ------------------------------------------------------------------------------------------------ */

struct reader {
	struct fl_str head;
	uint64_t file_bytes;
	size_t at;
	struct fl_err *err;
};

static enum fl_code cut(struct reader *r)
{
	fl_err_set(r->err, FL_E_TRUNCATED, "the header of the GGUF file ends at byte %zu, in the middle", r->head.n);
	fl_err_help(r->err, "the file is incomplete: fetch it again");
	return FL_E_TRUNCATED;
}

static enum fl_code wrong(struct reader *r, enum fl_code code, const char *what, struct fl_str name)
{
	return fl_err_set(r->err, code, "byte %zu of the GGUF file: %s%s%.*s%s", r->at, what, name.n ? " ('" : "",
	                  FL_FMT(fl_str_sub(name, 0, 80)), name.n ? "')" : "");
}

static bool has(const struct reader *r, uint64_t n)
{
	return n <= r->head.n - r->at;
}

static uint64_t little(const char *p, size_t n)
{
	uint64_t v = 0;
	for (size_t i = n; i-- > 0;)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

static enum fl_code take(struct reader *r, size_t n, uint64_t *out)
{
	if (!has(r, n))
		return cut(r);
	*out = little(r->head.p + r->at, n);
	r->at += n;
	return FL_OK;
}

static enum fl_code take_u32(struct reader *r, uint32_t *out)
{
	uint64_t v = 0;
	FL_TRY(take(r, 4, &v));
	*out = (uint32_t)v;
	return FL_OK;
}

static enum fl_code take_string(struct reader *r, uint64_t most, struct fl_str *out)
{
	uint64_t n;
	FL_TRY(take(r, 8, &n));
	if (n > most)
		return wrong(r, n > r->file_bytes ? FL_E_INVALID : FL_E_LIMIT, "a text is too long",
		             (struct fl_str){0});
	if (!has(r, n))
		return cut(r);
	*out = (struct fl_str){r->head.p + r->at, (size_t)n};
	r->at += (size_t)n;
	return FL_OK;
}

/* --- metadata ----------------------------------------------------------------------------------------------------- */

static enum fl_code skip_items(struct reader *r, uint32_t kind, uint64_t count, int depth);

static enum fl_code skip_item(struct reader *r, uint32_t kind, int depth)
{
	struct fl_str ignored;
	uint32_t inner;
	uint64_t count;
	if (kind == FL_GGUF_STRING)
		return take_string(r, FL_GGUF_HEADER_BYTES, &ignored);
	FL_TRY(take_u32(r, &inner));
	FL_TRY(take(r, 8, &count));
	return skip_items(r, inner, count, depth + 1);
}

static enum fl_code skip_items(struct reader *r, uint32_t kind, uint64_t count, int depth)
{
	if (kind >= FL_GGUF_KINDS)
		return wrong(r, FL_E_INVALID, "a list of unknown type", (struct fl_str){0});
	if (depth > FL_GGUF_NESTING)
		return wrong(r, FL_E_LIMIT, "lists are nested too deeply", (struct fl_str){0});
	uint64_t each = kind_bytes[kind] ? kind_bytes[kind] : 8; /* a string or list takes at least its length */
	if (count > r->file_bytes / each)
		return wrong(r, FL_E_INVALID, "a list claims more items than the file can hold", (struct fl_str){0});
	if (!has(r, count * each))
		return cut(r);
	if (kind_bytes[kind]) {
		r->at += (size_t)(count * each);
		return FL_OK;
	}
	for (uint64_t i = 0; i < count; i++)
		FL_TRY(skip_item(r, kind, depth));
	return FL_OK;
}

static enum fl_code read_value(struct reader *r, struct fl_gguf_value *v)
{
	FL_TRY(take_u32(r, &v->kind));
	if (v->kind >= FL_GGUF_KINDS)
		return wrong(r, FL_E_INVALID, "a value of unknown type", (struct fl_str){0});
	v->count = 1;
	if (v->kind == FL_GGUF_STRING)
		return take_string(r, FL_GGUF_HEADER_BYTES, &v->bytes);
	if (v->kind == FL_GGUF_ARRAY) {
		FL_TRY(take_u32(r, &v->item_kind));
		FL_TRY(take(r, 8, &v->count));
	}
	size_t start = r->at;
	FL_TRY(skip_items(r, v->kind == FL_GGUF_ARRAY ? v->item_kind : v->kind, v->count, 1));
	v->bytes = fl_str_sub(r->head, start, r->at);
	return FL_OK;
}

static enum fl_code read_entries(struct reader *r, struct fl_gguf *g, struct fl_arena *a, uint64_t n)
{
	if (n > FL_GGUF_ENTRIES)
		return wrong(r, FL_E_LIMIT, "too many entries of metadata", (struct fl_str){0});
	if (!has(r, n * 13)) /* the shortest entry: an empty key, a type and one byte */
		return cut(r);
	g->entry = FL_NEW_ARRAY(a, struct fl_gguf_entry, n);
	for (; g->entries < n; g->entries++) {
		struct fl_gguf_entry *e = &g->entry[g->entries];
		FL_TRY(take_string(r, FL_GGUF_KEY_BYTES, &e->key));
		FL_TRY(read_value(r, &e->value));
	}
	return FL_OK;
}

/* --- tensors ------------------------------------------------------------------------------------------------------ */

/* Bytes by dimensions and type, 0 for a type that is not known. */
static enum fl_code size_of(struct reader *r, struct fl_gguf_tensor *t)
{
	t->elements = 1;
	for (uint32_t i = 0; i < t->dimensions; i++) {
		if (t->dimension[i] == 0 || __builtin_mul_overflow(t->elements, t->dimension[i], &t->elements) ||
		    t->elements > UINT64_C(1) << 56)
			return wrong(r, FL_E_INVALID, "impossible dimensions of a tensor", t->name);
	}
	t->bytes = 0;
	if (!fl_gguf_type_name(t->type))
		return FL_OK;
	if (t->dimension[0] % types[t->type].values)
		return wrong(r, FL_E_INVALID, "a row that is no whole number of blocks", t->name);
	uint64_t blocks = t->elements / types[t->type].values;
	if (blocks > r->file_bytes) /* a block is at least a byte: keeps the product small */
		return wrong(r, FL_E_INVALID, "a tensor larger than the file", t->name);
	t->bytes = blocks * types[t->type].bytes;
	return FL_OK;
}

static enum fl_code read_tensor(struct reader *r, const struct fl_gguf *g, struct fl_gguf_tensor *t)
{
	FL_TRY(take_string(r, FL_GGUF_KEY_BYTES, &t->name));
	FL_TRY(take_u32(r, &t->dimensions));
	if (t->dimensions == 0 || t->dimensions > FL_GGUF_DIMENSIONS)
		return wrong(r, FL_E_INVALID, "a tensor of no, or of more than 4 dimensions", t->name);
	for (uint32_t i = 0; i < t->dimensions; i++)
		FL_TRY(take(r, 8, &t->dimension[i]));
	FL_TRY(take_u32(r, &t->type));
	FL_TRY(take(r, 8, &t->offset));
	if (t->offset % g->alignment)
		return wrong(r, FL_E_INVALID, "a tensor that is not aligned", t->name);
	return size_of(r, t);
}

static int by_offset(const void *a, const void *b)
{
	const struct fl_gguf_tensor *x = *(const struct fl_gguf_tensor *const *)a;
	const struct fl_gguf_tensor *y = *(const struct fl_gguf_tensor *const *)b;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Each ends before the next begins, the last with the file; sizes that types do not tell are what lies between. */
static enum fl_code check_places(struct reader *r, struct fl_gguf *g, struct fl_arena *a)
{
	struct fl_gguf_tensor **order = FL_NEW_ARRAY(a, struct fl_gguf_tensor *, g->tensors);
	uint64_t data = r->file_bytes > g->data_offset ? r->file_bytes - g->data_offset : 0;
	for (size_t i = 0; i < g->tensors; i++)
		order[i] = &g->tensor[i];
	if (g->tensors > 1)
		qsort(order, g->tensors, sizeof *order, by_offset);
	for (size_t i = 0; i < g->tensors; i++) {
		struct fl_gguf_tensor *t = order[i];
		bool last = i + 1 == g->tensors;
		uint64_t end = last ? data : order[i + 1]->offset;
		if (t->offset > data || t->bytes > data - t->offset || (last && t->offset == data)) {
			fl_err_set(r->err, FL_E_INVALID, "tensor '%.*s' ends behind the end of the file, at byte %llu",
			           FL_FMT(fl_str_sub(t->name, 0, 80)), (unsigned long long)r->file_bytes);
			fl_err_help(r->err, "the file is incomplete: fetch it again");
			return FL_E_INVALID;
		}
		if (t->offset > end || t->bytes > end - t->offset || (t->bytes == 0 && end == t->offset))
			return wrong(r, FL_E_INVALID, "a tensor that overlaps the next one", t->name);
		t->bytes = t->bytes ? t->bytes : end - t->offset;
		g->tensor_bytes += t->bytes;
		g->elements += t->elements;
	}
	return FL_OK;
}

static enum fl_code read_tensors(struct reader *r, struct fl_gguf *g, struct fl_arena *a, uint64_t n)
{
	if (n > FL_GGUF_TENSORS)
		return wrong(r, FL_E_LIMIT, "too many tensors", (struct fl_str){0});
	if (!has(r, n * 32)) /* the shortest: an empty name and one dimension */
		return cut(r);
	g->tensor = FL_NEW_ARRAY(a, struct fl_gguf_tensor, n);
	for (; g->tensors < n; g->tensors++)
		FL_TRY(read_tensor(r, g, &g->tensor[g->tensors]));
	g->data_offset = ((uint64_t)r->at + g->alignment - 1) / g->alignment * g->alignment;
	return check_places(r, g, a);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

static enum fl_code read_version(struct reader *r, struct fl_gguf *g)
{
	if (r->head.n < 8)
		return cut(r);
	if (memcmp(r->head.p, "GGUF", 4) != 0) {
		fl_err_set(r->err, FL_E_INVALID, "this is no GGUF file");
		fl_err_expected(r->err, "a file that begins with GGUF");
		return FL_E_INVALID;
	}
	r->at = 4;
	FL_TRY(take_u32(r, &g->version));
	if (g->version == 2 || g->version == 3)
		return FL_OK;
	bool swapped = g->version == 2u << 24 || g->version == 3u << 24;
	fl_err_set(r->err, FL_E_UNSUPPORTED,
	           swapped ? "this GGUF file is big-endian" : "version %u of GGUF is not known", g->version);
	fl_err_expected(r->err, "version 2 or 3, little-endian");
	fl_err_help(r->err, "convert the model again with a current llama.cpp");
	return FL_E_UNSUPPORTED;
}

enum fl_code fl_gguf_parse(struct fl_gguf *g, struct fl_arena *a, struct fl_str head, uint64_t file_bytes,
                           struct fl_err *err)
{
	struct reader r = {.head = head, .file_bytes = FL_MAX(file_bytes, (uint64_t)head.n), .err = err};
	uint64_t tensors, entries, alignment;
	*g = (struct fl_gguf){.alignment = 32};
	FL_TRY(read_version(&r, g));
	FL_TRY(take(&r, 8, &tensors));
	FL_TRY(take(&r, 8, &entries));
	FL_TRY(read_entries(&r, g, a, entries));
	const struct fl_gguf_value *v = fl_gguf_get(g, FL_S("general.alignment"));
	if (v) {
		if (!fl_gguf_u64(v, &alignment) || alignment == 0 || alignment > 1 << 24 ||
		    (alignment & (alignment - 1)))
			return wrong(&r, FL_E_INVALID, "the alignment is no power of two", (struct fl_str){0});
		g->alignment = alignment;
	}
	return read_tensors(&r, g, a, tensors);
}

const struct fl_gguf_value *fl_gguf_get(const struct fl_gguf *g, struct fl_str key)
{
	for (size_t i = 0; i < g->entries; i++)
		if (fl_str_eq(g->entry[i].key, key))
			return &g->entry[i].value;
	return NULL;
}

static bool number_at(uint32_t kind, const char *p, uint64_t *out)
{
	size_t n = kind_bytes[kind];
	bool is_signed = kind == FL_GGUF_I8 || kind == FL_GGUF_I16 || kind == FL_GGUF_I32 || kind == FL_GGUF_I64;
	if (n == 0 || kind == FL_GGUF_F32 || kind == FL_GGUF_F64 || (is_signed && (p[n - 1] & 0x80)))
		return false;
	*out = little(p, n);
	return true;
}

bool fl_gguf_u64(const struct fl_gguf_value *v, uint64_t *out)
{
	return v && v->kind != FL_GGUF_ARRAY && number_at(v->kind, v->bytes.p, out);
}

bool fl_gguf_item_u64(const struct fl_gguf_value *v, uint64_t index, uint64_t *out)
{
	return v && v->kind == FL_GGUF_ARRAY && index < v->count && kind_bytes[v->item_kind] &&
	       number_at(v->item_kind, v->bytes.p + index * kind_bytes[v->item_kind], out);
}

struct fl_str fl_gguf_string(const struct fl_gguf_value *v)
{
	return v && v->kind == FL_GGUF_STRING ? v->bytes : (struct fl_str){0};
}

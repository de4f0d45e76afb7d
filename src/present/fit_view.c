#include "present/fit_view.h"

#include "present/figure.h"
#include "present/models_text.h"
#include "present/table.h"

#include <math.h>
#include <stdio.h>

/* --- words -------------------------------------------------------------------------------------------------------- */

static const struct {
	unsigned note;
	const char *text;
} note_texts[] = {
    {FL_FIT_FILE, "weights are those of the file, to the byte"},
    {FL_FIT_STATE_UNKNOWN, "the constant state of its linear layers is not stated and not counted"},
    {FL_FIT_CACHE_OF_PEERS, "its layers are not known: the cache is taken as that of known models of half to twice its "
                            "size, from the smallest "
                            "to the largest"},
    {FL_FIT_CACHE_UNKNOWN, "its layers are not known, nor those of any model of its size: the cache is not counted"},
    {FL_FIT_EXPERTS_DERIVED, "experts are not known one by one: how many a batch reads follows from total and active "
                             "parameters"},
    {FL_FIT_EXPERTS_UNKNOWN, "the share of its experts is not known: all weights are taken for experts"},
    {FL_FIT_NO_ACTIVE, "the parameters that it uses for a token are not known: no speed can be told"},
    {FL_FIT_NO_BANDWIDTH, "the bandwidth of the device is not known (--bandwidth): no speed can be told"},
    {FL_FIT_NO_FLOPS, "the arithmetic of the device is not known: no prefill speed can be told"},
    {FL_FIT_SPLIT,
     "weights and cache are split evenly; the split costs speed: the low end is one layer after the other, "
     "the high end every layer on all devices at once"},
    {FL_FIT_OVER_CONTEXT, "that is more context than the model takes"},
    {FL_FIT_CONTEXT_UNKNOWN, "the most context that the model takes is not known"},
    {FL_FIT_POOR_QUANT, "under 4 bits a parameter answers suffer plainly"},
    {FL_FIT_TIGHT, "tight: at the high end of the overhead it does not fit into what is available"},
};
#define NOTE_SPEED " are estimates, 30 % either way: a measured run replaces them"
#define NOTE_WINDOWS "it has sliding windows, but the file does not say in which layers: all are taken for full"
#define NOTE_CONTEXT "no context was asked for (--context)"
enum { NOTES = FL_COUNT(note_texts) + 5 };

static size_t notes_of(const struct fl_fit_view *v, const struct fl_fit_row *r, struct fl_str out[NOTES],
                       struct fl_arena *a)
{
	size_t n = 0;
	if (v->context_assumed)
		out[n++] = fl_arena_printf(a, NOTE_CONTEXT ": taken as %.*s tokens",
		                           FL_FMT(fl_show_count(a, (uint64_t)r->want.context)));
	if (v->machine->basis.n)
		out[n++] = v->machine->basis;
	for (size_t i = 0; i < FL_COUNT(note_texts); i++)
		if (r->fit.notes & note_texts[i].note)
			out[n++] = fl_str_from(note_texts[i].text);
	if (r->windows_unknown)
		out[n++] = FL_S(NOTE_WINDOWS);
	if (r->fit.decode.known || r->fit.prefill.known)
		out[n++] = FL_S("speeds" NOTE_SPEED);
	return n;
}

static struct fl_str gigabytes(struct fl_arena *a, int64_t bytes)
{
	double gb = (double)bytes / 1e9;
	return fl_arena_printf(a, gb < 0.995 ? "%.2f" : gb < 9999.5 ? "%.1f" : "%.0f", gb);
}

static struct fl_str speed(struct fl_arena *a, double v)
{
	return v < 9.95 ? fl_arena_printf(a, "%.1f", v) : fl_show_count(a, (uint64_t)llround(v));
}

static struct fl_str speed_span(struct fl_arena *a, struct fl_span s, const char *between)
{
	if (!s.known)
		return FL_S("-");
	struct fl_str low = speed(a, s.low), high = speed(a, s.high);
	if (fl_str_eq(low, high))
		return low;
	return fl_arena_printf(a, "%.*s%s%.*s", FL_FMT(low), between, FL_FMT(high));
}

static struct fl_str machine_name(const struct fl_fit_machine *m, struct fl_arena *a)
{
	struct fl_str gb = gigabytes(a, m->memory_bytes);
	if (m->count > 1)
		return fl_arena_printf(a, "%lld x %.*s (%.*s GB each)", (long long)m->count, FL_FMT(m->name),
		                       FL_FMT(gb));
	return fl_arena_printf(a, "%.*s (%.*s GB)", FL_FMT(m->name), FL_FMT(gb));
}

/* "in q3_k_l; at 4,096 tokens of context; on 3 of these devices; ..." */
static struct fl_str nearest_text(const struct fl_fit_row *r, const struct fl_fit_machine *m, struct fl_arena *a)
{
	const struct fl_fit_nearest *n = &r->nearest;
	struct fl_str part[6], text = {0};
	size_t parts = 0;
	if (n->quant)
		part[parts++] = fl_arena_printf(a, "in %s", n->quant->name);
	if (n->context > 0 && n->context < r->want.context)
		part[parts++] =
		    fl_arena_printf(a, "at %.*s tokens of context", FL_FMT(fl_show_count(a, (uint64_t)n->context)));
	if (n->cache_bits)
		part[parts++] = fl_arena_printf(a, "with a KV cache at %d bit", n->cache_bits);
	if (n->sequences > 0)
		part[parts++] =
		    fl_arena_printf(a, "for %.*s", FL_FMT(fl_show_counted(a, (uint64_t)n->sequences, "sequence")));
	if (n->count > 0)
		part[parts++] = fl_arena_printf(a, "on %lld of these devices", (long long)n->count);
	if (n->device && m->count > 1)
		part[parts++] = fl_arena_printf(a, "on %lld x %.*s", (long long)m->count, FL_FMT(n->device->name));
	else if (n->device)
		part[parts++] = fl_arena_printf(a, "on one %.*s", FL_FMT(n->device->name));
	for (size_t i = 0; i < parts; i++)
		text = fl_arena_printf(a, "%.*s%s%.*s", FL_FMT(text), i ? "; " : "", FL_FMT(part[i]));
	return text;
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void json_known(struct fl_json_writer *w, const char *name, bool known, int64_t n)
{
	fl_json_name(w, name);
	if (known)
		fl_json_put_i64(w, n);
	else
		fl_json_put_null(w);
}

static void json_span(struct fl_json_writer *w, const char *name, bool known, double low, double high)
{
	fl_json_name(w, name);
	if (!known) {
		fl_json_put_null(w);
		return;
	}
	fl_json_open(w, '[');
	fl_json_put_double(w, low);
	fl_json_put_double(w, high);
	fl_json_close(w);
}

/* Speeds to three digits: they are no more exact. */
static double rounded(double v)
{
	double per_unit = v > 0 ? pow(10, 2 - floor(log10(v))) : 1;
	return v >= 1000 ? round(v) : round(v * per_unit) / per_unit;
}

static void json_bytes_span(struct fl_json_writer *w, const char *name, const struct fl_bytes_span *s)
{
	fl_json_name(w, name);
	fl_json_open(w, '[');
	fl_json_put_i64(w, s->low);
	fl_json_put_i64(w, s->high);
	fl_json_close(w);
}

static void json_sizes(struct fl_json_writer *w, const struct fl_fit *f)
{
	bool exact = f->cache.known && f->cache.low == f->cache.high;
	fl_json_member_i64(w, "weights_bytes", f->weights.total);
	json_known(w, "kv_bytes", exact, f->cache.low);
	if (f->cache.known && !exact)
		json_bytes_span(w, "kv_bytes_interval", &f->cache);
	fl_json_member_i64(w, "overhead_bytes", f->overhead.low);
	json_bytes_span(w, "overhead_bytes_interval", &f->overhead);
	fl_json_name(w, "overhead_terms");
	fl_json_open(w, '{');
	fl_json_member_i64(w, "runtime_bytes", f->runtime_bytes);
	fl_json_member_i64(w, "links_bytes", f->links_bytes);
	fl_json_member_i64(w, "buffers_bytes", f->buffer_bytes);
	fl_json_close(w);
	json_known(w, "total_bytes", exact, f->total.low);
	if (f->cache.known && !exact)
		json_bytes_span(w, "total_bytes_interval", &f->total);
	fl_json_member_i64(w, "available_bytes", f->available_bytes);
}

static void json_nearest(struct fl_json_writer *w, const struct fl_fit_row *r)
{
	const struct fl_fit_nearest *n = &r->nearest;
	fl_json_name(w, "nearest");
	fl_json_open(w, '{');
	if (n->quant)
		fl_json_member_str(w, "quant", fl_str_from(n->quant->name));
	if (n->context > 0 && n->context < r->want.context)
		fl_json_member_i64(w, "context_tokens", n->context);
	if (n->cache_bits)
		fl_json_member_str(w, "kv", FL_S("q8"));
	if (n->sequences > 0)
		fl_json_member_i64(w, "sequences", n->sequences);
	if (n->count > 0)
		fl_json_member_i64(w, "count", n->count);
	if (n->device)
		fl_json_member_str(w, "device", n->device_key);
	fl_json_close(w);
}

static void json_row(const struct fl_fit_view *v, const struct fl_fit_row *r, struct fl_json_writer *w,
                     struct fl_arena *a)
{
	const struct fl_fit *f = &r->fit;
	const struct fl_fit_machine *m = v->machine;
	struct fl_str note[NOTES];
	fl_json_open(w, '{');
	fl_json_member_str(w, "model", r->model.id);
	fl_json_member_str(w, "quant", fl_str_from(r->want.quant->name));
	fl_json_name(w, "fits");
	if (f->fits == FL_FIT_UNKNOWN)
		fl_json_put_null(w);
	else
		fl_json_put_bool(w, f->fits == FL_FIT_YES);
	fl_json_member_str(w, "device", m->name);
	fl_json_member_i64(w, "count", m->count);
	fl_json_member_i64(w, "memory_bytes", fl_fit_times(m->memory_bytes, m->count, 1));
	fl_json_member_i64(w, "context_tokens", r->want.context);
	fl_json_member_i64(w, "sequences", r->want.sequences);
	fl_json_member_str(w, "kv", r->want.cache_bits == 8 ? FL_S("q8") : FL_S("f16"));
	json_sizes(w, f);
	json_known(w, "max_context_tokens", f->max_context >= 0, f->max_context);
	json_known(w, "max_sequences", f->max_sequences >= 0, f->max_sequences);
	json_span(w, "decode_tokens_per_s", f->decode.known, rounded(f->decode.low), rounded(f->decode.high));
	json_span(w, "prefill_tokens_per_s", f->prefill.known, rounded(f->prefill.low), rounded(f->prefill.high));
	fl_json_name(w, "limiting");
	if (f->limit == FL_LIMIT_UNKNOWN)
		fl_json_put_null(w);
	else
		fl_json_put_str(w, fl_str_from(fl_fit_limit_words[f->limit]));
	fl_json_member_double(w, "parameters_b", r->model.parameters.total_b);
	if (r->model.parameters.active_b > 0)
		fl_json_member_double(w, "active_parameters_b", r->model.parameters.active_b);
	fl_json_member_double(w, "bits_per_weight", r->want.quant->bits);
	if (f->weights_read_bytes > 0)
		fl_json_member_i64(w, "weights_read_bytes", llround(f->weights_read_bytes));
	if (f->compute_bound_sequences > 0)
		fl_json_member_double(w, "compute_bound_sequences", rounded(f->compute_bound_sequences));
	if (f->fits != FL_FIT_YES)
		json_nearest(w, r);
	size_t n = notes_of(v, r, note, a);
	fl_json_name(w, "assumptions");
	fl_json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		fl_json_put_str(w, note[i]);
	fl_json_close(w);
	fl_json_close(w);
}

void fl_fit_json(const struct fl_fit_view *v, struct fl_json_writer *w)
{
	struct fl_arena a;
	fl_arena_init(&a);
	fl_json_open(w, '{');
	fl_json_member_str(w, "schema", FL_S("fulcrum.fit/1"));
	fl_json_name(w, "rows");
	fl_json_open(w, '[');
	for (size_t i = 0; i < v->rows; i++)
		json_row(v, &v->row[i], w, &a);
	fl_json_close(w);
	fl_json_close(w);
	fl_arena_release(&a);
}

/* --- one answer --------------------------------------------------------------------------------------------------- */

/* "16 full, 48 linear layers". */
static struct fl_str layers_text(const struct fl_architecture *arch, struct fl_arena *a)
{
	static const char *const words[] = {"full", "window", "chunk", "MLA", "compressed", "linear"};
	struct fl_str text = {0};
	for (int kind = 0; kind <= FL_LAYER_LINEAR; kind++) {
		int64_t n = fl_cache_layers(arch, (enum fl_layer_kind)kind);
		if (n)
			text = fl_arena_printf(a, "%.*s%s%lld %s", FL_FMT(text), text.n ? ", " : "", (long long)n,
			                       words[kind]);
	}
	return fl_arena_printf(a, "%.*s layers", FL_FMT(text));
}

static struct fl_str cache_text(const struct fl_fit_row *r, struct fl_arena *a)
{
	const struct fl_architecture *arch = r->model.architecture;
	struct fl_str tokens = fl_show_count(a, (uint64_t)fl_fit_blocks(r->want.context, r->want.quant));
	struct fl_str sequences = fl_show_counted(a, (uint64_t)r->want.sequences, "sequence");
	if (!arch || arch->layers.n == 0)
		return fl_arena_printf(a, "%.*s tokens, %.*s; layers not known", FL_FMT(tokens), FL_FMT(sequences));
	int64_t each = fl_cache_bytes_per_token(arch, r->want.cache_bits);
	return fl_arena_printf(a, "%.*s tokens, %.*s; %.*s bytes a further token at %d bit: %.*s", FL_FMT(tokens),
	                       FL_FMT(sequences), FL_FMT(fl_show_count(a, (uint64_t)each)), r->want.cache_bits,
	                       FL_FMT(layers_text(arch, a)));
}

static struct fl_str weights_text(const struct fl_fit_row *r, struct fl_arena *a)
{
	const struct fl_parameters *p = &r->model.parameters;
	const struct fl_quant *q = r->want.quant;
	if (r->model.file.total)
		return fl_arena_printf(a, "%.4g billion parameters, %.2f bits each on average", p->total_b, q->bits);
	if (p->mixture && q->rest_bits > 0 && p->expert_b > 0)
		return fl_arena_printf(a, "%.4g billion parameters in experts at %.2f bits, %.3g at %g", p->expert_b,
		                       q->bits, p->total_b - p->expert_b, q->rest_bits);
	return fl_arena_printf(a, "%.4g billion parameters at %.4g bits", p->total_b, q->bits);
}

/* Text broken to the width behind `lead`, its further lines under its first. */
static void hang(struct fl_buf *out, const char *lead, struct fl_str text, size_t width)
{
	char blank[40];
	struct fl_buf b;
	size_t n = strlen(lead);
	FL_ASSERT(n < sizeof blank);
	memset(blank, ' ', n);
	blank[n] = '\0';
	fl_buf_init(&b, 8000);
	fl_wrap(&b, text, width, blank);
	fl_buf_printf(out, "%s%s", lead, b.n > n ? b.p + n : "\n");
	fl_buf_release(&b);
}

static void term(struct fl_buf *out, const char *name, struct fl_str figure, struct fl_str text, size_t width)
{
	char lead[40];
	if (text.n == 0) {
		fl_buf_printf(out, "  %-10s%8.*s GB\n", name, FL_FMT(figure));
		return;
	}
	snprintf(lead, sizeof lead, "  %-10s%8.*s GB  ", name, FL_FMT(fl_str_sub(figure, 0, 12)));
	hang(out, lead, text, width);
}

static void heading(const struct fl_fit_view *v, const struct fl_fit_row *r, struct fl_buf *out, size_t width,
                    struct fl_arena *a)
{
	const struct fl_fit *f = &r->fit;
	struct fl_str answer = FL_S("fits");
	if (f->fits == FL_FIT_UNKNOWN)
		answer = f->cache.known ? FL_S("may fit, the cache decides") : FL_S("may fit, its cache is not known");
	else if (f->fits == FL_FIT_NO && f->limit == FL_LIMIT_CONTEXT)
		answer = FL_S("takes no such context");
	else if (f->fits == FL_FIT_NO)
		answer = fl_arena_printf(a, "does not fit, %.*s GB are missing",
		                         FL_FMT(gigabytes(a, f->total.low - f->available_bytes)));
	fl_wrap(out,
	        fl_arena_printf(a, "%.*s in %s on %.*s: %.*s", FL_FMT(r->model.id), r->want.quant->name,
	                        FL_FMT(machine_name(v->machine, a)), FL_FMT(answer)),
	        width, "");
}

static void speeds(const struct fl_fit_row *r, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	const struct fl_fit *f = &r->fit;
	struct fl_str decode = FL_S("not known"), prefill = FL_S("not known");
	if (f->fits == FL_FIT_NO)
		return;
	if (f->decode.known)
		decode =
		    fl_arena_printf(a, "%.*s tokens/s%s, bound by %s: %.*s GB of weights read a step",
		                    FL_FMT(speed_span(a, f->decode, " to ")), r->want.sequences > 1 ? " in all" : "",
		                    fl_fit_limit_words[f->limit], FL_FMT(gigabytes(a, llround(f->weights_read_bytes))));
	if (f->prefill.known)
		prefill = fl_arena_printf(a, "%.*s tokens/s", FL_FMT(speed_span(a, f->prefill, " to ")));
	fl_buf_char(out, '\n');
	if (f->compute_bound_sequences >= 1 && f->limit == FL_LIMIT_BANDWIDTH)
		decode = fl_arena_printf(a, "%.*s; by arithmetic above about %.*s", FL_FMT(decode),
		                         FL_FMT(fl_show_counted(a, (uint64_t)f->compute_bound_sequences, "sequence")));
	hang(out, "  decode    ", decode, width);
	hang(out, "  prefill   ", prefill, width);
}

static void most(const struct fl_fit_row *r, struct fl_buf *out, struct fl_arena *a)
{
	const struct fl_fit *f = &r->fit;
	if (f->max_context < 0 || (f->max_context == 0 && f->max_sequences == 0))
		return;
	fl_buf_printf(out, "\n  at most   %.*s tokens of context for %.*s,\n            or %.*s of %.*s tokens\n",
	              FL_FMT(fl_show_count(a, (uint64_t)f->max_context)),
	              FL_FMT(fl_show_counted(a, (uint64_t)r->want.sequences, "sequence")),
	              FL_FMT(fl_show_counted(a, (uint64_t)f->max_sequences, "sequence")),
	              FL_FMT(fl_show_count(a, (uint64_t)r->want.context)));
}

/* Where a count that takes every layer for full attention would be off by half and more. */
static void naive(const struct fl_fit_row *r, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	const struct fl_architecture *arch = r->model.architecture;
	if (!arch || arch->layers.n == 0 || !r->fit.cache.known)
		return;
	int64_t tokens = fl_fit_times(r->want.context, r->want.sequences, 1);
	int64_t n = fl_fit_times(fl_cache_naive_bytes_per_token(arch, r->want.cache_bits), tokens, 1);
	if (n > r->fit.cache.high / 2 * 3)
		hang(out, "  - ",
		     fl_arena_printf(a, "counting every layer as full attention, the cache would be %.*s GB",
		                     FL_FMT(gigabytes(a, n))),
		     width);
}

static void answer_text(const struct fl_fit_view *v, const struct fl_fit_row *r, struct fl_buf *out, size_t width,
                        struct fl_arena *a)
{
	const struct fl_fit *f = &r->fit;
	const struct fl_fit_machine *m = v->machine;
	struct fl_str note[NOTES], cache = gigabytes(a, f->cache.high);
	bool span = f->cache.low != f->cache.high;
	heading(v, r, out, width, a);
	fl_buf_char(out, '\n');
	term(out, "weights", gigabytes(a, f->weights.total), weights_text(r, a), width);
	term(out, span ? "KV, most" : "KV cache", f->cache.known ? cache : FL_S("?"), cache_text(r, a), width);
	term(out, "overhead", gigabytes(a, f->overhead.low),
	     fl_arena_printf(a, "runtime %.*s, links %.*s, buffers %.*s; up to %.*s",
	                     FL_FMT(gigabytes(a, f->runtime_bytes)), FL_FMT(gigabytes(a, f->links_bytes)),
	                     FL_FMT(gigabytes(a, f->buffer_bytes)), FL_FMT(gigabytes(a, f->overhead.high))),
	     width);
	struct fl_str total = gigabytes(a, f->total.high);
	term(out, "total", f->cache.known ? total : fl_arena_printf(a, "> %.*s", FL_FMT(gigabytes(a, f->total.low))),
	     span ? fl_arena_printf(a, "at least %.*s", FL_FMT(gigabytes(a, f->total.low))) : FL_S(""), width);
	bool less = m->usable_bytes > 0 && (double)m->usable_bytes < (double)m->memory_bytes * FL_FIT_SHARE;
	int64_t memory = fl_fit_times(m->memory_bytes, m->count, 1);
	term(
	    out, "available", gigabytes(a, f->available_bytes),
	    fl_arena_printf(a, "%s of %.*s GB", less ? "what is left to models" : "90 %", FL_FMT(gigabytes(a, memory))),
	    width);
	speeds(r, out, width, a);
	most(r, out, a);
	struct fl_str near = nearest_text(r, m, a);
	fl_buf_char(out, '\n');
	if (f->fits != FL_FIT_YES && near.n) {
		fl_wrap(out,
		        fl_arena_printf(a, "%s: %.*s.", f->fits == FL_FIT_NO ? "It would fit" : "It fits for sure",
		                        FL_FMT(near)),
		        width, "");
		fl_buf_char(out, '\n');
	}
	size_t n = notes_of(v, r, note, a);
	for (size_t i = 0; i < n; i++)
		hang(out, "  - ", note[i], width);
	naive(r, out, width, a);
}

void fl_fit_answers(const struct fl_fit_view *v, struct fl_buf *out, size_t width)
{
	struct fl_arena a;
	fl_arena_init(&a);
	for (size_t i = 0; i < v->rows; i++) {
		if (i)
			fl_buf_char(out, '\n');
		answer_text(v, &v->row[i], out, width, &a);
	}
	fl_arena_release(&a);
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

static void list_row(struct fl_str *cell, const struct fl_fit_row *r, struct fl_arena *a)
{
	const struct fl_fit *f = &r->fit;
	bool span = f->cache.known && f->cache.low != f->cache.high;
	cell[0] = r->model.id;
	bool poor = f->notes & FL_FIT_POOR_QUANT;
	cell[1] = poor ? fl_arena_printf(a, "%s*", r->want.quant->name) : fl_str_from(r->want.quant->name);
	cell[2] = gigabytes(a, f->weights.total);
	cell[3] = !f->cache.known ? FL_S("?")
	          : span          ? fl_arena_printf(a, "<%.*s", FL_FMT(gigabytes(a, f->cache.high)))
	                          : gigabytes(a, f->cache.low);
	cell[4] = gigabytes(a, f->overhead.low);
	cell[5] = f->cache.known ? gigabytes(a, f->total.high) : FL_S("?");
	cell[6] = f->max_context < 0 ? FL_S("?") : fl_show_tokens(a, f->max_context);
	cell[7] = f->fits == FL_FIT_NO ? FL_S("no") : speed_span(a, f->decode, "-");
	cell[8] = f->fits == FL_FIT_UNKNOWN      ? FL_S("may fit")
	          : f->limit == FL_LIMIT_UNKNOWN ? FL_S("?")
	                                         : fl_str_from(fl_fit_limit_words[f->limit]);
}

void fl_fit_list(const struct fl_fit_view *v, struct fl_buf *out, size_t width)
{
	static const struct fl_text_column column[] = {{"model", true},    {"format", true},    {"weights", false},
	                                               {"KV", false},      {"over", false},     {"total", false},
	                                               {"context", false}, {"tokens/s", false}, {"bound by", true}};
	enum { N = FL_COUNT(column) };
	struct fl_arena a;
	fl_arena_init(&a);
	struct fl_str *cell = FL_NEW_ARRAY(&a, struct fl_str, (v->rows + 1) * N);
	size_t shown = 0;
	bool poor = false;
	for (size_t i = 0; i < v->rows; i++) {
		if (v->row[i].fit.fits == FL_FIT_NO)
			continue;
		list_row(cell + shown++ * N, &v->row[i], &a);
		poor |= (v->row[i].fit.notes & FL_FIT_POOR_QUANT) != 0;
	}
	fl_wrap(out,
	        fl_arena_printf(&a, "%.*s: %.*s GB for models%s", FL_FMT(machine_name(v->machine, &a)),
	                        FL_FMT(gigabytes(&a, fl_fit_available(v->machine))),
	                        v->detected ? ", as detected" : ""),
	        width, "");
	if (v->rows)
		fl_wrap(out,
		        fl_arena_printf(&a, "%.*s of %.*s tokens, each model in the widest format that fits; in GB",
		                        FL_FMT(fl_show_counted(&a, (uint64_t)v->row[0].want.sequences, "sequence")),
		                        FL_FMT(fl_show_count(&a, (uint64_t)v->row[0].want.context))),
		        width, "");
	fl_buf_char(out, '\n');
	struct fl_text_table t = {.column = column, .columns = N, .cell = cell, .rows = shown};
	if (shown)
		fl_table_write(out, &t, width, "");
	if (v->rows > shown)
		fl_wrap(out,
		        fl_arena_printf(&a, "%s%.*s not fit; `fulcrum fit MODEL` says what would.", shown ? "\n" : "",
		                        FL_FMT(fl_arena_printf(&a, "%zu %s", v->rows - shown,
		                                               v->rows - shown == 1 ? "model does" : "models do"))),
		        width, "");
	if (v->unknown)
		fl_wrap(out, fl_arena_printf(&a, "Of %zu open models no size is known.", v->unknown), width, "");
	if (poor)
		fl_wrap(out, FL_S("* under 4 bits a parameter answers suffer plainly."), width, "");
	if (v->machine->basis.n)
		fl_wrap(out, fl_arena_printf(&a, "What is taken of the device: %.*s.", FL_FMT(v->machine->basis)),
		        width, "");
	if (shown)
		fl_wrap(out, FL_S("Speeds" NOTE_SPEED "."), width, "");
	fl_arena_release(&a);
}

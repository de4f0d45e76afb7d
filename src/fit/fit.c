#include "fit/fit.h"

#include <math.h>

const char *const fl_fit_limit_words[] = {"memory", "context", "bandwidth", "compute", "unknown", NULL};

int64_t fl_fit_blocks(int64_t context, const struct fl_quant *quant)
{
	return (context + quant->block - 1) / quant->block * quant->block;
}

int64_t fl_fit_available(const struct fl_fit_machine *m)
{
	int64_t each = llround((double)m->memory_bytes * FL_FIT_SHARE);
	if (m->usable_bytes > 0)
		each = FL_MIN(each, m->usable_bytes);
	return fl_fit_times(each, m->count, 1);
}

int64_t fl_fit_sequences(int64_t available_bytes, int64_t weights_bytes, int64_t cache_bytes_per_sequence)
{
	if (available_bytes <= weights_bytes || cache_bytes_per_sequence <= 0)
		return 0;
	return (available_bytes - weights_bytes) / cache_bytes_per_sequence;
}

/* --- cache -------------------------------------------------------------------------------------------------------- */

void fl_fit_add_peer(struct fl_fit_model *model, const struct fl_architecture *peer)
{
	double own = model->parameters.total_b;
	if (model->peers == FL_FIT_PEERS || own <= 0 || peer->layers.n == 0 || peer->total_b < own / 2 ||
	    peer->total_b > own * 2)
		return;
	model->peer[model->peers++] = peer;
}

static bool has_layers(const struct fl_fit_model *model)
{
	const struct fl_architecture *a = model->architecture;
	return a && (a->layers.n > 0 || a->kv_bytes_per_token > 0);
}

struct fl_bytes_span fl_fit_cache(const struct fl_fit_model *model, const struct fl_fit_want *want)
{
	int64_t tokens = fl_fit_blocks(want->context, want->quant);
	struct fl_bytes_span s = {0};
	if (has_layers(model)) {
		s.low = s.high = fl_cache_bytes(model->architecture, tokens, want->cache_bits);
		s.known = true;
	}
	for (size_t i = 0; !has_layers(model) && i < model->peers; i++) {
		int64_t bytes = fl_cache_bytes(model->peer[i], tokens, want->cache_bits);
		s.low = s.known ? FL_MIN(s.low, bytes) : bytes;
		s.high = FL_MAX(s.high, bytes);
		s.known = true;
	}
	s.low = fl_fit_times(s.low, want->sequences, 1);
	s.high = fl_fit_times(s.high, want->sequences, 1);
	return s;
}

/* --- overhead ----------------------------------------------------------------------------------------------------- */

/* Bytes of buffers while `batch` tokens are computed at once; widths that are not stated count as usual ones. */
static double buffer_bytes(const struct fl_architecture *a, double batch)
{
	double vocab = a && a->vocab ? (double)a->vocab : 128000, hidden = a && a->hidden ? (double)a->hidden : 5120;
	double ff = a && a->ff ? (double)a->ff : 3 * hidden;
	return 4 * batch * (vocab + 4 * hidden + 2 * ff);
}

static void add_overhead(struct fl_fit *fit, const struct fl_fit_model *model, const struct fl_fit_machine *m,
                         const struct fl_fit_want *want)
{
	bool card = m->kind == FL_DEVICE_GPU || m->kind == FL_DEVICE_TPU, several = card && m->count > 1;
	double batch = fmax(FL_FIT_BATCH, (double)want->sequences), most = FL_FIT_OVERHEAD_MOST;
	double runtime = card ? 0.3e9 : 0.1e9, links = several ? 0.35e9 : 0;
	double buffers = fmin(buffer_bytes(model->architecture, batch), most - runtime - links);
	double high = (card ? 0.6e9 : 0.3e9) + (several ? 0.4e9 : 0) +
	              buffer_bytes(model->architecture, fmax(FL_FIT_BATCH_MOST, batch));
	fit->runtime_bytes = fl_fit_times(llround(runtime), m->count, 1);
	fit->links_bytes = fl_fit_times(llround(links), m->count, 1);
	fit->buffer_bytes = fl_fit_times(llround(buffers), m->count, 1);
	fit->overhead.low = fit->runtime_bytes + fit->links_bytes + fit->buffer_bytes;
	fit->overhead.high = FL_MAX(fit->overhead.low, fl_fit_times(llround(fmin(high, most)), m->count, 1));
	fit->overhead.known = true;
}

/* --- the answer --------------------------------------------------------------------------------------------------- */

static void add_sizes(struct fl_fit *fit, const struct fl_fit_model *model, const struct fl_fit_machine *m,
                      const struct fl_fit_want *want)
{
	fit->weights = model->file.total ? model->file : fl_weight_bytes(&model->parameters, want->quant);
	fit->cache = fl_fit_cache(model, want);
	add_overhead(fit, model, m, want);
	fit->total.low = fit->weights.total + fit->cache.low + fit->overhead.low;
	fit->total.high = fit->weights.total + fit->cache.high + fit->overhead.low;
	fit->total.known = fit->cache.known;
	fit->available_bytes = fl_fit_available(m);
	bool too_long = model->context_most > 0 && want->context > model->context_most;
	if (fit->total.low > fit->available_bytes || too_long)
		fit->fits = FL_FIT_NO;
	else
		fit->fits = fit->cache.known && fit->total.high <= fit->available_bytes ? FL_FIT_YES : FL_FIT_UNKNOWN;
}

/* Sizes alone, for searches. */
static enum fl_fit_answer answer(const struct fl_fit_model *model, const struct fl_fit_machine *m,
                                 const struct fl_fit_want *want)
{
	struct fl_fit fit = {0};
	add_sizes(&fit, model, m, want);
	return fit.fits;
}

/* Largest count of blocks of context, or of sequences, for which it fits, by halving: more never needs less. */
static int64_t largest(const struct fl_fit_model *model, const struct fl_fit_machine *m, struct fl_fit_want want,
                       bool of_context, int64_t most)
{
	int64_t low = 0, high = most;
	while (low < high) {
		int64_t middle = low + (high - low + 1) / 2;
		if (of_context)
			want.context = middle * want.quant->block;
		else
			want.sequences = middle;
		if (answer(model, m, &want) == FL_FIT_YES)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

static int64_t sequences_at_most(const struct fl_fit *fit, const struct fl_fit_want *want)
{
	int64_t each = fit->cache.high / want->sequences;
	return each > 0 ? FL_MIN(fl_fit_sequences(fit->available_bytes, fit->weights.total, each), FL_FIT_SEQUENCES)
	                : FL_FIT_SEQUENCES;
}

/* What a step of decoding reads and computes. False when the active part of a mixture is not known. */
static bool speed_in(struct fl_speed_in *in, const struct fl_fit *fit, const struct fl_fit_model *model,
                     const struct fl_fit_machine *m, const struct fl_fit_want *want)
{
	const struct fl_parameters *p = &model->parameters;
	double native = want->quant->width == 4 ? m->fp4_tflops : want->quant->width == 8 ? m->fp8_tflops : 0;
	*in = (struct fl_speed_in){.bandwidth = m->bandwidth,
	                           .tflops = m->bf16_tflops,
	                           .tflops_most = fmax(m->bf16_tflops, native),
	                           .devices = m->count,
	                           .batch = (double)want->sequences,
	                           .shared_bytes = (double)(fit->weights.total - fit->weights.experts),
	                           .expert_bytes = (double)fit->weights.experts,
	                           .active_b = p->active_b};
	if (!p->mixture)
		return true;
	if (p->experts > 0) {
		in->experts = (double)p->experts;
		in->experts_active = (double)p->experts_active;
	} else if (p->active_b > 0) { /* one expert in total / active, as the parameters tell */
		in->experts = p->total_b / p->active_b;
		in->experts_active = 1;
	}
	return p->active_b > 0 && (p->expert_b > 0 || p->experts == 0);
}

static void add_speed(struct fl_fit *fit, const struct fl_fit_model *model, const struct fl_fit_machine *m,
                      const struct fl_fit_want *want)
{
	struct fl_speed_in in, high;
	if (!speed_in(&in, fit, model, m, want)) {
		fit->notes |= FL_FIT_NO_ACTIVE;
		return;
	}
	fit->weights_read_bytes = fl_weights_read(&in);
	if (in.bandwidth.known && in.tflops > 0 && in.active_b > 0)
		fit->compute_bound_sequences = fl_compute_bound_batch(in.tflops, in.bandwidth.high,
		                                                      (double)fit->weights.total / (in.active_b * 1e9));
	fit->prefill = fl_prefill_speed(&in);
	fit->notes |= fit->prefill.known ? 0 : FL_FIT_NO_FLOPS;
	fit->notes |= m->bandwidth.known ? 0 : FL_FIT_NO_BANDWIDTH;
	if (!fit->cache.known)
		return;
	high = in;
	in.cache_bytes = (double)fit->cache.high / (double)want->sequences;
	high.cache_bytes = (double)fit->cache.low / (double)want->sequences;
	fit->decode = fl_decode_speed(&in);
	fit->decode.high = fl_decode_speed(&high).high;
	if (fit->decode.known)
		fit->limit = fl_decode_is_compute_bound(&in) ? FL_LIMIT_COMPUTE : FL_LIMIT_BANDWIDTH;
}

static unsigned notes_of(const struct fl_fit *fit, const struct fl_fit_model *model, const struct fl_fit_machine *m,
                         const struct fl_fit_want *want)
{
	const struct fl_parameters *p = &model->parameters;
	bool layers = has_layers(model), by_bits = model->file.total == 0, mixed = want->quant->rest_bits > 0;
	unsigned n = by_bits ? 0 : FL_FIT_FILE;
	n |= layers && fl_cache_lacks_state(model->architecture) ? FL_FIT_STATE_UNKNOWN : 0;
	n |= !layers ? (model->peers ? FL_FIT_CACHE_OF_PEERS : FL_FIT_CACHE_UNKNOWN) : 0;
	n |= by_bits && mixed && p->mixture && p->expert_b <= 0 ? FL_FIT_EXPERTS_UNKNOWN : 0;
	n |= p->mixture && p->experts == 0 && p->active_b > 0 ? FL_FIT_EXPERTS_DERIVED : 0;
	n |= m->count > 1 ? FL_FIT_SPLIT : 0;
	n |= model->context_most > 0 && want->context > model->context_most ? FL_FIT_OVER_CONTEXT : 0;
	n |= model->context_most > 0 ? 0 : FL_FIT_CONTEXT_UNKNOWN;
	n |= by_bits && want->quant->bits < FL_QUANT_POOR_BITS ? FL_FIT_POOR_QUANT : 0;
	if (fit->fits == FL_FIT_YES && fit->total.high - fit->overhead.low + fit->overhead.high > fit->available_bytes)
		n |= FL_FIT_TIGHT;
	return n;
}

struct fl_fit fl_fit(const struct fl_fit_model *model, const struct fl_fit_machine *m, const struct fl_fit_want *want)
{
	struct fl_fit fit = {.limit = FL_LIMIT_UNKNOWN, .max_context = -1, .max_sequences = -1};
	add_sizes(&fit, model, m, want);
	fit.notes = notes_of(&fit, model, m, want);
	if (fit.cache.known) {
		int64_t most = model->context_most > 0 ? model->context_most : FL_FIT_CONTEXT;
		fit.max_context = largest(model, m, *want, true, most / want->quant->block) * want->quant->block;
		int64_t in_bare_memory = sequences_at_most(&fit, want);
		fit.max_sequences = largest(model, m, *want, false, in_bare_memory) > 0 ? in_bare_memory : 0;
	}
	if (fit.fits == FL_FIT_NO)
		fit.limit = fit.total.low > fit.available_bytes ? FL_LIMIT_MEMORY : FL_LIMIT_CONTEXT;
	else
		add_speed(&fit, model, m, want);
	return fit;
}

struct fl_fit_machine fl_fit_machine_of(const struct fl_device *d, int64_t count)
{
	return (struct fl_fit_machine){
	    .name = d->name,
	    .kind = d->kind,
	    .count = count,
	    .memory_bytes = d->memory_bytes,
	    .usable_bytes = d->usable_bytes,
	    .bandwidth = {.low = (double)d->bandwidth, .high = (double)d->bandwidth, .known = d->bandwidth > 0},
	    .bf16_tflops = d->bf16_tflops,
	    .fp8_tflops = d->fp8_tflops,
	    .fp4_tflops = d->fp4_tflops,
	    .basis = d->usable_bytes ? d->usable_basis : (struct fl_str){0}};
}

/* fit: which models run on a machine, or what one model needs. */
#include "cli/commands.h"

#include "fit/catalog_model.h"
#include "fit/detect.h"
#include "fit/gguf_model.h"
#include "lang/quantity.h"
#include "present/fit_view.h"
#include "present/progress.h"

#include <math.h>
#include <unistd.h>

enum { ANSWERS = 3 }; /* models named up to this number are shown with all terms, more in a list */

static const struct fl_option options[] = {
    {"device", "NAME", "a device of the catalogue, such as h100, rtx-4090, m4-max, iphone-16-pro; else this machine"},
    {"count", "N", "so many of it (1)"},
    {"memory", "SIZE", "its memory, where it differs or no device is named; a bare number is GB"},
    {"bandwidth", "GB/S", "of its memory; a bare number is GB/s"},
    {"context", "TOKENS", "tokens that a sequence holds (8192)"},
    {"sequences", "N", "sequences at once (1)"},
    {"quant", "FORMAT",
     "number format of the weights: f16, fp8, q8_0, q4_k_m, mxfp4, int4, ...; else the widest that fits"},
    {"kv", "FORMAT", "of the key-value cache: f16 (as is) or q8"},
    {"gguf", "FILE", "the model in this file; of a split model the first part"},
};

/* --- the machine -------------------------------------------------------------------------------------------------- */

static enum fl_code unknown_device(const struct fl_catalog *c, struct fl_str name, struct fl_err *err)
{
	struct fl_str near[3];
	size_t n = fl_device_near(&c->devices, name, near);
	fl_err_set(err, FL_E_NOT_FOUND, "there is no device '%.*s' in the catalogue", FL_FMT(fl_str_sub(name, 0, 80)));
	fl_err_found(err, "'%.*s'", FL_FMT(fl_str_sub(name, 0, 80)));
	if (n == 3)
		fl_err_expected(err, "a device such as %.*s, %.*s or %.*s", FL_FMT(near[0]), FL_FMT(near[1]),
		                FL_FMT(near[2]));
	fl_err_help(err, "or give its --memory 24GB and --bandwidth 1008");
	return FL_E_NOT_FOUND;
}

static enum fl_code read_memory(const struct fl_cli *cli, int64_t *bytes, struct fl_err *err)
{
	struct fl_str text;
	if (!fl_cli_get(cli, "memory", &text))
		return FL_OK;
	if (fl_quantity_read(FL_Q_BYTES, text, "GB", bytes, err) == FL_OK && *bytes > 0 &&
	    *bytes <= FL_FIT_BYTES_MOST / FL_FIT_DEVICES)
		return FL_OK;
	return fl_cli_bad(err, "memory", text, "a size such as 24GB or 24GiB");
}

static enum fl_code read_bandwidth(const struct fl_cli *cli, struct fl_fit_machine *m, struct fl_err *err)
{
	struct fl_str text;
	int64_t b;
	if (!fl_cli_get(cli, "bandwidth", &text))
		return FL_OK;
	if (fl_bandwidth_read(text, true, &b, err) != FL_OK)
		return fl_cli_bad(err, "bandwidth", text, "a bandwidth such as 1008 (GB/s) or 3.35TB/s");
	m->bandwidth = (struct fl_span){.low = (double)b, .high = (double)b, .known = true};
	return FL_OK;
}

/* Another memory than the catalogue's keeps the share that is left to models. */
static void set_memory(struct fl_fit_machine *m, int64_t bytes)
{
	if (m->usable_bytes > 0 && m->memory_bytes > 0)
		m->usable_bytes = llround((double)m->usable_bytes / (double)m->memory_bytes * (double)bytes);
	m->memory_bytes = bytes;
}

static enum fl_code read_machine(struct fl_cli *cli, const struct fl_catalog *c, struct fl_fit_machine *m,
                                 bool *detected, struct fl_err *err)
{
	struct fl_str name;
	int64_t memory = 0;
	uint64_t count = 0;
	FL_TRY(read_memory(cli, &memory, err));
	FL_TRY(fl_cli_u64(cli, "count", 1, &count, err));
	*detected = false;
	if (count > (uint64_t)FL_FIT_DEVICES)
		return fl_err_set(err, FL_E_USAGE, "--count: at most %lld devices", (long long)FL_FIT_DEVICES);
	if (fl_cli_get(cli, "device", &name)) {
		const struct fl_device *d = fl_device_find(&c->devices, name, NULL);
		if (!d)
			return unknown_device(c, name, err);
		*m = fl_fit_machine_of(d, 1);
	} else if (memory > 0) {
		*m = (struct fl_fit_machine){.name = FL_S("a card"), .kind = FL_DEVICE_GPU, .count = 1};
	} else {
		FL_TRY(fl_detect(&fl_detect_usual, &c->devices, &cli->arena, m, err));
		*detected = true;
	}
	if (memory > 0)
		set_memory(m, memory);
	if (m->memory_bytes == 0) {
		fl_err_set(err, FL_E_INVALID, "the catalogue does not know the memory of %.*s", FL_FMT(m->name));
		fl_err_help(err, "add --memory, such as --memory 64GB");
		return FL_E_INVALID;
	}
	m->count = count ? (int64_t)count : m->count;
	return read_bandwidth(cli, m, err);
}

/* --- the wish ----------------------------------------------------------------------------------------------------- */

static enum fl_code read_quant(const struct fl_cli *cli, const struct fl_quant **quant, struct fl_err *err)
{
	struct fl_str text;
	*quant = NULL;
	if (!fl_cli_get(cli, "quant", &text))
		return FL_OK;
	*quant = fl_quant_find(text);
	if (*quant)
		return FL_OK;
	const char *near = fl_quant_near(text);
	fl_err_set(err, FL_E_USAGE, "--quant: there is no format '%.*s'", FL_FMT(fl_str_sub(text, 0, 40)));
	fl_err_expected(err, "f16, q8_0, fp8, q6_k, q5_k_m, q4_k_m, iq4_xs, mxfp4, int4, awq, q3_k_l, q2_k, ...");
	if (near)
		fl_err_help(err, "did you mean '%s'?", near);
	return FL_E_USAGE;
}

static enum fl_code read_want(const struct fl_cli *cli, struct fl_fit_want *w, struct fl_err *err)
{
	struct fl_str text;
	uint64_t sequences = 1;
	*w = (struct fl_fit_want){.context = FL_FIT_CONTEXT_USUAL, .cache_bits = 16};
	FL_TRY(read_quant(cli, &w->quant, err));
	if (fl_cli_get(cli, "context", &text) &&
	    (fl_quantity_read(FL_Q_TOKENS, text, NULL, &w->context, err) != FL_OK || w->context < 1 ||
	     w->context > FL_FIT_CONTEXT))
		return fl_cli_bad(err, "context", text, "a number of tokens such as 8192 or 32k, at most 100M");
	FL_TRY(fl_cli_u64(cli, "sequences", 1, &sequences, err));
	if (sequences > (uint64_t)FL_FIT_SEQUENCES)
		return fl_err_set(err, FL_E_USAGE, "--sequences: at most %lld", (long long)FL_FIT_SEQUENCES);
	w->sequences = (int64_t)sequences;
	if (!fl_cli_get(cli, "kv", &text) || fl_str_eq_nocase(text, FL_S("f16")) ||
	    fl_str_eq_nocase(text, FL_S("bf16")))
		return FL_OK;
	w->cache_bits = 8;
	bool eight = fl_str_eq_nocase(text, FL_S("q8")) || fl_str_eq_nocase(text, FL_S("q8_0")) ||
	             fl_str_eq_nocase(text, FL_S("fp8"));
	return eight ? FL_OK : fl_cli_bad(err, "kv", text, "f16 or q8");
}

/* --- models ------------------------------------------------------------------------------------------------------- */

/* A model that one can run: its weights are published, and how large it is is known. */
static enum fl_code check_model(const struct fl_catalog *c, const struct fl_catalog_model *m, struct fl_err *err)
{
	if (fl_claim_yes(c, &m->open_weights) == FL_NO) {
		fl_err_set(err, FL_E_INVALID, "%.*s cannot be run by oneself: its weights are not published",
		           FL_FMT(m->id));
		fl_err_help(err,
		            "`fulcrum models --open` lists models whose weights can be had; `fulcrum models show %.*s` "
		            "who serves it",
		            FL_FMT(m->id));
		return FL_E_INVALID;
	}
	if (fl_fit_model_of(c, m).parameters.total_b <= 0) {
		fl_err_set(err, FL_E_INVALID, "the size of %.*s is not known: no number of parameters is published",
		           FL_FMT(m->id));
		fl_err_help(err, "with its weights as a file, --gguf FILE reads their size");
		return FL_E_INVALID;
	}
	return FL_OK;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

struct asked {
	const struct fl_catalog *catalog;
	struct fl_fit_machine machine;
	struct fl_fit_want want;
	FL_VEC(struct fl_fit_row) row;
};

/* The format for a model in which nothing fits: what most people would take. */
static const struct fl_quant *usual_quant(const struct fl_fit_model *m)
{
	const struct fl_quant *native = fl_fit_native(m), *usual = fl_quant_find(FL_S("q4_k_m"));
	return native->bits < usual->bits ? native : usual;
}

static void add_row(struct asked *q, const struct fl_fit_model *model, const struct fl_quant *quant,
                    bool windows_unknown)
{
	struct fl_fit_row r = {.model = *model, .want = q->want, .windows_unknown = windows_unknown};
	r.want.quant = quant ? quant : q->want.quant;
	if (!r.want.quant)
		r.want.quant = fl_fit_widest(model, &q->machine, &q->want);
	if (!r.want.quant)
		r.want.quant = usual_quant(model);
	r.fit = fl_fit(model, &q->machine, &r.want);
	if (r.fit.fits != FL_FIT_YES)
		r.nearest = fl_fit_nearest(model, &q->machine, &r.want, &q->catalog->devices);
	FL_VEC_PUSH(&q->row, r);
}

/* What fits first; of that, formats that do not harm answers first, then the largest. Of the rest the smallest first. */
static int by_use(const void *a, const void *b)
{
	static const int rank[] = {[FL_FIT_YES] = 0, [FL_FIT_UNKNOWN] = 1, [FL_FIT_NO] = 2};
	const struct fl_fit_row *x = a, *y = b;
	bool x_poor = x->fit.notes & FL_FIT_POOR_QUANT, y_poor = y->fit.notes & FL_FIT_POOR_QUANT;
	double xb = x->model.parameters.total_b, yb = y->model.parameters.total_b;
	if (x->fit.fits != y->fit.fits)
		return rank[x->fit.fits] - rank[y->fit.fits];
	if (x_poor != y_poor)
		return x_poor - y_poor;
	if (xb != yb)
		return (xb < yb) == (x->fit.fits != FL_FIT_NO) ? 1 : -1;
	return fl_str_cmp(x->model.id, y->model.id);
}

static void add_all(struct asked *q, size_t *unknown)
{
	const struct fl_catalog *c = q->catalog;
	for (size_t i = 0; i < c->models.n; i++) {
		const struct fl_catalog_model *m = (const struct fl_catalog_model *)c->models.p + i;
		if (fl_claim_yes(c, &m->open_weights) != FL_YES && !m->architecture.node)
			continue;
		struct fl_fit_model model = fl_fit_model_of(c, m);
		if (model.parameters.total_b > 0)
			add_row(q, &model, NULL, false);
		else
			(*unknown)++;
	}
	if (q->row.n > 1)
		qsort(q->row.p, q->row.n, sizeof *q->row.p, by_use);
}

static enum fl_code add_named(struct fl_cli *cli, struct asked *q, struct fl_err *err)
{
	for (size_t i = 0; i < cli->argument.n; i++) {
		const struct fl_catalog_model *m;
		FL_TRY(fl_catalog_model(q->catalog, cli->argument.p[i], &m, err));
		FL_TRY(check_model(q->catalog, m, err));
		struct fl_fit_model model = fl_fit_model_of(q->catalog, m);
		add_row(q, &model, NULL, false);
	}
	return FL_OK;
}

static enum fl_code add_file(struct fl_cli *cli, struct asked *q, struct fl_str path, struct fl_err *err)
{
	struct fl_gguf_model *m = FL_NEW(&cli->arena, struct fl_gguf_model);
	if (q->want.quant) {
		fl_err_set(err, FL_E_USAGE, "--quant and --gguf: the file has its number format");
		return FL_E_USAGE;
	}
	FL_TRY(fl_gguf_model_read(m, fl_arena_dupz(&cli->arena, path), &cli->arena, err));
	struct fl_fit_model model = fl_gguf_fit_model(m);
	add_row(q, &model, &m->quant, m->windows_unknown);
	return FL_OK;
}

static enum fl_code collect(struct fl_cli *cli, struct asked *q, struct fl_fit_view *v, struct fl_err *err)
{
	struct fl_str path;
	bool file = fl_cli_get(cli, "gguf", &path);
	if (file)
		FL_TRY(add_file(cli, q, path, err));
	FL_TRY(add_named(cli, q, err));
	if (!file && cli->argument.n == 0)
		add_all(q, &v->unknown);
	return FL_OK;
}

static enum fl_code show(struct fl_cli *cli, const struct fl_fit_view *v, struct fl_err *err)
{
	if (cli->json) {
		struct fl_json_writer w;
		fl_json_begin(&w, &cli->out, 0);
		fl_fit_json(v, &w);
		return fl_json_done(&w) && fl_buf_char(&cli->out, '\n')
		           ? FL_OK
		           : fl_err_set(err, FL_E_LIMIT, "the answer is too large");
	}
	bool named = cli->argument.n > 0 || fl_cli_has(cli, "gguf");
	size_t width = fl_terminal_width(STDOUT_FILENO);
	(named && v->rows <= ANSWERS ? fl_fit_answers : fl_fit_list)(v, &cli->out, width);
	return FL_OK;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	struct asked q = {0};
	struct fl_fit_view v = {.context_assumed = !fl_cli_has(cli, "context")};
	FL_TRY(fl_cli_catalog(cli, &q.catalog, err));
	FL_TRY(read_want(cli, &q.want, err));
	FL_TRY(read_machine(cli, q.catalog, &q.machine, &v.detected, err));
	enum fl_code code = collect(cli, &q, &v, err);
	v.machine = &q.machine;
	v.row = q.row.p;
	v.rows = q.row.n;
	if (code == FL_OK)
		code = show(cli, &v, err);
	FL_VEC_RELEASE(&q.row);
	return code;
}

const struct fl_command fl_cmd_fit = {
    .name = "fit",
    .summary = "tell which models run on a machine, and how fast",
    .usage = "fit [MODEL ...] [--device NAME] [--count N] [options]\nfit --gguf FILE [--device NAME] [options]",
    .text =
        "Memory term by term: weights in their number format, the key-value cache by kinds of layers, overhead. Decode "
        "and prefill as intervals, with what bounds them. Where a model does not fit, the nearest format, context, "
        "number of devices and device that do. Without a model all open models of the catalogue, the largest that "
        "fit first; without a device this machine.",
    .example = "fulcrum fit llama-3.3-70b --device rtx-4090 --count 2 --quant q4_k_m\n"
               "fulcrum fit --device m4-max --context 32k\n"
               "fulcrum fit --gguf model.gguf",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 16,
    .run = run,
};

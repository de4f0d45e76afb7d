/*
 * fit.h - whether a model runs on a machine, with every term of the answer, how fast, and what would fit if it does not.
 *
 *   total = weights + cache x sequences + overhead         must stay under         available
 *
 * Available is FL_FIT_SHARE of the memory, or what the device leaves to models where that is less. Overhead is small by
 * design: its low end is counted, the share that is kept free takes the difference to its high end.
 *
 *   runtime    a device: 0.3 to 0.6 GB for the driver's context (graphics cards; 0.1 to 0.3 GB elsewhere)
 *   links      a device of several: 0.35 to 0.4 GB for buffers of the exchange (graphics cards)
 *   buffers    a device: 4 bytes x batch x (vocabulary + 4 hidden + 2 ff), batch FL_FIT_BATCH to FL_FIT_BATCH_MOST
 *
 * A model whose architecture is not known gets its cache as the interval that models of its size span (`peers`); where
 * that decides, the answer is "unknown".
 *
 * Ownership: results point to the catalogue and to `want`; nothing is allocated. Threads: pure. Limits: FL_FIT_* below.
 * Failure: none; what is not known is marked so and never 0.
 */
#ifndef FL_FIT_H
#define FL_FIT_H

#include "catalog/device.h"
#include "fit/cache.h"
#include "fit/speed.h"

#define FL_FIT_SHARE 0.9                         /* of the memory is used at most */
#define FL_FIT_OVERHEAD_MOST INT64_C(1500000000) /* bytes a device */
#define FL_FIT_BATCH 128                         /* tokens of a prompt that are computed at once, least and usual */
#define FL_FIT_BATCH_MOST 512
#define FL_FIT_CONTEXT INT64_C(100000000) /* tokens */
#define FL_FIT_CONTEXT_USUAL 8192         /* when none is asked for */
#define FL_FIT_SEQUENCES INT64_C(100000)
#define FL_FIT_DEVICES INT64_C(4096)
#define FL_FIT_PEERS 64 /* models of like size that are looked at */

struct fl_bytes_span {
	int64_t low, high;
	bool known;
};

struct fl_fit_model {
	struct fl_str id;
	const struct fl_architecture *architecture; /* NULL = not known */
	struct fl_parameters parameters;
	int64_t context_most;                             /* tokens; 0 = not known */
	struct fl_weight_bytes file;                      /* exact bytes of a file; total 0 = by number format */
	const struct fl_architecture *peer[FL_FIT_PEERS]; /* of like size, for a model without an architecture */
	size_t peers;
};

struct fl_fit_machine {
	struct fl_str name;
	int kind; /* enum fl_device_kind */
	int64_t count;
	int64_t memory_bytes;                       /* of one device */
	int64_t usable_bytes;                       /* of one; 0 = FL_FIT_SHARE of it */
	struct fl_span bandwidth;                   /* bytes a second of one */
	double bf16_tflops, fp8_tflops, fp4_tflops; /* 0 = not known */
	struct fl_str basis;                        /* where usable_bytes or the bandwidth are from; may be empty */
};

struct fl_fit_want {
	const struct fl_quant *quant;
	int64_t context, sequences;
	int cache_bits; /* 16 or 8 */
};

/* What a reader should know about a row; texts in present/. */
enum fl_fit_note {
	FL_FIT_STATE_UNKNOWN = 1 << 0,    /* the state of linear layers is not counted */
	FL_FIT_CACHE_OF_PEERS = 1 << 1,   /* cache as that of models of like size */
	FL_FIT_CACHE_UNKNOWN = 1 << 2,    /* not even that */
	FL_FIT_EXPERTS_DERIVED = 1 << 3,  /* share of experts from total and active parameters */
	FL_FIT_EXPERTS_UNKNOWN = 1 << 4,  /* all weights taken for experts */
	FL_FIT_NO_BANDWIDTH = 1 << 5,     /* so no speed */
	FL_FIT_NO_ACTIVE = 1 << 6,        /* active parameters of a mixture not known, so no speed */
	FL_FIT_NO_FLOPS = 1 << 7,         /* so no prefill */
	FL_FIT_SPLIT = 1 << 8,            /* several devices: the split costs speed */
	FL_FIT_OVER_CONTEXT = 1 << 9,     /* asked for more than the model takes */
	FL_FIT_POOR_QUANT = 1 << 10,      /* under FL_QUANT_POOR_BITS */
	FL_FIT_TIGHT = 1 << 11,           /* at the high end of the overhead it does not fit */
	FL_FIT_CONTEXT_UNKNOWN = 1 << 12, /* the model's own bound of context is not known */
	FL_FIT_FILE = 1 << 13,            /* weights are those of a file, to the byte */
};

enum fl_fit_limit { FL_LIMIT_MEMORY, FL_LIMIT_CONTEXT, FL_LIMIT_BANDWIDTH, FL_LIMIT_COMPUTE, FL_LIMIT_UNKNOWN };
extern const char *const fl_fit_limit_words[];
enum fl_fit_answer { FL_FIT_NO, FL_FIT_YES, FL_FIT_UNKNOWN };

struct fl_fit {
	enum fl_fit_answer fits;
	struct fl_weight_bytes weights;
	struct fl_bytes_span cache;                       /* of all sequences */
	int64_t runtime_bytes, links_bytes, buffer_bytes; /* of all devices, low ends: their sum is overhead.low */
	struct fl_bytes_span overhead;
	struct fl_bytes_span total; /* low: with the low ends; high: with the high end of the cache alone */
	int64_t available_bytes;    /* of all devices */
	int64_t max_context;        /* tokens at these sequences; -1 = not known, 0 = none */
	int64_t max_sequences;      /* at this context, (available - weights) / cache of one: the overhead is left to
	                                   the tenth that is kept free; -1 = not known, 0 = none */
	struct fl_span decode, prefill; /* tokens a second, of all sequences together */
	double weights_read_bytes;      /* a step of decoding; 0 = not known */
	double compute_bound_sequences; /* above so many arithmetic bounds it; 0 = not known */
	enum fl_fit_limit limit;        /* what stops it, or bounds its speed */
	unsigned notes;                 /* enum fl_fit_note */
};

/* Tokens of context as the engine of a format allots them. */
int64_t fl_fit_blocks(int64_t context, const struct fl_quant *quant);
int64_t fl_fit_available(const struct fl_fit_machine *machine);
/* Of all sequences; not known when neither an architecture nor peers are. */
struct fl_bytes_span fl_fit_cache(const struct fl_fit_model *model, const struct fl_fit_want *want);
/* Whole sequences in what weights leave, overhead not counted: a bound of max_sequences. 0 when there is none. */
int64_t fl_fit_sequences(int64_t available_bytes, int64_t weights_bytes, int64_t cache_bytes_per_sequence);
/* The whole answer. */
struct fl_fit fl_fit(const struct fl_fit_model *model, const struct fl_fit_machine *machine,
                     const struct fl_fit_want *want);

/* A model of like size for one without an architecture; ignored when full, or of another size. */
void fl_fit_add_peer(struct fl_fit_model *model, const struct fl_architecture *peer);

/* --- what would fit ----------------------------------------------------------------------------------------------- */

/* The format in which a model is published, when it is one that is known, else f16. */
const struct fl_quant *fl_fit_native(const struct fl_fit_model *model);
/* The widest of the usual formats, from the published one down, in which it fits; NULL when none does. */
const struct fl_quant *fl_fit_widest(const struct fl_fit_model *model, const struct fl_fit_machine *machine,
                                     const struct fl_fit_want *want);

/* The smallest single changes after which it fits; members are 0 or NULL where no such change does it. */
struct fl_fit_nearest {
	const struct fl_quant *quant;
	int64_t context;
	int64_t sequences;
	int64_t count;
	int cache_bits;
	const struct fl_device *device; /* one of it (as many as asked for), with the least memory */
	struct fl_str device_key;
};
struct fl_fit_nearest fl_fit_nearest(const struct fl_fit_model *model, const struct fl_fit_machine *machine,
                                     const struct fl_fit_want *want, const struct fl_list *devices);

/* A device of the catalogue as a machine. */
struct fl_fit_machine fl_fit_machine_of(const struct fl_device *device, int64_t count);

#endif

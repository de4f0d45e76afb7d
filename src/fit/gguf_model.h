/*
 * gguf_model.h - a GGUF file as a model: its shape from the metadata, its weights to the byte.
 *
 * Layers are told apart as llama.cpp does: heads per layer, sliding windows with their pattern (some architectures have
 * theirs by convention), latents of MLA, recurrent layers with their state. A file in parts ("-00001-of-00003.gguf") is
 * read as a whole.
 *
 * Ownership: texts live in the arena. Threads: any (blocking reads of headers alone). Limits: those of gguf.h, FL_LAYERS,
 * FL_GGUF_PARTS. Failure: NOT_FOUND, IO; INVALID and others of gguf.h with the file as place; UNSUPPORTED for a file that
 * holds no language model.
 */
#ifndef FL_GGUF_MODEL_H
#define FL_GGUF_MODEL_H

#include "codec/gguf.h"
#include "fit/fit.h"

#define FL_GGUF_PARTS 999

struct fl_gguf_model {
	struct fl_architecture shape;
	struct fl_quant quant; /* what its weights come to; the name lives in the arena */
	struct fl_weight_bytes weights;
	struct fl_str name;   /* as the file calls the model, else the file's name */
	bool windows_unknown; /* it has windows, but not where: all layers are taken for full */
};

/* The shape that metadata tell. */
enum fl_code fl_gguf_shape(const struct fl_gguf *g, struct fl_architecture *shape, bool *windows_unknown,
                           struct fl_arena *a, struct fl_err *err) FL_MUST_USE;
/* Reads the header of a file, and of its other parts. */
enum fl_code fl_gguf_model_read(struct fl_gguf_model *m, const char *path, struct fl_arena *a,
                                struct fl_err *err) FL_MUST_USE;
/* It as a model that is asked for; points into m. */
struct fl_fit_model fl_gguf_fit_model(const struct fl_gguf_model *m);

#endif

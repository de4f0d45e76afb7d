#include "catalog/architecture.h"

const char *const fl_layer_kind_words[] = {"full", "window", "chunk", "mla", "compressed", "linear", NULL};

/* A whole number from `least` to `most`. */
#define WHOLE(struct_, member, least, most, text)                                                                      \
	{                                                                                                              \
		.key = #member, .type = &fl_type_int, .at = offsetof(struct struct_, member), .bounded = true,         \
		.min = (double)(least), .max = (double)(most), .help = text                                            \
	}
#define WIDTH(struct_, member, text) WHOLE(struct_, member, 1, FL_ARCHITECTURE_MOST, text)
#define MOST_BYTES INT64_C(1000000000000) /* of a state or a cache's constant part */
#define BILLIONS(member, text)                                                                                         \
	{                                                                                                              \
		.key = #member, .type = &fl_type_number, .at = offsetof(struct fl_architecture, member),               \
		.bounded = true, .min = 0.001, .max = 1e6, .help = text                                                \
	}

static const struct fl_field layers_fields[] = {
    {.key = "kind",
     .type = &fl_type_word,
     .words = fl_layer_kind_words,
     .at = offsetof(struct fl_layers, kind),
     .required = true,
     .help = "what the layers keep of a context"},
    {.key = "count",
     .type = &fl_type_int,
     .at = offsetof(struct fl_layers, count),
     .required = true,
     .bounded = true,
     .min = 1,
     .max = FL_LAYERS,
     .help = "how many layers of this kind there are"},
    WIDTH(fl_layers, kv_heads, "heads of keys and values"),
    WIDTH(fl_layers, head_dim, "width of a head"),
    WIDTH(fl_layers, window, "tokens that a window or chunk holds"),
    WIDTH(fl_layers, ratio, "one of so many positions is kept"),
    WIDTH(fl_layers, rank, "dimensions of the latent of MLA"),
    WHOLE(fl_layers, rope, 0, FL_ARCHITECTURE_MOST, "dimensions of its rotary key"),
    WHOLE(fl_layers, extra_bytes, 0, FL_ARCHITECTURE_MOST, "bytes kept beside a token and layer: an index key"),
    {.key = "shared_kv",
     .type = &fl_type_bool,
     .at = offsetof(struct fl_layers, shared_kv),
     .help = "keys and values are one and kept once"},
    WHOLE(fl_layers, state_bytes, 0, MOST_BYTES, "bytes of a linear layer's state a sequence"),
};
static const struct fl_table layers_table = {
    .name = "layers", .field = layers_fields, .fields = FL_COUNT(layers_fields), .size = sizeof(struct fl_layers)};

static const struct fl_field fields[] = {
    {.key = "layers",
     .type = &fl_type_table,
     .table = &layers_table,
     .shape = FL_LIST,
     .at = offsetof(struct fl_architecture, layers),
     .least = 1,
     .help = "layers by kind"},
    WIDTH(fl_architecture, hidden, "width of the model"),
    WIDTH(fl_architecture, heads, "query heads"),
    WIDTH(fl_architecture, head_dim, "width of a query head"),
    WIDTH(fl_architecture, kv_heads, "heads of keys and values of most layers"),
    WIDTH(fl_architecture, vocab, "tokens of the vocabulary"),
    WIDTH(fl_architecture, ff, "width of the feed-forward part of a dense layer"),
    WIDTH(fl_architecture, experts, "routed experts of a layer"),
    WIDTH(fl_architecture, experts_active, "of them used for a token"),
    WHOLE(fl_architecture, experts_shared, 0, FL_ARCHITECTURE_MOST, "experts used for every token"),
    WIDTH(fl_architecture, expert_ff, "width of an expert"),
    WHOLE(fl_architecture, dense_layers, 0, FL_LAYERS, "layers without experts"),
    WIDTH(fl_architecture, q_rank, "dimensions of the queries' latent (MLA)"),
    WIDTH(fl_architecture, nope_dim, "width of a head without the rotary part (MLA)"),
    WIDTH(fl_architecture, value_dim, "width of a value head (MLA)"),
    {.key = "tied",
     .type = &fl_type_bool,
     .at = offsetof(struct fl_architecture, tied),
     .help = "the embedding is the output layer"},
    BILLIONS(total_b, "billions of parameters"),
    BILLIONS(active_b, "billions of parameters used for a token"),
    BILLIONS(expert_b, "billions of parameters in routed experts"),
    {.key = "context_native",
     .type = &fl_type_tokens,
     .at = offsetof(struct fl_architecture, context_native),
     .help = "tokens without stretching of positions"},
    {.key = "context_most",
     .type = &fl_type_tokens,
     .at = offsetof(struct fl_architecture, context_most),
     .help = "tokens that its configuration allows"},
    {.key = "native",
     .type = &fl_type_str,
     .at = offsetof(struct fl_architecture, native),
     .help = "number format of the published weights: bf16, fp8, mxfp4"},
    WHOLE(fl_architecture, kv_bytes_per_token, 1, MOST_BYTES,
          "bytes of cache a token at 16 bit, as stated or measured"),
    WHOLE(fl_architecture, kv_constant_bytes, 0, MOST_BYTES, "bytes of cache a sequence beside those of its tokens"),
    {.key = "source",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct fl_architecture, source),
     .help = "names of sources, or addresses"},
    {.key = "note",
     .type = &fl_type_str,
     .at = offsetof(struct fl_architecture, note),
     .help = "what a reader should know"},
};
const struct fl_table fl_architecture_table = {
    .name = "architecture", .field = fields, .fields = FL_COUNT(fields), .size = sizeof(struct fl_architecture)};

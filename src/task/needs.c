#include "task/needs.h"

const char *const fl_need_data_words[] = {"anywhere", "no-training", "zero-retention", "own-machines", NULL};
const char *const fl_need_reasoning_words[] = {"any", "none", "some", "deep", NULL};

#define EXCLUDES(k, member, h)                                                                                         \
	{                                                                                                              \
		.key = k, .type = &fl_type_str, .shape = FL_MANY, .at = offsetof(struct fl_need_exclude, member),      \
		.help = h                                                                                              \
	}
static const struct fl_field exclude_fields[] = {
    EXCLUDES("labs", labs, "ids of labs whose models are out"),
    EXCLUDES("lab_countries", lab_countries, "countries (ISO codes) whose labs' models are out"),
    EXCLUDES("processing", processing, "countries (ISO codes) in which calls must not be processed"),
};
static const struct fl_table exclude_table = {.name = "exclude",
                                              .field = exclude_fields,
                                              .fields = FL_COUNT(exclude_fields),
                                              .size = sizeof(struct fl_need_exclude)};

#define NEED(k, t, member, h)                                                                                          \
	{                                                                                                              \
		.key = k, .type = &(t), .at = offsetof(struct fl_needs, member), .help = h                             \
	}
#define NEEDS(k, member, h)                                                                                            \
	{                                                                                                              \
		.key = k, .type = &fl_type_str, .shape = FL_MANY, .at = offsetof(struct fl_needs, member), .help = h   \
	}
static const struct fl_needs needs_defaults = {
    .first_token_ms = -1, .p95_ms = -1, .knowledge_after = FL_DATE_NONE, .cost_nusd = -1};
static const struct fl_field needs_fields[] = {
    {.key = "data",
     .type = &fl_type_word,
     .words = fl_need_data_words,
     .at = offsetof(struct fl_needs, data),
     .help = "what may happen to what is sent: anywhere, no-training, zero-retention, own-machines"},
    NEEDS("region", region, "calls must be processed in one of these regions, such as eu"),
    NEEDS("certificates", certificates, "all of these certificates, such as SOC 2, ISO 27001, HIPAA"),
    NEEDS("inputs", inputs, "kinds of input: text, image, pdf, audio, video, youtube"),
    NEEDS("outputs", outputs, "kinds of output: text, image, audio, video"),
    NEED("context", fl_type_tokens, context, "tokens of context at least, as advertised"),
    NEED("effective_context", fl_type_tokens, effective_context,
         "tokens of context that it uses well, as a test measured"),
    NEED("first_token", fl_type_duration, first_token_ms,
         "first token of the answer within that time, thinking included"),
    NEED("p95", fl_type_duration, p95_ms, "19 of 20 answers must come within that time"),
    {.key = "reasoning",
     .type = &fl_type_word,
     .words = fl_need_reasoning_words,
     .at = offsetof(struct fl_needs, reasoning),
     .help = "none: answers at once; some: can think a little; deep: thinks in several levels or always"},
    NEED("tools", fl_type_bool, tools, "calls tools"),
    NEED("schema", fl_type_bool, schema, "answers in a given JSON Schema"),
    NEED("web_search", fl_type_bool, web_search, "searches the web by itself"),
    NEED("knowledge_after", fl_type_date, knowledge_after, "knows the world at least up to that day"),
    NEED("open_weights", fl_type_bool, open_weights, "weights that can be downloaded"),
    NEEDS("licence", licence, "one of these licences; commercial: any that allows business use"),
    {.key = "exclude",
     .type = &fl_type_table,
     .table = &exclude_table,
     .at = offsetof(struct fl_needs, exclude),
     .help = "who is out: labs, countries of labs, countries of processing"},
    NEEDS("fine_tuning", fine_tuning, "one of these methods can be had: sft, dpo, rft, lora; or any"),
    NEED("cost", fl_type_per_call, cost_nusd, "mean cost of an item at most, such as 0.01 USD/call"),
    NEEDS("devices", devices, "must run on one of these devices of the catalogue"),
};
const struct fl_table fl_needs_table = {.name = "needs",
                                        .field = needs_fields,
                                        .fields = FL_COUNT(needs_fields),
                                        .size = sizeof(struct fl_needs),
                                        .defaults = &needs_defaults};

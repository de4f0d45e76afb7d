/*
 * catalog_tables.c - what the files of the catalogue may hold. Keys are the names of the members unless said.
 */
#include "catalog/catalog.h"

#define FACT(member, t, h)                                                                                             \
	{                                                                                                              \
		.key = #member, .type = &fl_type_##t, .at = offsetof(struct ROW, member), .help = h                    \
	}
#define FACTS(member, t, h)                                                                                            \
	{                                                                                                              \
		.key = #member, .type = &fl_type_##t, .shape = FL_MANY, .at = offsetof(struct ROW, member), .help = h  \
	}
#define KEYED(k, member, t, h)                                                                                         \
	{                                                                                                              \
		.key = k, .type = &fl_type_##t, .at = offsetof(struct ROW, member), .help = h                          \
	}
#define WORD(member, list, h)                                                                                          \
	{                                                                                                              \
		.key = #member, .type = &fl_type_word, .words = list, .at = offsetof(struct ROW, member), .help = h    \
	}
#define PART(member, t, s, h)                                                                                          \
	{                                                                                                              \
		.key = #member, .type = &fl_type_table, .table = &(t), .shape = s, .at = offsetof(struct ROW, member), \
		.help = h                                                                                              \
	}
#define TABLE(n, f, ...)                                                                                               \
	{                                                                                                              \
		.name = n, .field = f, .fields = FL_COUNT(f), .size = sizeof(struct ROW), __VA_ARGS__                  \
	}
const char *const fl_model_status_words[] = {"current", "preview", "legacy", "deprecated", "retired", NULL};
static const char *const policy_words[] = {"unknown", "no", "yes", "opt-out", NULL};
static const char *const zdr_words[] = {"unknown", "none", "request", "self-serve", "default", NULL};
static const char *const reasoning_words[] = {"none", "toggle", "effort", "budget", "always", "adaptive", NULL};

#define ROW fl_source
static const struct ROW source_defaults = {.as_of = FL_DATE_NONE};
static const struct fl_field source_fields[] = {
    FACT(name, str, "its name"),
    FACT(url, str, "its address"),
    FACT(kind, str, "what kind of source it is"),
    FACT(licence, str, "licence of its data"),
    FACT(as_of, date, "day on which it stood so"),
    FACT(rank, int, "1 = vendor's own page .. 9; decides between claims"),
    FACT(second_hand, bool, "seen as quoted by somebody else"),
};
static const struct fl_table source_table = TABLE("source", source_fields, .defaults = &source_defaults);
#undef ROW

#define ROW fl_trust
static const struct ROW trust_defaults = {.date = FL_DATE_NONE};
static const struct fl_field trust_fields[] = {
    FACT(date, date, "day of the record"),
    FACT(kind, str, "outage, alignment incident, silent change, data incident, price reversal, benchmark dispute"),
    FACT(summary, str, "what happened"),
    FACT(resolved, str, "yes, no, or how far"),
    FACT(note, str, "what a reader should know"),
    FACT(announced, bool, "a forced change that was announced"),
    FACT(second_hand, bool, "seen as quoted by somebody else"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table trust_table = TABLE("trust", trust_fields, .defaults = &trust_defaults);
#undef ROW

#define ROW fl_lab
static const struct fl_field lab_fields[] = {
    FACT(name, str, "its name"),
    FACT(country, str, "ISO 3166 code of its country"),
    FACT(url, str, "its address"),
    PART(trust, trust_table, FL_MANY, "incidents, newest first"),
};
static const struct fl_table lab_table = TABLE("lab", lab_fields, .defaults = NULL);
#undef ROW

#define ROW fl_compatible
static const struct ROW compatible_defaults = {.checked = FL_DATE_NONE};
static const struct fl_field compatible_fields[] = {
    FACT(dialect, str, "wire format of the path"),
    FACTS(ignores, str, "parameters that it ignores in silence"),
    FACTS(source, str, "names of sources, or addresses"),
    FACT(checked, date, "day on which it was read"),
};
static const struct fl_table compatible_table =
    TABLE("compatible", compatible_fields, .defaults = &compatible_defaults);
#undef ROW

#define ROW fl_catalog_provider
static const struct fl_field provider_fields[] = {
    FACT(name, str, "its name"),
    FACT(country, str, "ISO 3166 code of the company's country"),
    FACTS(processed, str, "where calls are processed by default"),
    FACTS(aliases, str, "other names of it"),
    FACTS(hosts, str, "host names of its endpoints"),
    FACT(reseller, bool, "passes calls on to other hosts"),
    PART(compatible, compatible_table, FL_MANY, "what its paths in other wire formats leave out"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table provider_table = TABLE("catalog_provider", provider_fields, .defaults = NULL);
#undef ROW

#define ROW fl_policy
static const struct ROW policy_defaults = {.retention_days = -1, .checked = FL_DATE_NONE};
static const struct fl_field policy_fields[] = {
    FACT(provider, str, "id of the provider"),
    FACT(feature, str, "as the vendor calls it"),
    FACT(general, bool, "holds for plain API calls unless a narrower row does"),
    FACTS(models, str, "ids it is limited to"),
    WORD(trains, policy_words, "whether inputs are trained on"),
    WORD(zero_retention, zdr_words, "how zero retention is had"),
    FACT(retention_days, int, "days that inputs are kept"),
    FACT(trains_text, str, "in the vendor's sense"),
    FACT(retention_text, str, "in the vendor's sense"),
    FACT(zero_retention_text, str, "in the vendor's sense"),
    FACTS(certificates, str, "SOC 2, ISO 27001, ..."),
    FACTS(residency, str, "regions that can be promised"),
    FACTS(source, str, "names of sources, or addresses"),
    FACT(checked, date, "day on which it was read"),
    FACT(second_hand, bool, "seen as quoted by somebody else"),
    FACT(note, str, "what a reader should know"),
};
static const struct fl_table policy_table = TABLE("policy", policy_fields, .defaults = &policy_defaults);
#undef ROW

#define ROW fl_alias
static const struct ROW alias_defaults = {.from = FL_DATE_NONE, .to = FL_DATE_NONE};
static const struct fl_field alias_fields[] = {
    FACT(provider, str, "where the name holds; everywhere when absent"),
    FACT(name, str, "the name"),
    FACT(dated, bool, "the name with a date behind it is it too"),
    FACT(from, date, "first day"),
    FACT(to, date, "first day on which it is not any more"),
};
static const struct fl_table alias_table = TABLE("alias", alias_fields, .defaults = &alias_defaults);
#undef ROW

#define ROW fl_catalog_offer
static const struct ROW offer_defaults = {.from = FL_DATE_NONE, .to = FL_DATE_NONE, .since = FL_DATE_NONE};
static const struct fl_field offer_fields[] = {
    FACT(model, str, "the string that is sent"),
    FACT(region, str, "where it is processed"),
    FACT(quantization, str, "number format of the weights"),
    FACT(context, claim_tokens, "tokens as served"),
    FACT(max_output, claim_tokens, "tokens of an answer as served"),
    PART(prices, fl_price_row_table, FL_MANY, "rows of the price list"),
    FACT(from, date, "first day on which it is served"),
    FACT(to, date, "first day on which it is not any more"),
    FACT(note, str, "what a reader should know"),
};
static const struct fl_table offer_table = TABLE("catalog_offer", offer_fields, .defaults = &offer_defaults);
#undef ROW

#define ROW fl_score
static const struct ROW score_defaults = {.low = 1, .high = 0, .date = FL_DATE_NONE};
static const struct fl_field score_fields[] = {
    FACT(benchmark, str, "key of a benchmark"),
    FACT(release, str, "version of the benchmark"),
    FACT(category, str, "part of it; the whole when absent"),
    FACT(variant, str, "effort or snapshot that was measured"),
    FACT(harness, str, "what drove the model"),
    FACT(value, number, "the score"),
    FACT(low, number, "lower end of the 95 % interval"),
    FACT(high, number, "upper end"),
    FACT(n, int, "items"),
    FACT(estimated, bool, "not measured"),
    FACT(self_reported, bool, "measured by the lab itself"),
    FACT(secondary, bool, "seen as quoted"),
    FACT(date, date, "day of the record"),
    FACTS(source, str, "names of sources, or addresses"),
    FACT(note, str, "what a reader should know"),
};
static const struct fl_table score_table = TABLE("score", score_fields, .defaults = &score_defaults);
#undef ROW

#define ROW fl_benchmark
static const struct fl_field benchmark_fields[] = {
    FACT(name, str, "its name"),
    FACT(unit, str, "percent, share, index, elo, usd"),
    FACT(scale, number, "value of a perfect score"),
    FACTS(tags, str, "task categories and industries it speaks for"),
    FACT(lower_is_better, bool, "less is better"),
    FACT(url, str, "its address"),
    FACT(note, str, "what a reader should know"),
};
static const struct fl_table benchmark_table = TABLE("benchmark", benchmark_fields, .defaults = NULL);
#undef ROW

#define ROW fl_context_eval
static const struct ROW context_eval_defaults = {.date = FL_DATE_NONE};
static const struct fl_field context_eval_fields[] = {
    FACT(benchmark, str, "key of a benchmark"),
    FACT(metric, str, "what was measured"),
    FACT(variant, str, "what was measured of the model"),
    FACT(note, str, "what a reader should know"),
    FACT(length, tokens, "tokens of context"),
    FACT(value, number, "share of right answers, or effective tokens"),
    FACT(is_length, bool, "the value is a length in tokens"),
    FACT(more, bool, "the test ended before the model failed"),
    FACT(less, bool, "it failed at the shortest length"),
    FACT(secondary, bool, "seen as quoted"),
    FACT(date, date, "day of the record"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table context_eval_table =
    TABLE("context_eval", context_eval_fields, .defaults = &context_eval_defaults);
#undef ROW

#define ROW fl_speed
static const struct ROW speed_defaults = {.date = FL_DATE_NONE};
static const struct fl_field speed_fields[] = {
    FACT(variant, str, "effort or snapshot"),
    FACT(tokens_per_s, number, "median"),
    FACT(tokens_per_s_p05, number, "5th percentile"),
    FACT(tokens_per_s_p95, number, "95th percentile"),
    FACT(first_token_s, number, "median"),
    FACT(first_token_s_p95, number, "95th percentile"),
    FACT(first_answer_s, number, "first token of the answer, after thinking"),
    FACT(whole_s, number, "whole answer"),
    FACT(date, date, "day of the record"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table speed_table = TABLE("speed", speed_fields, .defaults = &speed_defaults);
#undef ROW

#define ROW fl_run_cost
static const struct ROW run_cost_defaults = {.total_nusd = -1,
                                             .input_nusd = -1,
                                             .output_nusd = -1,
                                             .reasoning_nusd = -1,
                                             .input_tokens = -1,
                                             .output_tokens = -1,
                                             .date = FL_DATE_NONE};
static const struct fl_field run_cost_fields[] = {
    FACT(benchmark, str, "what was run"),
    FACT(variant, str, "effort or snapshot"),
    KEYED("total", total_nusd, money, "dollars of the whole run"),
    KEYED("input", input_nusd, money, "of input"),
    KEYED("output", output_nusd, money, "of answers"),
    KEYED("reasoning", reasoning_nusd, money, "of thinking"),
    FACT(input_tokens, int, "tokens in"),
    FACT(output_tokens, int, "tokens out"),
    FACT(seconds_per_case, number, "seconds a case"),
    FACT(date, date, "day of the record"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table run_cost_table = TABLE("run_cost", run_cost_fields, .defaults = &run_cost_defaults);
#undef ROW

#define ROW fl_reasoning
static const struct fl_field reasoning_fields[] = {
    WORD(kind, reasoning_words, "how thinking is set"),
    FACTS(levels, str, "weakest first"),
    KEYED("default", standard, str, "level taken when none is asked for"),
    FACT(budget_least, int, "thinking tokens"),
    FACT(budget_most, int, "thinking tokens"),
    FACTS(source, str, "names of sources, or addresses"),
    FACT(note, str, "what a reader should know"),
};
static const struct fl_table reasoning_table = TABLE("reasoning", reasoning_fields, .defaults = NULL);
#undef ROW

#define ROW fl_refused
static const struct ROW refused_defaults = {.checked = FL_DATE_NONE};
static const struct fl_field refused_fields[] = {
    FACT(parameter, str, "effort, temperature, ..."),
    FACTS(values, str, "those that are refused; all but the default when absent"),
    FACTS(source, str, "names of sources, or addresses"),
    FACT(checked, date, "day on which it was read"),
    FACT(note, str, "what a reader should know"),
};
static const struct fl_table refused_table = TABLE("refused", refused_fields, .defaults = &refused_defaults);
#undef ROW

#define ROW fl_weights
static const struct fl_field weights_fields[] = {
    FACT(repo, str, "where they are"),
    FACT(format, str, "safetensors, gguf, ..."),
    FACT(quant, str, "number format"),
    FACT(bytes, bytes, "size"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table weights_table = TABLE("weights", weights_fields, .defaults = NULL);
#undef ROW

#define ROW fl_tuning
static const struct ROW tuning_defaults = {
    .train_per_mtok = -1, .train_per_hour = -1, .input_per_mtok = -1, .output_per_mtok = -1, .checked = FL_DATE_NONE};
static const struct fl_field tuning_fields[] = {
    FACT(provider, str, "id of the provider"),
    FACT(model, str, "string of the base model"),
    FACT(limits, str, "in words"),
    FACT(status, str, "in words"),
    FACT(note, str, "what a reader should know"),
    FACTS(methods, str, "sft, dpo, rft, lora, ..."),
    KEYED("train", train_per_mtok, per_mtok, "per million training tokens"),
    KEYED("train_hour", train_per_hour, per_hour, "per hour of training"),
    KEYED("input", input_per_mtok, per_mtok, "of the tuned model"),
    KEYED("output", output_per_mtok, per_mtok, "of the tuned model"),
    FACT(closed, bool, "takes no new jobs"),
    FACT(checked, date, "day on which it was read"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table tuning_table = TABLE("tuning", tuning_fields, .defaults = &tuning_defaults);
#undef ROW

#define ROW fl_market
static const struct ROW market_defaults = {.input_per_mtok = -1, .output_per_mtok = -1, .date = FL_DATE_NONE};
static const struct fl_field market_fields[] = {
    KEYED("input", input_per_mtok, per_mtok, "median over hosts"),
    KEYED("output", output_per_mtok, per_mtok, "median over hosts"),
    FACT(date, date, "day of the record"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table market_table = TABLE("market", market_fields, .defaults = &market_defaults);
#undef ROW

#define ROW fl_good_for
static const struct ROW good_for_defaults = {.date = FL_DATE_NONE};
static const struct fl_field good_for_fields[] = {
    FACT(task, str, "task category"),
    FACT(claim, str, "what is said"),
    FACT(source, str, "who says it"),
    FACT(date, date, "day of the record"),
};
static const struct fl_table good_for_table = TABLE("good_for", good_for_fields, .defaults = &good_for_defaults);
#undef ROW

#define ROW fl_catalog_model
static const struct fl_field model_fields[] = {
    FACT(name, str, "its name"),
    FACT(lab, str, "id of the lab"),
    FACT(family, str, "its family"),
    FACTS(tags, str, "words to find it by"),
    WORD(status, fl_model_status_words, "what is known for sure"),
    FACT(released, claim_day, "first day"),
    FACT(deprecates, claim_day, "day from which it is deprecated"),
    FACT(retires, claim_day, "day from which it is gone"),
    FACT(replaced_by, str, "id that its lab recommends instead"),
    FACT(answered_by, str, "id that answers since it is retired"),
    FACT(access, claim_text, "limited, waitlist"),
    FACT(open_weights, claim_yes, "whether its weights can be had"),
    FACT(licence, claim_text, "licence of the weights"),
    FACT(commercial, claim_yes, "whether it may be used for business"),
    FACT(openness, claim_figure, "openness index, 0 to 100"),
    FACT(total_params_b, claim_figure, "billions of parameters"),
    FACT(active_params_b, claim_figure, "billions of parameters used for a token"),
    PART(weights, weights_table, FL_MANY, "files of the weights"),
    PART(architecture, fl_architecture_table, FL_ONE, "its shape"),
    FACT(context, claim_tokens, "tokens of context, input and output together"),
    FACT(max_input, claim_tokens, "tokens of input"),
    FACT(max_output, claim_tokens, "tokens of an answer"),
    FACT(cache_least, claim_tokens, "shortest prompt that is cached"),
    FACT(inputs, claim_words, "text, image, pdf, audio, video, file"),
    FACT(outputs, claim_words, "text, image, audio, video"),
    FACT(knowledge, claim_day, "day up to which it knows the world"),
    FACT(tools, claim_yes, "calls tools"),
    FACT(structured_output, claim_yes, "answers in a given JSON Schema"),
    FACT(logprobs, claim_yes, "gives log probabilities"),
    FACT(temperature, claim_yes, "takes a temperature"),
    FACT(seed, claim_yes, "takes a seed"),
    FACT(web_search, claim_yes, "searches the web by itself"),
    FACT(reasons, claim_yes, "can think before it answers"),
    PART(reasoning, reasoning_table, FL_MANY, "how thinking is set, as each source says"),
    PART(refuses, refused_table, FL_MANY, "parameters, or values of them, that are answered with an error"),
    FACT(thinking_shown, claim_yes, "the thinking can be read"),
    FACT(token_factor, claim_figure, "tokens for a text, relative to its predecessor"),
    FACT(notes, claim_text, "what a reader should know"),
    PART(aliases, alias_table, FL_MANY, "other names"),
    PART(tuning, tuning_table, FL_MANY, "fine-tuning that can be bought"),
    PART(market, market_table, FL_MANY, "median price over hosts"),
    PART(scores, score_table, FL_MANY, "public scores"),
    PART(context_evals, context_eval_table, FL_MANY, "how much of its context it uses"),
    PART(speed, speed_table, FL_MANY, "measured speed"),
    PART(run_costs, run_cost_table, FL_MANY, "measured cost of running a benchmark"),
    PART(good_for, good_for_table, FL_MANY, "what people found it good for"),
    PART(offers, offer_table, FL_NAMED, "by provider"),
};
static const struct fl_table model_table = TABLE("catalog_model", model_fields, .defaults = NULL);
#undef ROW

#define ROW fl_plan
static const struct ROW plan_defaults = {.month_nusd = -1, .checked = FL_DATE_NONE};
static const struct fl_field plan_fields[] = {
    FACT(vendor, str, "id of the provider"),
    FACT(name, str, "its name"),
    FACT(limits, str, "in words"),
    FACT(note, str, "what a reader should know"),
    KEYED("month", month_nusd, money, "price a month"),
    FACTS(models, str, "what it gives access to"),
    FACT(checked, date, "day on which it was read"),
    FACT(second_hand, bool, "seen as quoted by somebody else"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table plan_table = TABLE("plan", plan_fields, .defaults = &plan_defaults);
#undef ROW

#define ROW fl_media
static const struct ROW media_defaults = {.checked = FL_DATE_NONE};
static const struct fl_field media_fields[] = {
    FACT(model, str, "id, or a family in words"),
    FACTS(models, str, "ids that the rule speaks of"),
    FACT(capability, str, "image input, audio output, youtube input, ..."),
    FACT(units, str, "what is counted"),
    FACT(rule, str, "tokens a piece"),
    FACT(limits, str, "in words"),
    FACT(price, str, "in words"),
    FACT(note, str, "what a reader should know"),
    FACT(checked, date, "day on which it was read"),
    FACT(second_hand, bool, "seen as quoted by somebody else"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table media_table = TABLE("media", media_fields, .defaults = &media_defaults);
#undef ROW

#define ROW fl_search_offer
static const struct ROW search_defaults = {.per_thousand_nusd = -1, .checked = FL_DATE_NONE};
static const struct fl_field search_fields[] = {
    FACT(provider, str, "id of the provider"),
    FACT(tool, str, "its name"),
    FACT(note, str, "what a reader should know"),
    KEYED("per_thousand", per_thousand_nusd, money, "per 1,000 searches"),
    FACT(checked, date, "day on which it was read"),
    FACT(second_hand, bool, "seen as quoted by somebody else"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table search_table = TABLE("search_offer", search_fields, .defaults = &search_defaults);
#undef ROW

#define ROW fl_model_table_row
static const struct fl_field model_table_row_fields[] = {
    FACT(model, str, "id"),
    FACT(offer, str, "provider/model whose price is shown"),
    FACT(variant, str, "of the score"),
    FACT(context, tokens, "tokens that it printed"),
};
static const struct fl_table model_table_row_table = TABLE("model_table_row", model_table_row_fields, .defaults = NULL);
#undef ROW

#define ROW fl_model_table
static const struct ROW model_table_defaults = {.date = FL_DATE_NONE};
static const struct fl_field model_table_fields[] = {
    FACT(title, str, "its heading"),
    FACT(date, date, "day of the record"),
    FACT(benchmark, str, "score that it shows"),
    FACT(release, str, "version of the benchmark"),
    PART(row, model_table_row_table, FL_MANY, "models in order"),
    FACTS(source, str, "names of sources, or addresses"),
};
static const struct fl_table model_table_table =
    TABLE("model_table", model_table_fields, .defaults = &model_table_defaults);
#undef ROW

#define ROW fl_catalog
static const struct ROW catalog_defaults = {.compiled = FL_DATE_NONE};
static const struct fl_field catalog_fields[] = {
    FACT(compiled, date, "day on which its facts were put together"),
    PART(sources, source_table, FL_NAMED, "where facts are from"),
    PART(labs, lab_table, FL_NAMED, "who makes models"),
    PART(providers, provider_table, FL_NAMED, "who serves them"),
    PART(models, model_table, FL_NAMED, "by id"),
    PART(calendars, fl_calendar_table, FL_NAMED, "hours of prices"),
    PART(benchmarks, benchmark_table, FL_NAMED, "what scores are of"),
    PART(devices, fl_device_table, FL_NAMED, "hardware"),
    PART(tables, model_table_table, FL_NAMED, "lists of models that somebody published"),
    PART(policies, policy_table, FL_MANY, "what providers do with data"),
    PART(plans, plan_table, FL_MANY, "subscriptions"),
    PART(media, media_table, FL_MANY, "what images, audio and video take"),
    PART(searches, search_table, FL_MANY, "web search tools"),
    PART(rentals, fl_rental_table, FL_MANY, "prices of rented hardware"),
};
const struct fl_table fl_catalog_table = TABLE("catalog", catalog_fields, .defaults = &catalog_defaults);
#undef ROW

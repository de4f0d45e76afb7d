#include "task/section.h"

#include "task/task.h"

/* Types whose meaning is read later: kept as nodes, with their own JSON Schema. */
static enum fl_code read_node(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	(void)r;
	(void)f;
	*(const struct fl_yaml **)to = v;
	return FL_OK;
}
#define NODE_TYPE(n, text, json)                                                                                       \
	static const struct fl_type type_##n = {                                                                       \
	    .name = #n, .expected = text, .size = sizeof(struct fl_yaml *), .read = read_node, .schema = json}
NODE_TYPE(data, "a file name or a list of items",
          "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"type\":\"object\"}}]}");
NODE_TYPE(prompt, "a text, file://NAME, or a list of system:/user:/assistant: messages",
          "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"type\":\"object\",\"minProperties\":1,"
          "\"maxProperties\":1,\"additionalProperties\":false,\"properties\":{\"system\":{\"type\":\"string\"},"
          "\"user\":{\"type\":\"string\"},\"assistant\":{\"type\":\"string\"}}}}]}");
NODE_TYPE(answer, "text, number, code, {choice: [...]}, {regex: '...'} or {json: /pointer}",
          "{\"anyOf\":[{\"enum\":[\"text\",\"number\",\"code\",\"json\"]},{\"type\":\"object\",\"minProperties\":1,"
          "\"maxProperties\":1,\"additionalProperties\":false,\"properties\":{\"choice\":{\"type\":\"array\"},"
          "\"regex\":{\"type\":\"string\"},\"json\":{\"type\":\"string\"}}}]}");
NODE_TYPE(params, "a map of request parameters", "{\"type\":\"object\"}");
/* Money, or the word none. */
static const char *const no_budget[] = {"none", NULL};
static const struct fl_field budget_either[] = {{.type = &fl_type_money}, {.type = &fl_type_word, .words = no_budget}};
static enum fl_code read_budget(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	if (v->kind == FL_YAML_SCALAR && fl_str_is(v->text, "none")) {
		*(int64_t *)to = FL_BUDGET_NONE;
		return FL_OK;
	}
	struct fl_field inner = *f;
	inner.type = &fl_type_money;
	return fl_schema_value(r, &inner, v, to);
}
static const struct fl_type type_budget = {.name = "budget",
                                           .expected = "an amount of money, or none",
                                           .size = sizeof(int64_t),
                                           .read = read_budget,
                                           .either = budget_either,
                                           .eithers = FL_COUNT(budget_either)};

#define AT(s, m) .at = offsetof(struct s, m)

static const struct fl_value_section value_defaults = {.wage = -1, .saved = -1, .lost = -1, .waiting = -1, .right = -1};
static const struct fl_field value_fields[] = {
    {.key = "wage",
     .type = &fl_type_per_hour,
     AT(fl_value_section, wage),
     .help = "pay of the person whose time it is, such as 40 USD/hour"},
    {.key = "saved_if_right",
     .type = &fl_type_duration,
     AT(fl_value_section, saved),
     .help = "time that a right answer saves"},
    {.key = "lost_if_wrong",
     .type = &fl_type_duration,
     AT(fl_value_section, lost),
     .help = "time that a wrong answer costs"},
    {.key = "waiting",
     .type = &fl_type_share,
     AT(fl_value_section, waiting),
     .help = "share of the latency that somebody sits through"},
    {.key = "right",
     .type = &fl_type_money,
     AT(fl_value_section, right),
     .help = "worth of a right answer, instead of times"},
};
static const struct fl_table value_table = {.name = "value",
                                            .field = value_fields,
                                            .fields = FL_COUNT(value_fields),
                                            .size = sizeof(struct fl_value_section),
                                            .defaults = &value_defaults};

static const char *const goal_words[] = {"cheapest", NULL};
static const struct fl_task_section task_defaults = {.goal = -1,
                                                     .pass = -1,
                                                     .within = -1,
                                                     .floor = -1,
                                                     .margin = -1,
                                                     .traffic = -1,
                                                     .budget = FL_BUDGET_NOT_GIVEN,
                                                     .confidence = -1,
                                                     .timeout = -1,
                                                     .max_output = -1,
                                                     .draw_seed = -1};
static const struct fl_field task_fields[] = {
    {.key = "task",
     .type = &fl_type_str,
     .required = true,
     .bounded = true,
     .min = 1,
     .max = 100,
     AT(fl_task_section, task),
     .help = "name of the task; its runs are named after it"},
    {.key = "about", .type = &fl_type_str, AT(fl_task_section, about), .help = "what the task is, for people"},
    {.key = "data",
     .type = &type_data,
     .required = true,
     AT(fl_task_section, data),
     .help = "items: a JSONL, CSV or YAML file, or a list"},
    {.key = "prompt",
     .type = &type_prompt,
     AT(fl_task_section, prompt),
     .help = "what is sent for an item; a template over its fields"},
    {.key = "prompts",
     .type = &type_prompt,
     .shape = FL_NAMED,
     .least = 1,
     AT(fl_task_section, prompts),
     .help = "named variants of the prompt"},
    {.key = "attach",
     .type = &fl_type_str,
     .shape = FL_MANY,
     AT(fl_task_section, attach),
     .help = "images and PDFs that go with an item: paths or addresses, templates over its fields"},
    {.key = "examples",
     .type = &fl_type_str,
     AT(fl_task_section, examples),
     .help = "file of worked examples, `examples` in the prompt"},
    {.key = "answer",
     .type = &type_answer,
     AT(fl_task_section, answer),
     .help = "how the answer is read out of the text"},
    {.key = "grade",
     .type = &fl_type_table,
     .shape = FL_MANY,
     .table = &fl_grader_table,
     AT(fl_task_section, grade),
     .help = "graders; the score is their weighted mean"},
    {.key = "pass", .type = &fl_type_share, AT(fl_task_section, pass), .help = "bar below which `eval` exits with 1"},
    {.key = "params",
     .type = &type_params,
     AT(fl_task_section, params),
     .help = "request parameters passed on as they are; under a model's name: for it alone"},
    {.key = "draw_seed",
     .type = &fl_type_int,
     .bounded = true,
     .min = 0,
     .max = 9e15,
     AT(fl_task_section, draw_seed),
     .help = "from which the seed of each draw is made, 1 unless given"},
    {.key = "max_output",
     .type = &fl_type_tokens,
     .bounded = true,
     .min = 1,
     .max = 10000000,
     AT(fl_task_section, max_output),
     .help = "tokens of an answer, thinking included"},
    {.key = "candidates",
     .type = &fl_type_candidates,
     .required = true,
     AT(fl_task_section, candidates),
     .help = "what races"},
    {.key = "timeout",
     .type = &fl_type_duration,
     .bounded = true,
     .min = 1,
     .max = 86400000,
     AT(fl_task_section, timeout),
     .help = "total deadline of one call, 60s unless given"},
    {.key = "goal",
     .type = &fl_type_word,
     .words = goal_words,
     AT(fl_task_section, goal),
     .help = "cheapest: of those that are good enough"},
    {.key = "within",
     .type = &fl_type_points,
     AT(fl_task_section, within),
     .help = "good enough: that close to the best"},
    {.key = "floor", .type = &fl_type_share, AT(fl_task_section, floor), .help = "good enough: at least that score"},
    {.key = "baseline", .type = &fl_type_str, AT(fl_task_section, baseline), .help = "a candidate to compare with"},
    {.key = "margin",
     .type = &fl_type_points,
     AT(fl_task_section, margin),
     .help = "good enough: at most that far below the baseline"},
    {.key = "value",
     .type = &fl_type_table,
     .table = &value_table,
     AT(fl_task_section, value),
     .help = "worth of a right answer, instead of a goal"},
    {.key = "traffic",
     .type = &fl_type_per_month,
     AT(fl_task_section, traffic),
     .help = "calls a month, such as 50000/month"},
    {.key = "needs",
     .type = &fl_type_table,
     .table = &fl_needs_table,
     AT(fl_task_section, needs),
     .help = "hard limits; who breaks one cannot be chosen"},
    {.key = "category",
     .type = &fl_type_str,
     AT(fl_task_section, category),
     .help = "kind of task: code, reasoning, extraction, dialogue, agents, ...; public scores of that kind advise"},
    {.key = "budget",
     .type = &type_budget,
     AT(fl_task_section, budget),
     .help = "the most that the evaluation may spend, or none"},
    {.key = "confidence",
     .type = &fl_type_share,
     .bounded = true,
     .min = 500000000,
     .max = 999999999,
     AT(fl_task_section, confidence),
     .help = "of the guarantee, 95% unless given"},
    {.key = "providers",
     .type = &fl_type_table,
     .shape = FL_NAMED,
     .table = &fl_provider_table,
     AT(fl_task_section, providers),
     .help = "servers on this machine; others belong into fulcrum.yaml"},
};
const struct fl_table fl_task_table = {.name = "task",
                                       .field = task_fields,
                                       .fields = FL_COUNT(task_fields),
                                       .size = sizeof(struct fl_task_section),
                                       .defaults = &task_defaults};

static const struct fl_field config_fields[] = {
    {.key = "providers",
     .type = &fl_type_table,
     .shape = FL_NAMED,
     .table = &fl_provider_table,
     AT(fl_config_section, providers),
     .help = "model servers and their keys and prices"},
};
const struct fl_table fl_config_table = {.name = "config",
                                         .field = config_fields,
                                         .fields = FL_COUNT(config_fields),
                                         .size = sizeof(struct fl_config_section)};

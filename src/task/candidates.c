/*
 * Levers multiply: models x effort x prompts x examples x samples, in that order. A setting's name says what differs from
 * the default: model[@effort][ xN][ +Kex][ /prompt].
 */
#include "task/parts.h"

#include "lang/quantity.h"
#include "provider/app.h"
#include "provider/honour.h"
#include "strategy/vote.h"

#include <stdio.h>

struct levers {
	const struct fl_yaml *node;
	struct fl_list models, effort, prompts; /* of struct fl_str */
	struct fl_list apps;                    /* of struct fl_app_section */
	struct fl_list samples, examples;       /* of int64_t */
};
#define AT(m) .at = offsetof(struct levers, m)
#define APPS(alone)                                                                                                    \
	{                                                                                                              \
		.key = "apps", .type = &fl_type_table, .shape = FL_MANY, .required = alone, .least = 1,                \
		.table = &fl_app_table, AT(apps),                                                                      \
		.help = "applications of your own beside the models, each a candidate as it is"                        \
	}
static const struct fl_field lever_fields[] = {
    {.key = "models",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .required = true,
     .least = 1,
     AT(models),
     .help = "provider/model, each"},
    APPS(false),
    {.key = "effort", .type = &fl_type_str, .shape = FL_MANY, .least = 1, AT(effort), .help = "levels of thinking"},
    {.key = "samples",
     .type = &fl_type_int,
     .shape = FL_MANY,
     .least = 1,
     .bounded = true,
     .min = 1,
     .max = FL_DRAWS,
     AT(samples),
     .help = "draws that vote on the answer"},
    {.key = "examples",
     .type = &fl_type_int,
     .shape = FL_MANY,
     .least = 1,
     .bounded = true,
     .min = 0,
     .max = FL_TASK_EXAMPLES,
     AT(examples),
     .help = "worked examples shown"},
    {.key = "prompts",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .least = 1,
     AT(prompts),
     .help = "variants of the prompt"},
};
static const struct fl_table lever_table = {
    .name = "levers", .field = lever_fields, .fields = FL_COUNT(lever_fields), .size = sizeof(struct levers)};

static const struct fl_field app_only_fields[] = {APPS(true)};
static const struct fl_table app_only_table = {
    .name = "apps", .field = app_only_fields, .fields = FL_COUNT(app_only_fields), .size = sizeof(struct levers)};

struct setting {
	const struct fl_yaml *node;
	struct fl_str model, effort, prompt;
	int64_t samples, examples; /* 0, -1: not given */
};
static const struct setting setting_defaults = {.samples = 1, .examples = -1};
#undef AT
#define AT(m) .at = offsetof(struct setting, m)
static const struct fl_field setting_fields[] = {
    {.key = "model", .type = &fl_type_str, .required = true, AT(model), .help = "provider/model"},
    {.key = "effort", .type = &fl_type_str, AT(effort), .help = "level of thinking"},
    {.key = "samples",
     .type = &fl_type_int,
     .bounded = true,
     .min = 1,
     .max = FL_DRAWS,
     AT(samples),
     .help = "draws that vote on the answer"},
    {.key = "examples",
     .type = &fl_type_int,
     .bounded = true,
     .min = 0,
     .max = FL_TASK_EXAMPLES,
     AT(examples),
     .help = "worked examples shown"},
    {.key = "prompt", .type = &fl_type_str, AT(prompt), .help = "variant of the prompt"},
};
static const struct fl_table setting_table = {.name = "setting",
                                              .field = setting_fields,
                                              .fields = FL_COUNT(setting_fields),
                                              .size = sizeof(struct setting),
                                              .defaults = &setting_defaults};

static enum fl_code read_candidates(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	if (v->kind == FL_YAML_SCALAR || v->count == 0)
		return fl_schema_wrong(r, f, v);
	*(const struct fl_yaml **)to = v;
	return FL_OK;
}
static const struct fl_field one_either[] = {{.type = &fl_type_table, .table = &setting_table},
                                             {.type = &fl_type_table, .table = &fl_app_table},
                                             {.type = &fl_type_str}};
static const struct fl_type type_candidate = {.name = "candidate",
                                              .expected = "a setting, an application, or the name of a model",
                                              .size = sizeof(struct fl_yaml *),
                                              .read = read_candidates,
                                              .either = one_either,
                                              .eithers = FL_COUNT(one_either)};
static const struct fl_field candidate_either[] = {
    {.type = &fl_type_table, .table = &lever_table},
    {.type = &fl_type_table, .table = &app_only_table},
    {.type = &type_candidate, .shape = FL_LIST, .least = 1},
};
const struct fl_type fl_type_candidates = {
    .name = "candidates",
    .expected = "levers (models, effort, samples, examples, prompts) or a list of settings",
    .size = sizeof(struct fl_yaml *),
    .read = read_candidates,
    .either = candidate_either,
    .eithers = FL_COUNT(candidate_either)};

/* --- params ------------------------------------------------------------------------------------------------------- */

static const char *const reserved[] = {"model",
                                       "messages",
                                       "prompt",
                                       "stream",
                                       "stream_options",
                                       "seed",
                                       "n",
                                       "max_tokens",
                                       "max_completion_tokens",
                                       "reasoning_effort"};

static enum fl_code refuse_reserved(const struct fl_yaml *m, struct fl_err *err)
{
	for (size_t i = 0; i < FL_COUNT(reserved); i++)
		if (fl_str_is(m->key, reserved[i])) {
			fl_yaml_err(m, err, FL_E_INVALID, "`%s` is set by Fulcrum itself and cannot stand in params",
			            reserved[i]);
			fl_err_help(err, "use max_output for the token limit, draw_seed for seeds, and the levers "
			                 "effort and samples");
			return FL_E_INVALID;
		}
	return FL_OK;
}

static enum fl_code check_params(const struct fl_yaml *section, struct fl_err *err)
{
	if (!section)
		return FL_OK;
	if (section->kind != FL_YAML_MAP)
		return fl_yaml_err(section, err, FL_E_INVALID, "params must be a map, such as {temperature: 0}");
	for (const struct fl_yaml *m = section->first; m; m = m->next) {
		FL_TRY(refuse_reserved(m, err));
		bool of_model = fl_str_find_char(m->key, '/', 0) >= 0 && m->kind == FL_YAML_MAP;
		for (const struct fl_yaml *own = of_model ? m->first : NULL; own; own = own->next)
			FL_TRY(refuse_reserved(own, err));
	}
	return FL_OK;
}

static enum fl_code node_json(const struct fl_yaml *v, struct fl_arena *a, struct fl_str *out, struct fl_err *err)
{
	struct fl_buf b;
	struct fl_json_writer w;
	fl_buf_init(&b, 1 << 20);
	fl_json_begin(&w, &b, 0);
	enum fl_code code = fl_yaml_to_json(v, &w, err);
	if (code == FL_OK && !fl_json_done(&w))
		code = fl_yaml_err(v, err, FL_E_LIMIT, "a parameter is larger than 1 MiB");
	*out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return code;
}

static enum fl_code temperature(const struct fl_yaml *v, bool votes, struct fl_candidate *c, struct fl_arena *a,
                                struct fl_err *err)
{
	const struct fl_yaml *number = v;
	if (v->kind == FL_YAML_MAP) {
		for (const struct fl_yaml *m = v->first; m; m = m->next)
			if (!fl_str_is(m->key, "single") && !fl_str_is(m->key, "votes"))
				return fl_yaml_err(m, err, FL_E_INVALID,
				                   "unknown key '%.*s': temperature has single and votes",
				                   FL_FMT(m->key));
		number = fl_yaml_get(v, votes ? FL_S("votes") : FL_S("single"));
		if (!number)
			return FL_OK;
	}
	enum fl_yaml_type type = fl_yaml_type(number);
	if (number->kind != FL_YAML_SCALAR || (type != FL_YAML_INT && type != FL_YAML_FLOAT))
		return fl_yaml_err(number, err, FL_E_INVALID,
		                   "temperature must be a number, or {single: 0, votes: 0.7}");
	return node_json(number, a, &c->temperature, err);
}

/* Common parameters first, then those of this model; a later one of the same name replaces an earlier one. */
static enum fl_code params(struct fl_task *t, const struct fl_yaml *section, struct fl_candidate *c, struct fl_err *err)
{
	const struct fl_yaml *part[2] = {section, NULL}, *kept[64];
	size_t n = 0;
	if (!section)
		return FL_OK;
	part[1] = fl_yaml_get(section, c->offer->name);
	for (size_t p = 0; p < 2; p++)
		for (const struct fl_yaml *m = part[p] && part[p]->kind == FL_YAML_MAP ? part[p]->first : NULL; m;
		     m = m->next) {
			if (p == 0 && fl_str_find_char(m->key, '/', 0) >= 0)
				continue; /* a model's own */
			size_t at = 0;
			while (at < n && !fl_str_eq(kept[at]->key, m->key))
				at++;
			if (at == FL_COUNT(kept))
				return fl_yaml_err(m, err, FL_E_LIMIT, "more than %zu parameters", FL_COUNT(kept));
			kept[at] = m;
			n = FL_MAX(n, at + 1);
		}
	struct fl_buf b;
	fl_buf_init(&b, 1 << 20);
	enum fl_code code = FL_OK;
	for (size_t i = 0; i < n && code == FL_OK; i++) {
		struct fl_str value;
		if (fl_str_is(kept[i]->key, "temperature")) {
			code = temperature(kept[i], c->samples > 1, c, &t->arena, err);
			continue;
		}
		struct fl_json_writer w;
		code = node_json(kept[i], &t->arena, &value, err);
		fl_buf_char(&b, b.n ? ',' : '{');
		fl_json_begin(&w, &b, 0);
		fl_json_put_str(&w, kept[i]->key);
		fl_buf_char(&b, ':');
		fl_buf_str(&b, value);
	}
	if (b.n)
		fl_buf_char(&b, '}');
	c->params = fl_arena_dup(&t->arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	return code;
}

static enum fl_code check_param_models(const struct fl_task *t, const struct fl_yaml *section, struct fl_err *err)
{
	for (const struct fl_yaml *m = section && section->kind == FL_YAML_MAP ? section->first : NULL; m;
	     m = m->next) {
		bool known = fl_str_find_char(m->key, '/', 0) < 0;
		for (size_t i = 0; i < t->candidate_count && !known; i++)
			known = fl_str_eq(t->candidate[i].offer->name, m->key);
		if (!known)
			return fl_yaml_err(m, err, FL_E_INVALID, "params name a model that is no candidate: '%.*s'",
			                   FL_FMT(m->key));
	}
	return FL_OK;
}

/* --- settings ----------------------------------------------------------------------------------------------------- */

enum { THINKING_OUTPUT = 8192, PLAIN_OUTPUT = 1024 };

static ptrdiff_t find_prompt(const struct fl_task *t, struct fl_str name)
{
	for (size_t i = 0; i < t->prompt_count; i++)
		if (fl_str_eq(t->prompt[i].name, name))
			return (ptrdiff_t)i;
	return -1;
}

static enum fl_code prompt_of(const struct fl_task *t, struct fl_str name, const struct fl_yaml *at, uint32_t *out,
                              struct fl_err *err)
{
	ptrdiff_t i = name.n ? find_prompt(t, name) : 0;
	if (i >= 0) {
		*out = (uint32_t)i;
		return FL_OK;
	}
	fl_yaml_err(at, err, FL_E_INVALID, "no prompt has the name '%.*s'", FL_FMT(name));
	fl_err_expected(err, "a name of `prompts`");
	return FL_E_INVALID;
}

static struct fl_str name_of(struct fl_task *t, const struct fl_candidate *c)
{
	struct fl_buf b;
	fl_buf_init(&b, 4096);
	fl_buf_str(&b, c->offer->name);
	if (c->effort.n)
		fl_buf_printf(&b, "@%.*s", FL_FMT(c->effort));
	if (c->samples > 1)
		fl_buf_printf(&b, " x%u", c->samples);
	if (c->examples_said && c->examples)
		fl_buf_printf(&b, " +%uex", c->examples);
	if (t->prompt_count > 1)
		fl_buf_printf(&b, " /%.*s", FL_FMT(t->prompt[c->prompt].name));
	struct fl_str out = fl_arena_dup(&t->arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

static enum fl_code add(struct fl_task *t, struct fl_candidate c, struct fl_err *err)
{
	if (t->candidate_count == FL_TASK_CANDIDATES)
		return fl_yaml_err(c.at, err, FL_E_LIMIT, "there are more than %d candidates", FL_TASK_CANDIDATES);
	if (c.examples > t->example_count) {
		fl_yaml_err(c.at, err, FL_E_INVALID, "a setting shows %u examples", c.examples);
		fl_err_found(err, "%zu in the examples file", t->example_count);
		return FL_E_INVALID;
	}
	t->candidate[t->candidate_count++] = c;
	return FL_OK;
}

/* An application is a candidate as it is: the levers are those of models. */
static enum fl_code add_app(struct fl_task *t, const struct fl_app_section *s, struct fl_err *err)
{
	struct fl_candidate c;
	FL_TRY(fl_task_read_app(t, s, &c, err));
	FL_TRY(prompt_of(t, s->prompt, s->node, &c.prompt, err));
	return add(t, c, err);
}

static enum fl_code multiply(struct fl_task *t, const struct levers *l, struct fl_err *err)
{
	static const int64_t one = 1;
	const int64_t all = (int64_t)t->example_count;
	const struct fl_str none = {0};
	const struct fl_str *model = l->models.p, *effort = l->effort.n ? l->effort.p : &none, *prompt = l->prompts.p;
	const int64_t *samples = l->samples.n ? l->samples.p : &one, *examples = l->examples.n ? l->examples.p : &all;
	size_t efforts = FL_MAX(l->effort.n, (size_t)1), shown = FL_MAX(l->examples.n, (size_t)1);
	size_t prompts = l->prompts.n ? l->prompts.n : t->prompt_count, draws = FL_MAX(l->samples.n, (size_t)1);
	for (size_t m = 0; m < l->models.n; m++)
		for (size_t e = 0; e < efforts; e++)
			for (size_t p = 0; p < prompts; p++)
				for (size_t x = 0; x < shown; x++)
					for (size_t d = 0; d < draws; d++) {
						struct fl_candidate c = {.model = model[m],
						                         .at = l->models.node[m],
						                         .effort = effort[e],
						                         .samples = (uint32_t)samples[d],
						                         .examples = (uint32_t)examples[x],
						                         .examples_said = l->examples.n > 0,
						                         .prompt = (uint32_t)p};
						if (prompt)
							FL_TRY(prompt_of(t, prompt[p], l->prompts.node[p], &c.prompt,
							                 err));
						FL_TRY(add(t, c, err));
					}
	for (size_t i = 0; i < l->apps.n; i++)
		FL_TRY(add_app(t, &((const struct fl_app_section *)l->apps.p)[i], err));
	return FL_OK;
}

static enum fl_code explicit_setting(struct fl_task *t, const struct fl_yaml *v, struct fl_err *err)
{
	struct setting set = setting_defaults;
	if (fl_task_is_app(v)) {
		struct fl_app_section app;
		FL_TRY(fl_schema_read(&fl_app_table, v, &app, &t->arena, err));
		return add_app(t, &app, err);
	}
	if (v->kind == FL_YAML_SCALAR)
		set.model = v->text;
	else
		FL_TRY(fl_schema_read(&setting_table, v, &set, &t->arena, err));
	struct fl_candidate c = {.model = set.model,
	                         .at = v,
	                         .effort = set.effort,
	                         .samples = (uint32_t)set.samples,
	                         .examples = set.examples >= 0 ? (uint32_t)set.examples : (uint32_t)t->example_count,
	                         .examples_said = set.examples >= 0};
	FL_TRY(prompt_of(t, set.prompt, v, &c.prompt, err));
	return add(t, c, err);
}

/* Whether a command may be run belongs to the file itself: it is told before anything else. */
static enum fl_code check_app(struct fl_task *t, const struct fl_app_section *s, struct fl_err *err)
{
	struct fl_candidate ignored;
	size_t variables = t->command_variables;
	enum fl_code code = fl_task_read_app(t, s, &ignored, err);
	t->command_variables = variables;
	return code;
}

/* Without models there are no levers, applications alone. */
static enum fl_code read_levers(struct fl_task *t, const struct fl_yaml *v, struct levers *l, struct fl_err *err)
{
	bool alone = fl_yaml_get(v, FL_S("apps")) && !fl_yaml_get(v, FL_S("models"));
	return fl_schema_read(alone ? &app_only_table : &lever_table, v, l, &t->arena, err);
}

static enum fl_code check_levers(struct fl_task *t, const struct fl_yaml *v, struct fl_err *err)
{
	struct levers l;
	FL_TRY(read_levers(t, v, &l, err));
	for (size_t i = 0; i < l.apps.n; i++)
		FL_TRY(check_app(t, &((const struct fl_app_section *)l.apps.p)[i], err));
	return FL_OK;
}

enum fl_code fl_task_check_candidates(struct fl_task *t, const struct fl_task_section *s, struct fl_err *err)
{
	struct setting set;
	struct fl_app_section app;
	FL_TRY(check_params(s->params, err));
	if (s->candidates->kind == FL_YAML_MAP)
		return check_levers(t, s->candidates, err);
	for (const struct fl_yaml *v = s->candidates->first; v; v = v->next)
		if (fl_task_is_app(v)) {
			FL_TRY(fl_schema_read(&fl_app_table, v, &app, &t->arena, err));
			FL_TRY(check_app(t, &app, err));
		} else if (v->kind != FL_YAML_SCALAR) {
			FL_TRY(fl_schema_read(&setting_table, v, &set, &t->arena, err));
		}
	return FL_OK;
}

enum fl_code fl_task_read_candidates(struct fl_task *t, const struct fl_task_section *s, struct fl_err *err)
{
	t->candidate = FL_NEW_ARRAY(&t->arena, struct fl_candidate, FL_TASK_CANDIDATES);
	if (s->candidates->kind == FL_YAML_MAP) {
		struct levers l;
		FL_TRY(read_levers(t, s->candidates, &l, err));
		return multiply(t, &l, err);
	}
	for (const struct fl_yaml *v = s->candidates->first; v; v = v->next)
		FL_TRY(explicit_setting(t, v, err));
	return FL_OK;
}

/* --- offers ------------------------------------------------------------------------------------------------------- */

/* What the catalogue knows to be the longest answer bounds the default, and refuses more than that. */
static enum fl_code bound_output(const struct fl_task *t, const struct fl_task_section *s, struct fl_candidate *c,
                                 struct fl_err *err)
{
	const struct fl_offer_ref *fact = &c->offer->fact;
	if (!fact->model)
		return FL_OK;
	const struct fl_claims *claims =
	    fact->offer->max_output.n ? &fact->offer->max_output : &fact->model->max_output;
	int64_t most = fl_claim_number(t->providers.catalog, claims, INT64_MAX);
	if (most <= 0 || c->max_output <= (uint64_t)most)
		return FL_OK;
	if (s->max_output > 0) {
		fl_yaml_err(fl_yaml_get(s->node, FL_S("max_output")), err, FL_E_UNSUPPORTED,
		            "%.*s answers with at most %lld tokens", FL_FMT(c->offer->name), (long long)most);
		fl_err_expected(err, "max_output: %lld or less", (long long)most);
		return FL_E_UNSUPPORTED;
	}
	c->max_output = (uint64_t)most;
	return FL_OK;
}

static enum fl_code find_offer(struct fl_task *t, const struct fl_task_section *s, struct fl_candidate *c, bool drop,
                               bool *dropped, struct fl_err *err)
{
	if (c->app) {
		c->offer = fl_app_offer(&t->providers, c->app);
	} else if (fl_providers_offer(&t->providers, c->model, &c->offer, err) != FL_OK) {
		fl_err_place(err, c->at->file, c->at->line, c->at->column);
		return err->code;
	}
	FL_TRY(params(t, s->params, c, err));
	FL_TRY(fl_task_check_honoured(t, c, drop, dropped, err));
	bool thinks = fl_honour_thinks(c->offer, c->effort);
	c->max_output = s->max_output > 0 ? (uint64_t)s->max_output : thinks ? THINKING_OUTPUT : PLAIN_OUTPUT;
	return bound_output(t, s, c, err);
}

/* Names a candidate. False, aloud, for one that became equal to another when something of it was dropped. */
static enum fl_code settle_name(struct fl_task *t, struct fl_candidate *c, bool dropped, bool *stays,
                                struct fl_err *err)
{
	struct fl_str name = name_of(t, c);
	*stays = fl_task_candidate(t, name) < 0;
	if (*stays)
		c->name = name;
	else if (dropped)
		fl_task_note(
		    t, fl_arena_printf(&t->arena, "settings that became equal are one candidate: %.*s", FL_FMT(name)));
	else
		return fl_yaml_err(c->at, err, FL_E_INVALID, "the candidate '%.*s' stands there twice", FL_FMT(name));
	return FL_OK;
}

static void note_equal_votes(struct fl_task *t)
{
	for (size_t i = 0; i < t->candidate_count; i++) {
		const struct fl_candidate *c = &t->candidate[i];
		double v;
		if (c->samples > 1 && c->temperature.n && fl_double_parse(c->temperature, &v) && v == 0) {
			fl_task_note(t, fl_arena_printf(&t->arena,
			                                "%.*s votes over draws at temperature 0, which are all alike",
			                                FL_FMT(c->name)));
			return;
		}
	}
}

enum fl_code fl_task_find_offers(struct fl_task *t, const struct fl_task_section *s, bool drop,
                                 struct fl_problems *problems, struct fl_err *err)
{
	size_t read = t->candidate_count;
	t->candidate_count = 0;
	bool any_dropped = false;
	for (size_t i = 0; i < read; i++) {
		struct fl_candidate c = t->candidate[i];
		bool stays = false;
		enum fl_code code = find_offer(t, s, &c, drop, &any_dropped, err);
		if (code == FL_OK)
			code = settle_name(t, &c, any_dropped, &stays, err);
		FL_TRY(fl_problem(problems, code, err));
		if (stays)
			t->candidate[t->candidate_count++] = c;
	}
	note_equal_votes(t);
	return check_param_models(t, s->params, err);
}

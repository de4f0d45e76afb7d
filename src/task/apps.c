/* Applications among the candidates, and what holds for every command that a task file names. */
#include "task/parts.h"

#include "io/child.h"
#include "provider/app.h"
#include "strategy/vote.h"

#define AT(m) .at = offsetof(struct fl_app_section, m)
static const struct fl_app_section app_defaults = {.samples = 1, .examples = -1, .concurrency = 1, .most = -1};
static const struct fl_field app_fields[] = {
    {.key = "name",
     .type = &fl_type_str,
     .required = true,
     .bounded = true,
     .min = 1,
     .max = 100,
     AT(name),
     .help = "what the application is called; letters, digits, . _ and -"},
    {.key = "command",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .least = 1,
     AT(command),
     .help = "a program that stays: answers each line of JSON with one; needs --allow-commands"},
    {.key = "url", .type = &fl_type_str, AT(url), .help = "or an HTTP service that takes the same objects by POST"},
    {.key = "env",
     .type = &fl_type_str,
     .shape = FL_MANY,
     AT(env),
     .help = "names of the environment variables that the command sees; no others"},
    {.key = "concurrency",
     .type = &fl_type_int,
     .bounded = true,
     .min = 1,
     .max = FL_CHILDREN,
     AT(concurrency),
     .help = "requests at once, 1 unless given; of a command that many processes"},
    {.key = "most",
     .type = &fl_type_money,
     AT(most),
     .help = "the largest cost of one call, for an application that tells cost_usd"},
    {.key = "version",
     .type = &fl_type_str,
     .bounded = true,
     .min = 1,
     .max = 100,
     AT(version),
     .help = "another word here asks everything anew"},
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
const struct fl_table fl_app_table = {.name = "app",
                                      .field = app_fields,
                                      .fields = FL_COUNT(app_fields),
                                      .size = sizeof(struct fl_app_section),
                                      .defaults = &app_defaults};

bool fl_task_is_app(const struct fl_yaml *v)
{
	return v->kind == FL_YAML_MAP && !fl_yaml_get(v, FL_S("model")) &&
	       (fl_yaml_get(v, FL_S("command")) || fl_yaml_get(v, FL_S("url")) || fl_yaml_get(v, FL_S("name")));
}

/* Letters, digits, . _ -: it stands in names of settings and addresses. */
static bool is_plain(struct fl_str s)
{
	bool plain = s.n > 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char b = (unsigned char)s.p[i];
		plain &= (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '.' ||
		         b == '_' || b == '-';
	}
	return plain;
}

static enum fl_code check_plain(const struct fl_yaml *section, const char *key, struct fl_str s, struct fl_err *err)
{
	if (is_plain(s))
		return FL_OK;
	fl_yaml_err(fl_yaml_get(section, fl_str_from(key)), err, FL_E_INVALID,
	            "the %s of an application has letters, digits, '.', '_' and '-' alone", key);
	fl_err_found(err, "'%.*s'", FL_FMT(s));
	return FL_E_INVALID;
}

enum fl_code fl_task_command(struct fl_task *t, struct fl_str name, const struct fl_list *argument,
                             const struct fl_list *env, const struct fl_yaml *at, struct fl_command_line **out,
                             struct fl_err *err)
{
	struct fl_command_line *c = FL_NEW(&t->arena, struct fl_command_line);
	*c = (struct fl_command_line){
	    .name = name, .argument = argument->p, .arguments = argument->n, .variable = env->p, .variables = env->n};
	ptrdiff_t slash = -1;
	for (size_t i = 0; i < t->file.n; i++)
		if (t->file.p[i] == '/')
			slash = (ptrdiff_t)i;
	c->folder = slash < 0 ? FL_S(".") : slash == 0 ? FL_S("/") : fl_str_sub(t->file, 0, (size_t)slash);
	if (c->arguments > FL_COMMAND_ARGUMENTS || c->argument[0].n == 0)
		return fl_yaml_err(at, err, FL_E_INVALID, "a command has 1 to %d words, the first of them a program",
		                   FL_COMMAND_ARGUMENTS);
	for (size_t i = 0; i < c->variables; i++)
		if (c->variable[i].n == 0 || fl_str_find_char(c->variable[i], '=', 0) >= 0) {
			fl_yaml_err(env->node[i], err, FL_E_INVALID,
			            "env names variables; their values come from the "
			            "environment");
			fl_err_found(err, "'%.*s'", FL_FMT(c->variable[i]));
			fl_err_expected(err, "a name, such as OPENAI_API_KEY");
			return FL_E_INVALID;
		}
	t->command_variables += c->variables;
	if (t->command_variables > FL_COMMAND_VARIABLES)
		return fl_yaml_err(at, err, FL_E_LIMIT, "the commands of a task see at most %d variables in all",
		                   FL_COMMAND_VARIABLES);
	*out = c;
	t->runs_commands = true;
	if (t->allow_commands)
		return FL_OK;
	fl_yaml_err(at, err, FL_E_INVALID, "this file runs a program, which it may do only with --allow-commands");
	fl_err_found(err, "%.*s", FL_FMT(fl_command_text(c, &t->arena)));
	fl_err_help(err, "read what it does; if you trust it, run again with --allow-commands");
	return FL_E_INVALID;
}

static enum fl_code check_url(struct fl_task *t, const struct fl_app_section *s, struct fl_err *err)
{
	const struct fl_yaml *at = fl_yaml_get(s->node, FL_S("url"));
	if (!fl_str_starts(s->url, FL_S("http://")) && !fl_str_starts(s->url, FL_S("https://"))) {
		fl_yaml_err(at, err, FL_E_INVALID, "an application's url begins with http:// or https://");
		fl_err_found(err, "'%.*s'", FL_FMT(s->url));
		return FL_E_INVALID;
	}
	if (fl_str_find_char(s->url, '#', 0) >= 0)
		return fl_yaml_err(at, err, FL_E_INVALID, "an application's url has no fragment (#...)");
	bool here = fl_url_is_loopback(s->url);
	t->runs_commands |= !here;
	if (t->allow_commands || here)
		return FL_OK;
	fl_yaml_err(at, err, FL_E_INVALID,
	            "this file sends its data to another machine, which it may do only with "
	            "--allow-commands");
	fl_err_found(err, "'%.*s'", FL_FMT(s->url));
	fl_err_expected(err, "an address of this machine, such as http://127.0.0.1:8000/answer");
	fl_err_help(err, "if you trust the address, run again with --allow-commands");
	return FL_E_INVALID;
}

enum fl_code fl_task_read_app(struct fl_task *t, const struct fl_app_section *s, struct fl_candidate *out,
                              struct fl_err *err)
{
	FL_TRY(check_plain(s->node, "name", s->name, err));
	if (s->version.n)
		FL_TRY(check_plain(s->node, "version", s->version, err));
	if ((s->command.n > 0) == (s->url.n > 0)) {
		fl_yaml_err(s->node, err, FL_E_INVALID, "an application has a command or a url, and not both");
		fl_err_expected(err,
		                "{name: %.*s, command: [python3, app.py]} or {name: %.*s, url: "
		                "http://127.0.0.1:8000/answer}",
		                FL_FMT(s->name), FL_FMT(s->name));
		return FL_E_INVALID;
	}
	if (s->url.n && s->env.n)
		return fl_yaml_err(s->env.node[0], err, FL_E_INVALID, "env is for a command; a service has its own");
	struct fl_app *app = FL_NEW(&t->arena, struct fl_app);
	*app = (struct fl_app){.name = s->name,
	                       .version = s->version,
	                       .url = s->url,
	                       .concurrency = (uint64_t)s->concurrency,
	                       .has_most = s->most >= 0,
	                       .most_nusd = FL_MAX(s->most, 0)};
	if (s->command.n)
		FL_TRY(fl_task_command(t, app->name, &s->command, &s->env, fl_yaml_get(s->node, FL_S("command")),
		                       &app->command, err));
	else
		FL_TRY(check_url(t, s, err));
	*out = (struct fl_candidate){.model = app->name,
	                             .app = app,
	                             .at = s->node,
	                             .samples = (uint32_t)s->samples,
	                             .examples = s->examples >= 0 ? (uint32_t)s->examples : (uint32_t)t->example_count,
	                             .examples_said = s->examples >= 0};
	return FL_OK;
}

enum fl_code fl_task_grading_programs(struct fl_task *t, struct fl_err *err)
{
	for (size_t i = 0; i < t->graders.count; i++) {
		struct fl_grade_program *p = fl_grader_program(&t->graders, i);
		if (!p)
			continue;
		FL_TRY(fl_task_command(t, FL_S("the grader"), &p->argument, &p->env, p->at, &p->line, err));
		p->line->name =
		    fl_arena_printf(&t->arena, "the grader %.*s", FL_FMT(fl_command_text(p->line, &t->arena)));
	}
	return FL_OK;
}

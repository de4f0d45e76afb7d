#include "cli/advise_wish.h"

#include "cli/commands.h"
#include "codec/yaml_write.h"
#include "io/file.h"

/* --- needs -------------------------------------------------------------------------------------------------------- */

static const struct fl_field *field_named(const struct fl_table *t, struct fl_str key)
{
	for (size_t i = 0; i < t->fields; i++)
		if (fl_str_is(key, t->field[i].key))
			return &t->field[i];
	return NULL;
}

/* The value as a line of YAML would have it; commas make a list where the need takes several. */
static enum fl_code parse_value(struct fl_cli *cli, const struct fl_field *f, struct fl_str text,
                                const struct fl_yaml **out, struct fl_err *err)
{
	bool several = f && f->shape != FL_ONE && fl_str_find_char(text, ',', 0) >= 0 && text.p[0] != '[';
	if (several)
		text = fl_arena_printf(&cli->arena, "[%.*s]", FL_FMT(text));
	return fl_yaml_parse(out, &cli->arena, text, "--need", err);
}

/* Puts a member into a map of its own: what was there under that key goes. */
static const struct fl_yaml *with(struct fl_cli *cli, const struct fl_yaml *map, struct fl_str key,
                                  const struct fl_yaml *value)
{
	struct fl_yaml_pen p;
	fl_yaml_pen_init(&p, &cli->arena, FL_YAML_MAP);
	for (const struct fl_yaml *m = map ? map->first : NULL; m; m = m->next)
		if (!fl_str_eq(m->key, key))
			fl_yaml_pen_put(&p, m->key, m);
	fl_yaml_pen_put(&p, key, value);
	p.node->file = "--need";
	return p.node;
}

static enum fl_code add_need(struct fl_cli *cli, struct fl_str text, const struct fl_yaml **tree, struct fl_err *err)
{
	ptrdiff_t equals = fl_str_find_char(text, '=', 0);
	struct fl_str key = fl_str_trim(equals < 0 ? text : fl_str_sub(text, 0, (size_t)equals)), inner = {0};
	struct fl_str value = equals < 0 ? FL_S("true") : fl_str_trim(fl_str_sub(text, (size_t)equals + 1, text.n));
	const struct fl_table *table = &fl_needs_table;
	ptrdiff_t dot = fl_str_find_char(key, '.', 0);
	if (key.n == 0 || value.n == 0 || fl_str_find_char(text, '\n', 0) >= 0)
		return fl_cli_bad(err, "need", text,
		                  "key=value, such as data=no-training, inputs=image,pdf or exclude.labs=xai");
	const struct fl_field *f = field_named(table, dot < 0 ? key : fl_str_sub(key, 0, (size_t)dot));
	if (dot >= 0) {
		inner = fl_str_sub(key, (size_t)dot + 1, key.n);
		key = fl_str_sub(key, 0, (size_t)dot);
		f = f && f->table ? field_named(f->table, inner) : NULL;
	}
	const struct fl_yaml *v;
	FL_TRY(parse_value(cli, f, value, &v, err));
	if (inner.n)
		v = with(cli, fl_yaml_get(*tree, key), inner, v);
	*tree = with(cli, *tree, key, v);
	return FL_OK;
}

static enum fl_code read_needs(struct fl_cli *cli, const struct fl_task *task, struct fl_advise_wish *w,
                               struct fl_err *err)
{
	const struct fl_yaml *tree = task ? task->needs.node : NULL;
	for (size_t i = 0; i < cli->value.n; i++)
		if (strcmp(cli->value.p[i].option->name, "need") == 0)
			FL_TRY(add_need(cli, cli->value.p[i].text, &tree, err));
	if (!tree)
		return FL_OK;
	w->needs_tree = tree;
	return fl_schema_read(&fl_needs_table, tree, &w->needs, &cli->arena, err);
}

/* --- figures ------------------------------------------------------------------------------------------------------ */

static enum fl_code read_category(const struct fl_cli *cli, const struct fl_task *task, struct fl_advise_wish *w,
                                  struct fl_err *err)
{
	struct fl_str name = task ? task->category : (struct fl_str){0};
	bool option = fl_cli_get(cli, "category", &name);
	if (!name.n || (w->category = fl_category_find(name)))
		return FL_OK;
	const char *near = fl_category_near(name);
	fl_err_set(err, option ? FL_E_USAGE : FL_E_INVALID, "%s: there is no kind of task '%.*s'",
	           option ? "--category" : "category", FL_FMT(name));
	fl_err_found(err, "'%.*s'", FL_FMT(name));
	fl_err_expected(err, "general, code, web-search, dialogue, extraction, long-context, agents, reasoning, math, "
	                     "data or vision");
	if (near)
		fl_err_help(err, "did you mean '%s'?", near);
	return option ? FL_E_USAGE : FL_E_INVALID;
}

/* Options that mean nothing without another, and those of which only one can hold. */
static enum fl_code check_pairs(const struct fl_cli *cli, struct fl_err *err)
{
	static const struct {
		const char *option, *other, *why;
		bool needs;
	} pair[] = {
	    {"cluster", "matrix", "it is a column of that file", true},
	    {"strict", "lenient", "candidates in doubt go or stay", false},
	    {"in", "context", "both are the tokens that a call reads", false},
	    {"value", "saved", "both decide what a right answer is worth", false},
	    {"value", "lost", "both decide what a right answer is worth", false},
	};
	for (size_t i = 0; i < FL_COUNT(pair); i++) {
		if (!fl_cli_has(cli, pair[i].option) || fl_cli_has(cli, pair[i].other) == pair[i].needs)
			continue;
		fl_err_set(err, FL_E_USAGE,
		           pair[i].needs ? "--%s needs --%s: %s" : "--%s and --%s exclude each other: %s",
		           pair[i].option, pair[i].other, pair[i].why);
		return FL_E_USAGE;
	}
	return FL_OK;
}

static enum fl_code read_pay(const struct fl_cli *cli, struct fl_advise_wish *w, struct fl_err *err)
{
	int64_t waiting = -1;
	bool wage_said = fl_cli_has(cli, "wage");
	FL_TRY(fl_cli_quantity(cli, "wage", FL_Q_PER_HOUR, "USD/hour", &w->pay.wage_nusd_per_hour, err));
	FL_TRY(fl_cli_quantity(cli, "saved", FL_Q_DURATION, "min", &w->pay.saved_if_right_ms, err));
	FL_TRY(fl_cli_quantity(cli, "lost", FL_Q_DURATION, "min", &w->pay.lost_if_wrong_ms, err));
	FL_TRY(fl_cli_quantity(cli, "waiting", FL_Q_SHARE, NULL, &waiting, err));
	if (waiting >= 0)
		w->pay.waiting_ppm = waiting / 1000;
	bool times = fl_cli_has(cli, "saved") || fl_cli_has(cli, "lost") || waiting > 0;
	if (times && w->pay.wage_nusd_per_hour <= 0) {
		fl_err_set(err, FL_E_USAGE, "minutes and waiting are worth something only at a pay");
		fl_err_expected(err, "--wage 40 beside --saved, --lost and --waiting");
		return FL_E_USAGE;
	}
	if (wage_said && w->pay.saved_if_right_ms + w->pay.lost_if_wrong_ms + w->pay.waiting_ppm == 0) {
		fl_err_set(err, FL_E_USAGE, "--wage is the worth of time, so it needs --saved, --lost or --waiting");
		fl_err_expected(err, "--wage 40 --saved 2 --lost 6");
		return FL_E_USAGE;
	}
	if (wage_said && !fl_cli_has(cli, "value") && w->pay.saved_if_right_ms + w->pay.lost_if_wrong_ms > 0)
		w->value_nusd = -1; /* time decides, over a value of the task file */
	return FL_OK;
}

static enum fl_code read_figures(const struct fl_cli *cli, struct fl_advise_wish *w, struct fl_err *err)
{
	int64_t context = -1;
	FL_TRY(fl_cli_quantity(cli, "traffic", FL_Q_PER_MONTH, "/month", &w->traffic_month, err));
	FL_TRY(fl_cli_quantity(cli, "in", FL_Q_TOKENS, NULL, &w->in_tokens, err));
	FL_TRY(fl_cli_quantity(cli, "out", FL_Q_TOKENS, NULL, &w->out_tokens, err));
	FL_TRY(fl_cli_quantity(cli, "context", FL_Q_TOKENS, NULL, &context, err));
	FL_TRY(fl_cli_quantity(cli, "value", FL_Q_MONEY, "USD", &w->value_nusd, err));
	FL_TRY(fl_cli_quantity(cli, "budget", FL_Q_MONEY, "USD", &w->budget_month_nusd, err));
	if (context > 0 && w->in_tokens < 0)
		w->in_tokens = context;
	const int64_t most = INT64_C(1000000000);
	if (w->in_tokens > most || w->out_tokens > most || context > most)
		return fl_err_set(err, FL_E_LIMIT, "a call of more than 10^9 tokens is not priced");
	if (w->budget_month_nusd >= 0 && !w->traffic_month) {
		fl_err_set(err, FL_E_USAGE, "--budget is of a month, so it needs --traffic");
		fl_err_expected(err, "--budget 200 --traffic 50000");
		return FL_E_USAGE;
	}
	return read_pay(cli, w, err);
}

/* What a call reads must fit into the window: a need of its own, unless one is stated. */
static void need_room(struct fl_advise_wish *w)
{
	if (w->in_tokens > 0 && w->needs.context == 0)
		w->needs.context = w->in_tokens + FL_MAX(w->out_tokens, (int64_t)0);
}

static enum fl_code read_choice(struct fl_cli *cli, struct fl_advise_wish *w, struct fl_err *err)
{
	struct fl_str text;
	size_t n = 0;
	struct fl_str *device = FL_NEW_ARRAY(&cli->arena, struct fl_str, cli->value.n + 1);
	for (size_t i = 0; i < cli->value.n; i++)
		if (strcmp(cli->value.p[i].option->name, "device") == 0)
			device[n++] = cli->value.p[i].text;
	w->device = (struct fl_list){.p = device, .n = n};
	w->strict = fl_cli_has(cli, "strict");
	if (!fl_cli_get(cli, "prefer", &text))
		return FL_OK;
	if (!fl_str_is(text, "open") && !fl_str_is(text, "closed"))
		return fl_cli_bad(err, "prefer", text, "open or closed");
	w->prefer = fl_str_is(text, "open") ? FL_PREFER_OPEN : FL_PREFER_CLOSED;
	return FL_OK;
}

static void take_task(const struct fl_task *t, struct fl_advise_wish *w)
{
	w->traffic_month = t->traffic_month;
	if (t->goal != FL_TASK_VALUE)
		return;
	w->value_nusd = t->value.right_nusd;
	w->pay = (struct fl_pay){.wage_nusd_per_hour = t->value.wage_nusd_hour,
	                         .saved_if_right_ms = t->value.saved_ms,
	                         .lost_if_wrong_ms = t->value.lost_ms,
	                         .waiting_ppm = t->value.waiting / 1000};
}

static enum fl_code read_tree(struct fl_cli *cli, struct fl_advise_wish *w, struct fl_err *err)
{
	struct fl_str text;
	const char *path = fl_arena_dupz(&cli->arena, cli->argument.p[0]);
	FL_TRY(fl_file_read(path, FL_YAML_BYTES, &cli->arena, &text, err));
	return fl_yaml_parse(&w->task, &cli->arena, text, path, err);
}

enum fl_code fl_cli_advise_wish(struct fl_cli *cli, const struct fl_task *task, struct fl_advise_wish *out,
                                struct fl_err *err)
{
	fl_advise_wish_init(out);
	FL_TRY(check_pairs(cli, err));
	if (task) {
		take_task(task, out);
		FL_TRY(read_tree(cli, out, err));
	}
	FL_TRY(read_category(cli, task, out, err));
	FL_TRY(read_needs(cli, task, out, err));
	FL_TRY(read_figures(cli, out, err));
	FL_TRY(read_choice(cli, out, err));
	need_room(out);
	return fl_cli_day(cli, "as-of", &out->day, err);
}

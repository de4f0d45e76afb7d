/* cost think: the ladder of effort of one model, measured: what the next point of quality costs. */
#include "cli/commands.h"

#include "cli/cost_option.h"
#include "price/value.h"

enum { RUNGS = 32 };

static const struct fl_option options[] = {
    {"benchmark", "NAME", "whose runs are looked at; else aa-intelligence-index"},
    {"point", "USD", "what a point is worth in a run of the benchmark: the ladder is climbed as long as it pays"},
};
static const struct fl_cost_figure columns[] = {
    {.name = "variant", .label = "effort", .kind = FL_COST_TEXT},
    {.name = "run", .label = "a run", .kind = FL_COST_MONEY},
    {.name = "score", .label = "points", .kind = FL_COST_NUMBER},
    {.name = "step", .label = "step costs", .kind = FL_COST_MONEY},
    {.name = "step_points", .label = "brings", .kind = FL_COST_NUMBER},
    {.name = "point", .label = "a point", .kind = FL_COST_MONEY},
};

struct ladder {
	struct fl_rung rung[RUNGS];
	struct fl_str variant[RUNGS];
	size_t order[RUNGS], n;
	fl_date day;
	struct fl_str release;
};

/* The score that was measured in the same run as a cost: same benchmark and variant, the nearest day. */
static const struct fl_score *score_of(const struct fl_catalog_model *m, const struct fl_run_cost *run)
{
	const struct fl_score *best = NULL;
	for (size_t i = 0; i < m->scores.n; i++) {
		const struct fl_score *s = &((const struct fl_score *)m->scores.p)[i];
		if (fl_str_eq(s->benchmark, run->benchmark) && fl_str_eq(s->variant, run->variant) && !s->category.n &&
		    (!best || (s->date == run->date && best->date != run->date)))
			best = s;
	}
	return best;
}

static void gather(const struct fl_catalog_model *m, struct fl_str benchmark, struct ladder *l)
{
	for (size_t i = 0; i < m->run_costs.n && l->n < RUNGS; i++) {
		const struct fl_run_cost *run = &((const struct fl_run_cost *)m->run_costs.p)[i];
		const struct fl_score *s = fl_str_eq(run->benchmark, benchmark) ? score_of(m, run) : NULL;
		if (!s || run->total_nusd < 0)
			continue;
		l->rung[l->n] = (struct fl_rung){.cost_nusd = run->total_nusd, .quality = s->value};
		l->variant[l->n++] = run->variant;
		l->day = FL_MAX(l->day, run->date);
		l->release = s->release;
	}
	fl_ladder(l->rung, l->n, l->order);
}

/* The last rung of which every step up to it costs no more a point than a point is worth. */
static size_t climb(const struct ladder *l, int64_t point_nusd)
{
	size_t at = l->order[0];
	for (size_t i = 1; i < l->n; i++) {
		const struct fl_rung *r = &l->rung[l->order[i]];
		if (r->has_step && r->per_point > (double)point_nusd)
			break;
		at = r->has_step ? l->order[i] : at;
	}
	return at;
}

static void table(struct fl_cost *c, const struct ladder *l)
{
	fl_cost_table(c, "ladder", columns, FL_COUNT(columns));
	for (size_t i = 0; i < l->n; i++) {
		const struct fl_rung *r = &l->rung[l->order[i]];
		struct fl_str name = l->variant[l->order[i]];
		fl_cost_cell(c, 0, 0,
		             r->dominated ? fl_arena_printf(c->arena, "%.*s (dearer, no better)", FL_FMT(name)) : name);
		fl_cost_cell(c, r->cost_nusd, 0, FL_S(""));
		fl_cost_cell(c, 0, r->quality, FL_S(""));
		r->has_step ? fl_cost_cell(c, r->step_nusd, 0, FL_S("")) : fl_cost_no_cell(c);
		r->has_step ? fl_cost_cell(c, 0, r->step_quality, FL_S("")) : fl_cost_no_cell(c);
		r->has_step && r->per_point < 9e18 ? fl_cost_cell(c, (int64_t)r->per_point, 0, FL_S(""))
		                                   : fl_cost_no_cell(c);
	}
}

static enum fl_code build(struct fl_cli *cli, struct fl_cost *c, struct fl_err *err)
{
	const struct fl_catalog *catalog;
	const struct fl_catalog_model *m;
	struct fl_str benchmark = FL_S("aa-intelligence-index");
	struct ladder *l = FL_NEW(&cli->arena, struct ladder);
	int64_t point = -1;
	char day[FL_DATE_TEXT];
	fl_cli_get(cli, "benchmark", &benchmark);
	FL_TRY(fl_cli_catalog(cli, &catalog, err));
	FL_TRY(fl_catalog_model(catalog, cli->argument.p[0], &m, err));
	FL_TRY(fl_cli_money(cli, "point", &point, err));
	gather(m, benchmark, l);
	if (l->n < 2) {
		fl_err_set(err, FL_E_NOT_FOUND,
		           "the catalogue holds %zu measured run%s of %.*s on %.*s: a ladder has two or more", l->n,
		           l->n == 1 ? "" : "s", FL_FMT(m->id), FL_FMT(benchmark));
		fl_err_help(err, "`fulcrum models show %.*s` lists what was measured; --benchmark names another",
		            FL_FMT(m->id));
		return FL_E_NOT_FOUND;
	}
	size_t top = point < 0 ? l->order[l->n - 1] : climb(l, point);
	c->offer = m->id;
	fl_cost_add(c, "run", 1, -1, l->rung[top].cost_nusd, fl_arena_dupz(c->arena, l->variant[top]));
	fl_cost_text(c, "effort", point < 0 ? "dearest effort" : "climb to", l->variant[top]);
	fl_cost_real(c, "score", "points", FL_COST_NUMBER, l->rung[top].quality);
	table(c, l);
	fl_cost_assume(c,
	               "money of one run of %.*s %.*s, measured until %.*s; your task may need less thinking, or more",
	               FL_FMT(benchmark), FL_FMT(l->release), FL_FMT(fl_date_format(l->day, day)));
	return FL_OK;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	return fl_cli_answer(cli, build, err);
}

const struct fl_command fl_cmd_cost_think = {
    .name = "cost think",
    .summary = "the ladder of effort of a model: what the next point costs",
    .usage = "cost think MODEL [--benchmark NAME] [--point USD]",
    .text = "What one run of a benchmark cost at each effort that was measured, and the price of a point from each "
            "step to the "
            "next, dominated ones left out. --point says what a point is worth; the ladder is climbed while a step "
            "costs less. "
            "JSON: effort, score, ladder (variant, run_nusd, score, step_nusd, step_points, point_nusd).",
    .example = "fulcrum cost think gpt-5.6-sol --point 200",
    .option = options,
    .option_count = FL_COUNT(options),
    .least = 1,
    .most = 1,
    .run = run,
};

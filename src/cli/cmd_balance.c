#include "cli/commands.h"

#include "choose/balance.h"
#include "io/file.h"
#include "lang/quantity.h"
#include "present/balance_json.h"
#include "present/balance_text.h"
#include "present/dry_run.h"
#include "present/progress.h"
#include "present/report.h"

#include <signal.h>
#include <unistd.h>

static const struct fl_option options[] = {
    {"matrix", "FILE", "race over a matrix of known outcomes (CSV) instead of a task"},
    {"cluster", "COLUMN", "column of the matrix whose equal values mark dependent items"},
    {"value", "USD", "worth of a right answer; a bare number is in USD"},
    {"wait", "USD/hour", "worth of an hour of waiting; a bare number is in USD an hour"},
    {"goal", "cheapest", "the cheapest candidate that is good enough (the default without --value)"},
    {"within", "POINTS", "good enough: that close to the best; a bare number is in points"},
    {"floor", "SHARE", "good enough: at least that mean score, such as 90%"},
    {"baseline", "NAME", "a candidate to compare with; good enough: as good as it, less the margin"},
    {"margin", "POINTS", "how far below the baseline is still good enough; a bare number is in points"},
    {"slack", "POINTS", "certify with that much more room, for fewer calls; a bare number is in points"},
    {"epsilon", "USD", "difference an item that does not matter; a bare number is in USD"},
    {"confidence", "SHARE", "of the guarantee, 95% unless given"},
    {"traffic", "N/month", "calls a month; a bare number is a month's calls"},
    {"seed", "N", "of the order of items, 1 unless given"},
    {"mode", "finite|future", "speak of these items (finite, the default) or of future traffic"},
    {"budget", "USD", "the most that may be spent; a bare number is in USD; none: no limit"},
    {"max-cost", "USD/call", "mean cost of an item at most; a bare number is in USD"},
    {"p95", "SECONDS", "19 of 20 answers must come within that time; a bare number is in seconds"},
    {"cap", "USD", "largest possible cost of an item on a matrix; a bare number is in USD"},
    {"report", "FILE", "where the report goes (report.html for a task, none for a matrix)"},
    {"junit", "FILE", "write JUnit XML for CI: one case, the choice"},
    {"summary", "FILE", "write verdict and figures as Markdown, for the summary of a CI job"},
    {"dry-run", NULL, "show the first request of each candidate and the worst case in dollars; call nothing"},
    {"rehearse", "N", "replay N random orders of a complete matrix and count wrong choices"},
    {"strict", NULL, "take out candidates also where a needed fact is not known"},
    {"allow-commands", NULL, "run the programs that the task file names, and let it call other machines"},
    {"drop-unsupported", NULL, "leave out, aloud, what an endpoint or model does not honour"},
};

/* --- options into wishes ------------------------------------------------------------------------------------------ */

/* A quantity of an option; keeps *out when it was not given. */
static enum fl_code quantity(const struct fl_cli *cli, const char *name, enum fl_quantity kind, const char *bare,
                             int64_t *out, struct fl_err *err)
{
	struct fl_str text;
	if (!fl_cli_get(cli, name, &text))
		return FL_OK;
	if (fl_quantity_read(kind, text, bare, out, err) == FL_OK)
		return FL_OK;
	fl_err_while(err, "reading --%s", name);
	err->code = FL_E_USAGE;
	return FL_E_USAGE;
}

static enum fl_code share(const struct fl_cli *cli, const char *name, enum fl_quantity kind, const char *bare,
                          double *out, struct fl_err *err)
{
	int64_t billionths = -1;
	FL_TRY(quantity(cli, name, kind, bare, &billionths, err));
	if (billionths >= 0)
		*out = fl_share_double(billionths);
	return FL_OK;
}

static enum fl_code read_goal(const struct fl_cli *cli, struct fl_wish *w, struct fl_err *err)
{
	struct fl_str text;
	bool bars = fl_cli_has(cli, "within") || fl_cli_has(cli, "floor") || fl_cli_has(cli, "margin");
	bool by_value = fl_cli_has(cli, "value");
	if (fl_cli_get(cli, "goal", &text) && !fl_str_is(text, "cheapest") && !fl_str_is(text, "value"))
		return fl_cli_bad(err, "goal", text, "cheapest (or value, with --value USD)");
	bool cheapest = fl_cli_has(cli, "goal") && fl_str_is(text, "cheapest");
	if (by_value && (cheapest || bars))
		return fl_err_set(
		    err, FL_E_USAGE,
		    "--value is a goal of its own and takes no --goal cheapest, --within, --floor or --margin");
	if (fl_cli_has(cli, "within") && fl_cli_has(cli, "floor"))
		return fl_err_set(err, FL_E_USAGE, "good enough is said by --within or by --floor, not both");
	if (fl_cli_has(cli, "margin") && (fl_cli_has(cli, "within") || fl_cli_has(cli, "floor")))
		return fl_err_set(
		    err, FL_E_USAGE,
		    "--margin is measured from --baseline as the bar, which --within and --floor replace");
	if (fl_cli_has(cli, "goal") && !cheapest && !by_value && w->goal != FL_GOAL_VALUE)
		return fl_err_set(err, FL_E_USAGE, "--goal value needs --value USD");
	if (by_value)
		w->goal = FL_GOAL_VALUE;
	if (cheapest || bars)
		w->goal = FL_GOAL_CHEAPEST;
	FL_TRY(quantity(cli, "value", FL_Q_MONEY, "USD", &w->value_nusd, err));
	if (fl_cli_has(cli, "within"))
		w->floor = w->margin = -1;
	if (fl_cli_has(cli, "floor"))
		w->within = w->margin = -1;
	if (fl_cli_get(cli, "baseline", &w->baseline) && !fl_cli_has(cli, "within") && !fl_cli_has(cli, "floor") &&
	    w->goal == FL_GOAL_CHEAPEST)
		w->within = w->floor = -1;
	FL_TRY(share(cli, "within", FL_Q_POINTS, "points", &w->within, err));
	FL_TRY(share(cli, "floor", FL_Q_SHARE, NULL, &w->floor, err));
	FL_TRY(share(cli, "margin", FL_Q_POINTS, "points", &w->margin, err));
	FL_TRY(share(cli, "slack", FL_Q_POINTS, "points", &w->slack, err));
	if (w->margin >= 0 && !w->baseline.n)
		return fl_err_set(err, FL_E_USAGE, "--margin is measured from --baseline, which is missing");
	return FL_OK;
}

static enum fl_code read_limits(const struct fl_cli *cli, struct fl_wish *w, struct fl_err *err)
{
	struct fl_str text;
	int64_t wait = -1, p95_ms = -1, traffic = -1;
	FL_TRY(quantity(cli, "wait", FL_Q_PER_HOUR, "USD/hour", &wait, err));
	FL_TRY(quantity(cli, "epsilon", FL_Q_MONEY, "USD", &w->epsilon_nusd, err));
	FL_TRY(quantity(cli, "traffic", FL_Q_PER_MONTH, "/month", &traffic, err));
	FL_TRY(quantity(cli, "max-cost", FL_Q_PER_CALL, "USD/call", &w->max_cost_nusd, err));
	FL_TRY(quantity(cli, "p95", FL_Q_DURATION, "s", &p95_ms, err));
	FL_TRY(quantity(cli, "cap", FL_Q_MONEY, "USD", &w->cap_nusd, err));
	if (fl_cli_get(cli, "budget", &text) && fl_str_is(text, "none"))
		w->budget_nusd = -1;
	else
		FL_TRY(quantity(cli, "budget", FL_Q_MONEY, "USD", &w->budget_nusd, err));
	FL_TRY(share(cli, "confidence", FL_Q_SHARE, NULL, &w->confidence, err));
	FL_TRY(fl_cli_u64(cli, "seed", 0, &w->seed, err));
	if (wait >= 0)
		w->wait_usd_per_s = (double)wait / 3600 / (double)FL_NUSD_PER_USD;
	if (p95_ms >= 0)
		w->p95_s = (double)p95_ms / 1000;
	if (traffic >= 0)
		w->traffic_month = (double)traffic;
	if (fl_cli_get(cli, "confidence", &text) && !(w->confidence >= 0.5 && w->confidence < 1))
		return fl_cli_bad(err, "confidence", text, "a share from 50% to below 100%");
	if (!fl_cli_get(cli, "mode", &text))
		return FL_OK;
	if (!fl_str_is(text, "finite") && !fl_str_is(text, "future"))
		return fl_cli_bad(err, "mode", text, "finite or future");
	w->mode = fl_str_is(text, "future") ? FL_MODE_FUTURE : FL_MODE_FINITE;
	return FL_OK;
}

static enum fl_code read_wish(const struct fl_cli *cli, struct fl_wish *w, struct fl_err *err)
{
	FL_TRY(read_goal(cli, w, err));
	return read_limits(cli, w, err);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static void batch(void *arg, struct fl_balance *b, struct fl_race *r)
{
	(void)r;
	fl_progress_balance(arg, b);
}

static int status_of(const struct fl_balance *b)
{
	if (b->stopped != FL_OK)
		return fl_code_row(b->stopped)->exit_status;
	return b->state == FL_RACE_NONE_FEASIBLE && !b->rehearsed ? 1 : 0;
}

static enum fl_code answer(struct fl_cli *cli, struct fl_balance *b, struct fl_store *store, const char *report,
                           struct fl_err *err)
{
	cli->exit_status = status_of(b);
	if (report) {
		struct fl_buf page;
		fl_buf_init(&page, 64 << 20);
		enum fl_code code = fl_report(b, store, &page, err);
		if (code == FL_OK)
			code = fl_file_write(report, fl_buf_slice(&page), err);
		fl_buf_release(&page);
		FL_TRY(code);
	}
	FL_TRY(fl_cli_ci_balance(cli, b, err));
	if (cli->json && !fl_balance_json(b, &cli->out))
		return fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
	if (!cli->json)
		fl_balance_text(b, &cli->out, fl_terminal_width(STDOUT_FILENO), cli->color, report);
	return FL_OK;
}

static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signum)
{
	(void)signum;
	stop_asked = 1;
}

/* A first SIGINT or SIGTERM is heard at the next batch; a second one ends the process as usual. */
static void listen_for_stop(void)
{
	struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static enum fl_code on_matrix(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_matrix m;
	struct fl_balance b;
	struct fl_wish wish;
	struct fl_str file, report;
	struct fl_progress p;
	uint64_t rehearse = 0;
	if (cli->argument.n || fl_cli_has(cli, "dry-run"))
		return fl_err_set(err, FL_E_USAGE,
		                  cli->argument.n ? "a race is over a task or over --matrix, not both"
		                                  : "--dry-run belongs to a task");
	fl_wish_init(&wish);
	FL_TRY(read_wish(cli, &wish, err));
	FL_TRY(fl_cli_u64(cli, "rehearse", 1, &rehearse, err));
	FL_TRY(fl_cli_may_write(cli, "report", NULL, err));
	FL_TRY(fl_cli_may_write_ci(cli, err));
	FL_TRY(fl_cli_matrix(cli, &m, &file, err));
	fl_progress_init(&p, cli->quiet, cli->color);
	struct fl_watch watch = {.batch = batch, .arg = &p, .every_ns = 100000000, .stop = &stop_asked};
	listen_for_stop();
	enum fl_code code = fl_balance_matrix(&b, &wish, &m, fl_arena_dupz(&cli->arena, file), rehearse, &watch, err);
	fl_progress_end(&p);
	if (code == FL_OK) {
		bool page = fl_cli_get(cli, "report", &report);
		code = answer(cli, &b, NULL, page ? fl_arena_dupz(&cli->arena, report) : NULL, err);
		fl_balance_release(&b);
	}
	fl_matrix_release(&m);
	return code;
}

/* --- a task ------------------------------------------------------------------------------------------------------- */

static const char default_report[] = "report.html";

static enum fl_code race(struct fl_cli *cli, struct fl_task *task, const struct fl_wish *wish, struct fl_err *err)
{
	struct fl_session s;
	struct fl_balance b;
	struct fl_progress p;
	struct fl_str text;
	FL_TRY(fl_cli_may_write(cli, "report", default_report, err));
	FL_TRY(fl_cli_may_write_ci(cli, err));
	fl_progress_init(&p, cli->quiet, cli->color);
	struct fl_session_options session = {
	    .state_path = cli->state_path, .kind = "balance", .on_server = fl_cli_server_note, .server_arg = &p};
	FL_TRY(fl_session_open(&s, task, &session, err));
	for (size_t i = 0; i < task->note_count; i++)
		fl_progress_note(&p, task->note[i]);
	struct fl_watch watch = {.batch = batch, .arg = &p, .every_ns = 100000000};
	enum fl_code code = fl_balance_live(&b, wish, &s, &watch, err);
	fl_progress_end(&p);
	bool finished = false;
	if (code == FL_OK) {
		finished = b.stopped == FL_OK;
		struct fl_err ignored; /* the cells must be in the store before the report reads them */
		fl_grid_flush(s.grid, &ignored);
		if (finished && b.chosen >= 0) {
			enum fl_code kept = fl_run_choose(&s.run, s.store, b.candidate[b.chosen].name, &ignored);
			(void)kept; /* a choice that could not be kept is only missed by the news */
		}
		code =
		    answer(cli, &b, s.store,
		           fl_cli_get(cli, "report", &text) ? fl_arena_dupz(&cli->arena, text) : default_report, err);
		fl_balance_release(&b);
	}
	struct fl_err second;
	enum fl_code closed = fl_session_close(&s, finished, code == FL_OK ? err : &second);
	return code != FL_OK ? code : closed;
}

static enum fl_code apply_budget(const struct fl_cli *cli, struct fl_task *task, const struct fl_wish *wish,
                                 struct fl_err *err)
{
	struct fl_str text;
	if (!fl_cli_get(cli, "budget", &text))
		return FL_OK;
	task->budget_given = true;
	task->budget_none = wish->budget_nusd < 0;
	task->budget_nusd = wish->budget_nusd;
	if (task->unpriced && !task->budget_none)
		return fl_err_set(err, FL_E_INVALID, "a candidate has no known price, so it cannot run under a budget");
	return FL_OK;
}

static enum fl_code on_task(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_task task;
	struct fl_wish wish;
	static const char *const only_matrix[] = {"cluster", "rehearse", "cap"};
	for (size_t i = 0; i < FL_COUNT(only_matrix); i++)
		if (fl_cli_has(cli, only_matrix[i]))
			return fl_err_set(err, FL_E_USAGE, "--%s belongs to --matrix", only_matrix[i]);
	FL_TRY(fl_cli_task(cli, &task, err));
	enum fl_code code = fl_wish_of_task(&wish, &task, err);
	if (code == FL_OK)
		code = read_wish(cli, &wish, err);
	if (code == FL_OK)
		code = apply_budget(cli, &task, &wish, err);
	if (code == FL_OK && fl_cli_has(cli, "dry-run"))
		code = fl_dry_run(&task, cli->json, &cli->out, err);
	else if (code == FL_OK)
		code = race(cli, &task, &wish, err);
	fl_task_release(&task);
	return code;
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	if (fl_cli_has(cli, "matrix"))
		return on_matrix(cli, err);
	if (cli->argument.n == 0) {
		fl_err_set(err, FL_E_USAGE, "nothing to race over");
		fl_err_expected(err, "fulcrum balance TASK.yaml, or fulcrum balance --matrix FILE.csv");
		return FL_E_USAGE;
	}
	return on_task(cli, err);
}

const struct fl_command fl_cmd_balance = {
    .name = "balance",
    .summary = "find the best setting for a task, for the least evaluation money",
    .usage = "balance TASK.yaml [options]\nbalance --matrix FILE.csv [options]",
    .text = "Races the candidates of a task on real calls, or over a matrix of known outcomes, and names the "
            "one to use with a stated error probability. Only the calls that the race needs are made; what "
            "an earlier run paid is used first. Ctrl-C once: what is in flight is finished and the weaker "
            "statement printed. Options override the task file.",
    .example =
        "fulcrum balance examples/triage.yaml\nfulcrum balance --matrix examples/crux.csv.gz --value 1 --epsilon 0.01 "
        "--rehearse 200",
    .option = options,
    .option_count = FL_COUNT(options),
    .most = 1,
    .run = run,
};

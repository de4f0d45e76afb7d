/*
 * commands.h - the rows of the command table; each lives in its own cmd_*.c. And what several commands share.
 *
 * Ownership, threads, failure: as cli.h.
 */
#ifndef FL_COMMANDS_H
#define FL_COMMANDS_H

#include "cli/cli.h"

extern const struct fl_command fl_cmd_try, fl_cmd_try_votes, fl_cmd_advise, fl_cmd_balance, fl_cmd_check, fl_cmd_eval,
    fl_cmd_providers, fl_cmd_runs, fl_cmd_show, fl_cmd_schema, fl_cmd_import, fl_cmd_export, fl_cmd_manual,
    fl_cmd_limits, fl_cmd_models, fl_cmd_models_show, fl_cmd_models_check, fl_cmd_models_import, fl_cmd_models_news,
    fl_cmd_cost, fl_cmd_cost_exchange, fl_cmd_fit, fl_cmd_init, fl_cmd_completion;

extern const struct fl_command fl_cmd_cost_agent, fl_cmd_cost_best, fl_cmd_cost_cache, fl_cmd_cost_cascade,
    fl_cmd_cost_chain, fl_cmd_cost_cliff, fl_cmd_cost_context, fl_cmd_cost_levers, fl_cmd_cost_moa, fl_cmd_cost_monthly,
    fl_cmd_cost_odds, fl_cmd_cost_retry, fl_cmd_cost_selfhost, fl_cmd_cost_success, fl_cmd_cost_think, fl_cmd_cost_tune,
    fl_cmd_cost_value, fl_cmd_cost_votes;

struct fl_offer;
struct fl_server_facts;
/* Says aloud what a server told of itself: struct fl_session_options.on_server, with a struct fl_progress as its arg. */
void fl_cli_server_note(void *progress, const struct fl_offer *offer, const struct fl_server_facts *facts,
                        size_t at_once);
struct fl_matrix;
struct fl_store;
struct fl_loop;
/* Reads the file that --matrix names, clusters by --cluster; notes go to standard error. The text lives in the arena. */
enum fl_code fl_cli_matrix(struct fl_cli *cli, struct fl_matrix *m, struct fl_str *file,
                           struct fl_err *err) FL_MUST_USE;
/* Fails when the file that an option names (else `fallback`, unless NULL) could not be written. */
enum fl_code fl_cli_may_write(struct fl_cli *cli, const char *option, const char *fallback,
                              struct fl_err *err) FL_MUST_USE;
/* Opens the state file with all tables, for commands that only read it or import. */
enum fl_code fl_cli_store(struct fl_cli *cli, struct fl_loop *loop, struct fl_store **store,
                          struct fl_err *err) FL_MUST_USE;
struct fl_evaluation;
struct fl_balance;
/* What CI reads, where --junit and --summary say: whether it could be written; and writes it. store: as junit.h. */
enum fl_code fl_cli_may_write_ci(struct fl_cli *cli, struct fl_err *err) FL_MUST_USE;
enum fl_code fl_cli_ci_evaluation(struct fl_cli *cli, const struct fl_evaluation *e, struct fl_store *store,
                                  struct fl_err *err) FL_MUST_USE;
enum fl_code fl_cli_ci_balance(struct fl_cli *cli, const struct fl_balance *b, struct fl_err *err) FL_MUST_USE;
struct fl_task;
/*
 * Reads the task file that the first argument names, with the catalogue, and takes out the candidates that break a need.
 * Those whose facts are not known stay and are told, with --strict they go.
 */
enum fl_code fl_cli_task(struct fl_cli *cli, struct fl_task *task, struct fl_err *err) FL_MUST_USE;
struct fl_problems;
/* The same, telling all that is wrong (problems.h). */
enum fl_code fl_cli_task_all(struct fl_cli *cli, struct fl_task *task, struct fl_problems *problems,
                             struct fl_err *err) FL_MUST_USE;
struct fl_catalog;
/*
 * The catalogue that this command sees: the built-in one with the user's overlays over it, the files catalog/NAME.yaml
 * beside the configuration file in the order of their names. A note goes to standard error when its prices are stale.
 * Lives until the program ends.
 */
enum fl_code fl_cli_catalog(struct fl_cli *cli, const struct fl_catalog **out, struct fl_err *err) FL_MUST_USE;
/* The folder of the user's catalogue, which may not be there; and its files in the order in which they are laid over, with
 * room for one more. */
struct fl_str fl_cli_catalog_folder(struct fl_cli *cli);
enum fl_code fl_cli_overlays(struct fl_cli *cli, struct fl_str **file, size_t *n, struct fl_err *err) FL_MUST_USE;
/* The day that an option names, else today (UTC). */
enum fl_code fl_cli_day(const struct fl_cli *cli, const char *option, int32_t *day, struct fl_err *err) FL_MUST_USE;
/* The instant that an option names, else now; milliseconds since 1970, UTC. */
enum fl_code fl_cli_instant(const struct fl_cli *cli, const char *option, int64_t *wall_ms,
                            struct fl_err *err) FL_MUST_USE;

#endif

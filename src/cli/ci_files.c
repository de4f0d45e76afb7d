#include "cli/commands.h"

#include "io/file.h"
#include "present/junit.h"
#include "present/summary_markdown.h"

enum fl_code fl_cli_may_write_ci(struct fl_cli *cli, struct fl_err *err)
{
	FL_TRY(fl_cli_may_write(cli, "junit", NULL, err));
	return fl_cli_may_write(cli, "summary", NULL, err);
}

/* Writes what is in the buffer where the option says, unless making it failed. */
static enum fl_code write_out(struct fl_cli *cli, struct fl_str path, enum fl_code made, const struct fl_buf *out,
                              struct fl_err *err)
{
	return made == FL_OK ? fl_file_write(fl_arena_dupz(&cli->arena, path), fl_buf_slice(out), err) : made;
}

enum fl_code fl_cli_ci_evaluation(struct fl_cli *cli, const struct fl_evaluation *e, struct fl_store *store,
                                  struct fl_err *err)
{
	struct fl_str path;
	struct fl_buf out;
	enum fl_code code = FL_OK;
	fl_buf_init(&out, FL_JUNIT_BYTES);
	if (fl_cli_get(cli, "junit", &path))
		code = write_out(cli, path, fl_junit_evaluation(e, store, &out, err), &out, err);
	fl_buf_reset(&out);
	if (code == FL_OK && fl_cli_get(cli, "summary", &path)) {
		fl_summary_evaluation(e, &out);
		code = write_out(cli, path, FL_OK, &out, err);
	}
	fl_buf_release(&out);
	return code;
}

enum fl_code fl_cli_ci_balance(struct fl_cli *cli, const struct fl_balance *b, struct fl_err *err)
{
	struct fl_str path;
	struct fl_buf out;
	enum fl_code code = FL_OK;
	fl_buf_init(&out, FL_JUNIT_BYTES);
	if (fl_cli_get(cli, "junit", &path))
		code = write_out(cli, path, fl_junit_balance(b, &out, err), &out, err);
	fl_buf_reset(&out);
	if (code == FL_OK && fl_cli_get(cli, "summary", &path)) {
		fl_summary_balance(b, &out);
		code = write_out(cli, path, FL_OK, &out, err);
	}
	fl_buf_release(&out);
	return code;
}

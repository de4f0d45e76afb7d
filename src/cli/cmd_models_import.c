/*
 * models import: price lists of others into an overlay of the user's catalogue.
 *
 * The overlay is written beside its place, read back over the built-in catalogue with the other overlays, checked, and
 * only then put in its place: the catalogue never has a half of it, or one that does not check.
 */
#include "base/clock.h"
#include "catalog/import.h"
#include "cli/commands.h"
#include "codec/yaml_write.h"
#include "io/file.h"
#include "present/import_view.h"
#include "present/progress.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "# Written by `fulcrum models import`, which renews it: keep facts of your own in other files.\n"

static const struct fl_option options[] = {
    {"format", "NAME", "models.dev, genai-prices, litellm or openrouter; else told by the file's shape"},
    {"as-of", "DATE", "the day on which the files were published; else the newest day that a file names, else today"},
    {"to", "NAME", "file in the folder catalog/ beside the configuration file; else the format's name"},
    {"accept", NULL, "take what is in doubt too"},
};

static enum fl_code read_format(const struct fl_cli *cli, const struct fl_import_format **format, struct fl_err *err)
{
	struct fl_str name;
	*format = NULL;
	if (!fl_cli_get(cli, "format", &name))
		return FL_OK;
	*format = fl_import_format(name);
	return *format ? FL_OK : fl_cli_bad(err, "format", name, "models.dev, genai-prices, litellm or openrouter");
}

static enum fl_code read_files(struct fl_cli *cli, struct fl_import *im, struct fl_err *err)
{
	const struct fl_import_format *format;
	fl_date as_of = FL_DATE_NONE, today = fl_date_at(fl_wall_ms());
	FL_TRY(read_format(cli, &format, err));
	if (fl_cli_has(cli, "as-of"))
		FL_TRY(fl_cli_day(cli, "as-of", &as_of, err));
	for (size_t i = 0; i < cli->argument.n; i++) {
		struct fl_str text;
		FL_TRY(fl_file_read(fl_arena_dupz(&cli->arena, cli->argument.p[i]), FL_IMPORT_BYTES, &cli->arena, &text,
		                    err));
		FL_TRY(fl_import_add(im, cli->argument.p[i], text, format, as_of, today, err));
	}
	return FL_OK;
}

/* NAME.yaml in the user's catalogue. */
static enum fl_code overlay_path(struct fl_cli *cli, const struct fl_import *im, struct fl_str *path,
                                 struct fl_err *err)
{
	struct fl_str name = fl_str_from(im->file.p[0]->format->name);
	bool given = fl_cli_get(cli, "to", &name);
	if (given && (fl_str_find_char(name, '/', 0) >= 0 || !name.n || name.p[0] == '.' || name.n > 100))
		return fl_cli_bad(err, "to", name, "the name of a file in the user's catalogue, such as prices.yaml");
	*path = fl_arena_printf(&cli->arena, "%.*s/%.*s%s", FL_FMT(fl_cli_catalog_folder(cli)), FL_FMT(name),
	                        fl_str_ends(name, FL_S(".yaml")) ? "" : ".yaml");
	return FL_OK;
}

/* What the overlay holds so far; *old NULL when it does not exist. A file that somebody wrote by hand is left alone. */
static enum fl_code read_old(struct fl_cli *cli, const char *path, const struct fl_yaml **old, struct fl_err *err)
{
	struct fl_str text;
	*old = NULL;
	if (access(path, F_OK) != 0)
		return FL_OK;
	FL_TRY(fl_file_read(path, FL_YAML_BYTES, &cli->arena, &text, err));
	if (!fl_str_starts(text, FL_S(HEADER))) {
		fl_err_set(err, FL_E_INVALID, "%s was not written by an import", path);
		fl_err_place(err, path, 1, 1);
		fl_err_help(err, "an import renews only its own files: name another with --to");
		return FL_E_INVALID;
	}
	return fl_yaml_parse(old, &cli->arena, text, path, err);
}

static void keep_first(void *arg, const struct fl_err *problem)
{
	struct fl_err *first = arg;
	if (first->code == FL_OK)
		*first = *problem;
}

/* The catalogue as it would be with `draft` in the place of `path`. */
static enum fl_code check_draft(struct fl_cli *cli, struct fl_str path, struct fl_str draft, struct fl_err *err)
{
	struct fl_str *file;
	size_t n;
	struct fl_catalog c;
	struct fl_err first = {0};
	bool placed = false;
	FL_TRY(fl_cli_overlays(cli, &file, &n, err));
	for (size_t i = 0; i < n; i++) {
		bool here = fl_str_eq(file[i], path);
		if (here || (!placed && fl_str_cmp(file[i], path) > 0)) {
			if (!here) {
				memmove(&file[i + 1], &file[i], (n - i) * sizeof *file);
				n++;
			}
			file[i] = draft;
			placed = true;
		}
	}
	if (!placed)
		file[n++] = draft;
	FL_TRY(fl_catalog_load(&c, file, n, err));
	if (fl_catalog_check(&c, keep_first, &first))
		*err = first;
	fl_catalog_release(&c);
	return first.code == FL_OK ? FL_OK : fl_err_while(err, "checking what would be written: nothing was");
}

static enum fl_code write_overlay(struct fl_cli *cli, struct fl_str path, const struct fl_yaml *tree,
                                  struct fl_err *err)
{
	struct fl_buf text;
	struct fl_str folder = fl_cli_catalog_folder(cli);
	const char *place = fl_arena_dupz(&cli->arena, path);
	struct fl_str draft = fl_arena_printf(&cli->arena, "%.*s/.import-%ld.yaml", FL_FMT(folder), (long)getpid());
	if (mkdir(fl_arena_dupz(&cli->arena, folder), 0755) != 0 && errno != EEXIST)
		return fl_err_set(err, FL_E_IO, "cannot make the folder %.*s: %s", FL_FMT(folder), strerror(errno));
	fl_buf_init(&text, FL_YAML_BYTES);
	fl_buf_z(&text, HEADER);
	enum fl_code code = fl_yaml_write(tree, &text, err);
	if (code == FL_OK)
		code = fl_file_write(draft.p, fl_buf_slice(&text), err);
	fl_buf_release(&text);
	if (code != FL_OK)
		return code;
	code = check_draft(cli, path, draft, err);
	if (code == FL_OK && rename(draft.p, place) != 0)
		code = fl_err_set(err, FL_E_IO, "cannot write %s: %s", place, strerror(errno));
	if (code != FL_OK)
		unlink(draft.p);
	return code;
}

static enum fl_code report(struct fl_cli *cli, const struct fl_import *im, struct fl_str path, struct fl_err *err)
{
	struct fl_json_writer w;
	if (!cli->json) {
		fl_import_text_report(im, path, &cli->out, fl_terminal_width(STDOUT_FILENO));
		return FL_OK;
	}
	fl_json_begin(&w, &cli->out, 0);
	fl_import_json_report(im, path, &w);
	return fl_json_done(&w) && fl_buf_char(&cli->out, '\n')
	           ? FL_OK
	           : fl_err_set(err, FL_E_LIMIT, "the answer is larger than is accepted");
}

static enum fl_code import(struct fl_cli *cli, struct fl_import *im, struct fl_err *err)
{
	struct fl_str path = {0};
	FL_TRY(read_files(cli, im, err));
	FL_TRY(overlay_path(cli, im, &path, err));
	FL_TRY(read_old(cli, fl_arena_dupz(&cli->arena, path), &im->old, err));
	fl_import_compare(im);
	const struct fl_yaml *tree = fl_import_overlay(im);
	if (tree)
		FL_TRY(write_overlay(cli, path, tree, err));
	return report(cli, im, tree ? path : (struct fl_str){0}, err);
}

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	const struct fl_catalog *c;
	struct fl_import im;
	FL_TRY(fl_cli_catalog(cli, &c, err));
	fl_import_init(&im, &cli->arena, c, fl_catalog_builtin(), fl_cli_has(cli, "accept"));
	enum fl_code code = import(cli, &im, err);
	fl_import_release(&im);
	return code;
}

const struct fl_command fl_cmd_models_import = {
    .name = "models import",
    .summary = "take prices and models from a published price list",
    .usage = "models import FILE [FILE ...] [options]",
    .text =
        "Reads models.dev's api.json, genai-prices' data.json, LiteLLM's model_prices_and_context_window.json or "
        "OpenRouter's /api/v1/models, compares them with the catalogue, says what changes, and writes it to a file of "
        "the user's catalogue with its source and day. Prices that end keep their rows, so that old bills stay what "
        "they were; announced ones bill from their day on. What cannot be is refused; what is doubtful (a price over "
        "3 times another, a price of 0, files that disagree) is taken only with --accept. Several files of one "
        "command confirm each other. Nothing is written when a file is malformed.",
    .example = "fulcrum models import api.json --as-of 2026-11-24\n"
               "fulcrum models import model_prices_and_context_window.json api.json --to prices.yaml",
    .option = options,
    .option_count = FL_COUNT(options),
    .least = 1,
    .most = FL_IMPORT_FILES,
    .run = run,
};

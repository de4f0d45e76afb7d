/*
 * catalog_files.c - which catalogue a command sees, and the days that its options name.
 */
#include "base/clock.h"
#include "catalog/catalog.h"
#include "cli/commands.h"
#include "present/progress.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { OVERLAYS = 256, STALE_DAYS = 45 };

static int by_name(const void *a, const void *b)
{
	return fl_str_cmp(*(const struct fl_str *)a, *(const struct fl_str *)b);
}

/* The YAML files of a folder in the order of their names; a folder that is not there holds none. */
static enum fl_code list_overlays(struct fl_cli *cli, const char *folder, struct fl_str *file, size_t *n,
                                  struct fl_err *err)
{
	DIR *dir = opendir(folder);
	*n = 0;
	if (!dir)
		return errno == ENOENT || errno == ENOTDIR
		           ? FL_OK
		           : fl_err_set(err, FL_E_IO, "cannot list %s: %s", folder, strerror(errno));
	for (struct dirent *e; (e = readdir(dir)) && *n < OVERLAYS;)
		if (e->d_name[0] != '.' && fl_str_ends(fl_str_from(e->d_name), FL_S(".yaml")))
			file[(*n)++] = fl_arena_printf(&cli->arena, "%s/%s", folder, e->d_name);
	closedir(dir);
	qsort(file, *n, sizeof *file, by_name);
	return FL_OK;
}

static void note_age(const struct fl_cli *cli, const struct fl_catalog *c)
{
	int days = fl_date_at(fl_wall_ms()) - c->compiled;
	char text[160], day[FL_DATE_TEXT];
	if (days <= STALE_DAYS || c->compiled == FL_DATE_NONE)
		return;
	struct fl_progress p;
	fl_progress_init(&p, cli->quiet, cli->color);
	fl_date_format(c->compiled, day);
	snprintf(text, sizeof text, "prices are of %s, %d days ago: check them first", day, days);
	fl_progress_note(&p, fl_str_from(text));
}

struct fl_str fl_cli_catalog_folder(struct fl_cli *cli)
{
	const char *slash = strrchr(cli->config_path, '/');
	struct fl_str folder =
	    slash ? (struct fl_str){cli->config_path, (size_t)(slash - cli->config_path)} : FL_S(".");
	return fl_arena_printf(&cli->arena, "%.*s/catalog", FL_FMT(folder));
}

enum fl_code fl_cli_overlays(struct fl_cli *cli, struct fl_str **file, size_t *n, struct fl_err *err)
{
	*file = FL_NEW_ARRAY(&cli->arena, struct fl_str, OVERLAYS + 1);
	return list_overlays(cli, fl_cli_catalog_folder(cli).p, *file, n, err);
}

static void keep_first(void *arg, const struct fl_err *problem)
{
	struct fl_err *first = arg;
	if (first->code == FL_OK)
		*first = *problem;
}

/* What the user's files say must hold together with the rest: a price list that contradicts itself prices nothing. */
static enum fl_code check_own(struct fl_catalog *c, struct fl_err *err)
{
	struct fl_err first = {0};
	size_t problems = fl_catalog_check(c, keep_first, &first);
	if (problems == 0)
		return FL_OK;
	*err = first;
	fl_err_while(err, "reading your catalogue files");
	fl_err_help(err, "`fulcrum models check FILE` lists all that is wrong (%zu found)", problems);
	fl_catalog_release(c);
	return err->code;
}

enum fl_code fl_cli_catalog(struct fl_cli *cli, const struct fl_catalog **out, struct fl_err *err)
{
	static struct fl_catalog own;
	struct fl_str *file;
	size_t n;
	FL_TRY(fl_cli_overlays(cli, &file, &n, err));
	*out = fl_catalog_builtin();
	if (n) {
		FL_TRY(fl_catalog_load(&own, file, n, err));
		FL_TRY(check_own(&own, err));
		*out = &own;
	}
	note_age(cli, *out);
	return FL_OK;
}

enum fl_code fl_cli_instant(const struct fl_cli *cli, const char *option, int64_t *wall_ms, struct fl_err *err)
{
	struct fl_str text;
	if (!fl_cli_get(cli, option, &text)) {
		*wall_ms = fl_wall_ms();
		return FL_OK;
	}
	if (fl_instant_parse(text, wall_ms, err) != FL_OK) {
		fl_err_while(err, "reading --%s", option);
		return FL_E_USAGE;
	}
	return FL_OK;
}

enum fl_code fl_cli_day(const struct fl_cli *cli, const char *option, int32_t *day, struct fl_err *err)
{
	int64_t ms;
	FL_TRY(fl_cli_instant(cli, option, &ms, err));
	*day = fl_date_at(ms);
	return FL_OK;
}

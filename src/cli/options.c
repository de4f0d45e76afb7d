#include "cli/cli.h"

const struct fl_option fl_global_options[] = {
    {"json", NULL, "print one JSON object on standard output, also when the command fails"},
    {"config", "FILE", "configuration file (else $FULCRUM_CONFIG, else fulcrum.yaml in the configuration folder)"},
    {"state", "FILE", "state file (else $FULCRUM_STATE, else fulcrum.db in the state folder)"},
    {"quiet", NULL, "no progress and no notes on standard error"},
    {"no-color", NULL, "no colours (also when NO_COLOR is set or output is not a terminal)"},
    {"version", NULL, "print the version"},
    {"help", NULL, "print this help"},
};
const size_t fl_global_option_count = FL_COUNT(fl_global_options);

bool fl_cli_get(const struct fl_cli *cli, const char *name, struct fl_str *text)
{
	bool found = false;
	for (size_t i = 0; i < cli->value.n; i++)
		if (strcmp(cli->value.p[i].option->name, name) == 0) {
			*text = cli->value.p[i].text;
			found = true;
		}
	return found;
}

bool fl_cli_has(const struct fl_cli *cli, const char *name)
{
	struct fl_str ignored;
	return fl_cli_get(cli, name, &ignored);
}

enum fl_code fl_cli_bad(struct fl_err *err, const char *option, struct fl_str found, const char *expected)
{
	fl_err_set(err, FL_E_USAGE, "--%s cannot be read", option);
	fl_err_found(err, "'%.*s'", FL_FMT(found));
	fl_err_expected(err, "%s", expected);
	return FL_E_USAGE;
}

enum fl_code fl_cli_u64(const struct fl_cli *cli, const char *name, uint64_t least, uint64_t *out, struct fl_err *err)
{
	struct fl_str text;
	uint64_t v;
	if (!fl_cli_get(cli, name, &text))
		return FL_OK;
	if (!fl_str_to_u64(text, &v) || v < least)
		return fl_cli_bad(err, name, text, least ? "a whole number from 1" : "a whole number");
	*out = v;
	return FL_OK;
}

enum fl_code fl_cli_quantity(const struct fl_cli *cli, const char *name, enum fl_quantity kind, const char *bare_unit,
                             int64_t *out, struct fl_err *err)
{
	struct fl_str text;
	if (!fl_cli_get(cli, name, &text) || fl_quantity_read(kind, text, bare_unit, out, err) == FL_OK)
		return FL_OK;
	fl_err_while(err, "reading --%s", name);
	return FL_E_USAGE;
}

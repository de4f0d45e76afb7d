#include "cli/cli.h"

#include "present/table.h"

#include <stdio.h>

const char fl_about[] =
    "finds the point where capability, latency and cost of a language model balance for your own task";

enum { WIDTH = 79 };

static void option_lines(struct fl_buf *out, const struct fl_option *o, size_t n)
{
	static const char lead[] = "                         "; /* the column where the text begins */
	for (size_t i = 0; i < n; i++) {
		struct fl_buf left, text;
		fl_buf_init(&left, 200);
		fl_buf_init(&text, 10000);
		char letter[8] = "";
		if (o[i].letter)
			snprintf(letter, sizeof letter, "-%c, ", o[i].letter);
		fl_buf_printf(&left, "  %s--%s%s%s", letter, o[i].name, o[i].argument ? " " : "",
		              o[i].argument ? o[i].argument : "");
		fl_wrap(&text, fl_str_from(o[i].help), WIDTH, lead);
		if (left.n + 1 < sizeof lead) /* on one line with the text, else above it */
			fl_buf_printf(out, "%s%s", left.p, text.p + left.n);
		else
			fl_buf_printf(out, "%s\n%s", left.p, text.p);
		fl_buf_release(&left);
		fl_buf_release(&text);
	}
}

static void command_lines(struct fl_buf *out, const struct fl_command *c)
{
	static const char lead[] = "                 ";
	struct fl_buf text;
	fl_buf_init(&text, 10000);
	fl_wrap(&text, fl_str_from(c->summary), WIDTH, lead);
	fl_buf_printf(out, "  %-14s %s", c->name, text.p + strlen(lead));
	fl_buf_release(&text);
}

/* Each line of a text, with the same lead. */
static void indented(struct fl_buf *out, const char *text, const char *lead)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		fl_buf_printf(out, "%s%.*s\n", lead, (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void help_program(struct fl_buf *out)
{
	size_t n;
	const struct fl_command *const *c = fl_commands(&n);
	struct fl_arena a;
	fl_arena_init(&a);
	fl_wrap(out, fl_arena_printf(&a, "fulcrum %s: %s", FL_VERSION, fl_about), WIDTH, "");
	fl_arena_release(&a);
	fl_buf_z(out, "\nUsage: fulcrum [options] COMMAND ...\n\nCommands:\n");
	for (size_t i = 0; i < n; i++)
		command_lines(out, c[i]);
	fl_buf_z(out, "\nOptions of every command:\n");
	option_lines(out, fl_global_options, fl_global_option_count);
	fl_buf_z(out, "\nExample:\n  fulcrum balance examples/triage.yaml\n\n`fulcrum COMMAND --help` tells more.\n"
	              "Exit status: 0 done, 1 a check said no, 2 bad usage or input, 3 stopped by a\n"
	              "budget, deadline or signal, 4 the outside failed.\n");
}

void fl_help(const struct fl_command *c, struct fl_buf *out)
{
	if (!c) {
		help_program(out);
		return;
	}
	struct fl_arena a;
	fl_arena_init(&a);
	fl_wrap(out, fl_arena_printf(&a, "fulcrum %s: %s", c->name, c->summary), WIDTH, "");
	fl_arena_release(&a);
	fl_buf_z(out, "\nUsage:\n");
	indented(out, c->usage, "  fulcrum ");
	fl_buf_char(out, '\n');
	fl_wrap(out, fl_str_from(c->text), WIDTH, "");
	if (c->option_count) {
		fl_buf_z(out, "\nOptions:\n");
		option_lines(out, c->option, c->option_count);
	}
	fl_buf_z(out, "\nOptions of every command:\n");
	option_lines(out, fl_global_options, fl_global_option_count);
	fl_buf_z(out, "\nExample:\n");
	indented(out, c->example, "  ");
}

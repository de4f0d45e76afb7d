#include "cli/manual.h"

/* --- roff --------------------------------------------------------------------------------------------------------- */

/* Characters that roff would change or take for its own. */
static const char *escape_of(char c)
{
	static const struct {
		char c;
		const char *roff;
	} row[] = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"}, {'`', "\\(ga"},
	           {'^', "\\(ha"}, {'~', "\\(ti"}, {'"', "\\(dq"}};
	for (size_t i = 0; i < FL_COUNT(row); i++)
		if (row[i].c == c)
			return row[i].roff;
	return NULL;
}

void fl_roff_words(struct fl_buf *out, struct fl_str text)
{
	bool start = true;
	for (size_t i = 0; i < text.n;) {
		uint32_t cp;
		size_t n = fl_utf8_decode(fl_str_sub(text, i, text.n), &cp);
		const char *escape = escape_of(text.p[i]);
		if (start && text.p[i] == '.')
			fl_buf_z(out, "\\&");
		if (escape)
			fl_buf_z(out, escape);
		else if (n > 1)
			fl_buf_printf(out, "\\[u%04X]", (unsigned)cp);
		else
			fl_buf_char(out, text.p[i]);
		start = text.p[i] == '\n';
		i += n ? n : 1;
	}
}

void fl_roff(struct fl_buf *out, struct fl_str text)
{
	fl_roff_words(out, text);
	fl_buf_char(out, '\n');
}

void fl_roff_lines(struct fl_buf *out, struct fl_str text)
{
	fl_buf_z(out, ".nf\n");
	fl_roff(out, text);
	fl_buf_z(out, ".fi\n");
}

void fl_roff_title(struct fl_buf *out, struct fl_str page, int section, const char *summary)
{
	static const char *const kinds[] = {[1] = "User Commands", [5] = "File Formats"};
	fl_buf_z(out, ".TH ");
	for (size_t i = 0; i < page.n; i++)
		if (page.p[i] == '-')
			fl_buf_z(out, "\\-");
		else
			fl_buf_char(out, (char)(page.p[i] & ~0x20));
	fl_buf_printf(out, " %d \"\" \"fulcrum %s\" \"%s\"\n.SH NAME\n", section, FL_VERSION, kinds[section]);
	fl_roff_words(out, page);
	fl_buf_z(out, " \\- ");
	fl_roff(out, fl_str_from(summary));
}

static void options(struct fl_buf *out, const struct fl_option *o, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fl_buf_z(out, ".TP\n\\fB");
		if (o[i].letter)
			fl_buf_printf(out, "\\-%c\\fR, \\fB", o[i].letter);
		fl_buf_z(out, "\\-\\-");
		fl_roff_words(out, fl_str_from(o[i].name));
		fl_buf_z(out, "\\fR");
		if (o[i].argument) {
			fl_buf_z(out, " \\fI");
			fl_roff_words(out, fl_str_from(o[i].argument));
			fl_buf_z(out, "\\fR");
		}
		fl_buf_char(out, '\n');
		fl_roff(out, fl_str_from(o[i].help));
	}
}

/* Each form of the usage on a line of its own, led by the program's name. */
static void synopsis(struct fl_buf *out, const char *usage)
{
	fl_buf_z(out, ".SH SYNOPSIS\n.nf\n");
	for (const char *line = usage; *line;) {
		size_t n = strcspn(line, "\n");
		fl_buf_z(out, "\\fBfulcrum\\fR ");
		fl_roff(out, (struct fl_str){line, n});
		line += n + (line[n] == '\n');
	}
	fl_buf_z(out, ".fi\n");
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

struct fl_str fl_manual_page(const struct fl_command *c, struct fl_arena *a)
{
	if (!c)
		return FL_S("fulcrum");
	struct fl_str page = fl_arena_printf(a, "fulcrum-%s", c->name);
	char *p = fl_arena_dupz(a, page);
	for (size_t i = 0; i < page.n; i++)
		if (p[i] == ' ')
			p[i] = '-';
	return (struct fl_str){p, page.n};
}

static void exit_status(struct fl_buf *out)
{
	static const char *const row[] = {"done", "a check said no", "bad usage or input",
	                                  "stopped by a budget, deadline or signal, with a valid partial result",
	                                  "the outside failed"};
	fl_buf_z(out, ".SH EXIT STATUS\n");
	for (size_t i = 0; i < FL_COUNT(row); i++)
		fl_buf_printf(out, ".TP\n%zu\n%s\n", i, row[i]);
}

static void paths(struct fl_buf *out)
{
	static const struct {
		const char *path, *what;
	} row[] = {
	    {"$XDG_STATE_HOME/fulcrum/fulcrum.db", "answers, runs and money spent; else under ~/.local/state"},
	    {"$XDG_CONFIG_HOME/fulcrum/fulcrum.yaml", "model servers, see fulcrum-config(5); else under ~/.config"},
	    {"$XDG_CONFIG_HOME/fulcrum/catalog/*.yaml", "your own facts, laid over the catalogue"}};
	fl_buf_z(out, ".SH FILES\n");
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		fl_buf_z(out, ".TP\n\\fI");
		fl_roff_words(out, fl_str_from(row[i].path));
		fl_buf_z(out, "\\fR\n");
		fl_roff(out, fl_str_from(row[i].what));
	}
}

static void page_of_program(struct fl_buf *out)
{
	size_t n;
	const struct fl_command *const *c = fl_commands(&n);
	struct fl_arena a;
	fl_arena_init(&a);
	fl_roff_title(out, FL_S("fulcrum"), 1, fl_about);
	synopsis(out, "[options] COMMAND ...");
	fl_buf_z(out,
	         ".SH DESCRIPTION\nEach command has a page of its own, such as fulcrum\\-balance(1).\n.SH COMMANDS\n");
	for (size_t i = 0; i < n; i++) {
		fl_buf_z(out, ".TP\n\\fB");
		fl_roff_words(out, fl_str_from(c[i]->name));
		fl_buf_z(out, "\\fR\n");
		fl_roff(out, fl_str_from(c[i]->summary));
	}
	fl_buf_z(out, ".SH OPTIONS\n");
	options(out, fl_global_options, fl_global_option_count);
	exit_status(out);
	paths(out);
	fl_buf_z(out, ".SH SEE ALSO\n");
	for (size_t i = 0; i < n; i++) {
		fl_roff_words(out, fl_manual_page(c[i], &a));
		fl_buf_z(out, "(1),\n");
	}
	for (size_t i = 0; i < fl_manual_file_count; i++) {
		fl_roff_words(out, fl_str_from(fl_manual_files[i].page));
		fl_buf_printf(out, "(5)%s\n", i + 1 < fl_manual_file_count ? "," : "");
	}
	fl_arena_release(&a);
}

void fl_manual(const struct fl_command *c, struct fl_buf *out)
{
	if (!c) {
		page_of_program(out);
		return;
	}
	struct fl_arena a;
	fl_arena_init(&a);
	fl_roff_title(out, fl_manual_page(c, &a), 1, c->summary);
	fl_arena_release(&a);
	synopsis(out, c->usage);
	fl_buf_z(out, ".SH DESCRIPTION\n");
	fl_roff(out, fl_str_from(c->text));
	if (c->option_count) {
		fl_buf_z(out, ".SH OPTIONS\n");
		options(out, c->option, c->option_count);
	}
	fl_buf_z(out, ".SH OPTIONS OF EVERY COMMAND\n");
	options(out, fl_global_options, fl_global_option_count);
	exit_status(out);
	fl_buf_z(out, ".SH EXAMPLES\n");
	fl_roff_lines(out, fl_str_from(c->example));
	fl_buf_z(out, ".SH SEE ALSO\nfulcrum(1)\n");
}

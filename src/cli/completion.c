/*
 * completion.c - completion scripts of bash, zsh and fish.
 *
 * What an argument is follows from how its table row names it: FILE or FOLDER is a path, words in lower case parted by
 * bars ("finite|future") are a choice, anything else is the user's own. Positional arguments are read in the same way
 * from the usage lines of a command, up to its first option.
 */
#include "cli/completion.h"

#include "cli/cli.h"

enum kind { FREE, PATH, CHOICE };

static bool lower_case(struct fl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '|' &&
		    s.p[i] != '-')
			return false;
	return s.n > 0;
}

static enum kind kind_of(struct fl_str argument)
{
	if (lower_case(argument))
		return CHOICE;
	bool path = fl_str_find(argument, FL_S("FILE"), 0) >= 0 || fl_str_find(argument, FL_S("FOLDER"), 0) >= 0 ||
	            fl_str_find(argument, FL_S(".yaml"), 0) >= 0;
	return path ? PATH : FREE;
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

/* The second word of a command that begins with the words of another, NULL when it does not. */
static const char *second_word(const struct fl_command *c, const char *first)
{
	size_t n = strlen(first);
	return strncmp(c->name, first, n) == 0 && c->name[n] == ' ' ? c->name + n + 1 : NULL;
}

struct positional {
	bool path;
	struct fl_str choice; /* empty: none */
};

/* What may stand behind the words of a command. */
static struct positional positional_of(const struct fl_command *c)
{
	struct positional p = {.path = false};
	size_t name = strlen(c->name);
	for (const char *line = c->usage; *line;) {
		struct fl_str rest = {line, strcspn(line, "\n")};
		line += rest.n + (line[rest.n] == '\n');
		rest = fl_str_sub(rest, name, rest.n);
		ptrdiff_t option = fl_str_find(rest, FL_S("--"), 0);
		rest = fl_str_trim(option >= 0 ? fl_str_sub(rest, 0, (size_t)option) : rest);
		for (size_t at = 0; at < rest.n;) {
			size_t end = at;
			while (end < rest.n && rest.p[end] != ' ')
				end++;
			struct fl_str word = fl_str_sub(rest, at, end);
			if (kind_of(word) == PATH)
				p.path = true;
			else if (kind_of(word) == CHOICE)
				p.choice = word;
			at = end + 1;
		}
	}
	return p;
}

/* The text with each of `marks` led by a backslash. */
static void escaped(struct fl_buf *out, struct fl_str text, const char *marks)
{
	for (size_t i = 0; i < text.n; i++) {
		if (strchr(marks, text.p[i]))
			fl_buf_char(out, '\\');
		fl_buf_char(out, text.p[i]);
	}
}

/* Inside single quotes of bash and zsh: the quote is left, written, and opened again. */
static void quoted(struct fl_buf *out, struct fl_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\'')
			fl_buf_z(out, "'\\''");
		else
			fl_buf_char(out, text.p[i]);
}

/* "finite|future" with the bars replaced. */
static void choice(struct fl_buf *out, struct fl_str words, char between)
{
	for (size_t i = 0; i < words.n; i++)
		fl_buf_char(out, words.p[i] == '|' ? between : words.p[i]);
}

/* --- bash --------------------------------------------------------------------------------------------------------- */

/*
 * A row of the script sets, for one command: next (second words), arguments and options. An argument is "@" for a path,
 * "?" for what cannot be completed, else its words; an option that takes one is written --name=ARGUMENT.
 */
static const char bash_body[] =
    "# Sets `kind` to the argument that an option takes, empty when it takes none.\n"
    "_fulcrum_kind()\n"
    "{\n"
    "\tlocal option\n"
    "\tkind=\n"
    "\tfor option in $options $global; do\n"
    "\t\t[[ $option == \"$1\"=* ]] && kind=${option#*=} && return\n"
    "\tdone\n"
    "}\n\n"
    "# Adds what an argument may be.\n"
    "_fulcrum_offer()\n"
    "{\n"
    "\tlocal -a more=()\n"
    "\tcase $1 in\n"
    "\t'?' | '') ;;\n"
    "\t'@')\n"
    "\t\tmapfile -t more < <(compgen -f -- \"$cur\")\n"
    "\t\tcompopt -o filenames 2>/dev/null\n"
    "\t\t;;\n"
    "\t*) mapfile -t more < <(compgen -W \"${1//|/ }\" -- \"$cur\") ;;\n"
    "\tesac\n"
    "\tCOMPREPLY+=(\"${more[@]}\")\n"
    "}\n\n"
    "_fulcrum()\n"
    "{\n"
    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} command= next= arguments= options= kind= value= names= word i behind=0\n"
    "\tCOMPREPLY=()\n"
    "\t_fulcrum_row ''\n"
    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
    "\t\tword=${COMP_WORDS[i]}\n"
    "\t\tcase $word in\n"
    "\t\t-*)\n"
    "\t\t\t_fulcrum_kind \"$word\"\n"
    "\t\t\tif [[ $kind ]]; then # bash parts --name=value at the sign\n"
    "\t\t\t\t((++i))\n"
    "\t\t\t\t[[ ${COMP_WORDS[i]} == = && $i -lt $COMP_CWORD ]] && ((++i))\n"
    "\t\t\t\t((i >= COMP_CWORD)) && value=$kind\n"
    "\t\t\tfi\n"
    "\t\t\t;;\n"
    "\t\t*)\n"
    "\t\t\tif ((!behind)) && _fulcrum_row \"$command${command:+ }$word\"; then\n"
    "\t\t\t\tcommand=\"$command${command:+ }$word\"\n"
    "\t\t\telse\n"
    "\t\t\t\tbehind=1\n"
    "\t\t\tfi\n"
    "\t\t\t;;\n"
    "\t\tesac\n"
    "\tdone\n"
    "\t[[ $cur == = ]] && cur=\n"
    "\tif [[ $value ]]; then\n"
    "\t\t_fulcrum_offer \"$value\"\n"
    "\telif [[ $cur == -* ]]; then\n"
    "\t\tfor word in $options $global; do\n"
    "\t\t\tnames+=\"${word%%=*} \"\n"
    "\t\tdone\n"
    "\t\t_fulcrum_offer \"$names\"\n"
    "\telse\n"
    "\t\t((behind)) || _fulcrum_offer \"$next\"\n"
    "\t\tfor word in $arguments; do\n"
    "\t\t\t_fulcrum_offer \"$word\"\n"
    "\t\tdone\n"
    "\tfi\n"
    "}\n"
    "complete -F _fulcrum fulcrum\n";

static void bash_options(struct fl_buf *out, const struct fl_option *o, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fl_str argument = fl_str_from(o[i].argument);
		fl_buf_printf(out, "%s--%s%s", i ? " " : "", o[i].name, argument.n ? "=" : "");
		if (argument.n)
			fl_buf_str(out, kind_of(argument) == CHOICE ? argument
			                : kind_of(argument) == PATH ? FL_S("@")
			                                            : FL_S("?"));
	}
}

static void bash_row(struct fl_buf *out, const struct fl_command *c)
{
	size_t n;
	const struct fl_command *const *all = fl_commands(&n);
	struct positional p = positional_of(c);
	fl_buf_printf(out, "\t'%s')\n\t\tnext='", c->name);
	for (size_t i = 0, any = 0; i < n; i++) {
		const char *word = second_word(all[i], c->name);
		if (word)
			fl_buf_printf(out, "%s%s", any++ ? " " : "", word);
	}
	fl_buf_printf(out, "' arguments='%s%s%.*s'\n\t\toptions='", p.path ? "@" : "", p.path && p.choice.n ? " " : "",
	              FL_FMT(p.choice));
	bash_options(out, c->option, c->option_count);
	fl_buf_z(out, "'\n\t\t;;\n");
}

static void bash(struct fl_buf *out, const struct fl_command *const *c, size_t n)
{
	fl_buf_printf(out,
	              "# bash completion of fulcrum %s, by `fulcrum completion bash`\n\n"
	              "# Sets what stands behind a command; fails when there is none of that name.\n"
	              "_fulcrum_row()\n{\n\tglobal='",
	              FL_VERSION);
	bash_options(out, fl_global_options, fl_global_option_count);
	fl_buf_z(out, "'\n\tcase $1 in\n\t'')\n\t\tnext='");
	for (size_t i = 0; i < n; i++)
		if (!strchr(c[i]->name, ' '))
			fl_buf_printf(out, "%s%s", i ? " " : "", c[i]->name);
	fl_buf_z(out, "' arguments='' options=''\n\t\t;;\n");
	for (size_t i = 0; i < n; i++)
		bash_row(out, c[i]);
	fl_buf_printf(out, "\t*) return 1 ;;\n\tesac\n}\n\n%s", bash_body);
}

/* --- zsh ---------------------------------------------------------------------------------------------------------- */

static const char zsh_body[] = "_fulcrum_next()\n"
                               "{\n"
                               "\t_describe -t commands command following\n"
                               "}\n\n"
                               "_fulcrum()\n"
                               "{\n"
                               "\tlocal command word\n"
                               "\tlocal -a global following arguments takes all\n"
                               "\tlocal -i i behind=0\n"
                               "\t_fulcrum_row ''\n"
                               "\tfor ((i = 2; i < CURRENT; i++)); do\n"
                               "\t\tword=$words[i]\n"
                               "\t\tall=($global $takes)\n"
                               "\t\tif [[ $word == -* ]]; then\n"
                               "\t\t\t[[ -n ${(M)all:#\\*${word}=\\[*} ]] && (( i++ ))\n"
                               "\t\telif (( ! behind )) && _fulcrum_row \"${command:+$command }$word\"; then\n"
                               "\t\t\tcommand=\"${command:+$command }$word\"\n"
                               "\t\t\twords[i]=() # so that the arguments are counted from behind it\n"
                               "\t\t\t(( i--, CURRENT-- ))\n"
                               "\t\telse\n"
                               "\t\t\tbehind=1\n"
                               "\t\tfi\n"
                               "\tdone\n"
                               "\t(( $#following )) && arguments=('1:command:_fulcrum_next' '*: :_default')\n"
                               "\t_arguments -S $global $takes $arguments\n"
                               "}\n\n"
                               "if [[ $funcstack[1] == _fulcrum ]]; then # as a file of a folder in fpath\n"
                               "\t_fulcrum \"$@\"\n"
                               "else # as a script that was sourced\n"
                               "\tcompdef _fulcrum fulcrum\n"
                               "fi\n";

static void zsh_action(struct fl_buf *out, struct fl_str argument, enum kind kind)
{
	if (kind == PATH)
		fl_buf_z(out, "_files");
	else if (kind == CHOICE) {
		fl_buf_char(out, '(');
		choice(out, argument, ' ');
		fl_buf_char(out, ')');
	} else
		fl_buf_char(out, ' ');
}

/* '*--name=[help]:ARGUMENT:action', the star because the last one counts, or all do. */
static void zsh_options(struct fl_buf *out, const struct fl_option *o, size_t n)
{
	struct fl_buf text;
	fl_buf_init(&text, 100000);
	for (size_t i = 0; i < n; i++) {
		struct fl_str argument = fl_str_from(o[i].argument);
		fl_buf_reset(&text);
		fl_buf_printf(&text, "*--%s%s[", o[i].name, argument.n ? "=" : "");
		escaped(&text, fl_str_from(o[i].help), "[]\\:");
		fl_buf_char(&text, ']');
		if (argument.n) {
			fl_buf_char(&text, ':');
			escaped(&text, argument, ":\\");
			fl_buf_char(&text, ':');
			zsh_action(&text, argument, kind_of(argument));
		}
		fl_buf_z(out, "\t\t\t'");
		quoted(out, fl_buf_slice(&text));
		fl_buf_z(out, "'\n");
	}
	fl_buf_release(&text);
}

/* 'word:summary' of the words that make a command with what stands before them. */
static void zsh_next(struct fl_buf *out, const struct fl_command *const *c, size_t n, const char *first)
{
	fl_buf_z(out, "\t\tfollowing=(\n");
	for (size_t i = 0; i < n; i++) {
		const char *word = *first ? second_word(c[i], first) : strchr(c[i]->name, ' ') ? NULL : c[i]->name;
		if (!word)
			continue;
		fl_buf_printf(out, "\t\t\t'%s:", word);
		quoted(out, fl_str_from(c[i]->summary));
		fl_buf_z(out, "'\n");
	}
	fl_buf_z(out, "\t\t)\n");
}

static void zsh(struct fl_buf *out, const struct fl_command *const *c, size_t n)
{
	fl_buf_printf(out,
	              "#compdef fulcrum\n# zsh completion of fulcrum %s, by `fulcrum completion zsh`\n\n"
	              "# Sets what stands behind a command; fails when there is none of that name.\n"
	              "_fulcrum_row()\n{\n\tcase $1 in\n\t'')\n\t\tglobal=(\n",
	              FL_VERSION);
	zsh_options(out, fl_global_options, fl_global_option_count);
	fl_buf_z(out, "\t\t)\n\t\targuments=() takes=()\n");
	zsh_next(out, c, n, "");
	fl_buf_z(out, "\t\t;;\n");
	for (size_t i = 0; i < n; i++) {
		struct positional p = positional_of(c[i]);
		fl_buf_printf(out, "\t'%s')\n", c[i]->name);
		zsh_next(out, c, n, c[i]->name);
		fl_buf_z(out, "\t\targuments=('*: :");
		if (p.path || p.choice.n)
			zsh_action(out, p.choice, p.path ? PATH : CHOICE);
		else
			fl_buf_char(out, ' ');
		fl_buf_z(out, "')\n\t\ttakes=(\n");
		zsh_options(out, c[i]->option, c[i]->option_count);
		fl_buf_z(out, "\t\t)\n\t\t;;\n");
	}
	fl_buf_printf(out, "\t*) return 1 ;;\n\tesac\n}\n\n%s", zsh_body);
}

/* --- fish --------------------------------------------------------------------------------------------------------- */

static const char fish_body[] = "function __fulcrum_command -d 'The command on the line, of one word or two'\n"
                                "\tset -l found\n"
                                "\tset -l value 0\n"
                                "\tset -l words (commandline -opc)\n"
                                "\tset -e words[1]\n"
                                "\tfor word in $words\n"
                                "\t\tif test $value = 1\n"
                                "\t\t\tset value 0\n"
                                "\t\telse if contains -- $word $__fulcrum_valued\n"
                                "\t\t\tset value 1\n"
                                "\t\telse if string match -q -- '-*' $word\n"
                                "\t\t\tcontinue\n"
                                "\t\telse if not set -q found[1]\n"
                                "\t\t\tset found $word\n"
                                "\t\telse if contains -- \"$found $word\" $__fulcrum_pairs\n"
                                "\t\t\tset found \"$found $word\"\n"
                                "\t\t\tbreak\n"
                                "\t\telse\n"
                                "\t\t\tbreak\n"
                                "\t\tend\n"
                                "\tend\n"
                                "\tprintf '%s\\n' \"$found\"\n"
                                "end\n\n"
                                "function __fulcrum_is -d 'Whether that command is on the line'\n"
                                "\ttest (__fulcrum_command) = \"$argv[1]\"\n"
                                "end\n\n"
                                "function __fulcrum_ends -d 'Whether the line ends with that command'\n"
                                "\tset -l words (commandline -opc)\n"
                                "\ttest $words[-1] = \"$argv[1]\"; and __fulcrum_is \"$argv[1]\"\n"
                                "end\n\n"
                                "complete -c fulcrum -f\n";

static void fish_quoted(struct fl_buf *out, struct fl_str text)
{
	fl_buf_char(out, '\'');
	escaped(out, text, "'\\");
	fl_buf_char(out, '\'');
}

/* command: NULL for options of all. */
static void fish_options(struct fl_buf *out, const char *command, const struct fl_option *o, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fl_str argument = fl_str_from(o[i].argument);
		fl_buf_z(out, "complete -c fulcrum");
		if (command)
			fl_buf_printf(out, " -n '__fulcrum_is \"%s\"'", command);
		if (o[i].letter)
			fl_buf_printf(out, " -s %c", o[i].letter);
		fl_buf_printf(out, " -l %s", o[i].name);
		if (argument.n && kind_of(argument) == PATH)
			fl_buf_z(out, " -r -F");
		else if (argument.n)
			fl_buf_z(out, " -x");
		if (argument.n && kind_of(argument) == CHOICE) {
			fl_buf_z(out, " -a '");
			choice(out, argument, ' ');
			fl_buf_char(out, '\'');
		}
		fl_buf_z(out, " -d ");
		fish_quoted(out, fl_str_from(o[i].help));
		fl_buf_char(out, '\n');
	}
}

static void fish_command(struct fl_buf *out, const struct fl_command *c)
{
	const char *space = strchr(c->name, ' ');
	if (space)
		fl_buf_printf(out, "complete -c fulcrum -n '__fulcrum_ends \"%.*s\"' -a %s -d ", (int)(space - c->name),
		              c->name, space + 1);
	else
		fl_buf_printf(out, "complete -c fulcrum -n '__fulcrum_is \"\"' -a %s -d ", c->name);
	fish_quoted(out, fl_str_from(c->summary));
	fl_buf_char(out, '\n');
	struct positional p = positional_of(c);
	if (p.path)
		fl_buf_printf(out, "complete -c fulcrum -n '__fulcrum_is \"%s\"' -F\n", c->name);
	if (p.choice.n) {
		fl_buf_printf(out, "complete -c fulcrum -n '__fulcrum_is \"%s\"' -a '", c->name);
		choice(out, p.choice, ' ');
		fl_buf_z(out, "'\n");
	}
	fish_options(out, c->name, c->option, c->option_count);
}

static void fish(struct fl_buf *out, const struct fl_command *const *c, size_t n)
{
	fl_buf_printf(out, "# fish completion of fulcrum %s, by `fulcrum completion fish`\n\nset -g __fulcrum_pairs",
	              FL_VERSION);
	for (size_t i = 0; i < n; i++)
		if (strchr(c[i]->name, ' '))
			fl_buf_printf(out, " '%s'", c[i]->name);
	fl_buf_z(out, "\nset -g __fulcrum_valued");
	for (size_t i = 0; i < fl_global_option_count; i++)
		if (fl_global_options[i].argument)
			fl_buf_printf(out, " --%s", fl_global_options[i].name);
	fl_buf_printf(out, "\n\n%s", fish_body);
	fish_options(out, NULL, fl_global_options, fl_global_option_count);
	for (size_t i = 0; i < n; i++)
		fish_command(out, c[i]);
}

/* ------------------------------------------------------------------------------------------------------------------ */

bool fl_completion(struct fl_str shell, struct fl_buf *out)
{
	static const struct {
		const char *name;
		void (*write)(struct fl_buf *out, const struct fl_command *const *c, size_t n);
	} row[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
	size_t n;
	const struct fl_command *const *c = fl_commands(&n);
	for (size_t i = 0; i < FL_COUNT(row); i++)
		if (fl_str_is(shell, row[i].name)) {
			row[i].write(out, c, n);
			return true;
		}
	return false;
}

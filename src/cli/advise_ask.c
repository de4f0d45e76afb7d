/* The questions of `advise --ask`: each answer is an option, read at once by the same rules as when it is typed. */
#include "cli/advise_wish.h"

#include <stdio.h>

static const struct {
	const char *question, *option, *need; /* need: the answer is --need NEED=ANSWER */
} ask[] = {
    {"What kind of task? (code, extraction, dialogue, agents, reasoning, math, data, vision, long-context, web-search, "
     "general)",
     "category", NULL},
    {"How many calls a month?", "traffic", NULL},
    {"How many tokens does a call read?", "in", NULL},
    {"How many tokens does an answer have?", "out", NULL},
    {"What is a right answer worth, in USD?", "value", NULL},
    {"What may happen to what you send? (anywhere, no-training, zero-retention, own-machines)", "need", "data"},
    {"In which region must calls be processed? (eu, us)", "need", "region"},
    {"What goes in beside text? (image, pdf, audio, video, youtube; several by commas)", "need", "inputs"},
    {"Within how many seconds must an answer begin?", "need", "first_token"},
    {"Which labs are out? (ids by commas, such as xai)", "need", "exclude.labs"},
    {"On which machine of yours may it run? (rtx-4090, m4-max, ...)", "device", NULL},
};

static const struct fl_option *option_named(const struct fl_cli *cli, const char *name)
{
	for (size_t i = 0; i < cli->command->option_count; i++)
		if (strcmp(cli->command->option[i].name, name) == 0)
			return &cli->command->option[i];
	FL_BUG("no option %s", name);
}

/* False at the end of the input. */
static bool read_line(struct fl_cli *cli, struct fl_str *line)
{
	char text[1024];
	if (!fgets(text, sizeof text, stdin))
		return false;
	*line = fl_str_trim(fl_arena_dup(&cli->arena, fl_str_from(text)));
	return true;
}

static struct fl_str as_option(struct fl_cli *cli, size_t i, struct fl_str answer)
{
	bool seconds = ask[i].need && strcmp(ask[i].need, "first_token") == 0;
	uint64_t whole;
	if (!ask[i].need)
		return answer;
	return fl_arena_printf(&cli->arena, "%s=%.*s%s", ask[i].need, FL_FMT(answer),
	                       seconds && fl_str_to_u64(answer, &whole) ? "s" : "");
}

enum fl_code fl_cli_advise_ask(struct fl_cli *cli, struct fl_err *err)
{
	struct fl_str answer;
	fprintf(stderr, "Press Enter to leave a question open.\n");
	for (size_t i = 0; i < FL_COUNT(ask); i++) {
		struct fl_advise_wish trial;
		fprintf(stderr, "%s ", ask[i].question);
		if (!read_line(cli, &answer))
			return FL_OK;
		if (!answer.n)
			continue;
		FL_VEC_PUSH(&cli->value,
		            (struct fl_cli_value){option_named(cli, ask[i].option), as_option(cli, i, answer)});
		if (fl_cli_advise_wish(cli, NULL, &trial, err) == FL_OK)
			continue;
		fprintf(stderr, "%s\n", err->message);
		fl_err_clear(err);
		cli->value.n--;
		i--;
	}
	return FL_OK;
}

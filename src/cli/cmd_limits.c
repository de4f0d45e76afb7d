/* Every bound of the program in one table. Each value stands beside what it bounds; this is where they are gathered. */
#include "cli/commands.h"

#include "call/call.h"
#include "call/server.h"
#include "catalog/import.h"
#include "codec/csv.h"
#include "codec/eventstream.h"
#include "codec/gguf.h"
#include "codec/json.h"
#include "codec/yaml.h"
#include "eval/preference.h"
#include "fit/detect.h"
#include "fit/gguf_model.h"
#include "grade/grader.h"
#include "io/child.h"
#include "lang/template.h"
#include "present/figure.h"
#include "present/junit.h"
#include "present/progress.h"
#include "present/summary_markdown.h"
#include "present/table.h"
#include "price/agent_loop.h"
#include "price/cascade.h"
#include "price/levers.h"
#include "price/odds.h"
#include "provider/command.h"
#include "provider/recorded.h"
#include "strategy/vote.h"
#include "task/task.h"

#include <unistd.h>

struct limit {
	const char *area, *what, *unit;
	uint64_t value;
};
static const struct limit limits[] = {
    {"task", "items", "", FL_TASK_ITEMS},
    {"task", "candidates", "", FL_TASK_CANDIDATES},
    {"task", "worked examples", "", FL_TASK_EXAMPLES},
    {"task", "data file", "bytes", FL_TASK_DATA_BYTES},
    {"task", "one message of a prompt", "bytes", FL_TASK_PROMPT_BYTES},
    {"task", "files of an item", "", FL_ATTACHMENTS},
    {"task", "a file of an item", "bytes", FL_ATTACH_BYTES},
    {"task", "draws of one vote", "", FL_DRAWS},
    {"task", "graders of an item", "", FL_GRADERS},
    {"yaml", "file", "bytes", FL_YAML_BYTES},
    {"yaml", "nodes, aliases expanded", "", FL_YAML_NODES},
    {"yaml", "nesting", "", FL_YAML_DEPTH},
    {"json", "nesting", "", FL_JSON_DEPTH},
    {"json", "values", "", FL_JSON_NODES},
    {"csv", "columns", "", FL_CSV_COLUMNS},
    {"template", "text", "bytes", FL_TEMPLATE_BYTES},
    {"template", "nesting", "", FL_TEMPLATE_NESTING},
    {"template", "rounds of all loops", "", FL_TEMPLATE_LOOPS},
    {"regex", "steps of one match", "", FL_PATTERN_STEPS},
    {"regex", "depth of one match", "", FL_PATTERN_DEPTH},
    {"regex", "pattern", "bytes", FL_PATTERN_BYTES},
    {"call", "request", "bytes", FL_CALL_BODY_BYTES},
    {"call", "response", "bytes", FL_CALL_RESPONSE_BYTES},
    {"call", "one event of a stream", "bytes", FL_REPLY_LINE_BYTES},
    {"call", "text, arguments or body of an answer", "bytes", FL_REPLY_BYTES},
    {"call", "tool calls of an answer", "", FL_REPLY_TOOLS},
    {"call", "one message of an AWS stream", "bytes", FL_EVENTSTREAM_BYTES},
    {"child", "a line of an application's or grader's answer", "bytes", FL_CHILD_LINE_BYTES},
    {"child", "last words that are kept", "bytes", FL_CHILD_STDERR_BYTES},
    {"child", "processes of one command", "", FL_CHILDREN},
    {"child", "failures in a row, then it is given up", "", FL_CHILD_DEATHS},
    {"child", "longest wait before it is started again", "ms", FL_CHILD_BACKOFF_MOST_MS},
    {"child", "from the end of its input to SIGTERM, and to SIGKILL", "ms", FL_CHILD_GRACE_MS},
    {"child", "words of a command", "", FL_COMMAND_ARGUMENTS},
    {"child", "environment variables of a task's commands", "", FL_COMMAND_VARIABLES},
    {"exchange", "file", "bytes", FL_RECORDED_FILE_BYTES},
    {"call", "attempts", "", FL_CALL_ATTEMPTS},
    {"call", "same failures, then it is final", "", FL_SAME_FAILURES},
    {"call", "attempts charged without usage", "", FL_CHARGED_ATTEMPTS},
    {"call", "retries of a run, free", "", FL_RETRY_FREE},
    {"call", "calls that earn one more retry", "", FL_RETRY_SHARE},
    {"cost", "calls of a session", "", FL_AGENT_CALLS},
    {"cost", "samples of a vote", "", FL_ODDS_SAMPLES},
    {"cost", "stages of a cascade", "", FL_CASCADE_STAGES},
    {"cost", "settings of a lever", "", FL_LEVER_SETTINGS},
    {"cost", "settings of all levers together", "", FL_LEVER_CORNERS},
    {"server", "an answer about itself", "bytes", FL_SERVER_BODY_BYTES},
    {"server", "all questions to it", "ms", FL_SERVER_ASK_MS},
    {"server", "words of an input, from which on a cut is seen", "", FL_CUT_WORDS},
    {"run", "failures to reach a server in a row", "", FL_OUTAGE},
    {"fit", "context", "tokens", FL_FIT_CONTEXT},
    {"fit", "sequences at once", "", FL_FIT_SEQUENCES},
    {"fit", "devices", "", FL_FIT_DEVICES},
    {"fit", "models of like size looked at", "", FL_FIT_PEERS},
    {"fit", "a driver's tool", "ms", FL_DETECT_MS},
    {"fit", "what it prints, and a file of /proc", "bytes", FL_DETECT_BYTES},
    {"fit", "cards of this machine", "", FL_DETECT_CARDS},
    {"import", "one price list", "bytes", FL_IMPORT_BYTES},
    {"import", "models at providers in one list", "", FL_IMPORT_ENTRIES},
    {"import", "price rows of one of them", "", FL_IMPORT_ROWS},
    {"import", "lists compared at once", "", FL_IMPORT_FILES},
    {"import", "nesting", "", FL_IMPORT_DEPTH},
    {"gguf", "header", "bytes", FL_GGUF_HEADER_BYTES},
    {"gguf", "entries of metadata", "", FL_GGUF_ENTRIES},
    {"gguf", "tensors", "", FL_GGUF_TENSORS},
    {"gguf", "nesting of lists", "", FL_GGUF_NESTING},
    {"gguf", "parts of a model", "", FL_GGUF_PARTS},
    {"junit", "items of all suites", "", FL_JUNIT_CASES},
    {"try", "models asked at once", "", FL_TRIAL_MODELS},
    {"try", "models whose votes are scored together", "", FL_BT_THINGS},
    {"junit", "file", "bytes", FL_JUNIT_BYTES},
    {"summary", "rows of a table", "", FL_SUMMARY_ROWS},
};

static enum fl_code run(struct fl_cli *cli, struct fl_err *err)
{
	static const struct fl_text_column column[] = {{"of", true}, {"what", true}, {"at most", false}, {"", true}};
	enum { N = FL_COUNT(column) };
	(void)err;
	if (cli->json) {
		struct fl_json_writer w;
		fl_json_begin(&w, &cli->out, 0);
		fl_json_open(&w, '{');
		fl_json_member_str(&w, "schema", FL_S("fulcrum.limits/1"));
		fl_json_name(&w, "limits");
		fl_json_open(&w, '[');
		for (size_t i = 0; i < FL_COUNT(limits); i++) {
			fl_json_open(&w, '{');
			fl_json_member_str(&w, "of", fl_str_from(limits[i].area));
			fl_json_member_str(&w, "what", fl_str_from(limits[i].what));
			fl_json_member_u64(&w, "most", limits[i].value);
			fl_json_member_str(&w, "unit", fl_str_from(limits[i].unit));
			fl_json_close(&w);
		}
		fl_json_close(&w);
		fl_json_close(&w);
		if (fl_json_done(&w))
			fl_buf_char(&cli->out, '\n');
		return FL_OK;
	}
	struct fl_str *cell = FL_NEW_ARRAY(&cli->arena, struct fl_str, FL_COUNT(limits) * N);
	for (size_t i = 0; i < FL_COUNT(limits); i++) {
		cell[i * N] = fl_str_from(limits[i].area);
		cell[i * N + 1] = fl_str_from(limits[i].what);
		cell[i * N + 2] = fl_show_count(&cli->arena, limits[i].value);
		cell[i * N + 3] = fl_str_from(limits[i].unit);
	}
	struct fl_text_table t = {.column = column, .columns = N, .cell = cell, .rows = FL_COUNT(limits)};
	fl_table_write(&cli->out, &t, fl_terminal_width(STDOUT_FILENO), "");
	return FL_OK;
}

const struct fl_command fl_cmd_limits = {
    .name = "limits",
    .summary = "list every bound of the program",
    .usage = "limits",
    .text = "Sizes, depths, counts: what is larger is refused with a message, never cut in silence.",
    .example = "fulcrum limits",
    .run = run,
};

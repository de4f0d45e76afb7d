/*
 * manual_file.c - the pages of files: every key of the tables that check them, with its type, bounds and help.
 */
#include "cli/manual.h"
#include "lang/schema.h"
#include "task/task.h"

const struct fl_manual_file fl_manual_files[] = {
    {"task-file", "fulcrum-task", "task file of fulcrum",
     "A task file says what is asked, what a right answer is, who races, and what is wanted of them. It is YAML; paths "
     "are "
     "seen from its folder. `fulcrum schema task` prints the same as a JSON Schema, which editors use to complete and "
     "to "
     "check.",
     "fulcrum balance tickets.yaml --dry-run\nfulcrum schema task > task.schema.json", &fl_task_table},
    {"config-file", "fulcrum-config", "configuration file of fulcrum",
     "The configuration file names model servers for all tasks. It is YAML, and looked for as fulcrum(1) says. "
     "`fulcrum "
     "schema config` prints the same as a JSON Schema.",
     "fulcrum balance tickets.yaml --config servers.yaml", &fl_config_table},
};
const size_t fl_manual_file_count = FL_COUNT(fl_manual_files);

static void words_of(const struct fl_field *f, struct fl_buf *out)
{
	fl_buf_z(out, f->words[1] ? "one of " : "the word ");
	for (size_t i = 0; f->words[i]; i++)
		fl_buf_printf(out, "%s%s", i ? ", " : "", f->words[i]);
}

/* "one of a, b", "a section grader", "a share, as 95% or 0.95; from 50% to 99.9999999%". */
static void type_of(const struct fl_field *f, struct fl_buf *out)
{
	static const char *const before[] = {
	    [FL_ONE] = "", [FL_LIST] = "a list, each ", [FL_MANY] = "", [FL_NAMED] = "a map from names, each to "};
	static const char *const behind[] = {
	    [FL_ONE] = "", [FL_LIST] = "", [FL_MANY] = ", or a list of such", [FL_NAMED] = ""};
	fl_buf_z(out, before[f->shape]);
	if (f->type == &fl_type_table)
		fl_buf_printf(out, "a section (%s, below)", f->table->name);
	else if (f->type == &fl_type_word)
		words_of(f, out);
	else
		fl_buf_z(out, f->type->expected);
	fl_buf_z(out, behind[f->shape]);
	if (!f->bounded)
		return;
	char low[FL_BOUND_TEXT], high[FL_BOUND_TEXT];
	fl_schema_bound(f->type, f->min, low);
	fl_schema_bound(f->type, f->max, high);
	fl_buf_printf(out, "; from %s to %s%s", low, high, f->type == &fl_type_str ? " bytes" : "");
}

static void keys(const struct fl_table *t, struct fl_buf *out)
{
	struct fl_buf text;
	fl_buf_init(&text, 10000);
	for (size_t i = 0; i < t->fields; i++) {
		const struct fl_field *f = &t->field[i];
		fl_buf_reset(&text);
		if (f->help)
			fl_buf_printf(&text, "%s.\n", f->help);
		fl_buf_z(&text, f->required ? "Required. Type: " : "Type: ");
		type_of(f, &text);
		fl_buf_char(&text, '.');
		fl_buf_z(out, ".TP\n\\fB");
		fl_roff_words(out, fl_str_from(f->key));
		fl_buf_z(out, "\\fR\n");
		fl_roff(out, fl_buf_slice(&text));
	}
	if (t->open)
		fl_buf_z(out, ".PP\nOther keys are allowed.\n");
	fl_buf_release(&text);
}

static void quantities(struct fl_buf *out)
{
	fl_buf_z(out, ".SH QUANTITIES\n");
	for (int k = 0; k < FL_Q_KINDS; k++) {
		fl_buf_z(out, ".TP\n");
		fl_roff(out, fl_str_from(fl_quantity_name((enum fl_quantity)k)));
		fl_roff(out, fl_str_from(fl_quantity_example((enum fl_quantity)k)));
	}
}

void fl_manual_of_file(const struct fl_manual_file *file, struct fl_buf *out)
{
	struct fl_schema_parts parts;
	fl_schema_collect(file->table, &parts);
	fl_roff_title(out, fl_str_from(file->page), 5, file->summary);
	fl_buf_z(out, ".SH DESCRIPTION\n");
	fl_roff(out, fl_str_from(file->text));
	fl_buf_z(out, ".SH KEYS\n");
	keys(file->table, out);
	fl_buf_z(out, ".SH SECTIONS\n");
	for (size_t i = 0; i < parts.tables; i++)
		if (parts.table[i] != file->table) {
			fl_buf_z(out, ".SS ");
			fl_roff(out, fl_str_from(parts.table[i]->name));
			keys(parts.table[i], out);
		}
	quantities(out);
	fl_buf_z(out, ".SH EXAMPLES\n");
	fl_roff_lines(out, fl_str_from(file->example));
	fl_buf_z(out, ".SH SEE ALSO\nfulcrum(1)\n");
}

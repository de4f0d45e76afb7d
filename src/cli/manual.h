/*
 * manual.h - manual pages in roff, made from the tables of commands, options and keys.
 *
 * One page for the program, one a command (section 1), one a kind of file (section 5). Every text goes out escaped, so
 * that it reads as it was typed. Ownership: appends to the caller's buffer; names live as long as the arena. Threads:
 * pure; equal tables give equal bytes. Limits: the buffer's. Failure: none.
 */
#ifndef FL_MANUAL_H
#define FL_MANUAL_H

#include "cli/cli.h"

struct fl_table;
/* A kind of file that has a page. */
struct fl_manual_file {
	const char *word; /* what `fulcrum manual` calls it */
	const char *page; /* "fulcrum-task" */
	const char *summary, *text, *example;
	const struct fl_table *table;
};
extern const struct fl_manual_file fl_manual_files[];
extern const size_t fl_manual_file_count;

/* The page of a command, or of the program when NULL. */
void fl_manual(const struct fl_command *command, struct fl_buf *out);
void fl_manual_of_file(const struct fl_manual_file *file, struct fl_buf *out);
/* "fulcrum-cost-agent": the name of a command's page without its section; "fulcrum" when NULL. */
struct fl_str fl_manual_page(const struct fl_command *command, struct fl_arena *a);

/* Text as it was typed: what roff would take for its own is escaped. Ends with a line end. */
void fl_roff(struct fl_buf *out, struct fl_str text);
/* The same in the midst of a line. */
void fl_roff_words(struct fl_buf *out, struct fl_str text);
/* Lines that keep their breaks. */
void fl_roff_lines(struct fl_buf *out, struct fl_str text);
/* The title line: name and section of the page. */
void fl_roff_title(struct fl_buf *out, struct fl_str page, int section, const char *summary);

#endif

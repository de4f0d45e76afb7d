/*
 * look.h - what a file of examples holds, before a task says anything of it: its columns, their types and lengths, and
 * which of them is the right answer. For `init`, which writes the first task file from it.
 *
 * The items are read by the reader that reads them for a task, so that what can be looked at can be raced. All of them are
 * looked at, for a label that is seen once is a choice too; values are told apart up to FL_LOOK_DISTINCT a column.
 *
 * A guess is a guess: the names of columns speak first, then their values, and what was guessed is said (fl_label.guess).
 *
 * Ownership: a look owns all it points to until released. Threads: one at a time. Limits: those of a task's data,
 * FL_LOOK_COLUMNS, FL_LOOK_NAME. Failure: NOT_FOUND with the nearest names in the folder; INVALID for a folder, an empty file, one that is
 * no text; LIMIT; and what the reader of items says, with line.
 */
#ifndef FL_LOOK_H
#define FL_LOOK_H

#include "task/task.h"

enum {
	FL_LOOK_COLUMNS = 500,
	FL_LOOK_NAME = 200,       /* bytes of a column's name */
	FL_LOOK_DISTINCT = 10000, /* values of a column that are told apart */
	FL_LOOK_CHOICES = 50,     /* most labels of a choice */
	FL_LOOK_SHORT = 40        /* bytes: most of a label */
};

enum fl_column_kind {
	FL_COLUMN_EMPTY,
	FL_COLUMN_TEXT,
	FL_COLUMN_NUMBER, /* every value reads as one */
	FL_COLUMN_BOOL,
	FL_COLUMN_LIST,
	FL_COLUMN_OBJECT,
	FL_COLUMN_FILE, /* every value is the path of an image or PDF that is there */
	FL_COLUMN_MIXED
};
extern const char *const fl_column_words[]; /* "text", "number", ... */

struct fl_column {
	struct fl_str name;
	enum fl_column_kind kind;
	size_t present, filled;     /* items that have it; that have something in it */
	size_t distinct;            /* values, at most FL_LOOK_DISTINCT */
	bool more;                  /* there are more of them */
	uint64_t bytes;             /* of all its values together */
	size_t longest;             /* bytes of the longest */
	struct fl_str example;      /* its first value */
	const struct fl_str *value; /* the first values, each once, up to FL_LOOK_CHOICES */
	size_t values;              /* how many of them there are here */
	bool json_text;             /* a list or object that is written as a text */
	size_t of_kind[FL_COLUMN_MIXED];
};

enum fl_label_kind {
	FL_LABEL_NONE,
	FL_LABEL_EXPECTED, /* promptfoo's column __expected, which grades by itself */
	FL_LABEL_CHOICE,   /* one of few words */
	FL_LABEL_NUMBER,
	FL_LABEL_JSON,
	FL_LABEL_SHORT,  /* a word or a name, too many for a choice */
	FL_LABEL_ANY_OF, /* a list of accepted texts */
	FL_LABEL_FREE    /* text of which no rule tells whether another text is as good */
};

/* The right answer. */
struct fl_label {
	size_t column; /* meaningless when kind is NONE */
	enum fl_label_kind kind;
	const char *guess;           /* by what it was guessed; NULL = by the column's name, or the user said so */
	const struct fl_str *choice; /* with CHOICE */
	size_t choices;
	unsigned ignore; /* FL_IGNORE_*: differences that do not make two labels of one */
};

struct fl_look {
	struct fl_arena arena;
	struct fl_task task; /* holds the items */
	const char *file;    /* as the user named it; NULL: items that were given */
	size_t items;
	struct fl_column *column;
	size_t columns;
	ptrdiff_t id, cluster; /* -1: none */
	struct fl_label label;
	bool *input;           /* of each column: a question that the prompt shows */
	bool *attach;          /* of each column: a file that goes with the item */
	uint64_t item_bytes;   /* of an item's shown columns, in the mean */
	uint64_t item_longest; /* and at most */
};

/* Looks at a file. */
enum fl_code fl_look_file(struct fl_look *l, const char *path, struct fl_err *err) FL_MUST_USE;
/* Looks at items that are given: a list of maps. */
enum fl_code fl_look_items(struct fl_look *l, const struct fl_yaml *items, struct fl_err *err) FL_MUST_USE;
void fl_look_release(struct fl_look *l);

/* Takes that column for the right answer instead of the one that was guessed; NOT_FOUND with the nearest. */
enum fl_code fl_look_set_label(struct fl_look *l, struct fl_str name, struct fl_err *err) FL_MUST_USE;
/* Column by name; -1 when there is none. */
ptrdiff_t fl_look_column(const struct fl_look *l, struct fl_str name);
/* Tokens that many bytes come to, as an estimate: a quarter. */
static inline uint64_t fl_look_tokens(uint64_t bytes)
{
	return (bytes + 3) / 4;
}

#endif

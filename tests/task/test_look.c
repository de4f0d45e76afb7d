#include "test.h"

#include "grade/normal.h"
#include "io/file.h"
#include "task/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A file of the given ending with that content; gone when the test ends. */
static char path[64];

static enum fl_code look(struct fl_look *l, const char *ending, struct fl_str text, struct fl_err *e)
{
	struct fl_err ignored;
	snprintf(path, sizeof path, "/tmp/fl-look-%ld%s", (long)getpid(), ending);
	assert_int_equal(fl_file_write(path, text, &ignored), FL_OK);
	enum fl_code code = fl_look_file(l, path, e);
	unlink(path);
	return code;
}

#define LOOK(l, ending, text) assert_ok(look((l), (ending), fl_str_from(text), &e), &e)

static struct fl_str label_name(const struct fl_look *l)
{
	return l->column[l->label.column].name;
}

static void a_column_is_the_label_by_its_name(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	LOOK(&l, ".csv", "id,text,kind,Queue\n1,a b,x,billing\n2,c d,x,Login\n3,e f,y,login\n4,g h,y,billing\n");
	assert_true(fl_str_is(label_name(&l), "Queue"));
	assert_int_equal(l.label.kind, FL_LABEL_CHOICE);
	assert_null(l.label.guess);
	assert_int_equal(l.label.choices, 2); /* Login and login are one */
	assert_true(fl_str_is(l.label.choice[1], "Login"));
	assert_int_equal(l.id, 0);
	assert_true(l.input[1] && !l.input[0] && !l.input[3]);
	fl_look_release(&l);
}

static void else_by_few_values_that_repeat_and_that_is_said(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	LOOK(&l, ".csv", "text,zone\na,north\nb,south\nc,north\nd,south\ne,north\nf,south\n");
	assert_true(fl_str_is(label_name(&l), "zone"));
	assert_non_null(l.label.guess);
	fl_look_release(&l);
}

static void punctuation_counts_where_it_tells_labels_apart(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	LOOK(&l, ".csv", "code,label\na,c\nb,c++\nc,c#\nd,c\ne,c++\nf,c#\ng,c\nh,c++\ni,c#\n");
	assert_int_equal(l.label.choices, 3);
	assert_int_equal(l.label.ignore & FL_IGNORE_PUNCTUATION, 0);
	fl_look_release(&l);
	LOOK(&l, ".csv", "text,label\na,yes\nb,no\nc,yes.\nd,no\n");
	assert_int_equal(l.label.ignore & FL_IGNORE_PUNCTUATION, 0); /* "yes" and "yes." were two labels */
	fl_look_release(&l);
}

static void kinds_of_labels_follow_their_values(void **state)
{
	(void)state;
	static const struct {
		const char *ending, *text;
		enum fl_label_kind kind;
	} row[] = {
	    {".jsonl", "{\"q\":\"a\",\"answer\":4}\n{\"q\":\"b\",\"answer\":\"1,234.5\"}\n", FL_LABEL_NUMBER},
	    {".jsonl", "{\"q\":\"a\",\"target\":{\"n\":1}}\n{\"q\":\"b\",\"target\":{\"n\":2}}\n", FL_LABEL_JSON},
	    {".csv", "q,target\na,\"{\"\"n\"\":1}\"\nb,\"{\"\"n\"\":2}\"\n", FL_LABEL_JSON},
	    {".jsonl", "{\"q\":\"a\",\"target\":[\"x\",\"y\"]}\n", FL_LABEL_ANY_OF},
	    {".jsonl", "{\"q\":\"a\",\"label\":true}\n{\"q\":\"b\",\"label\":false}\n", FL_LABEL_CHOICE},
	    {".csv", "q,target\na,Ada Lovelace\nb,Alan Turing\nc,Grace Hopper\n", FL_LABEL_SHORT},
	    {".csv", "q,target\na,\"a first line\nand a second\"\n", FL_LABEL_FREE},
	    {".csv", "q,__expected\na,contains:b\n", FL_LABEL_EXPECTED},
	    {".csv", "q\na\nb\n", FL_LABEL_NONE},
	    {".yaml", "- {text: a, label: x}\n- {text: b, label: y}\n- {text: c, label: x}\n", FL_LABEL_CHOICE},
	};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_err e;
		struct fl_look l;
		LOOK(&l, row[i].ending, row[i].text);
		assert_int_equal(l.label.kind, row[i].kind);
		fl_look_release(&l);
	}
}

static void a_second_column_of_answers_is_not_shown(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	LOOK(&l, ".csv", "text,label,answer\na,x,1\nb,y,2\nc,x,3\n");
	assert_true(fl_str_is(label_name(&l), "label"));
	assert_false(l.input[2]);
	fl_look_release(&l);
}

static void columns_called_like_a_question_are_shown_else_all(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	LOOK(&l, ".csv", "message_count,Customer message,country,label\n1,a,de,x\n2,b,fr,y\n3,c,it,x\n");
	assert_false(l.input[0]);
	assert_true(l.input[1]);
	assert_false(l.input[2]);
	fl_look_release(&l);
	LOOK(&l, ".csv", "height,weight,label\n1,2,x\n3,4,y\n5,6,x\n");
	assert_true(l.input[0] && l.input[1] && !l.input[2]);
	fl_look_release(&l);
}

static void a_column_that_repeats_groups_items(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	LOOK(&l, ".csv", "customer_id,text,label\n7,a,x\n7,b,y\n8,c,x\n");
	assert_int_equal(l.cluster, 0);
	assert_false(l.input[0]);
	fl_look_release(&l);
}

static void what_is_not_in_every_item_is_counted(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	LOOK(&l, ".jsonl",
	     "{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":null,\"label\":\"\"}\n{\"label\":\"y\",\"more\":1}\n");
	assert_int_equal(l.items, 3);
	assert_int_equal(l.column[0].present, 2);
	assert_int_equal(l.column[0].filled, 1);
	assert_int_equal(l.column[1].filled, 2);
	fl_look_release(&l);
}

static void more_values_than_are_told_apart_are_said(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	struct fl_buf b;
	fl_buf_init(&b, 1 << 22);
	fl_buf_z(&b, "text,label\n");
	for (int i = 0; i < FL_LOOK_DISTINCT + 5; i++)
		fl_buf_printf(&b, "text number %d,%s\n", i, i % 2 ? "odd" : "even");
	assert_ok(look(&l, ".csv", fl_buf_slice(&b), &e), &e);
	assert_true(l.column[0].more);
	assert_int_equal(l.column[0].distinct, FL_LOOK_DISTINCT);
	assert_int_equal(l.label.choices, 2);
	fl_look_release(&l);
	fl_buf_release(&b);
}

static void another_label_can_be_named(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	LOOK(&l, ".csv", "text,label,zone\na,x,n\nb,y,s\nc,x,n\n");
	assert_ok(fl_look_set_label(&l, FL_S("zone"), &e), &e);
	assert_true(fl_str_is(label_name(&l), "zone"));
	assert_false(l.input[2]);
	assert_int_equal(fl_look_set_label(&l, FL_S("lable"), &e), FL_E_NOT_FOUND);
	assert_non_null(strstr(e.expected, "label"));
	fl_look_release(&l);
}

static void what_is_no_text_is_refused_with_what_it_is(void **state)
{
	(void)state;
	static const struct {
		const char *ending;
		struct fl_str text;
		enum fl_code code;
		const char *says;
	} row[] = {
	    {".csv", {"", 0}, FL_E_INVALID, "empty"},
	    {".csv", {"a,b\n1,\0\n", 8}, FL_E_INVALID, "zero byte"},
	    {".csv", {"a,b\n1,\xe9t\xe9\n", 10}, FL_E_INVALID, "not UTF-8"},
	    {".csv",
	     {"\xff\xfe"
	      "a\0",
	      4},
	     FL_E_INVALID,
	     "UTF-16"},
	    {".csv", {"PK\3\4xxxx", 8}, FL_E_INVALID, "ZIP"},
	    {".jsonl", {"\x1f\x8b\x08\0", 4}, FL_E_INVALID, "gzip"},
	    {".csv", {"a;b;label\n1;2;x\n", 16}, FL_E_INVALID, "semicolons"},
	    {".csv", {"a,b\n", 4}, FL_E_INVALID, "no item"},
	    {".txt", {"hello\n", 6}, FL_E_INVALID, "format"},
	    {".yaml", {"task: x\ndata: y.csv\ncandidates: {models: [a/b]}\n", 47}, FL_E_INVALID, "task file already"},
	};
	for (size_t i = 0; i < FL_COUNT(row); i++) {
		struct fl_err e;
		struct fl_look l;
		assert_int_equal(look(&l, row[i].ending, row[i].text, &e), row[i].code);
		if (!strstr(e.message, row[i].says))
			fail_msg("'%s' does not say '%s'", e.message, row[i].says);
		assert_true(e.file[0]);
	}
}

/* A text of 64 KiB whose last character is cut by the end of what is looked at first. */
static void a_character_at_the_edge_of_the_head_is_whole(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	struct fl_buf b;
	for (size_t shift = 0; shift < 4; shift++) {
		fl_buf_init(&b, 1 << 20);
		fl_buf_z(&b, "text,label\n\"");
		for (size_t i = 0; i < shift; i++)
			fl_buf_char(&b, 'x');
		while (b.n < (1 << 16) + 100)
			fl_buf_z(&b, "\xf0\x9f\x9a\x80");
		fl_buf_z(&b, "\",y\n");
		assert_ok(look(&l, ".csv", fl_buf_slice(&b), &e), &e);
		fl_look_release(&l);
		fl_buf_release(&b);
	}
}

static void a_folder_and_a_missing_file_are_told_with_near_names(void **state)
{
	(void)state;
	struct fl_err e;
	struct fl_look l;
	char folder[] = "/tmp/fl-look-XXXXXX", file[64], asked[64];
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof file, "%s/tickets.csv", folder);
	snprintf(asked, sizeof asked, "%s/tickest.csv", folder);
	assert_ok(fl_file_write(file, FL_S("a,label\n1,2\n"), &e), &e);
	assert_int_equal(fl_look_file(&l, folder, &e), FL_E_INVALID);
	assert_non_null(strstr(e.message, "folder"));
	assert_int_equal(fl_look_file(&l, asked, &e), FL_E_NOT_FOUND);
	assert_non_null(strstr(e.help, file));
	unlink(file);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_column_is_the_label_by_its_name),
	    cmocka_unit_test(else_by_few_values_that_repeat_and_that_is_said),
	    cmocka_unit_test(punctuation_counts_where_it_tells_labels_apart),
	    cmocka_unit_test(kinds_of_labels_follow_their_values),
	    cmocka_unit_test(a_second_column_of_answers_is_not_shown),
	    cmocka_unit_test(columns_called_like_a_question_are_shown_else_all),
	    cmocka_unit_test(a_column_that_repeats_groups_items),
	    cmocka_unit_test(what_is_not_in_every_item_is_counted),
	    cmocka_unit_test(more_values_than_are_told_apart_are_said),
	    cmocka_unit_test(another_label_can_be_named),
	    cmocka_unit_test(what_is_no_text_is_refused_with_what_it_is),
	    cmocka_unit_test(a_character_at_the_edge_of_the_head_is_whole),
	    cmocka_unit_test(a_folder_and_a_missing_file_are_told_with_near_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

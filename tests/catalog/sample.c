#include "sample.h"

#include "test.h"

#include <unistd.h>

enum { FILES = 64 };
static char folder[] = "/tmp/fulcrum-catalog-XXXXXX";
static char path[FILES][64];
static size_t files;

struct fl_str sample_file(const char *text)
{
	if (!files)
		assert_non_null(mkdtemp(folder));
	assert_true(files < FILES);
	snprintf(path[files], sizeof path[files], "%s/%zu.yaml", folder, files);
	FILE *f = fopen(path[files], "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return fl_str_from(path[files++]);
}

void sample_read(struct fl_catalog *c, const char *const *text, size_t n)
{
	struct fl_str file[8];
	struct fl_err e = {0};
	for (size_t i = 0; i < n; i++)
		file[i] = sample_file(text[i]);
	if (fl_catalog_read(c, file, n, &e) != FL_OK)
		fail_msg("%s:%d:%d %s", e.file, e.line, e.column, e.message);
}

void sample_refused(const char *text, struct fl_err *err)
{
	struct fl_catalog c;
	struct fl_str file = sample_file(text);
	assert_int_not_equal(fl_catalog_read(&c, &file, 1, err), FL_OK);
}

static void put_problem(void *arg, const struct fl_err *e)
{
	fl_buf_printf(arg, "%d:%d %s\n", e->line, e->column, e->message);
}

size_t sample_problems(const struct fl_catalog *c, struct fl_buf *out)
{
	return fl_catalog_check(c, put_problem, out);
}

void sample_clean(void)
{
	for (size_t i = 0; i < files; i++)
		unlink(path[i]);
	if (files)
		rmdir(folder);
	files = 0;
	memcpy(folder, "/tmp/fulcrum-catalog-XXXXXX", sizeof folder);
}

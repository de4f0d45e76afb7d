/* Writes the report of each sample into a folder, for the browser test: make_reports FOLDER. Prints the paths. */
#include "present/report.h"
#include "present/sample.h"

#include <stdio.h>

static const struct {
	const char *name;
	enum sample_kind kind;
	bool store, hostile;
} row[] = {
    {"plain", SAMPLE_PLAIN, true, false},      {"hostile", SAMPLE_HOSTILE, true, true},
    {"one", SAMPLE_ONE, false, false},         {"none", SAMPLE_NONE, true, false},
    {"stopped", SAMPLE_STOPPED, false, false}, {"free", SAMPLE_FREE, false, false},
    {"long", SAMPLE_LONG, false, false},       {"unknown", SAMPLE_UNKNOWN, false, false},
    {"many", SAMPLE_MANY, false, false},
};

static int make(const char *folder, size_t i)
{
	struct sample s;
	struct fl_buf page;
	struct fl_err err;
	char path[4096];
	fl_buf_init(&page, 64 << 20);
	sample_open(&s, row[i].kind);
	if (row[i].store)
		sample_store(&s, row[i].hostile);
	int failed = fl_report(&s.b, s.store, &page, &err) != FL_OK;
	sample_close(&s);
	snprintf(path, sizeof path, "%s/%s.html", folder, row[i].name);
	FILE *f = fopen(path, "wb");
	failed |= !f || fwrite(page.p, 1, page.n, f) != page.n;
	if (f)
		failed |= fclose(f) != 0;
	fl_buf_release(&page);
	if (!failed)
		puts(path);
	return failed;
}

int main(int argc, char **argv)
{
	int failed = argc != 2;
	for (size_t i = 0; i < FL_COUNT(row) && argc == 2; i++)
		failed |= make(argv[1], i);
	if (failed)
		fputs("make_reports FOLDER: could not make all reports\n", stderr);
	return failed;
}

#include "present/report.h"

#include "present/verdict.h"

enum fl_code fl_report(const struct fl_balance *b, struct fl_store *store, struct fl_buf *out, struct fl_err *err)
{
	struct fl_arena a;
	(void)store;
	fl_arena_init(&a);
	bool ok = fl_buf_printf(out, "<!doctype html><title>Fulcrum</title><h1>%.*s</h1>\n", FL_FMT(fl_verdict_statement(b, &a)));
	fl_arena_release(&a);
	return ok ? FL_OK : fl_err_set(err, FL_E_LIMIT, "the report is too large");
}

#include "present/dry_run.h"

#include "codec/json.h"
#include "present/figure.h"
#include "present/plain.h"
#include "present/removed.h"
#include "present/table.h"

#include <ctype.h>

static enum fl_code look(const struct fl_task *t, size_t c, const struct fl_suite *suite, struct fl_arena *a,
                         struct fl_first_request *f, struct fl_err *err)
{
	struct fl_json_doc doc;
	struct fl_call call;
	FL_TRY(fl_task_item(t, 0, a, &doc, err));
	FL_TRY(fl_task_call(t, &t->candidate[c], 0, fl_json_root(&doc), 1, a, &call, err));
	FL_TRY(fl_call_plan(&call, a, &f->plan, err));
	FL_TRY(fl_grid_cap(t, c, &f->known, &f->cap_nusd, err));
	if (f->known && !fl_mul_i64(f->cap_nusd, (int64_t)t->item_count, &f->grid_nusd))
		f->grid_nusd = INT64_MAX;
	FL_TRY(fl_expected_cost(t, &t->candidate[c], suite, &f->expected, err));
	if (f->expected.known && !fl_mul_i64(f->expected.item_nusd, (int64_t)t->item_count, &f->expected_grid_nusd))
		f->expected_grid_nusd = INT64_MAX;
	return FL_OK;
}

enum fl_code fl_first_requests(const struct fl_task *t, struct fl_arena *a, struct fl_first_request **out,
                               struct fl_err *err)
{
	const struct fl_catalog *catalog = t->providers.catalog;
	struct fl_suite suite = catalog ? fl_suite_of(catalog) : (struct fl_suite){0};
	*out = FL_NEW_ARRAY(a, struct fl_first_request, t->candidate_count);
	for (size_t c = 0; c < t->candidate_count; c++)
		FL_TRY(look(t, c, catalog ? &suite : NULL, a, &(*out)[c], err));
	return FL_OK;
}

static void put_amount(struct fl_json_writer *w, const char *name, bool known, int64_t nusd)
{
	fl_json_name(w, name);
	if (known)
		fl_json_put_i64(w, nusd);
	else
		fl_json_put_null(w);
}

void fl_first_requests_json(const struct fl_task *t, const struct fl_first_request *f, struct fl_json_writer *w)
{
	fl_json_open(w, '[');
	for (size_t c = 0; c < t->candidate_count; c++) {
		const struct fl_expected *e = &f[c].expected;
		fl_json_open(w, '{');
		fl_json_member_str(w, "name", t->candidate[c].name);
		fl_json_member_str(w, "url", f[c].plan.url);
		fl_json_name(w, "request");
		fl_json_put_raw(w, f[c].plan.body);
		put_amount(w, "worst_case_item_nusd", f[c].known, f[c].cap_nusd);
		put_amount(w, "worst_case_grid_nusd", f[c].known, f[c].grid_nusd);
		put_amount(w, "expected_item_nusd", e->known, e->item_nusd);
		put_amount(w, "expected_grid_nusd", e->known, f[c].expected_grid_nusd);
		fl_json_member_u64(w, "expected_in_tokens", e->in_tokens);
		fl_json_member_u64(w, "expected_out_tokens", e->out_tokens + e->thinking_tokens);
		fl_json_close(w);
	}
	fl_json_close(w);
}

static void print_json(const struct fl_task *t, const struct fl_first_request *f, struct fl_buf *out)
{
	struct fl_json_writer w;
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.dry-run/1"));
	fl_json_member_str(&w, "task", t->name);
	fl_json_member_u64(&w, "items", t->item_count);
	fl_json_name(&w, "candidates");
	fl_first_requests_json(t, f, &w);
	fl_removed_json(t->removed, t->removed_count, &w);
	fl_json_close(&w);
	if (fl_json_done(&w))
		fl_buf_char(out, '\n');
}

enum { LONG_RUN = 400, SHOWN = 24, REQUEST_BYTES = 100000 };

static size_t base64_run(struct fl_str s)
{
	size_t n = 0;
	while (n < s.n && (isalnum((unsigned char)s.p[n]) || s.p[n] == '+' || s.p[n] == '/' || s.p[n] == '='))
		n++;
	return n;
}

/* The request on one line; bytes of images and PDFs by their beginning and length, which would hide the text behind them. */
static void put_request(struct fl_buf *out, struct fl_str body)
{
	struct fl_buf line;
	fl_buf_init(&line, body.n + 1);
	while (body.n) {
		size_t n = FL_MAX(base64_run(body), (size_t)1);
		fl_buf_str(&line, fl_str_sub(body, 0, n > LONG_RUN ? (size_t)SHOWN : n));
		if (n > LONG_RUN)
			fl_buf_printf(&line, "... (%zu characters)", n);
		body = fl_str_sub(body, n, body.n);
	}
	fl_plain_line(out, fl_buf_slice(&line), REQUEST_BYTES);
	fl_buf_release(&line);
}

void fl_first_requests_text(const struct fl_task *t, const struct fl_first_request *f, struct fl_buf *out,
                            struct fl_arena *a)
{
	for (size_t c = 0; c < t->candidate_count; c++) {
		const struct fl_expected *e = &f[c].expected;
		fl_plain_line(out, t->candidate[c].name, 200);
		fl_buf_z(out, "\n  POST ");
		fl_plain_line(out, f[c].plan.url, 500);
		fl_buf_z(out, "\n  ");
		put_request(out, f[c].plan.body);
		if (f[c].known)
			fl_buf_printf(out, "\n  at most %.*s an item, %.*s for all %zu items, retries included\n",
			              FL_FMT(fl_show_money(a, f[c].cap_nusd)), FL_FMT(fl_show_money(a, f[c].grid_nusd)),
			              t->item_count);
		else
			fl_buf_z(out, "\n  its price is not known\n");
		if (e->known && e->item_nusd > 0)
			fl_buf_printf(out, "  probably about %.*s an item, %.*s for all\n",
			              FL_FMT(fl_show_money(a, e->item_nusd)),
			              FL_FMT(fl_show_money(a, f[c].expected_grid_nusd)));
		fl_buf_char(out, '\n');
	}
	for (size_t i = 0; i < t->removed_count; i++)
		fl_wrap(out, fl_removed_text(&t->removed[i], a), 79, "");
	for (size_t i = 0; i < t->note_count; i++)
		fl_wrap(out, t->note[i], 79, "");
}

enum fl_code fl_dry_run(const struct fl_task *t, bool json, struct fl_buf *out, struct fl_err *err)
{
	struct fl_arena a;
	struct fl_first_request *f;
	fl_arena_init(&a);
	enum fl_code code = fl_first_requests(t, &a, &f, err);
	if (code == FL_OK && json) {
		print_json(t, f, out);
	} else if (code == FL_OK) {
		fl_first_requests_text(t, f, out, &a);
		fl_buf_z(out, "Nothing was sent.\n");
	}
	fl_arena_release(&a);
	return code;
}

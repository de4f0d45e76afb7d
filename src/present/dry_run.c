#include "present/dry_run.h"

#include "codec/json.h"
#include "eval/grid.h"
#include "present/figure.h"
#include "present/plain.h"
#include "present/removed.h"
#include "present/table.h"

#include <ctype.h>

struct first {
	struct fl_call_plan plan;
	bool known;
	int64_t cap_nusd, grid_nusd; /* of one item, of all */
};

static enum fl_code look(const struct fl_task *t, size_t c, struct fl_arena *a, struct first *f, struct fl_err *err)
{
	struct fl_json_doc doc;
	struct fl_call call;
	FL_TRY(fl_task_item(t, 0, a, &doc, err));
	FL_TRY(fl_task_call(t, &t->candidate[c], 0, fl_json_root(&doc), 1, a, &call, err));
	FL_TRY(fl_call_plan(&call, a, &f->plan, err));
	FL_TRY(fl_grid_cap(t, c, &f->known, &f->cap_nusd, err));
	if (f->known && !fl_mul_i64(f->cap_nusd, (int64_t)t->item_count, &f->grid_nusd))
		f->grid_nusd = INT64_MAX;
	return FL_OK;
}

static void print_json(const struct fl_task *t, const struct first *f, struct fl_buf *out)
{
	struct fl_json_writer w;
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.dry-run/1"));
	fl_json_member_str(&w, "task", t->name);
	fl_json_member_u64(&w, "items", t->item_count);
	fl_json_name(&w, "candidates");
	fl_json_open(&w, '[');
	for (size_t c = 0; c < t->candidate_count; c++) {
		fl_json_open(&w, '{');
		fl_json_member_str(&w, "name", t->candidate[c].name);
		fl_json_member_str(&w, "url", f[c].plan.url);
		fl_json_name(&w, "request");
		fl_json_put_raw(&w, f[c].plan.body);
		fl_json_name(&w, "worst_case_item_nusd");
		if (f[c].known)
			fl_json_put_i64(&w, f[c].cap_nusd);
		else
			fl_json_put_null(&w);
		fl_json_name(&w, "worst_case_grid_nusd");
		if (f[c].known)
			fl_json_put_i64(&w, f[c].grid_nusd);
		else
			fl_json_put_null(&w);
		fl_json_close(&w);
	}
	fl_json_close(&w);
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

static void print_text(const struct fl_task *t, const struct first *f, struct fl_buf *out, struct fl_arena *a)
{
	for (size_t c = 0; c < t->candidate_count; c++) {
		fl_plain_line(out, t->candidate[c].name, 200);
		fl_buf_z(out, "\n  POST ");
		fl_plain_line(out, f[c].plan.url, 500);
		fl_buf_z(out, "\n  ");
		put_request(out, f[c].plan.body);
		if (f[c].known)
			fl_buf_printf(out, "\n  at most %.*s an item, %.*s for all %zu items, retries included\n\n",
			              FL_FMT(fl_show_money(a, f[c].cap_nusd)), FL_FMT(fl_show_money(a, f[c].grid_nusd)),
			              t->item_count);
		else
			fl_buf_z(out, "\n  its price is not known\n\n");
	}
	for (size_t i = 0; i < t->removed_count; i++)
		fl_wrap(out, fl_removed_text(&t->removed[i], a), 79, "");
	for (size_t i = 0; i < t->note_count; i++)
		fl_wrap(out, t->note[i], 79, "");
	fl_buf_z(out, "Nothing was sent.\n");
}

enum fl_code fl_dry_run(const struct fl_task *t, bool json, struct fl_buf *out, struct fl_err *err)
{
	struct fl_arena a;
	enum fl_code code = FL_OK;
	fl_arena_init(&a);
	struct first *f = FL_NEW_ARRAY(&a, struct first, t->candidate_count);
	for (size_t c = 0; c < t->candidate_count && code == FL_OK; c++)
		code = look(t, c, &a, &f[c], err);
	if (code == FL_OK && json)
		print_json(t, f, out);
	else if (code == FL_OK)
		print_text(t, f, out, &a);
	fl_arena_release(&a);
	return code;
}

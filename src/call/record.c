/*
 * A recording keeps the wire's own bytes, not what was made of them: on import the answer, its usage and its outcome are
 * decoded again by the dialect. So a recording cannot hold an answer that the server did not send.
 */
#include "call/record.h"

#include "call/cell_table.h"
#include "codec/json.h"
#include "codec/jsonl.h"

#include <inttypes.h>

/* JSON on one line can stand in the file as it is. */
static bool is_plain_json(struct fl_str s, struct fl_arena *scratch)
{
	struct fl_json_doc doc;
	return fl_str_find_char(s, '\n', 0) < 0 && fl_str_find_char(s, '\r', 0) < 0 &&
	       fl_json_parse(&doc, scratch, s, FL_JSON_LIMITS, NULL) == FL_OK;
}

bool fl_exchange_write(const struct fl_exchange *x, struct fl_buf *out)
{
	struct fl_arena a;
	struct fl_json_writer w;
	fl_arena_init(&a);
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "offer", x->offer);
	fl_json_member_str(&w, "dialect", x->dialect);
	fl_json_member_str(&w, "url", x->url);
	fl_json_member_u64(&w, "draw", x->draw);
	fl_json_member_i64(&w, "at_ms", x->cell.at_ms);
	fl_json_member_u64(&w, "latency_us", x->cell.latency_us);
	fl_json_member_u64(&w, "first_us", x->cell.first_us);
	fl_json_member_u64(&w, "attempts", x->cell.attempts);
	if (x->cell.lost_nusd)
		fl_json_member_i64(&w, "lost_nusd", x->cell.lost_nusd);
	fl_json_member_i64(&w, "status", x->status);
	fl_json_name(&w, "request");
	fl_json_put_raw(&w, x->request);
	if (is_plain_json(x->response, &a)) {
		fl_json_name(&w, "response");
		fl_json_put_raw(&w, x->response);
	} else {
		fl_json_member_str(&w, "response_text", x->response);
	}
	fl_json_close(&w);
	fl_arena_release(&a);
	return fl_json_done(&w) && fl_buf_char(out, '\n');
}

/* --- import ------------------------------------------------------------------------------------------------------- */

struct import {
	struct fl_str text;
	const char *file;
	size_t added, lines;
};

static enum fl_code missing(struct fl_err *err, const struct import *in, size_t line, const char *what)
{
	fl_err_set(err, FL_E_INVALID, "a recording lacks a usable '%s'", what);
	fl_err_place(err, in->file, (int)line, 0);
	fl_err_expected(err, "one recorded exchange a line, as `fulcrum export` writes it");
	return FL_E_INVALID;
}

static bool has_u64(const struct fl_json *root, struct fl_str name, uint64_t *out)
{
	return fl_json_u64(fl_json_get(root, name), out);
}

/* Runs the dialect over the recorded response. */
static enum fl_code decode(struct fl_exchange *x, struct fl_arena *a, const struct import *in, size_t line,
                           struct fl_err *err)
{
	const struct fl_dialect *dialect = fl_dialect_find(x->dialect);
	if (!dialect)
		return missing(err, in, line, "dialect");
	bool stream = fl_str_starts(x->response, FL_S("data:")) || fl_str_starts(x->response, FL_S(":"));
	struct fl_decoder *d =
	    dialect->begin((int)x->status, stream ? FL_S("text/event-stream") : FL_S("application/json"));
	dialect->feed(d, x->response);
	const struct fl_reply *r = dialect->end(d);
	enum fl_code code = r->code;
	x->cell.outcome = r->outcome;
	x->cell.usage = r->usage;
	x->cell.text = fl_arena_dup(a, r->text);
	x->cell.finish = fl_arena_dup(a, r->finish);
	x->cell.model = fl_arena_dup(a, r->model);
	x->cell.tier = fl_arena_dup(a, r->tier);
	dialect->release(d);
	return code == FL_OK ? FL_OK : missing(err, in, line, "response");
}

static enum fl_code read_line(const struct import *in, size_t line, const struct fl_json *root, struct fl_arena *a,
                              struct fl_exchange *x, struct fl_err *err)
{
	uint64_t draw, at, status, attempts = 1, lost = 0;
	*x = (struct fl_exchange){0};
	x->offer = fl_json_string(fl_json_get(root, FL_S("offer")), a);
	x->dialect = fl_json_string(fl_json_get(root, FL_S("dialect")), a);
	x->url = fl_json_string(fl_json_get(root, FL_S("url")), a);
	const struct fl_json *request = fl_json_get(root, FL_S("request"));
	const struct fl_json *response = fl_json_get(root, FL_S("response"));
	const struct fl_json *text = fl_json_get(root, FL_S("response_text"));
	if (x->offer.n == 0 || x->url.n == 0)
		return missing(err, in, line, x->url.n ? "offer" : "url");
	if (!has_u64(root, FL_S("draw"), &draw) || draw == 0 || draw > UINT32_MAX)
		return missing(err, in, line, "draw");
	if (!has_u64(root, FL_S("at_ms"), &at) || !has_u64(root, FL_S("status"), &status) || status > 599)
		return missing(err, in, line, "at_ms, status");
	if (!has_u64(root, FL_S("latency_us"), &x->cell.latency_us) ||
	    !has_u64(root, FL_S("first_us"), &x->cell.first_us))
		return missing(err, in, line, "latency_us, first_us");
	if (!request || (!response && !text))
		return missing(err, in, line, request ? "response" : "request");
	x->draw = (uint32_t)draw;
	x->cell.at_ms = (int64_t)at;
	x->status = (int64_t)status;
	x->cell.attempts = has_u64(root, FL_S("attempts"), &attempts) ? (uint32_t)attempts : 1;
	x->cell.lost_nusd = has_u64(root, FL_S("lost_nusd"), &lost) && lost <= INT64_MAX ? (int64_t)lost : 0;
	x->request = request->raw;
	x->response = response ? response->raw : fl_json_string(text, a);
	fl_call_key(x->offer, x->url, x->request, x->draw, x->cell.key);
	return decode(x, a, in, line, err);
}

static enum fl_code import_all(struct fl_db *db, void *arg, struct fl_err *err)
{
	struct import *in = arg;
	struct fl_jsonl lines;
	struct fl_json_doc doc;
	struct fl_arena a;
	enum fl_code code = FL_OK;
	fl_arena_init(&a);
	fl_jsonl_init(&lines, in->text, in->file);
	for (;;) {
		struct fl_exchange x;
		bool added = false;
		fl_arena_reset(&a);
		code = fl_jsonl_next(&lines, &a, &doc, FL_JSON_LIMITS, err);
		if (code != FL_OK || !doc.node)
			break;
		code = read_line(in, (size_t)lines.line, fl_json_root(&doc), &a, &x, err);
		if (code == FL_OK)
			code = fl_cell_insert(db, &x, &added, err);
		if (code != FL_OK)
			break;
		in->lines++;
		in->added += added;
	}
	fl_arena_release(&a);
	return code;
}

enum fl_code fl_exchange_import(struct fl_store *store, struct fl_str text, const char *file, size_t *added,
                                size_t *lines, struct fl_err *err)
{
	struct import in = {.text = text, .file = file};
	FL_TRY(fl_store_write_wait(store, import_all, &in, err));
	*added = in.added;
	*lines = in.lines;
	return FL_OK;
}

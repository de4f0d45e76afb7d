#include "grade/program.h"

/* JSON on one line: what stands between its values may be line breaks, what stands inside of them is not. */
static struct fl_str one_line(struct fl_str json, struct fl_arena *a)
{
	char *p = fl_arena_dupz(a, json);
	for (size_t i = 0; i < json.n; i++)
		if (p[i] == '\n' || p[i] == '\r')
			p[i] = ' ';
	return (struct fl_str){p, json.n};
}

struct fl_str fl_program_question(const struct fl_json *item, struct fl_str answer, struct fl_str expected,
                                  struct fl_arena *a)
{
	struct fl_buf b;
	struct fl_json_writer w;
	fl_buf_init(&b, (size_t)1 << 30);
	fl_json_begin(&w, &b, 0);
	fl_json_open(&w, '{');
	fl_json_name(&w, "item");
	fl_json_put_raw(&w, one_line(item->raw, a));
	fl_json_member_str(&w, "answer", answer);
	fl_json_name(&w, "expected");
	fl_json_put_raw(&w, one_line(expected, a));
	fl_json_close(&w);
	struct fl_str out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

static enum fl_code no_verdict(struct fl_str line, struct fl_err *err, const char *why)
{
	fl_err_set(err, FL_E_PROTOCOL, "the grader printed no verdict: %s", why);
	fl_err_found(err, "%.*s", FL_FMT(fl_str_sub(line, 0, 80)));
	fl_err_expected(err, "{\"score\": 0.5, \"reason\": \"...\"}, the score from 0 to 1");
	return FL_E_PROTOCOL;
}

enum fl_code fl_program_verdict(struct fl_str line, struct fl_arena *a, struct fl_said *out, struct fl_err *err)
{
	struct fl_json_doc doc;
	struct fl_err why;
	if (fl_json_parse(&doc, a, line, FL_JSON_LIMITS, &why) != FL_OK)
		return no_verdict(line, err, why.message);
	const struct fl_json *root = fl_json_root(&doc), *score = fl_json_get(root, FL_S("score"));
	struct fl_str failure = fl_json_string(fl_json_get(root, FL_S("error")), a);
	if (failure.n)
		return fl_err_set(err, FL_E_PROTOCOL, "the grader says: %.*s",
		                  FL_FMT(fl_str_sub(failure, 0, FL_PROGRAM_REASON_BYTES)));
	if (!score || score->type != FL_JSON_NUMBER || !fl_json_double(score, &out->score))
		return no_verdict(line, err, "it has no number under \"score\"");
	if (!(out->score >= 0 && out->score <= 1))
		return no_verdict(line, err, "its score is not from 0 to 1");
	struct fl_str reason = fl_json_string(fl_json_get(root, FL_S("reason")), a);
	reason = fl_str_sub(reason, 0, FL_PROGRAM_REASON_BYTES);
	while (reason.n && !fl_utf8_valid(reason))
		reason.n--;
	out->reason = reason;
	out->there = true;
	return FL_OK;
}

/*
 * What a candidate sets and its endpoint or model does not honour: an error before anything is spent, or, where the user
 * asked for that, left out aloud.
 */
#include "provider/honour.h"
#include "task/parts.h"

/* Says what is left out, and why. */
static void say_dropped(struct fl_task *t, const struct fl_candidate *c, const char *what, struct fl_str which,
                        const struct fl_err *err)
{
	fl_task_note(t, fl_arena_printf(&t->arena, "%.*s runs without %s%.*s: %s%s%s%s", FL_FMT(c->offer->name), what,
	                                FL_FMT(which), err->message, err->found[0] ? " (" : "", err->found,
	                                err->found[0] ? ")" : ""));
}

static enum fl_code refuse(const struct fl_candidate *c, struct fl_err *err)
{
	fl_err_place(err, c->at->file, c->at->line, c->at->column);
	return err->code;
}

static enum fl_code check_effort(struct fl_task *t, struct fl_candidate *c, bool drop, bool *dropped,
                                 struct fl_err *err)
{
	if (fl_honour_effort(c->offer, c->effort, err) == FL_OK)
		return FL_OK;
	if (!drop)
		return refuse(c, err);
	say_dropped(t, c, "effort ", c->effort, err);
	c->effort = (struct fl_str){0};
	*dropped = true;
	return FL_OK;
}

static enum fl_code check_temperature(struct fl_task *t, struct fl_candidate *c, bool drop, bool *dropped,
                                      struct fl_err *err)
{
	if (!c->temperature.n ||
	    fl_honour_param(c->offer, FL_S("temperature"), c->temperature, c->effort, err) == FL_OK)
		return FL_OK;
	if (!drop)
		return refuse(c, err);
	say_dropped(t, c, "temperature ", c->temperature, err);
	c->temperature = (struct fl_str){0};
	*dropped = true;
	return FL_OK;
}

/* Checks each member; `kept` receives those that stay. */
static enum fl_code check_members(struct fl_task *t, const struct fl_candidate *c, const struct fl_json *root,
                                  bool drop, struct fl_json_writer *kept, bool *dropped, struct fl_err *err)
{
	for (const struct fl_json *m = fl_json_first(root); m; m = fl_json_next(root, m)) {
		struct fl_str name = fl_json_key(m, &t->arena);
		if (fl_honour_param(c->offer, name, m->raw, c->effort, err) == FL_OK) {
			fl_json_name_str(kept, name);
			fl_json_put_raw(kept, m->raw);
			continue;
		}
		if (!drop)
			return refuse(c, err);
		say_dropped(t, c, "", name, err);
		*dropped = true;
	}
	return FL_OK;
}

static enum fl_code check_params(struct fl_task *t, struct fl_candidate *c, bool drop, bool *dropped,
                                 struct fl_err *err)
{
	struct fl_json_doc doc;
	struct fl_json_writer kept;
	struct fl_buf text;
	bool fewer = false;
	if (!c->params.n)
		return FL_OK;
	FL_TRY(fl_json_parse(&doc, &t->arena, c->params, FL_JSON_LIMITS, err));
	fl_buf_init(&text, c->params.n + 64);
	fl_json_begin(&kept, &text, 0);
	fl_json_open(&kept, '{');
	enum fl_code code = check_members(t, c, fl_json_root(&doc), drop, &kept, &fewer, err);
	fl_json_close(&kept);
	if (code == FL_OK && fewer && fl_json_done(&kept))
		c->params = fl_str_is(fl_buf_slice(&text), "{}") ? (struct fl_str){0}
		                                                 : fl_arena_dup(&t->arena, fl_buf_slice(&text));
	*dropped |= fewer;
	fl_buf_release(&text);
	return code;
}

enum fl_code fl_task_check_honoured(struct fl_task *t, struct fl_candidate *c, bool drop, bool *dropped,
                                    struct fl_err *err)
{
	FL_TRY(check_effort(t, c, drop, dropped, err));
	FL_TRY(check_temperature(t, c, drop, dropped, err));
	return check_params(t, c, drop, dropped, err);
}

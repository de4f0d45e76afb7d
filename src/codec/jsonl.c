#include "codec/jsonl.h"

void fl_jsonl_init(struct fl_jsonl *l, struct fl_str text, const char *name)
{
	*l = (struct fl_jsonl){.text = text, .name = name};
}

enum fl_code fl_jsonl_next(struct fl_jsonl *l, struct fl_arena *a, struct fl_json_doc *doc,
                           struct fl_json_limits limits, struct fl_err *err)
{
	memset(doc, 0, sizeof(*doc));
	do {
		if (l->at >= l->text.n)
			return FL_OK;
		ptrdiff_t end = fl_str_find_char(l->text, '\n', l->at);
		size_t to = end < 0 ? l->text.n : (size_t)end;
		l->raw = fl_str_sub(l->text, l->at, to);
		l->at = to + 1;
		l->line++;
	} while (!fl_str_trim(l->raw).n);
	enum fl_code code = fl_json_parse(doc, a, l->raw, limits, err);
	if (code == FL_OK)
		return FL_OK;
	if (err) {
		fl_err_place(err, l->name, l->line, err->column);
		fl_err_while(err, "reading line %d", l->line);
		fl_err_help(err, "JSON Lines holds one whole JSON value on each line");
	}
	return code;
}

#include "present/error_view.h"

#include "present/plain.h"

void fl_error_json(const struct fl_err *err, struct fl_json_writer *w)
{
	fl_json_open(w, '{');
	fl_json_member_str(w, "code", fl_str_from(fl_code_name(err->code)));
	fl_json_member_str(w, "message", fl_str_from(err->message));
	fl_json_name(w, "place");
	fl_json_open(w, '{');
	if (err->file[0])
		fl_json_member_str(w, "file", fl_str_from(err->file));
	if (err->line)
		fl_json_member_i64(w, "line", err->line);
	if (err->column)
		fl_json_member_i64(w, "column", err->column);
	fl_json_close(w);
	if (err->found[0])
		fl_json_member_str(w, "found", fl_str_from(err->found));
	if (err->expected[0])
		fl_json_member_str(w, "expected", fl_str_from(err->expected));
	fl_json_member_str(w, "help", fl_str_from(err->help[0] ? err->help : fl_code_row(err->code)->help));
	fl_json_close(w);
}

void fl_error_text(const struct fl_err *err, struct fl_buf *out)
{
	struct fl_buf b;
	fl_buf_init(&b, 1 << 20);
	if (err->file[0]) {
		fl_buf_z(&b, err->file);
		if (err->line)
			fl_buf_printf(&b, ":%d", err->line);
		if (err->line && err->column)
			fl_buf_printf(&b, ":%d", err->column);
		fl_buf_z(&b, ": ");
	}
	fl_buf_z(&b, err->message);
	if (err->found[0])
		fl_buf_printf(&b, "\n  found:    %s", err->found);
	if (err->expected[0])
		fl_buf_printf(&b, "\n  expected: %s", err->expected);
	fl_buf_printf(&b, "\n  help:     %s\n", err->help[0] ? err->help : fl_code_row(err->code)->help);
	fl_plain(out, fl_buf_slice(&b)); /* what a file or a server said passes no control sequence */
	fl_buf_release(&b);
}

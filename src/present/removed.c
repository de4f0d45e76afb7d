#include "present/removed.h"

struct fl_str fl_removed_text(const struct fl_removed *r, struct fl_arena *a)
{
	return fl_arena_printf(a, "Taken out: %.*s; %.*s.", FL_FMT(r->name), FL_FMT(r->reason));
}

void fl_removed_json(const struct fl_removed *r, size_t n, struct fl_json_writer *w)
{
	fl_json_name(w, "removed");
	fl_json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "name", r[i].name);
		fl_json_member_str(w, "reason", r[i].reason);
		fl_json_close(w);
	}
	fl_json_close(w);
}

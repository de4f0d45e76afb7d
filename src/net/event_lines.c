#include "net/event_lines.h"

bool fl_event_lines_feed(struct fl_event_lines *l, struct fl_str bytes, size_t most, bool *payload)
{
	*payload = false;
	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];
		if (c == '\n' || c == '\r') {
			l->n = 0;
			continue;
		}
		if (l->n == 0)
			l->comment = c == ':';
		if (++l->n > most)
			return false;
		*payload = *payload || !l->comment;
	}
	return true;
}

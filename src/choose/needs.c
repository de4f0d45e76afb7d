#include "choose/needs.h"

/* Why the candidate goes: all needs that it breaks; empty when it stays. Facts that are not known become a note. */
static struct fl_str reason_of(struct fl_task *t, const struct fl_candidate *c, const struct fl_findings *f,
                               bool strict)
{
	struct fl_buf gone, open;
	fl_buf_init(&gone, 8192);
	fl_buf_init(&open, 8192);
	for (size_t i = 0; i < f->p.n; i++) {
		const struct fl_finding *x = &f->p.p[i];
		bool goes = x->state == FL_NEED_BROKEN || strict;
		struct fl_buf *to = goes ? &gone : &open;
		fl_buf_printf(to, "%s%.*s", to->n ? "; " : "", FL_FMT(fl_finding_text(x, &t->arena)));
		if (goes && x->relax.n)
			fl_buf_printf(to, "; %.*s would bring it back", FL_FMT(x->relax));
	}
	struct fl_str reason = fl_arena_dup(&t->arena, fl_buf_slice(&gone));
	if (open.n && !reason.n)
		fl_task_note(t, fl_arena_printf(
		                    &t->arena, "%.*s stays though not all is known of it: %.*s (--strict takes it out)",
		                    FL_FMT(c->name), FL_FMT(fl_buf_slice(&open))));
	fl_buf_release(&gone);
	fl_buf_release(&open);
	return reason;
}

/* The index of the baseline among those that stay. */
static void keep(struct fl_task *t, size_t from, size_t to)
{
	if (t->baseline == (int)from)
		t->baseline = (int)to;
	t->candidate[to] = t->candidate[from];
}

enum fl_code fl_needs_apply(struct fl_task *t, const struct fl_catalog *c, fl_date day, bool strict, struct fl_err *err)
{
	size_t kept = 0;
	if (!t->needs.node)
		return FL_OK;
	t->removed = FL_NEW_ARRAY(&t->arena, struct fl_removed, t->candidate_count);
	for (size_t i = 0; i < t->candidate_count; i++) {
		const struct fl_candidate *k = &t->candidate[i];
		struct fl_findings found = {0};
		struct fl_str reason = {0};
		if (k->offer->fact.model)
			fl_needs_check(c, &t->needs, &k->offer->fact, day, &t->arena, &found);
		reason = reason_of(t, k, &found, strict);
		fl_findings_release(&found);
		if (!reason.n) {
			keep(t, i, kept++);
			continue;
		}
		if (t->baseline == (int)i)
			return fl_err_set(err, FL_E_INVALID, "the baseline %.*s breaks a need: %.*s", FL_FMT(k->name),
			                  FL_FMT(reason));
		t->removed[t->removed_count++] = (struct fl_removed){k->name, reason};
	}
	t->candidate_count = kept;
	if (kept)
		return FL_OK;
	fl_err_set(err, FL_E_CHECK, "every candidate breaks a need; the first: %.*s: %.*s", FL_FMT(t->removed[0].name),
	           FL_FMT(t->removed[0].reason));
	fl_err_help(err, "relax a need, or let `fulcrum advise` look for models that meet them all");
	return FL_E_CHECK;
}

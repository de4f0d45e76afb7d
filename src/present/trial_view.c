#include "present/trial_view.h"

#include "base/vec.h"
#include "present/figure.h"
#include "present/plain.h"
#include "present/table.h"

#include <stdlib.h>

enum { NARROWEST = 28, GAP = 2 };

/* Lines of a text that fit a width: slices of a text that was made safe. */
struct lines {
	FL_VEC(struct fl_str) line;
};

/* Bytes of the longest beginning that takes at most `width` columns. */
static size_t fit(struct fl_str s, size_t width)
{
	size_t n = 0;
	while (n < s.n) {
		size_t next = n + 1;
		while (next < s.n && ((unsigned char)s.p[next] & 0xc0) == 0x80)
			next++;
		if (fl_columns(fl_str_sub(s, 0, next)) > width)
			break;
		n = next;
	}
	return n ? n : FL_MIN(s.n, (size_t)1);
}

/* One paragraph: broken at the last space that fits, inside a word where there is none. */
static void break_line(struct lines *l, struct fl_str s, size_t width)
{
	do {
		size_t n = fit(s, width);
		if (n < s.n)
			for (size_t i = n; i > 0; i--)
				if (s.p[i] == ' ') {
					n = i;
					break;
				}
		size_t shown = n;
		while (shown > 0 && s.p[shown - 1] == ' ')
			shown--;
		FL_VEC_PUSH(&l->line, fl_str_sub(s, 0, shown));
		s = fl_str_sub(s, n, s.n);
		while (s.n && s.p[0] == ' ')
			s = fl_str_sub(s, 1, s.n);
	} while (s.n);
}

static void break_text(struct lines *l, struct fl_str text, size_t width)
{
	while (text.n) {
		ptrdiff_t end = fl_str_find_char(text, '\n', 0);
		size_t n = end < 0 ? text.n : (size_t)end;
		break_line(l, fl_str_sub(text, 0, n), width);
		text = fl_str_sub(text, end < 0 ? n : n + 1, text.n);
	}
}

/* --- one answer --------------------------------------------------------------------------------------------------- */

static struct fl_str safe(struct fl_str text, struct fl_arena *a)
{
	struct fl_buf b;
	fl_buf_init(&b, text.n * 4 + 16);
	for (size_t i = 0; i < text.n;) { /* tabs have no width that a column could count on */
		ptrdiff_t tab = fl_str_find_char(text, '\t', i);
		size_t end = tab < 0 ? text.n : (size_t)tab;
		fl_plain(&b, fl_str_sub(text, i, end));
		if (tab >= 0)
			fl_buf_z(&b, "    ");
		i = end + (tab >= 0);
	}
	struct fl_str out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

static struct fl_str title_of(const struct fl_trial *t, const struct fl_trial_look *look, size_t place, size_t i,
                              struct fl_arena *a)
{
	return look->blind ? fl_arena_printf(a, "Answer %zu", place + 1) : t->answer[i].name;
}

/* "$0.0012, first 0.4 s, whole 2.1 s, 312 tokens in, 85 out" */
static struct fl_str figures_of(const struct fl_trial_answer *x, struct fl_arena *a)
{
	const struct fl_cell *c = &x->cell;
	struct fl_buf b;
	fl_buf_init(&b, 1000);
	if (!c->priced)
		fl_buf_z(&b, "price unknown");
	else
		fl_buf_str(&b, fl_show_money(a, c->cost_nusd));
	if (x->first_text_ms >= 0)
		fl_buf_printf(&b, ", first %.*s", FL_FMT(fl_show_ms(a, (double)x->first_text_ms)));
	fl_buf_printf(&b, ", whole %.*s", FL_FMT(fl_show_ms(a, (double)c->latency_us / 1000)));
	if (c->usage.reported)
		fl_buf_printf(&b, ", %.*s tokens in, %.*s out", FL_FMT(fl_show_count(a, fl_usage_input(&c->usage))),
		              FL_FMT(fl_show_count(a, fl_usage_output(&c->usage))));
	if (c->usage.units[FL_USE_REASONING])
		fl_buf_printf(&b, " (%.*s thinking)", FL_FMT(fl_show_count(a, c->usage.units[FL_USE_REASONING])));
	if (c->stored)
		fl_buf_z(&b, ", from the store: nothing was paid now");
	struct fl_str out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

/* What there is to say instead of, or beside, the text. */
static struct fl_str state_of(const struct fl_trial_answer *x, struct fl_arena *a)
{
	if (!x->done && x->text.n)
		return FL_S("");
	if (!x->done)
		return x->thinking.n ? fl_arena_printf(a, "[thinking, %zu characters so far]", x->thinking.n)
		                     : FL_S("[waiting]");
	if (x->cell.outcome == FL_OUT_OK)
		return x->cell.text.n ? FL_S("") : FL_S("[an empty answer]");
	return fl_arena_printf(a, "[%s%s%.*s]", fl_outcome_name(x->cell.outcome), x->cell.message.n ? ": " : "",
	                       FL_FMT(safe(x->cell.message, a)));
}

static void lines_of(const struct fl_trial *t, const struct fl_trial_look *look, size_t place, size_t width,
                     struct lines *l, struct fl_arena *a)
{
	size_t i = look->order ? look->order[place] : place;
	const struct fl_trial_answer *x = &t->answer[i];
	struct lines body = {0};
	struct fl_str state = state_of(x, a);
	break_line(l, title_of(t, look, place, i, a), width);
	break_text(&body, safe(fl_buf_slice(&x->text), a), width);
	size_t from = look->lines && body.line.n > look->lines ? body.line.n - look->lines : 0;
	for (size_t k = from; k < body.line.n; k++)
		FL_VEC_PUSH(&l->line, body.line.p[k]);
	if (state.n)
		break_text(l, state, width);
	if (x->done && !look->blind && (x->cell.attempts || x->cell.stored)) {
		FL_VEC_PUSH(&l->line, FL_S(""));
		break_text(l, figures_of(x, a), width);
	}
	FL_VEC_RELEASE(&body.line);
}

/* --- all of them -------------------------------------------------------------------------------------------------- */

static size_t columns(const struct fl_trial *t, const struct lines *l, size_t width, struct fl_buf *out)
{
	size_t most = 0;
	for (size_t i = 0; i < t->answers; i++)
		most = FL_MAX(most, l[i].line.n);
	for (size_t r = 0; r < most; r++) {
		size_t pending = 0; /* spaces owed before the next text, so that no line ends with them */
		for (size_t i = 0; i < t->answers; i++) {
			struct fl_str s = r < l[i].line.n ? l[i].line.p[r] : FL_S("");
			if (s.n) {
				fl_buf_printf(out, "%*s", (int)pending, "");
				fl_buf_str(out, s);
				pending = 0;
			}
			pending += width - fl_columns(s) + GAP;
		}
		fl_buf_char(out, '\n');
	}
	return most;
}

static size_t blocks(const struct fl_trial *t, const struct lines *l, struct fl_buf *out)
{
	size_t rows = 0;
	for (size_t i = 0; i < t->answers; i++) {
		if (i) {
			fl_buf_char(out, '\n');
			rows++;
		}
		for (size_t r = 0; r < l[i].line.n; r++) {
			fl_buf_str(out, l[i].line.p[r]);
			fl_buf_char(out, '\n');
		}
		rows += l[i].line.n;
	}
	return rows;
}

size_t fl_trial_text(const struct fl_trial *t, const struct fl_trial_look *look, struct fl_buf *out)
{
	struct lines l[FL_TRIAL_MODELS] = {0};
	struct fl_arena a;
	size_t each = (look->width - GAP * (t->answers - 1)) / t->answers;
	bool side_by_side = t->answers > 1 && each >= NARROWEST && look->width > GAP * t->answers;
	fl_arena_init(&a);
	for (size_t i = 0; i < t->answers; i++)
		lines_of(t, look, i, side_by_side ? each : look->width, &l[i], &a);
	size_t rows = side_by_side ? columns(t, l, each, out) : blocks(t, l, out);
	for (size_t i = 0; i < t->answers; i++)
		FL_VEC_RELEASE(&l[i].line);
	fl_arena_release(&a);
	return rows;
}

void fl_trial_json(const struct fl_trial *t, struct fl_json_writer *w)
{
	fl_json_open(w, '[');
	for (size_t i = 0; i < t->answers; i++) {
		const struct fl_trial_answer *x = &t->answer[i];
		const struct fl_cell *c = &x->cell;
		fl_json_open(w, '{');
		fl_json_member_str(w, "name", x->name);
		fl_json_member_str(w, "model", c->model);
		fl_json_member_str(w, "outcome", fl_str_from(x->done ? fl_outcome_name(c->outcome) : "failed"));
		fl_json_member_str(w, "text", c->text);
		if (x->thinking.n)
			fl_json_member_str(w, "thinking", fl_buf_slice(&x->thinking));
		if (c->code != FL_OK) {
			fl_json_member_str(w, "code", fl_str_from(fl_code_name(c->code)));
			fl_json_member_str(w, "message", c->message);
		}
		if (c->priced)
			fl_json_member_i64(w, "cost_nusd", c->cost_nusd);
		fl_json_member_u64(w, "latency_ms", c->latency_us / 1000);
		if (x->first_text_ms >= 0)
			fl_json_member_i64(w, "first_text_ms", x->first_text_ms);
		if (c->usage.reported) {
			fl_json_member_u64(w, "in_tokens", fl_usage_input(&c->usage));
			fl_json_member_u64(w, "out_tokens", fl_usage_output(&c->usage));
			fl_json_member_u64(w, "reasoning_tokens", c->usage.units[FL_USE_REASONING]);
		}
		fl_json_member_bool(w, "stored", c->stored);
		fl_json_close(w);
	}
	fl_json_close(w);
}

/* --- standing ----------------------------------------------------------------------------------------------------- */

static size_t *by_score(const struct fl_standing *s, struct fl_arena *a)
{
	size_t *order = FL_NEW_ARRAY(a, size_t, s->name.n + 1);
	for (size_t i = 0; i < s->name.n; i++) {
		size_t k = i;
		for (; k > 0 && s->score[order[k - 1]].score < s->score[i].score; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	return order;
}

void fl_standing_text(const struct fl_standing *s, size_t width, struct fl_buf *out)
{
	static const struct fl_text_column column[] = {{"model", true},
	                                               {"score", false},
	                                               {"95 % interval", false},
	                                               {"preferred", false},
	                                               {"against the others", false}};
	struct fl_arena a;
	fl_arena_init(&a);
	size_t *order = by_score(s, &a);
	struct fl_text_table table = {.column = column, .columns = FL_COUNT(column), .rows = s->name.n};
	table.cell = FL_NEW_ARRAY(&a, struct fl_str, s->name.n * FL_COUNT(column) + 1);
	for (size_t r = 0; r < s->name.n; r++) {
		const struct fl_bt_score *x = &s->score[order[r]];
		struct fl_str *cell = &table.cell[r * FL_COUNT(column)];
		cell[0] = s->name.p[order[r]];
		cell[1] = fl_arena_printf(&a, "%+.2f", x->score);
		cell[2] = fl_arena_printf(&a, "%+.2f to %+.2f", x->low, x->high);
		cell[3] = fl_arena_printf(&a, "%g of %g", x->wins, x->played);
		cell[4] = fl_show_share(&a, x->share);
	}
	fl_table_write(out, &table, width, "");
	fl_wrap(out,
	        fl_arena_printf(
	            &a,
	            "%zu vote%s. Scores by Bradley and Terry, in log-odds against the mean; those whose intervals "
	            "overlap much are not told apart yet.",
	            s->votes, s->votes == 1 ? "" : "s"),
	        width, "");
	fl_arena_release(&a);
}

void fl_standing_json(const struct fl_standing *s, struct fl_json_writer *w)
{
	struct fl_arena a;
	fl_arena_init(&a);
	size_t *order = by_score(s, &a);
	fl_json_open(w, '[');
	for (size_t r = 0; r < s->name.n; r++) {
		const struct fl_bt_score *x = &s->score[order[r]];
		fl_json_open(w, '{');
		fl_json_member_str(w, "name", s->name.p[order[r]]);
		fl_json_member_double(w, "score", x->score);
		fl_json_name(w, "score_interval");
		fl_json_open(w, '[');
		fl_json_put_double(w, x->low);
		fl_json_put_double(w, x->high);
		fl_json_close(w);
		fl_json_member_double(w, "wins", x->wins);
		fl_json_member_double(w, "played", x->played);
		fl_json_member_double(w, "preferred_share", x->share);
		fl_json_close(w);
	}
	fl_json_close(w);
	fl_arena_release(&a);
}

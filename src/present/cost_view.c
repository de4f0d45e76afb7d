#include "present/cost_view.h"

#include "present/figure.h"
#include "present/models_text.h"
#include "present/plain.h"

#include <math.h>
#include <stdio.h>

enum { FL_COST_LINES = 256, FL_COST_FIGURES = 64 };

/* --- collecting --------------------------------------------------------------------------------------------------- */

void fl_cost_init(struct fl_cost *c, struct fl_arena *a)
{
	memset(c, 0, sizeof *c);
	c->arena = a;
	c->priced = true;
}

void fl_cost_release(struct fl_cost *c)
{
	FL_VEC_RELEASE(&c->line);
	FL_VEC_RELEASE(&c->figure);
	FL_VEC_RELEASE(&c->assumption);
	FL_VEC_RELEASE(&c->cell);
}

static struct fl_str line_note(const struct fl_receipt_line *l, struct fl_arena *a)
{
	struct fl_buf b;
	fl_buf_init(&b, 1000);
	if (l->billed_as != l->class)
		fl_buf_printf(&b, "billed as %s", fl_usage_class_name(l->billed_as));
	for (size_t i = 0; i < l->factors; i++)
		fl_buf_printf(&b, "%stimes %.4g%s%.*s%.*s", b.n ? ", " : "",
		              (double)l->factor[i]->factor_billionths / 1e9,
		              l->factor[i]->when.tier.n || l->factor[i]->when.region.n ? " for " : "",
		              FL_FMT(l->factor[i]->when.tier), FL_FMT(l->factor[i]->when.region));
	const struct fl_price_when *w = &l->row->when;
	if (w->tier.n)
		fl_buf_printf(&b, "%stier %.*s", b.n ? ", " : "", FL_FMT(w->tier));
	if (w->above)
		fl_buf_printf(&b, "%sprompt over %lld tokens", b.n ? ", " : "", (long long)w->above);
	if (w->hours.n)
		fl_buf_printf(&b, "%s%.*s", b.n ? ", " : "", FL_FMT(w->hours));
	if (l->row->status == FL_PRICE_PROMO)
		fl_buf_printf(&b, "%spromotion", b.n ? ", " : "");
	if (l->row->from != FL_DATE_NONE) {
		char day[FL_DATE_TEXT];
		fl_date_format(l->row->from, day);
		fl_buf_printf(&b, "%ssince %s", b.n ? ", " : "", day);
	}
	struct fl_str s = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return s;
}

static void add_total(struct fl_cost *c, int64_t nusd)
{
	if (c->priced && !fl_add_i64(c->total_nusd, nusd, &c->total_nusd)) {
		c->priced = false;
		c->problem = FL_S("the amount does not fit 64 bits");
	}
}

void fl_cost_receipt(struct fl_cost *c, const struct fl_receipt *r, uint64_t times)
{
	for (size_t i = 0; i < r->lines; i++) {
		const struct fl_receipt_line *l = &r->line[i];
		struct fl_cost_line line = {.class = fl_str_from(fl_usage_class_name(l->class)), .rate = l->rate};
		uint64_t units;
		bool fits = !__builtin_mul_overflow(l->units, times, &units) && units <= INT64_MAX &&
		            fl_mul_i64(l->amount_nusd, (int64_t)times, &line.amount_nusd);
		line.units = units;
		line.source = fl_sources_text(&l->row->source, c->arena, 4);
		line.note = line_note(l, c->arena);
		if (!fits) {
			c->priced = false;
			c->problem = FL_S("the amount does not fit 64 bits");
			return;
		}
		FL_VEC_PUSH(&c->line, line);
		add_total(c, line.amount_nusd);
	}
	if (!r->priced && c->priced) {
		c->priced = false;
		c->problem = fl_arena_dup(c->arena, fl_str_from(r->problem));
	}
	if (r->unverified)
		fl_cost_assume(
		    c, "the price was stated until a day that has passed, or depends on holidays not known yet: "
		       "taken to go on");
}

void fl_cost_add(struct fl_cost *c, const char *class, uint64_t units, int64_t rate, int64_t amount_nusd,
                 const char *note)
{
	FL_ASSERT(c->line.n < FL_COST_LINES);
	FL_VEC_PUSH(&c->line, (struct fl_cost_line){.class = fl_str_from(class),
	                                            .units = units,
	                                            .rate = rate,
	                                            .amount_nusd = amount_nusd,
	                                            .note = fl_arena_dup(c->arena, fl_str_from(note))});
	add_total(c, amount_nusd);
}

static void push(struct fl_cost *c, struct fl_cost_figure f)
{
	FL_ASSERT(c->figure.n < FL_COST_FIGURES);
	FL_VEC_PUSH(&c->figure, f);
}

void fl_cost_money(struct fl_cost *c, const char *name, const char *label, int64_t nusd)
{
	push(c, (struct fl_cost_figure){.name = name, .label = label, .kind = FL_COST_MONEY, .whole = nusd});
}

void fl_cost_whole(struct fl_cost *c, const char *name, const char *label, enum fl_cost_kind kind, int64_t v)
{
	push(c, (struct fl_cost_figure){.name = name, .label = label, .kind = kind, .whole = v});
}

void fl_cost_real(struct fl_cost *c, const char *name, const char *label, enum fl_cost_kind kind, double v)
{
	push(c, (struct fl_cost_figure){.name = name, .label = label, .kind = kind, .real = v});
}

void fl_cost_text(struct fl_cost *c, const char *name, const char *label, struct fl_str text)
{
	push(c, (struct fl_cost_figure){
	            .name = name, .label = label, .kind = FL_COST_TEXT, .text = fl_arena_dup(c->arena, text)});
}

void fl_cost_nothing(struct fl_cost *c, const char *name, const char *label, enum fl_cost_kind kind, const char *why)
{
	push(c, (struct fl_cost_figure){.name = name,
	                                .label = label,
	                                .kind = kind,
	                                .absent = true,
	                                .text = fl_arena_dup(c->arena, fl_str_from(why))});
}

void fl_cost_assume(struct fl_cost *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct fl_str text = fl_arena_vprintf(c->arena, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < c->assumption.n; i++)
		if (fl_str_eq(c->assumption.p[i], text))
			return;
	FL_VEC_PUSH(&c->assumption, text);
}

void fl_cost_table(struct fl_cost *c, const char *name, const struct fl_cost_figure *column, size_t columns)
{
	c->rows_name = name;
	c->column = column;
	c->columns = columns;
}

void fl_cost_cell(struct fl_cost *c, int64_t whole, double real, struct fl_str text)
{
	struct fl_cost_figure f = c->column[c->cell.n % c->columns];
	f.whole = whole;
	f.real = real;
	f.text = text;
	FL_VEC_PUSH(&c->cell, f);
}

void fl_cost_no_cell(struct fl_cost *c)
{
	struct fl_cost_figure f = c->column[c->cell.n % c->columns];
	f.absent = true;
	FL_VEC_PUSH(&c->cell, f);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void figure_json(const struct fl_cost_figure *f, struct fl_json_writer *w)
{
	static const char *const suffix[] = {
	    [FL_COST_MONEY] = "_nusd", [FL_COST_TOKENS] = "_tokens", [FL_COST_SECONDS] = "_s"};
	char name[96];
	snprintf(name, sizeof name, "%s%s", f->name,
	         f->kind < FL_COUNT(suffix) && suffix[f->kind] ? suffix[f->kind] : "");
	fl_json_name(w, name);
	if (f->absent) {
		fl_json_put_null(w);
		return;
	}
	switch (f->kind) {
	case FL_COST_MONEY:
	case FL_COST_TOKENS:
	case FL_COST_COUNT:
		fl_json_put_i64(w, f->whole);
		break;
	case FL_COST_NUMBER:
	case FL_COST_SHARE:
	case FL_COST_SECONDS:
		if (isfinite(f->real))
			fl_json_put_double(w, f->real);
		else
			fl_json_put_null(w);
		break;
	case FL_COST_TEXT:
		fl_json_put_str(w, f->text);
		break;
	}
}

static void line_json(const struct fl_cost_line *l, struct fl_json_writer *w)
{
	fl_json_open(w, '{');
	fl_json_member_str(w, "class", l->class);
	fl_json_member_u64(w, "units", l->units);
	fl_json_name(w, "rate_nusd_per_mtok");
	if (l->rate >= 0)
		fl_json_put_i64(w, l->rate);
	else
		fl_json_put_null(w);
	fl_json_member_i64(w, "amount_nusd", l->amount_nusd);
	if (l->source.n)
		fl_json_member_str(w, "source", l->source);
	if (l->note.n)
		fl_json_member_str(w, "note", l->note);
	fl_json_close(w);
}

void fl_receipt_lines_json(const struct fl_receipt *r, struct fl_json_writer *w)
{
	struct fl_arena a;
	fl_arena_init(&a);
	fl_json_open(w, '[');
	for (size_t i = 0; i < r->lines; i++) {
		const struct fl_receipt_line *l = &r->line[i];
		struct fl_cost_line line = {.class = fl_str_from(fl_usage_class_name(l->class)),
		                            .units = l->units,
		                            .rate = l->rate,
		                            .amount_nusd = l->amount_nusd,
		                            .source = fl_sources_text(&l->row->source, &a, 4),
		                            .note = line_note(l, &a)};
		line_json(&line, w);
	}
	fl_json_close(w);
	fl_arena_release(&a);
}

static void rows_json(const struct fl_cost *c, struct fl_json_writer *w)
{
	fl_json_name(w, c->rows_name);
	fl_json_open(w, '[');
	for (size_t i = 0; i + c->columns <= c->cell.n; i += c->columns) {
		fl_json_open(w, '{');
		for (size_t k = 0; k < c->columns; k++)
			figure_json(&c->cell.p[i + k], w);
		fl_json_close(w);
	}
	fl_json_close(w);
}

bool fl_cost_json(const struct fl_cost *c, struct fl_buf *out)
{
	struct fl_json_writer w;
	fl_json_begin(&w, out, 0);
	fl_json_open(&w, '{');
	fl_json_member_str(&w, "schema", FL_S("fulcrum.cost/1"));
	fl_json_member_known(&w, "offer", c->offer);
	fl_json_name(&w, "total_nusd");
	if (c->priced && !c->no_total)
		fl_json_put_i64(&w, c->total_nusd);
	else
		fl_json_put_null(&w);
	if (!c->priced)
		fl_json_member_str(&w, "problem", c->problem);
	fl_json_name(&w, "lines");
	fl_json_open(&w, '[');
	for (size_t i = 0; i < c->line.n; i++)
		line_json(&c->line.p[i], &w);
	fl_json_close(&w);
	for (size_t i = 0; i < c->figure.n; i++)
		figure_json(&c->figure.p[i], &w);
	if (c->rows_name)
		rows_json(c, &w);
	fl_json_name(&w, "assumptions");
	fl_json_open(&w, '[');
	for (size_t i = 0; i < c->assumption.n; i++)
		fl_json_put_str(&w, c->assumption.p[i]);
	fl_json_close(&w);
	fl_json_close(&w);
	return fl_json_done(&w) && fl_buf_char(out, '\n');
}

/* --- text --------------------------------------------------------------------------------------------------------- */

static struct fl_str figure_text(const struct fl_cost_figure *f, struct fl_arena *a)
{
	if (f->absent)
		return f->text.n ? f->text : FL_S("-");
	switch (f->kind) {
	case FL_COST_MONEY:
		return fl_show_money(a, f->whole);
	case FL_COST_TOKENS:
	case FL_COST_COUNT:
		return f->whole < 0 ? FL_S("-") : fl_show_count(a, (uint64_t)f->whole);
	case FL_COST_NUMBER:
		if (!isfinite(f->real))
			return FL_S("-");
		if (fabs(f->real) >= 10000 && fabs(f->real) < 1e15)
			return fl_arena_printf(a, "%s%.*s", f->real < 0 ? "-" : "",
			                       FL_FMT(fl_show_count(a, (uint64_t)llround(fabs(f->real)))));
		return fl_arena_printf(a, "%.4g", f->real);
	case FL_COST_SHARE: /* near either end one decimal says nothing */
		if ((f->real > 0 && f->real < 0.001) || (f->real > 0.999 && f->real < 1))
			return fl_arena_printf(a, "%.6g %%", f->real * 100);
		return fl_show_share(a, f->real);
	case FL_COST_SECONDS:
		return fl_show_seconds(a, f->real);
	case FL_COST_TEXT:
		return f->text;
	}
	FL_BUG("unknown kind of figure %d", (int)f->kind);
}

/* A label in its column and a text beside it, broken to the width. */
static void print_beside(const char *label, struct fl_str text, size_t column, struct fl_buf *out, size_t width)
{
	struct fl_buf wrapped;
	char lead[64];
	snprintf(lead, sizeof lead, "%*s", (int)FL_MIN(column + 2, sizeof lead - 1), "");
	fl_buf_init(&wrapped, 100000);
	fl_wrap(&wrapped, text, width, lead);
	fl_buf_printf(out, "%-*s  ", (int)column, label);
	fl_buf_str(out, fl_str_sub(fl_buf_slice(&wrapped), strlen(lead), wrapped.n));
	fl_buf_release(&wrapped);
}

enum { LINE_COLUMNS = 6, LARGEST = 4, NOTE = 5 };

static size_t longest_line(struct fl_str text)
{
	struct fl_str line;
	size_t at = 0, most = 0;
	while (at < text.n) {
		ptrdiff_t end = fl_str_find_char(text, '\n', at);
		line = fl_str_sub(text, at, end < 0 ? text.n : (size_t)end);
		most = FL_MAX(most, fl_columns(line));
		at += line.n + 1;
	}
	return most;
}

/* Appends the table if it is no wider than the terminal; first columns are cut for that only if they may be. */
static bool table_fits(const struct fl_text_table *t, bool may_cut, struct fl_buf *out, size_t width)
{
	static const size_t ample = 10000;
	struct fl_buf text;
	fl_buf_init(&text, 1 << 20);
	fl_table_write(&text, t, may_cut ? width : ample, "");
	bool fits = longest_line(fl_buf_slice(&text)) <= width;
	if (fits)
		fl_buf_str(out, fl_buf_slice(&text));
	fl_buf_release(&text);
	return fits;
}

static size_t largest_line(const struct fl_cost *c)
{
	size_t largest = 0;
	for (size_t i = 0; i < c->line.n; i++)
		if (c->line.p[i].amount_nusd > c->line.p[largest].amount_nusd)
			largest = i;
	return largest;
}

/* Notes that have no room beside their lines stand below; without room for the mark too, so does that. */
static void lines_below(const struct fl_cost *c, struct fl_text_table *t, struct fl_buf *out, size_t width,
                        struct fl_arena *a)
{
	size_t rows = c->line.n + 1, largest = largest_line(c);
	for (size_t i = 0; i < rows; i++)
		t->cell[i * LINE_COLUMNS + NOTE] = (struct fl_str){0};
	bool marked = table_fits(t, false, out, width);
	for (size_t i = 0; i < rows && !marked; i++)
		t->cell[i * LINE_COLUMNS + LARGEST] = (struct fl_str){0};
	if (!marked)
		fl_table_write(out, t, width, "");
	if (!marked && c->line.n > 1)
		fl_wrap(out, fl_arena_printf(a, "Largest: %.*s.", FL_FMT(c->line.p[largest].class)), width, "");
	for (size_t i = 0; i < c->line.n; i++)
		if (c->line.p[i].note.n)
			fl_wrap(out,
			        fl_arena_printf(a, "%.*s: %.*s", FL_FMT(c->line.p[i].class), FL_FMT(c->line.p[i].note)),
			        width, "  ");
}

static void print_lines(const struct fl_cost *c, struct fl_buf *out, size_t width)
{
	static const struct fl_text_column column[LINE_COLUMNS] = {
	    {"class", true}, {"units", false}, {"$ per 1M", false}, {"amount", false}, {"", true}, {"note", true}};
	struct fl_text_table t = {.column = column, .columns = LINE_COLUMNS, .rows = c->line.n + 1};
	struct fl_arena a;
	fl_arena_init(&a);
	t.cell = FL_NEW_ARRAY(&a, struct fl_str, LINE_COLUMNS * t.rows);
	size_t largest = largest_line(c);
	for (size_t i = 0; i < c->line.n; i++) {
		const struct fl_cost_line *l = &c->line.p[i];
		struct fl_str *cell = &t.cell[i * LINE_COLUMNS];
		cell[0] = l->class;
		cell[1] = fl_show_count(&a, l->units);
		cell[2] = l->rate < 0 ? FL_S("") : fl_show_money(&a, l->rate);
		cell[3] = fl_show_money(&a, l->amount_nusd);
		cell[LARGEST] = i == largest && c->line.n > 1 ? FL_S("<- largest") : FL_S("");
		cell[NOTE] = l->note;
	}
	t.cell[c->line.n * LINE_COLUMNS] = FL_S("total");
	t.cell[c->line.n * LINE_COLUMNS + 3] = c->priced ? fl_show_money(&a, c->total_nusd) : FL_S("unpriced");
	if (!table_fits(&t, false, out, width))
		lines_below(c, &t, out, width, &a);
	fl_arena_release(&a);
}

/* A table that is too wide: a block a row, each cell beside its title. */
static void print_blocks(const struct fl_text_table *t, struct fl_buf *out, size_t width)
{
	size_t label = 0;
	for (size_t k = 0; k < t->columns; k++)
		label = FL_MAX(label, strlen(t->column[k].title));
	for (size_t i = 0; i < t->rows * t->columns; i++) {
		if (i && i % t->columns == 0)
			fl_buf_char(out, '\n');
		print_beside(t->column[i % t->columns].title, t->cell[i], label, out, width);
	}
}

static void print_rows(const struct fl_cost *c, struct fl_buf *out, size_t width)
{
	struct fl_text_column column[FL_TABLE_COLUMNS];
	struct fl_text_table t = {.column = column, .columns = c->columns, .rows = c->cell.n / c->columns};
	struct fl_arena a;
	fl_arena_init(&a);
	t.cell = FL_NEW_ARRAY(&a, struct fl_str, c->cell.n + 1);
	for (size_t k = 0; k < c->columns; k++)
		column[k] = (struct fl_text_column){c->column[k].label, c->column[k].kind == FL_COST_TEXT};
	for (size_t i = 0; i < c->cell.n; i++)
		t.cell[i] = figure_text(&c->cell.p[i], &a);
	if (t.rows) {
		fl_buf_char(out, '\n');
		if (!table_fits(&t, true, out, width))
			print_blocks(&t, out, width);
	}
	fl_arena_release(&a);
}

void fl_cost_print(const struct fl_cost *c, struct fl_buf *out, size_t width)
{
	struct fl_arena a;
	size_t label = 0;
	fl_arena_init(&a);
	if (c->offer.n)
		fl_buf_printf(out, "%.*s\n", FL_FMT(c->offer));
	if (!c->no_total)
		print_lines(c, out, width);
	if (!c->priced)
		fl_wrap(out, fl_arena_printf(&a, "Not priced: %.*s.", FL_FMT(c->problem)), width, "");
	for (size_t i = 0; i < c->figure.n; i++)
		label = FL_MAX(label, strlen(c->figure.p[i].label));
	if (c->figure.n && !c->no_total)
		fl_buf_char(out, '\n');
	for (size_t i = 0; i < c->figure.n; i++)
		print_beside(c->figure.p[i].label, figure_text(&c->figure.p[i], &a), label, out, width);
	if (c->rows_name)
		print_rows(c, out, width);
	if (c->assumption.n)
		fl_buf_char(out, '\n');
	for (size_t i = 0; i < c->assumption.n; i++)
		fl_wrap(out, fl_arena_printf(&a, "Assumed: %.*s.", FL_FMT(c->assumption.p[i])), width, "");
	fl_arena_release(&a);
}

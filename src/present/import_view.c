#include "present/import_view.h"

#include "present/figure.h"
#include "present/models_text.h"
#include "present/table.h"

/* --- cells -------------------------------------------------------------------------------------------------------- */

/* A rate in the customary unit of its class: dollars a million tokens, a thousand searches, an image. */
static struct fl_str rate_text(struct fl_arena *a, int class, int64_t rate)
{
	if (rate < 0 || class < 0)
		return FL_S("-");
	return fl_show_rate(a, class < FL_USE_TOKEN_CLASSES ? rate
	                       : class < FL_USE_IMAGE       ? rate / 1000
	                                                    : rate / 1000000);
}

static struct fl_str class_text(const struct fl_import_item *i, struct fl_arena *a)
{
	struct fl_buf b;
	if (i->class < 0)
		return FL_S("");
	fl_buf_init(&b, 400);
	if (i->when)
		fl_price_when_text(i->when, &b, a);
	fl_buf_z(&b, fl_usage_class_name((enum fl_usage_class)i->class));
	struct fl_str text = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return text;
}

static struct fl_str factor_text(const struct fl_import_item *i, struct fl_arena *a)
{
	if (i->have <= 0 || i->found < 0)
		return FL_S("-");
	return fl_arena_printf(a, "%.3gx", (double)i->found / (double)i->have);
}

static struct fl_str day_text(fl_date day, struct fl_arena *a)
{
	char text[FL_DATE_TEXT];
	return day == FL_DATE_NONE ? FL_S("-") : fl_arena_dup(a, fl_date_format(day, text));
}

/* --- sections ----------------------------------------------------------------------------------------------------- */

enum cell { OFFER, MODEL, CLASS, WAS, IS, FACTOR, FROM, FACT, HAVE, FOUND };

static struct fl_str cell_text(enum cell c, const struct fl_import_item *i, struct fl_arena *a)
{
	switch (c) {
	case OFFER:
		return i->offer;
	case MODEL:
		return i->model;
	case CLASS:
		return class_text(i, a);
	case WAS:
		return rate_text(a, i->class, i->have);
	case IS:
		return rate_text(a, i->class, i->found);
	case FACTOR:
		return factor_text(i, a);
	case FROM:
		return day_text(i->from, a);
	case FACT:
		return fl_str_from(i->fact);
	case HAVE:
		return i->have_text;
	case FOUND:
		return i->found_text;
	}
	return FL_S("");
}

struct section {
	enum fl_import_what what;
	const char *title;
	size_t columns;
	struct fl_text_column column[8];
	enum cell cell[8];
};
static const struct section sections[] = {
    {FL_IMPORT_PRICE,
     "Prices that change",
     6,
     {{"offer", true}, {"class", true}, {"was", false}, {"is", false}, {"factor", false}, {"from", true}},
     {OFFER, CLASS, WAS, IS, FACTOR, FROM}},
    {FL_IMPORT_PRICE_ADDED,
     "Prices that were not known",
     4,
     {{"offer", true}, {"class", true}, {"is", false}, {"from", true}},
     {OFFER, CLASS, IS, FROM}},
    {FL_IMPORT_NEW_MODEL, "New models", 2, {{"model", true}, {"lab", true}}, {MODEL, FOUND}},
    {FL_IMPORT_NEW_OFFER, "New offers", 3, {{"offer", true}, {"input", false}, {"sent as", true}}, {OFFER, IS, FOUND}},
    {FL_IMPORT_NEW_PROVIDER, "New providers", 2, {{"provider", true}, {"name", true}}, {OFFER, FOUND}},
    {FL_IMPORT_FACT,
     "Facts that were not known",
     3,
     {{"model", true}, {"fact", true}, {"is", true}},
     {MODEL, FACT, FOUND}},
    {FL_IMPORT_CONFLICT,
     "Facts told otherwise: the catalogue's stand",
     4,
     {{"model", true}, {"fact", true}, {"catalogue", true}, {"file", true}},
     {MODEL, FACT, HAVE, FOUND}},
};

static void write_section(const struct fl_import *im, const struct section *s, struct fl_buf *out, size_t width)
{
	struct fl_arena a;
	size_t all = im->count[s->what], shown = FL_MIN(all, (size_t)FL_IMPORT_SHOWN), row = 0;
	if (!all)
		return;
	fl_arena_init(&a);
	struct fl_str *cell = FL_NEW_ARRAY(&a, struct fl_str, shown * s->columns);
	for (size_t i = 0; i < im->item.n && row < shown; i++) {
		if (im->item.p[i].what != s->what)
			continue;
		for (size_t c = 0; c < s->columns; c++)
			cell[row * s->columns + c] = cell_text(s->cell[c], &im->item.p[i], &a);
		row++;
	}
	fl_buf_printf(out, "\n%s (%zu)\n", s->title, all);
	struct fl_text_table t = {.column = s->column, .columns = s->columns, .cell = cell, .rows = row};
	fl_table_write(out, &t, width, "  ");
	if (all > shown)
		fl_buf_printf(out, "  and %zu more: --json has all\n", all - shown);
	fl_arena_release(&a);
}

/* "azure/gpt-5 input $0.15 -> $0.50 (api.json:12)". */
static void put_example(const struct fl_import_item *i, struct fl_buf *b, struct fl_arena *a)
{
	const struct fl_import_file *f = i->entry->file;
	size_t name = f->name.n;
	while (name && f->name.p[name - 1] != '/')
		name--;
	fl_buf_str(b, i->offer);
	if (i->have >= 0 && i->found >= 0)
		fl_buf_printf(b, " %.*s %.*s -> %.*s", FL_FMT(class_text(i, a)),
		              FL_FMT(rate_text(a, i->class, i->have)), FL_FMT(rate_text(a, i->class, i->found)));
	fl_buf_printf(b, " (%.*s:%d)", FL_FMT(fl_str_sub(f->name, name, f->name.n)), fl_import_line(f, i->entry->node));
}

/* One reason: how often, and the first offers that it concerns. */
static void write_reason(const struct fl_import *im, size_t first, struct fl_buf *out, size_t width)
{
	const struct fl_import_item *item = im->item.p;
	struct fl_arena a;
	struct fl_buf b;
	size_t n = 0;
	fl_arena_init(&a);
	fl_buf_init(&b, 1 << 14);
	for (size_t i = first; i < im->item.n; i++) {
		if (item[i].what != item[first].what || !fl_str_eq(item[i].reason, item[first].reason))
			continue;
		if (n++ >= FL_IMPORT_EXAMPLES)
			continue;
		if (n > 1)
			fl_buf_z(&b, ", ");
		put_example(&item[i], &b, &a);
	}
	if (n > FL_IMPORT_EXAMPLES)
		fl_buf_printf(&b, " and %zu more", n - FL_IMPORT_EXAMPLES);
	fl_wrap(out, fl_arena_printf(&a, "%zu: %.*s", n, FL_FMT(item[first].reason)), width, "  ");
	fl_wrap(out, fl_buf_slice(&b), width, "      ");
	fl_buf_release(&b);
	fl_arena_release(&a);
}

/* Refusals and doubts, by reason. */
static void write_reasons(const struct fl_import *im, enum fl_import_what what, const char *title, struct fl_buf *out,
                          size_t width)
{
	struct fl_map told;
	if (!im->count[what])
		return;
	fl_map_init(&told);
	fl_buf_printf(out, "\n%s (%zu)%s\n", title, im->count[what],
	              what != FL_IMPORT_DOUBT ? ""
	              : im->held              ? ": not taken, --accept takes them"
	                                      : ": taken");
	for (size_t i = 0; i < im->item.n; i++) {
		if (im->item.p[i].what != what || fl_map_put(&told, im->item.p[i].reason, &im->item.p[i]))
			continue;
		if (told.n > FL_IMPORT_SHOWN) {
			fl_buf_z(out, "  and other reasons: --json has all\n");
			break;
		}
		write_reason(im, i, out, width);
	}
	fl_map_release(&told);
}

static void write_files(const struct fl_import *im, struct fl_buf *out, size_t width)
{
	char day[FL_DATE_TEXT];
	struct fl_arena a;
	fl_arena_init(&a);
	for (size_t i = 0; i < im->file.n; i++) {
		const struct fl_import_file *f = im->file.p[i];
		fl_date_format(f->as_of, day);
		fl_wrap(out,
		        fl_arena_printf(&a, "%.*s: %s of %s, %zu priced models", FL_FMT(f->name), f->format->name, day,
		                        f->entry.n),
		        width, "");
		for (size_t k = 0; k < f->reasons; k++)
			fl_buf_printf(out, "  left out: %zu (%s)\n", f->skipped[k].n, f->skipped[k].reason);
	}
	fl_arena_release(&a);
}

void fl_import_text_report(const struct fl_import *im, struct fl_str path, struct fl_buf *out, size_t width)
{
	write_files(im, out, width);
	for (size_t i = 0; i < FL_COUNT(sections); i++)
		write_section(im, &sections[i], out, width);
	write_reasons(im, FL_IMPORT_REFUSED, "Refused", out, width);
	write_reasons(im, FL_IMPORT_DOUBT, "In doubt", out, width);
	fl_buf_printf(out, "\n%zu offers stand as they are; %zu that are retired were left out.\n", im->unchanged,
	              im->gone);
	if (path.n)
		fl_buf_printf(out, "Wrote %.*s.\n", FL_FMT(path));
	else
		fl_buf_z(out, "Nothing was written.\n");
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void member(struct fl_json_writer *w, const char *name, struct fl_str text)
{
	if (text.n)
		fl_json_member_str(w, name, text);
}

static void item_json(const struct fl_import_item *i, struct fl_json_writer *w, struct fl_arena *a)
{
	char day[FL_DATE_TEXT];
	fl_json_open(w, '{');
	fl_json_member_str(w, "what", fl_str_from(fl_import_what_words[i->what]));
	fl_json_member_bool(w, "taken", i->taken);
	member(w, "model", i->model);
	member(w, i->what == FL_IMPORT_NEW_PROVIDER ? "provider" : "offer", i->offer);
	if (i->class >= 0)
		fl_json_member_str(w, "class", fl_str_from(fl_usage_class_name((enum fl_usage_class)i->class)));
	if (i->when)
		fl_price_when_json(i->when, w);
	member(w, "from", fl_date_format(i->from, day));
	if (i->have >= 0)
		fl_json_member_i64(w, "from_nusd", i->have);
	if (i->found >= 0)
		fl_json_member_i64(w, "to_nusd", i->found);
	if (i->have > 0 && i->found >= 0)
		fl_json_member_double(w, "factor", (double)i->found / (double)i->have);
	member(w, "fact", fl_str_from(i->fact));
	member(w, "have", i->have_text);
	member(w, "found", i->found_text);
	member(w, "reason", i->reason);
	if (i->entry) {
		fl_json_member_str(w, "file", i->entry->file->name);
		fl_json_member_i64(w, "line", fl_import_line(i->entry->file, i->entry->node));
		fl_json_member_str(w, "pointer", fl_import_pointer(i->entry->file, i->entry->node, a));
	}
	fl_json_close(w);
}

static void file_json(const struct fl_import_file *f, struct fl_json_writer *w)
{
	char day[FL_DATE_TEXT];
	fl_json_open(w, '{');
	fl_json_member_str(w, "file", f->name);
	fl_json_member_str(w, "format", fl_str_from(f->format->name));
	fl_json_member_str(w, "as_of", fl_date_format(f->as_of, day));
	fl_json_member_u64(w, "entries", f->entry.n);
	fl_json_name(w, "left_out");
	fl_json_open(w, '[');
	for (size_t i = 0; i < f->reasons; i++) {
		fl_json_open(w, '{');
		fl_json_member_str(w, "reason", fl_str_from(f->skipped[i].reason));
		fl_json_member_u64(w, "count", f->skipped[i].n);
		fl_json_close(w);
	}
	fl_json_close(w);
	fl_json_close(w);
}

void fl_import_json_report(const struct fl_import *im, struct fl_str path, struct fl_json_writer *w)
{
	struct fl_arena a;
	fl_arena_init(&a);
	fl_json_open(w, '{');
	fl_json_member_str(w, "schema", FL_S("fulcrum.models_import/1"));
	fl_json_name(w, "written");
	if (path.n)
		fl_json_put_str(w, path);
	else
		fl_json_put_null(w);
	fl_json_name(w, "files");
	fl_json_open(w, '[');
	for (size_t i = 0; i < im->file.n; i++)
		file_json(im->file.p[i], w);
	fl_json_close(w);
	fl_json_name(w, "counts");
	fl_json_open(w, '{');
	for (int i = 0; i < FL_IMPORT_WHATS; i++)
		fl_json_member_u64(w, fl_import_what_words[i], im->count[i]);
	fl_json_member_u64(w, "unchanged", im->unchanged);
	fl_json_member_u64(w, "retired", im->gone);
	fl_json_member_u64(w, "held", im->held);
	fl_json_close(w);
	fl_json_name(w, "items");
	fl_json_open(w, '[');
	for (size_t i = 0; i < im->item.n; i++)
		item_json(&im->item.p[i], w, &a);
	fl_json_close(w);
	fl_json_close(w);
	fl_arena_release(&a);
}

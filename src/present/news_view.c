#include "present/news_view.h"

#include "present/figure.h"
#include "present/models_text.h"
#include "present/table.h"

static struct fl_str day_text(fl_date day, struct fl_arena *a)
{
	char text[FL_DATE_TEXT];
	return day == FL_DATE_NONE ? FL_S("-") : fl_arena_dup(a, fl_date_format(day, text));
}

static double factor_of(const struct fl_news_entry *e)
{
	return (double)e->to_nusd / (double)e->from_nusd;
}

static struct fl_str name_of(const struct fl_news_entry *e)
{
	return e->offer.n ? e->offer : e->model->id;
}

/* --- concerns ----------------------------------------------------------------------------------------------------- */

/* "dearer from 2026-12-01: input $0.50 -> $1.00 (2x)". */
static struct fl_str happening(const struct fl_news_entry *e, struct fl_arena *a)
{
	struct fl_str when = e->date == FL_DATE_NONE ? (struct fl_str){0}
	                                             : fl_arena_printf(a, " %s %.*s", e->announced ? "from" : "since",
	                                                               FL_FMT(day_text(e->date, a)));
	struct fl_str what = fl_arena_printf(a, "%s%.*s", fl_news_kind_words[e->kind], FL_FMT(when));
	if (e->class < 0 || e->from_nusd <= 0)
		return what;
	return fl_arena_printf(
	    a, "%.*s: %s %.*s -> %.*s (%.3gx)", FL_FMT(what), fl_usage_class_name((enum fl_usage_class)e->class),
	    FL_FMT(fl_show_rate(a, e->from_nusd)), FL_FMT(fl_show_rate(a, e->to_nusd)), factor_of(e));
}

static void write_concerns(const struct fl_news *n, size_t tasks, struct fl_buf *out, size_t width)
{
	struct fl_arena a;
	fl_arena_init(&a);
	if (tasks == SIZE_MAX)
		fl_buf_z(out, "No state file, so nothing is known of your tasks.\n");
	else if (!n->concern.n)
		fl_buf_printf(out, "Nothing of it concerns your tasks (%.*s).\n",
		              FL_FMT(fl_show_counted(&a, tasks, "task")));
	else
		fl_buf_printf(out, "Your tasks (%zu)\n", n->concern.n);
	for (size_t i = 0; i < FL_MIN(n->concern.n, (size_t)FL_NEWS_SHOWN); i++) {
		const struct fl_news_concern *c = &n->concern.p[i];
		fl_wrap(out,
		        fl_arena_printf(&a, "%.*s: %.*s, %.*s; %.*s", FL_FMT(c->task->task), FL_FMT(c->offer),
		                        FL_FMT(c->why), FL_FMT(happening(c->entry, &a))),
		        width, "  ");
		fl_wrap(out, fl_arena_printf(&a, "to choose again: %.*s", FL_FMT(c->command)), width, "      ");
	}
	if (n->concern.n > FL_NEWS_SHOWN)
		fl_buf_printf(out, "  and %zu more: --json has all\n", n->concern.n - FL_NEWS_SHOWN);
	fl_arena_release(&a);
}

/* --- entries ------------------------------------------------------------------------------------------------------ */

static const struct fl_text_column columns[] = {{"name", true}, {"day", true}, {"class", true}, {"was", false},
                                                {"is", false},  {"by", false}, {"source", true}};
enum { COLUMNS = FL_COUNT(columns) };

static void fill(struct fl_str *cell, const struct fl_news_entry *e, struct fl_arena *a)
{
	cell[0] = name_of(e);
	cell[1] = day_text(e->date, a);
	cell[2] = e->class < 0 ? FL_S("") : fl_str_from(fl_usage_class_name((enum fl_usage_class)e->class));
	cell[3] = e->from_nusd < 0 ? FL_S("-") : fl_show_rate(a, e->from_nusd);
	cell[4] = e->to_nusd < 0 ? FL_S("-") : fl_show_rate(a, e->to_nusd);
	cell[5] = e->from_nusd > 0 ? fl_arena_printf(a, "%.3gx", factor_of(e)) : FL_S("-");
	cell[6] = e->source ? fl_sources_text(e->source, a, e->class < 0 ? 3 : 1) : FL_S("");
}

/* What stands under one heading. */
static const struct {
	const char *title;
	bool announced;
	unsigned kinds; /* bits */
} groups[] = {
    {"Retired", false, 1u << FL_NEWS_RETIRED},
    {"Dearer", false, 1u << FL_NEWS_DEARER},
    {"Deprecated", false, 1u << FL_NEWS_DEPRECATED},
    {"New models", false, 1u << FL_NEWS_NEW},
    {"Cheaper", false, 1u << FL_NEWS_CHEAPER},
    {"New offers", false, 1u << FL_NEWS_OFFERED},
    {"Announced: retired from that day on", true, 1u << FL_NEWS_RETIRED},
    {"Announced: deprecated from that day on", true, 1u << FL_NEWS_DEPRECATED},
    {"Announced prices", true, 1u << FL_NEWS_DEARER | 1u << FL_NEWS_CHEAPER},
    {"Announced models and offers", true, 1u << FL_NEWS_NEW | 1u << FL_NEWS_OFFERED},
};

static bool belongs(const struct fl_news_entry *e, size_t group)
{
	return e->announced == groups[group].announced && (groups[group].kinds >> e->kind & 1);
}

static void write_group(const struct fl_news *n, size_t group, struct fl_buf *out, size_t width)
{
	struct fl_arena a;
	size_t all = 0, rows = 0;
	for (size_t i = 0; i < n->entry.n; i++)
		all += belongs(&n->entry.p[i], group);
	if (!all)
		return;
	fl_arena_init(&a);
	size_t shown = FL_MIN(all, (size_t)FL_NEWS_SHOWN);
	struct fl_str *cell = FL_NEW_ARRAY(&a, struct fl_str, shown * COLUMNS);
	for (size_t i = 0; i < n->entry.n && rows < shown; i++) {
		const struct fl_news_entry *e = &n->entry.p[i];
		if (belongs(e, group))
			fill(cell + rows++ * COLUMNS, e, &a);
	}
	fl_buf_printf(out, "\n%s (%zu)\n", groups[group].title, all);
	struct fl_text_table t = {.column = columns, .columns = COLUMNS, .cell = cell, .rows = rows};
	fl_table_write(out, &t, width, "  ");
	if (all > shown)
		fl_buf_printf(out, "  and %zu more: --json has all\n", all - shown);
	fl_arena_release(&a);
}

void fl_news_text(const struct fl_news *n, size_t tasks, struct fl_buf *out, size_t width)
{
	char since[FL_DATE_TEXT], until[FL_DATE_TEXT];
	fl_date_format(n->since, since);
	fl_date_format(n->until, until);
	if (since[0])
		fl_buf_printf(out, "News after %s, until %s; announced for the year behind it.\n", since, until);
	else
		fl_buf_printf(out, "What differs on %s.\n", until);
	write_concerns(n, tasks, out, width);
	for (size_t i = 0; i < FL_COUNT(groups); i++)
		write_group(n, i, out, width);
	if (!n->entry.n)
		fl_buf_z(out, "Nothing changed.\n");
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static void number(struct fl_json_writer *w, const char *name, int64_t v)
{
	fl_json_name(w, name);
	if (v < 0)
		fl_json_put_null(w);
	else
		fl_json_put_i64(w, v);
}

static void entry_json(const struct fl_news_entry *e, struct fl_json_writer *w, struct fl_arena *a)
{
	char day[FL_DATE_TEXT];
	fl_json_open(w, '{');
	fl_json_member_known(w, "date", fl_date_format(e->date, day));
	fl_json_member_str(w, "kind", fl_str_from(e->announced ? "announced" : fl_news_kind_words[e->kind]));
	fl_json_member_str(w, "what", fl_str_from(fl_news_kind_words[e->kind]));
	fl_json_member_str(w, "model", e->model->id);
	fl_json_member_known(w, "offer", e->offer);
	fl_json_member_known(w, "class",
	                     e->class < 0 ? (struct fl_str){0}
	                                  : fl_str_from(fl_usage_class_name((enum fl_usage_class)e->class)));
	number(w, "from_nusd", e->from_nusd);
	number(w, "to_nusd", e->to_nusd);
	fl_json_name(w, "factor");
	if (e->from_nusd > 0 && e->to_nusd >= 0)
		fl_json_put_double(w, factor_of(e));
	else
		fl_json_put_null(w);
	fl_json_member_known(w, "source", e->source ? fl_sources_text(e->source, a, SIZE_MAX) : (struct fl_str){0});
	fl_json_member_u64(w, "tasks", e->tasks);
	fl_json_close(w);
}

static void concern_json(const struct fl_news *n, const struct fl_news_concern *c, struct fl_json_writer *w)
{
	fl_json_open(w, '{');
	fl_json_member_str(w, "task", c->task->task);
	fl_json_member_str(w, "run", c->task->run);
	fl_json_member_str(w, "offer", c->offer);
	fl_json_member_bool(w, "chosen", c->chosen);
	fl_json_member_bool(w, "newcomer", c->newcomer);
	fl_json_member_str(w, "why", c->why);
	fl_json_member_str(w, "command", c->command);
	fl_json_member_u64(w, "entry", (uint64_t)(c->entry - n->entry.p));
	fl_json_close(w);
}

void fl_news_json(const struct fl_news *n, size_t tasks, struct fl_json_writer *w)
{
	char day[FL_DATE_TEXT];
	struct fl_arena a;
	fl_arena_init(&a);
	fl_json_open(w, '{');
	fl_json_member_str(w, "schema", FL_S("fulcrum.models_news/1"));
	fl_json_member_known(w, "since", fl_date_format(n->since, day));
	fl_json_member_str(w, "until", fl_date_format(n->until, day));
	number(w, "tasks", tasks == SIZE_MAX ? -1 : (int64_t)tasks);
	fl_json_name(w, "concerns");
	fl_json_open(w, '[');
	for (size_t i = 0; i < n->concern.n; i++)
		concern_json(n, &n->concern.p[i], w);
	fl_json_close(w);
	fl_json_name(w, "entries");
	fl_json_open(w, '[');
	for (size_t i = 0; i < n->entry.n; i++)
		entry_json(&n->entry.p[i], w, &a);
	fl_json_close(w);
	fl_json_close(w);
	fl_arena_release(&a);
}

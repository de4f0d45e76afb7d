#include "present/progress.h"

#include "base/clock.h"
#include "present/balance_text.h"
#include "present/figure.h"
#include "present/plain.h"
#include "present/verdict.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum { MOST_ROWS = 12, MOST_STEPS = 4, TELL_EVERY_S = 10, BAR = 12 };

size_t fl_terminal_width(int fd)
{
	struct winsize w;
	if (ioctl(fd, TIOCGWINSZ, &w) != 0 || w.ws_col == 0)
		return 80;
	return w.ws_col < 40 ? 40 : w.ws_col > 160 ? 160 : w.ws_col;
}

void fl_progress_init(struct fl_progress *p, bool quiet, bool color)
{
	*p = (struct fl_progress){
	    .fd = STDERR_FILENO, .quiet = quiet, .color = color, .terminal = isatty(STDERR_FILENO)};
	p->width = fl_terminal_width(p->fd);
	p->begun_ns = fl_mono_ns();
}

static void write_out(const struct fl_progress *p, struct fl_str text)
{
	for (size_t at = 0; at < text.n;) {
		ssize_t n = write(p->fd, text.p + at, text.n - at);
		if (n <= 0)
			return;
		at += (size_t)n;
	}
}

/* Goes back to the first line of the block. */
static void rewind_block(const struct fl_progress *p, struct fl_buf *out)
{
	if (p->drawn)
		fl_buf_printf(out, "\x1b[%zuA\r", p->drawn);
}

/* Draws the block's text over the old one; every line is cleared to its end, lines left over are cleared whole. */
static void draw(struct fl_progress *p, struct fl_str block)
{
	struct fl_buf out;
	size_t lines = 0;
	fl_buf_init(&out, 1 << 20);
	rewind_block(p, &out);
	for (size_t i = 0; i < block.n;) {
		ptrdiff_t nl = fl_str_find_char(block, '\n', i);
		size_t end = nl < 0 ? block.n : (size_t)nl;
		fl_buf_str(&out, fl_str_sub(block, i, end));
		fl_buf_z(&out, "\x1b[K\n");
		lines++;
		i = end + 1;
	}
	size_t old = p->drawn;
	for (size_t i = lines; i < old; i++)
		fl_buf_z(&out, "\x1b[K\n");
	if (old > lines)
		fl_buf_printf(&out, "\x1b[%zuA", old - lines);
	p->drawn = lines;
	write_out(p, fl_buf_slice(&out));
	fl_buf_release(&out);
}

void fl_progress_end(struct fl_progress *p)
{
	if (!p->drawn)
		return;
	struct fl_buf out;
	fl_buf_init(&out, 1 << 16);
	rewind_block(p, &out);
	fl_buf_z(&out, "\x1b[J");
	write_out(p, fl_buf_slice(&out));
	fl_buf_release(&out);
	p->drawn = 0;
}

void fl_progress_note(struct fl_progress *p, struct fl_str text)
{
	struct fl_buf out;
	if (p->quiet)
		return;
	fl_progress_end(p);
	fl_buf_init(&out, 1 << 16);
	fl_buf_z(&out, "fulcrum: note: ");
	fl_plain_line(&out, text, 1000);
	fl_buf_char(&out, '\n');
	write_out(p, fl_buf_slice(&out));
	fl_buf_release(&out);
}

static void bar(struct fl_buf *out, double share)
{
	int full = (int)(FL_MIN(FL_MAX(share, 0), 1) * BAR + 0.5);
	fl_buf_char(out, '[');
	for (int i = 0; i < BAR; i++)
		fl_buf_char(out, i < full ? '#' : '.');
	fl_buf_char(out, ']');
}

/* --- balance ------------------------------------------------------------------------------------------------------ */

static void step_line(const struct fl_balance *b, const struct fl_balance_step *s, struct fl_buf *out, size_t width)
{
	struct fl_buf line;
	fl_buf_init(&line, 4096);
	fl_buf_printf(&line, "item %zu: %.*s %s %.*s", s->item, FL_FMT(b->candidate[s->candidate].name), s->reason,
	              s->by >= 0 ? (int)b->candidate[s->by].name.n : 0, s->by >= 0 ? b->candidate[s->by].name.p : "");
	fl_buf_z(out, "  ");
	fl_plain_line(out, fl_buf_slice(&line), width - 2);
	fl_buf_char(out, '\n');
	fl_buf_release(&line);
}

static void balance_head(const struct fl_balance *b, struct fl_buf *out, size_t width, struct fl_arena *a)
{
	size_t in = 0, most = 0;
	for (size_t i = 0; i < b->candidate_count; i++) {
		in += b->candidate[i].state == FL_ARM_ALIVE || b->candidate[i].state == FL_ARM_CHOSEN;
		most = FL_MAX(most, b->candidate[i].items);
	}
	struct fl_buf line;
	fl_buf_init(&line, 4096);
	bar(&line, b->items ? (double)most / (double)b->items : 0);
	fl_buf_printf(&line, " item %zu of %zu, %zu of %zu in, %.*s calls", most, b->items, in, b->candidate_count,
	              FL_FMT(fl_show_count(a, b->spent_cells)));
	if (b->cost_known) {
		fl_buf_printf(&line, ", %.*s", FL_FMT(fl_show_money(a, b->spent_nusd)));
		if (b->wish.budget_nusd >= 0)
			fl_buf_printf(&line, " of %.*s", FL_FMT(fl_show_money(a, b->wish.budget_nusd)));
	}
	fl_plain_line(out, fl_buf_slice(&line), width);
	fl_buf_char(out, '\n');
	fl_buf_release(&line);
}

void fl_progress_balance(struct fl_progress *p, const struct fl_balance *b)
{
	struct fl_buf out;
	struct fl_arena a;
	uint64_t now = fl_mono_ns();
	if (p->quiet)
		return;
	fl_arena_init(&a);
	fl_buf_init(&out, 1 << 20);
	if (p->terminal) {
		balance_head(b, &out, p->width - 1, &a);
		fl_balance_table(b, &out, p->width - 1, MOST_ROWS);
		size_t from = b->step_count > MOST_STEPS ? b->step_count - MOST_STEPS : 0;
		for (size_t i = from; i < b->step_count; i++)
			step_line(b, &b->step[i], &out, p->width - 1);
		draw(p, fl_buf_slice(&out));
	} else {
		for (; p->steps_told < b->step_count; p->steps_told++)
			step_line(b, &b->step[p->steps_told], &out, 400);
		if (out.n || now - p->told_ns > (uint64_t)TELL_EVERY_S * 1000000000) {
			balance_head(b, &out, 400, &a);
			p->told_ns = now;
		}
		write_out(p, fl_buf_slice(&out));
	}
	fl_buf_release(&out);
	fl_arena_release(&a);
}

/* --- eval --------------------------------------------------------------------------------------------------------- */

void fl_progress_eval(struct fl_progress *p, uint64_t done, uint64_t all, int64_t spent_nusd, int64_t budget_nusd)
{
	uint64_t now = fl_mono_ns();
	if (p->quiet || (!p->terminal && done < all && now - p->told_ns < (uint64_t)TELL_EVERY_S * 1000000000))
		return;
	struct fl_buf out;
	struct fl_arena a;
	fl_arena_init(&a);
	fl_buf_init(&out, 1 << 16);
	double seconds = (double)(now - p->begun_ns) / 1e9, rate = seconds > 0 ? (double)done / seconds : 0;
	bar(&out, all ? (double)done / (double)all : 0);
	fl_buf_printf(&out, " %.*s of %.*s cells, %.*s", FL_FMT(fl_show_count(&a, done)),
	              FL_FMT(fl_show_count(&a, all)), FL_FMT(fl_show_money(&a, spent_nusd)));
	if (budget_nusd >= 0)
		fl_buf_printf(&out, " of %.*s", FL_FMT(fl_show_money(&a, budget_nusd)));
	fl_buf_printf(&out, ", %.*s/s", FL_FMT(fl_show_count(&a, (uint64_t)(rate + 0.5))));
	if (rate > 0 && done < all)
		fl_buf_printf(&out, ", %.*s left", FL_FMT(fl_show_seconds(&a, (double)(all - done) / rate)));
	fl_buf_char(&out, '\n');
	p->told_ns = now;
	if (p->terminal)
		draw(p, fl_buf_slice(&out));
	else
		write_out(p, fl_buf_slice(&out));
	fl_buf_release(&out);
	fl_arena_release(&a);
}

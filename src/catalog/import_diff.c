/*
 * import_diff.c - what a published price list changes in the prices of one offer.
 *
 * Rows are compared with what bills under the same conditions on the day of the file. A row that changes is closed on the
 * day from which the new one holds (the file's own date of the price, else the day of the file), so that bills of before
 * stay what they were; classes that the file does not speak of go on in a row of their own:
 *
 *   catalogue  {input: 1, output: 2, search: 10}        file of 2026-11-24  {input: 2, output: 2}
 *   overlay    {input: 1, output: 2, search: 10, to: 2026-11-24}
 *              {search: 10, from: 2026-11-24}           as it was
 *              {input: 2, output: 2, from: 2026-11-24, source: of the file}
 *
 * Prices of days to come are announced: they bill from their day on, and end what bills until then.
 */
#include "base/money.h"
#include "catalog/import_int.h"

struct diff {
	struct fl_import *im;
	struct fl_import_target *t;
	struct fl_import_entry *e; /* that is taken */
	fl_date day;
	struct fl_list source; /* of the new rows: every file that agrees */
	bool changed;
};

struct fl_import_item *fl_import_say(struct fl_import *im, enum fl_import_what what, const struct fl_import_target *t,
                                     const struct fl_import_entry *e)
{
	struct fl_import_item item = {
	    .what = what, .class = -1, .from = FL_DATE_NONE, .have = -1, .found = -1, .entry = e};
	if (t) {
		struct fl_str rest = fl_str_sub(t->key, t->provider.n, t->key.n);
		item.model = t->model->id;
		item.offer = fl_arena_printf(im->arena, "%.*s/%.*s%.*s", FL_FMT(t->provider), FL_FMT(t->model->id),
		                             FL_FMT(rest));
	} else if (e) {
		item.offer = fl_arena_printf(im->arena, "%.*s/%.*s", FL_FMT(e->provider), FL_FMT(e->id));
	}
	im->count[what]++;
	FL_VEC_PUSH(&im->item, item);
	return &im->item.p[im->item.n - 1];
}

/* --- what bills now ----------------------------------------------------------------------------------------------- */

static const struct fl_price_row *rows_of(const struct diff *d, size_t *n)
{
	*n = d->t->offer ? d->t->offer->prices.n : 0;
	return d->t->offer ? d->t->offer->prices.p : NULL;
}

static const struct fl_price_row *billing(const struct diff *d, const struct fl_price_when *when, int class)
{
	const struct fl_price_row *best = NULL;
	size_t n;
	const struct fl_price_row *row = rows_of(d, &n);
	for (size_t i = 0; i < n; i++)
		if (row[i].rate[class] >= 0 && fl_price_when_same(&row[i].when, when) &&
		    fl_price_row_on(&row[i], d->day) && (!best || fl_price_row_outranks(&row[i], best)))
			best = &row[i];
	return best;
}

/* The rate under these conditions on the day of the file; -1 when none is known. A tier may be told by a factor. */
static int64_t rate_now(const struct diff *d, const struct fl_price_when *when, int class)
{
	const struct fl_price_row *own = billing(d, when, class);
	if (own)
		return own->rate[class];
	struct fl_price_when standard = *when;
	standard.tier = (struct fl_str){0};
	const struct fl_price_row *base = when->tier.n ? billing(d, &standard, class) : NULL;
	size_t n;
	const struct fl_price_row *row = rows_of(d, &n);
	for (size_t i = 0; i < n && base; i++) {
		int64_t rate;
		if (row[i].factor_billionths && fl_str_eq(row[i].when.tier, when->tier) && !row[i].when.region.n &&
		    fl_price_row_on(&row[i], d->day) &&
		    fl_muldiv_up(base->rate[class], row[i].factor_billionths, 1000000000, &rate))
			return rate;
	}
	return -1;
}

/* The file's price is the catalogue's, rounded to whole cents or tenths of cents as some lists are kept: 0.13 for 0.125. */
static bool is_same(int64_t have, int64_t found)
{
	static const int64_t unit[] = {10000000, 1000000};
	bool same = have == found;
	for (size_t i = 0; i < FL_COUNT(unit) && have > 0 && !same; i++)
		same = found > 0 && found % unit[i] == 0 && (have + unit[i] / 2) / unit[i] * unit[i] == found;
	return same;
}

/* The catalogue has the file's standard price as the one of some hours: which hours the file means cannot be told. */
static bool known_by_hours(const struct diff *d, const struct fl_price_row *found)
{
	size_t n;
	const struct fl_price_row *row = rows_of(d, &n);
	for (size_t i = 0; i < n; i++) {
		bool same = row[i].when.hours.n && fl_price_row_on(&row[i], d->day);
		for (int c = 0; c < FL_USE_TOKEN_CLASSES && same; c++)
			same = found->rate[c] < 0 || row[i].rate[c] < 0 || found->rate[c] == row[i].rate[c];
		if (same)
			return true;
	}
	return false;
}

/* A row of the offer rests on a later day than the file's: the file is behind. */
static const struct fl_price_row *later_than_file(const struct diff *d)
{
	size_t n;
	const struct fl_price_row *row = rows_of(d, &n);
	for (size_t i = 0; i < n; i++) {
		bool begun_since =
		    row[i].from != FL_DATE_NONE && row[i].from > d->day && row[i].status == FL_PRICE_LIST;
		fl_date read = fl_sourced_on(d->im->catalog, &row[i].source, row[i].checked);
		if (fl_price_row_conditions(&row[i]) == 0 &&
		    (begun_since || (fl_price_row_on(&row[i], d->day) && read != FL_DATE_NONE && read > d->day)))
			return &row[i];
	}
	return NULL;
}

/* --- the new list ------------------------------------------------------------------------------------------------- */

static bool shares_class(const struct fl_price_row *a, const bool class[FL_USE_CLASSES])
{
	for (int c = 0; c < FL_USE_CLASSES; c++)
		if (class[c] && a->rate[c] >= 0)
			return true;
	return false;
}

/* Which row of the list bills a class on that day; -1 when none does. */
static ptrdiff_t biller(const struct fl_import_target *t, const struct fl_price_when *when, int class, fl_date day)
{
	ptrdiff_t best = -1;
	for (size_t i = 0; i < t->row.n; i++) {
		const struct fl_price_row *r = &t->row.p[i];
		if (r->rate[class] >= 0 && fl_price_when_same(&r->when, when) && fl_price_row_on(r, day) &&
		    (best < 0 || fl_price_row_outranks(r, &t->row.p[best])))
			best = (ptrdiff_t)i;
	}
	return best;
}

/* Rows that begin on the day on which they end were in force on no day. */
static void drop_empty(struct fl_import_target *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->row.n; i++)
		if (t->row.p[i].from == FL_DATE_NONE || t->row.p[i].from != t->row.p[i].to)
			t->row.p[n++] = t->row.p[i];
	t->row.n = n;
}

/*
 * Ends on `from` every row of these conditions that bills then and holds a class that changes. What `found` does not
 * speak of goes on behind it. `held` receives the classes that ended rows billed.
 */
static void end_rows(struct fl_import_target *t, const struct fl_price_row *found, fl_date from,
                     const bool changes[FL_USE_CLASSES], bool held[FL_USE_CLASSES])
{
	ptrdiff_t bills[FL_USE_CLASSES];
	size_t n = t->row.n;
	for (int c = 0; c < FL_USE_CLASSES; c++)
		bills[c] = biller(t, &found->when, c, from);
	for (size_t i = 0; i < n; i++) {
		struct fl_price_row rest = t->row.p[i];
		bool some = false;
		if (rest.factor_billionths || !fl_price_when_same(&rest.when, &found->when) ||
		    !fl_price_row_on(&rest, from) || !shares_class(&rest, changes))
			continue;
		for (int c = 0; c < FL_USE_CLASSES; c++) {
			bool own = rest.rate[c] >= 0 && bills[c] == (ptrdiff_t)i;
			held[c] |= own;
			if (!own || found->rate[c] >= 0)
				rest.rate[c] = -1;
			some |= rest.rate[c] >= 0;
		}
		t->row.p[i].to = from;
		rest.from = from;
		if (some)
			FL_VEC_PUSH(&t->row, rest);
	}
	drop_empty(t);
}

/* First day after `from` on which another row of these conditions begins, so that the two do not tie. */
static fl_date next_begin(const struct fl_import_target *t, const struct fl_price_row *found, fl_date from)
{
	fl_date next = FL_DATE_NONE;
	for (size_t i = 0; i < t->row.n; i++) {
		const struct fl_price_row *r = &t->row.p[i];
		bool bills = r->status != FL_PRICE_CANCELLED && r->status != FL_PRICE_DISPUTED;
		if (bills && !r->factor_billionths && fl_price_when_same(&r->when, &found->when) &&
		    r->from != FL_DATE_NONE && r->from > from && (next == FL_DATE_NONE || r->from < next))
			next = r->from;
	}
	return next;
}

static void add_row(struct diff *d, const struct fl_price_row *found, fl_date from, const bool class[FL_USE_CLASSES])
{
	struct fl_price_row row = *found;
	fl_date next = next_begin(d->t, found, from);
	for (int c = 0; c < FL_USE_CLASSES; c++)
		if (!class[c])
			row.rate[c] = -1;
	row.from = from;
	if (next != FL_DATE_NONE && (row.to == FL_DATE_NONE || next < row.to))
		row.to = next;
	row.source = d->source;
	if (from > d->day)
		row.status = FL_PRICE_ANNOUNCED;
	FL_VEC_PUSH(&d->t->row, row);
	d->changed = true;
}

static void tell(struct diff *d, const struct fl_price_row *found, int class, int64_t have, fl_date from)
{
	enum fl_import_what what = have < 0 ? FL_IMPORT_PRICE_ADDED : FL_IMPORT_PRICE;
	struct fl_import_item *item = fl_import_say(d->im, what, d->t, d->e);
	item->taken = true;
	item->class = class;
	item->when = &found->when;
	item->have = have;
	item->found = found->rate[class];
	item->from = from;
}

/* The day from which a price of the file holds: the one that it names, unless the catalogue had another price since. */
static fl_date begin_of(const struct diff *d, const struct fl_price_row *found)
{
	fl_date from = found->from;
	if (from == FL_DATE_NONE)
		return d->day;
	size_t n;
	const struct fl_price_row *row = rows_of(d, &n);
	for (size_t i = 0; i < n && from < d->day; i++)
		if (row[i].from != FL_DATE_NONE && row[i].from > from &&
		    fl_price_when_same(&row[i].when, &found->when) && fl_price_row_on(&row[i], d->day))
			return d->day;
	return from;
}

static void compare_row(struct diff *d, const struct fl_price_row *found)
{
	bool changes[FL_USE_CLASSES] = {0}, write[FL_USE_CLASSES] = {0}, held[FL_USE_CLASSES] = {0}, any = false;
	fl_date from = begin_of(d, found);
	for (int c = 0; c < FL_USE_CLASSES; c++) {
		int64_t have = rate_now(d, &found->when, c);
		changes[c] = found->rate[c] >= 0 && !is_same(have, found->rate[c]);
		any |= changes[c];
		if (changes[c])
			tell(d, found, c, have, from);
	}
	if (!any)
		return;
	end_rows(d->t, found, from, changes, held);
	for (int c = 0; c < FL_USE_CLASSES; c++)
		write[c] = found->rate[c] >= 0 && (changes[c] || held[c]);
	add_row(d, found, from, write);
}

/* A row of the catalogue for the same conditions that begins on that day. */
static const struct fl_price_row *known_start(const struct diff *d, const struct fl_price_row *found)
{
	size_t n;
	const struct fl_price_row *row = rows_of(d, &n);
	for (size_t i = 0; i < n; i++)
		if (row[i].from == found->from && fl_price_when_same(&row[i].when, &found->when))
			return &row[i];
	return NULL;
}

/* A price of days to come. */
static void compare_future(struct diff *d, const struct fl_price_row *found)
{
	const struct fl_price_row *known = known_start(d, found);
	bool same = known != NULL;
	for (int c = 0; c < FL_USE_CLASSES && same; c++)
		same = found->rate[c] < 0 || known->rate[c] < 0 || found->rate[c] == known->rate[c];
	if (known && same && known->status != FL_PRICE_CANCELLED)
		return;
	if (known) {
		struct fl_import_item *item = fl_import_say(d->im, FL_IMPORT_REFUSED, d->t, d->e);
		item->from = found->from;
		item->reason = known->status == FL_PRICE_CANCELLED
		                   ? FL_S("this announced price was cancelled")
		                   : FL_S("the catalogue has another price from that day on");
		return;
	}
	compare_row(d, found);
}

/* --- one offer ---------------------------------------------------------------------------------------------------- */

static bool doubt(struct diff *d, struct fl_str reason)
{
	struct fl_import_item *item = fl_import_say(d->im, FL_IMPORT_DOUBT, d->t, d->e);
	item->reason = reason;
	item->taken = d->im->accept;
	d->im->held += !d->im->accept;
	return d->im->accept;
}

/* Takes out rows that cannot be, and those that are doubtful. False when that leaves no standard price. */
static bool check_rows(struct diff *d)
{
	const struct fl_price_row *standard = fl_import_standard(d->e, d->day);
	const struct fl_price_row keep = *standard;
	size_t n = 0;
	bool whole = true;
	for (size_t i = 0; i < d->e->rows; i++) {
		struct fl_price_row row = d->e->row[i];
		struct fl_str why = {0};
		enum fl_import_verdict v = fl_import_check_row(d->e, &row, &keep, d->im->arena, &why);
		bool stays = v == FL_IMPORT_FINE || (v == FL_IMPORT_DOUBTFUL && doubt(d, why));
		if (v == FL_IMPORT_BAD)
			fl_import_say(d->im, FL_IMPORT_REFUSED, d->t, d->e)->reason = why;
		if (stays)
			d->e->row[n++] = row;
		whole &= stays || &d->e->row[i] != standard;
	}
	d->e->rows = n;
	return whole && fl_import_standard(d->e, d->day);
}

/* The largest jump of a class of tokens between catalogue and file. */
static bool check_jump(struct diff *d, const struct fl_price_row *standard, bool confirmed)
{
	for (int c = 0; c < FL_USE_TOKEN_CLASSES; c++) {
		int64_t have = rate_now(d, &standard->when, c);
		if (confirmed || standard->rate[c] < 0 || !fl_import_far(have, standard->rate[c], FL_IMPORT_JUMP))
			continue;
		struct fl_import_item *item;
		bool goes_on = doubt(d, FL_S("the price is over 3 times, or under a third, of the catalogue's, and no "
		                             "second file agrees"));
		item = &d->im->item.p[d->im->item.n - 1];
		item->class = c;
		item->have = have;
		item->found = standard->rate[c];
		return goes_on;
	}
	return true;
}

/* A first price of a known model that lies far from all its others is a slip of units. */
static bool check_peers(struct diff *d, const struct fl_price_row *standard)
{
	const struct fl_catalog_model *m = d->t->model->model;
	size_t far = 0, known = 0;
	for (size_t i = 0; m && i < m->offers.n; i++) {
		struct diff other = *d;
		struct fl_import_target t = {.offer = &((const struct fl_catalog_offer *)m->offers.p)[i]};
		other.t = &t;
		int64_t rate = rate_now(&other, &standard->when, FL_USE_INPUT);
		known += rate > 0;
		far += rate > 0 && fl_import_far(rate, standard->rate[FL_USE_INPUT], 10);
	}
	return !known || far < known || fl_str_is(d->e->variant, "free") ||
	       doubt(d, FL_S("the price is over 10 times, or under a tenth, of all that others ask for this model"));
}

static bool check_source(struct diff *d)
{
	const struct fl_price_row *later = later_than_file(d);
	bool known = fl_catalog_named(&d->im->catalog->providers, sizeof(struct fl_catalog_provider), d->t->provider);
	if (d->e->doubt && !doubt(d, fl_str_from(d->e->doubt)))
		return false;
	if (later && !doubt(d, FL_S("the catalogue's price was read on a later day than the file's")))
		return false;
	return known || d->e->file->format != &fl_import_litellm ||
	       doubt(d, FL_S("a host that the catalogue does not know, in a list whose rows of hosts are often wrong"));
}

/* Whether the files agree; fills the sources. */
static bool check_files(struct diff *d, bool *confirmed)
{
	struct fl_str *source = FL_NEW_ARRAY(d->im->arena, struct fl_str, d->t->entry.n);
	d->source = (struct fl_list){.p = source};
	*confirmed = false;
	for (size_t i = 0; i < d->t->entry.n; i++) {
		struct fl_import_entry *other = d->t->entry.p[i];
		if (other == d->e || fl_import_agree(d->e, other)) {
			*confirmed |= other != d->e;
			source[d->source.n++] = other->file->source;
		} else if (fl_import_standard(other, other->file->as_of) &&
		           !doubt(d,
		                  fl_arena_printf(d->im->arena, "%s has another price", other->file->format->name))) {
			return false;
		}
	}
	return true;
}

/* What a reseller asks less than the maker of a closed model is on sale. */
static void mark_promotion(struct diff *d, struct fl_price_row *standard)
{
	const struct fl_catalog_model *m = d->t->model->model;
	const struct fl_catalog_provider *p = fl_catalog_named(&d->im->catalog->providers, sizeof *p, d->t->provider);
	const struct fl_catalog_offer *own = m ? fl_catalog_named(&m->offers, sizeof *own, m->lab) : NULL;
	if (!p || !p->reseller || !own || fl_claim_yes(d->im->catalog, &m->open_weights) != FL_NO)
		return;
	struct diff maker = *d;
	struct fl_import_target t = {.offer = own};
	maker.t = &t;
	int64_t list = rate_now(&maker, &standard->when, FL_USE_INPUT);
	if (list > 0 && standard->rate[FL_USE_INPUT] >= 0 && standard->rate[FL_USE_INPUT] <= list / 10 * 6) {
		standard->status = FL_PRICE_PROMO;
		standard->note = FL_S("well below the maker's own price: a promotion");
	}
}

static void write_new_offer(struct diff *d)
{
	for (size_t i = 0; i < d->e->rows; i++) {
		struct fl_price_row row = d->e->row[i];
		row.source = d->source;
		if (row.from == FL_DATE_NONE && row.to == FL_DATE_NONE)
			row.from = d->day;
		if (row.from != FL_DATE_NONE && row.from > d->day)
			row.status = FL_PRICE_ANNOUNCED;
		FL_VEC_PUSH(&d->t->row, row);
	}
	d->t->listed = d->t->taken = true;
	struct fl_import_item *item = fl_import_say(d->im, FL_IMPORT_NEW_OFFER, d->t, d->e);
	const struct fl_price_row *standard = fl_import_standard(d->e, d->day);
	item->taken = true;
	item->class = FL_USE_INPUT;
	item->found = standard->rate[FL_USE_INPUT];
	item->found_text = fl_arena_dup(d->im->arena, d->e->id);
}

static void write_known_offer(struct diff *d)
{
	size_t n;
	const struct fl_price_row *row = rows_of(d, &n);
	for (size_t i = 0; i < n; i++)
		FL_VEC_PUSH(&d->t->row, row[i]);
	for (size_t i = 0; i < d->e->rows; i++) {
		const struct fl_price_row *found = &d->e->row[i];
		if (found->when.hours.n || (found->to != FL_DATE_NONE && found->to <= d->day) ||
		    (!fl_price_row_conditions(found) && known_by_hours(d, found)))
			continue;
		if (found->from != FL_DATE_NONE && found->from > d->day)
			compare_future(d, found);
		else
			compare_row(d, found);
	}
	d->t->listed = d->changed;
	d->im->unchanged += !d->changed;
}

/* The first file's entry that has a price on its day. */
static struct fl_import_entry *priced(const struct fl_import_target *t)
{
	for (size_t i = 0; i < t->entry.n; i++) {
		const struct fl_price_row *r = fl_import_standard(t->entry.p[i], t->entry.p[i]->file->as_of);
		if (r && (r->rate[FL_USE_INPUT] >= 0 || r->rate[FL_USE_OUTPUT] >= 0))
			return t->entry.p[i];
	}
	return NULL;
}

/* What the catalogue knows to be gone on that day: lists keep such rows for years. */
static bool is_gone(const struct diff *d)
{
	const struct fl_catalog_model *m = d->t->model->model;
	return (m && fl_model_status_on(d->im->catalog, m, d->day) == FL_MODEL_RETIRED) ||
	       (d->t->offer && d->t->offer->to != FL_DATE_NONE && d->t->offer->to <= d->day);
}

void fl_import_diff(struct fl_import *im, struct fl_import_target *t)
{
	struct diff d = {.im = im, .t = t, .e = priced(t)};
	bool confirmed;
	if (!d.e)
		return;
	d.day = d.e->file->as_of;
	if (is_gone(&d)) {
		im->gone++;
		return;
	}
	if (!check_rows(&d) || !check_source(&d) || !check_files(&d, &confirmed))
		return;
	struct fl_price_row *standard = fl_import_standard(d.e, d.day);
	bool known = t->offer && t->offer->prices.n;
	if (known && known_by_hours(&d, standard))
		confirmed = true;
	if (known && !check_jump(&d, standard, confirmed))
		return;
	if (!known && t->model->model && !confirmed && !check_peers(&d, standard))
		return;
	if (!t->model->model && !confirmed && fl_import_is_dear(standard) &&
	    !doubt(&d, FL_S("dearer than all but a few models ever were, and no second file agrees")))
		return;
	mark_promotion(&d, standard);
	t->sound = d.e;
	if (known)
		write_known_offer(&d);
	else
		write_new_offer(&d);
}

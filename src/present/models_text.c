#include "present/models_text.h"

#include "present/figure.h"
#include "present/plain.h"
#include "present/table.h"

struct fl_str fl_show_rate(struct fl_arena *a, int64_t nusd_per_mtok)
{
	char text[FL_MONEY_TEXT];
	if (nusd_per_mtok < 0)
		return FL_S("?");
	return fl_arena_dup(a, fl_money_format(nusd_per_mtok, text));
}

struct fl_str fl_show_tokens(struct fl_arena *a, int64_t tokens)
{
	if (tokens < 0)
		return FL_S("?");
	if (tokens < 10000)
		return fl_show_count(a, (uint64_t)tokens);
	if (tokens < 1000000)
		return fl_arena_printf(a, "%lldk", (long long)(tokens + 500) / 1000);
	return fl_arena_printf(a, "%.3gM", (double)tokens / 1e6);
}

static struct fl_str claim_text(const struct fl_catalog *c, const struct fl_claims *claims)
{
	const struct fl_claim *best = fl_claim_best(c, claims);
	return best ? best->text : FL_S("?");
}

static struct fl_str score_text(const struct fl_listing_row *r, struct fl_arena *a)
{
	const struct fl_score *s = r->score;
	if (!s)
		return FL_S("");
	struct fl_str v = fl_arena_printf(a, "%.4g", s->value);
	if (s->low <= s->high)
		v = fl_arena_printf(a, s->value < 2 ? "%.*s ±%.3f" : "%.*s ±%.1f", FL_FMT(v), (s->high - s->low) / 2);
	if (r->older)
		return fl_arena_printf(a, "(%.*s)", FL_FMT(v));
	return v;
}

struct fl_str fl_rate_sparkline(const struct fl_rate_step *step, size_t steps, fl_date until, struct fl_arena *a)
{
	static const char *const block[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	enum { WIDTH = 12 };
	struct fl_buf b;
	int64_t most = 1;
	if (steps == 0 || step[0].from == FL_DATE_NONE)
		return FL_S("");
	fl_buf_init(&b, 256);
	for (size_t i = 0; i < steps; i++)
		most = FL_MAX(most, step[i].rate);
	fl_date from = step[0].from, span = FL_MAX(until - from, 1);
	for (int k = 0; k < WIDTH; k++) {
		fl_date day = from + span * k / (WIDTH - 1);
		int64_t rate = -1;
		for (size_t i = 0; i < steps && step[i].from <= day; i++)
			rate = step[i].rate;
		fl_buf_z(&b, rate < 0 ? " " : block[FL_MIN((int64_t)7, rate * 8 / (most + 1))]);
	}
	struct fl_str text = fl_arena_printf(a, "%.*s %.*s %.*s", FL_FMT(fl_show_rate(a, step[0].rate)),
	                                     FL_FMT(fl_buf_slice(&b)), FL_FMT(fl_show_rate(a, step[steps - 1].rate)));
	fl_buf_release(&b);
	return text;
}

static struct fl_str history_text(const struct fl_models_view *v, const struct fl_listing_row *r, struct fl_arena *a)
{
	struct fl_rate_step *step;
	if (!r->offer.model)
		return FL_S("");
	size_t n = fl_offer_history(v->catalog, &r->offer, FL_USE_INPUT, a, &step);
	while (n && step[n - 1].from > v->day)
		n--;
	return fl_rate_sparkline(step, n, v->day, a);
}

static void heading(const struct fl_listing *l, const struct fl_models_view *v, struct fl_buf *out)
{
	char day[FL_DATE_TEXT], compiled[FL_DATE_TEXT];
	fl_date_format(v->day, day);
	fl_date_format(v->catalog->compiled, compiled);
	if (l->table)
		fl_buf_printf(out, "%.*s, as it stands on %s\n", FL_FMT(l->table->title), day);
	else
		fl_buf_printf(out, "%zu model%s on %s, by facts of %s\n", l->row.n, l->row.n == 1 ? "" : "s", day,
		              compiled);
}

static void footnotes(const struct fl_listing *l, struct fl_buf *out, size_t width)
{
	bool older = false, scored = false;
	struct fl_arena a;
	fl_arena_init(&a);
	for (size_t i = 0; i < l->row.n; i++) {
		older |= l->row.p[i].older;
		scored |= l->row.p[i].score != NULL;
	}
	fl_buf_char(out, '\n');
	fl_wrap(out, FL_S("Prices in USD per million tokens at standard conditions; ? is unknown."), width, "");
	if (scored)
		fl_wrap(out,
		        fl_arena_printf(
		            &a, "Score: %.*s%s%.*s%s%.*s%s; the best variant of each model%s.", FL_FMT(l->benchmark),
		            l->category.n ? ", " : "", FL_FMT(l->category), l->release.n ? ", release " : "",
		            FL_FMT(l->release), older ? "; in brackets from an older release, not comparable" : "",
		            l->ties_known ? "" : "; it publishes no intervals, so small differences mean nothing"),
		        width, "");
	if (l->unscored)
		fl_wrap(out, fl_arena_printf(&a, "%zu more models have no such score.", l->unscored), width, "");
	for (size_t i = 0; i < l->row.n && l->ties_known; i++) {
		size_t n = 1;
		while (i + n < l->row.n && l->row.p[i].tie && l->row.p[i + n].tie == l->row.p[i].tie)
			n++;
		if (n > 1 && l->row.p[i].tie == 1) {
			fl_wrap(out,
			        fl_arena_printf(&a,
			                        "The first %zu cannot be told apart on this evidence: their intervals "
			                        "overlap that of the first. Choose among them by cost.",
			                        n),
			        width, "");
			break;
		}
	}
	fl_arena_release(&a);
}

void fl_models_list(const struct fl_listing *l, const struct fl_models_view *v, bool history, struct fl_buf *out,
                    size_t width)
{
	enum list_column { MODEL, OPEN, CONTEXT, INPUT, OUTPUT, SCORE, TIE, HISTORY, RELEASED, STATUS, LIST_COLUMNS };
	static const struct fl_text_column all[LIST_COLUMNS] = {
	    {"model", true},    {"open", true},   {"context", false}, {"input", false},
	    {"output", false},  {"score", false}, {"tie", false},     {"input price since release", true},
	    {"released", true}, {"", true}};
	bool tie = l->ties_known && !history;
	const bool shown[LIST_COLUMNS] = {
	    [MODEL] = true,     [OPEN] = !history,   [CONTEXT] = !history,
	    [INPUT] = !history, [OUTPUT] = true,     [SCORE] = !history,
	    [TIE] = tie,        [HISTORY] = history, [RELEASED] = !history && !(tie && width < 100),
	    [STATUS] = true};
	struct fl_text_column column[LIST_COLUMNS];
	size_t n = 0;
	for (int k = 0; k < LIST_COLUMNS; k++)
		if (shown[k])
			column[n++] = all[k];
	struct fl_arena a;
	fl_arena_init(&a);
	struct fl_text_table t = {.column = column, .columns = n, .rows = l->row.n};
	t.cell = FL_NEW_ARRAY(&a, struct fl_str, n * l->row.n + 1);
	struct fl_str *cell = t.cell;
	for (size_t i = 0; i < l->row.n; i++) {
		const struct fl_listing_row *r = &l->row.p[i];
		enum fl_known open = fl_claim_yes(v->catalog, &r->model->open_weights);
		const struct fl_str text[LIST_COLUMNS] = {
		    [MODEL] = r->model->id,
		    [OPEN] = open == FL_YES  ? FL_S("open")
		             : open == FL_NO ? FL_S("")
		                             : FL_S("?"),
		    [CONTEXT] = fl_show_tokens(&a, r->context),
		    [INPUT] = fl_show_rate(&a, r->input_rate),
		    [OUTPUT] = fl_show_rate(&a, r->output_rate),
		    [SCORE] = score_text(r, &a),
		    [TIE] = r->tie ? fl_arena_printf(&a, "%zu", r->tie) : FL_S(""),
		    [HISTORY] = history ? history_text(v, r, &a) : FL_S(""),
		    [RELEASED] = claim_text(v->catalog, &r->model->released),
		    [STATUS] =
		        r->status == FL_MODEL_CURRENT ? FL_S("") : fl_str_from(fl_model_status_words[r->status])};
		for (int k = 0; k < LIST_COLUMNS; k++)
			if (shown[k])
				*cell++ = text[k];
	}
	heading(l, v, out);
	fl_table_write(out, &t, width, "");
	footnotes(l, out, width);
	fl_arena_release(&a);
}

/* --- offers ------------------------------------------------------------------------------------------------------- */

void fl_models_offers(const struct fl_listing *l, const struct fl_models_view *v, struct fl_buf *out, size_t width)
{
	static const struct fl_text_column column[] = {{"offer", true},  {"format", true},  {"context", false},
	                                               {"input", false}, {"cached", false}, {"output", false},
	                                               {"differs", true}};
	enum { N = FL_COUNT(column) };
	for (size_t i = 0; i < l->row.n; i++) {
		const struct fl_catalog_model *m = l->row.p[i].model;
		struct fl_arena a;
		fl_arena_init(&a);
		struct fl_text_table t = {.column = column, .columns = N};
		t.cell = FL_NEW_ARRAY(&a, struct fl_str, N * m->offers.n + 1);
		int64_t own_context = fl_claim_number(v->catalog, &m->context, -1), least = INT64_MAX;
		for (size_t k = 0; k < m->offers.n; k++) {
			int64_t in = fl_offer_rate(v->catalog, &((const struct fl_catalog_offer *)m->offers.p)[k],
			                           FL_USE_INPUT, v->day);
			least = in >= 0 ? FL_MIN(least, in) : least;
		}
		for (size_t k = 0; k < m->offers.n; k++) {
			struct fl_offer_ref ref;
			if (!fl_catalog_offer_at(v->catalog, m, k, &ref))
				continue;
			struct fl_str *cell = &t.cell[t.rows++ * N];
			int64_t context = fl_claim_number(v->catalog, &ref.offer->context, own_context);
			int64_t in = fl_offer_rate(v->catalog, ref.offer, FL_USE_INPUT, v->day);
			cell[0] = ref.id;
			cell[1] = ref.offer->quantization.n ? ref.offer->quantization : FL_S("?");
			cell[2] = fl_show_tokens(&a, context);
			cell[3] = fl_show_rate(&a, in);
			cell[4] = fl_show_rate(&a, fl_offer_rate(v->catalog, ref.offer, FL_USE_CACHE_READ, v->day));
			cell[5] = fl_show_rate(&a, fl_offer_rate(v->catalog, ref.offer, FL_USE_OUTPUT, v->day));
			cell[6] = fl_arena_printf(&a, "%s%s", context != own_context && context > 0 ? "context " : "",
			                          in > least                       ? "dearer"
			                          : in == least && m->offers.n > 1 ? "cheapest"
			                                                           : "");
		}
		fl_buf_printf(out, "%s%.*s\n", i ? "\n" : "", FL_FMT(m->name.n ? m->name : m->id));
		fl_table_write(out, &t, width, "");
		fl_arena_release(&a);
	}
}

/* --- one model, several models ------------------------------------------------------------------------------------ */

struct fact {
	const char *label;
	size_t at;
	bool tokens;
};
#define FACT(label, member, tokens)                                                                                    \
	{                                                                                                              \
		label, offsetof(struct fl_catalog_model, member), tokens                                               \
	}
static const struct fact facts[] = {
    FACT("released", released, false),
    FACT("deprecated from", deprecates, false),
    FACT("gone from", retires, false),
    FACT("access", access, false),
    FACT("knows the world to", knowledge, false),
    FACT("open weights", open_weights, false),
    FACT("licence", licence, false),
    FACT("commercial use", commercial, false),
    FACT("parameters, billions", total_params_b, false),
    FACT("active, billions", active_params_b, false),
    FACT("context", context, true),
    FACT("most input", max_input, true),
    FACT("most output", max_output, true),
    FACT("cached from", cache_least, true),
    FACT("inputs", inputs, false),
    FACT("outputs", outputs, false),
    FACT("thinks", reasons, false),
    FACT("tools", tools, false),
    FACT("answers by schema", structured_output, false),
    FACT("log probabilities", logprobs, false),
    FACT("takes temperature", temperature, false),
    FACT("tokens per text", token_factor, false),
    FACT("note", notes, false),
};

static const struct fl_claims *claims_of(const struct fl_catalog_model *m, const struct fact *f)
{
	return (const struct fl_claims *)(const void *)((const char *)m + f->at);
}

static struct fl_str claim_shown(const struct fl_claim *c, bool tokens, struct fl_arena *a)
{
	return tokens ? fl_show_count(a, (uint64_t)c->number) : c->text;
}

static void show_fact(const struct fl_models_view *v, const struct fl_catalog_model *m, const struct fact *f,
                      struct fl_buf *out, size_t width)
{
	const struct fl_claims *claims = claims_of(m, f);
	const struct fl_claim *best = fl_claim_best(v->catalog, claims);
	struct fl_arena a;
	struct fl_buf line;
	char day[FL_DATE_TEXT];
	if (!best)
		return;
	fl_arena_init(&a);
	fl_buf_init(&line, 8192);
	fl_buf_printf(&line, "%.*s  [%.*s", FL_FMT(claim_shown(best, f->tokens, &a)),
	              FL_FMT(fl_sources_text(&best->source, &a, 3)));
	struct fl_str on = fl_date_format(fl_sourced_on(v->catalog, &best->source, best->checked), day);
	fl_buf_printf(&line, "%s%.*s]", on.n ? ", " : "", FL_FMT(on));
	for (size_t i = 0; i < claims->n; i++)
		if (&claims->p[i] != best && !fl_str_eq(claims->p[i].text, best->text))
			fl_buf_printf(&line, "; %.*s says %.*s", FL_FMT(fl_sources_text(&claims->p[i].source, &a, 3)),
			              FL_FMT(claim_shown(&claims->p[i], f->tokens, &a)));
	fl_buf_printf(out, "  %-21s", f->label);
	struct fl_buf wrapped;
	fl_buf_init(&wrapped, 16384);
	fl_wrap(&wrapped, fl_buf_slice(&line), width, "                       ");
	fl_buf_str(out, fl_str_sub(fl_buf_slice(&wrapped), 23, wrapped.n));
	fl_buf_release(&wrapped);
	fl_buf_release(&line);
	fl_arena_release(&a);
}

void fl_price_when_text(const struct fl_price_when *w, struct fl_buf *b, struct fl_arena *a)
{
	if (w->tier.n)
		fl_buf_printf(b, "%.*s ", FL_FMT(w->tier));
	if (w->above)
		fl_buf_printf(b, "over %.*s ", FL_FMT(fl_show_tokens(a, w->above)));
	if (w->thinking)
		fl_buf_z(b, w->thinking == FL_THINKING_ON ? "thinking " : "no thinking ");
	if (w->region.n)
		fl_buf_printf(b, "in %.*s ", FL_FMT(w->region));
	if (w->hours.n)
		fl_buf_printf(b, "%.*s ", FL_FMT(w->hours));
	if (w->snapshot.n)
		fl_buf_printf(b, "%.*s ", FL_FMT(w->snapshot));
	if (w->fine_tuned)
		fl_buf_z(b, "tuned ");
}

struct fl_str fl_price_row_text(const struct fl_catalog *c, const struct fl_price_row *row, struct fl_arena *a)
{
	char from[FL_DATE_TEXT], to[FL_DATE_TEXT], on[FL_DATE_TEXT];
	struct fl_buf b;
	fl_buf_init(&b, 4096);
	fl_price_when_text(&row->when, &b, a);
	if (b.n)
		fl_buf_drop(&b, 0);
	if (b.n)
		b.p[b.n - 1] = ':', fl_buf_char(&b, ' ');
	if (row->factor_billionths)
		fl_buf_printf(&b, "times %.4g", (double)row->factor_billionths / 1e9);
	for (int k = 0, n = 0; k < FL_USE_CLASSES; k++) {
		if (row->rate[k] < 0)
			continue;
		fl_buf_printf(&b, "%s%s %.*s", n++ ? ", " : "", fl_usage_class_name((enum fl_usage_class)k),
		              FL_FMT(fl_show_rate(a, k < FL_USE_TOKEN_CLASSES ? row->rate[k]
		                                     : k < FL_USE_IMAGE       ? row->rate[k] / 1000
		                                                              : row->rate[k] / 1000000)));
		if (k >= FL_USE_TOKEN_CLASSES && k < FL_USE_IMAGE)
			fl_buf_z(&b, " a thousand");
	}
	fl_date_format(row->from, from);
	fl_date_format(row->to, to);
	if (from[0])
		fl_buf_printf(&b, ", from %s", from);
	if (to[0])
		fl_buf_printf(&b, ", until %s", to);
	if (row->status != FL_PRICE_LIST)
		fl_buf_printf(&b, ", %s", fl_price_status_words[row->status]);
	fl_date_format(fl_sourced_on(c, &row->source, row->checked), on);
	fl_buf_printf(&b, "  [%.*s%s%s]", FL_FMT(fl_sources_text(&row->source, a, 3)), on[0] ? ", " : "", on);
	struct fl_str text = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return text;
}

static void show_prices(const struct fl_models_view *v, const struct fl_catalog_model *m, struct fl_buf *out,
                        size_t width)
{
	for (size_t i = 0; i < m->offers.n; i++) {
		struct fl_offer_ref ref;
		struct fl_arena a;
		if (!fl_catalog_offer_at(v->catalog, m, i, &ref))
			continue;
		fl_arena_init(&a);
		fl_buf_printf(out, "\n%.*s", FL_FMT(ref.id));
		struct fl_rate_step *step;
		size_t n = fl_offer_history(v->catalog, &ref, FL_USE_INPUT, &a, &step);
		if (n > 1)
			fl_buf_printf(out, "   input %.*s", FL_FMT(fl_rate_sparkline(step, n, v->day, &a)));
		fl_buf_char(out, '\n');
		for (size_t k = 0; k < ref.offer->prices.n; k++) {
			const struct fl_price_row *row = &((const struct fl_price_row *)ref.offer->prices.p)[k];
			if (!v->as_of || fl_price_row_on(row, v->day))
				fl_wrap(out, fl_price_row_text(v->catalog, row, &a), width, "  ");
		}
		fl_arena_release(&a);
	}
}

/* The best variant of each benchmark and release stands for them; *variants counts them. NULL when another row does. */
static bool stands_for_all(const struct fl_models_view *v, const struct fl_catalog_model *m, size_t i, size_t *variants)
{
	const struct fl_score *score = m->scores.p, *s = &score[i];
	*variants = 0;
	for (size_t k = 0; k < m->scores.n; k++) {
		const struct fl_score *o = &score[k];
		bool same = !o->category.n && fl_str_eq(o->benchmark, s->benchmark) &&
		            fl_str_eq(o->release, s->release) && fl_str_eq(o->harness, s->harness);
		if (!same || (v->as_of && o->date != FL_DATE_NONE && o->date > v->day))
			continue;
		if (o->value > s->value || (o->value == s->value && k < i))
			return false;
		++*variants;
	}
	return *variants > 0 && !s->category.n;
}

static void show_scores(const struct fl_models_view *v, const struct fl_catalog_model *m, struct fl_buf *out,
                        size_t width)
{
	enum { VARIANT_SHOWN = 24 };
	static const struct fl_text_column column[] = {{"benchmark", true}, {"release", true}, {"score", false},
	                                               {"±", false},        {"date", true},    {"best variant", true}};
	enum { N = FL_COUNT(column) };
	struct fl_arena a;
	fl_arena_init(&a);
	struct fl_text_table t = {.column = column, .columns = N};
	t.cell = FL_NEW_ARRAY(&a, struct fl_str, N * m->scores.n + 1);
	for (size_t i = 0; i < m->scores.n; i++) {
		const struct fl_score *s = &((const struct fl_score *)m->scores.p)[i];
		char *day = fl_arena_alloc(&a, FL_DATE_TEXT);
		size_t variants;
		if (!stands_for_all(v, m, i, &variants))
			continue;
		struct fl_str *cell = &t.cell[t.rows++ * N];
		cell[0] = s->benchmark;
		cell[1] = s->release;
		cell[2] = fl_arena_printf(&a, "%.4g", s->value);
		cell[3] = s->low <= s->high ? fl_arena_printf(&a, "%.3g", (s->high - s->low) / 2) : FL_S("");
		cell[4] = fl_date_format(s->date, day);
		struct fl_str variant = fl_str_sub(s->variant, 0, VARIANT_SHOWN);
		cell[5] = variants > 1 ? fl_arena_printf(&a, "%.*s, of %zu", FL_FMT(variant), variants) : variant;
	}
	if (t.rows) {
		fl_buf_z(out, "\nScores (they compare only within one benchmark and release)\n");
		fl_table_write(out, &t, width, "  ");
	}
	fl_arena_release(&a);
}

static void show_trust(const struct fl_models_view *v, const struct fl_catalog_model *m, struct fl_buf *out,
                       size_t width)
{
	const struct fl_lab *lab = fl_catalog_lab(v->catalog, m->lab);
	struct fl_arena a;
	if (!lab || !lab->trust.n)
		return;
	fl_arena_init(&a);
	fl_buf_printf(out, "\nRecord of %.*s\n", FL_FMT(lab->name));
	for (size_t i = 0; i < lab->trust.n; i++) {
		const struct fl_trust *r = &((const struct fl_trust *)lab->trust.p)[i];
		char day[FL_DATE_TEXT];
		fl_date_format(r->date, day);
		fl_wrap(out, fl_arena_printf(&a, "%s %.*s: %.*s", day, FL_FMT(r->kind), FL_FMT(r->summary)), width,
		        "  ");
	}
	fl_arena_release(&a);
}

void fl_model_show(const struct fl_listing_row *row, const struct fl_models_view *v, struct fl_buf *out, size_t width)
{
	const struct fl_catalog_model *m = row->model;
	const struct fl_lab *lab = fl_catalog_lab(v->catalog, m->lab);
	fl_buf_printf(out, "%.*s (%.*s), by %.*s, %s\n", FL_FMT(m->name.n ? m->name : m->id), FL_FMT(m->id),
	              FL_FMT(lab && lab->name.n ? lab->name : m->lab), fl_model_status_words[row->status]);
	if (m->answered_by.n)
		fl_buf_printf(out, "  calls to it are answered by %.*s\n", FL_FMT(m->answered_by));
	if (m->replaced_by.n)
		fl_buf_printf(out, "  replaced by %.*s\n", FL_FMT(m->replaced_by));
	for (size_t i = 0; i < FL_COUNT(facts); i++)
		show_fact(v, m, &facts[i], out, width);
	show_prices(v, m, out, width);
	show_scores(v, m, out, width);
	show_trust(v, m, out, width);
}

static bool any_known(const struct fl_listing *l, const struct fact *f)
{
	for (size_t i = 0; i < l->row.n; i++)
		if (claims_of(l->row.p[i].model, f)->n)
			return true;
	return false;
}

void fl_models_compare(const struct fl_listing *l, const struct fl_models_view *v, struct fl_buf *out, size_t width)
{
	enum { MOST = 6, EXTRA = 5 };
	static const char *const extra[EXTRA] = {"input $/Mtok", "cached $/Mtok", "output $/Mtok", "score", "status"};
	struct fl_text_column column[MOST] = {{"", true}};
	struct fl_arena a;
	fl_arena_init(&a);
	size_t n = 1 + FL_MIN(l->row.n, (size_t)(MOST - 1)), rows = 0;
	struct fl_text_table t = {.column = column, .columns = n};
	t.cell = FL_NEW_ARRAY(&a, struct fl_str, n * (FL_COUNT(facts) + EXTRA));
	for (size_t i = 1; i < n; i++)
		column[i] = (struct fl_text_column){fl_arena_dupz(&a, l->row.p[i - 1].model->id), true};
	for (size_t k = 0; k < EXTRA; k++, rows++) {
		t.cell[rows * n] = fl_str_from(extra[k]);
		for (size_t i = 1; i < n; i++) {
			const struct fl_listing_row *r = &l->row.p[i - 1];
			const int64_t rate[3] = {r->input_rate, r->cached_rate, r->output_rate};
			t.cell[rows * n + i] = k < 3    ? fl_show_rate(&a, rate[k])
			                       : k == 3 ? score_text(r, &a)
			                                : fl_str_from(fl_model_status_words[r->status]);
		}
	}
	for (size_t k = 0; k < FL_COUNT(facts); k++) {
		bool prose = facts[k].at == offsetof(struct fl_catalog_model, notes);
		if (prose || !any_known(l, &facts[k]))
			continue;
		t.cell[rows * n] = fl_str_from(facts[k].label);
		for (size_t i = 1; i < n; i++) {
			const struct fl_claim *best =
			    fl_claim_best(v->catalog, claims_of(l->row.p[i - 1].model, &facts[k]));
			t.cell[rows * n + i] = !best             ? FL_S("?")
			                       : facts[k].tokens ? fl_show_tokens(&a, best->number)
			                                         : fl_str_sub(best->text, 0, 40);
		}
		rows++;
	}
	t.rows = rows;
	fl_table_write(out, &t, width, "");
	fl_arena_release(&a);
}

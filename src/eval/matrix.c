/*
 * Reading goes row by row into a compact list; the grid is laid out when all names are known. Checks that need the whole
 * file (duplicates, holes, columns blank in part) come last and still name lines.
 */
#include "eval/matrix.h"

#include "base/map.h"
#include "base/money.h"
#include "base/vec.h"
#include "codec/csv.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_TEXT 4000000000u
#define MAX_ROWS (1u << 24)
#define MAX_CONFIGS 4096u
enum { SCORE_DIGITS = 18, LATENCY_DIGITS = 9, NAMED_CELLS = 5 };

enum column {
	COL_ITEM,
	COL_CONFIG,
	COL_SCORE,
	COL_COST,
	COL_LATENCY,
	COL_IN_TOKENS,
	COL_OUT_TOKENS,
	COL_TRIAL,
	COL_OUTCOME,
	COL_CLUSTER,
	COLUMNS
};
/* The cluster's name comes from the caller. */
static const char *const column_name[COLUMNS] = {"item",      "config",     "score", "cost_usd", "latency_s",
                                                 "in_tokens", "out_tokens", "trial", "outcome",  NULL};

struct row {
	double score;
	int64_t cost_nusd, latency_ns; /* -1 = blank */
	uint32_t item, config, trial;
	int line;
};

/* Names in order of appearance, and their numbers. */
struct names {
	struct fl_map map;
	FL_VEC(struct fl_str) list;
};

struct reader {
	struct fl_matrix *m;
	struct fl_csv csv;
	struct fl_arena scratch;
	const char *name;
	struct fl_err *err;
	struct fl_str cluster_column;
	ptrdiff_t at[COLUMNS]; /* column numbers, -1 = absent */
	FL_VEC(uint32_t) wide; /* column of each config in the wide form */
	struct names items, configs, trials, clusters, outcomes;
	FL_VEC(uint32_t) cluster_of; /* item -> cluster */
	FL_VEC(int) item_line;       /* item -> line of its first row */
	FL_VEC(int64_t) in_tokens, out_tokens;
	FL_VEC(uint64_t) outcome_count; /* by outcome, whose name is config NUL outcome */
	FL_VEC(struct fl_str) note;
	FL_VEC(struct row) rows;
};

static enum fl_code refuse(struct reader *r, int line, struct fl_str found, const char *expected, const char *message)
{
	fl_err_set(r->err, FL_E_INVALID, "%s", message);
	fl_err_place(r->err, r->name, line, 0);
	fl_err_found(r->err, "%.*s", FL_FMT(found));
	fl_err_expected(r->err, "%s", expected);
	return FL_E_INVALID;
}

static enum fl_code refuse_field(struct reader *r, int line, const char *column, struct fl_str found,
                                 const char *expected)
{
	char message[320];
	snprintf(message, sizeof message, "line %d: %s '%.*s' is not %s", line, column, (int)FL_MIN(found.n, 100),
	         found.p, expected);
	return refuse(r, line, found, expected, message);
}

/* Number of a name, made when it is new. */
static uint32_t number_of(struct reader *r, struct names *n, struct fl_str name, bool *is_new)
{
	void *known = fl_map_get(&n->map, name);
	*is_new = !known;
	if (known)
		return (uint32_t)((uintptr_t)known - 1);
	struct fl_str kept = fl_arena_dup(&r->m->arena, name);
	FL_VEC_PUSH(&n->list, kept);
	fl_map_put(&n->map, kept, (void *)(uintptr_t)n->list.n);
	return (uint32_t)(n->list.n - 1);
}

static struct fl_str field(const struct reader *r, const struct fl_csv_row *row, enum column c)
{
	return r->at[c] < 0 ? FL_S("") : fl_str_trim(row->field[r->at[c]]);
}

static enum fl_code read_score(struct reader *r, int line, struct fl_str s, double *out)
{
	int64_t scaled;
	if (fl_decimal_parse(s, SCORE_DIGITS, true, &scaled, NULL) != FL_OK || scaled < 0 ||
	    scaled > INT64_C(1000000000000000000))
		return refuse_field(r, line, "score", s, "a number between 0 and 1");
	*out = (double)scaled / 1e18;
	return FL_OK;
}

/* Blank gives -1. */
static enum fl_code read_amount(struct reader *r, int line, enum column c, struct fl_str s, int digits, int64_t *out)
{
	*out = -1;
	if (!s.n)
		return FL_OK;
	if (fl_decimal_parse(s, digits, true, out, NULL) != FL_OK || *out < 0)
		return refuse_field(r, line, column_name[c], s, "a number of 0 or more");
	return FL_OK;
}

static enum fl_code read_cluster(struct reader *r, const struct fl_csv_row *row, uint32_t item, bool item_is_new)
{
	bool is_new;
	if (r->at[COL_CLUSTER] < 0)
		return FL_OK;
	struct fl_str s = field(r, row, COL_CLUSTER);
	if (!s.n)
		return refuse_field(r, row->line, "cluster", s, "the name of a cluster");
	uint32_t cluster = number_of(r, &r->clusters, s, &is_new);
	if (item_is_new)
		FL_VEC_PUSH(&r->cluster_of, cluster);
	else if (r->cluster_of.p[item] != cluster)
		return refuse_field(r, row->line, "cluster", s, "the cluster that this item had before");
	return FL_OK;
}

static enum fl_code read_item(struct reader *r, const struct fl_csv_row *row, uint32_t *item)
{
	bool is_new;
	struct fl_str s = field(r, row, COL_ITEM);
	if (!s.n)
		return refuse_field(r, row->line, "item", s, "the name of an item");
	*item = number_of(r, &r->items, s, &is_new);
	if (is_new)
		FL_VEC_PUSH(&r->item_line, row->line);
	return read_cluster(r, row, *item, is_new);
}

static enum fl_code add_config(struct reader *r, int line, struct fl_str name, uint32_t *config)
{
	bool is_new;
	if (!name.n)
		return refuse_field(r, line, "config", name, "the name of a candidate");
	*config = number_of(r, &r->configs, name, &is_new);
	if (!is_new)
		return FL_OK;
	FL_VEC_PUSH(&r->in_tokens, 0);
	FL_VEC_PUSH(&r->out_tokens, 0);
	if (r->configs.list.n > MAX_CONFIGS)
		return fl_err_set(r->err, FL_E_LIMIT, "%s has more than %u candidates", r->name, MAX_CONFIGS);
	return FL_OK;
}

static void count_outcome(struct reader *r, uint32_t config, struct fl_str outcome)
{
	bool is_new;
	if (!outcome.n || fl_str_is(outcome, "ok"))
		return;
	struct fl_str key = fl_arena_printf(&r->scratch, "%u:%.*s", config, FL_FMT(outcome));
	uint32_t at = number_of(r, &r->outcomes, key, &is_new);
	if (is_new)
		FL_VEC_PUSH(&r->outcome_count, 0);
	r->outcome_count.p[at]++;
}

static enum fl_code push_row(struct reader *r, struct row row)
{
	if (r->rows.n == MAX_ROWS)
		return fl_err_set(r->err, FL_E_LIMIT, "%s has more than %u rows", r->name, MAX_ROWS);
	FL_VEC_PUSH(&r->rows, row);
	return FL_OK;
}

static enum fl_code read_long_row(struct reader *r, const struct fl_csv_row *csv)
{
	struct row row = {.line = csv->line};
	int64_t in, out;
	bool is_new;
	FL_TRY(read_item(r, csv, &row.item));
	FL_TRY(add_config(r, csv->line, field(r, csv, COL_CONFIG), &row.config));
	FL_TRY(read_score(r, csv->line, field(r, csv, COL_SCORE), &row.score));
	FL_TRY(read_amount(r, csv->line, COL_COST, field(r, csv, COL_COST), 9, &row.cost_nusd));
	FL_TRY(read_amount(r, csv->line, COL_LATENCY, field(r, csv, COL_LATENCY), LATENCY_DIGITS, &row.latency_ns));
	FL_TRY(read_amount(r, csv->line, COL_IN_TOKENS, field(r, csv, COL_IN_TOKENS), 0, &in));
	FL_TRY(read_amount(r, csv->line, COL_OUT_TOKENS, field(r, csv, COL_OUT_TOKENS), 0, &out));
	row.trial = number_of(r, &r->trials, field(r, csv, COL_TRIAL), &is_new);
	if (!fl_add_i64(r->in_tokens.p[row.config], FL_MAX(in, 0), &r->in_tokens.p[row.config]) ||
	    !fl_add_i64(r->out_tokens.p[row.config], FL_MAX(out, 0), &r->out_tokens.p[row.config]))
		return refuse_field(r, csv->line, "the sum of tokens", FL_S(""), "below 2^63");
	count_outcome(r, row.config, field(r, csv, COL_OUTCOME));
	return push_row(r, row);
}

static enum fl_code read_wide_row(struct reader *r, const struct fl_csv_row *csv)
{
	struct row row = {.line = csv->line, .cost_nusd = -1, .latency_ns = -1};
	size_t known = r->items.list.n;
	FL_TRY(read_item(r, csv, &row.item));
	if (r->items.list.n == known)
		return refuse_field(r, csv->line, "item", field(r, csv, COL_ITEM), "new: it has a row already");
	for (size_t k = 0; k < r->wide.n; k++) {
		row.config = (uint32_t)k;
		FL_TRY(read_score(r, csv->line, fl_str_trim(csv->field[r->wide.p[k]]), &row.score));
		FL_TRY(push_row(r, row));
	}
	return FL_OK;
}

static enum column known_column(const struct reader *r, struct fl_str name)
{
	if (r->cluster_column.n && fl_str_eq(name, r->cluster_column))
		return COL_CLUSTER;
	for (int c = 0; c < COL_CLUSTER; c++)
		if (fl_str_is(name, column_name[c]))
			return (enum column)c;
	return COLUMNS;
}

static void note_unknown(struct reader *r, struct fl_str name)
{
	FL_VEC_PUSH(&r->note,
	            fl_arena_printf(&r->m->arena, "column '%.*s' is not known and was passed over", FL_FMT(name)));
}

static enum fl_code check_header(struct reader *r, const struct fl_csv_row *h)
{
	static const enum column must[] = {COL_ITEM, COL_CONFIG, COL_SCORE};
	for (size_t i = 0; i < h->n; i++)
		for (size_t j = 0; j < i; j++)
			if (fl_str_eq(fl_str_trim(h->field[i]), fl_str_trim(h->field[j])))
				return refuse_field(r, h->line, "column", h->field[i], "new: the header has it twice");
	bool wide = fl_csv_column(h, FL_S("config")) < 0 && fl_csv_column(h, FL_S("score")) < 0;
	for (size_t i = 0; i < (wide ? 1 : FL_COUNT(must)); i++)
		if (r->at[must[i]] < 0)
			return refuse_field(r, h->line, "the header", h->n ? h->field[0] : FL_S(""),
			                    i == 0   ? "one with a column 'item'"
			                    : i == 1 ? "one with a column 'config' beside 'score'"
			                             : "one with a column 'score' beside 'config'");
	if (r->cluster_column.n && r->at[COL_CLUSTER] < 0)
		return refuse_field(r, h->line, "the column of clusters", r->cluster_column, "in the header");
	return FL_OK;
}

static enum fl_code read_header(struct reader *r, bool *wide)
{
	struct fl_csv_row h;
	uint32_t config;
	FL_TRY(fl_csv_next(&r->csv, &h, r->err));
	*wide = fl_csv_column(&h, FL_S("config")) < 0 && fl_csv_column(&h, FL_S("score")) < 0;
	for (int c = 0; c < COLUMNS; c++)
		r->at[c] = -1;
	for (size_t i = 0; i < h.n; i++) {
		enum column c = known_column(r, fl_str_trim(h.field[i]));
		bool candidate = *wide && c != COL_ITEM && c != COL_CLUSTER;
		if (candidate) {
			FL_VEC_PUSH(&r->wide, (uint32_t)i);
		} else if (c == COLUMNS) {
			note_unknown(r, fl_str_trim(h.field[i]));
		} else {
			r->at[c] = (ptrdiff_t)i;
		}
	}
	FL_TRY(check_header(r, &h));
	for (size_t k = 0; k < r->wide.n; k++)
		FL_TRY(add_config(r, h.line, fl_str_trim(h.field[r->wide.p[k]]), &config));
	if (*wide && !r->wide.n)
		return refuse(r, h.line, h.field[0], "columns item, config, score, or item and one a candidate",
		              "the matrix names no candidate");
	return FL_OK;
}

/* A row's place in the file and its cell, for finding repeats. */
struct key {
	uint64_t cell, trial;
	int line;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	if (x->trial != y->trial)
		return x->trial < y->trial ? -1 : 1;
	return x->line - y->line;
}

static enum fl_code check_repeats(struct reader *r)
{
	struct key *keys = fl_alloc((r->rows.n + 1) * sizeof *keys);
	const struct key *first = NULL, *again = NULL;
	for (size_t i = 0; i < r->rows.n; i++) {
		struct row row = r->rows.p[i];
		keys[i] = (struct key){(uint64_t)row.config * r->items.list.n + row.item, row.trial, row.line};
	}
	qsort(keys, r->rows.n, sizeof *keys, compare_keys);
	for (size_t i = 1; i < r->rows.n; i++)
		if (keys[i].cell == keys[i - 1].cell && keys[i].trial == keys[i - 1].trial &&
		    (!again || keys[i].line < again->line)) {
			first = &keys[i - 1];
			again = &keys[i];
		}
	enum fl_code code = FL_OK;
	if (again) {
		struct fl_str item = r->items.list.p[again->cell % r->items.list.n];
		struct fl_str config = r->configs.list.p[again->cell / r->items.list.n];
		struct fl_str message = fl_arena_printf(
		    &r->scratch, "line %d: item '%.*s' of candidate '%.*s' with trial '%.*s' stands on line %d already",
		    again->line, FL_FMT(item), FL_FMT(config), FL_FMT(r->trials.list.p[again->trial]), first->line);
		code = refuse(r, again->line, item, "one row for each item, config and trial", message.p);
	}
	free(keys);
	return code;
}

/* rows of each cell */
static enum fl_code check_holes(struct reader *r, const uint32_t *count)
{
	size_t items = r->items.list.n, configs = r->configs.list.n, missing = 0, first = 0;
	for (size_t cell = items * configs; cell-- > 0;)
		if (!count[cell]) {
			missing++;
			first = cell;
		}
	if (!missing)
		return FL_OK;
	struct fl_str item = r->items.list.p[first % items], config = r->configs.list.p[first / items];
	int line = r->item_line.p[first % items];
	struct fl_str message = fl_arena_printf(
	    &r->scratch,
	    "candidate '%.*s' has no row for item '%.*s' (which first stands on line %d); %zu of %zu cells are missing",
	    FL_FMT(config), FL_FMT(item), line, missing, items * configs);
	return refuse(r, line, item, "a row for every item and candidate", message.p);
}

/* A column must be filled everywhere or nowhere; *filled says which. */
static enum fl_code check_blanks(struct reader *r, enum column c, bool *filled)
{
	struct fl_buf list;
	size_t blank = 0;
	int line = 0;
	fl_buf_init(&list, 4096);
	for (size_t i = 0; i < r->rows.n; i++) {
		const struct row *row = &r->rows.p[i];
		if ((c == COL_COST ? row->cost_nusd : row->latency_ns) >= 0)
			continue;
		if (!blank++)
			line = row->line;
		if (blank <= NAMED_CELLS)
			fl_buf_printf(&list, "%sline %d (item '%.*s', candidate '%.*s')", blank > 1 ? ", " : "",
			              row->line, (int)FL_MIN(r->items.list.p[row->item].n, 60),
			              r->items.list.p[row->item].p, (int)FL_MIN(r->configs.list.p[row->config].n, 60),
			              r->configs.list.p[row->config].p);
	}
	*filled = blank == 0;
	enum fl_code code = FL_OK;
	if (blank && blank < r->rows.n) {
		struct fl_str message =
		    fl_arena_printf(&r->scratch, "%s is blank in %zu of %zu rows: %.*s%s", column_name[c], blank,
		                    r->rows.n, FL_FMT(fl_buf_slice(&list)), blank > NAMED_CELLS ? ", …" : "");
		code = refuse(r, line, FL_S(""), "filled in every row, or blank in the whole file", message.p);
	}
	fl_buf_release(&list);
	return code;
}

/* Means of score and latency, sums of cost. */
static enum fl_code fill_cells(struct reader *r, const uint32_t *count)
{
	struct fl_matrix *m = r->m;
	bool costs, latencies;
	FL_TRY(check_blanks(r, COL_COST, &costs));
	FL_TRY(check_blanks(r, COL_LATENCY, &latencies));
	size_t cells = m->items * m->configs;
	m->score = FL_NEW_ARRAY(&m->arena, double, cells);
	m->cost_nusd = costs ? FL_NEW_ARRAY(&m->arena, int64_t, cells) : NULL;
	m->latency_s = latencies ? FL_NEW_ARRAY(&m->arena, double, cells) : NULL;
	for (size_t i = 0; i < r->rows.n; i++) {
		const struct row *row = &r->rows.p[i];
		size_t cell = fl_matrix_cell(m, row->config, row->item);
		m->score[cell] += row->score;
		if (latencies)
			m->latency_s[cell] += (double)row->latency_ns / 1e9;
		if (costs && !fl_add_i64(m->cost_nusd[cell], row->cost_nusd, &m->cost_nusd[cell]))
			return refuse_field(r, row->line, "the sum of cost_usd", FL_S(""), "below 9.2 billion USD");
	}
	for (size_t cell = 0; cell < cells; cell++) {
		m->score[cell] = FL_MIN(m->score[cell] / count[cell], 1);
		if (latencies)
			m->latency_s[cell] /= count[cell];
	}
	return FL_OK;
}

static void *keep(struct fl_matrix *m, const void *p, size_t n, size_t size)
{
	void *copy = fl_arena_array(&m->arena, n ? n : 1, size);
	if (n)
		memcpy(copy, p, n * size);
	return copy;
}

static void keep_outcomes(struct reader *r)
{
	struct fl_matrix *m = r->m;
	m->outcomes = r->outcomes.list.n;
	m->outcome = FL_NEW_ARRAY(&m->arena, struct fl_matrix_outcome, m->outcomes + 1);
	for (size_t i = 0; i < m->outcomes; i++) {
		struct fl_str key = r->outcomes.list.p[i];
		size_t colon = (size_t)fl_str_find_char(key, ':', 0);
		uint64_t config = 0;
		FL_ASSERT(fl_str_to_u64(fl_str_sub(key, 0, colon), &config));
		m->outcome[i] = (struct fl_matrix_outcome){(uint32_t)config, fl_str_sub(key, colon + 1, key.n),
		                                           r->outcome_count.p[i]};
	}
}

static enum fl_code lay_out(struct reader *r)
{
	struct fl_matrix *m = r->m;
	m->items = r->items.list.n;
	m->configs = r->configs.list.n;
	m->rows = r->rows.n;
	if (!r->rows.n)
		return refuse(r, r->csv.line, FL_S(""), "one row for each item and candidate",
		              "the matrix has a header and no rows");
	FL_TRY(check_repeats(r));
	uint32_t *count = fl_alloc_zero(m->items * m->configs, sizeof *count);
	for (size_t i = 0; i < r->rows.n; i++)
		count[fl_matrix_cell(m, r->rows.p[i].config, r->rows.p[i].item)]++;
	enum fl_code code = check_holes(r, count);
	if (code == FL_OK)
		code = fill_cells(r, count);
	free(count);
	FL_TRY(code);
	m->item = keep(m, r->items.list.p, m->items, sizeof *m->item);
	m->config = keep(m, r->configs.list.p, m->configs, sizeof *m->config);
	if (r->at[COL_CLUSTER] >= 0) {
		m->cluster = keep(m, r->cluster_of.p, m->items, sizeof *m->cluster);
		m->clusters = r->clusters.list.n;
		m->cluster_name = keep(m, r->clusters.list.p, m->clusters, sizeof *m->cluster_name);
	}
	if (r->at[COL_IN_TOKENS] >= 0)
		m->in_tokens = keep(m, r->in_tokens.p, m->configs, sizeof *m->in_tokens);
	if (r->at[COL_OUT_TOKENS] >= 0)
		m->out_tokens = keep(m, r->out_tokens.p, m->configs, sizeof *m->out_tokens);
	keep_outcomes(r);
	m->note = keep(m, r->note.p, r->note.n, sizeof *m->note);
	m->notes = r->note.n;
	return FL_OK;
}

static enum fl_code read_all(struct reader *r, struct fl_str text)
{
	struct fl_csv_row row;
	bool wide;
	if (text.n > MAX_TEXT)
		return fl_err_set(r->err, FL_E_LIMIT, "%s is larger than 4 GB", r->name);
	FL_TRY(read_header(r, &wide));
	for (;;) {
		FL_TRY(fl_csv_next(&r->csv, &row, r->err));
		if (!row.n)
			return lay_out(r);
		FL_TRY(wide ? read_wide_row(r, &row) : read_long_row(r, &row));
	}
}

static void names_init(struct names *n)
{
	*n = (struct names){0};
	fl_map_init(&n->map);
}

static void names_release(struct names *n)
{
	fl_map_release(&n->map);
	FL_VEC_RELEASE(&n->list);
}

enum fl_code fl_matrix_read(struct fl_matrix *out, struct fl_str text, const char *name, struct fl_str cluster,
                            struct fl_err *err)
{
	struct reader r = {.m = out, .name = name ? name : "the matrix", .err = err, .cluster_column = cluster};
	struct names *all[] = {&r.items, &r.configs, &r.trials, &r.clusters, &r.outcomes};
	*out = (struct fl_matrix){0};
	fl_arena_init(&out->arena);
	fl_arena_init(&r.scratch);
	fl_csv_init(&r.csv, &r.scratch, text, r.name);
	for (size_t i = 0; i < FL_COUNT(all); i++)
		names_init(all[i]);
	enum fl_code code = read_all(&r, text);
	for (size_t i = 0; i < FL_COUNT(all); i++)
		names_release(all[i]);
	FL_VEC_RELEASE(&r.wide);
	FL_VEC_RELEASE(&r.cluster_of);
	FL_VEC_RELEASE(&r.item_line);
	FL_VEC_RELEASE(&r.in_tokens);
	FL_VEC_RELEASE(&r.out_tokens);
	FL_VEC_RELEASE(&r.outcome_count);
	FL_VEC_RELEASE(&r.note);
	FL_VEC_RELEASE(&r.rows);
	fl_arena_release(&r.scratch);
	if (code != FL_OK)
		fl_matrix_release(out);
	return code;
}

void fl_matrix_release(struct fl_matrix *m)
{
	fl_arena_release(&m->arena);
	*m = (struct fl_matrix){0};
}

ptrdiff_t fl_matrix_config(const struct fl_matrix *m, struct fl_str name)
{
	for (size_t k = 0; k < m->configs; k++)
		if (fl_str_eq(m->config[k], name))
			return (ptrdiff_t)k;
	return -1;
}

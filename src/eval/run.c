#include "eval/run.h"

#include "base/clock.h"

#include <stdlib.h>

static const char *const migrations[] = {
    "CREATE TABLE run("
    " name TEXT PRIMARY KEY, task TEXT NOT NULL, kind TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL,"
    " fingerprint BLOB NOT NULL, started_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL);"
    "CREATE TABLE run_cell("
    " run TEXT NOT NULL, candidate_index INTEGER NOT NULL, item INTEGER NOT NULL, candidate TEXT NOT NULL,"
    " item_id TEXT NOT NULL, keys BLOB NOT NULL, answer BLOB NOT NULL, grades TEXT NOT NULL, score REAL NOT NULL,"
    " outcome TEXT NOT NULL, code TEXT NOT NULL, message BLOB NOT NULL, cut INTEGER NOT NULL, priced INTEGER NOT NULL,"
    " draw INTEGER NOT NULL, cost_nusd INTEGER NOT NULL, latency_us INTEGER NOT NULL, in_tokens INTEGER NOT NULL, "
    "out_tokens INTEGER NOT NULL,"
    " reasoning_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, PRIMARY KEY(run, candidate_index, item));",
    "ALTER TABLE run ADD COLUMN file TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE run_offer("
    " run TEXT NOT NULL, candidate_index INTEGER NOT NULL, candidate TEXT NOT NULL, offer TEXT NOT NULL,"
    " chosen INTEGER NOT NULL, PRIMARY KEY(run, candidate_index));",
};
const struct fl_store_tables fl_run_tables = {"eval", migrations, FL_COUNT(migrations)};

/* --- opening and closing ------------------------------------------------------------------------------------------ */

struct opening {
	struct fl_run *run;
	struct fl_task *task;
	int64_t number;
	bool go_on, same; /* an earlier run goes on; with the same task, data and prompts */
};

static struct fl_str fingerprint(const struct fl_task *t)
{
	return (struct fl_str){(const char *)t->fingerprint, 32};
}

static enum fl_code last_run(struct fl_db *db, struct opening *o, struct fl_err *err)
{
	struct fl_rows *rows;
	bool more;
	FL_TRY(fl_db_query(db, &rows, err,
	                   "SELECT number, kind, state, fingerprint FROM run WHERE task = ?1 ORDER BY number DESC", "s",
	                   o->task->name));
	enum fl_code code;
	bool newest_of_kind = true;
	while ((code = fl_rows_next(rows, &more, err)) == FL_OK && more) {
		int64_t number = fl_rows_i64(rows, 0);
		o->number = FL_MAX(o->number, number);
		if (!newest_of_kind || !fl_str_is(fl_rows_str(rows, 1), o->run->kind))
			continue;
		newest_of_kind = false;
		o->same = fl_str_eq(fl_rows_str(rows, 3), fingerprint(o->task));
		o->go_on = o->same || !fl_str_is(fl_rows_str(rows, 2), "finished");
		if (o->go_on) {
			o->number = number;
			break;
		}
	}
	fl_rows_end(rows);
	return code;
}

static struct fl_str offer_name(const struct fl_offer *o)
{
	return o->fact.model ? o->fact.id : o->name;
}

static enum fl_code write_offers(struct fl_db *db, const struct opening *o, struct fl_err *err)
{
	if (!o->same)
		FL_TRY(fl_db_run(db, err, "DELETE FROM run_offer WHERE run = ?1", "s", o->run->name));
	for (size_t i = 0; i < o->task->candidate_count; i++) {
		const struct fl_candidate *c = &o->task->candidate[i];
		FL_TRY(fl_db_run(db, err,
		                 "INSERT INTO run_offer(run, candidate_index, candidate, offer, chosen)"
		                 " VALUES(?1, ?2, ?3, ?4, 0) ON CONFLICT(run, candidate_index) DO UPDATE SET"
		                 " candidate = excluded.candidate, offer = excluded.offer",
		                 "siss", o->run->name, (int64_t)i, c->name, offer_name(c->offer)));
	}
	return FL_OK;
}

static enum fl_code write_opening(struct fl_db *db, void *arg, struct fl_err *err)
{
	struct opening *o = arg;
	struct fl_run *run = o->run;
	FL_TRY(last_run(db, o, err));
	if (!o->go_on)
		o->number++;
	run->name = fl_arena_printf(&o->task->arena, "%.*s-%lld", FL_FMT(o->task->name), (long long)o->number);
	if (o->go_on &&
	    !o->same) /* its cells may be of items and candidates that are gone; what was paid is kept apart */
		FL_TRY(fl_db_run(db, err, "DELETE FROM run_cell WHERE run = ?1", "s", run->name));
	FL_TRY(fl_db_run(db, err,
	                 "INSERT INTO run(name, task, kind, number, state, fingerprint, started_ms, ended_ms, file)"
	                 " VALUES(?1, ?2, ?3, ?4, 'going', ?5, ?6, 0, ?7) ON CONFLICT(name) DO UPDATE SET"
	                 " state = 'going', fingerprint = excluded.fingerprint, file = excluded.file",
	                 "sssibis", run->name, o->task->name, fl_str_from(run->kind), o->number, fingerprint(o->task),
	                 fl_wall_ms(), o->task->file));
	return write_offers(db, o, err);
}

enum fl_code fl_run_open(struct fl_run *run, struct fl_store *store, struct fl_task *task, const char *kind,
                         struct fl_err *err)
{
	*run = (struct fl_run){.kind = kind};
	FL_TRY(fl_store_lock(store, task->name, &run->lock, err));
	struct opening o = {.run = run, .task = task};
	enum fl_code code = fl_store_write_wait(store, write_opening, &o, err);
	if (code == FL_OK) {
		run->budget = (struct fl_budget){.scope = fl_arena_printf(&task->arena, "run/%.*s", FL_FMT(run->name)),
		                                 .limited = !task->budget_none,
		                                 .limit_nusd = task->budget_nusd};
		code = fl_budget_open(store, &run->budget, err);
	}
	if (code != FL_OK) {
		fl_store_unlock(run->lock);
		run->lock = NULL;
	}
	return code;
}

struct closing {
	struct fl_run *run;
	bool finished;
};

static enum fl_code write_closing(struct fl_db *db, void *arg, struct fl_err *err)
{
	struct closing *c = arg;
	return fl_db_run(db, err, "UPDATE run SET state = ?1, ended_ms = ?2 WHERE name = ?3", "sis",
	                 c->finished ? FL_S("finished") : FL_S("stopped"), fl_wall_ms(), c->run->name);
}

enum fl_code fl_run_close(struct fl_run *run, struct fl_store *store, bool finished, struct fl_err *err)
{
	struct closing c = {run, finished};
	enum fl_code code = fl_store_write_wait(store, write_closing, &c, err);
	fl_store_unlock(run->lock);
	run->lock = NULL;
	return code;
}

struct choosing {
	const struct fl_run *run;
	struct fl_str candidate;
};

static enum fl_code write_choice(struct fl_db *db, void *arg, struct fl_err *err)
{
	const struct choosing *c = arg;
	return fl_db_run(db, err, "UPDATE run_offer SET chosen = (candidate = ?2) WHERE run = ?1", "ss", c->run->name,
	                 c->candidate);
}

enum fl_code fl_run_choose(const struct fl_run *run, struct fl_store *store, struct fl_str candidate,
                           struct fl_err *err)
{
	struct choosing c = {run, candidate};
	return fl_store_write_wait(store, write_choice, &c, err);
}

static enum fl_code has_offers(struct fl_db *db, bool *yes, struct fl_err *err)
{
	struct fl_rows *rows;
	FL_TRY(
	    fl_db_query(db, &rows, err, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'run_offer'", ""));
	enum fl_code code = fl_rows_next(rows, yes, err);
	fl_rows_end(rows);
	return code;
}

enum fl_code fl_run_offers(struct fl_db *db, bool (*each)(void *arg, const struct fl_run_offer *row), void *arg,
                           struct fl_err *err)
{
	struct fl_rows *rows;
	bool more, there;
	FL_TRY(has_offers(db, &there, err));
	if (!there)
		return FL_OK;
	FL_TRY(fl_db_query(db, &rows, err,
	                   "SELECT run.name, task, file, candidate, offer, chosen FROM run"
	                   " JOIN run_offer ON run_offer.run = run.name"
	                   " ORDER BY started_ms DESC, run.name, candidate_index",
	                   ""));
	enum fl_code code;
	while ((code = fl_rows_next(rows, &more, err)) == FL_OK && more) {
		struct fl_run_offer row = {
		    .run = fl_rows_str(rows, 0),
		    .task = fl_rows_str(rows, 1),
		    .file = fl_rows_str(rows, 2),
		    .candidate = fl_rows_str(rows, 3),
		    .offer = fl_rows_str(rows, 4),
		    .chosen = fl_rows_i64(rows, 5) != 0,
		};
		if (!each(arg, &row))
			break;
	}
	fl_rows_end(rows);
	return code;
}

/* --- cells -------------------------------------------------------------------------------------------------------- */

enum { CELLS_A_WRITE = 500, WRITES_WAITING = 3 };

struct batch {
	struct fl_run_writer *writer;
	struct fl_arena arena;
	struct fl_run_cell cell[CELLS_A_WRITE];
	size_t n;
};

struct fl_run_writer {
	struct fl_store *store;
	struct fl_str run;
	struct batch *filling;
	size_t waiting;    /* batches that are not durable yet */
	enum fl_code code; /* first failure */
	struct fl_err err;
};

struct fl_run_writer *fl_run_writer_create(struct fl_store *store, struct fl_str run)
{
	struct fl_run_writer *w = fl_alloc_zero(1, sizeof *w);
	w->store = store;
	w->run = run;
	return w;
}

static enum fl_code write_batch(struct fl_db *db, void *arg, struct fl_err *err)
{
	const struct batch *b = arg;
	for (size_t i = 0; i < b->n; i++) {
		const struct fl_run_cell *c = &b->cell[i];
		FL_TRY(fl_db_run(
		    db, err,
		    "INSERT INTO run_cell(run, candidate_index, item, candidate, item_id, keys, answer, grades, score,"
		    " outcome, code, message, cut, priced, cost_nusd, latency_us, in_tokens, out_tokens,"
		    " reasoning_tokens, cached_tokens, draw) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
		    "?13,"
		    " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21) ON CONFLICT(run, candidate_index, item) DO UPDATE SET"
		    " candidate = excluded.candidate, item_id = excluded.item_id, keys = excluded.keys,"
		    " answer = excluded.answer, grades = excluded.grades, score = excluded.score,"
		    " outcome = excluded.outcome, code = excluded.code, message = excluded.message,"
		    " cut = excluded.cut, priced = excluded.priced, cost_nusd = excluded.cost_nusd,"
		    " latency_us = excluded.latency_us, in_tokens = excluded.in_tokens,"
		    " out_tokens = excluded.out_tokens, reasoning_tokens = excluded.reasoning_tokens,"
		    " cached_tokens = excluded.cached_tokens, draw = excluded.draw",
		    "siissbbsdssbiiiiiiiii", b->writer->run, (int64_t)c->candidate_index, (int64_t)c->item,
		    c->candidate, c->item_id, c->keys, c->answer, c->grades, c->score,
		    fl_str_from(fl_outcome_name(c->outcome)), c->code, c->message, (int64_t)c->cut, (int64_t)c->priced,
		    c->cost_nusd, (int64_t)c->latency_us, (int64_t)c->in_tokens, (int64_t)c->out_tokens,
		    (int64_t)c->reasoning_tokens, (int64_t)c->cached_tokens, (int64_t)c->draw));
	}
	return FL_OK;
}

static void batch_written(void *arg, enum fl_code code, const struct fl_err *err)
{
	struct batch *b = arg;
	b->writer->waiting--;
	if (code != FL_OK && b->writer->code == FL_OK) {
		b->writer->code = code;
		b->writer->err = *err;
	}
	fl_arena_release(&b->arena);
	free(b);
}

static void flush(struct fl_run_writer *w)
{
	if (!w->filling)
		return;
	w->waiting++;
	fl_store_write(w->store, write_batch, batch_written, w->filling);
	w->filling = NULL;
}

bool fl_run_writer_busy(const struct fl_run_writer *w)
{
	return w->waiting >= WRITES_WAITING;
}

void fl_run_writer_put(struct fl_run_writer *w, const struct fl_run_cell *cell)
{
	if (!w->filling) {
		w->filling = fl_alloc_zero(1, sizeof *w->filling);
		w->filling->writer = w;
		fl_arena_init(&w->filling->arena);
	}
	struct batch *b = w->filling;
	struct fl_run_cell *c = &b->cell[b->n++];
	*c = *cell;
	c->item_id = fl_arena_dup(&b->arena, cell->item_id);
	c->candidate = fl_arena_dup(&b->arena, cell->candidate);
	c->keys = fl_arena_dup(&b->arena, cell->keys);
	c->answer = fl_arena_dup(&b->arena, cell->answer);
	c->grades = fl_arena_dup(&b->arena, cell->grades);
	c->code = fl_arena_dup(&b->arena, cell->code);
	c->message = fl_arena_dup(&b->arena, cell->message);
	if (b->n == CELLS_A_WRITE)
		flush(w);
}

enum fl_code fl_run_writer_flush(struct fl_run_writer *w, struct fl_err *err)
{
	flush(w);
	while (fl_store_pending(w->store))
		fl_loop_step(fl_store_loop(w->store));
	if (w->code != FL_OK && err)
		*err = w->err;
	return w->code;
}

enum fl_code fl_run_writer_destroy(struct fl_run_writer *w, struct fl_err *err)
{
	enum fl_code code = fl_run_writer_flush(w, err);
	free(w);
	return code;
}

#define CELL_COLUMNS                                                                                                   \
	"item, candidate_index, item_id, candidate, keys, answer, grades, score, outcome, code, message, cut, priced," \
	" cost_nusd, latency_us, in_tokens, out_tokens, reasoning_tokens, cached_tokens, draw"

static void read_cell(struct fl_rows *r, struct fl_run_cell *c)
{
	*c = (struct fl_run_cell){
	    .item = (uint32_t)fl_rows_i64(r, 0),
	    .candidate_index = (uint32_t)fl_rows_i64(r, 1),
	    .item_id = fl_rows_str(r, 2),
	    .candidate = fl_rows_str(r, 3),
	    .keys = fl_rows_str(r, 4),
	    .answer = fl_rows_str(r, 5),
	    .grades = fl_rows_str(r, 6),
	    .score = fl_rows_double(r, 7),
	    .outcome = fl_outcome_of(fl_rows_str(r, 8)),
	    .code = fl_rows_str(r, 9),
	    .message = fl_rows_str(r, 10),
	    .cut = fl_rows_i64(r, 11) != 0,
	    .priced = fl_rows_i64(r, 12) != 0,
	    .cost_nusd = fl_rows_i64(r, 13),
	    .latency_us = (uint64_t)fl_rows_i64(r, 14),
	    .in_tokens = (uint64_t)fl_rows_i64(r, 15),
	    .out_tokens = (uint64_t)fl_rows_i64(r, 16),
	    .reasoning_tokens = (uint64_t)fl_rows_i64(r, 17),
	    .cached_tokens = (uint64_t)fl_rows_i64(r, 18),
	    .draw = (uint32_t)fl_rows_i64(r, 19),
	};
}

enum fl_code fl_run_cells(struct fl_store *store, struct fl_str run, struct fl_str item_id, bool worst_first,
                          size_t most, bool (*each)(void *arg, const struct fl_run_cell *cell), void *arg,
                          struct fl_err *err)
{
	struct fl_rows *rows;
	struct fl_db *db = fl_store_reader(store);
	int64_t limit = most ? (int64_t)most : INT64_MAX;
	if (worst_first)
		FL_TRY(fl_db_query(db, &rows, err,
		                   "SELECT " CELL_COLUMNS " FROM run_cell WHERE run = ?1 AND (?2 = '' OR item_id = ?2)"
		                   " ORDER BY score, candidate_index, item LIMIT ?3",
		                   "ssi", run, item_id, limit));
	else
		FL_TRY(fl_db_query(db, &rows, err,
		                   "SELECT " CELL_COLUMNS " FROM run_cell WHERE run = ?1 AND (?2 = '' OR item_id = ?2)"
		                   " ORDER BY candidate_index, item LIMIT ?3",
		                   "ssi", run, item_id, limit));
	enum fl_code code;
	bool more;
	while ((code = fl_rows_next(rows, &more, err)) == FL_OK && more) {
		struct fl_run_cell c;
		read_cell(rows, &c);
		if (!each(arg, &c))
			break;
	}
	fl_rows_end(rows);
	return code;
}

enum fl_code fl_runs(struct fl_store *store, bool (*each)(void *arg, const struct fl_run_row *row), void *arg,
                     struct fl_err *err)
{
	struct fl_rows *rows;
	FL_TRY(fl_db_query(fl_store_reader(store), &rows, err,
	                   "SELECT run.name, task, kind, state, started_ms, ended_ms, COALESCE(budget.spent_nusd, 0),"
	                   " (SELECT COUNT(*) FROM run_cell WHERE run_cell.run = run.name)"
	                   " FROM run LEFT JOIN budget ON budget.scope = 'run/' || run.name"
	                   " ORDER BY started_ms DESC, task, number DESC",
	                   ""));
	enum fl_code code;
	bool more;
	while ((code = fl_rows_next(rows, &more, err)) == FL_OK && more) {
		struct fl_run_row row = {
		    .name = fl_rows_str(rows, 0),
		    .task = fl_rows_str(rows, 1),
		    .kind = fl_rows_str(rows, 2),
		    .state = fl_rows_str(rows, 3),
		    .started_ms = fl_rows_i64(rows, 4),
		    .ended_ms = fl_rows_i64(rows, 5),
		    .spent_nusd = fl_rows_i64(rows, 6),
		    .cells = fl_rows_i64(rows, 7),
		};
		if (!each(arg, &row))
			break;
	}
	fl_rows_end(rows);
	return code;
}

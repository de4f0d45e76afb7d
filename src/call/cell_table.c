#include "call/cell_table.h"

#include "base/clock.h"
#include "base/hash.h"

#include <stdio.h>

static const char *const migrations[] = {
    "CREATE TABLE cell("
    " key BLOB PRIMARY KEY, offer TEXT NOT NULL, dialect TEXT NOT NULL, draw INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    " outcome TEXT NOT NULL, finish TEXT NOT NULL, model TEXT NOT NULL, reported INTEGER NOT NULL, odd INTEGER NOT "
    "NULL,"
    " input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, output INTEGER NOT NULL,"
    " reasoning INTEGER NOT NULL, compute_us INTEGER NOT NULL, latency_us INTEGER NOT NULL, first_us INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, lost_nusd INTEGER NOT NULL, text BLOB NOT NULL, url TEXT NOT NULL, status INTEGER NOT "
    "NULL,"
    " request BLOB NOT NULL, response BLOB NOT NULL);"
    "CREATE TABLE hold("
    " id INTEGER PRIMARY KEY, scope TEXT NOT NULL, key BLOB NOT NULL, attempt INTEGER NOT NULL,"
    " amount_nusd INTEGER NOT NULL, at_ms INTEGER NOT NULL);"
    "CREATE TABLE ledger("
    " at_ms INTEGER NOT NULL, scope TEXT NOT NULL, key BLOB NOT NULL, offer TEXT NOT NULL, attempt INTEGER NOT NULL,"
    " code TEXT NOT NULL, status INTEGER NOT NULL, input INTEGER NOT NULL, cache_read INTEGER NOT NULL,"
    " cache_write INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL, compute_us INTEGER NOT NULL,"
    " hold_nusd INTEGER NOT NULL, cost_nusd INTEGER NOT NULL, flags TEXT NOT NULL, latency_us INTEGER NOT NULL);"
    "CREATE TABLE budget("
    " scope TEXT PRIMARY KEY, spent_nusd INTEGER NOT NULL, lost_nusd INTEGER NOT NULL, over_hold INTEGER NOT NULL);",
    /* usage classes that most calls do not have, as "audio_input=5 search=2" */
    "ALTER TABLE cell ADD COLUMN tier TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE cell ADD COLUMN more_usage TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE ledger ADD COLUMN more_usage TEXT NOT NULL DEFAULT '';",
};
const struct fl_store_tables fl_call_tables = {"call", migrations, FL_COUNT(migrations)};

static struct fl_str key_slice(const uint8_t *key)
{
	return (struct fl_str){(const char *)key, FL_CELL_KEY};
}
static int64_t i64(uint64_t v)
{
	return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

/* --- usage: five classes have columns, the others share a text --------------------------------------------------- */

static const uint8_t column_class[] = {FL_USE_INPUT, FL_USE_CACHE_READ, FL_USE_CACHE_WRITE_5M, FL_USE_OUTPUT,
                                       FL_USE_REASONING};
enum { MORE_USAGE = 512 };
static const char cost_word[] = "cost_nusd"; /* what an application said that it cost, beside the classes */

static bool has_column(int class)
{
	for (size_t i = 0; i < FL_COUNT(column_class); i++)
		if (column_class[i] == class)
			return true;
	return false;
}

static struct fl_str write_more(const struct fl_usage *u, char out[MORE_USAGE])
{
	size_t n = 0;
	out[0] = '\0';
	for (int c = 0; c < FL_USE_CLASSES; c++) {
		if (u->units[c] && !has_column(c))
			n += (size_t)snprintf(out + n, MORE_USAGE - n, "%s%s=%llu", n ? " " : "",
			                      fl_usage_class_name((enum fl_usage_class)c),
			                      (unsigned long long)u->units[c]);
		FL_ASSERT(n < MORE_USAGE);
	}
	if (u->cost_reported)
		n += (size_t)snprintf(out + n, MORE_USAGE - n, "%s%s=%lld", n ? " " : "", cost_word,
		                      (long long)u->cost_nusd);
	FL_ASSERT(n < MORE_USAGE);
	return (struct fl_str){out, n};
}

static void read_more(struct fl_str text, struct fl_usage *u)
{
	while (text.n) {
		ptrdiff_t space = fl_str_find_char(text, ' ', 0), equals = fl_str_find_char(text, '=', 0);
		size_t end = space < 0 ? text.n : (size_t)space;
		if (equals < 0 || (size_t)equals > end)
			return;
		enum fl_usage_class c = fl_usage_class_of(fl_str_sub(text, 0, (size_t)equals));
		uint64_t units;
		if (fl_str_is(fl_str_sub(text, 0, (size_t)equals), cost_word) &&
		    fl_str_to_u64(fl_str_sub(text, (size_t)equals + 1, end), &units) && units <= INT64_MAX) {
			u->cost_reported = true;
			u->cost_nusd = (int64_t)units;
		}
		if (c < FL_USE_CLASSES && fl_str_to_u64(fl_str_sub(text, (size_t)equals + 1, end), &units))
			u->units[c] = units;
		text = fl_str_sub(text, FL_MIN(end + 1, text.n), text.n);
	}
}

enum fl_code fl_cell_insert(struct fl_db *db, const struct fl_exchange *x, bool *added, struct fl_err *err)
{
	const struct fl_cell *c = &x->cell;
	const uint64_t *t = c->usage.units;
	char more[MORE_USAGE];
	FL_TRY(fl_db_run(
	    db, err,
	    "INSERT INTO cell(key, offer, draw, at_ms, outcome, finish, model, reported, odd, input, cache_read,"
	    " cache_write, output, reasoning, compute_us, latency_us, first_us, attempts, text, url, status,"
	    " request, response, lost_nusd, dialect, tier, more_usage) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
	    "?11, ?12, ?13,"
	    " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27) ON CONFLICT(key) DO"
	    " NOTHING",
	    "bsiisssiiiiiiiiiiibsibbisss", key_slice(c->key), x->offer, (int64_t)x->draw, c->at_ms,
	    fl_str_from(fl_outcome_name(c->outcome)), c->finish, c->model,
	    (int64_t)(c->usage.reported && !c->usage.low), (int64_t)c->usage.odd, i64(t[FL_USE_INPUT]),
	    i64(t[FL_USE_CACHE_READ]), i64(t[FL_USE_CACHE_WRITE_5M]), i64(t[FL_USE_OUTPUT]), i64(t[FL_USE_REASONING]),
	    i64(c->usage.compute_us), i64(c->latency_us), i64(c->first_us), (int64_t)c->attempts, c->text, x->url,
	    x->status, x->request, x->response, c->lost_nusd, x->dialect, c->tier, write_more(&c->usage, more)));
	if (added)
		*added = fl_db_changes(db) > 0;
	return FL_OK;
}

/* Columns 0.. of both SELECTs below. */
static void read_cell(struct fl_rows *r, struct fl_arena *a, struct fl_cell *c)
{
	c->outcome = fl_outcome_of(fl_rows_str(r, 0));
	c->finish = fl_arena_dup(a, fl_rows_str(r, 1));
	c->model = fl_arena_dup(a, fl_rows_str(r, 2));
	c->usage.reported = fl_rows_i64(r, 3) != 0;
	c->usage.odd = fl_rows_i64(r, 4) != 0;
	for (size_t i = 0; i < FL_COUNT(column_class); i++)
		c->usage.units[column_class[i]] = (uint64_t)fl_rows_i64(r, 5 + (int)i);
	c->usage.compute_us = (uint64_t)fl_rows_i64(r, 10);
	c->latency_us = (uint64_t)fl_rows_i64(r, 11);
	c->first_us = (uint64_t)fl_rows_i64(r, 12);
	c->attempts = (uint32_t)fl_rows_i64(r, 13);
	c->text = fl_arena_dup(a, fl_rows_str(r, 14));
	c->at_ms = fl_rows_i64(r, 15);
	c->lost_nusd = fl_rows_i64(r, 16);
	c->tier = fl_arena_dup(a, fl_rows_str(r, 17));
	read_more(fl_rows_str(r, 18), &c->usage);
	c->stored = true;
}

#define CELL_COLUMNS                                                                                                   \
	"outcome, finish, model, reported, odd, input, cache_read, cache_write, output, reasoning, compute_us, "       \
	"latency_us,"                                                                                                  \
	" first_us, attempts, text, at_ms, lost_nusd, tier, more_usage"

enum fl_code fl_cell_find(struct fl_db *db, const uint8_t *key, struct fl_arena *a, struct fl_cell *out,
                          struct fl_err *err)
{
	struct fl_rows *rows;
	bool more;
	FL_TRY(fl_db_query(db, &rows, err, "SELECT " CELL_COLUMNS " FROM cell WHERE key = ?1", "b", key_slice(key)));
	enum fl_code code = fl_rows_next(rows, &more, err);
	if (code == FL_OK && more) {
		*out = (struct fl_cell){0};
		memcpy(out->key, key, FL_CELL_KEY);
		read_cell(rows, a, out);
	}
	fl_rows_end(rows);
	if (code == FL_OK && !more)
		return FL_E_NOT_FOUND; /* the usual case of a fresh call: no message is made */
	return code;
}

enum fl_code fl_exchange_read(struct fl_store *store, const uint8_t key[FL_CELL_KEY], struct fl_arena *a,
                              struct fl_exchange *out, struct fl_err *err)
{
	struct fl_rows *rows;
	bool more;
	FL_TRY(fl_db_query(fl_store_reader(store), &rows, err,
	                   "SELECT " CELL_COLUMNS
	                   ", offer, url, request, response, status, draw, dialect FROM cell WHERE key = ?1",
	                   "b", key_slice(key)));
	enum fl_code code = fl_rows_next(rows, &more, err);
	if (code == FL_OK && more) {
		*out = (struct fl_exchange){0};
		memcpy(out->cell.key, key, FL_CELL_KEY);
		read_cell(rows, a, &out->cell);
		out->offer = fl_arena_dup(a, fl_rows_str(rows, 19));
		out->url = fl_arena_dup(a, fl_rows_str(rows, 20));
		out->request = fl_arena_dup(a, fl_rows_str(rows, 21));
		out->response = fl_arena_dup(a, fl_rows_str(rows, 22));
		out->status = fl_rows_i64(rows, 23);
		out->draw = (uint32_t)fl_rows_i64(rows, 24);
		out->dialect = fl_arena_dup(a, fl_rows_str(rows, 25));
	}
	fl_rows_end(rows);
	if (code == FL_OK && !more)
		return fl_err_set(err, FL_E_NOT_FOUND, "the store has no such call");
	return code;
}

/* One number names a hold, so that it lives in one tree: 63 bits of a hash over what it is for. */
static int64_t hold_id(struct fl_str scope, const uint8_t *key, uint32_t attempt)
{
	struct fl_sha256 h;
	uint8_t out[32];
	uint64_t id = 0;
	fl_sha256_init(&h);
	fl_sha256_field(&h, scope);
	fl_sha256_field(&h, key_slice(key));
	fl_sha256_add(&h, &attempt, sizeof attempt);
	fl_sha256_final(&h, out);
	for (int i = 0; i < 8; i++)
		id = id << 8 | out[i];
	return (int64_t)(id >> 1);
}

enum fl_code fl_hold_insert(struct fl_db *db, struct fl_str scope, const uint8_t *key, uint32_t attempt,
                            int64_t amount_nusd, int64_t at_ms, struct fl_err *err)
{
	return fl_db_run(
	    db, err, "INSERT INTO hold(id, scope, key, attempt, amount_nusd, at_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
	    "isbiii", hold_id(scope, key, attempt), scope, key_slice(key), (int64_t)attempt, amount_nusd, at_ms);
}

enum fl_code fl_hold_delete(struct fl_db *db, struct fl_str scope, const uint8_t *key, uint32_t attempt,
                            struct fl_err *err)
{
	return fl_db_run(db, err, "DELETE FROM hold WHERE id = ?1", "i", hold_id(scope, key, attempt));
}

enum fl_code fl_ledger_append(struct fl_db *db, const struct fl_ledger_row *row, struct fl_err *err)
{
	const uint64_t *t = row->usage.units;
	char more[MORE_USAGE];
	bool over = fl_str_is(row->flags, "over_hold");
	bool lost = fl_str_is(row->flags, "lost") || fl_str_is(row->flags, "unreported");
	FL_TRY(fl_db_run(
	    db, err,
	    "INSERT INTO ledger(at_ms, scope, key, offer, attempt, code, status, input, cache_read, cache_write,"
	    " output, reasoning, compute_us, hold_nusd, cost_nusd, flags, latency_us, more_usage)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
	    "isbsisiiiiiiiiisis", row->at_ms, row->scope, key_slice(row->key), row->offer, (int64_t)row->attempt,
	    fl_str_from(fl_code_name(row->code)), row->status, i64(t[FL_USE_INPUT]), i64(t[FL_USE_CACHE_READ]),
	    i64(t[FL_USE_CACHE_WRITE_5M]), i64(t[FL_USE_OUTPUT]), i64(t[FL_USE_REASONING]), i64(row->usage.compute_us),
	    row->hold_nusd, row->cost_nusd, row->flags, i64(row->latency_us), write_more(&row->usage, more)));
	return fl_db_run(
	    db, err,
	    "INSERT INTO budget(scope, spent_nusd, lost_nusd, over_hold) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(scope)"
	    " DO UPDATE SET spent_nusd = spent_nusd + excluded.spent_nusd, lost_nusd = lost_nusd + excluded.lost_nusd,"
	    " over_hold = over_hold + excluded.over_hold",
	    "siii", row->scope, row->cost_nusd, lost ? row->cost_nusd : (int64_t)0, (int64_t)over);
}

/* --- opening a budget after a crash ------------------------------------------------------------------------------- */

static enum fl_code charge_open_holds(struct fl_db *db, void *arg, struct fl_err *err)
{
	struct fl_budget *b = arg;
	FL_TRY(fl_db_run(
	    db, err,
	    "INSERT INTO ledger(at_ms, scope, key, offer, attempt, code, status, input, cache_read, cache_write,"
	    " output, reasoning, compute_us, hold_nusd, cost_nusd, flags, latency_us)"
	    " SELECT ?1, scope, key, '', attempt, 'connection_lost', 0, 0, 0, 0, 0, 0, 0, amount_nusd, amount_nusd,"
	    " 'lost', 0 FROM hold WHERE scope = ?2",
	    "is", fl_wall_ms(), b->scope));
	FL_TRY(
	    fl_db_run(db, err,
	              "INSERT INTO budget(scope, spent_nusd, lost_nusd, over_hold)"
	              " SELECT scope, SUM(amount_nusd), SUM(amount_nusd), 0 FROM hold WHERE scope = ?1 GROUP BY scope"
	              " ON CONFLICT(scope) DO UPDATE SET spent_nusd = spent_nusd + excluded.spent_nusd,"
	              " lost_nusd = lost_nusd + excluded.lost_nusd",
	              "s", b->scope));
	return fl_db_run(db, err, "DELETE FROM hold WHERE scope = ?1", "s", b->scope);
}

enum fl_code fl_budget_open(struct fl_store *store, struct fl_budget *b, struct fl_err *err)
{
	struct fl_rows *rows;
	bool more;
	FL_TRY(fl_store_write_wait(store, charge_open_holds, b, err));
	FL_TRY(fl_db_query(fl_store_reader(store), &rows, err,
	                   "SELECT spent_nusd, lost_nusd FROM budget WHERE scope = ?1", "s", b->scope));
	enum fl_code code = fl_rows_next(rows, &more, err);
	if (code == FL_OK && more) {
		b->spent_nusd = fl_rows_i64(rows, 0);
		b->lost_nusd = fl_rows_i64(rows, 1);
	}
	fl_rows_end(rows);
	return code;
}

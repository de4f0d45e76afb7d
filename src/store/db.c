#include "store/db.h"

#include "base/clock.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>

enum { MOST_STATEMENTS = 64, BUSY_MS = 10000, RETRY_MS = 5 };

struct fl_rows {
	struct fl_db *db;
	const char *sql; /* the literal that names it */
	sqlite3_stmt *stmt;
	bool running;
};

struct fl_db {
	sqlite3 *handle;
	const char *path;
	struct fl_rows cached[MOST_STATEMENTS];
	size_t count;
};

static enum fl_code fail(struct fl_db *db, int rc, struct fl_err *err)
{
	const char *said = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(rc);
	enum fl_code code = FL_E_IO;
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		code = FL_E_LOCKED;
		break;
	case SQLITE_FULL:
		code = FL_E_FULL;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		code = FL_E_CORRUPT;
		break;
	}
	const char *what = code == FL_E_LOCKED    ? "the state file is locked by another program"
	                   : code == FL_E_FULL    ? "the state file cannot grow: disk or database full"
	                   : code == FL_E_CORRUPT ? "the state file is damaged or not a Fulcrum state file"
	                                          : "the state file cannot be used";
	fl_err_set(err, code, "%s (%s)", what, said);
	fl_err_place(err, db->path, 0, 0);
	return code;
}

enum fl_code fl_db_script(struct fl_db *db, const char *sql, struct fl_err *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? FL_OK : fail(db, rc, err);
}

/* Two processes that open a fresh file at once both want to turn it into a WAL file; SQLite then tells one of them that it
 * is busy without waiting, for neither could give way. */
static enum fl_code to_wal(struct fl_db *db, struct fl_err *err)
{
	enum fl_code code;
	uint64_t until_ns = fl_mono_ns() + (uint64_t)BUSY_MS * 1000000;
	while ((code = fl_db_script(db, "PRAGMA journal_mode=WAL", err)) == FL_E_LOCKED && fl_mono_ns() < until_ns)
		sqlite3_sleep(RETRY_MS);
	return code;
}

enum fl_code fl_db_open(struct fl_db **out, const char *path, bool write, struct fl_err *err)
{
	struct fl_db *db = fl_alloc_zero(1, sizeof *db);
	db->path = path;
	int flags = SQLITE_OPEN_NOMUTEX | (write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE);
	int rc = sqlite3_open_v2(path, &db->handle, flags, NULL);
	enum fl_code code = rc == SQLITE_OK ? FL_OK : fail(db, rc, err);
	if (code == FL_OK) {
		sqlite3_busy_timeout(db->handle, BUSY_MS);
		sqlite3_extended_result_codes(db->handle, 1);
		code = to_wal(db, err);
	}
	if (code == FL_OK)
		code = fl_db_script(db,
		                    "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
		                    "PRAGMA cache_size=-4096; PRAGMA temp_store=MEMORY;",
		                    err);
	if (code == FL_OK && !write)
		code = fl_db_script(db, "PRAGMA query_only=ON", err);
	if (code != FL_OK) {
		fl_db_close(db);
		return code;
	}
	*out = db;
	return FL_OK;
}

void fl_db_close(struct fl_db *db)
{
	for (size_t i = 0; i < db->count; i++)
		sqlite3_finalize(db->cached[i].stmt);
	sqlite3_close(db->handle);
	free(db);
}

/* The cached statement of that literal, reset and without bindings. */
static enum fl_code prepare(struct fl_db *db, const char *sql, struct fl_rows **out, struct fl_err *err)
{
	for (size_t i = 0; i < db->count; i++)
		if (db->cached[i].sql == sql) {
			FL_ASSERT(!db->cached[i].running);
			*out = &db->cached[i];
			return FL_OK;
		}
	FL_ASSERT(db->count < MOST_STATEMENTS);
	struct fl_rows *r = &db->cached[db->count];
	int rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &r->stmt, NULL);
	if (rc != SQLITE_OK)
		return fail(db, rc, err);
	r->db = db;
	r->sql = sql;
	db->count++;
	*out = r;
	return FL_OK;
}

static int bind_all(sqlite3_stmt *stmt, const char *types, va_list ap)
{
	int rc = SQLITE_OK;
	for (int i = 1; *types && rc == SQLITE_OK; types++, i++) {
		struct fl_str s;
		switch (*types) {
		case 'i':
			rc = sqlite3_bind_int64(stmt, i, va_arg(ap, int64_t));
			break;
		case 'd':
			rc = sqlite3_bind_double(stmt, i, va_arg(ap, double));
			break;
		case 's':
			s = va_arg(ap, struct fl_str);
			rc = sqlite3_bind_text64(stmt, i, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
			break;
		case 'b':
			s = va_arg(ap, struct fl_str);
			rc = sqlite3_bind_blob64(stmt, i, s.p ? s.p : "", s.n, SQLITE_STATIC);
			break;
		case 'n':
			rc = sqlite3_bind_null(stmt, i);
			break;
		default:
			FL_BUG("unknown parameter type '%c'", *types);
		}
	}
	return rc;
}

static void finish(struct fl_rows *r)
{
	sqlite3_reset(r->stmt);
	sqlite3_clear_bindings(r->stmt);
	r->running = false;
}

enum fl_code fl_db_run(struct fl_db *db, struct fl_err *err, const char *sql, const char *types, ...)
{
	struct fl_rows *r = NULL;
	va_list ap;
	FL_TRY(prepare(db, sql, &r, err));
	va_start(ap, types);
	int rc = bind_all(r->stmt, types, ap);
	va_end(ap);
	if (rc == SQLITE_OK)
		do
			rc = sqlite3_step(r->stmt);
		while (rc == SQLITE_ROW);
	enum fl_code code = rc == SQLITE_DONE ? FL_OK : fail(db, rc, err);
	finish(r);
	return code;
}

int64_t fl_db_changes(struct fl_db *db)
{
	return sqlite3_changes(db->handle);
}

enum fl_code fl_db_query(struct fl_db *db, struct fl_rows **rows, struct fl_err *err, const char *sql,
                         const char *types, ...)
{
	struct fl_rows *r = NULL;
	va_list ap;
	FL_TRY(prepare(db, sql, &r, err));
	va_start(ap, types);
	int rc = bind_all(r->stmt, types, ap);
	va_end(ap);
	if (rc != SQLITE_OK) {
		enum fl_code code = fail(db, rc, err);
		finish(r);
		return code;
	}
	r->running = true;
	*rows = r;
	return FL_OK;
}

enum fl_code fl_rows_next(struct fl_rows *r, bool *more, struct fl_err *err)
{
	int rc = sqlite3_step(r->stmt);
	*more = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? FL_OK : fail(r->db, rc, err);
}

int64_t fl_rows_i64(struct fl_rows *r, int column)
{
	return sqlite3_column_int64(r->stmt, column);
}
double fl_rows_double(struct fl_rows *r, int column)
{
	return sqlite3_column_double(r->stmt, column);
}
bool fl_rows_null(struct fl_rows *r, int column)
{
	return sqlite3_column_type(r->stmt, column) == SQLITE_NULL;
}

struct fl_str fl_rows_str(struct fl_rows *r, int column)
{
	const char *p = sqlite3_column_blob(r->stmt, column);
	return (struct fl_str){p ? p : "", (size_t)sqlite3_column_bytes(r->stmt, column)};
}

void fl_rows_end(struct fl_rows *r)
{
	finish(r);
}

/*
 * store.h - the state file: one connection to read on the loop's thread, one writer thread, tables by owner.
 *
 *   loop thread --fl_store_write--> queue --> writer thread: BEGIN, job, job, ..., COMMIT (durable) --> done() on the loop
 *
 * Jobs that wait together share one transaction, so that a durable write costs one sync for many calls; a job that fails
 * is rolled back alone (savepoint). SQLite in WAL mode with synchronous=FULL; nothing above this folder knows that.
 * Each owner registers its tables with numbered migrations; a file from a newer version is refused, a damaged one named.
 *
 * Ownership: fl_store_open/_close; statements belong to their fl_db. Threads: open, close, reader and write on the
 * loop's thread; write functions run on the writer thread with their own fl_db. Limits: file 0600 in a folder 0700;
 * another process is waited for 10 s. Failure: LOCKED, FULL, CORRUPT, NEWER, IO.
 */
#ifndef FL_STORE_H
#define FL_STORE_H

#include "base/err.h"
#include "base/str.h"
#include "io/loop.h"

struct fl_store;
struct fl_db;   /* one connection, used by one thread */
struct fl_rows; /* a running query */

/* Tables of one owner: migration[i] is SQL that brings version i to i+1. */
struct fl_store_tables {
	const char *owner;
	const char *const *migration;
	int count;
};

/* Opens or creates; applies missing migrations in one transaction. `tables` must outlive the call only. */
enum fl_code fl_store_open(struct fl_store **out, const char *path, const struct fl_store_tables *const *tables,
                           size_t table_count, struct fl_loop *loop, struct fl_err *err) FL_MUST_USE;
/* Finishes all queued writes (their done functions run), then closes. */
void fl_store_close(struct fl_store *s);
/*
 * A connection that only reads a state file as it stands: no file and no table is made or changed. NOT_FOUND when there is
 * none. The path must outlive it.
 */
enum fl_code fl_store_peek(struct fl_db **out, const char *path, struct fl_err *err) FL_MUST_USE;
void fl_store_peek_end(struct fl_db *db);
/* The path that was opened. */
const char *fl_store_path(const struct fl_store *s);
/* The loop that it was opened with. */
struct fl_loop *fl_store_loop(const struct fl_store *s);
/* Connection for reading, on the loop's thread; sees everything whose done function has been called. */
struct fl_db *fl_store_reader(struct fl_store *s);

typedef enum fl_code fl_store_job(struct fl_db *db, void *arg, struct fl_err *err);
/* Queues a write. done(arg, code, err) follows on the loop's thread once it is durable, or failed. */
void fl_store_write(struct fl_store *s, fl_store_job *job,
                    void (*done)(void *arg, enum fl_code code, const struct fl_err *err), void *arg);
/* The same, waiting for it. Not inside a job. */
enum fl_code fl_store_write_wait(struct fl_store *s, fl_store_job *job, void *arg, struct fl_err *err) FL_MUST_USE;
/* Writes queued or under way. */
size_t fl_store_pending(const struct fl_store *s);

/*
 * Runs one statement. `types` names the parameters in order: 'i' int64_t, 's' struct fl_str as text, 'b' struct fl_str as
 * bytes, 'd' double, 'n' no argument: NULL. `sql` must be a string literal: statements are cached by its address.
 */
enum fl_code fl_db_run(struct fl_db *db, struct fl_err *err, const char *sql, const char *types, ...) FL_MUST_USE;
/* Rows changed by the last fl_db_run. */
int64_t fl_db_changes(struct fl_db *db);
/* Starts a query; end it with fl_rows_end. One query of the same literal at a time. */
enum fl_code fl_db_query(struct fl_db *db, struct fl_rows **rows, struct fl_err *err, const char *sql,
                         const char *types, ...) FL_MUST_USE;
/* Moves to the next row; *more says whether there is one. */
enum fl_code fl_rows_next(struct fl_rows *rows, bool *more, struct fl_err *err) FL_MUST_USE;
/* Columns from 0; slices live until the next fl_rows_next or _end. NULL reads as 0 or the empty slice. */
int64_t fl_rows_i64(struct fl_rows *rows, int column);
double fl_rows_double(struct fl_rows *rows, int column);
struct fl_str fl_rows_str(struct fl_rows *rows, int column);
bool fl_rows_null(struct fl_rows *rows, int column);
void fl_rows_end(struct fl_rows *rows);

/*
 * A lock by name beside the state file, held by this process until released or dead (flock). FL_E_LOCKED when another
 * process holds it; err->found names its process id.
 */
struct fl_lock;
enum fl_code fl_store_lock(struct fl_store *s, struct fl_str name, struct fl_lock **out,
                           struct fl_err *err) FL_MUST_USE;
void fl_store_unlock(struct fl_lock *lock);

#endif

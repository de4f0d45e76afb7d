/*
 * db.h - the part of store/ that knows SQLite: opening a connection, statements, error translation.
 *
 * Internal to store/. Ownership: fl_db_open/_close. Threads: a connection belongs to one thread. Limits: 64 cached
 * statements a connection. Failure: as in store.h.
 */
#ifndef FL_DB_H
#define FL_DB_H

#include "store/store.h"

/* Opens read-write (creating) or read-only; sets the pragmas. */
enum fl_code fl_db_open(struct fl_db **out, const char *path, bool write, struct fl_err *err) FL_MUST_USE;
void fl_db_close(struct fl_db *db);
/* SQL without parameters, several statements allowed (migrations, BEGIN, COMMIT). */
enum fl_code fl_db_script(struct fl_db *db, const char *sql, struct fl_err *err) FL_MUST_USE;

#endif

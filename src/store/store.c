/*
 * The writer thread takes everything that has queued up, runs it in one transaction, and posts the results back to the
 * loop only after COMMIT returned: "done" means durable. When COMMIT itself fails (disk full), every job of that batch
 * fails with its error.
 */
#include "store/store.h"

#include "base/arena.h"
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_BATCH = 1000 };

struct job {
	struct job *next;
	struct fl_store *store;
	fl_store_job *run;
	void (*done)(void *arg, enum fl_code code, const struct fl_err *err);
	void *arg;
	enum fl_code code;
	struct fl_err err;
};

struct fl_store {
	char *path;
	struct fl_loop *loop;
	struct fl_db *reader, *writer;
	pthread_t thread;
	pthread_mutex_t lock; /* guards the queue, stopping, and waited jobs' `finished` */
	pthread_cond_t wake, finished;
	struct job *head, **tail;
	bool stopping;
	size_t pending; /* loop's thread only */
};

static void deliver(void *arg)
{
	struct job *j = arg;
	j->store->pending--;
	fl_loop_drop(j->store->loop);
	j->done(j->arg, j->code, &j->err);
	free(j);
}

static struct job *take_batch(struct fl_store *s)
{
	pthread_mutex_lock(&s->lock);
	while (!s->head && !s->stopping)
		pthread_cond_wait(&s->wake, &s->lock);
	struct job *first = s->head, *last = first;
	for (int n = 1; last && last->next && n < LARGEST_BATCH; n++)
		last = last->next;
	if (last) {
		s->head = last->next;
		if (!s->head)
			s->tail = &s->head;
		last->next = NULL;
	}
	pthread_mutex_unlock(&s->lock);
	return first;
}

static void run_job(struct fl_db *db, struct job *j)
{
	j->code = fl_db_run(db, &j->err, "SAVEPOINT job", "");
	if (j->code != FL_OK)
		return;
	j->code = j->run(db, j->arg, &j->err);
	struct fl_err ignored;
	if (j->code != FL_OK && fl_db_run(db, &ignored, "ROLLBACK TO job", "") != FL_OK)
		return; /* the whole transaction is gone (disk full); COMMIT below reports it */
	enum fl_code code = fl_db_run(db, &ignored, "RELEASE job", "");
	if (j->code == FL_OK && code != FL_OK) {
		j->code = code;
		j->err = ignored;
	}
}

static void run_batch(struct fl_db *db, struct job *first)
{
	struct fl_err err;
	enum fl_code code = fl_db_run(db, &err, "BEGIN IMMEDIATE", "");
	if (code == FL_OK) {
		for (struct job *j = first; j; j = j->next)
			run_job(db, j);
		code = fl_db_run(db, &err, "COMMIT", "");
		if (code != FL_OK) {
			struct fl_err ignored;
			enum fl_code back = fl_db_run(db, &ignored, "ROLLBACK", "");
			(void)back; /* fails when SQLite has rolled back by itself */
		}
	}
	for (struct job *j = first; code != FL_OK && j; j = j->next)
		if (j->code == FL_OK) {
			j->code = code;
			j->err = err;
		}
}

static void *writer_main(void *arg)
{
	struct fl_store *s = arg;
	struct job *first;
	while ((first = take_batch(s)) != NULL) {
		run_batch(s->writer, first);
		for (struct job *j = first, *next; j; j = next) {
			next = j->next;
			if (j->done) {
				fl_loop_post(s->loop, deliver, j);
				continue;
			}
			pthread_mutex_lock(&s->lock);
			j->store = NULL; /* finished: see fl_store_write_wait */
			pthread_cond_broadcast(&s->finished);
			pthread_mutex_unlock(&s->lock);
		}
	}
	return NULL;
}

static void enqueue(struct fl_store *s, struct job *j)
{
	pthread_mutex_lock(&s->lock);
	*s->tail = j;
	s->tail = &j->next;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

void fl_store_write(struct fl_store *s, fl_store_job *run, void (*done)(void *, enum fl_code, const struct fl_err *),
                    void *arg)
{
	struct job *j = fl_alloc_zero(1, sizeof *j);
	*j = (struct job){.store = s, .run = run, .done = done, .arg = arg};
	s->pending++;
	fl_loop_hold(s->loop);
	enqueue(s, j);
}

enum fl_code fl_store_write_wait(struct fl_store *s, fl_store_job *run, void *arg, struct fl_err *err)
{
	struct job j = {.store = s, .run = run, .arg = arg};
	enqueue(s, &j);
	pthread_mutex_lock(&s->lock);
	while (j.store)
		pthread_cond_wait(&s->finished, &s->lock);
	pthread_mutex_unlock(&s->lock);
	if (j.code != FL_OK && err)
		*err = j.err;
	return j.code;
}

size_t fl_store_pending(const struct fl_store *s)
{
	return s->pending;
}
struct fl_db *fl_store_reader(struct fl_store *s)
{
	return s->reader;
}
struct fl_loop *fl_store_loop(const struct fl_store *s)
{
	return s->loop;
}
const char *fl_store_path(const struct fl_store *s)
{
	return s->path;
}

enum fl_code fl_store_peek(struct fl_db **out, const char *path, struct fl_err *err)
{
	if (access(path, F_OK) == 0)
		return fl_db_open(out, path, false, err);
	fl_err_set(err, FL_E_NOT_FOUND, "there is no state file");
	fl_err_place(err, path, 0, 0);
	return FL_E_NOT_FOUND;
}

void fl_store_peek_end(struct fl_db *db)
{
	fl_db_close(db);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static enum fl_code make_folder(const char *path, struct fl_err *err)
{
	char *copy = fl_alloc(strlen(path) + 1);
	memcpy(copy, path, strlen(path) + 1);
	enum fl_code code = FL_OK;
	for (char *p = copy + 1; (p = strchr(p, '/')) != NULL && code == FL_OK; *p++ = '/') {
		*p = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST) {
			code = fl_err_set(err, FL_E_IO, "the folder '%s' cannot be made: %s", copy, strerror(errno));
			break;
		}
	}
	free(copy);
	return code;
}

/* Created by us with 0600 before SQLite sees it; the journal files take over that mode. */
static enum fl_code make_file(const char *path, struct fl_err *err)
{
	FL_TRY(make_folder(path, err));
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		fl_err_set(err, FL_E_IO, "the state file cannot be opened: %s", strerror(errno));
		fl_err_place(err, path, 0, 0);
		return FL_E_IO;
	}
	close(fd);
	return FL_OK;
}

static enum fl_code version_of(struct fl_db *db, const char *owner, int64_t *version, struct fl_err *err)
{
	struct fl_rows *rows;
	bool more;
	*version = 0;
	FL_TRY(fl_db_query(db, &rows, err, "SELECT version FROM owner WHERE name = ?1", "s", fl_str_from(owner)));
	enum fl_code code = fl_rows_next(rows, &more, err);
	if (code == FL_OK && more)
		*version = fl_rows_i64(rows, 0);
	fl_rows_end(rows);
	return code;
}

static enum fl_code migrate(struct fl_db *db, const char *path, const struct fl_store_tables *t, struct fl_err *err)
{
	int64_t version;
	FL_TRY(version_of(db, t->owner, &version, err));
	if (version > t->count) {
		fl_err_set(err, FL_E_NEWER, "the state file was written by a newer Fulcrum");
		fl_err_place(err, path, 0, 0);
		fl_err_found(err, "tables of '%s' at version %" PRId64, t->owner, version);
		fl_err_expected(err, "version %d or older", t->count);
		return FL_E_NEWER;
	}
	for (int i = (int)version; i < t->count; i++)
		FL_TRY(fl_db_script(db, t->migration[i], err));
	if (version < t->count)
		FL_TRY(fl_db_run(db, err,
		                 "INSERT INTO owner(name, version) VALUES(?1, ?2) "
		                 "ON CONFLICT(name) DO UPDATE SET version = excluded.version",
		                 "si", fl_str_from(t->owner), (int64_t)t->count));
	return FL_OK;
}

static enum fl_code prepare_tables(struct fl_db *db, const char *path, const struct fl_store_tables *const *tables,
                                   size_t count, struct fl_err *err)
{
	FL_TRY(fl_db_script(db, "BEGIN IMMEDIATE", err));
	enum fl_code code =
	    fl_db_script(db, "CREATE TABLE IF NOT EXISTS owner(name TEXT PRIMARY KEY, version INTEGER NOT NULL)", err);
	for (size_t i = 0; i < count && code == FL_OK; i++)
		code = migrate(db, path, tables[i], err);
	struct fl_err ignored;
	if (code == FL_OK)
		return fl_db_script(db, "COMMIT", err);
	enum fl_code back = fl_db_script(db, "ROLLBACK", &ignored);
	(void)back;
	return code;
}

enum fl_code fl_store_open(struct fl_store **out, const char *path, const struct fl_store_tables *const *tables,
                           size_t table_count, struct fl_loop *loop, struct fl_err *err)
{
	FL_TRY(make_file(path, err));
	struct fl_store *s = fl_alloc_zero(1, sizeof *s);
	s->path = strdup(path);
	s->loop = loop;
	s->tail = &s->head;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	pthread_cond_init(&s->finished, NULL);
	enum fl_code code = fl_db_open(&s->writer, s->path, true, err);
	if (code == FL_OK)
		code = prepare_tables(s->writer, s->path, tables, table_count, err);
	if (code == FL_OK)
		code = fl_db_open(&s->reader, s->path, false, err);
	if (code == FL_OK && pthread_create(&s->thread, NULL, writer_main, s) != 0)
		code = fl_err_set(err, FL_E_IO, "the writer thread cannot be started");
	if (code != FL_OK) {
		if (s->reader)
			fl_db_close(s->reader);
		if (s->writer)
			fl_db_close(s->writer);
		free(s->path);
		free(s);
		return code;
	}
	*out = s;
	return FL_OK;
}

void fl_store_close(struct fl_store *s)
{
	if (!s)
		return;
	while (s->pending)
		fl_loop_step(s->loop);
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	fl_db_close(s->reader);
	fl_db_close(s->writer);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->wake);
	pthread_cond_destroy(&s->finished);
	free(s->path);
	free(s);
}

/* --- locks -------------------------------------------------------------------------------------------------------- */

struct fl_lock {
	int fd;
};

enum fl_code fl_store_lock(struct fl_store *s, struct fl_str name, struct fl_lock **out, struct fl_err *err)
{
	struct fl_arena a;
	fl_arena_init(&a);
	struct fl_buf safe; /* letters and digits as they are, the rest in hex, so that any name is one file name */
	fl_buf_init(&safe, 200);
	for (size_t i = 0; i < name.n && safe.n < 190; i++) {
		char c = name.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
		if (plain)
			fl_buf_char(&safe, c);
		else
			fl_buf_printf(&safe, "_%02x", (unsigned char)c);
	}
	struct fl_str path = fl_arena_printf(&a, "%s-%.*s.lock", s->path, FL_FMT(fl_buf_slice(&safe)));
	fl_buf_release(&safe);
	enum fl_code code = FL_OK;
	int fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		code = fl_err_set(err, FL_E_IO, "the lock file '%s' cannot be opened: %s", path.p, strerror(errno));
	} else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		char pid[32] = "";
		ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
		code = fl_err_set(err, FL_E_LOCKED, "another run of '%.*s' is going on", FL_FMT(name));
		fl_err_found(err, "process %.*s", n > 0 ? (int)strcspn(pid, "\n") : 0, pid);
		close(fd);
	} else {
		if (ftruncate(fd, 0) != 0 || dprintf(fd, "%ld\n", (long)getpid()) < 0)
			code = FL_OK; /* the id is only a courtesy to the next one's error message */
		*out = fl_alloc(sizeof **out);
		(*out)->fd = fd;
	}
	fl_arena_release(&a);
	return code;
}

void fl_store_unlock(struct fl_lock *lock)
{
	if (!lock)
		return;
	close(lock->fd);
	free(lock);
}

/* The state file: durability, isolation of failing jobs, refusals, locks. */
#include "test.h"

#include "store/store.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *const v1[] = {"CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL)"};
static const char *const v2[] = {"CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
                                 "ALTER TABLE note ADD COLUMN extra INTEGER NOT NULL DEFAULT 7"};
static char kept[] = "kept", again[] = "again";
static const struct fl_store_tables tables_1 = {"note", v1, 1}, tables_2 = {"note", v2, 2};

struct place {
	char folder[64], path[128];
	struct fl_loop *loop;
	struct fl_store *store;
};

static void open_store(struct place *p, const struct fl_store_tables *t)
{
	struct fl_err e;
	const struct fl_store_tables *all[] = {t};
	p->loop = fl_loop_create();
	assert_ok(fl_store_open(&p->store, p->path, all, 1, p->loop, &e), &e);
}

static void close_store(struct place *p)
{
	fl_store_close(p->store);
	fl_loop_destroy(p->loop);
}

static void begin(struct place *p)
{
	snprintf(p->folder, sizeof p->folder, "/tmp/fulcrum-test-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->path, sizeof p->path, "%s/inner/state.db", p->folder);
}

static void end(struct place *p)
{
	char command[160];
	snprintf(command, sizeof command, "rm -rf '%s'", p->folder);
	assert_int_equal(system(command), 0);
}

static enum fl_code insert(struct fl_db *db, void *arg, struct fl_err *err)
{
	return fl_db_run(db, err, "INSERT INTO note(text) VALUES(?1)", "s", fl_str_from(arg));
}

static enum fl_code insert_and_fail(struct fl_db *db, void *arg, struct fl_err *err)
{
	enum fl_code code = insert(db, arg, err);
	return code != FL_OK ? code : fl_err_set(err, FL_E_CHECK, "on purpose");
}

static int64_t count(struct fl_store *s)
{
	struct fl_rows *rows;
	struct fl_err e;
	bool more;
	assert_ok(fl_db_query(fl_store_reader(s), &rows, &e, "SELECT COUNT(*) FROM note", ""), &e);
	assert_ok(fl_rows_next(rows, &more, &e), &e);
	int64_t n = fl_rows_i64(rows, 0);
	fl_rows_end(rows);
	return n;
}

struct tally {
	int done, failed;
};

static void note_done(void *arg, enum fl_code code, const struct fl_err *err)
{
	(void)err;
	struct tally *t = arg;
	t->done++;
	t->failed += code != FL_OK;
}

/* A write carries its own text and tally. */
struct write {
	struct tally *tally;
	const char *text;
	bool fail;
};

static enum fl_code run_write(struct fl_db *db, void *arg, struct fl_err *err)
{
	struct write *w = arg;
	return (w->fail ? insert_and_fail : insert)(db, (void *)(uintptr_t)w->text, err);
}

static void write_done(void *arg, enum fl_code code, const struct fl_err *err)
{
	note_done(((struct write *)arg)->tally, code, err);
}

static void a_failing_job_takes_none_with_it(void **state)
{
	(void)state;
	struct place p;
	struct tally t = {0};
	struct write w[100];
	begin(&p);
	open_store(&p, &tables_1);
	for (int i = 0; i < 100; i++) {
		w[i] = (struct write){&t, "x", i % 3 == 0};
		fl_store_write(p.store, run_write, write_done, &w[i]);
	}
	while (t.done < 100)
		fl_loop_step(p.loop);
	assert_int_equal(t.failed, 34);
	assert_int_equal(count(p.store), 66);
	close_store(&p);
	end(&p);
}

static void state_is_private(void **state)
{
	(void)state;
	struct place p;
	struct stat st;
	begin(&p);
	mode_t old = umask(0);
	open_store(&p, &tables_1);
	umask(old);
	assert_int_equal(stat(p.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	*strrchr(p.path, '/') = '\0';
	assert_int_equal(stat(p.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	p.path[strlen(p.path)] = '/';
	close_store(&p);
	end(&p);
}

static void migrations_keep_the_rows_and_newer_files_are_refused(void **state)
{
	(void)state;
	struct place p;
	struct fl_err e;
	begin(&p);
	open_store(&p, &tables_1);
	assert_ok(fl_store_write_wait(p.store, insert, kept, &e), &e);
	close_store(&p);
	open_store(&p, &tables_2);
	assert_int_equal(count(p.store), 1);
	struct fl_rows *rows;
	bool more;
	assert_ok(fl_db_query(fl_store_reader(p.store), &rows, &e, "SELECT extra, text FROM note", ""), &e);
	assert_ok(fl_rows_next(rows, &more, &e), &e);
	assert_int_equal(fl_rows_i64(rows, 0), 7);
	assert_str(fl_rows_str(rows, 1), "kept");
	fl_rows_end(rows);
	close_store(&p);
	const struct fl_store_tables *older[] = {&tables_1};
	struct fl_store *s;
	p.loop = fl_loop_create();
	assert_int_equal(fl_store_open(&s, p.path, older, 1, p.loop, &e), FL_E_NEWER);
	assert_string_equal(e.file, p.path);
	fl_loop_destroy(p.loop);
	end(&p);
}

static void a_damaged_file_is_named_and_left_alone(void **state)
{
	(void)state;
	struct place p;
	struct fl_err e;
	struct fl_store *s;
	const struct fl_store_tables *all[] = {&tables_1};
	begin(&p);
	snprintf(p.path, sizeof p.path, "%s/state.db", p.folder);
	FILE *f = fopen(p.path, "w");
	for (int i = 0; i < 300; i++)
		fputs("this is no database ", f);
	fclose(f);
	p.loop = fl_loop_create();
	assert_int_equal(fl_store_open(&s, p.path, all, 1, p.loop, &e), FL_E_CORRUPT);
	assert_non_null(strstr(e.message, "damaged"));
	struct stat st;
	assert_int_equal(stat(p.path, &st), 0);
	assert_int_equal(st.st_size, 6000);
	fl_loop_destroy(p.loop);
	end(&p);
}

static enum fl_code limit_pages(struct fl_db *db, void *arg, struct fl_err *err)
{
	(void)arg;
	return fl_db_run(db, err, "PRAGMA max_page_count=20", "");
}

static enum fl_code insert_much(struct fl_db *db, void *arg, struct fl_err *err)
{
	(void)arg;
	return fl_db_run(db, err, "INSERT INTO note(text) VALUES(hex(zeroblob(100000)))", "");
}

static void a_full_database_fails_the_write_and_keeps_what_was_there(void **state)
{
	(void)state;
	struct place p;
	struct fl_err e;
	begin(&p);
	open_store(&p, &tables_1);
	assert_ok(fl_store_write_wait(p.store, insert, kept, &e), &e);
	assert_ok(fl_store_write_wait(p.store, limit_pages, NULL, &e), &e);
	assert_int_equal(fl_store_write_wait(p.store, insert_much, NULL, &e), FL_E_FULL);
	assert_int_equal(count(p.store), 1);
	assert_ok(fl_store_write_wait(p.store, insert, again, &e), &e);
	assert_int_equal(count(p.store), 2);
	close_store(&p);
	end(&p);
}

static void a_lock_has_one_holder_and_names_it(void **state)
{
	(void)state;
	struct place p;
	struct fl_err e;
	struct fl_lock *lock;
	begin(&p);
	open_store(&p, &tables_1);
	assert_ok(fl_store_lock(p.store, FL_S("my task/1"), &lock, &e), &e);
	struct fl_lock *second;
	assert_int_equal(fl_store_lock(p.store, FL_S("my task/1"), &second, &e), FL_E_LOCKED);
	assert_non_null(strstr(e.found, "process"));
	assert_ok(fl_store_lock(p.store, FL_S("another"), &second, &e), &e);
	fl_store_unlock(second);
	fl_store_unlock(lock);
	assert_ok(fl_store_lock(p.store, FL_S("my task/1"), &lock, &e), &e);
	fl_store_unlock(lock);
	close_store(&p);
	end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_failing_job_takes_none_with_it),
	    cmocka_unit_test(state_is_private),
	    cmocka_unit_test(migrations_keep_the_rows_and_newer_files_are_refused),
	    cmocka_unit_test(a_damaged_file_is_named_and_left_alone),
	    cmocka_unit_test(a_full_database_fails_the_write_and_keeps_what_was_there),
	    cmocka_unit_test(a_lock_has_one_holder_and_names_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

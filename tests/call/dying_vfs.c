#include "dying_vfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An open file: our method table, then the real file behind it. */
struct dying_file {
	sqlite3_file base;
	sqlite3_file *real;
};

static sqlite3_vfs *real_vfs, dying_vfs;
static atomic_long operations;
static long die_at;

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct dying_file *)f)->real;
}

static int is_time(void)
{
	return atomic_fetch_add(&operations, 1) + 1 == die_at;
}

static int d_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}
static int d_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}
static int d_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (is_time()) {
		if (die_at % 2 == 0) /* a torn write */
			real_of(f)->pMethods->xWrite(real_of(f), p, n / 2, at);
		_exit(DYING_STATUS);
	}
	return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}
static int d_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return real_of(f)->pMethods->xTruncate(real_of(f), size);
}
static int d_sync(sqlite3_file *f, int flags)
{
	if (is_time())
		_exit(DYING_STATUS);
	return real_of(f)->pMethods->xSync(real_of(f), flags);
}
static int d_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), size);
}
static int d_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}
static int d_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}
static int d_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}
static int d_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}
static int d_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}
static int d_device(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}
static int d_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}
static int d_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}
static void d_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}
static int d_shm_unmap(sqlite3_file *f, int remove)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = d_close,
    .xRead = d_read,
    .xWrite = d_write,
    .xTruncate = d_truncate,
    .xSync = d_sync,
    .xFileSize = d_size,
    .xLock = d_lock,
    .xUnlock = d_unlock,
    .xCheckReservedLock = d_reserved,
    .xFileControl = d_control,
    .xSectorSize = d_sector,
    .xDeviceCharacteristics = d_device,
    .xShmMap = d_shm_map,
    .xShmLock = d_shm_lock,
    .xShmBarrier = d_shm_barrier,
    .xShmUnmap = d_shm_unmap,
};

static int d_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	(void)v;
	struct dying_file *d = (struct dying_file *)f;
	d->real = (sqlite3_file *)(d + 1);
	int rc = real_vfs->xOpen(real_vfs, name, d->real, flags, out);
	d->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
	return rc;
}

void dying_vfs_register(long n)
{
	die_at = n;
	real_vfs = sqlite3_vfs_find(NULL);
	dying_vfs = *real_vfs;
	dying_vfs.zName = "dying";
	dying_vfs.szOsFile = (int)sizeof(struct dying_file) + real_vfs->szOsFile;
	dying_vfs.xOpen = d_open;
	if (sqlite3_vfs_register(&dying_vfs, 1) != SQLITE_OK)
		abort();
}

long dying_vfs_operations(void)
{
	return operations;
}

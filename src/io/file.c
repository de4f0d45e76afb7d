#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static enum fl_code failed(struct fl_err *err, const char *path, const char *what)
{
	int e = errno;
	enum fl_code code = e == ENOENT ? FL_E_NOT_FOUND : e == ENOSPC || e == EDQUOT ? FL_E_FULL : FL_E_IO;
	fl_err_set(err, code, "the file cannot be %s: %s", what, strerror(e));
	fl_err_place(err, path, 0, 0);
	return code;
}

static enum fl_code too_large(struct fl_err *err, const char *path, size_t max)
{
	fl_err_set(err, FL_E_LIMIT, "the file is larger than %zu bytes", max);
	fl_err_place(err, path, 0, 0);
	return FL_E_LIMIT;
}

static enum fl_code open_file(const char *path, int *fd, struct fl_err *err)
{
	struct stat st;
	*fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return failed(err, path, "read");
	if (fstat(*fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(*fd);
		fl_err_set(err, FL_E_NOT_FOUND, "this is a folder, not a file");
		fl_err_place(err, path, 0, 0);
		return FL_E_NOT_FOUND;
	}
	return FL_OK;
}

enum fl_code fl_file_read(const char *path, size_t max, struct fl_arena *a, struct fl_str *out, struct fl_err *err)
{
	int fd;
	FL_TRY(open_file(path, &fd, err));
	struct fl_buf b;
	fl_buf_init(&b, max);
	char piece[65536];
	ssize_t n;
	enum fl_code code = FL_OK;
	while (code == FL_OK && (n = read(fd, piece, sizeof piece)) != 0) {
		if (n < 0 && errno != EINTR)
			code = failed(err, path, "read");
		else if (n > 0 && !fl_buf_add(&b, piece, (size_t)n))
			code = too_large(err, path, max);
	}
	close(fd);
	if (code == FL_OK)
		*out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return code;
}

enum fl_code fl_file_head(const char *path, char *head, size_t *n, uint64_t *size, struct fl_err *err)
{
	int fd;
	struct stat st;
	size_t want = *n;
	*n = 0;
	FL_TRY(open_file(path, &fd, err));
	enum fl_code code = fstat(fd, &st) == 0 ? FL_OK : failed(err, path, "read");
	*size = code == FL_OK ? (uint64_t)st.st_size : 0;
	while (code == FL_OK && *n < want) {
		ssize_t got = read(fd, head + *n, want - *n);
		if (got == 0)
			break;
		if (got > 0)
			*n += (size_t)got;
		else if (errno != EINTR)
			code = failed(err, path, "read");
	}
	close(fd);
	return code;
}

enum fl_code fl_file_read_gzip(const char *path, size_t max, struct fl_arena *a, struct fl_str *out, struct fl_err *err)
{
	int fd;
	FL_TRY(open_file(path, &fd, err));
	gzFile z = gzdopen(fd, "rb");
	if (!z)
		FL_BUG("out of memory");
	struct fl_buf b;
	fl_buf_init(&b, max);
	char piece[65536];
	int n = 0;
	enum fl_code code = FL_OK;
	while (code == FL_OK && (n = gzread(z, piece, sizeof piece)) > 0)
		if (!fl_buf_add(&b, piece, (size_t)n))
			code = too_large(err, path, max);
	int closed = gzclose(z);
	if (code == FL_OK && (n < 0 || closed != Z_OK)) {
		code = fl_err_set(err, FL_E_INVALID, "the compressed file is damaged or cut");
		fl_err_place(err, path, 0, 0);
	}
	if (code == FL_OK)
		*out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return code;
}

static bool write_all(int fd, struct fl_str text)
{
	for (size_t at = 0; at < text.n;) {
		ssize_t n = write(fd, text.p + at, text.n - at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

enum fl_code fl_file_write(const char *path, struct fl_str text, struct fl_err *err)
{
	struct stat st;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) { /* /dev/stdout and the like cannot be renamed over */
		int out = open(path, O_WRONLY | O_CLOEXEC);
		bool ok = out >= 0 && write_all(out, text);
		enum fl_code code = ok ? FL_OK : failed(err, path, "written");
		if (out >= 0)
			close(out);
		return code;
	}
	struct fl_arena a;
	fl_arena_init(&a);
	char *temp = fl_arena_dupz(&a, fl_arena_printf(&a, "%s.XXXXXX", path));
	int fd = mkstemp(temp);
	enum fl_code code = FL_OK;
	if (fd < 0) {
		code = failed(err, path, "written");
	} else {
		bool ok = write_all(fd, text) && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
		if (!ok)
			code = failed(err, path, "written");
		close(fd);
		if (ok && rename(temp, path) != 0)
			code = failed(err, path, "written");
		if (code != FL_OK)
			unlink(temp);
	}
	fl_arena_release(&a);
	return code;
}

enum fl_code fl_file_write_new(const char *path, struct fl_str text, struct fl_err *err)
{
	struct stat st;
	struct fl_arena a;
	fl_arena_init(&a);
	char *temp = fl_arena_dupz(&a, fl_arena_printf(&a, "%s.XXXXXX", path));
	bool there = lstat(path, &st) == 0;
	int fd = there ? -1 : mkstemp(temp);
	bool ok = fd >= 0 && write_all(fd, text) && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
	/* a second name, which is refused where the first is taken, then away with the first; or a move that refuses */
	ok = ok && (link(temp, path) == 0 ||
	            (errno != EEXIST && renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) == 0));
	there |= !ok && errno == EEXIST;
	enum fl_code code = ok ? FL_OK : failed(err, path, "written");
	if (there) {
		code = fl_err_set(err, FL_E_INVALID, "this file is there already, and it is not overwritten");
		fl_err_place(err, path, 0, 0);
	}
	if (fd >= 0) {
		close(fd);
		unlink(temp);
	}
	fl_arena_release(&a);
	return code;
}

enum fl_code fl_file_may_write(const char *path, struct fl_err *err)
{
	struct stat st;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		int out = open(path, O_WRONLY | O_CLOEXEC);
		if (out < 0)
			return failed(err, path, "written");
		close(out);
		return FL_OK;
	}
	struct fl_arena a;
	fl_arena_init(&a);
	char *temp = fl_arena_dupz(&a, fl_arena_printf(&a, "%s.XXXXXX", path));
	int fd = mkstemp(temp);
	enum fl_code code = fd < 0 ? failed(err, path, "written") : FL_OK;
	if (fd >= 0) {
		close(fd);
		unlink(temp);
	}
	fl_arena_release(&a);
	return code;
}

enum fl_code fl_file_write_gzip(const char *path, struct fl_str text, struct fl_err *err)
{
	z_stream z = {0};
	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		FL_BUG("zlib refuses to start");
	uLong bound = deflateBound(&z, (uLong)text.n);
	char *out = fl_alloc(bound);
	z.next_in = (Bytef *)(uintptr_t)text.p;
	z.avail_in = (uInt)text.n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)bound;
	enum fl_code code = FL_OK;
	if (text.n > UINT32_MAX / 2 || deflate(&z, Z_FINISH) != Z_STREAM_END)
		code = too_large(err, path, UINT32_MAX / 2);
	else
		code = fl_file_write(path, (struct fl_str){out, z.total_out}, err);
	deflateEnd(&z);
	free(out);
	return code;
}

struct fl_str fl_path_beside(struct fl_str file, struct fl_str path, struct fl_arena *a)
{
	ptrdiff_t slash = -1;
	for (size_t i = 0; i < file.n; i++)
		if (file.p[i] == '/')
			slash = (ptrdiff_t)i;
	if (slash < 0 || fl_str_starts(path, FL_S("/")))
		return fl_arena_dup(a, path);
	return fl_arena_printf(a, "%.*s/%.*s", FL_FMT(fl_str_sub(file, 0, (size_t)slash)), FL_FMT(path));
}

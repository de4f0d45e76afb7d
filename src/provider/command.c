#include "provider/command.h"

#include "base/hash.h"
#include "base/log.h"
#include "codec/json.h"
#include "io/child.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct fl_str fl_command_text(const struct fl_command_line *c, struct fl_arena *a)
{
	struct fl_buf b;
	fl_buf_init(&b, 1 << 20);
	for (size_t i = 0; i < c->arguments; i++) {
		struct fl_str s = c->argument[i];
		bool quote = s.n == 0;
		for (size_t k = 0; k < s.n; k++)
			quote |= strchr(" \t\n\"'\\$&;|<>*?()`", s.p[k]) != NULL;
		fl_buf_z(&b, i ? " " : "");
		fl_buf_z(&b, quote ? "'" : "");
		for (size_t k = 0; k < s.n; k++)
			if ((unsigned char)s.p[k] < ' ' || s.p[k] == 127)
				fl_buf_printf(&b, "\\x%02x", (unsigned char)s.p[k]);
			else
				fl_buf_char(&b, s.p[k]);
		fl_buf_z(&b, quote ? "'" : "");
	}
	struct fl_str out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

/* --- what it is named by ------------------------------------------------------------------------------------------ */

/* Contents of a file by their hash, of a large one by size and time. False when there is no such file. */
static bool add_file(struct fl_sha256 *h, const char *path)
{
	struct stat st;
	char chunk[1 << 14];
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	if (st.st_size > FL_COMMAND_FILE_BYTES) {
		int n = snprintf(chunk, sizeof chunk, "%lld %lld", (long long)st.st_size, (long long)st.st_mtime);
		fl_sha256_field(h, (struct fl_str){chunk, (size_t)n});
		return true;
	}
	FILE *f = fopen(path, "rb");
	if (!f)
		return false;
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
		fl_sha256_add(h, chunk, n);
	fclose(f);
	return true;
}

/* An argument, or what stands behind its '=', may name a file. The program itself does with a slash in it alone. */
static bool add_argument(const struct fl_command_line *c, size_t i, struct fl_sha256 *h, struct fl_arena *a)
{
	struct fl_str s = c->argument[i];
	ptrdiff_t equals = fl_str_find_char(s, '=', 0);
	if (i == 0 && fl_str_find_char(s, '/', 0) < 0)
		return false;
	for (int part = 0; part < 2; part++) {
		if (part == 1 && equals < 0)
			return false;
		struct fl_str name = part == 0 ? s : fl_str_sub(s, (size_t)equals + 1, s.n);
		struct fl_str path = name.n && name.p[0] == '/'
		                         ? fl_arena_dup(a, name)
		                         : fl_arena_printf(a, "%.*s/%.*s", FL_FMT(c->folder), FL_FMT(name));
		if (name.n && add_file(h, path.p))
			return true;
	}
	return false;
}

struct fl_str fl_command_identity(const struct fl_command_line *c, struct fl_str version, struct fl_arena *a)
{
	struct fl_buf b;
	struct fl_json_writer w;
	struct fl_sha256 h;
	uint8_t sum[32];
	char hex[65];
	bool files = false;
	fl_buf_init(&b, 1 << 20);
	fl_buf_z(&b, "command:");
	fl_json_begin(&w, &b, 0);
	fl_json_open(&w, '[');
	fl_sha256_init(&h);
	for (size_t i = 0; i < c->arguments; i++) {
		fl_json_put_str(&w, c->argument[i]);
		if (add_argument(c, i, &h, a)) {
			fl_sha256_field(&h, c->argument[i]);
			files = true;
		}
	}
	fl_json_close(&w);
	fl_sha256_final(&h, sum);
	fl_hex(sum, sizeof sum, hex);
	if (files)
		fl_buf_printf(&b, "#files=%s", hex);
	if (version.n)
		fl_buf_printf(&b, "#version=%.*s", FL_FMT(version));
	struct fl_str out = fl_arena_dup(a, fl_buf_slice(&b));
	fl_buf_release(&b);
	return out;
}

/* --- what it sees ------------------------------------------------------------------------------------------------- */

static bool holds_secret(struct fl_str name)
{
	static const char *const word[] = {"KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL"};
	for (size_t i = 0; i < FL_COUNT(word); i++) {
		struct fl_str w = fl_str_from(word[i]);
		for (size_t at = 0; at + w.n <= name.n; at++)
			if (fl_str_eq_nocase(fl_str_sub(name, at, at + w.n), w))
				return true;
	}
	return false;
}

static enum fl_code read_variable(const struct fl_command_line *c, struct fl_str name, struct fl_arena *a, char **out,
                                  struct fl_err *err)
{
	const char *value = getenv(fl_arena_dupz(a, name));
	if (!value) {
		fl_err_set(err, FL_E_AUTH, "%.*s is to see %.*s, which the environment does not have", FL_FMT(c->name),
		           FL_FMT(name));
		fl_err_help(err, "export %.*s=... and run again, or take it out of `env`", FL_FMT(name));
		return FL_E_AUTH;
	}
	if (holds_secret(name)) {
		if (strlen(value) > FL_COMMAND_VARIABLE_BYTES)
			return fl_err_set(err, FL_E_AUTH, "%.*s holds more than %d bytes: put it into a file",
			                  FL_FMT(name), FL_COMMAND_VARIABLE_BYTES);
		fl_secret_add(fl_str_from(value));
	}
	*out = (char *)fl_arena_printf(a, "%.*s=%s", FL_FMT(name), value).p;
	return FL_OK;
}

enum fl_code fl_command_ready(struct fl_command_line *c, struct fl_arena *a, struct fl_err *err)
{
	char path[4096];
	if (c->ready)
		return FL_OK;
	const char *program = fl_arena_dupz(a, c->argument[0]);
	bool named = strchr(program, '/') != NULL;
	if (!fl_child_find(program, fl_arena_dupz(a, c->folder), path, sizeof path)) {
		fl_err_set(err, FL_E_CONNECT, "%.*s: there is no program '%s'%s", FL_FMT(c->name), program,
		           named ? "" : " on the PATH");
		fl_err_help(err, named ? "paths are seen from the folder of the task file; is it executable?"
		                       : "install it, or write its path");
		return FL_E_CONNECT;
	}
	/* a path is seen from the folder in which the child runs; what the PATH found is told as the path that it is */
	c->file = named ? program : fl_arena_dupz(a, fl_str_from(path));
	c->argv = FL_NEW_ARRAY(a, char *, c->arguments + 1);
	for (size_t i = 0; i < c->arguments; i++)
		c->argv[i] = fl_arena_dupz(a, c->argument[i]);
	c->argv[0] = (char *)c->file;
	c->env = FL_NEW_ARRAY(a, char *, c->variables + 1);
	for (size_t i = 0; i < c->variables; i++)
		FL_TRY(read_variable(c, c->variable[i], a, &c->env[i], err));
	c->ready = true;
	return FL_OK;
}

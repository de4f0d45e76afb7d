/*
 * Keys of providers: read when the first call needs one, registered as a secret, written nowhere.
 */
#include "provider/provider.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_BYTES = 4096 };

static enum fl_code key_from_file(const char *path, char *key, size_t *n, struct fl_err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0) {
		fl_err_set(err, FL_E_AUTH, "the key file cannot be read: %s", strerror(errno));
	} else if (st.st_mode & 077) {
		fl_err_set(err, FL_E_AUTH, "the key file can be read by others");
		fl_err_help(err, "chmod 600 %s", path);
	} else {
		ssize_t got = read(fd, key, KEY_BYTES);
		*n = got > 0 ? (size_t)got : 0;
		close(fd);
		return FL_OK;
	}
	fl_err_place(err, path, 0, 0);
	if (fd >= 0)
		close(fd);
	return FL_E_AUTH;
}

/* Only fulcrum.yaml, the user's own file, can name a command. */
static enum fl_code key_from_command(const char *command, char *key, size_t *n, struct fl_err *err)
{
	FILE *f = popen(command, "r");
	*n = f ? fread(key, 1, KEY_BYTES, f) : 0;
	int status = f ? pclose(f) : -1;
	if (status == 0)
		return FL_OK;
	fl_err_set(err, FL_E_AUTH, "the command that should print the key failed");
	/* its words are not shown, for they may hold what nobody is to see */
	fl_err_help(err, "run it by hand: it stands behind cmd: in fulcrum.yaml");
	return FL_E_AUTH;
}

/*
 * A key that is plainly another vendor's is not sent: by the letters with which vendors begin theirs. Only where the key
 * goes to the vendor's own address, for a gateway may take any.
 */
static enum fl_code check_owner(const struct fl_provider *p, struct fl_str key, const char *from, struct fl_err *err)
{
	size_t n;
	const struct fl_vendor *v = fl_vendors(&n), *whose = NULL;
	if (!p->vendor || !p->vendor->url || !fl_str_is(p->url, p->vendor->url))
		return FL_OK;
	for (size_t i = 0; i < n; i++)
		if (v[i].key_prefix && fl_str_starts(key, fl_str_from(v[i].key_prefix)))
			whose = &v[i];
	if (!whose || whose == p->vendor)
		return FL_OK;
	fl_err_set(err, FL_E_AUTH, "the key for %s is one of %s: it begins with %s", p->vendor->title, whose->title,
	           whose->key_prefix);
	fl_err_found(err, "%s", from);
	fl_err_expected(err, "a key of %s, from %s", p->vendor->title, p->vendor->key_page);
	fl_err_help(err, "it was not sent; export it as %s to use %s", whose->key_variable[0], whose->title);
	return FL_E_AUTH;
}

enum fl_code fl_provider_key(struct fl_provider *p, struct fl_err *err)
{
	char key[KEY_BYTES + 1] = "", source[KEY_BYTES + 1];
	size_t n = 0;
	if (p->key_read || fl_str_is(p->key_source, "none"))
		return FL_OK;
	snprintf(source, sizeof source, "%.*s", FL_FMT(p->key_source));
	const char *value = strchr(source, ':') + 1;
	enum fl_code code = FL_OK;
	if (fl_str_starts(p->key_source, FL_S("env:"))) {
		const char *env = getenv(value);
		n = env ? strlen(env) : 0;
		if (n <= KEY_BYTES)
			memcpy(key, env ? env : "", n);
		if (n == 0) {
			fl_err_set(err, FL_E_AUTH, "the key of %.*s is missing: the environment has no %s",
			           FL_FMT(p->name), value);
			if (p->vendor && p->vendor->key_page)
				fl_err_help(err, "export %s=... and run again; a key is had at %s", value,
				            p->vendor->key_page);
			else
				fl_err_help(err, "export %s=... and run again", value);
			code = FL_E_AUTH;
		}
	} else if (fl_str_starts(p->key_source, FL_S("file:"))) {
		code = key_from_file(value, key, &n, err);
	} else {
		code = key_from_command(value, key, &n, err);
	}
	struct fl_str text = fl_str_trim((struct fl_str){key, FL_MIN(n, (size_t)KEY_BYTES)});
	bool usable = text.n > 0 && n < KEY_BYTES;
	for (size_t i = 0; i < text.n; i++)
		usable &= text.p[i] > ' ' && text.p[i] < 127;
	if (code == FL_OK && usable)
		code = check_owner(p, text, value, err);
	if (code == FL_OK && !usable)
		code = fl_err_set(err, FL_E_AUTH, "the key of %.*s is empty, or not one line of plain characters",
		                  FL_FMT(p->name));
	if (code == FL_OK) {
		p->key = fl_arena_dup(p->arena, text);
		p->key_read = true;
		fl_secret_add(p->key);
	}
	explicit_bzero(key, sizeof key);
	return code;
}

enum fl_key_state fl_provider_key_state(const struct fl_provider *p)
{
	char source[KEY_BYTES + 1];
	snprintf(source, sizeof source, "%.*s", FL_FMT(p->key_source));
	const char *value = strchr(source, ':');
	if (!value)
		return FL_KEY_NOT_NEEDED;
	value++;
	if (fl_str_starts(p->key_source, FL_S("cmd:")))
		return FL_KEY_BY_COMMAND;
	if (fl_str_starts(p->key_source, FL_S("file:")))
		return access(value, R_OK) == 0 ? FL_KEY_THERE : FL_KEY_MISSING;
	const char *env = getenv(value);
	return env && *env ? FL_KEY_THERE : FL_KEY_MISSING;
}

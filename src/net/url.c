#include "net/url.h"

#include <arpa/inet.h>
#include <stdio.h>

static const struct scheme {
	const char *prefix;
	bool https;
	uint16_t port;
} schemes[] = {{"http://", false, 80}, {"https://", true, 443}};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static enum fl_code invalid(struct fl_err *err, struct fl_str text, const char *what)
{
	fl_err_set(err, FL_E_INVALID, "the url %s", what);
	/* A password must not travel into messages: what stands before the last '@' is left out. */
	struct fl_str shown = text;
	for (ptrdiff_t at = 0; (at = fl_str_find_char(shown, '@', (size_t)at)) >= 0; at = 1)
		shown = fl_str_sub(shown, (size_t)at, shown.n);
	fl_err_found(err, "%.*s", FL_FMT(fl_str_sub(shown, 0, 200)));
	fl_err_expected(err, "http://host[:port]/path or https://host[:port]/path");
	return FL_E_INVALID;
}

/* Only visible ASCII may go into a request line or a header. */
static bool visible(struct fl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	return true;
}

static bool host_chars_ok(struct fl_str host)
{
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];
		if (!is_digit(c) && !is_alpha(c) && c != '-' && c != '.' && c != '_')
			return false;
	}
	return host.n > 0 && host.n <= FL_HOST_BYTES && host.p[0] != '.';
}

static bool v6_ok(struct fl_str host)
{
	char z[INET6_ADDRSTRLEN + 1];
	struct in6_addr a;
	if (host.n >= sizeof z)
		return false;
	memcpy(z, host.p, host.n);
	z[host.n] = '\0';
	return inet_pton(AF_INET6, z, &a) == 1;
}

static enum fl_code parse_port(struct fl_url *u, struct fl_str text, struct fl_str port, struct fl_err *err)
{
	uint64_t n;
	if (port.n == 0) /* "host:" means the scheme's own (RFC 3986 3.2.3) */
		return FL_OK;
	if (!fl_str_to_u64(port, &n) || n == 0 || n > 65535)
		return invalid(err, text, "has a port that is not a number from 1 to 65535");
	u->port_is_default = n == u->port;
	u->port = (uint16_t)n;
	return FL_OK;
}

static enum fl_code parse_authority(struct fl_url *u, struct fl_str text, struct fl_str auth, struct fl_err *err)
{
	struct fl_str port = {0};
	if (auth.n && auth.p[0] == '[') {
		ptrdiff_t end = fl_str_find_char(auth, ']', 0);
		if (end < 0)
			return invalid(err, text, "has a '[' without its ']'");
		u->bracketed = true;
		u->host = fl_str_sub(auth, 1, (size_t)end);
		if (!v6_ok(u->host))
			return invalid(err, text, "has no IPv6 address between its brackets");
		struct fl_str rest = fl_str_sub(auth, (size_t)end + 1, auth.n);
		if (rest.n && rest.p[0] != ':')
			return invalid(err, text, "goes on behind the ']' of its host");
		port = fl_str_sub(rest, 1, rest.n);
	} else {
		ptrdiff_t colon = fl_str_find_char(auth, ':', 0);
		u->host = colon < 0 ? auth : fl_str_sub(auth, 0, (size_t)colon);
		port = colon < 0 ? (struct fl_str){0} : fl_str_sub(auth, (size_t)colon + 1, auth.n);
		if (!host_chars_ok(u->host))
			return invalid(err, text, u->host.n ? "has a host that is no host name" : "has no host");
	}
	return parse_port(u, text, port, err);
}

static enum fl_code parse(struct fl_url *u, struct fl_str text, bool user_allowed, struct fl_err *err)
{
	*u = (struct fl_url){.port_is_default = true};
	if (text.n > FL_URL_BYTES)
		return invalid(err, fl_str_sub(text, 0, 100), "is longer than 16 KiB");
	if (!visible(text))
		return invalid(err, text, "has a space, a control character or a byte outside ASCII");
	const struct scheme *s = NULL;
	for (size_t i = 0; i < FL_COUNT(schemes); i++)
		if (fl_str_eq_nocase(fl_str_sub(text, 0, strlen(schemes[i].prefix)), fl_str_from(schemes[i].prefix)))
			s = &schemes[i];
	if (!s)
		return invalid(err, text, "does not start with http:// or https://");
	u->https = s->https;
	u->port = s->port;
	struct fl_str rest = fl_str_sub(text, strlen(s->prefix), text.n);
	size_t end = 0;
	while (end < rest.n && !strchr("/?#", rest.p[end]))
		end++;
	struct fl_str auth = fl_str_sub(rest, 0, end);
	ptrdiff_t fragment = fl_str_find_char(rest, '#', end);
	u->target = fl_str_sub(rest, end, fragment < 0 ? rest.n : (size_t)fragment);
	/* The last '@' ends the user's part: a password may hold others. */
	for (size_t i = auth.n; i > 0; i--)
		if (auth.p[i - 1] == '@') {
			if (!user_allowed)
				return invalid(err, text,
				               "holds a user name; give the key in the configuration instead");
			u->user = fl_str_sub(auth, 0, i - 1);
			auth = fl_str_sub(auth, i, auth.n);
			break;
		}
	return parse_authority(u, text, auth, err);
}

enum fl_code fl_url_parse(struct fl_url *u, struct fl_str text, struct fl_err *err)
{
	return parse(u, text, false, err);
}

enum fl_code fl_url_parse_proxy(struct fl_url *u, struct fl_str text, struct fl_err *err)
{
	FL_TRY(parse(u, text, true, err));
	if (u->https)
		return invalid(err, text, "of a proxy must start with http://");
	return FL_OK;
}

const char *fl_url_host(const struct fl_url *u, char out[FL_HOST_TEXT])
{
	size_t n = FL_MIN(u->host.n, (size_t)FL_HOST_BYTES);
	for (size_t i = 0; i < n; i++)
		out[i] = lower(u->host.p[i]);
	if (n > 0 && out[n - 1] == '.')
		n--;
	out[n] = '\0';
	return out;
}

struct fl_str fl_url_origin(const struct fl_url *u, char out[FL_ORIGIN_TEXT])
{
	char host[FL_HOST_TEXT];
	int n = snprintf(out, FL_ORIGIN_TEXT, u->bracketed ? "%s[%s]:%u" : "%s%s:%u", u->https ? "https://" : "http://",
	                 fl_url_host(u, host), u->port);
	return (struct fl_str){out, (size_t)n};
}

bool fl_host_is_address(const char *host)
{
	struct in6_addr a;
	return inet_pton(AF_INET, host, &a) == 1 || inet_pton(AF_INET6, host, &a) == 1;
}

bool fl_host_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return (ntohl(v4.s_addr) >> 24) == 127;
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
	struct fl_str name = fl_str_from(host);
	return fl_str_eq_nocase(name, FL_S("localhost")) ||
	       (name.n > 10 && fl_str_eq_nocase(fl_str_sub(name, name.n - 10, name.n), FL_S(".localhost")));
}

static bool covers(struct fl_str entry, struct fl_str host)
{
	if (fl_str_is(entry, "*"))
		return true;
	if (entry.n > 1 && entry.p[0] == '[' && entry.p[entry.n - 1] == ']')
		entry = fl_str_sub(entry, 1, entry.n - 1);
	if (entry.n && entry.p[0] == '.')
		entry = fl_str_sub(entry, 1, entry.n);
	if (entry.n == 0 || entry.n > host.n)
		return false;
	if (!fl_str_eq_nocase(fl_str_sub(host, host.n - entry.n, host.n), entry))
		return false;
	return entry.n == host.n || host.p[host.n - entry.n - 1] == '.';
}

bool fl_host_in_list(const char *host, struct fl_str list)
{
	for (size_t from = 0; from <= list.n;) {
		ptrdiff_t comma = fl_str_find_char(list, ',', from);
		size_t to = comma < 0 ? list.n : (size_t)comma;
		if (covers(fl_str_trim(fl_str_sub(list, from, to)), fl_str_from(host)))
			return true;
		from = to + 1;
	}
	return false;
}

static int hex(char c)
{
	if (is_digit(c))
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool fl_percent_decode(struct fl_buf *out, struct fl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '%') {
			if (s.n - i < 3 || hex(s.p[i + 1]) < 0 || hex(s.p[i + 2]) < 0)
				return false;
			c = (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]));
			i += 2;
		}
		if (!fl_buf_char(out, c))
			return false;
	}
	return true;
}

#include "codec/yaml_write.h"

/* --- building ----------------------------------------------------------------------------------------------------- */

void fl_yaml_pen_init(struct fl_yaml_pen *p, struct fl_arena *a, enum fl_yaml_kind kind)
{
	*p = (struct fl_yaml_pen){.arena = a, .node = FL_NEW(a, struct fl_yaml)};
	p->node->kind = kind;
	p->node->file = "";
}

void fl_yaml_pen_push(struct fl_yaml_pen *p, const struct fl_yaml *v)
{
	struct fl_yaml *copy = FL_NEW(p->arena, struct fl_yaml);
	*copy = *v;
	copy->next = NULL;
	copy->key = (struct fl_str){0};
	*(p->last ? &p->last->next : &p->node->first) = copy;
	p->last = copy;
	p->node->count++;
}

void fl_yaml_pen_put(struct fl_yaml_pen *p, struct fl_str key, const struct fl_yaml *v)
{
	fl_yaml_pen_push(p, v);
	p->last->key = fl_arena_dup(p->arena, key);
}

static const struct fl_yaml *scalar(struct fl_arena *a, struct fl_str text, bool plain)
{
	struct fl_yaml *v = FL_NEW(a, struct fl_yaml);
	*v = (struct fl_yaml){.kind = FL_YAML_SCALAR, .plain = plain, .text = fl_arena_dup(a, text), .file = ""};
	return v;
}

const struct fl_yaml *fl_yaml_text(struct fl_arena *a, struct fl_str text)
{
	return scalar(a, text, false);
}

const struct fl_yaml *fl_yaml_plain(struct fl_arena *a, struct fl_str text)
{
	return scalar(a, text, true);
}

/* --- scalars ------------------------------------------------------------------------------------------------------ */

/* Words and shapes that some reader of YAML takes for something else than a text, beside those of the core schema. */
static bool looks_typed(struct fl_str s)
{
	static const char *const word[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"};
	struct fl_yaml plain = {.kind = FL_YAML_SCALAR, .plain = true, .text = s};
	if (fl_yaml_type(&plain) != FL_YAML_STRING)
		return true;
	for (size_t i = 0; i < FL_COUNT(word); i++)
		if (fl_str_eq_nocase(s, fl_str_from(word[i])))
			return true;
	return s.n && s.p[0] >= '0' && s.p[0] <= '9' && (s.n < 5 || s.p[4] == '-' || fl_str_find_char(s, ':', 0) >= 0);
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* True when the text may stand without quotes anywhere, in a flow list too. Only printable ASCII does: all else is quoted. */
static bool is_safe(struct fl_str s)
{
	if (!s.n || s.p[0] == ' ' || s.p[s.n - 1] == ' ' || s.p[s.n - 1] == ':')
		return false;
	if (!name_char(s.p[0]) && !strchr("/.(_+~$", s.p[0]) && !(s.p[0] == '-' && s.n > 1 && name_char(s.p[1])))
		return false;
	if (s.n == 1 && s.p[0] == '~')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char next = i + 1 < s.n ? s.p[i + 1] : ' ';
		if (c < ' ' || c > '~' || strchr(",[]{}\"'\\`", c))
			return false;
		if (c == ':' && !name_char(next) && next != '/')
			return false;
		if (c == '#' && s.p[i - 1] == ' ')
			return false;
	}
	return !fl_str_starts(s, FL_S("---")) && !fl_str_starts(s, FL_S("..."));
}

static bool must_escape(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 || cp == 0xfeff || cp >= 0xfffe;
}

static bool write_quoted(struct fl_str s, struct fl_buf *out)
{
	fl_buf_char(out, '"');
	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		size_t n = fl_utf8_decode(fl_str_sub(s, i, s.n), &cp);
		if (!n)
			return false;
		if (cp == '"' || cp == '\\')
			fl_buf_printf(out, "\\%c", (char)cp);
		else if (cp == '\n' || cp == '\t')
			fl_buf_z(out, cp == '\n' ? "\\n" : "\\t");
		else if (must_escape(cp))
			fl_buf_printf(out, cp > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)cp);
		else
			fl_buf_add(out, s.p + i, n);
		i += n;
	}
	return fl_buf_char(out, '"');
}

static bool write_scalar(const struct fl_yaml *v, struct fl_buf *out)
{
	enum fl_yaml_type type = fl_yaml_type(v);
	if (v->plain && type == FL_YAML_NULL)
		return fl_buf_z(out, "null");
	/* A plain text that means a number, or one that any reader takes for a text; a plain day is the writer's wish. */
	bool bare = v->plain ? type != FL_YAML_STRING || is_safe(v->text) : is_safe(v->text) && !looks_typed(v->text);
	return bare ? fl_buf_str(out, v->text) : write_quoted(v->text, out);
}

static bool write_key(struct fl_str key, struct fl_buf *out)
{
	struct fl_yaml v = {.kind = FL_YAML_SCALAR, .text = key};
	return write_scalar(&v, out);
}

/* --- lists and maps ----------------------------------------------------------------------------------------------- */

struct writing {
	struct fl_buf *out;
	struct fl_err *err;
	enum fl_code code;
};

static bool stop(struct writing *w, enum fl_code code, const char *why)
{
	if (w->code == FL_OK)
		w->code = fl_err_set(w->err, code, "this cannot be written as YAML: %s", why);
	return false;
}

/* `nested`: how many levels of lists and maps may stand inside. */
static bool is_flat(const struct fl_yaml *v, int nested)
{
	if (v->kind == FL_YAML_SCALAR)
		return true;
	for (const struct fl_yaml *c = v->first; c; c = c->next)
		if (nested < 0 || !is_flat(c, nested - 1))
			return false;
	return nested >= 0;
}

static bool write_flow(struct writing *w, const struct fl_yaml *v)
{
	struct fl_buf *out = w->out;
	if (v->kind == FL_YAML_SCALAR)
		return write_scalar(v, out);
	fl_buf_char(out, v->kind == FL_YAML_MAP ? '{' : '[');
	for (const struct fl_yaml *c = v->first; c; c = c->next) {
		if (c != v->first)
			fl_buf_z(out, ", ");
		if (v->kind == FL_YAML_MAP && (!write_key(c->key, out) || !fl_buf_z(out, ": ")))
			return false;
		if (!write_flow(w, c))
			return false;
	}
	return fl_buf_char(out, v->kind == FL_YAML_MAP ? '}' : ']');
}

/* Writes v on what is left of a line of `column` columns; when it does not fit there, the buffer is as it was. */
static bool try_flow(struct writing *w, const struct fl_yaml *v, size_t column)
{
	size_t before = w->out->n;
	if (v->kind != FL_YAML_SCALAR && v->count && !is_flat(v, v->kind == FL_YAML_MAP ? 1 : 0))
		return false;
	if (v->kind == FL_YAML_SCALAR ? !write_scalar(v, w->out) : !write_flow(w, v))
		return stop(w, w->out->full ? FL_E_LIMIT : FL_E_INVALID,
		            w->out->full ? "it is too long" : "a text is not UTF-8");
	if (v->kind == FL_YAML_SCALAR || !v->count || column + w->out->n - before <= FL_YAML_WIDTH)
		return true;
	w->out->n = before;
	w->out->p[before] = '\0';
	return false;
}

static void indent(struct fl_buf *out, int depth)
{
	for (int i = 0; i < depth; i++)
		fl_buf_z(out, "  ");
}

/* Children of a list or map, each on its own line at `depth`. */
static bool write_block(struct writing *w, const struct fl_yaml *v, int depth)
{
	if (depth >= FL_YAML_DEPTH)
		return stop(w, FL_E_LIMIT, "it is nested too deeply");
	for (const struct fl_yaml *c = v->first; c; c = c->next) {
		size_t line = w->out->n;
		bool is_map = v->kind == FL_YAML_MAP;
		indent(w->out, depth);
		if (is_map && c->key.n > FL_YAML_KEY)
			return stop(w, FL_E_LIMIT, "a key is too long");
		if (is_map ? !write_key(c->key, w->out) || !fl_buf_char(w->out, ':') : !fl_buf_char(w->out, '-'))
			return stop(w, w->out->full ? FL_E_LIMIT : FL_E_INVALID,
			            "a key is not UTF-8, or it is too long");
		fl_buf_char(w->out, ' ');
		if (!try_flow(w, c, w->out->n - line)) {
			if (w->code != FL_OK)
				return false;
			w->out->p[--w->out->n] = '\0'; /* the space */
			fl_buf_char(w->out, '\n');
			if (!write_block(w, c, depth + 1))
				return false;
			continue;
		}
		if (!fl_buf_char(w->out, '\n'))
			return stop(w, FL_E_LIMIT, "it is too long");
	}
	return true;
}

enum fl_code fl_yaml_write(const struct fl_yaml *v, struct fl_buf *out, struct fl_err *err)
{
	struct writing w = {.out = out, .err = err};
	bool small = v->kind == FL_YAML_SCALAR || !v->count;
	if (small ? try_flow(&w, v, 0) && fl_buf_char(out, '\n') : write_block(&w, v, 0))
		return FL_OK;
	return w.code != FL_OK ? w.code : fl_err_set(err, FL_E_LIMIT, "this cannot be written as YAML: it is too long");
}

void fl_yaml_comment(struct fl_buf *out, struct fl_str text, size_t width, size_t indent)
{
	size_t column = 1;
	fl_buf_char(out, '#');
	for (size_t i = 0; i < text.n;) {
		ptrdiff_t space = fl_str_find_char(text, ' ', i);
		size_t end = space < 0 ? text.n : (size_t)space;
		if (column > 1 && column + 1 + end - i > width) {
			fl_buf_printf(out, "\n#%*s", (int)indent, "");
			column = 1 + indent;
		}
		fl_buf_char(out, ' ');
		fl_buf_str(out, fl_str_sub(text, i, end));
		column += 1 + end - i;
		i = end + 1;
	}
	fl_buf_char(out, '\n');
}

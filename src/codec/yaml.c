/*
 * yaml.c - libyaml's events into the tree of yaml.h, by an explicit stack.
 */
#include "codec/yaml.h"

#include <stdio.h>
#include <yaml.h>

#include "codec/yaml_tree.h"

struct reader {
	struct fl_yaml_tree tree;
	struct fl_map anchors; /* name -> node; the last definition counts */
	int documents;
};

static enum fl_code refuse(struct reader *r, const yaml_event_t *ev, const char *what, const char *help)
{
	fl_yaml_tree_err(&r->tree, FL_E_INVALID, (int)ev->start_mark.line + 1, (int)ev->start_mark.column + 1, "%s",
	                 what);
	fl_err_help(r->tree.err, "%s", help);
	return FL_E_INVALID;
}

static enum fl_code refuse_tag(struct reader *r, const yaml_event_t *ev, const yaml_char_t *tag)
{
	if (!tag)
		return FL_OK;
	return refuse(r, ev, "tags (!…) are not used here", "remove the tag; quote a text that must stay text");
}

static void remember(struct reader *r, const yaml_char_t *anchor, struct fl_yaml *node)
{
	if (anchor)
		fl_map_put(&r->anchors, fl_arena_dup(r->tree.arena, fl_str_from((const char *)anchor)), node);
}

static enum fl_code on_key(struct reader *r, const yaml_event_t *ev)
{
	struct fl_str key = {(const char *)ev->data.scalar.value, ev->data.scalar.length};
	if (ev->data.scalar.anchor)
		return refuse(r, ev, "an anchor (&) on a key", "put the anchor on a value");
	if (ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && fl_str_is(key, "<<"))
		return refuse(r, ev, "merge keys (<<) are not used here",
		              "write the keys out, or use an alias as a value");
	return fl_yaml_tree_key(&r->tree, key, (int)ev->start_mark.line + 1, (int)ev->start_mark.column + 1);
}

static enum fl_code on_scalar(struct reader *r, const yaml_event_t *ev)
{
	struct fl_yaml *node;
	FL_TRY(refuse_tag(r, ev, ev->data.scalar.tag));
	if (fl_yaml_tree_wants_key(&r->tree))
		return on_key(r, ev);
	FL_TRY(fl_yaml_tree_add(&r->tree, FL_YAML_SCALAR, (int)ev->start_mark.line + 1, (int)ev->start_mark.column + 1,
	                        &node));
	node->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->block =
	    ev->data.scalar.style == YAML_LITERAL_SCALAR_STYLE || ev->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
	node->text =
	    fl_arena_dup(r->tree.arena, (struct fl_str){(const char *)ev->data.scalar.value, ev->data.scalar.length});
	remember(r, ev->data.scalar.anchor, node);
	return FL_OK;
}

static enum fl_code on_open(struct reader *r, const yaml_event_t *ev)
{
	bool map = ev->type == YAML_MAPPING_START_EVENT;
	struct fl_yaml *node;
	FL_TRY(refuse_tag(r, ev, map ? ev->data.mapping_start.tag : ev->data.sequence_start.tag));
	if (fl_yaml_tree_wants_key(&r->tree))
		return refuse(r, ev, "a key must be one word or text", "a { or [ that begins a text must be quoted");
	FL_TRY(fl_yaml_tree_add(&r->tree, map ? FL_YAML_MAP : FL_YAML_LIST, (int)ev->start_mark.line + 1,
	                        (int)ev->start_mark.column + 1, &node));
	remember(r, map ? ev->data.mapping_start.anchor : ev->data.sequence_start.anchor, node);
	return fl_yaml_tree_open(&r->tree, node);
}

static enum fl_code on_alias(struct reader *r, const yaml_event_t *ev)
{
	const struct fl_yaml *node = fl_map_get(&r->anchors, fl_str_from((const char *)ev->data.alias.anchor));
	if (!node)
		return refuse(r, ev, "an alias (*) to an anchor that is not defined above it",
		              "define the anchor first, or quote a text that begins with *");
	if (fl_yaml_tree_is_open(&r->tree, node))
		return refuse(r, ev, "an alias to a value that contains it", "write the value out");
	if (fl_yaml_tree_wants_key(&r->tree))
		return refuse(r, ev, "an alias as a key", "write the key out");
	return fl_yaml_tree_copy(&r->tree, node);
}

static enum fl_code on_event(struct reader *r, const yaml_event_t *ev)
{
	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (r->documents++)
			return refuse(r, ev, "a second document begins here", "keep one document a file");
		return FL_OK;
	case YAML_SCALAR_EVENT:
		return on_scalar(r, ev);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return on_open(r, ev);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		fl_yaml_tree_close(&r->tree);
		return FL_OK;
	case YAML_ALIAS_EVENT:
		return on_alias(r, ev);
	default:
		return FL_OK;
	}
}

static enum fl_code refuse_syntax(struct reader *r, const yaml_parser_t *p)
{
	const yaml_mark_t *at = p->problem_mark.line || p->problem_mark.column ? &p->problem_mark : &p->context_mark;
	fl_yaml_tree_err(&r->tree, FL_E_INVALID, (int)at->line + 1, (int)at->column + 1, "not valid YAML: %s%s%s",
	                 p->problem ? p->problem : "unreadable", p->context ? ", " : "", p->context ? p->context : "");
	if (p->problem && strstr(p->problem, "cannot start any token"))
		fl_err_help(r->tree.err, "indent with spaces, not tabs; quote a text that begins with a special sign");
	else
		fl_err_help(r->tree.err, "check indentation, quotes and colons here and just above");
	return FL_E_INVALID;
}

static enum fl_code read_events(struct reader *r, yaml_parser_t *p)
{
	for (;;) {
		yaml_event_t ev;
		if (!yaml_parser_parse(p, &ev))
			return refuse_syntax(r, p);
		bool ended = ev.type == YAML_STREAM_END_EVENT;
		enum fl_code code = on_event(r, &ev);
		yaml_event_delete(&ev);
		if (code != FL_OK || ended)
			return code;
	}
}

static enum fl_code read_yaml(struct reader *r, struct fl_str text)
{
	yaml_parser_t p;
	if (!yaml_parser_initialize(&p))
		FL_BUG("out of memory");
	yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&p, (const unsigned char *)text.p, text.n);
	fl_map_init(&r->anchors);
	enum fl_code code = read_events(r, &p);
	fl_map_release(&r->anchors);
	yaml_parser_delete(&p);
	return code;
}

static enum fl_code check_text(const struct fl_yaml_tree *t, struct fl_str text)
{
	if (text.n > FL_YAML_BYTES)
		return fl_yaml_tree_err(t, FL_E_LIMIT, 0, 0, "the file is larger than %u MiB", FL_YAML_BYTES >> 20);
	if (fl_utf8_valid(text))
		return FL_OK;
	int line = 1;
	for (size_t i = 0; i < text.n;) {
		size_t n = fl_utf8_len(fl_str_sub(text, i, text.n));
		if (!n)
			break;
		line += text.p[i] == '\n';
		i += n;
	}
	fl_yaml_tree_err(t, FL_E_INVALID, line, 0, "line %d is not UTF-8", line);
	fl_err_help(t->err, "save the file as UTF-8");
	return FL_E_INVALID;
}

static bool may_be_json(struct fl_str text)
{
	struct fl_str t = fl_str_trim(text);
	return t.n && (t.p[0] == '{' || t.p[0] == '[');
}

enum fl_code fl_yaml_parse(const struct fl_yaml **root, struct fl_arena *a, struct fl_str text, const char *name,
                           struct fl_err *err)
{
	struct reader *r = FL_NEW(a, struct reader);
	enum fl_code code;
	*root = NULL;
	fl_yaml_tree_init(&r->tree, a, fl_arena_dupz(a, fl_str_from(name ? name : "")), err);
	FL_TRY(check_text(&r->tree, text));
	if (fl_str_starts(text, FL_S("\xef\xbb\xbf")))
		text = fl_str_sub(text, 3, text.n);
	if (!may_be_json(text) || !fl_yaml_from_json(&r->tree, text, &code))
		code = read_yaml(r, text);
	if (code == FL_OK && !r->tree.root) {
		struct fl_yaml *nothing;
		code = fl_yaml_tree_add(&r->tree, FL_YAML_SCALAR, 1, 1, &nothing);
		nothing->plain = true;
	}
	fl_yaml_tree_release(&r->tree);
	*root = code == FL_OK ? r->tree.root : NULL;
	return code;
}

const struct fl_yaml *fl_yaml_get(const struct fl_yaml *v, struct fl_str key)
{
	for (const struct fl_yaml *c = v && v->kind == FL_YAML_MAP ? v->first : NULL; c; c = c->next) {
		if (fl_str_eq(c->key, key))
			return c;
	}
	return NULL;
}

const struct fl_yaml *fl_yaml_at(const struct fl_yaml *v, size_t index)
{
	const struct fl_yaml *c = v ? v->first : NULL;
	while (c && index--)
		c = c->next;
	return c;
}

struct fl_str fl_yaml_describe(const struct fl_yaml *v, char out[80])
{
	if (v->kind != FL_YAML_SCALAR)
		return v->kind == FL_YAML_LIST ? FL_S("a list") : FL_S("a map");
	if (fl_yaml_is_null(v))
		return FL_S("nothing");
	size_t n = 0;
	while (n < v->text.n && n + fl_utf8_len(fl_str_sub(v->text, n, v->text.n)) <= 60)
		n += fl_utf8_len(fl_str_sub(v->text, n, v->text.n));
	int len = snprintf(out, 80, "'%.*s%s'", (int)n, v->text.p, n < v->text.n ? "…" : "");
	return (struct fl_str){out, (size_t)len};
}

enum fl_code fl_yaml_err(const struct fl_yaml *v, struct fl_err *err, enum fl_code code, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fl_err_set(err, code, "%s", text);
	fl_err_place(err, v->file, v->line, v->column);
	return code;
}

#include "codec/yaml_tree.h"

#include <stdio.h>

void fl_yaml_tree_init(struct fl_yaml_tree *t, struct fl_arena *a, const char *file, struct fl_err *err)
{
	t->arena = a;
	t->file = file;
	t->root = NULL;
	t->nodes = 0;
	t->depth = 0;
	t->err = err;
}

void fl_yaml_tree_release(struct fl_yaml_tree *t)
{
	while (t->depth)
		fl_yaml_tree_close(t);
}

enum fl_code fl_yaml_tree_err(const struct fl_yaml_tree *t, enum fl_code code, int line, int column, const char *fmt,
                              ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fl_err_set(t->err, code, "%s", text);
	fl_err_place(t->err, t->file, line, column);
	return code;
}

static struct fl_yaml_frame *top(struct fl_yaml_tree *t)
{
	return t->depth ? &t->frame[t->depth - 1] : NULL;
}

bool fl_yaml_tree_wants_key(const struct fl_yaml_tree *t)
{
	const struct fl_yaml_frame *f = t->depth ? &t->frame[t->depth - 1] : NULL;
	return f && f->node->kind == FL_YAML_MAP && !f->pending;
}

/* NULL, with the error set, when there are too many. */
static struct fl_yaml *new_node(struct fl_yaml_tree *t, enum fl_yaml_kind kind, int line, int column)
{
	if (t->nodes++ >= FL_YAML_NODES) {
		fl_yaml_tree_err(t, FL_E_LIMIT, line, column, "more than %u values in one file, aliases expanded",
		                 FL_YAML_NODES);
		return NULL;
	}
	struct fl_yaml *node = FL_NEW(t->arena, struct fl_yaml);
	*node = (struct fl_yaml){.kind = kind, .line = line, .column = column, .file = t->file, .text = {"", 0}};
	return node;
}

enum fl_code fl_yaml_tree_key(struct fl_yaml_tree *t, struct fl_str key, int line, int column)
{
	struct fl_yaml_frame *f = top(t);
	struct fl_yaml *node = new_node(t, FL_YAML_SCALAR, line, column);
	if (!node)
		return FL_E_LIMIT;
	node->key = fl_arena_dup(t->arena, key);
	node->key_line = line;
	node->key_column = column;
	if (!f->node->count)
		fl_map_init(&f->seen);
	f->node->count++;
	f->pending = node;
	const struct fl_yaml *before = fl_map_put(&f->seen, node->key, node);
	if (!before)
		return FL_OK;
	return fl_yaml_tree_err(t, FL_E_INVALID, line, column,
	                        "'%.*s' stands twice in one map: in line %d, column %d, and here", FL_FMT(key),
	                        before->key_line, before->key_column);
}

enum fl_code fl_yaml_tree_add(struct fl_yaml_tree *t, enum fl_yaml_kind kind, int line, int column,
                              struct fl_yaml **out)
{
	struct fl_yaml_frame *f = top(t);
	if (f && f->node->kind == FL_YAML_MAP) { /* the node was made with its key */
		*out = f->pending;
		f->pending = NULL;
		(*out)->kind = kind;
		(*out)->line = line;
		(*out)->column = column;
	} else {
		*out = new_node(t, kind, line, column);
		if (!*out)
			return FL_E_LIMIT;
		if (f)
			f->node->count++;
	}
	if (!f)
		t->root = *out;
	else if (f->last)
		f->last->next = *out;
	else
		f->node->first = *out;
	if (f)
		f->last = *out;
	return FL_OK;
}

enum fl_code fl_yaml_tree_open(struct fl_yaml_tree *t, struct fl_yaml *node)
{
	if (t->depth == FL_YAML_DEPTH)
		return fl_yaml_tree_err(t, FL_E_LIMIT, node->line, node->column, "nested deeper than %d levels",
		                        FL_YAML_DEPTH);
	t->frame[t->depth++] = (struct fl_yaml_frame){.node = node};
	return FL_OK;
}

void fl_yaml_tree_close(struct fl_yaml_tree *t)
{
	struct fl_yaml_frame *f = top(t);
	if (f->node->kind == FL_YAML_MAP && f->node->count)
		fl_map_release(&f->seen);
	t->depth--;
}

/* Depth of the recursion is bounded by the frames. */
enum fl_code fl_yaml_tree_copy(struct fl_yaml_tree *t, const struct fl_yaml *from)
{
	struct fl_yaml *node;
	FL_TRY(fl_yaml_tree_add(t, from->kind, from->line, from->column, &node));
	node->plain = from->plain;
	node->block = from->block;
	node->text = from->text;
	if (from->kind == FL_YAML_SCALAR)
		return FL_OK;
	FL_TRY(fl_yaml_tree_open(t, node));
	for (const struct fl_yaml *c = from->first; c; c = c->next) {
		if (from->kind == FL_YAML_MAP)
			FL_TRY(fl_yaml_tree_key(t, c->key, c->key_line, c->key_column));
		FL_TRY(fl_yaml_tree_copy(t, c));
	}
	fl_yaml_tree_close(t);
	return FL_OK;
}

bool fl_yaml_tree_is_open(const struct fl_yaml_tree *t, const struct fl_yaml *node)
{
	for (int i = 0; i < t->depth; i++) {
		if (t->frame[i].node == node)
			return true;
	}
	return false;
}

/*
 * A tree of nodes, each a child of its parent by name or by index. A node with children is written as an object or, when
 * they came by index, as an array in the order of indexes; holes become null.
 */
#include "provider/partial_args.h"

struct fl_partial_node {
	struct fl_str name;    /* of a member */
	uint64_t index;        /* of an element */
	bool list;             /* its children are elements */
	struct fl_str raw;     /* a leaf that is no string */
	struct fl_str *string; /* a leaf that is one */
	size_t string_cap;
	struct fl_partial_node *child, *next; /* children in order of arrival; of a list, of index */
};

void fl_partial_init(struct fl_partial_args *p, struct fl_arena *arena)
{
	*p = (struct fl_partial_args){.arena = arena, .root = FL_NEW(arena, struct fl_partial_node)};
}

static struct fl_partial_node *child_of(struct fl_partial_args *p, struct fl_partial_node *parent, struct fl_str name,
                                        bool by_index, uint64_t index)
{
	struct fl_partial_node **at = &parent->child;
	parent->list = by_index;
	for (; *at; at = &(*at)->next) {
		if (by_index ? (*at)->index == index : fl_str_eq((*at)->name, name))
			return *at;
		if (by_index && (*at)->index > index)
			break;
	}
	if (p->nodes >= FL_PARTIAL_NODES || (by_index && index >= FL_PARTIAL_NODES))
		return NULL;
	struct fl_partial_node *fresh = FL_NEW(p->arena, struct fl_partial_node);
	fresh->name = fl_arena_dup(p->arena, name);
	fresh->index = index;
	fresh->next = *at;
	*at = fresh;
	p->nodes++;
	return fresh;
}

/* Takes the next step off the path. False when it is malformed. */
static bool take_step(struct fl_str *path, struct fl_str *name, bool *by_index, uint64_t *index)
{
	size_t n;
	*by_index = path->p[0] == '[';
	*index = 0;
	if (!*by_index && path->p[0] != '.')
		return false;
	if (!*by_index) {
		for (n = 1; n < path->n && path->p[n] != '.' && path->p[n] != '[';)
			n++;
		*name = fl_str_sub(*path, 1, n);
		*path = fl_str_sub(*path, n, path->n);
		return name->n > 0;
	}
	char quote = path->n > 1 ? path->p[1] : 0;
	bool quoted = quote == '\'' || quote == '"';
	ptrdiff_t end = quoted ? fl_str_find_char(*path, quote, 2) : fl_str_find_char(*path, ']', 1);
	if (end < 0 || (quoted && ((size_t)end + 1 >= path->n || path->p[end + 1] != ']')))
		return false;
	*name = fl_str_sub(*path, quoted ? 2 : 1, (size_t)end);
	*path = fl_str_sub(*path, (size_t)end + (quoted ? 2 : 1), path->n);
	*by_index = !quoted;
	return quoted || fl_str_to_u64(*name, index);
}

static struct fl_partial_node *node_at(struct fl_partial_args *p, struct fl_str path)
{
	struct fl_partial_node *node = p->root;
	if (!fl_str_starts(path, FL_S("$")))
		return NULL;
	path = fl_str_sub(path, 1, path.n);
	for (int depth = 0; node && path.n; depth++) {
		struct fl_str name;
		bool by_index;
		uint64_t index;
		if (depth >= FL_PARTIAL_DEPTH || !take_step(&path, &name, &by_index, &index))
			return NULL;
		node = child_of(p, node, name, by_index, index);
	}
	return node;
}

/* Grows in place, twofold, for a string may come in very many pieces. */
static bool add_string(struct fl_partial_args *p, struct fl_partial_node *node, struct fl_str piece)
{
	if (!node->string)
		node->string = FL_NEW(p->arena, struct fl_str);
	size_t have = node->string->n, want = have + piece.n;
	if (want > FL_PARTIAL_STRING)
		return false;
	if (want > node->string_cap) {
		node->string_cap = FL_MAX(want, 2 * node->string_cap);
		char *grown = fl_arena_alloc(p->arena, node->string_cap);
		if (have)
			memcpy(grown, node->string->p, have);
		node->string->p = grown;
	}
	if (piece.n)
		memcpy((char *)node->string->p + have, piece.p, piece.n);
	node->string->n = want;
	return true;
}

bool fl_partial_add(struct fl_partial_args *p, const struct fl_json *piece)
{
	static const char *const names[] = {"numberValue", "boolValue", "nullValue"};
	struct fl_str path = fl_json_string(fl_json_get(piece, FL_S("jsonPath")), p->arena);
	struct fl_partial_node *node = node_at(p, path);
	const struct fl_json *text = fl_json_get(piece, FL_S("stringValue"));
	if (!node || node == p->root)
		return false;
	if (text && text->type == FL_JSON_STRING)
		return add_string(p, node, fl_json_string(text, p->arena));
	for (size_t i = 0; i < FL_COUNT(names); i++) {
		const struct fl_json *v = fl_json_get(piece, fl_str_from(names[i]));
		if (v)
			node->raw = i == 2 ? FL_S("null") : fl_arena_dup(p->arena, v->raw);
	}
	return true;
}

static void write_node(struct fl_json_writer *w, const struct fl_partial_node *node, bool root)
{
	if (!node->child && !root) {
		if (node->string)
			fl_json_put_str(w, *node->string);
		else
			fl_json_put_raw(w, node->raw.n ? node->raw : FL_S("null"));
		return;
	}
	uint64_t at = 0;
	fl_json_open(w, node->list ? '[' : '{');
	for (const struct fl_partial_node *c = node->child; c; c = c->next) {
		for (; node->list && at < c->index; at++)
			fl_json_put_null(w);
		at++;
		if (!node->list)
			fl_json_name_str(w, c->name);
		write_node(w, c, false); /* at most FL_PARTIAL_DEPTH deep */
	}
	fl_json_close(w);
}

bool fl_partial_write(const struct fl_partial_args *p, struct fl_buf *out)
{
	struct fl_json_writer w;
	fl_json_begin(&w, out, 0);
	write_node(&w, p->root, true);
	return fl_json_done(&w);
}

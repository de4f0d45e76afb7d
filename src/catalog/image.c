#include "catalog/image.h"

#include "base/map.h"
#include "base/vec.h"
#include "catalog/claim.h"

struct fl_image_head {
	uint64_t magic;
	uint64_t table; /* sum over the fields: another table gives another sum */
	uint32_t size, root, opened, zero;
};
#define MAGIC UINT64_C(0x31474d49434c4600) /* "\0FLCIMG1" */

struct image {
	struct fl_buf *out;
	size_t start;             /* of the block in out */
	FL_VEC(uint32_t) pointer; /* places of all pointers */
	struct fl_map text;       /* text -> its place + 1 */
	struct fl_map list;       /* texts of a list, each behind its length -> place of the list + 1 */
	struct fl_arena arena;
	size_t node; /* the one empty node */
};

/* Zero bytes at the end of the block, aligned; their place. */
static size_t place(struct image *m, size_t size)
{
	static const char zero[256];
	size_t at = (m->out->n - m->start + 15) / 16 * 16;
	while (m->out->n - m->start < at + size)
		if (!fl_buf_add(m->out, zero, FL_MIN(sizeof zero, at + size - (m->out->n - m->start))))
			return 0;
	return at;
}

static char *bytes_at(struct image *m, size_t at)
{
	return m->out->p + m->start + at;
}

static void copy(struct image *m, size_t at, const void *from, size_t size)
{
	if (!m->out->full)
		memcpy(bytes_at(m, at), from, size);
}

static void set_pointer(struct image *m, size_t at, size_t to)
{
	uint64_t v = to;
	if (m->out->full)
		return;
	memcpy(bytes_at(m, at), &v, sizeof v);
	if (to)
		FL_VEC_PUSH(&m->pointer, (uint32_t)at);
}

static size_t put_text(struct image *m, struct fl_str s)
{
	void *known = fl_map_get(&m->text, s);
	if (known)
		return (size_t)(uintptr_t)known - 1;
	size_t at = place(m, s.n + 1);
	copy(m, at, s.p, s.n);
	fl_map_put(&m->text, s, (void *)(uintptr_t)(at + 1));
	return at;
}

static void write_struct(struct image *m, const struct fl_table *t, const char *from, size_t at);

/* Replaces the struct fl_str at `at`. */
static void write_text(struct image *m, struct fl_str s, size_t at)
{
	set_pointer(m, at + offsetof(struct fl_str, p), s.n ? put_text(m, s) : 0);
}

static void write_value(struct image *m, const struct fl_field *f, const char *from, size_t at)
{
	if (f->type == &fl_type_table) {
		write_struct(m, f->table, from, at);
		return;
	}
	copy(m, at, from, f->type->size);
	if (f->type == &fl_type_str) {
		write_text(m, *(const struct fl_str *)(const void *)from, at);
	} else if (f->type == &fl_type_any) {
		set_pointer(m, at, 0);
	} else if (fl_type_is_claim(f->type)) {
		const struct fl_claims *c = (const void *)from;
		size_t list = c->n ? place(m, c->n * sizeof *c->p) : 0;
		set_pointer(m, at + offsetof(struct fl_claims, p), list);
		for (size_t i = 0; i < c->n && !m->out->full; i++) {
			memcpy(bytes_at(m, list + i * sizeof *c->p), &c->p[i], sizeof *c->p);
			write_struct(m, &fl_claim_parts, (const char *)&c->p[i], list + i * sizeof *c->p);
		}
	}
}

static size_t element_size(const struct fl_field *f)
{
	return f->type == &fl_type_table ? f->table->size : f->type->size;
}

/* The place of a list of equal texts that was written before, 0 when there is none; *key names the list. */
static size_t known_list(struct image *m, const struct fl_list *l, struct fl_str *key)
{
	struct fl_buf b;
	fl_buf_init(&b, 1 << 20);
	for (size_t i = 0; i < l->n; i++) {
		struct fl_str s = ((const struct fl_str *)l->p)[i];
		fl_buf_printf(&b, "%zu:", s.n);
		fl_buf_str(&b, s);
	}
	*key = fl_arena_dup(&m->arena, fl_buf_slice(&b));
	fl_buf_release(&b);
	void *known = fl_map_get(&m->list, *key);
	return known ? (size_t)(uintptr_t)known - 1 : 0;
}

static void write_list(struct image *m, const struct fl_field *f, const struct fl_list *l, size_t at)
{
	size_t size = element_size(f), names = 0, list = 0;
	struct fl_str key = {0};
	bool texts = f->type == &fl_type_str && !l->name && l->n;
	copy(m, at, l, sizeof *l);
	if (texts && (list = known_list(m, l, &key)) != 0) {
		set_pointer(m, at + offsetof(struct fl_list, p), list);
		set_pointer(m, at + offsetof(struct fl_list, node), 0);
		return;
	}
	list = l->n ? place(m, l->n * size) : 0;
	if (texts)
		fl_map_put(&m->list, key, (void *)(uintptr_t)(list + 1));
	set_pointer(m, at + offsetof(struct fl_list, p), list);
	set_pointer(m, at + offsetof(struct fl_list, node), 0);
	if (l->name && l->n)
		names = place(m, l->n * sizeof *l->name);
	set_pointer(m, at + offsetof(struct fl_list, name), names);
	for (size_t i = 0; i < l->n && !m->out->full; i++) {
		write_value(m, f, (const char *)l->p + i * size, list + i * size);
		if (names) {
			memcpy(bytes_at(m, names + i * sizeof *l->name), &l->name[i], sizeof *l->name);
			write_text(m, l->name[i], names + i * sizeof *l->name);
		}
	}
}

/*
 * The fields of the table alone: members that it does not name are made when the image is opened, and would carry
 * addresses of this process. Of claims all bytes stand at `at` already, and the parts that are pointers are replaced.
 */
static void write_struct(struct image *m, const struct fl_table *t, const char *from, size_t at)
{
	if (t != &fl_claim_parts)
		set_pointer(m, at, *(const struct fl_yaml *const *)(const void *)from ? m->node : 0);
	for (size_t i = 0; i < t->fields; i++) {
		const struct fl_field *f = &t->field[i];
		if (f->shape == FL_ONE)
			write_value(m, f, from + f->at, at + f->at);
		else
			write_list(m, f, (const struct fl_list *)(const void *)(from + f->at), at + f->at);
	}
}

static uint64_t sum_of(const struct fl_table *t, int depth)
{
	uint64_t h = t->size * UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = 0; i < t->fields && depth < 8; i++) {
		const struct fl_field *f = &t->field[i];
		h = (h ^ (f->at + 131 * (uint64_t)f->shape + 977 * element_size(f))) * UINT64_C(0x100000001b3);
		if (f->type == &fl_type_table)
			h ^= sum_of(f->table, depth + 1);
	}
	return h;
}

/* Bytes of the map with a bit for each word of the block. */
static size_t map_bytes(size_t size)
{
	return (size / 8 + 7) / 8;
}

bool fl_image_write(const struct fl_table *table, const void *root, struct fl_buf *out)
{
	struct image m = {.out = out, .start = out->n};
	fl_map_init(&m.text);
	fl_map_init(&m.list);
	fl_arena_init(&m.arena);
	place(&m, sizeof(struct fl_image_head));
	m.node = place(&m, sizeof(struct fl_yaml));
	set_pointer(&m, m.node + offsetof(struct fl_yaml, file), put_text(&m, FL_S("the built-in catalogue")));
	size_t at = place(&m, table->size);
	if (!out->full)
		write_struct(&m, table, root, at);
	size_t end = place(&m, 0);
	struct fl_image_head head = {
	    .magic = MAGIC, .table = sum_of(table, 0), .size = (uint32_t)end, .root = (uint32_t)at};
	place(&m, map_bytes(end));
	for (size_t i = 0; i < m.pointer.n && !out->full; i++)
		*bytes_at(&m, end + m.pointer.p[i] / 64) |= (char)(1 << m.pointer.p[i] / 8 % 8);
	if (!out->full)
		memcpy(bytes_at(&m, 0), &head, sizeof head);
	FL_VEC_RELEASE(&m.pointer);
	fl_map_release(&m.text);
	fl_map_release(&m.list);
	fl_arena_release(&m.arena);
	return !out->full;
}

void *fl_image_open(const struct fl_table *table, void *block, size_t size)
{
	struct fl_image_head *head = block;
	char *base = block;
	if (size < sizeof *head || head->magic != MAGIC || head->table != sum_of(table, 0) || head->opened ||
	    head->size + map_bytes(head->size) > size || (uint64_t)head->root + table->size > head->size)
		return NULL;
	const char *map = base + head->size;
	for (size_t word = 0; word < head->size / 8; word++) {
		uint64_t to;
		char *at = base + word * 8;
		if (!(map[word / 8] & 1 << word % 8))
			continue;
		memcpy(&to, at, sizeof to);
		if (to >= head->size)
			return NULL;
		char *address = base + to;
		memcpy(at, &address, sizeof address);
	}
	head->opened = 1;
	return base + head->root;
}

#include "catalog/merge.h"

static size_t index_of(const struct fl_list *l, struct fl_str name)
{
	size_t i = 0;
	while (i < l->n && !fl_str_eq(l->name[i], name))
		i++;
	return i;
}

static void merge_named(const struct fl_field *f, struct fl_list *lower, const struct fl_list *upper,
                        struct fl_arena *a)
{
	size_t size = f->table->size, n = lower->n;
	char *all = fl_arena_array(a, lower->n + upper->n, size);
	struct fl_str *name = FL_NEW_ARRAY(a, struct fl_str, lower->n + upper->n);
	if (n) {
		memcpy(all, lower->p, n * size);
		memcpy(name, lower->name, n * sizeof *name);
	}
	struct fl_list merged = {.p = all, .n = n, .name = name};
	for (size_t i = 0; i < upper->n; i++) {
		const char *from = (const char *)upper->p + i * size;
		size_t at = index_of(&merged, upper->name[i]);
		if (at < merged.n) {
			fl_merge(f->table, all + at * size, from, a);
			continue;
		}
		memcpy(all + at * size, from, size);
		name[at] = upper->name[i];
		merged.n++;
	}
	*lower = merged;
}

void fl_merge(const struct fl_table *table, void *lower, const void *upper, struct fl_arena *a)
{
	const struct fl_yaml *node = *(const struct fl_yaml *const *)upper;
	*(const struct fl_yaml **)lower = node;
	for (size_t i = 0; i < table->fields; i++) {
		const struct fl_field *f = &table->field[i];
		const char *from = (const char *)upper + f->at;
		char *to = (char *)lower + f->at;
		bool is_struct = f->type == &fl_type_table;
		if (!fl_yaml_get(node, fl_str_from(f->key)))
			continue;
		if (is_struct && f->shape == FL_NAMED)
			merge_named(f, (struct fl_list *)(void *)to, (const struct fl_list *)(const void *)from, a);
		else if (is_struct && f->shape == FL_ONE && *(const struct fl_yaml **)(void *)to)
			fl_merge(f->table, to, from, a);
		else if (f->shape == FL_ONE)
			memcpy(to, from, is_struct ? f->table->size : f->type->size);
		else
			memcpy(to, from, sizeof(struct fl_list));
	}
}

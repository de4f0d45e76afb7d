/* import.c - the table of formats, and one file into an import. */
#include "catalog/import.h"

#include "catalog/import_int.h"

const char *const fl_import_what_words[] = {"new_provider", "new_model", "new_offer", "price",   "price_added",
                                            "fact",         "conflict",  "doubt",     "refused", NULL};

static const struct fl_import_format *const formats[] = {&fl_import_litellm, &fl_import_models_dev, &fl_import_genai,
                                                         &fl_import_openrouter};

const struct fl_import_format *const *fl_import_formats(size_t *count)
{
	*count = FL_COUNT(formats);
	return formats;
}

const struct fl_import_format *fl_import_format(struct fl_str name)
{
	for (size_t i = 0; i < FL_COUNT(formats); i++)
		if (fl_str_is(name, formats[i]->name))
			return formats[i];
	return NULL;
}

void fl_import_init(struct fl_import *im, struct fl_arena *a, const struct fl_catalog *c,
                    const struct fl_catalog *carried, bool accept)
{
	*im = (struct fl_import){.arena = a, .catalog = c, .carried = carried, .accept = accept};
	fl_map_init(&im->old_model);
	fl_map_init(&im->model);
	fl_map_init(&im->target);
	fl_map_init(&im->provider);
	fl_map_init(&im->sent);
}

void fl_import_release(struct fl_import *im)
{
	for (size_t i = 0; i < im->file.n; i++) {
		FL_VEC_RELEASE(&im->file.p[i]->entry);
		FL_VEC_RELEASE(&im->file.p[i]->hours);
		FL_VEC_RELEASE(&im->file.p[i]->line_end);
	}
	for (size_t i = 0; i < im->target.n; i++) {
		struct fl_import_target *t = im->target.entry[i].value;
		FL_VEC_RELEASE(&t->entry);
		FL_VEC_RELEASE(&t->row);
	}
	for (size_t i = 0; i < im->model.n; i++) {
		struct fl_import_model *m = im->model.entry[i].value;
		FL_VEC_RELEASE(&m->target);
		FL_VEC_RELEASE(&m->fact);
	}
	FL_VEC_RELEASE(&im->file);
	FL_VEC_RELEASE(&im->item);
	fl_map_release(&im->old_model);
	fl_map_release(&im->model);
	fl_map_release(&im->target);
	fl_map_release(&im->provider);
	fl_map_release(&im->sent);
}

/* --- one file ----------------------------------------------------------------------------------------------------- */

/* A member whose key stood before in its object: which of the two holds is anybody's guess. */
static const struct fl_json *find_duplicate(const struct fl_json *v, struct fl_arena *a)
{
	const struct fl_json *found = NULL;
	struct fl_map seen;
	fl_map_init(&seen);
	for (const struct fl_json *c = fl_json_first(v); c && !found; c = fl_json_next(v, c)) {
		if (v->type == FL_JSON_OBJECT && fl_map_put(&seen, fl_json_key(c, a), (void *)(uintptr_t)c))
			found = c;
		else
			found = find_duplicate(c, a);
	}
	fl_map_release(&seen);
	return found;
}

static enum fl_code parse(struct fl_import_file *f, struct fl_arena *a, struct fl_err *err)
{
	struct fl_json_doc doc;
	struct fl_json_limits limits = {.depth = FL_IMPORT_DEPTH, .nodes = FL_JSON_NODES};
	enum fl_code code = fl_json_parse(&doc, a, f->text, limits, err);
	if (code != FL_OK) {
		fl_err_place(err, fl_arena_dupz(a, f->name), err->line, err->column);
		fl_err_help(err, "nothing of the file was taken: get it anew");
		return code;
	}
	f->root = fl_json_root(&doc);
	if (doc.duplicates) {
		struct fl_import_reader r = {f, a, err};
		return fl_import_wrong(&r, find_duplicate(f->root, a), "said once: its key stands twice in one object");
	}
	return FL_OK;
}

static void find_lines(struct fl_import_file *f)
{
	for (ptrdiff_t at = -1; (at = fl_str_find_char(f->text, '\n', (size_t)(at + 1))) >= 0;)
		FL_VEC_PUSH(&f->line_end, (uint32_t)at);
}

static enum fl_code choose_format(struct fl_import_file *f, struct fl_err *err)
{
	for (size_t i = 0; i < FL_COUNT(formats) && !f->format; i++)
		if (formats[i]->detect(f->root))
			f->format = formats[i];
	if (f->format)
		return FL_OK;
	fl_err_set(err, FL_E_INVALID, "'%.*s' has the shape of no price list that is known", FL_FMT(f->name));
	fl_err_expected(err, "models.dev's api.json, genai-prices' data.json, LiteLLM's "
	                     "model_prices_and_context_window.json or OpenRouter's /api/v1/models");
	fl_err_help(err, "name its format with --format");
	return FL_E_INVALID;
}

enum fl_code fl_import_add(struct fl_import *im, struct fl_str name, struct fl_str text,
                           const struct fl_import_format *format, fl_date as_of, fl_date today, struct fl_err *err)
{
	struct fl_import_file *f = FL_NEW(im->arena, struct fl_import_file);
	struct fl_import_reader r = {f, im->arena, err};
	char day[FL_DATE_TEXT];
	*f = (struct fl_import_file){.format = format, .name = name, .text = text, .own_day = FL_DATE_NONE};
	if (im->file.n == FL_IMPORT_FILES)
		return fl_err_set(err, FL_E_LIMIT, "at most %d price lists are compared at once", FL_IMPORT_FILES);
	if (text.n > FL_IMPORT_BYTES)
		return fl_err_set(err, FL_E_LIMIT, "'%.*s' is longer than %d bytes", FL_FMT(name), FL_IMPORT_BYTES);
	FL_VEC_PUSH(&im->file, f);
	find_lines(f);
	FL_TRY(parse(f, im->arena, err));
	FL_TRY(choose_format(f, err));
	FL_TRY(f->format->read(&r, f->root));
	if (!f->entry.n)
		return fl_import_wrong(&r, f->root, "a price list with at least one priced model");
	f->as_of = as_of != FL_DATE_NONE ? as_of : f->own_day != FL_DATE_NONE ? FL_MIN(f->own_day, today) : today;
	fl_date_format(f->as_of, day);
	f->source = fl_arena_printf(im->arena, "%s-%s", f->format->name, day);
	return FL_OK;
}

/* --- all together ------------------------------------------------------------------------------------------------- */

static void tell_providers(struct fl_import *im)
{
	struct fl_map told;
	fl_map_init(&told);
	for (size_t i = 0; i < im->target.n; i++) {
		const struct fl_import_target *t = im->target.entry[i].value;
		const struct fl_import_entry *e = t->listed ? fl_map_get(&im->provider, t->provider) : NULL;
		if (!e || fl_map_put(&told, t->provider, (void *)(uintptr_t)e))
			continue;
		struct fl_import_item *item = fl_import_say(im, FL_IMPORT_NEW_PROVIDER, NULL, e);
		item->offer = t->provider;
		item->taken = true;
		item->found_text = e->provider_name;
	}
	fl_map_release(&told);
}

void fl_import_compare(struct fl_import *im)
{
	const struct fl_yaml *old = fl_yaml_get(im->old, FL_S("models"));
	for (const struct fl_yaml *c = old ? old->first : NULL; c; c = c->next)
		fl_map_put(&im->old_model, c->key, (void *)(uintptr_t)c);
	fl_import_match(im);
	for (size_t i = 0; i < im->target.n; i++)
		fl_import_diff(im, im->target.entry[i].value);
	for (size_t i = 0; i < im->model.n; i++)
		fl_import_facts(im, im->model.entry[i].value);
	tell_providers(im);
}

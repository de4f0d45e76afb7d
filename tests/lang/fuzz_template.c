/*
 * fuzz_template.c - templates of any shape compile or are refused with a place, render the same twice, keep their
 * bounds; a text without tags renders to itself.
 */
#include "lang/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char item[] =
    "{\"a\":\"text\",\"n\":3,\"x\":-2.50,\"t\":true,\"z\":null,\"xs\":[\"p\",\"q\",1],\"o\":{\"k\":[1,"
    "{\"v\":\"deep\"}]},\"u\":\"\\u00e9\xe6\x97\xa5\",\"e\":\"\"}";

static void render(const struct fl_template *t, const struct fl_template_var *var, struct fl_buf *b, enum fl_code *code,
                   struct fl_err *e)
{
	struct fl_arena scratch;
	fl_arena_init(&scratch);
	fl_buf_init(b, 4096);
	*code = fl_template_render(t, var, 1, b, &scratch, e);
	FL_ASSERT(*code == FL_OK || (b->n == 0 && e->code == *code && e->line > 0 && e->column > 0 && e->message[0]));
	fl_arena_release(&scratch);
}

static void check_plain(struct fl_str text, struct fl_str out)
{
	static const char *const tags[] = {"{{", "{%", "{#"};
	for (size_t i = 0; i < FL_COUNT(tags); i++) {
		if (fl_str_find(text, fl_str_from(tags[i]), 0) >= 0)
			return;
	}
	if (fl_str_find_char(text, '\r', 0) >= 0)
		return;
	if (fl_str_ends(text, FL_S("\n")))
		text.n--;
	FL_ASSERT(fl_str_eq(text, out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fl_arena a;
	struct fl_err e = {0};
	struct fl_template *t;
	struct fl_json_doc doc;
	struct fl_str text = {(const char *)data, size};
	fl_arena_init(&a);
	FL_ASSERT(fl_json_parse(&doc, &a, fl_str_from(item), FL_JSON_LIMITS, NULL) == FL_OK);
	enum fl_code code = fl_template_compile(&t, &a, text, "prompt", &e);
	FL_ASSERT(code == FL_OK || (e.code == code && e.message[0]));
	if (code == FL_OK) {
		struct fl_template_var var = {.value = fl_json_root(&doc)};
		struct fl_buf once, twice;
		enum fl_code second;
		render(t, &var, &once, &code, &e);
		render(t, &var, &twice, &second, &e);
		FL_ASSERT(code == second && fl_str_eq(fl_buf_slice(&once), fl_buf_slice(&twice)));
		if (code == FL_OK)
			check_plain(text, fl_buf_slice(&once));
		fl_buf_release(&once);
		fl_buf_release(&twice);
	}
	fl_arena_release(&a);
	return 0;
}

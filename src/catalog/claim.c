#include "catalog/claim.h"

#include "codec/json_number.h"
#include "lang/quantity.h"

enum { CLAIM_TEXT, CLAIM_WORDS, CLAIM_TOKENS, CLAIM_YES, CLAIM_DAY, CLAIM_FIGURE };

/* --- one claim ---------------------------------------------------------------------------------------------------- */

struct raw_claim {
	const struct fl_yaml *node;
	const struct fl_yaml *value;
	struct fl_list source;
	fl_date checked;
	struct fl_str note;
};
static const struct raw_claim raw_defaults = {.checked = FL_DATE_NONE};
static const struct fl_field raw_fields[] = {
    {.key = "value",
     .type = &fl_type_any,
     .at = offsetof(struct raw_claim, value),
     .required = true,
     .help = "what is claimed"},
    {.key = "source",
     .type = &fl_type_str,
     .shape = FL_MANY,
     .at = offsetof(struct raw_claim, source),
     .help = "names of sources, or addresses"},
    {.key = "checked",
     .type = &fl_type_date,
     .at = offsetof(struct raw_claim, checked),
     .help = "day on which it was read; else that of the source"},
    {.key = "note", .type = &fl_type_str, .at = offsetof(struct raw_claim, note), .help = "what a reader should know"},
};
static const struct fl_table raw_table = {.name = "claim",
                                          .field = raw_fields,
                                          .fields = FL_COUNT(raw_fields),
                                          .size = sizeof(struct raw_claim),
                                          .defaults = &raw_defaults};

static const struct fl_field part_fields[] = {
    {.key = "text", .type = &fl_type_str, .at = offsetof(struct fl_claim, text)},
    {.key = "words", .type = &fl_type_str, .shape = FL_MANY, .at = offsetof(struct fl_claim, words)},
    {.key = "source", .type = &fl_type_str, .shape = FL_MANY, .at = offsetof(struct fl_claim, source)},
    {.key = "note", .type = &fl_type_str, .at = offsetof(struct fl_claim, note)},
};
const struct fl_table fl_claim_parts = {
    .name = "claim_parts", .field = part_fields, .fields = FL_COUNT(part_fields), .size = sizeof(struct fl_claim)};

static enum fl_code read_words(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v,
                               struct fl_claim *c)
{
	struct fl_field words = {.key = f->key, .type = &fl_type_str, .shape = FL_MANY};
	struct fl_buf joined;
	if (v->kind == FL_YAML_MAP)
		return fl_schema_wrong(r, f, v);
	FL_TRY(fl_schema_value(r, &words, v, &c->words));
	fl_buf_init(&joined, 4096);
	for (size_t i = 0; i < c->words.n; i++)
		fl_buf_printf(&joined, "%s%.*s", i ? " " : "", FL_FMT(((const struct fl_str *)c->words.p)[i]));
	c->text = fl_arena_dup(fl_schema_arena(r), fl_buf_slice(&joined));
	fl_buf_release(&joined);
	return FL_OK;
}

/* What the value means; the text is kept beside it. */
static enum fl_code read_value(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v,
                               struct fl_claim *c)
{
	fl_date day;
	if (f->type->tag == CLAIM_WORDS)
		return read_words(r, f, v, c);
	if (v->kind != FL_YAML_SCALAR || fl_yaml_is_null(v))
		return fl_schema_wrong(r, f, v);
	c->text = v->text;
	switch (f->type->tag) {
	case CLAIM_TOKENS:
		if (fl_quantity_read(FL_Q_TOKENS, v->text, NULL, &c->number, NULL) != FL_OK)
			return fl_schema_wrong(r, f, v);
		break;
	case CLAIM_YES:
		c->number = fl_str_is(v->text, "yes") || fl_str_is(v->text, "true");
		if (!c->number && !fl_str_is(v->text, "no") && !fl_str_is(v->text, "false"))
			return fl_schema_wrong(r, f, v);
		break;
	case CLAIM_DAY:
		if (fl_date_parse(v->text, &day, NULL) != FL_OK)
			return fl_schema_wrong(r, f, v);
		c->number = day;
		break;
	case CLAIM_FIGURE:
		if (!fl_double_parse(v->text, &c->figure))
			return fl_schema_wrong(r, f, v);
		break;
	default:
		break;
	}
	return FL_OK;
}

static enum fl_code read_one(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v,
                             struct fl_claim *c)
{
	struct fl_field section = {.key = f->key, .type = &fl_type_table, .table = &raw_table};
	struct raw_claim raw = raw_defaults;
	*c = (struct fl_claim){.checked = FL_DATE_NONE};
	if (v->kind != FL_YAML_MAP)
		return read_value(r, f, v, c);
	FL_TRY(fl_schema_value(r, &section, v, &raw));
	c->source = raw.source;
	c->checked = raw.checked;
	c->note = raw.note;
	return read_value(r, f, raw.value, c);
}

/* A list of maps is several claims; for words, a list of scalars is one. */
static enum fl_code read_claims(struct fl_reading *r, const struct fl_field *f, const struct fl_yaml *v, void *to)
{
	struct fl_claims *claims = to;
	bool several = v->kind == FL_YAML_LIST && v->count > 0 && v->first->kind == FL_YAML_MAP;
	size_t n = several ? v->count : 1, i = 0;
	struct fl_claim *c = FL_NEW_ARRAY(fl_schema_arena(r), struct fl_claim, n);
	if (!several)
		FL_TRY(read_one(r, f, v, c));
	for (const struct fl_yaml *e = several ? v->first : NULL; e; e = e->next)
		FL_TRY(read_one(r, f, e, &c[i++]));
	*claims = (struct fl_claims){c, n};
	return FL_OK;
}

#define CLAIM_TYPE(id, text, what, kind)                                                                               \
	const struct fl_type id = {.name = text,                                                                       \
	                           .expected = what,                                                                   \
	                           .size = sizeof(struct fl_claims),                                                   \
	                           .read = read_claims,                                                                \
	                           .schema = "{\"type\":[\"string\",\"number\",\"boolean\",\"object\",\"array\"]}",    \
	                           .tag = kind}
CLAIM_TYPE(fl_type_claim_text, "claim_of_text", "a text, or {value: ..., source: ...}", CLAIM_TEXT);
CLAIM_TYPE(fl_type_claim_words, "claim_of_words", "words like [text, image], or {value: [...], source: ...}",
           CLAIM_WORDS);
CLAIM_TYPE(fl_type_claim_tokens, "claim_of_tokens", "tokens like 128k, or {value: ..., source: ...}", CLAIM_TOKENS);
CLAIM_TYPE(fl_type_claim_yes, "claim_of_yes_or_no", "yes or no, or {value: ..., source: ...}", CLAIM_YES);
CLAIM_TYPE(fl_type_claim_day, "claim_of_a_day", "a day like 2026-11-24, or {value: ..., source: ...}", CLAIM_DAY);
CLAIM_TYPE(fl_type_claim_figure, "claim_of_a_figure", "a number, or {value: ..., source: ...}", CLAIM_FIGURE);

bool fl_type_is_claim(const struct fl_type *type)
{
	return type->read == read_claims;
}

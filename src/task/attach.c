/*
 * Images and PDFs that go with an item: each template of `attach:` gives, for an item, a path (as seen from the task file),
 * an address, or nothing. What a file is, its first bytes say; what stands behind an address, its ending says as well as
 * it can. Files are looked at when the task is read, so that nothing of them can be wrong later, and read when their
 * item's turn comes, so that 100,000 of them need no memory.
 *
 * A file is told to the model as attachment-N.pdf: its own name may give the answer away, and some vendors show it.
 */
#include "task/parts.h"

#include "call/bound.h"
#include "codec/base64.h"
#include "io/file.h"
#include "net/url.h"

enum { HEAD_BYTES = 16, PATH_BYTES = 16384, REST_BYTES = 1 << 20 /* of a request, beside its files */ };

/* --- kinds -------------------------------------------------------------------------------------------------------- */

static const struct kind {
	const char *name, *type, *ending; /* ending: of the name it is told under */
	enum fl_attachment_kind kind;
	const char *magic;
	size_t bytes;
	const char *then; /* NULL, or what stands at byte 8 */
} kinds[] = {
    {"PNG", "image/png", "png", FL_ATTACH_IMAGE, "\x89PNG\r\n\x1a\n", 8, NULL},
    {"JPEG", "image/jpeg", "jpg", FL_ATTACH_IMAGE, "\xff\xd8\xff", 3, NULL},
    {"GIF", "image/gif", "gif", FL_ATTACH_IMAGE, "GIF87a", 6, NULL},
    {"GIF", "image/gif", "gif", FL_ATTACH_IMAGE, "GIF89a", 6, NULL},
    {"WebP", "image/webp", "webp", FL_ATTACH_IMAGE, "RIFF", 4, "WEBP"},
    {"PDF", "application/pdf", "pdf", FL_ATTACH_PDF, "%PDF-", 5, NULL},
};

/* What else is often taken for one of them. */
static const struct {
	const char *name, *magic;
	size_t bytes, at;
} others[] = {
    {"a TIFF image", "II*\0", 4, 0},          {"a TIFF image", "MM\0*", 4, 0}, {"a BMP image", "BM", 2, 0},
    {"a HEIC or AVIF image", "ftyp", 4, 4},   {"an SVG image", "<svg", 4, 0},  {"an XML or SVG file", "<?xml", 5, 0},
    {"a ZIP or Office file", "PK\3\4", 4, 0}, {"an HTML page", "<!", 2, 0},
};

static bool has_at(struct fl_str head, size_t at, const char *bytes, size_t n)
{
	return head.n >= at + n && memcmp(head.p + at, bytes, n) == 0;
}

static const struct kind *kind_of(struct fl_str head)
{
	for (size_t i = 0; i < FL_COUNT(kinds); i++)
		if (has_at(head, 0, kinds[i].magic, kinds[i].bytes) &&
		    (!kinds[i].then || has_at(head, 8, kinds[i].then, strlen(kinds[i].then))))
			return &kinds[i];
	return NULL;
}

static void say_found(struct fl_str head, struct fl_err *err)
{
	char hex[3 * HEAD_BYTES + 1] = "";
	for (size_t i = 0; i < head.n; i++)
		snprintf(hex + 3 * i, 4, " %02x", (unsigned char)head.p[i]);
	for (size_t i = 0; i < FL_COUNT(others); i++)
		if (has_at(head, others[i].at, others[i].magic, others[i].bytes)) {
			fl_err_found(err, "%s", others[i].name);
			return;
		}
	if (head.n)
		fl_err_found(err, "a file that begins with%s", hex);
	else
		fl_err_found(err, "an empty file");
}

/* By the ending of its path: a PDF, an image of a known type, or, for all else, an image. */
static void kind_of_url(struct fl_str target, struct fl_attachment *out)
{
	size_t end = 0;
	while (end < target.n && target.p[end] != '?')
		end++;
	struct fl_str path = fl_str_sub(target, 0, end);
	out->kind = FL_ATTACH_IMAGE;
	if (path.n > 5 && fl_str_eq_nocase(fl_str_sub(path, path.n - 5, path.n), FL_S(".jpeg")))
		out->type = FL_S("image/jpeg");
	for (size_t i = 0; i < FL_COUNT(kinds); i++) {
		size_t n = strlen(kinds[i].ending);
		if (path.n <= n || path.p[path.n - n - 1] != '.' ||
		    !fl_str_eq_nocase(fl_str_sub(path, path.n - n, path.n), fl_str_from(kinds[i].ending)))
			continue;
		out->kind = kinds[i].kind;
		out->type = fl_str_from(kinds[i].type);
	}
}

/* --- one attachment ----------------------------------------------------------------------------------------------- */

/* A file as it was found: its path, and how large it is. */
struct found {
	struct fl_attachment at;
	const char *path; /* NULL: by address */
	uint64_t bytes;
};

static enum fl_code look_at_file(const struct fl_task *t, struct fl_str from, struct fl_arena *a, struct found *out,
                                 struct fl_err *err)
{
	char *head = fl_arena_alloc(a, HEAD_BYTES);
	size_t n = HEAD_BYTES;
	out->path = fl_task_path(t, from, a);
	FL_TRY(fl_file_head(out->path, head, &n, &out->bytes, err));
	const struct kind *k = kind_of((struct fl_str){head, n});
	if (!k) {
		fl_err_set(err, FL_E_INVALID, "the file '%.*s' is no image and no PDF", FL_FMT(from));
		say_found((struct fl_str){head, n}, err);
		fl_err_expected(err, "PNG, JPEG, GIF, WebP or PDF");
		return FL_E_INVALID;
	}
	if (out->bytes > FL_ATTACH_BYTES) {
		fl_err_set(err, FL_E_LIMIT, "the file '%.*s' is larger than %d bytes", FL_FMT(from), FL_ATTACH_BYTES);
		fl_err_found(err, "%llu bytes", (unsigned long long)out->bytes);
		return FL_E_LIMIT;
	}
	out->at.kind = k->kind;
	out->at.type = fl_str_from(k->type);
	return FL_OK;
}

static enum fl_code look_at_url(struct fl_str from, struct found *out, struct fl_err *err)
{
	struct fl_url url;
	FL_TRY(fl_url_parse(&url, from, err));
	kind_of_url(url.target, &out->at);
	out->at.url = from;
	return FL_OK;
}

static enum fl_code look_at(const struct fl_task *t, struct fl_str from, struct fl_arena *a, struct found *out,
                            struct fl_err *err)
{
	*out = (struct found){.path = NULL};
	if (fl_str_starts(from, FL_S("http://")) || fl_str_starts(from, FL_S("https://")))
		return look_at_url(from, out, err);
	if (fl_str_find_char(from, '\0', 0) < 0 && fl_str_find(from, FL_S("://"), 0) < 0 &&
	    !fl_str_starts(from, FL_S("data:")))
		return look_at_file(t, from, a, out, err);
	fl_err_set(err, FL_E_INVALID, "this is neither a path nor an address");
	fl_err_found(err, "'%.*s'", (int)FL_MIN(from.n, (size_t)200), from.p);
	fl_err_expected(err, "a path, http://... or https://...");
	return FL_E_INVALID;
}

/* --- of an item --------------------------------------------------------------------------------------------------- */

/* What the templates give for an item; found has room for all of them. */
static enum fl_code of_item(const struct fl_task *t, const struct fl_json *item, struct fl_arena *a,
                            struct found *found, size_t *n, struct fl_err *err)
{
	struct fl_template_var scope = {.value = item};
	struct fl_buf out;
	enum fl_code code = FL_OK;
	*n = 0;
	fl_buf_init(&out, PATH_BYTES);
	for (size_t i = 0; i < t->attach_count && code == FL_OK; i++) {
		fl_buf_reset(&out);
		code = fl_template_render(t->attach[i].from, &scope, 1, &out, a, err);
		if (code != FL_OK) {
			fl_task_place(t->attach[i].at, err);
			break;
		}
		struct fl_str from = fl_arena_dup(a, fl_str_trim(fl_buf_slice(&out)));
		if (from.n)
			code = look_at(t, from, a, &found[(*n)++], err);
	}
	fl_buf_release(&out);
	return code;
}

static enum fl_code check_size(const struct found *found, size_t n, struct fl_err *err)
{
	uint64_t all = 0;
	for (size_t i = 0; i < n; i++)
		all += fl_base64_size(found[i].bytes);
	if (all <= FL_CALL_BODY_BYTES - REST_BYTES)
		return FL_OK;
	fl_err_set(err, FL_E_LIMIT, "the files of an item do not fit into one request");
	fl_err_found(err, "%llu bytes as they are sent, in base64", (unsigned long long)all);
	fl_err_expected(err, "%d bytes at most", FL_CALL_BODY_BYTES - REST_BYTES);
	return FL_E_LIMIT;
}

/* The place is the item's, unless a template of the task file has one. */
static enum fl_code of_which_item(const struct fl_task *t, size_t i, struct fl_err *err)
{
	if (!err)
		return FL_E_INVALID;
	if (err->line == 0)
		fl_err_place(err, t->data_file, t->item[i].line, 0);
	return fl_err_while(err, "attaching what goes with item '%.*s' (%s:%d)", FL_FMT(t->item[i].id), t->data_file,
	                    t->item[i].line);
}

enum fl_code fl_task_attach(const struct fl_task *t, size_t item_index, const struct fl_json *item, struct fl_arena *a,
                            struct fl_message *message, size_t messages, struct fl_err *err)
{
	struct found found[FL_ATTACHMENTS];
	size_t n, last = messages;
	if (t->attach_count == 0)
		return FL_OK;
	enum fl_code code = of_item(t, item, a, found, &n, err);
	struct fl_attachment *at = FL_NEW_ARRAY(a, struct fl_attachment, n + 1);
	for (size_t i = 0; i < n && code == FL_OK; i++) {
		at[i] = found[i].at;
		if (!found[i].path)
			continue;
		at[i].name = fl_arena_printf(a, "attachment-%zu.pdf", i + 1);
		code = fl_file_read(found[i].path, FL_ATTACH_BYTES, a, &at[i].bytes, err);
		if (code == FL_OK && kind_of(at[i].bytes) == NULL)
			code =
			    fl_err_set(err, FL_E_INVALID, "the file '%s' was changed while it was used", found[i].path);
	}
	if (code != FL_OK)
		return of_which_item(t, item_index, err);
	while (last > 0 && !fl_str_is(message[last - 1].role, "user"))
		last--;
	FL_ASSERT(last > 0);
	message[last - 1].attachment = at;
	message[last - 1].attachment_count = n;
	return FL_OK;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static enum fl_code check_prompts(const struct fl_task *t, const struct fl_yaml *at, struct fl_err *err)
{
	for (size_t p = 0; p < t->prompt_count; p++) {
		bool asks = false;
		for (size_t i = 0; i < t->prompt[p].count; i++)
			asks |= fl_str_is(t->prompt[p].message[i].role, "user");
		if (!asks)
			return fl_yaml_err(at, err, FL_E_INVALID,
			                   "attach needs a message of the user in the prompt, which files go into");
	}
	return FL_OK;
}

enum fl_code fl_task_read_attach(struct fl_task *t, const struct fl_task_section *s, struct fl_err *err)
{
	const struct fl_str *text = s->attach.p;
	size_t n = s->attach.n;
	if (n == 0)
		return FL_OK;
	if (n > FL_ATTACHMENTS)
		return fl_yaml_err(s->attach.node[0], err, FL_E_LIMIT, "more than %d files of an item", FL_ATTACHMENTS);
	struct fl_task_attachment *attach = FL_NEW_ARRAY(&t->arena, struct fl_task_attachment, n);
	for (size_t i = 0; i < n; i++) {
		attach[i].at = s->attach.node[i];
		if (fl_template_compile(&attach[i].from, &t->arena, text[i], attach[i].at->file, err) != FL_OK) {
			fl_task_place(attach[i].at, err);
			return err->code;
		}
	}
	t->attach = attach;
	t->attach_count = n;
	return check_prompts(t, s->attach.node[0], err);
}

enum fl_code fl_task_check_attach(struct fl_task *t, struct fl_sha256 *print, struct fl_err *err)
{
	struct found found[FL_ATTACHMENTS];
	struct fl_arena a;
	struct fl_json_doc doc;
	enum fl_code code = FL_OK;
	fl_arena_init(&a);
	for (size_t i = 0; t->attach_count && i < t->item_count && code == FL_OK; i++) {
		size_t n = 0;
		fl_arena_reset(&a);
		code = fl_task_item(t, i, &a, &doc, err);
		if (code == FL_OK)
			code = of_item(t, fl_json_root(&doc), &a, found, &n, err);
		if (code == FL_OK)
			code = check_size(found, n, err);
		for (size_t k = 0; k < n && code == FL_OK; k++) {
			(found[k].path ? t->attached.sent : t->attached.by_url)[found[k].at.kind] = true;
			fl_sha256_field(print, found[k].path ? fl_str_from(found[k].path) : found[k].at.url);
			fl_sha256_add(print, &found[k].bytes, sizeof found[k].bytes);
		}
		if (code != FL_OK)
			of_which_item(t, i, err);
	}
	fl_arena_release(&a);
	return code;
}

/* --- candidates --------------------------------------------------------------------------------------------------- */

static bool any_claims(const struct fl_claims *claims, const char *word)
{
	for (size_t i = 0; i < claims->n; i++)
		for (size_t k = 0; k < claims->p[i].words.n; k++)
			if (fl_str_is(((const struct fl_str *)claims->p[i].words.p)[k], word))
				return true;
	return false;
}

/* Vendors read a PDF as images of its pages, and their lists of what a model takes often say image alone. */
static bool takes(const struct fl_claims *inputs, enum fl_attachment_kind kind)
{
	return any_claims(inputs, "image") ||
	       (kind == FL_ATTACH_PDF && (any_claims(inputs, "pdf") || any_claims(inputs, "file")));
}

static enum fl_code check_model(const struct fl_task *t, const struct fl_candidate *c, enum fl_attachment_kind kind,
                                struct fl_err *err)
{
	const struct fl_catalog_model *model = c->offer->fact.model;
	const struct fl_claim *best = model ? fl_claim_best(t->providers.catalog, &model->inputs) : NULL;
	if (!best || takes(&model->inputs, kind))
		return FL_OK;
	struct fl_arena a;
	fl_arena_init(&a);
	fl_yaml_err(c->at, err, FL_E_UNSUPPORTED, "%.*s takes no %s", FL_FMT(c->offer->name),
	            kind == FL_ATTACH_IMAGE ? "images" : "PDFs");
	fl_err_found(err, "it takes %.*s (%.*s)", FL_FMT(best->text), FL_FMT(fl_sources_text(&best->source, &a, 2)));
	fl_err_help(err, "choose models that do (`fulcrum models --input %s`), or leave this one out",
	            kind == FL_ATTACH_IMAGE ? "image" : "pdf");
	fl_arena_release(&a);
	return FL_E_UNSUPPORTED;
}

/* The dialect itself says whether it can write such a request: one with next to nothing in it is written. */
static enum fl_code check_dialect(const struct fl_candidate *c, struct fl_attachment at, struct fl_err *err)
{
	const struct fl_provider *p = c->offer->provider;
	struct fl_message m = {.role = FL_S("user"), .text = FL_S("x"), .attachment = &at, .attachment_count = 1};
	struct fl_chat chat = {.endpoint = p->endpoint,
	                       .model = c->offer->model,
	                       .message = &m,
	                       .message_count = 1,
	                       .max_output = 1,
	                       .limit_name = FL_S("max_tokens")};
	struct fl_buf body;
	fl_buf_init(&body, 1 << 16);
	enum fl_code code = p->dialect->encode(&chat, &body, err);
	fl_buf_release(&body);
	if (code == FL_OK)
		return FL_OK;
	fl_err_place(err, c->at->file, c->at->line, c->at->column);
	return fl_err_while(err, "writing a request for %.*s", FL_FMT(c->offer->name));
}

/* Nothing but the model's context bounds what a PDF costs. */
static enum fl_code check_bound(const struct fl_task *t, const struct fl_candidate *c, struct fl_err *err)
{
	if (t->budget_none || c->offer->price->kind != FL_PRICE_TOKENS || fl_context_most(c->offer))
		return FL_OK;
	fl_yaml_err(c->at, err, FL_E_UNSUPPORTED,
	            "what a PDF costs at %.*s has no bound, so it cannot run under a budget", FL_FMT(c->offer->name));
	fl_err_found(err, "a model whose context the catalogue does not know");
	fl_err_help(err, "attach images of its pages, put the text into the prompt, or write budget: none");
	return FL_E_UNSUPPORTED;
}

/* What items carry, in one kind. */
static enum fl_code check_kind(const struct fl_task *t, const struct fl_candidate *c, enum fl_attachment_kind kind,
                               struct fl_err *err)
{
	if (!t->attached.sent[kind] && !t->attached.by_url[kind])
		return FL_OK;
	if (t->attached.sent[kind])
		FL_TRY(check_dialect(c, (struct fl_attachment){.kind = kind, .bytes = FL_S("x")}, err));
	if (t->attached.by_url[kind])
		FL_TRY(check_dialect(c, (struct fl_attachment){.kind = kind, .url = FL_S("https://a.example/")}, err));
	FL_TRY(check_model(t, c, kind, err));
	return kind == FL_ATTACH_PDF ? check_bound(t, c, err) : FL_OK;
}

/* Settings that a dialect cannot say, or would say twice, are found by writing the first item's request. */
static enum fl_code check_settings(const struct fl_task *t, const struct fl_candidate *c, struct fl_err *err)
{
	struct fl_arena a;
	struct fl_json_doc doc;
	struct fl_call call;
	struct fl_buf body;
	fl_arena_init(&a);
	fl_buf_init(&body, FL_CALL_BODY_BYTES);
	enum fl_code code = fl_task_item(t, 0, &a, &doc, err);
	if (code == FL_OK)
		code = fl_task_call(t, c, 0, fl_json_root(&doc), 1, &a, &call, err);
	if (code == FL_OK)
		code = c->offer->provider->dialect->encode(&call.chat, &body, err);
	fl_buf_release(&body);
	fl_arena_release(&a);
	if (code == FL_OK)
		return FL_OK;
	if (!err->file[0])
		fl_err_place(err, c->at->file, c->at->line, c->at->column);
	return fl_err_while(err, "writing a request for %.*s", FL_FMT(c->offer->name));
}

enum fl_code fl_task_check_requests(const struct fl_task *t, struct fl_err *err)
{
	for (size_t i = 0; i < t->candidate_count; i++) {
		FL_TRY(check_kind(t, &t->candidate[i], FL_ATTACH_IMAGE, err));
		FL_TRY(check_kind(t, &t->candidate[i], FL_ATTACH_PDF, err));
		FL_TRY(check_settings(t, &t->candidate[i], err));
	}
	return FL_OK;
}

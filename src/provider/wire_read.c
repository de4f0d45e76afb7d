/*
 * What the wire formats do to a reply: text, tool calls, problems, counts. See wire_int.h.
 */
#include "provider/wire_int.h"

#include <ctype.h>

void *fl_wire_state(struct fl_decoder *d)
{
	if (!d->state)
		d->state = fl_arena_alloc(&d->arena, d->wire->state_bytes);
	return d->state;
}

void fl_wire_switch(struct fl_decoder *d, const struct fl_wire *wire)
{
	if (d->state && d->wire->release)
		d->wire->release(d);
	d->wire = wire;
	d->state = NULL;
}

void fl_wire_drop_tools(struct fl_decoder *d)
{
	for (size_t i = 0; i < d->tool.n; i++) {
		fl_buf_release(&d->tool.p[i].name);
		fl_buf_release(&d->tool.p[i].arguments);
	}
	d->tool.n = 0;
	d->tool_bytes = 0;
}

void fl_wire_restart(struct fl_decoder *d)
{
	fl_buf_reset(&d->text);
	fl_buf_reset(&d->reasoning);
	fl_buf_reset(&d->refusal);
	fl_wire_drop_tools(d);
	d->reply.finish = FL_S("");
	d->clean = false;
}

/* --- text --------------------------------------------------------------------------------------------------------- */

void fl_wire_append(struct fl_decoder *d, struct fl_buf *to, const struct fl_json *v)
{
	if (v && v->type == FL_JSON_STRING)
		d->overflow |= !fl_buf_str(to, fl_json_string(v, &d->scratch));
	if (v && v->type == FL_JSON_ARRAY)
		FL_WIRE_EACH(part, v)
		{
			const struct fl_json *text = part->type == FL_JSON_OBJECT ? fl_wire_get(part, "text") : NULL;
			if (text && text->type == FL_JSON_STRING)
				fl_wire_append(d, to, text);
		}
}

void fl_wire_keep(struct fl_decoder *d, struct fl_str *to, const struct fl_json *v)
{
	struct fl_str s = fl_json_string(v, &d->scratch);
	if (s.n && !fl_str_eq(s, *to))
		*to = fl_arena_dup(&d->arena, s);
}

/* As OpenAI, Anthropic, Google (words and numbers of enums), Groq and AWS name the tier that was served. */
static const struct {
	const char *said, *tier;
} tiers[] = {
    {"", ""},
    {"default", ""},
    {"standard", ""},
    {"auto", ""},
    {"on_demand", ""},
    {"standard_only", ""},
    {"unspecified", ""},
    {"service_tier_unspecified", ""},
    {"traffic_type_unspecified", ""},
    {"on_demand_flex", "flex"},
    {"on_demand_priority", "priority"},
    {"provisioned_throughput", "provisioned"},
    {"reserved", "provisioned"},
};

struct fl_str fl_wire_tier(struct fl_str said)
{
	for (size_t i = 0; i < FL_COUNT(tiers); i++)
		if (fl_str_eq_nocase(said, fl_str_from(tiers[i].said)))
			return fl_str_from(tiers[i].tier);
	return said;
}

void fl_wire_keep_tier(struct fl_decoder *d, const struct fl_json *v)
{
	if (!v || v->type != FL_JSON_STRING)
		return;
	struct fl_str tier = fl_wire_tier(fl_json_string(v, &d->scratch));
	if (fl_str_eq_nocase(tier, d->reply.tier))
		return;
	char *lower = fl_arena_dupz(&d->arena, tier);
	for (size_t i = 0; i < tier.n; i++)
		lower[i] = (char)tolower((unsigned char)lower[i]);
	d->reply.tier = (struct fl_str){lower, tier.n};
}

/* --- failures and problems ---------------------------------------------------------------------------------------- */

void fl_wire_fail(struct fl_decoder *d, enum fl_code code, struct fl_str message)
{
	if (d->reply.code != FL_OK)
		return;
	size_t n = FL_MIN(message.n, (size_t)FL_REPLY_MESSAGE_BYTES);
	while (n > 0 && n < message.n && ((uint8_t)message.p[n] & 0xc0) == 0x80)
		n--; /* never half a character */
	d->reply.code = code;
	d->reply.outcome = FL_OUT_FAILED;
	d->reply.message = fl_arena_dup(&d->arena, fl_str_sub(message, 0, n));
}

static void add_problem(struct fl_decoder *d, const char *fmt, va_list ap)
{
	struct fl_reply *r = &d->reply;
	struct fl_str text = fl_arena_vprintf(&d->arena, fmt, ap);
	for (size_t i = 0; i < r->problems; i++)
		if (fl_str_eq(r->problem[i], text))
			return;
	if (r->problems < FL_REPLY_PROBLEMS)
		r->problem[r->problems++] = text;
}

void fl_wire_problem(struct fl_decoder *d, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	add_problem(d, fmt, ap);
	va_end(ap);
}

void fl_wire_odd(struct fl_decoder *d, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	add_problem(d, fmt, ap);
	va_end(ap);
	d->reply.usage.odd = true;
}

/* --- tool calls --------------------------------------------------------------------------------------------------- */

struct fl_tool_parts *fl_wire_tool(struct fl_decoder *d, uint64_t key)
{
	for (size_t i = d->tool.n; i > 0; i--)
		if (d->tool.p[i - 1].key == key)
			return &d->tool.p[i - 1];
	return NULL;
}

struct fl_tool_parts *fl_wire_add_tool(struct fl_decoder *d, uint64_t key)
{
	if (d->tool.n >= FL_REPLY_TOOLS) {
		d->overflow = true;
		return NULL;
	}
	struct fl_tool_parts t = {.key = key};
	fl_buf_init(&t.name, FL_REPLY_BYTES);
	fl_buf_init(&t.arguments, FL_REPLY_BYTES);
	FL_VEC_PUSH(&d->tool, t);
	return &d->tool.p[d->tool.n - 1];
}

static void add_to_tool(struct fl_decoder *d, struct fl_buf *to, struct fl_str s)
{
	d->tool_bytes += s.n;
	if (d->tool_bytes > FL_REPLY_BYTES)
		d->overflow = true;
	else
		d->overflow |= !fl_buf_str(to, s);
}

void fl_wire_tool_name(struct fl_decoder *d, struct fl_tool_parts *t, const struct fl_json *name)
{
	struct fl_str s = fl_json_string(name, &d->scratch);
	if (t && s.n && !fl_str_eq(s, fl_buf_slice(&t->name))) /* some servers repeat it in every piece */
		add_to_tool(d, &t->name, s);
}

void fl_wire_tool_arguments(struct fl_decoder *d, struct fl_tool_parts *t, const struct fl_json *v)
{
	if (t && v && v->type != FL_JSON_NULL)
		add_to_tool(d, &t->arguments, v->type == FL_JSON_STRING ? fl_json_string(v, &d->scratch) : v->raw);
}

void fl_wire_tool_clear(struct fl_decoder *d, struct fl_tool_parts *t)
{
	d->tool_bytes -= t->arguments.n;
	fl_buf_reset(&t->arguments);
}

/* --- usage -------------------------------------------------------------------------------------------------------- */

void fl_wire_keep_usage(struct fl_decoder *d, const struct fl_json *usage)
{
	if (!usage || usage->type != FL_JSON_OBJECT || (usage->count == 0 && d->usage.n))
		return;
	fl_buf_reset(&d->usage);
	d->overflow |= !fl_buf_str(&d->usage, usage->raw);
}

const struct fl_json *fl_wire_usage(struct fl_decoder *d)
{
	struct fl_json_doc doc;
	if (d->usage.n == 0)
		return NULL;
	if (fl_json_parse(&doc, &d->scratch, fl_buf_slice(&d->usage), FL_JSON_LIMITS, NULL) != FL_OK)
		return NULL;
	return fl_json_root(&doc);
}

enum { COUNT_BITS = 53 }; /* no call has more tokens; sums of a few dozen counts cannot overflow */

uint64_t fl_wire_count(struct fl_decoder *d, const struct fl_json *v, const char *name)
{
	uint64_t n = 0;
	const struct fl_json *m = fl_wire_some(v, name);
	if (!m)
		return 0;
	if (fl_json_u64(m, &n) && n >> COUNT_BITS == 0)
		return n;
	if (m->type == FL_JSON_NUMBER)
		fl_wire_odd(d, "the provider says %s is %.*s, which cannot be: counted as 0", name,
		            (int)FL_MIN(m->raw.n, (size_t)40), m->raw.p);
	return 0;
}

void fl_wire_check_total(struct fl_decoder *d, const struct fl_json *v, const char *name, uint64_t sum)
{
	uint64_t total = 0;
	if (!fl_json_u64(fl_wire_get(v, name), &total) || total == sum)
		return;
	fl_wire_odd(d, "%s is %llu, but its parts add up to %llu", name, (unsigned long long)total,
	            (unsigned long long)sum);
}

const struct fl_json *fl_wire_some(const struct fl_json *v, const char *name)
{
	const struct fl_json *m = fl_wire_get(v, name);
	return m && m->type != FL_JSON_NULL ? m : NULL;
}

bool fl_wire_is(struct fl_decoder *d, const struct fl_json *v, const char *name, const char *is)
{
	return fl_str_is(fl_json_string(fl_wire_get(v, name), &d->scratch), is);
}

void fl_wire_dispatch(struct fl_decoder *d, const struct fl_wire_event *event, size_t events, struct fl_str type,
                      const struct fl_json *v, const char *index_name)
{
	uint64_t index = 0;
	if (!fl_json_u64(fl_wire_get(v, index_name), &index))
		index = 0;
	for (size_t i = 0; i < events; i++) {
		if (fl_str_is(type, event[i].type)) {
			event[i].fn(d, v, index);
			return;
		}
	}
}

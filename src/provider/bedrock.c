/*
 * Answers of Amazon Bedrock: Converse and ConverseStream, and what a vendor's model answers to InvokeModel.
 *
 * Source: docs.aws.amazon.com/bedrock/latest/APIReference (Converse, ConverseStream, InvokeModelWithResponseStream). A
 * converse stream ends with messageStop and, behind it, metadata with the usage; Nova's invoke stream holds the same
 * events, each inside an object. inputTokens leaves out what the cache did; totalTokens contains all.
 *
 * An invoke body, and the base64 inside an invoke stream's chunks, is of the format of the model's vendor: the first
 * object tells which. Where the vendor's own usage is missing, the counts that Bedrock adds to the last chunk are taken.
 */
#include "provider/wire_int.h"

struct state {
	bool stopped; /* messageStop came */
};

/* --- usage -------------------------------------------------------------------------------------------------------- */

static uint64_t either(struct fl_decoder *d, const struct fl_json *v, const char *a, const char *b)
{
	uint64_t x = fl_wire_count(d, v, a), y = fl_wire_count(d, v, b);
	return FL_MAX(x, y);
}

/* Written tokens whose lifetime is an hour. */
static uint64_t written_1h(struct fl_decoder *d, const struct fl_json *usage)
{
	uint64_t n = 0;
	FL_WIRE_EACH(row, fl_wire_get(usage, "cacheDetails"))
	n += fl_wire_is(d, row, "ttl", "1h") ? fl_wire_count(d, row, "inputTokens") : 0;
	return n;
}

static void end(struct fl_decoder *d)
{
	const struct fl_json *usage = fl_wire_usage(d);
	uint64_t *units = d->reply.usage.units;
	if (!fl_wire_some(usage, "inputTokens") && !fl_wire_some(usage, "outputTokens"))
		return;
	uint64_t written = either(d, usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount");
	uint64_t hour = written_1h(d, usage);
	if (hour > written)
		fl_wire_odd(d, "%llu tokens written to the cache for an hour are more than the %llu in all",
		            (unsigned long long)hour, (unsigned long long)written);
	hour = FL_MIN(hour, written);
	d->reply.usage.reported = true;
	units[FL_USE_INPUT] = fl_wire_count(d, usage, "inputTokens");
	units[FL_USE_CACHE_READ] = either(d, usage, "cacheReadInputTokens", "cacheReadInputTokenCount");
	units[FL_USE_CACHE_WRITE_1H] = hour;
	units[FL_USE_CACHE_WRITE_5M] = written - hour;
	units[FL_USE_OUTPUT] = fl_wire_count(d, usage, "outputTokens");
	uint64_t plain = units[FL_USE_INPUT] + units[FL_USE_OUTPUT], total = fl_wire_count(d, usage, "totalTokens");
	if (total != plain) /* some models leave the cache out of the total */
		fl_wire_check_total(d, usage, "totalTokens", plain + units[FL_USE_CACHE_READ] + written);
}

/* --- converse ----------------------------------------------------------------------------------------------------- */

static void read_block(struct fl_decoder *d, const struct fl_json *b, uint64_t index)
{
	const struct fl_json *call = fl_wire_some(b, "toolUse"), *thinking = fl_wire_get(b, "reasoningContent");
	const struct fl_json *thought = fl_wire_some(thinking, "reasoningText");
	fl_wire_append(d, &d->text, fl_wire_get(b, "text"));
	fl_wire_append(d, &d->text, fl_wire_get(fl_wire_get(b, "citationsContent"), "content"));
	fl_wire_append(d, &d->reasoning, fl_wire_get(thought ? thought : thinking, "text"));
	if (!call)
		return;
	bool begins = d->whole || fl_wire_some(call, "name");
	struct fl_tool_parts *t = begins ? fl_wire_add_tool(d, index) : fl_wire_tool(d, index);
	fl_wire_tool_name(d, t, fl_wire_get(call, "name"));
	fl_wire_tool_arguments(d, t, fl_wire_get(call, "input"));
}

static void finish(struct fl_decoder *d, const struct fl_json *v)
{
	d->seen = true;
	fl_wire_keep(d, &d->reply.finish, fl_wire_get(v, "stopReason"));
	fl_wire_keep_usage(d, fl_wire_get(v, "usage"));
	fl_wire_keep_tier(d, fl_wire_get(fl_wire_get(v, "serviceTier"), "type"));
	if (fl_wire_is(d, fl_wire_get(v, "performanceConfig"), "latency", "optimized"))
		d->reply.tier = FL_S("optimized");
}

static void read_whole(struct fl_decoder *d, const struct fl_json *v)
{
	uint64_t index = 0;
	const struct fl_json *m = fl_wire_get(fl_wire_get(v, "output"), "message");
	FL_WIRE_EACH(block, fl_wire_get(m, "content"))
	read_block(d, block, index++);
	if (m || fl_wire_some(v, "stopReason"))
		finish(d, v);
	else if (fl_wire_some(v, "message"))
		fl_wire_error(d, v);
}

static void on_event(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	struct state *s = fl_wire_state(d);
	uint64_t index = 0;
	if (!fl_json_u64(fl_wire_get(v, "contentBlockIndex"), &index))
		index = 0;
	d->seen = true;
	if (fl_str_is(event, "contentBlockStart"))
		read_block(d, fl_wire_get(v, "start"), index);
	else if (fl_str_is(event, "contentBlockDelta"))
		read_block(d, fl_wire_get(v, "delta"), index);
	else if (fl_str_is(event, "messageStop") || fl_str_is(event, "metadata"))
		finish(d, v);
	s->stopped |= fl_str_is(event, "messageStop");
	d->clean |= s->stopped && fl_str_is(event, "metadata");
}

static void object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	static const char *const names[] = {"messageStart",     "contentBlockStart", "contentBlockDelta",
	                                    "contentBlockStop", "messageStop",       "metadata"};
	if (d->whole) {
		read_whole(d, v);
		return;
	}
	for (size_t i = 0; i < FL_COUNT(names); i++)
		if (fl_wire_some(v, names[i])) { /* Nova: the event's name is the member */
			on_event(d, fl_wire_get(v, names[i]), fl_str_from(names[i]));
			return;
		}
	on_event(d, v, event);
}

const struct fl_wire fl_wire_bedrock_converse = {
    .name = "bedrock_converse",
    .cut = "the stream ended without messageStop and metadata",
    .nothing = "the answer holds no message: is this a model server's url?",
    .state_bytes = sizeof(struct state),
    .object = object,
    .end = end,
};

/* --- invoke ------------------------------------------------------------------------------------------------------- */

void fl_wire_bedrock_metrics(struct fl_decoder *d, const struct fl_json *v)
{
	static const char *const names[] = {"inputTokenCount", "outputTokenCount", "cacheReadInputTokenCount",
	                                    "cacheWriteInputTokenCount"};
	const struct fl_json *m = fl_wire_some(v, "amazon-bedrock-invocationMetrics");
	for (size_t i = 0; m && i < FL_COUNT(names); i++)
		d->metric[i] = fl_wire_count(d, m, names[i]);
	d->metrics |= m != NULL;
}

void fl_wire_bedrock_usage(struct fl_decoder *d)
{
	static const enum fl_usage_class class[] = {FL_USE_INPUT, FL_USE_OUTPUT, FL_USE_CACHE_READ,
	                                            FL_USE_CACHE_WRITE_5M};
	if (d->reply.usage.reported || !d->metrics)
		return;
	d->reply.usage.reported = true;
	for (size_t i = 0; i < FL_COUNT(class); i++)
		d->reply.usage.units[class[i]] = d->metric[i];
}

static void invoke_object(struct fl_decoder *d, const struct fl_json *v, struct fl_str event)
{
	if (d->whole && fl_wire_some(v, "inputTextTokenCount") && fl_wire_some(v, "embedding"))
		fl_wire_switch(d, &fl_wire_embeddings);
	else
		fl_wire_switch(d, fl_wire_of_object(v));
	d->wire->object(d, v, event);
}

const struct fl_wire fl_wire_bedrock_invoke = {
    .name = "bedrock_invoke",
    .cut = "the stream holds no event",
    .nothing = "the answer holds no message: is this a model server's url?",
    .object = invoke_object,
};

#include "catalog/usage.h"

static const char *const names[FL_USE_CLASSES] = {
    [FL_USE_INPUT] = "input",
    [FL_USE_CACHE_READ] = "cache_read",
    [FL_USE_CACHE_WRITE_5M] = "cache_write_5m",
    [FL_USE_CACHE_WRITE_1H] = "cache_write_1h",
    [FL_USE_CACHE_WRITE_24H] = "cache_write_24h",
    [FL_USE_AUDIO_INPUT] = "audio_input",
    [FL_USE_IMAGE_INPUT] = "image_input",
    [FL_USE_VIDEO_INPUT] = "video_input",
    [FL_USE_AUDIO_CACHE_READ] = "audio_cache_read",
    [FL_USE_TOOL_PROMPT] = "tool_prompt",
    [FL_USE_OUTPUT] = "output",
    [FL_USE_REASONING] = "reasoning",
    [FL_USE_AUDIO_OUTPUT] = "audio_output",
    [FL_USE_IMAGE_OUTPUT] = "image_output",
    [FL_USE_VIDEO_OUTPUT] = "video_output",
    [FL_USE_REQUEST] = "request",
    [FL_USE_SEARCH] = "search",
    [FL_USE_IMAGE] = "image",
    [FL_USE_SECOND] = "second",
};

const char *fl_usage_class_name(enum fl_usage_class c)
{
	FL_ASSERT(c < FL_USE_CLASSES);
	return names[c];
}

enum fl_usage_class fl_usage_class_of(struct fl_str name)
{
	int c = 0;
	while (c < FL_USE_CLASSES && !fl_str_is(name, names[c]))
		c++;
	return (enum fl_usage_class)c;
}

static uint64_t sum(const struct fl_usage *u, int from, int to)
{
	uint64_t n = 0;
	for (int c = from; c < to; c++)
		n = u->units[c] > UINT64_MAX - n ? UINT64_MAX : n + u->units[c];
	return n;
}

uint64_t fl_usage_input(const struct fl_usage *u)
{
	return sum(u, 0, FL_USE_FIRST_OUTPUT);
}

uint64_t fl_usage_output(const struct fl_usage *u)
{
	return sum(u, FL_USE_FIRST_OUTPUT, FL_USE_TOKEN_CLASSES);
}

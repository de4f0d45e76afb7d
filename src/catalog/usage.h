/*
 * usage.h - what a call consumed, as disjoint classes that add up to the provider's totals.
 *
 * Every token belongs to exactly one class: a cached token is no fresh input, a thinking token no visible output, an
 * audio token no text. Providers report overlapping figures; the decoder of each wire format (provider/) takes them
 * apart at the edge, so that nothing above it counts a token twice. Beside tokens stand things that are priced by the
 * piece (requests, searches, images) or by time (seconds).
 *
 * Ownership: plain values. Threads: pure. Limits: 64-bit counts. Failure: none.
 */
#ifndef FL_USAGE_H
#define FL_USAGE_H

#include "base/base.h"
#include "base/str.h"

enum fl_usage_class {
	FL_USE_INPUT,           /* fresh text input, and what the provider does not tell apart */
	FL_USE_CACHE_READ,      /* input read from the provider's prompt cache */
	FL_USE_CACHE_WRITE_5M,  /* input written to it for 5 minutes, or for a time that was not stated */
	FL_USE_CACHE_WRITE_1H,  /* for an hour */
	FL_USE_CACHE_WRITE_24H, /* for a day */
	FL_USE_AUDIO_INPUT,
	FL_USE_IMAGE_INPUT,
	FL_USE_VIDEO_INPUT,
	FL_USE_AUDIO_CACHE_READ, /* audio input read from the cache */
	FL_USE_TOOL_PROMPT,      /* input that the provider's own tools put before the model */
	FL_USE_OUTPUT,           /* visible text */
	FL_USE_REASONING,        /* thinking, shown or hidden */
	FL_USE_AUDIO_OUTPUT,
	FL_USE_IMAGE_OUTPUT,
	FL_USE_VIDEO_OUTPUT,
	FL_USE_TOKEN_CLASSES, /* the above are tokens */
	FL_USE_REQUEST = FL_USE_TOKEN_CLASSES,
	FL_USE_SEARCH, /* web searches by the provider's tool */
	FL_USE_IMAGE,  /* images made */
	FL_USE_SECOND, /* seconds of audio, video or session that are billed by time */
	FL_USE_CLASSES
};
#define FL_USE_FIRST_OUTPUT FL_USE_OUTPUT /* token classes from here on are output */

/* Names as in the interfaces: input, cache_read, cache_write_5m, ..., request, search, image, second. */
const char *fl_usage_class_name(enum fl_usage_class c);
/* FL_USE_CLASSES when none has that name. */
enum fl_usage_class fl_usage_class_of(struct fl_str name);

struct fl_usage {
	uint64_t units[FL_USE_CLASSES]; /* disjoint */
	bool reported;                  /* the provider said so; else all are 0 and unknown */
	bool low;            /* reported, but at best a lower bound: before the answer's end, or 0 of an answer */
	bool odd;            /* what the provider said does not add up (a part larger than its total) */
	uint64_t compute_us; /* compute time that the server reported, else 0 */
	bool cost_reported;  /* an application said what the call cost: that is cost_nusd */
	int64_t cost_nusd;
};
/* All input tokens: fresh, cached, audio, images, tool prompts. This is what context bands are measured by. */
uint64_t fl_usage_input(const struct fl_usage *u);
/* All output tokens: visible, thinking, audio, images. */
uint64_t fl_usage_output(const struct fl_usage *u);

#endif

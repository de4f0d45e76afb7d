/*
 * device.h - hardware that models run on, and what renting it costs.
 *
 *   devices:
 *     rtx-4090: {name: RTX 4090, aliases: [4090], kind: gpu, memory: 24 GB, bandwidth: 1008 GB/s, bf16_tflops: 165}
 *   rentals:
 *     - {device: rtx-4090, low: 0.34 USD/hour, high: 0.60 USD/hour, date: 2026-03, source: gpu-price-survey}
 *
 * Memory in bytes, bandwidth in bytes a second, TFLOPS dense. 0 = not stated. Ownership: as the catalogue. Threads:
 * immutable. Limits: FL_BANDWIDTH_MOST. Failure: errors at file:line:column while reading.
 */
#ifndef FL_DEVICE_H
#define FL_DEVICE_H

#include "base/date.h"
#include "lang/schema.h"

enum fl_device_kind {
	FL_DEVICE_GPU,
	FL_DEVICE_UNIFIED,
	FL_DEVICE_CPU,
	FL_DEVICE_PHONE,
	FL_DEVICE_BOARD,
	FL_DEVICE_TPU
};
extern const char *const fl_device_kind_words[];

struct fl_device {
	const struct fl_yaml *node;
	struct fl_str name;
	struct fl_list aliases; /* struct fl_str */
	int kind;               /* enum fl_device_kind */
	int64_t memory_bytes;   /* key `memory`; of one device */
	int64_t usable_bytes;   /* key `usable`; for models, where less than 90 % is: phones, unified memory */
	struct fl_str usable_basis;
	int64_t bandwidth; /* bytes a second */
	double bf16_tflops, fp8_tflops, fp4_tflops, npu_tops;
	int64_t watts;
	struct fl_str note;
	struct fl_list source;
	fl_date checked; /* FL_DATE_NONE = the day of the source */
	bool second_hand;
};
extern const struct fl_table fl_device_table;

#define FL_BANDWIDTH_MOST INT64_C(1000000000000000) /* bytes a second: 1,000 TB/s */
/* "1008 GB/s", "3.35 TB/s"; a bare number is in GB/s only when `bare` says so. INVALID with found and expected. */
enum fl_code fl_bandwidth_read(struct fl_str text, bool bare, int64_t *out, struct fl_err *err) FL_MUST_USE;

/*
 * The device of a catalogue's list by key, name or alias; case, spaces, punctuation and the makers' names (NVIDIA
 * GeForce, AMD Radeon, Tesla, Apple) do not count. NULL when there is none. `key` may be NULL.
 */
const struct fl_device *fl_device_find(const struct fl_list *devices, struct fl_str name, struct fl_str *key);
/* Keys of up to three devices whose names are nearest, best first; returns how many. */
size_t fl_device_near(const struct fl_list *devices, struct fl_str name, struct fl_str out[3]);

struct fl_rental {
	const struct fl_yaml *node;
	struct fl_str device; /* key of a device */
	/* keys `low`, `high`, `median` */
	int64_t low_nusd_per_hour, high_nusd_per_hour, median_nusd_per_hour; /* 0 = not stated */
	fl_date date;
	struct fl_str note;
	struct fl_list source;
};
extern const struct fl_table fl_rental_table;

#endif

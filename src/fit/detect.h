/*
 * detect.h - the machine that the program runs on: its graphics cards where their driver's tool tells of some, else its
 * processor and memory.
 *
 * Cards: `nvidia-smi`, then `rocm-smi`, each with FL_DETECT_MS; several of one kind count together, of different kinds the
 * kind with the most memory in all. Their speed is that of the catalogue's device of the same name. Else /proc/meminfo (a
 * container's limit where that is less) and a class of bandwidth by the processor's name, an interval with its assumption.
 * What others use now is not available: free memory bounds what is usable.
 *
 * Ownership: texts live in the arena. Threads: any (blocking, FL_DETECT_MS a tool at most). Limits: FL_DETECT_*. Failure:
 * NOT_FOUND when the memory cannot be told; a tool that is absent, fails or hangs counts as telling of no card.
 */
#ifndef FL_DETECT_H
#define FL_DETECT_H

#include "fit/fit.h"

#define FL_DETECT_MS 3000            /* for a driver's tool */
#define FL_DETECT_BYTES (256u << 10) /* of what it prints, and of a file of /proc */
#define FL_DETECT_CARDS 64
/* What one core of a processor draws from memory, GB/s: bounds small virtual machines on large servers. */
#define FL_DETECT_CORE_LEAST 8
#define FL_DETECT_CORE_MOST 25

/* Where to look. */
struct fl_detect_places {
	const char *meminfo, *cpuinfo, *cgroup; /* files */
	const char *nvidia, *rocm;              /* programs, found by PATH */
};
extern const struct fl_detect_places fl_detect_usual;

struct fl_card {
	struct fl_str name;
	int64_t memory_bytes, free_bytes; /* free 0 = not told */
};
/* What `nvidia-smi --query-gpu=name,memory.total,memory.free --format=csv` prints; returns how many cards. */
size_t fl_detect_nvidia(struct fl_str csv, struct fl_card *card, size_t most);
/* What `rocm-smi --showproductname --showmeminfo vram --json` prints. */
size_t fl_detect_rocm(struct fl_str json, struct fl_card *card, size_t most, struct fl_arena *a);

/* Runs a program and gives what it wrote to standard output; false when it cannot be run, fails, is not done in time or
 * writes more than FL_DETECT_BYTES. It is killed then, and never waited for. */
bool fl_detect_run(const char *const *argv, int64_t timeout_ms, struct fl_arena *a, struct fl_str *out);

/* The machine; `devices` are those of the catalogue. */
enum fl_code fl_detect(const struct fl_detect_places *places, const struct fl_list *devices, struct fl_arena *a,
                       struct fl_fit_machine *out, struct fl_err *err) FL_MUST_USE;

#endif

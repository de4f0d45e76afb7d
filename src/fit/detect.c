#include "fit/detect.h"

#include "codec/json.h"
#include "io/file.h"

#include <math.h>
#include <sys/sysinfo.h>

const struct fl_detect_places fl_detect_usual = {.meminfo = "/proc/meminfo",
                                                 .cpuinfo = "/proc/cpuinfo",
                                                 .cgroup = "/sys/fs/cgroup/memory.max",
                                                 .nvidia = "nvidia-smi",
                                                 .rocm = "rocm-smi"};

#define MIB (INT64_C(1) << 20)
#define MEMORY_MOST INT64_C(1000000000000000) /* larger figures are not believed */

/* --- cards -------------------------------------------------------------------------------------------------------- */

/* "24564 MiB" or "24564" in bytes; 0 for anything else ("[N/A]"). */
static int64_t mebibytes(struct fl_str text)
{
	uint64_t n;
	text = fl_str_trim(text);
	if (fl_str_ends(text, FL_S("MiB")))
		text = fl_str_trim(fl_str_sub(text, 0, text.n - 3));
	return fl_str_to_u64(text, &n) && n < (uint64_t)(MEMORY_MOST / MIB) ? (int64_t)n * MIB : 0;
}

size_t fl_detect_nvidia(struct fl_str csv, struct fl_card *card, size_t most)
{
	size_t n = 0;
	while (csv.n && n < most) {
		ptrdiff_t end = fl_str_find_char(csv, '\n', 0);
		struct fl_str line = fl_str_sub(csv, 0, end < 0 ? csv.n : (size_t)end);
		csv = fl_str_sub(csv, line.n + 1, csv.n);
		ptrdiff_t first = fl_str_find_char(line, ',', 0);
		ptrdiff_t second = first < 0 ? -1 : fl_str_find_char(line, ',', (size_t)first + 1);
		if (second < 0)
			continue;
		struct fl_card c = {.name = fl_str_trim(fl_str_sub(line, 0, (size_t)first)),
		                    .memory_bytes = mebibytes(fl_str_sub(line, (size_t)first + 1, (size_t)second)),
		                    .free_bytes = mebibytes(fl_str_sub(line, (size_t)second + 1, line.n))};
		if (c.name.n && c.memory_bytes > 0) /* not the line of titles */
			card[n++] = c;
	}
	return n;
}

static int64_t bytes_of(const struct fl_json *object, const char *key, struct fl_arena *a)
{
	uint64_t n;
	struct fl_str text = fl_json_string(fl_json_get(object, fl_str_from(key)), a);
	return fl_str_to_u64(text, &n) && n < (uint64_t)MEMORY_MOST ? (int64_t)n : 0;
}

size_t fl_detect_rocm(struct fl_str json, struct fl_card *card, size_t most, struct fl_arena *a)
{
	static const char *const names[] = {"Card Series", "Card series", "Card Model", "Card model", "Device Name"};
	struct fl_json_doc doc;
	size_t n = 0;
	if (fl_json_parse(&doc, a, json, FL_JSON_LIMITS, NULL) != FL_OK)
		return 0;
	const struct fl_json *root = fl_json_root(&doc);
	for (const struct fl_json *c = fl_json_first(root); c && n < most; c = fl_json_next(root, c)) {
		struct fl_card one = {.memory_bytes = bytes_of(c, "VRAM Total Memory (B)", a)};
		one.free_bytes = one.memory_bytes - bytes_of(c, "VRAM Total Used Memory (B)", a);
		for (size_t i = 0; one.name.n == 0 && i < FL_COUNT(names); i++)
			one.name = fl_json_string(fl_json_get(c, fl_str_from(names[i])), a);
		if (one.memory_bytes > 0 && one.name.n)
			card[n++] = one;
	}
	return n;
}

static size_t cards(const struct fl_detect_places *places, struct fl_card *card, struct fl_arena *a)
{
	const char *nvidia[] = {places->nvidia, "--query-gpu=name,memory.total,memory.free", "--format=csv", NULL};
	const char *rocm[] = {places->rocm, "--showproductname", "--showmeminfo", "vram", "--json", NULL};
	struct fl_str text;
	size_t n = 0;
	if (fl_detect_run(nvidia, FL_DETECT_MS, a, &text))
		n = fl_detect_nvidia(text, card, FL_DETECT_CARDS);
	if (n == 0 && fl_detect_run(rocm, FL_DETECT_MS, a, &text))
		n = fl_detect_rocm(text, card, FL_DETECT_CARDS, a);
	return n;
}

/* The kind of card with the most memory in all, as one machine. */
static struct fl_fit_machine machine_of_cards(const struct fl_card *card, size_t n, const struct fl_list *devices)
{
	struct fl_fit_machine best = {0};
	for (size_t i = 0; i < n; i++) {
		const struct fl_device *d = fl_device_find(devices, card[i].name, NULL);
		struct fl_fit_machine m = d ? fl_fit_machine_of(d, 0) : (struct fl_fit_machine){.kind = FL_DEVICE_GPU};
		int64_t least_free = INT64_MAX;
		m.name = card[i].name;
		m.memory_bytes = card[i].memory_bytes;
		for (size_t k = 0; k < n; k++) {
			if (!fl_str_eq(card[k].name, card[i].name) || card[k].memory_bytes != card[i].memory_bytes)
				continue;
			m.count++;
			least_free = card[k].free_bytes > 0 ? FL_MIN(least_free, card[k].free_bytes) : least_free;
		}
		m.usable_bytes = least_free < INT64_MAX ? least_free : 0;
		m.basis = m.usable_bytes ? FL_S("free on this machine now") : (struct fl_str){0};
		if (m.memory_bytes * m.count > best.memory_bytes * best.count)
			best = m;
	}
	return best;
}

/* --- processor and memory ----------------------------------------------------------------------------------------- */

/* Text behind "key:" or "key :" at the start of some line, trimmed. */
static struct fl_str field(struct fl_str text, const char *key)
{
	struct fl_str k = fl_str_from(key);
	for (size_t at = 0; at < text.n;) {
		ptrdiff_t end = fl_str_find_char(text, '\n', at);
		struct fl_str line = fl_str_sub(text, at, end < 0 ? text.n : (size_t)end);
		at += line.n + 1;
		ptrdiff_t colon = fl_str_find_char(line, ':', 0);
		if (colon >= 0 && fl_str_eq(fl_str_trim(fl_str_sub(line, 0, (size_t)colon)), k))
			return fl_str_trim(fl_str_sub(line, (size_t)colon + 1, line.n));
	}
	return (struct fl_str){0};
}

/* "16384000 kB" in bytes, 0 when it is none. */
static int64_t kibibytes(struct fl_str text)
{
	uint64_t n;
	if (fl_str_ends(text, FL_S("kB")))
		text = fl_str_trim(fl_str_sub(text, 0, text.n - 2));
	return fl_str_to_u64(text, &n) && n < (uint64_t)(MEMORY_MOST / 1024) ? (int64_t)n * 1024 : 0;
}

static int64_t cores_of(struct fl_str cpuinfo)
{
	int64_t n = fl_str_starts(cpuinfo, FL_S("processor\t"));
	for (ptrdiff_t at = 0; (at = fl_str_find(cpuinfo, FL_S("\nprocessor\t"), (size_t)at)) >= 0; at++)
		n++;
	return n;
}

/* Bandwidths of a processor's memory by its name, GB/s of the whole socket; the first row that stands in it. */
static const struct memory_class {
	const char *name;
	double low, high;
	const char *what;
} classes[] = {
    {"Raspberry Pi 5", 17.1, 17.1, "LPDDR4X-4267, 32 bit"},
    {"RYZEN AI MAX", 256, 256, "LPDDR5X-8000, 256 bit"},
    {"EPYC 9", 300, 614, "12 channels of DDR5-4800 to 6400, most of them filled"},
    {"EPYC 7", 102, 205, "8 channels of DDR4-3200, at least half of them filled"},
    {"EPYC", 102, 614, "8 channels of DDR4 to 12 of DDR5"},
    {"Threadripper PRO", 102, 333, "8 channels of DDR4 to DDR5"},
    {"Threadripper", 51, 166, "4 channels of DDR4 to DDR5"},
    {"Xeon", 64, 358, "4 to 8 channels of DDR4 to DDR5"},
    {"Ryzen", 38, 96, "2 channels of DDR4-2400 to DDR5-6000"},
    {"Core", 34, 102, "2 channels of DDR4-2133 to DDR5-6400"},
    {"", 12, 96, "1 channel of DDR3 to 2 of DDR5"},
};

static void add_processor(struct fl_fit_machine *m, struct fl_str cpuinfo, struct fl_arena *a)
{
	static const char *const keys[] = {"Model", "model name", "Hardware"};
	int64_t cores = cores_of(cpuinfo);
	struct fl_str name = {0};
	size_t i = 0;
	for (size_t k = 0; name.n == 0 && k < FL_COUNT(keys); k++)
		name = field(cpuinfo, keys[k]);
	while (fl_str_find(name, fl_str_from(classes[i].name), 0) < 0)
		i++;
	double high = classes[i].high, low = classes[i].low;
	bool few = cores > 0 && (double)cores * FL_DETECT_CORE_MOST < high;
	if (cores > 0) {
		high = fmin(high, (double)cores * FL_DETECT_CORE_MOST);
		low = fmin(low, (double)cores * FL_DETECT_CORE_LEAST);
	}
	m->name = name.n ? fl_arena_dup(a, name) : FL_S("this machine's processor");
	m->bandwidth = (struct fl_span){.low = low * 1e9, .high = high * 1e9, .known = true};
	m->basis = few ? fl_arena_printf(a, "bandwidth assumed: %s, and %d to %d GB/s a core", classes[i].what,
	                                 FL_DETECT_CORE_LEAST, FL_DETECT_CORE_MOST)
	               : fl_arena_printf(a, "bandwidth assumed: %s", classes[i].what);
}

static struct fl_str read_small(const char *path, struct fl_arena *a)
{
	struct fl_str text = {0};
	return fl_file_read(path, FL_DETECT_BYTES * 8, a, &text, NULL) == FL_OK ? text : (struct fl_str){0};
}

static enum fl_code machine_of_memory(const struct fl_detect_places *places, struct fl_arena *a,
                                      struct fl_fit_machine *m, struct fl_err *err)
{
	struct fl_str meminfo = read_small(places->meminfo, a), limit = fl_str_trim(read_small(places->cgroup, a));
	struct sysinfo info;
	uint64_t most;
	*m = (struct fl_fit_machine){.kind = FL_DEVICE_CPU, .count = 1};
	m->memory_bytes = kibibytes(field(meminfo, "MemTotal"));
	m->usable_bytes = kibibytes(field(meminfo, "MemAvailable"));
	if (m->memory_bytes == 0 && sysinfo(&info) == 0)
		m->memory_bytes = fl_fit_times((int64_t)info.totalram, info.mem_unit, 1);
	if (m->memory_bytes == 0) {
		fl_err_set(err, FL_E_NOT_FOUND, "the memory of this machine cannot be told");
		fl_err_help(err, "name a device (--device) or its memory (--memory 24GB)");
		return FL_E_NOT_FOUND;
	}
	if (fl_str_to_u64(limit, &most) && most > 0 && most < (uint64_t)m->memory_bytes)
		m->memory_bytes = (int64_t)most;
	add_processor(m, read_small(places->cpuinfo, a), a);
	return FL_OK;
}

enum fl_code fl_detect(const struct fl_detect_places *places, const struct fl_list *devices, struct fl_arena *a,
                       struct fl_fit_machine *out, struct fl_err *err)
{
	struct fl_card *card = FL_NEW_ARRAY(a, struct fl_card, FL_DETECT_CARDS);
	size_t n = cards(places, card, a);
	if (n == 0)
		return machine_of_memory(places, a, out, err);
	*out = machine_of_cards(card, n, devices);
	return FL_OK;
}

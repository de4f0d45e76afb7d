/* Machines from what their drivers and kernels said, recorded; and tools that fail or hang. */
#include "test.h"

#include "base/clock.h"
#include "fit/detect.h"

#include <sys/stat.h>
#include <unistd.h>

struct place {
	struct fl_arena arena;
	char folder[64];
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);
	fl_arena_init(&p->arena);
	strcpy(p->folder, "/tmp/fulcrum-detect-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char command[128];
	snprintf(command, sizeof command, "rm -r '%s'", p->folder);
	assert_int_equal(system(command), 0);
	fl_arena_release(&p->arena);
	free(p);
	return 0;
}

static const char *put(struct place *p, const char *name, const char *text)
{
	char *path = fl_arena_dupz(&p->arena, fl_arena_printf(&p->arena, "%s/%s", p->folder, name));
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

#define NVIDIA                                                                                                         \
	"name, memory.total [MiB], memory.free [MiB]\n"                                                                \
	"NVIDIA GeForce RTX 4090, 24564 MiB, 23987 MiB\n"                                                              \
	"NVIDIA GeForce RTX 4090, 24564 MiB, 11000 MiB\n"                                                              \
	"NVIDIA GeForce GT 1030, 2048 MiB, 1900 MiB\n"

static void cards_are_read_from_the_drivers_table(void **state)
{
	struct fl_card card[4];
	(void)state;
	assert_int_equal(fl_detect_nvidia(FL_S(NVIDIA), card, 4), 3);
	assert_str(card[0].name, "NVIDIA GeForce RTX 4090");
	assert_int_equal(card[0].memory_bytes, INT64_C(24564) << 20);
	assert_int_equal(card[1].free_bytes, INT64_C(11000) << 20);
	assert_int_equal(fl_detect_nvidia(FL_S(NVIDIA), card, 2), 2);
	assert_int_equal(fl_detect_nvidia(FL_S("No devices were found\n"), card, 4), 0);
	assert_int_equal(fl_detect_nvidia(FL_S("NVIDIA GB10, [N/A], [N/A]\n"), card, 4), 0);
	assert_int_equal(fl_detect_nvidia(FL_S("X, 99999999999999999999 MiB, 1 MiB"), card, 4), 0);
	assert_int_equal(fl_detect_nvidia(FL_S(""), card, 4), 0);
}

static void cards_are_read_from_rocm_json(void **state)
{
	struct place *p = *state;
	struct fl_card card[4];
	struct fl_str json = FL_S("{\"card0\": {\"Card Series\": \"Radeon RX 7900 XTX\", \"VRAM Total Memory (B)\": "
	                          "\"25753026560\", \"VRAM Total Used Memory (B)\": \"753026560\"}, \"system\": {}}");
	assert_int_equal(fl_detect_rocm(json, card, 4, &p->arena), 1);
	assert_str(card[0].name, "Radeon RX 7900 XTX");
	assert_int_equal(card[0].memory_bytes, 25753026560);
	assert_int_equal(card[0].free_bytes, 25000000000);
	assert_int_equal(fl_detect_rocm(FL_S("ERROR"), card, 4, &p->arena), 0);
	assert_int_equal(fl_detect_rocm(FL_S("[1]"), card, 4, &p->arena), 0);
}

static const struct fl_list no_devices;

static void the_kind_of_card_with_the_most_memory_counts(void **state)
{
	struct place *p = *state;
	struct fl_fit_machine m;
	struct fl_err e = {0};
	static struct fl_device d;
	static struct fl_str key = {"rtx-4090", 8};
	d = (struct fl_device){
	    .name = FL_S("RTX 4090"), .kind = FL_DEVICE_GPU, .bandwidth = 1008000000000, .bf16_tflops = 165};
	struct fl_list devices = {.p = &d, .n = 1, .name = &key};
	struct fl_detect_places places = {.meminfo = "/none",
	                                  .cpuinfo = "/none",
	                                  .cgroup = "/none",
	                                  .nvidia = put(p, "nvidia", "#!/bin/sh\ncat <<X\n" NVIDIA "X\n"),
	                                  .rocm = "/none"};
	assert_ok(fl_detect(&places, &devices, &p->arena, &m, &e), &e);
	assert_int_equal(m.count, 2);
	assert_int_equal(m.memory_bytes, INT64_C(24564) << 20);
	assert_int_equal(m.usable_bytes, INT64_C(11000) << 20); /* somebody else uses the second */
	assert_true(m.bandwidth.known && m.bandwidth.low == 1008e9 && m.bf16_tflops == 165);
	assert_ok(fl_detect(&places, &no_devices, &p->arena, &m, &e), &e);
	assert_false(m.bandwidth.known);
	assert_int_equal(m.count, 2);
}

static struct fl_fit_machine processor(struct place *p, const char *meminfo, const char *cpuinfo, const char *cgroup)
{
	struct fl_fit_machine m;
	struct fl_err e = {0};
	struct fl_detect_places places = {.meminfo = put(p, "meminfo", meminfo),
	                                  .cpuinfo = put(p, "cpuinfo", cpuinfo),
	                                  .cgroup = put(p, "memory.max", cgroup),
	                                  .nvidia = "/none/nvidia-smi",
	                                  .rocm = "/none/rocm-smi"};
	assert_ok(fl_detect(&places, &no_devices, &p->arena, &m, &e), &e);
	assert_int_equal(m.kind, FL_DEVICE_CPU);
	return m;
}

#define MEMINFO "MemTotal:       32768000 kB\nMemFree:          900000 kB\nMemAvailable:   20000000 kB\n"

static void without_a_card_the_processor_and_its_memory_count(void **state)
{
	struct place *p = *state;
	struct fl_fit_machine m = processor(p, MEMINFO,
	                                    "processor\t: 0\nmodel name\t: AMD Ryzen 9 7950X 16-Core Processor\n"
	                                    "processor\t: 1\nprocessor\t: 2\nprocessor\t: 3\n",
	                                    "max\n");
	assert_int_equal(m.memory_bytes, INT64_C(32768000) * 1024);
	assert_int_equal(m.usable_bytes, INT64_C(20000000) * 1024);
	assert_str(m.name, "AMD Ryzen 9 7950X 16-Core Processor");
	assert_true(m.bandwidth.low == 32e9 && m.bandwidth.high == 96e9);
	assert_true(fl_str_find(m.basis, FL_S("2 channels"), 0) > 0);
}

static void a_small_slice_of_a_server_gets_a_small_slice_of_its_bandwidth(void **state)
{
	struct place *p = *state;
	struct fl_fit_machine m =
	    processor(p, MEMINFO, "processor\t: 0\nmodel name\t: AMD EPYC 9654\nprocessor\t: 1\n", "4294967296\n");
	assert_int_equal(m.memory_bytes, INT64_C(4294967296));
	assert_true(m.bandwidth.low == 16e9 && m.bandwidth.high == 50e9);
	assert_true(fl_str_find(m.basis, FL_S("a core"), 0) > 0);
}

static void a_board_names_itself(void **state)
{
	struct place *p = *state;
	struct fl_fit_machine m = processor(p, MEMINFO,
	                                    "processor\t: 0\nprocessor\t: 1\nprocessor\t: 2\nprocessor\t: "
	                                    "3\n\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n",
	                                    "");
	assert_str(m.name, "Raspberry Pi 5 Model B Rev 1.0");
	assert_true(m.bandwidth.low > 17e9 && m.bandwidth.low == m.bandwidth.high && m.bandwidth.high < 17.2e9);
}

static void what_is_not_told_is_guessed_widely(void **state)
{
	struct place *p = *state;
	struct fl_fit_machine m = processor(p, "", "", "");
	assert_true(m.memory_bytes > 0); /* the kernel's own answer */
	assert_true(m.bandwidth.known && m.bandwidth.low < m.bandwidth.high);
	assert_true(m.name.n > 0);
}

static void a_tool_that_hangs_is_left_behind(void **state)
{
	struct place *p = *state;
	struct fl_str out;
	const char *sleeps[] = {put(p, "sleeps", "#!/bin/sh\necho a\nsleep 30\n"), NULL};
	const char *quiet[] = {put(p, "quiet", "#!/bin/sh\nexec >&-\nsleep 30\n"), NULL};
	uint64_t start = fl_mono_ns();
	assert_false(fl_detect_run(sleeps, 100, &p->arena, &out));
	assert_false(fl_detect_run(quiet, 100, &p->arena, &out));
	assert_true(fl_mono_ns() - start < UINT64_C(3000000000));
}

static void a_tool_that_fails_or_talks_without_end_counts_as_silent(void **state)
{
	struct place *p = *state;
	struct fl_str out;
	const char *works[] = {put(p, "works", "#!/bin/sh\necho \"$1\"\n"), "text", NULL};
	const char *fails[] = {put(p, "fails", "#!/bin/sh\necho a\nexit 9\n"), NULL};
	const char *talks[] = {put(p, "talks", "#!/bin/sh\nyes\n"), NULL};
	const char *absent[] = {"/none/at/all", NULL};
	assert_true(fl_detect_run(works, 3000, &p->arena, &out));
	assert_str(out, "text\n");
	assert_false(fl_detect_run(fails, 3000, &p->arena, &out));
	assert_false(fl_detect_run(talks, 3000, &p->arena, &out));
	assert_false(fl_detect_run(absent, 3000, &p->arena, &out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(cards_are_read_from_the_drivers_table, setup, teardown),
	    cmocka_unit_test_setup_teardown(cards_are_read_from_rocm_json, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_kind_of_card_with_the_most_memory_counts, setup, teardown),
	    cmocka_unit_test_setup_teardown(without_a_card_the_processor_and_its_memory_count, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_small_slice_of_a_server_gets_a_small_slice_of_its_bandwidth, setup,
	                                    teardown),
	    cmocka_unit_test_setup_teardown(a_board_names_itself, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_is_not_told_is_guessed_widely, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_tool_that_hangs_is_left_behind, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_tool_that_fails_or_talks_without_end_counts_as_silent, setup, teardown),
	};
	return cmocka_run_group_tests_name("detect", tests, NULL, NULL);
}

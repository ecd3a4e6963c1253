/*
 * export_test.c - the JSON document, from mock subjects through the runner to the text that is
 * pinned in tests/golden/cbench-start-latency.json.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>

#include "bench/exec_mock.h"
#include "bench/export.h"
#include "user/base/arena.h"
#include "user/base/file.h"
#include "user/base/json.h"

#define GOLDEN "tests/golden/cbench-start-latency.json"
#define SEEN "/tmp/cbox-test-cbench-start-latency.json"

static const struct sample fast[] = {
	{ .wall_ns = 5000000, .cpu_ns = 4000000, .minor_faults = 90, .context_switches = 4 },
	{ .wall_ns = 5200000, .cpu_ns = 4100000, .minor_faults = 90, .context_switches = 4 },
	{ .wall_ns = 5100000, .cpu_ns = 4050000, .minor_faults = 92, .context_switches = 5 },
};
static const struct sample shaky[] = {
	{ .wall_ns = 20000000, .cpu_ns = 18000000, .minor_faults = 401, .context_switches = 9 },
	{ .outcome = OUTCOME_FAILED, .wall_ns = 1000000 },
	{ .wall_ns = 21000000, .cpu_ns = 18500000, .minor_faults = 401, .context_switches = 9 },
	{ .outcome = OUTCOME_TIMEOUT, .wall_ns = 60000000000 },
};

static const struct host host = {
	.kernel = "6.12.0",
	.machine = "x86_64",
	.cpu = "Test CPU",
	.cores = 2,
	.hypervisor = "none",
	.governor = "performance",
	.cgroup_mode = "hybrid",
	.cgroup_seen = "v1",
	.memory_bytes = 1 << 30,
	.load = { 0.25, 0.5, 1 },
	.psi_cpu = 0.5,
	.psi_io = 0,
	.psi_memory = -1,
	.time_s = 1767323045,
};

static void add_mock(struct subject *s, const char *name, struct mock_script *script)
{
	*s = (struct subject){ .runs = 8 };
	memcpy(s->ex.name, name, strlen(name) + 1);
	s->ex.ops = &exec_mock;
	s->ex.accel = "none";
	s->ex.state = script;
}

static void document(struct strbuf *out)
{
	static struct mock_script a = { .samples = fast, .count = 3 };
	static struct mock_script b = { .samples = shaky, .count = 4, .error = "exit code 1: no" };
	static struct mock_script c = { .missing = "'gone' is not installed" };
	struct subject subjects[3];
	struct runner runner = {
		.subjects = subjects, .count = 3, .timeout_ns = 60000000000, .seed = 42
	};
	struct seed_table table = {
		.vm = { .missing = "QEMU is not installed" },
		.container = { .subject = "steady",
			       .boot_ns = 5100000,
			       .shared_bytes = 2000000,
			       .each_bytes = 4096,
			       .memory_bytes = 300000,
			       .memory_range = { 290000, 310000, true },
			       .memory_method = "PSS",
			       .kernel = "shared 6.12",
			       .isolation = "namespaces" },
	};
	struct workspace ws = { 0 };
	struct err err = { 0 };

	add_mock(&subjects[0], "steady", &a);
	add_mock(&subjects[1], "shaky", &b);
	add_mock(&subjects[2], "gone", &c);
	runner_probe(&runner, &ws);
	cr_assert_eq(runner_measure(&runner, &ws, &err), 0);
	/* What the machine that runs this test was doing must not show in the document. */
	for (unsigned i = 0; i < 3; i++)
		for (size_t j = 0; j < subjects[i].samples.count; j++)
			subjects[i].samples.items[j].cpu_stall_ns =
				subjects[i].samples.items[j].steal_ns = 0;
	export_start_latency(out, &runner, &host, &table);
	runner_finish(&runner, &ws);
}

Test(export, the_document_is_the_golden_one)
{
	cleanup_strbuf struct strbuf out = { 0 };
	struct err err = { 0 };
	char *golden = NULL;

	document(&out);
	cr_assert_not(out.failed);
	if (file_read(AT_FDCWD, GOLDEN, 1 << 20, &golden, &err) < 0 || strcmp(out.data, golden))
		file_write_atomic(AT_FDCWD, SEEN, out.data, out.len, 0644, FILE_VOLATILE, &err);
	cr_assert_str_eq(out.data, golden ? golden : "", "%s differs from %s", SEEN, GOLDEN);
	free(golden);
}

Test(export, the_document_has_the_members_that_readers_rely_on)
{
	static const char *const members[] = {
		"name",	    "version",	 "accel",   "samples_ns", "cpu_ns",	    "failures",
		"timeouts", "median_ns", "ci95_ns", "p95_ns",	  "ratio_to_first", "counters",
	};
	cleanup_strbuf struct strbuf out = { 0 };
	cleanup_arena struct arena arena = { 0 };
	struct json *root, *subjects, *shaky_one, *samples;
	struct err err = { 0 };
	uint64_t value;

	document(&out);
	cr_assert_eq(json_parse(&arena, out.data, out.len, &root, &err), 0, "%s", err.message);
	subjects = json_get(root, "subjects");
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		cr_assert_not_null(json_get(subjects->child, members[i]) ?: NULL, "%s is missing",
				   members[i]);
	shaky_one = subjects->child->next;
	samples = json_get(shaky_one, "samples_ns");
	cr_assert_eq(samples->count, 4, "only runs that succeeded have a duration");
	cr_assert_eq(json_get_u64(shaky_one, "failures", &value, &err), 0);
	cr_assert_eq(value, 2);
	cr_assert_eq(json_get_u64(shaky_one, "timeouts", &value, &err), 0);
	cr_assert_eq(value, 2);
	cr_assert_null(json_get(shaky_one, "ci95_ns"), "4 samples cannot have a 95 %% interval");
	cr_assert_not_null(json_get(shaky_one->next, "unavailable"));
}

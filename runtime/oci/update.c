/*
 * update.c - `cbox-oci update`: new limits for a container, from JSON, options, or both.
 *
 * The options are runc's. Each stands for one member of linux.resources and wins over the file.
 */
#include "runtime/oci/oci.h"
#include "user/base/cleanup.h"
#include "user/base/num.h"
#include "user/base/str.h"

/* Texts, because 0 and -1 are values and absence is none. */
struct options {
	const char *resources;
	const char *memory, *memory_reservation, *memory_swap;
	const char *cpu_share, *cpu_quota, *cpu_period, *cpuset_cpus, *cpuset_mems;
	const char *pids_limit, *blkio_weight;
};

#define OPTION(field) OPT_STRING, offsetof(struct options, field)

static const struct opt opts[] = {
	{ "resources", 'r', OPTION(resources), "FILE",
	  "linux.resources object as JSON, - for stdin" },
	{ "memory", 0, OPTION(memory), "BYTES", "limit of memory, e.g. 64m; -1 for none" },
	{ "memory-reservation", 0, OPTION(memory_reservation), "BYTES",
	  "memory the kernel tries to leave to the container" },
	{ "memory-swap", 0, OPTION(memory_swap), "BYTES",
	  "limit of memory and swap together; -1 for none" },
	{ "cpu-share", 0, OPTION(cpu_share), "N", "weight among cgroups that compete, of 1024" },
	{ "cpu-quota", 0, OPTION(cpu_quota), "US", "CPU time in a period; -1 for no limit" },
	{ "cpu-period", 0, OPTION(cpu_period), "US", "length of the period of cpu-quota" },
	{ "cpuset-cpus", 0, OPTION(cpuset_cpus), "LIST", "CPUs to run on, e.g. 0-3,7" },
	{ "cpuset-mems", 0, OPTION(cpuset_mems), "LIST", "memory nodes to allocate from" },
	{ "pids-limit", 0, OPTION(pids_limit), "N", "most processes and threads; -1 for no limit" },
	{ "blkio-weight", 0, OPTION(blkio_weight), "N", "weight of block I/O, 10 to 1000" },
	OPT_END,
};

static int usage(const char *name, const char *what, const char *got, struct err *err)
{
	err_set(err, EINVAL, "--%s: expected %s, got \"%s\"", name, what, got);
	return err_status(err, EXIT_USAGE);
}

static int read_size(const char *name, const char *text, struct spec_i64 *out, struct err *err)
{
	uint64_t bytes = 0;

	if (!text)
		return 0;
	if (!str_eq(text, "-1") && (num_size(text, &bytes) < 0 || bytes > INT64_MAX))
		return usage(name, "bytes such as 64m, or -1", text, err);
	out->set = true;
	out->value = str_eq(text, "-1") ? -1 : (int64_t)bytes;
	return 0;
}

static int read_number(const char *name, const char *text, int64_t min, int64_t max,
		       struct spec_i64 *out, struct err *err)
{
	int64_t value;

	if (!text)
		return 0;
	if (num_i64(text, &value) < 0 || value < min || value > max)
		return usage(name, min < 0 ? "a number, or -1" : "a number in range", text, err);
	out->set = true;
	out->value = value;
	return 0;
}

static int read_file(const char *path, struct spec_resources *resources, struct err *err)
{
	const char *text;
	size_t len;
	int r = oci_read_text(path, &text, &len, err);

	if (r == 0)
		r = spec_read_resources(oci_arena(), text, len, resources, err);
	return r < 0 ? err_wrap(err, "resources '%s'", path) : 0;
}

static int read_options(const struct options *o, struct spec_resources *out, struct err *err)
{
	const struct {
		const char *name, *text;
		struct spec_i64 *out;
	} sizes[] = {
		{ "memory", o->memory, &out->memory.limit_bytes },
		{ "memory-reservation", o->memory_reservation, &out->memory.reservation_bytes },
		{ "memory-swap", o->memory_swap, &out->memory.swap_bytes },
	};
	const struct {
		const char *name, *text;
		int64_t min, max;
		struct spec_i64 *out;
	} numbers[] = {
		{ "cpu-share", o->cpu_share, 0, INT64_MAX, &out->cpu.shares },
		{ "cpu-quota", o->cpu_quota, -1, INT64_MAX, &out->cpu.quota_us },
		{ "cpu-period", o->cpu_period, 0, INT64_MAX, &out->cpu.period_us },
		{ "pids-limit", o->pids_limit, -1, INT64_MAX, &out->pids_limit },
		{ "blkio-weight", o->blkio_weight, 0, 1000, &out->block_io.weight },
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(sizes) && r == 0; i++)
		r = read_size(sizes[i].name, sizes[i].text, sizes[i].out, err);
	for (size_t i = 0; i < ARRAY_LEN(numbers) && r == 0; i++)
		r = read_number(numbers[i].name, numbers[i].text, numbers[i].min, numbers[i].max,
				numbers[i].out, err);
	if (o->cpuset_cpus)
		out->cpu.cpus = o->cpuset_cpus;
	if (o->cpuset_mems)
		out->cpu.mems = o->cpuset_mems;
	return r;
}

static int run(void *given, int argc, char **argv, struct err *err)
{
	struct spec_resources resources = { 0 };
	const struct options *o = given;
	int r = o->resources ? read_file(o->resources, &resources, err) : 0;

	(void)argc;
	if (r == 0)
		r = read_options(o, &resources, err);
	return r < 0 ? r : container_update(oci_globals.root, argv[0], &resources, err);
}

const struct command oci_update = {
	.name = "update",
	.args = "ID",
	.summary = "change the limits of a container",
	.details =
		"What is not named stays as it is, and so does device access: rules for devices\n"
		"in the file are not applied. 0 leaves a limit alone.",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};

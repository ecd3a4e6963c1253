/*
 * stats.c - usage of memory, CPU and pids, throttling and OOM kills.
 *
 * A controller that is absent leaves zeros: statistics are for looking at, and a host without
 * swap accounting is no reason to show nothing.
 *
 * See: cgroup-v1/{memory,cpuacct,pids}.rst, scheduler/sched-bwc.rst, cgroup-v2.rst.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "runtime/cgroup/hierarchy.h"

#define US_NS 1000
/* v1 writes no limit as the largest page-aligned number, which depends on the page size. */
#define V1_UNLIMITED (INT64_MAX - 65535ULL)

static void memory_v1(const struct cgroup *cg, const struct cgroup_hierarchy *h,
		      struct cgroup_stats *stats)
{
	uint64_t both = 0;
	char text[128];

	(void)cg_read_u64(cg, h, "memory.usage_in_bytes", &stats->memory_usage_bytes);
	(void)cg_read_u64(cg, h, "memory.max_usage_in_bytes", &stats->memory_peak_bytes);
	(void)cg_read_u64(cg, h, "memory.limit_in_bytes", &stats->memory_limit_bytes);
	if (stats->memory_limit_bytes >= V1_UNLIMITED)
		stats->memory_limit_bytes = CGROUP_UNLIMITED;
	if (cg_read_u64(cg, h, "memory.memsw.usage_in_bytes", &both) == 0 &&
	    both > stats->memory_usage_bytes)
		stats->swap_usage_bytes = both - stats->memory_usage_bytes;
	if (cg_read(cg, h, "memory.oom_control", text, sizeof(text)) > 0)
		(void)cg_keyed_u64(text, "oom_kill", &stats->oom_kills);
}

static void memory_v2(const struct cgroup *cg, const struct cgroup_hierarchy *h,
		      struct cgroup_stats *stats)
{
	char text[256];

	(void)cg_read_u64(cg, h, "memory.current", &stats->memory_usage_bytes);
	(void)cg_read_u64(cg, h, "memory.peak", &stats->memory_peak_bytes);
	(void)cg_read_u64(cg, h, "memory.max", &stats->memory_limit_bytes);
	(void)cg_read_u64(cg, h, "memory.swap.current", &stats->swap_usage_bytes);
	if (cg_read(cg, h, "memory.events", text, sizeof(text)) > 0)
		(void)cg_keyed_u64(text, "oom_kill", &stats->oom_kills);
}

/* Times of v1's cpuacct, in ns. */
static void cpu_usage_v1(const struct cgroup *cg, const struct cgroup_hierarchy *h,
			 struct cgroup_stats *stats)
{
	(void)cg_read_u64(cg, h, "cpuacct.usage", &stats->cpu_usage_ns);
	(void)cg_read_u64(cg, h, "cpuacct.usage_user", &stats->cpu_user_ns);
	(void)cg_read_u64(cg, h, "cpuacct.usage_sys", &stats->cpu_system_ns);
}

/* cpu.stat has throttling on both versions, and on v2 usage as well, in microseconds. */
static void cpu_stat(const struct cgroup *cg, const struct cgroup_hierarchy *h,
		     struct cgroup_stats *stats)
{
	char text[1024];

	if (cg_read(cg, h, "cpu.stat", text, sizeof(text)) < 0)
		return;
	(void)cg_keyed_u64(text, "nr_periods", &stats->cpu_periods);
	(void)cg_keyed_u64(text, "nr_throttled", &stats->cpu_throttled_periods);
	if (!h->v2) {
		(void)cg_keyed_u64(text, "throttled_time", &stats->cpu_throttled_ns);
		return;
	}
	if (cg_keyed_u64(text, "usage_usec", &stats->cpu_usage_ns))
		stats->cpu_usage_ns *= US_NS;
	if (cg_keyed_u64(text, "user_usec", &stats->cpu_user_ns))
		stats->cpu_user_ns *= US_NS;
	if (cg_keyed_u64(text, "system_usec", &stats->cpu_system_ns))
		stats->cpu_system_ns *= US_NS;
	if (cg_keyed_u64(text, "throttled_usec", &stats->cpu_throttled_ns))
		stats->cpu_throttled_ns *= US_NS;
}

int cg_stats(struct cgroup *cg, struct cgroup_stats *stats, struct err *err)
{
	struct cgroup_hierarchy *h;
	char path[CG_PATH_SIZE];

	*stats = (struct cgroup_stats){ 0 };
	h = cg_find_processes(cg);
	if (cg_file_path(h, cg->path, NULL, path) < 0 || faccessat(cg->root_fd, path, F_OK, 0) < 0)
		return err_num(err, errno, "read cgroup '%s'", cg->path);
	h = cg_find(cg, CG_MEMORY);
	if (h && h->v2)
		memory_v2(cg, h, stats);
	else if (h)
		memory_v1(cg, h, stats);
	h = cg_find(cg, CG_CPUACCT);
	if (h)
		cpu_usage_v1(cg, h, stats);
	h = cg_find(cg, CG_CPU);
	if (!h && cg->mode == CGROUP_MODE_V2)
		h = cg_find_v2(cg); /* v2 counts CPU time without the controller too */
	if (h)
		cpu_stat(cg, h, stats);
	h = cg_find(cg, CG_PIDS);
	if (h) {
		(void)cg_read_u64(cg, h, "pids.current", &stats->pids_current);
		(void)cg_read_u64(cg, h, "pids.max", &stats->pids_limit);
	}
	return 0;
}

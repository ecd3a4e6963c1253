/*
 * limits_memory.c - linux.resources.memory.
 *
 * See: cgroup-v1/memory.rst; cgroup-v2.rst "Memory". What differs: swap is memory plus swap in
 * the spec and on v1, swap alone on v2; a limit below usage is refused on v1 and makes the OOM
 * killer run on v2, which checkBeforeUpdate prevents; swappiness, the OOM killer's switch and TCP
 * memory exist on v1 only. Kernel memory limits are gone since Linux 5.16 and are ignored with a
 * warning, as the spec advises against them.
 */
#include <errno.h>

#include "runtime/cgroup/convert.h"
#include "runtime/cgroup/limits.h"
#include "user/base/log.h"

#define JSON(name) "linux.resources.memory." name

/* 0 is how callers that know no optional numbers say "leave alone". */
static bool wanted(const struct spec_i64 *limit)
{
	return limit->set && limit->value != 0;
}

static void write_limit(struct limits *limits, const char *json, const char *v1, const char *v2,
			const struct spec_i64 *value)
{
	struct cgroup_hierarchy *h;

	if (!wanted(value))
		return;
	h = limits_place(limits, CG_MEMORY, json);
	if (!h)
		return;
	if (h->v2 && !v2)
		limits_unsupported(limits, json, "cgroup v2 has no such limit");
	else
		limits_write_i64(limits, h, json, h->v2 ? v2 : v1, value->value);
}

/* Without swap accounting there is no file, and nothing that a request for no limit would change. */
static void write_swap(struct limits *limits, const struct cgroup_hierarchy *h, const char *file,
		       int64_t value)
{
	if (h && value < 0 && !limits_has_file(limits, h, file))
		return;
	limits_write_i64(limits, h, JSON("swap"), file, value);
}

static void swap_v1(struct limits *limits, const struct cgroup_hierarchy *h,
		    const struct spec_memory *memory)
{
	if (wanted(&memory->swap_bytes))
		write_swap(limits, h, "memory.memsw.limit_in_bytes", memory->swap_bytes.value);
	else if (memory->limit_bytes.set && memory->limit_bytes.value < 0)
		/* no limit for memory alone would be above the limit for both */
		write_swap(limits, h, "memory.memsw.limit_in_bytes", -1);
}

static void swap_v2(struct limits *limits, const struct cgroup_hierarchy *h,
		    const struct spec_memory *memory)
{
	int64_t swap;

	if (!wanted(&memory->swap_bytes)) {
		if (memory->limit_bytes.set && memory->limit_bytes.value < 0 && !limits->cg->fresh)
			write_swap(limits, h, "memory.swap.max", -1);
		return;
	}
	if (cg_swap_of_memsw(memory->swap_bytes.value, memory->limit_bytes.value, &swap) < 0)
		limits_fail(
			limits, EINVAL, JSON("swap"),
			"memory plus swap, so it must be at least linux.resources.memory.limit");
	else
		write_swap(limits, h, "memory.swap.max", swap);
}

/* The kernel would kill to get below the new limit. */
static void check_usage(struct limits *limits, const struct cgroup_hierarchy *h, int64_t limit)
{
	uint64_t usage = 0;

	if (limit >= 0 && cg_read_u64(limits->cg, h, "memory.current", &usage) == 0 &&
	    usage > (uint64_t)limit)
		limits_fail(limits, EBUSY, JSON("limit"), "%lld is below the present usage of %llu",
			    (long long)limit, (unsigned long long)usage);
}

static void limit_and_swap(struct limits *limits, const struct spec_memory *memory)
{
	struct cgroup_hierarchy *h;

	if (!wanted(&memory->limit_bytes) && !wanted(&memory->swap_bytes))
		return;
	h = limits_place(limits, CG_MEMORY,
			 wanted(&memory->limit_bytes) ? JSON("limit") : JSON("swap"));
	if (!h)
		return;
	if (h->v2 && memory->check_before_update && !limits->cg->fresh)
		check_usage(limits, h, memory->limit_bytes.value);
	write_limit(limits, JSON("limit"), "memory.limit_in_bytes", "memory.max",
		    &memory->limit_bytes);
	if (h->v2)
		swap_v2(limits, h, memory);
	else
		swap_v1(limits, h, memory);
	limits_settle(limits);
	if (limits->result == -EBUSY && !h->v2)
		err_hint(limits->err, "the processes inside use more than the new limit");
}

void limits_memory(struct limits *limits, const struct spec_memory *memory)
{
	struct spec_i64 zero_allowed = memory->swappiness;
	struct cgroup_hierarchy *h;

	limit_and_swap(limits, memory);
	write_limit(limits, JSON("reservation"), "memory.soft_limit_in_bytes", "memory.low",
		    &memory->reservation_bytes);
	if (wanted(&memory->kernel_bytes))
		log_warning(JSON("kernel") ": ignored, kernels since 5.16 have no such limit");
	write_limit(limits, JSON("kernelTCP"), "memory.kmem.tcp.limit_in_bytes", NULL,
		    &memory->kernel_tcp_bytes);
	if (zero_allowed.set) {
		h = limits_place(limits, CG_MEMORY, JSON("swappiness"));
		if (h && h->v2)
			limits_unsupported(limits, JSON("swappiness"),
					   "cgroup v2 has no such limit");
		else
			limits_write_i64(limits, h, JSON("swappiness"), "memory.swappiness",
					 zero_allowed.value);
	}
	if (memory->disable_oom_killer) {
		h = limits_place(limits, CG_MEMORY, JSON("disableOOMKiller"));
		if (h && h->v2)
			limits_unsupported(limits, JSON("disableOOMKiller"),
					   "cgroup v2 cannot disable it");
		else
			limits_write(limits, h, JSON("disableOOMKiller"), "memory.oom_control",
				     "1");
	}
	if (memory->use_hierarchy.set && !memory->use_hierarchy.value) {
		h = limits_place(limits, CG_MEMORY, JSON("useHierarchy"));
		if (h)
			limits_unsupported(limits, JSON("useHierarchy"),
					   "accounting is always hierarchical since Linux 5.11");
	}
	limits_settle(limits);
}

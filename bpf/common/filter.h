/*
 * filter.h - does the current task belong to what the user wants to see?
 *
 * Owns: the container filter. It runs before anything costly, and everything it does not match
 * stays unrecorded in the kernel.
 *
 * A container is known by its cgroup: on v2 by the task's one cgroup, on v1 by the cgroup of one
 * controller. Groups below it count as it. bpf_get_current_cgroup_id() knows v2 only, hence
 * task->cgroups. See cgroups(7).
 */
#ifndef CBOX_BPF_COMMON_FILTER_H
#define CBOX_BPF_COMMON_FILTER_H

#include "bpf/abi/filter.h"
#include "bpf/common/kernel.h"

#define FILTER_MAX_DEPTH 32

const volatile struct trace_filter filter;

static __always_inline struct cgroup *cgroup_of(struct task_struct *task)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct cgroup_subsys_state *css = NULL;
	__u32 index;

	switch (filter.hierarchy) {
	case HIERARCHY_CPU:
		index = bpf_core_enum_value(enum cgroup_subsys_id, cpu_cgrp_id);
		break;
	case HIERARCHY_CPUACCT:
		index = bpf_core_enum_value(enum cgroup_subsys_id, cpuacct_cgrp_id);
		break;
	case HIERARCHY_CPUSET:
		index = bpf_core_enum_value(enum cgroup_subsys_id, cpuset_cgrp_id);
		break;
	case HIERARCHY_MEMORY:
		index = bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id);
		break;
	case HIERARCHY_PIDS:
		index = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);
		break;
	case HIERARCHY_FREEZER:
		index = bpf_core_enum_value(enum cgroup_subsys_id, freezer_cgrp_id);
		break;
	case HIERARCHY_DEVICES:
		index = bpf_core_enum_value(enum cgroup_subsys_id, devices_cgrp_id);
		break;
	case HIERARCHY_BLKIO:
		index = bpf_core_enum_value(enum cgroup_subsys_id, io_cgrp_id);
		break;
	default:
		return BPF_CORE_READ(set, dfl_cgrp);
	}
	bpf_probe_read_kernel(&css, sizeof(css),
			      (void *)set + bpf_core_field_offset(struct css_set, subsys) +
				      index * sizeof(css));
	return css ? BPF_CORE_READ(css, cgroup) : NULL;
}

static __always_inline bool in_cgroup(struct task_struct *task)
{
	struct cgroup *cgroup = cgroup_of(task);

	for (int i = 0; i < FILTER_MAX_DEPTH && cgroup; i++) {
		struct cgroup_subsys_state *parent;

		if (BPF_CORE_READ(cgroup, kn, id) == filter.cgroup_id)
			return true;
		parent = BPF_CORE_READ(cgroup, self.parent);
		cgroup = parent ? BPF_CORE_READ(parent, cgroup) : NULL;
	}
	return false;
}

/* Orphans of a traced command stay in its tree because ctrace is their subreaper. */
static __always_inline bool in_tree(struct task_struct *task)
{
	for (int i = 0; i < FILTER_MAX_DEPTH; i++) {
		__u32 tgid = BPF_CORE_READ(task, tgid);

		if (tgid == filter.root_tgid)
			return true;
		if (tgid <= 1)
			return false;
		task = BPF_CORE_READ(task, real_parent);
	}
	return false;
}

static __always_inline __u32 mntns_of(struct task_struct *task)
{
	return BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
}

static __always_inline bool is_wanted(struct task_struct *task)
{
	switch (filter.mode) {
	case FILTER_ALL:
		return true;
	case FILTER_CGROUP:
		return in_cgroup(task);
	case FILTER_MNTNS:
		return mntns_of(task) == filter.mntns;
	case FILTER_TREE:
		return in_tree(task);
	}
	return false;
}

#endif

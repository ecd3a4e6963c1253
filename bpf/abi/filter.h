/*
 * filter.h - which tasks a tracer records: the choice user space makes, the kernel side applies.
 *
 * Owns: struct trace_filter, placed in each tracer's read-only data before load, so that the
 * verifier drops the branches of the other modes.
 */
#ifndef CBOX_BPF_ABI_FILTER_H
#define CBOX_BPF_ABI_FILTER_H

#include <linux/types.h>

enum trace_filter_mode {
	FILTER_ALL,
	FILTER_CGROUP, /* tasks in the cgroup cgroup_id and below */
	FILTER_MNTNS,  /* tasks in the mount namespace mntns */
	FILTER_TREE,   /* the process root_tgid and its descendants */
};

/* The hierarchy cgroup_id belongs to: v2, or the v1 hierarchy of one controller. */
enum trace_hierarchy {
	HIERARCHY_V2,
	HIERARCHY_CPU,
	HIERARCHY_CPUACCT,
	HIERARCHY_CPUSET,
	HIERARCHY_MEMORY,
	HIERARCHY_PIDS,
	HIERARCHY_FREEZER,
	HIERARCHY_DEVICES,
	HIERARCHY_BLKIO,
};

struct trace_filter {
	__u32 mode;	 /* enum trace_filter_mode */
	__u32 hierarchy; /* enum trace_hierarchy, FILTER_CGROUP */
	__u64 cgroup_id; /* inode number of the cgroup's folder */
	__u32 mntns;	 /* inode number */
	__u32 root_tgid; /* in the initial pid namespace */
};

#endif

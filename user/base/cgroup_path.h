/*
 * cgroup_path.h - from a cgroup path, as people write it, to the id the kernel knows it by.
 *
 * Owns: finding the mounted hierarchies (v1, v2, hybrid), and the id of a cgroup, which is the
 * inode number of its folder (kernfs: kn->id) and what eBPF programs compare with.
 * Does not own: making or changing cgroups (runtime/cgroup).
 *
 * See: cgroups(7), proc(5) on /proc/PID/mountinfo.
 */
#ifndef CBOX_BASE_CGROUP_PATH_H
#define CBOX_BASE_CGROUP_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "user/base/err.h"

#define CGROUP_MAX_MOUNTS 24

struct cgroup_mount {
	char path[256];
	char controller[32]; /* v1: the first of its controllers; "" for v2 */
};

struct cgroup_mounts {
	struct cgroup_mount items[CGROUP_MAX_MOUNTS];
	unsigned count;
};

struct cgroup_ref {
	uint64_t id;
	char controller[32]; /* "" means the v2 hierarchy */
	char path[PATH_MAX]; /* of the folder on the host */
};

/* Reads the cgroup mounts out of a mountinfo file. v1 mounts without controllers are left out. */
int cgroup_mounts_read(const char *mountinfo, struct cgroup_mounts *mounts, struct err *err);

/*
 * Resolves text: an absolute path of a cgroup folder, or a path below the roots of the
 * hierarchies ("/cbox/<id>", "cbox/<id>"), looked for in v2 first. The root of a hierarchy
 * is refused (-EINVAL): it holds everything. -ENOENT names the places that were tried.
 */
int cgroup_resolve(const struct cgroup_mounts *mounts, const char *text, struct cgroup_ref *ref,
		   struct err *err);

#endif

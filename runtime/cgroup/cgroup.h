/*
 * cgroup.h - one container's control groups behind one set of operations.
 *
 * Owns: choosing the backend (v2, v1/hybrid, fake for tests; systemd on top of either), making,
 * joining, limiting, reading, freezing, killing and removing a container's cgroups.
 * Does not own: where the path comes from (spec or engine) or when to do any of it (core).
 *
 * A container's cgroup is named by its path below the controller roots ("/cbox/ID"). Under v1
 * the same path exists in every mounted hierarchy.
 *
 * See: kernel Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst, cgroups(7).
 */
#ifndef CBOX_CGROUP_CGROUP_H
#define CBOX_CGROUP_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/err.h"

struct spec_resources; /* runtime/spec/spec.h */

#define CGROUP_MAX_HIERARCHIES 16

enum cgroup_mode { CGROUP_MODE_V2, CGROUP_MODE_V1, CGROUP_MODE_HYBRID };

struct cgroup;

struct cgroup_stats {
	uint64_t memory_usage_bytes, memory_limit_bytes, memory_peak_bytes, swap_usage_bytes;
	uint64_t cpu_usage_ns, cpu_user_ns, cpu_system_ns;
	uint64_t cpu_periods, cpu_throttled_periods, cpu_throttled_ns;
	uint64_t pids_current, pids_limit;
	uint64_t oom_kills; /* processes killed by the OOM killer in this cgroup, ever */
};

struct cgroup_ops {
	const char *name;
	/* Creates the folders and puts an fd for joining in place. Existing ones are reused. */
	int (*create)(struct cgroup *cg, struct err *err);
	/* Writes the limits; called before any task is inside, and again by update. */
	int (*apply)(struct cgroup *cg, const struct spec_resources *res, struct err *err);
	/* Moves a process in, from outside. */
	int (*add)(struct cgroup *cg, pid_t pid, struct err *err);
	int (*freeze)(struct cgroup *cg, bool frozen, struct err *err);
	/* Signals every process inside; SIGKILL uses cgroup.kill where it exists. */
	int (*signal)(struct cgroup *cg, int signal, struct err *err);
	/* pids inside, into a heap array the caller frees. */
	int (*pids)(struct cgroup *cg, pid_t **pids, size_t *count, struct err *err);
	int (*stats)(struct cgroup *cg, struct cgroup_stats *stats, struct err *err);
	/* Kills what is left and removes the folders; absent ones are success. */
	int (*remove)(struct cgroup *cg, struct err *err);
};

struct cgroup {
	const struct cgroup_ops *ops;
	enum cgroup_mode mode;
	char path[512]; /* "/cbox/ID" */
	/*
	 * After create(): fds through which the child joins by writing "0" to each (v1, hybrid),
	 * O_WRONLY on cgroup.procs; and the v2 folder for clone3's CLONE_INTO_CGROUP, or -1.
	 */
	int join_fds[CGROUP_MAX_HIERARCHIES];
	unsigned join_fd_count;
	int v2_fd;
};

/*
 * Opens the backend this host has for path; nothing is created yet. path must be absolute and
 * clean ("/a/b"); systemd's "slice:prefix:name" is taken when systemd is true.
 * Returns 0 or -errno; status EXIT_UNSUPPORTED when no cgroup file system is there.
 */
int cgroup_open(struct cgroup *cg, const char *path, bool systemd, struct err *err);

/* Closes fds; leaves the cgroups alone. Safe on a zeroed struct. */
void cgroup_close(struct cgroup *cg);

/* Backend over a plain folder, for unit tests. root is borrowed. */
int cgroup_open_fake(struct cgroup *cg, const char *root, const char *path, struct err *err);

#endif

/*
 * cgroup.h - one container's control groups behind one set of operations.
 *
 * Owns: finding the hierarchies of this host; making, joining, limiting, reading, freezing,
 * killing and removing a container's cgroups in all of them.
 * Does not own: where the path comes from (spec or engine) or when to do any of it (core).
 *
 * A host is a list of hierarchies: one on v2, about ten on v1 and hybrid. A controller lives in
 * exactly one of them, so each limit knows both dialects and asks where its controller is; there
 * is no separate backend a version. A container's cgroup is named by its path below the roots of
 * the hierarchies ("/cbox/ID") and exists in every one of them.
 *
 * See: kernel Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst, cgroups(7).
 */
#ifndef CBOX_CGROUP_CGROUP_H
#define CBOX_CGROUP_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/err.h"

struct spec_resources; /* runtime/spec/spec.h */

#define CGROUP_MAX_HIERARCHIES 16

enum cgroup_mode { CGROUP_MODE_V2, CGROUP_MODE_V1, CGROUP_MODE_HYBRID };

struct cgroup;

#define CGROUP_UNLIMITED UINT64_MAX

/* Zero where the controller is not there. Limits: CGROUP_UNLIMITED when there is none. */
struct cgroup_stats {
	uint64_t memory_usage_bytes, memory_limit_bytes, memory_peak_bytes, swap_usage_bytes;
	uint64_t cpu_usage_ns, cpu_user_ns, cpu_system_ns;
	uint64_t cpu_periods, cpu_throttled_periods, cpu_throttled_ns;
	uint64_t pids_current, pids_limit;
	uint64_t oom_kills; /* processes killed by the OOM killer in this cgroup, ever */
};

struct cgroup_ops {
	const char *name;
	/*
	 * Creates the folders and opens the fds for joining. Folders that exist are reused; with
	 * processes inside they are somebody else's: -EBUSY.
	 */
	int (*create)(struct cgroup *cg, struct err *err);
	/* Opens the fds for joining cgroups that exist, for exec. */
	int (*join)(struct cgroup *cg, struct err *err);
	/*
	 * Writes the limits; called before any task is inside, and again by update. After create()
	 * device access is denied except for res->devices and the standard devices, also when res
	 * has no rules; an update without rules leaves it alone. A limit of 0 means "leave alone"
	 * where 0 makes no sense. What the kernel lacks: status EXIT_UNSUPPORTED, the JSON path
	 * and the file in *err.
	 */
	int (*apply)(struct cgroup *cg, const struct spec_resources *res, struct err *err);
	/* Moves a process in, from outside. */
	int (*add)(struct cgroup *cg, pid_t pid, struct err *err);
	/* Returns when all processes have stopped, or -ETIMEDOUT, thawed again, after 2 s. */
	int (*freeze)(struct cgroup *cg, bool frozen, struct err *err);
	/* Signals every process inside and in cgroups below; SIGKILL also wakes frozen ones. */
	int (*signal)(struct cgroup *cg, int signal, struct err *err);
	/* pids inside and in cgroups below, into a heap array the caller frees. */
	int (*pids)(struct cgroup *cg, pid_t **pids, size_t *count, struct err *err);
	int (*stats)(struct cgroup *cg, struct cgroup_stats *stats, struct err *err);
	/*
	 * Kills what is left and removes the folders, cgroups below included; absent ones are
	 * success. -EBUSY when a process outlives SIGKILL for 5 s.
	 */
	int (*remove)(struct cgroup *cg, struct err *err);
};

/* One mounted hierarchy; mount is absolute or relative to struct cgroup's root_fd. */
struct cgroup_hierarchy {
	const char *mount;
	uint32_t controllers; /* bits of enum cgroup_controller (hierarchy.h) */
	bool v2;
	bool controllers_known; /* v2: controllers has been read from the container's folder */
};

struct cgroup {
	const struct cgroup_ops *ops;
	enum cgroup_mode mode;
	char path[512]; /* "/cbox/ID" */
	/*
	 * After create() or join(): fds through which the child joins by writing "0" to each (v1),
	 * O_WRONLY on cgroup.procs; and the v2 folder for clone3's CLONE_INTO_CGROUP, or -1.
	 * On a hybrid host both are there and both must be used.
	 */
	int join_fds[CGROUP_MAX_HIERARCHIES];
	unsigned join_fd_count;
	int v2_fd;

	/* The rest is for runtime/cgroup itself. */
	int root_fd; /* /sys/fs/cgroup, O_PATH */
	bool fresh;  /* after create(): no process inside */
	bool fake;   /* a plain folder: writing creates the file */
	struct cgroup_hierarchy hierarchies[CGROUP_MAX_HIERARCHIES];
	unsigned hierarchy_count;
	char mounts[1024]; /* text of hierarchies[].mount */
	size_t mounts_used;
};

/*
 * Finds the hierarchies of this host; nothing is created yet. path must be absolute, clean
 * ("/a/b") and not the root. systemd asks for systemd's manager, which this build does not have.
 * Returns 0 or -errno; status EXIT_UNSUPPORTED when no cgroup file system is there.
 */
int cgroup_open(struct cgroup *cg, const char *path, bool systemd, struct err *err);

/* Closes fds; leaves the cgroups alone. Safe on a zeroed struct. */
void cgroup_close(struct cgroup *cg);

/*
 * The same over a plain folder, for unit tests: with a file cgroup.controllers in root it is v2,
 * otherwise every folder in it is a v1 hierarchy named by its controllers ("cpu,cpuacct"), and
 * "unified" the v2 hierarchy of a hybrid host. Limits become files with what was written last.
 */
int cgroup_open_fake(struct cgroup *cg, const char *root, const char *path, struct err *err);

#endif

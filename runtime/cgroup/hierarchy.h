/*
 * hierarchy.h - the mounted hierarchies and files in them (inside runtime/cgroup only).
 *
 * Owns: names of controllers, finding mounts, building paths, reading and writing cgroup files.
 * Does not own: what is written into them.
 *
 * Files are opened by path from one fd on /sys/fs/cgroup: a folder fd a hierarchy would cost the
 * same number of system calls, since each hierarchy gets only a few files written.
 */
#ifndef CBOX_CGROUP_HIERARCHY_H
#define CBOX_CGROUP_HIERARCHY_H

#include "runtime/cgroup/cgroup.h"

enum cgroup_controller {
	CG_CPU,
	CG_CPUACCT,
	CG_CPUSET,
	CG_MEMORY,
	CG_DEVICES,
	CG_FREEZER,
	CG_IO, /* blkio on v1 */
	CG_PIDS,
	CG_HUGETLB,
	CG_NET_CLS,
	CG_NET_PRIO,
	CG_RDMA,
	CG_CONTROLLERS,
};

/* Name of a controller in a hierarchy of this version, "blkio" or "io". */
const char *cg_controller_name(enum cgroup_controller controller, bool v2);

/* Bits of the controllers in a list like "cpu,cpuacct" or "cpuset cpu io"; others are skipped. */
uint32_t cg_controller_bits(const char *list, bool v2);

/* Fills in root_fd, mode and hierarchies of the host. */
int cg_detect(struct cgroup *cg, struct err *err);
/* The same from the text of /proc/self/mountinfo, for layouts other than the usual one. */
int cg_detect_mountinfo(struct cgroup *cg, char *mountinfo, struct err *err);
/* Adds a hierarchy; mount is copied. -E2BIG when there is no room. */
int cg_add_hierarchy(struct cgroup *cg, const char *mount, uint32_t controllers, bool v2);

/* The hierarchy a controller is in; NULL if none. Reads v2's list when it is not known yet. */
struct cgroup_hierarchy *cg_find(struct cgroup *cg, enum cgroup_controller controller);
/* The v2 hierarchy, NULL on a pure v1 host. */
struct cgroup_hierarchy *cg_find_v2(struct cgroup *cg);
/* The hierarchy that says which processes are inside: v2 if there, else freezer or the first. */
struct cgroup_hierarchy *cg_find_processes(struct cgroup *cg);

#define CG_PATH_SIZE 1024

/* Writes "<mount><path>/<file>" into buf of CG_PATH_SIZE; file may be NULL for the folder. */
int cg_file_path(const struct cgroup_hierarchy *h, const char *path, const char *file, char *buf);

/*
 * Writes text to a file of the folder at path, the container's own or one above it, in one
 * write(2). Returns 0 or -errno, without a message.
 */
int cg_write_at(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *path,
		const char *file, const char *text);
int cg_write(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *file,
	     const char *text);

/* Reads a small file, NUL-terminated, without its last newline. Returns the length or -errno. */
ssize_t cg_read_at(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *path,
		   const char *file, char *buf, size_t size);
ssize_t cg_read(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *file,
		char *buf, size_t size);

/* A file that holds one number, or "max": CGROUP_UNLIMITED. 0 or -errno. */
int cg_read_u64(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *file,
		uint64_t *value);

/* Number behind "key " at the start of a line of text; false if there is none. */
bool cg_keyed_u64(const char *text, const char *key, uint64_t *value);

/* Parts of the operations, one file each; see cgroup.h. */
int cg_create(struct cgroup *cg, struct err *err);	   /* folders.c */
int cg_join(struct cgroup *cg, struct err *err);	   /* folders.c */
int cg_add(struct cgroup *cg, pid_t pid, struct err *err); /* folders.c */
/* Enables what the parents have in a v2 hierarchy and notes what the container got. */
void cg_enable_v2(struct cgroup *cg, struct cgroup_hierarchy *h);		    /* folders.c */
int cg_apply(struct cgroup *cg, const struct spec_resources *res, struct err *err); /* limits.c */
int cg_freeze(struct cgroup *cg, bool frozen, struct err *err);			    /* freeze.c */
int cg_signal(struct cgroup *cg, int signal, struct err *err);			    /* kill.c */
int cg_pids(struct cgroup *cg, pid_t **pids, size_t *count, struct err *err);	    /* kill.c */
int cg_remove(struct cgroup *cg, struct err *err);				    /* kill.c */
int cg_stats(struct cgroup *cg, struct cgroup_stats *stats, struct err *err);	    /* stats.c */

#endif

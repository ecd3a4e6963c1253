/*
 * naming.h - from numbers the kernel gives to what the user calls things.
 *
 * Owns: which container a mount namespace belongs to, where an overlay is mounted in it, and the
 * wall-clock time of a monotonic one. Answers are cached; a trace asks the same few again and
 * again, often after the process in question is gone.
 * Does not own: reading the records of containers (user/base/container_lookup).
 *
 * See: proc(5) on /proc/PID/mountinfo and /proc/PID/ns.
 */
#ifndef CBOX_CTRACE_NAMING_H
#define CBOX_CTRACE_NAMING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/container_lookup.h"
#include "user/base/str.h"

#define NAMING_MOUNTS 64

struct naming_mount {
	uint32_t mntns, device;
	char *root, *point; /* heap: the part of the overlay that is mounted, and where */
};

struct naming {
	/* When one container is traced, all events are its. Borrowed; may be NULL. */
	const char *fixed_name, *fixed_id;
	const char *run_dir;
	struct live_containers containers;
	uint64_t containers_read_ns;
	int64_t monotonic_to_epoch_ns;
	struct naming_mount mounts[NAMING_MOUNTS];
	unsigned mounts_used; /* ever; slots are reused round robin */
};

/* run_dir as from container_run_dir(). Free with naming_free(). */
void naming_init(struct naming *naming, const char *run_dir);
void naming_free(struct naming *naming);

/* Name and id of the container that has this mount namespace; NULL when none is known. */
void naming_container(struct naming *naming, uint32_t mntns, const char **name, const char **id);

/*
 * Puts in front of path, which counts from the root of the overlay device, the place where the
 * namespace mntns sees it. pid: a process of that namespace. Returns false, and appends path
 * as it is, when no process tells any more.
 */
bool naming_path(struct naming *naming, uint32_t mntns, uint32_t device, pid_t pid,
		 const char *path, struct strbuf *out);

/*
 * Finds device (as the kernel packs it, major << 20 | minor) in the text of a mountinfo file,
 * which is cut to pieces. *root and *point point into it, unescaped. Returns false if absent.
 */
bool naming_find_mount(char *mountinfo, uint32_t device, char **root, char **point);

#endif

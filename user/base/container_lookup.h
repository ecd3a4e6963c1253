/*
 * container_lookup.h - which containers live on this host, and which one a user means.
 *
 * Owns: reading the records the engine writes ($CBOX_RUN/containers/<id>.json) and choosing one
 * by name, id or unique id prefix.
 * Does not own: writing the records (runtime/core) or cgroup paths (cgroup_path.h).
 *
 * Other engines' containers are reached by their cgroup path.
 */
#ifndef CBOX_BASE_CONTAINER_LOOKUP_H
#define CBOX_BASE_CONTAINER_LOOKUP_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/err.h"

struct live_container {
	char id[130], name[130], image[256];
	char cgroup[512]; /* below the roots of the hierarchies: "/cbox/<id>" */
	pid_t pid;
	uint64_t start_time;   /* of pid, clock ticks since boot: tells a reused pid apart */
	uint64_t mntns, netns; /* inode numbers */
};

/* Zero-initialise; the caller frees with live_containers_free(). */
struct live_containers {
	struct live_container *items;
	size_t count;
};

/* $CBOX_RUN, or /run/cbox. */
const char *container_run_dir(void);

/*
 * Reads the records below run_dir, sorted by name. No folder means no containers. A record that
 * vanishes or does not parse meanwhile is left out. Returns 0 or -errno.
 */
int live_containers_load(const char *run_dir, struct live_containers *list, struct err *err);
void live_containers_free(struct live_containers *list);

/*
 * The container with this name, this id, or the only one whose id starts with text (at least
 * two characters). Otherwise NULL and *err (-ENOENT with the names that exist as the hint, or
 * -EINVAL for an ambiguous prefix).
 */
const struct live_container *live_container_find(const struct live_containers *list,
						 const char *text, struct err *err);

/* The container whose mount namespace this is; NULL if none. */
const struct live_container *live_container_by_mntns(const struct live_containers *list,
						     uint64_t mntns);

#endif

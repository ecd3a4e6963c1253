/*
 * workspace.h - the place all subjects of a run share: a folder, a mount namespace, a bundle.
 *
 * Owns: a private tmpfs below /tmp that holds the bundle and every runtime's state, the mount
 * namespace of cbench, the token that proves a payload ran, and the files output goes to.
 * Everything disappears with workspace_close(), and the mounts with the process at the latest.
 * Does not own: the bundle's content (bundle.h).
 *
 * The mount namespace exists for one reason: crun refuses a host where /sys/fs/cgroup/unified is
 * mounted beside v1 controllers ("hybrid"). cbench unmounts it once, before the first run, in a
 * namespace of its own that all subjects inherit; nobody pays for it inside the measured interval
 * and nobody runs without it.
 */
#ifndef CBOX_BENCH_WORKSPACE_H
#define CBOX_BENCH_WORKSPACE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "user/base/err.h"

struct workspace {
	char dir[128];		     /* tmpfs when private_mounts, else a plain folder */
	char bundle[160];	     /* OCI bundle whose payload echoes the token */
	char idle_bundle[160];	     /* same root file system, payload sleeps */
	char rootfs[160];	     /* of both bundles */
	char program_dir[PATH_MAX];  /* folder this program lies in */
	char token[33];		     /* random: output of another run cannot be mistaken for it */
	const char *const *payload;  /* argv inside the root file system: prints the token */
	const char *payload_argv[3]; /* storage of payload */
	bool private_mounts;
	bool hybrid_hidden; /* /sys/fs/cgroup/unified was unmounted for all subjects */
	int out, err;	    /* memory files that stdout and stderr of a run go to */
};

/* Creates everything. Without privilege the mount namespace is left out. Returns 0 or -errno. */
int workspace_open(struct workspace *ws, struct err *err);
void workspace_close(struct workspace *ws);

/* Empties out and err before a run. */
void workspace_rewind(struct workspace *ws);

/* True when stdout of the last run holds the token as a line. */
bool workspace_token_seen(const struct workspace *ws);

/* Last line of stderr (else stdout) of the last run, without control bytes; "" when silent. */
void workspace_last_words(const struct workspace *ws, char *text, size_t size);

/*
 * Finds one of our files: `name` beside this program, then at each of the NULL-terminated places
 * relative to its folder. Returns 0 and the path, or -ENOENT.
 */
int workspace_find(const struct workspace *ws, const char *const *places, const char *name,
		   char *path, size_t size);

/* Finds a program in PATH; a name with a slash is taken as it is. 0 or -ENOENT. */
int workspace_which(const char *name, char *path, size_t size);

#endif

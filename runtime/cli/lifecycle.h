/*
 * lifecycle.h - a container from its config to a running process, and to rest again.
 *
 * Owns: the order of side effects, each announced by a record that outlives a kill -9:
 *   owner record, name, folder with config, overlay, process (runtime/core), live record
 * and at the end: how it ended, then everything in reverse, the owner's record last.
 * Does not own: waiting for the process (supervise.h, monitor/main.c), undoing after a crash.
 */
#ifndef CBOX_CLI_LIFECYCLE_H
#define CBOX_CLI_LIFECYCLE_H

#include <sys/types.h>

#include "runtime/cli/config.h"
#include "runtime/cli/places.h"

/* A fresh id of 64 hex digits in arena; NULL with errno. */
const char *lifecycle_new_id(struct arena *arena);

/*
 * Announces, names and stores a new container, and releases the images. config->name may be NULL:
 * one is made up. On failure nothing is left.
 */
int lifecycle_create(struct arena *arena, struct places *places, struct config *config,
		     struct err *err);

struct lifecycle_io {
	int stdio[3];	/* -1: the caller's own */
	int console_fd; /* socket that gets the terminal's other end; -1: no terminal */
};

/*
 * Starts the program of a container that is stored and owned by this process, which is the parent
 * of *pid. On failure nothing runs, but folder, name and owner are still there.
 */
int lifecycle_start(struct arena *arena, const struct places *places, const struct config *config,
		    const struct lifecycle_io *io, pid_t *pid, struct err *err);

/*
 * The program has ended with this wait status: records it or removes the container, and ends the
 * ownership. *exit_code is what a shell would show. Returns 0 or -errno.
 */
int lifecycle_finish(const struct places *places, const struct config *config, int wait_status,
		     int *exit_code, struct err *err);

/* The overlay of a container as a detached mount; for start and export. fd or -errno. */
int lifecycle_mount(struct arena *arena, const struct places *places, const struct config *config,
		    struct err *err);

#endif

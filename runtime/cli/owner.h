/*
 * owner.h - which process answers for a container in motion.
 *
 * Owns: $CBOX_RUN/owners/<id>, the intent record of the engine. It is written before the first
 * side effect of a container and removed after the last one is undone; in between it names the
 * process that will do the undoing: the foreground `cbox run`, or the monitor of a detached one.
 * When that process is dead and the file is there, `cbox system recover` takes its place.
 * Does not own: the undoing (undo.h).
 *
 * Text, one line: "PID START_TIME RM NAME". The monitor adds "exit CODE" when the program ends, so
 * that `cbox wait` learns the status of a container that is removed at once.
 */
#ifndef CBOX_CLI_OWNER_H
#define CBOX_CLI_OWNER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/err.h"

struct owner {
	pid_t pid;
	uint64_t start_time;
	bool auto_remove;
	char name[130];
	int exit_code; /* -1: the program has not ended */
};

/* Records this process as the owner. Returns 0 or -errno. */
int owner_write(int run_fd, const char *id, const char *name, bool auto_remove, struct err *err);

/* Adds the exit code for waiters. Failure is of no consequence to the container. */
void owner_write_exit(int run_fd, const char *id, int code);

/* Returns 0, -ENOENT when there is no owner, or -EINVAL for a record that was cut off. */
int owner_read(int run_fd, const char *id, struct owner *owner);

/* The two halves of owner_read(), for a reader that outlives the record. fd or -errno; 0 or -errno. */
int owner_open(int run_fd, const char *id);
int owner_parse(int fd, struct owner *owner);

bool owner_is_alive(const struct owner *owner);

/* The container has come to rest: nothing is left to undo. */
int owner_remove(int run_fd, const char *id, struct err *err);

#endif

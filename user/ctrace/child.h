/*
 * child.h - the command behind "--": forked early, let go when the tracer is attached.
 *
 * Owns: the process, its release through a pipe, and its end.
 * Does not own: what is traced (its descendants are known by struct trace_filter).
 */
#ifndef CBOX_CTRACE_CHILD_H
#define CBOX_CTRACE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "user/base/err.h"

struct child {
	pid_t pid;
	int pidfd;   /* readable once the process has ended */
	int gate_fd; /* the write end of the pipe it waits on */
	int exit_code;
};

/* Forks; the new process waits for child_release(). Signals are those of before our blocking. */
int child_prepare(struct child *child, char **argv, struct err *err);
/* Lets it execute argv. Returns 0 or -errno. */
int child_release(struct child *child, struct err *err);
/* Ends it (SIGTERM) if it still runs, and collects exit_code as a shell shows it. */
void child_finish(struct child *child);

#endif

/*
 * supervise.h - being the parent of a container's process in the foreground.
 *
 * Owns: passing signals on, relaying a terminal, and waiting for the end.
 * Does not own: starting the process (lifecycle.h) or what its end means.
 */
#ifndef CBOX_CLI_SUPERVISE_H
#define CBOX_CLI_SUPERVISE_H

#include <sys/types.h>

#include "user/base/err.h"

/* Blocks the signals that are passed on, so that none is lost before supervise_wait(). */
int supervise_prepare(struct err *err);

/*
 * Waits for pid, passing signals on to it. terminal_fd is the master of its terminal, relayed to
 * and from fds 0 and 1; -1 when it has none. *wait_status as from waitpid(2). 0 or -errno.
 */
int supervise_wait(pid_t pid, int terminal_fd, int *wait_status, struct err *err);

#endif

/*
 * supervise.h - a caller that stays: signals go in, the terminal goes back and forth, the status
 * comes out.
 *
 * Owns: waiting for a container's process on behalf of run and exec in the foreground.
 * Does not own: starting or deleting it.
 *
 * Signals are blocked and taken one by one, so that no handler runs in memory the child shares.
 * See: signalfd(2), tty_ioctl(4) on TIOCGWINSZ, termios(3).
 */
#ifndef CBOX_OCI_SUPERVISE_H
#define CBOX_OCI_SUPERVISE_H

#include <sys/types.h>

#include "user/base/err.h"

struct supervise {
	int sockets[2]; /* the terminal comes out of [0]; -1 without one */
};

/* Before the start: blocks signals; with terminal, makes the socket to pass as console_fd. */
int supervise_begin(struct supervise *s, bool terminal, struct err *err);

/* After the start: returns the exit code of pid, a child of this process, or -errno. */
int supervise_wait(struct supervise *s, pid_t pid, struct err *err);

#endif

/*
 * console.h - the container's terminal.
 *
 * Owns: opening a pseudo terminal in the container's own devpts, sending its master away,
 * /dev/console, and making it the controlling terminal on fds 0-2.
 * Does not own: who receives the master (core/terminal, or the caller's console socket).
 *
 * Raw system calls only: these run in the child. See: pty(7), ioctl_tty(2) on TIOCGPTPEER.
 */
#ifndef CBOX_LINUX_CONSOLE_H
#define CBOX_LINUX_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/err.h"

struct console_request {
	uint16_t width, height; /* 0: leave the default */
	uid_t uid;		/* owner of the terminal */
	bool bind;		/* also as /dev/console */
};

/*
 * Opens a terminal below root (its /dev/pts), sends the master over socket, and puts the other
 * side on fds 0, 1 and 2 as controlling terminal; the caller leads a session. 0 or -errno.
 */
int console_setup(int root, int socket, const struct console_request *request, struct err *err);

#endif

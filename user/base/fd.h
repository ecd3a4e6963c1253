/*
 * fd.h - whole reads and writes on file descriptors, and passing them between processes.
 *
 * Owns: loops over short reads/writes and EINTR, fd passing (SCM_RIGHTS).
 * Does not own: opening by path (file.h on the host, linux/paths for paths of a container).
 */
#ifndef CBOX_BASE_FD_H
#define CBOX_BASE_FD_H

#include <stddef.h>
#include <sys/types.h>

/* Writes all of buf. Returns 0 or -errno. Async-signal-safe. */
int fd_write_all(int fd, const void *buf, size_t len);

/* Reads until buf is full or end of file. Returns the bytes read or -errno. */
ssize_t fd_read_full(int fd, void *buf, size_t len);

/*
 * Reads up to end of file into *data (heap, NUL-terminated, owned by the caller).
 * More than max bytes is -EFBIG. Returns the length or -errno.
 */
ssize_t fd_read_all(int fd, size_t max, char **data);

/* Copies from the current offset of src to dst until end of file. Returns bytes or -errno. */
ssize_t fd_copy(int src, int dst);

/* Sends one fd with the text name as data over a unix socket (the console-socket protocol). */
int fd_send(int socket, int fd, const char *name);
/* Receives one fd, O_CLOEXEC. Returns the fd or -errno. */
int fd_receive(int socket);

#endif

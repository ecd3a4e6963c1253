/*
 * file.h - host files: read whole, write so that a crash leaves old or new but never half.
 *
 * Owns: atomic replacement (temp, fsync, rename, fsync of the folder), locks, recursive removal
 * and folder creation, all relative to a folder fd (AT_FDCWD works).
 * Does not own: files inside a container's root; only runtime/linux/paths reaches those.
 *
 * See: open(2), rename(2), fsync(2), flock(2).
 */
#ifndef CBOX_BASE_FILE_H
#define CBOX_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "user/base/err.h"

/* Whole file into *data (heap, NUL-terminated, caller frees). Returns length or -errno. */
ssize_t file_read(int dirfd, const char *path, size_t max, char **data, struct err *err);

enum file_durability {
	FILE_VOLATILE, /* atomic for readers; lost by a power cut: right for tmpfs (/run) */
	FILE_DURABLE,  /* fsync of file and folder: on disk when the call returns */
};

/* Replaces path by data[0..len) in one step. Returns 0 or -errno. */
int file_write_atomic(int dirfd, const char *path, const void *data, size_t len, mode_t mode,
		      enum file_durability durability, struct err *err);

/*
 * Removes the temporary files that writers of file_write_atomic() left in folder when they were
 * killed half-way; those of living processes stay. Absent folder is success.
 */
int file_remove_temporaries(int dirfd, const char *folder, struct err *err);

/* mkdir -p: creates missing parents with mode. Returns 0 or -errno. */
int file_mkdir_all(int dirfd, const char *path, mode_t mode, struct err *err);

/* rm -rf: never follows a symlink, never crosses into another mount. Absent is success. */
int file_remove_all(int dirfd, const char *path, struct err *err);

/*
 * Opens (creating, 0600) and locks path; the fd is the lock, close it to release.
 * wait false: -EWOULDBLOCK when held. Returns the fd or -errno.
 */
int file_lock(int dirfd, const char *path, bool exclusive, bool wait, struct err *err);

#endif

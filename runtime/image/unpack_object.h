/*
 * unpack_object.h - one object of a layer: made, replaced, given its attributes.
 *
 * Owns: the system calls for a file, folder, link, device or fifo named by a folder fd and one
 * path component, and the two overlayfs marks.
 * Does not own: paths and the order of entries (unpack.c).
 */
#ifndef CBOX_IMAGE_UNPACK_OBJECT_H
#define CBOX_IMAGE_UNPACK_OBJECT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "runtime/image/tar.h"
#include "runtime/image/unpack.h"

/*
 * Makes the object of a non-hard-link entry, in place of whatever has its name; an existing
 * folder is kept when the entry is one. *inode gets a folder's inode. Returns 0 or -errno.
 */
int object_make(struct tar_reader *reader, const struct tar_entry *e, int parent_fd,
		const char *name, bool rootless, struct unpack_stats *stats, ino_t *inode,
		struct err *err);

/* Owner, mode and attributes of an open folder (times come later). */
int object_set_folder(int fd, const struct tar_entry *e, bool rootless, struct unpack_stats *stats,
		      struct err *err);

/* Removes whatever has this name, with all that is in it. */
int object_remove(int parent_fd, const char *name, struct err *err);

/* Marks a folder as hiding what lower layers have in it. */
int object_mark_opaque(int parent_fd, const char *name, bool rootless, struct err *err);

/* True for overlayfs' whiteout, a character device 0:0. */
bool object_is_whiteout(const struct stat *st);

/* True when both names are the same inode. */
bool object_is_same(int a_fd, const char *a, int b_fd, const char *b);

#endif

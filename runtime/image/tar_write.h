/*
 * tar_write.h - a folder as a tar archive, the same bytes for the same tree.
 *
 * Owns: PAX archives sorted by name, with owners, modes, times to the nanosecond, hard links,
 * devices and the attributes a layer may carry. Names and sizes beyond ustar become PAX records.
 * Does not own: compression, and sockets, which no archive can hold (they are counted).
 *
 * See: pax(1) and ustar in POSIX.1-2017.
 */
#ifndef CBOX_IMAGE_TAR_WRITE_H
#define CBOX_IMAGE_TAR_WRITE_H

#include "user/base/err.h"

/*
 * Writes the tree below root_fd to out_fd, end marker included. Mount points below it are left
 * empty. *skipped counts sockets. Returns 0 or -errno.
 */
int tar_write_folder(int root_fd, int out_fd, unsigned *skipped, struct err *err);

#endif

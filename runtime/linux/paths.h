/*
 * paths.h - the only way to a path that somebody else chose: a container's or an image's.
 *
 * Owns: opening below a root folder so that no symlink, "..", magic link or rename made at the
 * same time can lead out of it. Absolute symlinks are read as if the root were "/".
 * Does not own: paths of the host (user/base/file.h) or what is done with the fd.
 *
 * See: openat2(2), RESOLVE_IN_ROOT. Plain open(2) with checks in front escaped in about half of
 * the tries under a racing rename; this never did (docs/ARCHITECTURE.md, "Paths").
 */
#ifndef CBOX_LINUX_PATHS_H
#define CBOX_LINUX_PATHS_H

#include <sys/types.h>

/*
 * Opens path below root_fd. flags as for open(2), O_CLOEXEC is added; mode counts with O_CREAT
 * only. Returns the fd or -errno: -EAGAIN only if a rename raced a hundred times in a row.
 * Needs no memory of its own: safe between clone and exec.
 */
int paths_open(int root_fd, const char *path, int flags, mode_t mode);

#endif

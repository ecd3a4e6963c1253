/*
 * paths.h - the only way to a path inside a container's root.
 *
 * Owns: resolving a path below a root fd so that no symlink, "..", or magic link of a hostile
 * image leaves that root, and creating what is missing on the way.
 * Does not own: host paths, and what is done with the fd.
 *
 * Every call is openat2(2) with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS: absolute symlinks are
 * read as if the root were "/". Plain open(2) with checks in front escaped in about half of the
 * tries under a racing rename; this never did (docs/ARCHITECTURE.md, "Paths"). Such a rename
 * makes the kernel answer EAGAIN; the call is repeated. Raw system calls only: these
 * run in the child. The fds returned are O_CLOEXEC and belong to the caller.
 */
#ifndef CBOX_LINUX_PATHS_H
#define CBOX_LINUX_PATHS_H

#include <stdbool.h>
#include <sys/types.h>

/* Longest path taken, with its NUL. */
#define PATHS_MAX 4096

/*
 * Opens path below root. flags as for open(2), O_CLOEXEC is added; mode counts with O_CREAT only.
 * Returns the fd or -errno: -EAGAIN only if renames raced a thousand times in a row.
 */
int paths_open(int root, const char *path, int flags, mode_t mode);

/* Like paths_open, refusing with -ELOOP any symlink in path: for /proc, /sys and their like. */
int paths_open_plain(int root, const char *path, int flags);

/* O_PATH fd of folder path; what is missing is made with mode. Returns an fd or -errno. */
int paths_make_dir(int root, const char *path, mode_t mode);

/* O_PATH fd of path, made as an empty file (0644) below folders (0755) when nothing is there. */
int paths_make_file(int root, const char *path);

/*
 * O_PATH fd of the folder that holds path, made when missing, and *name, the last component,
 * pointing into path. -EINVAL when path ends in "/", "." or "..".
 */
int paths_make_parent(int root, const char *path, const char **name);

#endif

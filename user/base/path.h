/*
 * path.h - questions about paths and names that need no file system.
 *
 * Owns: lexical cleaning, component iteration, and what counts as a container id or name.
 * Does not own: resolving a path (runtime/linux/paths, openat2) or opening it (file.h).
 */
#ifndef CBOX_BASE_PATH_H
#define CBOX_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes the lexically shortest absolute form of path ("/a/../b//c" -> "/b/c", ".." never leaves
 * the root) into buf. Returns 0 or -ENAMETOOLONG.
 */
int path_clean(const char *path, char *buf, size_t size);

/* "dir/name" with exactly one slash between. Returns 0 or -ENAMETOOLONG. */
int path_join(const char *dir, const char *name, char *buf, size_t size);

/* Last component of path, pointing into it. */
const char *path_base(const char *path);

/* True when path is dir or below it, both cleaned. */
bool path_is_below(const char *path, const char *dir);

/* A container id or name: 1-128 of [A-Za-z0-9_.+-], not starting with '.' or '-'. */
bool path_is_id(const char *text);

#endif

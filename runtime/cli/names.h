/*
 * names.h - names of containers: one symlink a name, made in one step or not at all.
 *
 * Owns: claiming and releasing names, making one up, and the error of a name that is taken.
 * Does not own: finding a container by name or id (status.h).
 */
#ifndef CBOX_CLI_NAMES_H
#define CBOX_CLI_NAMES_H

#include "runtime/cli/places.h"

/* Claims name for id; with NULL makes up a free one. *claimed is in arena. -EEXIST when taken. */
int names_claim(struct arena *arena, const struct places *places, const char *name, const char *id,
		const char **claimed, struct err *err);

/* Gives the name back if it is id's. Absent is success. */
int names_release(const struct places *places, const char *name, const char *id, struct err *err);

/* The id a name stands for, into id (65 bytes). Returns 0 or -ENOENT. */
int names_lookup(const struct places *places, const char *name, char *id);

/* Containers' names are path_is_id() names without a plus sign. 0 or -EINVAL. */
int names_check(const char *name, struct err *err);

#endif

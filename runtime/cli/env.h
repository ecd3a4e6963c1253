/*
 * env.h - the environment of a container, put together from four places.
 *
 * Owns: the order (defaults, image, --env-file, --env; later wins), NAME without value (taken from
 * the caller's environment) and the format of env files.
 * Does not own: HOME, which the runtime reads from the container's passwd.
 */
#ifndef CBOX_CLI_ENV_H
#define CBOX_CLI_ENV_H

#include "user/base/arena.h"
#include "user/base/err.h"

/* Growing list of "NAME=VALUE" without duplicates; items is NULL-terminated, in arena. */
struct env {
	struct arena *arena;
	const char **items;
	unsigned count, capacity;
};

/* Adds or replaces "NAME=VALUE". Returns 0, -EINVAL (no name) or -ENOMEM. */
int env_set(struct env *env, const char *assignment, struct err *err);

/* NAME=VALUE, or NAME alone: the caller's value; unset there means unset here. */
int env_set_or_inherit(struct env *env, const char *text, struct err *err);

/* Lines of an env file: NAME=VALUE or NAME; blank lines and # lines count for nothing. */
int env_read_file(struct env *env, const char *path, struct err *err);

/* Value of name, or NULL. */
const char *env_get(const struct env *env, const char *name);

#endif

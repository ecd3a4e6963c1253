/*
 * env.c - see env.h.
 */
#include "runtime/cli/env.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"

#define MAX_ENV_FILE (1u << 20)

static unsigned find(const struct env *env, const char *name, size_t len)
{
	unsigned i = 0;

	while (i < env->count &&
	       (strncmp(env->items[i], name, len) != 0 || env->items[i][len] != '='))
		i++;
	return i;
}

int env_set(struct env *env, const char *assignment, struct err *err)
{
	size_t len = strcspn(assignment, "=");
	unsigned at;

	if (len == 0 || assignment[len] != '=')
		return err_set(err, EINVAL, "invalid environment variable: %.100s", assignment);
	at = find(env, assignment, len);
	if (at == env->count) {
		if (env->count + 1 >= env->capacity) {
			unsigned capacity = env->capacity ? 2 * env->capacity : 16;
			const char **grown = arena_calloc(env->arena, capacity, sizeof(*grown));

			if (!grown)
				return err_sys(err, "set the environment");
			if (env->count)
				memcpy(grown, env->items, env->count * sizeof(*grown));
			env->items = grown;
			env->capacity = capacity;
		}
		env->count++;
	}
	env->items[at] = assignment;
	return 0;
}

int env_set_or_inherit(struct env *env, const char *text, struct err *err)
{
	const char *value;
	char *assignment;

	if (strchr(text, '='))
		return env_set(env, text, err);
	if (!*text)
		return err_set(err, EINVAL, "invalid environment variable: it is empty");
	value = getenv(text);
	if (!value) {
		unsigned at = find(env, text, strlen(text));

		if (at < env->count) {
			env->items[at] = env->items[--env->count];
			env->items[env->count] = NULL;
		}
		return 0;
	}
	assignment = arena_printf(env->arena, "%s=%s", text, value);
	return assignment ? env_set(env, assignment, err) : err_sys(err, "set the environment");
}

int env_read_file(struct env *env, const char *path, struct err *err)
{
	cleanup_free char *data = NULL;
	ssize_t len = file_read(AT_FDCWD, path, MAX_ENV_FILE, &data, err);
	char *line, *next;
	unsigned number = 1;

	if (len < 0)
		return (int)len;
	line = arena_strndup(env->arena, data, (size_t)len);
	if (!line)
		return err_sys(err, "read '%s'", path);
	for (; line; line = next, number++) {
		char *end = strchrnul(line, '\n');

		next = *end ? end + 1 : NULL;
		*end = '\0';
		if (end > line && end[-1] == '\r')
			end[-1] = '\0';
		line += strspn(line, " \t");
		if (!*line || *line == '#')
			continue;
		if (strcspn(line, " \t") < strcspn(line, "="))
			return err_set(err, EINVAL, "%s:%u: a variable's name has no blanks", path,
				       number);
		if (env_set_or_inherit(env, line, err) < 0)
			return err_wrap(err, "%s:%u", path, number);
	}
	return 0;
}

const char *env_get(const struct env *env, const char *name)
{
	size_t len = strlen(name);
	unsigned at = find(env, name, len);

	return at < env->count ? env->items[at] + len + 1 : NULL;
}

/*
 * state_load.c - reading the records of a container back, and what its status is now.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/core/state.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/proc.h"

#define MAX_RECORD (4 * 1024 * 1024)

/* Parses a record into arena; NULL when it is not there. Text is copied, as nodes point into it. */
static int read_record(struct arena *arena, int dir, const char *name, const struct json **root,
		       struct err *err)
{
	cleanup_free char *text = NULL;
	struct json *parsed;
	char *copy;
	ssize_t len;
	int r;

	*root = NULL;
	len = file_read(dir, name, MAX_RECORD, &text, err);
	if (len == -ENOENT)
		return 0;
	if (len < 0)
		return (int)len;
	copy = arena_strndup(arena, text, (size_t)len);
	if (!copy)
		return err_sys(err, "read '%s'", name);
	r = json_parse(arena, copy, (size_t)len, &parsed, err);
	if (r < 0)
		return err_wrap(err, "'%s'", name);
	*root = parsed;
	return 0;
}

static int read_annotations(struct arena *arena, const struct json *root,
			    struct container *container, struct err *err)
{
	struct json *object;
	const char **list;
	size_t n = 0;
	int r = json_get_typed(root, "annotations", JSON_OBJECT, &object, err);

	if (r < 0 || !object)
		return r;
	list = arena_calloc(arena, object->count * 2 + 1, sizeof(*list));
	if (!list)
		return err_sys(err, "read annotations");
	json_for_each(item, object) {
		list[n++] = item->key;
		r = json_string(item, &list[n++], err);
		if (r < 0)
			return r;
	}
	container->annotations = list;
	return 0;
}

static int read_state(struct arena *arena, struct state *state, struct err *err)
{
	struct container *c = &state->container;
	const struct json *root = state->root;
	int64_t pid = 0;
	int r = json_get_string(root, "ociVersion", &c->version, err);

	if (r == 0)
		r = json_get_string(root, "bundle", &c->bundle, err);
	if (r == 0)
		r = json_get_string(root, "rootfs", &c->rootfs, err);
	if (r == 0)
		r = json_get_string(root, "cgroup", &c->cgroup_path, err);
	if (r == 0)
		r = json_get_bool(root, "systemd_cgroup", &c->systemd_cgroup, err);
	if (r == 0)
		r = json_get_i64(root, "pid", &pid, err);
	if (r == 0)
		r = json_get_u64(root, "start_time", &c->start_time, err);
	if (r == 0)
		r = json_get_u64(root, "created_ns", &c->created_ns, err);
	if (r == 0)
		r = read_annotations(arena, root, c, err);
	c->pid = (pid_t)pid;
	return r < 0 ? err_wrap(err, "state.json") : 0;
}

/* A record cut off while it was written names nothing, and nothing was made after it. */
static void read_intent(const struct json *root, struct state *state)
{
	struct container *c = &state->container;
	int64_t creator = 0;

	json_get_string(root, "bundle", &c->bundle, NULL);
	json_get_string(root, "cgroup", &c->cgroup_path, NULL);
	json_get_bool(root, "systemd_cgroup", &c->systemd_cgroup, NULL);
	json_get_i64(root, "creator", &creator, NULL);
	state->creator = (pid_t)creator;
}

/* True while the creating process holds the intent's lock. */
static bool is_locked(int dir)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	cleanup_close int fd = openat(dir, "intent.json", O_RDONLY | O_CLOEXEC);

	return fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static enum container_status find_status(int dir, struct state *state)
{
	const struct container *c = &state->container;

	if (state->has_process && !proc_is_alive(c->pid, c->start_time))
		return CONTAINER_STOPPED;
	if (is_locked(dir))
		return CONTAINER_CREATING;
	if (!state->has_process) /* cut off: nobody creates it, nothing of it runs */
		return CONTAINER_STOPPED;
	state->is_created = faccessat(dir, STATE_START_FIFO, F_OK, 0) == 0;
	if (state->is_created)
		return CONTAINER_CREATED;
	state->is_paused = faccessat(dir, STATE_PAUSED, F_OK, 0) == 0;
	return state->is_paused ? CONTAINER_PAUSED : CONTAINER_RUNNING;
}

int state_load(struct arena *arena, const struct state_folder *folder, const char *id,
	       struct state *state, struct err *err)
{
	const struct json *intent;
	int r;

	*state = (struct state){ .container.id = arena_strdup(arena, id) };
	if (!state->container.id)
		return err_sys(err, "read the state");
	if (read_record(arena, folder->fd, "intent.json", &intent, NULL) == 0 && intent)
		read_intent(intent, state);
	r = read_record(arena, folder->fd, "state.json", &state->root, err);
	if (r == 0 && state->root) {
		state->has_process = true;
		r = read_state(arena, state, err);
	}
	if (r < 0)
		return r;
	state->container.status = find_status(folder->fd, state);
	if (state->container.status == CONTAINER_STOPPED)
		state->container.pid = 0;
	return 0;
}

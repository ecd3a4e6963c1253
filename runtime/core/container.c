/*
 * container.c - the verbs on a container that exists: load, start, kill, list, pause.
 *
 * Creating is in container_create.c, undoing in container_delete.c, exec in container_exec.c.
 */
#include "runtime/core/container.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/cgroup/cgroup.h"
#include "runtime/core/hooks.h"
#include "runtime/core/state.h"
#include "runtime/core/state_hooks.h"
#include "user/base/cleanup.h"
#include "user/base/path.h"
#include "user/base/proc.h"

const char *container_status_name(enum container_status status)
{
	static const char names[][12] = { "creating", "created", "running", "paused", "stopped" };

	return names[status];
}

static int load(struct arena *arena, const char *root, const char *id, struct state_folder *folder,
		struct state *state, struct err *err)
{
	int r = state_open(root, id, folder, err);

	return r < 0 ? r : state_load(arena, folder, id, state, err);
}

int container_load(struct arena *arena, const char *state_root, const char *id,
		   struct container *container, struct err *err)
{
	struct state_folder folder = STATE_FOLDER_NONE;
	struct state state;
	int r = load(arena, state_root, id, &folder, &state, err);

	if (r == 0)
		*container = state.container;
	state_close(&folder);
	return r;
}

/*
 * The init holds the fifo open for reading until it execs or ends: then the write side polls
 * POLLERR. What failed is in the error file.
 */
static int wait_started(int fifo, int dir, struct err *err)
{
	struct pollfd pfd = { .fd = fifo };
	cleanup_close int fd = -1;
	char text[512];
	ssize_t n;

	while (poll(&pfd, 1, -1) < 0)
		if (errno != EINTR)
			return err_sys(err, "wait for the start");
	fd = openat(dir, STATE_START_ERROR, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return err_set(err, ENOEXEC, "%s", text);
}

static int start(const struct state_folder *folder, const struct state *state, struct err *err)
{
	cleanup_close int fifo = -1;

	if (state->container.status != CONTAINER_CREATED)
		return err_set(err, EINVAL, "cannot start a container that is %s",
			       container_status_name(state->container.status));
	fifo = openat(folder->fd, STATE_START_FIFO, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fifo < 0)
		return err_sys(err, "reach the container's init");
	/* of several starts at a time, the one that removes the name goes on */
	if (unlinkat(folder->fd, STATE_START_FIFO, 0) < 0)
		return err_set(err, EINVAL, "the container is being started already");
	if (write(fifo, "s", 1) != 1)
		return err_sys(err, "tell the container's init");
	return wait_started(fifo, folder->fd, err);
}

int container_start(const char *state_root, const char *id, struct err *err)
{
	struct state_folder folder = STATE_FOLDER_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct state state;
	int r = load(&arena, state_root, id, &folder, &state, err);

	if (r == 0)
		r = start(&folder, &state, err);
	if (r == 0) {
		state.container.status = CONTAINER_RUNNING;
		r = state_run_hooks(&arena, &state, SPEC_HOOK_POSTSTART, err);
	}
	state_close(&folder);
	return r;
}

static int kill_all(const struct container *container, int signal, struct err *err)
{
	struct cgroup cg;
	int r;

	if (!container->cgroup_path)
		return err_set(err, ENOTSUP,
			       "the container has no cgroup that names its processes");
	r = cgroup_open(&cg, container->cgroup_path, container->systemd_cgroup, err);
	if (r < 0)
		return r;
	r = cg.ops->signal(&cg, signal, err);
	cgroup_close(&cg);
	return r;
}

static int kill_init(const struct container *container, int signal, struct err *err)
{
	cleanup_close int pidfd = proc_pidfd(container->pid);
	int r = pidfd;

	/* the pidfd is of whoever has the pid now; only then is its start time compared */
	if (r >= 0 && !proc_is_alive(container->pid, container->start_time))
		r = -ESRCH;
	if (r >= 0)
		r = proc_pidfd_kill(pidfd, signal);
	return r < 0 ? err_num(err, r, "signal the container's init") : 0;
}

int container_kill(const char *state_root, const char *id, int signal, bool all, struct err *err)
{
	struct state_folder folder = STATE_FOLDER_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct state state;
	int r = load(&arena, state_root, id, &folder, &state, err);

	if (r == 0 && all)
		r = kill_all(&state.container, signal, err);
	else if (r == 0 && !state.container.pid)
		r = err_set(err, ESRCH, "container not running");
	else if (r == 0)
		r = kill_init(&state.container, signal, err);
	state_close(&folder);
	return r;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int container_list(struct arena *arena, const char *state_root, const char ***ids, struct err *err)
{
	cleanup_closedir DIR *dir = opendir(state_root);
	const char **list = NULL, **sorted;
	size_t count = 0, capacity = 0;
	struct dirent *entry;

	if (!dir && errno != ENOENT)
		return err_sys(err, "open '%s'", state_root);
	while (dir && (entry = readdir(dir))) {
		if (!path_is_id(entry->d_name))
			continue;
		if (count == capacity) {
			const char **grown;

			capacity = capacity ? capacity * 2 : 32;
			grown = realloc(list, capacity * sizeof(*list));
			if (!grown) {
				free(list);
				return err_num(err, ENOMEM, "list containers");
			}
			list = grown;
		}
		list[count++] = arena_strdup(arena, entry->d_name);
	}
	sorted = arena_calloc(arena, count + 1, sizeof(*sorted));
	if (sorted && count) {
		memcpy(sorted, list, count * sizeof(*sorted));
		qsort(sorted, count, sizeof(*sorted), compare_names);
	}
	free(list);
	*ids = sorted;
	return sorted ? 0 : err_num(err, ENOMEM, "list containers");
}

static int set_paused(const struct state_folder *folder, const struct state *state, bool paused,
		      struct err *err)
{
	enum container_status now = state->container.status;
	struct cgroup cg;
	int r, fd;

	if (now != (paused ? CONTAINER_RUNNING : CONTAINER_PAUSED))
		return err_set(err, EINVAL, "cannot %s a container that is %s",
			       paused ? "pause" : "resume", container_status_name(now));
	if (!state->container.cgroup_path)
		return err_set(err, ENOTSUP, "the container has no cgroup to freeze");
	r = cgroup_open(&cg, state->container.cgroup_path, state->container.systemd_cgroup, err);
	if (r < 0)
		return r;
	r = cg.ops->freeze(&cg, paused, err);
	cgroup_close(&cg);
	if (r < 0)
		return r;
	if (!paused) {
		unlinkat(folder->fd, STATE_PAUSED, 0);
		return 0;
	}
	fd = openat(folder->fd, STATE_PAUSED, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(err, "note the pause");
	close(fd);
	return 0;
}

int container_pause(const char *state_root, const char *id, bool paused, struct err *err)
{
	struct state_folder folder = STATE_FOLDER_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct state state;
	int r = load(&arena, state_root, id, &folder, &state, err);

	if (r == 0)
		r = set_paused(&folder, &state, paused, err);
	state_close(&folder);
	return r;
}

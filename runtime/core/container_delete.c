/*
 * container_delete.c - undoing a container from either of its records.
 *
 * Order: what runs, then the cgroup, then hooks, then the records; so that cut off anywhere, the
 * next delete finds the rest. Everything is repeatable.
 */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "runtime/cgroup/cgroup.h"
#include "runtime/core/container.h"
#include "runtime/core/state.h"
#include "runtime/core/state_hooks.h"
#include "user/base/cleanup.h"
#include "user/base/log.h"
#include "user/base/proc.h"

/* A process killed by SIGKILL ends when the kernel lets it: an I/O in flight may take long. */
#define KILL_TIMEOUT_MS 10000

static int kill_and_wait(pid_t pid, uint64_t start_time, const char *what, struct err *err)
{
	cleanup_close int pidfd = proc_pidfd(pid);
	int r;

	if (pidfd < 0 || !proc_is_alive(pid, start_time))
		return 0;
	r = proc_pidfd_kill(pidfd, SIGKILL);
	if (r == 0)
		r = proc_pidfd_wait(pidfd, KILL_TIMEOUT_MS);
	return r < 0 && r != -ESRCH ? err_num(err, r, "kill %s (pid %d)", what, pid) : 0;
}

/*
 * Whoever creates the container holds the intent's lock. The lock says which process that is; it
 * is killed, its child dies with it (control.h), and the lock becomes ours.
 */
static int stop_creation(const struct state_folder *folder, struct err *err)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	cleanup_close int fd = openat(folder->fd, "intent.json", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return 0; /* cut off before the intent: nothing was made */
	if (fcntl(fd, F_GETLK, &lock) < 0)
		return err_sys(err, "read the lock of intent.json");
	if (lock.l_type == F_UNLCK)
		return 0;
	return kill_and_wait(lock.l_pid, proc_start_time(lock.l_pid), "the creating process", err);
}

static int remove_cgroup(const struct container *container, struct err *err)
{
	struct cgroup cg;
	int r;

	if (!container->cgroup_path)
		return 0;
	r = cgroup_open(&cg, container->cgroup_path, container->systemd_cgroup, err);
	if (r < 0)
		return r;
	r = cg.ops->remove(&cg, err);
	cgroup_close(&cg);
	return r;
}

static int check_stopped(const struct state *state, struct err *err)
{
	enum container_status status = state->container.status;

	if (status == CONTAINER_STOPPED || status == CONTAINER_CREATED)
		return 0;
	err_set(err, EBUSY, "cannot delete container \"%s\": it is %s", state->container.id,
		container_status_name(status));
	return err_hint(err, "kill it first, or use --force");
}

static int undo(const struct state_folder *folder, struct state *state, struct err *err)
{
	struct container *c = &state->container;
	int r = 0;

	if (c->status == CONTAINER_CREATING)
		r = stop_creation(folder, err);
	if (r == 0 && c->pid)
		r = kill_and_wait(c->pid, c->start_time, "the container's init", err);
	return r == 0 ? remove_cgroup(c, err) : r;
}

int container_delete(const char *state_root, const char *id, bool force, struct err *err)
{
	struct state_folder folder = STATE_FOLDER_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct state state;
	struct err hook_err = { 0 };
	int r = state_open(state_root, id, &folder, err);

	if (r == -ENOENT && force) {
		err_reset(err);
		return 0;
	}
	if (r == 0)
		r = state_load(&arena, &folder, id, &state, err);
	if (r == 0 && !force)
		r = check_stopped(&state, err);
	if (r == 0)
		r = undo(&folder, &state, err);
	if (r == 0 && state.has_process) {
		state.container.status = CONTAINER_STOPPED;
		/* runtime.md: a poststop hook's failure is logged, the deletion goes on */
		if (state_run_hooks(&arena, &state, SPEC_HOOK_POSTSTOP, &hook_err) < 0)
			log_warning("poststop: %s", hook_err.message);
	}
	if (r == 0)
		r = state_remove(state_root, id, err);
	state_close(&folder);
	return r;
}

/*
 * container_exec.c - one more process in a container that runs.
 *
 * The container may be hostile by now, and the new process is in its pid namespace before it
 * execs. So the memory both sides share is made unreadable to it (PR_SET_DUMPABLE 0) before the
 * first namespace is joined, and the program's path is walked by openat2 (child_process.c).
 *
 * See: setns(2) on joining by pidfd, prctl(2), ptrace(2) on access checks.
 */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/core/launch.h"
#include "runtime/core/resources.h"
#include "runtime/core/state.h"
#include "runtime/linux/seccomp.h"
#include "runtime/linux/sys.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/proc.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

struct execution {
	struct arena arena;
	struct state state;
	struct resources resources;
	struct plan plan;
	struct seccomp_filter seccomp;
	int init; /* pidfd */
};

static int open_init(struct execution *e, struct err *err)
{
	const struct container *c = &e->state.container;

	if (c->status != CONTAINER_RUNNING && c->status != CONTAINER_CREATED)
		return err_set(err, EINVAL, "cannot exec in a container that is %s",
			       container_status_name(c->status));
	e->init = proc_pidfd(c->pid);
	/* only now the pid is held: is it still the one of the record? */
	if (e->init < 0 || !proc_is_alive(c->pid, c->start_time))
		return err_set(err, ESRCH, "the container's init has ended");
	return 0;
}

/* True when init's namespace is not ours. */
static bool differs(pid_t pid, const char *name)
{
	struct stat own, other;
	char path[64];

	fmt_string(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	if (stat(path, &other) < 0)
		return false;
	fmt_string(path, sizeof(path), "/proc/self/ns/%s", name);
	return stat(path, &own) == 0 && (own.st_ino != other.st_ino || own.st_dev != other.st_dev);
}

/*
 * The pid and time namespaces only take children in, so this process joins them for its child.
 * The others the child joins itself; a user namespace that is ours already cannot be joined.
 */
static int join_for_child(struct execution *e, unsigned long *flags, struct err *err)
{
	pid_t pid = e->state.container.pid;
	int early = CLONE_NEWPID | (differs(pid, "time") ? CLONE_NEWTIME : 0);

	*flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP |
		 (differs(pid, "user") ? CLONE_NEWUSER : 0);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(err, "make the process unreadable");
	if (sys_setns(e->init, early) < 0)
		return err_sys(err, "join the container's pid namespace");
	return 0;
}

static int join_cgroup(struct execution *e, struct err *err)
{
	const struct container *c = &e->state.container;
	struct cgroup *cg = &e->resources.cgroup;
	int r;

	if (!c->cgroup_path)
		return 0;
	r = cgroup_open(cg, c->cgroup_path, c->systemd_cgroup, err);
	if (r < 0)
		return r;
	e->resources.has_cgroup = true;
	return cg->ops->join(cg, err);
}

static int open_console(struct execution *e, const struct spec_process *process,
			const struct container_exec_options *options, struct err *err)
{
	int *console = &e->resources.console;

	if (!process->terminal && options->console_socket)
		return err_set(err, EINVAL, "--console-socket: the process wants no terminal");
	if (!process->terminal)
		return 0;
	if (options->console_fd > 0)
		*console = fcntl(options->console_fd, F_DUPFD_CLOEXEC, 3);
	else if (options->console_socket)
		*console = resources_connect_console(options->console_socket, err);
	else
		return err_set(err, EINVAL, "a terminal needs --console-socket");
	return *console < 0 ? (options->console_fd > 0 ? err_sys(err, "console") : *console) : 0;
}

static void fill_context(struct execution *e, const struct container_exec_options *options,
			 struct launch *launch)
{
	struct child_context *context = &launch->context;
	const struct cgroup *cg = &e->resources.cgroup;

	context->plan = &e->plan;
	context->root = -1;
	context->console_socket = e->resources.console;
	context->start_fifo = context->start_error = -1;
	context->join_ns = e->init;
	context->preserve_fds = options->preserve_fds;
	context->seccomp = &e->seccomp;
	memcpy(context->stdio, options->stdio, sizeof(context->stdio));
	if (!e->resources.has_cgroup)
		return;
	context->cgroup_fds = cg->join_fds;
	context->cgroup_fd_count = cg->join_fd_count;
	launch->cgroup_v2 = cg->v2_fd;
}

static int launch(struct execution *e, const struct container_exec_options *options, pid_t *pid,
		  struct err *err)
{
	struct launch *l = launch_open(err);
	char text[16];
	int r;

	if (!l)
		return -err->number;
	fill_context(e, options, l);
	r = join_for_child(e, &l->context.join_ns_flags, err);
	if (r == 0)
		r = launch_start(l, err);
	if (r == 0 && options->pid_file)
		r = file_write_atomic(AT_FDCWD, options->pid_file, text,
				      fmt_string(text, sizeof(text), "%d", l->pid), 0644,
				      FILE_VOLATILE, err);
	if (r == 0) {
		launch_permit(l, SYNC_READY);
		r = launch_wait(l, SYNC_POINTS, err);
	}
	if (r < 0) {
		launch_abort(l);
		if (options->pid_file)
			unlink(options->pid_file);
	}
	*pid = l->pid;
	launch_close(l, false);
	return r;
}

static int prepare(struct execution *e, const struct spec_process *process,
		   const struct container_exec_options *options, struct err *err)
{
	int r = open_init(e, err);
	struct plan_options plan_options = { .has_cgroup = e->state.container.cgroup_path };
	const struct json *seccomp = json_get(e->state.root, "seccomp");

	if (r == 0)
		r = plan_exec(&e->arena, process, seccomp, &plan_options, &e->plan, err);
	if (r == 0 && seccomp)
		r = launch_prepare_seccomp(&e->arena, seccomp, &e->seccomp, err);
	if (r == 0)
		r = join_cgroup(e, err);
	return r == 0 ? open_console(e, process, options, err) : r;
}

int container_exec(const char *state_root, const char *id, const struct spec_process *process,
		   const struct container_exec_options *options, pid_t *pid, struct err *err)
{
	struct state_folder folder = STATE_FOLDER_NONE;
	struct execution e = { .init = -1 };
	int r;

	if (launch_is_busy())
		return err_set(err, EBUSY, "a container this process created waits for its start");
	if (process->cpu_affinity_initial || process->cpu_affinity_final) {
		err_set(err, ENOTSUP, "process.execCPUAffinity is not supported");
		return err_status(err, EXIT_UNSUPPORTED);
	}
	resources_init(&e.resources);
	r = state_open(state_root, id, &folder, err);
	if (r == 0)
		r = state_load(&e.arena, &folder, id, &e.state, err);
	state_close(&folder);
	if (r == 0)
		r = prepare(&e, process, options, err);
	if (r == 0)
		r = launch(&e, options, pid, err);
	resources_close(&e.resources, &e.plan);
	if (e.init >= 0)
		close(e.init);
	arena_free(&e.arena);
	return r;
}

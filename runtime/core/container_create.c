/*
 * container_create.c - from a spec to a process that runs (run) or waits for start (create).
 *
 * The order is the contract with container_delete.c: intent, cgroup, process, state, hand-over.
 * What the parent does after the clone overlaps with the child's mounts; it lets the child go
 * only after the state is on disk.
 */
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/core/hooks.h"
#include "runtime/core/launch.h"
#include "runtime/core/resources.h"
#include "runtime/core/state.h"
#include "runtime/core/state_hooks.h"
#include "runtime/linux/ns.h"
#include "runtime/linux/seccomp.h"
#include "runtime/linux/sys.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/proc.h"

struct creation {
	struct arena arena;
	const struct spec *spec;
	const struct container_options *options;
	bool wait_for_start;
	struct state_folder folder;
	struct resources resources;
	struct plan plan;
	struct container container;
	struct launch *launch;
	struct seccomp_filter seccomp;
	struct strbuf state_json; /* for hooks */
	int start_fifo, start_error;
};

static int describe(struct creation *c, struct err *err)
{
	const struct spec *spec = c->spec;
	const char **annotations;
	size_t n = 0;

	c->container = (struct container){
		.id = c->options->id,
		.bundle = c->options->bundle,
		.version = spec->version,
		.status = CONTAINER_CREATING,
	};
	if (spec->root_path && spec->root_path[0] == '/')
		c->container.rootfs = spec->root_path;
	else if (spec->root_path)
		c->container.rootfs = arena_printf(&c->arena, "%s/%s", c->options->bundle,
						   spec->root_path);
	else if (c->options->rootfs_fd < 0)
		return err_set(err, EINVAL, "root: missing");
	c->container.cgroup_path = resources_cgroup_path(&c->arena, spec, c->options, err);
	if (!c->container.cgroup_path)
		return -err->number;
	if (!spec->annotation_count)
		return 0;
	annotations = arena_calloc(&c->arena, spec->annotation_count * 2 + 1, sizeof(*annotations));
	if (!annotations)
		return err_num(err, ENOMEM, "annotations");
	for (size_t i = 0; i < spec->annotation_count; i++) {
		annotations[n++] = spec->annotations[i].key;
		annotations[n++] = spec->annotations[i].value;
	}
	c->container.annotations = annotations;
	return 0;
}

/* What can be refused before anything is made. */
static int check(struct creation *c, struct err *err)
{
	const struct spec *spec = c->spec;
	struct plan_options plan_options = {
		.bundle = c->options->bundle,
		.no_pivot = c->options->no_pivot,
		.no_new_keyring = c->options->no_new_keyring,
		.has_cgroup = true,
		.has_root_fd = c->options->rootfs_fd >= 0,
		.terminal = spec->process.terminal,
	};
	const char *what = spec->process.apparmor_profile && spec->process.apparmor_profile[0]
				   ? "process.apparmorProfile: AppArmor"
			   : spec->process.selinux_label && spec->process.selinux_label[0]
				   ? "process.selinuxLabel: SELinux"
			   : spec->linux_.mount_label && spec->linux_.mount_label[0]
				   ? "linux.mountLabel: SELinux"
			   : spec->linux_.intel_rdt.present ? "linux.intelRdt: resource control"
							    : NULL;
	int r;

	if (what) {
		err_set(err, ENOTSUP, "%s is not supported", what);
		return err_status(err, EXIT_UNSUPPORTED);
	}
	r = describe(c, err);
	if (r == 0)
		r = plan_create(&c->arena, spec, &plan_options, &c->plan, err);
	if (r == 0 && spec->linux_.seccomp)
		r = launch_prepare_seccomp(&c->arena, spec->linux_.seccomp, &c->seccomp, err);
	return r;
}

/*
 * The fifo `start` writes to. It is open for reading here and in the child only, never in the
 * container's program, and its name is out of the container's reach.
 */
static int make_start_files(struct creation *c, struct err *err)
{
	int dir = c->folder.fd;

	if (mkfifoat(dir, STATE_START_FIFO, 0600) < 0)
		return err_sys(err, "make the start fifo");
	c->start_fifo = openat(dir, STATE_START_FIFO, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (c->start_fifo < 0)
		return err_sys(err, "open the start fifo");
	c->start_error = openat(dir, STATE_START_ERROR, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return c->start_error < 0 ? err_sys(err, "open the start error file") : 0;
}

static void fill_context(struct creation *c)
{
	struct child_context *context = &c->launch->context;
	const struct cgroup *cg = &c->resources.cgroup;

	context->plan = &c->plan;
	context->root = c->resources.root;
	context->console_socket = c->resources.console;
	context->start_fifo = c->start_fifo;
	context->start_error = c->start_error;
	context->join_ns = -1;
	context->cgroup_fds = cg->join_fds;
	context->cgroup_fd_count = cg->join_fd_count;
	context->cgroup_views = c->resources.views;
	context->cgroup_view_count = c->resources.view_count;
	memcpy(context->stdio, c->options->stdio, sizeof(context->stdio));
	context->preserve_fds = c->options->preserve_fds;
	context->seccomp = &c->seccomp;
	context->bind_devices = c->plan.new_user_ns || c->plan.join_user_ns;
	c->launch->cgroup_v2 = cg->v2_fd;
}

static int write_maps(const struct creation *c, struct err *err)
{
	const struct spec_linux *l = &c->spec->linux_;

	_Static_assert(sizeof(struct ns_id_map) == sizeof(struct spec_id_map), "same layout");
	return ns_write_maps(c->launch->pid, (const struct ns_id_map *)l->uid_maps.items,
			     l->uid_maps.count, (const struct ns_id_map *)l->gid_maps.items,
			     l->gid_maps.count, err);
}

static int run_runtime_hooks(struct creation *c, struct err *err)
{
	static const enum spec_hook_kind kinds[] = { SPEC_HOOK_PRESTART, SPEC_HOOK_CREATE_RUNTIME };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		int r = hooks_run(&c->spec->hooks[kinds[i]], c->state_json.data, err);

		if (r < 0)
			return err_wrap(err, "%s", spec_hook_name(kinds[i]));
	}
	return 0;
}

static int write_pid_file(const struct creation *c, struct err *err)
{
	char text[16];
	size_t len = fmt_string(text, sizeof(text), "%d", c->container.pid);

	return c->options->pid_file ? file_write_atomic(AT_FDCWD, c->options->pid_file, text, len,
							0644, FILE_VOLATILE, err)
				    : 0;
}

/* Hooks need the pid in their state before the child may go on to its own hooks. */
static int print_state_for_hooks(struct creation *c, struct err *err)
{
	const struct spec_hook_list *hooks = c->spec->hooks;

	if (!hooks[SPEC_HOOK_PRESTART].count && !hooks[SPEC_HOOK_CREATE_RUNTIME].count &&
	    !hooks[SPEC_HOOK_CREATE_CONTAINER].count && !hooks[SPEC_HOOK_START_CONTAINER].count)
		return 0;
	state_print(&c->container, &c->state_json, 0);
	c->launch->context.state_json = c->state_json.data;
	return c->state_json.failed ? err_num(err, ENOMEM, "state for hooks") : 0;
}

/* The parent's half while the child executes its plan. */
static int accompany(struct creation *c, struct err *err)
{
	bool hooks = c->spec->hooks[SPEC_HOOK_PRESTART].count ||
		     c->spec->hooks[SPEC_HOOK_CREATE_RUNTIME].count;
	int r = 0;

	c->container.pid = c->launch->pid;
	c->container.start_time = proc_start_time(c->launch->pid);
	c->container.created_ns = clock_ns(CLOCK_REALTIME);
	if (c->plan.new_user_ns) {
		r = launch_wait(c->launch, SYNC_MAPS, err);
		if (r == 0)
			r = write_maps(c, err);
		launch_permit(c->launch, SYNC_MAPS);
	}
	if (r == 0)
		r = state_write(&c->folder, &c->container, c->spec, err);
	if (r == 0)
		r = write_pid_file(c, err);
	if (r == 0 && c->options->before_start)
		r = c->options->before_start(c->options->before_start_context, c->container.pid,
					     err);
	if (r == 0 && hooks) {
		r = launch_wait(c->launch, SYNC_HOOKS, err);
		if (r == 0)
			r = run_runtime_hooks(c, err);
		if (r == 0)
			launch_permit(c->launch, SYNC_HOOKS);
	}
	if (r == 0 && c->wait_for_start)
		r = launch_wait(c->launch, SYNC_READY, err);
	if (r < 0)
		return r;
	launch_permit(c->launch, SYNC_READY);
	return c->wait_for_start ? 0 : launch_wait(c->launch, SYNC_POINTS, err);
}

static int make(struct creation *c, struct err *err)
{
	int r = state_write_intent(&c->folder, &c->container, err);

	if (r == 0)
		r = resources_make_cgroup(&c->arena, &c->resources, c->container.cgroup_path,
					  &c->spec->linux_.resources, err);
	if (r == 0)
		r = resources_open(&c->resources, &c->plan, c->spec, c->options,
				   c->container.rootfs, err);
	if (r == 0 && c->wait_for_start)
		r = make_start_files(c, err);
	if (r < 0)
		return r;
	c->launch = launch_open(err);
	if (!c->launch)
		return -err->number;
	fill_context(c);
	if (c->resources.pid_ns >= 0 && sys_setns(c->resources.pid_ns, CLONE_NEWPID) < 0)
		return err_sys(err, "join the pid namespace");
	r = print_state_for_hooks(c, err);
	if (r == 0)
		r = launch_start(c->launch, err);
	return r < 0 ? r : accompany(c, err);
}

static void undo(struct creation *c)
{
	struct err ignored;

	if (c->launch)
		launch_abort(c->launch);
	if (c->resources.has_cgroup)
		c->resources.cgroup.ops->remove(&c->resources.cgroup, &ignored);
	if (c->options->pid_file && c->container.pid)
		unlink(c->options->pid_file);
	state_remove(c->options->state_root, c->options->id, &ignored);
}

static void close_all(struct creation *c, bool child_needs_memory)
{
	if (c->launch)
		launch_close(c->launch, child_needs_memory);
	resources_close(&c->resources, &c->plan);
	if (c->start_fifo >= 0)
		close(c->start_fifo);
	if (c->start_error >= 0)
		close(c->start_error);
	state_close(&c->folder);
	if (child_needs_memory) /* plan and texts are read by the child until start */
		return;
	strbuf_free(&c->state_json);
	arena_free(&c->arena);
}

static int create(const struct spec *spec, const struct container_options *options,
		  bool wait_for_start, pid_t *pid, struct err *err)
{
	/* static: the child of a created container reads it when this function has returned */
	static struct creation creation;
	static char first_block[24 * 1024];
	static bool used;
	struct creation *c = &creation;
	int r;

	if (launch_is_busy())
		return err_set(err, EBUSY, "a container this process created waits for its start");
	if (used)
		memset(first_block, 0, sizeof(first_block));
	used = true;
	*c = (struct creation){
		.spec = spec,
		.options = options,
		.wait_for_start = wait_for_start,
		.folder = STATE_FOLDER_NONE,
		.start_fifo = -1,
		.start_error = -1,
	};
	arena_use(&c->arena, first_block, sizeof(first_block));
	resources_init(&c->resources);
	r = check(c, err);
	if (r == 0)
		r = state_create(options->state_root, options->id, &c->folder, err);
	if (r == 0) {
		r = make(c, err);
		if (r < 0)
			undo(c);
	}
	if (r == 0)
		*pid = c->launch->pid;
	close_all(c, r == 0 && wait_for_start);
	return r;
}

int container_create(const struct spec *spec, const struct container_options *options, pid_t *pid,
		     struct err *err)
{
	return create(spec, options, true, pid, err);
}

int container_run(const struct spec *spec, const struct container_options *options, pid_t *pid,
		  struct err *err)
{
	int r = create(spec, options, false, pid, err);

	if (r == 0 && spec->hooks[SPEC_HOOK_POSTSTART].count) {
		struct state_folder folder = STATE_FOLDER_NONE;
		cleanup_arena struct arena arena = { 0 };
		struct state state;

		r = state_open(options->state_root, options->id, &folder, err);
		if (r == 0)
			r = state_load(&arena, &folder, options->id, &state, err);
		if (r == 0)
			r = state_run_hooks(&arena, &state, SPEC_HOOK_POSTSTART, err);
		state_close(&folder);
	}
	return r;
}

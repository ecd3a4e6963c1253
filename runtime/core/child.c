/*
 * child.c - one plan, step by step. See child.h.
 */
#include "runtime/core/child.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "runtime/core/hooks.h"
#include "runtime/linux/caps.h"
#include "runtime/linux/mask.h"
#include "runtime/linux/ns.h"
#include "runtime/linux/paths.h"
#include "runtime/linux/rlimit.h"
#include "runtime/linux/rootfs.h"
#include "runtime/linux/seccomp.h"
#include "runtime/linux/sys.h"
#include "runtime/linux/sysctl.h"
#include "runtime/linux/user.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"

static int join_cgroups(const struct child_context *context, struct err *err)
{
	for (unsigned i = 0; i < context->cgroup_fd_count; i++) {
		ssize_t r = sys_write(context->cgroup_fds[i], "0", 1);

		if (r < 0)
			return err_num(err, (int)r, "join the cgroup");
	}
	return 0;
}

int child_join_namespaces(const struct plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];
		int r;

		if (step->kind != STEP_JOIN_NS)
			continue;
		r = sys_setns(step->ns.fd, (int)spec_ns_clone_flag(step->ns.ns));
		if (r < 0)
			return err_num(err, r, "join the %s namespace '%s'",
				       spec_ns_name(step->ns.ns), step->ns.path);
	}
	return 0;
}

/* For exec: all at once by pidfd, and the root is the container's from there on. */
static int join_container(struct child_context *context, struct err *err)
{
	int r = sys_setns(context->join_ns, (int)context->join_ns_flags);

	if (r < 0)
		return err_num(err, r, "join the container's namespaces");
	if (context->join_ns_flags & CLONE_NEWUSER) {
		/* a namespace need not map id 0; then STEP_USER is the first to set ids */
		sys3(SYS_setresgid, 0, 0, 0);
		sys3(SYS_setresuid, 0, 0, 0);
	}
	context->root = sys_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
	return context->root < 0 ? err_num(err, context->root, "open the container's root") : 0;
}

static int join_one(struct child_context *context, const struct step *step, struct err *err)
{
	int r;

	if (context->join_ns >= 0)
		return join_container(context, err);
	if (context->namespaces_joined)
		return 0;
	r = sys_setns(step->ns.fd, (int)spec_ns_clone_flag(step->ns.ns));
	return r < 0 ? err_num(err, r, "join the %s namespace '%s'", spec_ns_name(step->ns.ns),
			       step->ns.path)
		     : 0;
}

/* In a new user namespace nobody is anybody until the maps are there. */
static int become_root(struct child_context *context, struct err *err)
{
	int r = 0;

	if (context->plan->new_user_ns)
		r = control_wait_parent(context->control, SYNC_MAPS);
	if (r < 0)
		return r;
	r = (int)sys3(SYS_setresgid, 0, 0, 0);
	if (r == 0)
		r = (int)sys3(SYS_setresuid, 0, 0, 0);
	if (r < 0)
		return err_num(err, r, "become root of the user namespace");
	sys2(SYS_setgroups, 0, NULL); /* refused where setgroups is denied: nothing to drop then */
	return 0;
}

static int set_time_offsets(const struct spec_linux *l, struct err *err)
{
	const struct {
		const char *clock;
		const struct spec_time_offset *offset;
	} clocks[] = { { "monotonic", &l->monotonic_offset }, { "boottime", &l->boottime_offset } };
	int fd = sys_openat(AT_FDCWD, "/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC, 0);
	ssize_t r = 0;

	if (fd < 0)
		return err_num(err, fd, "open timens_offsets");
	for (size_t i = 0; i < ARRAY_LEN(clocks) && r >= 0; i++) {
		char line[64];

		if (!clocks[i].offset->present)
			continue;
		r = sys_write(fd, line,
			      fmt_string(line, sizeof(line), "%s %lld %u\n", clocks[i].clock,
					 (long long)clocks[i].offset->seconds,
					 clocks[i].offset->nanoseconds));
	}
	sys_close(fd);
	return r < 0 ? err_num(err, (int)r, "set time offsets") : 0;
}

static int make_cwd(int root, const char *path, struct err *err)
{
	int fd = paths_make_dir(root, path, 0755);

	if (fd >= 0)
		sys_close(fd);
	/* a read-only root cannot get it; STEP_CWD will say what is wrong */
	return fd < 0 && fd != -EROFS ? err_num(err, fd, "make cwd '%s'", path) : 0;
}

static int root_step(struct child_context *context, const struct step *step, struct err *err)
{
	int root = context->root, r;

	switch (step->kind) {
	case STEP_PROPAGATION:
		return rootfs_set_propagation(step->propagation, true, err);
	case STEP_ATTACH_ROOT:
		return rootfs_attach(root, step->flag, err);
	case STEP_MOUNT:
		return child_mount(context, step->mount, err);
	case STEP_MOUNT_CGROUP:
		return child_mount_cgroup(context, step->mount, err);
	case STEP_DEVICE:
		return dev_make(root, &step->device, context->bind_devices, err);
	case STEP_DEVICE_LINKS:
		return dev_make_links(root, err);
	case STEP_CONSOLE:
		return console_setup(root, context->console_socket, &step->console, err);
	case STEP_MAKE_CWD:
		return make_cwd(root, step->text, err);
	case STEP_ENTER_ROOT:
		return rootfs_enter(root, step->flag, err);
	case STEP_ROOT_READONLY:
		r = mount_set(root, MOUNT_ATTR_RDONLY, 0, false);
		return r < 0 ? err_num(err, r, "make the root read-only") : 0;
	case STEP_ROOT_PROPAGATION:
		return rootfs_set_propagation(step->propagation, true, err);
	default:
		return err_set(err, EINVAL, "unknown step %d", step->kind);
	}
}

static int new_keyring(struct err *err)
{
	int r = (int)sys2(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);

	/* a kernel without keys, or a quota of keys used up, has nothing to share either */
	return r < 0 && r != -ENOSYS && r != -EDQUOT ? err_num(err, r, "new session keyring") : 0;
}

static int process_step(struct child_context *context, const struct step *step, struct err *err)
{
	int listener, r;

	switch (step->kind) {
	case STEP_KEYRING:
		return new_keyring(err);
	case STEP_STDIO:
		return child_stdio(context, (uid_t)step->number, err);
	case STEP_RLIMIT:
		return rlimit_set(step->rlimit->resource, step->rlimit->soft, step->rlimit->hard,
				  err);
	case STEP_SCHEDULER:
		return sched_set(&step->scheduler, err);
	case STEP_IO_PRIORITY:
		return sched_set_io_priority(step->io_priority.class, step->io_priority.priority,
					     err);
	case STEP_PERSONALITY:
		return sched_set_personality(step->flags, err);
	case STEP_BOUNDING:
		return caps_limit_bounding(step->caps.sets->bounding, err);
	case STEP_USER:
		return user_switch(step->user->uid, step->user->gid, step->user->additional_gids,
				   step->user->additional_gid_count, true, err);
	case STEP_CAPS:
		return child_caps(step->caps.sets, step->caps.keep_admin, err);
	case STEP_CAPS_FINAL:
		return caps_set(step->caps.sets->effective, step->caps.sets->permitted,
				step->caps.sets->inheritable, err);
	case STEP_NO_NEW_PRIVS:
		r = sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		return r < 0 ? err_num(err, r, "set no_new_privs") : 0;
	case STEP_UMASK:
		sys1(SYS_umask, step->number);
		return 0;
	case STEP_CWD:
		return child_cwd(context->root, step->text, err);
	case STEP_HOME:
		child_home(context);
		return 0;
	case STEP_FIND_PROGRAM:
		return child_find_program(context, err);
	case STEP_HAND_OVER:
		return child_hand_over(context, err);
	case STEP_SECCOMP:
		r = seccomp_filter_load(context->seccomp, &listener);
		return r < 0 ? err_num(err, r, "load the seccomp filter") : 0;
	case STEP_EXEC:
		return child_exec(context, err);
	default:
		return root_step(context, step, err);
	}
}

static int run_step(struct child_context *context, const struct step *step,
		    struct mask_covers *covers, struct err *err)
{
	int r;

	switch (step->kind) {
	case STEP_JOIN_CGROUPS:
		return join_cgroups(context, err);
	case STEP_JOIN_NS:
		return join_one(context, step, err);
	case STEP_UNSHARE:
		r = sys_unshare(step->flags);
		return r < 0 ? err_num(err, r, "unshare namespaces") : 0;
	case STEP_TIME_OFFSETS:
		return set_time_offsets(step->offsets, err);
	case STEP_MAPS:
		return become_root(context, err);
	case STEP_SESSION:
		sys0(SYS_setsid); /* fails only for the leader of a group, which is one already */
		return 0;
	case STEP_HOSTNAME:
		return ns_set_hostname(step->text, err);
	case STEP_DOMAINNAME:
		return ns_set_domainname(step->text, err);
	case STEP_OOM_SCORE:
		return sched_set_oom_score((int)step->number, err);
	case STEP_SYSCTL:
		return sysctl_write(step->sysctl->key, step->sysctl->value, err);
	case STEP_HOOKS_RUNTIME:
		return control_wait_parent(context->control, SYNC_HOOKS);
	case STEP_HOOKS:
		return hooks_run(step->hooks, context->state_json, err);
	case STEP_MASK:
		return mask_path(context->root, step->text, covers, err);
	case STEP_READONLY:
		return mask_readonly(context->root, step->text, err);
	default:
		return process_step(context, step, err);
	}
}

/* After create the parent is gone: what went wrong since then is read by `start`. */
static void report_late(const struct child_context *context, const struct err *err)
{
	if (context->start_error >= 0)
		sys_write(context->start_error, err->message, strlen(err->message));
}

int child_main(void *arg)
{
	struct child_context *context = arg;
	struct mask_covers covers = MASK_COVERS_INIT;
	struct err *err = &context->control->err;
	uint64_t no_signals = 0;

	sys4(SYS_rt_sigprocmask, SIG_SETMASK, &no_signals, NULL, sizeof(no_signals));
	sys1(SYS_umask, 0); /* modes of what is made here are meant */
	for (size_t i = 0; i < context->plan->count; i++) {
		int r = run_step(context, &context->plan->steps[i], &covers, err);

		if (r == 0)
			continue;
		if (!err->number)
			err_num(err, r, "step %zu", i);
		report_late(context, err);
		sys_exit(err->number == ENOENT ? 127 : 126);
	}
	sys_exit(126);
}

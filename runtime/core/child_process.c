/*
 * child_process.c - the steps that make the program's surroundings and run it. See child.h.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "runtime/core/child.h"
#include "runtime/linux/caps.h"
#include "runtime/linux/paths.h"
#include "runtime/linux/sys.h"
#include "runtime/linux/user.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

/*
 * A program run by another user must be able to reopen /dev/stdout: its pipe is given to that
 * user. What cannot be given (a file of another file system's owner rules) stays as it is.
 */
static void give_stdio(int fd, uid_t uid)
{
	struct sys_statx st;

	if (sys_statx(fd, "", AT_EMPTY_PATH, &st) < 0 || st.uid == uid)
		return;
	if (S_ISCHR(st.mode) && st.rdev_major == 1) /* /dev/null is everybody's */
		return;
	sys_fchownat(fd, "", uid, (gid_t)-1, AT_EMPTY_PATH);
}

int child_stdio(const struct child_context *context, uid_t uid, struct err *err)
{
	for (int fd = 0; fd <= 2; fd++) {
		int from = context->stdio[fd], r;

		if (from >= 0 && from != fd) {
			r = sys_dup3(from, fd, 0);
			if (r < 0)
				return err_num(err, r, "put fd %d on %d", from, fd);
		}
		if (uid)
			give_stdio(fd, uid);
	}
	return 0;
}

int child_caps(const struct spec_caps *caps, bool keep_admin, struct err *err)
{
	uint64_t admin = keep_admin ? 1ULL << CAP_SYS_ADMIN : 0, ambient = caps->ambient;
	uint64_t effective = caps->effective, permitted = caps->permitted;
	uint64_t inheritable = caps->inheritable, have, unused;
	int r = caps_set(effective | admin, permitted | admin, inheritable, err);

	if (r == -EPERM) {
		/* a capability the caller lacks cannot be had: the container does without it */
		r = caps_get(&unused, &have, &inheritable);
		if (r < 0)
			return err_num(err, r, "read capabilities");
		permitted &= have;
		effective &= permitted;
		inheritable = caps->inheritable & have;
		r = caps_set(effective | (admin & have), permitted | (admin & have), inheritable,
			     err);
	}
	if (r < 0)
		return r;
	return caps_set_ambient(ambient & permitted & inheritable, err);
}

/* Not chdir(2): a path through /proc/self/fd could name a folder of the host. */
int child_cwd(int root, const char *cwd, struct err *err)
{
	int fd = paths_open(root, cwd ? cwd : "/", O_PATH | O_DIRECTORY, 0), r = fd;

	if (fd >= 0) {
		r = sys_fchdir(fd);
		sys_close(fd);
	}
	return r < 0 ? err_num(err, r, "chdir to cwd '%s'", cwd ? cwd : "/") : 0;
}

void child_home(struct child_context *context)
{
	const char **env = context->plan->env;
	uid_t uid = (uid_t)sys0(SYS_getuid);
	int passwd = paths_open(context->root, "/etc/passwd", O_RDONLY | O_NONBLOCK, 0);

	memcpy(context->home, "HOME=", 5);
	user_home(passwd, uid, context->home + 5, sizeof(context->home) - 5);
	if (passwd >= 0)
		sys_close(passwd);
	while (*env)
		env++;
	*env = context->home;
}

/* 0 when path is a file that may be executed, else -errno. */
static int probe(const struct child_context *context, const char *path)
{
	struct sys_statx st;
	int base = path[0] == '/' ? context->root : AT_FDCWD, fd, r;

	/* below the root by openat2: no magic link, so that no fd of ours names the program */
	if (base == AT_FDCWD)
		r = sys_statx(AT_FDCWD, path, 0, &st);
	else if ((fd = paths_open(base, path, O_PATH, 0)) < 0)
		return fd;
	else {
		r = sys_statx(fd, "", AT_EMPTY_PATH, &st);
		sys_close(fd);
	}
	if (r < 0)
		return r;
	if (!S_ISREG(st.mode) || !(st.mode & 0111))
		return -EACCES;
	return (int)sys4(SYS_faccessat, AT_FDCWD, path, X_OK, 0);
}

static const char *path_variable(const char *const *env)
{
	for (; *env; env++)
		if (!strncmp(*env, "PATH=", 5))
			return *env + 5;
	return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

static int search(struct child_context *context, const char *name)
{
	const char *dir = path_variable(context->plan->env);
	int result = -ENOENT;

	for (;;) {
		size_t len = strcspn(dir, ":");
		int r;

		if (fmt_string(context->program, sizeof(context->program), "%.*s%s%s", (int)len,
			       dir, len ? "/" : "./", name) < sizeof(context->program)) {
			r = probe(context, context->program);
			if (r == 0)
				return 0;
			if (r == -EACCES)
				result = r;
		}
		if (!dir[len])
			return result;
		dir += len + 1;
	}
}

int child_find_program(struct child_context *context, struct err *err)
{
	const char *name = context->plan->args[0];
	int r;

	if (strchr(name, '/')) {
		if (strlen(name) >= sizeof(context->program))
			return err_num(err, ENAMETOOLONG, "exec: \"%s\"", name);
		memcpy(context->program, name, strlen(name) + 1);
		r = probe(context, name);
		return r < 0 ? err_num(err, r, "exec: \"%s\"", name) : 0;
	}
	r = search(context, name);
	if (r == -ENOENT)
		return err_set(err, ENOENT, "exec: \"%s\": executable file not found in $PATH",
			       name);
	return r < 0 ? err_num(err, r, "exec: \"%s\"", name) : 0;
}

/* Blocks until `start` writes its byte. No writer has been there before: poll waits. */
static int wait_for_start(int fifo, struct err *err)
{
	struct pollfd pfd = { .fd = fifo, .events = POLLIN };
	char byte;
	long r;

	do
		r = sys5(SYS_ppoll, &pfd, 1, NULL, NULL, 0);
	while (r == -EINTR);
	if (r >= 0)
		r = sys_read(fifo, &byte, 1);
	if (r < 0)
		return err_num(err, (int)r, "wait for start");
	return r == 1 ? 0 : err_set(err, ECANCELED, "start was cancelled");
}

int child_hand_over(struct child_context *context, struct err *err)
{
	int r = control_wait_parent(context->control, SYNC_READY);

	if (r < 0)
		return err_set(err, -r, "the runtime was killed");
	return context->start_fifo >= 0 ? wait_for_start(context->start_fifo, err) : 0;
}

/* Closes everything the program is not meant to have. The fifo closes by exec: `start` sees it. */
static void close_fds(const struct child_context *context)
{
	unsigned first = 3 + context->preserve_fds, keep[2], count = 0;
	int late[2] = { context->start_fifo, context->start_error };

	for (unsigned i = 0; i < ARRAY_LEN(late); i++)
		if (late[i] >= (int)first)
			keep[count++] = (unsigned)late[i];
	if (count == 2 && keep[0] > keep[1]) {
		unsigned swap = keep[0];

		keep[0] = keep[1];
		keep[1] = swap;
	}
	for (unsigned i = 0; i < count; first = keep[i++] + 1)
		if (keep[i] > first)
			sys_close_range(first, keep[i] - 1, 0);
	sys_close_range(first, ~0U, 0);
}

int child_exec(struct child_context *context, struct err *err)
{
	int r;

	close_fds(context);
	__atomic_store_n(&context->control->execing, true, __ATOMIC_SEQ_CST);
	r = sys_execve(context->program, context->plan->args,
		       (const char *const *)context->plan->env);
	__atomic_store_n(&context->control->execing, false, __ATOMIC_SEQ_CST);
	return err_num(err, r, "exec: \"%s\"", context->plan->args[0]);
}

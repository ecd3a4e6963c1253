/*
 * hooks.c - see hooks.h.
 */
#include "runtime/core/hooks.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "runtime/linux/sys.h"

/* In the hook's process, a copy of ours: nothing here is seen by the caller. */
static void __attribute__((noreturn)) exec_hook(const struct spec_hook *hook, int input)
{
	static const char *const no_env[] = { NULL };
	const char *const only_path[] = { hook->path, NULL };

	if (sys_dup3(input, 0, 0) >= 0) {
		sys_close_range(3, ~0U, 0);
		sys_execve(hook->path, hook->args && hook->args[0] ? hook->args : only_path,
			   hook->env ? hook->env : no_env);
	}
	sys_exit(127);
}

/* State is less than a pipe holds, so the write ends whether or not the hook reads. */
static int fill_pipe(int fds[2], const char *text, struct err *err)
{
	size_t len = strlen(text);
	int r = (int)sys2(SYS_pipe2, fds, O_CLOEXEC);
	ssize_t n;

	if (r < 0)
		return err_num(err, r, "make a pipe");
	sys_fcntl(fds[1], F_SETPIPE_SZ, (long)len + 1);
	sys_fcntl(fds[1], F_SETFL, O_NONBLOCK);
	n = sys_write(fds[1], text, len);
	sys_close(fds[1]);
	if (n == (ssize_t)len)
		return 0;
	sys_close(fds[0]);
	return err_num(err, n < 0 ? (int)n : EIO, "write the state");
}

static int wait_hook(const struct spec_hook *hook, pid_t pid, int pidfd, struct err *err)
{
	struct timespec timeout = { .tv_sec = hook->timeout_s.value };
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };
	siginfo_t info = { 0 };
	long ready, r;

	do
		ready = sys5(SYS_ppoll, &pfd, 1, hook->timeout_s.set ? &timeout : NULL, NULL, 0);
	while (ready == -EINTR);
	if (ready == 0)
		sys4(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	do
		r = sys5(SYS_waitid, P_PID, pid, &info, WEXITED, NULL);
	while (r == -EINTR);
	if (ready == 0)
		return err_set(err, ETIMEDOUT, "no end after %lld s",
			       (long long)hook->timeout_s.value);
	if (r < 0)
		return err_num(err, (int)r, "wait");
	if (info.si_code == CLD_EXITED && info.si_status == 0)
		return 0;
	if (info.si_code == CLD_EXITED && info.si_status == 127)
		return err_set(err, ENOENT, "exited with status 127 (could it be run?)");
	return err_set(err, ECHILD,
		       info.si_code == CLD_EXITED ? "exited with status %d" : "killed by signal %d",
		       info.si_status);
}

static int run_one(const struct spec_hook *hook, const char *state_json, struct err *err)
{
	int pidfd = -1, input[2], r = fill_pipe(input, state_json, err);
	pid_t pid;

	if (r < 0)
		return r;
	/* a plain fork: the copied tables cost less than a stack of its own and a lock-step */
	pid = (pid_t)sys5(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &pidfd, NULL, 0);
	if (pid == 0)
		exec_hook(hook, input[0]);
	sys_close(input[0]);
	if (pid < 0)
		return err_num(err, pid, "fork");
	r = wait_hook(hook, pid, pidfd, err);
	sys_close(pidfd);
	return r;
}

int hooks_run(const struct spec_hook_list *hooks, const char *state_json, struct err *err)
{
	for (size_t i = 0; i < hooks->count; i++) {
		int r = run_one(&hooks->items[i], state_json, err);

		if (r < 0)
			return err_wrap(err, "hook '%s'", hooks->items[i].path);
	}
	return 0;
}

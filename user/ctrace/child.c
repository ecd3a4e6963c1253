/*
 * child.c - see child.h.
 */
#include "user/ctrace/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/log.h"
#include "user/base/proc.h"

/* 127 and 126 as a shell says "not found" and "cannot execute". */
static void wait_and_execute(int gate_fd, char **argv)
{
	struct err err = { 0 };
	sigset_t none;
	char go;

	/* End of file instead of a byte: the tracer could not attach, or is gone. */
	if (read(gate_fd, &go, 1) != 1)
		_exit(0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	err_sys(&err, "execute '%s'", argv[0]);
	log_err(&err);
	_exit(err.number == ENOENT ? 127 : 126);
}

int child_prepare(struct child *child, char **argv, struct err *err)
{
	cleanup_close int read_fd = -1;
	int fds[2];

	*child = (struct child){ .pidfd = -1, .gate_fd = -1 };
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, "create a pipe");
	read_fd = fds[0];
	child->gate_fd = fds[1];
	/* Its orphans become our children, so they stay below us in the process tree. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child->pid = fork();
	if (child->pid < 0)
		return err_sys(err, "fork");
	if (child->pid == 0) {
		close(child->gate_fd);
		wait_and_execute(read_fd, argv);
	}
	child->pidfd = proc_pidfd(child->pid);
	return child->pidfd < 0 ? err_num(err, child->pidfd, "watch the command") : 0;
}

int child_release(struct child *child, struct err *err)
{
	ssize_t n = write(child->gate_fd, "g", 1);

	close(take_fd(&child->gate_fd));
	return n == 1 ? 0 : err_sys(err, "start the command");
}

void child_finish(struct child *child)
{
	int status = 0;

	if (child->gate_fd >= 0)
		close(take_fd(&child->gate_fd));
	if (child->pid <= 0)
		return;
	if (child->pidfd >= 0 && proc_pidfd_wait(child->pidfd, 0) == -ETIMEDOUT)
		proc_pidfd_kill(child->pidfd, SIGTERM);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	child->exit_code = proc_exit_code(status);
	child->pid = 0;
	if (child->pidfd >= 0)
		close(take_fd(&child->pidfd));
}

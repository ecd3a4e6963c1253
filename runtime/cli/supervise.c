/*
 * supervise.c - see supervise.h.
 *
 * Without a terminal there is nothing to do but to wait for signals, so that is one system call:
 * the program has the caller's own stdio and no byte passes through here.
 */
#include "runtime/cli/supervise.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"

static const int passed_on[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM };

static void fill(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGWINCH);
	for (size_t i = 0; i < ARRAY_LEN(passed_on); i++)
		sigaddset(set, passed_on[i]);
}

int supervise_prepare(struct err *err)
{
	sigset_t set;

	fill(&set);
	return sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? err_sys(err, "block signals") : 0;
}

static void copy_window_size(int terminal_fd)
{
	struct winsize size;

	if (terminal_fd >= 0 && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(terminal_fd, TIOCSWINSZ, &size);
}

/* Returns 1 when pid has ended, 0 when not, or -errno. */
static int handle(int signal, pid_t pid, int terminal_fd, int *wait_status)
{
	if (signal == SIGCHLD) {
		pid_t ended = waitpid(pid, wait_status, WNOHANG);

		return ended == pid ? 1 : ended < 0 ? -errno : 0;
	}
	if (signal == SIGWINCH)
		copy_window_size(terminal_fd);
	else
		kill(pid, signal); /* it cannot be another's: it is our child, not yet waited for */
	return 0;
}

static int wait_for_signals(pid_t pid, int *wait_status, struct err *err)
{
	sigset_t set;
	int r = handle(SIGCHLD, pid, -1, wait_status);

	fill(&set);
	while (r == 0) {
		int signal = sigwaitinfo(&set, NULL);

		if (signal > 0)
			r = handle(signal, pid, -1, wait_status);
		else if (errno != EINTR)
			r = -errno;
	}
	return r < 0 ? err_num(err, r, "wait for the container") : 0;
}

/* Moves what is there from one to the other. Returns false at the end of input. */
static bool relay(int from, int to)
{
	char buf[4096];
	ssize_t n = read(from, buf, sizeof(buf));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	return n > 0 && fd_write_all(to, buf, (size_t)n) == 0;
}

static int relay_until_end(pid_t pid, int terminal_fd, int signal_fd, int *wait_status)
{
	struct pollfd fds[] = { { signal_fd, POLLIN, 0 },
				{ terminal_fd, POLLIN, 0 },
				{ STDIN_FILENO, POLLIN, 0 } };
	int r = handle(SIGCHLD, pid, terminal_fd, wait_status);

	while (r == 0) {
		struct signalfd_siginfo info;

		if (poll(fds, ARRAY_LEN(fds), -1) < 0) {
			r = errno == EINTR ? 0 : -errno;
			continue;
		}
		if (fds[1].revents && !relay(terminal_fd, STDOUT_FILENO))
			fds[1].fd = -1;
		if (fds[2].revents && !relay(STDIN_FILENO, terminal_fd))
			fds[2].fd = -1;
		if (fds[0].revents && read(signal_fd, &info, sizeof(info)) == sizeof(info))
			r = handle((int)info.ssi_signo, pid, terminal_fd, wait_status);
	}
	/* what the program wrote last may still lie in the terminal */
	while (r > 0 && fds[1].fd >= 0) {
		fds[1].revents = 0;
		if (poll(&fds[1], 1, 0) <= 0 || !relay(terminal_fd, STDOUT_FILENO))
			break;
	}
	return r;
}

static int relay_terminal(pid_t pid, int terminal_fd, int *wait_status, struct err *err)
{
	cleanup_close int signal_fd = -1;
	struct termios saved, raw;
	bool is_terminal = tcgetattr(STDIN_FILENO, &saved) == 0;
	sigset_t set;
	int r;

	fill(&set);
	signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (signal_fd < 0)
		return err_sys(err, "wait for signals");
	copy_window_size(terminal_fd);
	if (is_terminal) {
		raw = saved;
		cfmakeraw(&raw);
		tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	}
	r = relay_until_end(pid, terminal_fd, signal_fd, wait_status);
	if (is_terminal)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
	return r < 0 ? err_num(err, r, "wait for the container") : 0;
}

int supervise_wait(pid_t pid, int terminal_fd, int *wait_status, struct err *err)
{
	return terminal_fd >= 0 ? relay_terminal(pid, terminal_fd, wait_status, err)
				: wait_for_signals(pid, wait_status, err);
}

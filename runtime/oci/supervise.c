/*
 * supervise.c - see supervise.h.
 */
#include "runtime/oci/supervise.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/proc.h"

/* Faults of our own must end us; stops by the terminal are about our own terminal. */
static void fill_set(sigset_t *set)
{
	static const int own[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTTOU, SIGTTIN };

	sigfillset(set);
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		sigdelset(set, own[i]);
}

int supervise_begin(struct supervise *s, bool terminal, struct err *err)
{
	sigset_t set;

	fill_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->sockets[0] = s->sockets[1] = -1;
	if (terminal && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s->sockets) < 0)
		return err_sys(err, "console socket");
	return 0;
}

static int wait_plain(pid_t pid)
{
	sigset_t set;
	int status;

	fill_set(&set);
	for (;;) {
		siginfo_t info;
		int signal;

		if (waitpid(pid, &status, WNOHANG) == pid)
			return proc_exit_code(status);
		signal = sigwaitinfo(&set, &info);
		if (signal > 0 && signal != SIGCHLD)
			kill(pid, signal);
	}
}

static void copy_size(int master)
{
	struct winsize size;

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(master, TIOCSWINSZ, &size);
}

/* One chunk; false at end of file. A terminal whose other side is closed reads EIO. */
static bool pump(int from, int to)
{
	char buf[16 * 1024];
	ssize_t n = read(from, buf, sizeof(buf));

	if (n < 0 && errno == EINTR)
		return true;
	return n > 0 && fd_write_all(to, buf, (size_t)n) == 0;
}

/* Takes one signal. Returns true when the process may have ended. */
static bool take_signal(int signals, int master, pid_t pid)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo == SIGWINCH)
		copy_size(master);
	else if (info.ssi_signo != SIGCHLD)
		kill(pid, (int)info.ssi_signo);
	return info.ssi_signo == SIGCHLD;
}

static int relay(int master, int signals, pid_t pid)
{
	struct pollfd fds[3] = { { .fd = signals, .events = POLLIN },
				 { .fd = master, .events = POLLIN },
				 { .fd = STDIN_FILENO, .events = POLLIN } };
	int status = 0;
	bool ended = waitpid(pid, &status, WNOHANG) == pid;

	/* after the end, what is still in the terminal is read before we leave */
	while (!ended || fds[1].fd >= 0) {
		if (poll(fds, ARRAY_LEN(fds), ended ? 0 : -1) == 0)
			break;
		if (fds[1].revents && !pump(master, STDOUT_FILENO))
			fds[1].fd = -1;
		if (fds[2].revents && !pump(STDIN_FILENO, master))
			fds[2].fd = -1;
		if (fds[0].revents && take_signal(signals, master, pid) && !ended)
			ended = waitpid(pid, &status, WNOHANG) == pid;
	}
	return proc_exit_code(status);
}

static int wait_terminal(struct supervise *s, pid_t pid, struct err *err)
{
	cleanup_close int master = -1, signals = -1;
	struct termios saved, raw;
	bool is_terminal = tcgetattr(STDIN_FILENO, &saved) == 0;
	sigset_t set;
	int code;

	close(s->sockets[1]);
	master = fd_receive(s->sockets[0]);
	close(s->sockets[0]);
	if (master < 0)
		return err_num(err, master, "receive the terminal");
	fill_set(&set);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0)
		return err_sys(err, "signalfd");
	copy_size(master);
	raw = saved;
	cfmakeraw(&raw);
	if (is_terminal)
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	code = relay(master, signals, pid);
	if (is_terminal)
		tcsetattr(STDIN_FILENO, TCSANOW, &saved);
	return code;
}

int supervise_wait(struct supervise *s, pid_t pid, struct err *err)
{
	return s->sockets[0] < 0 ? wait_plain(pid) : wait_terminal(s, pid, err);
}

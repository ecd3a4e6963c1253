/*
 * proc.c - see proc.h.
 */
#include "user/base/proc.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/num.h"

uint64_t proc_stat(pid_t pid, char *state)
{
	char path[32], buf[1024], *p, *field_end;
	cleanup_close int fd = -1;
	uint64_t start_time;
	ssize_t n;

	fmt_string(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = fd_read_full(fd, buf, sizeof(buf) - 1);
	if (n <= 0)
		return 0;
	buf[n] = '\0';
	p = strrchr(buf, ')'); /* comm may hold anything, so count fields behind its end */
	if (!p || p[1] != ' ')
		return 0;
	*state = p[2];
	for (int field = 2; field < 22; field++) {
		p = strchr(p + 1, ' ');
		if (!p)
			return 0;
	}
	field_end = strchr(p + 1, ' ');
	if (field_end)
		*field_end = '\0';
	return num_u64(p + 1, &start_time) == 0 ? start_time : 0;
}

uint64_t proc_start_time(pid_t pid)
{
	char state;

	return proc_stat(pid, &state);
}

bool proc_is_alive(pid_t pid, uint64_t start_time)
{
	char state;

	return pid > 0 && proc_stat(pid, &state) == start_time && start_time && state != 'Z' &&
	       state != 'X';
}

int proc_pidfd(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : fd;
}

int proc_pidfd_kill(int pidfd, int signal)
{
	return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

int proc_pidfd_wait(int pidfd, int timeout_ms)
{
	uint64_t deadline = clock_ns(CLOCK_MONOTONIC) + (uint64_t)timeout_ms * 1000000ULL;
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };

	for (;;) {
		uint64_t now = timeout_ms < 0 ? 0 : clock_ns(CLOCK_MONOTONIC);
		int left = timeout_ms < 0   ? -1
			   : now < deadline ? (int)((deadline - now) / 1000000ULL) + 1
					    : 0;
		int n = poll(&pfd, 1, left);

		if (n > 0)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

int proc_exit_code(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

/*
 * main.c - cbox-monitor, all that stays in memory of a detached container's engine.
 *
 * Owns: pumping the program's output into the log file until the program ends, and then becoming
 * `cbox` again for the clean-up. `cbox run -d` starts the program and replaces itself by this one,
 * so the process keeps its pid, its child and its place as the container's owner, while its memory
 * shrinks to a few pages: that is what a thousand containers pay a thousand times.
 * Does not own: anything the clean-up needs to know; cbox reads that from disk.
 *
 * usage: cbox-monitor ID PID OUT_FD ERR_FD FOLDER_FD CBOX
 *
 * The log has one line a line of output, in the form the Kubernetes CRI defined:
 *   2026-01-02T03:04:05.123456789Z stdout F text
 * P instead of F marks a part of a line longer than the buffer. A log over LOG_MAX becomes log.1.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/base/clock.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/proc.h"

#define LOG_MAX (8u << 20)
#define LINE_SIZE 2048

struct output {
	int fd;
	const char *name;
	char line[LINE_SIZE];
	size_t len;
};

struct log {
	int folder_fd, fd;
	uint64_t size;
};

static struct output outputs[2] = { { .name = "stdout" }, { .name = "stderr" } };
static struct log log_file;

static void open_log(void)
{
	struct stat st;

	log_file.fd = openat(log_file.folder_fd, "log",
			     O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	log_file.size = log_file.fd >= 0 && fstat(log_file.fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static void rotate(void)
{
	close(log_file.fd);
	renameat(log_file.folder_fd, "log", log_file.folder_fd, "log.1");
	open_log();
}

/* A log that cannot be written (a full disk) must not stop the program: the line is lost. */
static void write_line(struct output *out, bool whole)
{
	char head[64], time[CLOCK_RFC3339_SIZE];
	char newline = '\n';
	struct iovec parts[3] = { { head, 0 }, { out->line, out->len }, { &newline, 1 } };
	ssize_t n;

	parts[0].iov_len = fmt_string(head, sizeof(head), "%s %s %c ",
				      clock_rfc3339(clock_ns(CLOCK_REALTIME), time), out->name,
				      whole ? 'F' : 'P');
	out->len = 0;
	n = writev(log_file.fd, parts, 3);
	if (n > 0)
		log_file.size += (uint64_t)n;
	if (log_file.size > LOG_MAX)
		rotate();
}

/* Takes what is there. Returns false at the end of the output. */
static bool pump(struct output *out)
{
	char buf[2048];
	ssize_t n = read(out->fd, buf, sizeof(buf));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n') {
			write_line(out, true);
			continue;
		}
		if (out->len == sizeof(out->line))
			write_line(out, false);
		out->line[out->len++] = buf[i];
	}
	return n > 0;
}

static void close_output(struct output *out)
{
	if (out->len)
		write_line(out, false);
	close(out->fd);
	out->fd = -1;
}

/* Pumps until the program has ended and its output is drained. */
static void pump_until_end(int pidfd)
{
	struct pollfd fds[3] = { { outputs[0].fd, POLLIN, 0 },
				 { outputs[1].fd, POLLIN, 0 },
				 { pidfd, POLLIN, 0 } };

	for (;;) {
		bool ended;

		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return;
		ended = fds[2].revents != 0;
		for (int i = 0; i < 2; i++) {
			if (fds[i].fd < 0)
				continue;
			fcntl(fds[i].fd, F_SETFL, O_NONBLOCK);
			while (fds[i].revents && poll(&fds[i], 1, 0) > 0)
				if (!pump(&outputs[i])) {
					close_output(&outputs[i]);
					fds[i].fd = -1;
					break;
				}
		}
		if (ended)
			return;
	}
}

int main(int argc, char **argv)
{
	uint32_t numbers[4];
	char status_text[16];
	int status = 0, pidfd;

	if (argc != 7)
		return 2;
	for (int i = 0; i < 4; i++)
		if (num_u32(argv[i + 2], &numbers[i]) < 0)
			return 2;
	outputs[0].fd = (int)numbers[1];
	outputs[1].fd = numbers[2] ? (int)numbers[2] : -1;
	log_file.folder_fd = (int)numbers[3];
	pidfd = proc_pidfd((pid_t)numbers[0]);
	open_log();
	if (pidfd >= 0)
		pump_until_end(pidfd);
	while (waitpid((pid_t)numbers[0], &status, 0) < 0 && errno == EINTR)
		;
	for (int i = 0; i < 2; i++)
		if (outputs[i].fd >= 0)
			close_output(&outputs[i]);
	fmt_string(status_text, sizeof(status_text), "%u", (unsigned)status);
	execl(argv[6], "cbox", "monitor-finish", argv[1], status_text, (char *)NULL);
	return 1;
}

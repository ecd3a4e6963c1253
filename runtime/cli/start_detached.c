/*
 * start_detached.c - a container whose owner is a monitor process.
 *
 * The fork comes first: the child makes everything, so it is the owner from the first record on,
 * and becomes cbox-monitor by exec, which keeps its pid. The parent only waits for the result.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/lifecycle.h"
#include "runtime/cli/undo.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/num.h"

/* Ends of the log pipes: read by the monitor, written by the container. */
struct log_pipes {
	int out_fd, err_fd; /* err_fd 0: there is only one, a terminal */
	int writers[2];
	int console_fd; /* socket the terminal comes from, -1 */
};

static int open_pipes(const struct config *config, struct log_pipes *pipes, struct lifecycle_io *io,
		      struct err *err)
{
	int ends[2];

	*pipes = (struct log_pipes){ .out_fd = -1, .writers = { -1, -1 }, .console_fd = -1 };
	io->stdio[0] = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (io->stdio[0] < 0)
		return err_sys(err, "open /dev/null");
	if (config->tty) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
			return err_sys(err, "make a socket for the terminal");
		pipes->console_fd = ends[0];
		io->console_fd = pipes->writers[0] = ends[1];
		return 0;
	}
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, "make a pipe for the log");
	pipes->out_fd = ends[0];
	io->stdio[1] = pipes->writers[0] = ends[1];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, "make a pipe for the log");
	pipes->err_fd = ends[0];
	io->stdio[2] = pipes->writers[1] = ends[1];
	return 0;
}

static void keep_over_exec(int fd)
{
	if (fd > 0)
		fcntl(fd, F_SETFD, 0);
}

/* Becomes the monitor. Returns only when that fails. */
static int become_monitor(const struct places *places, const struct config *config,
			  const struct log_pipes *pipes, pid_t pid, int null_fd, int result_fd,
			  struct err *err)
{
	char monitor[4200], self[4200], numbers[4][16], path[128];
	const int values[4] = { pid, pipes->out_fd, pipes->err_fd, -1 };
	const struct err success = { 0 };
	int folder_fd;

	fmt_string(path, sizeof(path), "containers/%s", config->id);
	folder_fd = openat(places->root_fd, path, O_PATH | O_DIRECTORY);
	if (folder_fd < 0)
		return err_sys(err, "open '%s'", path);
	if (cli_libexec("cbox-monitor", monitor, sizeof(monitor), err) < 0 ||
	    cli_self(self, sizeof(self), err) < 0)
		return -err->number;
	for (int i = 0; i < 4; i++)
		fmt_string(numbers[i], sizeof(numbers[i]), "%d", i < 3 ? values[i] : folder_fd);
	keep_over_exec(pipes->out_fd);
	keep_over_exec(pipes->err_fd);
	for (int fd = 0; fd < 3; fd++)
		dup2(null_fd, fd);
	/* when this fails, whoever asked is gone; the container runs all the same */
	(void)fd_write_all(result_fd, &success, sizeof(success));
	execl(monitor, "cbox-monitor", config->id, numbers[0], numbers[1], numbers[2], numbers[3],
	      self, (char *)NULL);
	return err_sys(err, "run '%s'", monitor);
}

/* The child: makes, starts, monitors. Returns only with an error. */
static int start(struct places *places, struct config *config, bool create, int result_fd,
		 struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	struct lifecycle_io io = { { -1, -1, -1 }, -1 };
	struct log_pipes pipes;
	struct err ignored = { 0 };
	pid_t pid;
	int r;

	setsid();
	r = create ? lifecycle_create(&arena, places, config, err)
		   : owner_write(places->run_fd, config->id, config->name, config->auto_remove,
				 err);
	if (r < 0)
		return r;
	r = open_pipes(config, &pipes, &io, err);
	if (r == 0)
		r = lifecycle_start(&arena, places, config, &io, &pid, err);
	if (r == 0 && config->tty) {
		pipes.out_fd = fd_receive(pipes.console_fd);
		r = pipes.out_fd < 0 ? err_num(err, pipes.out_fd, "receive the terminal") : 0;
	}
	for (int i = 0; i < 2; i++)
		if (pipes.writers[i] >= 0)
			close(pipes.writers[i]);
	if (r == 0)
		r = become_monitor(places, config, &pipes, pid, io.stdio[0], result_fd, err);
	if (create || config->auto_remove) {
		undo_container(places, config->id, config->name, false, &ignored);
	} else {
		undo_process(places, config->id, &ignored);
		owner_remove(places->run_fd, config->id, &ignored);
	}
	return r;
}

int cli_start_detached(struct places *places, struct config *config, bool create, struct err *err)
{
	cleanup_close int result_fd = -1;
	struct err result;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, "make a pipe");
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return err_sys(err, "start the monitor");
	if (pid == 0) {
		struct err failure = { 0 };

		close(ends[0]);
		start(places, config, create, ends[1], &failure);
		_exit(fd_write_all(ends[1], &failure, sizeof(failure)) < 0);
	}
	close(ends[1]);
	result_fd = ends[0];
	if (fd_read_full(result_fd, &result, sizeof(result)) != sizeof(result)) {
		err_set(err, EIO, "the container's monitor died");
		return err_hint(err, "'cbox system recover' clears up behind it");
	}
	if (result.number == 0)
		return 0;
	waitpid(pid, NULL, 0);
	*err = result;
	return -err->number;
}

int cli_monitor_finish(int argc, char **argv)
{
	cleanup_places struct places places = PLACES_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct container_info info;
	struct err err = { 0 };
	int code;
	uint32_t status;

	if (argc != 2 || num_u32(argv[1], &status) < 0)
		return EXIT_USAGE;
	if (places_open(&places, &err) < 0 ||
	    status_load(&arena, &places, argv[0], &info, &err) < 0 ||
	    lifecycle_finish(&places, &info.config, (int)status, &code, &err) < 0)
		return EXIT_FAILED;
	return EXIT_OK;
}

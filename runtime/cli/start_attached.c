/*
 * start_attached.c - a container whose owner is the `cbox` in the foreground.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/lifecycle.h"
#include "runtime/cli/supervise.h"
#include "runtime/cli/undo.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"

/* The container of a start that failed: new ones go, old ones come to rest as they were. */
static void give_up(const struct places *places, const struct config *config, bool create)
{
	struct err ignored = { 0 };

	if (create || config->auto_remove) {
		undo_container(places, config->id, config->name, false, &ignored);
		return;
	}
	undo_process(places, config->id, &ignored);
	owner_remove(places->run_fd, config->id, &ignored);
}

static int start(struct arena *arena, const struct places *places, struct config *config,
		 pid_t *pid, int *terminal_fd, struct err *err)
{
	cleanup_close int null_fd = -1, here = -1, there = -1;
	struct lifecycle_io io = { { -1, -1, -1 }, -1 };
	int pair[2], r;

	if (config->tty) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			return err_sys(err, "make a socket for the terminal");
		here = pair[0];
		there = io.console_fd = pair[1];
	} else if (!config->stdin_open) {
		null_fd = io.stdio[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (null_fd < 0)
			return err_sys(err, "open /dev/null");
	}
	r = lifecycle_start(arena, places, config, &io, pid, err);
	if (r == 0 && config->tty) {
		*terminal_fd = fd_receive(here);
		if (*terminal_fd < 0)
			return err_num(err, *terminal_fd, "receive the container's terminal");
	}
	return r;
}

int cli_start_attached(struct places *places, struct config *config, bool create, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	cleanup_close int terminal_fd = -1;
	int wait_status, exit_code;
	pid_t pid;
	int r = supervise_prepare(err);

	if (r == 0)
		r = create ? lifecycle_create(&arena, places, config, err)
			   : owner_write(places->run_fd, config->id, config->name,
					 config->auto_remove, err);
	if (r < 0)
		return r;
	r = start(&arena, places, config, &pid, &terminal_fd, err);
	if (r < 0) {
		give_up(places, config, create);
		return r;
	}
	r = supervise_wait(pid, terminal_fd, &wait_status, err);
	if (r == 0)
		r = lifecycle_finish(places, config, wait_status, &exit_code, err);
	return r < 0 ? r : exit_code;
}

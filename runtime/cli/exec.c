/*
 * exec.c - `cbox exec`: one more process in a running container.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/env.h"
#include "runtime/cli/spec_build.h"
#include "runtime/cli/supervise.h"
#include "runtime/core/container.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/proc.h"

struct exec_options {
	bool detach, interactive, tty, privileged;
	const char *workdir, *user;
	struct opt_list env, env_file;
};

static const struct opt exec_table[] = {
	{ "detach", 'd', OPT_FLAG, offsetof(struct exec_options, detach), NULL,
	  "do not wait for its end" },
	{ "env", 'e', OPT_LIST, offsetof(struct exec_options, env), "NAME[=VALUE]",
	  "set a variable; without a value, take the caller's" },
	{ "env-file", 0, OPT_LIST, offsetof(struct exec_options, env_file), "FILE",
	  "read variables from a file" },
	{ "interactive", 'i', OPT_FLAG, offsetof(struct exec_options, interactive), NULL,
	  "connect standard input" },
	{ "privileged", 0, OPT_FLAG, offsetof(struct exec_options, privileged), NULL,
	  "all capabilities" },
	{ "tty", 't', OPT_FLAG, offsetof(struct exec_options, tty), NULL, "give it a terminal" },
	{ "user", 'u', OPT_STRING, offsetof(struct exec_options, user), "USER[:GROUP]",
	  "names or numbers" },
	{ "workdir", 'w', OPT_STRING, offsetof(struct exec_options, workdir), "DIR",
	  "working directory" },
	OPT_END
};

static int build_env(struct env *env, const struct exec_options *o, const struct config *config,
		     struct err *err)
{
	for (const char *const *e = config->env; e && *e; e++)
		if (env_set(env, *e, err) < 0)
			return -err->number;
	if (o->tty && env_set(env, "TERM=xterm", err) < 0)
		return -err->number;
	for (unsigned i = 0; i < o->env_file.count; i++)
		if (env_read_file(env, o->env_file.items[i], err) < 0)
			return -err->number;
	for (unsigned i = 0; i < o->env.count; i++)
		if (env_set_or_inherit(env, o->env.items[i], err) < 0)
			return -err->number;
	return 0;
}

static int build_process(struct arena *arena, const struct exec_options *o,
			 const struct container_info *info, char **argv,
			 struct spec_process *process, struct err *err)
{
	struct env env = { .arena = arena };
	struct exec_request request = { .args = (const char *const *)argv,
					.cwd = o->workdir,
					.user = o->user,
					.tty = o->tty,
					.privileged = o->privileged };
	cleanup_close int root_fd = -1;
	char path[48];

	if (build_env(&env, o, &info->config, err) < 0)
		return -err->number;
	request.env = env.items;
	fmt_string(path, sizeof(path), "/proc/%d/root", info->pid);
	root_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0 || !proc_is_alive(info->pid, info->start_time))
		return err_set(err, ESRCH, "container %s has just ended", info->config.name);
	return spec_build_exec(arena, &info->config, &request, root_fd, process, err);
}

static int start(const struct exec_options *o, const struct places *places, const char *id,
		 const struct spec_process *process, pid_t *pid, int *terminal_fd, struct err *err)
{
	cleanup_close int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC), here = -1, there = -1;
	struct container_exec_options options = { .stdio = { -1, -1, -1 }, .console_fd = -1 };
	int pair[2], r;

	if (null_fd < 0)
		return err_sys(err, "open /dev/null");
	if (o->tty) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			return err_sys(err, "make a socket for the terminal");
		here = pair[0];
		there = options.console_fd = pair[1];
	} else {
		if (!o->interactive)
			options.stdio[0] = null_fd;
		if (o->detach)
			options.stdio[1] = options.stdio[2] = null_fd;
	}
	r = container_exec(places->core, id, process, &options, pid, err);
	if (r == 0 && o->tty) {
		*terminal_fd = fd_receive(here);
		if (*terminal_fd < 0)
			return err_num(err, *terminal_fd, "receive the terminal");
	}
	return r;
}

static int exec_in(const struct exec_options *o, const struct places *places,
		   const struct container_info *info, char **argv, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	cleanup_close int terminal_fd = -1;
	struct spec_process process;
	int wait_status;
	pid_t pid;
	int r;

	if (info->status != STATUS_RUNNING)
		return err_set(err, EINVAL, "Container %s is not running", info->config.name);
	r = build_process(&arena, o, info, argv, &process, err);
	if (r == 0)
		r = supervise_prepare(err);
	if (r == 0)
		r = start(o, places, info->config.id, &process, &pid, &terminal_fd, err);
	if (r < 0 || o->detach)
		return r < 0 ? r : EXIT_OK;
	r = supervise_wait(pid, terminal_fd, &wait_status, err);
	return r < 0 ? r : proc_exit_code(wait_status);
}

static int run_exec(void *opts, int argc, char **argv, struct err *err)
{
	cleanup_places struct places places = PLACES_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct container_info info;
	int r;

	(void)argc;
	if (places_open(&places, err) < 0 || status_find(&arena, &places, argv[0], &info, err) < 0)
		return -err->number;
	r = exec_in(opts, &places, &info, argv + 1, err);
	if (r >= 0 || err->status == EXIT_USAGE)
		return r;
	log_err(err);
	return strstr(err->message, "exec: \"") ? cli_run_exit_code(err) : EXIT_FAILED;
}

const struct command cli_exec = {
	.name = "exec",
	.args = "CONTAINER COMMAND [ARG...]",
	.summary = "run one more command in a running container",
	.opts = exec_table,
	.opts_size = sizeof(struct exec_options),
	.min_args = 2,
	.max_args = -1,
	.stop_at_args = true,
	.run = run_exec,
};

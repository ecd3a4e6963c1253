/*
 * stop.c - `cbox stop` and `cbox kill`: signals to a container's first process.
 */
#include <signal.h>
#include <stdio.h>

#include "runtime/cli/cli.h"
#include "runtime/linux/signal_name.h"
#include "user/base/cleanup.h"
#include "user/base/proc.h"

/* How long the owner may take to clean up once the program has ended. */
#define OWNER_TIMEOUT_MS 15000

struct stop_options {
	uint64_t timeout_ns;
	const char *signal;
};

static const struct opt stop_table[] = {
	{ "signal", 's', OPT_STRING, offsetof(struct stop_options, signal), "SIGNAL",
	  "signal to send first (the image's stop signal, else TERM)" },
	{ "time", 't', OPT_DURATION, offsetof(struct stop_options, timeout_ns), "SECONDS",
	  "time to end by itself before it is killed (10)" },
	OPT_END
};

static void stop_defaults(void *opts)
{
	((struct stop_options *)opts)->timeout_ns = 10000000000;
}

/* pidfd of the container's first process, which is surely still that process. */
static int open_process(const struct container_info *info, struct err *err)
{
	cleanup_close int pidfd = proc_pidfd(info->pid);

	if (pidfd < 0 || !proc_is_alive(info->pid, info->start_time))
		return err_set(err, ESRCH, "container %s has just ended", info->config.name);
	return take_fd(&pidfd);
}

int cli_stop_container(const struct container_info *info, const struct places *places, int signal,
		       uint64_t timeout_ns, struct err *err)
{
	cleanup_close int pidfd = -1;
	struct err ignored = { 0 };
	int r;

	(void)places;
	pidfd = open_process(info, &ignored);
	if (pidfd < 0)
		return cli_wait_owner(info, OWNER_TIMEOUT_MS, err);
	r = proc_pidfd_kill(pidfd, signal);
	if (r == 0)
		r = proc_pidfd_wait(
			pidfd,
			(int)(timeout_ns / 1000000 < INT32_MAX ? timeout_ns / 1000000 : INT32_MAX));
	if (r == -ETIMEDOUT) {
		r = proc_pidfd_kill(pidfd, SIGKILL);
		if (r == 0)
			r = proc_pidfd_wait(pidfd, OWNER_TIMEOUT_MS);
	}
	if (r < 0 && r != -ESRCH)
		return err_num(err, r, "stop container %s", info->config.name);
	return cli_wait_owner(info, OWNER_TIMEOUT_MS, err);
}

static int read_signal(const char *text, int *signal, struct err *err)
{
	*signal = signal_number(text);
	if (*signal > 0)
		return 0;
	err_set(err, EINVAL, "invalid signal: %.40s", text);
	return err_status(err, EXIT_USAGE);
}

static int not_running(const struct container_info *info, struct err *err)
{
	err_set(err, EINVAL, "Container %s is not running", info->config.name);
	if (info->status == STATUS_DEAD)
		err_hint(err, "its owner was killed; 'cbox system recover' clears that up");
	return -err->number;
}

static int stop_one(const struct cli_each *context, const struct container_info *info,
		    struct err *err)
{
	const struct stop_options *o = context->options;
	const char *name = o->signal ? o->signal : info->config.stop_signal;
	int signal = SIGTERM;

	if (info->status == STATUS_EXITED)
		return 0;
	if (info->status != STATUS_RUNNING)
		return not_running(info, err);
	if (name && read_signal(name, &signal, err) < 0)
		return -err->number;
	return cli_stop_container(info, context->places, signal, o->timeout_ns, err);
}

static int run_stop(void *opts, int argc, char **argv, struct err *err)
{
	return cli_for_each(argc, argv, opts, stop_one, err);
}

const struct command cli_stop = {
	.name = "stop",
	.args = "CONTAINER...",
	.summary = "end running containers: a signal, and SIGKILL when that does not help",
	.opts = stop_table,
	.opts_size = sizeof(struct stop_options),
	.min_args = 1,
	.max_args = -1,
	.defaults = stop_defaults,
	.run = run_stop,
};

static const struct opt kill_table[] = { { "signal", 's', OPT_STRING,
					   offsetof(struct stop_options, signal), "SIGNAL",
					   "name or number (KILL)" },
					 OPT_END };

static int kill_one(const struct cli_each *context, const struct container_info *info,
		    struct err *err)
{
	const struct stop_options *o = context->options;
	cleanup_close int pidfd = -1;
	int signal = SIGKILL, r;

	if (o->signal && read_signal(o->signal, &signal, err) < 0)
		return -err->number;
	if (info->status != STATUS_RUNNING)
		return not_running(info, err);
	pidfd = open_process(info, err);
	if (pidfd < 0)
		return pidfd;
	r = proc_pidfd_kill(pidfd, signal);
	if (r < 0)
		return err_num(err, r, "signal container %s", info->config.name);
	return signal == SIGKILL ? cli_wait_owner(info, OWNER_TIMEOUT_MS, err) : 0;
}

static int run_kill(void *opts, int argc, char **argv, struct err *err)
{
	return cli_for_each(argc, argv, opts, kill_one, err);
}

const struct command cli_kill = {
	.name = "kill",
	.args = "CONTAINER...",
	.summary = "send a signal to running containers",
	.opts = kill_table,
	.opts_size = sizeof(struct stop_options),
	.min_args = 1,
	.max_args = -1,
	.run = run_kill,
};

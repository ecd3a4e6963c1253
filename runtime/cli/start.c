/*
 * start.c - `cbox start` and `cbox restart`: stored containers run again, with what they had
 * written still there.
 */
#include <signal.h>
#include <stdio.h>

#include "runtime/cli/cli.h"
#include "runtime/linux/signal_name.h"
#include "user/base/cleanup.h"
#include "user/base/log.h"

struct start_options {
	bool attach;
};

static const struct opt start_table[] = {
	{ "attach", 'a', OPT_FLAG, offsetof(struct start_options, attach), NULL,
	  "run in the foreground and end with the program's status" },
	OPT_END
};

static int start_one(const struct cli_each *context, const struct container_info *info,
		     struct err *err)
{
	struct config config = info->config;
	struct places places = *context->places;

	if (info->status == STATUS_RUNNING)
		return 0;
	if (info->status == STATUS_DEAD) {
		err_set(err, EBUSY, "container %s died with its owner", config.name);
		return err_hint(err, "'cbox system recover' clears that up");
	}
	config.detached = true;
	return cli_start_detached(&places, &config, false, err);
}

static int start_attached(const char *name, struct err *err)
{
	cleanup_places struct places places = PLACES_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct container_info info;
	int r;

	if (places_open(&places, err) < 0 || status_find(&arena, &places, name, &info, err) < 0)
		return -err->number;
	if (info.status != STATUS_EXITED)
		return err_set(err, EBUSY, "container %s is %s", name, status_name(info.status));
	info.config.detached = false;
	r = cli_start_attached(&places, &info.config, false, err);
	if (r >= 0)
		return r;
	log_err(err);
	return cli_run_exit_code(err);
}

static int run_start(void *opts, int argc, char **argv, struct err *err)
{
	const struct start_options *o = opts;

	if (!o->attach)
		return cli_for_each(argc, argv, o, start_one, err);
	if (argc != 1) {
		err_set(err, EINVAL, "--attach takes one container");
		return err_status(err, EXIT_USAGE);
	}
	return start_attached(argv[0], err);
}

const struct command cli_start = {
	.name = "start",
	.args = "CONTAINER...",
	.summary = "start stopped containers again",
	.opts = start_table,
	.opts_size = sizeof(struct start_options),
	.min_args = 1,
	.max_args = -1,
	.run = run_start,
};

struct restart_options {
	uint64_t timeout_ns;
};

static const struct opt restart_table[] = {
	{ "time", 't', OPT_DURATION, offsetof(struct restart_options, timeout_ns), "SECONDS",
	  "time to end by itself before it is killed (10)" },
	OPT_END
};

static void restart_defaults(void *opts)
{
	((struct restart_options *)opts)->timeout_ns = 10000000000;
}

static int restart_one(const struct cli_each *context, const struct container_info *info,
		       struct err *err)
{
	const struct restart_options *o = context->options;
	struct config config = info->config;
	struct places places = *context->places;
	int signal = config.stop_signal ? signal_number(config.stop_signal) : SIGTERM;

	if (info->status == STATUS_RUNNING && config.auto_remove)
		return err_set(err, EINVAL, "container %s is removed when it ends", config.name);
	if (info->status == STATUS_RUNNING &&
	    cli_stop_container(info, context->places, signal, o->timeout_ns, err) < 0)
		return -err->number;
	config.detached = true;
	return cli_start_detached(&places, &config, false, err);
}

static int run_restart(void *opts, int argc, char **argv, struct err *err)
{
	return cli_for_each(argc, argv, opts, restart_one, err);
}

const struct command cli_restart = {
	.name = "restart",
	.args = "CONTAINER...",
	.summary = "stop containers and start them again",
	.opts = restart_table,
	.opts_size = sizeof(struct restart_options),
	.min_args = 1,
	.max_args = -1,
	.defaults = restart_defaults,
	.run = run_restart,
};

/*
 * rm.c - `cbox rm`: containers go, with all they had written.
 */
#include <signal.h>
#include <stdio.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/undo.h"
#include "user/base/cleanup.h"
#include "user/base/log.h"
#include "user/base/proc.h"

struct rm_options {
	bool force;
};

static const struct opt rm_table[] = { { "force", 'f', OPT_FLAG, offsetof(struct rm_options, force),
					 NULL,
					 "kill it first when it runs; an unknown one is no error" },
				       OPT_END };

/* Ends a running program, or the process that is about to start one. */
static int end_owner(const struct container_info *info, const struct places *places,
		     struct err *err)
{
	cleanup_close int pidfd = -1;

	if (info->pid)
		return cli_stop_container(info, places, SIGKILL, 0, err);
	pidfd = proc_pidfd(info->owner.pid);
	if (pidfd >= 0 && owner_is_alive(&info->owner))
		proc_pidfd_kill(pidfd, SIGKILL);
	return cli_wait_owner(info, -1, err);
}

static int remove_one(const struct places *places, struct arena *arena, const char *text,
		      bool force, struct err *err)
{
	struct container_info info;
	int r = status_find(arena, places, text, &info, err);

	if (r == -ENOENT && force) {
		err_reset(err);
		return 0;
	}
	if (r < 0)
		return r;
	if (info.status == STATUS_RUNNING || info.status == STATUS_CREATED) {
		if (!force) {
			err_set(err, EBUSY,
				"You cannot remove a running container %s. Stop the "
				"container before attempting removal or force remove",
				info.config.id);
			return err_hint(err, "cbox rm -f %s", text);
		}
		if (end_owner(&info, places, err) < 0)
			return -err->number;
		if (info.config.auto_remove && info.pid)
			return 0;
	}
	/* from here to the end this process answers for it: cut off, recover goes on */
	if (owner_write(places->run_fd, info.config.id, info.config.name, true, err) < 0)
		return -err->number;
	return undo_container(places, info.config.id, info.config.name, false, err);
}

/* Not cli_for_each(): with --force a container that is not there is a success. */
static int run_rm(void *opts, int argc, char **argv, struct err *err)
{
	const struct rm_options *o = opts;
	cleanup_places struct places places = PLACES_NONE;
	int failed = EXIT_OK;

	if (places_open(&places, err) < 0)
		return -err->number;
	for (int i = 0; i < argc; i++) {
		cleanup_arena struct arena arena = { 0 };
		struct err one = { 0 };

		if (remove_one(&places, &arena, argv[i], o->force, &one) == 0) {
			printf("%s\n", argv[i]);
			continue;
		}
		fflush(stdout);
		failed = log_err(&one);
	}
	return failed;
}

const struct command cli_rm = {
	.name = "rm",
	.args = "CONTAINER...",
	.summary = "remove containers",
	.opts = rm_table,
	.opts_size = sizeof(struct rm_options),
	.min_args = 1,
	.max_args = -1,
	.run = run_rm,
};

/*
 * wait.c - `cbox wait`: blocks until containers have ended, prints their exit codes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/log.h"
#include "user/base/proc.h"

static int wait_one(const struct places *places, const char *text, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	struct container_info info, after;
	struct owner last;
	cleanup_close int record = -1;

	if (status_find(&arena, places, text, &info, err) < 0)
		return -err->number;
	if (info.status == STATUS_EXITED)
		return info.exit_code;
	/* kept open: a container with --rm takes its records away when it ends */
	record = owner_open(places->run_fd, info.config.id);
	if (cli_wait_owner(&info, -1, err) < 0)
		return -err->number;
	if (record >= 0 && owner_parse(record, &last) == 0 && last.exit_code >= 0)
		return last.exit_code;
	if (status_load(&arena, places, info.config.id, &after, err) < 0)
		return -err->number;
	if (after.status == STATUS_DEAD)
		return err_set(err, EIO, "container %s died with its owner", info.config.name);
	return after.exit_code;
}

static int run_wait(void *opts, int argc, char **argv, struct err *err)
{
	cleanup_places struct places places = PLACES_NONE;
	int failed = EXIT_OK;

	(void)opts;
	if (places_open(&places, err) < 0)
		return -err->number;
	for (int i = 0; i < argc; i++) {
		struct err one = { 0 };
		int code = wait_one(&places, argv[i], &one);

		if (one.number) {
			failed = log_err(&one);
			continue;
		}
		printf("%d\n", code);
		fflush(stdout);
	}
	return failed;
}

static const struct opt wait_table[] = { OPT_END };

const struct command cli_wait = {
	.name = "wait",
	.args = "CONTAINER...",
	.summary = "wait until containers end and print their exit codes",
	.opts = wait_table,
	.min_args = 1,
	.max_args = -1,
	.run = run_wait,
};

/*
 * start.c - `cbox-oci start`: lets a created container's program run.
 */
#include "runtime/oci/oci.h"

static int run(void *opts, int argc, char **argv, struct err *err)
{
	(void)opts;
	(void)argc;
	return container_start(oci_globals.root, argv[0], err);
}

const struct command oci_start = {
	.name = "start",
	.args = "ID",
	.summary = "run the program of a created container",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};

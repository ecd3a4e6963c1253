/*
 * delete.c - `cbox-oci delete`: removes a stopped container, or any with --force.
 */
#include "runtime/oci/oci.h"

struct options {
	bool force;
};

static const struct opt opts[] = {
	{ "force", 'f', OPT_FLAG, offsetof(struct options, force), NULL,
	  "kill what still runs; a container that is not there is no error" },
	OPT_END,
};

static int run(void *given, int argc, char **argv, struct err *err)
{
	const struct options *o = given;

	(void)argc;
	return container_delete(oci_globals.root, argv[0], o->force, err);
}

const struct command oci_delete = {
	.name = "delete",
	.args = "ID",
	.summary = "delete a container",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};

/*
 * create.c - `cbox-oci create`: everything but the program itself. See runtime.md, "Create".
 */
#include <fcntl.h>

#include "runtime/oci/create_options.h"

static const struct opt opts[] = {
	OCI_CREATE_OPTIONS,
	OPT_END,
};

static int run(void *given, int argc, char **argv, struct err *err)
{
	struct oci_create_options *o = given;
	struct container_options options;
	struct oci_bundle bundle = { 0 };
	pid_t pid;
	int r;

	(void)argc;
	r = oci_prepare(o, argv[0], &bundle, &options, err);
	if (r < 0)
		return r;
	return container_create(&bundle.spec, &options, &pid, err);
}

const struct command oci_create = {
	.name = "create",
	.args = "ID",
	.summary = "create a container; its program waits for start",
	.opts = opts,
	.opts_size = sizeof(struct oci_create_options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};

/*
 * pause.c - `cbox-oci pause` and `resume`: freezes and thaws all processes of a container.
 */
#include "runtime/oci/oci.h"

static int pause_container(void *opts, int argc, char **argv, struct err *err)
{
	(void)opts;
	(void)argc;
	return container_pause(oci_globals.root, argv[0], true, err);
}

static int resume_container(void *opts, int argc, char **argv, struct err *err)
{
	(void)opts;
	(void)argc;
	return container_pause(oci_globals.root, argv[0], false, err);
}

const struct command oci_pause = {
	.name = "pause",
	.args = "ID",
	.summary = "freeze all processes of a container",
	.min_args = 1,
	.max_args = 1,
	.run = pause_container,
};

const struct command oci_resume = {
	.name = "resume",
	.args = "ID",
	.summary = "thaw a paused container",
	.min_args = 1,
	.max_args = 1,
	.run = resume_container,
};

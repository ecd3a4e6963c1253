/*
 * run.c - `cbox-oci run`: create, start, wait, delete. The exit status is the program's.
 */
#include "runtime/oci/create_options.h"
#include "runtime/oci/supervise.h"
#include "user/base/log.h"

static const struct opt opts[] = {
	OCI_CREATE_OPTIONS,
	{ "detach", 'd', OCI_OPTION(OPT_FLAG, detach), NULL, "do not wait for the end" },
	{ "keep", 0, OCI_OPTION(OPT_FLAG, keep), NULL,
	  "keep the state when the program has ended" },
	{ "no-subreaper", 0, OCI_OPTION(OPT_FLAG, no_subreaper), NULL, NULL },
	OPT_END,
};

static int run_attached(const struct oci_create_options *o, const struct spec *spec,
			struct container_options *options, struct err *err)
{
	struct supervise supervise;
	struct err late = { 0 };
	pid_t pid;
	int code, r;

	r = supervise_begin(&supervise, spec->process.terminal && !options->console_socket, err);
	if (r < 0)
		return r;
	options->console_fd = supervise.sockets[1];
	r = container_run(spec, options, &pid, err);
	if (r < 0)
		return r;
	code = supervise_wait(&supervise, pid, err);
	if (!o->keep && container_delete(options->state_root, options->id, true, &late) < 0)
		log_err(&late);
	return code;
}

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
	return o->detach ? container_run(&bundle.spec, &options, &pid, err)
			 : run_attached(o, &bundle.spec, &options, err);
}

const struct command oci_run = {
	.name = "run",
	.args = "ID",
	.summary = "create and start a container, wait for its end, delete it",
	.opts = opts,
	.opts_size = sizeof(struct oci_create_options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};

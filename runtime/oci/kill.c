/*
 * kill.c - `cbox-oci kill`: a signal, by name or number, to the init or to all processes.
 */
#include <signal.h>

#include "runtime/linux/signal_name.h"
#include "runtime/oci/oci.h"

struct options {
	bool all;
};

static const struct opt opts[] = {
	{ "all", 'a', OPT_FLAG, offsetof(struct options, all), NULL,
	  "signal every process of the container" },
	OPT_END,
};

static int run(void *given, int argc, char **argv, struct err *err)
{
	const struct options *o = given;
	int signal = argc > 1 ? signal_number(argv[1]) : SIGTERM;

	if (signal < 0) {
		err_set(err, EINVAL, "unknown signal \"%s\"", argv[1]);
		return err_status(err, EXIT_USAGE);
	}
	return container_kill(oci_globals.root, argv[0], signal, o->all, err);
}

const struct command oci_kill = {
	.name = "kill",
	.args = "ID [SIGNAL]",
	.summary = "send a signal (default TERM) to a container",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.min_args = 1,
	.max_args = 2,
	.run = run,
};

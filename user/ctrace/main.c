/*
 * main.c - ctrace: the table of its commands.
 *
 * Owns: options and help texts. What a command does is in trace.c, doctor.c and list.c.
 */
#include <stddef.h>
#include <string.h>

#include "user/base/container_lookup.h"
#include "user/base/opt.h"
#include "user/ctrace/doctor.h"
#include "user/ctrace/list.h"
#include "user/ctrace/trace.h"

const struct tracer *const tracers[] = { &tracer_copyup, NULL };

static int copyup_run(void *options, int argc, char **argv, struct err *err)
{
	return trace_run(&tracer_copyup, options, argc, argv, err);
}

static const struct opt copyup_options[] = {
	TRACE_COMMON_OPTIONS,
	TRACE_OPTION("backend", 0, OPT_CHOICE, backend, "auto|fexit|kprobe|tracepoint",
		     "how to observe; auto takes the first that works"),
	OPT_END,
};

static const struct command copyup_command = {
	.name = "copyup",
	.args = "[CONTAINER | --all] [-- CMD [ARG…]]",
	.summary = "overlay files that are copied from a lower layer to the upper one",
	.details =
		"Prints one line for each copy-up in CONTAINER, given by name, id, unique id "
		"prefix or "
		"cgroup path, until Ctrl-C, --duration or the end of CMD; then a summary: events, "
		"bytes, a latency histogram and the paths that cost most. CMD starts when the "
		"tracer "
		"is attached; without CONTAINER, CMD and its descendants are traced.\n\n"
		"KIND is data (a regular file with its contents), meta (the inode alone: metacopy, "
		"symbolic links, devices, fifos, sockets) or dir. SIZE is the size of the lower "
		"file, "
		"COPIED what was written: 0 for a clone or O_TRUNC, without the holes of a sparse "
		"file. COPY and FSYNC are the time without and in fsync.\n\n"
		"Events that could not be delivered are counted, in the stream and in the summary; "
		"with --strict they make ctrace fail. With CMD, its exit status is passed on.",
	.opts = copyup_options,
	.opts_size = sizeof(struct trace_options),
	.max_args = -1,
	.defaults = trace_defaults,
	.run = copyup_run,
};

struct show_options {
	bool json;
};

static const struct opt show_opts[] = {
	{ "json", 0, OPT_FLAG, offsetof(struct show_options, json), NULL, "write JSON" },
	OPT_END,
};

static int doctor_command_run(void *options, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	return doctor_run(((struct show_options *)options)->json, err);
}

static const struct command doctor_command = {
	.name = "doctor",
	.summary = "what works on this kernel, and why the rest does not",
	.details =
		"Loads and attaches each backend of each tracer for a moment. Ends with status 3 "
		"when a tracer has no backend that works here.",
	.opts = show_opts,
	.opts_size = sizeof(struct show_options),
	.run = doctor_command_run,
};

static int list_command_run(void *options, int argc, char **argv, struct err *err)
{
	(void)argc;
	(void)argv;
	return list_run(container_run_dir(), ((struct show_options *)options)->json, err);
}

static const struct command list_command = {
	.name = "list",
	.summary = "containers that can be traced by name",
	.opts = show_opts,
	.opts_size = sizeof(struct show_options),
	.run = list_command_run,
};

static const struct command *const commands[] = {
	&copyup_command,
	&list_command,
	&doctor_command,
	NULL,
};

static const struct program program = {
	.name = "ctrace",
	.version = CBOX_VERSION,
	.summary = "eBPF tracers that know containers",
	.commands = commands,
};

/* The command to trace is cut off first: its options are not ours. */
static void cut_command(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		if (argv[i + 1])
			trace_set_command(argv + i + 1);
		argv[i] = NULL;
		*argc = i;
		return;
	}
}

int main(int argc, char **argv)
{
	cut_command(&argc, argv);
	return opt_main(&program, argc, argv);
}

/*
 * trace.h - one run of a tracer: from the command line to the summary.
 *
 * Owns: the options all tracers share, starting a command once the tracer is attached, the poll
 * loop, and when it ends (a signal, --duration, the command's end, a reader that went away).
 * Does not own: loading (session.h), output (sink.h), choosing whom to trace (target.h).
 */
#ifndef CBOX_CTRACE_TRACE_H
#define CBOX_CTRACE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "user/base/err.h"
#include "user/base/opt.h"
#include "user/ctrace/tracer.h"

struct trace_options {
	bool all, json, summary, stats, strict;
	uint64_t duration_ns, buffer_bytes;
	uint32_t pid, top;
	const char *cgroup, *backend, *output;
};

/* Rows for a command's option table, for a struct that begins with struct trace_options. */
#define TRACE_OPTION(name, letter, type, field, arg, help)                           \
	{                                                                            \
		name, letter, type, offsetof(struct trace_options, field), arg, help \
	}
#define TRACE_COMMON_OPTIONS                                                                 \
	TRACE_OPTION("all", 'a', OPT_FLAG, all, NULL, "trace every container and the host"), \
		TRACE_OPTION("cgroup", 0, OPT_STRING, cgroup, "PATH",                        \
			     "trace a cgroup and those below it"),                           \
		TRACE_OPTION("pid", 'p', OPT_U32, pid, "PID",                                \
			     "trace a process and its descendants"),                         \
		TRACE_OPTION("json", 0, OPT_FLAG, json, NULL, "write JSON lines"),           \
		TRACE_OPTION("output", 'o', OPT_STRING, output, "FILE",                      \
			     "write to FILE (mode 0600) instead of standard output"),        \
		TRACE_OPTION("duration", 'd', OPT_DURATION, duration_ns, "TIME",             \
			     "stop after TIME: 10s, 500ms"),                                 \
		TRACE_OPTION("summary", 's', OPT_FLAG, summary, NULL,                        \
			     "print the summary only, not each event"),                      \
		TRACE_OPTION("top", 0, OPT_U32, top, "N", "paths in the summary (10)"),      \
		TRACE_OPTION("buffer", 0, OPT_SIZE, buffer_bytes, "SIZE",                    \
			     "ring buffer, a power of two (1m)"),                            \
		TRACE_OPTION("stats", 0, OPT_FLAG, stats, NULL,                              \
			     "run counts and times of the eBPF programs"),                   \
		TRACE_OPTION("strict", 0, OPT_FLAG, strict, NULL, "fail when events were lost")

void trace_defaults(void *options);

/* What stood behind "--" on the command line; NULL when there was none. Set by main(). */
void trace_set_command(char **argv);

/* Runs tracer with the arguments of its command. Returns an exit status or -errno. */
int trace_run(const struct tracer *tracer, const struct trace_options *options, int argc,
	      char **argv, struct err *err);

#endif

/*
 * sink.h - where the stream goes: text for people or JSON lines, on stdout or in a file.
 *
 * Owns: the frame of a line ("schema", "type"), the lines that every tracer has (lost, summary),
 * and buffering: one write for a batch of events.
 * Does not own: the fields of a tracer's records (tracer.h).
 */
#ifndef CBOX_CTRACE_SINK_H
#define CBOX_CTRACE_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "user/base/err.h"
#include "user/base/str.h"
#include "user/ctrace/tracer.h"

struct sink {
	const struct tracer *tracer;
	int fd;
	bool json;
	bool quiet; /* only the summary */
	bool header_written;
	struct strbuf out;
};

/* What the frame knows at the end of a trace. */
struct trace_totals {
	uint64_t events, lost, duration_ns;
	const char *backend;
	unsigned programs;
	uint64_t ready_ns;	/* from the start of the process until attached */
	const char *stats_json; /* NULL without --stats */
};

/* file NULL: stdout. A new file gets mode 0600: paths of a container are not for everyone. */
int sink_open(struct sink *sink, const struct tracer *tracer, const char *file, bool json,
	      struct err *err);
void sink_record(struct sink *sink, const void *record);
void sink_lost(struct sink *sink, uint64_t ts_ns, uint64_t count);
void sink_summary(struct sink *sink, const struct trace_totals *totals, const void *summary,
		  unsigned top);
/* Writes what has gathered. Returns 0 or -errno (-EPIPE: the reader has gone). */
int sink_flush(struct sink *sink);
void sink_close(struct sink *sink);

#endif

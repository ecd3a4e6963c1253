/*
 * copyup_summary.h - what a trace of copy-ups adds up to.
 *
 * Owns: sums by kind, bytes, the latency histogram, and the paths that cost most.
 */
#ifndef CBOX_CTRACE_COPYUP_SUMMARY_H
#define CBOX_CTRACE_COPYUP_SUMMARY_H

#include "user/base/hist.h"
#include "user/ctrace/copyup_record.h"
#include "user/ctrace/top.h"

/* Zero-initialise. */
struct copyup_summary {
	uint64_t data, meta, dirs;
	uint64_t copied_bytes, size_bytes, copy_ns, fsync_ns;
	struct hist latency; /* copy + fsync of each */
	struct top paths;
};

void copyup_summary_add(void *summary, const void *record);
void copyup_summary_json(const void *summary, unsigned top, struct json_writer *w);
void copyup_summary_text(const void *summary, unsigned top, struct strbuf *out);
void copyup_summary_free(void *summary);

#endif

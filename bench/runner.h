/*
 * runner.h - makes the runs of a schedule, one after the other, and keeps every sample.
 *
 * Owns: struct subject (an executor with its samples), warm-up, progress, the answer to Ctrl-C
 * (stop, keep what was measured) and what disturbed each run (PSI, steal).
 * Does not own: how a run is made (executor.h) or what comes of it (summary.h).
 */
#ifndef CBOX_BENCH_RUNNER_H
#define CBOX_BENCH_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/executor.h"
#include "bench/sample.h"
#include "bench/summary.h"

struct subject {
	struct executor ex;
	bool available;
	struct err unavailable; /* why not, and what to do */
	unsigned runs;		/* wanted */
	struct sample_set samples, warmup;
	struct summary summary;
};

struct runner {
	struct subject *subjects;
	unsigned count;
	unsigned warmup; /* runs of each before the first that counts, or WARMUP_AUTO */
	uint64_t timeout_ns, seed;
	bool interrupted;
};

/* Probes and prepares every subject. A subject that cannot be had is marked, not an error. */
void runner_probe(struct runner *runner, struct workspace *ws);

/*
 * Makes the runs in random blocks, then the summaries. After an interrupt the samples so far are
 * kept and summarised, and runner->interrupted is set. Returns 0 or -errno.
 */
int runner_measure(struct runner *runner, struct workspace *ws, struct err *err);

/* Lets every executor undo its preparation and frees the samples; the subjects stay allocated. */
void runner_finish(struct runner *runner, struct workspace *ws);

#endif

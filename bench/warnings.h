/*
 * warnings.h - what makes a result weaker than it looks, and what to do about it.
 *
 * Owns: the judgement of host facts and samples, as sentences that name an action.
 * Does not own: printing (a callback gets each sentence) and the facts (host.h, summary.h).
 */
#ifndef CBOX_BENCH_WARNINGS_H
#define CBOX_BENCH_WARNINGS_H

#include "bench/host.h"
#include "bench/runner.h"

typedef void warning_fn(const char *text, void *arg);

/* About the machine before the first run. */
void warnings_host(const struct host *host, warning_fn *emit, void *arg);

/* About what was measured. */
void warnings_result(const struct runner *runner, warning_fn *emit, void *arg);

#endif

/*
 * report.h - results as text for a terminal, 80 columns.
 *
 * Owns: the table of a start-latency run, what stands below it (versions, failures, absences) and
 * the list of subjects. Does not own: advice (warnings.h) and files (export.h).
 */
#ifndef CBOX_BENCH_REPORT_H
#define CBOX_BENCH_REPORT_H

#include "bench/host.h"
#include "bench/runner.h"

/* Returns 0 or -errno. */
int report_start_latency(const struct runner *runner, const struct host *host, int fd);

/* Name, kind, version, accelerator and state of every subject. Returns 0 or -errno. */
int report_subjects(const struct runner *runner, int fd);

#endif

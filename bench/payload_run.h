/*
 * payload_run.h - one measured run of a command whose payload must prove that it ran.
 *
 * Owns: what counts as success for every subject that is a process: exit code 0 *and* the token
 * of this run on stdout. A runtime that refuses the host is fast; it must not win by that.
 * Does not own: the command line, and VMs, which prove themselves by their ready line.
 */
#ifndef CBOX_BENCH_PAYLOAD_RUN_H
#define CBOX_BENCH_PAYLOAD_RUN_H

#include "bench/sample.h"
#include "bench/workspace.h"
#include "user/base/err.h"

/*
 * Runs argv as child_run() does and judges it. *why describes an outcome that is not OK.
 * Returns 0, or -errno when the program could not be started at all.
 */
int payload_run(const char *const *argv, struct workspace *ws, uint64_t timeout_ns,
		struct sample *sample, struct err *why);

#endif

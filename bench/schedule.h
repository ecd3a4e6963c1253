/*
 * schedule.h - in which order the runs of all subjects are made.
 *
 * Owns: random blocks. Every block holds each subject at most once, in an order drawn anew for
 * each block, so that a disturbance of some seconds hits all subjects alike and no subject always
 * follows the same neighbour. A subject with fewer runs is spread evenly over the blocks.
 * Does not own: making the runs (runner.h).
 *
 * See: Box, Hunter and Hunter, Statistics for Experimenters, 4 (randomised block designs).
 */
#ifndef CBOX_BENCH_SCHEDULE_H
#define CBOX_BENCH_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "user/base/err.h"

struct slot {
	unsigned subject; /* index into runs[] */
	unsigned block;
};

struct schedule {
	struct slot *slots;
	size_t count;
};

/*
 * Plans runs[i] runs for each of count subjects. The same runs and seed give the same schedule.
 * Returns 0 or -ENOMEM; free with schedule_free().
 */
int schedule_plan(struct schedule *schedule, const unsigned *runs, unsigned count, uint64_t seed,
		  struct err *err);

void schedule_free(struct schedule *schedule);

#endif

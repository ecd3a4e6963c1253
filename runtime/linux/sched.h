/*
 * sched.h - how the kernel treats the process: CPU and I/O priority, OOM score, personality.
 *
 * Owns: the four settings, each for the calling process. Raw system calls only.
 * Does not own: cgroup weights (runtime/cgroup).
 *
 * See: sched_setattr(2), ioprio_set(2), proc(5) on oom_score_adj, personality(2).
 */
#ifndef CBOX_LINUX_SCHED_H
#define CBOX_LINUX_SCHED_H

#include <stdint.h>

#include "user/base/err.h"

/* Layout of struct sched_attr, version 0. */
struct sched_request {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns, deadline_ns, period_ns;
};

int sched_set(const struct sched_request *request, struct err *err);
int sched_set_io_priority(int class, int priority, struct err *err);

/* Without privilege the score can only be raised: then -EACCES, unless it is there already. */
int sched_set_oom_score(int score, struct err *err);

int sched_set_personality(uint64_t persona, struct err *err);

#endif

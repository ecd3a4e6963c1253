/*
 * sample.h - what one run of a subject gave, and all runs of a subject in the order they were made.
 *
 * Owns: the raw samples. None is ever dropped: a run that failed or hung is a sample with another
 * outcome. Does not own: taking them (runner.h) or what follows from them (summary.h).
 */
#ifndef CBOX_BENCH_SAMPLE_H
#define CBOX_BENCH_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "user/base/err.h"

enum outcome {
	OUTCOME_OK,	     /* ended with 0 and the payload's token was seen */
	OUTCOME_FAILED,	     /* ended otherwise, or ended well without running the payload */
	OUTCOME_TIMEOUT,     /* did not end in time and was killed */
	OUTCOME_INTERRUPTED, /* ended by us because the user pressed Ctrl-C: not a result */
};

struct sample {
	enum outcome outcome;
	unsigned block;	     /* of the schedule; UINT_MAX for a warm-up run */
	uint64_t started_ns; /* since the first run of the case */
	uint64_t wall_ns;
	uint64_t cpu_ns; /* user + system time of the process tree */
	uint64_t minor_faults, major_faults;
	uint64_t context_switches; /* voluntary and involuntary */
	uint64_t memory_bytes;	   /* resident memory at ready, 0 when not measured */
	uint64_t cpu_stall_ns;	   /* host PSI: time some task waited for a CPU during the run */
	uint64_t steal_ns;	   /* time the hypervisor gave our CPUs to others during the run */
};

/* Zero-initialise. */
struct sample_set {
	struct sample *items;
	size_t count, capacity;
	unsigned failures, timeouts;
	char first_error[256]; /* why the first run that was not OK was not */
};

/* Appends a copy; outcomes are counted. Returns 0 or -ENOMEM. */
int sample_add(struct sample_set *set, const struct sample *sample, struct err *err);

void sample_set_free(struct sample_set *set);

/*
 * Copies one 64-bit member (at offset within struct sample) of every OK run into out, which has
 * room for set->count values. Returns how many.
 */
size_t sample_column(const struct sample_set *set, size_t offset, uint64_t *out);

#endif

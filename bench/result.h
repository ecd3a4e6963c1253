/*
 * result.h - reading a start-latency document back.
 *
 * Owns: the samples, counters and the facts that decide whether two documents may be compared.
 * Derived figures are not read: they are made anew from the samples.
 * Does not own: writing (export.h) and comparing (compare.h).
 */
#ifndef CBOX_BENCH_RESULT_H
#define CBOX_BENCH_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "user/base/arena.h"
#include "user/base/err.h"

struct result_subject {
	const char *name, *version, *accel;
	const uint64_t *samples_ns;
	size_t count;
	uint64_t failures, timeouts;
	uint64_t minor_faults, context_switches; /* medians; 0 when the document has none */
};

struct result {
	const char *kernel, *cpu;
	struct result_subject *subjects;
	unsigned count;
};

/*
 * Reads the document at path; everything lives in arena. Returns 0, or -EINVAL with the path of
 * the member that is wrong.
 */
int result_read(struct result *result, const char *path, struct arena *arena, struct err *err);

/* The subject with this name, NULL when there is none. */
const struct result_subject *result_find(const struct result *result, const char *name);

#endif

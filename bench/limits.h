/*
 * limits.h - which limit of this host ends the growth, and at how many instances.
 *
 * Owns: reading the host's limits that instances use up, and the arithmetic: what is left divided
 * by what one instance takes; the smallest quotient binds.
 * Does not own: what an instance takes (cases/density.c measures it).
 *
 * See: proc(5): meminfo, sys/kernel/pid_max, sys/kernel/threads-max, sys/fs/file-nr, loadavg.
 */
#ifndef CBOX_BENCH_LIMITS_H
#define CBOX_BENCH_LIMITS_H

#include <stdint.h>

#define LIMITS_MAX 4

struct limit {
	const char *name;    /* "memory", "pids", "threads", "open files" */
	const char *setting; /* what lifts it */
	uint64_t left;	     /* in the unit of the limit, before the first instance */
	double each;	     /* what one instance takes */
};

/* Instances until this limit; UINT64_MAX when an instance takes none of it. */
uint64_t limit_instances(const struct limit *limit);

/* The limit with the fewest instances; NULL for none. */
const struct limit *limit_binding(const struct limit *limits, unsigned count);

/*
 * Fills limits with what is left on this host, for instances that take each_bytes of memory, one
 * process each. Returns how many were readable.
 */
unsigned limits_read(struct limit limits[LIMITS_MAX], double each_bytes);

#endif

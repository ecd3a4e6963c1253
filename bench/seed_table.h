/*
 * seed_table.h - VM against container: boot time, size, memory, kernel, isolation.
 *
 * Owns: measuring what the start-latency samples do not hold (memory and size of an idle
 * container) and printing measured values beside the figures people usually quote.
 * Does not own: the boot times; those are the medians of the run.
 *
 * How memory per container is measured: INSTANCES idle containers are started; their processes'
 * proportional set size and the growth of the kernel's own memory (slab, page tables, stacks,
 * per-CPU), which is where namespaces, mounts and cgroups live, are divided by INSTANCES. Median
 * of several rounds, because other processes' slab moves too. For a VM it is QEMU's proportional
 * set size when the guest is ready; what the host kernel holds for it is not included.
 */
#ifndef CBOX_BENCH_SEED_TABLE_H
#define CBOX_BENCH_SEED_TABLE_H

#include "bench/host.h"
#include "bench/runner.h"

struct seed_row {
	char subject[64]; /* "" when nothing of this kind could be measured */
	char accel[8];
	double boot_ns;
	uint64_t shared_bytes;		    /* on disk, once for all instances */
	uint64_t each_bytes;		    /* on disk, for each instance */
	double memory_bytes;		    /* per instance */
	struct stats_interval memory_range; /* of the rounds: lowest and highest */
	const char *memory_method;
	char kernel[64];
	char isolation[64];
	char missing[256]; /* why there is no subject */
};

struct seed_table {
	struct seed_row vm, container;
};

/*
 * Fills the table from a finished measurement, starting and ending idle containers. Returns 0, or
 * -errno when the idle containers could not be started (the other values are filled then).
 */
int seed_table_make(struct seed_table *table, struct runner *runner, struct workspace *ws,
		    const struct host *host, struct err *err);

/* Prints it, 80 columns. Returns 0 or -errno. */
int seed_table_print(const struct seed_table *table, int fd);

#endif

/*
 * convert.h - v1 values of the runtime-spec in the units of v2.
 *
 * See: cgroup-v2.rst "Weights", memory.swap.max; KEP-2254 for the formulas.
 */
#ifndef CBOX_CGROUP_CONVERT_H
#define CBOX_CGROUP_CONVERT_H

#include <stdint.h>

/*
 * cpu.shares (2-262144, default 1024) to cpu.weight (1-10000, default 100), so that both defaults
 * and both ends meet: ceil(10^((l*l + 125*l)/612 - 7/34)), l = log2(shares).
 */
uint64_t cg_weight_of_shares(uint64_t shares);

/* blkio.weight (10-1000) to io.weight (1-10000), linear. */
uint64_t cg_io_weight_of_blkio(uint64_t weight);

/*
 * The spec's swap is memory plus swap, v2's is swap alone. -1 is no limit in all three.
 * Returns 0, or -EINVAL when swap is below memory or memory has no limit.
 */
int cg_swap_of_memsw(int64_t memsw, int64_t memory, int64_t *swap);

#endif

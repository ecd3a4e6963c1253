/*
 * summary.h - the figures that are derived from a subject's raw samples.
 *
 * Owns: median, its interval, p95, the ratio to the first subject, medians of the counters.
 * Runs that failed or hung have no duration, so they are in no percentile; their number stands
 * beside every figure instead.
 * Does not own: the mathematics (user/base/stats.h) or showing it (report.h, export.h).
 */
#ifndef CBOX_BENCH_SUMMARY_H
#define CBOX_BENCH_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

#include "bench/sample.h"
#include "user/base/stats.h"

#define SUMMARY_CONFIDENCE 0.95
/* How the two intervals are made; goes into every result, so that a reader need not guess. */
#define SUMMARY_METHOD                                            \
	"ci95: order statistics of the median (binomial ranks); " \
	"ratio: percentile bootstrap of the ratio of medians, 2000 resamples"

struct summary {
	size_t count; /* successful runs */
	double median_ns, p95_ns, min_ns, max_ns;
	struct stats_interval median_ci;
	double cpu_median_ns;
	double ratio; /* median over the first subject's; 0 when either has no successful run */
	struct stats_interval ratio_ci;
	double minor_faults, major_faults, context_switches, memory_bytes; /* medians */
	size_t outliers; /* beyond 3 interquartile ranges above the third quartile; kept */
};

/*
 * Summarises count subjects; the ratios are to sets[0]. The same samples and seed give the same
 * intervals. Returns 0 or -ENOMEM.
 */
int summary_make(struct summary *summaries, const struct sample_set *const *sets, unsigned count,
		 uint64_t seed, struct err *err);

#endif

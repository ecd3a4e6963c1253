/*
 * stats.h - order statistics, confidence intervals and comparisons of measured samples.
 *
 * Owns: seeded random numbers, percentiles, the distribution-free interval of a median, the
 * bootstrap interval of a ratio of medians, and the Mann-Whitney test. All functions are pure:
 * the same samples and seed give the same answer.
 * Does not own: taking samples (bench/) or deciding what a difference means (bench/compare).
 *
 * Why medians and ranks: start times have a hard lower bound and a long tail that another
 * process on the machine makes longer. A mean follows the tail; a median does not.
 *
 * See: Conover, Practical Nonparametric Statistics, 3.2 (interval of a quantile), 5.1
 * (Mann-Whitney); Efron and Tibshirani, An Introduction to the Bootstrap, 13.
 */
#ifndef CBOX_BASE_STATS_H
#define CBOX_BASE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* splitmix64: any seed is good, including 0. */
struct stats_rng {
	uint64_t state;
};

uint64_t stats_rng_next(struct stats_rng *rng);

/* Uniform in [0, bound), without modulo bias. bound must not be 0. */
uint64_t stats_rng_below(struct stats_rng *rng, uint64_t bound);

/* Fisher-Yates: every order of the count items is equally likely. */
void stats_shuffle(unsigned *items, size_t count, struct stats_rng *rng);

void stats_sort(uint64_t *values, size_t count);

/* Linear interpolation between closest ranks (R's type 7); 0 <= fraction <= 1; 0 for no values. */
double stats_percentile(const uint64_t *sorted, size_t count, double fraction);

static inline double stats_median(const uint64_t *sorted, size_t count)
{
	return stats_percentile(sorted, count, 0.5);
}

struct stats_interval {
	double low, high;
	bool known; /* false: too few samples for this confidence */
};

/*
 * Interval of the median from order statistics: the binomial distribution gives the two ranks
 * that cover the true median with at least this confidence, whatever the distribution. Needs 6
 * samples for 95 %, 8 for 99 %.
 */
struct stats_interval stats_median_interval(const uint64_t *sorted, size_t count,
					    double confidence);

/* The fewest samples for which stats_median_interval() knows an answer. */
size_t stats_min_samples(double confidence);

/*
 * Percentile bootstrap of median(a) / median(b), samples drawn independently. Unknown when either
 * has fewer than stats_min_samples(), on ENOMEM, or when b's median can be 0.
 */
struct stats_interval stats_ratio_interval(const uint64_t *a, size_t a_count, const uint64_t *b,
					   size_t b_count, double confidence, unsigned resamples,
					   struct stats_rng *rng);

/*
 * Two-sided p-value of the Mann-Whitney test that neither sample tends to be larger: normal
 * approximation with continuity and tie correction, good from 8 samples a side. 1 on ENOMEM or
 * without samples, so that a failure never looks like a finding.
 */
double stats_mann_whitney(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count);

/* A straight line through points. */
struct stats_slope {
	double slope;
	struct stats_interval interval; /* 95 %; unknown below 3 points or when all x are equal */
};

/*
 * Least squares over count points (x, y), with the interval of the slope from the residuals and
 * Student's t. Draper and Smith, Applied Regression Analysis, 1.4.
 */
struct stats_slope stats_slope(const double *x, const double *y, size_t count);

#endif

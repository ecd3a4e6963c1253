/*
 * stats.c - see stats.h.
 */
#include "user/base/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "user/base/cleanup.h"

/* Above this many samples 2^-count leaves the range of a double. */
#define EXACT_BINOMIAL_MAX 1000

uint64_t stats_rng_next(struct stats_rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

uint64_t stats_rng_below(struct stats_rng *rng, uint64_t bound)
{
	uint64_t reject = -bound % bound, value; /* 2^64 mod bound: the values that would bias */

	do
		value = stats_rng_next(rng);
	while (value < reject);
	return value % bound;
}

void stats_shuffle(unsigned *items, size_t count, struct stats_rng *rng)
{
	for (size_t left = count; left > 1; left--) {
		size_t pick = stats_rng_below(rng, left);
		unsigned item = items[pick];

		items[pick] = items[left - 1];
		items[left - 1] = item;
	}
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void stats_sort(uint64_t *values, size_t count)
{
	if (count)
		qsort(values, count, sizeof(*values), compare_u64);
}

double stats_percentile(const uint64_t *sorted, size_t count, double fraction)
{
	double position, part;
	size_t below;

	if (!count)
		return 0;
	position = fraction * (double)(count - 1);
	below = (size_t)position;
	if (below + 1 >= count)
		return (double)sorted[count - 1];
	part = position - (double)below;
	return (double)sorted[below] * (1 - part) + (double)sorted[below + 1] * part;
}

/*
 * How many values to leave out at each end: the largest cut with P(Binomial(count, 1/2) < cut)
 * <= (1 - confidence) / 2. Ranks cut and count + 1 - cut, counted from 1, then bound the median.
 * 0 when even the whole range covers too little.
 */
static size_t median_cut(size_t count, double confidence)
{
	double tail = (1 - confidence) / 2, mass = ldexp(1, -(int)count), sum = 0;
	size_t cut = 0;

	if (count > EXACT_BINOMIAL_MAX) {
		/* Normal approximation; z is found by bisection of erfc, a few bits suffice. */
		double low = 0, high = 8;

		for (int i = 0; i < 60; i++) {
			double z = (low + high) / 2;

			*(erfc(z / M_SQRT2) / 2 > tail ? &low : &high) = z;
		}
		return (size_t)floor((double)count / 2 - high * sqrt((double)count) / 2);
	}
	while (cut < count / 2 && sum + mass <= tail) {
		sum += mass;
		mass *= (double)(count - cut) / (double)(cut + 1);
		cut++;
	}
	return cut;
}

struct stats_interval stats_median_interval(const uint64_t *sorted, size_t count, double confidence)
{
	size_t cut = median_cut(count, confidence);

	if (!cut)
		return (struct stats_interval){ 0 };
	return (struct stats_interval){ (double)sorted[cut - 1], (double)sorted[count - cut],
					true };
}

size_t stats_min_samples(double confidence)
{
	size_t count = 1;

	while (count < EXACT_BINOMIAL_MAX && !median_cut(count, confidence))
		count++;
	return count;
}

static int compare_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Median of count values drawn from sorted with replacement, by counting draws per rank. */
static double resampled_median(const uint64_t *sorted, size_t count, unsigned *draws,
			       struct stats_rng *rng)
{
	size_t lower = (count - 1) / 2, upper = count / 2, seen = 0, rank = 0;
	uint64_t low;

	memset(draws, 0, count * sizeof(*draws));
	for (size_t i = 0; i < count; i++)
		draws[stats_rng_below(rng, count)]++;
	while (seen + draws[rank] <= lower)
		seen += draws[rank++];
	low = sorted[rank];
	while (seen + draws[rank] <= upper)
		seen += draws[rank++];
	return ((double)low + (double)sorted[rank]) / 2;
}

struct stats_interval stats_ratio_interval(const uint64_t *a, size_t a_count, const uint64_t *b,
					   size_t b_count, double confidence, unsigned resamples,
					   struct stats_rng *rng)
{
	size_t larger = a_count > b_count ? a_count : b_count, needed;
	cleanup_free uint64_t *sorted = NULL;
	cleanup_free unsigned *draws = NULL;
	cleanup_free double *ratios = NULL;
	size_t cut = (size_t)((1 - confidence) / 2 * resamples);
	struct stats_interval unknown = { 0 };

	needed = stats_min_samples(confidence);
	if (a_count < needed || b_count < needed || !resamples)
		return unknown;
	sorted = calloc(a_count + b_count, sizeof(*sorted));
	draws = calloc(larger, sizeof(*draws));
	ratios = calloc(resamples, sizeof(*ratios));
	if (!sorted || !draws || !ratios)
		return unknown;
	memcpy(sorted, a, a_count * sizeof(*a));
	memcpy(sorted + a_count, b, b_count * sizeof(*b));
	stats_sort(sorted, a_count);
	stats_sort(sorted + a_count, b_count);
	for (unsigned i = 0; i < resamples; i++) {
		double top = resampled_median(sorted, a_count, draws, rng);
		double bottom = resampled_median(sorted + a_count, b_count, draws, rng);

		if (bottom <= 0)
			return unknown;
		ratios[i] = top / bottom;
	}
	qsort(ratios, resamples, sizeof(*ratios), compare_double);
	return (struct stats_interval){ ratios[cut], ratios[resamples - 1 - cut], true };
}

struct ranked {
	uint64_t value;
	bool from_a;
};

static int compare_ranked(const void *a, const void *b)
{
	return compare_u64(&((const struct ranked *)a)->value, &((const struct ranked *)b)->value);
}

double stats_mann_whitney(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count)
{
	size_t total = a_count + b_count;
	double na = (double)a_count, nb = (double)b_count, n = na + nb;
	double rank_sum = 0, ties = 0, distance, variance;
	cleanup_free struct ranked *all = NULL;

	if (!a_count || !b_count)
		return 1;
	all = calloc(total, sizeof(*all));
	if (!all)
		return 1;
	for (size_t i = 0; i < total; i++)
		all[i] = (struct ranked){ i < a_count ? a[i] : b[i - a_count], i < a_count };
	qsort(all, total, sizeof(*all), compare_ranked);
	for (size_t i = 0, end; i < total; i = end) {
		double rank, tied;

		for (end = i + 1; end < total && all[end].value == all[i].value; end++)
			;
		tied = (double)(end - i);
		rank = ((double)i + 1 + (double)end) / 2; /* ties share the mean of their ranks */
		ties += tied * tied * tied - tied;
		for (size_t j = i; j < end; j++)
			rank_sum += all[j].from_a ? rank : 0;
	}
	distance = fabs(rank_sum - na * (na + 1) / 2 - na * nb / 2) - 0.5;
	variance = na * nb / 12 * (n + 1 - ties / (n * (n - 1)));
	if (variance <= 0 || distance <= 0)
		return 1;
	return erfc(distance / sqrt(variance) / M_SQRT2);
}

/* 97.5 % quantile of Student's t for 1 to 30 degrees of freedom; 1.96 is the limit. */
static double student_t(size_t degrees)
{
	static const double table[] = {
		12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
		2.201,	2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
		2.080,	2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
	};

	return degrees <= ARRAY_LEN(table) ? table[degrees - 1] : 1.96;
}

struct stats_slope stats_slope(const double *x, const double *y, size_t count)
{
	double mean_x = 0, mean_y = 0, sxx = 0, sxy = 0, residuals = 0, half;
	struct stats_slope line = { 0 };

	for (size_t i = 0; i < count; i++) {
		mean_x += x[i] / (double)count;
		mean_y += y[i] / (double)count;
	}
	for (size_t i = 0; i < count; i++) {
		sxx += (x[i] - mean_x) * (x[i] - mean_x);
		sxy += (x[i] - mean_x) * (y[i] - mean_y);
	}
	if (sxx <= 0)
		return line;
	line.slope = sxy / sxx;
	if (count < 3)
		return line;
	for (size_t i = 0; i < count; i++) {
		double error = y[i] - mean_y - line.slope * (x[i] - mean_x);

		residuals += error * error;
	}
	half = student_t(count - 2) * sqrt(residuals / (double)(count - 2) / sxx);
	line.interval = (struct stats_interval){ line.slope - half, line.slope + half, true };
	return line;
}

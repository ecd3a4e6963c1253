/*
 * stats_test.c - statistics against known answers and known distributions.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "user/base/stats.h"

#define TRIALS 1000

/* Skewed like start times: a floor, an exponential body, a rare long tail. True median known. */
static uint64_t noisy_start_ns(struct stats_rng *rng, double scale)
{
	double unit = ((double)(stats_rng_next(rng) >> 11) + 0.5) / 9007199254740992.0;
	double ns = 5e6 - 1e6 * log(unit);

	if (stats_rng_below(rng, 20) == 0)
		ns += 2e7;
	return (uint64_t)(ns * scale);
}

static void fill(uint64_t *samples, size_t count, struct stats_rng *rng, double scale)
{
	for (size_t i = 0; i < count; i++)
		samples[i] = noisy_start_ns(rng, scale);
}

Test(stats, random_numbers_repeat_with_their_seed)
{
	struct stats_rng a = { 7 }, b = { 7 }, c = { 8 };

	cr_assert_eq(stats_rng_next(&a), stats_rng_next(&b));
	cr_assert_neq(stats_rng_next(&a), stats_rng_next(&c));
}

Test(stats, below_reaches_every_value_evenly)
{
	struct stats_rng rng = { 1 };
	unsigned hits[5] = { 0 };

	for (int i = 0; i < 50000; i++)
		hits[stats_rng_below(&rng, 5)]++;
	for (int i = 0; i < 5; i++)
		cr_assert(hits[i] > 9600 && hits[i] < 10400, "value %d came %u times", i, hits[i]);
}

Test(stats, shuffle_makes_every_order_equally_likely)
{
	struct stats_rng rng = { 3 };
	unsigned seen[27] = { 0 }, orders = 0;

	for (int i = 0; i < 6000; i++) {
		unsigned items[] = { 0, 1, 2 };

		stats_shuffle(items, 3, &rng);
		seen[items[0] * 9 + items[1] * 3 + items[2]]++;
	}
	for (int i = 0; i < 27; i++) {
		orders += seen[i] > 0;
		cr_assert(!seen[i] || (seen[i] > 870 && seen[i] < 1130), "order %d: %u", i,
			  seen[i]);
	}
	cr_assert_eq(orders, 6);
}

Test(stats, percentile_interpolates_like_type_7)
{
	uint64_t values[] = { 40, 10, 30, 20 };

	stats_sort(values, 4);
	cr_assert_float_eq(stats_percentile(values, 4, 0.5), 25, 1e-9);
	cr_assert_float_eq(stats_percentile(values, 4, 0), 10, 1e-9);
	cr_assert_float_eq(stats_percentile(values, 4, 1), 40, 1e-9);
	cr_assert_float_eq(stats_percentile(values, 4, 0.95), 38.5, 1e-9);
	cr_assert_float_eq(stats_percentile(values, 1, 0.95), 10, 1e-9);
	cr_assert_float_eq(stats_percentile(values, 0, 0.5), 0, 1e-9);
}

Test(stats, median_interval_uses_the_tabulated_ranks)
{
	/* Ranks from published tables of the sign-test interval, 95 %: n, lower rank. */
	static const struct {
		size_t count, rank;
	} table[] = { { 6, 1 }, { 8, 1 }, { 9, 2 }, { 10, 2 }, { 20, 6 }, { 30, 10 }, { 100, 40 } };
	uint64_t values[100];

	for (size_t i = 0; i < 100; i++)
		values[i] = i + 1;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		size_t count = table[i].count;
		struct stats_interval ci = stats_median_interval(values, count, 0.95);

		cr_assert(ci.known);
		cr_assert_eq((size_t)ci.low, table[i].rank, "n=%zu: %g", count, ci.low);
		cr_assert_eq((size_t)ci.high, count + 1 - table[i].rank);
	}
	cr_assert_not(stats_median_interval(values, 5, 0.95).known);
	cr_assert_eq(stats_min_samples(0.95), 6);
	cr_assert_eq(stats_min_samples(0.99), 8);
}

Test(stats, median_interval_of_many_samples_joins_the_exact_one)
{
	static uint64_t values[1001];
	struct stats_interval exact, normal;

	for (size_t i = 0; i < 1001; i++)
		values[i] = i;
	exact = stats_median_interval(values, 1000, 0.95);
	normal = stats_median_interval(values, 1001, 0.95);
	cr_assert(fabs(exact.low - normal.low) <= 2 && fabs(exact.high - normal.high) <= 2);
}

Test(stats, median_interval_covers_the_true_median_as_often_as_it_says)
{
	struct stats_rng rng = { 11 };
	static uint64_t big[200001], s[25];
	unsigned covered = 0;
	double truth;

	fill(big, 200001, &rng, 1);
	stats_sort(big, 200001);
	truth = stats_median(big, 200001);
	for (int t = 0; t < TRIALS; t++) {
		struct stats_interval ci;

		fill(s, 25, &rng, 1);
		stats_sort(s, 25);
		ci = stats_median_interval(s, 25, 0.95);
		covered += ci.low <= truth && truth <= ci.high;
	}
	cr_assert(covered >= 940, "covered %u of %d", covered, TRIALS);
	cr_assert(covered <= 985, "too wide: covered %u of %d", covered, TRIALS);
}

Test(stats, ratio_interval_covers_the_true_ratio)
{
	struct stats_rng rng = { 12 };
	uint64_t a[40], b[40];
	unsigned covered = 0;

	for (int t = 0; t < 300; t++) {
		struct stats_interval ci;

		fill(a, 40, &rng, 3);
		fill(b, 40, &rng, 1);
		ci = stats_ratio_interval(a, 40, b, 40, 0.95, 400, &rng);
		cr_assert(ci.known && ci.low <= ci.high);
		covered += ci.low <= 3 && 3 <= ci.high;
	}
	cr_assert(covered >= 276, "covered %u of 300", covered);
}

Test(stats, ratio_interval_is_unknown_rather_than_made_up)
{
	uint64_t few[5] = { 1, 2, 3, 4, 5 }, zero[8] = { 0 }, some[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct stats_rng rng = { 1 };

	cr_assert_not(stats_ratio_interval(few, 5, some, 8, 0.95, 100, &rng).known);
	cr_assert_not(stats_ratio_interval(some, 8, zero, 8, 0.95, 100, &rng).known);
}

Test(stats, mann_whitney_gives_the_textbook_value)
{
	/* U = 1 of 25; z = (12.5 - 1 - 0.5) / sqrt(22.9167) = 2.2978; p = 0.02157. */
	uint64_t a[] = { 1, 2, 3, 4, 6 }, b[] = { 5, 7, 8, 9, 10 };

	cr_assert_float_eq(stats_mann_whitney(a, 5, b, 5), 0.02157, 1e-4);
	cr_assert_float_eq(stats_mann_whitney(b, 5, a, 5), 0.02157, 1e-4);
}

Test(stats, mann_whitney_finds_nothing_in_equal_or_absent_samples)
{
	uint64_t same[] = { 7, 7, 7, 7 };

	cr_assert_eq(stats_mann_whitney(same, 4, same, 4), 1);
	cr_assert_eq(stats_mann_whitney(same, 0, same, 4), 1);
}

Test(stats, mann_whitney_raises_false_alarms_no_more_often_than_its_level)
{
	struct stats_rng rng = { 13 };
	uint64_t a[50], b[50];
	unsigned alarms = 0;

	for (int t = 0; t < TRIALS; t++) {
		fill(a, 50, &rng, 1);
		fill(b, 50, &rng, 1);
		alarms += stats_mann_whitney(a, 50, b, 50) < 0.01;
	}
	cr_assert(alarms <= 20, "%u alarms in %d comparisons at level 0.01", alarms, TRIALS);
}

Test(stats, slope_of_a_line_is_exact_and_certain)
{
	const double x[] = { 0, 50, 100, 150 }, y[] = { 7, 107, 207, 307 };
	struct stats_slope line = stats_slope(x, y, 4);

	cr_assert_float_eq(line.slope, 2, 1e-12);
	cr_assert(line.interval.known);
	cr_assert_float_eq(line.interval.low, 2, 1e-9);
	cr_assert_float_eq(line.interval.high, 2, 1e-9);
}

Test(stats, slope_interval_is_the_textbook_one)
{
	/* Sxx = 10, residual sum of squares 3.1, t(3) = 3.182: 3.182 * sqrt(3.1 / 3 / 10). */
	const double x[] = { 1, 2, 3, 4, 5 }, y[] = { 1, 3, 2, 5, 4.5 };
	struct stats_slope line = stats_slope(x, y, 5);

	cr_assert_float_eq(line.slope, 0.9, 1e-12);
	cr_assert_float_eq(line.interval.high - line.slope, 1.0229, 1e-3);
}

Test(stats, slope_needs_different_places_and_three_points)
{
	const double same[] = { 5, 5, 5 }, x[] = { 1, 2 }, y[] = { 1, 2, 3 };

	cr_assert_not(stats_slope(same, y, 3).interval.known);
	cr_assert_not(stats_slope(x, y, 2).interval.known);
	cr_assert_float_eq(stats_slope(x, y, 2).slope, 1, 1e-12);
}

/*
 * compare_test.c - false alarms and power of the verdict on skewed, long-tailed noise.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "bench/compare.h"

#define RUNS 600

static const struct compare_rule rule = { .alpha = 0.01, .floor = 0.03, .seed = 1 };

/* A floor, an exponential body, and in one of twenty runs another process in the way. */
static void fill(uint64_t *samples, struct stats_rng *rng, double scale)
{
	for (int i = 0; i < RUNS; i++) {
		double unit = ((double)(stats_rng_next(rng) >> 11) + 0.5) / 9007199254740992.0;
		double ns = 5e6 - 8e5 * log(unit);

		if (stats_rng_below(rng, 20) == 0)
			ns += 2e7;
		samples[i] = (uint64_t)(ns * scale);
	}
}

static struct comparison compare(uint64_t *a, uint64_t *b, size_t count)
{
	const struct result_subject before = { .accel = "none", .samples_ns = a, .count = count };
	const struct result_subject after = { .accel = "none", .samples_ns = b, .count = count };

	return compare_subjects(&before, &after, &rule);
}

TestSuite(compare, .timeout = 60);

Test(compare, the_same_build_is_never_called_slower_in_100_comparisons)
{
	static uint64_t a[RUNS], b[RUNS];
	struct stats_rng rng = { 21 };
	unsigned alarms = 0;

	for (int t = 0; t < 100; t++) {
		enum verdict verdict;

		fill(a, &rng, 1);
		fill(b, &rng, 1);
		verdict = compare(a, b, RUNS).verdict;
		alarms += verdict == VERDICT_SLOWER || verdict == VERDICT_FASTER;
	}
	cr_assert(alarms <= 1, "%u false alarms", alarms);
}

Test(compare, a_true_shift_of_5_percent_is_found_in_95_of_100_tries)
{
	static uint64_t a[RUNS], b[RUNS];
	struct stats_rng rng = { 22 };
	unsigned found = 0;

	for (int t = 0; t < 100; t++) {
		fill(a, &rng, 1);
		fill(b, &rng, 1.05);
		found += t % 2 ? compare(a, b, RUNS).verdict == VERDICT_SLOWER
			       : compare(b, a, RUNS).verdict == VERDICT_FASTER;
	}
	cr_assert(found >= 95, "found %u of 100", found);
}

Test(compare, a_shift_below_the_floor_is_no_alarm_however_significant)
{
	static uint64_t a[RUNS], b[RUNS];

	for (int i = 0; i < RUNS; i++) {
		a[i] = 1000000 + (uint64_t)i;
		b[i] = 1010000 + (uint64_t)i;
	}
	cr_assert(compare(a, b, RUNS).p_value < 0.001);
	cr_assert_eq(compare(a, b, RUNS).verdict, VERDICT_SAME);
}

Test(compare, few_samples_are_unclear_and_not_the_same)
{
	uint64_t a[] = { 100, 101, 102 }, b[] = { 200, 201, 202 };

	cr_assert_eq(compare(a, b, 3).verdict, VERDICT_UNCLEAR);
	cr_assert_eq(compare(a, b, 0).verdict, VERDICT_UNCLEAR);
}

Test(compare, kvm_is_not_compared_with_tcg)
{
	uint64_t a[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	const struct result_subject kvm = { .accel = "kvm", .samples_ns = a, .count = 8 };
	const struct result_subject tcg = { .accel = "tcg", .samples_ns = a, .count = 8 };

	cr_assert_eq(compare_subjects(&kvm, &tcg, &rule).verdict, VERDICT_INCOMPARABLE);
}

/*
 * summary_test.c - figures derived from samples that are known.
 */
#include <criterion/criterion.h>

#include "bench/summary.h"

static void fill(struct sample_set *set, unsigned count, uint64_t first_ns, uint64_t step_ns)
{
	struct err err = { 0 };

	for (unsigned i = 0; i < count; i++) {
		struct sample s = { .wall_ns = first_ns + i * step_ns,
				    .cpu_ns = 10 + i,
				    .minor_faults = 400 };

		cr_assert_eq(sample_add(set, &s, &err), 0);
	}
}

Test(summary, ratios_are_to_the_first_subject)
{
	struct sample_set a = { 0 }, b = { 0 };
	const struct sample_set *sets[] = { &a, &b };
	struct summary made[2];
	struct err err = { 0 };

	fill(&a, 21, 1000, 1);
	fill(&b, 21, 3030, 0);
	cr_assert_eq(summary_make(made, sets, 2, 1, &err), 0);
	cr_assert_float_eq(made[0].median_ns, 1010, 1e-9);
	cr_assert_float_eq(made[0].ratio, 1, 1e-9);
	cr_assert_not(made[0].ratio_ci.known);
	cr_assert_float_eq(made[1].ratio, 3, 1e-9);
	cr_assert(made[1].ratio_ci.low <= 3 && made[1].ratio_ci.high >= 3);
	cr_assert(made[1].ratio_ci.high - made[1].ratio_ci.low < 0.1);
	cr_assert_float_eq(made[0].minor_faults, 400, 1e-9);
	cr_assert_float_eq(made[0].cpu_median_ns, 20, 1e-9);
	sample_set_free(&a);
	sample_set_free(&b);
}

Test(summary, a_subject_that_never_succeeded_has_no_figures)
{
	struct sample_set good = { 0 }, bad = { 0 };
	const struct sample_set *sets[] = { &bad, &good };
	struct sample failed = { .outcome = OUTCOME_FAILED, .wall_ns = 1 };
	struct summary made[2];
	struct err err = { 0 };

	fill(&good, 10, 100, 1);
	cr_assert_eq(sample_add(&bad, &failed, &err), 0);
	cr_assert_eq(summary_make(made, sets, 2, 1, &err), 0);
	cr_assert_eq(made[0].count, 0);
	cr_assert_eq(made[0].median_ns, 0);
	cr_assert_eq(made[1].count, 10);
	cr_assert_eq(made[1].ratio, 0, "a ratio to nothing was made up");
	sample_set_free(&good);
	sample_set_free(&bad);
}

Test(summary, outliers_are_counted_and_stay_in_the_figures)
{
	struct sample_set set = { 0 };
	const struct sample_set *sets[] = { &set };
	struct sample slow = { .wall_ns = 1000000 };
	struct summary made;
	struct err err = { 0 };

	fill(&set, 40, 1000, 1);
	cr_assert_eq(sample_add(&set, &slow, &err), 0);
	cr_assert_eq(summary_make(&made, sets, 1, 1, &err), 0);
	cr_assert_eq(made.outliers, 1);
	cr_assert_eq(made.count, 41);
	cr_assert_float_eq(made.max_ns, 1e6, 1e-9);
	sample_set_free(&set);
}

Test(summary, the_same_seed_gives_the_same_interval)
{
	struct sample_set a = { 0 }, b = { 0 };
	const struct sample_set *sets[] = { &a, &b };
	struct summary one[2], two[2];
	struct err err = { 0 };

	fill(&a, 30, 1000, 13);
	fill(&b, 30, 2000, 17);
	cr_assert_eq(summary_make(one, sets, 2, 77, &err), 0);
	cr_assert_eq(summary_make(two, sets, 2, 77, &err), 0);
	cr_assert_eq(one[1].ratio_ci.low, two[1].ratio_ci.low);
	cr_assert_eq(one[1].ratio_ci.high, two[1].ratio_ci.high);
	sample_set_free(&a);
	sample_set_free(&b);
}

/*
 * sample_test.c - failures are kept and counted, and only successful runs have a duration.
 */
#include <criterion/criterion.h>
#include <stddef.h>

#include "bench/sample.h"

Test(sample, failures_and_timeouts_are_samples_without_a_duration)
{
	const struct sample runs[] = {
		{ .outcome = OUTCOME_OK, .wall_ns = 5 },
		{ .outcome = OUTCOME_FAILED, .wall_ns = 1 },
		{ .outcome = OUTCOME_TIMEOUT, .wall_ns = 99 },
		{ .outcome = OUTCOME_OK, .wall_ns = 7 },
	};
	struct sample_set set = { 0 };
	struct err err = { 0 };
	uint64_t walls[4];

	for (int i = 0; i < 4; i++)
		cr_assert_eq(sample_add(&set, &runs[i], &err), 0);
	cr_assert_eq(set.count, 4);
	cr_assert_eq(set.failures, 1);
	cr_assert_eq(set.timeouts, 1);
	cr_assert_eq(sample_column(&set, offsetof(struct sample, wall_ns), walls), 2);
	cr_assert_eq(walls[0], 5);
	cr_assert_eq(walls[1], 7);
	sample_set_free(&set);
	cr_assert_null(set.items);
}

Test(sample, many_samples_keep_their_order)
{
	struct sample_set set = { 0 };
	struct err err = { 0 };

	for (uint64_t i = 0; i < 1000; i++) {
		struct sample sample = { .wall_ns = i };

		cr_assert_eq(sample_add(&set, &sample, &err), 0);
	}
	for (uint64_t i = 0; i < 1000; i++)
		cr_assert_eq(set.items[i].wall_ns, i);
	sample_set_free(&set);
}

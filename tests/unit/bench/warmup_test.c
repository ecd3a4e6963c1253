/*
 * warmup_test.c - warm when the fastest run stops getting faster, noise or not.
 */
#include <criterion/criterion.h>

#include "bench/warmup.h"

static bool done(const uint64_t *walls, size_t count)
{
	struct sample_set set = { 0 };
	struct err err = { 0 };
	bool result;

	for (size_t i = 0; i < count; i++) {
		struct sample s = { .wall_ns = walls[i],
				    .outcome = walls[i] ? OUTCOME_OK : OUTCOME_FAILED };

		cr_assert_eq(sample_add(&set, &s, &err), 0);
	}
	result = warmup_done(&set);
	sample_set_free(&set);
	return result;
}

Test(warmup, needs_a_run_to_compare_with)
{
	const uint64_t walls[] = { 100, 100, 100, 100 };

	cr_assert_not(done(walls, 0));
	cr_assert_not(done(walls, 3));
	cr_assert(done(walls, 4));
}

Test(warmup, goes_on_while_the_fastest_run_improves)
{
	const uint64_t walls[] = { 300, 200, 150, 120, 101, 100, 100, 100 };

	for (size_t n = 4; n < 8; n++)
		cr_assert_not(done(walls, n), "warm after %zu runs", n);
	cr_assert(done(walls, 8));
}

Test(warmup, slow_runs_of_a_busy_machine_do_not_prolong_it)
{
	const uint64_t walls[] = { 100, 900, 400, 700 };

	cr_assert(done(walls, 4));
}

Test(warmup, a_subject_that_only_fails_is_not_waited_for)
{
	const uint64_t walls[] = { 0, 0, 0 };

	cr_assert(done(walls, 3));
}

/*
 * limits_test.c - the smallest quotient binds, and the host's limits can be read.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bench/limits.h"

Test(limits, the_limit_with_the_fewest_instances_binds)
{
	const struct limit limits[] = {
		{ "memory", "", 1000000, 100 }, /* 10,000 */
		{ "pids", "", 4000, 1 },	/* 4,000 */
		{ "ports", "", 10, 0 },		/* takes none */
	};

	cr_assert_eq(limit_instances(&limits[0]), 10000);
	cr_assert_eq(limit_instances(&limits[2]), UINT64_MAX);
	cr_assert_str_eq(limit_binding(limits, 3)->name, "pids");
	cr_assert_null(limit_binding(limits, 0));
}

Test(limits, of_this_host_are_read_and_the_larger_instance_fits_less_often)
{
	struct limit small[LIMITS_MAX], large[LIMITS_MAX];

	cr_assert(limits_read(small, 1 << 20) >= 2);
	cr_assert(limits_read(large, 1 << 24) >= 2);
	cr_assert_str_eq(small[0].name, "memory");
	cr_assert(small[0].left > 0);
	cr_assert(limit_instances(&small[0]) > limit_instances(&large[0]));
}

/*
 * convert_test.c - the fixed-point formulas against libm's, over their whole range.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>

#include "runtime/cgroup/convert.h"

Test(convert, ends_and_defaults_of_shares_meet_those_of_weight)
{
	cr_assert_eq(cg_weight_of_shares(0), 1);
	cr_assert_eq(cg_weight_of_shares(2), 1);
	cr_assert_eq(cg_weight_of_shares(1024), 100);
	cr_assert_eq(cg_weight_of_shares(262144), 10000);
	cr_assert_eq(cg_weight_of_shares(1ULL << 40), 10000);
}

Test(convert, every_share_gives_the_weight_of_the_formula)
{
	for (uint64_t shares = 3; shares < 262144; shares++) {
		long double l = log2l((long double)shares);
		long double exact = powl(10.0L, (l * l + 125.0L * l - 126.0L) / 612.0L);
		uint64_t weight = cg_weight_of_shares(shares);

		/* libm may miss an exact integer by a hair; beyond that there is one answer */
		if (fabsl(exact - roundl(exact)) < 1e-9L)
			cr_assert_eq(weight, (uint64_t)roundl(exact), "%lu", shares);
		else
			cr_assert_eq(weight, (uint64_t)ceill(exact), "%lu: %lu", shares, weight);
	}
}

Test(convert, io_weight_is_linear)
{
	cr_assert_eq(cg_io_weight_of_blkio(10), 1);
	cr_assert_eq(cg_io_weight_of_blkio(500), 1 + 490 * 9999 / 990);
	cr_assert_eq(cg_io_weight_of_blkio(1000), 10000);
}

Test(convert, swap_is_what_is_above_memory)
{
	int64_t swap = 7;

	cr_assert_eq(cg_swap_of_memsw(300, 100, &swap), 0);
	cr_assert_eq(swap, 200);
	cr_assert_eq(cg_swap_of_memsw(100, 100, &swap), 0);
	cr_assert_eq(swap, 0);
	cr_assert_eq(cg_swap_of_memsw(-1, 0, &swap), 0);
	cr_assert_eq(swap, -1);
	cr_assert_eq(cg_swap_of_memsw(99, 100, &swap), -EINVAL);
	cr_assert_eq(cg_swap_of_memsw(99, 0, &swap), -EINVAL);
	cr_assert_eq(cg_swap_of_memsw(99, -1, &swap), -EINVAL);
}

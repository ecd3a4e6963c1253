/*
 * num_test.c - strict number parsing: what is refused matters more than what is read.
 */
#include <criterion/criterion.h>
#include <errno.h>

#include "user/base/num.h"

Test(num, reads_the_largest_u64)
{
	uint64_t v;

	cr_assert_eq(num_u64("18446744073709551615", &v), 0);
	cr_assert_eq(v, UINT64_MAX);
	cr_assert_eq(num_u64("18446744073709551616", &v), -ERANGE);
}

Test(num, refuses_signs_blanks_and_other_bases)
{
	static const char *const bad[] = {
		"", " 1", "1 ", "+1", "-1", "0x10", "1e3", "1.0", "one"
	};
	uint64_t v;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(num_u64(bad[i], &v), -EINVAL, "'%s' was read", bad[i]);
}

Test(num, u32_ends_at_four_billion)
{
	uint32_t v;

	cr_assert_eq(num_u32("4294967295", &v), 0);
	cr_assert_eq(num_u32("4294967296", &v), -ERANGE);
}

Test(num, i64_reads_both_ends)
{
	int64_t v;

	cr_assert_eq(num_i64("-9223372036854775808", &v), 0);
	cr_assert_eq(v, INT64_MIN);
	cr_assert_eq(num_i64("9223372036854775808", &v), -ERANGE);
	cr_assert_eq(num_i64("--1", &v), -EINVAL);
}

Test(num, size_knows_binary_suffixes)
{
	uint64_t v;

	cr_assert_eq(num_size("64m", &v), 0);
	cr_assert_eq(v, 64u << 20);
	cr_assert_eq(num_size("2GiB", &v), 0);
	cr_assert_eq(v, 2ull << 30);
	cr_assert_eq(num_size("100b", &v), 0);
	cr_assert_eq(v, 100);
	cr_assert_eq(num_size("1x", &v), -EINVAL);
	cr_assert_eq(num_size("m", &v), -EINVAL);
	cr_assert_eq(num_size("99999999999g", &v), -ERANGE);
}

Test(num, nano_scales_fractions)
{
	uint64_t v;

	cr_assert_eq(num_nano("1.5", &v), 0);
	cr_assert_eq(v, 1500000000);
	cr_assert_eq(num_nano("0.05", &v), 0);
	cr_assert_eq(v, 50000000);
	cr_assert_eq(num_nano("1.", &v), -EINVAL);
	cr_assert_eq(num_nano(".5", &v), -EINVAL);
}

Test(num, duration_reads_units)
{
	uint64_t v;

	cr_assert_eq(num_duration("250ms", &v), 0);
	cr_assert_eq(v, 250000000);
	cr_assert_eq(num_duration("2h", &v), 0);
	cr_assert_eq(v, 7200000000000);
	cr_assert_eq(num_duration("10", &v), 0);
	cr_assert_eq(v, 10000000000);
	cr_assert_eq(num_duration("10 s", &v), -EINVAL);
}

Test(num, octal_is_bounded)
{
	uint32_t v;

	cr_assert_eq(num_octal("0755", 07777, &v), 0);
	cr_assert_eq(v, 0755);
	cr_assert_eq(num_octal("10000", 07777, &v), -ERANGE);
	cr_assert_eq(num_octal("8", 07777, &v), -EINVAL);
}

/*
 * clock_test.c - RFC 3339 text against gmtime, and ages in words.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "user/base/clock.h"

Test(clock, dates_agree_with_gmtime_over_four_centuries)
{
	char ours[CLOCK_RFC3339_SIZE], libc[64];
	struct tm tm;

	for (uint64_t s = 0; s < 400ULL * 365 * 86400; s += 86400 * 7 + 3661) {
		time_t t = (time_t)s;

		gmtime_r(&t, &tm);
		strftime(libc, sizeof(libc), "%Y-%m-%dT%H:%M:%S.000000007Z", &tm);
		cr_assert_str_eq(clock_rfc3339(s * 1000000000ULL + 7, ours), libc);
	}
}

Test(clock, leap_days_exist)
{
	char text[CLOCK_RFC3339_SIZE];

	cr_assert_str_eq(clock_rfc3339(951782400ULL * 1000000000ULL, text),
			 "2000-02-29T00:00:00.000000000Z");
}

Test(clock, the_largest_time_fits)
{
	char text[CLOCK_RFC3339_SIZE];

	clock_rfc3339(UINT64_MAX, text);
	cr_assert_eq(strncmp(text, "2554-", 5), 0);
}

Test(clock, ages_are_in_the_largest_unit)
{
	const uint64_t second = 1000000000ULL;
	char text[32];

	clock_age(second / 2, text, sizeof(text));
	cr_assert_str_eq(text, "Less than a second");
	clock_age(second, text, sizeof(text));
	cr_assert_str_eq(text, "1 second");
	clock_age(119 * second, text, sizeof(text));
	cr_assert_str_eq(text, "1 minute");
	clock_age(3 * 86400 * second, text, sizeof(text));
	cr_assert_str_eq(text, "3 days");
}

Test(clock, monotonic_time_moves_on)
{
	uint64_t before = clock_ns(CLOCK_MONOTONIC);

	cr_assert_gt(before, 0);
	cr_assert_geq(clock_ns(CLOCK_MONOTONIC), before);
}

/*
 * text_test.c - figures for people at the edges where a unit or a digit changes.
 */
#include <criterion/criterion.h>

#include "bench/text.h"

Test(text, durations_change_unit_before_they_grow_a_fourth_digit)
{
	char buf[32];

	cr_assert_str_eq(text_duration(812000, buf, sizeof(buf)), "812 us");
	cr_assert_str_eq(text_duration(999600, buf, sizeof(buf)), "1.00 ms");
	cr_assert_str_eq(text_duration(7214000, buf, sizeof(buf)), "7.21 ms");
	cr_assert_str_eq(text_duration(9996000, buf, sizeof(buf)), "10.0 ms");
	cr_assert_str_eq(text_duration(1.53e9, buf, sizeof(buf)), "1.53 s");
}

Test(text, bytes_use_binary_units)
{
	char buf[32];

	cr_assert_str_eq(text_bytes(512, buf, sizeof(buf)), "512 B");
	cr_assert_str_eq(text_bytes(275 * 1024, buf, sizeof(buf)), "275 KiB");
	cr_assert_str_eq(text_bytes(1023.9 * 1024, buf, sizeof(buf)), "1.00 MiB");
	cr_assert_str_eq(text_bytes(136.0 * 1024 * 1024, buf, sizeof(buf)), "136 MiB");
}

/*
 * ns_test.c - the text the kernel wants in uid_map.
 */
#include <criterion/criterion.h>

#include "runtime/linux/ns.h"

Test(ns, a_map_is_one_line_a_range)
{
	const struct ns_id_map maps[] = { { 0, 100000, 65536 }, { 70000, 1000, 1 } };
	char text[64];

	cr_assert_eq(ns_format_map(maps, 2, text, sizeof(text)), 28);
	cr_assert_str_eq(text, "0 100000 65536\n70000 1000 1\n");
}

Test(ns, a_map_that_does_not_fit_is_refused)
{
	const struct ns_id_map maps[] = { { 0, 100000, 65536 } };
	char text[8];

	cr_assert_eq(ns_format_map(maps, 1, text, sizeof(text)), -E2BIG);
}

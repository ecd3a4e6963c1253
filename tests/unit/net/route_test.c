/*
 * route_test.c - reading the host's routes.
 */
#include <criterion/criterion.h>

#include "runtime/net/route.h"

static int check(const struct prefix *prefix, void *context)
{
	++*(int *)context;
	cr_assert_neq(prefix->len, 0, "default routes block nothing");
	cr_assert_neq(prefix->ip.family, 0);
	return 0;
}

Test(route, the_list_is_read_without_privilege)
{
	struct err err = { 0 };
	int seen = 0;

	cr_assert_eq(route_list(check, &seen, &err), 0, "%s", err.message);
}

Test(route, only_our_device_names_have_a_number)
{
	uint32_t n;

	cr_assert(route_device_number("cbox12", &n));
	cr_assert_eq(n, 12);
	cr_assert_not(route_device_number("cbox", &n));
	cr_assert_not(route_device_number("cbox1v", &n));
	cr_assert_not(route_device_number("docker0", &n));
}

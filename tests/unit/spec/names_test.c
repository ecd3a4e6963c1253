/*
 * names_test.c - names of capabilities, limits and namespaces, both ways.
 */
#include <criterion/criterion.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sys/resource.h>

#include "runtime/spec/names.h"
#include "runtime/spec/spec.h"

Test(names, every_capability_of_the_header_has_one)
{
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++) {
		cr_assert_not_null(spec_cap_name(i), "capability %u", i);
		cr_assert_eq(spec_cap_number(spec_cap_name(i)), (int)i);
	}
	cr_assert_null(spec_cap_name(CAP_LAST_CAP + 1));
}

Test(names, every_resource_limit_has_one)
{
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		cr_assert_not_null(spec_rlimit_name(i), "limit %d", i);
		cr_assert_eq(spec_rlimit_number(spec_rlimit_name(i)), i);
	}
	cr_assert_null(spec_rlimit_name(RLIM_NLIMITS));
	cr_assert_null(spec_rlimit_name(-1));
}

Test(names, spelling_is_exact)
{
	cr_assert_eq(spec_cap_number("cap_chown"), -1);
	cr_assert_eq(spec_cap_number("CHOWN"), -1);
	cr_assert_eq(spec_rlimit_number("NOFILE"), -1);
}

Test(names, namespaces_know_their_proc_name_and_flag)
{
	cr_assert_str_eq(spec_ns_name(SPEC_NS_NET), "network");
	cr_assert_str_eq(spec_ns_proc_name(SPEC_NS_MOUNT), "mnt");
	cr_assert_eq(spec_ns_clone_flag(SPEC_NS_TIME), CLONE_NEWTIME);
	cr_assert_str_eq(spec_hook_name(SPEC_HOOK_CREATE_CONTAINER), "createContainer");
}

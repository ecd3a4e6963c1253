/*
 * passwd_test.c - users by name and number; numbers no kernel may see are refused.
 */
#include "runtime/cli/passwd.h"

#include <criterion/criterion.h>
#include <string.h>

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "app:x:1000:100::/home/app:/bin/sh\n"
			     "broken:x:12\n"
			     "minus:x:4294967295:0:::\n";
static const char group[] = "root:x:0:\nusers:x:100:\nstaff:x:50:bob,app\nwheel:x:10:app\n"
			    "apple:x:7:appl,xapp\n";

static int resolve(const char *user, struct spec_user *out, struct err *err)
{
	static struct arena arena;

	memset(out, 0, sizeof(*out));
	err_reset(err);
	return passwd_resolve(&arena, user, passwd, group, out, err);
}

Test(passwd, a_name_brings_its_groups)
{
	struct spec_user u;
	struct err err = { 0 };

	cr_assert_eq(resolve("app", &u, &err), 0, "%s", err.message);
	cr_assert(u.uid == 1000 && u.gid == 100);
	cr_assert_eq(u.additional_gid_count, 2);
	cr_assert(u.additional_gids[0] == 50 && u.additional_gids[1] == 10);
}

Test(passwd, a_given_group_replaces_all_of_them)
{
	struct spec_user u;
	struct err err = { 0 };

	cr_assert_eq(resolve("app:staff", &u, &err), 0);
	cr_assert(u.uid == 1000 && u.gid == 50 && u.additional_gid_count == 0);
	cr_assert_eq(resolve("7:8", &u, &err), 0);
	cr_assert(u.uid == 7 && u.gid == 8);
}

Test(passwd, a_number_needs_no_entry_but_uses_one)
{
	struct spec_user u;
	struct err err = { 0 };

	cr_assert_eq(resolve("4242", &u, &err), 0);
	cr_assert(u.uid == 4242 && u.gid == 0);
	cr_assert_eq(resolve("1000", &u, &err), 0);
	cr_assert(u.gid == 100 && u.additional_gid_count == 2);
	cr_assert_eq(passwd_resolve(NULL, "5:6", NULL, NULL, &u, &err), 0);
}

Test(passwd, what_is_no_user_is_refused)
{
	static const char *const bad[] = { "nobody-here", "-1",	    "4294967296", "4294967295",
					   "0x0",	  "1:",	    ":1",	  "1:2:3",
					   "app:nogroup", "broken", "minus",	  " 1" };
	struct spec_user u;
	struct err err = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(resolve(bad[i], &u, &err), -EINVAL, "'%s' was taken", bad[i]);
}

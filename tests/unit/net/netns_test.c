/*
 * netns_test.c - without privilege a namespace is refused in words, and nothing stays open.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#include "runtime/net/netns.h"

static int open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	cr_assert_not_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

Test(netns, create_gives_two_fds_or_says_that_privilege_is_missing)
{
	struct err err = { 0 };
	struct netns ns;
	int before = open_fds();
	int r = netns_create(&ns, &err);

	if (r == 0) {
		cr_assert_eq(open_fds(), before + 2);
		netns_close(&ns);
	} else {
		cr_assert_eq(r, -EPERM, "%s", err.message);
		cr_assert_eq(err.status, EXIT_UNSUPPORTED);
	}
	cr_assert_eq(open_fds(), before);
}

Test(netns, a_file_that_is_no_namespace_is_refused)
{
	struct err err = { 0 };
	struct netns ns;

	cr_assert_lt(netns_open_socket(STDIN_FILENO, &ns, &err), 0);
	cr_assert_eq(ns.socket, -1);
	cr_assert_str_not_empty(err.message);
}

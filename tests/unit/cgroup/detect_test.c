/*
 * detect_test.c - reading mount tables of different hosts.
 */
#include "folder.h"

static int detect(const char *mountinfo)
{
	char text[4096];

	fmt_string(text, sizeof(text), "%s", mountinfo);
	err_reset(&err);
	cg = (struct cgroup){ .v2_fd = -1, .root_fd = -1 };
	return cg_detect_mountinfo(&cg, text, &err);
}

Test(detect, controllers_come_from_the_super_options)
{
	cr_assert_eq(
		detect("22 1 0:1 / / rw - ext4 /dev/vda rw\n"
		       "31 30 0:28 / /cg/a rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
		       "32 30 0:29 / /cg/m rw - cgroup cgroup rw,memory,xattr\n"
		       "39 30 0:36 / /cg/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"),
		0);
	cr_assert_eq(cg.mode, CGROUP_MODE_V1);
	cr_assert_eq(cg.hierarchy_count, 3);
	cr_assert_str_eq(cg_find(&cg, CG_CPUACCT)->mount, "/cg/a");
	cr_assert_str_eq(cg_find(&cg, CG_MEMORY)->mount, "/cg/m");
	cr_assert_eq(cg.hierarchies[2].controllers, 0);
	cr_assert_null(cg_find(&cg, CG_PIDS));
}

Test(detect, blanks_in_mount_points_are_unescaped)
{
	cr_assert_eq(detect("31 30 0:28 / /my\\040cg\\134x rw - cgroup2 none rw\n"), 0);
	cr_assert_str_eq(cg.hierarchies[0].mount, "/my cg\\x");
	cr_assert_eq(cg.mode, CGROUP_MODE_V2);
}

Test(detect, a_second_mount_of_a_hierarchy_is_skipped)
{
	cr_assert_eq(detect("31 30 0:28 / /a rw - cgroup cgroup rw,memory\n"
			    "32 30 0:28 /docker/x /b rw - cgroup cgroup rw,memory\n"
			    "33 30 0:29 / /c rw - cgroup2 cgroup2 rw\n"
			    "34 30 0:29 / /d rw - cgroup2 cgroup2 rw\n"),
		     0);
	cr_assert_eq(cg.hierarchy_count, 2);
	cr_assert_eq(cg.mode, CGROUP_MODE_HYBRID);
	cr_assert_str_eq(cg_find_v2(&cg)->mount, "/c");
}

Test(detect, a_host_without_cgroups_is_unsupported)
{
	cr_assert_lt(detect("22 1 0:1 / / rw - ext4 /dev/vda rw\nshort - \n - cgroup\n"), 0);
	cr_assert_eq(err.status, EXIT_UNSUPPORTED);
}

Test(detect, more_hierarchies_than_fit_are_an_error)
{
	char text[4096];
	size_t len = 0;

	for (int i = 0; i < CGROUP_MAX_HIERARCHIES + 1; i++)
		len += fmt_string(text + len, sizeof(text) - len,
				  "3%d 30 0:28 / /h%d rw - cgroup cgroup rw,name=h%d\n", i, i, i);
	cr_assert_eq(detect(text), -E2BIG);
}

Test(detect, controller_lists_are_split_at_commas_and_blanks)
{
	cr_assert_eq(cg_controller_bits("cpu,cpuacct", false), 1U << CG_CPU | 1U << CG_CPUACCT);
	cr_assert_eq(cg_controller_bits("cpuset cpu io\n", true),
		     1U << CG_CPUSET | 1U << CG_CPU | 1U << CG_IO);
	cr_assert_eq(cg_controller_bits("cpufoo,blkio", false), 1U << CG_IO);
	cr_assert_eq(cg_controller_bits("devices", true), 0);
}

/*
 * folders_test.c - creating, joining and removing, on plain folders.
 */
#include "folder.h"

TestSuite(folders, .fini = remove_root);

Test(folders, create_makes_the_path_in_every_v1_hierarchy)
{
	fake_v1(V1_ALL);
	cr_assert_eq(cg.mode, CGROUP_MODE_V1);
	create();
	cr_assert_eq(cg.join_fd_count, 9);
	cr_assert_eq(cg.v2_fd, -1);
	cr_assert_not_null(content("memory/a/b/cgroup.procs"));
	cr_assert_not_null(content("net_cls,net_prio/a/b/cgroup.procs"));
}

Test(folders, a_v1_cpuset_gets_what_its_parent_has)
{
	fake_v1("cpuset");
	create();
	expect_content("cpuset/a/b/cpuset.cpus", "0-3");
	expect_content("cpuset/a/b/cpuset.mems", "0");
	expect_content("cpuset/a/cgroup.clone_children", "1");
	cr_assert_null(content("cpuset/cgroup.clone_children"), "the root was changed");
	cr_assert_null(content("cpuset/a/b/cgroup.clone_children"));
}

Test(folders, a_cpuset_that_was_inherited_is_left_alone)
{
	fake_v1("cpuset");
	put_file("cpuset/a/b/cpuset.cpus", "2\n");
	create();
	expect_content("cpuset/a/b/cpuset.cpus", "2\n");
}

Test(folders, v2_opens_the_folder_for_clone3)
{
	fake_v2("cpu memory pids");
	create();
	cr_assert_eq(cg.join_fd_count, 0);
	cr_assert_geq(cg.v2_fd, 0);
}

Test(folders, hybrid_has_both)
{
	new_root();
	make_dir("memory");
	make_dir("unified");
	put_file("unified/cgroup.controllers", "hugetlb\n");
	cr_assert_eq(cgroup_open_fake(&cg, root, "/x", &err), 0);
	cr_assert_eq(cg.mode, CGROUP_MODE_HYBRID);
	create();
	cr_assert_eq(cg.join_fd_count, 1);
	cr_assert_geq(cg.v2_fd, 0);
	cr_assert(cg_find(&cg, CG_HUGETLB)->v2);
	cr_assert_not(cg_find(&cg, CG_MEMORY)->v2);
}

Test(folders, an_existing_folder_is_reused_only_when_empty)
{
	fake_v1("memory");
	make_dir("memory/a");
	make_dir("memory/a/b");
	put_file("memory/a/b/cgroup.procs", "");
	create();
	cgroup_close(&cg);
	put_file("memory/a/b/cgroup.procs", "4711\n4712\n");
	cr_assert_eq(cgroup_open_fake(&cg, root, "/a/b", &err), 0);
	cr_assert_eq(cg.ops->create(&cg, &err), -EBUSY);
	cr_assert_str_eq(err.message, "cgroup '/a/b' in memory holds process 4711 already");
}

Test(folders, add_writes_the_pid_everywhere)
{
	fake_v1("memory pids");
	create();
	cr_assert_eq(cg.ops->add(&cg, 4711, &err), 0);
	expect_content("memory/a/b/cgroup.procs", "4711");
	expect_content("pids/a/b/cgroup.procs", "4711");
}

Test(folders, remove_takes_nested_folders_along_and_leaves_parents)
{
	fake_v1("memory pids");
	create();
	make_dir("memory/a/b/c");
	cr_assert_eq(cg.ops->remove(&cg, &err), 0, "%s", err.message);
	cr_assert_null(content("memory/a/b/cgroup.procs"));
	put_file("memory/a/still-there", "");
	cr_assert_eq(cg.ops->remove(&cg, &err), 0, "absent folders are success");
}

Test(folders, the_root_and_unclean_paths_are_refused)
{
	static const char *const bad[] = { "/", "", "a", "/a/../b", "/a//b", "/a/" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		cr_assert_eq(cgroup_open(&cg, bad[i], false, &err), -EINVAL, "'%s'", bad[i]);
}

Test(folders, closing_a_zeroed_struct_closes_nothing)
{
	struct cgroup zero = { 0 };

	cgroup_close(&zero);
	cr_assert_geq(fcntl(0, F_GETFD), 0, "stdin was closed");
}

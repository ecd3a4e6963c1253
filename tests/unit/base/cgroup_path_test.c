/*
 * cgroup_path_test.c - hierarchies out of mountinfo, and cgroup folders found by path.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "user/base/cgroup_path.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

static char dir[64], path[256];
static struct cgroup_mounts mounts;
static struct cgroup_ref ref;
static struct err err;

/* A hybrid host whose hierarchies are plain folders below dir. */
static void setup(void)
{
	static const char *const folders[] = { "pids/box/one", "cpu/box/two", "unified/box/three" };
	cleanup_strbuf struct strbuf info = { 0 };

	strncpy(dir, "/tmp/cbox-test-cgroup-XXXXXX", sizeof(dir) - 1);
	cr_assert_not_null(mkdtemp(dir));
	for (unsigned i = 0; i < 3; i++) {
		fmt_string(path, sizeof(path), "%s/%s", dir, folders[i]);
		cr_assert_eq(file_mkdir_all(AT_FDCWD, path, 0755, &err), 0);
	}
	strbuf_printf(&info,
		      "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
		      "30 22 0:26 / %s/cpu rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
		      "31 22 0:27 / %s/pids rw - cgroup cgroup rw,xattr,pids\n"
		      "32 22 0:28 / %s/systemd rw - cgroup cgroup rw,name=systemd\n"
		      "33 22 0:29 / %s/unified rw - cgroup2 cgroup2 rw\n"
		      "torn line\n",
		      dir, dir, dir, dir);
	fmt_string(path, sizeof(path), "%s/mountinfo", dir);
	cr_assert_eq(
		file_write_atomic(AT_FDCWD, path, info.data, info.len, 0600, FILE_VOLATILE, &err),
		0);
	cr_assert_eq(cgroup_mounts_read(path, &mounts, &err), 0);
}

static void teardown(void)
{
	file_remove_all(AT_FDCWD, dir, &err);
}

TestSuite(cgroup_path, .init = setup, .fini = teardown);

static uint64_t inode(const char *below)
{
	struct stat st;

	fmt_string(path, sizeof(path), "%s/%s", dir, below);
	cr_assert_eq(stat(path, &st), 0);
	return st.st_ino;
}

Test(cgroup_path, hierarchies_are_told_apart_and_named_ones_left_out)
{
	cr_assert_eq(mounts.count, 3);
	cr_assert_str_eq(mounts.items[0].controller, "cpu");
	cr_assert_str_eq(mounts.items[1].controller, "pids");
	cr_assert_str_eq(mounts.items[2].controller, "");
}

Test(cgroup_path, a_path_below_the_roots_is_found_where_it_exists)
{
	cr_assert_eq(cgroup_resolve(&mounts, "/box/one", &ref, &err), 0, "%s", err.message);
	cr_assert_str_eq(ref.controller, "pids");
	cr_assert_eq(ref.id, inode("pids/box/one"));
	cr_assert_eq(cgroup_resolve(&mounts, "box/two", &ref, &err), 0);
	cr_assert_str_eq(ref.controller, "cpu");
}

Test(cgroup_path, the_v2_hierarchy_wins_over_v1)
{
	cr_assert_eq(cgroup_resolve(&mounts, "box", &ref, &err), 0);
	cr_assert_str_eq(ref.controller, "");
	cr_assert_eq(ref.id, inode("unified/box"));
}

Test(cgroup_path, an_absolute_folder_names_its_hierarchy)
{
	char text[128];

	fmt_string(text, sizeof(text), "%s/cpu//box/../box/two/", dir);
	cr_assert_eq(cgroup_resolve(&mounts, text, &ref, &err), 0, "%s", err.message);
	cr_assert_str_eq(ref.controller, "cpu");
	cr_assert_eq(ref.id, inode("cpu/box/two"));
}

Test(cgroup_path, roots_are_refused_because_they_hold_everything)
{
	char text[128];

	fmt_string(text, sizeof(text), "%s/pids", dir);
	cr_assert_eq(cgroup_resolve(&mounts, text, &ref, &err), -EINVAL);
	cr_assert_eq(cgroup_resolve(&mounts, "/", &ref, &err), -EINVAL);
	cr_assert_eq(cgroup_resolve(&mounts, "", &ref, &err), -EINVAL);
	cr_assert_eq(cgroup_resolve(&mounts, "box/../..", &ref, &err), -EINVAL);
}

Test(cgroup_path, a_missing_group_is_an_error)
{
	cr_assert_eq(cgroup_resolve(&mounts, "/box/none", &ref, &err), -ENOENT);
	cr_assert_eq(err.number, ENOENT);
}

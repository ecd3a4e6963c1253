/*
 * target_test.c - what is traced: never more than was asked for.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/str.h"
#include "user/ctrace/target.h"

static char dir[64], mountinfo[128];
static struct target target;
static struct err err;

static void write_file(const char *name, const char *text)
{
	char path[256];

	fmt_string(path, sizeof(path), "%s/%s", dir, name);
	cr_assert_eq(
		file_write_atomic(AT_FDCWD, path, text, strlen(text), 0600, FILE_VOLATILE, &err), 0,
		"%s", err.message);
}

static void setup(void)
{
	char text[512];

	strncpy(dir, "/tmp/cbox-test-target-XXXXXX", sizeof(dir) - 1);
	cr_assert_not_null(mkdtemp(dir));
	fmt_string(text, sizeof(text), "%s/containers", dir);
	cr_assert_eq(mkdir(text, 0700), 0);
	fmt_string(text, sizeof(text), "%s/pids/cbox/aa11", dir);
	cr_assert_eq(file_mkdir_all(AT_FDCWD, text, 0755, &err), 0);
	write_file("containers/aa11.json",
		   "{\"id\":\"aa11\",\"name\":\"web\",\"cgroup\":\"/cbox/aa11\",\"mntns\":77}");
	write_file("containers/bb22.json",
		   "{\"id\":\"bb22\",\"name\":\"bare\",\"cgroup\":\"/cbox/bb22\",\"mntns\":78}");
	fmt_string(text, sizeof(text), "31 22 0:27 / %s/pids rw - cgroup cgroup rw,pids\n", dir);
	write_file("mountinfo", text);
	fmt_string(mountinfo, sizeof(mountinfo), "%s/mountinfo", dir);
}

static void teardown(void)
{
	file_remove_all(AT_FDCWD, dir, &err);
}

TestSuite(target, .init = setup, .fini = teardown);

static int resolve(struct target_request request)
{
	err_reset(&err);
	return target_resolve(&request, dir, mountinfo, &target, &err);
}

Test(target, a_name_means_its_cgroup)
{
	cr_assert_eq(resolve((struct target_request){ .container = "web" }), 0, "%s", err.message);
	cr_assert_eq(target.filter.mode, FILTER_CGROUP);
	cr_assert_eq(target.filter.hierarchy, HIERARCHY_PIDS);
	cr_assert_neq(target.filter.cgroup_id, 0);
	cr_assert_str_eq(target.name, "web");
	cr_assert_str_eq(target.id, "aa11");
}

Test(target, without_a_cgroup_the_mount_namespace_serves)
{
	cr_assert_eq(resolve((struct target_request){ .container = "bb2" }), 0, "%s", err.message);
	cr_assert_eq(target.filter.mode, FILTER_MNTNS);
	cr_assert_eq(target.filter.mntns, 78);
}

Test(target, a_cgroup_path_needs_no_record)
{
	cr_assert_eq(resolve((struct target_request){ .cgroup = "/cbox/aa11" }), 0);
	cr_assert_eq(target.filter.mode, FILTER_CGROUP);
	cr_assert_eq(resolve((struct target_request){ .container = "cbox/aa11" }), 0);
	cr_assert_eq(target.filter.mode, FILTER_CGROUP);
	cr_assert_str_eq(target.name, "aa11");
}

Test(target, what_does_not_exist_is_never_everything)
{
	cr_assert_eq(resolve((struct target_request){ .container = "wbe" }), -ENOENT);
	cr_assert_str_eq(err.hint, "running containers: bare, web");
	cr_assert_eq(err.status, 0, "status 1, not usage");
	cr_assert_lt(resolve((struct target_request){ .container = "" }), 0);
	cr_assert_lt(resolve((struct target_request){ .container = "/" }), 0);
	cr_assert_lt(resolve((struct target_request){ .container = "a/../.." }), 0);
	cr_assert_lt(resolve((struct target_request){ .cgroup = "/" }), 0);
	cr_assert_lt(resolve((struct target_request){ .cgroup = "" }), 0);
	cr_assert_lt(resolve((struct target_request){ .cgroup = "/none" }), 0);
	cr_assert_lt(resolve((struct target_request){ .pid = 0x7ffffffe }), 0);
}

Test(target, contradictions_and_nothing_at_all_are_usage_errors)
{
	cr_assert_lt(resolve((struct target_request){ .container = "web", .all = true }), 0);
	cr_assert_eq(err.status, EXIT_USAGE);
	cr_assert_lt(resolve((struct target_request){ .pid = 1, .cgroup = "/x" }), 0);
	cr_assert_eq(err.status, EXIT_USAGE);
	cr_assert_lt(resolve((struct target_request){ 0 }), 0);
	cr_assert_eq(err.status, EXIT_USAGE);
}

Test(target, a_command_alone_means_its_process_tree)
{
	cr_assert_eq(resolve((struct target_request){ .has_command = true }), 0);
	cr_assert_eq(target.filter.mode, FILTER_TREE);
	cr_assert_eq(target.filter.root_tgid, getpid());
	cr_assert_eq(resolve((struct target_request){ .has_command = true, .all = true }), 0);
	cr_assert_eq(target.filter.mode, FILTER_ALL);
	cr_assert_eq(resolve((struct target_request){ .has_command = true, .container = "web" }),
		     0);
	cr_assert_eq(target.filter.mode, FILTER_CGROUP);
}

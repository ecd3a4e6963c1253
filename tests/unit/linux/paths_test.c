/*
 * paths_test.c - nothing below a root leads out of it.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/linux/paths.h"
#include "user/base/file.h"

static char top[] = "/tmp/cbox-test-paths-XXXXXX";
static int root = -1, outside = -1;

static void make_folders(void)
{
	int dir;

	cr_assert(mkdtemp(top));
	dir = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert(mkdirat(dir, "root", 0755) == 0 && mkdirat(dir, "root/etc", 0755) == 0);
	root = openat(dir, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	outside = openat(dir, "secret", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	cr_assert(root >= 0 && outside >= 0);
	close(dir);
}

static void remove_folders(void)
{
	close(root);
	close(outside);
	cr_assert_eq(file_remove_all(AT_FDCWD, top, NULL), 0);
}

TestSuite(paths, .init = make_folders, .fini = remove_folders);

Test(paths, dotdot_and_absolute_links_stay_inside)
{
	int fd;

	cr_assert_eq(paths_open(root, "../secret", O_RDONLY, 0), -ENOENT);
	cr_assert_eq(symlinkat("/secret", root, "absolute"), 0);
	cr_assert_eq(symlinkat("../../../secret", root, "etc/up"), 0);
	cr_assert_eq(paths_open(root, "absolute", O_RDONLY, 0), -ENOENT);
	cr_assert_eq(paths_open(root, "etc/up", O_RDONLY, 0), -ENOENT);
	fd = paths_open(root, "/etc/up", O_WRONLY | O_CREAT, 0600);
	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_eq(faccessat(root, "secret", F_OK, 0), 0, "created below the root");
}

Test(paths, magic_links_are_refused)
{
	char link[64];
	int host = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	snprintf(link, sizeof(link), "/proc/self/fd/%d", root);
	cr_assert_eq(paths_open(host, link, O_RDONLY, 0), -ELOOP);
	cr_assert_eq(paths_open(root, "no/such", O_RDONLY, 0), -ENOENT);
	close(host);
}

Test(paths, fds_close_on_exec)
{
	int fd = paths_open(root, "etc", O_PATH | O_DIRECTORY, 0);

	cr_assert_geq(fd, 0);
	cr_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

Test(paths, missing_folders_are_made_below_the_root)
{
	int fd = paths_make_dir(root, "/var/lib/../lib/x", 0755);
	struct stat st;

	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_eq(fstatat(root, "var/lib/x", &st, 0), 0);
	cr_assert(S_ISDIR(st.st_mode));
}

Test(paths, making_follows_links_inside_the_root_only)
{
	int fd;

	cr_assert_eq(symlinkat("../../..", root, "out"), 0);
	fd = paths_make_dir(root, "/out/made", 0755);
	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_eq(faccessat(root, "made", F_OK, 0), 0, "the link ends at the root");
	cr_assert_eq(symlinkat("/nowhere", root, "dangling"), 0);
	cr_assert_lt(paths_make_dir(root, "/dangling/made", 0755), 0);
}

Test(paths, a_file_target_is_made_and_an_existing_one_kept)
{
	int fd = paths_make_file(root, "/etc/sub/hosts");
	struct stat st;

	cr_assert_geq(fd, 0);
	cr_assert_eq(fstat(fd, &st), 0);
	cr_assert(S_ISREG(st.st_mode));
	close(fd);
	fd = paths_make_file(root, "/etc");
	cr_assert_geq(fd, 0);
	cr_assert_eq(fstat(fd, &st), 0);
	cr_assert(S_ISDIR(st.st_mode));
	close(fd);
	cr_assert_eq(paths_make_file(root, "/etc/new/"), -EINVAL);
}

Test(paths, plain_refuses_every_link)
{
	cr_assert_eq(symlinkat("etc", root, "proc"), 0);
	cr_assert_eq(paths_open_plain(root, "/proc", O_PATH | O_DIRECTORY), -ELOOP);
}

Test(paths, a_parent_needs_a_name)
{
	const char *name;
	int fd = paths_make_parent(root, "/dev/net/tun", &name);

	cr_assert_geq(fd, 0);
	cr_assert_str_eq(name, "tun");
	close(fd);
	cr_assert_eq(paths_make_parent(root, "/dev/..", &name), -EINVAL);
	cr_assert_eq(paths_make_parent(root, "/", &name), -EINVAL);
}

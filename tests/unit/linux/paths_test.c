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

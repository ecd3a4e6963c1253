/*
 * disk_usage_test.c - allocated bytes, not file sizes, each inode once.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/disk_usage.h"
#include "user/base/file.h"

static char dir[] = "/tmp/cbox-test-usage-XXXXXX";

static void make(const char *name, off_t hole, size_t data)
{
	static char block[65536] = { 1 };
	int fd;

	cr_assert_eq(chdir(dir), 0);
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	cr_assert_eq(lseek(fd, hole, SEEK_SET), hole);
	cr_assert_eq(write(fd, block, data), (ssize_t)data);
	cr_assert_eq(fsync(fd), 0); /* delayed allocation: blocks are counted once they exist */
	close(fd);
}

Test(disk_usage, counts_blocks_of_a_tree_without_holes_and_links_twice)
{
	struct err err = { 0 };
	uint64_t one, two, linked;

	cr_assert_not_null(mkdtemp(dir));
	make("data", 0, 65536);
	one = disk_usage(dir);
	cr_assert(one >= 65536 && one < 65536 + 32768, "%llu", (unsigned long long)one);
	make("sparse", 1 << 30, 4096);
	two = disk_usage(dir);
	cr_assert(two >= one + 4096 && two < one + 65536, "%llu", (unsigned long long)two);
	cr_assert_eq(link("data", "again"), 0);
	linked = disk_usage(dir);
	cr_assert(linked < two + 8192, "%llu", (unsigned long long)linked);
	cr_assert_eq(file_remove_all(AT_FDCWD, dir, &err), 0);
}

Test(disk_usage, what_is_not_there_takes_nothing)
{
	cr_assert_eq(disk_usage("/nonexistent/path"), 0);
}

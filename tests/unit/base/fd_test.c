/*
 * fd_test.c - whole reads and writes, copies, and passing fds.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "user/base/fd.h"

Test(fd, write_all_and_read_all_are_inverse)
{
	int fds[2];
	char *data;

	cr_assert_eq(pipe(fds), 0);
	cr_assert_eq(fd_write_all(fds[1], "hello", 5), 0);
	close(fds[1]);
	cr_assert_eq(fd_read_all(fds[0], 100, &data), 5);
	cr_assert_str_eq(data, "hello");
	free(data);
	close(fds[0]);
}

Test(fd, read_all_has_a_limit)
{
	int fd = memfd_create("t", 0);
	int fds[2];
	char *data;

	cr_assert_eq(fd_write_all(fd, "0123456789", 10), 0);
	lseek(fd, 0, SEEK_SET);
	cr_assert_eq(fd_read_all(fd, 9, &data), -EFBIG);
	lseek(fd, 0, SEEK_SET);
	cr_assert_eq(fd_read_all(fd, 10, &data), 10);
	free(data);
	close(fd);
	/* a pipe has no size to ask for */
	cr_assert_eq(pipe(fds), 0);
	fd_write_all(fds[1], "0123456789", 10);
	close(fds[1]);
	cr_assert_eq(fd_read_all(fds[0], 9, &data), -EFBIG);
	close(fds[0]);
}

Test(fd, read_all_takes_files_that_say_they_are_empty)
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	char *data;

	cr_assert_gt(fd_read_all(fd, 1 << 20, &data), 100);
	cr_assert_not_null(strstr(data, "Pid:"));
	free(data);
	close(fd);
}

Test(fd, read_full_stops_at_the_end_of_file)
{
	int fds[2];
	char buf[8];

	cr_assert_eq(pipe(fds), 0);
	fd_write_all(fds[1], "abc", 3);
	close(fds[1]);
	cr_assert_eq(fd_read_full(fds[0], buf, sizeof(buf)), 3);
	cr_assert_eq(fd_read_full(fds[0], buf, sizeof(buf)), 0);
	cr_assert_eq(fd_read_full(-1, buf, sizeof(buf)), -EBADF);
	close(fds[0]);
}

Test(fd, copy_copies_from_the_current_offset)
{
	int from = memfd_create("a", 0), to = memfd_create("b", 0);
	char buf[8] = "";

	fd_write_all(from, "012345", 6);
	lseek(from, 2, SEEK_SET);
	cr_assert_eq(fd_copy(from, to), 4);
	cr_assert_eq(pread(to, buf, sizeof(buf), 0), 4);
	cr_assert_eq(memcmp(buf, "2345", 4), 0);
	close(from);
	close(to);
}

Test(fd, copy_reads_proc_files_whose_size_is_zero)
{
	int from = open("/proc/self/status", O_RDONLY | O_CLOEXEC), to = memfd_create("b", 0);

	cr_assert_gt(fd_copy(from, to), 100);
	close(from);
	close(to);
}

Test(fd, a_sent_fd_arrives_close_on_exec)
{
	int sockets[2], fd = memfd_create("m", 0), got;
	char buf[2] = "";

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	fd_write_all(fd, "x", 1);
	cr_assert_eq(fd_send(sockets[0], fd, "name"), 0);
	got = fd_receive(sockets[1]);
	cr_assert_geq(got, 0);
	cr_assert(fcntl(got, F_GETFD) & FD_CLOEXEC);
	cr_assert_eq(pread(got, buf, 1, 0), 1);
	cr_assert_str_eq(buf, "x");
	close(sockets[0]);
	cr_assert_lt(fd_receive(sockets[1]), 0, "the peer is gone");
	close(sockets[1]);
	close(got);
	close(fd);
}

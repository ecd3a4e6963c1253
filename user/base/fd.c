/*
 * fd.c - whole reads and writes, fd passing. See fd.h.
 */
#include "user/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int fd_write_all(int fd, const void *buf, size_t len)
{
	const char *p = buf;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t fd_read_full(int fd, void *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, (char *)buf + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

ssize_t fd_read_all(int fd, size_t max, char **data)
{
	size_t capacity = 4096, len = 0;
	struct stat st;
	char *buf, *grown;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		if ((size_t)st.st_size > max)
			return -EFBIG;
		capacity = (size_t)st.st_size + 1; /* +1: end of file in the same read loop */
	}
	buf = malloc(capacity + 1);
	if (!buf)
		return -ENOMEM;
	for (;;) {
		ssize_t n = fd_read_full(fd, buf + len, capacity - len);

		if (n < 0 || len + (size_t)n > max) {
			free(buf);
			return n < 0 ? n : -EFBIG;
		}
		len += (size_t)n;
		if (len < capacity)
			break;
		grown = realloc(buf, capacity * 2 + 1);
		if (!grown) {
			free(buf);
			return -ENOMEM;
		}
		buf = grown;
		capacity *= 2;
	}
	buf[len] = '\0';
	*data = buf;
	return (ssize_t)len;
}

static ssize_t copy_by_buffer(int src, int dst)
{
	const size_t size = 64 * 1024;
	char *buf = malloc(size);
	ssize_t total = 0;

	if (!buf)
		return -ENOMEM;
	for (;;) {
		ssize_t n = fd_read_full(src, buf, size);
		int r = n > 0 ? fd_write_all(dst, buf, (size_t)n) : 0;

		if (n < 0 || r < 0)
			total = n < 0 ? n : r;
		if (n <= 0 || r < 0)
			break;
		total += n;
	}
	free(buf);
	return total;
}

ssize_t fd_copy(int src, int dst)
{
	ssize_t total = 0;

	for (;;) {
		ssize_t n = copy_file_range(src, NULL, dst, NULL, 1 << 30, 0);

		if (n > 0) {
			total += n;
			continue;
		}
		/* 0 also comes from files whose size lies (procfs): let read() decide */
		n = copy_by_buffer(src, dst);
		return n < 0 ? n : total + n;
	}
}

int fd_send(int socket, int fd, const char *name)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { (void *)(uintptr_t)name, strlen(name) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control.space) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	while (sendmsg(socket, &msg, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int fd_receive(int socket)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char data[256];
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control.space) };
	struct cmsghdr *cmsg;
	int fd;

	while (recvmsg(socket, &msg, MSG_CMSG_CLOEXEC) < 0)
		if (errno != EINTR)
			return -errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!cmsg || cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS ||
	    cmsg->cmsg_len != CMSG_LEN(sizeof(int)))
		return -ENOMSG;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

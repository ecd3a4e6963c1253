/*
 * loop_device.c - see loop_device.h.
 */
#include "bench/loop_device.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/num.h"

#define ATTEMPTS 16
#define SECTOR_SIZE 512
#define SECTORS_WRITTEN 6 /* field of /sys/block/DEV/stat, from 0 */

int loop_attach(struct loop_device *loop, int image_fd, struct err *err)
{
	struct loop_config config = { .fd = (unsigned)image_fd,
				      .info.lo_flags = LO_FLAGS_AUTOCLEAR };
	cleanup_close int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);

	*loop = (struct loop_device){ .fd = -1 };
	if (control < 0)
		return err_sys(err, "open '/dev/loop-control'");
	for (int i = 0; i < ATTEMPTS; i++) {
		int index = ioctl(control, LOOP_CTL_GET_FREE);

		if (index < 0)
			return err_sys(err, "find a free loop device");
		loop->index = (unsigned)index;
		fmt_string(loop->path, sizeof(loop->path), "/dev/loop%d", index);
		loop->fd = open(loop->path, O_RDWR | O_CLOEXEC);
		if (loop->fd < 0)
			return err_sys(err, "open '%s'", loop->path);
		if (ioctl(loop->fd, LOOP_CONFIGURE, &config) == 0)
			return 0;
		loop_close(loop);
		if (errno != EBUSY) /* somebody else was faster: ask for another */
			break;
	}
	return err_sys(err, "configure '%s'", loop->path);
}

void loop_close(struct loop_device *loop)
{
	int saved = errno;

	if (loop->fd >= 0)
		close(loop->fd);
	loop->fd = -1;
	errno = saved;
}

uint64_t loop_bytes_written(const struct loop_device *loop)
{
	char path[64], text[512], *save = NULL, *token;
	cleanup_close int fd = -1;
	uint64_t sectors;
	ssize_t n;

	fmt_string(path, sizeof(path), "/sys/block/loop%u/stat", loop->index);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : fd_read_full(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	token = strtok_r(text, " \n", &save);
	for (int field = 0; token && field < SECTORS_WRITTEN; field++)
		token = strtok_r(NULL, " \n", &save);
	return token && num_u64(token, &sectors) == 0 ? sectors * SECTOR_SIZE : 0;
}

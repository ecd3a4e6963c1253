/*
 * loop_device.h - a file as a block device of its own, so that what reaches the device is counted.
 *
 * Owns: attaching a file to a free loop device that detaches itself at its last close or unmount,
 * and the device's count of bytes written.
 * Does not own: file systems on it (scratch_fs.h).
 *
 * See: loop(4); Documentation/block/stat.rst.
 */
#ifndef CBOX_BENCH_LOOP_DEVICE_H
#define CBOX_BENCH_LOOP_DEVICE_H

#include <stdint.h>

#include "user/base/err.h"

struct loop_device {
	int fd;		/* keeps it attached until it is mounted */
	unsigned index; /* of /dev/loop<index> */
	char path[32];
};

/* Attaches image_fd, which may be closed afterwards. Returns 0 or -errno. */
int loop_attach(struct loop_device *loop, int image_fd, struct err *err);

/* Detaches unless something is mounted; then the last unmount does. */
void loop_close(struct loop_device *loop);

/* Bytes written to the device since it was attached; 0 when unreadable. */
uint64_t loop_bytes_written(const struct loop_device *loop);

#endif

/*
 * scratch_fs.h - a fresh, empty file system to measure on, gone afterwards.
 *
 * Owns: the kinds (ext4, xfs with and without reflink, btrfs on loop devices; tmpfs), making and
 * mounting one in cbench's private mount namespace.
 * Does not own: what is done on it.
 *
 * The image is sparse, lies on the disk that --dir names and is unlinked at once.
 */
#ifndef CBOX_BENCH_SCRATCH_FS_H
#define CBOX_BENCH_SCRATCH_FS_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/loop_device.h"
#include "user/base/err.h"

#define SCRATCH_KINDS "ext4,xfs,xfs-noreflink,btrfs,tmpfs"

struct scratch_fs {
	char kind[24];
	char dir[192]; /* where it is mounted */
	bool mounted, has_device;
	struct loop_device loop;
};

/*
 * Makes and mounts a file system of size_bytes at mount_dir (created), its image in image_dir.
 * Returns 0; -EINVAL for an unknown kind (usage); -errno with what to install or what the kernel
 * lacks, and nothing left.
 */
int scratch_fs_open(struct scratch_fs *fs, const char *kind, const char *image_dir,
		    const char *mount_dir, uint64_t size_bytes, struct err *err);
void scratch_fs_close(struct scratch_fs *fs);

#endif

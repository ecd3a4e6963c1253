/*
 * write_cell.h - one cell of the write-amplification matrix: one operation on one overlay.
 *
 * Owns: the overlay mount, the operation, and four counts of what it wrote, because no single one
 * is right: what the program asked for (logical), what the kernel charged to it (/proc/self/io),
 * what reached the device, and what the file system has less of afterwards. st_blocks is not among
 * them: it counts shared extents in full.
 * Does not own: the file system below (scratch_fs.h).
 *
 * See: Documentation/filesystems/overlayfs.rst, "Non-directories"; proc(5) on /proc/PID/io.
 */
#ifndef CBOX_BENCH_WRITE_CELL_H
#define CBOX_BENCH_WRITE_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/scratch_fs.h"
#include "user/base/err.h"

#define WRITE_OPERATIONS "write,append,truncate,chmod"

struct write_cell {
	const char *operation;
	const char *options; /* of the overlay: "default" or "metacopy=on" */
	uint64_t lower_bytes;
	uint64_t logical_bytes, task_bytes, device_bytes, free_bytes;
	uint64_t open_ns; /* of the open, or of the one call that is the operation */
	uint64_t write_ns, fsync_ns;
	double factor; /* device (tmpfs: free space) over logical; 0 when logical is 0 */
};

/*
 * Makes a lower file of cell->lower_bytes on fs, mounts an overlay, and measures cell->operation
 * once. sequence makes the folder names unique. Returns 0, -EINVAL for an unknown operation, or
 * -errno.
 */
int write_cell_measure(struct write_cell *cell, const struct scratch_fs *fs, unsigned sequence,
		       struct err *err);

#endif

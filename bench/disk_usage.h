/*
 * disk_usage.h - what a file or folder takes on its file system.
 *
 * Owns: the sum of allocated blocks (st_blocks), each inode counted once. Does not own: shared
 * extents; reflinked blocks are counted in full, as du(1) does.
 */
#ifndef CBOX_BENCH_DISK_USAGE_H
#define CBOX_BENCH_DISK_USAGE_H

#include <stdint.h>

/* Bytes allocated for path and, for a folder, all below it on the same file system; 0 if absent. */
uint64_t disk_usage(const char *path);

#endif

/*
 * disk_usage.c - see disk_usage.h.
 */
#include "bench/disk_usage.h"

#include <fts.h>
#include <stddef.h>
#include <sys/stat.h>

#define BLOCK_SIZE 512 /* unit of st_blocks, whatever the file system's own */

uint64_t disk_usage(const char *path)
{
	char *const paths[] = { (char *)path, NULL };
	uint64_t total = 0;
	FTSENT *entry;
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);

	if (!fts)
		return 0;
	while ((entry = fts_read(fts))) {
		const struct stat *st = entry->fts_statp;

		if (entry->fts_info == FTS_DP || entry->fts_info == FTS_NS ||
		    entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			continue;
		/* A hard link's blocks are split among its names, so they add up once. */
		if (S_ISDIR(st->st_mode) || st->st_nlink <= 1)
			total += (uint64_t)st->st_blocks * BLOCK_SIZE;
		else
			total += (uint64_t)st->st_blocks * BLOCK_SIZE / st->st_nlink;
	}
	fts_close(fts);
	return total;
}

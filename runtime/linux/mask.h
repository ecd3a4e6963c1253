/*
 * mask.h - hiding paths of the container and making them read-only.
 *
 * Owns: maskedPaths (a file under /dev/null, a folder under an empty read-only tmpfs) and
 * readonlyPaths (config-linux.md). A path that does not exist is success.
 * Does not own: which paths. Raw system calls only: these run in the child, before pivot_root:
 * the /dev/null that covers files is the host's, no image can replace it.
 */
#ifndef CBOX_LINUX_MASK_H
#define CBOX_LINUX_MASK_H

#include "user/base/err.h"

/*
 * What is mounted over files and folders, opened at the first need and kept for the next path.
 * Zero-initialise with MASK_COVERS_INIT; mask_close() releases.
 */
struct mask_covers {
	int null, empty;
};
#define MASK_COVERS_INIT \
	{                \
		-1, -1   \
	}

int mask_path(int root, const char *path, struct mask_covers *covers, struct err *err);
void mask_close(struct mask_covers *covers);

/* Binds path over itself, read-only with everything below. Returns 0 or -errno. */
int mask_readonly(int root, const char *path, struct err *err);

#endif

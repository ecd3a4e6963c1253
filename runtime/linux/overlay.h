/*
 * overlay.h - an overlay file system as a detached mount.
 *
 * Owns: making it by fsopen/fsconfig/fsmount. The mount is in no mount table of the host, so
 * nothing is left behind when its last fd goes, whatever kills its owner.
 * Does not own: the folders (runtime/image, runtime/cli) or attaching it (runtime/core).
 *
 * See: kernel Documentation/filesystems/overlayfs.rst, "lowerdir+" (6.5); fsopen(2).
 */
#ifndef CBOX_LINUX_OVERLAY_H
#define CBOX_LINUX_OVERLAY_H

#include "user/base/err.h"

struct overlay_folders {
	const char *const *lower; /* uppermost first, NULL-terminated, absolute */
	const char *upper, *work; /* NULL both: read-only */
};

/* Returns an O_CLOEXEC fd of the mount, or -errno; EXIT_UNSUPPORTED when the kernel lacks it. */
int overlay_mount(const struct overlay_folders *folders, struct err *err);

#endif

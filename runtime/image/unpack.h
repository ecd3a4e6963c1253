/*
 * unpack.h - one layer of an image from a tar stream into a folder overlayfs can use as lower.
 *
 * Owns: what of a stranger's archive may touch the disk, and how: every path is resolved below
 * the folder by runtime/linux/paths; ".." is refused; hard links stay inside; owners, modes,
 * times, holes, devices and the attributes a container may have are kept. Whiteouts become 0:0
 * character devices and opaque markers become the overlay.opaque attribute.
 * Does not own: reading tar (tar.h), publishing the folder (store.h).
 *
 * See: OCI image-spec layer.md, "Representing Changes"; kernel
 * Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
 */
#ifndef CBOX_IMAGE_UNPACK_H
#define CBOX_IMAGE_UNPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/image/tar.h"
#include "user/base/err.h"

struct unpack_options {
	/* Unprivileged: owners and devices are left out, opaque folders are marked in user.* */
	bool rootless;
	/* Folders of the layers below, uppermost first: attributes of folders no entry names. */
	const int *parents;
	unsigned parent_count;
};

struct unpack_stats {
	uint64_t entries, size_bytes; /* bytes of data written */
	uint64_t whiteouts, opaque_folders;
	unsigned xattrs_dropped; /* not for a container to have, or not taken by the file system */
};

/*
 * Unpacks all of reader below root_fd, an empty folder. On failure *err names the entry and the
 * folder holds rubbish, which the caller removes. stats may be NULL. Returns 0 or -errno.
 */
int unpack_layer(struct tar_reader *reader, int root_fd, const struct unpack_options *options,
		 struct unpack_stats *stats, struct err *err);

/*
 * Writes path without "." parts, leading and double slashes into clean (TAR_MAX_PATH bytes); the
 * root is "". Refuses "..". Returns 0 or -EINVAL.
 */
int unpack_clean_path(const char *path, char *clean, struct err *err);

/* True when an attribute of this name may be set on a file of an image. */
bool unpack_xattr_allowed(const char *name);

#endif

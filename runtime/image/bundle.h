/*
 * bundle.h - the files of an image archive by name, whether it is a folder or a tar file.
 *
 * Owns: listing a tar file's members once and giving each as a range of the file, so that layers
 * are read in the manifest's order without unpacking the archive first.
 * Does not own: what the files mean (import.c).
 */
#ifndef CBOX_IMAGE_BUNDLE_H
#define CBOX_IMAGE_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "runtime/image/tar.h"
#include "user/base/err.h"

struct bundle_member {
	char *name; /* cleaned; heap */
	char *link; /* of a symbolic or hard link, else NULL; heap */
	uint64_t offset, size;
};

struct bundle {
	int fd; /* the tar file or the folder; borrowed */
	bool is_folder;
	struct bundle_member *members; /* of a tar file, heap */
	size_t count, capacity;
};

/* A file of the bundle as a range of an fd. */
struct bundle_file {
	int fd;
	bool owns_fd;
	uint64_t offset, size;
};

/* What kind of thing an archive is. */
enum bundle_kind { BUNDLE_ROOTFS, BUNDLE_OCI, BUNDLE_DOCKER };

void bundle_open_folder(struct bundle *bundle, int fd);
/* Lists the members of an uncompressed tar file. Returns 0 or -errno. */
int bundle_open_tar(struct bundle *bundle, int fd, struct err *err);
/* Lists what a source delivers: only bundle_kind() and bundle_has() make sense then. */
int bundle_open_source(struct bundle *bundle, const struct tar_source *source, struct err *err);
void bundle_close(struct bundle *bundle);

enum bundle_kind bundle_kind(const struct bundle *bundle);
bool bundle_has(const struct bundle *bundle, const char *name);

/* Returns 0 or -errno; -ENOENT names the missing file. Pair with bundle_file_close(). */
int bundle_find(const struct bundle *bundle, const char *name, struct bundle_file *file,
		struct err *err);
/* Whole file into *data (heap, NUL-terminated). Returns the length or -errno. */
ssize_t bundle_read(const struct bundle *bundle, const char *name, size_t max, char **data,
		    struct err *err);
void bundle_file_close(struct bundle_file *file);

#endif

/*
 * import.h - a file or folder from somewhere else becomes an image of the store.
 *
 * Owns: what kinds of things can be imported, checking them against their own digests, and the
 * order in which blobs, layers, record and name come to be.
 * Does not own: fetching from registries.
 *
 * Takes: a root file system as tar or folder, an OCI image-layout as tar or folder, and the
 * archive of `docker save`; tar files plain or compressed with gzip or zstd.
 */
#ifndef CBOX_IMAGE_IMPORT_H
#define CBOX_IMAGE_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/image/digest.h"
#include "runtime/image/ref.h"
#include "user/base/err.h"

struct import_options {
	const char *source; /* path, or "-" for standard input */
	const char *name;   /* NAME[:TAG]; NULL: from the archive, else from the file's name */
	const char
		*select; /* of several images in an archive, the one with this name; may be NULL */
};

/* One image that was imported. */
struct import_result {
	struct digest id;
	struct ref ref;
	unsigned layers;
	uint64_t size_bytes;
};

#define IMPORT_MAX_IMAGES 64

/*
 * Imports all images of the source. results needs IMPORT_MAX_IMAGES places; *count is how many
 * were filled. On failure nothing of the failing image is visible. Returns 0 or -errno.
 */
int import_source(int store_fd, const struct import_options *options, struct import_result *results,
		  unsigned *count, struct err *err);

#endif

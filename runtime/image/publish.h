/*
 * publish.h - names and records of images: adding, removing, and what nobody needs any more.
 *
 * Owns: images/<id>.json, refs/, index.json, and the removal of unreferenced layers and blobs.
 * Does not own: making blobs and layers (transaction.h) or reading records (store.h).
 *
 * index.json is rebuilt from records and names on every change; entries of it that other tools
 * put there are kept.
 */
#ifndef CBOX_IMAGE_PUBLISH_H
#define CBOX_IMAGE_PUBLISH_H

#include "runtime/image/digest.h"
#include "runtime/image/ref.h"
#include "user/base/err.h"
#include "user/base/json.h"

struct publication {
	struct digest id, manifest;
	uint64_t manifest_size, size_bytes;
	const char *created;	     /* may be NULL */
	const struct digest *chains; /* lowest first */
	unsigned chain_count;
	const struct json *config; /* may be NULL */
};

/* Writes the record and points the names at it (none: an image without a name). 0 or -errno. */
int publish_image(int store_fd, const struct publication *image, const struct ref *refs,
		  unsigned ref_count, struct err *err);

/*
 * Removes a name, or with an id all names of that image; the image itself goes when its last name
 * does, with everything only it needed. Lines saying what was removed are printed to stdout.
 * An image that a container uses is -EBUSY. Returns 0 or -errno.
 */
int publish_remove(int store_fd, const char *text, bool force, struct err *err);

/* Removes images without a name (all: every image no container uses), layers and blobs that no
 * image needs, and dead transactions. *freed_bytes gets what the blobs and layers held. */
int publish_prune(int store_fd, bool all, uint64_t *freed_bytes, struct err *err);

#endif

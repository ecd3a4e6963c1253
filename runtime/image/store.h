/*
 * store.h - where images lie on disk, for readers.
 *
 * Owns: the layout below CBOX_ROOT, opening it, finding an image by name or id, listing.
 *
 *   oci-layout index.json blobs/sha256/   an OCI image-layout: skopeo and umoci read it as it is
 *   layers/<chain id>/diff                an unpacked layer: a lower folder of overlayfs
 *   images/<image id>.json                all `run` must know, in one small file (struct image)
 *   refs/<name%part:tag>                  symlink to ../images/<image id>.json
 *   tmp/                                  what is being made or removed; anything here may go
 *   gc.lock                               shared: layers and blobs stay; exclusive: may remove
 *
 * Does not own: writing any of it (transaction.h, publish.h), which only cbox-image does.
 *
 * See: OCI image-spec image-layout.md, config.md ("ChainID").
 */
#ifndef CBOX_IMAGE_STORE_H
#define CBOX_IMAGE_STORE_H

#include "runtime/image/digest.h"
#include "runtime/image/ref.h"
#include "user/base/arena.h"
#include "user/base/err.h"
#include "user/base/json.h"

#define STORE_DEFAULT_ROOT "/var/lib/cbox"
#define STORE_MAX_RECORD (4u << 20)

/* What is known of an image without looking into its blobs. Strings live in the arena. */
struct image {
	const char *id;	      /* 64 hex: digest of its configuration, Docker's image id */
	const char *manifest; /* 64 hex */
	uint64_t manifest_size;
	const char *created;	  /* RFC 3339, or NULL */
	uint64_t size_bytes;	  /* of the unpacked layers */
	const char *const *lower; /* chain ids, uppermost first, NULL-terminated */
	unsigned lower_count;
	const struct json *config; /* Env, Cmd, Entrypoint, WorkingDir, User …; may be NULL */
};

/* Path of the store: CBOX_ROOT or the default. */
const char *store_root(void);

/*
 * Opens the store's folder (O_PATH). With create, makes what is missing of it; without, a store
 * that does not exist is -ENOENT. Returns the fd or -errno.
 */
int store_open(bool create, struct err *err);

/* Keeps layers from being removed until the returned fd is closed. -errno on failure. */
int store_hold(int store_fd, struct err *err);

/*
 * Finds an image by NAME[:TAG], id, unique id prefix or "sha256:<id>". -ENOENT with a hint when
 * there is none; -EINVAL when the prefix fits several. Returns 0 or -errno.
 */
int image_find(struct arena *arena, int store_fd, const char *text, struct image *image,
	       struct err *err);

/* Reads one record by its path below the store. */
int image_read(struct arena *arena, int store_fd, const char *path, struct image *image,
	       struct err *err);

/* A name and the image it points to. */
struct image_name {
	struct ref ref;
	char id[DIGEST_HEX + 1];
};

/* All names, sorted; *names is heap, freed by the caller. Returns 0 or -errno. */
int image_names(int store_fd, struct image_name **names, size_t *count, struct err *err);

/* Ids of all images, sorted, as a NULL-terminated vector in arena. Returns 0 or -errno. */
int image_ids(struct arena *arena, int store_fd, const char ***ids, struct err *err);

#endif

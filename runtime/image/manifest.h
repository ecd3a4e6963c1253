/*
 * manifest.h - the JSON documents of an image: index, manifest, configuration.
 *
 * Owns: reading them strictly into C types, choosing the manifest for this machine, and writing
 * the manifest and configuration of images that come without.
 * Does not own: fetching the blobs they name (bundle.h) or the store (publish.h).
 *
 * See: OCI image-spec image-index.md, manifest.md, config.md; Docker's manifest schema 2.
 */
#ifndef CBOX_IMAGE_MANIFEST_H
#define CBOX_IMAGE_MANIFEST_H

#include "runtime/image/digest.h"
#include "runtime/image/stream.h"
#include "user/base/arena.h"
#include "user/base/json.h"
#include "user/base/json_write.h"

#define MANIFEST_MAX_LAYERS 500 /* what overlayfs takes by lowerdir+ */
#define MANIFEST_MAX_SIZE (4u << 20)

#define MEDIA_INDEX "application/vnd.oci.image.index.v1+json"
#define MEDIA_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define MEDIA_CONFIG "application/vnd.oci.image.config.v1+json"
#define ANNOTATION_REF_NAME "org.opencontainers.image.ref.name"

struct descriptor {
	const char *media_type; /* may be NULL */
	struct digest digest;
	uint64_t size;
	const char *ref_name;	       /* annotation, or NULL */
	const char *os, *architecture; /* of an index entry, or NULL */
};

struct manifest {
	struct descriptor config;
	struct descriptor *layers; /* lowest first */
	unsigned layer_count;
};

struct image_config {
	const char *created; /* may be NULL */
	const char *architecture, *os;
	struct digest *diff_ids; /* lowest first */
	unsigned diff_id_count;
	const struct json *config; /* may be NULL */
};

/* Entries of an index (or of index.json). Returns 0 or -EINVAL with the JSON path. */
int manifest_read_index(struct arena *arena, const char *text, size_t len,
			struct descriptor **entries, unsigned *count, struct err *err);

int manifest_read(struct arena *arena, const char *text, size_t len, struct manifest *manifest,
		  struct err *err);

int manifest_read_config(struct arena *arena, const char *text, size_t len,
			 struct image_config *config, struct err *err);

/* True when the descriptor's media type is an index (a list of manifests), OCI or Docker. */
bool descriptor_is_index(const struct descriptor *d);

/* Name of this machine's architecture as images spell it ("amd64"). */
const char *manifest_architecture(void);

/* A layer of an image that is being written. */
struct manifest_layer {
	struct digest digest, diff_id;
	uint64_t size;
	enum stream_format format;
};

/* Writes a manifest document. The caller frees w->out. */
void manifest_write(struct json_writer *w, const struct digest *config, uint64_t config_size,
		    const struct manifest_layer *layers, unsigned count);

/* Writes a configuration for layers that came without one; cmd may be NULL. */
void manifest_write_config(struct json_writer *w, uint64_t created_ns, const char *cmd,
			   const struct manifest_layer *layers, unsigned count);

/* chain id of a layer on top of parent (NULL for the lowest). Returns 0 or -errno. */
int manifest_chain(const struct digest *parent, const struct digest *diff_id, struct digest *chain,
		   struct err *err);

#endif

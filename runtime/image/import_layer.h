/*
 * import_layer.h - the layers of one image on their way into a transaction.
 *
 * Owns: reading a layer once for its digests, its blob and its unpacked folder, comparing it with
 * what the image says, and skipping what the store has.
 * Does not own: where layers come from (import.c).
 */
#ifndef CBOX_IMAGE_IMPORT_LAYER_H
#define CBOX_IMAGE_IMPORT_LAYER_H

#include "runtime/image/bundle.h"
#include "runtime/image/manifest.h"
#include "runtime/image/transaction.h"
#include "user/base/err.h"

struct import_layers {
	struct transaction *tx; /* borrowed */
	const char *label;	/* for the progress line */
	struct manifest_layer layers[MANIFEST_MAX_LAYERS];
	struct digest chains[MANIFEST_MAX_LAYERS];
	unsigned count;
	uint64_t size_bytes;
	bool has_shell; /* a layer brought /bin/sh */
};

/* What an image says of a layer; either may be NULL. */
struct layer_claim {
	const struct descriptor *blob;
	const struct digest *diff_id;
};

/* Adds the next layer on top. Returns 0 or -errno; -EBADMSG when it is not what was claimed. */
int import_layer(struct import_layers *all, const struct bundle_file *file,
		 const struct layer_claim *claim, struct err *err);

#endif

/*
 * index.h - index.json, the door through which other tools see our images.
 *
 * Owns: rebuilding it from records and names, keeping what other tools put into it.
 * Does not own: the records (publish.h). Callers hold index.lock.
 *
 * See: OCI image-spec image-layout.md, "index.json file".
 */
#ifndef CBOX_IMAGE_INDEX_H
#define CBOX_IMAGE_INDEX_H

#include "runtime/image/manifest.h"
#include "user/base/err.h"

/* Returns 0 or -errno. */
int index_rebuild(int store_fd, struct err *err);

/* Entries of index.json that no image record stands for: other tools' images. In arena. */
int index_foreign(struct arena *arena, int store_fd, struct descriptor **entries, unsigned *count,
		  struct err *err);

#endif

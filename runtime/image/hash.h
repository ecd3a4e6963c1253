/*
 * hash.h - SHA-256 over a stream of bytes.
 *
 * Owns: the only use of OpenSSL's EVP. Does not own: digests as text (digest.h).
 */
#ifndef CBOX_IMAGE_HASH_H
#define CBOX_IMAGE_HASH_H

#include <stddef.h>

#include "runtime/image/digest.h"

struct hash {
	void *context;
};

/* Starts a hash. Returns 0 or -ENOMEM. Pair with hash_free(). */
int hash_begin(struct hash *hash, struct err *err);
/* Adds bytes. EVP fails here only when misused: failures surface in hash_end(). */
void hash_add(struct hash *hash, const void *data, size_t len);
/* Result; the hash may be freed only. Returns 0 or -EIO. */
int hash_end(struct hash *hash, struct digest *digest, struct err *err);
/* Safe on a zeroed struct. */
void hash_free(struct hash *hash);

/* One-shot over a buffer. */
int hash_buffer(const void *data, size_t len, struct digest *digest, struct err *err);

#endif

/*
 * transaction.h - adding blobs and layers to the store so that they appear whole or not at all.
 *
 * Owns: a private folder below tmp/ where things are made; writing all of it to disk at once; the
 * renames that publish them; clearing what a killed import left behind.
 * Does not own: what the blobs say (manifest.h) or the order in which an image is built (import.c).
 *
 * Everything is made in tmp/<n>, locked by flock so that a dead one can be told from a live one.
 * transaction_commit() makes the data durable first (syncfs) and renames then: after a power cut
 * a name either stands for complete data or is not there.
 *
 * See: syncfs(2), rename(2); OCI image-layout.md.
 */
#ifndef CBOX_IMAGE_TRANSACTION_H
#define CBOX_IMAGE_TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/image/digest.h"
#include "user/base/err.h"

struct transaction_rename {
	char from[48]; /* below the transaction's folder */
	char to[128];  /* below the store */
};

struct transaction {
	int store_fd; /* borrowed */
	int hold_fd;  /* gc.lock, shared */
	int fd;	      /* the folder tmp/<name>, locked; -1 when there is none */
	char name[32];
	unsigned next;
	struct transaction_rename *renames; /* heap */
	size_t rename_count, rename_capacity;
};

/* Clears dead transactions, then begins one. Pair with transaction_end(). */
int transaction_begin(struct transaction *tx, int store_fd, struct err *err);

/* Creates a file of the transaction, open for writing and reading. Returns the fd. */
int transaction_file(struct transaction *tx, char *name, size_t size, struct err *err);

/* Creates the folder <name>/diff of the transaction. Returns an fd of diff, O_RDONLY. */
int transaction_folder(struct transaction *tx, char *name, size_t size, struct err *err);

/* At commit, name becomes the blob or the layer, unless it is there already. */
int transaction_add_blob(struct transaction *tx, const char *name, const struct digest *digest,
			 struct err *err);
int transaction_add_layer(struct transaction *tx, const char *name, const struct digest *chain,
			  struct err *err);

/* Writes a blob from memory; *digest is its digest. */
int transaction_put_blob(struct transaction *tx, const void *data, size_t len,
			 struct digest *digest, struct err *err);

/* True when the store has it already. */
bool store_has_blob(int store_fd, const struct digest *digest);
bool store_has_layer(int store_fd, const struct digest *chain);

/*
 * Opens a layer's diff folder, one of this transaction or of the store, O_PATH.
 * Returns the fd or -errno.
 */
int transaction_open_layer(const struct transaction *tx, const struct digest *chain,
			   struct err *err);

/* Makes everything durable and visible. Returns 0 or -errno. */
int transaction_commit(struct transaction *tx, struct err *err);

/* Removes what was not committed and lets go of the locks. Safe after a failed begin. */
void transaction_end(struct transaction *tx);

/* Removes every folder of tmp/ that no live process holds. */
int transaction_clear_dead(int store_fd, struct err *err);

#endif

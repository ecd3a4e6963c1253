/*
 * stream.h - a layer read once: copied, hashed, decompressed and hashed again on the way.
 *
 * Owns: gzip, zstd and plain input, several members or frames included; the digest of the bytes
 * as they came and the diffID of the bytes that come out; the copy of the blob.
 * Does not own: what the bytes mean (tar.h) or where the blob ends up (store.h).
 *
 * See: RFC 1952 (gzip), RFC 8878 (zstd), OCI image-spec config.md, "Layer DiffID".
 */
#ifndef CBOX_IMAGE_STREAM_H
#define CBOX_IMAGE_STREAM_H

#include <stdint.h>
#include <sys/types.h>

#include "runtime/image/digest.h"
#include "user/base/err.h"

enum stream_format { STREAM_PLAIN, STREAM_GZIP, STREAM_ZSTD };

struct stream;

/*
 * Opens bytes offset..offset+len of fd (len UINT64_MAX: up to its end), read by pread; fd is
 * borrowed. copy_fd gets the raw bytes, -1 for no copy. Returns 0 or -errno; -EINVAL with a hint
 * for xz and bzip2.
 */
int stream_open(int fd, uint64_t offset, uint64_t len, int copy_fd, struct stream **stream,
		struct err *err);

/* A tar_read_fn: the next decompressed bytes. */
ssize_t stream_read(void *stream, void *buf, size_t size, struct err *err);

enum stream_format stream_format(const struct stream *stream);
/* Raw bytes taken from the input so far; for progress. */
uint64_t stream_position(const struct stream *stream);

/* Reads up to the end of the input and gives both digests and the raw size. 0 or -errno. */
int stream_finish(struct stream *stream, struct digest *raw, struct digest *diff_id,
		  uint64_t *raw_size, struct err *err);

/* NULL is fine. */
void stream_close(struct stream *stream);

static inline void cleanup_stream_fn(struct stream **stream)
{
	stream_close(*stream);
}
#define cleanup_stream __attribute__((cleanup(cleanup_stream_fn)))

#endif

/*
 * tar.h - a strict, streaming reader of tar archives from strangers.
 *
 * Owns: v7, ustar, GNU (long names, old sparse) and PAX (long names, large sizes, sub-second
 * times, extended attributes, sparse 0.0, 0.1 and 1.0) headers, and handing out file data with
 * its offset, so that holes stay holes. Every number is range-checked, all header data is
 * bounded, and nothing is skipped silently that would change what gets unpacked.
 * Does not own: decompression (stream.h), what a path may be (unpack.h), writing (tar_write.h).
 *
 * See: pax(1) and ustar in POSIX.1-2017; tar(5) of libarchive; GNU tar manual, "Tar Internals".
 */
#ifndef CBOX_IMAGE_TAR_H
#define CBOX_IMAGE_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/err.h"

#define TAR_BLOCK 512
#define TAR_MAX_PATH 4096		 /* with the NUL; PATH_MAX */
#define TAR_MAX_HEADER_DATA (1u << 20)	 /* one PAX or long-name body */
#define TAR_MAX_XATTRS 128		 /* of one entry */
#define TAR_MAX_SEGMENTS (1u << 16)	 /* of one sparse file */
#define TAR_MAX_SIZE (UINT64_C(1) << 62) /* of one file: sums of two never overflow */
#define TAR_MAX_CHAINED_HEADERS 16	 /* header entries in front of one real entry */

/* Reads up to size bytes. Returns bytes, 0 at the end, or -errno with *err. */
typedef ssize_t (*tar_read_fn)(void *context, void *buf, size_t size, struct err *err);
/* Moves past count bytes without reading them. Returns 0 or -errno with *err. */
typedef int (*tar_skip_fn)(void *context, uint64_t count, struct err *err);

struct tar_source {
	tar_read_fn read;
	tar_skip_fn skip; /* NULL: skipping reads */
	void *context;
};

enum tar_type {
	TAR_FILE,
	TAR_HARDLINK,
	TAR_SYMLINK,
	TAR_CHAR,
	TAR_BLOCK_DEVICE,
	TAR_FOLDER,
	TAR_FIFO,
};

struct tar_xattr {
	const char *name;
	const void *value;
	size_t len;
};

/* A part of a sparse file that has data. */
struct tar_segment {
	uint64_t offset, len;
};

/* One entry; strings and lists belong to the reader and live until the next tar_next(). */
struct tar_entry {
	enum tar_type type;
	const char *path; /* as written, not cleaned; never empty */
	const char *link; /* target of a hard or symbolic link, else "" */
	mode_t mode;	  /* permission bits, 07777 */
	uid_t uid;
	gid_t gid;
	int64_t mtime_s;
	uint32_t mtime_ns;
	uint64_t size; /* of the file, holes included; 0 for other types */
	uint32_t major, minor;
	struct tar_xattr xattrs[TAR_MAX_XATTRS];
	unsigned xattr_count;
	bool sparse;
	uint64_t data_position; /* where the data starts in the archive */
};

/* A run of file data at its place in the file. Valid until the next call on the reader. */
struct tar_chunk {
	uint64_t offset;
	const unsigned char *data;
	size_t len;
};

struct tar_reader;

/* Heap-allocates a reader over source (copied). NULL with errno = ENOMEM. */
struct tar_reader *tar_open(const struct tar_source *source);
void tar_close(struct tar_reader *reader);

/*
 * Goes to the next entry, past what is left of the one before. Returns 1 with *entry, 0 at the
 * end of the archive, or -errno with *err naming the entry: -EINVAL for a malformed archive.
 */
int tar_next(struct tar_reader *reader, const struct tar_entry **entry, struct err *err);

/* Next run of data of the current file. Returns 1 with *chunk, 0 at its end, or -errno. */
int tar_data(struct tar_reader *reader, struct tar_chunk *chunk, struct err *err);

/* True when the archive stopped without its end marker, as if it had been cut off. */
bool tar_is_unterminated(const struct tar_reader *reader);

static inline void cleanup_tar_fn(struct tar_reader **reader)
{
	tar_close(*reader);
}
#define cleanup_tar __attribute__((cleanup(cleanup_tar_fn)))

#endif

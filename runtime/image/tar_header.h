/*
 * tar_header.h - the fields of tar headers: numbers, PAX records, sparse maps.
 *
 * Owns: decoding bytes that are already in memory. No input, no allocation but the sparse map.
 * Does not own: the order of blocks and entries (tar.c).
 */
#ifndef CBOX_IMAGE_TAR_HEADER_H
#define CBOX_IMAGE_TAR_HEADER_H

#include "runtime/image/tar.h"

/* What headers in front of an entry say about it. Strings point into the caller's buffers. */
struct tar_overrides {
	const char *path, *link;
	bool has_size, has_uid, has_gid, has_mtime;
	uint64_t size;
	uint64_t uid, gid;
	int64_t mtime_s;
	uint32_t mtime_ns;
	struct tar_xattr xattrs[TAR_MAX_XATTRS];
	unsigned xattr_count;
	/* GNU.sparse.*: version 0.0 and 0.1 fill segments; 1.0 has its map in the data. */
	bool sparse, sparse_map_in_data, has_real_size;
	uint64_t real_size;
	struct tar_segment *segments; /* heap, owned by whoever owns this struct */
	size_t segment_count, segment_capacity;
	uint64_t pending_offset; /* 0.0 gives offset and length in turns */
	bool has_pending_offset;
};

/* Number in a fixed field: octal text or base 256. Returns 0, -EINVAL or -ERANGE. */
int tar_number(const unsigned char *field, size_t size, int64_t *value);

/* True when the header's checksum is right, in either of the two historic readings. */
bool tar_checksum_ok(const unsigned char *block);

/*
 * Adds the records of a PAX body, which is changed in place. global is for type 'g', in which
 * nothing that changes names or sizes is taken. Returns 0 or -EINVAL/-ENOMEM with *err.
 */
int tar_pax_records(char *body, size_t len, bool global, struct tar_overrides *over,
		    struct err *err);

/* Appends to the map; refuses overlaps, disorder and more than TAR_MAX_SEGMENTS. */
int tar_add_segment(struct tar_overrides *over, uint64_t offset, uint64_t len, struct err *err);

/* Unsigned decimal number of exactly len characters. 0 or -EINVAL. */
int tar_decimal(const char *text, size_t len, uint64_t *value);

#endif

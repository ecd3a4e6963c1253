/*
 * tar_build.h - archives built in memory, honest and hostile, for the tests of this room.
 *
 * Owns: struct tarball and its entries; every field can be set to nonsense.
 * Does not own: writing archives for users (runtime/image/tar_write).
 */
#ifndef CBOX_TEST_TAR_BUILD_H
#define CBOX_TEST_TAR_BUILD_H

#include "runtime/image/tar.h"
#include "user/base/str.h"

struct tarball {
	struct strbuf bytes;
	size_t read_at;
	size_t chunk; /* bytes a read returns at most; 0: as many as asked for */
};

/* Appends a header block with a right checksum. Returns its offset. */
size_t tarball_header(struct tarball *t, char type, const char *name, const char *link,
		      unsigned long size);
/* Appends data and its padding. */
void tarball_data(struct tarball *t, const void *data, size_t len);
/* Header and data in one. */
void tarball_file(struct tarball *t, const char *name, const char *text);
/* A PAX header; records is "key=value" text, which gets its length. NULL-terminated list. */
void tarball_pax(struct tarball *t, const char *const *records);
/* Overwrites len bytes of a header and mends its checksum. */
void tarball_patch(struct tarball *t, size_t header, size_t at, const void *data, size_t len);
/* The two zero blocks. */
void tarball_end(struct tarball *t);

/* A source over the bytes. */
struct tar_source tarball_source(struct tarball *t);

#endif

/*
 * tar_test.c - archives of all dialects are read, and nothing a liar writes is believed.
 */
#include "runtime/image/tar.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/image/tar_build.h"

/* Reads all of a tarball. Returns what tar_next() ended with. */
static int read_all(struct tarball *t, struct err *err)
{
	struct tar_source source = tarball_source(t);
	cleanup_tar struct tar_reader *reader = tar_open(&source);
	const struct tar_entry *entry;
	struct tar_chunk chunk;
	int r, d;

	while ((r = tar_next(reader, &entry, err)) > 0)
		while ((d = tar_data(reader, &chunk, err)) != 0)
			if (d < 0)
				return d;
	return r;
}

static void refuses(struct tarball *t, const char *reason)
{
	struct err err = { 0 };

	cr_assert_lt(read_all(t, &err), 0, "was read: %s", reason);
	cr_assert(strstr(err.message, reason), "expected '%s' in '%s'", reason, err.message);
	strbuf_free(&t->bytes);
}

Test(tar, reads_files_links_and_devices_in_any_chunk_size)
{
	static const size_t chunks[] = { 0, 1, 7, 511, 512, 513 };

	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		struct tarball t = { .chunk = chunks[i] };
		struct tar_source source = tarball_source(&t);
		struct tar_reader *reader = tar_open(&source);
		const struct tar_entry *e;
		struct tar_chunk chunk;
		struct err err = { 0 };
		char text[16] = "";

		tarball_file(&t, "./a", "hello");
		tarball_header(&t, '2', "b", "a", 0);
		tarball_patch(&t, tarball_header(&t, '3', "null", "", 0), 329,
			      "0000001\0"
			      "0000003\0",
			      16);
		tarball_end(&t);
		cr_assert_eq(tar_next(reader, &e, &err), 1, "%s", err.message);
		cr_assert(e->type == TAR_FILE && e->size == 5 && e->mode == 0644);
		while (tar_data(reader, &chunk, &err) > 0)
			memcpy(text + chunk.offset, chunk.data, chunk.len);
		cr_assert_str_eq(text, "hello");
		cr_assert_eq(tar_next(reader, &e, &err), 1);
		cr_assert(e->type == TAR_SYMLINK && !strcmp(e->link, "a"));
		cr_assert_eq(tar_next(reader, &e, &err), 1);
		cr_assert(e->type == TAR_CHAR && e->major == 1 && e->minor == 3);
		cr_assert_eq(tar_next(reader, &e, &err), 0);
		cr_assert_eq(tar_next(reader, &e, &err), 0, "stays at the end");
		cr_assert_not(tar_is_unterminated(reader));
		tar_close(reader);
		strbuf_free(&t.bytes);
	}
}

Test(tar, pax_overrides_path_owner_size_and_time)
{
	static const char *const records[] = {
		"path=long/name",	 "uid=70000", "gid=3000000", "size=3", "mtime=-1.5",
		"SCHILY.xattr.user.k=v", NULL
	};
	struct tarball t = { 0 };
	struct tar_source source = tarball_source(&t);
	struct tar_reader *reader = tar_open(&source);
	const struct tar_entry *e;
	struct err err = { 0 };

	tarball_pax(&t, records);
	tarball_header(&t, '0', "short", "", 0);
	tarball_data(&t, "abc", 3);
	tarball_file(&t, "next", "");
	tarball_end(&t);
	cr_assert_eq(tar_next(reader, &e, &err), 1, "%s", err.message);
	cr_assert_str_eq(e->path, "long/name");
	cr_assert(e->uid == 70000 && e->gid == 3000000 && e->size == 3);
	cr_assert(e->mtime_s == -2 && e->mtime_ns == 500000000);
	cr_assert(e->xattr_count == 1 && !strcmp(e->xattrs[0].name, "user.k") &&
		  e->xattrs[0].len == 1);
	cr_assert_eq(tar_next(reader, &e, &err), 1, "%s", err.message);
	cr_assert(!strcmp(e->path, "next") && e->uid == 0 && e->xattr_count == 0);
	tar_close(reader);
	strbuf_free(&t.bytes);
}

Test(tar, gnu_long_names_are_put_together)
{
	struct tarball t = { 0 };
	struct tar_source source = tarball_source(&t);
	struct tar_reader *reader = tar_open(&source);
	const struct tar_entry *e;
	struct err err = { 0 };
	char name[300];

	memset(name, 'n', sizeof(name) - 1);
	name[299] = '\0';
	tarball_header(&t, 'L', "././@LongLink", "", sizeof(name));
	tarball_data(&t, name, sizeof(name));
	tarball_header(&t, 'K', "././@LongLink", "", sizeof(name));
	tarball_data(&t, name, sizeof(name));
	tarball_header(&t, '2', "cut", "cut", 0);
	tarball_end(&t);
	cr_assert_eq(tar_next(reader, &e, &err), 1, "%s", err.message);
	cr_assert_str_eq(e->path, name);
	cr_assert_str_eq(e->link, name);
	tar_close(reader);
	strbuf_free(&t.bytes);
}

Test(tar, sparse_maps_give_data_at_its_offset)
{
	static const char *const v01[] = { "GNU.sparse.size=100000", "GNU.sparse.map=0,1,99999,1",
					   NULL };
	static const char *const v10[] = { "GNU.sparse.major=1", "GNU.sparse.minor=0",
					   "GNU.sparse.realsize=100000", NULL };
	char map[TAR_BLOCK + 2] = "2\n0\n1\n99999\n1\n";

	memcpy(map + TAR_BLOCK, "xy", 2);
	for (int version = 0; version < 2; version++) {
		struct tarball t = { 0 };
		struct tar_source source = tarball_source(&t);
		struct tar_reader *reader = tar_open(&source);
		const struct tar_entry *e;
		struct tar_chunk chunk;
		struct err err = { 0 };

		tarball_pax(&t, version ? v10 : v01);
		tarball_header(&t, '0', "sparse", "", version ? sizeof(map) : 2);
		tarball_data(&t, version ? map : "xy", version ? sizeof(map) : 2);
		tarball_end(&t);
		cr_assert_eq(tar_next(reader, &e, &err), 1, "%s", err.message);
		cr_assert(e->sparse && e->size == 100000);
		cr_assert_eq(tar_data(reader, &chunk, &err), 1);
		cr_assert(chunk.offset == 0 && chunk.len == 1 && *chunk.data == 'x');
		cr_assert_eq(tar_data(reader, &chunk, &err), 1);
		cr_assert(chunk.offset == 99999 && chunk.len == 1 && *chunk.data == 'y');
		cr_assert_eq(tar_data(reader, &chunk, &err), 0);
		cr_assert_eq(tar_next(reader, &e, &err), 0, "%s", err.message);
		tar_close(reader);
		strbuf_free(&t.bytes);
	}
}

Test(tar, sparse_maps_that_lie_are_refused)
{
	static const char *const maps[] = { "GNU.sparse.map=5,1,0,1", "GNU.sparse.map=0,1,200,1",
					    "GNU.sparse.map=0,1", "GNU.sparse.map=0,1,2",
					    "GNU.sparse.map=0,9223372036854775807,1,1" };

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		const char *const records[] = { "GNU.sparse.size=100", maps[i], NULL };
		struct tarball t = { 0 };

		tarball_pax(&t, records);
		tarball_header(&t, '0', "sparse", "", 2);
		tarball_data(&t, "xy", 2);
		refuses(&t, "sparse");
	}
}

Test(tar, cut_off_archives_are_refused_or_marked)
{
	struct tarball t = { 0 };
	struct tar_source source;
	struct tar_reader *reader;
	const struct tar_entry *e;
	struct err err = { 0 };

	refuses(&t, "empty");
	t = (struct tarball){ 0 };
	tarball_header(&t, '0', "a", "", 1000);
	strbuf_append(&t.bytes, "short", 5);
	refuses(&t, "cut off");
	t = (struct tarball){ 0 };
	tarball_file(&t, "a", "x");
	strbuf_append(&t.bytes, "half a header", 13);
	refuses(&t, "cut off");
	t = (struct tarball){ 0 };
	tarball_file(&t, "a", "x");
	source = tarball_source(&t);
	reader = tar_open(&source);
	cr_assert_eq(tar_next(reader, &e, &err), 1);
	cr_assert_eq(tar_next(reader, &e, &err), 0);
	cr_assert(tar_is_unterminated(reader));
	tar_close(reader);
	strbuf_free(&t.bytes);
}

Test(tar, numbers_out_of_range_are_refused)
{
	static const struct {
		size_t at;
		const char *bytes, *reason;
		size_t len;
	} bad[] = {
		{ 124, "\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff", "size", 12 },
		{ 124, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "size", 12 },
		{ 124, "0000000012x", "size", 12 },
		{ 100, "rwxr-xr\0", "mode", 8 },
		{ 108, "\x80\x00\x00\x00\xff\xff\xff\xff", "4294967295", 8 },
		{ 108, "-000001\0", "uid", 8 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tarball t = { 0 };

		tarball_patch(&t, tarball_header(&t, '0', "a", "", 0), bad[i].at, bad[i].bytes,
			      bad[i].len);
		refuses(&t, bad[i].reason);
	}
}

Test(tar, malformed_pax_records_are_refused)
{
	static const char *const bodies[] = { "5 a=b\n",  "7 a=b\n",
					      "99 a=b\n", "6 ab\n\n",
					      "6 =bc\n",  "x a=b\n",
					      "6 a=b\0",  "18446744073709551616 a=b\n",
					      "6 a=bc" };

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct tarball t = { 0 };

		tarball_header(&t, 'x', "x", "", strlen(bodies[i]) + (i == 6));
		tarball_data(&t, bodies[i], strlen(bodies[i]) + (i == 6));
		tarball_file(&t, "a", "");
		refuses(&t, "malformed PAX record");
	}
}

Test(tar, header_data_is_bounded)
{
	struct tarball t = { 0 };

	tarball_header(&t, 'x', "x", "", 2u << 20);
	refuses(&t, "over the limit");
	t = (struct tarball){ 0 };
	tarball_header(&t, 'L', "x", "", 0xffffffffffUL & 077777777777UL);
	refuses(&t, "over the limit");
	t = (struct tarball){ 0 };
	for (int i = 0; i < 20; i++)
		tarball_header(&t, 'V', "volume", "", 0);
	refuses(&t, "headers before one entry");
}

Test(tar, global_records_cannot_change_names)
{
	struct tarball t = { 0 };

	tarball_header(&t, 'g', "x", "", 16);
	tarball_data(&t, "16 path=/etc/x1\n", 16);
	tarball_file(&t, "a", "");
	refuses(&t, "global PAX record");
}

Test(tar, unknown_types_and_wrong_checksums_are_refused)
{
	struct tarball t = { 0 };

	tarball_header(&t, 'M', "a", "", 0);
	refuses(&t, "not supported");
	t = (struct tarball){ 0 };
	tarball_file(&t, "a", "");
	t.bytes.data[0] ^= 1;
	refuses(&t, "checksum");
}

Test(tar, links_have_no_data_whatever_their_size_says)
{
	struct tarball t = { 0 };
	struct err err = { 0 };

	tarball_header(&t, '1', "a", "b", 123456);
	tarball_end(&t);
	cr_assert_eq(read_all(&t, &err), 0, "%s", err.message);
	strbuf_free(&t.bytes);
}

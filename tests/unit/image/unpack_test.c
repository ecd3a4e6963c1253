/*
 * unpack_test.c - a layer lands where overlayfs expects it, and never outside its folder.
 */
#include "runtime/image/unpack.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "runtime/image/unpack_object.h"
#include "tests/unit/image/tar_build.h"
#include "user/base/file.h"

static char top[] = "/tmp/cbox-test-unpack-XXXXXX";
static int top_fd = -1, root = -1, below = -1;

static void make_folders(void)
{
	cr_assert(mkdtemp(top));
	top_fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert(mkdirat(top_fd, "root", 0755) == 0 && mkdirat(top_fd, "below", 0755) == 0);
	root = openat(top_fd, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	below = openat(top_fd, "below", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void remove_folders(void)
{
	close(root);
	close(below);
	close(top_fd);
	cr_assert_eq(file_remove_all(AT_FDCWD, top, NULL), 0);
}

TestSuite(unpack, .init = make_folders, .fini = remove_folders);

static int unpack(struct tarball *t, struct unpack_stats *stats, struct err *err)
{
	struct unpack_options options = { .rootless = true, .parents = &below, .parent_count = 1 };
	struct tar_source source = tarball_source(t);
	cleanup_tar struct tar_reader *reader = tar_open(&source);
	int r;

	tarball_end(t);
	r = unpack_layer(reader, root, &options, stats, err);
	strbuf_free(&t->bytes);
	*t = (struct tarball){ 0 };
	return r;
}

static void unpacks(struct tarball *t, struct unpack_stats *stats)
{
	struct err err = { 0 };

	cr_assert_eq(unpack(t, stats, &err), 0, "%s", err.message);
}

static void refuses(struct tarball *t, const char *reason)
{
	struct err err = { 0 };

	cr_assert_lt(unpack(t, NULL, &err), 0, "was unpacked: %s", reason);
	cr_assert(strstr(err.message, reason), "expected '%s' in '%s'", reason, err.message);
}

static bool is_opaque(const char *path)
{
	int fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char value = 0;
	ssize_t n = fgetxattr(fd, "user.overlay.opaque", &value, 1);

	close(fd);
	return n == 1 && value == 'y';
}

static bool is_whiteout(const char *path)
{
	struct stat st;

	return fstatat(root, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && object_is_whiteout(&st);
}

static void has_text(const char *path, const char *text)
{
	char *data = NULL;

	cr_assert_geq(file_read(root, path, 4096, &data, NULL), 0, "no '%s'", path);
	cr_assert_str_eq(data, text);
	free(data);
}

Test(unpack, paths_are_cleaned)
{
	char clean[TAR_MAX_PATH];

	cr_assert_eq(unpack_clean_path("/./a//b/./c/", clean, NULL), 0);
	cr_assert_str_eq(clean, "a/b/c");
	cr_assert_eq(unpack_clean_path("./", clean, NULL), 0);
	cr_assert_str_eq(clean, "");
	cr_assert_lt(unpack_clean_path("a/..", clean, NULL), 0);
	cr_assert_eq(unpack_clean_path("..a/b..", clean, NULL), 0);
}

Test(unpack, dotdot_is_refused_in_names_and_hard_links)
{
	struct tarball t = { 0 };

	tarball_file(&t, "../outside", "x");
	refuses(&t, "..");
	tarball_file(&t, "a/../../outside", "x");
	refuses(&t, "..");
	tarball_header(&t, '1', "link", "../outside", 0);
	refuses(&t, "..");
	cr_assert_neq(faccessat(top_fd, "outside", F_OK, 0), 0);
}

Test(unpack, absolute_names_land_inside)
{
	struct tarball t = { 0 };

	tarball_file(&t, "/inside", "x");
	unpacks(&t, NULL);
	has_text("inside", "x");
}

Test(unpack, symlinks_do_not_lead_out)
{
	struct tarball t = { 0 };

	/* the link names a real folder of the host; the file must not get there */
	tarball_header(&t, '2', "out", top, 0);
	tarball_file(&t, "out/planted", "x");
	refuses(&t, "out");
	cr_assert_neq(faccessat(top_fd, "planted", F_OK, 0), 0);
	tarball_header(&t, '2', "up", "../../..", 0);
	tarball_file(&t, "up/planted", "x");
	unpacks(&t, NULL);
	has_text("planted", "x");
}

Test(unpack, a_file_replaces_a_symlink_instead_of_writing_through_it)
{
	struct tarball t = { 0 };
	char target[128];
	int victim = openat(top_fd, "victim", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	close(victim);
	snprintf(target, sizeof(target), "%s/victim", top);
	tarball_header(&t, '2', "f", target, 0);
	tarball_file(&t, "f", "new");
	unpacks(&t, NULL);
	has_text("f", "new");
	struct stat st;

	cr_assert_eq(fstatat(top_fd, "victim", &st, 0), 0);
	cr_assert_eq(st.st_size, 0);
}

Test(unpack, hard_links_share_the_inode_and_stay_inside)
{
	struct tarball t = { 0 };

	tarball_file(&t, "d/a", "x");
	tarball_header(&t, '1', "b", "/d/a", 0);
	tarball_file(&t, "c", "old");
	tarball_header(&t, '1', "c", "d/a", 0);
	tarball_header(&t, '1', "c", "d/a", 0);
	unpacks(&t, NULL);
	cr_assert(object_is_same(root, "d/a", root, "b"));
	cr_assert(object_is_same(root, "d/a", root, "c"));
	tarball_header(&t, '1', "e", "etc/passwd", 0);
	refuses(&t, "not in this layer");
}

Test(unpack, whiteouts_become_0_0_devices)
{
	struct unpack_stats stats;
	struct tarball t = { 0 };

	tarball_file(&t, "d/.wh.gone", "");
	unpacks(&t, &stats);
	cr_assert(is_whiteout("d/gone"));
	cr_assert_neq(faccessat(root, "d/.wh.gone", F_OK, AT_SYMLINK_NOFOLLOW), 0);
	cr_assert_eq(stats.whiteouts, 1);
	tarball_file(&t, ".wh.", "");
	refuses(&t, "names nothing");
	tarball_file(&t, ".wh...", "");
	refuses(&t, "names nothing");
}

Test(unpack, opaque_markers_become_attributes)
{
	struct tarball t = { 0 };

	tarball_file(&t, "d/.wh..wh..opq", "");
	tarball_file(&t, "d/new", "x");
	unpacks(&t, NULL);
	cr_assert(is_opaque("d"));
	cr_assert_neq(faccessat(root, "d/.wh..wh..opq", F_OK, 0), 0);
}

Test(unpack, a_whiteout_does_not_hide_what_its_own_layer_has)
{
	struct tarball t = { 0 };

	tarball_file(&t, "first", "kept");
	tarball_file(&t, ".wh.first", "");
	tarball_file(&t, ".wh.second", "");
	tarball_file(&t, "second", "kept");
	tarball_file(&t, "folder/x", "kept");
	tarball_file(&t, ".wh.folder", "");
	tarball_file(&t, ".wh.later", "");
	tarball_header(&t, '5', "later/", "", 0);
	tarball_file(&t, ".wh.implied", "");
	tarball_file(&t, "implied/x", "kept");
	unpacks(&t, NULL);
	has_text("first", "kept");
	has_text("second", "kept");
	has_text("folder/x", "kept");
	cr_assert(is_opaque("folder") && is_opaque("later") && is_opaque("implied"));
}

Test(unpack, a_device_that_is_a_whiteout_is_refused)
{
	struct unpack_options options = { 0 };
	struct tarball t = { 0 };
	struct tar_source source = tarball_source(&t);
	struct tar_reader *reader = tar_open(&source);
	struct err err = { 0 };

	tarball_header(&t, '3', "null", "", 0);
	tarball_end(&t);
	cr_assert_lt(unpack_layer(reader, root, &options, NULL, &err), 0);
	cr_assert(strstr(err.message, "0:0"), "%s", err.message);
	tar_close(reader);
	strbuf_free(&t.bytes);
}

Test(unpack, attributes_that_speak_to_overlayfs_are_dropped)
{
	static const char *const records[] = { "SCHILY.xattr.trusted.overlay.redirect=/etc",
					       "SCHILY.xattr.user.overlay.opaque=y",
					       "SCHILY.xattr.user.fine=1", NULL };
	struct unpack_stats stats;
	struct tarball t = { 0 };
	char value;
	int fd;

	tarball_pax(&t, records);
	tarball_header(&t, '5', "d", "", 0);
	unpacks(&t, &stats);
	cr_assert_eq(stats.xattrs_dropped, 2);
	cr_assert_not(is_opaque("d"));
	fd = openat(root, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_eq(fgetxattr(fd, "user.fine", &value, 1), 1);
	close(fd);
	cr_assert_not(unpack_xattr_allowed("security.selinux"));
	cr_assert(unpack_xattr_allowed("security.capability"));
}

Test(unpack, later_entries_replace_earlier_ones)
{
	struct tarball t = { 0 };
	struct stat st;

	tarball_file(&t, "x/deep/file", "1");
	tarball_file(&t, "x", "now a file");
	tarball_file(&t, "y", "1");
	tarball_header(&t, '5', "y", "", 0);
	tarball_file(&t, "z/kept", "1");
	tarball_patch(&t, tarball_header(&t, '5', "z", "", 0), 100, "0000711", 8);
	unpacks(&t, NULL);
	has_text("x", "now a file");
	has_text("z/kept", "1");
	cr_assert(fstatat(root, "y", &st, 0) == 0 && S_ISDIR(st.st_mode));
	cr_assert(fstatat(root, "z", &st, 0) == 0 && (st.st_mode & 07777) == 0711);
}

Test(unpack, modes_and_times_are_kept_on_folders_too)
{
	struct tarball t = { 0 };
	struct stat st;

	tarball_patch(&t, tarball_header(&t, '5', "d", "", 0), 100, "0001777", 8);
	tarball_file(&t, "d/f", "x");
	tarball_patch(&t, tarball_header(&t, '0', "s", "", 0), 100, "0004755", 8);
	unpacks(&t, NULL);
	cr_assert_eq(fstatat(root, "d", &st, 0), 0);
	cr_assert(st.st_mtim.tv_sec == 10 && (st.st_mode & 07777) == 01777);
	cr_assert_eq(fstatat(root, "s", &st, 0), 0);
	cr_assert(st.st_mtim.tv_sec == 10 && (st.st_mode & 07777) == 04755);
}

Test(unpack, holes_stay_holes)
{
	static const char *const records[] = { "GNU.sparse.size=8388608",
					       "GNU.sparse.map=4194304,2", NULL };
	struct tarball t = { 0 };
	struct stat st;

	tarball_pax(&t, records);
	tarball_header(&t, '0', "sparse", "", 2);
	tarball_data(&t, "xy", 2);
	unpacks(&t, NULL);
	cr_assert_eq(fstatat(root, "sparse", &st, 0), 0);
	cr_assert_eq(st.st_size, 8388608);
	cr_assert_lt(st.st_blocks, 64);
}

Test(unpack, folders_nobody_names_look_as_they_do_below)
{
	struct tarball t = { 0 };
	struct stat st;

	cr_assert(mkdirat(below, "tmp", 0700) == 0 && fchmodat(below, "tmp", 01777, 0) == 0);
	tarball_file(&t, "tmp/new/file", "x");
	unpacks(&t, NULL);
	cr_assert_eq(fstatat(root, "tmp", &st, 0), 0);
	cr_assert_eq(st.st_mode & 07777, 01777);
	cr_assert_eq(fstatat(root, "tmp/new", &st, 0), 0);
	cr_assert_eq(st.st_mode & 07777, 0755);
}

/*
 * tar_write_test.c - a folder written as an archive is read back by our own reader as it was.
 */
#include "runtime/image/tar_write.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/image/tar.h"
#include "tests/unit/image/tar_build.h"
#include "user/base/file.h"

#define STAMP_S 1234567890
#define STAMP_NS 123456789

static char top[] = "/tmp/cbox-test-tar-write-XXXXXX";
static int root = -1;

static void make_folder(void)
{
	cr_assert(mkdtemp(top));
	root = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(root, 0);
}

static void remove_folder(void)
{
	close(root);
	cr_assert_eq(file_remove_all(AT_FDCWD, top, NULL), 0);
}

TestSuite(tar_write, .init = make_folder, .fini = remove_folder, .timeout = 20);

static void put(const char *name, const char *text, mode_t mode)
{
	const struct timespec times[2] = { { STAMP_S, STAMP_NS }, { STAMP_S, STAMP_NS } };
	int fd = openat(root, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(fchmod(fd, mode), 0);
	cr_assert_eq(futimens(fd, times), 0);
	close(fd);
}

static void archive(struct tarball *t)
{
	struct err err = { 0 };
	unsigned skipped = 0;
	int fd = memfd_create("cbox-test-tar", MFD_CLOEXEC);
	char block[4096];
	ssize_t n;

	cr_assert_geq(fd, 0);
	cr_assert_eq(tar_write_folder(root, fd, &skipped, &err), 0, "%s", err.message);
	cr_assert_eq(skipped, 0);
	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	while ((n = read(fd, block, sizeof(block))) > 0)
		strbuf_append(&t->bytes, block, (size_t)n);
	cr_assert_eq(n, 0);
	close(fd);
}

/* Goes on to the entry of this name ("./" and a folder's slash aside). */
static const struct tar_entry *find(struct tar_reader *reader, const char *name)
{
	const struct tar_entry *entry;
	struct err err = { 0 };
	int r;

	while ((r = tar_next(reader, &entry, &err)) == 1) {
		const char *path = strncmp(entry->path, "./", 2) ? entry->path : entry->path + 2;
		size_t len = strlen(name);

		if (!strncmp(path, name, len) && (!path[len] || !strcmp(path + len, "/")))
			return entry;
	}
	cr_assert_fail("no '%s' in the archive: %d %s", name, r, err.message);
	return NULL;
}

Test(tar_write, mode_time_and_data_of_a_file_come_back)
{
	struct tarball t = { 0 };
	const struct tar_entry *entry;
	struct tar_chunk chunk;
	struct err err = { 0 };

	put("f", "hello", 04751);
	archive(&t);
	struct tar_source source = tarball_source(&t);
	cleanup_tar struct tar_reader *reader = tar_open(&source);

	entry = find(reader, "f");
	cr_assert_eq(entry->mode, 04751);
	cr_assert_eq(entry->mtime_s, STAMP_S);
	cr_assert_eq(entry->mtime_ns, STAMP_NS);
	cr_assert_eq(entry->uid, getuid());
	cr_assert_eq(entry->size, 5);
	cr_assert_eq(tar_data(reader, &chunk, &err), 1, "%s", err.message);
	cr_assert_eq(chunk.len, 5);
	cr_assert_arr_eq(chunk.data, "hello", 5);
	while (tar_next(reader, &entry, &err) == 1)
		;
	cr_assert_not(tar_is_unterminated(reader));
	strbuf_free(&t.bytes);
}

Test(tar_write, names_and_targets_beyond_ustar_come_back_whole)
{
	struct tarball t = { 0 };
	char name[251], target[301];

	memset(name, 'n', 250);
	name[250] = '\0';
	memset(target, 't', 300);
	target[300] = '\0';
	put(name, "", 0644);
	cr_assert_eq(symlinkat(target, root, "z"), 0);
	archive(&t);
	struct tar_source source = tarball_source(&t);
	cleanup_tar struct tar_reader *reader = tar_open(&source);

	find(reader, name);
	cr_assert_str_eq(find(reader, "z")->link, target);
	strbuf_free(&t.bytes);
}

Test(tar_write, a_second_name_of_a_file_is_a_hard_link_to_the_first)
{
	struct tarball t = { 0 };
	const struct tar_entry *entry;

	put("b", "x", 0644);
	cr_assert_eq(linkat(root, "b", root, "a", 0), 0);
	archive(&t);
	struct tar_source source = tarball_source(&t);
	cleanup_tar struct tar_reader *reader = tar_open(&source);

	cr_assert_eq(find(reader, "a")->size, 1, "the first by name has the data");
	entry = find(reader, "b");
	cr_assert_eq(entry->size, 0);
	cr_assert_str_eq(strrchr(entry->link, 'a'), "a", "%s", entry->link);
	strbuf_free(&t.bytes);
}

Test(tar_write, the_same_tree_gives_the_same_bytes_whatever_the_order_of_making)
{
	static const char *const orders[2][3] = { { "a", "b", "c" }, { "c", "a", "b" } };
	const struct timespec times[2] = { { STAMP_S, 0 }, { STAMP_S, 0 } };
	struct tarball t[2] = { 0 };

	for (int i = 0; i < 2; i++) {
		for (int j = 0; j < 3; j++)
			put(orders[i][j], orders[i][j], 0644);
		cr_assert_eq(futimens(root, times), 0);
		archive(&t[i]);
		for (int j = 0; j < 3; j++)
			cr_assert_eq(unlinkat(root, orders[i][j], 0), 0);
	}
	cr_assert_eq(t[0].bytes.len, t[1].bytes.len);
	cr_assert_arr_eq(t[0].bytes.data, t[1].bytes.data, t[0].bytes.len);
	strbuf_free(&t[0].bytes);
	strbuf_free(&t[1].bytes);
}

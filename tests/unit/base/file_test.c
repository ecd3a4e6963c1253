/*
 * file_test.c - atomic writes, folders, removal, locks; all below a folder of the test's own.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

static char root[64];
static int dir;
static struct err err;

static void make_root(void)
{
	fmt_string(root, sizeof(root), "/tmp/cbox-test-file-XXXXXX");
	cr_assert_not_null(mkdtemp(root));
	dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(dir, 0);
}

static void remove_root(void)
{
	close(dir);
	file_remove_all(AT_FDCWD, root, &err);
}

TestSuite(file, .init = make_root, .fini = remove_root);

static bool exists(const char *path)
{
	return faccessat(dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void put(const char *path, const char *text)
{
	cr_assert_eq(file_write_atomic(dir, path, text, strlen(text), 0600, FILE_VOLATILE, &err), 0,
		     "%s", err.message);
}

Test(file, atomic_write_replaces_and_leaves_no_temporary)
{
	struct dirent *entry;
	struct stat st;
	char *data;
	int files = 0;
	DIR *list;

	put("a", "old");
	cr_assert_eq(file_write_atomic(dir, "a", "new", 3, 0640, FILE_DURABLE, &err), 0);
	cr_assert_eq(file_read(dir, "a", 100, &data, &err), 3);
	cr_assert_str_eq(data, "new");
	free(data);
	cr_assert_eq(fstatat(dir, "a", &st, 0), 0);
	cr_assert_eq(st.st_mode & 0777, 0640);
	list = opendir(root);
	while ((entry = readdir(list)))
		files += entry->d_name[0] != '.';
	closedir(list);
	cr_assert_eq(files, 1);
}

Test(file, a_failed_write_leaves_the_old_file)
{
	put("a", "old");
	cr_assert_eq(mkdirat(dir, "sub", 0700), 0);
	cr_assert_lt(file_write_atomic(dir, "sub", "x", 1, 0600, FILE_VOLATILE, &err), 0,
		     "a folder was replaced by a file");
	cr_assert_lt(file_write_atomic(dir, "none/a", "x", 1, 0600, FILE_DURABLE, &err), 0);
	cr_assert(strstr(err.message, "none/a"));
	cr_assert(exists("a"));
}

Test(file, reading_names_the_file_and_has_a_limit)
{
	char *data;

	cr_assert_eq(file_read(dir, "none", 10, &data, &err), -ENOENT);
	cr_assert_str_eq(err.message, "open 'none': No such file or directory");
	put("a", "0123456789");
	cr_assert_eq(file_read(dir, "a", 5, &data, &err), -EFBIG);
}

Test(file, mkdir_all_makes_parents_and_accepts_what_is_there)
{
	cr_assert_eq(file_mkdir_all(dir, "a/b/c", 0700, &err), 0);
	cr_assert_eq(file_mkdir_all(dir, "a/b/c", 0700, &err), 0);
	put("f", "");
	cr_assert_eq(file_mkdir_all(dir, "f", 0700, &err), -ENOTDIR);
	cr_assert_lt(file_mkdir_all(dir, "f/x", 0700, &err), 0);
}

Test(file, remove_all_takes_trees_and_never_follows_links)
{
	cr_assert_eq(file_mkdir_all(dir, "tree/a/b", 0700, &err), 0);
	cr_assert_eq(file_mkdir_all(dir, "outside", 0700, &err), 0);
	put("outside/kept", "");
	put("tree/a/file", "");
	cr_assert_eq(symlinkat("../../outside", dir, "tree/a/link"), 0);
	cr_assert_eq(symlinkat("outside", dir, "toplink"), 0);
	cr_assert_eq(file_remove_all(dir, "tree", &err), 0, "%s", err.message);
	cr_assert_eq(file_remove_all(dir, "toplink", &err), 0);
	cr_assert_not(exists("tree"));
	cr_assert(exists("outside/kept"));
	cr_assert_eq(file_remove_all(dir, "tree", &err), 0, "absent is success");
}

Test(file, remove_all_takes_trees_deeper_than_fds_last)
{
	const struct rlimit few = { 64, 64 };
	int fd;

	cr_assert_eq(mkdirat(dir, "deep", 0755), 0);
	fd = openat(dir, "deep", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < 200; i++) {
		int next;

		cr_assert_eq(mkdirat(fd, "d", 0755), 0);
		cr_assert_eq(mkdirat(fd, ".removing-0", 0755), 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = next;
	}
	close(fd);
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	cr_assert_eq(file_remove_all(dir, "deep", &err), 0, "%s", err.message);
	cr_assert_neq(faccessat(dir, "deep", F_OK, 0), 0);
}

Test(file, a_lock_keeps_others_out_until_it_is_closed)
{
	int first = file_lock(dir, "lock", true, true, &err), second;

	cr_assert_geq(first, 0);
	cr_assert_eq(file_lock(dir, "lock", true, false, &err), -EWOULDBLOCK);
	cr_assert_eq(file_lock(dir, "lock", false, false, &err), -EWOULDBLOCK);
	close(first);
	first = file_lock(dir, "lock", false, false, &err);
	second = file_lock(dir, "lock", false, false, &err);
	cr_assert(first >= 0 && second >= 0, "two readers share it");
	close(first);
	close(second);
}

Test(file, temporaries_of_the_dead_are_removed_and_nothing_else)
{
	char alive[64], dead[64];
	pid_t child = fork();
	int fd;

	if (child == 0)
		_exit(0);
	cr_assert_eq(waitpid(child, NULL, 0), child);
	fmt_string(alive, sizeof(alive), "record.json.tmp.%d", getpid());
	fmt_string(dead, sizeof(dead), "record.json.tmp.%d", child);
	const char *const names[] = { alive, dead, "record.json", "a.tmp.", "b.tmp.x", "c.tmp.0" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		fd = openat(dir, names[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		cr_assert_geq(fd, 0);
		close(fd);
	}
	cr_assert_eq(file_remove_temporaries(dir, ".", &err), 0, "%s", err.message);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		cr_assert_eq(faccessat(dir, names[i], F_OK, 0) == 0, names[i] != dead, "%s",
			     names[i]);
	cr_assert_eq(file_remove_temporaries(dir, "absent", &err), 0);
}

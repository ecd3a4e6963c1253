/*
 * folder.h - a plain folder that looks like /sys/fs/cgroup, for the tests of runtime/cgroup.
 */
#ifndef CBOX_TEST_CGROUP_FOLDER_H
#define CBOX_TEST_CGROUP_FOLDER_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/cgroup/hierarchy.h"
#include "runtime/spec/spec.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

#define V1_ALL "cpu,cpuacct cpuset memory devices freezer blkio pids hugetlb net_cls,net_prio"

static char root[64];
static struct err err;
static struct cgroup cg;

static inline void put_file(const char *path, const char *text)
{
	char full[512];
	int fd;

	fmt_string(full, sizeof(full), "%s/%s", root, path);
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	cr_assert_geq(fd, 0, "%s", full);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static inline void make_dir(const char *path)
{
	char full[512];

	fmt_string(full, sizeof(full), "%s/%s", root, path);
	cr_assert(mkdir(full, 0755) == 0, "%s", full);
}

/* Content of a file, or NULL. Valid until the next call. */
static inline const char *content(const char *path)
{
	static char text[1024];
	char full[512];
	ssize_t n;
	int fd;

	fmt_string(full, sizeof(full), "%s/%s", root, path);
	fd = open(full, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	cr_assert_geq(n, 0);
	text[n] = '\0';
	return text;
}

#define expect_content(path, text)                                  \
	do {                                                        \
		const char *is_ = content(path);                    \
		cr_assert_not_null(is_, "%s is missing", path);     \
		cr_assert_str_eq(is_, text, "%s: '%s'", path, is_); \
	} while (0)

static inline void new_root(void)
{
	fmt_string(root, sizeof(root), "/tmp/cbox-test-cgroup-XXXXXX");
	cr_assert_not_null(mkdtemp(root));
}

/* A v2 host with these controllers. */
static inline void fake_v2(const char *controllers)
{
	new_root();
	put_file("cgroup.controllers", controllers);
	cr_assert_eq(cgroup_open_fake(&cg, root, "/a/b", &err), 0, "%s", err.message);
}

/* A v1 host with these hierarchies, blank between them. */
static inline void fake_v1(const char *hierarchies)
{
	char list[256], *rest = NULL;

	new_root();
	fmt_string(list, sizeof(list), "%s", hierarchies);
	for (char *name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		make_dir(name);
		if (str_eq(name, "cpuset")) {
			put_file("cpuset/cpuset.cpus", "0-3\n");
			put_file("cpuset/cpuset.mems", "0\n");
			/* the kernel makes these, empty, with the folder */
			make_dir("cpuset/a");
			put_file("cpuset/a/cpuset.cpus", "\n");
			make_dir("cpuset/a/b");
			put_file("cpuset/a/b/cpuset.cpus", "\n");
		}
	}
	cr_assert_eq(cgroup_open_fake(&cg, root, "/a/b", &err), 0, "%s", err.message);
}

static inline void remove_root(void)
{
	cgroup_close(&cg);
	if (*root)
		file_remove_all(AT_FDCWD, root, &err);
}

static inline void create(void)
{
	cr_assert_eq(cg.ops->create(&cg, &err), 0, "%s", err.message);
}

static inline void apply(const struct spec_resources *res)
{
	err_reset(&err);
	cr_assert_eq(cg.ops->apply(&cg, res, &err), 0, "%s", err.message);
}

#define SET(n)            \
	{                 \
		true, (n) \
	}

#endif

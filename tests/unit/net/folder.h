/*
 * folder.h - a temporary folder for one test, removed when the scope ends.
 */
#ifndef TEST_NET_FOLDER_H
#define TEST_NET_FOLDER_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "user/base/file.h"
#include "user/base/fmt.h"

struct folder {
	char path[64];
	int fd;
};

static inline void folder_remove(struct folder *folder)
{
	close(folder->fd);
	file_remove_all(AT_FDCWD, folder->path, NULL);
}

static inline struct folder folder_make(void)
{
	struct folder folder;

	fmt_string(folder.path, sizeof(folder.path), "/tmp/cbox-test-net.XXXXXX");
	cr_assert_not_null(mkdtemp(folder.path));
	folder.fd = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(folder.fd, 0);
	return folder;
}

#define TEST_FOLDER(name) __attribute__((cleanup(folder_remove))) struct folder name = folder_make()

#endif

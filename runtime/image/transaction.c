/*
 * transaction.c - see transaction.h.
 */
#include "runtime/image/transaction.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/image/hash.h"
#include "runtime/image/store.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

int transaction_clear_dead(int store_fd, struct err *err)
{
	cleanup_closedir DIR *dir = NULL;
	struct dirent *entry;
	int fd = openat(store_fd, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(err, "open 'tmp'");
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return err_sys(err, "read 'tmp'");
	}
	while ((entry = readdir(dir))) {
		cleanup_close int one = -1;

		if (entry->d_name[0] == '.')
			continue;
		one = openat(dirfd(dir), entry->d_name,
			     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (one >= 0 && flock(one, LOCK_EX | LOCK_NB) < 0)
			continue;
		if (file_remove_all(dirfd(dir), entry->d_name, err) < 0)
			return -err->number;
	}
	return 0;
}

/* Makes and locks a folder of our own. Another import may have cleared it before it was locked. */
static int make_private(struct transaction *tx, struct err *err)
{
	char path[48];

	for (unsigned tries = 0; tries < 1000; tries++) {
		cleanup_close int fd = -1;
		struct stat st;

		fmt_string(tx->name, sizeof(tx->name), "import-%d-%u", getpid(), tries);
		fmt_string(path, sizeof(path), "tmp/%s", tx->name);
		if (mkdirat(tx->store_fd, path, 0700) < 0) {
			if (errno == EEXIST)
				continue;
			return err_sys(err, "create '%s'", path);
		}
		fd = openat(tx->store_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
			continue;
		if (fstat(fd, &st) == 0 && st.st_nlink > 0) {
			tx->fd = take_fd(&fd);
			return 0;
		}
	}
	return err_set(err, EBUSY, "no free name below 'tmp'");
}

int transaction_begin(struct transaction *tx, int store_fd, struct err *err)
{
	int r;

	memset(tx, 0, sizeof(*tx));
	tx->store_fd = store_fd;
	tx->fd = -1;
	tx->hold_fd = store_hold(store_fd, err);
	if (tx->hold_fd < 0)
		return tx->hold_fd;
	r = transaction_clear_dead(store_fd, err);
	return r < 0 ? r : make_private(tx, err);
}

int transaction_file(struct transaction *tx, char *name, size_t size, struct err *err)
{
	int fd;

	fmt_string(name, size, "blob-%u", tx->next++);
	fd = openat(tx->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	return fd < 0 ? err_sys(err, "create a blob") : fd;
}

int transaction_folder(struct transaction *tx, char *name, size_t size, struct err *err)
{
	char diff[64];
	int fd;

	fmt_string(name, size, "layer-%u", tx->next++);
	fmt_string(diff, sizeof(diff), "%s/diff", name);
	if (mkdirat(tx->fd, name, 0711) < 0 || mkdirat(tx->fd, diff, 0755) < 0)
		return err_sys(err, "create a layer's folder");
	fd = openat(tx->fd, diff, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? err_sys(err, "open a layer's folder") : fd;
}

static int add_rename(struct transaction *tx, const char *name, const char *folder,
		      const struct digest *digest, struct err *err)
{
	struct transaction_rename *rename;

	if (tx->rename_count == tx->rename_capacity) {
		size_t capacity = tx->rename_capacity ? 2 * tx->rename_capacity : 16;
		void *grown = realloc(tx->renames, capacity * sizeof(*tx->renames));

		if (!grown)
			return err_sys(err, "import");
		tx->renames = grown;
		tx->rename_capacity = capacity;
	}
	rename = &tx->renames[tx->rename_count++];
	fmt_string(rename->from, sizeof(rename->from), "%s", name);
	fmt_string(rename->to, sizeof(rename->to), "%s/%s", folder, digest->hex);
	return 0;
}

int transaction_add_blob(struct transaction *tx, const char *name, const struct digest *digest,
			 struct err *err)
{
	return add_rename(tx, name, "blobs/sha256", digest, err);
}

int transaction_add_layer(struct transaction *tx, const char *name, const struct digest *chain,
			  struct err *err)
{
	return add_rename(tx, name, "layers", chain, err);
}

int transaction_put_blob(struct transaction *tx, const void *data, size_t len,
			 struct digest *digest, struct err *err)
{
	char name[48];
	cleanup_close int fd = -1;
	int r = hash_buffer(data, len, digest, err);

	if (r < 0)
		return r;
	fd = transaction_file(tx, name, sizeof(name), err);
	if (fd < 0)
		return fd;
	r = fd_write_all(fd, data, len);
	if (r < 0)
		return err_num(err, r, "write a blob");
	return transaction_add_blob(tx, name, digest, err);
}

static bool exists(int store_fd, const char *folder, const struct digest *digest)
{
	char path[128];

	fmt_string(path, sizeof(path), "%s/%s", folder, digest->hex);
	return faccessat(store_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool store_has_blob(int store_fd, const struct digest *digest)
{
	return exists(store_fd, "blobs/sha256", digest);
}

bool store_has_layer(int store_fd, const struct digest *chain)
{
	return exists(store_fd, "layers", chain);
}

int transaction_open_layer(const struct transaction *tx, const struct digest *chain,
			   struct err *err)
{
	char path[160], to[128];
	int fd;

	fmt_string(to, sizeof(to), "layers/%s", chain->hex);
	fmt_string(path, sizeof(path), "%s/diff", to);
	fd = openat(tx->store_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; fd < 0 && i < tx->rename_count; i++) {
		if (strcmp(tx->renames[i].to, to))
			continue;
		fmt_string(path, sizeof(path), "%s/diff", tx->renames[i].from);
		fd = openat(tx->fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	return fd < 0 ? err_sys(err, "open layer %.12s", chain->hex) : fd;
}

static int sync_folder(int store_fd, const char *path, struct err *err)
{
	cleanup_close int fd = openat(store_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return err_sys(err, "sync '%s'", path);
	return 0;
}

int transaction_commit(struct transaction *tx, struct err *err)
{
	if (syncfs(tx->fd) < 0)
		return err_sys(err, "write the image to disk");
	for (size_t i = 0; i < tx->rename_count; i++) {
		const struct transaction_rename *rename = &tx->renames[i];

		if (renameat(tx->fd, rename->from, tx->store_fd, rename->to) == 0)
			continue;
		/* somebody else published the same content in the meantime */
		if (errno != EEXIST && errno != ENOTEMPTY)
			return err_sys(err, "publish '%s'", rename->to);
	}
	if (sync_folder(tx->store_fd, "layers", err) < 0)
		return -err->number;
	return sync_folder(tx->store_fd, "blobs/sha256", err);
}

void transaction_end(struct transaction *tx)
{
	char path[48];

	free(tx->renames);
	tx->renames = NULL;
	if (tx->fd >= 0) {
		fmt_string(path, sizeof(path), "tmp/%s", tx->name);
		file_remove_all(tx->store_fd, path, NULL);
		close(tx->fd);
		tx->fd = -1;
	}
	if (tx->hold_fd >= 0)
		close(tx->hold_fd);
	tx->hold_fd = -1;
}

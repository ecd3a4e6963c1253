/*
 * store.c - see store.h.
 */
#include "runtime/net/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

/* Opens base/name; the folder is there on every call but the first. */
static int open_folder(const char *base, const char *name, struct err *err)
{
	char path[4096];
	int fd;

	if (fmt_string(path, sizeof(path), "%s/%s", base, name) >= sizeof(path))
		return err_num(err, ENAMETOOLONG, "open '%s/%s'", base, name);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		if (file_mkdir_all(AT_FDCWD, path, 0755, err) < 0)
			return -err->number;
		fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	return fd < 0 ? err_sys(err, "open '%s'", path) : fd;
}

int net_store_open(struct net_store *store, const char *root, const char *run, struct err *err)
{
	struct err local = { 0 };

	if (!err)
		err = &local;
	*store = (struct net_store)NET_STORE_NONE;
	store->run_path = run;
	store->run_fd = open_folder(run, "net", err);
	if (store->run_fd < 0)
		return store->run_fd;
	store->config_fd = open_folder(root, "networks", err);
	if (store->config_fd < 0) {
		net_store_close(store);
		return -err->number;
	}
	return 0;
}

void net_store_close(struct net_store *store)
{
	if (store->config_fd >= 0)
		close(store->config_fd);
	if (store->run_fd >= 0)
		close(store->run_fd);
	*store = (struct net_store)NET_STORE_NONE;
}

int net_store_lock(const struct net_store *store, struct err *err)
{
	return file_lock(store->run_fd, "lock", true, true, err);
}

int net_store_open_dir(const struct net_store *store, const char *network, const char *what,
		       bool create)
{
	char path[NET_NAME_SIZE + 32];
	int fd, r;

	if (fmt_string(path, sizeof(path), "%s/%s", network, what) >= sizeof(path))
		return -ENAMETOOLONG;
	fd = openat(store->run_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && create) {
		r = file_mkdir_all(store->run_fd, path, 0755, NULL);
		if (r < 0)
			return r;
		fd = openat(store->run_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}

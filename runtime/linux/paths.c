/*
 * paths.c - see paths.h. openat2(2).
 */
#include "runtime/linux/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "runtime/linux/sys.h"

/* More tries than a racing process can force in the time of one start. */
#define EAGAIN_TRIES 1000

static int resolve(int root, const char *path, int flags, mode_t mode, uint64_t how_resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
		.mode = mode,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | how_resolve,
	};
	int fd;

	for (int i = 0; i < EAGAIN_TRIES; i++) {
		fd = sys_openat2(root, path, &how);
		if (fd != -EAGAIN && fd != -EINTR)
			break;
	}
	return fd;
}

int paths_open(int root, const char *path, int flags, mode_t mode)
{
	return resolve(root, path, flags, flags & O_CREAT ? mode : 0, 0);
}

int paths_open_plain(int root, const char *path, int flags)
{
	return resolve(root, path, flags, 0, RESOLVE_NO_SYMLINKS);
}

/* Walks path component by component, making folders. Returns an fd of the last or -errno. */
static int make_walk(int root, const char *path, mode_t mode)
{
	char prefix[PATHS_MAX];
	size_t len = strlen(path), end = 0;
	int parent = resolve(root, "/", O_PATH | O_DIRECTORY, 0, 0);

	if (len >= sizeof(prefix))
		return -ENAMETOOLONG;
	memcpy(prefix, path, len + 1);
	while (parent >= 0) {
		size_t start = end + strspn(prefix + end, "/");
		int fd;
		char cut;

		if (!prefix[start])
			break;
		end = start + strcspn(prefix + start, "/");
		cut = prefix[end];
		prefix[end] = '\0';
		fd = resolve(root, prefix, O_PATH | O_DIRECTORY, 0, 0);
		if (fd == -ENOENT) {
			fd = sys_mkdirat(parent, prefix + start, mode);
			if (fd == 0 || fd == -EEXIST)
				fd = resolve(root, prefix, O_PATH | O_DIRECTORY, 0, 0);
		}
		prefix[end] = cut;
		sys_close(parent);
		parent = fd;
	}
	return parent;
}

int paths_make_dir(int root, const char *path, mode_t mode)
{
	int fd = resolve(root, path, O_PATH | O_DIRECTORY, 0, 0);

	return fd == -ENOENT ? make_walk(root, path, mode) : fd;
}

int paths_make_parent(int root, const char *path, const char **name)
{
	char parent[PATHS_MAX];
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t len = (size_t)(base - path);

	if (!*base || !strcmp(base, ".") || !strcmp(base, ".."))
		return -EINVAL;
	if (len >= sizeof(parent))
		return -ENAMETOOLONG;
	memcpy(parent, path, len);
	parent[len] = '\0';
	*name = base;
	return paths_make_dir(root, len ? parent : "/", 0755);
}

int paths_make_file(int root, const char *path)
{
	int fd = resolve(root, path, O_PATH, 0, 0);
	const char *name;
	int parent;

	if (fd != -ENOENT)
		return fd;
	parent = paths_make_parent(root, path, &name);
	if (parent < 0)
		return parent;
	/* O_CREAT below the parent's own fd: a symlink put there meanwhile is not followed */
	fd = sys_openat(parent, name, O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
			0644);
	sys_close(parent);
	if (fd < 0)
		return fd;
	sys_close(fd);
	return resolve(root, path, O_PATH, 0, 0);
}

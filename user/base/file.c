/*
 * file.c - atomic writes, locks, recursive folder operations. See file.h.
 */
#include "user/base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/proc.h"

/* What file_write_atomic() puts between the name and its pid while the file is not whole. */
#define TEMPORARY_MARK ".tmp."

ssize_t file_read(int dirfd, const char *path, size_t max, char **data, struct err *err)
{
	cleanup_close int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return err_sys(err, "open '%s'", path);
	n = fd_read_all(fd, max, data);
	return n < 0 ? err_num(err, (int)n, "read '%s'", path) : n;
}

static int sync_parent(int dirfd, const char *path)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *parent = slash ? strndup(path, (size_t)(slash - path + 1)) : NULL;
	cleanup_close int fd = -1;

	if (slash && !parent)
		return -ENOMEM;
	fd = openat(dirfd, slash ? parent : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

static int write_temporary(int dirfd, const char *temp, const void *data, size_t len, mode_t mode,
			   enum file_durability durability)
{
	cleanup_close int fd = openat(dirfd, temp,
				      O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	int r;

	if (fd < 0)
		return -errno;
	r = fd_write_all(fd, data, len);
	if (r == 0 && durability == FILE_DURABLE && fsync(fd) < 0)
		r = -errno;
	return r;
}

/* True for "<path>.tmp.<pid>" of a process that is gone. */
static bool is_stale_temporary(const char *name)
{
	const char *mark = strstr(name, TEMPORARY_MARK);
	char state = 'X';
	uint32_t pid;

	while (mark && strstr(mark + 1, TEMPORARY_MARK))
		mark = strstr(mark + 1, TEMPORARY_MARK);
	return mark && num_u32(mark + strlen(TEMPORARY_MARK), &pid) == 0 && pid > 0 &&
	       (proc_stat((pid_t)pid, &state) == 0 || state == 'Z');
}

int file_remove_temporaries(int dirfd, const char *folder, struct err *err)
{
	int fd = openat(dirfd, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	cleanup_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(err, "open folder '%s'", folder);
	if (!dir) {
		close(fd);
		return err_sys(err, "read folder '%s'", folder);
	}
	while ((errno = 0, entry = readdir(dir)))
		if (is_stale_temporary(entry->d_name) && unlinkat(fd, entry->d_name, 0) < 0 &&
		    errno != ENOENT)
			return err_sys(err, "remove '%s' in '%s'", entry->d_name, folder);
	return errno ? err_sys(err, "read folder '%s'", folder) : 0;
}

int file_write_atomic(int dirfd, const char *path, const void *data, size_t len, mode_t mode,
		      enum file_durability durability, struct err *err)
{
	char temp[4096];
	int r;

	if (fmt_string(temp, sizeof(temp), "%s" TEMPORARY_MARK "%d", path, getpid()) >=
	    sizeof(temp))
		return err_num(err, ENAMETOOLONG, "write '%s'", path);
	r = write_temporary(dirfd, temp, data, len, mode, durability);
	if (r == 0 && renameat(dirfd, temp, dirfd, path) < 0)
		r = -errno;
	if (r < 0) {
		unlinkat(dirfd, temp, 0);
		return err_num(err, r, "write '%s'", path);
	}
	if (durability == FILE_DURABLE) {
		r = sync_parent(dirfd, path);
		if (r < 0)
			return err_num(err, r, "sync the folder of '%s'", path);
	}
	return 0;
}

int file_mkdir_all(int dirfd, const char *path, mode_t mode, struct err *err)
{
	cleanup_free char *copy = strdup(path);
	struct stat st;

	if (!copy)
		return err_sys(err, "create folder '%s'", path);
	if (mkdirat(dirfd, path, mode) == 0)
		return 0;
	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdirat(dirfd, copy, mode) < 0 && errno != EEXIST)
			return err_sys(err, "create folder '%s'", copy);
		*slash = '/';
	}
	if (mkdirat(dirfd, copy, mode) < 0 && errno != EEXIST)
		return err_sys(err, "create folder '%s'", path);
	if (fstatat(dirfd, path, &st, 0) < 0)
		return err_sys(err, "create folder '%s'", path);
	if (!S_ISDIR(st.st_mode))
		return err_num(err, ENOTDIR, "create folder '%s'", path);
	return 0;
}

/* Levels entered with an fd each; what lies deeper is moved up first. */
#define REMOVE_DEPTH 32

struct removal {
	int top_fd; /* folder that is to become empty */
	dev_t dev;  /* guards against entering another mount */
	unsigned moved;
};

/*
 * A folder nested deeper than we have fds for goes up to the top, which has to be emptied anyway.
 * Whoever made the tree may nest without limit.
 */
static int move_up(struct removal *rm, int parent_fd, const char *name)
{
	for (unsigned tries = 0; tries < 100000; tries++) {
		char to[48];

		fmt_string(to, sizeof(to), ".removing-%u", rm->moved++);
		if (renameat(parent_fd, name, rm->top_fd, to) == 0)
			return 0;
		if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
			return -errno;
	}
	return -EEXIST;
}

static int remove_children(struct removal *rm, int fd, unsigned depth);

static int remove_folder(struct removal *rm, int parent_fd, const char *name, unsigned depth)
{
	struct stat st;
	int fd, r;

	if (depth == REMOVE_DEPTH)
		return move_up(rm, parent_fd, name);
	fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || st.st_dev != rm->dev) {
		close(fd);
		return -EBUSY;
	}
	r = remove_children(rm, fd, depth + 1);
	if (r == 0 && unlinkat(parent_fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		r = -errno;
	return r;
}

/* Removes what fd (owned by this call) lists. */
static int remove_children(struct removal *rm, int fd, unsigned depth)
{
	cleanup_closedir DIR *dir = fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		int r = -errno;

		close(fd);
		return r;
	}
	while ((errno = 0, entry = readdir(dir))) {
		int r;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) == 0 || errno == ENOENT)
			continue;
		if (errno != EISDIR && errno != EPERM)
			return -errno;
		r = remove_folder(rm, dirfd(dir), entry->d_name, depth);
		if (r < 0)
			return r;
	}
	return -errno;
}

int file_remove_all(int dirfd, const char *path, struct err *err)
{
	cleanup_close int top_fd = -1;
	struct removal rm = { 0 };
	unsigned moved;
	struct stat st;
	int r;

	if (unlinkat(dirfd, path, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(err, "remove '%s'", path);
	top_fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (top_fd < 0)
		return errno == ENOENT ? 0 : err_sys(err, "remove '%s'", path);
	if (fstat(top_fd, &st) < 0)
		return err_sys(err, "remove '%s'", path);
	rm.top_fd = top_fd;
	rm.dev = st.st_dev;
	do { /* once more for what was moved up behind the reader's back */
		int fd = openat(top_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		moved = rm.moved;
		r = fd < 0 ? -errno : remove_children(&rm, fd, 0);
	} while (r == 0 && rm.moved != moved);
	if (r < 0)
		return err_num(err, r, "remove what is in '%s'", path);
	if (unlinkat(dirfd, path, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return err_sys(err, "remove '%s'", path);
	return 0;
}

int file_lock(int dirfd, const char *path, bool exclusive, bool wait, struct err *err)
{
	cleanup_close int fd = openat(dirfd, path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int operation = (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB);

	if (fd < 0)
		return err_sys(err, "open lock '%s'", path);
	while (flock(fd, operation) < 0)
		if (errno != EINTR)
			return err_sys(err, "lock '%s'", path);
	return take_fd(&fd);
}

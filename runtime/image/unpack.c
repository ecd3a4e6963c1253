/*
 * unpack.c - see unpack.h. Single objects are made in unpack_object.c.
 */
#include "runtime/image/unpack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "runtime/image/unpack_object.h"
#include "runtime/linux/paths.h"
#include "user/base/cleanup.h"
#include "user/base/str.h"

#define WHITEOUT_PREFIX ".wh."
#define OPAQUE_MARKER ".wh..wh..opq"
#define AUFS_PREFIX ".wh..wh."

int unpack_clean_path(const char *path, char *clean, struct err *err)
{
	size_t at = 0;

	for (const char *p = path; *p;) {
		size_t len = strcspn(p, "/");

		if (len == 2 && !memcmp(p, "..", 2))
			return err_set(err, EINVAL, "the path '%.200s' has a '..' in it", path);
		if (len && !(len == 1 && *p == '.')) {
			if (at + len + 2 > TAR_MAX_PATH)
				return err_num(err, ENAMETOOLONG, "path of %zu bytes",
					       strlen(path));
			if (at)
				clean[at++] = '/';
			memcpy(clean + at, p, len);
			at += len;
		}
		p += len + (p[len] == '/');
	}
	clean[at] = '\0';
	return 0;
}

bool unpack_xattr_allowed(const char *name)
{
	/* trusted.* and user.overlay.* would speak to overlayfs itself, e.g. redirect a folder */
	if (str_starts_with(name, "user."))
		return !str_starts_with(name, "user.overlay.");
	return str_eq(name, "security.capability") || str_eq(name, "system.posix_acl_access") ||
	       str_eq(name, "system.posix_acl_default");
}

/* A folder whose times are set when everything is in it. */
struct late_times {
	char *path;
	ino_t inode;
	struct timespec mtime;
};

struct unpacker {
	struct tar_reader *reader;
	const struct unpack_options *options;
	struct unpack_stats stats;
	int root_fd;
	int parent_fd; /* folder of parent_path, kept from entry to entry */
	char parent_path[TAR_MAX_PATH];
	struct late_times *late;
	size_t late_count, late_capacity;
};

static void forget_parent(struct unpacker *u)
{
	cleanup_close_fn(&u->parent_fd);
	u->parent_fd = -1;
}

/* Gives a folder that no entry names the attributes it has in the layers below. */
static int copy_attributes(struct unpacker *u, int parent_fd, const char *name, const char *path,
			   struct err *err)
{
	struct stat st;

	for (unsigned i = 0; i < u->options->parent_count; i++) {
		cleanup_close int fd = paths_open(u->options->parents[i], path, O_PATH | O_NOFOLLOW,
						  0);

		if (fd == -ENOENT)
			continue;
		if (fd < 0 || fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
			return 0;
		if (!u->options->rootless && fchownat(parent_fd, name, st.st_uid, st.st_gid, 0) < 0)
			return err_sys(err, "set the owner of '%s'", path);
		if (fchmodat(parent_fd, name, st.st_mode & 07777, 0) < 0)
			return err_sys(err, "set the mode of '%s'", path);
		return 0;
	}
	return 0;
}

/* Makes one folder on the way to an entry. A whiteout in its place hides what was below. */
static int make_implicit(struct unpacker *u, int parent_fd, const char *name, const char *path,
			 struct err *err)
{
	struct stat st;
	bool was_whiteout = false;

	if (fstatat(parent_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		was_whiteout = object_is_whiteout(&st);
		if (!was_whiteout)
			return err_num(err, ENOTDIR, "'%s' is in the way", path);
		if (unlinkat(parent_fd, name, 0) < 0)
			return err_sys(err, "replace '%s'", path);
	}
	if (mkdirat(parent_fd, name, 0755) < 0)
		return err_sys(err, "create folder '%s'", path);
	if (was_whiteout) {
		u->stats.opaque_folders++;
		return object_mark_opaque(parent_fd, name, u->options->rootless, err);
	}
	return copy_attributes(u, parent_fd, name, path, err);
}

/* Creates what is missing of the folders of path. Returns an fd of the last one, or -errno. */
static int make_parents(struct unpacker *u, const char *path, struct err *err)
{
	cleanup_close int fd = openat(u->root_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char prefix[TAR_MAX_PATH];
	size_t at = 0;

	if (fd < 0)
		return err_sys(err, "open the layer");
	while (path[at]) {
		size_t start = at, len = strcspn(path + at, "/");
		int next;

		at += len;
		memcpy(prefix, path, at);
		prefix[at] = '\0';
		next = paths_open(u->root_fd, prefix, O_PATH | O_DIRECTORY, 0);
		if (next == -ENOENT || next == -ENOTDIR) {
			if (make_implicit(u, fd, prefix + start, prefix, err) < 0)
				return -err->number;
			next = paths_open(u->root_fd, prefix, O_PATH | O_DIRECTORY, 0);
		}
		if (next < 0)
			return err_num(err, next, "open folder '%s'", prefix);
		close(fd);
		fd = next;
		at += path[at] == '/';
	}
	return take_fd(&fd);
}

/* Points parent_fd at the folder of path and *name at its last part. */
static int enter_parent(struct unpacker *u, const char *path, const char **name, struct err *err)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	int fd;

	*name = slash ? slash + 1 : path;
	if (u->parent_fd >= 0 && strlen(u->parent_path) == len &&
	    !memcmp(u->parent_path, path, len))
		return 0;
	forget_parent(u);
	memcpy(u->parent_path, path, len);
	u->parent_path[len] = '\0';
	fd = len ? paths_open(u->root_fd, u->parent_path, O_PATH | O_DIRECTORY, 0)
		 : openat(u->root_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fd = make_parents(u, u->parent_path, err);
	if (fd < 0)
		return fd;
	u->parent_fd = fd;
	return 0;
}

static int remember_times(struct unpacker *u, const char *path, const struct tar_entry *e,
			  ino_t inode, struct err *err)
{
	struct late_times *late;

	if (u->late_count == u->late_capacity) {
		size_t capacity = u->late_capacity ? 2 * u->late_capacity : 64;
		void *grown = realloc(u->late, capacity * sizeof(*u->late));

		if (!grown)
			return err_sys(err, "remember '%s'", path);
		u->late = grown;
		u->late_capacity = capacity;
	}
	late = &u->late[u->late_count];
	late->path = strdup(path);
	if (!late->path)
		return err_sys(err, "remember '%s'", path);
	late->inode = inode;
	late->mtime = (struct timespec){ e->mtime_s, e->mtime_ns };
	u->late_count++;
	return 0;
}

static int set_late_times(struct unpacker *u, struct err *err)
{
	for (size_t i = 0; i < u->late_count; i++) {
		const struct late_times *late = &u->late[i];
		struct timespec times[2] = { late->mtime, late->mtime };
		cleanup_close int fd = paths_open(u->root_fd, *late->path ? late->path : ".",
						  O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
		struct stat st;

		/* a later entry may have put something else in its place */
		if (fd < 0 || fstat(fd, &st) < 0 || st.st_ino != late->inode)
			continue;
		if (futimens(fd, times) < 0)
			return err_sys(err, "set the time of '%s'", late->path);
	}
	return 0;
}

static int whiteout(struct unpacker *u, const char *name, struct err *err)
{
	const char *hidden = name + strlen(WHITEOUT_PREFIX);
	struct stat st;

	if (str_eq(name, OPAQUE_MARKER)) {
		u->stats.opaque_folders++;
		return object_mark_opaque(u->parent_fd, ".", u->options->rootless, err);
	}
	if (str_starts_with(name, AUFS_PREFIX)) /* bookkeeping of a file system nobody uses here */
		return 0;
	if (!*hidden || str_eq(hidden, ".") || str_eq(hidden, ".."))
		return err_set(err, EINVAL, "the whiteout names nothing");
	u->stats.whiteouts++;
	if (mknodat(u->parent_fd, hidden, S_IFCHR, makedev(0, 0)) == 0)
		return 0;
	if (errno != EEXIST || fstatat(u->parent_fd, hidden, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "make the whiteout");
	/* A whiteout hides only what lies below this layer: what the layer itself put there stays. */
	if (S_ISDIR(st.st_mode)) {
		u->stats.opaque_folders++;
		return object_mark_opaque(u->parent_fd, hidden, u->options->rootless, err);
	}
	return 0;
}

static int hard_link(struct unpacker *u, const struct tar_entry *e, const char *name,
		     struct err *err)
{
	char target[TAR_MAX_PATH], *base;
	cleanup_close int fd = -1;
	int r = unpack_clean_path(e->link, target, err);

	if (r < 0)
		return err_wrap(err, "hard link");
	base = strrchr(target, '/');
	if (base)
		*base++ = '\0';
	fd = paths_open(u->root_fd, base ? target : ".", O_PATH | O_DIRECTORY, 0);
	if (fd < 0)
		return err_num(err, fd, "hard link to '%s', which is not in this layer", e->link);
	if (!base)
		base = target;
	r = linkat(fd, base, u->parent_fd, name, 0) < 0 ? -errno : 0;
	if (r == -EEXIST && object_is_same(fd, base, u->parent_fd, name))
		return 0;
	if (r == -EEXIST) {
		r = object_remove(u->parent_fd, name, err);
		if (r < 0)
			return r;
		r = linkat(fd, base, u->parent_fd, name, 0) < 0 ? -errno : 0;
	}
	return r < 0 ? err_num(err, r, "hard link to '%s'", e->link) : 0;
}

static int unpack_root(struct unpacker *u, const struct tar_entry *e, struct err *err)
{
	struct stat st;

	if (e->type != TAR_FOLDER)
		return err_set(err, EINVAL, "the root of the layer must be a folder");
	if (object_set_folder(u->root_fd, e, u->options->rootless, &u->stats, err) < 0)
		return -err->number;
	if (fstat(u->root_fd, &st) < 0)
		return err_sys(err, "read the layer's root");
	return remember_times(u, "", e, st.st_ino, err);
}

static int unpack_entry(struct unpacker *u, const struct tar_entry *e, const char *path,
			struct err *err)
{
	const char *name;
	ino_t inode = 0;
	int r;

	if (!*path)
		return unpack_root(u, e, err);
	r = enter_parent(u, path, &name, err);
	if (r < 0)
		return r;
	if (str_starts_with(name, WHITEOUT_PREFIX))
		return whiteout(u, name, err);
	if (e->type == TAR_HARDLINK)
		return hard_link(u, e, name, err);
	r = object_make(u->reader, e, u->parent_fd, name, u->options->rootless, &u->stats, &inode,
			err);
	if (r == 0 && e->type == TAR_FOLDER)
		r = remember_times(u, path, e, inode, err);
	return r;
}

int unpack_layer(struct tar_reader *reader, int root_fd, const struct unpack_options *options,
		 struct unpack_stats *stats, struct err *err)
{
	struct unpacker u = {
		.reader = reader, .options = options, .root_fd = root_fd, .parent_fd = -1
	};
	const struct tar_entry *entry;
	char path[TAR_MAX_PATH];
	int r;

	while ((r = tar_next(reader, &entry, err)) > 0) {
		u.stats.entries++;
		r = unpack_clean_path(entry->path, path, err);
		if (r == 0)
			r = unpack_entry(&u, entry, path, err);
		if (r < 0) {
			err_wrap(err, "'%.200s'", entry->path);
			break;
		}
	}
	if (r == 0)
		r = set_late_times(&u, err);
	forget_parent(&u);
	for (size_t i = 0; i < u.late_count; i++)
		free(u.late[i].path);
	free(u.late);
	if (stats)
		*stats = u.stats;
	return r;
}

/*
 * unpack_object.c - see unpack_object.h.
 *
 * The order matters: chown clears set-user-id bits and file capabilities, so it comes first; times
 * come last.
 */
#include "runtime/image/unpack_object.h"

#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"

bool object_is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

bool object_is_same(int a_fd, const char *a, int b_fd, const char *b)
{
	struct stat sa, sb;

	return fstatat(a_fd, a, &sa, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(b_fd, b, &sb, AT_SYMLINK_NOFOLLOW) == 0 && sa.st_ino == sb.st_ino &&
	       sa.st_dev == sb.st_dev;
}

int object_remove(int parent_fd, const char *name, struct err *err)
{
	return file_remove_all(parent_fd, name, err);
}

int object_mark_opaque(int parent_fd, const char *name, bool rootless, struct err *err)
{
	const char *attribute = rootless ? "user.overlay.opaque" : "trusted.overlay.opaque";
	cleanup_close int fd = openat(parent_fd, name,
				      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fsetxattr(fd, attribute, "y", 1, 0) < 0)
		return err_sys(err, "mark the folder opaque");
	return 0;
}

static int set_xattrs(int fd, const struct tar_entry *e, struct unpack_stats *stats,
		      struct err *err)
{
	for (unsigned i = 0; i < e->xattr_count; i++) {
		const struct tar_xattr *x = &e->xattrs[i];

		if (!unpack_xattr_allowed(x->name)) {
			stats->xattrs_dropped++;
			continue;
		}
		if (fsetxattr(fd, x->name, x->value, x->len, 0) == 0)
			continue;
		if (errno != EOPNOTSUPP && errno != EPERM)
			return err_sys(err, "set attribute '%s'", x->name);
		stats->xattrs_dropped++;
	}
	return 0;
}

static int set_owner_and_mode(int fd, const struct tar_entry *e, bool rootless, struct err *err)
{
	if (!rootless && fchown(fd, e->uid, e->gid) < 0)
		return err_sys(err, "set owner %u:%u", e->uid, e->gid);
	if (fchmod(fd, e->mode) < 0)
		return err_sys(err, "set mode %o", e->mode);
	return 0;
}

int object_set_folder(int fd, const struct tar_entry *e, bool rootless, struct unpack_stats *stats,
		      struct err *err)
{
	int r = set_owner_and_mode(fd, e, rootless, err);

	return r < 0 ? r : set_xattrs(fd, e, stats, err);
}

static int write_at(int fd, const unsigned char *data, size_t len, uint64_t offset)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, data, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
		offset += (size_t)n;
	}
	return 0;
}

static int write_data(struct tar_reader *reader, const struct tar_entry *e, int fd,
		      struct unpack_stats *stats, struct err *err)
{
	struct tar_chunk chunk;
	int r;

	/* before the data: the size is then right even if the file ends in a hole */
	if (e->sparse && ftruncate(fd, (off_t)e->size) < 0)
		return err_sys(err, "make a file of %llu bytes", (unsigned long long)e->size);
	while ((r = tar_data(reader, &chunk, err)) > 0) {
		r = write_at(fd, chunk.data, chunk.len, chunk.offset);
		if (r < 0)
			return err_num(err, r, "write");
		stats->size_bytes += chunk.len;
	}
	return r;
}

static int make_file(struct tar_reader *reader, const struct tar_entry *e, int parent_fd,
		     const char *name, bool rootless, struct unpack_stats *stats, struct err *err)
{
	struct timespec times[2] = { { e->mtime_s, e->mtime_ns }, { e->mtime_s, e->mtime_ns } };
	cleanup_close int fd = openat(parent_fd, name,
				      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r;

	if (fd < 0)
		return errno == EEXIST ? -EEXIST : err_sys(err, "create");
	r = write_data(reader, e, fd, stats, err);
	if (r == 0)
		r = set_owner_and_mode(fd, e, rootless, err);
	if (r == 0)
		r = set_xattrs(fd, e, stats, err);
	if (r == 0 && futimens(fd, times) < 0)
		r = err_sys(err, "set the time");
	return r;
}

/* A folder keeps its place if it is there; one that replaces a whiteout hides what was below. */
static int make_folder(const struct tar_entry *e, int parent_fd, const char *name, bool rootless,
		       struct unpack_stats *stats, ino_t *inode, struct err *err)
{
	cleanup_close int fd = -1;
	bool opaque = false;
	struct stat st;

	if (mkdirat(parent_fd, name, 0700) < 0) {
		if (errno != EEXIST || fstatat(parent_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return err_sys(err, "create the folder");
		if (!S_ISDIR(st.st_mode)) {
			opaque = object_is_whiteout(&st);
			if (unlinkat(parent_fd, name, 0) < 0 || mkdirat(parent_fd, name, 0700) < 0)
				return err_sys(err, "replace it by a folder");
		}
	}
	fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, "open the folder");
	*inode = st.st_ino;
	if (opaque) {
		stats->opaque_folders++;
		if (object_mark_opaque(fd, ".", rootless, err) < 0)
			return -err->number;
	}
	return object_set_folder(fd, e, rootless, stats, err);
}

/* Symbolic link, device or fifo: made by one call, described by name afterwards. */
static int make_node(const struct tar_entry *e, int parent_fd, const char *name, bool rootless,
		     struct unpack_stats *stats, struct err *err)
{
	struct timespec times[2] = { { e->mtime_s, e->mtime_ns }, { e->mtime_s, e->mtime_ns } };
	mode_t type = e->type == TAR_CHAR	    ? S_IFCHR
		      : e->type == TAR_BLOCK_DEVICE ? S_IFBLK
						    : S_IFIFO;
	int r;

	stats->xattrs_dropped += e->xattr_count; /* the kernel takes user.* on none of these */
	if (e->type == TAR_SYMLINK) {
		r = symlinkat(e->link, parent_fd, name);
	} else {
		if (type != S_IFIFO && rootless)
			return 0;
		if (type == S_IFCHR && e->major == 0 && e->minor == 0)
			return err_set(err, EINVAL,
				       "device 0:0 is what hides a file, not a device");
		r = mknodat(parent_fd, name, type | 0600, makedev(e->major, e->minor));
	}
	if (r < 0)
		return errno == EEXIST ? -EEXIST : err_sys(err, "create");
	if (!rootless && fchownat(parent_fd, name, e->uid, e->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "set owner %u:%u", e->uid, e->gid);
	/* it was just made and is no symlink, so following the name cannot lead elsewhere */
	if (e->type != TAR_SYMLINK && fchmodat(parent_fd, name, e->mode, 0) < 0)
		return err_sys(err, "set mode %o", e->mode);
	if (utimensat(parent_fd, name, times, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "set the time");
	return 0;
}

int object_make(struct tar_reader *reader, const struct tar_entry *e, int parent_fd,
		const char *name, bool rootless, struct unpack_stats *stats, ino_t *inode,
		struct err *err)
{
	if (e->type == TAR_FOLDER)
		return make_folder(e, parent_fd, name, rootless, stats, inode, err);
	for (int tries = 0;; tries++) {
		int r = e->type == TAR_FILE
				? make_file(reader, e, parent_fd, name, rootless, stats, err)
				: make_node(e, parent_fd, name, rootless, stats, err);

		if (r != -EEXIST || tries > 0)
			return r == -EEXIST ? err_num(err, r, "create") : r;
		r = object_remove(parent_fd, name, err);
		if (r < 0)
			return r;
	}
}

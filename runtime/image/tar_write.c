/*
 * tar_write.c - see tar_write.h.
 */
#include "runtime/image/tar_write.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "runtime/image/tar.h"
#include "runtime/image/unpack.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

#define OUTPUT_SIZE (128u << 10)
#define MAX_XATTR_SIZE (64u << 10)

/* An inode with several names: the first one is written as a file, the others as hard links. */
struct linked {
	dev_t device;
	ino_t inode;
	char *path;
};

struct writer {
	int out_fd;
	dev_t device;
	unsigned skipped;
	unsigned char *buf;
	size_t filled;
	struct linked *linked;
	size_t linked_count, linked_capacity;
	struct strbuf pax;
};

static int put(struct writer *w, const void *data, size_t len, struct err *err)
{
	while (len > 0) {
		size_t n = OUTPUT_SIZE - w->filled;
		int r;

		if (n > len)
			n = len;
		memcpy(w->buf + w->filled, data, n);
		w->filled += n;
		data = (const char *)data + n;
		len -= n;
		if (w->filled < OUTPUT_SIZE)
			continue;
		r = fd_write_all(w->out_fd, w->buf, w->filled);
		if (r < 0)
			return err_num(err, r, "write the archive");
		w->filled = 0;
	}
	return 0;
}

static int put_padding(struct writer *w, uint64_t size, struct err *err)
{
	static const char zeros[TAR_BLOCK];

	return put(w, zeros, (size_t)(-size % TAR_BLOCK), err);
}

/* "LEN KEY=VALUE\n", where LEN counts its own digits. */
static void pax_record(struct strbuf *pax, const char *key, const void *value, size_t len)
{
	size_t rest = strlen(key) + len + 3, digits = 1;

	for (size_t n = 10; rest + digits >= n; n *= 10)
		digits++;
	strbuf_printf(pax, "%zu %s=", rest + digits, key);
	strbuf_append(pax, value, len);
	strbuf_putc(pax, '\n');
}

static void pax_number(struct strbuf *pax, const char *key, uint64_t value)
{
	char text[24];

	pax_record(pax, key, text,
		   fmt_string(text, sizeof(text), "%llu", (unsigned long long)value));
}

/* Octal text of a field; false when it does not fit. */
static bool put_octal(unsigned char *field, size_t size, uint64_t value)
{
	if (value >> (3 * (size - 1)))
		return false;
	for (size_t i = size - 1; i-- > 0; value >>= 3)
		field[i] = (unsigned char)('0' + (value & 7));
	field[size - 1] = '\0';
	return true;
}

static void set_name(struct strbuf *pax, const char *key, unsigned char *field, const char *name)
{
	size_t len = strlen(name);

	if (len > 100)
		pax_record(pax, key, name, len);
	memcpy(field, name, len > 100 ? 100 : len);
}

static void set_checksum(unsigned char *block)
{
	unsigned sum = 0;

	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += block[i];
	put_octal(block + 148, 7, sum);
}

static void begin_header(unsigned char *block, char type, uint64_t size)
{
	memset(block, 0, TAR_BLOCK);
	put_octal(block + 124, 12, size);
	block[156] = (unsigned char)type;
	memcpy(block + 257, "ustar\00000", 8);
}

static int put_pax(struct writer *w, struct err *err)
{
	unsigned char block[TAR_BLOCK];

	if (w->pax.failed)
		return err_num(err, ENOMEM, "write the archive");
	if (w->pax.len == 0)
		return 0;
	begin_header(block, 'x', w->pax.len);
	memcpy(block, "PaxHeader", 9);
	put_octal(block + 100, 8, 0644);
	put_octal(block + 108, 8, 0);
	put_octal(block + 116, 8, 0);
	put_octal(block + 136, 12, 0);
	set_checksum(block);
	if (put(w, block, sizeof(block), err) < 0 || put(w, w->pax.data, w->pax.len, err) < 0)
		return -err->number;
	return put_padding(w, w->pax.len, err);
}

static int put_header(struct writer *w, const char *path, const char *link, char type,
		      const struct stat *st, struct err *err)
{
	uint64_t size = type == '0' ? (uint64_t)st->st_size : 0;
	unsigned char block[TAR_BLOCK];
	char time[48];
	bool fits;

	begin_header(block, type, 0);
	set_name(&w->pax, "path", block, path);
	set_name(&w->pax, "linkpath", block + 157, link);
	put_octal(block + 100, 8, st->st_mode & 07777);
	if (!put_octal(block + 108, 8, st->st_uid))
		pax_number(&w->pax, "uid", st->st_uid);
	if (!put_octal(block + 116, 8, st->st_gid))
		pax_number(&w->pax, "gid", st->st_gid);
	if (!put_octal(block + 124, 12, size))
		pax_number(&w->pax, "size", size);
	fits = st->st_mtim.tv_sec >= 0 && put_octal(block + 136, 12, (uint64_t)st->st_mtim.tv_sec);
	if (!fits || st->st_mtim.tv_nsec)
		pax_record(&w->pax, "mtime", time,
			   fmt_string(time, sizeof(time), "%lld.%09ld",
				      (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec));
	if (type == '3' || type == '4') {
		put_octal(block + 329, 8, major(st->st_rdev));
		put_octal(block + 337, 8, minor(st->st_rdev));
	}
	set_checksum(block);
	if (put_pax(w, err) < 0)
		return -err->number;
	return put(w, block, sizeof(block), err);
}

static int add_xattrs(struct writer *w, int fd, const char *path, struct err *err)
{
	cleanup_free char *names = malloc(MAX_XATTR_SIZE), *value = malloc(MAX_XATTR_SIZE);
	ssize_t len;

	if (!names || !value)
		return err_sys(err, "read attributes of '%s'", path);
	len = flistxattr(fd, names, MAX_XATTR_SIZE);
	for (char *name = names; len > 0 && name < names + len; name += strlen(name) + 1) {
		char key[300];
		ssize_t n;

		if (!unpack_xattr_allowed(name))
			continue;
		n = fgetxattr(fd, name, value, MAX_XATTR_SIZE);
		if (n < 0)
			return err_sys(err, "read attribute '%s' of '%s'", name, path);
		fmt_string(key, sizeof(key), "SCHILY.xattr.%s", name);
		pax_record(&w->pax, key, value, (size_t)n);
	}
	return 0;
}

/* Path of an earlier name of this inode; NULL when it is the first, which is remembered. */
static int earlier_name(struct writer *w, const struct stat *st, const char *path,
			const char **earlier, struct err *err)
{
	*earlier = NULL;
	if (st->st_nlink < 2)
		return 0;
	for (size_t i = 0; i < w->linked_count; i++)
		if (w->linked[i].inode == st->st_ino && w->linked[i].device == st->st_dev) {
			*earlier = w->linked[i].path;
			return 0;
		}
	if (w->linked_count == w->linked_capacity) {
		size_t capacity = w->linked_capacity ? 2 * w->linked_capacity : 64;
		void *grown = realloc(w->linked, capacity * sizeof(*w->linked));

		if (!grown)
			return err_sys(err, "remember '%s'", path);
		w->linked = grown;
		w->linked_capacity = capacity;
	}
	w->linked[w->linked_count] = (struct linked){ st->st_dev, st->st_ino, strdup(path) };
	if (!w->linked[w->linked_count].path)
		return err_sys(err, "remember '%s'", path);
	w->linked_count++;
	return 0;
}

static int put_file(struct writer *w, int parent_fd, const char *name, const char *path,
		    const struct stat *seen, struct err *err)
{
	cleanup_close int fd = openat(parent_fd, name,
				      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	cleanup_free char *data = malloc(OUTPUT_SIZE);
	struct stat st;
	uint64_t left;

	if (fd < 0 || !data || fstat(fd, &st) < 0)
		return err_sys(err, "open '%s'", path);
	if (st.st_ino != seen->st_ino || st.st_dev != seen->st_dev)
		return err_set(err, EAGAIN, "'%s' was replaced while it was read", path);
	if (add_xattrs(w, fd, path, err) < 0 || put_header(w, path, "", '0', &st, err) < 0)
		return -err->number;
	for (left = (uint64_t)st.st_size; left > 0;) {
		ssize_t n = read(fd, data, left < OUTPUT_SIZE ? (size_t)left : OUTPUT_SIZE);

		if (n < 0)
			return err_sys(err, "read '%s'", path);
		if (n == 0)
			return err_set(err, EAGAIN, "'%s' shrank while it was read", path);
		if (put(w, data, (size_t)n, err) < 0)
			return -err->number;
		left -= (size_t)n;
	}
	return put_padding(w, (uint64_t)st.st_size, err);
}

static int put_folder(struct writer *w, int fd, const char *path, struct err *err);

static int put_subfolder(struct writer *w, int parent_fd, const char *name, const char *path,
			 const struct stat *st, struct err *err)
{
	char with_slash[TAR_MAX_PATH + 1];
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, "open folder '%s'", path);
	fmt_string(with_slash, sizeof(with_slash), "%s/", path);
	if (add_xattrs(w, fd, path, err) < 0 || put_header(w, with_slash, "", '5', st, err) < 0) {
		close(fd);
		return -err->number;
	}
	if (st->st_dev != w->device) { /* a mount point: its place is kept, not what is there now */
		close(fd);
		return 0;
	}
	return put_folder(w, fd, path, err);
}

static int put_symlink(struct writer *w, int parent_fd, const char *name, const char *path,
		       const struct stat *st, struct err *err)
{
	char target[TAR_MAX_PATH];
	ssize_t n = readlinkat(parent_fd, name, target, sizeof(target) - 1);

	if (n < 0)
		return err_sys(err, "read link '%s'", path);
	target[n] = '\0';
	return put_header(w, path, target, '2', st, err);
}

static int put_object(struct writer *w, int parent_fd, const char *name, const char *path,
		      struct err *err)
{
	const char *earlier;
	struct stat st;

	w->pax.len = 0;
	if (fstatat(parent_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_sys(err, "read '%s'", path);
	if (S_ISDIR(st.st_mode))
		return put_subfolder(w, parent_fd, name, path, &st, err);
	if (S_ISSOCK(st.st_mode)) {
		w->skipped++;
		return 0;
	}
	if (earlier_name(w, &st, path, &earlier, err) < 0)
		return -err->number;
	if (earlier)
		return put_header(w, path, earlier, '1', &st, err);
	if (S_ISREG(st.st_mode))
		return put_file(w, parent_fd, name, path, &st, err);
	if (S_ISLNK(st.st_mode))
		return put_symlink(w, parent_fd, name, path, &st, err);
	return put_header(w, path, "",
			  S_ISCHR(st.st_mode)	? '3'
			  : S_ISBLK(st.st_mode) ? '4'
						: '6',
			  &st, err);
}

static int is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Writes what is in a folder, sorted by bytes. fd is owned by this call. */
static int put_folder(struct writer *w, int fd, const char *path, struct err *err)
{
	cleanup_close int folder_fd = fd;
	struct dirent **names = NULL;
	int count = scandirat(fd, ".", &names, is_entry, by_name), r = 0;

	if (count < 0)
		return err_sys(err, "read folder '%s'", path);
	for (int i = 0; i < count; i++) {
		char child[TAR_MAX_PATH];

		if (r == 0 && fmt_string(child, sizeof(child), "%s%s%s", path, *path ? "/" : "",
					 names[i]->d_name) >= sizeof(child) - 1)
			r = err_num(err, ENAMETOOLONG, "folder '%.200s…'", path);
		if (r == 0)
			r = put_object(w, folder_fd, names[i]->d_name, child, err);
		free(names[i]);
	}
	free(names);
	return r;
}

static int put_all(struct writer *w, int root_fd, struct err *err)
{
	static const char end[2 * TAR_BLOCK];
	struct stat st;
	int fd = openat(root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	if (fd < 0 || fstat(fd, &st) < 0 || !w->buf) {
		if (fd >= 0)
			close(fd);
		return err_sys(err, "open the folder");
	}
	w->device = st.st_dev;
	r = add_xattrs(w, fd, ".", err);
	if (r == 0)
		r = put_header(w, "./", "", '5', &st, err);
	if (r < 0)
		close(fd);
	else
		r = put_folder(w, fd, "", err);
	if (r == 0)
		r = put(w, end, sizeof(end), err);
	if (r == 0)
		r = fd_write_all(w->out_fd, w->buf, w->filled);
	return r < 0 && !err->number ? err_num(err, r, "write the archive") : r;
}

int tar_write_folder(int root_fd, int out_fd, unsigned *skipped, struct err *err)
{
	struct writer w = { .out_fd = out_fd, .buf = malloc(OUTPUT_SIZE) };
	int r = put_all(&w, root_fd, err);

	for (size_t i = 0; i < w.linked_count; i++)
		free(w.linked[i].path);
	free(w.linked);
	free(w.buf);
	strbuf_free(&w.pax);
	if (skipped)
		*skipped = w.skipped;
	return r;
}

/*
 * bundle.c - see bundle.h.
 */
#include "runtime/image/bundle.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/image/tar.h"
#include "runtime/image/unpack.h"
#include "runtime/linux/paths.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/path.h"
#include "user/base/str.h"

#define MAX_MEMBERS (1u << 20)
#define MAX_LINKS 8

struct seekable {
	int fd;
	uint64_t offset;
};

static ssize_t seekable_read(void *context, void *buf, size_t size, struct err *err)
{
	struct seekable *s = context;
	ssize_t n = pread(s->fd, buf, size, (off_t)s->offset);

	if (n < 0)
		return err_sys(err, "read the archive");
	s->offset += (size_t)n;
	return n;
}

static int seekable_skip(void *context, uint64_t count, struct err *err)
{
	struct seekable *s = context;
	struct stat st;

	s->offset += count;
	if (fstat(s->fd, &st) < 0 || s->offset > (uint64_t)st.st_size)
		return err_set(err, EINVAL, "the archive is cut off");
	return 0;
}

void bundle_open_folder(struct bundle *bundle, int fd)
{
	memset(bundle, 0, sizeof(*bundle));
	bundle->fd = fd;
	bundle->is_folder = true;
}

static int add_member(struct bundle *bundle, const struct tar_entry *e, struct err *err)
{
	struct bundle_member *m;
	char name[TAR_MAX_PATH];
	bool is_link = e->type == TAR_SYMLINK || e->type == TAR_HARDLINK;

	/* what cannot be a file of an image archive needs no place in the list */
	if ((e->type != TAR_FILE && !is_link) || e->sparse ||
	    unpack_clean_path(e->path, name, NULL) < 0)
		return 0;
	if (bundle->count == bundle->capacity) {
		size_t capacity = bundle->capacity ? 2 * bundle->capacity : 64;
		void *grown = bundle->count < MAX_MEMBERS
				      ? realloc(bundle->members, capacity * sizeof(*m))
				      : NULL;

		if (!grown)
			return err_num(err, ENOMEM, "list the archive");
		bundle->members = grown;
		bundle->capacity = capacity;
	}
	m = &bundle->members[bundle->count++];
	m->name = strdup(name);
	m->link = is_link ? strdup(e->link) : NULL;
	m->offset = e->data_position;
	m->size = e->size;
	return m->name && (!is_link || m->link) ? 0 : err_num(err, ENOMEM, "list the archive");
}

int bundle_open_source(struct bundle *bundle, const struct tar_source *source, struct err *err)
{
	cleanup_tar struct tar_reader *reader = tar_open(source);
	const struct tar_entry *entry;
	int r;

	memset(bundle, 0, sizeof(*bundle));
	bundle->fd = -1;
	if (!reader)
		return err_sys(err, "list the archive");
	while ((r = tar_next(reader, &entry, err)) > 0)
		if (add_member(bundle, entry, err) < 0)
			return -err->number;
	return r;
}

int bundle_open_tar(struct bundle *bundle, int fd, struct err *err)
{
	struct seekable input = { .fd = fd };
	struct tar_source source = { seekable_read, seekable_skip, &input };
	int r = bundle_open_source(bundle, &source, err);

	bundle->fd = fd;
	return r;
}

void bundle_close(struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->count; i++) {
		free(bundle->members[i].name);
		free(bundle->members[i].link);
	}
	free(bundle->members);
	memset(bundle, 0, sizeof(*bundle));
}

static const struct bundle_member *find_member(const struct bundle *bundle, const char *name)
{
	/* the last one of a name is the one that unpacking would leave */
	for (size_t i = bundle->count; i-- > 0;)
		if (str_eq(bundle->members[i].name, name))
			return &bundle->members[i];
	return NULL;
}

/* Follows links between members: `docker save` wrote a repeated layer as a symlink to the first. */
static const struct bundle_member *resolve(const struct bundle *bundle, const char *name)
{
	const struct bundle_member *m = find_member(bundle, name);

	for (int i = 0; m && m->link && i < MAX_LINKS; i++) {
		char path[2 * TAR_MAX_PATH], clean[TAR_MAX_PATH];
		const char *slash = strrchr(m->name, '/');

		fmt_string(path, sizeof(path), "/%.*s/%s", slash ? (int)(slash - m->name) : 0,
			   m->name, m->link);
		if (path_clean(path, clean, sizeof(clean)) < 0)
			return NULL;
		m = find_member(bundle, clean + 1);
	}
	return m && !m->link ? m : NULL;
}

static int find_in_folder(const struct bundle *bundle, const char *name, struct bundle_file *file,
			  struct err *err)
{
	cleanup_close int fd = paths_open(bundle->fd, name, O_RDONLY | O_NONBLOCK, 0);
	struct stat st;

	if (fd < 0)
		return err_num(err, fd, "open '%.200s' of the image", name);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(err, EINVAL, "'%.200s' of the image is no file", name);
	*file = (struct bundle_file){ take_fd(&fd), true, 0, (uint64_t)st.st_size };
	return 0;
}

int bundle_find(const struct bundle *bundle, const char *name, struct bundle_file *file,
		struct err *err)
{
	const struct bundle_member *m;
	char clean[TAR_MAX_PATH];

	if (bundle->is_folder)
		return find_in_folder(bundle, name, file, err);
	if (unpack_clean_path(name, clean, err) < 0)
		return -EINVAL;
	m = resolve(bundle, clean);
	if (!m)
		return err_num(err, ENOENT, "open '%.200s' of the archive", name);
	*file = (struct bundle_file){ bundle->fd, false, m->offset, m->size };
	return 0;
}

bool bundle_has(const struct bundle *bundle, const char *name)
{
	struct bundle_file file;

	if (bundle_find(bundle, name, &file, NULL) < 0)
		return false;
	bundle_file_close(&file);
	return true;
}

enum bundle_kind bundle_kind(const struct bundle *bundle)
{
	/* newer `docker save` files are both; the Docker side knows the names better */
	if (bundle_has(bundle, "manifest.json") &&
	    (!bundle->is_folder || !bundle_has(bundle, "bin/sh")))
		return BUNDLE_DOCKER;
	if (bundle_has(bundle, "oci-layout") && bundle_has(bundle, "index.json"))
		return BUNDLE_OCI;
	return BUNDLE_ROOTFS;
}

ssize_t bundle_read(const struct bundle *bundle, const char *name, size_t max, char **data,
		    struct err *err)
{
	cleanup_free char *text = NULL;
	struct bundle_file file;
	size_t done = 0;

	if (bundle_find(bundle, name, &file, err) < 0)
		return -err->number;
	text = file.size <= max ? malloc((size_t)file.size + 1) : NULL;
	while (text && done < file.size) {
		ssize_t n = pread(file.fd, text + done, (size_t)file.size - done,
				  (off_t)(file.offset + done));

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	bundle_file_close(&file);
	if (!text)
		return err_num(err, file.size > max ? EFBIG : ENOMEM, "read '%.200s'", name);
	if (done < file.size)
		return err_num(err, EIO, "read '%.200s'", name);
	text[done] = '\0';
	*data = take_ptr(text);
	return (ssize_t)done;
}

void bundle_file_close(struct bundle_file *file)
{
	if (file->owns_fd)
		close(file->fd);
	file->owns_fd = false;
}

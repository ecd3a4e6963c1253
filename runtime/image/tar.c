/*
 * tar.c - the sequence of an archive's blocks. See tar.h; fields are decoded in tar_header.c.
 */
#include "runtime/image/tar.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runtime/image/tar_header.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"

#define BUFFER_SIZE (128u << 10)

struct tar_reader {
	struct tar_source source;
	unsigned char *buf;
	size_t at, filled;
	uint64_t position; /* in the archive, of buf[at] */
	bool ended, unterminated;
	/* data of the current entry */
	uint64_t stored_left; /* bytes of it still in the archive */
	uint64_t padding;     /* after them, up to the block's end */
	size_t segment;	      /* of a sparse file: the current part */
	uint64_t segment_done;
	/* headers in front of the current entry */
	struct tar_overrides over;
	char *pax, *long_path, *long_link;
	char path[TAR_MAX_PATH], link[TAR_MAX_PATH];
	struct tar_entry entry;
};

struct tar_reader *tar_open(const struct tar_source *source)
{
	struct tar_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->source = *source;
	reader->buf = malloc(BUFFER_SIZE);
	if (!reader->buf) {
		free(reader);
		return NULL;
	}
	return reader;
}

static void forget_overrides(struct tar_reader *reader)
{
	free(reader->over.segments);
	free(take_ptr(reader->pax));
	free(take_ptr(reader->long_path));
	free(take_ptr(reader->long_link));
	memset(&reader->over, 0, sizeof(reader->over));
}

void tar_close(struct tar_reader *reader)
{
	if (!reader)
		return;
	forget_overrides(reader);
	free(reader->buf);
	free(reader);
}

bool tar_is_unterminated(const struct tar_reader *reader)
{
	return reader->unterminated;
}

/* Makes at least one byte available. Returns 1, 0 at the end of input, or -errno. */
static int fill(struct tar_reader *reader, struct err *err)
{
	ssize_t n;

	if (reader->at < reader->filled)
		return 1;
	n = reader->source.read(reader->source.context, reader->buf, BUFFER_SIZE, err);
	reader->at = 0;
	reader->filled = n > 0 ? (size_t)n : 0;
	return n > 0 ? 1 : (int)n;
}

static int cut_off(struct err *err)
{
	return err_set(err, EINVAL, "the archive is cut off");
}

/* Copies exactly len bytes to out. Returns 0, -errno, or 1 when the input ended before the first. */
static int take(struct tar_reader *reader, void *out, size_t len, struct err *err)
{
	size_t done = 0;

	while (done < len) {
		int r = fill(reader, err);
		size_t n = reader->filled - reader->at;

		if (r < 0)
			return r;
		if (r == 0)
			return done ? cut_off(err) : 1;
		if (n > len - done)
			n = len - done;
		memcpy((char *)out + done, reader->buf + reader->at, n);
		reader->at += n;
		reader->position += n;
		done += n;
	}
	return 0;
}

static int skip(struct tar_reader *reader, uint64_t count, struct err *err)
{
	while (count > 0) {
		uint64_t n = reader->filled - reader->at;
		int r;

		if (n == 0 && reader->source.skip && count >= BUFFER_SIZE) {
			r = reader->source.skip(reader->source.context, count, err);
			reader->position += count;
			return r;
		}
		r = fill(reader, err);
		if (r <= 0)
			return r < 0 ? r : cut_off(err);
		n = reader->filled - reader->at;
		if (n > count)
			n = count;
		reader->at += n;
		reader->position += n;
		count -= n;
	}
	return 0;
}

static int skip_data(struct tar_reader *reader, struct err *err)
{
	uint64_t count = reader->stored_left + reader->padding;

	reader->stored_left = reader->padding = 0;
	return skip(reader, count, err);
}

/* Reads the body of a header entry into a NUL-terminated heap buffer. */
static int take_body(struct tar_reader *reader, uint64_t size, char **body, struct err *err)
{
	int r;

	if (*body)
		return err_set(err, EINVAL, "two headers of the same kind before one entry");
	if (size > TAR_MAX_HEADER_DATA)
		return err_set(err, EINVAL, "header data of %llu bytes is over the limit",
			       (unsigned long long)size);
	*body = malloc((size_t)size + 1);
	if (!*body)
		return err_sys(err, "read a header");
	(*body)[size] = '\0';
	r = take(reader, *body, (size_t)size, err);
	if (r == 1 && size)
		return cut_off(err);
	if (r < 0)
		return r;
	return skip(reader, -size % TAR_BLOCK, err);
}

static bool is_zero(const unsigned char *block)
{
	return block[0] == 0 && !memcmp(block, block + 1, TAR_BLOCK - 1);
}

/* Bounded copy of a field that may lack its NUL. Returns its length. */
static size_t copy_field(char *out, const unsigned char *field, size_t size)
{
	size_t len = strnlen((const char *)field, size);

	memcpy(out, field, len);
	out[len] = '\0';
	return len;
}

static int set_path(struct tar_reader *reader, const unsigned char *block, struct err *err)
{
	const char *name = reader->over.path ? reader->over.path : reader->long_path;
	size_t len = 0;

	if (name) {
		len = strlen(name);
		if (len >= sizeof(reader->path))
			return err_num(err, ENAMETOOLONG, "path of %zu bytes", len);
		memcpy(reader->path, name, len + 1);
	} else {
		/* only POSIX ustar has a prefix there; GNU keeps times in the same place */
		if (!memcmp(block + 257, "ustar\0", 6) && block[345]) {
			len = copy_field(reader->path, block + 345, 155);
			reader->path[len++] = '/';
		}
		len += copy_field(reader->path + len, block, 100);
	}
	if (len == 0)
		return err_set(err, EINVAL, "entry without a name");
	reader->entry.path = reader->path;
	return 0;
}

static int set_link(struct tar_reader *reader, const unsigned char *block, struct err *err)
{
	const char *link = reader->over.link ? reader->over.link : reader->long_link;

	if (link && strlen(link) >= sizeof(reader->link))
		return err_num(err, ENAMETOOLONG, "link target of %zu bytes", strlen(link));
	if (link)
		memcpy(reader->link, link, strlen(link) + 1);
	else
		copy_field(reader->link, block + 157, 100);
	reader->entry.link = reader->link;
	return 0;
}

/* Reads a numeric field that must lie in 0..max. */
static int field(const unsigned char *block, size_t at, size_t size, uint64_t max, const char *name,
		 uint64_t *value, struct err *err)
{
	int64_t v;

	if (tar_number(block + at, size, &v) < 0 || v < 0 || (uint64_t)v > max)
		return err_set(err, EINVAL, "the %s field is not a number in range", name);
	*value = (uint64_t)v;
	return 0;
}

static int set_owner_and_times(struct tar_reader *reader, const unsigned char *block,
			       struct err *err)
{
	const struct tar_overrides *over = &reader->over;
	struct tar_entry *e = &reader->entry;
	uint64_t mode = 0, uid = over->uid, gid = over->gid;
	int64_t mtime = 0;

	if (field(block, 100, 8, UINT32_MAX, "mode", &mode, err) < 0 ||
	    (!over->has_uid && field(block, 108, 8, UINT32_MAX, "uid", &uid, err) < 0) ||
	    (!over->has_gid && field(block, 116, 8, UINT32_MAX, "gid", &gid, err) < 0))
		return -err->number;
	if (uid == UINT32_MAX || gid == UINT32_MAX) /* -1 means "leave alone" to chown(2) */
		return err_set(err, EINVAL, "owner 4294967295 cannot be given to a file");
	if (tar_number(block + 136, 12, &mtime) < 0)
		return err_set(err, EINVAL, "the mtime field is not a number");
	e->mode = (mode_t)mode & 07777;
	e->uid = (uid_t)uid;
	e->gid = (gid_t)gid;
	e->mtime_s = over->has_mtime ? over->mtime_s : mtime;
	e->mtime_ns = over->has_mtime ? over->mtime_ns : 0;
	e->xattr_count = over->xattr_count;
	memcpy(e->xattrs, over->xattrs, over->xattr_count * sizeof(e->xattrs[0]));
	return 0;
}

static int set_device(struct tar_reader *reader, const unsigned char *block, struct err *err)
{
	uint64_t major = 0, minor = 0;

	/* the kernel's dev_t: 12 bits of major, 20 of minor */
	if (field(block, 329, 8, 0xfff, "devmajor", &major, err) < 0 ||
	    field(block, 337, 8, 0xfffff, "devminor", &minor, err) < 0)
		return -err->number;
	reader->entry.major = (uint32_t)major;
	reader->entry.minor = (uint32_t)minor;
	return 0;
}

/* Four (offset, length) pairs of an old GNU sparse header, or 21 of a continuation block. */
static int old_sparse_pairs(struct tar_reader *reader, const unsigned char *at, unsigned count,
			    struct err *err)
{
	for (unsigned i = 0; i < count; i++, at += 24) {
		uint64_t offset = 0, len = 0;

		if (at[0] == '\0')
			return 0;
		if (field(at, 0, 12, TAR_MAX_SIZE, "sparse offset", &offset, err) < 0 ||
		    field(at, 12, 12, TAR_MAX_SIZE, "sparse length", &len, err) < 0 ||
		    tar_add_segment(&reader->over, offset, len, err) < 0)
			return -err->number;
	}
	return 0;
}

static int read_old_sparse(struct tar_reader *reader, const unsigned char *block, struct err *err)
{
	unsigned char more[TAR_BLOCK];
	bool extended = block[482];
	int r = field(block, 483, 12, TAR_MAX_SIZE, "real size", &reader->over.real_size, err);

	reader->over.sparse = reader->over.has_real_size = true;
	if (r == 0)
		r = old_sparse_pairs(reader, block + 386, 4, err);
	while (r == 0 && extended) {
		r = take(reader, more, sizeof(more), err);
		if (r == 1)
			return cut_off(err);
		if (r == 0)
			r = old_sparse_pairs(reader, more, 21, err);
		extended = more[504];
	}
	return r;
}

/* One decimal line of the map that precedes the data in sparse format 1.0. */
static int map_line(struct tar_reader *reader, uint64_t *value, struct err *err)
{
	char digits[24];

	for (size_t len = 0; len < sizeof(digits); len++) {
		if (reader->stored_left == 0)
			break;
		if (take(reader, &digits[len], 1, err) != 0)
			return err->number ? -err->number : cut_off(err);
		reader->stored_left--;
		if (digits[len] == '\n') {
			if (tar_decimal(digits, len, value) < 0 || *value > TAR_MAX_SIZE)
				break;
			return 0;
		}
	}
	return err_set(err, EINVAL, "malformed sparse map");
}

static int read_map_in_data(struct tar_reader *reader, struct err *err)
{
	uint64_t count = 0, start = reader->position, pad;
	int r = map_line(reader, &count, err);

	if (r == 0 && count > TAR_MAX_SEGMENTS)
		return err_set(err, EINVAL, "sparse map of more than %u parts", TAR_MAX_SEGMENTS);
	for (uint64_t i = 0; r == 0 && i < count; i++) {
		uint64_t offset = 0, len = 0;

		r = map_line(reader, &offset, err);
		if (r == 0)
			r = map_line(reader, &len, err);
		if (r == 0)
			r = tar_add_segment(&reader->over, offset, len, err);
	}
	if (r < 0)
		return r;
	pad = -(reader->position - start) % TAR_BLOCK;
	if (pad > reader->stored_left)
		return err_set(err, EINVAL, "malformed sparse map");
	reader->stored_left -= pad;
	return skip(reader, pad, err);
}

/* The parts of a sparse file must account for its stored bytes exactly and end within its size. */
static int check_sparse(struct tar_reader *reader, struct err *err)
{
	const struct tar_overrides *over = &reader->over;
	uint64_t stored = 0;

	if (!over->has_real_size)
		return err_set(err, EINVAL, "sparse file without its size");
	for (size_t i = 0; i < over->segment_count; i++) {
		const struct tar_segment *s = &over->segments[i];

		if (s->offset + s->len > over->real_size)
			return err_set(err, EINVAL, "sparse map reaches past the end of the file");
		stored += s->len;
	}
	if (stored != reader->stored_left)
		return err_set(err, EINVAL, "sparse map and stored size differ");
	reader->entry.sparse = true;
	reader->entry.size = over->real_size;
	return 0;
}

static int begin_data(struct tar_reader *reader, const unsigned char *block, uint64_t size,
		      struct err *err)
{
	int r = 0;

	if (block[156] == 'S')
		r = read_old_sparse(reader, block, err);
	reader->stored_left = size;
	reader->padding = -size % TAR_BLOCK;
	reader->segment = 0;
	reader->segment_done = 0;
	reader->entry.size = size;
	if (r == 0 && reader->over.sparse && reader->over.sparse_map_in_data)
		r = read_map_in_data(reader, err);
	if (r == 0 && reader->over.sparse)
		r = check_sparse(reader, err);
	reader->entry.data_position = reader->position;
	return r;
}

static int entry_type(const struct tar_reader *reader, char flag, enum tar_type *type)
{
	size_t len = strlen(reader->path);

	switch (flag) {
	case '\0':
	case '0':
		/* v7 had no type for folders but a slash */
		*type = reader->path[len - 1] == '/' ? TAR_FOLDER : TAR_FILE;
		return 0;
	case '7':
	case 'S':
		*type = TAR_FILE;
		return 0;
	case '1':
		*type = TAR_HARDLINK;
		return 0;
	case '2':
		*type = TAR_SYMLINK;
		return 0;
	case '3':
		*type = TAR_CHAR;
		return 0;
	case '4':
		*type = TAR_BLOCK_DEVICE;
		return 0;
	case '5':
		*type = TAR_FOLDER;
		return 0;
	case '6':
		*type = TAR_FIFO;
		return 0;
	}
	return -EINVAL;
}

static int finish_entry(struct tar_reader *reader, const unsigned char *block, uint64_t size,
			struct err *err)
{
	struct tar_entry *e = &reader->entry;
	char flag = (char)block[156];

	memset(e, 0, offsetof(struct tar_entry, xattrs));
	e->sparse = false;
	if (set_path(reader, block, err) < 0)
		return -err->number;
	if (entry_type(reader, flag, &e->type) < 0)
		return err_set(err, EINVAL, "'%s': entry type '%c' is not supported", e->path,
			       flag >= ' ' && flag < 127 ? flag : '?');
	if (set_link(reader, block, err) < 0 || set_owner_and_times(reader, block, err) < 0)
		return err_wrap(err, "'%s'", e->path);
	if (reader->over.has_size)
		size = reader->over.size;
	if (e->type != TAR_FILE) /* whatever the size field says, these have no data */
		size = 0;
	if ((e->type == TAR_CHAR || e->type == TAR_BLOCK_DEVICE) &&
	    set_device(reader, block, err) < 0)
		return err_wrap(err, "'%s'", e->path);
	if (begin_data(reader, block, size, err) < 0)
		return err_wrap(err, "'%s'", e->path);
	return 1;
}

/* Takes a header that describes the next one. Returns 1 if it was one, 0 if not, or -errno. */
static int take_extension(struct tar_reader *reader, const unsigned char *block, uint64_t size,
			  struct err *err)
{
	struct tar_overrides ignored = { 0 };
	char *body = NULL;
	int r;

	switch (block[156]) {
	case 'x':
	case 'X': /* the type Solaris used before the standard */
		r = take_body(reader, size, &reader->pax, err);
		if (r == 0)
			r = tar_pax_records(reader->pax, (size_t)size, false, &reader->over, err);
		break;
	case 'g':
		r = take_body(reader, size, &body, err);
		if (r == 0)
			r = tar_pax_records(body, (size_t)size, true, &ignored, err);
		free(body);
		break;
	case 'L':
		r = take_body(reader, size, &reader->long_path, err);
		break;
	case 'K':
		r = take_body(reader, size, &reader->long_link, err);
		break;
	case 'V': /* name of the volume */
		r = skip(reader, size + -size % TAR_BLOCK, err);
		break;
	default:
		return 0;
	}
	return r < 0 ? r : 1;
}

/* Returns 0 with a checked header, 1 at the end of the archive, or -errno. */
static int take_header(struct tar_reader *reader, unsigned char *block, struct err *err)
{
	int r = take(reader, block, TAR_BLOCK, err);

	if (r == 1) {
		if (reader->position == 0)
			return err_set(err, EINVAL, "the archive is empty");
		reader->unterminated = true;
	}
	if (r)
		return r;
	if (is_zero(block))
		return 1;
	if (!tar_checksum_ok(block))
		return err_set(err, EINVAL, "not a tar header at byte %llu: wrong checksum",
			       (unsigned long long)(reader->position - TAR_BLOCK));
	return 0;
}

int tar_next(struct tar_reader *reader, const struct tar_entry **entry, struct err *err)
{
	unsigned char block[TAR_BLOCK];

	forget_overrides(reader);
	if (reader->ended)
		return 0;
	if (skip_data(reader, err) < 0)
		return -err->number;
	for (int i = 0; i < TAR_MAX_CHAINED_HEADERS; i++) {
		uint64_t size = 0;
		int r = take_header(reader, block, err);

		if (r == 1) {
			reader->ended = true;
			return i == 0 ? 0 : cut_off(err);
		}
		if (r < 0 || field(block, 124, 12, TAR_MAX_SIZE, "size", &size, err) < 0)
			return -err->number;
		r = take_extension(reader, block, size, err);
		if (r < 0)
			return r;
		if (r == 0) {
			*entry = &reader->entry;
			return finish_entry(reader, block, size, err);
		}
	}
	return err_set(err, EINVAL, "more than %d headers before one entry",
		       TAR_MAX_CHAINED_HEADERS);
}

int tar_data(struct tar_reader *reader, struct tar_chunk *chunk, struct err *err)
{
	const struct tar_overrides *over = &reader->over;
	uint64_t left = reader->stored_left;
	int r;

	if (left == 0)
		return 0;
	r = fill(reader, err);
	if (r <= 0)
		return r < 0 ? r : cut_off(err);
	if (reader->entry.sparse) {
		while (reader->segment_done == over->segments[reader->segment].len) {
			reader->segment++;
			reader->segment_done = 0;
		}
		left = over->segments[reader->segment].len - reader->segment_done;
		chunk->offset = over->segments[reader->segment].offset + reader->segment_done;
	} else {
		chunk->offset = reader->entry.size - left;
	}
	chunk->data = reader->buf + reader->at;
	chunk->len = reader->filled - reader->at;
	if (chunk->len > left)
		chunk->len = (size_t)left;
	reader->at += chunk->len;
	reader->position += chunk->len;
	reader->stored_left -= chunk->len;
	reader->segment_done += chunk->len;
	return 1;
}

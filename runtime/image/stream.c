/*
 * stream.c - see stream.h.
 */
#include "runtime/image/stream.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "runtime/image/hash.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"

#define INPUT_SIZE (128u << 10)

struct stream {
	int fd, copy_fd;
	uint64_t offset, left, taken;
	enum stream_format format;
	struct hash raw, plain;
	unsigned char *input;
	size_t at, filled;
	bool within; /* a gzip member or zstd frame has begun and not ended */
	z_stream gzip;
	ZSTD_DStream *zstd;
};

/* Makes input available. Returns 1, 0 at its end, or -errno. */
static int fill(struct stream *s, struct err *err)
{
	size_t want = s->left < INPUT_SIZE ? (size_t)s->left : INPUT_SIZE;
	ssize_t n;
	int r;

	if (s->at < s->filled)
		return 1;
	if (want == 0)
		return 0;
	do
		n = pread(s->fd, s->input, want, (off_t)s->offset);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, "read the archive");
	if (n == 0 && s->left < UINT64_MAX - s->taken)
		return err_set(err, EINVAL, "the archive is cut off");
	s->at = 0;
	s->filled = (size_t)n;
	s->offset += (size_t)n;
	s->left -= (size_t)n;
	s->taken += (size_t)n;
	hash_add(&s->raw, s->input, (size_t)n);
	if (s->copy_fd >= 0 && n > 0) {
		r = fd_write_all(s->copy_fd, s->input, (size_t)n);
		if (r < 0)
			return err_num(err, r, "write a blob");
	}
	return n > 0;
}

static int detect(struct stream *s, struct err *err)
{
	static const struct {
		unsigned char magic[6];
		size_t len;
		const char *name;
	} refused[] = { { { 0xfd, '7', 'z', 'X', 'Z' }, 5, "xz" },
			{ { 'B', 'Z', 'h' }, 3, "bzip2" } };
	const unsigned char *p = s->input;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (s->filled >= refused[i].len && !memcmp(p, refused[i].magic, refused[i].len)) {
			err_set(err, EINVAL, "compressed with %s, which images do not use",
				refused[i].name);
			return err_hint(err,
					"decompress it first: %s -dc FILE | cbox import - NAME",
					refused[i].name);
		}
	if (s->filled >= 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8) {
		s->format = STREAM_GZIP;
		if (inflateInit2(&s->gzip, 15 + 16) != Z_OK)
			return err_num(err, ENOMEM, "start gzip");
	} else if (s->filled >= 4 && p[0] == 0x28 && p[1] == 0xb5 && p[2] == 0x2f && p[3] == 0xfd) {
		s->format = STREAM_ZSTD;
		s->zstd = ZSTD_createDStream();
		if (!s->zstd)
			return err_num(err, ENOMEM, "start zstd");
	}
	return 0;
}

int stream_open(int fd, uint64_t offset, uint64_t len, int copy_fd, struct stream **stream,
		struct err *err)
{
	cleanup_stream struct stream *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_sys(err, "open the archive");
	s->fd = fd;
	s->offset = offset;
	s->left = len;
	s->copy_fd = copy_fd;
	s->input = malloc(INPUT_SIZE);
	if (!s->input)
		return err_sys(err, "open the archive");
	r = hash_begin(&s->raw, err);
	if (r == 0)
		r = fill(s, err);
	if (r >= 0)
		r = detect(s, err);
	if (r == 0 && s->format != STREAM_PLAIN)
		r = hash_begin(&s->plain, err);
	if (r < 0)
		return r;
	*stream = take_ptr(s);
	return 0;
}

static ssize_t read_plain(struct stream *s, void *buf, size_t size, struct err *err)
{
	int r = fill(s, err);
	size_t n = s->filled - s->at;

	if (r <= 0)
		return r;
	if (n > size)
		n = size;
	memcpy(buf, s->input + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

/* What follows the last gzip member may only be zeros, as tapes and some tools leave them. */
static int skip_zero_padding(struct stream *s, struct err *err)
{
	int r;

	while ((r = fill(s, err)) > 0)
		for (; s->at < s->filled; s->at++)
			if (s->input[s->at])
				return err_set(err, EINVAL, "bytes after the end of the gzip data");
	return r;
}

static int gzip_step(struct stream *s, struct err *err)
{
	int z;

	if (!s->within && s->taken > 0 && s->gzip.total_in > 0) {
		if (s->input[s->at] != 0x1f)
			return skip_zero_padding(s, err);
		inflateReset(&s->gzip);
	}
	s->within = true;
	s->gzip.next_in = s->input + s->at;
	s->gzip.avail_in = (unsigned)(s->filled - s->at);
	z = inflate(&s->gzip, Z_NO_FLUSH);
	s->at = s->filled - s->gzip.avail_in;
	if (z == Z_STREAM_END)
		s->within = false;
	else if (z != Z_OK && z != Z_BUF_ERROR)
		return err_set(err, EINVAL, "damaged gzip data: %s",
			       s->gzip.msg ? s->gzip.msg : "unexpected end");
	return 0;
}

static ssize_t read_gzip(struct stream *s, void *buf, size_t size, struct err *err)
{
	s->gzip.next_out = buf;
	s->gzip.avail_out = (unsigned)size;
	while (s->gzip.avail_out == size) {
		int r = fill(s, err);

		if (r == 0 && s->within)
			return err_set(err, EINVAL, "the gzip data is cut off");
		if (r <= 0)
			return r;
		r = gzip_step(s, err);
		if (r < 0)
			return r;
	}
	return (ssize_t)(size - s->gzip.avail_out);
}

static ssize_t read_zstd(struct stream *s, void *buf, size_t size, struct err *err)
{
	ZSTD_outBuffer out = { buf, size, 0 };

	while (out.pos == 0) {
		/* with no input left, zstd may still hold output of a full buffer before */
		int r = fill(s, err);
		ZSTD_inBuffer in = { s->input, s->filled, s->at };
		size_t z;

		if (r < 0)
			return r;
		if (r == 0 && !s->within)
			return 0;
		z = ZSTD_decompressStream(s->zstd, &out, &in);
		if (ZSTD_isError(z))
			return err_set(err, EINVAL, "damaged zstd data: %s", ZSTD_getErrorName(z));
		s->within = z != 0;
		if (r == 0 && out.pos == 0)
			return err_set(err, EINVAL, "the zstd data is cut off");
		s->at = in.pos;
	}
	return (ssize_t)out.pos;
}

ssize_t stream_read(void *stream, void *buf, size_t size, struct err *err)
{
	struct stream *s = stream;
	ssize_t n;

	switch (s->format) {
	case STREAM_GZIP:
		n = read_gzip(s, buf, size, err);
		break;
	case STREAM_ZSTD:
		n = read_zstd(s, buf, size, err);
		break;
	default:
		return read_plain(s, buf, size, err);
	}
	if (n > 0)
		hash_add(&s->plain, buf, (size_t)n);
	return n;
}

enum stream_format stream_format(const struct stream *stream)
{
	return stream->format;
}

uint64_t stream_position(const struct stream *stream)
{
	return stream->taken;
}

int stream_finish(struct stream *stream, struct digest *raw, struct digest *diff_id,
		  uint64_t *raw_size, struct err *err)
{
	cleanup_free char *rest = malloc(INPUT_SIZE);
	ssize_t n;
	int r;

	if (!rest)
		return err_sys(err, "read the archive");
	do
		n = stream_read(stream, rest, INPUT_SIZE, err);
	while (n > 0);
	if (n < 0)
		return (int)n;
	r = hash_end(&stream->raw, raw, err);
	if (r < 0)
		return r;
	*raw_size = stream->taken;
	if (stream->format == STREAM_PLAIN) {
		*diff_id = *raw;
		return 0;
	}
	return hash_end(&stream->plain, diff_id, err);
}

void stream_close(struct stream *stream)
{
	if (!stream)
		return;
	hash_free(&stream->raw);
	hash_free(&stream->plain);
	if (stream->format == STREAM_GZIP)
		inflateEnd(&stream->gzip);
	ZSTD_freeDStream(stream->zstd);
	free(stream->input);
	free(stream);
}

/*
 * tar_build.c - see tar_build.h.
 */
#include "tests/unit/image/tar_build.h"

#include <stdio.h>
#include <string.h>

static void mend_checksum(unsigned char *block)
{
	unsigned sum = 0;
	char text[8];

	memset(block + 148, ' ', 8);
	for (int i = 0; i < TAR_BLOCK; i++)
		sum += block[i];
	snprintf(text, sizeof(text), "%06o", sum & 0777777);
	memcpy(block + 148, text, 7);
}

size_t tarball_header(struct tarball *t, char type, const char *name, const char *link,
		      unsigned long size)
{
	unsigned char block[TAR_BLOCK] = { 0 };
	size_t at = t->bytes.len;

	memcpy(block, name, strnlen(name, 100));
	memcpy(block + 100, "0000644", 8);
	memcpy(block + 108, "0000000", 8);
	memcpy(block + 116, "0000000", 8);
	snprintf((char *)block + 124, 12, "%011lo", size);
	memcpy(block + 136, "00000000012", 12);
	block[156] = (unsigned char)type;
	memcpy(block + 157, link, strnlen(link, 100));
	memcpy(block + 257, "ustar\00000", 8);
	mend_checksum(block);
	strbuf_append(&t->bytes, block, sizeof(block));
	return at;
}

void tarball_data(struct tarball *t, const void *data, size_t len)
{
	static const char zeros[TAR_BLOCK];

	strbuf_append(&t->bytes, data, len);
	strbuf_append(&t->bytes, zeros, -len % TAR_BLOCK);
}

void tarball_file(struct tarball *t, const char *name, const char *text)
{
	tarball_header(t, '0', name, "", strlen(text));
	tarball_data(t, text, strlen(text));
}

void tarball_pax(struct tarball *t, const char *const *records)
{
	char body[8192];
	size_t len = 0;

	for (; *records; records++) {
		size_t rest = strlen(*records) + 2, digits = 1;

		for (size_t n = 10; rest + digits >= n; n *= 10)
			digits++;
		len += (size_t)snprintf(body + len, sizeof(body) - len, "%zu %s\n", rest + digits,
					*records);
	}
	tarball_header(t, 'x', "PaxHeader", "", len);
	tarball_data(t, body, len);
}

void tarball_patch(struct tarball *t, size_t header, size_t at, const void *data, size_t len)
{
	unsigned char *block = (unsigned char *)t->bytes.data + header;

	memcpy(block + at, data, len);
	mend_checksum(block);
}

void tarball_end(struct tarball *t)
{
	static const char zeros[2 * TAR_BLOCK];

	strbuf_append(&t->bytes, zeros, sizeof(zeros));
}

static ssize_t read_tarball(void *context, void *buf, size_t size, struct err *err)
{
	struct tarball *t = context;
	size_t n = t->bytes.len - t->read_at;

	(void)err;
	if (n > size)
		n = size;
	if (t->chunk && n > t->chunk)
		n = t->chunk;
	if (n > 0)
		memcpy(buf, t->bytes.data + t->read_at, n);
	t->read_at += n;
	return (ssize_t)n;
}

struct tar_source tarball_source(struct tarball *t)
{
	return (struct tar_source){ .read = read_tarball, .context = t };
}

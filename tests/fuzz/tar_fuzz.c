/*
 * tar_fuzz.c - libFuzzer target: no archive may make the reader crash, hang or read out of bounds.
 *
 * Checksums of what looks like a header are mended first, or nearly every mutation would end there.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/image/tar.h"
#include "runtime/image/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t left;
};

static ssize_t read_input(void *context, void *buf, size_t size, struct err *err)
{
	struct input *input = context;
	size_t n = input->left < size ? input->left : size;

	(void)err;
	if (n > 0)
		memcpy(buf, input->data, n);
	input->data += n;
	input->left -= n;
	return (ssize_t)n;
}

static void mend_checksums(uint8_t *data, size_t size)
{
	for (; size >= TAR_BLOCK; data += TAR_BLOCK, size -= TAR_BLOCK) {
		unsigned sum = 0;

		if (memcmp(data + 257, "ustar", 5))
			continue;
		memset(data + 148, ' ', 8);
		for (int i = 0; i < TAR_BLOCK; i++)
			sum += data[i];
		snprintf((char *)data + 148, 7, "%06o", sum & 0777777);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct input input = { copy, size };
	struct tar_source source = { .read = read_input, .context = &input };
	cleanup_tar struct tar_reader *reader = tar_open(&source);
	const struct tar_entry *entry;
	char clean[TAR_MAX_PATH];
	struct err err = { 0 };
	struct tar_chunk chunk;

	memcpy(copy, data, size);
	mend_checksums(copy, size);
	while (reader && tar_next(reader, &entry, &err) > 0) {
		uint64_t end = 0;

		unpack_clean_path(entry->path, clean, NULL);
		while (tar_data(reader, &chunk, &err) > 0) {
			/* what unpacking relies on: runs in order, within the file */
			if (chunk.offset < end || chunk.offset + chunk.len > entry->size)
				__builtin_trap();
			end = chunk.offset + chunk.len;
		}
	}
	free(copy);
	return 0;
}

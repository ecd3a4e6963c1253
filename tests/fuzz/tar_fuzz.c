/*
 * tar_fuzz.c - libFuzzer target: no archive may make the reader crash, hang or read out of bounds.
 */
#include <stdint.h>
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct tar_source source = { .read = read_input, .context = &input };
	cleanup_tar struct tar_reader *reader = tar_open(&source);
	const struct tar_entry *entry;
	char clean[TAR_MAX_PATH];
	struct err err = { 0 };
	struct tar_chunk chunk;

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
	return 0;
}

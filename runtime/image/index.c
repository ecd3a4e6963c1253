/*
 * index.c - see index.h.
 */
#include "runtime/image/index.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/image/store.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

/* The manifest of each record, so that index entries can be told apart. */
struct known {
	const char *id;
	struct digest manifest;
	uint64_t manifest_size;
	bool named;
};

static int read_known(struct arena *arena, int store_fd, const char *id, struct known *known,
		      struct err *err)
{
	char path[DIGEST_HEX + 16];
	struct image image;

	fmt_string(path, sizeof(path), "images/%s.json", id);
	if (image_read(arena, store_fd, path, &image, err) < 0)
		return -err->number;
	known->id = id;
	if (!image.manifest || strlen(image.manifest) != DIGEST_HEX)
		return err_set(err, EINVAL, "image record '%s' has no manifest", path);
	memcpy(known->manifest.hex, image.manifest, DIGEST_HEX + 1);
	known->manifest_size = image.manifest_size;
	return 0;
}

static int read_all_known(struct arena *arena, int store_fd, struct known **known, unsigned *count,
			  struct err *err)
{
	const char **ids;

	*count = 0;
	if (image_ids(arena, store_fd, &ids, err) < 0)
		return -err->number;
	while (ids[*count])
		(*count)++;
	*known = arena_calloc(arena, *count + 1, sizeof(**known));
	if (!*known)
		return err_sys(err, "rebuild the index");
	for (unsigned i = 0; i < *count; i++)
		if (read_known(arena, store_fd, ids[i], &(*known)[i], err) < 0)
			return -err->number;
	return 0;
}

static void write_entry(struct json_writer *w, const struct digest *digest, uint64_t size,
			const char *media_type, const char *ref_name)
{
	char text[DIGEST_TEXT];

	jw_object_begin(w);
	jw_member_string(w, "mediaType", media_type);
	jw_member_string(w, "digest", digest_text(digest, text));
	jw_member_u64(w, "size", size);
	if (ref_name) {
		jw_key(w, "annotations");
		jw_object_begin(w);
		jw_member_string(w, ANNOTATION_REF_NAME, ref_name);
		jw_object_end(w);
	}
	jw_object_end(w);
}

static int foreign_of(struct arena *arena, int store_fd, const struct known *known,
		      unsigned known_count, struct descriptor **entries, unsigned *count,
		      struct err *err)
{
	cleanup_free char *data = NULL;
	struct err ignored = { 0 };
	ssize_t len = file_read(store_fd, "index.json", MANIFEST_MAX_SIZE, &data, &ignored);
	unsigned kept = 0;
	char *text;

	*entries = NULL;
	*count = 0;
	if (len < 0)
		return len == -ENOENT ? 0 : err_set(err, (int)-len, "%s", ignored.message);
	text = arena_strndup(arena, data, (size_t)len);
	if (!text)
		return err_sys(err, "read 'index.json'");
	if (manifest_read_index(arena, text, (size_t)len, entries, count, err) < 0)
		return err_wrap(err, "index.json");
	for (unsigned i = 0; i < *count; i++) {
		bool ours = false;

		for (unsigned k = 0; k < known_count && !ours; k++)
			ours = !strcmp(known[k].manifest.hex, (*entries)[i].digest.hex);
		if (!ours)
			(*entries)[kept++] = (*entries)[i];
	}
	*count = kept;
	return 0;
}

int index_foreign(struct arena *arena, int store_fd, struct descriptor **entries, unsigned *count,
		  struct err *err)
{
	struct known *known;
	unsigned known_count;

	if (read_all_known(arena, store_fd, &known, &known_count, err) < 0)
		return -err->number;
	return foreign_of(arena, store_fd, known, known_count, entries, count, err);
}

/* An image whose manifest is gone was ours and has been removed; a name we gave is ours now. */
static bool is_kept(int store_fd, const struct descriptor *foreign, const struct image_name *names,
		    size_t name_count)
{
	char path[128];

	for (size_t i = 0; foreign->ref_name && i < name_count; i++)
		if (!strcmp(names[i].ref.text, foreign->ref_name))
			return false;
	fmt_string(path, sizeof(path), "blobs/sha256/%s", foreign->digest.hex);
	return faccessat(store_fd, path, F_OK, 0) == 0;
}

static void write_index(struct json_writer *w, int store_fd, struct known *known,
			unsigned known_count, const struct image_name *names, size_t name_count,
			const struct descriptor *foreign, unsigned foreign_count)
{
	w->indent = 1;
	jw_object_begin(w);
	jw_member_u64(w, "schemaVersion", 2);
	jw_member_string(w, "mediaType", MEDIA_INDEX);
	jw_key(w, "manifests");
	jw_array_begin(w);
	for (size_t i = 0; i < name_count; i++)
		for (unsigned k = 0; k < known_count; k++) {
			if (strcmp(known[k].id, names[i].id))
				continue;
			known[k].named = true;
			write_entry(w, &known[k].manifest, known[k].manifest_size, MEDIA_MANIFEST,
				    names[i].ref.text);
		}
	for (unsigned k = 0; k < known_count; k++)
		if (!known[k].named)
			write_entry(w, &known[k].manifest, known[k].manifest_size, MEDIA_MANIFEST,
				    NULL);
	for (unsigned i = 0; i < foreign_count; i++)
		if (is_kept(store_fd, &foreign[i], names, name_count))
			write_entry(w, &foreign[i].digest, foreign[i].size, foreign[i].media_type,
				    foreign[i].ref_name);
	jw_array_end(w);
	jw_object_end(w);
}

int index_rebuild(int store_fd, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	cleanup_free struct image_name *names = NULL;
	struct json_writer w = { 0 };
	struct descriptor *foreign;
	struct known *known;
	unsigned known_count, foreign_count;
	size_t name_count = 0;
	int r;

	if (read_all_known(&arena, store_fd, &known, &known_count, err) < 0 ||
	    foreign_of(&arena, store_fd, known, known_count, &foreign, &foreign_count, err) < 0 ||
	    image_names(store_fd, &names, &name_count, err) < 0)
		return -err->number;
	write_index(&w, store_fd, known, known_count, names, name_count, foreign, foreign_count);
	r = w.out.failed ? err_num(err, ENOMEM, "write 'index.json'")
			 : file_write_atomic(store_fd, "index.json", w.out.data, w.out.len, 0644,
					     FILE_DURABLE, err);
	strbuf_free(&w.out);
	return r;
}

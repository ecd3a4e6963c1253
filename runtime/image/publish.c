/*
 * publish.c - see publish.h; removal is in remove.c.
 */
#include "runtime/image/publish.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/image/index.h"
#include "runtime/image/store.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/json_write.h"

static void write_record(struct json_writer *w, const struct publication *image)
{
	w->indent = 1;
	jw_object_begin(w);
	jw_member_u64(w, "schema", 1);
	jw_member_string(w, "id", image->id.hex);
	jw_member_string(w, "manifest", image->manifest.hex);
	jw_member_u64(w, "manifest_size", image->manifest_size);
	jw_member_string(w, "created", image->created);
	jw_member_u64(w, "size", image->size_bytes);
	jw_key(w, "lower");
	jw_array_begin(w);
	for (unsigned i = image->chain_count; i-- > 0;)
		jw_string(w, image->chains[i].hex);
	jw_array_end(w);
	jw_key(w, "config");
	if (image->config) {
		cleanup_free char *text = strndup(image->config->source, image->config->source_len);

		jw_raw(w, text ? text : "{}");
	} else {
		jw_raw(w, "{}");
	}
	jw_object_end(w);
}

static int point_name(int store_fd, const struct ref *ref, const struct digest *id, struct err *err)
{
	char file_name[REF_SIZE], path[REF_SIZE + 8], temp[REF_SIZE + 32], target[128];

	fmt_string(path, sizeof(path), "refs/%s", ref_file_name(ref, file_name));
	fmt_string(temp, sizeof(temp), "refs/.%d.tmp", getpid());
	fmt_string(target, sizeof(target), "../images/%s.json", id->hex);
	unlinkat(store_fd, temp, 0);
	if (symlinkat(target, store_fd, temp) < 0 || renameat(store_fd, temp, store_fd, path) < 0)
		return err_sys(err, "name the image '%s'", ref->text);
	return 0;
}

/*
 * The same image may come again with other manifests, e.g. its layers compressed differently. One
 * is kept: the old one goes, or the index would count it as somebody else's.
 */
static int drop_old_manifest(int store_fd, const char *record, const struct publication *image,
			     struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	struct image old;
	char path[DIGEST_HEX + 32];

	if (image_read(&arena, store_fd, record, &old, NULL) < 0 || !old.manifest ||
	    !strcmp(old.manifest, image->manifest.hex))
		return 0;
	fmt_string(path, sizeof(path), "blobs/sha256/%s", old.manifest);
	return unlinkat(store_fd, path, 0) < 0 && errno != ENOENT
		       ? err_sys(err, "remove '%s'", path)
		       : 0;
}

int publish_image(int store_fd, const struct publication *image, const struct ref *refs,
		  unsigned ref_count, struct err *err)
{
	struct json_writer w = { 0 };
	char path[DIGEST_HEX + 16];
	cleanup_close int lock = file_lock(store_fd, "index.lock", true, true, err);
	int r;

	if (lock < 0)
		return lock;
	write_record(&w, image);
	if (w.out.failed) {
		strbuf_free(&w.out);
		return err_num(err, ENOMEM, "write the image record");
	}
	fmt_string(path, sizeof(path), "images/%s.json", image->id.hex);
	r = drop_old_manifest(store_fd, path, image, err);
	if (r == 0)
		r = file_write_atomic(store_fd, path, w.out.data, w.out.len, 0644, FILE_DURABLE,
				      err);
	strbuf_free(&w.out);
	for (unsigned i = 0; r == 0 && i < ref_count; i++)
		r = point_name(store_fd, &refs[i], &image->id, err);
	return r < 0 ? r : index_rebuild(store_fd, err);
}

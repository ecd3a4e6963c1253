/*
 * import_layer.c - see import_layer.h.
 */
#include "runtime/image/import_layer.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runtime/image/store.h"
#include "runtime/image/stream.h"
#include "runtime/image/unpack.h"
#include "runtime/linux/paths.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/num.h"
#include "user/base/term.h"

/* A stream that draws its progress. */
struct watched {
	struct stream *stream;
	struct progress progress;
};

static ssize_t watched_read(void *context, void *buf, size_t size, struct err *err)
{
	struct watched *w = context;
	ssize_t n = stream_read(w->stream, buf, size, err);

	progress_update(&w->progress, stream_position(w->stream));
	return n;
}

/* A layer's size is kept beside it, for images that share it later. */
static int write_size(const struct transaction *tx, const char *name, uint64_t size,
		      struct err *err)
{
	char path[64], text[24];
	size_t len = fmt_string(text, sizeof(text), "%llu", (unsigned long long)size);

	fmt_string(path, sizeof(path), "%s/size", name);
	return file_write_atomic(tx->fd, path, text, len, 0644, FILE_VOLATILE, err);
}

static uint64_t read_size(int store_fd, const struct digest *chain)
{
	cleanup_free char *text = NULL;
	uint64_t size = 0;
	char path[128];

	fmt_string(path, sizeof(path), "layers/%s/size", chain->hex);
	if (file_read(store_fd, path, 32, &text, NULL) < 0 || num_u64(text, &size) < 0)
		return 0;
	return size;
}

static int open_parents(const struct import_layers *all, int *fds, struct err *err)
{
	for (unsigned i = 0; i < all->count; i++) {
		fds[i] = transaction_open_layer(all->tx, &all->chains[all->count - 1 - i], err);
		if (fds[i] < 0) {
			while (i-- > 0)
				close(fds[i]);
			return -err->number;
		}
	}
	return 0;
}

static int unpack(struct import_layers *all, struct watched *input, int diff_fd,
		  struct unpack_stats *stats, struct err *err)
{
	int parents[MANIFEST_MAX_LAYERS];
	struct unpack_options options = {
		.rootless = geteuid() != 0,
		.parents = parents,
		.parent_count = all->count,
	};
	struct tar_source source = { .read = watched_read, .context = input };
	cleanup_tar struct tar_reader *reader = tar_open(&source);
	int r;

	if (!reader)
		return err_sys(err, "read the layer");
	if (open_parents(all, parents, err) < 0)
		return -err->number;
	r = unpack_layer(reader, diff_fd, &options, stats, err);
	for (unsigned i = 0; i < all->count; i++)
		close(parents[i]);
	if (r == 0 && tar_is_unterminated(reader))
		log_warning("layer %u has no end marker: is the archive complete?", all->count + 1);
	if (r == 0 && stats->xattrs_dropped)
		log_warning("layer %u: %u extended attributes were left out", all->count + 1,
			    stats->xattrs_dropped);
	return r;
}

static int check_claim(const struct layer_claim *claim, const struct manifest_layer *got,
		       struct err *err)
{
	if (claim->blob && strcmp(claim->blob->digest.hex, got->digest.hex))
		return err_set(err, EBADMSG,
			       "its digest is sha256:%.12s…, the image says sha256:%.12s…",
			       got->digest.hex, claim->blob->digest.hex);
	if (claim->blob && claim->blob->size && claim->blob->size != got->size)
		return err_set(err, EBADMSG, "it has %llu bytes, the image says %llu",
			       (unsigned long long)got->size,
			       (unsigned long long)claim->blob->size);
	if (claim->diff_id && strcmp(claim->diff_id->hex, got->diff_id.hex))
		return err_set(err, EBADMSG,
			       "its diffID is sha256:%.12s…, the image says sha256:%.12s…",
			       got->diff_id.hex, claim->diff_id->hex);
	return 0;
}

/* Reads the layer through; either part may be there already. */
static int take(struct import_layers *all, const struct bundle_file *file, bool want_blob,
		bool want_folder, struct manifest_layer *layer, uint64_t *size, char *blob,
		char *folder, struct err *err)
{
	cleanup_close int blob_fd = -1, diff_fd = -1;
	cleanup_stream struct stream *stream = NULL;
	struct unpack_stats stats = { 0 };
	struct watched input = { 0 };
	int r;

	blob_fd = want_blob ? transaction_file(all->tx, blob, 48, err) : -1;
	if (want_blob && blob_fd < 0)
		return blob_fd;
	diff_fd = want_folder ? transaction_folder(all->tx, folder, 48, err) : -1;
	if (want_folder && diff_fd < 0)
		return diff_fd;
	r = stream_open(file->fd, file->offset, file->size, blob_fd, &stream, err);
	if (r < 0)
		return r;
	input.stream = stream;
	progress_begin(&input.progress, all->label, file->size);
	if (want_folder)
		r = unpack(all, &input, diff_fd, &stats, err);
	if (r == 0)
		r = stream_finish(stream, &layer->digest, &layer->diff_id, &layer->size, err);
	progress_end(&input.progress);
	layer->format = stream_format(stream);
	*size = stats.size_bytes;
	if (r == 0 && want_folder) {
		cleanup_close int shell = paths_open(diff_fd, "bin/sh", O_PATH | O_NOFOLLOW, 0);

		all->has_shell = all->has_shell || shell >= 0;
		r = write_size(all->tx, folder, *size, err);
	}
	return r;
}

static int import_one(struct import_layers *all, const struct bundle_file *file,
		      const struct layer_claim *claim, struct err *err)
{
	const struct digest *parent = all->count ? &all->chains[all->count - 1] : NULL;
	struct manifest_layer *layer = &all->layers[all->count];
	struct digest *chain = &all->chains[all->count];
	char blob[48] = "", folder[48] = "";
	bool want_blob = !claim->blob || !store_has_blob(all->tx->store_fd, &claim->blob->digest);
	bool want_folder = true;
	uint64_t size = 0;
	int r;

	if (claim->diff_id) {
		if (manifest_chain(parent, claim->diff_id, chain, err) < 0)
			return -err->number;
		want_folder = !store_has_layer(all->tx->store_fd, chain);
	}
	if (want_blob || want_folder) {
		r = take(all, file, want_blob, want_folder, layer, &size, blob, folder, err);
		if (r == 0)
			r = check_claim(claim, layer, err);
		if (r == 0)
			r = manifest_chain(parent, &layer->diff_id, chain, err);
		if (r == 0 && want_blob)
			r = transaction_add_blob(all->tx, blob, &layer->digest, err);
		if (r == 0 && want_folder)
			r = transaction_add_layer(all->tx, folder, chain, err);
		if (r < 0)
			return r;
	} else {
		layer->digest = claim->blob->digest;
		layer->diff_id = *claim->diff_id;
		layer->size = claim->blob->size;
	}
	if (!want_folder) /* its size was not counted just now */
		size = read_size(all->tx->store_fd, chain);
	all->size_bytes += size;
	all->count++;
	return 0;
}

int import_layer(struct import_layers *all, const struct bundle_file *file,
		 const struct layer_claim *claim, struct err *err)
{
	if (all->count >= MANIFEST_MAX_LAYERS)
		return err_set(err, EINVAL, "more than %d layers", MANIFEST_MAX_LAYERS);
	if (import_one(all, file, claim, err) < 0)
		return err_wrap(err, "layer %u", all->count + 1);
	return 0;
}

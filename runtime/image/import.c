/*
 * import.c - see import.h.
 */
#include "runtime/image/import.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/image/hash.h"
#include "runtime/image/import_layer.h"
#include "runtime/image/publish.h"
#include "runtime/image/store.h"
#include "runtime/image/tar_write.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/path.h"
#include "user/base/str.h"

struct importer {
	const struct import_options *options;
	struct transaction tx;
	struct arena arena;
	struct import_layers *layers; /* heap: large */
	struct import_result *results;
	unsigned count;
	uint64_t created_ns; /* of the source, for images without a date of their own */
};

/* The file's name without what says that it is an archive; always a valid image name. */
static void name_from_source(const char *source, char *name, size_t size)
{
	static const char *const endings[] = { ".gz", ".zst", ".tgz", ".tar", ".oci", ".docker" };
	size_t len;

	fmt_string(name, size, "%s", str_eq(source, "-") ? "imported" : path_base(source));
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (str_ends_with(name, endings[i]))
			name[strlen(name) - strlen(endings[i])] = '\0';
	len = strlen(name);
	while (len > 0 && strchr("._-/", name[len - 1]))
		name[--len] = '\0';
	for (char *c = name; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 'a' - 'A');
		else if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", *c))
			*c = '-';
	}
	if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789", name[0]) || !name[0])
		fmt_string(name, size, "imported");
}

/* The name an image gets: asked for, or found in the archive, or made from the file's name. */
static int choose_name(const struct importer *imp, const char *found, struct ref *ref,
		       struct err *err)
{
	char name[128], both[REF_SIZE];

	if (imp->options->name)
		return ref_parse(imp->options->name, ref, err);
	if (found && strpbrk(found, ":/") && ref_parse(found, ref, NULL) == 0)
		return 0;
	name_from_source(imp->options->source, name, sizeof(name));
	if (found) {
		fmt_string(both, sizeof(both), "%s:%s", name, found);
		if (ref_parse(both, ref, NULL) == 0)
			return 0;
	}
	return ref_parse(name, ref, err);
}

/* Commits what was gathered and makes it an image with these names. */
static int finish_image(struct importer *imp, const char *config_text, size_t config_len,
			const struct digest *manifest, uint64_t manifest_size,
			const struct ref *refs, unsigned ref_count, struct err *err)
{
	struct publication image = {
		.manifest = *manifest,
		.manifest_size = manifest_size,
		.size_bytes = imp->layers->size_bytes,
		.chains = imp->layers->chains,
		.chain_count = imp->layers->count,
	};
	struct image_config config;
	struct import_result *result;
	int r = manifest_read_config(&imp->arena, config_text, config_len, &config, err);

	if (r == 0)
		r = hash_buffer(config_text, config_len, &image.id, err);
	image.created = config.created;
	image.config = config.config;
	if (r == 0)
		r = transaction_commit(&imp->tx, err);
	if (r == 0)
		r = publish_image(imp->tx.store_fd, &image, refs, ref_count, err);
	imp->tx.rename_count = 0;
	for (unsigned i = 0; r == 0 && i < ref_count && imp->count < IMPORT_MAX_IMAGES; i++) {
		result = &imp->results[imp->count++];
		result->id = image.id;
		result->ref = refs[i];
		result->layers = imp->layers->count;
		result->size_bytes = imp->layers->size_bytes;
	}
	return r;
}

static void begin_image(struct importer *imp)
{
	memset(imp->layers, 0, sizeof(*imp->layers));
	imp->layers->tx = &imp->tx;
	imp->layers->label = "import";
}

/* One layer and no configuration: a root file system. */
static int import_rootfs(struct importer *imp, int fd, struct err *err)
{
	struct bundle_file file = { .fd = fd, .size = UINT64_MAX };
	struct json_writer config = { 0 }, manifest = { 0 };
	struct digest config_digest, manifest_digest;
	struct layer_claim claim = { 0 };
	struct import_layers *all = imp->layers;
	struct ref ref;
	int r = choose_name(imp, NULL, &ref, err);

	begin_image(imp);
	if (r == 0)
		r = import_layer(all, &file, &claim, err);
	if (r < 0)
		return r;
	manifest_write_config(&config, imp->created_ns, all->has_shell ? "/bin/sh" : NULL,
			      all->layers, all->count);
	r = config.out.failed ? err_num(err, ENOMEM, "import")
			      : transaction_put_blob(&imp->tx, config.out.data, config.out.len,
						     &config_digest, err);
	if (r == 0) {
		manifest_write(&manifest, &config_digest, config.out.len, all->layers, all->count);
		r = manifest.out.failed
			    ? err_num(err, ENOMEM, "import")
			    : transaction_put_blob(&imp->tx, manifest.out.data, manifest.out.len,
						   &manifest_digest, err);
	}
	if (r == 0)
		r = finish_image(imp, config.out.data, config.out.len, &manifest_digest,
				 manifest.out.len, &ref, 1, err);
	strbuf_free(&config.out);
	strbuf_free(&manifest.out);
	return r;
}

static void blob_path(const struct digest *digest, char *path, size_t size)
{
	fmt_string(path, size, "blobs/sha256/%s", digest->hex);
}

/* A blob of an OCI layout as text in the arena, compared with its digest. */
static int read_blob(struct importer *imp, const struct bundle *bundle, const struct digest *digest,
		     char **text, size_t *len, struct err *err)
{
	cleanup_free char *data = NULL;
	struct digest got;
	char path[96];
	ssize_t n;

	blob_path(digest, path, sizeof(path));
	n = bundle_read(bundle, path, MANIFEST_MAX_SIZE, &data, err);
	if (n < 0)
		return (int)n;
	if (hash_buffer(data, (size_t)n, &got, err) < 0)
		return -err->number;
	if (strcmp(got.hex, digest->hex))
		return err_set(err, EBADMSG, "'%s' does not have the digest it is named after",
			       path);
	*text = arena_strndup(&imp->arena, data, (size_t)n);
	*len = (size_t)n;
	return *text ? 0 : err_sys(err, "read '%s'", path);
}

static int put_text(struct importer *imp, const char *text, size_t len, struct err *err)
{
	struct digest digest;

	return transaction_put_blob(&imp->tx, text, len, &digest, err);
}

static int import_oci_layers(struct importer *imp, const struct bundle *bundle,
			     const struct manifest *manifest, const struct image_config *config,
			     struct err *err)
{
	if (config->diff_id_count != manifest->layer_count)
		return err_set(err, EBADMSG, "the image has %u layers but %u diffIDs",
			       manifest->layer_count, config->diff_id_count);
	for (unsigned i = 0; i < manifest->layer_count; i++) {
		struct layer_claim claim = { &manifest->layers[i], &config->diff_ids[i] };
		struct bundle_file file;
		char path[96];
		int r;

		blob_path(&claim.blob->digest, path, sizeof(path));
		if (bundle_find(bundle, path, &file, err) < 0)
			return -err->number;
		r = import_layer(imp->layers, &file, &claim, err);
		bundle_file_close(&file);
		if (r < 0)
			return r;
	}
	return 0;
}

static int import_oci_manifest(struct importer *imp, const struct bundle *bundle,
			       const struct descriptor *entry, struct err *err)
{
	struct manifest manifest;
	struct image_config config;
	char *text, *config_text;
	size_t len, config_len;
	struct ref ref;

	begin_image(imp);
	if (choose_name(imp, entry->ref_name, &ref, err) < 0 ||
	    read_blob(imp, bundle, &entry->digest, &text, &len, err) < 0 ||
	    manifest_read(&imp->arena, text, len, &manifest, err) < 0 ||
	    read_blob(imp, bundle, &manifest.config.digest, &config_text, &config_len, err) < 0 ||
	    manifest_read_config(&imp->arena, config_text, config_len, &config, err) < 0 ||
	    import_oci_layers(imp, bundle, &manifest, &config, err) < 0 ||
	    put_text(imp, text, len, err) < 0 || put_text(imp, config_text, config_len, err) < 0)
		return -err->number;
	return finish_image(imp, config_text, config_len, &entry->digest, len, &ref, 1, err);
}

static bool fits_platform(const struct descriptor *d)
{
	return (!d->os || str_eq(d->os, "linux")) &&
	       (!d->architecture || str_eq(d->architecture, manifest_architecture()));
}

/* Chooses one entry of an index: by name if one is asked for, then by platform. */
static int choose_entry(const struct importer *imp, const struct descriptor *entries,
			unsigned count, bool by_name, const struct descriptor **chosen,
			struct err *err)
{
	const char *select = by_name ? imp->options->select : NULL;
	unsigned fitting = 0;

	for (unsigned i = 0; i < count; i++) {
		if (!fits_platform(&entries[i]) ||
		    (select && (!entries[i].ref_name || !str_eq(entries[i].ref_name, select))))
			continue;
		*chosen = &entries[i];
		fitting++;
	}
	if (fitting == 1)
		return 0;
	err_set(err, EINVAL, fitting ? "the archive holds %u images" : "no image for this machine",
		fitting);
	if (fitting && by_name)
		err_hint(err, "choose one with --select NAME; NAME is its %s", ANNOTATION_REF_NAME);
	return -EINVAL;
}

static int import_oci(struct importer *imp, const struct bundle *bundle, struct err *err)
{
	cleanup_free char *index = NULL;
	const struct descriptor *chosen = NULL;
	const char *ref_name = NULL;
	struct descriptor *entries, final;
	ssize_t n = bundle_read(bundle, "index.json", MANIFEST_MAX_SIZE, &index, err);
	size_t len = (size_t)n;
	char *text = index;
	unsigned count;

	if (n < 0)
		return (int)n;
	for (int depth = 0; depth < 4; depth++) {
		if (manifest_read_index(&imp->arena, text, len, &entries, &count, err) < 0 ||
		    choose_entry(imp, entries, count, depth == 0, &chosen, err) < 0)
			return -err->number;
		if (chosen->ref_name)
			ref_name = chosen->ref_name;
		if (!descriptor_is_index(chosen)) {
			final = *chosen;
			final.ref_name = ref_name;
			return import_oci_manifest(imp, bundle, &final, err);
		}
		if (read_blob(imp, bundle, &chosen->digest, &text, &len, err) < 0)
			return -err->number;
	}
	return err_set(err, EINVAL, "indexes nested too deep");
}

/* Names of an image in a `docker save` archive; at least one. */
static int docker_refs(struct importer *imp, const struct json *item, struct ref *refs,
		       unsigned *count, struct err *err)
{
	const char *const *tags;

	*count = 0;
	if (json_get_strings(&imp->arena, item, "RepoTags", &tags, err) < 0)
		return -err->number;
	for (unsigned i = 0; !imp->options->name && tags && tags[i] && i < IMPORT_MAX_IMAGES; i++)
		if (choose_name(imp, tags[i], &refs[(*count)++], err) < 0)
			return -err->number;
	return *count ? 0 : choose_name(imp, NULL, &refs[(*count)++], err);
}

static int docker_layers(struct importer *imp, const struct bundle *bundle,
			 const char *const *paths, const struct image_config *config,
			 struct err *err)
{
	unsigned count = 0;

	while (paths && paths[count])
		count++;
	if (count == 0 || count != config->diff_id_count)
		return err_set(err, EBADMSG, "the image has %u layers but %u diffIDs", count,
			       config->diff_id_count);
	for (unsigned i = 0; i < count; i++) {
		struct layer_claim claim = { .diff_id = &config->diff_ids[i] };
		struct bundle_file file;
		int r;

		if (bundle_find(bundle, paths[i], &file, err) < 0)
			return -err->number;
		r = import_layer(imp->layers, &file, &claim, err);
		bundle_file_close(&file);
		if (r < 0)
			return r;
	}
	return 0;
}

static int import_docker_image(struct importer *imp, const struct bundle *bundle,
			       const struct json *item, struct err *err)
{
	struct json_writer manifest = { 0 };
	struct digest config_digest, manifest_digest;
	cleanup_free struct ref *refs = calloc(IMPORT_MAX_IMAGES, sizeof(*refs));
	cleanup_free char *config_text = NULL;
	const char *path = NULL, *const * paths;
	struct image_config config;
	unsigned ref_count;
	ssize_t n;
	int r;

	begin_image(imp);
	if (!refs)
		return err_sys(err, "import");
	if (docker_refs(imp, item, refs, &ref_count, err) < 0 ||
	    json_get_string(item, "Config", &path, err) < 0 ||
	    json_get_strings(&imp->arena, item, "Layers", &paths, err) < 0)
		return -err->number;
	if (!path)
		return json_err(item, err, "has no Config");
	n = bundle_read(bundle, path, MANIFEST_MAX_SIZE, &config_text, err);
	if (n < 0 || manifest_read_config(&imp->arena, config_text, (size_t)n, &config, err) < 0 ||
	    docker_layers(imp, bundle, paths, &config, err) < 0 ||
	    transaction_put_blob(&imp->tx, config_text, (size_t)n, &config_digest, err) < 0)
		return -err->number;
	manifest_write(&manifest, &config_digest, (uint64_t)n, imp->layers->layers,
		       imp->layers->count);
	r = manifest.out.failed ? err_num(err, ENOMEM, "import")
				: transaction_put_blob(&imp->tx, manifest.out.data,
						       manifest.out.len, &manifest_digest, err);
	if (r == 0)
		r = finish_image(imp, config_text, (size_t)n, &manifest_digest, manifest.out.len,
				 refs, ref_count, err);
	strbuf_free(&manifest.out);
	return r;
}

static int import_docker(struct importer *imp, const struct bundle *bundle, struct err *err)
{
	cleanup_free char *text = NULL;
	struct json *root;
	ssize_t n = bundle_read(bundle, "manifest.json", MANIFEST_MAX_SIZE, &text, err);

	if (n < 0)
		return (int)n;
	if (json_parse(&imp->arena, text, (size_t)n, &root, err) < 0 ||
	    json_expect(root, JSON_ARRAY, err) < 0)
		return err_wrap(err, "manifest.json");
	if (root->count == 0)
		return err_set(err, EINVAL, "manifest.json names no image");
	if (imp->options->name && root->count > 1)
		return err_set(err, EINVAL, "the archive holds %u images: import it without a name",
			       root->count);
	json_for_each(item, root)
		if (import_docker_image(imp, bundle, item, err) < 0)
			return -err->number;
	return 0;
}

static int import_bundle(struct importer *imp, const struct bundle *bundle, struct err *err)
{
	return bundle_kind(bundle) == BUNDLE_OCI ? import_oci(imp, bundle, err)
						 : import_docker(imp, bundle, err);
}

static int import_folder(struct importer *imp, int fd, struct err *err)
{
	cleanup_close int tar_fd = -1;
	struct bundle bundle;
	unsigned skipped = 0;
	char name[48];
	int r;

	bundle_open_folder(&bundle, fd);
	if (bundle_kind(&bundle) != BUNDLE_ROOTFS)
		return import_bundle(imp, &bundle, err);
	tar_fd = transaction_file(&imp->tx, name, sizeof(name), err);
	if (tar_fd < 0)
		return tar_fd;
	r = tar_write_folder(fd, tar_fd, &skipped, err);
	if (skipped)
		log_warning("%u sockets were left out: an archive cannot hold them", skipped);
	return r < 0 ? r : import_rootfs(imp, tar_fd, err);
}

/* Decompresses all of fd into a file of the transaction. Returns its fd or -errno. */
static int decompress(struct importer *imp, int fd, struct err *err)
{
	cleanup_stream struct stream *stream = NULL;
	cleanup_free char *buf = malloc(128u << 10);
	cleanup_close int out = -1;
	char name[48];
	ssize_t n;
	int r = stream_open(fd, 0, UINT64_MAX, -1, &stream, err);

	if (r < 0)
		return r;
	out = transaction_file(&imp->tx, name, sizeof(name), err);
	if (out < 0 || !buf)
		return out < 0 ? out : err_sys(err, "decompress");
	while ((n = stream_read(stream, buf, 128u << 10, err)) > 0) {
		r = fd_write_all(out, buf, (size_t)n);
		if (r < 0)
			return err_num(err, r, "decompress");
	}
	return n < 0 ? (int)n : take_fd(&out);
}

/* An archive that must be read through once to know what it is, as it is compressed. */
static int import_compressed(struct importer *imp, int fd, struct stream *stream, struct err *err)
{
	struct tar_source source = { .read = stream_read, .context = stream };
	cleanup_close int plain = -1;
	struct bundle bundle;
	int r = bundle_open_source(&bundle, &source, err);
	bool rootfs = r == 0 && bundle_kind(&bundle) == BUNDLE_ROOTFS;

	bundle_close(&bundle);
	if (r < 0)
		return r;
	if (rootfs)
		return import_rootfs(imp, fd, err);
	plain = decompress(imp, fd, err);
	if (plain < 0)
		return plain;
	r = bundle_open_tar(&bundle, plain, err);
	if (r == 0)
		r = import_bundle(imp, &bundle, err);
	bundle_close(&bundle);
	return r;
}

static int import_file(struct importer *imp, int fd, struct err *err)
{
	cleanup_stream struct stream *stream = NULL;
	struct bundle bundle;
	int r = stream_open(fd, 0, UINT64_MAX, -1, &stream, err);

	if (r < 0)
		return r;
	if (stream_format(stream) != STREAM_PLAIN)
		return import_compressed(imp, fd, stream, err);
	r = bundle_open_tar(&bundle, fd, err);
	if (r == 0)
		r = bundle_kind(&bundle) == BUNDLE_ROOTFS ? import_rootfs(imp, fd, err)
							  : import_bundle(imp, &bundle, err);
	bundle_close(&bundle);
	return r;
}

/* Standard input that cannot be read twice is copied first. */
static int spool(struct importer *imp, int fd, struct err *err)
{
	char name[48];
	cleanup_close int out = transaction_file(&imp->tx, name, sizeof(name), err);
	ssize_t n;

	if (out < 0)
		return out;
	n = fd_copy(fd, out);
	return n < 0 ? err_num(err, (int)n, "copy the archive") : take_fd(&out);
}

static int import_fd(struct importer *imp, int fd, struct err *err)
{
	cleanup_close int copy = -1;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(err, "read");
	imp->created_ns = (uint64_t)st.st_mtim.tv_sec * 1000000000u;
	if (S_ISDIR(st.st_mode))
		return import_folder(imp, fd, err);
	if (S_ISREG(st.st_mode))
		return import_file(imp, fd, err);
	copy = spool(imp, fd, err);
	return copy < 0 ? copy : import_file(imp, copy, err);
}

int import_source(int store_fd, const struct import_options *options, struct import_result *results,
		  unsigned *count, struct err *err)
{
	struct importer imp = { .options = options, .results = results };
	cleanup_close int opened = -1;
	int fd = STDIN_FILENO, r;

	*count = 0;
	if (!str_eq(options->source, "-")) {
		opened = fd = open(options->source, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return err_sys(err, "open '%s'", options->source);
	}
	imp.layers = malloc(sizeof(*imp.layers));
	if (!imp.layers)
		return err_sys(err, "import");
	r = transaction_begin(&imp.tx, store_fd, err);
	if (r == 0)
		r = import_fd(&imp, fd, err);
	if (r < 0)
		err_wrap(err, "'%s'", options->source);
	transaction_end(&imp.tx);
	arena_free(&imp.arena);
	free(imp.layers);
	*count = imp.count;
	return r;
}

/*
 * manifest.c - see manifest.h.
 */
#include "runtime/image/manifest.h"

#include <string.h>
#include <sys/utsname.h>

#include "runtime/image/hash.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fmt.h"

static int read_digest(const struct json *node, struct digest *digest, struct err *err)
{
	const char *text;

	if (!node)
		return err_set(err, EINVAL, "a digest is missing");
	if (json_string(node, &text, err) < 0)
		return -err->number;
	if (digest_parse(text, digest, NULL) < 0)
		return json_err_type(node, "a sha256 digest", err);
	return 0;
}

static int read_descriptor(const struct json *node, struct descriptor *d, struct err *err)
{
	const struct json *annotations = json_get(node, "annotations");
	const struct json *platform = json_get(node, "platform");

	memset(d, 0, sizeof(*d));
	if (json_expect(node, JSON_OBJECT, err) < 0 ||
	    json_get_string(node, "mediaType", &d->media_type, err) < 0 ||
	    json_get_u64(node, "size", &d->size, err) < 0 ||
	    json_get_string(annotations, ANNOTATION_REF_NAME, &d->ref_name, err) < 0 ||
	    json_get_string(platform, "os", &d->os, err) < 0 ||
	    json_get_string(platform, "architecture", &d->architecture, err) < 0)
		return -err->number;
	if (!json_get(node, "digest"))
		return json_err(node, err, "has no digest");
	return read_digest(json_get(node, "digest"), &d->digest, err);
}

static int read_descriptors(struct arena *arena, const struct json *list, struct descriptor **out,
			    unsigned *count, struct err *err)
{
	*count = 0;
	*out = arena_calloc(arena, list ? list->count + 1 : 1, sizeof(**out));
	if (!*out)
		return err_sys(err, "read a manifest");
	json_for_each(item, list)
		if (read_descriptor(item, &(*out)[(*count)++], err) < 0)
			return -err->number;
	return 0;
}

int manifest_read_index(struct arena *arena, const char *text, size_t len,
			struct descriptor **entries, unsigned *count, struct err *err)
{
	struct json *root, *list;

	if (json_parse(arena, text, len, &root, err) < 0 ||
	    json_get_typed(root, "manifests", JSON_ARRAY, &list, err) < 0)
		return -err->number;
	return read_descriptors(arena, list, entries, count, err);
}

int manifest_read(struct arena *arena, const char *text, size_t len, struct manifest *manifest,
		  struct err *err)
{
	struct json *root, *config, *layers;

	if (json_parse(arena, text, len, &root, err) < 0 ||
	    json_get_typed(root, "config", JSON_OBJECT, &config, err) < 0 ||
	    json_get_typed(root, "layers", JSON_ARRAY, &layers, err) < 0)
		return -err->number;
	if (!config || !layers)
		return err_set(err, EINVAL, "not an image manifest: no config or layers in it");
	if (layers->count == 0 || layers->count > MANIFEST_MAX_LAYERS)
		return json_err(layers, err, "expected 1 to %d layers, got %u", MANIFEST_MAX_LAYERS,
				layers->count);
	if (read_descriptor(config, &manifest->config, err) < 0)
		return -err->number;
	return read_descriptors(arena, layers, &manifest->layers, &manifest->layer_count, err);
}

int manifest_read_config(struct arena *arena, const char *text, size_t len,
			 struct image_config *config, struct err *err)
{
	struct json *root, *rootfs, *ids, *inner;

	memset(config, 0, sizeof(*config));
	if (json_parse(arena, text, len, &root, err) < 0 ||
	    json_get_string(root, "created", &config->created, err) < 0 ||
	    json_get_string(root, "architecture", &config->architecture, err) < 0 ||
	    json_get_string(root, "os", &config->os, err) < 0 ||
	    json_get_typed(root, "config", JSON_OBJECT, &inner, err) < 0 ||
	    json_get_typed(root, "rootfs", JSON_OBJECT, &rootfs, err) < 0 ||
	    json_get_typed(rootfs, "diff_ids", JSON_ARRAY, &ids, err) < 0)
		return -err->number;
	if (!ids)
		return err_set(err, EINVAL, "not an image configuration: no rootfs.diff_ids in it");
	config->config = inner;
	config->diff_ids = arena_calloc(arena, ids->count + 1, sizeof(*config->diff_ids));
	if (!config->diff_ids)
		return err_sys(err, "read an image configuration");
	json_for_each(item, ids)
		if (read_digest(item, &config->diff_ids[config->diff_id_count++], err) < 0)
			return -err->number;
	return 0;
}

bool descriptor_is_index(const struct descriptor *d)
{
	return d->media_type &&
	       (!strcmp(d->media_type, MEDIA_INDEX) ||
		!strcmp(d->media_type,
			"application/vnd.docker.distribution.manifest.list.v2+json"));
}

const char *manifest_architecture(void)
{
	static const struct {
		const char *machine, *name;
	} names[] = { { "x86_64", "amd64" },   { "aarch64", "arm64" },	 { "armv7l", "arm" },
		      { "i686", "386" },       { "ppc64le", "ppc64le" }, { "s390x", "s390x" },
		      { "riscv64", "riscv64" } };
	static struct utsname uts;

	uname(&uts);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(uts.machine, names[i].machine))
			return names[i].name;
	return uts.machine;
}

static void write_descriptor(struct json_writer *w, const char *media_type,
			     const struct digest *digest, uint64_t size)
{
	char text[DIGEST_TEXT];

	jw_object_begin(w);
	jw_member_string(w, "mediaType", media_type);
	jw_member_string(w, "digest", digest_text(digest, text));
	jw_member_u64(w, "size", size);
	jw_object_end(w);
}

void manifest_write(struct json_writer *w, const struct digest *config, uint64_t config_size,
		    const struct manifest_layer *layers, unsigned count)
{
	static const char *const types[] = {
		[STREAM_PLAIN] = "application/vnd.oci.image.layer.v1.tar",
		[STREAM_GZIP] = "application/vnd.oci.image.layer.v1.tar+gzip",
		[STREAM_ZSTD] = "application/vnd.oci.image.layer.v1.tar+zstd",
	};

	jw_object_begin(w);
	jw_member_u64(w, "schemaVersion", 2);
	jw_member_string(w, "mediaType", MEDIA_MANIFEST);
	jw_key(w, "config");
	write_descriptor(w, MEDIA_CONFIG, config, config_size);
	jw_key(w, "layers");
	jw_array_begin(w);
	for (unsigned i = 0; i < count; i++)
		write_descriptor(w, types[layers[i].format], &layers[i].digest, layers[i].size);
	jw_array_end(w);
	jw_object_end(w);
}

void manifest_write_config(struct json_writer *w, uint64_t created_ns, const char *cmd,
			   const struct manifest_layer *layers, unsigned count)
{
	static const char *const env[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL
	};
	const char *const argv[] = { cmd, NULL };
	char text[DIGEST_TEXT > CLOCK_RFC3339_SIZE ? DIGEST_TEXT : CLOCK_RFC3339_SIZE];

	jw_object_begin(w);
	jw_member_string(w, "created", clock_rfc3339(created_ns, text));
	jw_member_string(w, "architecture", manifest_architecture());
	jw_member_string(w, "os", "linux");
	jw_key(w, "config");
	jw_object_begin(w);
	jw_member_strings(w, "Env", env);
	if (cmd)
		jw_member_strings(w, "Cmd", argv);
	jw_object_end(w);
	jw_key(w, "rootfs");
	jw_object_begin(w);
	jw_member_string(w, "type", "layers");
	jw_key(w, "diff_ids");
	jw_array_begin(w);
	for (unsigned i = 0; i < count; i++)
		jw_string(w, digest_text(&layers[i].diff_id, text));
	jw_array_end(w);
	jw_object_end(w);
	jw_object_end(w);
}

int manifest_chain(const struct digest *parent, const struct digest *diff_id, struct digest *chain,
		   struct err *err)
{
	char text[2 * DIGEST_TEXT + 2];
	size_t len;

	if (!parent) {
		*chain = *diff_id;
		return 0;
	}
	len = fmt_string(text, sizeof(text), "sha256:%s sha256:%s", parent->hex, diff_id->hex);
	return hash_buffer(text, len, chain, err);
}

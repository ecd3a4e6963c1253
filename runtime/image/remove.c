/*
 * remove.c - taking images out of the store and sweeping what nobody needs. See publish.h.
 *
 * Removal holds gc.lock exclusively: no import and no starting container is half-way then. The
 * sweep is mark and sweep over records, so one that was cut off leaves nothing the next one misses.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/image/index.h"
#include "runtime/image/publish.h"
#include "runtime/image/store.h"
#include "runtime/image/transaction.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/str.h"

/* A set of hex digests in an arena-backed vector; images have tens of them, so a list will do. */
struct digest_set {
	struct arena *arena;
	struct digest *items;
	size_t count, capacity;
};

static int set_add(struct digest_set *set, const char *hex, struct err *err)
{
	if (set->count == set->capacity) {
		size_t capacity = set->capacity ? 2 * set->capacity : 256;
		struct digest *grown = arena_calloc(set->arena, capacity, sizeof(*grown));

		if (!grown)
			return err_sys(err, "list what is in use");
		if (set->count)
			memcpy(grown, set->items, set->count * sizeof(*grown));
		set->items = grown;
		set->capacity = capacity;
	}
	fmt_string(set->items[set->count++].hex, sizeof(set->items[0].hex), "%s", hex);
	return 0;
}

static bool set_has(const struct digest_set *set, const char *hex)
{
	for (size_t i = 0; i < set->count; i++)
		if (!strcmp(set->items[i].hex, hex))
			return true;
	return false;
}

/* Calls each(name) for every entry of a folder of the store. */
static int each_entry(int store_fd, const char *folder,
		      int (*each)(void *context, int dir_fd, const char *name, struct err *err),
		      void *context, struct err *err)
{
	cleanup_closedir DIR *dir = NULL;
	struct dirent *entry;
	int fd = openat(store_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(err, "open '%s'", folder);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return err_sys(err, "read '%s'", folder);
	}
	while (r == 0 && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			r = each(context, dirfd(dir), entry->d_name, err);
	return r;
}

/* Which images containers were made from. */
static int add_container(void *context, int dir_fd, const char *name, struct err *err)
{
	struct digest_set *set = context;
	cleanup_free char *data = NULL;
	cleanup_arena struct arena arena = { 0 };
	const char *id = NULL;
	struct json *root;
	char path[300];
	ssize_t n;

	fmt_string(path, sizeof(path), "%s/config.json", name);
	n = file_read(dir_fd, path, STORE_MAX_RECORD, &data, NULL);
	if (n < 0 || json_parse(&arena, data, (size_t)n, &root, NULL) < 0 ||
	    json_get_string(root, "image_id", &id, NULL) < 0 || !id)
		return 0; /* a container whose creation was cut off: nothing runs from it */
	return set_add(set, id, err);
}

struct sweep {
	struct digest_set *keep;
	int store_fd;
	uint64_t freed_bytes;
};

static uint64_t layer_size(int dir_fd, const char *name)
{
	cleanup_free char *text = NULL;
	uint64_t size;
	char path[300];

	fmt_string(path, sizeof(path), "%s/size", name);
	return file_read(dir_fd, path, 32, &text, NULL) > 0 && num_u64(text, &size) == 0 ? size : 0;
}

static int sweep_layer(void *context, int dir_fd, const char *name, struct err *err)
{
	struct sweep *sweep = context;
	char gone[300];

	if (set_has(sweep->keep, name))
		return 0;
	sweep->freed_bytes += layer_size(dir_fd, name);
	/* out of sight first: a layer is whole or not there */
	fmt_string(gone, sizeof(gone), "tmp/layer-%s", name);
	if (renameat(dir_fd, name, sweep->store_fd, gone) < 0)
		return err_sys(err, "remove layer %.12s", name);
	return file_remove_all(sweep->store_fd, gone, err);
}

static int sweep_blob(void *context, int dir_fd, const char *name, struct err *err)
{
	struct sweep *sweep = context;
	struct stat st;

	if (set_has(sweep->keep, name) || fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	sweep->freed_bytes += (uint64_t)st.st_size;
	return file_remove_all(dir_fd, name, err);
}

/* Marks a manifest, or an index with all it names, as far as the store has it. */
static int keep_manifest(struct arena *arena, int store_fd, const struct descriptor *d,
			 struct digest_set *blobs, int depth, struct err *err)
{
	cleanup_free char *data = NULL;
	struct descriptor *entries;
	struct manifest manifest;
	char path[128], *text;
	unsigned count;
	ssize_t n;

	fmt_string(path, sizeof(path), "blobs/sha256/%s", d->digest.hex);
	n = file_read(store_fd, path, MANIFEST_MAX_SIZE, &data, NULL);
	if (n < 0)
		return 0;
	text = arena_strndup(arena, data, (size_t)n);
	if (!text || set_add(blobs, d->digest.hex, err) < 0)
		return -ENOMEM;
	if (descriptor_is_index(d) && depth < 4) {
		if (manifest_read_index(arena, text, (size_t)n, &entries, &count, err) < 0)
			return -err->number;
		for (unsigned i = 0; i < count; i++)
			if (keep_manifest(arena, store_fd, &entries[i], blobs, depth + 1, err) < 0)
				return -err->number;
		return 0;
	}
	if (manifest_read(arena, text, (size_t)n, &manifest, err) < 0 ||
	    set_add(blobs, manifest.config.digest.hex, err) < 0)
		return err_wrap(err, "manifest sha256:%.12s", d->digest.hex);
	for (unsigned i = 0; i < manifest.layer_count; i++)
		if (set_add(blobs, manifest.layers[i].digest.hex, err) < 0)
			return -err->number;
	return 0;
}

static int mark(struct arena *arena, int store_fd, struct digest_set *layers,
		struct digest_set *blobs, struct err *err)
{
	struct descriptor *foreign;
	unsigned foreign_count;
	const char **ids;

	if (image_ids(arena, store_fd, &ids, err) < 0)
		return -err->number;
	for (; *ids; ids++) {
		struct descriptor d = { 0 };
		struct image image;
		char path[DIGEST_HEX + 16];

		fmt_string(path, sizeof(path), "images/%s.json", *ids);
		if (image_read(arena, store_fd, path, &image, err) < 0)
			return -err->number;
		for (unsigned i = 0; i < image.lower_count; i++)
			if (set_add(layers, image.lower[i], err) < 0)
				return -err->number;
		fmt_string(d.digest.hex, sizeof(d.digest.hex), "%s", image.manifest);
		if (keep_manifest(arena, store_fd, &d, blobs, 0, err) < 0)
			return -err->number;
	}
	if (index_foreign(arena, store_fd, &foreign, &foreign_count, err) < 0)
		return -err->number;
	for (unsigned i = 0; i < foreign_count; i++)
		if (keep_manifest(arena, store_fd, &foreign[i], blobs, 0, err) < 0)
			return -err->number;
	return 0;
}

/* Removes layers and blobs that no image needs. Callers hold gc.lock and index.lock. */
static int sweep(int store_fd, uint64_t *freed_bytes, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	struct digest_set layers = { .arena = &arena }, blobs = { .arena = &arena };
	struct sweep layer_sweep = { &layers, store_fd, 0 }, blob_sweep = { &blobs, store_fd, 0 };
	int r = mark(&arena, store_fd, &layers, &blobs, err);

	if (r == 0)
		r = each_entry(store_fd, "layers", sweep_layer, &layer_sweep, err);
	if (r == 0)
		r = each_entry(store_fd, "blobs/sha256", sweep_blob, &blob_sweep, err);
	*freed_bytes = layer_sweep.freed_bytes + blob_sweep.freed_bytes;
	return r;
}

/* Takes the record away. Its manifest goes too, or the index would count it as somebody else's. */
static int drop_image(struct arena *arena, int store_fd, const char *id, struct err *err)
{
	char path[DIGEST_HEX + 32];
	struct image image;

	fmt_string(path, sizeof(path), "images/%s.json", id);
	if (image_read(arena, store_fd, path, &image, err) < 0)
		return -err->number;
	if (unlinkat(store_fd, path, 0) < 0)
		return err_sys(err, "remove '%s'", path);
	fmt_string(path, sizeof(path), "blobs/sha256/%s", image.manifest);
	if (unlinkat(store_fd, path, 0) < 0 && errno != ENOENT)
		return err_sys(err, "remove '%s'", path);
	return 0;
}

static int drop_name(int store_fd, const struct ref *ref, struct err *err)
{
	char path[REF_SIZE + 8], file_name[REF_SIZE];

	fmt_string(path, sizeof(path), "refs/%s", ref_file_name(ref, file_name));
	return unlinkat(store_fd, path, 0) < 0 ? err_sys(err, "remove the name '%s'", ref->text)
					       : 0;
}

/* Removes the names text stands for. *left counts the image's names that remain. */
static int drop_names(int store_fd, const char *text, const char *id, bool force, size_t *left,
		      struct err *err)
{
	cleanup_free struct image_name *names = NULL;
	struct ref ref = { 0 };
	bool by_name = false;
	size_t count, mine = 0;

	if (image_names(store_fd, &names, &count, err) < 0)
		return -err->number;
	*left = 0;
	by_name = ref_parse(text, &ref, NULL) == 0;
	for (size_t i = 0; i < count; i++) {
		by_name = by_name && strcmp(ref.text, names[i].ref.text) != 0;
		mine += !strcmp(names[i].id, id);
	}
	by_name = !by_name && ref.text[0] != '\0';
	if (!by_name && mine > 1 && !force) {
		err_set(err, EBUSY, "the image %.12s has %zu names", id, mine);
		return err_hint(err, "remove one of them, or all with --force");
	}
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i].id, id))
			continue;
		if (by_name && strcmp(names[i].ref.text, ref.text)) {
			(*left)++;
			continue;
		}
		if (drop_name(store_fd, &names[i].ref, err) < 0)
			return -err->number;
		printf("Untagged: %s\n", names[i].ref.text);
	}
	return 0;
}

static int refuse_if_used(struct arena *arena, int store_fd, const struct image *image,
			  struct err *err)
{
	struct digest_set used = { .arena = arena };

	if (each_entry(store_fd, "containers", add_container, &used, err) < 0)
		return -err->number;
	if (!set_has(&used, image->id))
		return 0;
	err_set(err, EBUSY, "the image %.12s is used by a container", image->id);
	return err_hint(err, "'cbox ps -a' shows it; 'cbox rm' removes it");
}

struct locks {
	int gc, index;
};

static int take_locks(int store_fd, struct locks *locks, struct err *err)
{
	locks->index = -1;
	locks->gc = file_lock(store_fd, "gc.lock", true, true, err);
	if (locks->gc < 0)
		return locks->gc;
	locks->index = file_lock(store_fd, "index.lock", true, true, err);
	return locks->index < 0 ? locks->index : 0;
}

static void drop_locks(struct locks *locks)
{
	cleanup_close_fn(&locks->index);
	cleanup_close_fn(&locks->gc);
}

static int remove_locked(struct arena *arena, int store_fd, const char *text, bool force,
			 struct err *err)
{
	struct image image;
	uint64_t freed;
	size_t left = 0, count = 0;
	cleanup_free struct image_name *names = NULL;
	bool last = true;

	if (image_find(arena, store_fd, text, &image, err) < 0 ||
	    image_names(store_fd, &names, &count, err) < 0)
		return -err->number;
	for (size_t i = 0, mine = 0; i < count; i++)
		last = (mine += !strcmp(names[i].id, image.id)) < 2;
	if ((last || force) && refuse_if_used(arena, store_fd, &image, err) < 0)
		return -err->number;
	if (drop_names(store_fd, text, image.id, force, &left, err) < 0)
		return -err->number;
	if (left > 0)
		return index_rebuild(store_fd, err);
	if (drop_image(arena, store_fd, image.id, err) < 0 || index_rebuild(store_fd, err) < 0 ||
	    sweep(store_fd, &freed, err) < 0)
		return -err->number;
	printf("Deleted: sha256:%s\n", image.id);
	return 0;
}

int publish_remove(int store_fd, const char *text, bool force, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	struct locks locks;
	int r = take_locks(store_fd, &locks, err);

	if (r == 0)
		r = remove_locked(&arena, store_fd, text, force, err);
	drop_locks(&locks);
	return r;
}

static bool has_name(const struct image_name *names, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i].id, id))
			return true;
	return false;
}

static int prune_locked(struct arena *arena, int store_fd, bool all, uint64_t *freed_bytes,
			struct err *err)
{
	struct digest_set used = { .arena = arena };
	cleanup_free struct image_name *names = NULL;
	const char **ids;
	size_t count;

	if (image_names(store_fd, &names, &count, err) < 0 ||
	    image_ids(arena, store_fd, &ids, err) < 0 ||
	    each_entry(store_fd, "containers", add_container, &used, err) < 0)
		return -err->number;
	for (; *ids; ids++) {
		if (set_has(&used, *ids) || (!all && has_name(names, count, *ids)))
			continue;
		for (size_t i = 0; i < count; i++)
			if (!strcmp(names[i].id, *ids) &&
			    drop_name(store_fd, &names[i].ref, err) < 0)
				return -err->number;
		if (drop_image(arena, store_fd, *ids, err) < 0)
			return -err->number;
		printf("Deleted: sha256:%s\n", *ids);
	}
	if (index_rebuild(store_fd, err) < 0 || transaction_clear_dead(store_fd, err) < 0)
		return -err->number;
	return sweep(store_fd, freed_bytes, err);
}

int publish_prune(int store_fd, bool all, uint64_t *freed_bytes, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	struct locks locks;
	int r = take_locks(store_fd, &locks, err);

	*freed_bytes = 0;
	if (r == 0)
		r = prune_locked(&arena, store_fd, all, freed_bytes, err);
	drop_locks(&locks);
	return r;
}

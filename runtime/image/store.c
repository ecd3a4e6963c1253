/*
 * store.c - see store.h.
 */
#include "runtime/image/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/path.h"
#include "user/base/str.h"

const char *store_root(void)
{
	const char *root = getenv("CBOX_ROOT");

	return root && *root ? root : STORE_DEFAULT_ROOT;
}

static int make_layout(int fd, struct err *err)
{
	static const char *const folders[] = { "blobs/sha256", "layers", "images", "refs", "tmp" };
	static const char version[] = "{\"imageLayoutVersion\":\"1.0.0\"}";

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (file_mkdir_all(fd, folders[i], 0755, err) < 0)
			return -err->number;
	if (faccessat(fd, "oci-layout", F_OK, 0) == 0)
		return 0;
	return file_write_atomic(fd, "oci-layout", version, strlen(version), 0644, FILE_VOLATILE,
				 err);
}

int store_open(bool create, struct err *err)
{
	const char *root = store_root();
	cleanup_close int fd = -1;
	int r = create ? file_mkdir_all(AT_FDCWD, root, 0711, err) : 0;

	if (r < 0)
		return r;
	fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, "open the store '%s'", root);
	if (create && make_layout(fd, err) < 0)
		return -err->number;
	return take_fd(&fd);
}

int store_hold(int store_fd, struct err *err)
{
	return file_lock(store_fd, "gc.lock", false, true, err);
}

int image_read(struct arena *arena, int store_fd, const char *path, struct image *image,
	       struct err *err)
{
	cleanup_free char *data = NULL;
	ssize_t len = file_read(store_fd, path, STORE_MAX_RECORD, &data, err);
	struct json *root;
	char *text;
	int r;

	if (len < 0)
		return (int)len;
	text = arena_strndup(arena, data, (size_t)len);
	if (!text)
		return err_sys(err, "read '%s'", path);
	memset(image, 0, sizeof(*image));
	r = json_parse(arena, text, (size_t)len, &root, err);
	if (r == 0)
		r = json_get_string(root, "id", &image->id, err);
	if (r == 0)
		r = json_get_string(root, "manifest", &image->manifest, err);
	if (r == 0)
		r = json_get_u64(root, "manifest_size", &image->manifest_size, err);
	if (r == 0)
		r = json_get_string(root, "created", &image->created, err);
	if (r == 0)
		r = json_get_u64(root, "size", &image->size_bytes, err);
	if (r == 0)
		r = json_get_strings(arena, root, "lower", &image->lower, err);
	if (r < 0)
		return err_wrap(err, "image record '%s'", path);
	while (image->lower && image->lower[image->lower_count])
		image->lower_count++;
	image->config = json_get(root, "config");
	if (!image->id || image->lower_count == 0)
		return err_set(err, EINVAL, "image record '%s' is incomplete", path);
	return 0;
}

/* Calls each(name) for what is in a folder of the store; stops when it returns non-zero. */
static int each_name(int store_fd, const char *folder, int (*each)(void *context, const char *name),
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
		if (entry->d_name[0] != '.')
			r = each(context, entry->d_name);
	return r < 0 ? err_num(err, r, "read '%s'", folder) : 0;
}

/* The id in "<64 hex>.json"; false for any other file name. */
static bool id_of_record(const char *name, char *id)
{
	if (strlen(name) != DIGEST_HEX + 5 || !str_ends_with(name, ".json") ||
	    !digest_is_hex(name, DIGEST_HEX))
		return false;
	memcpy(id, name, DIGEST_HEX);
	id[DIGEST_HEX] = '\0';
	return true;
}

struct prefix_search {
	const char *prefix;
	unsigned matches;
	char id[DIGEST_HEX + 1];
};

static int match_prefix(void *context, const char *name)
{
	struct prefix_search *search = context;
	char id[DIGEST_HEX + 1];

	if (id_of_record(name, id) && str_starts_with(id, search->prefix)) {
		search->matches++;
		memcpy(search->id, id, sizeof(id));
	}
	return 0;
}

static int find_by_id(struct arena *arena, int store_fd, const char *prefix, struct image *image,
		      struct err *err)
{
	struct prefix_search search = { .prefix = prefix };
	char path[DIGEST_HEX + 16];

	if (each_name(store_fd, "images", match_prefix, &search, err) < 0)
		return -err->number;
	if (search.matches == 0)
		return -ENOENT;
	if (search.matches > 1)
		return err_set(err, EINVAL, "the id \"%s\" fits %u images", prefix, search.matches);
	fmt_string(path, sizeof(path), "images/%s.json", search.id);
	return image_read(arena, store_fd, path, image, err);
}

int image_find(struct arena *arena, int store_fd, const char *text, struct image *image,
	       struct err *err)
{
	const char *hex = str_starts_with(text, "sha256:") ? text + 7 : text;
	char path[REF_SIZE + 8], file_name[REF_SIZE];
	struct ref ref;
	struct err ignored = { 0 };
	int r = -ENOENT;

	if (hex == text && ref_parse(text, &ref, digest_is_hex(hex, strlen(hex)) ? NULL : err) < 0)
		return err ? -err->number : -EINVAL;
	if (hex == text) {
		fmt_string(path, sizeof(path), "refs/%s", ref_file_name(&ref, file_name));
		r = image_read(arena, store_fd, path, image, &ignored);
		if (r < 0 && r != -ENOENT)
			return err_set(err, -r, "%s", ignored.message);
	}
	if (r == -ENOENT && digest_is_hex(hex, strlen(hex)))
		r = find_by_id(arena, store_fd, hex, image, err);
	if (r != -ENOENT)
		return r;
	err_set(err, ENOENT, "No such image: %.200s", text);
	return err_hint(err, "'cbox images' lists what is here; 'cbox import FILE NAME' adds one");
}

struct name_list {
	int store_fd;
	struct image_name *items;
	size_t count;
};

static int add_name(void *context, const char *file_name)
{
	struct name_list *list = context;
	char path[REF_SIZE + 8], target[128];
	struct image_name name, *grown;
	ssize_t n;

	if (!ref_from_file_name(file_name, &name.ref))
		return 0;
	fmt_string(path, sizeof(path), "refs/%s", file_name);
	n = readlinkat(list->store_fd, path, target, sizeof(target) - 1);
	if (n < 0)
		return 0;
	target[n] = '\0';
	if (!id_of_record(path_base(target), name.id))
		return 0;
	grown = realloc(list->items, (list->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	list->items = grown;
	grown[list->count++] = name;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	const struct image_name *x = a, *y = b;

	return strcmp(x->ref.text, y->ref.text);
}

int image_names(int store_fd, struct image_name **names, size_t *count, struct err *err)
{
	struct name_list list = { .store_fd = store_fd };
	int r = each_name(store_fd, "refs", add_name, &list, err);

	if (r < 0) {
		free(list.items);
		return r;
	}
	if (list.count)
		qsort(list.items, list.count, sizeof(*list.items), compare_names);
	*names = list.items;
	*count = list.count;
	return 0;
}

struct id_list {
	struct arena *arena;
	const char **items;
	size_t count, capacity;
};

static int add_id(void *context, const char *name)
{
	struct id_list *list = context;
	char id[DIGEST_HEX + 1];

	if (!id_of_record(name, id))
		return 0;
	if (list->count + 1 >= list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 32;
		const char **grown = arena_calloc(list->arena, capacity, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		if (list->count)
			memcpy(grown, list->items, list->count * sizeof(*grown));
		list->items = grown;
		list->capacity = capacity;
	}
	list->items[list->count] = arena_strdup(list->arena, id);
	return list->items[list->count++] ? 0 : -ENOMEM;
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int image_ids(struct arena *arena, int store_fd, const char ***ids, struct err *err)
{
	struct id_list list = { .arena = arena };
	int r;

	list.items = arena_calloc(arena, 1, sizeof(*list.items));
	list.capacity = 1;
	if (!list.items)
		return err_sys(err, "list images");
	r = each_name(store_fd, "images", add_id, &list, err);
	if (r < 0)
		return r;
	qsort(list.items, list.count, sizeof(*list.items), compare_ids);
	*ids = list.items;
	return 0;
}

/*
 * section.c - lists, required members and bounded values. See section.h.
 */
#include "runtime/spec/section.h"

#include <string.h>

#include "user/base/fmt.h"
#include "user/base/str.h"

static int read_items(struct arena *arena, const struct json *parent, size_t item_size,
		      spec_item_fn read, void *list, size_t *count, struct err *err)
{
	char *items = arena_calloc(arena, parent->count, item_size);
	size_t n = 0;

	if (!items)
		return err_sys(err, "read the config");
	json_for_each(node, parent) {
		int r = read(arena, node, items + n * item_size, err);

		if (r < 0)
			return r;
		n++;
	}
	memcpy(list, &items, sizeof(items));
	*count = n;
	return 0;
}

int spec_read_list(struct arena *arena, const struct json *node, const char *key, size_t item_size,
		   spec_item_fn read, void *list, size_t *count, struct err *err)
{
	struct json *array;
	int r = json_get_typed(node, key, JSON_ARRAY, &array, err);

	*count = 0;
	if (r < 0 || !array || !array->count)
		return r;
	return read_items(arena, array, item_size, read, list, count, err);
}

int spec_read_map(struct arena *arena, const struct json *node, const char *key, size_t item_size,
		  spec_item_fn read, void *list, size_t *count, struct err *err)
{
	struct json *object;
	int r = json_get_typed(node, key, JSON_OBJECT, &object, err);

	*count = 0;
	if (r < 0 || !object || !object->count)
		return r;
	return read_items(arena, object, item_size, read, list, count, err);
}

int spec_require(const struct json *node, const char *key, struct json **member, struct err *err)
{
	char path[256];

	*member = json_get(node, key);
	if (*member)
		return 0;
	if (!node->parent)
		return err_set(err, EINVAL, "%s: missing", key);
	return err_set(err, EINVAL, "%s.%s: missing", json_path(node, path, sizeof(path)), key);
}

int spec_require_string(const struct json *node, const char *key, const char **value,
			struct err *err)
{
	struct json *member;
	int r = spec_require(node, key, &member, err);

	if (r == 0)
		r = json_string(member, value, err);
	if (r == 0 && !**value)
		r = json_err(member, err, "must not be empty");
	return r;
}

int spec_require_u32(const struct json *node, const char *key, uint32_t *value, struct err *err)
{
	struct json *member;
	int r = spec_require(node, key, &member, err);

	return r < 0 ? r : json_u32(member, value, err);
}

int spec_require_u64(const struct json *node, const char *key, uint64_t *value, struct err *err)
{
	struct json *member;
	int r = spec_require(node, key, &member, err);

	return r < 0 ? r : json_u64(member, value, err);
}

int spec_read_i64(const struct json *node, const char *key, int64_t min, int64_t max,
		  struct spec_i64 *value, struct err *err)
{
	const struct json *member = json_get(node, key);
	int64_t number = 0;
	char what[80];
	int r;

	if (!member)
		return 0;
	r = json_i64(member, &number, err);
	if (r < 0)
		return r;
	if (number < min || number > max) {
		if (max == INT64_MAX)
			fmt_string(what, sizeof(what), "an integer of %lld or more",
				   (long long)min);
		else
			fmt_string(what, sizeof(what), "an integer from %lld to %lld",
				   (long long)min, (long long)max);
		return json_err_type(member, what, err);
	}
	value->set = true;
	value->value = number;
	return 0;
}

static int absolute(const struct json *member, const char **value, struct err *err)
{
	int r = json_string(member, value, err);

	if (r == 0 && **value != '/')
		r = json_err_type(member, "an absolute path", err);
	return r;
}

int spec_read_absolute(const struct json *node, const char *key, const char **value,
		       struct err *err)
{
	const struct json *member = json_get(node, key);

	return member ? absolute(member, value, err) : 0;
}

int spec_require_absolute(const struct json *node, const char *key, const char **value,
			  struct err *err)
{
	struct json *member;
	int r = spec_require(node, key, &member, err);

	return r < 0 ? r : absolute(member, value, err);
}

int spec_read_absolute_list(struct arena *arena, const struct json *node, const char *key,
			    const char *const **value, struct err *err)
{
	int r = json_get_strings(arena, node, key, value, err);

	if (r < 0 || !*value)
		return r;
	json_for_each(item, json_get(node, key)) {
		const char *path;

		r = absolute(item, &path, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int spec_read_word(const struct json *node, const char *const *names, size_t count, int *index,
		   struct err *err)
{
	char what[256] = "one of";
	const char *word;
	int r = json_string(node, &word, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++) {
		if (names[i] && str_eq(names[i], word)) {
			*index = (int)i;
			return 0;
		}
	}
	for (size_t i = 0, len = strlen(what); i < count && len < sizeof(what); i++)
		if (names[i])
			len += fmt_string(what + len, sizeof(what) - len, " %s", names[i]);
	return json_err_type(node, what, err);
}

static int read_id_map(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_id_map *map = item;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	if (r == 0)
		r = spec_require_u32(node, "containerID", &map->container_id, err);
	if (r == 0)
		r = spec_require_u32(node, "hostID", &map->host_id, err);
	if (r == 0)
		r = spec_require_u32(node, "size", &map->size, err);
	if (r < 0)
		return r;
	if (!map->size)
		return json_err(node, err, "size must be at least 1");
	/* (uid_t)-1 is no id, so the last one is UINT32_MAX - 1 */
	if (map->size > UINT32_MAX - map->container_id || map->size > UINT32_MAX - map->host_id)
		return json_err(node, err, "the range ends above the largest id, 4294967294");
	return 0;
}

int spec_read_id_maps(struct arena *arena, const struct json *node, const char *key,
		      struct spec_id_maps *maps, struct err *err)
{
	return spec_read_list(arena, node, key, sizeof(*maps->items), read_id_map, &maps->items,
			      &maps->count, err);
}

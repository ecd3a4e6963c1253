/*
 * find.c - containers by name, id or prefix, and all of them. See status.h.
 */
#include <stdlib.h>
#include <string.h>

#include "runtime/cli/names.h"
#include "runtime/cli/status.h"
#include "runtime/image/digest.h"
#include "user/base/str.h"

int status_list(struct arena *arena, const struct places *places, struct container_info **list,
		size_t *count, struct err *err)
{
	const char **ids;
	size_t n = 0, kept = 0;

	if (places_list(arena, places->root_fd, "containers", &ids, err) < 0)
		return -err->number;
	while (ids[n])
		n++;
	*list = arena_calloc(arena, n + 1, sizeof(**list));
	if (!*list)
		return err_sys(err, "list containers");
	for (size_t i = 0; i < n; i++) {
		struct err ignored = { 0 };

		if (status_load(arena, places, ids[i], &(*list)[kept], &ignored) == 0)
			kept++;
	}
	/* newest first; there are few, and no comparison function needs to know the struct */
	for (size_t i = 1; i < kept; i++) {
		struct container_info one = (*list)[i];
		size_t at = i;

		for (; at > 0 && (*list)[at - 1].config.created_ns < one.config.created_ns; at--)
			(*list)[at] = (*list)[at - 1];
		(*list)[at] = one;
	}
	*count = kept;
	return 0;
}

static int find_prefix(struct arena *arena, const struct places *places, const char *prefix,
		       const char **id, struct err *err)
{
	const char **ids;
	unsigned matches = 0;

	if (places_list(arena, places->root_fd, "containers", &ids, err) < 0)
		return -err->number;
	for (; *ids; ids++)
		if (str_starts_with(*ids, prefix)) {
			*id = *ids;
			matches++;
		}
	if (matches > 1)
		return err_set(err, EINVAL, "the id prefix \"%s\" fits %u containers", prefix,
			       matches);
	return matches ? 0 : -ENOENT;
}

int status_find(struct arena *arena, const struct places *places, const char *text,
		struct container_info *info, struct err *err)
{
	char named[CONFIG_ID + 1];
	const char *id = named;
	struct err ignored = { 0 };
	int r = names_lookup(places, text, named);

	if (r == -ENOENT && digest_is_hex(text, strlen(text)))
		r = find_prefix(arena, places, text, &id, err);
	if (r == 0) {
		r = status_load(arena, places, id, info, &ignored);
		if (r < 0 && r != -ENOENT)
			return err_set(err, -r, "%s", ignored.message);
	}
	if (r != -ENOENT)
		return r;
	err_set(err, ENOENT, "No such container: %.140s", text);
	return err_hint(err, "'cbox ps -a' lists them all");
}

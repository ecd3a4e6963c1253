/*
 * spec_hooks.c - the six lists of hooks.
 *
 * See: config.md "POSIX-platform Hooks".
 */
#include "runtime/spec/section.h"

static int read_hook(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_hook *hook = item;
	int r = json_expect(node, JSON_OBJECT, err);

	if (r == 0)
		r = spec_require_absolute(node, "path", &hook->path, err);
	if (r == 0)
		r = json_get_strings(arena, node, "args", &hook->args, err);
	if (r == 0)
		r = json_get_strings(arena, node, "env", &hook->env, err);
	if (r == 0)
		r = spec_read_i64(node, "timeout", 1, INT32_MAX, &hook->timeout_s, err);
	return r;
}

int spec_section_hooks(struct arena *arena, const struct json *node, struct spec *spec,
		       struct err *err)
{
	for (enum spec_hook_kind kind = 0; kind < SPEC_HOOK_KINDS; kind++) {
		struct spec_hook_list *list = &spec->hooks[kind];
		int r = spec_read_list(arena, node, spec_hook_name(kind), sizeof(*list->items),
				       read_hook, &list->items, &list->count, err);

		if (r < 0)
			return r;
	}
	return 0;
}

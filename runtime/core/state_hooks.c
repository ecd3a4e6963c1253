/*
 * state_hooks.c - see state_hooks.h.
 */
#include "runtime/core/state_hooks.h"

#include "runtime/core/hooks.h"

static int read_hook(struct arena *arena, const struct json *node, struct spec_hook *hook,
		     struct err *err)
{
	int r = json_get_string(node, "path", &hook->path, err);

	if (r == 0)
		r = json_get_strings(arena, node, "args", &hook->args, err);
	if (r == 0)
		r = json_get_strings(arena, node, "env", &hook->env, err);
	if (r == 0)
		r = json_get_i64(node, "timeout", &hook->timeout_s.value, err);
	hook->timeout_s.set = json_get(node, "timeout");
	return r;
}

int state_run_hooks(struct arena *arena, const struct state *state, enum spec_hook_kind kind,
		    struct err *err)
{
	const struct json *hooks = json_get(state->root, "hooks");
	const struct json *list = hooks ? json_get(hooks, spec_hook_name(kind)) : NULL;
	cleanup_strbuf struct strbuf text = { 0 };
	struct spec_hook_list read = { 0 };

	if (!list || !list->count)
		return 0;
	read.items = arena_calloc(arena, list->count, sizeof(*read.items));
	if (!read.items)
		return err_sys(err, "read hooks");
	json_for_each(node, list) {
		int r = read_hook(arena, node, &read.items[read.count++], err);

		if (r < 0)
			return r;
	}
	state_print(&state->container, &text, 0);
	if (text.failed)
		return err_num(err, ENOMEM, "run hooks");
	return hooks_run(&read, text.data, err);
}

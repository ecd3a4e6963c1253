/*
 * bundle_test.c - the configuration is valid JSON and asks for what the documentation says.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bundle.h"
#include "user/base/arena.h"
#include "user/base/json.h"

static struct json *config(struct arena *arena, struct strbuf *text)
{
	static const char *const argv[] = { "/bin/echo", "to\"ken", NULL };
	struct err err = { 0 };
	struct json *root;

	bundle_config(text, "/tmp/root fs", argv);
	cr_assert_eq(json_parse(arena, text->data, text->len, &root, &err), 0, "%s", err.message);
	return root;
}

Test(bundle, version_is_one_that_every_packaged_runtime_accepts)
{
	cleanup_strbuf struct strbuf text = { 0 };
	cleanup_arena struct arena arena = { 0 };
	struct json *root = config(&arena, &text);

	cr_assert_str_eq(json_get(root, "ociVersion")->text, "1.0.2");
	cr_assert_str_eq(json_get(json_get(root, "root"), "path")->text, "/tmp/root fs");
}

Test(bundle, asks_for_the_same_namespaces_as_the_floor)
{
	static const char *const wanted[] = { "pid", "network", "ipc", "uts", "mount", "cgroup" };
	cleanup_strbuf struct strbuf text = { 0 };
	cleanup_arena struct arena arena = { 0 };
	struct json *list = json_get(json_get(config(&arena, &text), "linux"), "namespaces");
	unsigned found = 0;

	cr_assert_eq(list->count, 6);
	json_for_each(item, list)
		for (size_t i = 0; i < 6; i++)
			found += !strcmp(json_get(item, "type")->text, wanted[i]);
	cr_assert_eq(found, 6);
}

Test(bundle, the_payload_is_passed_as_it_is)
{
	cleanup_strbuf struct strbuf text = { 0 };
	cleanup_arena struct arena arena = { 0 };
	struct json *args = json_get(json_get(config(&arena, &text), "process"), "args");

	cr_assert_eq(args->count, 2);
	cr_assert_str_eq(args->child->next->text, "to\"ken");
}

/*
 * json_fuzz.c - libFuzzer: any bytes as JSON; what is read is written and read again the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/base/json.h"
#include "user/base/json_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

static void write_node(struct json_writer *w, const struct json *node)
{
	char real[64];

	switch (node->type) {
	case JSON_NULL:
		jw_null(w);
		break;
	case JSON_BOOL:
		jw_bool(w, node->boolean);
		break;
	case JSON_INTEGER:
		if (node->negative)
			jw_i64(w, (int64_t)(0 - node->magnitude));
		else
			jw_u64(w, node->magnitude);
		break;
	case JSON_REAL: /* 1e999 is infinite here and has no JSON form */
		snprintf(real, sizeof(real), "%.17g", node->real);
		jw_raw(w, strpbrk(real, "in") ? "0.0" : real);
		break;
	case JSON_STRING:
		jw_string_len(w, node->text, node->len);
		break;
	case JSON_ARRAY:
		jw_array_begin(w);
		json_for_each(item, node)
			write_node(w, item);
		jw_array_end(w);
		break;
	case JSON_OBJECT:
		jw_object_begin(w);
		json_for_each(item, node) {
			jw_key(w, item->key);
			write_node(w, item);
		}
		jw_object_end(w);
		break;
	}
}

static void compare(const struct json *a, const struct json *b)
{
	char path[64];

	require(a->count == b->count || a->type < JSON_ARRAY);
	require(strlen(json_path(a, path, sizeof(path))) < sizeof(path));
	require(!a->key == !b->key && (!a->key || !strcmp(a->key, b->key)));
	if (a->type == JSON_REAL) /* "%.17g" may write an integer */
		return;
	require(a->type == b->type);
	switch (a->type) {
	case JSON_BOOL:
		require(a->boolean == b->boolean);
		break;
	case JSON_INTEGER:
		require(a->magnitude == b->magnitude);
		break;
	case JSON_STRING:
		require(a->len == b->len && !memcmp(a->text, b->text, a->len));
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		for (a = a->child, b = b->child; a && b; a = a->next, b = b->next)
			compare(a, b);
		require(!a && !b);
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena arena = { 0 };
	struct json_writer w = { .indent = size & 1 ? 2 : 0 };
	struct json *first, *second;
	struct err err = { 0 };
	int r = json_parse(&arena, (const char *)data, size, &first, &err);

	require(r == 0 || (r == -EINVAL && err.message[0]));
	if (r < 0)
		return 0;
	write_node(&w, first);
	require(!w.out.failed);
	require(json_parse(&arena, w.out.data, w.out.len, &second, &err) == 0);
	compare(first, second);
	strbuf_free(&w.out);
	return 0;
}

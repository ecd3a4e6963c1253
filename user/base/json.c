/*
 * json.c - typed access to parsed JSON, with paths in errors. The parser is in json_parse.c.
 */
#include "user/base/json.h"

#include <stdarg.h>
#include <string.h>

#include "user/base/fmt.h"
#include "user/base/str.h"

struct json *json_get(const struct json *node, const char *key)
{
	struct json *found = NULL;

	if (!node || node->type != JSON_OBJECT)
		return NULL;
	json_for_each(item, node)
		if (str_eq(item->key, key))
			found = item;
	return found && found->type != JSON_NULL ? found : NULL;
}

/*
 * Prepends text to the path that starts at *start; drops it when buf is full. A key may hold any
 * character; a path is one line.
 */
static void prepend(char *buf, char **start, const char *text, size_t len)
{
	if ((size_t)(*start - buf) < len)
		return;
	*start -= len;
	for (size_t i = 0; i < len; i++)
		(*start)[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
}

char *json_path(const struct json *node, char *buf, size_t size)
{
	char *start = buf + size - 1;
	char part[24];

	if (!node || !node->parent) {
		fmt_string(buf, size, "(document)");
		return buf;
	}
	*start = '\0';
	for (; node->parent; node = node->parent) {
		if (node->key) {
			prepend(buf, &start, node->key, strnlen(node->key, 80));
			if (node->parent->parent)
				prepend(buf, &start, ".", 1);
		} else {
			size_t len = fmt_string(part, sizeof(part), "[%u]", node->index);

			prepend(buf, &start, part, len);
		}
	}
	memmove(buf, start, strlen(start) + 1);
	return buf;
}

int json_err(const struct json *node, struct err *err, const char *format, ...)
{
	char path[256], text[384];
	va_list args;

	va_start(args, format);
	fmt_stringv(text, sizeof(text), format, args);
	va_end(args);
	return err_set(err, EINVAL, "%s: %s", json_path(node, path, sizeof(path)), text);
}

int json_err_type(const struct json *node, const char *what, struct err *err)
{
	switch (node->type) {
	case JSON_NULL:
		return json_err(node, err, "expected %s, got null", what);
	case JSON_BOOL:
		return json_err(node, err, "expected %s, got %s", what,
				node->boolean ? "true" : "false");
	case JSON_INTEGER:
		return json_err(node, err, "expected %s, got %s%llu", what,
				node->negative ? "-" : "", (unsigned long long)node->magnitude);
	case JSON_REAL:
		return json_err(node, err, "expected %s, got a number with a fraction or exponent",
				what);
	case JSON_STRING: {
		cleanup_strbuf struct strbuf shown = { 0 };

		strbuf_puts_escaped(&shown, node->text, node->len < 80 ? node->len : 80);
		return json_err(node, err, "expected %s, got \"%s\"", what,
				shown.data ? shown.data : "");
	}
	case JSON_ARRAY:
		return json_err(node, err, "expected %s, got an array", what);
	case JSON_OBJECT:
		return json_err(node, err, "expected %s, got an object", what);
	}
	return json_err(node, err, "expected %s", what);
}

int json_expect(const struct json *node, enum json_type type, struct err *err)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",	       [JSON_BOOL] = "true or false",
		[JSON_INTEGER] = "an integer", [JSON_REAL] = "a number",
		[JSON_STRING] = "a string",    [JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object",
	};

	return node->type == type ? 0 : json_err_type(node, names[type], err);
}

int json_string(const struct json *node, const char **value, struct err *err)
{
	int r = json_expect(node, JSON_STRING, err);

	if (r < 0)
		return r;
	if (memchr(node->text, '\0', node->len))
		return json_err(node, err, "the string holds a NUL byte");
	*value = node->text;
	return 0;
}

int json_bool(const struct json *node, bool *value, struct err *err)
{
	int r = json_expect(node, JSON_BOOL, err);

	if (r == 0)
		*value = node->boolean;
	return r;
}

int json_u64(const struct json *node, uint64_t *value, struct err *err)
{
	int r = json_expect(node, JSON_INTEGER, err);

	if (r < 0)
		return r;
	if (node->negative && node->magnitude)
		return json_err_type(node, "an integer of 0 or more", err);
	*value = node->magnitude;
	return 0;
}

int json_u32(const struct json *node, uint32_t *value, struct err *err)
{
	uint64_t wide = 0;
	int r = json_u64(node, &wide, err);

	if (r < 0)
		return r;
	if (wide > UINT32_MAX)
		return json_err_type(node, "an integer up to 4294967295", err);
	*value = (uint32_t)wide;
	return 0;
}

int json_i64(const struct json *node, int64_t *value, struct err *err)
{
	int r = json_expect(node, JSON_INTEGER, err);

	if (r < 0)
		return r;
	if (node->magnitude > (uint64_t)INT64_MAX + (node->negative ? 1 : 0))
		return json_err_type(node, "a signed 64-bit integer", err);
	*value = node->negative ? (int64_t)(0 - node->magnitude) : (int64_t)node->magnitude;
	return 0;
}

#define DEFINE_OPTIONAL(name, ctype)                                                \
	int json_get_##name(const struct json *node, const char *key, ctype *value, \
			    struct err *err)                                        \
	{                                                                           \
		const struct json *member = json_get(node, key);                    \
                                                                                    \
		return member ? json_##name(member, value, err) : 0;                \
	}

DEFINE_OPTIONAL(string, const char *)
DEFINE_OPTIONAL(bool, bool)
DEFINE_OPTIONAL(u64, uint64_t)
DEFINE_OPTIONAL(u32, uint32_t)
DEFINE_OPTIONAL(i64, int64_t)

int json_get_typed(const struct json *node, const char *key, enum json_type type,
		   struct json **value, struct err *err)
{
	*value = json_get(node, key);
	return *value ? json_expect(*value, type, err) : 0;
}

int json_get_strings(struct arena *arena, const struct json *node, const char *key,
		     const char *const **value, struct err *err)
{
	struct json *array;
	const char **vector;
	size_t n = 0;
	int r = json_get_typed(node, key, JSON_ARRAY, &array, err);

	*value = NULL;
	if (r < 0 || !array)
		return r;
	vector = arena_calloc(arena, array->count + 1, sizeof(*vector));
	if (!vector)
		return err_sys(err, "parse JSON");
	json_for_each(item, array) {
		r = json_string(item, &vector[n++], err);
		if (r < 0)
			return r;
	}
	*value = vector;
	return 0;
}

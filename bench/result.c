/*
 * result.c - see result.h.
 */
#include "bench/result.h"

#include <fcntl.h>
#include <stdlib.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/json.h"
#include "user/base/str.h"

#define MAX_BYTES (256u << 20)

static int read_samples(struct result_subject *s, const struct json *node, struct arena *arena,
			struct err *err)
{
	struct json *list = NULL;
	uint64_t *values;
	int r;

	r = json_get_typed(node, "samples_ns", JSON_ARRAY, &list, err);
	if (r < 0 || !list)
		return r;
	values = arena_calloc(arena, list->count + 1, sizeof(*values));
	if (!values)
		return err_num(err, ENOMEM, "read samples");
	json_for_each(item, list) {
		r = json_u64(item, &values[s->count++], err);
		if (r < 0)
			return r;
	}
	s->samples_ns = values;
	return 0;
}

static int read_subject(struct result_subject *s, const struct json *node, struct arena *arena,
			struct err *err)
{
	struct json *counters = NULL;
	int r;

	*s = (struct result_subject){ .name = "", .version = "", .accel = "none" };
	r = json_get_string(node, "name", &s->name, err);
	r = r < 0 ? r : json_get_string(node, "version", &s->version, err);
	r = r < 0 ? r : json_get_string(node, "accel", &s->accel, err);
	r = r < 0 ? r : json_get_u64(node, "failures", &s->failures, err);
	r = r < 0 ? r : json_get_u64(node, "timeouts", &s->timeouts, err);
	r = r < 0 ? r : json_get_typed(node, "counters", JSON_OBJECT, &counters, err);
	r = r < 0 ? r : json_get_u64(counters, "minor_faults", &s->minor_faults, err);
	r = r < 0 ? r : json_get_u64(counters, "context_switches", &s->context_switches, err);
	return r < 0 ? r : read_samples(s, node, arena, err);
}

static int read_document(struct result *result, const struct json *root, struct arena *arena,
			 struct err *err)
{
	struct json *host = NULL, *subjects = NULL;
	const char *name = "";
	uint64_t schema = 0;
	int r;

	r = json_get_u64(root, "schema", &schema, err);
	r = r < 0 ? r : json_get_string(root, "case", &name, err);
	if (r < 0)
		return r;
	if (schema != 1 || !str_eq(name, "start-latency"))
		return err_set(err, EINVAL, "not a start-latency result of schema 1");
	r = json_get_typed(root, "host", JSON_OBJECT, &host, err);
	r = r < 0 ? r : json_get_string(host, "kernel", &result->kernel, err);
	r = r < 0 ? r : json_get_string(host, "cpu", &result->cpu, err);
	r = r < 0 ? r : json_get_typed(root, "subjects", JSON_ARRAY, &subjects, err);
	if (r < 0 || !subjects)
		return r;
	result->subjects = arena_calloc(arena, subjects->count + 1, sizeof(*result->subjects));
	if (!result->subjects)
		return err_num(err, ENOMEM, "read subjects");
	json_for_each(item, subjects) {
		r = read_subject(&result->subjects[result->count++], item, arena, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int result_read(struct result *result, const char *path, struct arena *arena, struct err *err)
{
	cleanup_free char *text = NULL;
	struct json *root;
	ssize_t len;
	char *kept;
	int r;

	*result = (struct result){ .kernel = "", .cpu = "" };
	len = file_read(AT_FDCWD, path, MAX_BYTES, &text, err);
	if (len < 0)
		return (int)len;
	kept = arena_strndup(arena, text, (size_t)len);
	if (!kept)
		return err_num(err, ENOMEM, "read '%s'", path);
	r = json_parse(arena, kept, (size_t)len, &root, err);
	r = r < 0 ? r : read_document(result, root, arena, err);
	return r < 0 ? err_wrap(err, "'%s'", path) : 0;
}

const struct result_subject *result_find(const struct result *result, const char *name)
{
	for (unsigned i = 0; i < result->count; i++)
		if (str_eq(result->subjects[i].name, name))
			return &result->subjects[i];
	return NULL;
}

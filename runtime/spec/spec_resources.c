/*
 * spec_resources.c - linux.resources, except blockIO.
 *
 * Owns: types and ranges. A value of 0 is kept as it is written; that 0 means "leave alone" for
 * most limits, as update's callers expect, is known to runtime/cgroup.
 *
 * See: config-linux.md "Control groups".
 */
#include <string.h>

#include "runtime/spec/section.h"
#include "user/base/str.h"

/* major or minor of a device rule: absent, null or -1 is every one. */
static int read_device_number(const struct json *node, const char *key, int64_t *number,
			      struct err *err)
{
	struct spec_i64 value = { 0 };
	int r = spec_read_i64(node, key, -1, UINT32_MAX, &value, err);

	*number = value.set ? value.value : -1;
	return r;
}

static int read_access(const struct json *node, struct spec_device_rule *rule, struct err *err)
{
	const char *access = NULL;
	int r = json_get_string(node, "access", &access, err);

	if (r < 0)
		return r;
	if (!access || !*access)
		access = "rwm";
	if (access[strspn(access, "rwm")])
		return json_err_type(json_get(node, "access"), "letters out of rwm", err);
	rule->read = strchr(access, 'r') != NULL;
	rule->write = strchr(access, 'w') != NULL;
	rule->mknod = strchr(access, 'm') != NULL;
	return 0;
}

static int read_device_rule(struct arena *arena, const struct json *node, void *item,
			    struct err *err)
{
	struct spec_device_rule *rule = item;
	const char *type = "a";
	struct json *allow;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	if (r == 0)
		r = spec_require(node, "allow", &allow, err);
	if (r == 0)
		r = json_bool(allow, &rule->allow, err);
	if (r == 0)
		r = json_get_string(node, "type", &type, err);
	if (r < 0)
		return r;
	if (!*type)
		type = "a";
	if (strlen(type) != 1 || !strchr("abcup", *type))
		return json_err_type(json_get(node, "type"), "a, b, c, u or p", err);
	rule->type = *type == 'u' ? 'c' : *type;
	r = read_device_number(node, "major", &rule->major, err);
	if (r == 0)
		r = read_device_number(node, "minor", &rule->minor, err);
	return r < 0 ? r : read_access(node, rule, err);
}

static int read_memory(const struct json *resources, struct spec_memory *out, struct err *err)
{
	struct json *node;
	bool hierarchy = false;
	int r = json_get_typed(resources, "memory", JSON_OBJECT, &node, err);

	if (r < 0 || !node)
		return r;
	r = spec_read_i64(node, "limit", -1, INT64_MAX, &out->limit_bytes, err);
	if (r == 0)
		r = spec_read_i64(node, "reservation", -1, INT64_MAX, &out->reservation_bytes, err);
	if (r == 0)
		r = spec_read_i64(node, "swap", -1, INT64_MAX, &out->swap_bytes, err);
	if (r == 0)
		r = spec_read_i64(node, "kernel", -1, INT64_MAX, &out->kernel_bytes, err);
	if (r == 0)
		r = spec_read_i64(node, "kernelTCP", -1, INT64_MAX, &out->kernel_tcp_bytes, err);
	if (r == 0)
		r = spec_read_i64(node, "swappiness", 0, 100, &out->swappiness, err);
	if (r == 0)
		r = json_get_bool(node, "disableOOMKiller", &out->disable_oom_killer, err);
	if (r == 0)
		r = json_get_bool(node, "checkBeforeUpdate", &out->check_before_update, err);
	if (r == 0)
		r = json_get_bool(node, "useHierarchy", &hierarchy, err);
	out->use_hierarchy.set = json_get(node, "useHierarchy") != NULL;
	out->use_hierarchy.value = hierarchy;
	return r;
}

static int read_cpu(const struct json *resources, struct spec_cpu *out, struct err *err)
{
	struct json *node;
	int r = json_get_typed(resources, "cpu", JSON_OBJECT, &node, err);

	if (r < 0 || !node)
		return r;
	r = spec_read_i64(node, "shares", 0, INT64_MAX, &out->shares, err);
	if (r == 0)
		r = spec_read_i64(node, "quota", INT64_MIN, INT64_MAX, &out->quota_us, err);
	if (r == 0)
		r = spec_read_i64(node, "burst", 0, INT64_MAX, &out->burst_us, err);
	if (r == 0)
		r = spec_read_i64(node, "period", 0, INT64_MAX, &out->period_us, err);
	if (r == 0)
		r = spec_read_i64(node, "realtimeRuntime", -1, INT64_MAX, &out->realtime_runtime_us,
				  err);
	if (r == 0)
		r = spec_read_i64(node, "realtimePeriod", 0, INT64_MAX, &out->realtime_period_us,
				  err);
	if (r == 0)
		r = spec_read_i64(node, "idle", 0, 1, &out->idle, err);
	if (r == 0)
		r = json_get_string(node, "cpus", &out->cpus, err);
	if (r == 0)
		r = json_get_string(node, "mems", &out->mems, err);
	return r;
}

static int read_hugepage(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_hugepage_limit *limit = item;
	const char *unit;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	if (r == 0)
		r = spec_require_string(node, "pageSize", &limit->page_size, err);
	if (r == 0)
		r = spec_require_u64(node, "limit", &limit->limit_bytes, err);
	if (r < 0)
		return r;
	/* It becomes part of a file name: digits and KB, MB or GB, nothing else. */
	unit = limit->page_size + strspn(limit->page_size, "0123456789");
	if (unit == limit->page_size ||
	    (!str_eq(unit, "KB") && !str_eq(unit, "MB") && !str_eq(unit, "GB")))
		return json_err_type(json_get(node, "pageSize"), "a size like 2MB", err);
	return 0;
}

static int read_if_priority(struct arena *arena, const struct json *node, void *item,
			    struct err *err)
{
	struct spec_if_priority *priority = item;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	if (r == 0)
		r = spec_require_string(node, "name", &priority->name, err);
	if (r == 0)
		r = spec_require_u32(node, "priority", &priority->priority, err);
	return r;
}

static int read_network(struct arena *arena, const struct json *resources,
			struct spec_resources *out, struct err *err)
{
	struct json *node;
	int r = json_get_typed(resources, "network", JSON_OBJECT, &node, err);

	if (r == 0)
		r = spec_read_i64(node, "classID", 0, UINT32_MAX, &out->network_class_id, err);
	if (r == 0)
		r = spec_read_list(arena, node, "priorities", sizeof(*out->network_priorities),
				   read_if_priority, &out->network_priorities,
				   &out->network_priority_count, err);
	return r;
}

static int read_rdma(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_rdma_limit *limit = item;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	limit->device = node->key;
	if (r == 0)
		r = spec_read_i64(node, "hcaHandles", 0, UINT32_MAX, &limit->hca_handles, err);
	if (r == 0)
		r = spec_read_i64(node, "hcaObjects", 0, UINT32_MAX, &limit->hca_objects, err);
	return r;
}

/* The key is a file of the container's cgroup, and must stay one. */
static int read_unified(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_unified *unified = item;

	(void)arena;
	unified->file = node->key;
	if (!*node->key || strchr(node->key, '/') || *node->key == '.')
		return json_err(node, err, "is not the name of a cgroup file");
	return json_string(node, &unified->value, err);
}

int spec_section_resources(struct arena *arena, const struct json *node, struct spec_resources *out,
			   struct err *err)
{
	struct json *pids, *io;
	int r = spec_read_list(arena, node, "devices", sizeof(*out->devices), read_device_rule,
			       &out->devices, &out->device_count, err);

	out->present = true;
	if (r == 0)
		r = read_memory(node, &out->memory, err);
	if (r == 0)
		r = read_cpu(node, &out->cpu, err);
	if (r == 0)
		r = json_get_typed(node, "pids", JSON_OBJECT, &pids, err);
	if (r == 0)
		r = spec_read_i64(pids, "limit", INT64_MIN, INT64_MAX, &out->pids_limit, err);
	if (r == 0)
		r = json_get_typed(node, "blockIO", JSON_OBJECT, &io, err);
	if (r == 0 && io)
		r = spec_section_block_io(arena, io, &out->block_io, err);
	if (r == 0)
		r = spec_read_list(arena, node, "hugepageLimits", sizeof(*out->hugepages),
				   read_hugepage, &out->hugepages, &out->hugepage_count, err);
	if (r == 0)
		r = read_network(arena, node, out, err);
	if (r == 0)
		r = spec_read_map(arena, node, "rdma", sizeof(*out->rdma), read_rdma, &out->rdma,
				  &out->rdma_count, err);
	if (r == 0)
		r = spec_read_map(arena, node, "unified", sizeof(*out->unified), read_unified,
				  &out->unified, &out->unified_count, err);
	return r;
}

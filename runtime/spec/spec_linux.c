/*
 * spec_linux.c - the linux object, except its resources.
 *
 * See: config-linux.md.
 */
#include <string.h>
#include <sys/personality.h>

#include "runtime/spec/section.h"
#include "user/base/cleanup.h"
#include "user/base/str.h"

static int read_namespace(const struct json *node, struct spec_linux *out, struct err *err)
{
	const char *names[SPEC_NS_COUNT], *path = NULL;
	struct json *type;
	int ns = 0;
	int r = json_expect(node, JSON_OBJECT, err);

	for (enum spec_ns i = 0; i < SPEC_NS_COUNT; i++)
		names[i] = spec_ns_name(i);
	if (r == 0)
		r = spec_require(node, "type", &type, err);
	if (r == 0)
		r = spec_read_word(type, names, ARRAY_LEN(names), &ns, err);
	if (r == 0)
		r = json_get_string(node, "path", &path, err);
	if (r < 0)
		return r;
	if (path && *path && *path != '/')
		return json_err_type(json_get(node, "path"), "an absolute path", err);
	if (out->namespaces[ns].present)
		return json_err(node, err, "namespace '%s' is given twice", names[ns]);
	out->namespaces[ns].present = true;
	out->namespaces[ns].path = path && *path ? path : NULL;
	return 0;
}

static int read_namespaces(const struct json *node, struct spec_linux *out, struct err *err)
{
	struct json *array;
	int r = json_get_typed(node, "namespaces", JSON_ARRAY, &array, err);

	if (r < 0)
		return r;
	json_for_each(item, array) {
		r = read_namespace(item, out, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_time_offset(const struct json *offsets, const char *key,
			    struct spec_time_offset *out, struct err *err)
{
	struct spec_i64 nanoseconds = { 0 };
	struct json *node;
	int r = json_get_typed(offsets, key, JSON_OBJECT, &node, err);

	if (r < 0 || !node)
		return r;
	out->present = true;
	r = json_get_i64(node, "secs", &out->seconds, err);
	if (r == 0)
		r = spec_read_i64(node, "nanosecs", 0, 999999999, &nanoseconds, err);
	out->nanoseconds = (uint32_t)nanoseconds.value;
	return r;
}

static int read_device_numbers(const struct json *node, struct spec_device *device, struct err *err)
{
	int r;

	if (device->type == 'p')
		return 0;
	r = spec_require_u32(node, "major", &device->major, err);
	return r < 0 ? r : spec_require_u32(node, "minor", &device->minor, err);
}

static int read_device(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_device *device = item;
	uint32_t mode = 0;
	const char *type;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	if (r == 0)
		r = spec_require_absolute(node, "path", &device->path, err);
	if (r == 0)
		r = spec_require_string(node, "type", &type, err);
	if (r < 0)
		return r;
	if (strlen(type) != 1 || !strchr("cbup", *type))
		return json_err_type(json_get(node, "type"), "c, b, u or p", err);
	device->type = *type;
	r = read_device_numbers(node, device, err);
	if (r == 0)
		r = json_get_u32(node, "fileMode", &mode, err);
	if (r == 0)
		r = json_get_u32(node, "uid", &device->uid, err);
	if (r == 0)
		r = json_get_u32(node, "gid", &device->gid, err);
	/* podman leaves the file type in: st_mode of the device on the host */
	device->has_mode = json_get(node, "fileMode") != NULL;
	device->mode = mode & 07777;
	return r;
}

/*
 * Puts a key into the one form "net.ipv4.conf.eth0/1.forwarding": dots separate, a slash stands
 * for a dot in a name. sysctl(8) takes both forms; the first separator says which it is.
 * Components that are empty or dots are refused: they would lead out of the subtree by whose
 * name spec_check() judges the key.
 */
static int normalise_sysctl(const struct json *node, char *key, struct err *err)
{
	const char *first = strpbrk(key, "./");

	if (!first)
		return json_err(node, err, "is not the name of a sysctl");
	if (*first == '/')
		for (char *c = key; *c; c++)
			*c = *c == '/' ? '.' : *c == '.' ? '/' : *c;
	for (const char *p = key;; p++) {
		size_t n = strcspn(p, "."), slashes = strspn(p, "/");

		if (n == 0 || (n == slashes && n <= 2))
			return json_err(node, err, "is not the name of a sysctl");
		p += n;
		if (!*p)
			return 0;
	}
}

static int read_sysctl(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_sysctl *sysctl = item;
	char *key = arena_strdup(arena, node->key);
	int r;

	if (!key)
		return err_sys(err, "read the config");
	r = normalise_sysctl(node, key, err);
	sysctl->key = key;
	return r < 0 ? r : json_string(node, &sysctl->value, err);
}

static int read_propagation(const struct json *node, const char **value, struct err *err)
{
	/* The r forms say "recursively", which the root's propagation always is. */
	static const char *const names[] = { "private",	 "slave",  "shared",  "unbindable",
					     "rprivate", "rslave", "rshared", "runbindable" };
	const struct json *member = json_get(node, "rootfsPropagation");
	int r, index;

	if (!member || (member->type == JSON_STRING && member->len == 0))
		return 0;
	r = spec_read_word(member, names, ARRAY_LEN(names), &index, err);
	if (r == 0)
		*value = names[index % 4];
	return r;
}

static int read_personality(const struct json *node, struct spec_linux *out, struct err *err)
{
	static const char *const names[] = { "LINUX", "LINUX32" };
	struct json *personality, *domain, *flags;
	int r = json_get_typed(node, "personality", JSON_OBJECT, &personality, err);
	int index;

	if (r < 0 || !personality)
		return r;
	r = spec_require(personality, "domain", &domain, err);
	if (r == 0)
		r = spec_read_word(domain, names, ARRAY_LEN(names), &index, err);
	if (r == 0)
		r = json_get_typed(personality, "flags", JSON_ARRAY, &flags, err);
	if (r < 0)
		return r;
	if (flags && flags->count)
		return json_err(flags, err, "the spec defines no personality flags");
	out->has_personality = true;
	out->personality = index ? PER_LINUX32 : PER_LINUX;
	return 0;
}

static int read_intel_rdt(const struct json *node, struct spec_intel_rdt *out, struct err *err)
{
	struct json *rdt;
	int r = json_get_typed(node, "intelRdt", JSON_OBJECT, &rdt, err);

	if (r < 0 || !rdt)
		return r;
	out->present = true;
	r = json_get_string(rdt, "closID", &out->clos_id, err);
	if (r == 0)
		r = json_get_string(rdt, "l3CacheSchema", &out->l3_cache_schema, err);
	if (r == 0)
		r = json_get_string(rdt, "memBwSchema", &out->mem_bw_schema, err);
	return r;
}

static int read_paths(struct arena *arena, const struct json *node, struct spec_linux *out,
		      struct err *err)
{
	int r = spec_read_absolute_list(arena, node, "maskedPaths", &out->masked_paths, err);

	if (r == 0)
		r = spec_read_absolute_list(arena, node, "readonlyPaths", &out->readonly_paths,
					    err);
	if (r == 0)
		r = json_get_string(node, "cgroupsPath", &out->cgroups_path, err);
	if (r == 0)
		r = json_get_string(node, "mountLabel", &out->mount_label, err);
	if (r == 0)
		r = read_propagation(node, &out->rootfs_propagation, err);
	return r;
}

static int read_namespace_settings(struct arena *arena, const struct json *node,
				   struct spec_linux *out, struct err *err)
{
	struct json *offsets;
	int r = read_namespaces(node, out, err);

	if (r == 0)
		r = spec_read_id_maps(arena, node, "uidMappings", &out->uid_maps, err);
	if (r == 0)
		r = spec_read_id_maps(arena, node, "gidMappings", &out->gid_maps, err);
	if (r == 0)
		r = json_get_typed(node, "timeOffsets", JSON_OBJECT, &offsets, err);
	if (r == 0)
		r = read_time_offset(offsets, "monotonic", &out->monotonic_offset, err);
	if (r == 0)
		r = read_time_offset(offsets, "boottime", &out->boottime_offset, err);
	if (r == 0)
		r = spec_read_map(arena, node, "sysctl", sizeof(*out->sysctls), read_sysctl,
				  &out->sysctls, &out->sysctl_count, err);
	return r;
}

int spec_section_linux(struct arena *arena, const struct json *node, struct spec_linux *linux_,
		       struct err *err)
{
	struct json *resources, *seccomp;
	int r = read_namespace_settings(arena, node, linux_, err);

	if (r == 0)
		r = spec_read_list(arena, node, "devices", sizeof(*linux_->devices), read_device,
				   &linux_->devices, &linux_->device_count, err);
	if (r == 0)
		r = read_paths(arena, node, linux_, err);
	if (r == 0)
		r = json_get_typed(node, "resources", JSON_OBJECT, &resources, err);
	if (r == 0 && resources)
		r = spec_section_resources(arena, resources, &linux_->resources, err);
	if (r == 0)
		r = json_get_typed(node, "seccomp", JSON_OBJECT, &seccomp, err);
	if (r < 0)
		return r;
	linux_->seccomp = seccomp;
	r = read_personality(node, linux_, err);
	return r < 0 ? r : read_intel_rdt(node, &linux_->intel_rdt, err);
}

/*
 * spec_check.c - rules that need more than one section: what a namespace must be there for.
 *
 * A setting of a namespace that is the host's would change the host; each is refused here, before
 * anything is made. The rules are the ones callers know from runc's validator.
 */
#include <string.h>
#include <sys/stat.h>

#include "runtime/spec/section.h"
#include "user/base/cleanup.h"
#include "user/base/str.h"

static const struct json *member(const struct json *root, const char *section, const char *key)
{
	return json_get(section ? json_get(root, section) : root, key);
}

static int check_uts(const struct json *root, const struct spec *spec, struct err *err)
{
	bool uts = spec->linux_.namespaces[SPEC_NS_UTS].present;

	if (spec->hostname && !uts)
		return json_err(member(root, NULL, "hostname"), err,
				"needs a uts namespace in linux.namespaces");
	if (spec->domainname && !uts)
		return json_err(member(root, NULL, "domainname"), err,
				"needs a uts namespace in linux.namespaces");
	return 0;
}

/* Maps beside the path of a namespace to join are tolerated: it has maps already. */
static int check_user(const struct json *root, const struct spec_linux *spec, struct err *err)
{
	const struct spec_namespace *user = &spec->namespaces[SPEC_NS_USER];

	if (!user->present && spec->uid_maps.count)
		return json_err(member(root, "linux", "uidMappings"), err,
				"needs a user namespace in linux.namespaces");
	if (!user->present && spec->gid_maps.count)
		return json_err(member(root, "linux", "gidMappings"), err,
				"needs a user namespace in linux.namespaces");
	if (user->present && !user->path && (!spec->uid_maps.count || !spec->gid_maps.count))
		return json_err(member(root, "linux", "namespaces"), err,
				"a new user namespace needs linux.uidMappings and gidMappings");
	return 0;
}

static int check_mount(const struct json *root, const struct spec_linux *spec, struct err *err)
{
	if (spec->namespaces[SPEC_NS_MOUNT].present)
		return 0;
	if (spec->masked_paths && spec->masked_paths[0])
		return json_err(member(root, "linux", "maskedPaths"), err,
				"needs a mount namespace in linux.namespaces");
	if (spec->readonly_paths && spec->readonly_paths[0])
		return json_err(member(root, "linux", "readonlyPaths"), err,
				"needs a mount namespace in linux.namespaces");
	return 0;
}

static int check_time(const struct json *root, const struct spec_linux *spec, struct err *err)
{
	const struct spec_namespace *time = &spec->namespaces[SPEC_NS_TIME];

	if (!spec->monotonic_offset.present && !spec->boottime_offset.present)
		return 0;
	if (!time->present)
		return json_err(member(root, "linux", "timeOffsets"), err,
				"needs a time namespace in linux.namespaces");
	if (time->path)
		return json_err(member(root, "linux", "timeOffsets"), err,
				"the time namespace to join has offsets already");
	return 0;
}

/* A network namespace given by path may be the host's own. */
static bool is_own_netns(const struct spec_namespace *net)
{
	struct stat own, other;

	return !net->present ||
	       (net->path && stat(net->path, &other) == 0 && stat("/proc/self/ns/net", &own) == 0 &&
		own.st_dev == other.st_dev && own.st_ino == other.st_ino);
}

static bool is_ipc_sysctl(const char *key)
{
	static const char *const names[] = {
		"kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem",
		"kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(names[i], key))
			return true;
	return str_starts_with(key, "fs.mqueue.");
}

static int check_sysctl(const struct json *node, const char *key, const struct spec_linux *spec,
			struct err *err)
{
	if (is_ipc_sysctl(key)) {
		if (spec->namespaces[SPEC_NS_IPC].present)
			return 0;
		return json_err(node, err, "needs an ipc namespace in linux.namespaces");
	}
	if (str_starts_with(key, "net.")) {
		if (!is_own_netns(&spec->namespaces[SPEC_NS_NET]))
			return 0;
		return json_err(node, err, "needs a network namespace in linux.namespaces");
	}
	if (str_eq(key, "kernel.hostname"))
		return json_err(node, err, "use the member hostname for it");
	if (str_eq(key, "kernel.domainname")) {
		if (spec->namespaces[SPEC_NS_UTS].present)
			return 0;
		return json_err(node, err, "needs a uts namespace in linux.namespaces");
	}
	return json_err(node, err, "belongs to the whole host, not to a namespace");
}

int spec_check(const struct json *root, const struct spec *spec, struct err *err)
{
	const struct json *sysctls = member(root, "linux", "sysctl");
	size_t i = 0;
	int r = check_uts(root, spec, err);

	if (r == 0)
		r = check_user(root, &spec->linux_, err);
	if (r == 0)
		r = check_mount(root, &spec->linux_, err);
	if (r == 0)
		r = check_time(root, &spec->linux_, err);
	json_for_each(node, sysctls) {
		if (r < 0)
			return r;
		r = check_sysctl(node, spec->linux_.sysctls[i++].key, &spec->linux_, err);
	}
	return r;
}

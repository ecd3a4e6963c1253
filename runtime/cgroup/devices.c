/*
 * devices.c - which device nodes the container may make, read and write.
 *
 * Owns: the standard devices every container gets (config-linux.md "Default Devices" and the
 * terminals), and rules in v1's dialect. On v2 the same list becomes a BPF program.
 * Everything else is denied, also when the spec has no rule at all: as runc.
 *
 * See: cgroup-v1/devices.rst.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "runtime/cgroup/device_bpf.h"
#include "runtime/cgroup/limits.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"

#define JSON "linux.resources.devices"
/* A config with more is refused: the BPF program has a bounded size. */
#define MAX_RULES 256

#define DEVICE(type_, major_, minor_)                                                         \
	{                                                                                     \
		.allow = true, .type = type_, .major = major_, .minor = minor_, .read = true, \
		.write = true, .mknod = true                                                  \
	}

static const struct spec_device_rule standard[] = {
	/* Making a node gives no access to it. */
	{ .allow = true, .type = 'c', .major = -1, .minor = -1, .mknod = true },
	{ .allow = true, .type = 'b', .major = -1, .minor = -1, .mknod = true },
	DEVICE('c', 1, 3),    /* null */
	DEVICE('c', 1, 5),    /* zero */
	DEVICE('c', 1, 7),    /* full */
	DEVICE('c', 1, 8),    /* random */
	DEVICE('c', 1, 9),    /* urandom */
	DEVICE('c', 5, 0),    /* tty */
	DEVICE('c', 5, 1),    /* console */
	DEVICE('c', 5, 2),    /* ptmx */
	DEVICE('c', 136, -1), /* pts */
	DEVICE('c', 10, 200), /* net/tun */
};

static size_t number(char *buf, size_t size, int64_t value)
{
	return value < 0 ? fmt_string(buf, size, "*")
			 : fmt_string(buf, size, "%lld", (long long)value);
}

static void rule_text(const struct spec_device_rule *rule, char *buf, size_t size)
{
	char major[24], minor[24];

	if (rule->type == 'a') {
		fmt_string(buf, size, "a");
		return;
	}
	number(major, sizeof(major), rule->major);
	number(minor, sizeof(minor), rule->minor);
	fmt_string(buf, size, "%c %s:%s %s%s%s", rule->type, major, minor, rule->read ? "r" : "",
		   rule->write ? "w" : "", rule->mknod ? "m" : "");
}

static int open_file(struct limits *limits, const struct cgroup_hierarchy *h, const char *name)
{
	int flags = O_WRONLY | O_CLOEXEC | (limits->cg->fake ? O_CREAT | O_APPEND : 0);
	char path[CG_PATH_SIZE];
	int fd, r = cg_file_path(h, limits->cg->path, name, path);

	if (r == 0) {
		fd = openat(limits->cg->root_fd, path, flags, 0644);
		if (fd >= 0)
			return fd;
		r = -errno;
	}
	limits_fail(limits, r, JSON, "open '%s': %s", name, err_reason(-r));
	return -1;
}

/* The kernel takes one rule a write. */
static void write_rules(struct limits *limits, int allow_fd, int deny_fd,
			const struct spec_device_rule *rules, size_t count, bool optional)
{
	char text[80];

	for (size_t i = 0; i < count && limits->result == 0; i++) {
		rule_text(&rules[i], text, sizeof(text));
		if (write(rules[i].allow ? allow_fd : deny_fd, text, strlen(text)) >= 0)
			continue;
		/* a nested host may itself be denied one of the standard devices */
		if (optional && errno == EPERM)
			continue;
		limits_fail(limits, errno, JSON, "%s '%s': %s", rules[i].allow ? "allow" : "deny",
			    text, err_reason(errno));
	}
}

static void devices_v1(struct limits *limits, const struct cgroup_hierarchy *h,
		       const struct spec_resources *res)
{
	static const struct spec_device_rule nothing = { .type = 'a' };
	cleanup_close int allow_fd = open_file(limits, h, "devices.allow");
	cleanup_close int deny_fd = open_file(limits, h, "devices.deny");

	if (limits->cg->fresh)
		write_rules(limits, allow_fd, deny_fd, &nothing, 1, false);
	write_rules(limits, allow_fd, deny_fd, res->devices, res->device_count, false);
	write_rules(limits, allow_fd, deny_fd, standard, ARRAY_LEN(standard), true);
	if (limits->result == -EPERM)
		err_status(limits->err, EXIT_UNSUPPORTED);
}

static void devices_v2(struct limits *limits, const struct cgroup_hierarchy *h,
		       const struct spec_resources *res)
{
	struct spec_device_rule rules[MAX_RULES + ARRAY_LEN(standard)];
	char path[CG_PATH_SIZE];
	cleanup_close int folder = -1;
	int r = cg_file_path(h, limits->cg->path, NULL, path);

	if (r == 0)
		folder = openat(limits->cg->root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		limits_fail(limits, r < 0 ? r : errno, JSON, "open cgroup '%s'", limits->cg->path);
		return;
	}
	if (res->device_count)
		memcpy(rules, res->devices, res->device_count * sizeof(*rules));
	memcpy(rules + res->device_count, standard, sizeof(standard));
	limits->result = device_bpf_attach(folder, rules, res->device_count + ARRAY_LEN(standard),
					   limits->err);
}

void limits_devices(struct limits *limits, const struct spec_resources *res)
{
	struct cgroup_hierarchy *h = cg_find(limits->cg, CG_DEVICES);

	if (res->device_count > MAX_RULES)
		limits_fail(limits, E2BIG, JSON, "more than %d rules", MAX_RULES);
	else if (h)
		devices_v1(limits, h, res);
	else if (limits->cg->mode == CGROUP_MODE_V2 && !limits->cg->fake)
		devices_v2(limits, cg_find_v2(limits->cg), res);
}

/*
 * mount_options.c - see mount_options.h. mount(8), mount_setattr(2).
 */
#include "runtime/linux/mount_options.h"

#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>

#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif

struct attribute {
	char name[16];
	uint32_t set, clear;
};

/* Each also exists with an "r" in front: recursive. */
static const struct attribute attributes[] = {
	{ "ro", MOUNT_ATTR_RDONLY, 0 },
	{ "rw", 0, MOUNT_ATTR_RDONLY },
	{ "nosuid", MOUNT_ATTR_NOSUID, 0 },
	{ "suid", 0, MOUNT_ATTR_NOSUID },
	{ "nodev", MOUNT_ATTR_NODEV, 0 },
	{ "dev", 0, MOUNT_ATTR_NODEV },
	{ "noexec", MOUNT_ATTR_NOEXEC, 0 },
	{ "exec", 0, MOUNT_ATTR_NOEXEC },
	{ "nodiratime", MOUNT_ATTR_NODIRATIME, 0 },
	{ "diratime", 0, MOUNT_ATTR_NODIRATIME },
	{ "relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
	{ "norelatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME },
	{ "noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME },
	{ "atime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
	{ "strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME },
	{ "nostrictatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
	{ "nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0 },
	{ "symfollow", 0, MOUNT_ATTR_NOSYMFOLLOW },
};

struct propagation {
	char name[12];
	uint32_t flag;
};

static const struct propagation propagations[] = {
	{ "private", MS_PRIVATE },
	{ "shared", MS_SHARED },
	{ "slave", MS_SLAVE },
	{ "unbindable", MS_UNBINDABLE },
};

/* Words that change nothing here: the default, or a hint for mount(8). */
static const char ignored[][12] = { "defaults", "auto", "noauto",   "user",    "nouser",
				    "users",	"loud", "nofail",   "_netdev", "async",
				    "nomand",	"mand", "iversion", "silent",  "noiversion" };

static const struct attribute *find_attribute(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
		if (str_eq(attributes[i].name, name))
			return &attributes[i];
	return NULL;
}

/* A later word wins over an earlier one: what it sets is no longer cleared, and vice versa. */
static void merge(uint64_t *set, uint64_t *clear, const struct attribute *attribute)
{
	*set = (*set & ~(uint64_t)attribute->clear) | attribute->set;
	*clear = (*clear & ~(uint64_t)attribute->set) | attribute->clear;
}

static bool read_attribute(const char *option, struct mount_request *request)
{
	const struct attribute *attribute = find_attribute(option);

	if (attribute) {
		merge(&request->attr_set, &request->attr_clear, attribute);
		return true;
	}
	attribute = option[0] == 'r' ? find_attribute(option + 1) : NULL;
	if (attribute)
		merge(&request->recursive_set, &request->recursive_clear, attribute);
	return attribute;
}

static bool read_propagation(const char *option, struct mount_request *request)
{
	for (size_t i = 0; i < ARRAY_LEN(propagations); i++) {
		const struct propagation *p = &propagations[i];

		if (str_eq(option, p->name)) {
			request->propagation = p->flag;
			return true;
		}
		if (option[0] == 'r' && str_eq(option + 1, p->name)) {
			request->propagation_recursive = p->flag;
			return true;
		}
	}
	return false;
}

static bool is_ignored(const char *option)
{
	for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
		if (str_eq(ignored[i], option))
			return true;
	return false;
}

/* Returns 1 when the word is taken, 0 when it is data for the file system, or -errno. */
static int read_word(const char *option, struct mount_request *request, struct err *err)
{
	if (str_eq(option, "bind") || str_eq(option, "rbind")) {
		request->bind = true;
		request->bind_recursive = option[0] == 'r';
		return 1;
	}
	if (str_eq(option, "tmpcopyup")) {
		request->copy_up = true;
		return 1;
	}
	if (str_starts_with(option, "idmap") || str_starts_with(option, "ridmap")) {
		err_set(err, ENOTSUP, "option '%s': id-mapped mounts are not supported", option);
		return err_status(err, EXIT_UNSUPPORTED);
	}
	if (str_eq(option, "remount"))
		return err_set(err, EINVAL, "option 'remount': nothing is mounted yet");
	return is_ignored(option) || read_propagation(option, request) ||
	       read_attribute(option, request);
}

int mount_options_read(struct arena *arena, const char *const *options,
		       struct mount_request *request, struct err *err)
{
	size_t count = 0, used = 0;
	const char **data;

	while (options && options[count])
		count++;
	if (request->type && str_eq(request->type, "bind"))
		request->bind = true;
	data = arena_calloc(arena, count + 1, sizeof(*data));
	if (!data)
		return err_sys(err, "read mount options");
	for (size_t i = 0; i < count; i++) {
		int r = read_word(options[i], request, err);

		if (r < 0)
			return r;
		if (r == 0)
			data[used++] = options[i];
	}
	request->data = request->bind || !used ? NULL : data;
	return 0;
}

static void found_both(void (*found)(void *context, const char *word), void *context,
		       const char *name)
{
	char recursive[20];

	fmt_string(recursive, sizeof(recursive), "r%s", name);
	found(context, name);
	found(context, recursive);
}

void mount_options_each(void (*found)(void *context, const char *word), void *context)
{
	found_both(found, context, "bind");
	found(context, "tmpcopyup");
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
		found_both(found, context, attributes[i].name);
	for (size_t i = 0; i < ARRAY_LEN(propagations); i++)
		found_both(found, context, propagations[i].name);
}

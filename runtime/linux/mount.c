/*
 * mount.c - see mount.h.
 */
#include "runtime/linux/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>

#include "runtime/linux/sys.h"

#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif

/*
 * The file system context holds the reason of a failure as text: "e tmpfs: Bad value for 'size'".
 * Puts it into *err when there is one. Returns number.
 */
static int context_error(int context, int number, const char *what, struct err *err)
{
	char text[200];
	ssize_t n = sys_read(context, text, sizeof(text) - 1);

	if (n <= 2)
		return err_num(err, number, "%s", what);
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return err_num(err, number, "%s: %s", what, text + 2);
}

static int configure(int context, const char *option, struct err *err)
{
	const char *value = strchr(option, '=');
	char key[64];
	int r;

	if (value) {
		size_t len = (size_t)(value - option);

		if (len >= sizeof(key))
			return err_num(err, ENAMETOOLONG, "option '%s'", option);
		memcpy(key, option, len);
		key[len] = '\0';
		r = sys_fsconfig(context, FSCONFIG_SET_STRING, key, value + 1, 0);
	} else {
		r = sys_fsconfig(context, FSCONFIG_SET_FLAG, option, NULL, 0);
	}
	if (r < 0) {
		context_error(context, r, "option", err);
		return err_wrap(err, "'%s'", option);
	}
	return 0;
}

static int make(int context, const struct mount_request *request, struct err *err)
{
	int r = 0;

	if (request->source)
		r = sys_fsconfig(context, FSCONFIG_SET_STRING, "source", request->source, 0);
	if (r < 0)
		return context_error(context, r, "source", err);
	for (const char *const *option = request->data; option && *option; option++) {
		r = configure(context, *option, err);
		if (r < 0)
			return r;
	}
	r = sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	if (r < 0)
		return context_error(context, r, "create", err);
	r = sys_fsmount(context, FSMOUNT_CLOEXEC,
			(unsigned)(request->attr_set | request->recursive_set));
	return r < 0 ? context_error(context, r, "fsmount", err) : r;
}

int mount_open_new(const struct mount_request *request, struct err *err)
{
	int context = sys_fsopen(request->type, FSOPEN_CLOEXEC), fd;

	if (context == -ENODEV)
		return err_set(err, ENODEV, "this kernel has no file system '%s'", request->type);
	if (context < 0)
		return err_num(err, context, "fsopen");
	fd = make(context, request, err);
	sys_close(context);
	return fd;
}

int mount_open_clone(int dir, const char *source, bool recursive, struct err *err)
{
	unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
	int fd = sys_open_tree(dir, source, flags | (recursive ? AT_RECURSIVE : 0));

	return fd < 0 ? err_num(err, fd, "open '%s'", source) : fd;
}

int mount_set(int mount, uint64_t set, uint64_t clear, bool recursive)
{
	struct mount_attr attr = { .attr_set = set, .attr_clr = clear };
	unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
	int r;

	if (!set && !clear)
		return 0;
	/* an access time mode is one field, not bits: it can only be replaced whole */
	if ((set | clear) & MOUNT_ATTR__ATIME)
		attr.attr_clr |= MOUNT_ATTR__ATIME;
	r = sys_mount_setattr(mount, "", flags, &attr);
	if (r == -EPERM && clear) {
		/* a user namespace may not lift a flag of the host's mount: it stays, as asked */
		attr.attr_clr &= attr.attr_set & MOUNT_ATTR__ATIME ? MOUNT_ATTR__ATIME : 0;
		r = attr.attr_set ? sys_mount_setattr(mount, "", flags, &attr) : 0;
	}
	return r;
}

int mount_set_propagation(int mount, uint64_t propagation, bool recursive)
{
	struct mount_attr attr = { .propagation = propagation };

	return sys_mount_setattr(mount, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr);
}

int mount_set_attributes(int mount, const struct mount_request *request, struct err *err)
{
	int r = mount_set(mount, request->recursive_set, request->recursive_clear, true);

	if (r == 0)
		r = mount_set(mount, request->attr_set, request->attr_clear, false);
	if (r < 0)
		return err_num(err, r, "set mount attributes");
	if (request->propagation_recursive)
		r = mount_set_propagation(mount, request->propagation_recursive, true);
	if (r == 0 && request->propagation)
		r = mount_set_propagation(mount, request->propagation, false);
	return r < 0 ? err_num(err, r, "set propagation") : 0;
}

int mount_attach(int mount, int target)
{
	return sys_move_mount(mount, "", target, "",
			      MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

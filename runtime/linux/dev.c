/*
 * dev.c - see dev.h. mknod(2), kernel Documentation/admin-guide/devices.txt.
 */
#include "runtime/linux/dev.h"

#include <fcntl.h>
#include <sys/sysmacros.h>

#include "runtime/linux/mount.h"
#include "runtime/linux/paths.h"
#include "runtime/linux/sys.h"
#include "user/base/cleanup.h"

static const struct dev_node defaults[] = {
	{ "/dev/null", 'c', 1, 3, 0666, 0, 0 },	   { "/dev/zero", 'c', 1, 5, 0666, 0, 0 },
	{ "/dev/full", 'c', 1, 7, 0666, 0, 0 },	   { "/dev/random", 'c', 1, 8, 0666, 0, 0 },
	{ "/dev/urandom", 'c', 1, 9, 0666, 0, 0 }, { "/dev/tty", 'c', 5, 0, 0666, 0, 0 },
};

static const struct {
	const char *target, *name;
} links[] = {
	{ "/proc/self/fd", "fd" },	 { "/proc/self/fd/0", "stdin" },
	{ "/proc/self/fd/1", "stdout" }, { "/proc/self/fd/2", "stderr" },
	{ "/proc/kcore", "core" },	 { "pts/ptmx", "ptmx" },
};

const struct dev_node *dev_defaults(size_t *count)
{
	*count = ARRAY_LEN(defaults);
	return defaults;
}

static mode_t node_mode(const struct dev_node *node)
{
	mode_t type = node->type == 'b' ? S_IFBLK : node->type == 'p' ? S_IFIFO : S_IFCHR;

	return type | node->mode;
}

/* True when what is there is this very device, so that it can be kept. */
static bool is_same(int dir, const char *name, const struct dev_node *node)
{
	struct sys_statx st;

	return sys_statx(dir, name, AT_SYMLINK_NOFOLLOW, &st) == 0 &&
	       (st.mode & S_IFMT) == (node_mode(node) & S_IFMT) &&
	       (node->type == 'p' ||
		(st.rdev_major == node->major && st.rdev_minor == node->minor));
}

static int make_node(int dir, const char *name, const struct dev_node *node)
{
	int r = sys_mknodat(dir, name, node_mode(node), makedev(node->major, node->minor));

	if (r == -EEXIST && is_same(dir, name, node))
		return 0;
	if (r == 0 && (node->uid || node->gid)) {
		r = sys_fchownat(dir, name, node->uid, node->gid, AT_SYMLINK_NOFOLLOW);
		if (r == 0) /* a change of owner clears set-id bits */
			r = sys_fchmodat(dir, name, node->mode);
	}
	return r;
}

static int bind_node(int root, const struct dev_node *node, struct err *err)
{
	int mount = mount_open_clone(AT_FDCWD, node->path, false, err), target, r;

	if (mount < 0)
		return mount;
	target = paths_make_file(root, node->path);
	r = target < 0 ? target : mount_attach(mount, target);
	if (target >= 0)
		sys_close(target);
	sys_close(mount);
	return r < 0 ? err_num(err, r, "bind device '%s'", node->path) : 0;
}

int dev_make(int root, const struct dev_node *node, bool bind, struct err *err)
{
	const char *name;
	int dir, r;

	if (bind && node->type != 'p')
		return bind_node(root, node, err);
	dir = paths_make_parent(root, node->path, &name);
	if (dir < 0)
		return err_num(err, dir, "device '%s'", node->path);
	r = make_node(dir, name, node);
	sys_close(dir);
	if (r == -EPERM && node->type != 'p')
		return bind_node(root, node, err);
	return r < 0 ? err_num(err, r, "device '%s'", node->path) : 0;
}

int dev_make_links(int root, struct err *err)
{
	int dir = paths_make_dir(root, "/dev", 0755), r = 0;

	if (dir < 0)
		return err_num(err, dir, "folder '/dev'");
	for (size_t i = 0; i < ARRAY_LEN(links) && r == 0; i++) {
		r = sys_symlinkat(links[i].target, dir, links[i].name);
		if (r == -EEXIST)
			r = 0;
		if (r < 0)
			err_num(err, r, "link '/dev/%s'", links[i].name);
	}
	sys_close(dir);
	return r;
}

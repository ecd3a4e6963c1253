/*
 * mask.c - see mask.h.
 */
#include "runtime/linux/mask.h"

#include <fcntl.h>

#include "runtime/linux/mount.h"
#include "runtime/linux/paths.h"
#include "runtime/linux/sys.h"

/* Only the folder's first mask makes a tmpfs; later ones clone that mount. */
static int open_empty(struct mask_covers *covers, struct err *err)
{
	static const char *const data[] = { "nr_blocks=1", "nr_inodes=1", "mode=755", NULL };
	static const struct mount_request request = {
		.type = "tmpfs",
		.source = "tmpfs",
		.data = data,
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
			    MOUNT_ATTR_NOEXEC,
	};

	if (covers->empty < 0)
		return covers->empty = mount_open_new(&request, err);
	return mount_open_clone(covers->empty, "", false, err);
}

static int cover_folder(int target, struct mask_covers *covers, struct err *err)
{
	int first = covers->empty < 0, mount = open_empty(covers, err);
	int r = mount < 0 ? mount : mount_attach(mount, target);

	if (mount >= 0 && r < 0)
		err_num(err, r, "attach");
	if (mount >= 0 && !first)
		sys_close(mount);
	return r;
}

static int cover_file(int target, struct mask_covers *covers, struct err *err)
{
	int mount, r;

	if (covers->null < 0)
		covers->null = sys_openat(AT_FDCWD, "/dev/null", O_PATH | O_CLOEXEC, 0);
	if (covers->null < 0)
		return err_num(err, covers->null, "open '/dev/null'");
	mount = mount_open_clone(covers->null, "", false, err);
	if (mount < 0)
		return mount;
	r = mount_attach(mount, target);
	sys_close(mount);
	return r < 0 ? err_num(err, r, "attach") : 0;
}

int mask_path(int root, const char *path, struct mask_covers *covers, struct err *err)
{
	int target = paths_open(root, path, O_PATH | O_DIRECTORY, 0), r;

	if (target >= 0) {
		r = cover_folder(target, covers, err);
	} else if (target == -ENOTDIR) {
		target = paths_open(root, path, O_PATH, 0);
		r = target < 0 ? target : cover_file(target, covers, err);
	} else {
		r = target;
	}
	if (target >= 0)
		sys_close(target);
	if (r == -ENOENT && target < 0)
		return 0;
	if (target < 0)
		return err_num(err, r, "mask '%s'", path);
	return r < 0 ? err_wrap(err, "mask '%s'", path) : 0;
}

void mask_close(struct mask_covers *covers)
{
	if (covers->null >= 0)
		sys_close(covers->null);
	if (covers->empty >= 0)
		sys_close(covers->empty);
	covers->null = covers->empty = -1;
}

int mask_readonly(int root, const char *path, struct err *err)
{
	int target = paths_open(root, path, O_PATH, 0), mount, r;

	if (target == -ENOENT)
		return 0;
	if (target < 0)
		return err_num(err, target, "make '%s' read-only", path);
	mount = mount_open_clone(target, "", true, err);
	r = mount;
	if (mount >= 0) {
		r = mount_set(mount, MOUNT_ATTR_RDONLY, 0, true);
		if (r == 0)
			r = mount_attach(mount, target);
		if (r < 0)
			err_num(err, r, "bind read-only");
		sys_close(mount);
	}
	sys_close(target);
	return r < 0 ? err_wrap(err, "make '%s' read-only", path) : 0;
}

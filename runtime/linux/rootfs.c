/*
 * rootfs.c - see rootfs.h.
 */
#include "runtime/linux/rootfs.h"

#include <fcntl.h>
#include <sys/mount.h>

#include "runtime/linux/mount.h"
#include "runtime/linux/sys.h"

int rootfs_set_propagation(uint64_t propagation, bool recursive, struct err *err)
{
	struct mount_attr attr = { .propagation = propagation };
	int r = sys_mount_setattr(AT_FDCWD, "/", recursive ? AT_RECURSIVE : 0, &attr);

	return r < 0 ? err_num(err, r, "set propagation of '/'") : 0;
}

int rootfs_attach(int root, bool make_private, struct err *err)
{
	int r = make_private ? mount_set_propagation(root, MS_PRIVATE, true) : 0;

	if (r < 0)
		return err_num(err, r, "make the root private");
	r = sys_move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH);
	return r < 0 ? err_num(err, r, "attach the root") : 0;
}

int rootfs_enter(int root, bool no_pivot, struct err *err)
{
	int r = sys_fchdir(root);

	if (r < 0)
		return err_num(err, r, "enter the root");
	if (no_pivot) {
		r = sys_chroot(".");
		return r < 0 ? err_num(err, r, "chroot") : 0;
	}
	r = sys_pivot_root(".", ".");
	if (r < 0) {
		err_num(err, r, "pivot_root");
		return err_hint(err, "on an initramfs, use --no-pivot");
	}
	r = sys_umount2(".", MNT_DETACH);
	return r < 0 ? err_num(err, r, "unmount the old root") : 0;
}

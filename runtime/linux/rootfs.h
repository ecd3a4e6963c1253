/*
 * rootfs.h - the container's root becomes the process's root, the host's mounts disappear.
 *
 * Owns: attaching the root and leaving the old one.
 * Does not own: what is mounted inside (mount.h), opening the root (core/launch).
 *
 * The new root is put on top of "/", whatever its path on the host: a user namespace need not
 * be able to reach that path, and pivot_root(".", ".") then stacks the old root on the same
 * place, from where one umount2 drops it. See pivot_root(2), "Notes".
 */
#ifndef CBOX_LINUX_ROOTFS_H
#define CBOX_LINUX_ROOTFS_H

#include <stdbool.h>
#include <stdint.h>

#include "user/base/err.h"

/* Propagation of every mount of this mount namespace (MS_SLAVE, …). Returns 0 or -errno. */
int rootfs_set_propagation(uint64_t propagation, bool recursive, struct err *err);

/*
 * Attaches the detached mount root; with make_private nothing mounted in it reaches the host.
 * Returns 0 or -errno.
 */
int rootfs_attach(int root, bool make_private, struct err *err);

/* Enters root and drops the old root. no_pivot: chroot, for a root on an initramfs. */
int rootfs_enter(int root, bool no_pivot, struct err *err);

#endif

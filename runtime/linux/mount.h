/*
 * mount.h - mounts as file descriptors: made detached, given their attributes, then attached.
 *
 * Owns: struct mount_request, making a new file system or a clone of a tree, its attributes and
 * propagation, and attaching it to a folder fd. A mount becomes visible only when complete.
 * Does not own: reading the spec's option words (mount_options.h), resolving targets (paths.h).
 *
 * Raw system calls only: these run in the child. The new mount API needs Linux 5.12.
 * See: fsopen(2), fsconfig(2), fsmount(2), open_tree(2), move_mount(2), mount_setattr(2).
 */
#ifndef CBOX_LINUX_MOUNT_H
#define CBOX_LINUX_MOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "user/base/err.h"

struct mount_request {
	const char *type;	 /* file system type; ignored for a bind */
	const char *source;	 /* may be NULL */
	const char *const *data; /* "key=value" or "key" for the file system; may be NULL */
	bool bind, bind_recursive;
	uint64_t attr_set, attr_clear;		     /* MOUNT_ATTR_*, this mount */
	uint64_t recursive_set, recursive_clear;     /* MOUNT_ATTR_*, everything below too */
	uint64_t propagation, propagation_recursive; /* MS_SHARED … for mount_setattr; 0: none */
	bool copy_up; /* tmpcopyup: the folder below fills the tmpfs */
};

/* Opens a new instance of request->type, detached. Returns an fd or -errno. */
int mount_open_new(const struct mount_request *request, struct err *err);

/* Opens a detached clone of source (at dir when relative or empty). Returns an fd or -errno. */
int mount_open_clone(int dir, const char *source, bool recursive, struct err *err);

/* Applies attributes and propagation of request to a mount by fd. Returns 0 or -errno. */
int mount_set_attributes(int mount, const struct mount_request *request, struct err *err);

/* Sets propagation (MS_PRIVATE, MS_SLAVE, …) of the mount at fd and all below. 0 or -errno. */
int mount_set_propagation(int mount, uint64_t propagation, bool recursive);

/* Sets and clears MOUNT_ATTR_* of the mount at fd. Returns 0 or -errno. */
int mount_set(int mount, uint64_t set, uint64_t clear, bool recursive);

/* Puts a detached mount on the file or folder behind target. Returns 0 or -errno. */
int mount_attach(int mount, int target);

#endif

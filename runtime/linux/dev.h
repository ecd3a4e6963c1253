/*
 * dev.h - device nodes, the links in /dev, and the console.
 *
 * Owns: the default devices and links every container has (config-linux.md, "Default Devices"),
 * making nodes by mknod, or by binding the host's where a user namespace forbids mknod.
 * Does not own: who may open them (the cgroup's device rules).
 *
 * Raw system calls only: these run in the child. Umask must be 0.
 */
#ifndef CBOX_LINUX_DEV_H
#define CBOX_LINUX_DEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/err.h"

struct dev_node {
	const char *path;
	char type; /* 'c', 'u', 'b', 'p' */
	uint32_t major, minor;
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

/* null zero full random urandom tty; *count gets their number. */
const struct dev_node *dev_defaults(size_t *count);

/* Makes one node below root. An existing node that is the same device is kept. 0 or -errno. */
int dev_make(int root, const struct dev_node *node, bool bind, struct err *err);

/* Makes /dev/{fd,stdin,stdout,stderr,core,ptmx}; existing ones are kept. 0 or -errno. */
int dev_make_links(int root, struct err *err);

#endif

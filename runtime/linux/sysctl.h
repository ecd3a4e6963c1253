/*
 * sysctl.h - kernel parameters of the container's namespaces.
 *
 * Owns: the path of a key, writing its value. Does not own: which keys a namespace makes safe
 * (runtime/spec checks that). The host's /proc/sys is used: it shows the caller's namespaces.
 *
 * See: sysctl(8), proc(5) on /proc/sys.
 */
#ifndef CBOX_LINUX_SYSCTL_H
#define CBOX_LINUX_SYSCTL_H

#include <stddef.h>

#include "user/base/err.h"

/* "net.ipv4.conf.eth0/1.mtu" -> "net/ipv4/conf/eth0.1/mtu". Returns 0, -EINVAL, -ENAMETOOLONG. */
int sysctl_path(const char *key, char *buf, size_t size);

/* Writes value. Raw system calls only. Returns 0 or -errno. */
int sysctl_write(const char *key, const char *value, struct err *err);

#endif

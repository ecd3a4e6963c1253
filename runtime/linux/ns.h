/*
 * ns.h - entering and leaving namespaces, and what lives in a fresh one.
 *
 * Owns: joining a namespace by fd, unsharing, host name, time offsets, user namespace maps.
 * Does not own: which namespaces (spec), the clone that makes most of them (core/launch).
 *
 * See: namespaces(7), setns(2), user_namespaces(7), time_namespaces(7).
 */
#ifndef CBOX_LINUX_NS_H
#define CBOX_LINUX_NS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/err.h"

/* One line of uid_map or gid_map: same meaning as the spec's. */
struct ns_id_map {
	uint32_t inside, outside, size;
};

/* sethostname or setdomainname. Returns 0 or -errno. */
int ns_set_hostname(const char *name, struct err *err);
int ns_set_domainname(const char *name, struct err *err);

/*
 * Writes the maps of the user namespace of process pid, from outside. setgroups is denied where
 * the kernel demands it of an unprivileged writer, who may map his own id only. Returns 0 or
 * -errno.
 */
int ns_write_maps(pid_t pid, const struct ns_id_map *uids, size_t uid_count,
		  const struct ns_id_map *gids, size_t gid_count, struct err *err);

/* Text of a map file, at most size bytes with the NUL. Returns the length or -E2BIG. */
int ns_format_map(const struct ns_id_map *maps, size_t count, char *buf, size_t size);

#endif

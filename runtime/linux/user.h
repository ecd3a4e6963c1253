/*
 * user.h - user and group ids of the calling process, and home folders.
 *
 * Owns: switching ids for good, and looking up a home folder in the container's /etc/passwd.
 * Does not own: capabilities around the switch (caps.h), user namespaces (ns.h).
 *
 * Raw system calls only: these run in the child. See: credentials(7), setgroups(2), passwd(5).
 */
#ifndef CBOX_LINUX_USER_H
#define CBOX_LINUX_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "user/base/err.h"

/*
 * Sets supplementary groups, then gid, then uid. Where a user namespace denies setgroups(2), an
 * empty list is accepted. keep_caps keeps the permitted set over the change of uid.
 */
int user_switch(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count, bool keep_caps,
		struct err *err);

/*
 * Writes the home folder of uid, from passwd text in fd, into buf; "/" when there is none.
 * Reads at most the first 16 KiB. Never fails.
 */
void user_home(int passwd, uid_t uid, char *buf, size_t size);

#endif

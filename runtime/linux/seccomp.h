/*
 * seccomp.h - a seccomp profile as a loaded filter.
 *
 * Owns: turning linux.seccomp into BPF (libseccomp, or the cache of what it made before), loading
 * it, and handing a notify fd to its supervisor.
 * Does not own: reading the profile (runtime/spec/seccomp_profile.h) or when to load it (core).
 *
 * See: seccomp(2), config-linux.md "Seccomp".
 */
#ifndef CBOX_LINUX_SECCOMP_H
#define CBOX_LINUX_SECCOMP_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/base/arena.h"
#include "user/base/err.h"
#include "user/base/json.h"

/* Memory is the arena's or lives until exec. */
struct seccomp_filter {
	const struct sock_filter *program;
	uint16_t count;
	uint32_t flags; /* SECCOMP_FILTER_FLAG_*, NEW_LISTENER for a profile with NOTIFY */
	const char *listener_path; /* socket of the supervisor; may be NULL */
	const char *listener_metadata;
};

/*
 * Makes *filter from the profile node (spec.linux_.seccomp). cache_dir is a folder of ours, made
 * (0700) if it is missing; NULL: compile every time. A cache that cannot be used is no error. A node
 * without children is parsed from its source, and only if the cache does not have it.
 * Returns 0, -EINVAL with a JSON path, or -errno.
 */
int seccomp_filter_prepare(struct arena *arena, const struct json *node, const char *cache_dir,
			   struct seccomp_filter *filter, struct err *err);

/*
 * Loads the filter into the calling thread; with no_new_privs or CAP_SYS_ADMIN only. *listener_fd
 * gets the notify fd (O_CLOEXEC) or -1. Returns 0 or -errno. One system call and no memory: right
 * for the child after clone3(CLONE_VM). Which calls may be made afterwards is the profile's say.
 */
int seccomp_filter_load(const struct seccomp_filter *filter, int *listener_fd);

/*
 * Gives listener_fd to the supervisor at filter->listener_path, with state, the JSON of the
 * "container process state" (config-linux.md). For the parent: the child's fd comes by
 * pidfd_getfd(2), because the filter may already stop the child's own sendmsg.
 * Returns 0 or -errno.
 */
int seccomp_filter_send_listener(const struct seccomp_filter *filter, int listener_fd,
				 const char *state, struct err *err);

#endif

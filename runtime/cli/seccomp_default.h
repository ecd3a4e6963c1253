/*
 * seccomp_default.h - the filter a container gets when nothing else is asked for.
 *
 * Owns: the list of system calls, as linux.seccomp of the runtime-spec, in constant text: the
 * compiled filter is cached under the text's hash (runtime/linux/seccomp).
 * Does not own: compiling it.
 */
#ifndef CBOX_CLI_SECCOMP_DEFAULT_H
#define CBOX_CLI_SECCOMP_DEFAULT_H

#include <stdint.h>

#include "user/base/arena.h"
#include "user/base/err.h"
#include "user/base/json.h"

/*
 * The profile for a container with these capabilities (bit masks): each of some capabilities opens
 * the calls it is about. *node is in arena. Returns 0 or -errno.
 */
int seccomp_default(struct arena *arena, uint64_t caps, const struct json **node, struct err *err);

#endif

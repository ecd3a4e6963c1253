/*
 * rlimit.h - resource limits of the calling process.
 *
 * Owns: setting one limit, and what happens where privilege is missing.
 * Does not own: the names (runtime/spec/names). See: prlimit(2).
 */
#ifndef CBOX_LINUX_RLIMIT_H
#define CBOX_LINUX_RLIMIT_H

#include <stdint.h>

#include "user/base/err.h"

/*
 * Sets soft and hard limit. Without CAP_SYS_RESOURCE a hard limit cannot be raised: then the
 * present one stays and the soft limit is cut to it. Returns 0 or -errno.
 */
int rlimit_set(int resource, uint64_t soft, uint64_t hard, struct err *err);

#endif

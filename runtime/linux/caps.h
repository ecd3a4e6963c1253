/*
 * caps.h - the five capability sets of the calling thread.
 *
 * Owns: narrowing the bounding set, setting effective, permitted, inheritable and ambient.
 * Does not own: the names (runtime/spec). Sets are bit masks: bit n is capability n.
 *
 * Capabilities the kernel or the caller does not have are left out, as capabilities(7) leaves
 * no other way.
 */
#ifndef CBOX_LINUX_CAPS_H
#define CBOX_LINUX_CAPS_H

#include <stdint.h>

#include "user/base/err.h"

/* Drops from the bounding set whatever is not in keep. Needs CAP_SETPCAP. 0 or -errno. */
int caps_limit_bounding(uint64_t keep, struct err *err);

/* Sets effective, permitted and inheritable by capset(2). Returns 0 or -errno. */
int caps_set(uint64_t effective, uint64_t permitted, uint64_t inheritable, struct err *err);

/* Makes the ambient set exactly ambient, which must be permitted and inheritable. 0 or -errno. */
int caps_set_ambient(uint64_t ambient, struct err *err);

/* Reads effective, permitted and inheritable. Returns 0 or -errno. */
int caps_get(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable);

#endif

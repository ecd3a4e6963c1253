/*
 * spec_defaults.h - what every container gets unless an option says otherwise, as constant tables.
 *
 * Owns: the tables. Does not own: when they apply (spec_build.c).
 */
#ifndef CBOX_CLI_SPEC_DEFAULTS_H
#define CBOX_CLI_SPEC_DEFAULTS_H

#include "runtime/spec/spec.h"

/* CAP_CHOWN … CAP_CHECKPOINT_RESTORE; the runtime leaves out what the kernel does not know. */
#define SPEC_ALL_CAPS ((UINT64_C(1) << 41) - 1)
extern const uint64_t spec_default_caps;
#define SPEC_DEFAULT_CAPS spec_default_caps

extern const char *const spec_masked_paths[];
extern const char *const spec_readonly_paths[];

/* Mounts of a container: /proc, /dev, /sys and what is below. Returns their number. */
size_t spec_default_mounts(bool privileged, const struct spec_mount **mounts);

/* Which devices may be used; the runtime makes the nodes of the usual ones itself. */
void spec_default_devices(bool privileged, struct spec_resources *resources);

#endif

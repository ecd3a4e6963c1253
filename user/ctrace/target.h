/*
 * target.h - what the user wants traced, as a filter for the kernel side.
 *
 * Owns: turning CONTAINER, --cgroup, --pid, --all or a command into struct trace_filter.
 * Anything that cannot be resolved is an error: a typo must never mean "trace everything".
 * Does not own: the lookups themselves (user/base/container_lookup, user/base/cgroup_path).
 */
#ifndef CBOX_CTRACE_TARGET_H
#define CBOX_CTRACE_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/abi/filter.h"
#include "user/base/cgroup_path.h"
#include "user/base/container_lookup.h"
#include "user/base/err.h"

/* At most one of these may be given; none is allowed when there is a command. */
struct target_request {
	const char *container, *cgroup;
	uint32_t pid; /* 0: not given */
	bool all, has_command;
};

struct target {
	struct trace_filter filter;
	/* Name and id for the records when one container is traced, else "". */
	char name[256], id[130];
};

/*
 * run_dir: of the engine's records; mountinfo: /proc/self/mountinfo, or a fixture. Wrong
 * combinations are EXIT_USAGE; -ENOENT for what does not exist. Returns 0 or -errno.
 */
int target_resolve(const struct target_request *request, const char *run_dir, const char *mountinfo,
		   struct target *target, struct err *err);

#endif

/*
 * limits.h - writing the limits of a spec, one controller a file (inside runtime/cgroup only).
 *
 * Owns: the run of writes: the first failure stops it, and values that depend on each other find
 * their order. Does not own: which file a limit is (limits_*.c, devices.c).
 */
#ifndef CBOX_CGROUP_LIMITS_H
#define CBOX_CGROUP_LIMITS_H

#include "runtime/cgroup/hierarchy.h"
#include "runtime/spec/spec.h"

#define LIMITS_MAX_PENDING 8

struct pending_limit {
	const struct cgroup_hierarchy *hierarchy;
	const char *json;
	char file[64], value[64];
};

struct limits {
	struct cgroup *cg;
	struct err *err;
	int result; /* 0, or the first failure; then everything below does nothing */
	struct pending_limit pending[LIMITS_MAX_PENDING];
	unsigned pending_count;
};

/* Hierarchy of the controller that limit json needs; NULL after a failure or when it has none. */
struct cgroup_hierarchy *limits_place(struct limits *limits, enum cgroup_controller controller,
				      const char *json);

/*
 * Writes value. json is the limit's path in the spec. EINVAL is kept until limits_settle(): the
 * kernel refuses e.g. a memory limit above the present memory+swap limit, which the next write
 * may raise.
 */
void limits_write(struct limits *limits, const struct cgroup_hierarchy *h, const char *json,
		  const char *file, const char *value);
/* The same for a number; negative writes none ("max" on v2, "-1" on v1). */
void limits_write_i64(struct limits *limits, const struct cgroup_hierarchy *h, const char *json,
		      const char *file, int64_t value);

/* Retries what was kept for as long as that helps, then fails with the first that is left. */
void limits_settle(struct limits *limits);

/* Fails the run: the host lacks what json asks for. */
void limits_unsupported(struct limits *limits, const char *json, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Fails the run with a number. */
void limits_fail(struct limits *limits, int number, const char *json, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* True when the container's folder in h has file. */
bool limits_has_file(const struct limits *limits, const struct cgroup_hierarchy *h,
		     const char *file);

void limits_memory(struct limits *limits, const struct spec_memory *memory);
void limits_cpu(struct limits *limits, const struct spec_cpu *cpu);
void limits_io(struct limits *limits, const struct spec_block_io *io);
void limits_misc(struct limits *limits, const struct spec_resources *res);
void limits_devices(struct limits *limits, const struct spec_resources *res);

#endif

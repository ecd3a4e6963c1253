/*
 * seccomp_profile.h - linux.seccomp as C types (config-linux.md, "Seccomp").
 *
 * Owns: reading and validating a profile. It is read only when no compiled filter is cached.
 * Does not own: compiling and loading (runtime/linux/seccomp).
 */
#ifndef CBOX_SPEC_SECCOMP_PROFILE_H
#define CBOX_SPEC_SECCOMP_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "user/base/arena.h"
#include "user/base/err.h"
#include "user/base/json.h"

enum seccomp_action {
	SECCOMP_KILL_THREAD, /* SCMP_ACT_KILL and SCMP_ACT_KILL_THREAD */
	SECCOMP_KILL_PROCESS,
	SECCOMP_TRAP,
	SECCOMP_ERRNO,
	SECCOMP_TRACE,
	SECCOMP_ALLOW,
	SECCOMP_LOG,
	SECCOMP_NOTIFY,
};

enum seccomp_op {
	SECCOMP_NE,
	SECCOMP_LT,
	SECCOMP_LE,
	SECCOMP_EQ,
	SECCOMP_GE,
	SECCOMP_GT,
	SECCOMP_MASKED_EQ,
};

struct seccomp_arg {
	unsigned index; /* 0-5 */
	uint64_t value, value_two;
	enum seccomp_op op;
};

struct seccomp_rule {
	const char *const *names; /* NULL-terminated system call names */
	enum seccomp_action action;
	bool has_errno;
	uint32_t errno_ret;
	struct seccomp_arg *args;
	size_t arg_count;
	const struct json *node; /* for messages */
};

struct seccomp_profile {
	enum seccomp_action default_action;
	bool has_default_errno;
	uint32_t default_errno_ret;
	const char *const *architectures; /* "SCMP_ARCH_X86_64"; may be NULL */
	uint32_t flags;			  /* SECCOMP_FILTER_FLAG_* */
	const char *listener_path, *listener_metadata;
	struct seccomp_rule *rules;
	size_t rule_count;
};

/* "SCMP_ACT_ERRNO", "SCMP_CMP_EQ"; NULL when there is none of that number. */
const char *seccomp_action_name(unsigned action);
const char *seccomp_op_name(unsigned op);

/* Reads the typed profile from spec.linux_.seccomp. Returns 0 or -EINVAL with a JSON path. */
int seccomp_profile_read(struct arena *arena, const struct json *node,
			 struct seccomp_profile *profile, struct err *err);

#endif

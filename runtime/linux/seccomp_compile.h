/*
 * seccomp_compile.h - a profile to BPF through libseccomp (inside runtime/linux only).
 */
#ifndef CBOX_LINUX_SECCOMP_COMPILE_H
#define CBOX_LINUX_SECCOMP_COMPILE_H

#include <linux/filter.h>

#include "runtime/spec/seccomp_profile.h"

/* *program gets *count instructions in arena. Returns 0 or -errno. */
int seccomp_compile(struct arena *arena, const struct seccomp_profile *profile,
		    struct sock_filter **program, size_t *count, struct err *err);

#endif

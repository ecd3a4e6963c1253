/*
 * device_bpf.h - device rules as a BPF program (inside runtime/cgroup only). See device_bpf.c.
 */
#ifndef CBOX_CGROUP_DEVICE_BPF_H
#define CBOX_CGROUP_DEVICE_BPF_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

#include "runtime/spec/spec.h"
#include "user/base/err.h"

/* 268 rules of at most 8 instructions, and the frame around them. */
#define DEVICE_BPF_MAX_INSNS 2200

struct device_program {
	struct bpf_insn insns[DEVICE_BPF_MAX_INSNS];
	size_t count;
	bool has_deny;
	bool allows_all; /* nothing is refused: no program is needed */
};

/* Writes the program for rules, the last of which counts most. 0 or -E2BIG. */
int device_bpf_build(const struct spec_device_rule *rules, size_t count,
		     struct device_program *program);

/*
 * Loads and attaches the program to the cgroup folder cgroup_fd, then takes off the one that an
 * earlier call attached: in between both count, so nothing is open for a moment.
 * Returns 0 or -errno; status EXIT_UNSUPPORTED when the kernel or privilege does not allow it.
 */
int device_bpf_attach(int cgroup_fd, const struct spec_device_rule *rules, size_t count,
		      struct err *err);

#endif

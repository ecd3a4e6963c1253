/*
 * regs.h - registers: arguments of probed functions and the system call a task is in.
 *
 * Owns: the part that differs by architecture. A new architecture is one block here.
 */
#ifndef CBOX_BPF_COMMON_REGS_H
#define CBOX_BPF_COMMON_REGS_H

#include "bpf/common/kernel.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long di, si, dx, ax, orig_ax;
};
#define REGS_ARG2(regs) BPF_CORE_READ(regs, si)
#define REGS_RET(regs) BPF_CORE_READ(regs, ax)
#define REGS_SYSCALL(regs) ((int)BPF_CORE_READ(regs, orig_ax))
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	__u64 regs[31];
	int syscallno;
};
#define REGS_ARG2(regs) BPF_CORE_READ(regs, regs[1])
#define REGS_RET(regs) BPF_CORE_READ(regs, regs[0])
#define REGS_SYSCALL(regs) BPF_CORE_READ(regs, syscallno)
#else
#error "no register layout for this architecture"
#endif
#pragma clang attribute pop

/*
 * The registers the task entered the kernel with. They lie at the top of its kernel stack, which
 * makes their address the stack's upper end as well.
 */
static __always_inline struct pt_regs *entry_regs(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

#endif

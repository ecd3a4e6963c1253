/*
 * memory.h - what processes and the kernel hold in memory.
 *
 * Owns: proportional set size of a process, and the kernel's own memory that instances of a
 * subject make grow (slab, page tables, kernel stacks, per-CPU areas).
 * Does not own: page cache; files are shared by all instances and counted as size on disk.
 *
 * See: proc(5) on smaps_rollup and meminfo; Documentation/filesystems/proc.rst.
 */
#ifndef CBOX_BENCH_MEMORY_H
#define CBOX_BENCH_MEMORY_H

#include <stdint.h>
#include <sys/types.h>

/* Proportional set size in bytes: private pages plus each shared page's share. 0 when unreadable. */
uint64_t memory_pss(pid_t pid);

/* Slab + PageTables + KernelStack + Percpu of the whole machine, in bytes. 0 when unreadable. */
uint64_t memory_kernel(void);

/* MemAvailable of the machine, in bytes. 0 when unreadable. */
uint64_t memory_available(void);

#endif

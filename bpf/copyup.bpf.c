// SPDX-License-Identifier: GPL-2.0
/*
 * copyup.bpf.c - overlay copy-ups: one record each time a file moves from a lower layer to the
 * upper one.
 *
 * Owns: three backends that find the beginning and the end of a copy-up, and the one way a record
 * is made from it. User space loads the programs of one backend only.
 *   fexit, kprobe  the functions of fs/overlayfs/copy_up.c themselves
 *   tracepoint     kernels that refuse both (lockdown, no CONFIG_KPROBES), Linux 6.13 and later
 * Does not own: text, mount points, container names; user space adds them.
 *
 * Whether something was copied up is never guessed from a return value (0 also means "another
 * task did it"): the overlay inode is compared before and after.
 *
 * See: fs/overlayfs/copy_up.c, Documentation/filesystems/overlayfs.rst and multigrain-ts.rst.
 */
#include "bpf/copyup/functions.h"
#include "bpf/copyup/record.h"
#include "bpf/copyup/tracepoint.h"

char LICENSE[] SEC("license") = "GPL";

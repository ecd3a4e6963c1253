/*
 * btf_slice.h - the few types a program relocates against, cut out of the kernel's BTF.
 *
 * Owns: reading kernel BTF in one pass and writing a new one that holds the wanted structures
 * with their wanted members at the kernel's offsets.
 * Does not own: the relocation itself (libbpf, btf_custom_path).
 *
 * Why: libbpf parses all 150,000 types of a kernel, 60-76 ms, to look up twenty. This is the
 * result of `bpftool gen min_core_btf`, made at run time on the kernel at hand.
 *
 * See: Documentation/bpf/btf.rst.
 */
#ifndef CBOX_CTRACE_BTF_SLICE_H
#define CBOX_CTRACE_BTF_SLICE_H

#include <stddef.h>
#include <stdint.h>

#include "user/base/err.h"

struct btf;

/*
 * kernel: raw BTF. wanted: the BTF of an eBPF object; its structures, unions and enums name what
 * is taken ("name___flavour" counts as "name"). *slice is freed with btf__free(). -ENOENT when a
 * structure marked as required by name is not in kernel (it is in a module). Returns 0 or -errno.
 */
int btf_slice(const void *kernel, size_t size, const struct btf *wanted,
	      const char *const *required, struct btf **slice, struct err *err);

/*
 * The slice of this kernel's own BTF, in a file without a name: *fd (O_CLOEXEC), to be kept open
 * as long as "/proc/self/fd/<fd>" is read.
 */
int btf_slice_of_kernel(const struct btf *wanted, const char *const *required, int *fd,
			struct err *err);

#endif

/*
 * vm_options.h - what the command line says about the VM baseline.
 *
 * Owns: the settings shared by all VM subjects of a run, set once before probing.
 * Does not own: their use (exec_vm.c).
 */
#ifndef CBOX_BENCH_VM_OPTIONS_H
#define CBOX_BENCH_VM_OPTIONS_H

#include <limits.h>
#include <stdint.h>

struct executor;

struct vm_options {
	const char *accel;	     /* "auto", "kvm" or "tcg" */
	const char *kernel, *initrd; /* NULL: the ones that `make` built */
	char qemu[PATH_MAX];	     /* filled by probing */
};

extern struct vm_options vm_options;

/* Bytes on disk of kernel and initramfs of a probed VM subject; 0 for another subject. */
uint64_t vm_image_bytes(const struct executor *ex);

#endif

/*
 * subjects.h - from names on the command line to executors.
 *
 * Owns: the list of known subjects and the spelling NAME, or LABEL=PATH for any OCI runtime binary
 * (two builds of the same runtime can so be compared in one run).
 * Does not own: finding the programs (the executors' probe).
 */
#ifndef CBOX_BENCH_SUBJECTS_H
#define CBOX_BENCH_SUBJECTS_H

#include "bench/runner.h"
#include "user/base/err.h"

#define SUBJECTS_DEFAULT "cbox-oci,crun,runc,floor,process"
#define SUBJECTS_ALL "cbox-oci,crun,runc,youki,cbox,podman,docker,floor,process"
#define SUBJECTS_VM_NAME "qemu-microvm"
#define SUBJECTS_MAX 32

/*
 * Appends the subjects of a comma-separated list to subjects (room for SUBJECTS_MAX), each wanting
 * runs runs. named: the user wrote the list. Returns 0 or -EINVAL (usage).
 */
int subjects_parse(const char *list, bool named, unsigned runs, struct subject *subjects,
		   unsigned *count, struct err *err);

/* Appends the VM baseline. Returns 0 or -EINVAL. */
int subjects_add_vm(bool named, unsigned runs, struct subject *subjects, unsigned *count,
		    struct err *err);

/* "KIND" a name belongs to; every unknown name is taken for an OCI runtime. */
const struct executor_ops *subjects_kind(const char *name);

#endif

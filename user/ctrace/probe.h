/*
 * probe.h - quick tests whether this kernel refuses a way of attaching, whatever is attached.
 *
 * Owns: tests that take microseconds, so that a backend the kernel refuses costs no time. They
 * only ever say no; a yes still has to be proved by loading and attaching (session.h).
 */
#ifndef CBOX_CTRACE_PROBE_H
#define CBOX_CTRACE_PROBE_H

#include "user/base/err.h"

/* Are fentry/fexit programs refused (lockdown, a security module, no privilege)? 0 or -errno. */
int probe_fentry(struct err *err);

/* Is there any interface that makes kprobes? 0 or -errno. */
int probe_kprobe(struct err *err);

#endif

/*
 * syscall_name.h - names of this machine's system calls.
 *
 * Owns: the table, which the build makes from the kernel's headers (<sys/syscall.h>).
 */
#ifndef CBOX_CTRACE_SYSCALL_NAME_H
#define CBOX_CTRACE_SYSCALL_NAME_H

/* NULL for a number these headers do not know. */
const char *syscall_name(int number);

#endif

/*
 * proc.h - identity and life of host processes.
 *
 * Owns: naming a process so that a reused pid is never mistaken for it (pid + start time),
 * pidfds, waiting with a timeout, and running a helper program.
 * Does not own: creating container processes (runtime/core/launch).
 *
 * See: proc(5) on /proc/PID/stat field 22, pidfd_open(2), waitid(2).
 */
#ifndef CBOX_BASE_PROC_H
#define CBOX_BASE_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/base/err.h"

/* Start time of pid in clock ticks since boot; 0 when there is no such process. */
uint64_t proc_start_time(pid_t pid);

/* Like proc_start_time, and *state gets the state letter ('Z' is a zombie). */
uint64_t proc_stat(pid_t pid, char *state);

/* True when pid still is the process that had this start time and has not exited. */
bool proc_is_alive(pid_t pid, uint64_t start_time);

/* pidfd of pid, O_CLOEXEC; -errno. */
int proc_pidfd(pid_t pid);

/* Signal through a pidfd. 0 or -errno. */
int proc_pidfd_kill(int pidfd, int signal);

/* Waits until the process behind pidfd exits. 0, -ETIMEDOUT or -errno. timeout_ms < 0: forever. */
int proc_pidfd_wait(int pidfd, int timeout_ms);

/* Exit status as a shell shows it: status of exit, or 128 + signal. */
int proc_exit_code(int wait_status);

#endif

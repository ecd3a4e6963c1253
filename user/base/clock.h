/*
 * clock.h - reading clocks in nanoseconds and writing times for people.
 *
 * Owns: clock_ns() and RFC 3339 text. Does not own: timers and statistics.
 */
#ifndef CBOX_BASE_CLOCK_H
#define CBOX_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Current time of a clock (CLOCK_MONOTONIC, CLOCK_REALTIME, …) in ns. */
uint64_t clock_ns(clockid_t clock);

/* "2026-01-02T03:04:05.123456789Z" for ns since the epoch; buf needs CLOCK_RFC3339_SIZE. */
#define CLOCK_RFC3339_SIZE 32
char *clock_rfc3339(uint64_t epoch_ns, char *buf);

/* "2 minutes ago" style age as ps shows it ("3 seconds", "About an hour", "5 days"). */
void clock_age(uint64_t age_ns, char *buf, size_t size);

#endif

/*
 * num.h - the only place where text becomes a number.
 *
 * Owns: strict parsing: the whole text must be the number, no sign or blank that the format
 * does not have, no overflow, no silent zero. Return 0, or -EINVAL / -ERANGE.
 * Does not own: numbers inside JSON (json.h).
 */
#ifndef CBOX_BASE_NUM_H
#define CBOX_BASE_NUM_H

#include <stdint.h>

int num_u64(const char *text, uint64_t *value);
int num_u32(const char *text, uint32_t *value);
int num_i64(const char *text, int64_t *value);

/* Octal digits only, at most max, e.g. a file mode. */
int num_octal(const char *text, uint32_t max, uint32_t *value);

/* Bytes with an optional suffix b k m g t (binary, either case, optional trailing "b"/"ib"). */
int num_size(const char *text, uint64_t *bytes);

/* A decimal fraction scaled to 10^-9, e.g. "1.5" -> 1500000000: CPUs, seconds. */
int num_nano(const char *text, uint64_t *nano);

/* "250ms", "10s", "5m", "2h", "1.5s" or bare seconds, as nanoseconds. */
int num_duration(const char *text, uint64_t *ns);

#endif

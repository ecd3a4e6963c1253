/*
 * text.h - figures for people: three or four digits that matter, and the unit.
 *
 * Owns: durations and sizes as text. Does not own: JSON, which carries full precision.
 */
#ifndef CBOX_BENCH_TEXT_H
#define CBOX_BENCH_TEXT_H

#include <stddef.h>

/* "812 us", "7.21 ms", "1.53 s". Returns buf. */
char *text_duration(double ns, char *buf, size_t size);

/* "512 B", "275 KiB", "1.9 MiB". Returns buf. */
char *text_bytes(double bytes, char *buf, size_t size);

/* A bare number with three significant digits, at most four before the point: "7.21", "1530". */
char *text_number(double value, char *buf, size_t size);

#endif

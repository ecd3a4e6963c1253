/*
 * fmt.h - bounded formatting that needs no heap, no locale and no stdio.
 *
 * Owns: the printf subset used for errors, logs and generated files:
 *   %s %.*s %c %d %i %u %x %o %ld %lu %lx %lld %llu %llx %zu %zd %p %% with width, '0' and '-'.
 * Does not own: floating point; tables and reports of the cold tools use stdio for that.
 *
 * Why not snprintf: the child between clone3 and exec shares its parent's memory and must not
 * touch stdio state; and on the start path every libc page touched is a page fault of its own.
 */
#ifndef CBOX_BASE_FMT_H
#define CBOX_BASE_FMT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Formats into buf, always NUL-terminated when size > 0. Returns the length the full text
 * needs (like snprintf), so a return >= size means truncation. Async-signal-safe.
 */
size_t fmt_string(char *buf, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
size_t fmt_stringv(char *buf, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif

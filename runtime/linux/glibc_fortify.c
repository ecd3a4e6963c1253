/*
 * glibc_fortify.c - what a static library built against glibc's fortified headers wants from libc.
 *
 * Debian's libseccomp.a was compiled with _FORTIFY_SOURCE: its fprintf calls became __fprintf_chk,
 * which glibc has and musl has not. Everything else it uses is in both. With this forwarder it
 * links into our static musl programs; the alternative would be to ship a copy of the library.
 * flag asks glibc to refuse %n in writable memory; the library's formats are all constants.
 *
 * With glibc this file is empty.
 */
#include <features.h>

#ifndef __GLIBC__
#include <stdarg.h>
#include <stdio.h>

int __fprintf_chk(FILE *stream, int flag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

int __fprintf_chk(FILE *stream, int flag, const char *format, ...)
{
	va_list args;
	int n;

	(void)flag;
	va_start(args, format);
	n = vfprintf(stream, format, args);
	va_end(args);
	return n;
}
#endif

/*
 * err.c - building error values. See err.h for the contract.
 */
#include "user/base/err.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "user/base/fmt.h"

void err_reset(struct err *err)
{
	err->number = 0;
	err->status = 0;
	err->message[0] = '\0';
	err->hint[0] = '\0';
}

const char *err_reason(int number)
{
	const char *text;
#ifdef __GLIBC__
	text = strerrordesc_np(number); /* strerror() may allocate and translate */
#else
	text = strerror(number);
#endif
	return text ? text : "Unknown error";
}

static int set(struct err *err, int number, bool with_reason, const char *format, va_list args)
{
	size_t len;

	if (number < 0)
		number = -number;
	if (number == 0) /* a failure without an errno is still a failure */
		number = EIO;
	if (!err)
		return -number;
	err->number = number;
	len = fmt_stringv(err->message, sizeof(err->message), format, args);
	if (with_reason && len < sizeof(err->message))
		fmt_string(err->message + len, sizeof(err->message) - len, ": %s",
			   err_reason(number));
	if (with_reason && number == ENOSYS) {
		err->status = EXIT_UNSUPPORTED;
		err_hint(err, "the kernel lacks a system call, or a sandbox hides it; "
			      "Linux 5.12 or newer has all that are needed");
	}
	return -number;
}

int err_sys(struct err *err, const char *format, ...)
{
	int number = errno;
	va_list args;
	int r;

	va_start(args, format);
	r = set(err, number, true, format, args);
	va_end(args);
	return r;
}

int err_num(struct err *err, int number, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = set(err, number, true, format, args);
	va_end(args);
	return r;
}

int err_set(struct err *err, int number, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = set(err, number, false, format, args);
	va_end(args);
	return r;
}

int err_wrap(struct err *err, const char *format, ...)
{
	char old[sizeof(err->message)];
	va_list args;
	size_t len;

	if (!err)
		return -EIO;
	memcpy(old, err->message, sizeof(old));
	va_start(args, format);
	len = fmt_stringv(err->message, sizeof(err->message), format, args);
	va_end(args);
	if (len < sizeof(err->message))
		fmt_string(err->message + len, sizeof(err->message) - len, ": %s", old);
	return -err->number;
}

int err_hint(struct err *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return -EIO;
	if (!err->hint[0]) {
		va_start(args, format);
		fmt_stringv(err->hint, sizeof(err->hint), format, args);
		va_end(args);
	}
	return -err->number;
}

int err_status(struct err *err, enum exit_status status)
{
	if (!err)
		return -EIO;
	err->status = status;
	return -err->number;
}

/*
 * syscall_name.c - see syscall_name.h.
 */
#include "user/ctrace/syscall_name.h"

#include <stddef.h>

#include "user/base/cleanup.h"

static const char *const names[] = {
#include "gen/syscall_names.h"
};

const char *syscall_name(int number)
{
	return number >= 0 && (size_t)number < ARRAY_LEN(names) ? names[number] : NULL;
}

/*
 * list.h - which containers can be traced by name.
 */
#ifndef CBOX_CTRACE_LIST_H
#define CBOX_CTRACE_LIST_H

#include <stdbool.h>

#include "user/base/err.h"

/* Prints a table or JSON. Returns 0 or -errno. */
int list_run(const char *run_dir, bool json, struct err *err);

#endif

/*
 * doctor.h - what works on this kernel, and why the rest does not.
 *
 * Owns: trying every backend of every tracer (load, attach, detach) and telling the result.
 */
#ifndef CBOX_CTRACE_DOCTOR_H
#define CBOX_CTRACE_DOCTOR_H

#include <stdbool.h>

#include "user/base/err.h"

/* Prints a table or JSON. Returns EXIT_OK when each tracer has a backend, else EXIT_UNSUPPORTED. */
int doctor_run(bool json, struct err *err);

#endif

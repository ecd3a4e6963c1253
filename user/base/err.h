/*
 * err.h - the error value every fallible function of the house reports through.
 *
 * Owns: struct err, how its text is built ("context: object: reason"), and the exit status it
 * maps to. Functions return 0 or -errno and describe the failure in *err; only a main prints.
 * Does not own: printing (log.h) and the command-line conventions (opt.h).
 *
 * struct err is owned by the caller's stack, needs no heap and no stdio, and may therefore be
 * filled by the child between clone3 and exec and travel through shared memory or a pipe.
 */
#ifndef CBOX_BASE_ERR_H
#define CBOX_BASE_ERR_H

#include <errno.h>
#include <stdbool.h>

/* Exit statuses shared by cbox, ctrace and cbench (docs/ARCHITECTURE.md, "Command line"). */
enum exit_status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_UNSUPPORTED = 3, /* the kernel or a missing privilege does not allow it */
};

struct err {
	int number; /* positive errno; 0 while nothing has failed */
	int status; /* exit status for a main to use; 0 means EXIT_FAILED */
	char message[704];
	char hint[256];
};

/* Clears *err for reuse. A zero-initialised struct err needs no call. */
void err_reset(struct err *err);

/* Reason text of a positive errno, from a static table: safe in the child. Never NULL. */
const char *err_reason(int number);

/*
 * "<text>: <reason of errno>". Returns -errno. err may be NULL in all functions below.
 * ENOSYS, also given to err_num, is EXIT_UNSUPPORTED and hints at the kernel that is needed.
 */
int err_sys(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Like err_sys with an explicit errno, positive or negative. Returns the negative one. */
int err_num(struct err *err, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "<text>" alone, for failures whose errno explains nothing (bad input). Returns -|number|. */
int err_set(struct err *err, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "<text>: " before the message that is there. Returns -err->number. */
int err_wrap(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One line of advice, printed as "hint: …". Keeps an earlier hint. Returns -err->number. */
int err_hint(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets the exit status a main should end with. Returns -err->number. */
int err_status(struct err *err, enum exit_status status);

#endif

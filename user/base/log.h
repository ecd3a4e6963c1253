/*
 * log.h - diagnostics: on stderr for people, in a file for callers of an OCI runtime.
 *
 * Owns: "prog: command: message" lines with one hint, and the JSON or text log file that
 * containerd and conmon read (level, msg, time).
 * Does not own: results; those go to stdout and are printed by the command itself.
 */
#ifndef CBOX_BASE_LOG_H
#define CBOX_BASE_LOG_H

#include <stdbool.h>

#include "user/base/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Sets the names printed in front of messages; both borrowed. command may be NULL. */
void log_name(const char *program, const char *command);
/* Messages above this level are dropped. The default is LOG_WARNING. */
void log_set_level(enum log_level level);
/* Also append every message to fd (owned by log from now on), as JSON lines or text. */
void log_to_file(int fd, bool json);

void log_message(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
#define log_warning(...) log_message(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_message(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_DEBUG, __VA_ARGS__)

/* Prints *err with its hint and returns the exit status it asks for. For mains. */
int log_err(const struct err *err);

#endif

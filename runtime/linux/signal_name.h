/*
 * signal_name.h - signals by the names people and engines use.
 *
 * Owns: "TERM", "SIGTERM", "sigterm", "15", "RTMIN+3" to a number. See: signal(7).
 */
#ifndef CBOX_LINUX_SIGNAL_NAME_H
#define CBOX_LINUX_SIGNAL_NAME_H

/* Number of a signal of this kernel (0-64), -1 when text names none. */
int signal_number(const char *text);

#endif

/*
 * names.h - the words a config uses for kernel constants.
 *
 * Owns: capabilities, resource limits, and words for scheduler and I/O classes, both ways.
 * Does not own: what the running kernel knows of them; runtime/linux finds that out.
 *
 * See: capabilities(7), getrlimit(2), config.md "Linux Process".
 */
#ifndef CBOX_SPEC_NAMES_H
#define CBOX_SPEC_NAMES_H

/* "CAP_CHOWN" -> 0; -1 when this build does not know the name. Exact spelling only. */
int spec_cap_number(const char *name);
/* 0 -> "CAP_CHOWN"; NULL when there is none of that number. */
const char *spec_cap_name(unsigned number);

/* "RLIMIT_NOFILE" -> RLIMIT_NOFILE; -1 when unknown. */
int spec_rlimit_number(const char *name);
/* RLIMIT_NOFILE -> "RLIMIT_NOFILE"; NULL when there is none of that number. */
const char *spec_rlimit_name(int resource);

/* Name of a SCHED_* policy, "SCHED_OTHER"; NULL when unknown. */
const char *spec_sched_policy_name(unsigned policy);

#endif

/*
 * passwd.h - users and groups as the container's own /etc/passwd and /etc/group know them.
 *
 * Owns: reading "USER[:GROUP]" against these two texts, with strict numbers.
 * Does not own: opening the files (spec_build.c).
 *
 * See: passwd(5), group(5).
 */
#ifndef CBOX_CLI_PASSWD_H
#define CBOX_CLI_PASSWD_H

#include "runtime/spec/spec.h"

/*
 * Resolves user ("", "root", "1000", "app:staff", "0:100"). passwd and group are the files' texts,
 * NULL when the container has none. A number needs no entry; its group is then 0. Names bring
 * their supplementary groups along. Returns 0, or -EINVAL with Docker's words.
 */
int passwd_resolve(struct arena *arena, const char *user, const char *passwd, const char *group,
		   struct spec_user *resolved, struct err *err);

#endif

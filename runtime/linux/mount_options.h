/*
 * mount_options.h - the option words of a spec's mount become a struct mount_request.
 *
 * Owns: the table of words (config.md, "Mount options") and which of them the kernel takes as
 * attributes, as propagation, or as data for the file system.
 * Does not own: mounting (mount.h). Pure: no system calls.
 */
#ifndef CBOX_LINUX_MOUNT_OPTIONS_H
#define CBOX_LINUX_MOUNT_OPTIONS_H

#include "runtime/linux/mount.h"
#include "user/base/arena.h"

/*
 * Reads options (NULL-terminated, may be NULL) into *request, whose type and source are set.
 * Words that are no mount attribute are data for the file system; a bind has no use for them
 * and drops them, as other runtimes do. Returns 0, -ENOMEM, or -EINVAL for a word refused.
 */
int mount_options_read(struct arena *arena, const char *const *options,
		       struct mount_request *request, struct err *err);

/*
 * Calls found with every word that has an effect here, in no order; not with those that are taken
 * and ignored, nor with data. word is valid during the call.
 */
void mount_options_each(void (*found)(void *context, const char *word), void *context);

#endif

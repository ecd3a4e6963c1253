/*
 * ref.h - image names: NAME[:TAG], as people type them and as files are named after them.
 *
 * Owns: what a name may be, the default tag, and a file name that stands for a reference.
 * Does not own: registries and digests in names (none here yet); what a name points to.
 *
 * See: OCI distribution-spec, "Pulling manifests", for the grammar of <name> and <reference>.
 */
#ifndef CBOX_IMAGE_REF_H
#define CBOX_IMAGE_REF_H

#include <stdbool.h>

#include "user/base/err.h"

#define REF_SIZE 256 /* a reference must also fit into one file name */

struct ref {
	char text[REF_SIZE]; /* "name:tag" */
	unsigned name_len;   /* where the colon is */
};

/* Reads NAME[:TAG]; the tag defaults to "latest". Returns 0 or -EINVAL with *err. */
int ref_parse(const char *text, struct ref *ref, struct err *err);

/* File name for a reference, '/' written as '%'; buf needs REF_SIZE. Returns buf. */
char *ref_file_name(const struct ref *ref, char *buf);

/* The reference a file name stands for; false when it stands for none. */
bool ref_from_file_name(const char *file_name, struct ref *ref);

#endif

/*
 * digest.h - content digests as text: "sha256:" and 64 hex digits.
 *
 * Owns: parsing and printing them. SHA-256 is the only algorithm an image may use here.
 * Does not own: computing them (hash.h), which needs OpenSSL and lives in cbox-image only.
 *
 * See: OCI image-spec, descriptor.md, "Digests".
 */
#ifndef CBOX_IMAGE_DIGEST_H
#define CBOX_IMAGE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "user/base/err.h"

#define DIGEST_HEX 64
#define DIGEST_TEXT 72 /* "sha256:" + hex + NUL */

struct digest {
	char hex[DIGEST_HEX + 1]; /* lower case */
};

/* Reads "sha256:<64 lower-case hex>". Returns 0 or -EINVAL with *err (may be NULL). */
int digest_parse(const char *text, struct digest *digest, struct err *err);

/* Writes "sha256:<hex>" into buf of DIGEST_TEXT bytes; returns buf. */
char *digest_text(const struct digest *digest, char *buf);

/* True for 1-64 lower-case hex digits, what an id prefix is made of. */
bool digest_is_hex(const char *text, size_t len);

#endif

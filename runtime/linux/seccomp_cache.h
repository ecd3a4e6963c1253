/*
 * seccomp_cache.h - compiled filters on disk (inside runtime/linux only).
 *
 * Owns: a folder of at most 256 files, each one filter with the whole text it was made from. A
 * lookup compares that text in full, so neither a collision of hashes nor a profile made to
 * collide can get another profile's filter.
 */
#ifndef CBOX_LINUX_SECCOMP_CACHE_H
#define CBOX_LINUX_SECCOMP_CACHE_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* What decides a filter: everything but the profile in a few lines, and the profile's own text. */
struct seccomp_key {
	char host[256]; /* versions of us, of libseccomp and of the kernel; machine */
	const char *profile;
	size_t profile_len;
};

struct seccomp_blob {
	const struct sock_filter *program;
	uint32_t count, flags;
};

/* Opens dir, made 0700 if missing; -1 unless it is a folder that nobody else can write to. */
int seccomp_cache_open(const char *dir);

/* Fills in key->host and the profile. */
void seccomp_key_make(struct seccomp_key *key, const char *profile, size_t len);

/* 0 and a blob mapped until exec; -ENOENT when there is none, or only a broken one. */
int seccomp_cache_find(int dir, const struct seccomp_key *key, struct seccomp_blob *blob);

/* Replaces what is in the key's place, in one step. Returns 0 or -errno. */
int seccomp_cache_store(int dir, const struct seccomp_key *key, const struct seccomp_blob *blob);

#endif

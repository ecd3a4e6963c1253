/*
 * seccomp_cache.c - see seccomp_cache.h.
 *
 * A file is: struct header, host text, profile text, padding to 8, instructions. It is mapped and
 * used in place: reading it into memory would cost a page fault for every page of it. The mapping
 * is safe because a file is never written in place, only replaced.
 *
 * The cache is direct-mapped: a key has one place, and the last profile to need it has it. So the
 * folder is bounded without anybody having to tidy it.
 */
#include "runtime/linux/seccomp_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

/* "seccomp1", little endian: changes with the layout of the file. */
#define MAGIC 0x31706d6f63636573ULL
#define PLACES 256
/* Larger profiles are compiled every time; the largest in use have some 20 KB. */
#define MAX_PROFILE (256U << 10)

struct header {
	uint64_t magic;
	uint32_t host_len, profile_len;
	uint32_t count, flags;
};

static size_t program_offset(const struct header *h)
{
	return (sizeof(*h) + h->host_len + h->profile_len + 7) & ~(size_t)7;
}

static size_t file_size(const struct header *h)
{
	return program_offset(h) + h->count * sizeof(struct sock_filter);
}

/* Eight bytes a step: the profile is hashed at every start. Only a place depends on it. */
static uint64_t hash(uint64_t seed, const char *text, size_t len)
{
	const uint64_t multiplier = 0x9e3779b97f4a7c15ULL;
	uint64_t word;

	for (; len >= sizeof(word); text += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		seed = (seed ^ word) * multiplier;
		seed ^= seed >> 32;
	}
	word = 0;
	memcpy(&word, text, len);
	seed = (seed ^ word ^ len) * multiplier;
	return seed ^ seed >> 32;
}

static void place_of(const struct seccomp_key *key, char *name, size_t size)
{
	uint64_t h = hash(hash(0, key->host, strlen(key->host)), key->profile, key->profile_len);

	fmt_string(name, size, "%02x.bpf", (unsigned)(h % PLACES));
}

int seccomp_cache_open(const char *dir)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	cleanup_close int fd = open(dir, flags);
	struct stat st;

	if (fd < 0 && errno == ENOENT) {
		if (file_mkdir_all(AT_FDCWD, dir, 0700, NULL) < 0)
			return -1;
		fd = open(dir, flags);
	}
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_uid != geteuid() || st.st_mode & 022)
		return -1;
	return take_fd(&fd);
}

void seccomp_key_make(struct seccomp_key *key, const char *profile, size_t len)
{
	struct utsname host = { 0 };

	(void)uname(&host);
	fmt_string(key->host, sizeof(key->host), "cbox %s libseccomp %d.%d.%d linux %s %s\n",
		   CBOX_VERSION, SCMP_VER_MAJOR, SCMP_VER_MINOR, SCMP_VER_MICRO, host.release,
		   host.machine);
	key->profile = profile;
	key->profile_len = len;
}

/* The header's numbers come from the file: they must fit it exactly before they are used. */
static bool matches(const char *file, size_t size, const struct seccomp_key *key)
{
	const struct header *h = (const void *)file;
	size_t host_len = strlen(key->host);

	return size >= sizeof(*h) && h->magic == MAGIC && h->host_len == host_len &&
	       h->profile_len == key->profile_len && h->count > 0 && h->count <= BPF_MAXINSNS &&
	       file_size(h) == size && memcmp(file + sizeof(*h), key->host, host_len) == 0 &&
	       memcmp(file + sizeof(*h) + host_len, key->profile, key->profile_len) == 0;
}

int seccomp_cache_find(int dir, const struct seccomp_key *key, struct seccomp_blob *blob)
{
	cleanup_close int fd = -1;
	struct stat st;
	char name[16], *file;

	if (key->profile_len > MAX_PROFILE)
		return -ENOENT;
	place_of(key, name, sizeof(name));
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    st.st_mode & 022 || st.st_size <= 0)
		return -ENOENT;
	file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (file == MAP_FAILED)
		return -ENOENT;
	if (!matches(file, (size_t)st.st_size, key)) {
		munmap(file, (size_t)st.st_size);
		return -ENOENT;
	}
	blob->count = ((const struct header *)(void *)file)->count;
	blob->flags = ((const struct header *)(void *)file)->flags;
	blob->program = (const void *)(file + program_offset((const void *)file));
	return 0;
}

int seccomp_cache_store(int dir, const struct seccomp_key *key, const struct seccomp_blob *blob)
{
	struct header h = {
		.magic = MAGIC,
		.host_len = (uint32_t)strlen(key->host),
		.profile_len = (uint32_t)key->profile_len,
		.count = blob->count,
		.flags = blob->flags,
	};
	cleanup_free char *file = NULL;
	char name[16];

	if (key->profile_len > MAX_PROFILE)
		return -EFBIG;
	file = calloc(1, file_size(&h));
	if (!file)
		return -ENOMEM;
	memcpy(file, &h, sizeof(h));
	memcpy(file + sizeof(h), key->host, h.host_len);
	memcpy(file + sizeof(h) + h.host_len, key->profile, h.profile_len);
	memcpy(file + program_offset(&h), blob->program, blob->count * sizeof(*blob->program));
	place_of(key, name, sizeof(name));
	return file_write_atomic(dir, name, file, file_size(&h), 0600, FILE_VOLATILE, NULL);
}

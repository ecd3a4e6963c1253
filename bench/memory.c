/*
 * memory.c - see memory.h.
 */
#include "bench/memory.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/str.h"

#define KIB 1024

/* Adds the kB values of the "Name:   123 kB" lines whose name is listed. */
static uint64_t sum_fields(char *text, const char *const *names)
{
	uint64_t sum = 0;
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(line, ':');
		bool wanted = false;
		uint64_t kib;

		if (!value)
			continue;
		*value++ = '\0';
		for (const char *const *name = names; *name; name++)
			wanted |= str_eq(*name, line);
		if (!wanted)
			continue;
		value += strspn(value, " \t");
		value[strcspn(value, " ")] = '\0';
		if (num_u64(value, &kib) == 0)
			sum += kib * KIB;
	}
	return sum;
}

static uint64_t read_fields(const char *path, const char *const *names)
{
	cleanup_free char *text = NULL;
	struct err ignored = { 0 };

	if (file_read(AT_FDCWD, path, 1 << 20, &text, &ignored) < 0)
		return 0;
	return sum_fields(text, names);
}

uint64_t memory_pss(pid_t pid)
{
	static const char *const names[] = { "Pss", NULL };
	char path[64];

	fmt_string(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	return read_fields(path, names);
}

uint64_t memory_kernel(void)
{
	static const char *const names[] = { "Slab", "PageTables", "KernelStack", "Percpu", NULL };

	return read_fields("/proc/meminfo", names);
}

uint64_t memory_available(void)
{
	static const char *const names[] = { "MemAvailable", NULL };

	return read_fields("/proc/meminfo", names);
}

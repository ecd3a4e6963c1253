/*
 * limits.c - see limits.h.
 */
#include "bench/limits.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "bench/memory.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/num.h"

uint64_t limit_instances(const struct limit *limit)
{
	return limit->each > 0 ? (uint64_t)((double)limit->left / limit->each) : UINT64_MAX;
}

const struct limit *limit_binding(const struct limit *limits, unsigned count)
{
	const struct limit *binding = NULL;

	for (unsigned i = 0; i < count; i++)
		if (!binding || limit_instances(&limits[i]) < limit_instances(binding))
			binding = &limits[i];
	return binding;
}

/* The field-th number (from 0) in a file of numbers separated by blanks or a slash. */
static int read_number(const char *path, unsigned field, uint64_t *value)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	char text[256], *save = NULL, *token;

	n = fd < 0 ? -1 : fd_read_full(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return -ENOENT;
	text[n] = '\0';
	token = strtok_r(text, " \t\n/", &save);
	while (token && field--)
		token = strtok_r(NULL, " \t\n/", &save);
	return token ? num_u64(token, value) : -EINVAL;
}

static uint64_t left_of(uint64_t limit, uint64_t used)
{
	return limit > used ? limit - used : 0;
}

unsigned limits_read(struct limit limits[LIMITS_MAX], double each_bytes)
{
	uint64_t threads = 0, value, used;
	unsigned count = 0;

	limits[count++] = (struct limit){ "memory", "more memory, or smaller instances",
					  memory_available(), each_bytes };
	/* loadavg: "0.1 0.2 0.3 running/threads lastpid" */
	if (read_number("/proc/loadavg", 4, &threads) < 0)
		threads = 0;
	if (read_number("/proc/sys/kernel/pid_max", 0, &value) == 0)
		limits[count++] = (struct limit){ "pids", "sysctl kernel.pid_max",
						  left_of(value, threads), 1 };
	if (read_number("/proc/sys/kernel/threads-max", 0, &value) == 0)
		limits[count++] = (struct limit){ "threads", "sysctl kernel.threads-max",
						  left_of(value, threads), 1 };
	if (read_number("/proc/sys/fs/file-nr", 2, &value) == 0 &&
	    read_number("/proc/sys/fs/file-nr", 0, &used) == 0)
		limits[count++] = (struct limit){ "open files", "sysctl fs.file-max",
						  left_of(value, used), 3 };
	return count;
}

/*
 * owner.c - see owner.h.
 */
#include "runtime/cli/owner.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/proc.h"

#define PATH_SIZE 96

static char *owner_path(const char *id, char *path)
{
	fmt_string(path, PATH_SIZE, "owners/%s", id);
	return path;
}

int owner_write(int run_fd, const char *id, const char *name, bool auto_remove, struct err *err)
{
	char path[PATH_SIZE], text[256];
	size_t len = fmt_string(text, sizeof(text), "%d %llu %d %s\n", getpid(),
				(unsigned long long)proc_start_time(getpid()), auto_remove, name);
	cleanup_close int fd = openat(run_fd, owner_path(id, path),
				      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	int r;

	if (fd < 0)
		return err_sys(err, "record the owner '%s'", path);
	r = fd_write_all(fd, text, len);
	return r < 0 ? err_num(err, r, "record the owner '%s'", path) : 0;
}

void owner_write_exit(int run_fd, const char *id, int code)
{
	char path[PATH_SIZE], text[32];
	cleanup_close int fd = openat(run_fd, owner_path(id, path),
				      O_WRONLY | O_APPEND | O_CLOEXEC);

	if (fd >= 0)
		fd_write_all(fd, text, fmt_string(text, sizeof(text), "exit %d\n", code));
}

/* Cuts the next field off *text. */
static const char *field(char **text, const char *ends)
{
	char *start = *text;

	*text += strcspn(*text, ends);
	if (**text)
		*(*text)++ = '\0';
	return start;
}

int owner_open(int run_fd, const char *id)
{
	char path[PATH_SIZE];
	int fd = openat(run_fd, owner_path(id, path), O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int owner_parse(int fd, struct owner *owner)
{
	char text[300], *at = text;
	uint32_t pid = 0, code = 0;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	memset(owner, 0, sizeof(*owner));
	owner->exit_code = -1;
	if (n < 0)
		return -errno;
	text[n] = '\0';
	/* a number that lost its last digits is a number still: only the newline proves the line */
	if (!memchr(text, '\n', (size_t)n))
		return -EINVAL;
	if (num_u32(field(&at, " "), &pid) < 0 || num_u64(field(&at, " "), &owner->start_time) < 0)
		return -EINVAL;
	owner->pid = (pid_t)pid;
	owner->auto_remove = *field(&at, " ") == '1';
	fmt_string(owner->name, sizeof(owner->name), "%s", field(&at, "\n"));
	if (!strncmp(at, "exit ", 5)) {
		at += 5;
		if (num_u32(field(&at, "\n"), &code) == 0)
			owner->exit_code = (int)code;
	}
	return 0;
}

int owner_read(int run_fd, const char *id, struct owner *owner)
{
	cleanup_close int fd = owner_open(run_fd, id);

	memset(owner, 0, sizeof(*owner));
	owner->exit_code = -1;
	return fd < 0 ? fd : owner_parse(fd, owner);
}

bool owner_is_alive(const struct owner *owner)
{
	return proc_is_alive(owner->pid, owner->start_time);
}

int owner_remove(int run_fd, const char *id, struct err *err)
{
	char path[PATH_SIZE];

	if (unlinkat(run_fd, owner_path(id, path), 0) < 0 && errno != ENOENT)
		return err_sys(err, "remove '%s'", path);
	return 0;
}

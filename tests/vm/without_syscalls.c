/*
 * without_syscalls.c - runs a program in a world where some system calls do not exist.
 *
 *	without-syscalls openat2,mount_setattr -- PROGRAM [ARG...]
 *
 * The calls named return ENOSYS, as an older kernel or a strict outer sandbox makes them do
 * (seccomp(2)); everything else is untouched and the filter is inherited. It tests that a program
 * which needs a call that is not there says so, and cleans up.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "user/base/cleanup.h"

#define MAX_CALLS 16

static const struct {
	const char *name;
	unsigned number;
} calls[] = {
	{ "bpf", SYS_bpf },
	{ "clone3", SYS_clone3 },
	{ "close_range", SYS_close_range },
	{ "fsconfig", SYS_fsconfig },
	{ "fsmount", SYS_fsmount },
	{ "fsopen", SYS_fsopen },
	{ "memfd_create", SYS_memfd_create },
	{ "mount_setattr", SYS_mount_setattr },
	{ "move_mount", SYS_move_mount },
	{ "open_tree", SYS_open_tree },
	{ "openat2", SYS_openat2 },
	{ "pidfd_open", SYS_pidfd_open },
	{ "pidfd_send_signal", SYS_pidfd_send_signal },
};

/* Number of the call named by name[0..len), or -1. */
static int find_call(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (strlen(calls[i].name) == len && !memcmp(calls[i].name, name, len))
			return (int)calls[i].number;
	return -1;
}

/* Installs a filter of one comparison a call. Returns 0 or -errno. */
static int deny(const unsigned *numbers, unsigned short count)
{
	struct sock_filter code[MAX_CALLS + 3];
	struct sock_fprog program = { .filter = code };
	unsigned short n = 0;

	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 offsetof(struct seccomp_data, nr));
	for (unsigned short i = 0; i < count; i++)
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, numbers[i],
							 (unsigned char)(count - i), 0);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	program.len = n;
	/* Not no_new_privs, which would change what is tested: this runs as root. */
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? -errno : 0;
}

int main(int argc, char **argv)
{
	unsigned numbers[MAX_CALLS];
	unsigned short count = 0;
	int r;

	if (argc < 4 || strcmp(argv[2], "--") != 0) {
		fprintf(stderr, "usage: without-syscalls NAME[,NAME...] -- PROGRAM [ARG...]\n");
		return 2;
	}
	for (const char *name = argv[1]; *name;) {
		size_t len = strcspn(name, ",");
		int number = find_call(name, len);

		if (number < 0 || count == MAX_CALLS) {
			fprintf(stderr, "without-syscalls: unknown call '%.*s'\n", (int)len, name);
			return 2;
		}
		numbers[count++] = (unsigned)number;
		name += len + (name[len] == ',');
	}
	r = deny(numbers, count);
	if (r) {
		fprintf(stderr, "without-syscalls: filter: %s\n", strerror(-r));
		return 3;
	}
	execvp(argv[3], argv + 3);
	fprintf(stderr, "without-syscalls: '%s': %s\n", argv[3], strerror(errno));
	return 127;
}

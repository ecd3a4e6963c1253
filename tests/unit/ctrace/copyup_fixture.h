/*
 * copyup_fixture.h - events as the kernel side would send them.
 */
#ifndef CBOX_TESTS_CTRACE_COPYUP_FIXTURE_H
#define CBOX_TESTS_CTRACE_COPYUP_FIXTURE_H

#include <stddef.h>
#include <string.h>

#include "bpf/abi/copyup.h"

/* names: leaf first, NUL between, e.g. "passwd\0etc". size includes the last NUL. */
static inline size_t make_event(struct copyup_event *e, const char *names, size_t size)
{
	*e = (struct copyup_event){
		.end_ns = 5000000000ULL,
		.copy_ns = 1500000,
		.fsync_ns = 250000,
		.size_bytes = 65536,
		.copied_bytes = 65536,
		.tgid = 4242,
		.tid = 4243,
		.mntns = 77,
		.device = 5,
		.syscall = 1, /* write on x86-64, io_destroy on arm64 */
		.names_len = (unsigned short)size,
		.kind = COPYUP_DATA,
		.flags = COPYUP_AT_PROCESS_ROOT,
		.comm = "sh",
	};
	memcpy(e->names, names, size);
	return offsetof(struct copyup_event, names) + size;
}

#endif

/*
 * copyup.h - what the copy-up tracer's kernel side tells its user side.
 *
 * Owns: the record of one copy-up as it travels through the ring buffer, and the settings user
 * space fills in before load. Fixed-width types only.
 */
#ifndef CBOX_BPF_ABI_COPYUP_H
#define CBOX_BPF_ABI_COPYUP_H

#include <linux/types.h>

#define COPYUP_COMM_SIZE 16
/* Room for the names of a path, and for one name more than fits (NAME_MAX and its NUL). */
#define COPYUP_NAMES_SIZE 4096
#define COPYUP_NAMES_SLACK 256
#define COPYUP_MAX_DEPTH 256

enum copyup_kind {
	COPYUP_DATA, /* a regular file with its contents */
	COPYUP_META, /* the inode alone: metacopy, symlinks, devices, fifos, sockets */
	COPYUP_DIR,
};

enum copyup_flags {
	COPYUP_NAMES_CUT = 1 << 0,	 /* names end before the root was reached */
	COPYUP_AT_PROCESS_ROOT = 1 << 1, /* names end at the root the process sees */
	COPYUP_FSYNC_UNKNOWN = 1 << 2,	 /* this file system shows no fsync to this backend */
};

/* copyup_event.syscall when no system call of the task is behind the copy-up. */
enum copyup_origin {
	COPYUP_BY_IO_URING = -2,
	COPYUP_BY_KERNEL = -3,
};

struct copyup_event {
	__u64 end_ns;	/* CLOCK_MONOTONIC */
	__u64 copy_ns;	/* without fsync_ns */
	__u64 fsync_ns; /* waiting for the copied data to reach the disk */
	__u64 size_bytes;
	__u64 copied_bytes;
	__u32 tgid, tid; /* in the initial pid namespace */
	__u32 mntns;
	__u32 device; /* of the overlay, as the kernel packs it: major << 20 | minor */
	__s32 syscall;
	__u16 names_len;
	__u8 kind;  /* enum copyup_kind */
	__u8 flags; /* enum copyup_flags */
	char comm[COPYUP_COMM_SIZE];
	/* The path's names from the leaf up, each with its NUL; names_len bytes of them are sent. */
	char names[COPYUP_NAMES_SIZE + COPYUP_NAMES_SLACK];
};

/* A function of the kernel: [begin, end). */
struct kernel_function {
	__u64 begin, end;
	char symbol[64]; /* "ovl_copy_up_one+0x0/0x1a30" */
};

/* Counters a CPU keeps; user space adds them up. */
enum copyup_counter {
	COPYUP_LOST_RING,   /* the ring buffer was full */
	COPYUP_LOST_TABLE,  /* too many copy-ups at once */
	COPYUP_LOST_RETURN, /* kprobe: the kernel had no room to watch a function return */
	COPYUP_COUNTERS,
};

#endif

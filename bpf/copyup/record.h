/*
 * record.h - a copy-up from its beginning to its record, whichever backend saw it.
 *
 * Owns: the table of copy-ups in flight, the comparison of the overlay inode before and after,
 * and the record that is sent.
 * Does not own: finding the beginning and the end (functions.h, tracepoint.h).
 *
 * See: fs/overlayfs/ovl_entry.h.
 */
#ifndef CBOX_BPF_COPYUP_RECORD_H
#define CBOX_BPF_COPYUP_RECORD_H

#include "bpf/abi/copyup.h"
#include "bpf/common/emit.h"
#include "bpf/common/filter.h"
#include "bpf/common/kernel.h"
#include "bpf/common/regs.h"

/* A copy-up that has begun, by the task that works on it. */
struct inflight {
	struct dentry *dentry;
	__u64 begun_ns, fsync_ns, fsync_begun_ns;
	__u64 size_bytes;   /* of the lower file */
	__u64 copied_bytes; /* fexit, kprobe: counted; tracepoint: estimated at the end */
	__u64 dirtied_at_begin;
	/* tracepoint: the upper folder that will hold the new entry */
	struct inode *upper_dir;
	struct super_block *upper_sb;
	__u64 cached_pages;
	bool had_upper, had_data;
	bool is_ours;	/* fexit, kprobe: this task copies, it does not wait for another */
	bool can_clone; /* tracepoint: lower and upper layer can share extents */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct inflight);
} inflights SEC(".maps");

/* Records under construction. A program never meets itself on a CPU, but it may meet another. */
enum scratch_owner { SCRATCH_EXIT, SCRATCH_XCHG, SCRATCH_SKIP, SCRATCH_TO_TS, SCRATCH_COUNT };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCH_COUNT);
	__type(key, __u32);
	__type(value, struct copyup_event);
} scratch SEC(".maps");

static __always_inline __u32 current_tid(void)
{
	return (__u32)bpf_get_current_pid_tgid();
}

static __always_inline struct inflight *current_inflight(void)
{
	__u32 tid = current_tid();

	return bpf_map_lookup_elem(&inflights, &tid);
}

static __always_inline struct ovl_inode *overlay_inode(struct dentry *dentry)
{
	return (void *)BPF_CORE_READ(dentry, d_inode) -
	       bpf_core_field_offset(struct ovl_inode, vfs_inode);
}

static __always_inline bool has_upper(struct ovl_inode *inode)
{
	return BPF_CORE_READ(inode, __upperdentry) != NULL;
}

static __always_inline bool has_data(struct ovl_inode *inode)
{
	__u64 bit = bpf_core_enum_value(enum ovl_inode_flag, OVL_UPPERDATA);

	return BPF_CORE_READ(inode, flags) >> bit & 1;
}

static __always_inline void begin(struct inflight *f, struct dentry *dentry, __u64 size_bytes)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct ovl_inode *inode = overlay_inode(dentry);
	__u32 tid = current_tid();

	f->dentry = dentry;
	f->begun_ns = bpf_ktime_get_ns();
	f->size_bytes = size_bytes;
	f->dirtied_at_begin = BPF_CORE_READ(task, ioac.write_bytes);
	f->had_upper = has_upper(inode);
	f->had_data = f->had_upper && has_data(inode);
	if (bpf_map_update_elem(&inflights, &tid, f, BPF_ANY))
		count(COPYUP_LOST_TABLE);
}

static __always_inline int syscall_of(struct task_struct *task)
{
	__u32 flags = BPF_CORE_READ(task, flags);

	if (flags & PF_IO_WORKER)
		return COPYUP_BY_IO_URING;
	if (flags & PF_KTHREAD)
		return COPYUP_BY_KERNEL;
	return REGS_SYSCALL(entry_regs());
}

struct walk {
	struct copyup_event *event;
	struct dentry *dentry, *root;
	__u32 used;
};

/* One name of a path; 1 ends the walk. */
static long put_name(__u32 i, void *data)
{
	struct walk *w = data;
	struct copyup_event *e = w->event;
	struct dentry *dentry = w->dentry;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
	__u32 used = w->used;
	long len;

	if (dentry == w->root)
		e->flags |= COPYUP_AT_PROCESS_ROOT;
	if (dentry == w->root || dentry == parent) {
		e->flags &= ~COPYUP_NAMES_CUT;
		return 1;
	}
	if (used >= COPYUP_NAMES_SIZE)
		return 1;
	len = bpf_probe_read_kernel_str(e->names + used, COPYUP_NAMES_SLACK,
					BPF_CORE_READ(dentry, d_name.name));
	if (len <= 0 || len > COPYUP_NAMES_SLACK)
		return 1;
	w->used = used + len;
	w->dentry = parent;
	return 0;
}

/*
 * Names from the leaf up, to the root of the process where that lies in this overlay, else to
 * the overlay's own root. Read while the copy-up holds its locks, so a rename has not happened
 * yet. bpf_loop() came with Linux 5.17; without it the verifier walks through every turn, which
 * costs 20 ms in each program.
 */
static __always_inline void put_names(struct copyup_event *e, struct dentry *dentry,
				      struct task_struct *task, bool has_bpf_loop)
{
	struct walk w = { .event = e, .dentry = dentry };

	w.root = BPF_CORE_READ(task, fs, root.dentry);
	e->flags |= COPYUP_NAMES_CUT;
	if (has_bpf_loop) {
		bpf_loop(COPYUP_MAX_DEPTH, put_name, &w, 0);
	} else {
		for (__u32 i = 0; i < COPYUP_MAX_DEPTH; i++)
			if (put_name(i, &w))
				break;
	}
	e->names_len = w.used;
}

static __always_inline __u8 kind_of(__u16 mode, bool data)
{
	if ((mode & S_IFMT) == S_IFDIR)
		return COPYUP_DIR;
	return (mode & S_IFMT) == S_IFREG && data ? COPYUP_DATA : COPYUP_META;
}

/* Sends the record of f. data: the contents are in the upper layer now. */
static __always_inline void send(struct inflight *f, bool data, __u8 flags, __u32 owner,
				 bool has_bpf_loop)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct copyup_event *e = bpf_map_lookup_elem(&scratch, &owner);
	struct dentry *dentry = f->dentry;
	__u64 id = bpf_get_current_pid_tgid();
	__u16 mode = BPF_CORE_READ(dentry, d_inode, i_mode);
	__u64 size;

	if (!e)
		return;
	e->end_ns = bpf_ktime_get_ns();
	e->fsync_ns = f->fsync_ns;
	e->copy_ns = e->end_ns - f->begun_ns - f->fsync_ns;
	e->kind = kind_of(mode, data);
	e->size_bytes = e->kind == COPYUP_DIR ? 0 : f->size_bytes;
	e->copied_bytes = e->kind == COPYUP_DATA ? f->copied_bytes : 0;
	e->tgid = id >> 32;
	e->tid = (__u32)id;
	e->mntns = mntns_of(task);
	e->device = BPF_CORE_READ(dentry, d_sb, s_dev);
	e->syscall = syscall_of(task);
	e->flags = flags;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	put_names(e, dentry, task, has_bpf_loop);
	size = offsetof(struct copyup_event, names) + e->names_len;
	if (size <= sizeof(*e))
		emit(e, size, COPYUP_LOST_RING);
}

static __always_inline void enter_fsync(void)
{
	struct inflight *f = current_inflight();

	if (f)
		f->fsync_begun_ns = bpf_ktime_get_ns();
}

static __always_inline void leave_fsync(struct inflight *f)
{
	if (f && f->fsync_begun_ns) {
		f->fsync_ns += bpf_ktime_get_ns() - f->fsync_begun_ns;
		f->fsync_begun_ns = 0;
	}
}

#endif

/*
 * functions.h - the backends fexit and kprobe: copy-ups seen at the functions of overlayfs.
 *
 * Owns: one set of hooks, attached as fentry/fexit or as kprobe/kretprobe.
 *
 * See: fs/overlayfs/copy_up.c.
 */
#ifndef CBOX_BPF_COPYUP_FUNCTIONS_H
#define CBOX_BPF_COPYUP_FUNCTIONS_H

#include "bpf/copyup/record.h"

static __always_inline void enter_copy_up(struct dentry *dentry)
{
	struct inflight f = { 0 };

	/* A task copies up one inode at a time: an entry here is one whose end we never saw. */
	if (current_inflight())
		count(COPYUP_LOST_RETURN);
	if (is_wanted((void *)bpf_get_current_task()))
		begin(&f, dentry, BPF_CORE_READ(dentry, d_inode, i_size));
}

/* Of several tasks that want the same file, the one that gets the lock and 0 copies it. */
static __always_inline void start_copy_up(int ret)
{
	struct inflight *f = current_inflight();

	if (f && ret == 0) {
		f->is_ours = true;
		f->begun_ns = bpf_ktime_get_ns();
	}
}

static __always_inline void leave_copy_up(void)
{
	struct inflight *f = current_inflight();
	__u32 tid = current_tid();
	struct ovl_inode *inode;
	bool upper, data;

	if (!f)
		return;
	inode = overlay_inode(f->dentry);
	upper = has_upper(inode);
	data = upper && has_data(inode);
	if (f->is_ours && upper && (!f->had_upper || (data && !f->had_data)))
		send(f, data, 0, SCRATCH_EXIT, false);
	bpf_map_delete_elem(&inflights, &tid);
}

static __always_inline void spliced(long bytes)
{
	struct inflight *f = current_inflight();

	if (f && bytes > 0)
		f->copied_bytes += bytes;
}

/* One call copies up one inode; a path whose folders are missing above makes several. */
SEC("fentry/ovl_copy_up_one")
int BPF_PROG(fentry_copy_up_one, struct dentry *parent, struct dentry *dentry)
{
	enter_copy_up(dentry);
	return 0;
}

SEC("fexit/ovl_copy_up_one")
int BPF_PROG(fexit_copy_up_one)
{
	leave_copy_up();
	return 0;
}

SEC("fexit/ovl_copy_up_start")
int BPF_PROG(fexit_copy_up_start, struct dentry *dentry, int flags, int ret)
{
	start_copy_up(ret);
	return 0;
}

/* Moves the bytes that could not be cloned; its results are exactly what was copied. */
SEC("fexit/do_splice_direct")
int BPF_PROG(fexit_splice, void *in, void *in_at, void *out, void *out_at, __u64 len, int flags,
	     long ret)
{
	spliced(ret);
	return 0;
}

SEC("fentry/vfs_fsync")
int BPF_PROG(fentry_fsync)
{
	enter_fsync();
	return 0;
}

SEC("fexit/vfs_fsync")
int BPF_PROG(fexit_fsync)
{
	leave_fsync(current_inflight());
	return 0;
}

SEC("kprobe/ovl_copy_up_one")
int kprobe_copy_up_one(struct pt_regs *regs)
{
	enter_copy_up((void *)REGS_ARG2(regs));
	return 0;
}

SEC("kretprobe/ovl_copy_up_one")
int kretprobe_copy_up_one(struct pt_regs *regs)
{
	leave_copy_up();
	return 0;
}

SEC("kretprobe/ovl_copy_up_start")
int kretprobe_copy_up_start(struct pt_regs *regs)
{
	start_copy_up((int)REGS_RET(regs));
	return 0;
}

SEC("kretprobe/do_splice_direct")
int kretprobe_splice(struct pt_regs *regs)
{
	spliced((long)REGS_RET(regs));
	return 0;
}

SEC("kprobe/vfs_fsync")
int kprobe_fsync(struct pt_regs *regs)
{
	enter_fsync();
	return 0;
}

SEC("kretprobe/vfs_fsync")
int kretprobe_fsync(struct pt_regs *regs)
{
	leave_fsync(current_inflight());
	return 0;
}

#endif

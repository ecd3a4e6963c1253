/*
 * tracepoint.h - the backend for kernels that refuse probes of functions, from Linux 6.13 on.
 *
 * overlayfs has no tracepoints. But ovl_copy_up_one() asks for the times of the upper parent
 * folder before it copies (fill_mg_cmtime), under the mounter's credentials, and puts them back
 * as its last step (a change of the folder's ctime). Between the two marks lies the copy-up.
 * What it works on is in its local variable, struct ovl_copy_up_ctx, on the task's own stack.
 *
 * Owns: the hooks on time stamps and on the fsync of the common file systems.
 *
 * See: fs/overlayfs/copy_up.c, fs/inode.c, Documentation/filesystems/multigrain-ts.rst.
 */
#ifndef CBOX_BPF_COPYUP_TRACEPOINT_H
#define CBOX_BPF_COPYUP_TRACEPOINT_H

#include "bpf/copyup/record.h"

#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#define TMPFS_MAGIC 0x01021994
#define EXT4_SUPER_MAGIC 0xef53
#define XFS_SUPER_MAGIC 0x58465342
#define BTRFS_SUPER_MAGIC 0x9123683e
#define XFS_RO_COMPAT_REFLINK (1 << 2) /* on disk, fs/xfs/libxfs/xfs_format.h */

const volatile __u64 page_bytes = 4096;

/* Filled in by find_functions() below, and by user space. */
struct kernel_function copy_up_one, removexattr;

#define STACK_WORDS 1024
#define MAX_FRAMES 64

struct stack_copy {
	__u64 words[STACK_WORDS];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stack_copy);
} stacks SEC(".maps");

/* Overlayfs works with the mounter's credentials; nearly everything else stops here. */
static __always_inline bool has_other_credentials(struct task_struct *task)
{
	return BPF_CORE_READ(task, cred) != BPF_CORE_READ(task, real_cred);
}

static __always_inline bool is_object(__u64 word)
{
	/* Slab objects are 8-byte aligned and lie in the kernel's half of the address space. */
	return word >> 48 == 0xffff && !(word & 7);
}

struct search {
	struct stack_copy *stack;
	struct inode *upper_dir;
	__u64 base; /* address of words[0] */
	struct ovl_copy_up_ctx *found;
	struct dentry *dentry;
};

/* Is word i, counted from the top of the stack, where the struct begins? 1 ends the search. */
static long look_at_word(__u32 i, void *data)
{
	struct search *s = data;
	__u32 at = (STACK_WORDS - 1 - i) & (STACK_WORDS - 1);
	__u32 at_dentry = at + bpf_core_field_offset(struct ovl_copy_up_ctx, dentry) / 8;
	__u32 at_dir = at + bpf_core_field_offset(struct ovl_copy_up_ctx, destdir) / 8;
	struct dentry *parent, *dentry, *dir;

	if (at_dentry >= STACK_WORDS || at_dir >= STACK_WORDS)
		return 0;
	if (!is_object(s->stack->words[at]) ||
	    !is_object(s->stack->words[at_dentry & (STACK_WORDS - 1)]) ||
	    !is_object(s->stack->words[at_dir & (STACK_WORDS - 1)]))
		return 0;
	parent = (void *)s->stack->words[at];
	dentry = (void *)s->stack->words[at_dentry & (STACK_WORDS - 1)];
	dir = (void *)s->stack->words[at_dir & (STACK_WORDS - 1)];
	if (BPF_CORE_READ(dentry, d_parent) != parent ||
	    BPF_CORE_READ(dir, d_inode) != s->upper_dir ||
	    BPF_CORE_READ(dentry, d_sb, s_magic) != OVERLAYFS_SUPER_MAGIC)
		return 0;
	s->dentry = dentry;
	s->found = (void *)(s->base + at * 8);
	return 1;
}

/* stat(2) and its kin ask for times all day long and never copy up. */
static __always_inline bool is_stat(int syscall)
{
#if defined(__TARGET_ARCH_x86)
	return (syscall >= 4 && syscall <= 6) || syscall == 262 || syscall == 332;
#else
	return syscall == 79 || syscall == 80 || syscall == 291;
#endif
}

/* overlayfs clones where it can. xfs tells in its superblock, btrfs always does. */
static __always_inline bool can_clone(struct super_block *upper, struct ovl_copy_up_ctx *copy_up)
{
	struct xfs_mount *xfs = BPF_CORE_READ(upper, s_fs_info);

	if (BPF_CORE_READ(copy_up, lowerpath.dentry, d_sb) != upper)
		return false;
	switch (BPF_CORE_READ(upper, s_magic)) {
	case BTRFS_SUPER_MAGIC:
		return true;
	case XFS_SUPER_MAGIC:
		if (!bpf_core_field_exists(xfs->m_sb.sb_features_ro_compat))
			return true;
		return BPF_CORE_READ(xfs, m_sb.sb_features_ro_compat) & XFS_RO_COMPAT_REFLINK;
	}
	return false;
}

/* A copy-up, or something else, asks for the times of an inode. */
SEC("raw_tp/fill_mg_cmtime")
int tp_fill_mg_cmtime(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct inode *dir = (void *)ctx->args[0];
	struct inflight f = { .upper_dir = dir };
	struct search search = { .upper_dir = dir };
	struct ovl_copy_up_ctx *copy_up;
	struct pt_regs *regs;
	__u32 zero = 0;

	if (!has_other_credentials(task))
		return 0;
	if ((BPF_CORE_READ(dir, i_mode) & S_IFMT) != S_IFDIR)
		return 0;
	regs = entry_regs();
	if (is_stat(REGS_SYSCALL(regs)) || !is_wanted(task))
		return 0;
	search.stack = bpf_map_lookup_elem(&stacks, &zero);
	search.base = (__u64)regs - sizeof(*search.stack);
	if (!search.stack ||
	    bpf_probe_read_kernel(search.stack, sizeof(*search.stack), (void *)search.base))
		return 0;
	bpf_loop(STACK_WORDS, look_at_word, &search, 0);
	copy_up = search.found;
	if (!copy_up)
		return 0;
	f.upper_sb = BPF_CORE_READ(dir, i_sb);
	f.can_clone = can_clone(f.upper_sb, copy_up);
	begin(&f, search.dentry, BPF_CORE_READ(copy_up, stat.size));
	return 0;
}

/* Is this function on the current call stack? */
static __always_inline bool is_called_from(void *ctx, const struct kernel_function *function)
{
	__u64 frames[MAX_FRAMES / 2];
	long bytes = bpf_get_stack(ctx, frames, sizeof(frames), 0);

	for (int i = 0; i < MAX_FRAMES / 2; i++) {
		if (i * 8 >= bytes)
			break;
		if (frames[i] > function->begin && frames[i] <= function->end)
			return true;
	}
	return false;
}

/*
 * Pages in the new file's cache are pages that were written; a clone leaves none, or on xfs the
 * last one. Under a tight memory limit some are gone again: then the task's own account of what
 * it dirtied says whether it was the whole file. Otherwise the file is sparse, and ends in data.
 */
static __always_inline void estimate_bytes(struct inflight *f)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 pages_bytes = f->cached_pages * page_bytes;
	__u64 dirtied = BPF_CORE_READ(task, ioac.write_bytes) - f->dirtied_at_begin;
	__u64 last_page_unused = -f->size_bytes & (page_bytes - 1);

	if (!pages_bytes || (f->can_clone && f->cached_pages == 1))
		f->copied_bytes = 0;
	else if (dirtied >= f->size_bytes || pages_bytes >= f->size_bytes)
		f->copied_bytes = f->size_bytes;
	else
		f->copied_bytes = pages_bytes - last_page_unused;
}

static __always_inline __u8 fsync_flag(struct inflight *f)
{
	struct super_block *sb = f->upper_sb;

	switch (BPF_CORE_READ(sb, s_magic)) {
	case EXT4_SUPER_MAGIC:
	case XFS_SUPER_MAGIC:
	case BTRFS_SUPER_MAGIC:
	case TMPFS_MAGIC: /* fsync does nothing there */
		return 0;
	}
	return COPYUP_FSYNC_UNKNOWN;
}

static __always_inline void ctime_changes(void *ctx, struct inode *inode, __u32 owner)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct inflight *f;
	struct ovl_inode *overlay;
	__u32 tid;
	bool data;

	if (!has_other_credentials(task))
		return;
	f = current_inflight();
	if (!f)
		return;
	leave_fsync(f);
	overlay = overlay_inode(f->dentry);
	if (inode != f->upper_dir) {
		__u64 pages = BPF_CORE_READ(inode, i_mapping, nrpages);

		if ((BPF_CORE_READ(inode, i_mode) & S_IFMT) != S_IFREG ||
		    BPF_CORE_READ(inode, i_sb) != f->upper_sb)
			return;
		if (pages > f->cached_pages)
			f->cached_pages = pages;
		/* Second stage of a metacopy: its last step is to drop the metacopy attribute. */
		if (!f->had_upper || f->had_data || !is_called_from(ctx, &removexattr))
			return;
		data = true;
	} else {
		if (f->had_upper || !has_upper(overlay) || !is_called_from(ctx, &copy_up_one))
			return;
		data = has_data(overlay);
	}
	estimate_bytes(f);
	send(f, data, fsync_flag(f), owner, true);
	tid = current_tid();
	bpf_map_delete_elem(&inflights, &tid);
}

/* A ctime changes in one of three ways (fs/inode.c, inode_set_ctime_current()). */
SEC("raw_tp/ctime_ns_xchg")
int tp_ctime_ns_xchg(struct bpf_raw_tracepoint_args *ctx)
{
	ctime_changes(ctx, (void *)ctx->args[0], SCRATCH_XCHG);
	return 0;
}

SEC("raw_tp/ctime_xchg_skip")
int tp_ctime_xchg_skip(struct bpf_raw_tracepoint_args *ctx)
{
	ctime_changes(ctx, (void *)ctx->args[0], SCRATCH_SKIP);
	return 0;
}

SEC("raw_tp/inode_set_ctime_to_ts")
int tp_inode_set_ctime_to_ts(struct bpf_raw_tracepoint_args *ctx)
{
	ctime_changes(ctx, (void *)ctx->args[0], SCRATCH_TO_TS);
	return 0;
}

/* fsync: ext4 shows both ends; xfs and btrfs the beginning, and the next ctime is the end. */
static __always_inline void file_system_fsync(void)
{
	if (has_other_credentials((void *)bpf_get_current_task()))
		enter_fsync();
}

SEC("raw_tp/ext4_sync_file_enter")
int tp_ext4_sync_file_enter(void *ctx)
{
	file_system_fsync();
	return 0;
}

SEC("raw_tp/ext4_sync_file_exit")
int tp_ext4_sync_file_exit(void *ctx)
{
	if (has_other_credentials((void *)bpf_get_current_task()))
		leave_fsync(current_inflight());
	return 0;
}

SEC("raw_tp/xfs_file_fsync")
int tp_xfs_file_fsync(void *ctx)
{
	file_system_fsync();
	return 0;
}

SEC("raw_tp/btrfs_sync_file")
int tp_btrfs_sync_file(void *ctx)
{
	file_system_fsync();
	return 0;
}

/* A copy-up that failed leaves its entry for the task's next one, or for here. */
SEC("raw_tp/sched_process_exit")
int tp_sched_process_exit(void *ctx)
{
	__u32 tid = current_tid();

	bpf_map_delete_elem(&inflights, &tid);
	return 0;
}

static __always_inline int find_function(const char *name, __u32 size, struct kernel_function *f)
{
	__u64 args[1];

	if (bpf_kallsyms_lookup_name(name, size, 0, &f->begin))
		return 1;
	args[0] = f->begin;
	bpf_snprintf(f->symbol, sizeof(f->symbol), "%pS", args, sizeof(args));
	return 0;
}

/*
 * Run once by user space before attaching, which then reads the functions' sizes out of the
 * symbols. Reading /proc/kallsyms instead would take 50 ms.
 */
SEC("syscall")
int find_functions(void *ctx)
{
	return find_function("ovl_copy_up_one", sizeof("ovl_copy_up_one"), &copy_up_one) ||
	       find_function("vfs_removexattr", sizeof("vfs_removexattr"), &removexattr);
}

#endif

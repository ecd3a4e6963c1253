/*
 * kernel.h - the kernel's types, as far as the tracers read them.
 *
 * Owns: declarations that hold only the members in use. preserve_access_index makes every access
 * a CO-RE relocation, so the order here means nothing, and building needs no BTF of the build
 * host. A type that changed between kernels is declared twice, the old form with a ___suffix.
 *
 * See: Documentation/bpf/libbpf, "BPF CO-RE".
 */
#ifndef CBOX_BPF_COMMON_KERNEL_H
#define CBOX_BPF_COMMON_KERNEL_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct qstr {
	__u32 len;
	const unsigned char *name;
};

struct address_space {
	unsigned long nrpages;
};

struct super_block {
	__u32 s_dev;
	void *s_fs_info;
	unsigned long s_magic;
	struct dentry *s_root;
};

struct inode {
	unsigned short i_mode;
	struct super_block *i_sb;
	struct address_space *i_mapping;
	unsigned long i_ino;
	long long i_size;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};

struct path {
	struct dentry *dentry;
};

struct file {
	struct inode *f_inode;
};

struct fs_struct {
	struct path root;
};

struct ns_common {
	unsigned int inum;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct mnt_namespace *mnt_ns;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup_subsys_state *subsys[16];
	struct cgroup *dfl_cgrp;
};

enum cgroup_subsys_id {
	cpuset_cgrp_id,
	cpu_cgrp_id,
	cpuacct_cgrp_id,
	io_cgrp_id,
	memory_cgrp_id,
	devices_cgrp_id,
	freezer_cgrp_id,
	pids_cgrp_id,
};

struct task_io_accounting {
	__u64 write_bytes;
};

struct task_struct {
	unsigned int flags;
	int pid, tgid;
	struct task_struct *real_parent;
	const struct cred *real_cred, *cred;
	struct fs_struct *fs;
	struct nsproxy *nsproxy;
	struct css_set *cgroups;
	struct task_io_accounting ioac;
};

/* fs/overlayfs/ovl_entry.h: the overlay's inode and what is known of its upper one. */
struct ovl_inode {
	unsigned long flags;
	struct inode vfs_inode;
	struct dentry *__upperdentry;
};

/* Bit numbers in ovl_inode.flags. */
enum ovl_inode_flag {
	OVL_UPPERDATA = 3,
};

/* fs/xfs: the mount, and what of the superblock on disk is read here. */
struct xfs_sb {
	__u32 sb_features_ro_compat;
};

struct xfs_mount {
	struct xfs_sb m_sb;
};

struct kstat {
	long long size;
};

/* fs/overlayfs/copy_up.c: the local variable ovl_copy_up_one() works on. */
struct ovl_copy_up_ctx {
	struct dentry *parent, *dentry, *destdir;
	struct path lowerpath;
	struct kstat stat;
};

#pragma clang attribute pop

#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFDIR 0040000
#define S_IFLNK 0120000

#define PF_IO_WORKER 0x00000010
#define PF_KTHREAD 0x00200000

#endif

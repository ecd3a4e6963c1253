/*
 * sys.h - system calls that return -errno and touch nothing else.
 *
 * Owns: the raw call (x86_64, aarch64) and one inline wrapper for each call the child uses.
 * Does not own: any decision; each wrapper is the call of its name with the kernel's arguments.
 *
 * Why not libc's: the child after clone3 shares its parent's memory, thread-local storage
 * included. libc would store errno into the parent's thread, and cancellation points, caches
 * and locks of libc belong to the parent as well (see runtime/core/launch.h).
 *
 * See: syscall(2), syscalls(2).
 */
#ifndef CBOX_LINUX_SYS_H
#define CBOX_LINUX_SYS_H

#include <linux/mount.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>

/* Kernel headers of build hosts may be older than the kernels this runs on. */
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

#if defined(__x86_64__)
static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
	long r;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return r;
}
#elif defined(__aarch64__)
static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = n;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}
#else
#error "sys6() is not written for this architecture"
#endif

#define SYS_ARG(x) ((long)(x))
#define sys0(n) sys6(n, 0, 0, 0, 0, 0, 0)
#define sys1(n, a) sys6(n, SYS_ARG(a), 0, 0, 0, 0, 0)
#define sys2(n, a, b) sys6(n, SYS_ARG(a), SYS_ARG(b), 0, 0, 0, 0)
#define sys3(n, a, b, c) sys6(n, SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), 0, 0, 0)
#define sys4(n, a, b, c, d) sys6(n, SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), SYS_ARG(d), 0, 0)
#define sys5(n, a, b, c, d, e) \
	sys6(n, SYS_ARG(a), SYS_ARG(b), SYS_ARG(c), SYS_ARG(d), SYS_ARG(e), 0)

/* Files. */
static inline int sys_openat(int dir, const char *path, int flags, mode_t mode)
{
	return (int)sys4(SYS_openat, dir, path, flags, mode);
}
static inline int sys_openat2(int dir, const char *path, const struct open_how *how)
{
	return (int)sys4(SYS_openat2, dir, path, how, sizeof(*how));
}
static inline int sys_close(int fd)
{
	return (int)sys1(SYS_close, fd);
}
static inline ssize_t sys_read(int fd, void *buf, size_t len)
{
	return sys3(SYS_read, fd, buf, len);
}
static inline ssize_t sys_write(int fd, const void *buf, size_t len)
{
	return sys3(SYS_write, fd, buf, len);
}
static inline int sys_mkdirat(int dir, const char *path, mode_t mode)
{
	return (int)sys3(SYS_mkdirat, dir, path, mode);
}
static inline int sys_mknodat(int dir, const char *path, mode_t mode, dev_t dev)
{
	return (int)sys4(SYS_mknodat, dir, path, mode, dev);
}
static inline int sys_symlinkat(const char *target, int dir, const char *path)
{
	return (int)sys3(SYS_symlinkat, target, dir, path);
}
static inline int sys_unlinkat(int dir, const char *path, int flags)
{
	return (int)sys3(SYS_unlinkat, dir, path, flags);
}
static inline ssize_t sys_readlinkat(int dir, const char *path, char *buf, size_t size)
{
	return sys4(SYS_readlinkat, dir, path, buf, size);
}
static inline int sys_fchownat(int dir, const char *path, uid_t uid, gid_t gid, int flags)
{
	return (int)sys5(SYS_fchownat, dir, path, uid, gid, flags);
}
static inline int sys_fchmodat(int dir, const char *path, mode_t mode)
{
	return (int)sys3(SYS_fchmodat, dir, path, mode);
}
static inline int sys_fchdir(int fd)
{
	return (int)sys1(SYS_fchdir, fd);
}
static inline int sys_chdir(const char *path)
{
	return (int)sys1(SYS_chdir, path);
}
static inline int sys_chroot(const char *path)
{
	return (int)sys1(SYS_chroot, path);
}
static inline int sys_dup3(int from, int to, int flags)
{
	return (int)sys3(SYS_dup3, from, to, flags);
}
static inline int sys_fcntl(int fd, int command, long arg)
{
	return (int)sys3(SYS_fcntl, fd, command, arg);
}
static inline int sys_ioctl(int fd, unsigned long request, const void *arg)
{
	return (int)sys3(SYS_ioctl, fd, request, arg);
}
static inline int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	return (int)sys3(SYS_close_range, first, last, flags);
}

/*
 * The kernel's struct statx up to the device numbers: the one stat whose layout no architecture
 * changes. Declared here because musl 1.2.3 has none and linux/stat.h clashes with its headers.
 */
struct sys_statx {
	uint32_t mask, block_size;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, unused;
	uint64_t ino, size, blocks, attributes_mask;
	uint64_t times[8];
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t rest[14];
};
_Static_assert(sizeof(struct sys_statx) == 256, "layout of struct statx");

#define SYS_STATX_BASIC 0x7ff
static inline int sys_statx(int dir, const char *path, int flags, struct sys_statx *st)
{
	return (int)sys5(SYS_statx, dir, path, flags, SYS_STATX_BASIC, st);
}

/* Mounts. */
static inline int sys_mount(const char *source, const char *target, const char *type,
			    unsigned long flags, const void *data)
{
	return (int)sys5(SYS_mount, source, target, type, flags, data);
}
static inline int sys_umount2(const char *target, int flags)
{
	return (int)sys2(SYS_umount2, target, flags);
}
static inline int sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)sys2(SYS_pivot_root, new_root, put_old);
}
static inline int sys_fsopen(const char *type, unsigned flags)
{
	return (int)sys2(SYS_fsopen, type, flags);
}
static inline int sys_fsconfig(int fd, unsigned command, const char *key, const void *value,
			       int aux)
{
	return (int)sys5(SYS_fsconfig, fd, command, key, value, aux);
}
static inline int sys_fsmount(int fd, unsigned flags, unsigned attributes)
{
	return (int)sys3(SYS_fsmount, fd, flags, attributes);
}
static inline int sys_open_tree(int dir, const char *path, unsigned flags)
{
	return (int)sys3(SYS_open_tree, dir, path, flags);
}
static inline int sys_move_mount(int from, const char *from_path, int to, const char *to_path,
				 unsigned flags)
{
	return (int)sys5(SYS_move_mount, from, from_path, to, to_path, flags);
}
static inline int sys_mount_setattr(int dir, const char *path, unsigned flags,
				    const struct mount_attr *attr)
{
	return (int)sys5(SYS_mount_setattr, dir, path, flags, attr, sizeof(*attr));
}

/* Processes, credentials, namespaces. */
static inline int sys_setns(int fd, int type)
{
	return (int)sys2(SYS_setns, fd, type);
}
static inline int sys_unshare(unsigned long flags)
{
	return (int)sys1(SYS_unshare, flags);
}
static inline int sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c,
			    unsigned long d)
{
	return (int)sys5(SYS_prctl, option, a, b, c, d);
}
static inline int sys_execve(const char *path, const char *const *args, const char *const *env)
{
	return (int)sys3(SYS_execve, path, args, env);
}
static inline void __attribute__((noreturn)) sys_exit(int status)
{
	for (;;)
		sys1(SYS_exit_group, status);
}

#endif

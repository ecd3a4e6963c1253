/*
 * seccomp_default.c - see seccomp_default.h.
 *
 * An allow-list: what is not named fails with EPERM, so a call that a later kernel brings is not
 * open before somebody has looked at it. clone3 fails with ENOSYS, because its flags lie in memory
 * where a filter cannot look; libc then uses clone, whose namespace flags are checked.
 *
 * Left out on purpose: io_uring (its operations pass no filter), userfaultfd, bpf, keyctl and
 * add_key (keyrings are not namespaced), perf_event_open, kexec, module loading, mount and its
 * newer kin, setns, unshare, clock setting, swap, quota, reboot, iopl.
 */
#include "runtime/cli/seccomp_default.h"

#include <linux/capability.h>
#include <string.h>

#include "user/base/cleanup.h"
#include "user/base/str.h"

/* CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET */
#define NAMESPACE_FLAGS "2114060288"

/* clang-format off */
#define ALLOWED \
	"\"accept\",\"accept4\",\"access\",\"adjtimex\",\"alarm\",\"arch_prctl\",\"bind\"," \
	"\"brk\",\"cachestat\",\"capget\",\"capset\",\"chdir\",\"chmod\",\"chown\",\"chown32\"," \
	"\"clock_adjtime\",\"clock_getres\",\"clock_getres_time64\",\"clock_gettime\"," \
	"\"clock_gettime64\",\"clock_nanosleep\",\"clock_nanosleep_time64\",\"close\"," \
	"\"close_range\",\"connect\",\"copy_file_range\",\"creat\",\"dup\",\"dup2\",\"dup3\"," \
	"\"epoll_create\",\"epoll_create1\",\"epoll_ctl\",\"epoll_ctl_old\",\"epoll_pwait\"," \
	"\"epoll_pwait2\",\"epoll_wait\",\"epoll_wait_old\",\"eventfd\",\"eventfd2\"," \
	"\"execve\",\"execveat\",\"exit\",\"exit_group\",\"faccessat\",\"faccessat2\"," \
	"\"fadvise64\",\"fadvise64_64\",\"fallocate\",\"fanotify_mark\",\"fchdir\",\"fchmod\"," \
	"\"fchmodat\",\"fchmodat2\",\"fchown\",\"fchown32\",\"fchownat\",\"fcntl\",\"fcntl64\"," \
	"\"fdatasync\",\"fgetxattr\",\"flistxattr\",\"flock\",\"fork\",\"fremovexattr\"," \
	"\"fsetxattr\",\"fstat\",\"fstat64\",\"fstatat64\",\"fstatfs\",\"fstatfs64\",\"fsync\"," \
	"\"ftruncate\",\"ftruncate64\",\"futex\",\"futex_requeue\",\"futex_time64\"," \
	"\"futex_wait\",\"futex_waitv\",\"futex_wake\",\"futimesat\",\"get_mempolicy\"," \
	"\"get_robust_list\",\"get_thread_area\",\"getcpu\",\"getcwd\",\"getdents\"," \
	"\"getdents64\",\"getegid\",\"getegid32\",\"geteuid\",\"geteuid32\",\"getgid\"," \
	"\"getgid32\",\"getgroups\",\"getgroups32\",\"getitimer\",\"getpeername\",\"getpgid\"," \
	"\"getpgrp\",\"getpid\",\"getppid\",\"getpriority\",\"getrandom\",\"getresgid\"," \
	"\"getresgid32\",\"getresuid\",\"getresuid32\",\"getrlimit\",\"getrusage\",\"getsid\"," \
	"\"getsockname\",\"getsockopt\",\"gettid\",\"gettimeofday\",\"getuid\",\"getuid32\"," \
	"\"getxattr\",\"inotify_add_watch\",\"inotify_init\",\"inotify_init1\"," \
	"\"inotify_rm_watch\",\"io_cancel\",\"io_destroy\",\"io_getevents\",\"io_pgetevents\"," \
	"\"io_pgetevents_time64\",\"io_setup\",\"io_submit\",\"ioctl\",\"ioprio_get\"," \
	"\"ioprio_set\",\"ipc\",\"kill\",\"landlock_add_rule\",\"landlock_create_ruleset\"," \
	"\"landlock_restrict_self\",\"lchown\",\"lchown32\",\"lgetxattr\",\"link\",\"linkat\"," \
	"\"listen\",\"listxattr\",\"llistxattr\",\"_llseek\",\"lremovexattr\",\"lseek\"," \
	"\"lsetxattr\",\"lstat\",\"lstat64\",\"madvise\",\"map_shadow_stack\",\"membarrier\"," \
	"\"memfd_create\",\"memfd_secret\",\"mincore\",\"mkdir\",\"mkdirat\",\"mknod\"," \
	"\"mknodat\",\"mlock\",\"mlock2\",\"mlockall\",\"mmap\",\"mmap2\",\"modify_ldt\"," \
	"\"mprotect\",\"mq_getsetattr\",\"mq_notify\",\"mq_open\",\"mq_timedreceive\"," \
	"\"mq_timedreceive_time64\",\"mq_timedsend\",\"mq_timedsend_time64\",\"mq_unlink\"," \
	"\"mremap\",\"mseal\",\"msgctl\",\"msgget\",\"msgrcv\",\"msgsnd\",\"msync\"," \
	"\"munlock\",\"munlockall\",\"munmap\",\"name_to_handle_at\",\"nanosleep\"," \
	"\"newfstatat\",\"_newselect\",\"open\",\"openat\",\"openat2\",\"pause\"," \
	"\"pidfd_open\",\"pidfd_send_signal\",\"pipe\",\"pipe2\",\"pkey_alloc\",\"pkey_free\"," \
	"\"pkey_mprotect\",\"poll\",\"ppoll\",\"ppoll_time64\",\"prctl\",\"pread64\"," \
	"\"preadv\",\"preadv2\",\"prlimit64\",\"process_mrelease\",\"process_vm_readv\"," \
	"\"process_vm_writev\",\"pselect6\",\"pselect6_time64\",\"ptrace\",\"pwrite64\"," \
	"\"pwritev\",\"pwritev2\",\"read\",\"readahead\",\"readlink\",\"readlinkat\",\"readv\"," \
	"\"recv\",\"recvfrom\",\"recvmmsg\",\"recvmmsg_time64\",\"recvmsg\"," \
	"\"remap_file_pages\",\"removexattr\",\"rename\",\"renameat\",\"renameat2\"," \
	"\"restart_syscall\",\"rmdir\",\"rseq\",\"rt_sigaction\",\"rt_sigpending\"," \
	"\"rt_sigprocmask\",\"rt_sigqueueinfo\",\"rt_sigreturn\",\"rt_sigsuspend\"," \
	"\"rt_sigtimedwait\",\"rt_sigtimedwait_time64\",\"rt_tgsigqueueinfo\"," \
	"\"sched_get_priority_max\",\"sched_get_priority_min\",\"sched_getaffinity\"," \
	"\"sched_getattr\",\"sched_getparam\",\"sched_getscheduler\",\"sched_rr_get_interval\"," \
	"\"sched_rr_get_interval_time64\",\"sched_setaffinity\",\"sched_setattr\"," \
	"\"sched_setparam\",\"sched_setscheduler\",\"sched_yield\",\"seccomp\",\"select\"," \
	"\"semctl\",\"semget\",\"semop\",\"semtimedop\",\"semtimedop_time64\",\"send\"," \
	"\"sendfile\",\"sendfile64\",\"sendmmsg\",\"sendmsg\",\"sendto\",\"set_robust_list\"," \
	"\"set_thread_area\",\"set_tid_address\",\"setfsgid\",\"setfsgid32\",\"setfsuid\"," \
	"\"setfsuid32\",\"setgid\",\"setgid32\",\"setgroups\",\"setgroups32\",\"setitimer\"," \
	"\"setpgid\",\"setpriority\",\"setregid\",\"setregid32\",\"setresgid\",\"setresgid32\"," \
	"\"setresuid\",\"setresuid32\",\"setreuid\",\"setreuid32\",\"setrlimit\",\"setsid\"," \
	"\"setsockopt\",\"setuid\",\"setuid32\",\"setxattr\",\"shmat\",\"shmctl\",\"shmdt\"," \
	"\"shmget\",\"shutdown\",\"sigaltstack\",\"signalfd\",\"signalfd4\",\"sigprocmask\"," \
	"\"sigreturn\",\"socketcall\",\"socketpair\",\"splice\",\"stat\",\"stat64\",\"statfs\"," \
	"\"statfs64\",\"statx\",\"symlink\",\"symlinkat\",\"sync\",\"sync_file_range\"," \
	"\"syncfs\",\"sysinfo\",\"tee\",\"tgkill\",\"time\",\"timer_create\",\"timer_delete\"," \
	"\"timer_getoverrun\",\"timer_gettime\",\"timer_gettime64\",\"timer_settime\"," \
	"\"timer_settime64\",\"timerfd_create\",\"timerfd_gettime\",\"timerfd_gettime64\"," \
	"\"timerfd_settime\",\"timerfd_settime64\",\"times\",\"tkill\",\"truncate\"," \
	"\"truncate64\",\"ugetrlimit\",\"umask\",\"uname\",\"unlink\",\"unlinkat\",\"utime\"," \
	"\"utimensat\",\"utimensat_time64\",\"utimes\",\"vfork\",\"vmsplice\",\"wait4\"," \
	"\"waitid\",\"waitpid\",\"write\",\"writev\""
/* clang-format on */

#define HEAD                                                                                                                       \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,\"syscalls\":["                                               \
	"{\"names\":[" ALLOWED                                                                                                     \
	"],\"action\":\"SCMP_ACT_ALLOW\"}," /* 40: AF_VSOCK reaches the hypervisor past every network namespace */                 \
	"{\"names\":[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\","                                                                   \
	"\"args\":[{\"index\":0,\"value\":40,\"op\":\"SCMP_CMP_NE\"}]}," /* personality: only what changes nothing that matters */ \
	"{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_ALLOW\","                                                              \
	"\"args\":[{\"index\":0,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]},"                                                            \
	"{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_ALLOW\","                                                              \
	"\"args\":[{\"index\":0,\"value\":8,\"op\":\"SCMP_CMP_EQ\"}]},"                                                            \
	"{\"names\":[\"personality\"],\"action\":\"SCMP_ACT_ALLOW\","                                                              \
	"\"args\":[{\"index\":0,\"value\":4294967295,\"op\":\"SCMP_CMP_EQ\"}]},"

/* Without CAP_SYS_ADMIN, clone may make no namespace. */
#define CLONE_CHECKED                                                             \
	"{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38}," \
	"{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\","                   \
	"\"args\":[{\"index\":0,\"value\":" NAMESPACE_FLAGS                       \
	",\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}"

static const char usual[] = HEAD
	"{\"names\":[\"chroot\"],\"action\":\"SCMP_ACT_ALLOW\"}," CLONE_CHECKED "]}";

/* Calls a capability is about: without it they would fail anyway, with it they are wanted. */
static const struct {
	unsigned cap;
	const char *names;
} opened[] = {
	{ CAP_SYS_ADMIN,
	  "\"bpf\",\"clone\",\"clone3\",\"fanotify_init\",\"fsconfig\",\"fsmount\",\"fsopen\","
	  "\"fspick\",\"lookup_dcookie\",\"mount\",\"mount_setattr\",\"move_mount\",\"open_tree\","
	  "\"perf_event_open\",\"quotactl\",\"quotactl_fd\",\"setdomainname\",\"sethostname\","
	  "\"setns\",\"syslog\",\"umount\",\"umount2\",\"unshare\"" },
	{ CAP_SYS_CHROOT, "\"chroot\"" },
	{ CAP_DAC_READ_SEARCH, "\"open_by_handle_at\"" },
	{ CAP_SYS_BOOT, "\"reboot\"" },
	{ CAP_SYS_MODULE, "\"delete_module\",\"init_module\",\"finit_module\"" },
	{ CAP_SYS_PACCT, "\"acct\"" },
	{ CAP_SYS_PTRACE, "\"kcmp\",\"pidfd_getfd\",\"process_madvise\"" },
	{ CAP_SYS_RAWIO, "\"iopl\",\"ioperm\"" },
	{ CAP_SYS_TIME, "\"settimeofday\",\"stime\",\"clock_settime\",\"clock_settime64\"" },
	{ CAP_SYS_TTY_CONFIG, "\"vhangup\"" },
	{ CAP_SYS_NICE, "\"mbind\",\"set_mempolicy\",\"set_mempolicy_home_node\"" },
	{ CAP_SYSLOG, "\"syslog\"" },
	{ CAP_BPF, "\"bpf\"" },
	{ CAP_PERFMON, "\"perf_event_open\"" },
};

static bool has(uint64_t caps, unsigned cap)
{
	return caps >> cap & 1;
}

/* True when the constant text says all there is to say. */
static bool is_usual(uint64_t caps)
{
	for (size_t i = 0; i < ARRAY_LEN(opened); i++)
		if (has(caps, opened[i].cap) != (opened[i].cap == CAP_SYS_CHROOT))
			return false;
	return true;
}

static char *compose(struct arena *arena, uint64_t caps)
{
	cleanup_strbuf struct strbuf text = { 0 };

	strbuf_puts(&text, HEAD);
	for (size_t i = 0; i < ARRAY_LEN(opened); i++)
		if (has(caps, opened[i].cap))
			strbuf_printf(&text, "{\"names\":[%s],\"action\":\"SCMP_ACT_ALLOW\"},",
				      opened[i].names);
	strbuf_puts(&text, has(caps, CAP_SYS_ADMIN)
				   ? "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"
				   : CLONE_CHECKED "]}");
	return text.failed ? NULL : arena_strndup(arena, text.data, text.len);
}

int seccomp_default(struct arena *arena, uint64_t caps, const struct json **node, struct err *err)
{
	struct json *root = arena_alloc(arena, sizeof(*root));
	const char *text = is_usual(caps) ? usual : compose(arena, caps);

	if (!root || !text)
		return err_sys(err, "build the seccomp profile");
	/* not parsed: the text is read only when no compiled filter is cached for it */
	root->type = JSON_OBJECT;
	root->source = text;
	root->source_len = strlen(text);
	*node = root;
	return 0;
}

/*
 * names.c - tables of names. See names.h and the end of spec.h.
 */
#include "runtime/spec/names.h"

#include <linux/capability.h>
#include <linux/sched.h>
#include <stddef.h>
#include <sys/resource.h>

#include "runtime/spec/spec.h"
#include "user/base/cleanup.h"
#include "user/base/str.h"

#define NAME(constant) [constant] = #constant

static const char *const cap_names[] = {
	NAME(CAP_CHOWN),
	NAME(CAP_DAC_OVERRIDE),
	NAME(CAP_DAC_READ_SEARCH),
	NAME(CAP_FOWNER),
	NAME(CAP_FSETID),
	NAME(CAP_KILL),
	NAME(CAP_SETGID),
	NAME(CAP_SETUID),
	NAME(CAP_SETPCAP),
	NAME(CAP_LINUX_IMMUTABLE),
	NAME(CAP_NET_BIND_SERVICE),
	NAME(CAP_NET_BROADCAST),
	NAME(CAP_NET_ADMIN),
	NAME(CAP_NET_RAW),
	NAME(CAP_IPC_LOCK),
	NAME(CAP_IPC_OWNER),
	NAME(CAP_SYS_MODULE),
	NAME(CAP_SYS_RAWIO),
	NAME(CAP_SYS_CHROOT),
	NAME(CAP_SYS_PTRACE),
	NAME(CAP_SYS_PACCT),
	NAME(CAP_SYS_ADMIN),
	NAME(CAP_SYS_BOOT),
	NAME(CAP_SYS_NICE),
	NAME(CAP_SYS_RESOURCE),
	NAME(CAP_SYS_TIME),
	NAME(CAP_SYS_TTY_CONFIG),
	NAME(CAP_MKNOD),
	NAME(CAP_LEASE),
	NAME(CAP_AUDIT_WRITE),
	NAME(CAP_AUDIT_CONTROL),
	NAME(CAP_SETFCAP),
	NAME(CAP_MAC_OVERRIDE),
	NAME(CAP_MAC_ADMIN),
	NAME(CAP_SYSLOG),
	NAME(CAP_WAKE_ALARM),
	NAME(CAP_BLOCK_SUSPEND),
	NAME(CAP_AUDIT_READ),
	NAME(CAP_PERFMON),
	NAME(CAP_BPF),
	NAME(CAP_CHECKPOINT_RESTORE),
};

static const char *const rlimit_names[] = {
	NAME(RLIMIT_CPU),      NAME(RLIMIT_FSIZE), NAME(RLIMIT_DATA),	NAME(RLIMIT_STACK),
	NAME(RLIMIT_CORE),     NAME(RLIMIT_RSS),   NAME(RLIMIT_NPROC),	NAME(RLIMIT_NOFILE),
	NAME(RLIMIT_MEMLOCK),  NAME(RLIMIT_AS),	   NAME(RLIMIT_LOCKS),	NAME(RLIMIT_SIGPENDING),
	NAME(RLIMIT_MSGQUEUE), NAME(RLIMIT_NICE),  NAME(RLIMIT_RTPRIO), NAME(RLIMIT_RTTIME),
};

static const char *const policy_names[] = {
	[SCHED_NORMAL] = "SCHED_OTHER", [SCHED_FIFO] = "SCHED_FIFO",
	[SCHED_RR] = "SCHED_RR",	[SCHED_BATCH] = "SCHED_BATCH",
	[SCHED_IDLE] = "SCHED_IDLE",	[SCHED_DEADLINE] = "SCHED_DEADLINE",
};

static int find(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (names[i] && str_eq(names[i], name))
			return (int)i;
	return -1;
}

int spec_cap_number(const char *name)
{
	return find(cap_names, ARRAY_LEN(cap_names), name);
}

const char *spec_cap_name(unsigned number)
{
	return number < ARRAY_LEN(cap_names) ? cap_names[number] : NULL;
}

int spec_rlimit_number(const char *name)
{
	return find(rlimit_names, ARRAY_LEN(rlimit_names), name);
}

const char *spec_rlimit_name(int resource)
{
	return resource >= 0 && (size_t)resource < ARRAY_LEN(rlimit_names) ? rlimit_names[resource]
									   : NULL;
}

const char *spec_sched_policy_name(unsigned policy)
{
	return policy < ARRAY_LEN(policy_names) ? policy_names[policy] : NULL;
}

static const struct {
	const char *name, *proc_name;
	unsigned long clone_flag;
} namespaces[] = {
	[SPEC_NS_USER] = { "user", "user", CLONE_NEWUSER },
	[SPEC_NS_IPC] = { "ipc", "ipc", CLONE_NEWIPC },
	[SPEC_NS_UTS] = { "uts", "uts", CLONE_NEWUTS },
	[SPEC_NS_NET] = { "network", "net", CLONE_NEWNET },
	[SPEC_NS_PID] = { "pid", "pid", CLONE_NEWPID },
	[SPEC_NS_CGROUP] = { "cgroup", "cgroup", CLONE_NEWCGROUP },
	[SPEC_NS_TIME] = { "time", "time", CLONE_NEWTIME },
	[SPEC_NS_MOUNT] = { "mount", "mnt", CLONE_NEWNS },
};

const char *spec_ns_name(enum spec_ns ns)
{
	return namespaces[ns].name;
}

const char *spec_ns_proc_name(enum spec_ns ns)
{
	return namespaces[ns].proc_name;
}

unsigned long spec_ns_clone_flag(enum spec_ns ns)
{
	return namespaces[ns].clone_flag;
}

const char *spec_hook_name(enum spec_hook_kind kind)
{
	static const char *const names[] = {
		[SPEC_HOOK_PRESTART] = "prestart",
		[SPEC_HOOK_CREATE_RUNTIME] = "createRuntime",
		[SPEC_HOOK_CREATE_CONTAINER] = "createContainer",
		[SPEC_HOOK_START_CONTAINER] = "startContainer",
		[SPEC_HOOK_POSTSTART] = "poststart",
		[SPEC_HOOK_POSTSTOP] = "poststop",
	};

	return names[kind];
}

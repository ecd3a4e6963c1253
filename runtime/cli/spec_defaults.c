/*
 * spec_defaults.c - see spec_defaults.h.
 */
#include "runtime/cli/spec_defaults.h"

#include <linux/capability.h>

#include "user/base/cleanup.h"

#define BIT(cap) (UINT64_C(1) << (cap))

const uint64_t spec_default_caps = BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER) |
				   BIT(CAP_FSETID) | BIT(CAP_KILL) | BIT(CAP_SETGID) |
				   BIT(CAP_SETUID) | BIT(CAP_SETPCAP) | BIT(CAP_NET_BIND_SERVICE) |
				   BIT(CAP_NET_RAW) | BIT(CAP_SYS_CHROOT) | BIT(CAP_MKNOD) |
				   BIT(CAP_AUDIT_WRITE) | BIT(CAP_SETFCAP);

/* What the kernel shows of the host in /proc and /sys beyond a container's business. */
const char *const spec_masked_paths[] = {
	"/proc/acpi",
	"/proc/asound",
	"/proc/interrupts",
	"/proc/kcore",
	"/proc/keys",
	"/proc/latency_stats",
	"/proc/sched_debug",
	"/proc/scsi",
	"/proc/timer_list",
	"/proc/timer_stats",
	"/sys/devices/virtual/powercap",
	"/sys/firmware",
	NULL,
};

const char *const spec_readonly_paths[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", NULL,
};

static const char *const proc_options[] = { "nosuid", "noexec", "nodev", NULL };
static const char *const dev_options[] = { "nosuid", "strictatime", "mode=755", "size=65536k",
					   NULL };
static const char *const pts_options[] = { "nosuid",	"noexec", "newinstance", "ptmxmode=0666",
					   "mode=0620", "gid=5",  NULL };
static const char *const sys_options[] = { "nosuid", "noexec", "nodev", "ro", NULL };
static const char *const shm_options[] = { "nosuid",	"noexec",      "nodev",
					   "mode=1777", "size=65536k", NULL };
static const char *const cgroup_options[] = { "nosuid", "noexec", "nodev", "relatime", "ro", NULL };

#define MOUNT(destination, type, source, options)          \
	{                                                  \
		destination, type, source, options, { 0 }, \
		{                                          \
			0                                  \
		}                                          \
	}

static const struct spec_mount confined[] = {
	MOUNT("/proc", "proc", "proc", proc_options),
	MOUNT("/dev", "tmpfs", "tmpfs", dev_options),
	MOUNT("/dev/pts", "devpts", "devpts", pts_options),
	MOUNT("/sys", "sysfs", "sysfs", sys_options),
	MOUNT("/sys/fs/cgroup", "cgroup", "cgroup", cgroup_options),
	MOUNT("/dev/mqueue", "mqueue", "mqueue", proc_options),
	MOUNT("/dev/shm", "tmpfs", "shm", shm_options),
};

static const struct spec_mount privileged_mounts[] = {
	MOUNT("/proc", "proc", "proc", proc_options),
	MOUNT("/dev", "tmpfs", "tmpfs", dev_options),
	MOUNT("/dev/pts", "devpts", "devpts", pts_options),
	MOUNT("/sys", "sysfs", "sysfs", proc_options),
	MOUNT("/sys/fs/cgroup", "cgroup", "cgroup", proc_options),
	MOUNT("/dev/mqueue", "mqueue", "mqueue", proc_options),
	MOUNT("/dev/shm", "tmpfs", "shm", shm_options),
};

size_t spec_default_mounts(bool privileged, const struct spec_mount **mounts)
{
	*mounts = privileged ? privileged_mounts : confined;
	return privileged ? ARRAY_LEN(privileged_mounts) : ARRAY_LEN(confined);
}

#define RULE(allow, type, major, minor, rw)             \
	{                                               \
		allow, type, major, minor, rw, rw, true \
	}

void spec_default_devices(bool privileged, struct spec_resources *resources)
{
	static struct spec_device_rule all[] = { RULE(true, 'a', -1, -1, true) };
	static struct spec_device_rule usual[] = {
		RULE(false, 'a', -1, -1, true), /* nothing, but … */
		RULE(true, 'c', -1, -1, false), /* any node may be made */
		RULE(true, 'b', -1, -1, false), RULE(true, 'c', 1, 3, true), /* null */
		RULE(true, 'c', 1, 5, true),				     /* zero */
		RULE(true, 'c', 1, 7, true),				     /* full */
		RULE(true, 'c', 1, 8, true),				     /* random */
		RULE(true, 'c', 1, 9, true),				     /* urandom */
		RULE(true, 'c', 5, 0, true),				     /* tty */
		RULE(true, 'c', 5, 1, true),				     /* console */
		RULE(true, 'c', 5, 2, true),				     /* ptmx */
		RULE(true, 'c', 136, -1, true)				     /* pts */
	};

	resources->devices = privileged ? all : usual;
	resources->device_count = privileged ? ARRAY_LEN(all) : ARRAY_LEN(usual);
}

/*
 * host.c - see host.h.
 */
#include "bench/host.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bench/workspace.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/str.h"

#define CGROUP2_MAGIC 0x63677270

/* First bytes of a small /proc or /sys file, without the heap: it is read around every run. */
static const char *peek(const char *path, char *text, size_t size)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : fd_read_full(fd, text, size - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* Value of the first "name : value" line of /proc/cpuinfo. */
static void cpu_field(const char *cpuinfo, const char *name, char *value, size_t size)
{
	const char *line = strstr(cpuinfo, name), *at = line ? strchr(line, ':') : NULL;

	value[0] = '\0';
	if (at)
		fmt_string(value, size, "%.*s", (int)strcspn(at + 2, "\n"), at + 2);
}

static void read_cpu(struct host *host)
{
	cleanup_free char *cpuinfo = NULL;
	struct err ignored = { 0 };
	char flags[4096];

	if (file_read(AT_FDCWD, "/proc/cpuinfo", 1 << 22, &cpuinfo, &ignored) < 0)
		return;
	cpu_field(cpuinfo, "model name", host->cpu, sizeof(host->cpu));
	cpu_field(cpuinfo, "flags", flags, sizeof(flags));
	fmt_string(host->hypervisor, sizeof(host->hypervisor), "%s",
		   strstr(flags, " hypervisor") ? "yes" : "none");
}

static double decimal(const char *text)
{
	char number[32];
	uint64_t nano;

	fmt_string(number, sizeof(number), "%.*s", (int)strcspn(text, " \n"), text);
	return num_nano(number, &nano) == 0 ? (double)nano / 1e9 : 0;
}

static double pressure(const char *resource)
{
	char path[64], text[256], *at;

	fmt_string(path, sizeof(path), "/proc/pressure/%s", resource);
	peek(path, text, sizeof(text));
	at = strstr(text, "some avg10=");
	return at ? decimal(at + strlen("some avg10=")) : -1;
}

static const char *cgroup_mode(void)
{
	struct statfs top, unified;

	if (statfs("/sys/fs/cgroup", &top) < 0)
		return "none";
	if (top.f_type == CGROUP2_MAGIC)
		return "v2";
	if (statfs("/sys/fs/cgroup/unified", &unified) == 0 && unified.f_type == CGROUP2_MAGIC)
		return "hybrid";
	return "v1";
}

void host_read(struct host *host, const struct workspace *ws)
{
	struct utsname name;
	struct sysinfo info;
	char text[128];

	*host = (struct host){ .time_s = clock_ns(CLOCK_REALTIME) / 1000000000 };
	if (uname(&name) == 0) {
		fmt_string(host->kernel, sizeof(host->kernel), "%s", name.release);
		fmt_string(host->machine, sizeof(host->machine), "%s", name.machine);
	}
	read_cpu(host);
	host->cores = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (sysinfo(&info) == 0) {
		host->memory_bytes = (uint64_t)info.totalram * info.mem_unit;
		for (int i = 0; i < 3; i++)
			host->load[i] = (double)info.loads[i] / (1 << SI_LOAD_SHIFT);
	}
	peek("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", text, sizeof(text));
	text[strcspn(text, "\n")] = '\0';
	fmt_string(host->governor, sizeof(host->governor), "%s", text[0] ? text : "none");
	fmt_string(host->cgroup_seen, sizeof(host->cgroup_seen), "%s", cgroup_mode());
	fmt_string(host->cgroup_mode, sizeof(host->cgroup_mode), "%s",
		   ws && ws->hybrid_hidden ? "hybrid" : host->cgroup_seen);
	host->psi_cpu = pressure("cpu");
	host->psi_io = pressure("io");
	host->psi_memory = pressure("memory");
}

static uint64_t number_at(const char *text)
{
	char number[32];
	uint64_t value;

	fmt_string(number, sizeof(number), "%.*s", (int)strcspn(text, " \n"), text);
	return num_u64(number, &value) == 0 ? value : 0;
}

void host_disturbance(struct disturbance *now)
{
	char text[256], *at;

	*now = (struct disturbance){ 0 };
	peek("/proc/pressure/cpu", text, sizeof(text));
	at = strstr(text, "total=");
	if (at)
		now->cpu_stall_ns = number_at(at + strlen("total=")) * 1000;
	/* "cpu  user nice system idle iowait irq softirq steal …", in clock ticks */
	peek("/proc/stat", text, sizeof(text));
	at = str_starts_with(text, "cpu  ") ? text + strlen("cpu  ") : NULL;
	for (int field = 0; at && field < 7; field++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	if (at)
		now->steal_ns = number_at(at) * (1000000000ULL / (uint64_t)sysconf(_SC_CLK_TCK));
}

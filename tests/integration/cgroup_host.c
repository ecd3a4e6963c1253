/*
 * cgroup_host.c - runtime/cgroup against the cgroups of the running kernel; prints TAP.
 *
 * The same program runs on the host (v1, hybrid) and in guests (v2), as root. What a kernel lacks
 * is a skip with the reason. All cgroups it makes are /cbox-test-cgroup-PID and below.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/hierarchy.h"
#include "runtime/spec/spec.h"
#include "user/base/str.h"

#define SET(n)            \
	{                 \
		true, (n) \
	}

static struct cgroup cg;
static struct err err;
static int tests, failures;

static void result(bool ok, const char *name)
{
	tests++;
	failures += !ok;
	printf("%sok %d - cgroup: %s\n", ok ? "" : "not ", tests, name);
	if (!ok)
		printf("# %s\n", err.message);
	fflush(stdout);
}

static void skip(const char *name, const char *why)
{
	printf("ok %d - cgroup: %s # skip %s\n", ++tests, name, why);
}

static bool start(void)
{
	char path[64];

	err_reset(&err);
	snprintf(path, sizeof(path), "/cbox-test-cgroup-%d/c", getpid());
	return cgroup_open(&cg, path, false, &err) == 0 && cg.ops->create(&cg, &err) == 0;
}

static bool finish(void)
{
	bool ok = cg.ops->remove(&cg, &err) == 0;

	for (unsigned i = 0; i < cg.hierarchy_count; i++) {
		char path[CG_PATH_SIZE];

		cg_file_path(&cg.hierarchies[i], cg.path, NULL, path);
		ok &= faccessat(cg.root_fd, path, F_OK, 0) < 0;
		*strrchr(path, '/') = '\0';
		unlinkat(cg.root_fd, path, AT_REMOVEDIR);
	}
	cgroup_close(&cg);
	return ok;
}

/* A child inside the cgroup: cloned into v2, then writing itself into every v1 hierarchy. */
static pid_t spawn(int (*fn)(void))
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t pid;

	if (cg.v2_fd >= 0) {
		args.flags = CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cg.v2_fd;
	}
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid != 0)
		return pid;
	for (unsigned i = 0; i < cg.join_fd_count; i++)
		if (write(cg.join_fds[i], "0", 1) != 1)
			_exit(99);
	_exit(fn());
}

static int wait_for(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static int sleep_long(void)
{
	return (int)sleep(600);
}

/* Read back through a plain path: what cgroup.h wrote, the kernel shows. */
static bool holds(enum cgroup_controller controller, const char *v1, const char *v2,
		  const char *text)
{
	struct cgroup_hierarchy *h = cg_find(&cg, controller);
	char value[256] = "";

	if (h)
		(void)cg_read(&cg, h, h->v2 ? v2 : v1, value, sizeof(value));
	if (h && str_eq(value, text))
		return true;
	snprintf(err.message, sizeof(err.message), "%s holds '%s', not '%s'",
		 h ? h->v2 ? v2 : v1 : "nothing", value, text);
	return false;
}

static void test_limits(void)
{
	struct spec_resources res = {
		.memory = { .limit_bytes = SET(64 << 20), .reservation_bytes = SET(32 << 20) },
		.cpu = { .shares = SET(512),
			 .quota_us = SET(50000),
			 .period_us = SET(100000),
			 .cpus = "0",
			 .mems = "0" },
		.pids_limit = SET(100),
	};
	bool ok = start() && cg.ops->apply(&cg, &res, &err) == 0;

	ok = ok && holds(CG_MEMORY, "memory.limit_in_bytes", "memory.max", "67108864") &&
	     holds(CG_MEMORY, "memory.soft_limit_in_bytes", "memory.low", "33554432") &&
	     holds(CG_CPU, "cpu.shares", "cpu.weight", cg.mode == CGROUP_MODE_V2 ? "59" : "512") &&
	     holds(CG_CPU, "cpu.cfs_quota_us", "cpu.max",
		   cg.mode == CGROUP_MODE_V2 ? "50000 100000" : "50000") &&
	     holds(CG_CPUSET, "cpuset.cpus", "cpuset.cpus", "0") &&
	     holds(CG_PIDS, "pids.max", "pids.max", "100");
	result(ok, "limits are what the kernel shows");
	/* raised, then lowered: memory and memory+swap depend on each other both ways */
	cg.fresh = false;
	res.memory.limit_bytes.value = 512 << 20;
	res.memory.swap_bytes = (struct spec_i64)SET(512LL << 20);
	ok = cg.ops->apply(&cg, &res, &err) == 0;
	res.memory.limit_bytes.value = res.memory.swap_bytes.value = 1LL << 30;
	ok = ok && cg.ops->apply(&cg, &res, &err) == 0;
	res.memory.limit_bytes.value = res.memory.swap_bytes.value = 32 << 20;
	ok = ok && cg.ops->apply(&cg, &res, &err) == 0 &&
	     holds(CG_MEMORY, "memory.limit_in_bytes", "memory.max", "33554432");
	result(ok, "memory and swap can be raised and lowered together");
	result(finish(), "an empty cgroup is removed from every hierarchy");
}

static void test_unsupported(void)
{
	struct spec_if_priority priority = { "lo", 5 };
	struct spec_resources res = { .network_priorities = &priority,
				      .network_priority_count = 1 };
	struct cgroup_hierarchy *h;
	int r;

	start();
	h = cg_find(&cg, CG_NET_PRIO);
	r = cg.ops->apply(&cg, &res, &err);
	if (h)
		skip("a missing controller is named", "this host has net_prio");
	else
		result(r < 0 && err.status == EXIT_UNSUPPORTED &&
			       str_starts_with(err.message, "linux.resources.network.priorities: "),
		       "a missing controller is named");
	finish();
}

static int eat_memory(void)
{
	for (;;) {
		char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);

		if (p == MAP_FAILED)
			return 98;
		memset(p, 1, 1 << 20);
	}
}

static void test_oom(void)
{
	struct spec_resources res = { .memory = { .limit_bytes = SET(16 << 20),
						  .swap_bytes = SET(16 << 20) } };
	struct cgroup_stats stats = { 0 };
	bool ok = start() && cg.ops->apply(&cg, &res, &err) == 0;
	int status = ok ? wait_for(spawn(eat_memory)) : 0;

	ok = ok && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL &&
	     cg.ops->stats(&cg, &stats, &err) == 0;
	result(ok && stats.oom_kills == 1 && stats.memory_limit_bytes == 16 << 20 &&
		       stats.memory_peak_bytes > 8 << 20,
	       "an OOM kill is counted");
	finish();
}

static uint64_t *shared_counter;

static int count(void)
{
	for (;;)
		__atomic_add_fetch(shared_counter, 1, __ATOMIC_RELAXED);
	return 0;
}

static bool counter_moves(void)
{
	uint64_t before = __atomic_load_n(shared_counter, __ATOMIC_RELAXED);

	nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	return __atomic_load_n(shared_counter, __ATOMIC_RELAXED) != before;
}

static void test_freeze(void)
{
	bool ok = start();
	pid_t pid = ok ? spawn(count) : -1;
	pid_t *pids = NULL;
	size_t n = 0;

	ok = ok && pid > 0 && counter_moves() && cg.ops->freeze(&cg, true, &err) == 0 &&
	     !counter_moves();
	result(ok, "a frozen process does not run");
	ok = cg.ops->freeze(&cg, false, &err) == 0 && counter_moves();
	result(ok, "a thawed process runs on");
	ok = cg.ops->pids(&cg, &pids, &n, &err) == 0 && n == 1 && pids[0] == pid;
	free(pids);
	result(ok, "the process inside is listed");
	ok = cg.ops->freeze(&cg, true, &err) == 0 && cg.ops->signal(&cg, SIGKILL, &err) == 0;
	result(ok && WTERMSIG(wait_for(pid)) == SIGKILL, "a frozen process can be killed");
	finish();
}

static void test_remove_busy(void)
{
	struct cgroup_hierarchy *h;
	char nested[CG_PATH_SIZE], procs[32];
	bool ok = start();
	pid_t pids[20];

	for (size_t i = 0; i < 20; i++)
		pids[i] = spawn(sleep_long);
	for (unsigned i = 0; ok && i < cg.hierarchy_count; i++) {
		h = &cg.hierarchies[i];
		cg_file_path(h, cg.path, "nested", nested);
		ok = mkdirat(cg.root_fd, nested, 0755) == 0;
		/* a cpuset without CPUs takes no process */
		if (!ok || h->controllers & 1U << CG_CPUSET)
			continue;
		snprintf(procs, sizeof(procs), "%d", pids[0]);
		cg_file_path(h, cg.path, "nested/cgroup.procs", nested);
		int fd = openat(cg.root_fd, nested, O_WRONLY | O_CLOEXEC);
		ok = write(fd, procs, strlen(procs)) > 0;
		close(fd);
	}
	signal(SIGCHLD, SIG_IGN); /* reap on the spot: remove() waits for them to be gone */
	result(finish() && ok, "removal kills what is inside, nested cgroups included");
	signal(SIGCHLD, SIG_DFL);
}

static int try_devices(void)
{
	char name[] = "/dev/cbox-test-device-XXXXXX"; /* /tmp may be nodev */
	int fd = mkstemp(name);

	close(fd);
	unlink(name);
	if (open("/dev/null", O_RDWR | O_CLOEXEC) < 0)
		return 1;
	/* making any node is allowed, opening it is not: 1:11 is kmsg */
	if (mknod(name, S_IFCHR | 0600, makedev(1, 11)) < 0)
		return 2;
	fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	fd = fd < 0 ? errno : 0;
	unlink(name);
	return fd == EPERM ? 0 : 3;
}

static void test_devices(void)
{
	struct spec_resources res = { 0 };
	struct spec_device_rule kmsg = {
		.allow = true, .type = 'c', .major = 1, .minor = 11, .read = true
	};
	bool ok = start();
	int status;

	if (ok && cg.ops->apply(&cg, &res, &err) < 0 && err.status == EXIT_UNSUPPORTED) {
		skip("standard devices open, others do not", err.message);
		skip("a later rule opens one more device", err.message);
		finish();
		return;
	}
	status = wait_for(spawn(try_devices));
	snprintf(err.message, sizeof(err.message), "the child's status is %#x", status);
	result(ok && status == 0, "standard devices open, others do not");
	cg.fresh = false;
	res.devices = &kmsg;
	res.device_count = 1;
	ok = cg.ops->apply(&cg, &res, &err) == 0;
	status = wait_for(spawn(try_devices));
	result(ok && WEXITSTATUS(status) == 3, "a later rule opens one more device");
	finish();
}

static void test_hugepages(void)
{
	struct spec_hugepage_limit limit = { "2MB", 4 << 20 };
	struct spec_resources res = { .hugepages = &limit, .hugepage_count = 1 };
	bool ok = start() && cg.ops->apply(&cg, &res, &err) == 0;

	if (!ok && err.status == EXIT_UNSUPPORTED)
		skip("hugepages are limited", err.message);
	else
		result(ok && holds(CG_HUGETLB, "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max",
				   "4194304"),
		       "hugepages are limited");
	finish();
}

static void test_block_io(void)
{
	struct spec_throttle_device device = { 0, 0, 1 << 20 }, none = { 4095, 77, 1 };
	struct spec_resources res = { .block_io = { .read_bps = { &device, 1 } } };
	struct stat st;
	char text[64];
	bool ok;
	FILE *list = fopen("/proc/partitions", "re");
	unsigned major = 0, minor = 0;

	while (list && fgets(text, sizeof(text), list) &&
	       sscanf(text, " %u %u", &major, &minor) != 2)
		;
	if (list)
		fclose(list);
	snprintf(text, sizeof(text), "/sys/dev/block/%u:%u", major, minor);
	ok = start();
	if (stat(text, &st) < 0) {
		skip("a block device is throttled", "no block device is here");
	} else {
		device.major = major;
		device.minor = minor;
		ok = ok && cg.ops->apply(&cg, &res, &err) == 0;
		result(ok, "a block device is throttled");
	}
	res.block_io.read_bps.items = &none;
	ok = cg.ops->apply(&cg, &res, &err) < 0 &&
	     str_starts_with(err.message, "linux.resources.blockIO.throttleReadBpsDevice: ");
	result(ok, "a device that is not here is named");
	finish();
}

int main(void)
{
	if (getuid() != 0) {
		printf("ok 1 - cgroup # skip needs root\n1..1\n");
		return 0;
	}
	shared_counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			      0);
	test_limits();
	test_unsupported();
	test_oom();
	test_freeze();
	test_remove_busy();
	test_devices();
	test_hugepages();
	test_block_io();
	printf("1..%d\n", tests);
	return failures != 0;
}

/*
 * host_test.c - facts that every Linux host has are read, and disturbance only grows.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/utsname.h>

#include "bench/host.h"

Test(host, reads_what_uname_and_cpuinfo_say)
{
	struct utsname name;
	struct host host;

	uname(&name);
	host_read(&host, NULL);
	cr_assert_str_eq(host.kernel, name.release);
	cr_assert_str_eq(host.machine, name.machine);
	cr_assert(host.cores >= 1);
	cr_assert(host.memory_bytes > 1 << 20);
	cr_assert(host.time_s > 1700000000);
	cr_assert(host.governor[0] && host.cgroup_mode[0]);
	cr_assert_str_eq(host.cgroup_mode, host.cgroup_seen);
}

Test(host, disturbance_never_goes_back)
{
	struct disturbance first, second;

	host_disturbance(&first);
	host_disturbance(&second);
	cr_assert(second.cpu_stall_ns >= first.cpu_stall_ns);
	cr_assert(second.steal_ns >= first.steal_ns);
}

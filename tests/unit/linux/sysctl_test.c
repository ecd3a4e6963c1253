/*
 * sysctl_test.c - a key becomes a path below /proc/sys and nothing else.
 */
#include <criterion/criterion.h>

#include "runtime/linux/sysctl.h"

Test(sysctl, dots_become_slashes_and_slashes_dots)
{
	char path[64];

	cr_assert_eq(sysctl_path("net.ipv4.ip_forward", path, sizeof(path)), 0);
	cr_assert_str_eq(path, "net/ipv4/ip_forward");
	cr_assert_eq(sysctl_path("net.ipv4.conf.eth0/1.mtu", path, sizeof(path)), 0);
	cr_assert_str_eq(path, "net/ipv4/conf/eth0.1/mtu");
}

Test(sysctl, a_key_cannot_leave_proc_sys)
{
	char path[64];

	cr_assert_eq(sysctl_path("", path, sizeof(path)), -EINVAL);
	cr_assert_eq(sysctl_path("//.//.etc", path, sizeof(path)), -EINVAL);
	cr_assert_eq(sysctl_path(".kernel", path, sizeof(path)), -EINVAL);
	cr_assert_eq(sysctl_path("kernel..x", path, sizeof(path)), -EINVAL);
	cr_assert_eq(sysctl_path("kernel.", path, sizeof(path)), -EINVAL);
}

Test(sysctl, a_long_key_is_refused)
{
	char path[8];

	cr_assert_eq(sysctl_path("kernel.shmmax", path, sizeof(path)), -ENAMETOOLONG);
}

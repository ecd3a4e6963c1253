/*
 * user_test.c - home folders out of an /etc/passwd nobody vouches for.
 */
#include <criterion/criterion.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/linux/user.h"

static const char *home_in(const char *passwd, uid_t uid, char *buf, size_t size)
{
	int fd = memfd_create("passwd", MFD_CLOEXEC);

	cr_assert_eq(write(fd, passwd, strlen(passwd)), (ssize_t)strlen(passwd));
	lseek(fd, 0, SEEK_SET);
	user_home(fd, uid, buf, size);
	close(fd);
	return buf;
}

Test(user, home_is_the_sixth_field_of_the_uid)
{
	const char *text = "root:x:0:0:root:/root:/bin/sh\nme:x:1000:1000:,,,:/home/me:/bin/sh\n";
	char buf[64];

	cr_assert_str_eq(home_in(text, 0, buf, sizeof(buf)), "/root");
	cr_assert_str_eq(home_in(text, 1000, buf, sizeof(buf)), "/home/me");
	cr_assert_str_eq(home_in(text, 1, buf, sizeof(buf)), "/");
}

Test(user, a_broken_passwd_gives_the_root_folder)
{
	char buf[8];

	cr_assert_str_eq(home_in("", 0, buf, sizeof(buf)), "/");
	cr_assert_str_eq(home_in("root:x:0", 0, buf, sizeof(buf)), "/");
	cr_assert_str_eq(home_in(":::::\n\n\nx:x:0:0::/a", 0, buf, sizeof(buf)), "/a");
	cr_assert_str_eq(home_in("r:x:0:0::/too/long/for/it:", 0, buf, sizeof(buf)), "/");
	cr_assert_str_eq(home_in("r:x:00000000000000000000:0::/x:", 0, buf, sizeof(buf)), "/");
	user_home(-1, 0, buf, sizeof(buf));
	cr_assert_str_eq(buf, "/");
}

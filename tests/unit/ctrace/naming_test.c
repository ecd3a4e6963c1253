/*
 * naming_test.c - overlays found in mountinfo, and paths put behind their mount point.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/ctrace/naming.h"

#define LINES                                                                         \
	"22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"                    \
	"30 22 0:31 /etc /mnt/etc rw - overlay overlay rw,lowerdir=/l,upperdir=/u\n"  \
	"31 22 0:31 / /mnt/a\\040b rw - overlay overlay rw,lowerdir=/l,upperdir=/u\n" \
	"32 22 0:310 / /other rw - overlay overlay rw\n"                              \
	"33 22 0:32 /sub /bound rw - overlay overlay rw\n"                            \
	"torn\n"

static char text[1024], *root, *point;

static void setup(void)
{
	strncpy(text, LINES, sizeof(text) - 1);
}

TestSuite(naming, .init = setup);

Test(naming, a_mount_of_the_whole_is_preferred_and_unescaped)
{
	cr_assert(naming_find_mount(text, 31, &root, &point));
	cr_assert_str_eq(root, "/");
	cr_assert_str_eq(point, "/mnt/a b");
}

Test(naming, a_bind_mount_of_a_part_is_found_when_alone)
{
	cr_assert(naming_find_mount(text, 32, &root, &point));
	cr_assert_str_eq(root, "/sub");
	cr_assert_str_eq(point, "/bound");
}

Test(naming, device_numbers_are_compared_whole)
{
	cr_assert_not(naming_find_mount(text, 3, &root, &point));
	setup();
	cr_assert(naming_find_mount(text, 254 << 20, &root, &point));
	cr_assert_str_eq(point, "/");
}

Test(naming, a_path_is_put_behind_the_mount_point_of_a_live_process)
{
	struct naming n;
	struct stat ns, proc;
	struct strbuf out = { 0 };

	cr_assert_eq(stat("/proc/self/ns/mnt", &ns), 0);
	cr_assert_eq(stat("/proc", &proc), 0);
	naming_init(&n, "/nonexistent-cbox");
	cr_assert(
		naming_path(&n, (uint32_t)ns.st_ino, (uint32_t)proc.st_dev, getpid(), "/x", &out));
	cr_assert_str_eq(out.data, "/proc/x");
	out.len = 0;
	cr_assert(naming_path(&n, (uint32_t)ns.st_ino, (uint32_t)proc.st_dev, 0, "/y", &out),
		  "the cache must know it");
	cr_assert_str_eq(out.data, "/proc/y");
	strbuf_free(&out);
	naming_free(&n);
}

Test(naming, a_path_stays_as_it_is_when_nobody_knows_the_mount)
{
	struct naming n;
	struct strbuf out = { 0 };

	naming_init(&n, "/nonexistent-cbox");
	cr_assert_not(naming_path(&n, 1, 31, 0, "/x", &out));
	cr_assert_str_eq(out.data, "/x");
	strbuf_free(&out);
	naming_free(&n);
}

Test(naming, a_fixed_container_names_everything)
{
	struct naming n;
	const char *name, *id;

	naming_init(&n, "/nonexistent-cbox");
	naming_container(&n, 5, &name, &id);
	cr_assert_null(name);
	n.fixed_name = "web";
	naming_container(&n, 5, &name, &id);
	cr_assert_str_eq(name, "web");
	cr_assert_null(id);
	naming_free(&n);
}

/*
 * mount_options_test.c - option words end in the right field, later words win.
 */
#include <criterion/criterion.h>
#include <linux/mount.h>
#include <sys/mount.h>

#include "runtime/linux/mount_options.h"

static struct mount_request read_options(const char *type, const char *const *options)
{
	static char block[4096];
	static struct arena arena;
	struct mount_request request = { .type = type };
	struct err err = { 0 };

	if (!arena.next)
		arena_use(&arena, block, sizeof(block));
	cr_assert_eq(mount_options_read(&arena, options, &request, &err), 0, "%s", err.message);
	return request;
}

#define OPTIONS(...)                            \
	(const char *const[])                   \
	{                                       \
		__VA_ARGS__ __VA_OPT__(, ) NULL \
	}

Test(mount_options, attributes_and_data_are_told_apart)
{
	struct mount_request r =
		read_options("tmpfs", OPTIONS("nosuid", "strictatime", "mode=755", "size=65536k"));

	cr_assert_eq(r.attr_set, MOUNT_ATTR_NOSUID | MOUNT_ATTR_STRICTATIME);
	cr_assert_str_eq(r.data[0], "mode=755");
	cr_assert_str_eq(r.data[1], "size=65536k");
	cr_assert_null(r.data[2]);
	cr_assert_not(r.bind);
}

Test(mount_options, a_later_word_wins)
{
	struct mount_request r = read_options("tmpfs", OPTIONS("ro", "rw", "suid", "nosuid"));

	cr_assert_eq(r.attr_set, MOUNT_ATTR_NOSUID);
	cr_assert_eq(r.attr_clear, MOUNT_ATTR_RDONLY);
}

Test(mount_options, access_time_modes_replace_each_other)
{
	struct mount_request r = read_options("tmpfs", OPTIONS("strictatime", "noatime"));

	cr_assert_eq(r.attr_set & MOUNT_ATTR__ATIME, MOUNT_ATTR_NOATIME);
}

Test(mount_options, recursive_words_are_kept_apart)
{
	struct mount_request r = read_options(NULL, OPTIONS("rbind", "rro", "ro", "rnosuid"));

	cr_assert(r.bind && r.bind_recursive);
	cr_assert_eq(r.attr_set, MOUNT_ATTR_RDONLY);
	cr_assert_eq(r.recursive_set, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID);
}

Test(mount_options, propagation_is_read_with_and_without_recursion)
{
	struct mount_request r = read_options(NULL, OPTIONS("bind", "rslave", "private"));

	cr_assert_eq(r.propagation_recursive, (uint64_t)MS_SLAVE);
	cr_assert_eq(r.propagation, (uint64_t)MS_PRIVATE);
	cr_assert_not(r.bind_recursive);
}

Test(mount_options, a_bind_drops_data_and_type_bind_means_bind)
{
	struct mount_request r = read_options("bind", OPTIONS("size=1k", "ro"));

	cr_assert(r.bind);
	cr_assert_null(r.data);
}

Test(mount_options, words_for_mount8_change_nothing)
{
	struct mount_request r = read_options("tmpfs", OPTIONS("defaults", "async", "nofail"));

	cr_assert_null(r.data);
	cr_assert_eq(r.attr_set | r.attr_clear, 0);
}

Test(mount_options, no_options_are_no_data)
{
	cr_assert_null(read_options("proc", NULL).data);
}

Test(mount_options, what_cannot_be_done_is_refused)
{
	struct arena arena = { 0 };
	struct mount_request request = { .type = "bind" };
	struct err err = { 0 };

	cr_assert_eq(mount_options_read(&arena, OPTIONS("remount"), &request, &err), -EINVAL);
	cr_assert_eq(mount_options_read(&arena, OPTIONS("idmap"), &request, &err), -ENOTSUP);
	cr_assert_eq(err.status, EXIT_UNSUPPORTED);
	arena_free(&arena);
}

/* A word that the reader does not know would be data for the file system. */
static void is_no_data(void *context, const char *word)
{
	const char *const options[] = { word, NULL };
	struct mount_request request = { .type = "tmpfs" };
	cleanup_arena struct arena arena = { 0 };

	cr_assert_eq(mount_options_read(&arena, options, &request, NULL), 0);
	cr_assert_null(request.data, "%s", word);
	++*(unsigned *)context;
}

Test(mount_options, every_listed_word_is_read)
{
	unsigned count = 0;

	mount_options_each(is_no_data, &count);
	cr_assert_gt(count, 40);
}

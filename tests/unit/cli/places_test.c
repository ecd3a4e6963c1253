/*
 * places_test.c - the two folders are made as needed, and listed in order.
 */
#include "runtime/cli/places.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/file.h"
#include "user/base/fmt.h"

static char top[] = "/tmp/cbox-test-places-XXXXXX";
static struct arena arena;

static void make_top(void)
{
	char path[64];

	cr_assert(mkdtemp(top));
	fmt_string(path, sizeof(path), "%s/a/root", top);
	setenv("CBOX_ROOT", path, 1);
	fmt_string(path, sizeof(path), "%s/run", top);
	setenv("CBOX_RUN", path, 1);
}

static void remove_top(void)
{
	arena_free(&arena);
	cr_assert_eq(file_remove_all(AT_FDCWD, top, NULL), 0);
}

TestSuite(places, .init = make_top, .fini = remove_top);

Test(places, what_is_missing_is_made_and_opening_again_keeps_it)
{
	struct err err = { 0 };

	for (int i = 0; i < 2; i++) {
		cleanup_places struct places places = PLACES_NONE;

		cr_assert_eq(places_open(&places, &err), 0, "%s", err.message);
		cr_assert_eq(faccessat(places.root_fd, "containers", F_OK, 0), 0);
		cr_assert_eq(faccessat(places.root_fd, "names", F_OK, 0), 0);
		cr_assert_eq(faccessat(places.run_fd, "owners", F_OK, 0), 0);
		cr_assert_eq(access(places.core, F_OK), 0, "%s", places.core);
		if (i == 0)
			cr_assert_eq(mkdirat(places.root_fd, "containers/x", 0700), 0);
		else
			cr_assert_eq(faccessat(places.root_fd, "containers/x", F_OK, 0), 0);
	}
}

Test(places, a_relative_folder_is_refused)
{
	cleanup_places struct places places = PLACES_NONE;
	struct err err = { 0 };

	setenv("CBOX_RUN", "run", 1);
	cr_assert_eq(places_open(&places, &err), -EINVAL);
	cr_assert_neq(err.message[0], '\0');
}

Test(places, a_list_is_sorted_without_hidden_entries_and_as_long_as_it_must_be)
{
	cleanup_places struct places places = PLACES_NONE;
	struct err err = { 0 };
	const char **names;
	char path[64];

	cr_assert_eq(places_open(&places, &err), 0, "%s", err.message);
	cr_assert_eq(places_list(&arena, places.root_fd, "containers", &names, &err), 0);
	cr_assert_null(names[0]);
	cr_assert_eq(mkdirat(places.root_fd, "containers/.hidden", 0700), 0);
	for (int i = 39; i >= 0; i--) {
		fmt_string(path, sizeof(path), "containers/c%c%c", '0' + i / 10, '0' + i % 10);
		cr_assert_eq(mkdirat(places.root_fd, path, 0700), 0);
	}
	cr_assert_eq(places_list(&arena, places.root_fd, "containers", &names, &err), 0);
	for (int i = 0; i < 40; i++) {
		fmt_string(path, sizeof(path), "c%c%c", '0' + i / 10, '0' + i % 10);
		cr_assert_str_eq(names[i], path);
	}
	cr_assert_null(names[40]);
	cr_assert_eq(places_list(&arena, places.root_fd, "absent", &names, &err), -ENOENT);
}

/*
 * container_lookup_test.c - reading container records, and finding the one that is meant.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "user/base/container_lookup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

static char dir[64];
static struct live_containers list;
static struct err err;

static void add(const char *file, const char *text)
{
	char path[256];

	fmt_string(path, sizeof(path), "%s/containers/%s", dir, file);
	cr_assert_eq(
		file_write_atomic(AT_FDCWD, path, text, strlen(text), 0600, FILE_VOLATILE, &err), 0,
		"%s", err.message);
}

static void setup(void)
{
	char path[256];

	strncpy(dir, "/tmp/cbox-test-lookup-XXXXXX", sizeof(dir) - 1);
	cr_assert_not_null(mkdtemp(dir));
	fmt_string(path, sizeof(path), "%s/containers", dir);
	cr_assert_eq(mkdir(path, 0700), 0);
	add("aa11.json",
	    "{\"schema\":1,\"id\":\"aa11\",\"name\":\"web\",\"pid\":42,\"start_time\":7,"
	    "\"cgroup\":\"/cbox/aa11\",\"mntns\":4026531841,\"netns\":5,"
	    "\"upper\":\"/u\",\"lower\":[\"/l\"],\"image\":\"demo\"}");
	add("aa22.json", "{\"id\":\"aa22\",\"name\":\"db\",\"pid\":43,\"mntns\":4026531842}");
	cr_assert_eq(live_containers_load(dir, &list, &err), 0, "%s", err.message);
}

static void teardown(void)
{
	live_containers_free(&list);
	file_remove_all(AT_FDCWD, dir, &err);
}

TestSuite(container_lookup, .init = setup, .fini = teardown);

Test(container_lookup, reads_every_field_and_sorts_by_name)
{
	cr_assert_eq(list.count, 2);
	cr_assert_str_eq(list.items[0].name, "db");
	cr_assert_str_eq(list.items[1].id, "aa11");
	cr_assert_str_eq(list.items[1].cgroup, "/cbox/aa11");
	cr_assert_str_eq(list.items[1].image, "demo");
	cr_assert_eq(list.items[1].pid, 42);
	cr_assert_eq(list.items[1].start_time, 7);
	cr_assert_eq(list.items[1].netns, 5);
}

Test(container_lookup, finds_by_name_id_and_unique_prefix)
{
	cr_assert_str_eq(live_container_find(&list, "web", &err)->id, "aa11");
	cr_assert_str_eq(live_container_find(&list, "aa22", &err)->name, "db");
	cr_assert_str_eq(live_container_find(&list, "aa2", &err)->name, "db");
}

Test(container_lookup, an_ambiguous_prefix_is_an_error)
{
	cr_assert_null(live_container_find(&list, "aa", &err));
	cr_assert_eq(err.number, EINVAL);
}

Test(container_lookup, an_unknown_name_lists_those_that_exist)
{
	cr_assert_null(live_container_find(&list, "wbe", &err));
	cr_assert_eq(err.number, ENOENT);
	cr_assert_str_eq(err.hint, "running containers: db, web");
}

Test(container_lookup, an_empty_name_finds_nothing)
{
	cr_assert_null(live_container_find(&list, "", &err));
}

Test(container_lookup, broken_and_foreign_files_are_left_out)
{
	add("bad.json", "{\"id\":");
	add("wrong.json", "{\"id\":\"../x\",\"name\":\"x\"}");
	add("notes.txt", "{}");
	cr_assert_eq(live_containers_load(dir, &list, &err), 0);
	cr_assert_eq(list.count, 2);
}

Test(container_lookup, no_folder_means_no_containers)
{
	cr_assert_eq(live_containers_load("/nonexistent-cbox", &list, &err), 0);
	cr_assert_eq(list.count, 0);
	cr_assert_null(live_container_find(&list, "web", &err));
	cr_assert_not_null(strstr(err.hint, "cgroup path"));
}

Test(container_lookup, a_mount_namespace_names_its_container)
{
	cr_assert_str_eq(live_container_by_mntns(&list, 4026531842)->name, "db");
	cr_assert_null(live_container_by_mntns(&list, 1));
	cr_assert_null(live_container_by_mntns(&list, 0));
}

Test(container_lookup, many_names_are_cut_in_the_hint)
{
	for (int i = 0; i < 60; i++) {
		char name[32], text[128];

		fmt_string(name, sizeof(name), "c%d.json", i);
		fmt_string(text, sizeof(text), "{\"id\":\"c%d\",\"name\":\"a-long-name-%d\"}", i,
			   i);
		add(name, text);
	}
	cr_assert_eq(live_containers_load(dir, &list, &err), 0);
	cr_assert_null(live_container_find(&list, "none", &err));
	cr_assert_not_null(strstr(err.hint, "…"));
	cr_assert_lt(strlen(err.hint), sizeof(err.hint));
}

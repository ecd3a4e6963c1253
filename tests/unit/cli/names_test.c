/*
 * names_test.c - a name belongs to one container at a time, and finding one is unambiguous.
 */
#include "runtime/cli/names.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/cli/owner.h"
#include "runtime/cli/status.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/proc.h"

#define ID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "aabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static char top[] = "/tmp/cbox-test-names-XXXXXX";
static struct places places = PLACES_NONE;
static struct arena arena;

static void open_places(void)
{
	char path[64];
	struct err err = { 0 };

	cr_assert(mkdtemp(top));
	fmt_string(path, sizeof(path), "%s/root", top);
	setenv("CBOX_ROOT", path, 1);
	fmt_string(path, sizeof(path), "%s/run", top);
	setenv("CBOX_RUN", path, 1);
	cr_assert_eq(places_open(&places, &err), 0, "%s", err.message);
}

static void close_places(void)
{
	places_close(&places);
	arena_free(&arena);
	cr_assert_eq(file_remove_all(AT_FDCWD, top, NULL), 0);
}

TestSuite(names, .init = open_places, .fini = close_places);

static void store(const char *id, const char *name)
{
	const char *const list[] = { "x", NULL };
	struct config config = { .id = id,
				 .name = name,
				 .image_id = "i",
				 .lower = list,
				 .args = list,
				 .created_ns = 1 };
	struct strbuf text = { 0 };
	char path[128];

	fmt_string(path, sizeof(path), "containers/%s", id);
	cr_assert_eq(mkdirat(places.root_fd, path, 0700), 0);
	config_write(&config, &text);
	fmt_string(path, sizeof(path), "containers/%s/config.json", id);
	cr_assert_eq(file_write_atomic(places.root_fd, path, text.data, text.len, 0600,
				       FILE_VOLATILE, NULL),
		     0);
	strbuf_free(&text);
}

static int claim(const char *name, const char *id, struct err *err)
{
	const char *claimed;

	return names_claim(&arena, &places, name, id, &claimed, err);
}

Test(names, a_name_is_claimed_once)
{
	struct err err = { 0 };

	cr_assert_eq(claim("web", ID_A, &err), 0);
	store(ID_A, "web");
	cr_assert_eq(claim("web", ID_B, &err), -EEXIST);
	cr_assert(strstr(err.message, "Conflict. The container name \"/web\" is already in use by "
				      "container \"" ID_A "\""),
		  "%s", err.message);
	cr_assert_eq(names_release(&places, "web", ID_B, NULL), 0);
	cr_assert_eq(claim("web", ID_B, &(struct err){ 0 }), -EEXIST, "another's release counts");
	cr_assert_eq(names_release(&places, "web", ID_A, NULL), 0);
	cr_assert_eq(claim("web", ID_B, &err), 0);
}

Test(names, a_name_without_container_or_owner_is_free)
{
	struct err err = { 0 };

	cr_assert_eq(claim("web", ID_A, &err), 0);
	cr_assert_eq(claim("web", ID_B, &err), 0, "%s", err.message);
	cr_assert_eq(owner_write(places.run_fd, ID_B, "web", false, &err), 0);
	cr_assert_eq(claim("web", ID_A, &err), -EEXIST, "its container is being made");
}

Test(names, the_error_tells_when_the_owner_is_dead)
{
	struct err err = { 0 };
	char path[128];

	cr_assert_eq(claim("web", ID_A, &err), 0);
	store(ID_A, "web");
	fmt_string(path, sizeof(path), "owners/%s", ID_A);
	cr_assert_eq(file_write_atomic(places.run_fd, path, "1 99 0 web\n", 11, 0600, FILE_VOLATILE,
				       NULL),
		     0);
	cr_assert_eq(claim("web", ID_B, &err), -EEXIST);
	cr_assert(strstr(err.hint, "system recover"), "%s", err.hint);
}

Test(names, made_up_names_are_valid_and_free)
{
	const char *name;
	struct err err = { 0 };

	for (int i = 0; i < 50; i++) {
		cr_assert_eq(names_claim(&arena, &places, NULL, ID_A, &name, &err), 0);
		cr_assert_eq(names_check(name, NULL), 0);
	}
}

Test(names, odd_names_are_refused)
{
	static const char *const bad[] = { "", "-a", ".a", "a/b", "a b", "a+b", "../x" };
	char id[CONFIG_ID + 1];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_lt(names_check(bad[i], NULL), 0, "'%s' was taken", bad[i]);
	cr_assert_eq(names_lookup(&places, "../containers", id), -ENOENT);
}

Test(names, containers_are_found_by_name_id_and_unique_prefix)
{
	struct container_info info;
	struct err err = { 0 };

	cr_assert_eq(claim("web", ID_A, &err), 0);
	store(ID_A, "web");
	store(ID_B, "db");
	cr_assert_eq(status_find(&arena, &places, "web", &info, &err), 0);
	cr_assert_str_eq(info.config.id, ID_A);
	cr_assert_eq(status_find(&arena, &places, ID_B, &info, &err), 0);
	cr_assert_eq(status_find(&arena, &places, "aab", &info, &err), 0);
	cr_assert_str_eq(info.config.id, ID_B);
	cr_assert_eq(status_find(&arena, &places, "aa", &info, &err), -EINVAL);
	cr_assert(strstr(err.message, "2 containers"), "%s", err.message);
	cr_assert_eq(status_find(&arena, &places, "nope", &info, &err), -ENOENT);
	cr_assert(strstr(err.message, "No such container: nope"), "%s", err.message);
}

Test(names, an_owner_record_tells_dead_from_alive)
{
	struct owner owner;
	struct err err = { 0 };

	cr_assert_eq(owner_read(places.run_fd, ID_A, &owner), -ENOENT);
	cr_assert_eq(owner_write(places.run_fd, ID_A, "web", true, &err), 0);
	cr_assert_eq(owner_read(places.run_fd, ID_A, &owner), 0);
	cr_assert(owner_is_alive(&owner) && owner.auto_remove && owner.exit_code == -1);
	cr_assert_str_eq(owner.name, "web");
	owner_write_exit(places.run_fd, ID_A, 42);
	cr_assert_eq(owner_read(places.run_fd, ID_A, &owner), 0);
	cr_assert_eq(owner.exit_code, 42);
	owner.start_time++;
	cr_assert_not(owner_is_alive(&owner), "a reused pid is another process");
	cr_assert_eq(owner_remove(places.run_fd, ID_A, &err), 0);
}

/*
 * status_test.c - what a container's records, whole, absent or cut off, say of it.
 */
#include "runtime/cli/status.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/proc.h"

#define ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static char top[] = "/tmp/cbox-test-status-XXXXXX";
static struct places places = PLACES_NONE;
static struct arena arena;
static const char *const list[] = { "x", NULL };
static const struct config config = {
	.id = ID,
	.name = "web",
	.image = "i",
	.image_id = "i",
	.lower = list,
	.args = list,
};

static void put(int dir, const char *path, const char *data, size_t len)
{
	int fd = openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, data, len), (ssize_t)len);
	close(fd);
}

static void make_container(void)
{
	struct strbuf text = { 0 };
	struct err err = { 0 };
	char path[64];

	cr_assert(mkdtemp(top));
	fmt_string(path, sizeof(path), "%s/root", top);
	setenv("CBOX_ROOT", path, 1);
	fmt_string(path, sizeof(path), "%s/run", top);
	setenv("CBOX_RUN", path, 1);
	cr_assert_eq(places_open(&places, &err), 0, "%s", err.message);
	cr_assert_eq(mkdirat(places.root_fd, "containers/" ID, 0700), 0);
	config_write(&config, &text);
	put(places.root_fd, "containers/" ID "/config.json", text.data, text.len);
	strbuf_free(&text);
}

static void remove_container(void)
{
	places_close(&places);
	arena_free(&arena);
	cr_assert_eq(file_remove_all(AT_FDCWD, top, NULL), 0);
}

TestSuite(status, .init = make_container, .fini = remove_container);

static struct container_info load(void)
{
	struct container_info info;
	struct err err = { 0 };

	cr_assert_eq(status_load(&arena, &places, ID, &info, &err), 0, "%s", err.message);
	return info;
}

static void own(void)
{
	struct err err = { 0 };

	cr_assert_eq(owner_write(places.run_fd, ID, "web", false, &err), 0, "%s", err.message);
}

Test(status, with_an_owner_it_is_created_and_with_a_live_record_it_runs)
{
	struct container_info info;
	struct err err = { 0 };

	own();
	cr_assert_str_eq(status_name(load().status), "created");
	cr_assert_eq(status_write_live(&places, &config, getpid(), "/cbox/" ID, &err), 0);
	info = load();
	cr_assert_str_eq(status_name(info.status), "running");
	cr_assert_eq(info.pid, getpid());
	cr_assert_eq(info.start_time, proc_start_time(getpid()));
	cr_assert_str_eq(info.cgroup, "/cbox/" ID);
	cr_assert_neq(info.mntns, 0);
	cr_assert_eq(status_remove_live(&places, ID, &err), 0, "%s", err.message);
	cr_assert_str_eq(status_name(load().status), "created");
	cr_assert_eq(status_remove_live(&places, ID, &err), 0, "absent is success");
}

Test(status, with_an_owner_that_is_no_more_it_is_dead)
{
	put(places.run_fd, "owners/" ID, "1 1 0 web\n", 10);
	cr_assert_str_eq(status_name(load().status), "dead");
}

Test(status, an_ending_is_read_back_as_it_was_written)
{
	const struct ending ending = { .exit_code = 137,
				       .oom_killed = true,
				       .started_ns = 5,
				       .finished_ns = 7,
				       .error = "no \"more\" memory" };
	struct container_info info;
	struct err err = { 0 };

	cr_assert_eq(status_write_ending(&places, ID, &ending, &err), 0, "%s", err.message);
	info = load();
	cr_assert_str_eq(status_name(info.status), "exited");
	cr_assert_eq(info.exit_code, 137);
	cr_assert(info.oom_killed);
	cr_assert_eq(info.started_ns, 5);
	cr_assert_eq(info.finished_ns, 7);
	cr_assert_str_eq(info.error, "no \"more\" memory");
}

Test(status, without_owner_or_ending_the_host_went_down_under_it)
{
	struct container_info info = load();

	cr_assert_str_eq(status_name(info.status), "exited");
	cr_assert_eq(info.exit_code, 255);
	put(places.root_fd, "containers/" ID "/state.json", "{\"exit_code\":0,", 15);
	info = load();
	cr_assert_eq(info.exit_code, 255, "an ending cut off is no ending");
	cr_assert_neq(info.error[0], '\0');
}

Test(status, a_config_that_was_cut_off_is_an_error_and_left_out_of_the_list)
{
	struct container_info info, *all;
	struct err err = { 0 };
	size_t count;

	cr_assert_eq(status_list(&arena, &places, &all, &count, &err), 0, "%s", err.message);
	cr_assert_eq(count, 1);
	put(places.root_fd, "containers/" ID "/config.json", "{\"id\":\"", 7);
	cr_assert_eq(status_load(&arena, &places, ID, &info, &err), -EINVAL);
	cr_assert(strstr(err.message, "aaaaaaaaaaaa"), "%s", err.message);
	cr_assert_eq(status_list(&arena, &places, &all, &count, &err), 0, "%s", err.message);
	cr_assert_eq(count, 0);
}

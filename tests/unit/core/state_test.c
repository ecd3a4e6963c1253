/*
 * state_test.c - the records of a container: written, read back, cut off, locked by their maker.
 */
#include "runtime/core/state.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/base/file.h"
#include "user/base/proc.h"

static char top[] = "/tmp/cbox-test-state-XXXXXX";
static struct state_folder folder = STATE_FOLDER_NONE;
static struct arena arena;
static struct container container;

static void make_folder(void)
{
	static const char *const annotations[] = { "a.b", "one \"two\"", NULL };
	struct err err = { 0 };

	cr_assert(mkdtemp(top));
	container = (struct container){ .id = "x",
					.version = "1.2.0",
					.bundle = "/b",
					.rootfs = "/b/rootfs",
					.cgroup_path = "/cbox/x",
					.annotations = annotations,
					.pid = getpid(),
					.start_time = proc_start_time(getpid()),
					.created_ns = 5 };
	cr_assert_eq(state_create(top, "x", &folder, &err), 0, "%s", err.message);
}

static void remove_folder(void)
{
	state_close(&folder);
	arena_free(&arena);
	cr_assert_eq(file_remove_all(AT_FDCWD, top, NULL), 0);
}

TestSuite(state, .init = make_folder, .fini = remove_folder, .timeout = 10);

static void put(const char *name, const char *text)
{
	int fd = openat(folder.fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void write_state(void)
{
	static const struct spec spec;
	struct err err = { 0 };

	cr_assert_eq(state_write(&folder, &container, &spec, &err), 0, "%s", err.message);
}

static enum container_status load(struct state *state)
{
	struct err err = { 0 };

	cr_assert_eq(state_load(&arena, &folder, "x", state, &err), 0, "%s", err.message);
	return state->container.status;
}

Test(state, an_id_is_taken_once_and_free_again_after_removal)
{
	struct state_folder other = STATE_FOLDER_NONE;
	struct err err = { 0 };

	cr_assert_eq(state_create(top, "x", &other, &err), -EEXIST);
	cr_assert_eq(state_create(top, "../x", &other, &err), -EINVAL);
	cr_assert_eq(state_remove(top, "x", &err), 0, "%s", err.message);
	cr_assert_eq(state_open(top, "x", &other, &err), -ENOENT);
	cr_assert_eq(state_remove(top, "x", &err), 0, "absent is success");
	cr_assert_eq(state_create(top, "x", &other, &err), 0, "%s", err.message);
	state_close(&other);
}

Test(state, what_was_written_is_read_back)
{
	struct state state;

	write_state();
	cr_assert_eq(load(&state), CONTAINER_RUNNING);
	cr_assert(state.has_process);
	cr_assert_eq(state.container.pid, getpid());
	cr_assert_eq(state.container.created_ns, 5);
	cr_assert_str_eq(state.container.version, "1.2.0");
	cr_assert_str_eq(state.container.rootfs, "/b/rootfs");
	cr_assert_str_eq(state.container.cgroup_path, "/cbox/x");
	cr_assert_str_eq(state.container.annotations[0], "a.b");
	cr_assert_str_eq(state.container.annotations[1], "one \"two\"");
	cr_assert_null(state.container.annotations[2]);
}

Test(state, files_beside_the_record_tell_created_and_paused_from_running)
{
	struct state state;

	write_state();
	put(STATE_PAUSED, "");
	cr_assert_eq(load(&state), CONTAINER_PAUSED);
	put(STATE_START_FIFO, "");
	cr_assert_eq(load(&state), CONTAINER_CREATED);
	cr_assert(state.is_created);
}

Test(state, a_pid_that_was_used_again_is_a_stopped_container)
{
	struct state state;

	container.start_time++;
	write_state();
	cr_assert_eq(load(&state), CONTAINER_STOPPED);
	cr_assert_eq(state.container.pid, 0, "no one may signal it");
}

Test(state, every_cut_of_the_intent_reads_as_a_stopped_container_that_made_nothing)
{
	static const char whole[] = "{\"bundle\":\"/b\",\"cgroup\":\"/cbox/x\",\"creator\":7}";
	char text[sizeof(whole)];
	struct state state;

	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		memcpy(text, whole, len);
		text[len] = '\0';
		put("intent.json", text);
		cr_assert_eq(load(&state), CONTAINER_STOPPED, "'%s'", text);
		cr_assert_null(state.container.cgroup_path, "'%s'", text);
	}
	put("intent.json", whole);
	cr_assert_eq(load(&state), CONTAINER_STOPPED);
	cr_assert_str_eq(state.container.cgroup_path, "/cbox/x");
	cr_assert_eq(state.creator, 7);
}

Test(state, a_state_that_was_cut_off_is_an_error_that_names_the_file)
{
	struct err err = { 0 };
	struct state state;

	put("state.json", "{\"pid\":1,\"bundle\":\"/");
	cr_assert_lt(state_load(&arena, &folder, "x", &state, &err), 0);
	cr_assert(strstr(err.message, "state.json"), "%s", err.message);
}

/* The lock is the creator's: only another process can see it. */
static int status_seen_by_another_process(void)
{
	struct state state;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (state_load(&arena, &folder, "x", &state, NULL) < 0)
			_exit(100);
		_exit((int)state.container.status);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

Test(state, a_container_is_creating_as_long_as_its_maker_holds_the_intent)
{
	struct err err = { 0 };

	cr_assert_eq(state_write_intent(&folder, &container, &err), 0, "%s", err.message);
	cr_assert_eq(status_seen_by_another_process(), CONTAINER_CREATING);
	state_unlock(&folder);
	cr_assert_eq(status_seen_by_another_process(), CONTAINER_STOPPED);
}

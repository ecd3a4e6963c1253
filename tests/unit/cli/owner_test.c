/*
 * owner_test.c - the record of who answers for a container, whole or refused.
 */
#include "runtime/cli/owner.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/file.h"
#include "user/base/proc.h"

static char top[] = "/tmp/cbox-test-owner-XXXXXX";
static int run_fd = -1;

static void open_folder(void)
{
	cr_assert(mkdtemp(top));
	run_fd = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(run_fd, 0);
	cr_assert_eq(mkdirat(run_fd, "owners", 0700), 0);
}

static void remove_folder(void)
{
	close(run_fd);
	cr_assert_eq(file_remove_all(AT_FDCWD, top, NULL), 0);
}

TestSuite(owner, .init = open_folder, .fini = remove_folder);

static void put(const char *text)
{
	int fd = openat(run_fd, "owners/x", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

Test(owner, what_was_written_is_read_back_and_alive)
{
	struct err err = { 0 };
	struct owner owner;

	cr_assert_eq(owner_write(run_fd, "x", "web", true, &err), 0, "%s", err.message);
	cr_assert_eq(owner_read(run_fd, "x", &owner), 0);
	cr_assert_eq(owner.pid, getpid());
	cr_assert_eq(owner.start_time, proc_start_time(getpid()));
	cr_assert(owner.auto_remove);
	cr_assert_str_eq(owner.name, "web");
	cr_assert_eq(owner.exit_code, -1, "it has not ended");
	cr_assert(owner_is_alive(&owner));
}

Test(owner, the_exit_code_is_added_to_the_record)
{
	struct err err = { 0 };
	struct owner owner;

	cr_assert_eq(owner_write(run_fd, "x", "web", false, &err), 0, "%s", err.message);
	owner_write_exit(run_fd, "x", 137);
	cr_assert_eq(owner_read(run_fd, "x", &owner), 0);
	cr_assert_str_eq(owner.name, "web");
	cr_assert_not(owner.auto_remove);
	cr_assert_eq(owner.exit_code, 137);
}

Test(owner, a_process_of_another_start_time_is_not_the_owner)
{
	struct err err = { 0 };
	struct owner owner;

	cr_assert_eq(owner_write(run_fd, "x", "web", false, &err), 0, "%s", err.message);
	cr_assert_eq(owner_read(run_fd, "x", &owner), 0);
	owner.start_time++;
	cr_assert_not(owner_is_alive(&owner), "the pid was used again");
}

Test(owner, a_record_that_was_cut_off_is_refused_wherever_the_cut_is)
{
	static const char *const cut[] = { "",	      "12",	   "12 ",	  "12 34",
					   "12 3456", "12 3456 1", "12 3456 1 we" };
	struct owner owner;

	for (size_t i = 0; i < sizeof(cut) / sizeof(*cut); i++) {
		put(cut[i]);
		cr_expect_eq(owner_read(run_fd, "x", &owner), -EINVAL, "'%s'", cut[i]);
	}
	put("12 3456 1 we\n");
	cr_expect_eq(owner_read(run_fd, "x", &owner), 0, "the whole record");
}

Test(owner, a_removed_record_is_absent_and_removing_it_again_is_success)
{
	struct err err = { 0 };
	struct owner owner;

	put("12 34 0 x\n");
	cr_assert_eq(owner_remove(run_fd, "x", &err), 0);
	cr_assert_eq(owner_read(run_fd, "x", &owner), -ENOENT);
	cr_assert_eq(owner_remove(run_fd, "x", &err), 0, "%s", err.message);
	owner_write_exit(run_fd, "x", 1);
	cr_assert_eq(owner_read(run_fd, "x", &owner), -ENOENT, "an exit code makes no record");
}

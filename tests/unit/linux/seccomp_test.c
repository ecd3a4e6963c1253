/*
 * seccomp_test.c - filters do in a process what the profile says; the cache trusts nothing.
 *
 * Filters are loaded in forked children, which report by exit status.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/linux/seccomp.h"
#include "user/base/fd.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

#define ARCH "'architectures': ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'], "
/* What a child needs to end under a profile that refuses by default. */
#define NEEDED "{'names': ['exit_group', 'exit', 'futex', 'write'], 'action': 'SCMP_ACT_ALLOW'}"

static struct arena arena;
static struct err err;
static char cache[64];

static const struct json *parse(const char *text)
{
	char *copy = arena_strdup(&arena, text);
	struct json *root;

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	err_reset(&err);
	cr_assert_eq(json_parse(&arena, copy, strlen(copy), &root, &err), 0, "%s", err.message);
	return root;
}

static struct seccomp_filter prepare(const char *text, const char *cache_dir)
{
	struct seccomp_filter filter;

	cr_assert_eq(seccomp_filter_prepare(&arena, parse(text), cache_dir, &filter, &err), 0, "%s",
		     err.message);
	return filter;
}

/* errno of system call nr under the filter, 0 if it succeeds, 100 + signal if it is killed. */
static int outcome(const struct seccomp_filter *filter, long nr, long a, long b)
{
	int status, listener;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (seccomp_filter_load(filter, &listener) < 0)
			_exit(99);
		/* not _exit(): the sanitizers' cleanup makes calls that a filter may refuse */
		syscall(SYS_exit_group, syscall(nr, a, b, 0L) < 0 ? errno : 0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 100 + WTERMSIG(status) : WEXITSTATUS(status);
}

Test(seccomp, a_listed_call_gets_its_errno, .timeout = 30)
{
	struct seccomp_filter f = prepare("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': ["
					  "{'names': ['getppid'], 'action': 'SCMP_ACT_ERRNO', "
					  "'errnoRet': 71}, {'names': ['getpgrp', 'no_such_call'], "
					  "'action': 'SCMP_ACT_ERRNO'}]}",
					  NULL);

	cr_assert_eq(outcome(&f, SYS_getppid, 0, 0), 71);
	cr_assert_eq(outcome(&f, SYS_getpgrp, 0, 0), EPERM);
	cr_assert_eq(outcome(&f, SYS_getuid, 0, 0), 0);
}

Test(seccomp, killing_kills, .timeout = 30)
{
	struct seccomp_filter f = prepare("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': ["
					  "{'names': ['getppid'], 'action': "
					  "'SCMP_ACT_KILL_PROCESS'}]}",
					  NULL);

	cr_assert_eq(outcome(&f, SYS_getppid, 0, 0), 100 + SIGSYS);
}

Test(seccomp, arguments_are_compared_in_all_64_bits, .timeout = 30)
{
	struct seccomp_filter f = prepare("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': ["
					  "{'names': ['getpriority'], 'action': 'SCMP_ACT_ERRNO', "
					  "'errnoRet': 71, 'args': [{'index': 1, 'value': "
					  "18446744073709551615, 'op': 'SCMP_CMP_EQ'}]}]}",
					  NULL);

	cr_assert_eq(outcome(&f, SYS_getpriority, 0, -1), 71);
	cr_assert_eq(outcome(&f, SYS_getpriority, 0, 0xffffffffL), ESRCH);
	cr_assert_eq(outcome(&f, SYS_getpriority, 0, 0), 0);
}

Test(seccomp, conditions_on_one_argument_are_alternatives, .timeout = 30)
{
	struct seccomp_filter f = prepare("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': ["
					  "{'names': ['getpriority'], 'action': 'SCMP_ACT_ERRNO', "
					  "'errnoRet': 71, 'args': ["
					  "{'index': 0, 'value': 1, 'op': 'SCMP_CMP_EQ'}, "
					  "{'index': 0, 'value': 2, 'op': 'SCMP_CMP_EQ'}]}]}",
					  NULL);

	cr_assert_eq(outcome(&f, SYS_getpriority, 1, 0), 71);
	cr_assert_eq(outcome(&f, SYS_getpriority, 2, 0), 71);
	cr_assert_eq(outcome(&f, SYS_getpriority, 0, 0), 0);
}

Test(seccomp, calls_newer_than_the_profile_do_not_exist, .timeout = 30)
{
	struct seccomp_filter f = prepare(
		"{'defaultAction': 'SCMP_ACT_ERRNO', " ARCH "'syscalls': [" NEEDED "]}", NULL);

	cr_assert_eq(outcome(&f, SYS_getpid, 0, 0), EPERM, "known, not allowed");
	cr_assert_eq(outcome(&f, 999, 0, 0), ENOSYS, "newer than all the profile names");
	f = prepare("{'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 71, " ARCH
		    "'syscalls': [" NEEDED "]}",
		    NULL);
	cr_assert_eq(outcome(&f, SYS_getpid, 0, 0), 71);
	cr_assert_eq(outcome(&f, 999, 0, 0), ENOSYS);
}

Test(seccomp, a_rule_that_repeats_the_default_is_skipped, .timeout = 30)
{
	struct seccomp_filter f = prepare("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': ["
					  "{'names': ['getppid'], 'action': 'SCMP_ACT_ALLOW'}]}",
					  NULL);

	cr_assert_eq(outcome(&f, SYS_getppid, 0, 0), 0);
}

Test(seccomp, unknown_architectures_are_named)
{
	struct seccomp_filter f;

	cr_assert_eq(
		seccomp_filter_prepare(&arena,
				       parse("{'defaultAction': 'SCMP_ACT_ALLOW', 'architectures': "
					     "['SCMP_ARCH_Z80']}"),
				       NULL, &f, &err),
		-EINVAL);
	cr_assert_str_eq(err.message, "linux.seccomp.architectures: cannot use \"SCMP_ARCH_Z80\"");
}

Test(seccomp, flags_reach_the_kernel_and_tsync_is_dropped)
{
	struct seccomp_filter f = prepare("{'defaultAction': 'SCMP_ACT_ALLOW', 'flags': "
					  "['SECCOMP_FILTER_FLAG_TSYNC', "
					  "'SECCOMP_FILTER_FLAG_LOG', "
					  "'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV']}",
					  NULL);

	cr_assert_eq(f.flags, SECCOMP_FILTER_FLAG_LOG);
}

Test(seccomp, notify_gives_an_fd_that_reaches_the_supervisor, .timeout = 30)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct seccomp_filter f;
	int server, client, received, listener, status;
	pid_t pid;

	fmt_string(address.sun_path, sizeof(address.sun_path), "/tmp/cbox-test-notify-%d",
		   getpid());
	server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(server, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(server, 1), 0);
	f = prepare(arena_printf(&arena,
				 "{'defaultAction': 'SCMP_ACT_ALLOW', 'listenerPath': '%s', "
				 "'listenerMetadata': 'm', 'syscalls': [{'names': ['getppid'], "
				 "'action': 'SCMP_ACT_NOTIFY'}]}",
				 address.sun_path),
		    NULL);
	cr_assert(f.flags & SECCOMP_FILTER_FLAG_NEW_LISTENER);
	cr_assert_str_eq(f.listener_metadata, "m");
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (seccomp_filter_load(&f, &listener) < 0 || listener < 0)
			_exit(1);
		_exit(seccomp_filter_send_listener(&f, listener, "{\"pid\": 7}", &err) < 0 ? 2 : 0);
	}
	client = accept(server, NULL, NULL);
	received = fd_receive(client);
	cr_assert_geq(received, 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	unlink(address.sun_path);
	close(received);
	close(client);
	close(server);
}

static void make_cache(void)
{
	fmt_string(cache, sizeof(cache), "/tmp/cbox-test-seccomp-XXXXXX");
	cr_assert_not_null(mkdtemp(cache));
}

static void remove_cache(void)
{
	file_remove_all(AT_FDCWD, cache, &err);
}

TestSuite(seccomp_cache, .init = make_cache, .fini = remove_cache, .timeout = 30);

#define PROFILE                                                                    \
	"{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [{'names': ['getppid'], " \
	"'action': 'SCMP_ACT_ERRNO', 'errnoRet': %d}]}"

static struct seccomp_filter prepare_errno(int number)
{
	return prepare(arena_printf(&arena, PROFILE, number), cache);
}

/* Path of the only file in the cache; its name must not be a temporary one. */
static const char *only_file(void)
{
	static char path[400];
	struct dirent *entry;
	DIR *dir = opendir(cache);
	int count = 0;

	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.') {
			fmt_string(path, sizeof(path), "%s/%s", cache, entry->d_name);
			count++;
		}
	closedir(dir);
	cr_assert_eq(count, 1);
	return path;
}

static void patch(off_t offset, const void *bytes, size_t len)
{
	int fd = open(only_file(), O_RDWR | O_CLOEXEC);

	cr_assert_eq(pwrite(fd, bytes, len, offset), (ssize_t)len);
	close(fd);
}

static bool was_rewritten(void (*damage)(void))
{
	struct stat before, after;
	struct seccomp_filter f = prepare_errno(71);

	damage();
	cr_assert_eq(stat(only_file(), &before), 0);
	f = prepare_errno(71);
	cr_assert_eq(stat(only_file(), &after), 0);
	cr_assert_eq(outcome(&f, SYS_getppid, 0, 0), 71, "the filter itself is right");
	return before.st_ino != after.st_ino;
}

static void nothing(void)
{
}

static void truncate_it(void)
{
	cr_assert_eq(truncate(only_file(), 60), 0);
}

static void empty_it(void)
{
	cr_assert_eq(truncate(only_file(), 0), 0);
}

static void change_the_profile(void)
{
	struct stat st;
	char bytes[4096], *at;
	int fd = open(only_file(), O_RDONLY | O_CLOEXEC);

	cr_assert_eq(fstat(fd, &st), 0);
	cr_assert_eq(read(fd, bytes, sizeof(bytes)), st.st_size);
	close(fd);
	at = memmem(bytes, (size_t)st.st_size, "getppid", 7);
	cr_assert_not_null(at);
	patch(at - bytes, "getpgrp", 7);
}

static void grow_the_count(void)
{
	uint32_t count = UINT32_MAX;

	patch(16, &count, sizeof(count));
}

static void let_others_write(void)
{
	cr_assert_eq(chmod(only_file(), 0666), 0);
}

Test(seccomp_cache, a_good_file_is_used_again)
{
	cr_assert_not(was_rewritten(nothing));
}

Test(seccomp_cache, damaged_files_are_ignored_and_rewritten)
{
	cr_assert(was_rewritten(truncate_it));
	cr_assert(was_rewritten(empty_it));
	cr_assert(was_rewritten(change_the_profile));
	cr_assert(was_rewritten(grow_the_count));
	cr_assert(was_rewritten(let_others_write));
}

Test(seccomp_cache, two_profiles_in_one_place_never_mix)
{
	struct seccomp_filter f;

	/* 300 profiles on 256 places: some must share one */
	for (int i = 1; i <= 300; i++)
		prepare_errno(i);
	for (int i = 1; i <= 300; i += 23) {
		f = prepare_errno(i);
		cr_assert_eq(outcome(&f, SYS_getppid, 0, 0), i & 0xff, "profile %d", i);
	}
}

Test(seccomp_cache, a_folder_others_can_write_to_is_not_used)
{
	DIR *dir;
	struct dirent *entry;

	cr_assert_eq(chmod(cache, 0777), 0);
	prepare_errno(71);
	dir = opendir(cache);
	while ((entry = readdir(dir)))
		cr_assert_eq(entry->d_name[0], '.', "%s", entry->d_name);
	closedir(dir);
}

Test(seccomp_cache, a_folded_profile_gives_its_listener_on_a_miss_and_on_a_hit)
{
	static const char *const path[] = { "p", NULL };
	char text[] = "{'p': {'defaultAction': 'SCMP_ACT_ALLOW', 'listenerPath': '/l', 'syscalls': "
		      "[{'names': ['getppid'], 'action': 'SCMP_ACT_NOTIFY'}]}}";
	struct seccomp_filter filter;
	struct json *root;

	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(json_parse_folding(&arena, text, strlen(text), path, &root, &err), 0);
		cr_assert_eq(seccomp_filter_prepare(&arena, root->child, cache, &filter, &err), 0,
			     "%s", err.message);
		cr_assert_str_eq(filter.listener_path, "/l");
		cr_assert(root->child->folded);
	}
}

Test(seccomp_cache, mistakes_in_a_folded_profile_name_the_whole_path)
{
	static const char *const path[] = { "linux", "seccomp", NULL };
	static const char text[] = "{\"linux\": {\"seccomp\": {\"defaultAction\": 7}}}";
	struct seccomp_filter filter;
	struct json *root;

	cr_assert_eq(json_parse_folding(&arena, text, strlen(text), path, &root, &err), 0);
	cr_assert_eq(seccomp_filter_prepare(&arena, root->child->child, cache, &filter, &err),
		     -EINVAL);
	cr_assert_str_eq(err.message, "linux.seccomp.defaultAction: expected a string, got 7");
}

Test(seccomp_cache, a_missing_folder_is_made_for_us_alone)
{
	char path[128];
	struct seccomp_filter f;
	struct stat st;

	fmt_string(path, sizeof(path), "%s/a/b", cache);
	f = prepare("{'defaultAction': 'SCMP_ACT_ALLOW'}", path);
	cr_assert_gt(f.count, 0);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0700);
}

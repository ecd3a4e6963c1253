/*
 * cli.c - see cli.h.
 */
#include "runtime/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

#include "runtime/image/store.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/proc.h"

int cli_run_exit_code(const struct err *err)
{
	/* runtime/core's words for a program that cannot be started */
	if (!strstr(err->message, "exec: \""))
		return CLI_EXIT_ENGINE;
	return err->number == ENOENT ? 127 : 126;
}

int cli_for_each(int argc, char **argv, const void *options,
		 int (*each)(const struct cli_each *context, const struct container_info *info,
			     struct err *err),
		 struct err *err)
{
	cleanup_places struct places places = PLACES_NONE;
	int failed = EXIT_OK;

	if (places_open(&places, err) < 0)
		return -err->number;
	for (int i = 0; i < argc; i++) {
		cleanup_arena struct arena arena = { 0 };
		struct cli_each context = { &places, &arena, options };
		struct container_info info;
		struct err one = { 0 };

		if (status_find(&arena, &places, argv[i], &info, &one) == 0 &&
		    each(&context, &info, &one) == 0) {
			printf("%s\n", argv[i]);
			continue;
		}
		fflush(stdout);
		log_err(&one);
		failed = EXIT_FAILED;
	}
	return failed;
}

int cli_self(char *buf, size_t size, struct err *err)
{
	ssize_t n = readlink("/proc/self/exe", buf, size - 1);

	if (n < 0)
		return err_sys(err, "find the program itself");
	buf[n] = '\0';
	return 0;
}

int cli_libexec(const char *name, char *buf, size_t size, struct err *err)
{
	static const char *const places[] = { "../libexec/cbox", "../libexec" };
	char self[4096];

	if (cli_self(self, sizeof(self), err) < 0)
		return -err->number;
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		fmt_string(buf, size, "%s/%s/%s", self, places[i], name);
		if (access(buf, X_OK) == 0)
			return 0;
	}
	err_num(err, ENOENT, "find '%s'", name);
	return err_hint(err, "it belongs in libexec/cbox beside the folder of cbox itself");
}

int cli_run_image(const char *const *argv, bool quiet_stdout, struct err *err)
{
	char path[4200];
	int status;
	pid_t pid;

	if (cli_libexec("cbox-image", path, sizeof(path), err) < 0)
		return -err->number;
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return err_sys(err, "run 'cbox-image'");
	if (pid == 0) {
		if (quiet_stdout)
			dup2(STDERR_FILENO, STDOUT_FILENO);
		execv(path, (char *const *)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(err, "wait for 'cbox-image'");
	return proc_exit_code(status);
}

int cli_wait_owner(const struct container_info *info, int timeout_ms, struct err *err)
{
	cleanup_close int pidfd = proc_pidfd(info->owner.pid);
	int r;

	if (pidfd < 0 || !owner_is_alive(&info->owner))
		return 0;
	r = proc_pidfd_wait(pidfd, timeout_ms);
	return r < 0 ? err_num(err, r, "wait for container %.12s", info->config.id) : 0;
}

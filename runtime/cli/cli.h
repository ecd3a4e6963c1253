/*
 * cli.h - what the verbs of cbox share: the command table and the way from arguments to containers.
 *
 * Owns: declarations of the commands (one file each), opening of the places, exit codes of `run`
 * and `exec`. Does not own: anything a verb does.
 */
#ifndef CBOX_CLI_CLI_H
#define CBOX_CLI_CLI_H

#include "runtime/cli/status.h"
#include "user/base/opt.h"

extern const struct command cli_run, cli_start, cli_stop, cli_restart, cli_kill, cli_rm, cli_exec,
	cli_ps, cli_logs, cli_inspect, cli_wait, cli_images, cli_import, cli_rmi, cli_system,
	cli_network;

/* 125: the engine failed; 126: the program cannot be run; 127: it is not there. As Docker's. */
#define CLI_EXIT_ENGINE 125
int cli_run_exit_code(const struct err *err);

/*
 * Calls each(info) for every container named in argv; failures are printed and the rest goes on.
 * Names are echoed on success. Returns EXIT_OK or EXIT_FAILED, or -errno before the first.
 */
struct cli_each {
	const struct places *places;
	struct arena *arena;
	const void *options;
};
int cli_for_each(int argc, char **argv, const void *options,
		 int (*each)(const struct cli_each *context, const struct container_info *info,
			     struct err *err),
		 struct err *err);

/* Path of a program of ours below libexec, in buf. 0 or -ENOENT with a hint. */
int cli_libexec(const char *name, char *buf, size_t size, struct err *err);
/* Path of this very program. */
int cli_self(char *buf, size_t size, struct err *err);

/* Runs libexec/cbox-image with these arguments and waits. Returns its exit status or -errno. */
int cli_run_image(const char *const *argv, bool quiet_stdout, struct err *err);

/* The hidden verb a monitor ends with. */
int cli_monitor_finish(int argc, char **argv);

/*
 * Starts a container detached: this process forks, the child does it all, becomes the monitor and
 * owns the container. create: it is new. Returns when the program runs, or with what failed.
 */
int cli_start_detached(struct places *places, struct config *config, bool create, struct err *err);

/* Starts a container in the foreground and waits. Returns the exit code, or -errno. */
int cli_start_attached(struct places *places, struct config *config, bool create, struct err *err);

/* Ends a running container: signal, and after timeout SIGKILL; waits until its owner is done. */
int cli_stop_container(const struct container_info *info, const struct places *places, int signal,
		       uint64_t timeout_ns, struct err *err);

/* Waits until the owner of a container has finished its work. timeout_ms < 0: for ever. */
int cli_wait_owner(const struct container_info *info, int timeout_ms, struct err *err);

#endif

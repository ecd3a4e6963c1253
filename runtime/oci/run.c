/*
 * run.c - `cbox-oci run`: create, start, wait, delete. The exit status is the program's.
 *
 * Signals that end or change a job are passed on to the init while it runs. They are blocked and
 * taken one by one, so that no handler runs in memory the child shares.
 */
#include <signal.h>
#include <sys/wait.h>

#include "runtime/oci/create_options.h"
#include "user/base/log.h"
#include "user/base/proc.h"

static const struct opt opts[] = {
	OCI_CREATE_OPTIONS,
	{ "detach", 'd', OCI_OPTION(OPT_FLAG, detach), NULL, "do not wait for the end" },
	{ "keep", 0, OCI_OPTION(OPT_FLAG, keep), NULL,
	  "keep the state when the program has ended" },
	{ "no-subreaper", 0, OCI_OPTION(OPT_FLAG, no_subreaper), NULL, NULL },
	OPT_END,
};

static void block_signals(sigset_t *set)
{
	sigfillset(set);
	/* faults of our own must end us, SIGTTOU and SIGTTIN are about our own terminal */
	static const int own[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTTOU, SIGTTIN };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(set, own[i]);
	sigprocmask(SIG_BLOCK, set, NULL);
}

/* Waits for pid, passing signals on. Returns its exit code. */
static int wait_for(pid_t pid, const sigset_t *set)
{
	int status;

	for (;;) {
		siginfo_t info;
		int signal;

		if (waitpid(pid, &status, WNOHANG) == pid)
			return proc_exit_code(status);
		signal = sigwaitinfo(set, &info);
		if (signal > 0 && signal != SIGCHLD)
			kill(pid, signal);
	}
}

static int run(void *given, int argc, char **argv, struct err *err)
{
	const struct oci_create_options *o = given;
	struct container_options options;
	struct oci_bundle bundle = { 0 };
	struct oci_create_options absolute = *o;
	struct err late = { 0 };
	sigset_t set;
	pid_t pid;
	int r, code;

	(void)argc;
	r = oci_absolute_paths(&absolute, err);
	if (r == 0)
		r = oci_bundle_load(o->bundle, &bundle, err);
	if (r < 0)
		return r;
	oci_fill_options(&absolute, &bundle, argv[0], &options);
	if (!o->detach)
		block_signals(&set);
	r = container_run(&bundle.spec, &options, &pid, err);
	if (r < 0 || o->detach)
		return r;
	code = wait_for(pid, &set);
	if (!o->keep && container_delete(oci_globals.root, argv[0], true, &late) < 0)
		log_err(&late);
	return code;
}

const struct command oci_run = {
	.name = "run",
	.args = "ID",
	.summary = "create and start a container, wait for its end, delete it",
	.opts = opts,
	.opts_size = sizeof(struct oci_create_options),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};

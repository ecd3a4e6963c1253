/*
 * exec.c - `cbox-oci exec`: one more process, from a process file or from the command line.
 *
 * Without --process the container's own process is the pattern, as config.json has it now, and
 * options replace parts of it.
 */
#include <string.h>
#include <unistd.h>

#include "runtime/oci/oci.h"
#include "runtime/oci/supervise.h"
#include "user/base/num.h"

struct options {
	const char *process, *pid_file, *console_socket, *cwd, *user;
	struct opt_list env;
	bool detach, tty, no_new_privs;
	uint32_t preserve_fds;
};

#define OPTION(type, field) type, offsetof(struct options, field)

static const struct opt opts[] = {
	{ "process", 'p', OPTION(OPT_STRING, process), "FILE", "process object as JSON" },
	{ "detach", 'd', OPTION(OPT_FLAG, detach), NULL, "do not wait for the end" },
	{ "pid-file", 0, OPTION(OPT_STRING, pid_file), "FILE", "write the process's pid to FILE" },
	{ "console-socket", 0, OPTION(OPT_STRING, console_socket), "SOCKET",
	  "unix socket that gets the terminal" },
	{ "tty", 't', OPTION(OPT_FLAG, tty), NULL, "give the process a terminal" },
	{ "cwd", 0, OPTION(OPT_STRING, cwd), "DIR", "folder to run in" },
	{ "user", 'u', OPTION(OPT_STRING, user), "UID[:GID]", "user to run as" },
	{ "env", 'e', OPTION(OPT_LIST, env), "NAME=VALUE", "add to the environment" },
	{ "no-new-privs", 0, OPTION(OPT_FLAG, no_new_privs), NULL, "set no_new_privs" },
	{ "preserve-fds", 0, OPTION(OPT_U32, preserve_fds), "N",
	  "pass N file descriptors beyond stderr to the process" },
	OPT_END,
};

static int read_config(const char *bundle, struct spec *spec, struct err *err)
{
	const char *path = arena_printf(oci_arena(), "%s/config.json", bundle), *text;
	size_t len;
	int r = path ? oci_read_text(path, &text, &len, err) : err_num(err, ENOMEM, "exec");

	if (r == 0)
		r = spec_read(oci_arena(), text, len, spec, err);
	return r < 0 ? err_wrap(err, "the container's process") : 0;
}

static int set_user(const char *text, struct spec_user *user, struct err *err)
{
	const char *colon = strchr(text, ':');
	char *uid = arena_strndup(oci_arena(), text, colon ? (size_t)(colon - text) : strlen(text));

	if (!uid)
		return err_num(err, ENOMEM, "exec");
	if (num_u32(uid, &user->uid) < 0 || (colon && num_u32(colon + 1, &user->gid) < 0)) {
		err_set(err, EINVAL, "--user: expected UID[:GID], got \"%s\"", text);
		return err_status(err, EXIT_USAGE);
	}
	return 0;
}

static int add_env(const struct opt_list *more, struct spec_process *process, struct err *err)
{
	size_t count = 0;
	const char **env;

	while (process->env && process->env[count])
		count++;
	env = arena_calloc(oci_arena(), count + more->count + 1, sizeof(*env));
	if (!env)
		return err_num(err, ENOMEM, "exec");
	if (count)
		memcpy(env, process->env, count * sizeof(*env));
	if (more->count)
		memcpy(env + count, more->items, more->count * sizeof(*env));
	process->env = env;
	return 0;
}

static int read_process(const struct options *o, const char *bundle, char **args,
			struct spec_process *process, struct err *err)
{
	struct spec spec;
	const char *text;
	size_t len;
	int r;

	if (o->process) {
		r = oci_read_text(o->process, &text, &len, err);
		if (r == 0)
			r = spec_read_process(oci_arena(), text, len, process, err);
		if (r < 0)
			return err_wrap(err, "process '%s'", o->process);
		/* no capabilities named means those of the container, as callers expect */
		if (!process->caps.present && read_config(bundle, &spec, NULL) == 0)
			process->caps = spec.process.caps;
		return 0;
	}
	if (!args[0]) {
		err_set(err, EINVAL, "a program to run, or --process, is needed");
		return err_status(err, EXIT_USAGE);
	}
	r = read_config(bundle, &spec, err);
	if (r < 0)
		return r;
	*process = spec.process;
	process->args = (const char *const *)args;
	process->terminal = o->tty;
	return 0;
}

static int change_process(const struct options *o, struct spec_process *process, struct err *err)
{
	int r = 0;

	if (o->cwd)
		process->cwd = o->cwd;
	if (o->tty)
		process->terminal = true;
	if (o->no_new_privs)
		process->no_new_privileges = true;
	if (o->user)
		r = set_user(o->user, &process->user, err);
	return r == 0 && o->env.count ? add_env(&o->env, process, err) : r;
}

static int exec_attached(const char *id, const struct spec_process *process,
			 struct container_exec_options *options, struct err *err)
{
	struct supervise supervise;
	pid_t pid;
	int r = supervise_begin(&supervise, process->terminal && !options->console_socket, err);

	if (r < 0)
		return r;
	options->console_fd = supervise.sockets[1];
	r = container_exec(oci_globals.root, id, process, options, &pid, err);
	return r < 0 ? r : supervise_wait(&supervise, pid, err);
}

static int run(void *given, int argc, char **argv, struct err *err)
{
	const struct options *o = given;
	struct container_exec_options options = {
		.pid_file = o->pid_file,
		.console_socket = o->console_socket,
		.preserve_fds = o->preserve_fds,
		.stdio = { -1, -1, -1 },
	};
	struct spec_process process;
	struct container container;
	pid_t pid;
	int r = container_load(oci_arena(), oci_globals.root, argv[0], &container, err);

	(void)argc;
	if (r == 0)
		r = read_process(o, container.bundle, argv + 1, &process, err);
	if (r == 0)
		r = change_process(o, &process, err);
	if (r < 0)
		return r;
	return o->detach ? container_exec(oci_globals.root, argv[0], &process, &options, &pid, err)
			 : exec_attached(argv[0], &process, &options, err);
}

const struct command oci_exec = {
	.name = "exec",
	.args = "ID [PROGRAM ARG...]",
	.summary = "run one more process in a container",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.min_args = 1,
	.max_args = -1,
	.stop_at_args = true,
	.run = run,
};

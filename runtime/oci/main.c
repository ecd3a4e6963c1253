/*
 * main.c - cbox-oci: global options, the table of verbs, the log.
 */
#include <fcntl.h>

#include "runtime/oci/oci.h"
#include "user/base/log.h"
#include "user/base/str.h"

struct oci_globals oci_globals = { .root = "/run/cbox-oci", .log_format = "text" };

#define GLOBAL(type, field) type, offsetof(struct oci_globals, field)

static const struct opt global_opts[] = {
	{ "root", 0, GLOBAL(OPT_STRING, root), "DIR",
	  "folder of the containers' state (default: /run/cbox-oci)" },
	{ "log", 0, GLOBAL(OPT_STRING, log), "FILE", "also write messages to FILE" },
	{ "log-format", 0, GLOBAL(OPT_CHOICE, log_format), "text|json", "form of that file" },
	{ "debug", 0, GLOBAL(OPT_FLAG, debug), NULL, "more messages" },
	{ "systemd-cgroup", 0, GLOBAL(OPT_FLAG, systemd_cgroup), NULL,
	  "let systemd make cgroups (refused: not supported)" },
	{ "rootless", 0, GLOBAL(OPT_STRING, rootless), "auto", NULL },
	{ "criu", 0, GLOBAL(OPT_STRING, criu), "PATH", NULL },
	OPT_END,
};

static const struct command *const commands[] = {
	&oci_create,   &oci_start, &oci_run,	&oci_state,  &oci_kill, &oci_delete,
	&oci_list,     &oci_exec,  &oci_pause,	&oci_resume, &oci_ps,	&oci_update,
	&oci_features, &oci_spec,  &oci_events, NULL,
};

static int prepare(struct err *err)
{
	if (oci_globals.debug)
		log_set_level(LOG_DEBUG);
	if (oci_globals.log) {
		int fd = open(oci_globals.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

		if (fd < 0)
			return err_sys(err, "open log '%s'", oci_globals.log);
		log_to_file(fd, str_eq(oci_globals.log_format, "json"));
	}
	return 0;
}

static const struct program program = {
	.name = "cbox-oci",
	.version = CBOX_VERSION,
	.summary = "OCI runtime: runs containers for containerd, Docker, Podman and Kubernetes",
	.opts = global_opts,
	.globals = &oci_globals,
	.prepare = prepare,
	.commands = commands,
};

int main(int argc, char **argv)
{
	return opt_main(&program, argc, argv);
}

/*
 * plan_print.c - a plan as text for people: what a start would do. See plan.h.
 */
#include <linux/mount.h>

#include "runtime/core/plan.h"

static const char *const verbs[] = {
	[STEP_JOIN_CGROUPS] = "join the cgroups",
	[STEP_JOIN_NS] = "join namespace",
	[STEP_UNSHARE] = "unshare",
	[STEP_TIME_OFFSETS] = "set time offsets",
	[STEP_MAPS] = "become root of the user namespace",
	[STEP_SESSION] = "start a session",
	[STEP_HOSTNAME] = "set host name",
	[STEP_DOMAINNAME] = "set domain name",
	[STEP_OOM_SCORE] = "set oom_score_adj",
	[STEP_SYSCTL] = "set sysctl",
	[STEP_PROPAGATION] = "set propagation of all mounts",
	[STEP_ATTACH_ROOT] = "attach the root",
	[STEP_MOUNT] = "mount",
	[STEP_MOUNT_CGROUP] = "mount cgroups",
	[STEP_DEVICE] = "make device",
	[STEP_DEVICE_LINKS] = "make the links in /dev",
	[STEP_HOOKS_RUNTIME] = "wait for prestart and createRuntime hooks",
	[STEP_HOOKS] = "run hooks",
	[STEP_MASK] = "mask",
	[STEP_READONLY] = "make read-only",
	[STEP_CONSOLE] = "open the terminal",
	[STEP_MAKE_CWD] = "make folder",
	[STEP_ENTER_ROOT] = "enter the root",
	[STEP_ROOT_READONLY] = "make the root read-only",
	[STEP_ROOT_PROPAGATION] = "set propagation of the root",
	[STEP_KEYRING] = "new session keyring",
	[STEP_STDIO] = "place stdin, stdout, stderr",
	[STEP_RLIMIT] = "set resource limit",
	[STEP_SCHEDULER] = "set the scheduler",
	[STEP_IO_PRIORITY] = "set the I/O priority",
	[STEP_PERSONALITY] = "set personality",
	[STEP_BOUNDING] = "limit the bounding set",
	[STEP_USER] = "switch user",
	[STEP_CAPS] = "set capabilities",
	[STEP_NO_NEW_PRIVS] = "set no_new_privs",
	[STEP_UMASK] = "set umask",
	[STEP_CWD] = "change folder to",
	[STEP_HOME] = "find HOME",
	[STEP_FIND_PROGRAM] = "find the program",
	[STEP_HAND_OVER] = "wait to be handed over",
	[STEP_SECCOMP] = "load the seccomp filter",
	[STEP_CAPS_FINAL] = "set final capabilities",
	[STEP_EXEC] = "exec",
};

static void print_mount(const struct step_mount *m, struct strbuf *out)
{
	const struct mount_request *r = &m->request;

	strbuf_printf(out, " %s on %s", r->bind ? r->source : r->type, m->destination);
	if (r->bind)
		strbuf_puts(out, r->bind_recursive ? " (recursive bind)" : " (bind)");
	if ((r->attr_set | r->recursive_set) & MOUNT_ATTR_RDONLY)
		strbuf_puts(out, " read-only");
	for (const char *const *data = r->data; data && *data; data++)
		strbuf_printf(out, " %s", *data);
}

void plan_print_step(const struct step *step, struct strbuf *out)
{
	strbuf_puts(out, verbs[step->kind]);
	switch (step->kind) {
	case STEP_JOIN_NS:
		if (step->ns.path)
			strbuf_printf(out, " %s %s", spec_ns_name(step->ns.ns), step->ns.path);
		break;
	case STEP_HOSTNAME:
	case STEP_DOMAINNAME:
	case STEP_MASK:
	case STEP_READONLY:
	case STEP_MAKE_CWD:
	case STEP_CWD:
		strbuf_printf(out, " %s", step->text ? step->text : "/");
		break;
	case STEP_OOM_SCORE:
		strbuf_printf(out, " %ld", step->number);
		break;
	case STEP_UMASK:
		strbuf_printf(out, " %lo", (unsigned long)step->number);
		break;
	case STEP_SYSCTL:
		strbuf_printf(out, " %s=%s", step->sysctl->key, step->sysctl->value);
		break;
	case STEP_MOUNT:
	case STEP_MOUNT_CGROUP:
		print_mount(step->mount, out);
		break;
	case STEP_DEVICE:
		strbuf_printf(out, " %s %c %u:%u", step->device.path, step->device.type,
			      step->device.major, step->device.minor);
		break;
	case STEP_RLIMIT:
		strbuf_printf(out, " %d %llu/%llu", step->rlimit->resource,
			      (unsigned long long)step->rlimit->soft,
			      (unsigned long long)step->rlimit->hard);
		break;
	case STEP_USER:
		strbuf_printf(out, " %u:%u", step->user->uid, step->user->gid);
		break;
	default:
		break;
	}
}

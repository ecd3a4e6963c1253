/*
 * plan.h - what the container's process has to do, as a list of steps.
 *
 * Owns: struct step and the pure functions that turn a spec into steps, in the order the kernel
 * and the runtime-spec (runtime.md, "Lifecycle"; config-linux.md) need. No system calls, so all
 * of it is tested without root and can be printed (`--dry-run`).
 * Does not own: executing (child.h), the clone (launch.h).
 */
#ifndef CBOX_CORE_PLAN_H
#define CBOX_CORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/linux/console.h"
#include "runtime/linux/dev.h"
#include "runtime/linux/mount.h"
#include "runtime/linux/sched.h"
#include "runtime/spec/spec.h"
#include "user/base/arena.h"
#include "user/base/err.h"
#include "user/base/str.h"

enum step_kind {
	STEP_JOIN_CGROUPS, /* through the fds launch opened */
	STEP_JOIN_NS,	   /* .ns: enter the namespace launch opened */
	STEP_UNSHARE,	   /* .flags: CLONE_NEWCGROUP after joining, CLONE_NEWTIME */
	STEP_TIME_OFFSETS, /* .offsets */
	STEP_MAPS,	   /* launch writes the user namespace's maps; then become its root */
	STEP_SESSION,	   /* setsid */
	STEP_HOSTNAME,	   /* .text */
	STEP_DOMAINNAME,   /* .text */
	STEP_OOM_SCORE,	   /* .number */
	STEP_SYSCTL,	   /* .sysctl */
	STEP_PROPAGATION,  /* .propagation of every mount of the new namespace */
	STEP_ATTACH_ROOT,  /* .flag: make it private */
	STEP_MOUNT,	   /* .mount */
	STEP_MOUNT_CGROUP, /* .mount: one view of each hierarchy launch found */
	STEP_DEVICE,	   /* .device */
	STEP_DEVICE_LINKS,
	STEP_HOOKS_RUNTIME, /* launch runs prestart and createRuntime meanwhile */
	STEP_HOOKS,	    /* .hooks: run here (createContainer, startContainer) */
	STEP_MASK,	    /* .text */
	STEP_READONLY,	    /* .text */
	STEP_CONSOLE,	    /* .console */
	STEP_MAKE_CWD,	    /* .text: made below the root when missing */
	STEP_ENTER_ROOT,    /* .flag: no pivot */
	STEP_ROOT_READONLY,
	STEP_ROOT_PROPAGATION, /* .propagation */
	STEP_KEYRING,
	STEP_STDIO,	  /* .number: uid to own 0-2 */
	STEP_RLIMIT,	  /* .rlimit */
	STEP_SCHEDULER,	  /* .scheduler */
	STEP_IO_PRIORITY, /* .io_priority */
	STEP_PERSONALITY, /* .flags */
	STEP_BOUNDING,	  /* .caps */
	STEP_USER,	  /* .user */
	STEP_CAPS,	  /* .caps; .keep_admin for a filter still to be loaded */
	STEP_NO_NEW_PRIVS,
	STEP_UMASK,	   /* .number */
	STEP_CWD,	   /* .text */
	STEP_HOME,	   /* sets HOME from /etc/passwd */
	STEP_FIND_PROGRAM, /* looks args[0] up in PATH */
	STEP_HAND_OVER,	   /* launch has written the state; after create: wait for start */
	STEP_SECCOMP,
	STEP_CAPS_FINAL, /* .caps: gives CAP_SYS_ADMIN up after the filter is loaded */
	STEP_EXEC,
};

struct step_mount {
	struct mount_request request;
	const char *destination;
	int fd; /* source of a bind, opened by launch before the clone; -1 */
};

struct step_ns {
	enum spec_ns ns;
	const char *path;
	int fd; /* opened by launch */
};

struct step {
	enum step_kind kind;
	union {
		const char *text;
		bool flag;
		long number;
		unsigned long flags;
		unsigned long propagation;
		struct step_ns ns;
		struct step_mount *mount;
		const struct spec_linux *offsets;
		const struct spec_sysctl *sysctl;
		const struct spec_hook_list *hooks;
		const struct spec_rlimit *rlimit;
		const struct spec_user *user;
		struct dev_node device;
		struct console_request console;
		struct sched_request scheduler;
		struct {
			int class, priority;
		} io_priority;
		struct {
			const struct spec_caps *sets;
			bool keep_admin;
		} caps;
	};
};

struct plan {
	struct step *steps;
	size_t count;
	unsigned long clone_flags; /* CLONE_NEW*: made by the clone */
	bool join_pid_ns;	   /* a pid namespace is joined: by the parent, before the clone */
	bool new_user_ns, join_user_ns;
	bool pass_sources; /* bind sources and the root are beyond the user namespace's reach */
	const char *const *args;
	const char **env; /* NULL-terminated, with room for HOME in front of the NULL */
};

struct plan_options {
	const char *bundle; /* relative sources of binds start here */
	bool no_pivot, no_new_keyring;
	bool has_cgroup;  /* there is a cgroup to join */
	bool has_root_fd; /* the root is a mount the caller made */
	bool terminal;
};

/*
 * The steps of a container's init. spec must outlive the plan, which lives in arena.
 * Returns 0 or -errno; -EINVAL names what the spec asks for that cannot be.
 */
int plan_create(struct arena *arena, const struct spec *spec, const struct plan_options *options,
		struct plan *plan, struct err *err);

/* The steps of one more process in a running container: namespaces are joined by launch. */
int plan_exec(struct arena *arena, const struct spec_process *process, bool has_seccomp,
	      const struct plan_options *options, struct plan *plan, struct err *err);

/* One line for people: "mount proc on /proc (ro, nosuid)". */
void plan_print_step(const struct step *step, struct strbuf *out);

/*
 * For plan.c and plan_process.c: adds a zeroed step of kind, NULL on ENOMEM or a full plan, which
 * plan_reserve() sized.
 */
int plan_reserve(struct arena *arena, struct plan *plan, size_t steps, struct err *err);
struct step *plan_add(struct plan *plan, enum step_kind kind);
/* Steps from the console to the exec, shared by init and exec. Order matters: see the .c file. */
void plan_add_process(struct plan *plan, const struct spec_process *process, bool has_seccomp,
		      const struct spec_hook_list *start_hooks);
int plan_set_program(struct arena *arena, struct plan *plan, const struct spec_process *process,
		     struct err *err);

#endif

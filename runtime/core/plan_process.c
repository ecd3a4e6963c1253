/*
 * plan_process.c - the part of a plan that makes the program's own surroundings. See plan.h.
 *
 * Order: limits and bounding set while privileged; ids; capabilities; no_new_privs; folder and
 * program found with the ids the program will have; hand-over; and last, so that a filter need
 * allow nothing but capset and execve, seccomp. A filter without no_new_privs needs
 * CAP_SYS_ADMIN, which is kept until it is loaded (seccomp(2)).
 */
#include <string.h>

#include "runtime/core/plan.h"

static const struct spec_caps no_caps;

int plan_reserve(struct arena *arena, struct plan *plan, size_t steps, struct err *err)
{
	plan->steps = arena_calloc(arena, steps, sizeof(*plan->steps));
	return plan->steps ? 0 : err_sys(err, "plan the container");
}

struct step *plan_add(struct plan *plan, enum step_kind kind)
{
	struct step *step = &plan->steps[plan->count++];

	step->kind = kind;
	return step;
}

static void add_scheduling(struct plan *plan, const struct spec_process *process)
{
	const struct spec_scheduler *s = &process->scheduler;

	if (s->present)
		plan_add(plan, STEP_SCHEDULER)->scheduler = (struct sched_request){
			.policy = s->policy,
			.flags = s->flags,
			.nice = s->nice,
			.priority = s->priority,
			.runtime_ns = s->runtime_ns,
			.deadline_ns = s->deadline_ns,
			.period_ns = s->period_ns,
		};
	if (process->io_priority.present) {
		struct step *step = plan_add(plan, STEP_IO_PRIORITY);

		step->io_priority.class = process->io_priority.class;
		step->io_priority.priority = process->io_priority.priority;
	}
}

static void add_identity(struct plan *plan, const struct spec_process *process, bool keep_admin)
{
	const struct spec_caps *caps = process->caps.present ? &process->caps : &no_caps;
	struct step *step = plan_add(plan, STEP_BOUNDING);

	step->caps.sets = caps;
	step = plan_add(plan, STEP_USER);
	step->user = &process->user;
	step = plan_add(plan, STEP_CAPS);
	step->caps.sets = caps;
	step->caps.keep_admin = keep_admin;
	if (process->no_new_privileges)
		plan_add(plan, STEP_NO_NEW_PRIVS);
	if (process->user.has_umask)
		plan_add(plan, STEP_UMASK)->number = process->user.umask;
	else
		plan_add(plan, STEP_UMASK)->number = 0022;
}

static bool has_home(const char *const *env)
{
	for (; env && *env; env++)
		if (str_starts_with(*env, "HOME="))
			return true;
	return false;
}

void plan_add_process(struct plan *plan, const struct spec_process *process, bool has_seccomp,
		      const struct spec_hook_list *start_hooks)
{
	bool keep_admin = has_seccomp && !process->no_new_privileges;

	if (!process->terminal)
		plan_add(plan, STEP_STDIO)->number = process->user.uid;
	for (size_t i = 0; i < process->rlimit_count; i++)
		plan_add(plan, STEP_RLIMIT)->rlimit = &process->rlimits[i];
	add_scheduling(plan, process);
	add_identity(plan, process, keep_admin);
	plan_add(plan, STEP_CWD)->text = process->cwd;
	if (!has_home(process->env))
		plan_add(plan, STEP_HOME);
	plan_add(plan, STEP_FIND_PROGRAM);
	plan_add(plan, STEP_HAND_OVER);
	if (start_hooks && start_hooks->count)
		plan_add(plan, STEP_HOOKS)->hooks = start_hooks;
	if (has_seccomp)
		plan_add(plan, STEP_SECCOMP);
	if (keep_admin) {
		struct step *step = plan_add(plan, STEP_CAPS_FINAL);

		step->caps.sets = process->caps.present ? &process->caps : &no_caps;
	}
	plan_add(plan, STEP_EXEC);
}

int plan_set_program(struct arena *arena, struct plan *plan, const struct spec_process *process,
		     struct err *err)
{
	size_t count = 0;

	if (!process->args || !process->args[0])
		return err_set(err, EINVAL, "process.args: expected a program to run");
	while (process->env && process->env[count])
		count++;
	plan->args = process->args;
	plan->env = arena_calloc(arena, count + 2, sizeof(*plan->env));
	if (!plan->env)
		return err_sys(err, "plan the process");
	if (count)
		memcpy(plan->env, process->env, count * sizeof(*plan->env));
	return 0;
}

/* Steps plan_add_process() adds at most, apart from one a limit. */
#define PROCESS_STEPS 20

int plan_exec(struct arena *arena, const struct spec_process *process, bool has_seccomp,
	      const struct plan_options *options, struct plan *plan, struct err *err)
{
	int r;

	*plan = (struct plan){ 0 };
	r = plan_reserve(arena, plan, PROCESS_STEPS + process->rlimit_count, err);
	if (r == 0)
		r = plan_set_program(arena, plan, process, err);
	if (r < 0)
		return r;
	if (options->has_cgroup)
		plan_add(plan, STEP_JOIN_CGROUPS);
	/* through the host's /proc: what is at /proc in there is the container's business */
	if (process->oom_score_adj.set)
		plan_add(plan, STEP_OOM_SCORE)->number = (long)process->oom_score_adj.value;
	plan_add(plan, STEP_JOIN_NS)->ns.fd = -1;
	plan_add(plan, STEP_SESSION);
	if (process->terminal)
		plan_add(plan, STEP_CONSOLE)->console = (struct console_request){
			.width = process->console_width,
			.height = process->console_height,
			.uid = process->user.uid,
		};
	plan_add_process(plan, process, has_seccomp, NULL);
	return 0;
}

/*
 * plan.c - the steps of a container's init, in order. See plan.h.
 *
 * Order, and why: cgroups first, so that everything below is accounted; namespaces to join before
 * anything is made in them; the cgroup namespace after joining, as its root is where the process
 * is; what goes through the host's /proc (OOM score, sysctl) before the root is left; mounts in
 * the spec's order; devices when /dev is there; hooks between mounts and pivot_root as
 * runtime.md says; masks last, so that nothing can be mounted over or under them.
 */
#include "runtime/core/plan.h"

#include <linux/mount.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

#include "runtime/linux/mount_options.h"
#include "user/base/cleanup.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* Steps that are there at most once. */
#define FIXED_STEPS 48

static size_t vector_len(const char *const *vector)
{
	size_t n = 0;

	while (vector && vector[n])
		n++;
	return n;
}

static size_t count_steps(const struct spec *spec)
{
	const struct spec_linux *l = &spec->linux_;
	size_t defaults;

	dev_defaults(&defaults);
	return FIXED_STEPS + SPEC_NS_COUNT + spec->mount_count + defaults + l->device_count +
	       l->sysctl_count + vector_len(l->masked_paths) + vector_len(l->readonly_paths) +
	       spec->process.rlimit_count;
}

static void add_namespaces(struct plan *plan, const struct spec_linux *l)
{
	for (enum spec_ns ns = 0; ns < SPEC_NS_COUNT; ns++) {
		const struct spec_namespace *want = &l->namespaces[ns];

		if (!want->present)
			continue;
		if (want->path && ns == SPEC_NS_PID) {
			plan->join_pid_ns = true;
		} else if (want->path) {
			plan_add(plan, STEP_JOIN_NS)->ns = (struct step_ns){ ns, want->path, -1 };
		} else if (ns != SPEC_NS_CGROUP && ns != SPEC_NS_TIME) {
			plan->clone_flags |= spec_ns_clone_flag(ns);
		}
	}
	plan->new_user_ns = plan->clone_flags & CLONE_NEWUSER;
	plan->join_user_ns = l->namespaces[SPEC_NS_USER].path;
}

static void add_kernel_settings(struct plan *plan, const struct spec *spec)
{
	const struct spec_linux *l = &spec->linux_;
	unsigned long unshared = 0;

	if (l->namespaces[SPEC_NS_CGROUP].present && !l->namespaces[SPEC_NS_CGROUP].path)
		unshared |= CLONE_NEWCGROUP;
	if (l->namespaces[SPEC_NS_TIME].present && !l->namespaces[SPEC_NS_TIME].path)
		unshared |= CLONE_NEWTIME;
	if (unshared)
		plan_add(plan, STEP_UNSHARE)->flags = unshared;
	if (l->monotonic_offset.present || l->boottime_offset.present)
		plan_add(plan, STEP_TIME_OFFSETS)->offsets = l;
	plan_add(plan, STEP_SESSION);
	if (spec->hostname)
		plan_add(plan, STEP_HOSTNAME)->text = spec->hostname;
	if (spec->domainname)
		plan_add(plan, STEP_DOMAINNAME)->text = spec->domainname;
	if (spec->process.oom_score_adj.set)
		plan_add(plan, STEP_OOM_SCORE)->number = (long)spec->process.oom_score_adj.value;
	for (size_t i = 0; i < l->sysctl_count; i++)
		plan_add(plan, STEP_SYSCTL)->sysctl = &l->sysctls[i];
}

static bool is_cgroup(const char *type)
{
	return type && (str_eq(type, "cgroup") || str_eq(type, "cgroup2"));
}

static int add_mount(struct arena *arena, struct plan *plan, const struct spec_mount *mount,
		     const char *bundle, struct err *err)
{
	struct step_mount *m = arena_alloc(arena, sizeof(*m));
	int r;

	if (!m)
		return err_sys(err, "plan mounts");
	m->fd = -1;
	m->destination = mount->destination;
	m->request.type = mount->type;
	m->request.source = mount->source;
	r = mount_options_read(arena, mount->options, &m->request, err);
	if (r == 0 && (mount->uid_maps.count || mount->gid_maps.count)) {
		r = err_set(err, ENOTSUP, "id-mapped mounts are not supported");
		err_status(err, EXIT_UNSUPPORTED);
	}
	if (r < 0)
		return err_wrap(err, "mount on '%s'", mount->destination);
	if (m->request.bind && mount->source && mount->source[0] != '/')
		m->request.source = arena_printf(arena, "%s/%s", bundle, mount->source);
	if (!m->request.source && m->request.bind)
		return err_set(err, EINVAL, "mount on '%s': a bind mount needs a source",
			       mount->destination);
	plan_add(plan, is_cgroup(mount->type) && !m->request.bind ? STEP_MOUNT_CGROUP : STEP_MOUNT)
		->mount = m;
	return 0;
}

static bool is_listed(const struct spec_linux *l, const char *path)
{
	for (size_t i = 0; i < l->device_count; i++)
		if (str_eq(l->devices[i].path, path))
			return true;
	return false;
}

/* A bind of the host's /dev brings its own nodes: nothing is made in it. */
static bool is_dev_bound(const struct spec *spec)
{
	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct spec_mount *mount = &spec->mounts[i];

		if (!str_eq(mount->destination, "/dev"))
			continue;
		for (const char *const *o = mount->options; o && *o; o++)
			if (str_eq(*o, "bind") || str_eq(*o, "rbind"))
				return true;
	}
	return false;
}

static void add_devices(struct plan *plan, const struct spec *spec)
{
	const struct spec_linux *l = &spec->linux_;
	size_t count;
	const struct dev_node *defaults = dev_defaults(&count);

	if (is_dev_bound(spec))
		return;
	for (size_t i = 0; i < count; i++)
		if (!is_listed(l, defaults[i].path))
			plan_add(plan, STEP_DEVICE)->device = defaults[i];
	for (size_t i = 0; i < l->device_count; i++) {
		const struct spec_device *d = &l->devices[i];

		plan_add(plan, STEP_DEVICE)->device = (struct dev_node){
			.path = d->path,
			.type = d->type,
			.major = d->major,
			.minor = d->minor,
			.mode = d->has_mode ? d->mode : 0666,
			.uid = d->uid,
			.gid = d->gid,
		};
	}
	plan_add(plan, STEP_DEVICE_LINKS);
}

static unsigned long propagation_flag(const char *name)
{
	static const struct {
		const char *name;
		unsigned long flag;
	} table[] = {
		{ "shared", MS_SHARED },
		{ "slave", MS_SLAVE },
		{ "private", MS_PRIVATE },
		{ "unbindable", MS_UNBINDABLE },
	};

	for (size_t i = 0; name && i < ARRAY_LEN(table); i++)
		if (str_eq(table[i].name, name))
			return table[i].flag;
	return 0;
}

static int add_root(struct arena *arena, struct plan *plan, const struct spec *spec,
		    const struct plan_options *options, struct err *err)
{
	unsigned long propagation = propagation_flag(spec->linux_.rootfs_propagation);
	/* slave: mounts the host makes later still arrive in binds of the host, none leaves */
	unsigned long outside = propagation == MS_SHARED || propagation == MS_PRIVATE ? propagation
										      : MS_SLAVE;

	plan_add(plan, STEP_PROPAGATION)->propagation = outside;
	plan_add(plan, STEP_ATTACH_ROOT)->flag = propagation != MS_SHARED;
	for (size_t i = 0; i < spec->mount_count; i++) {
		int r = add_mount(arena, plan, &spec->mounts[i], options->bundle, err);

		if (r < 0)
			return r;
	}
	add_devices(plan, spec);
	return 0;
}

static void add_console(struct plan *plan, const struct spec *spec)
{
	plan_add(plan, STEP_CONSOLE)->console = (struct console_request){
		.width = spec->process.console_width,
		.height = spec->process.console_height,
		.uid = spec->process.user.uid,
		.bind = true,
	};
}

/* From the mounts that are there to a process inside the root. */
static void add_enter(struct plan *plan, const struct spec *spec,
		      const struct plan_options *options)
{
	const struct spec_linux *l = &spec->linux_;
	unsigned long propagation = propagation_flag(l->rootfs_propagation);
	const char *cwd = spec->process.cwd;

	if (spec->process.terminal)
		add_console(plan, spec);
	if (cwd && !str_eq(cwd, "/"))
		plan_add(plan, STEP_MAKE_CWD)->text = cwd;
	for (const char *const *p = l->masked_paths; p && *p; p++)
		plan_add(plan, STEP_MASK)->text = *p;
	for (const char *const *p = l->readonly_paths; p && *p; p++)
		plan_add(plan, STEP_READONLY)->text = *p;
	plan_add(plan, STEP_ENTER_ROOT)->flag = options->no_pivot;
	if (spec->root_readonly)
		plan_add(plan, STEP_ROOT_READONLY);
	if (propagation && propagation != MS_PRIVATE)
		plan_add(plan, STEP_ROOT_PROPAGATION)->propagation = propagation;
}

int plan_create(struct arena *arena, const struct spec *spec, const struct plan_options *options,
		struct plan *plan, struct err *err)
{
	const struct spec_linux *l = &spec->linux_;
	const struct spec_hook_list *hooks = spec->hooks;
	bool mount_ns = l->namespaces[SPEC_NS_MOUNT].present;
	int r;

	*plan = (struct plan){ 0 };
	if (!mount_ns) {
		err_set(err, ENOTSUP,
			"linux.namespaces: a container without a mount namespace "
			"is not supported");
		return err_status(err, EXIT_UNSUPPORTED);
	}
	r = plan_reserve(arena, plan, count_steps(spec), err);
	if (r == 0)
		r = plan_set_program(arena, plan, &spec->process, err);
	if (r < 0)
		return r;
	if (options->has_cgroup)
		plan_add(plan, STEP_JOIN_CGROUPS);
	add_namespaces(plan, l);
	if (plan->new_user_ns || plan->join_user_ns)
		plan_add(plan, STEP_MAPS);
	plan->pass_sources = plan->new_user_ns || plan->join_user_ns;
	add_kernel_settings(plan, spec);
	r = add_root(arena, plan, spec, options, err);
	if (r < 0)
		return r;
	if (hooks[SPEC_HOOK_PRESTART].count || hooks[SPEC_HOOK_CREATE_RUNTIME].count)
		plan_add(plan, STEP_HOOKS_RUNTIME);
	if (hooks[SPEC_HOOK_CREATE_CONTAINER].count)
		plan_add(plan, STEP_HOOKS)->hooks = &hooks[SPEC_HOOK_CREATE_CONTAINER];
	add_enter(plan, spec, options);
	if (l->has_personality)
		plan_add(plan, STEP_PERSONALITY)->flags = l->personality;
	if (!options->no_new_keyring)
		plan_add(plan, STEP_KEYRING);
	plan_add_process(plan, &spec->process, l->seccomp, &hooks[SPEC_HOOK_START_CONTAINER]);
	return 0;
}

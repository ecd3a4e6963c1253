/*
 * spec_process.c - the process object: user, arguments, limits, capabilities, scheduling.
 *
 * See: config.md "Process", "POSIX process", "Linux Process", "User".
 */
#include <linux/ioprio.h>
#include <linux/sched.h>
#include <string.h>

#include "runtime/spec/names.h"
#include "runtime/spec/section.h"
#include "user/base/cleanup.h"
#include "user/base/log.h"
#include "user/base/str.h"

/* An id of a user or group: (uid_t)-1 means "no change" to the kernel and is none. */
static int read_id(const struct json *node, uint32_t *id, struct err *err)
{
	int r = json_u32(node, id, err);

	if (r == 0 && *id == UINT32_MAX)
		r = json_err_type(node, "an id up to 4294967294", err);
	return r;
}

static int read_gid(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	(void)arena;
	return read_id(node, item, err);
}

static int read_user(struct arena *arena, const struct json *process, struct spec_user *user,
		     struct err *err)
{
	struct spec_i64 umask = { 0 };
	const struct json *uid, *gid;
	struct json *node;
	int r = json_get_typed(process, "user", JSON_OBJECT, &node, err);

	if (r < 0 || !node)
		return r;
	uid = json_get(node, "uid");
	gid = json_get(node, "gid");
	if (uid)
		r = read_id(uid, &user->uid, err);
	if (r == 0 && gid)
		r = read_id(gid, &user->gid, err);
	if (r == 0)
		r = spec_read_i64(node, "umask", 0, 0777, &umask, err);
	if (r == 0)
		r = spec_read_list(arena, node, "additionalGids", sizeof(gid_t), read_gid,
				   &user->additional_gids, &user->additional_gid_count, err);
	user->has_umask = umask.set;
	user->umask = (mode_t)umask.value;
	return r;
}

static int read_args(struct arena *arena, const struct json *process, struct spec_process *out,
		     struct err *err)
{
	struct json *node;
	int r = spec_require(process, "args", &node, err);

	if (r == 0)
		r = json_get_strings(arena, process, "args", &out->args, err);
	if (r == 0 && !out->args[0])
		r = json_err(node, err, "must name a program to run");
	if (r == 0)
		r = json_get_strings(arena, process, "env", &out->env, err);
	if (r < 0)
		return r;
	json_for_each(item, json_get(process, "env")) {
		const char *equals = strchr(item->text, '=');

		if (!equals || equals == item->text)
			return json_err_type(item, "NAME=VALUE", err);
	}
	return 0;
}

static int read_rlimit(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct spec_rlimit *limit = item;
	const char *type;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	if (r == 0)
		r = spec_require_string(node, "type", &type, err);
	if (r < 0)
		return r;
	limit->resource = spec_rlimit_number(type);
	if (limit->resource < 0)
		return json_err_type(json_get(node, "type"), "the name of a resource limit", err);
	r = spec_require_u64(node, "soft", &limit->soft, err);
	if (r == 0)
		r = spec_require_u64(node, "hard", &limit->hard, err);
	if (r == 0 && limit->soft > limit->hard)
		r = json_err(node, err, "soft limit %llu is above the hard limit %llu",
			     (unsigned long long)limit->soft, (unsigned long long)limit->hard);
	return r;
}

static int read_rlimits(struct arena *arena, const struct json *node, struct spec_process *out,
			struct err *err)
{
	uint64_t seen = 0;
	int r = spec_read_list(arena, node, "rlimits", sizeof(*out->rlimits), read_rlimit,
			       &out->rlimits, &out->rlimit_count, err);

	for (size_t i = 0; r == 0 && i < out->rlimit_count; i++) {
		uint64_t bit = 1ULL << out->rlimits[i].resource;

		if (seen & bit)
			r = json_err(json_get(node, "rlimits"), err, "%s is given twice",
				     spec_rlimit_name(out->rlimits[i].resource));
		seen |= bit;
	}
	return r;
}

/*
 * A name nobody knows is no error: config.md wants a warning, so that a config written for a
 * newer kernel still starts here with fewer rights, never with more.
 */
static int read_cap_set(const struct json *node, const char *key, uint64_t *set, struct err *err)
{
	struct json *array;
	int r = json_get_typed(node, key, JSON_ARRAY, &array, err);

	if (r < 0)
		return r;
	json_for_each(item, array) {
		const char *name;
		int number;

		r = json_string(item, &name, err);
		if (r < 0)
			return r;
		number = spec_cap_number(name);
		if (number < 0)
			log_warning("process.capabilities.%s: unknown capability '%s' ignored", key,
				    name);
		else
			*set |= 1ULL << number;
	}
	return 0;
}

static int read_caps(const struct json *process, struct spec_caps *caps, struct err *err)
{
	struct json *node;
	int r = json_get_typed(process, "capabilities", JSON_OBJECT, &node, err);

	if (r < 0 || !node)
		return r;
	caps->present = true;
	r = read_cap_set(node, "bounding", &caps->bounding, err);
	if (r == 0)
		r = read_cap_set(node, "effective", &caps->effective, err);
	if (r == 0)
		r = read_cap_set(node, "permitted", &caps->permitted, err);
	if (r == 0)
		r = read_cap_set(node, "inheritable", &caps->inheritable, err);
	if (r == 0)
		r = read_cap_set(node, "ambient", &caps->ambient, err);
	return r;
}

static int read_sched_flags(const struct json *node, uint64_t *flags, struct err *err)
{
	static const char *const names[] = {
		"SCHED_FLAG_RESET_ON_FORK",  "SCHED_FLAG_RECLAIM",     "SCHED_FLAG_DL_OVERRUN",
		"SCHED_FLAG_KEEP_POLICY",    "SCHED_FLAG_KEEP_PARAMS", "SCHED_FLAG_UTIL_CLAMP_MIN",
		"SCHED_FLAG_UTIL_CLAMP_MAX",
	};
	struct json *array;
	int r = json_get_typed(node, "flags", JSON_ARRAY, &array, err);

	if (r < 0)
		return r;
	json_for_each(item, array) {
		int bit; /* the names stand in the order of their bits, from bit 0 */

		r = spec_read_word(item, names, ARRAY_LEN(names), &bit, err);
		if (r < 0)
			return r;
		*flags |= 1ULL << bit;
	}
	return 0;
}

static int read_scheduler(const struct json *process, struct spec_scheduler *out, struct err *err)
{
	struct spec_i64 nice = { 0 }, priority = { 0 };
	const char *names[SCHED_DEADLINE + 1];
	struct json *node, *policy;
	int index = 0;
	int r = json_get_typed(process, "scheduler", JSON_OBJECT, &node, err);

	if (r < 0 || !node)
		return r;
	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		names[i] = spec_sched_policy_name(i);
	r = spec_require(node, "policy", &policy, err);
	if (r == 0)
		r = spec_read_word(policy, names, ARRAY_LEN(names), &index, err);
	if (r == 0)
		r = spec_read_i64(node, "nice", -20, 19, &nice, err);
	if (r == 0)
		r = spec_read_i64(node, "priority", 0, 99, &priority, err);
	if (r == 0)
		r = json_get_u64(node, "runtime", &out->runtime_ns, err);
	if (r == 0)
		r = json_get_u64(node, "deadline", &out->deadline_ns, err);
	if (r == 0)
		r = json_get_u64(node, "period", &out->period_ns, err);
	if (r == 0)
		r = read_sched_flags(node, &out->flags, err);
	if (r < 0)
		return r;
	if (priority.value && index != SCHED_FIFO && index != SCHED_RR)
		return json_err(node, err, "priority needs policy SCHED_FIFO or SCHED_RR");
	if ((out->runtime_ns || out->deadline_ns || out->period_ns) && index != SCHED_DEADLINE)
		return json_err(node, err, "runtime, deadline and period need SCHED_DEADLINE");
	out->present = true;
	out->policy = (uint32_t)index;
	out->nice = (int32_t)nice.value;
	out->priority = (uint32_t)priority.value;
	return 0;
}

static int read_io_priority(const struct json *process, struct spec_io_priority *out,
			    struct err *err)
{
	static const char *const names[] = {
		[IOPRIO_CLASS_RT] = "IOPRIO_CLASS_RT",
		[IOPRIO_CLASS_BE] = "IOPRIO_CLASS_BE",
		[IOPRIO_CLASS_IDLE] = "IOPRIO_CLASS_IDLE",
	};
	struct spec_i64 priority = { 0 };
	struct json *node, *class;
	int r = json_get_typed(process, "ioPriority", JSON_OBJECT, &node, err);

	if (r < 0 || !node)
		return r;
	r = spec_require(node, "class", &class, err);
	if (r == 0)
		r = spec_read_word(class, names, ARRAY_LEN(names), &out->class, err);
	if (r == 0)
		r = spec_read_i64(node, "priority", 0, 7, &priority, err);
	out->present = r == 0;
	out->priority = (int)priority.value;
	return r;
}

static int read_console(const struct json *process, struct spec_process *out, struct err *err)
{
	struct spec_i64 width = { 0 }, height = { 0 };
	struct json *node;
	int r = json_get_bool(process, "terminal", &out->terminal, err);

	if (r == 0)
		r = json_get_typed(process, "consoleSize", JSON_OBJECT, &node, err);
	if (r < 0 || !node)
		return r;
	/* struct winsize holds 16 bits */
	r = spec_read_i64(node, "width", 0, UINT16_MAX, &width, err);
	if (r == 0)
		r = spec_read_i64(node, "height", 0, UINT16_MAX, &height, err);
	out->console_width = (uint16_t)width.value;
	out->console_height = (uint16_t)height.value;
	return r;
}

static int read_security(const struct json *node, struct spec_process *out, struct err *err)
{
	struct json *affinity;
	int r = json_get_bool(node, "noNewPrivileges", &out->no_new_privileges, err);

	if (r == 0)
		r = json_get_string(node, "apparmorProfile", &out->apparmor_profile, err);
	if (r == 0)
		r = json_get_string(node, "selinuxLabel", &out->selinux_label, err);
	if (r == 0)
		r = spec_read_i64(node, "oomScoreAdj", -1000, 1000, &out->oom_score_adj, err);
	if (r == 0)
		r = json_get_typed(node, "execCPUAffinity", JSON_OBJECT, &affinity, err);
	if (r == 0)
		r = json_get_string(affinity, "initial", &out->cpu_affinity_initial, err);
	if (r == 0)
		r = json_get_string(affinity, "final", &out->cpu_affinity_final, err);
	return r;
}

int spec_section_process(struct arena *arena, const struct json *node, struct spec_process *process,
			 struct err *err)
{
	int r = read_console(node, process, err);

	if (r == 0)
		r = read_user(arena, node, &process->user, err);
	if (r == 0)
		r = read_args(arena, node, process, err);
	if (r == 0)
		r = spec_require_absolute(node, "cwd", &process->cwd, err);
	if (r == 0)
		r = read_caps(node, &process->caps, err);
	if (r == 0)
		r = read_rlimits(arena, node, process, err);
	if (r == 0)
		r = read_security(node, process, err);
	if (r == 0)
		r = read_scheduler(node, &process->scheduler, err);
	if (r == 0)
		r = read_io_priority(node, &process->io_priority, err);
	return r;
}

/*
 * seccomp_profile.c - reading linux.seccomp. See seccomp_profile.h.
 */
#include "runtime/spec/seccomp_profile.h"

#include <linux/seccomp.h>

#include "runtime/spec/section.h"
#include "user/base/cleanup.h"
#include "user/base/str.h"

static const char *const action_names[] = {
	[SECCOMP_KILL_THREAD] = "SCMP_ACT_KILL_THREAD",
	[SECCOMP_KILL_PROCESS] = "SCMP_ACT_KILL_PROCESS",
	[SECCOMP_TRAP] = "SCMP_ACT_TRAP",
	[SECCOMP_ERRNO] = "SCMP_ACT_ERRNO",
	[SECCOMP_TRACE] = "SCMP_ACT_TRACE",
	[SECCOMP_ALLOW] = "SCMP_ACT_ALLOW",
	[SECCOMP_LOG] = "SCMP_ACT_LOG",
	[SECCOMP_NOTIFY] = "SCMP_ACT_NOTIFY",
};

static const char *const op_names[] = {
	[SECCOMP_NE] = "SCMP_CMP_NE",
	[SECCOMP_LT] = "SCMP_CMP_LT",
	[SECCOMP_LE] = "SCMP_CMP_LE",
	[SECCOMP_EQ] = "SCMP_CMP_EQ",
	[SECCOMP_GE] = "SCMP_CMP_GE",
	[SECCOMP_GT] = "SCMP_CMP_GT",
	[SECCOMP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};

const char *seccomp_action_name(unsigned action)
{
	return action < ARRAY_LEN(action_names) ? action_names[action] : NULL;
}

const char *seccomp_op_name(unsigned op)
{
	return op < ARRAY_LEN(op_names) ? op_names[op] : NULL;
}

static int read_action(const struct json *node, const char *key, enum seccomp_action *action,
		       struct err *err)
{
	struct json *member;
	int index = 0;
	int r = spec_require(node, key, &member, err);

	if (r < 0)
		return r;
	if (member->type == JSON_STRING && str_eq(member->text, "SCMP_ACT_KILL")) {
		*action = SECCOMP_KILL_THREAD;
		return 0;
	}
	r = spec_read_word(member, action_names, ARRAY_LEN(action_names), &index, err);
	*action = (enum seccomp_action)index;
	return r;
}

/* The kernel keeps 16 bits of it (SECCOMP_RET_DATA). */
static int read_errno(const struct json *node, const char *key, enum seccomp_action action,
		      bool *has, uint32_t *value, struct err *err)
{
	struct spec_i64 number = { 0 };
	int r = spec_read_i64(node, key, 0, SECCOMP_RET_DATA, &number, err);

	if (r == 0 && number.set && action != SECCOMP_ERRNO && action != SECCOMP_TRACE)
		r = json_err(json_get(node, key), err,
			     "only SCMP_ACT_ERRNO and SCMP_ACT_TRACE have a value");
	*has = number.set;
	*value = (uint32_t)number.value;
	return r;
}

static int read_arg(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct seccomp_arg *arg = item;
	struct spec_i64 index = { 0 };
	struct json *op = NULL, *required;
	int word = 0;
	int r = json_expect(node, JSON_OBJECT, err);

	(void)arena;
	if (r == 0)
		r = spec_require(node, "index", &required, err);
	if (r == 0)
		r = spec_read_i64(node, "index", 0, 5, &index, err);
	if (r == 0)
		r = spec_require_u64(node, "value", &arg->value, err);
	if (r == 0)
		r = json_get_u64(node, "valueTwo", &arg->value_two, err);
	if (r == 0)
		r = spec_require(node, "op", &op, err);
	if (r == 0)
		r = spec_read_word(op, op_names, ARRAY_LEN(op_names), &word, err);
	arg->index = (unsigned)index.value;
	arg->op = (enum seccomp_op)word;
	return r;
}

static int read_rule(struct arena *arena, const struct json *node, void *item, struct err *err)
{
	struct seccomp_rule *rule = item;
	struct json *names;
	int r = json_expect(node, JSON_OBJECT, err);

	rule->node = node;
	if (r == 0)
		r = spec_require(node, "names", &names, err);
	if (r == 0)
		r = json_get_strings(arena, node, "names", &rule->names, err);
	if (r == 0 && !rule->names[0])
		r = json_err(names, err, "must name at least one system call");
	if (r == 0)
		r = read_action(node, "action", &rule->action, err);
	if (r == 0)
		r = read_errno(node, "errnoRet", rule->action, &rule->has_errno, &rule->errno_ret,
			       err);
	if (r == 0)
		r = spec_read_list(arena, node, "args", sizeof(*rule->args), read_arg, &rule->args,
				   &rule->arg_count, err);
	return r;
}

static int read_flags(const struct json *node, uint32_t *flags, struct err *err)
{
	static const char *const names[] = {
		"SECCOMP_FILTER_FLAG_TSYNC",
		"SECCOMP_FILTER_FLAG_LOG",
		"SECCOMP_FILTER_FLAG_SPEC_ALLOW",
		"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
	};
	static const uint32_t bits[] = {
		SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		1U << 5, /* WAIT_KILLABLE_RECV, newer than Debian 12's header */
	};
	struct json *array;
	int r = json_get_typed(node, "flags", JSON_ARRAY, &array, err);

	if (r < 0)
		return r;
	json_for_each(item, array) {
		int index;

		r = spec_read_word(item, names, ARRAY_LEN(names), &index, err);
		if (r < 0)
			return r;
		*flags |= bits[index];
	}
	return 0;
}

/*
 * The supervisor is reached by a write of ours, so a profile that asks it about write(2) would
 * wait for itself; the same holds for a default action that covers write.
 */
static int check_notify(const struct json *node, const struct seccomp_profile *profile,
			struct err *err)
{
	bool used = false;

	if (profile->default_action == SECCOMP_NOTIFY)
		return json_err(json_get(node, "defaultAction"), err,
				"SCMP_ACT_NOTIFY cannot be the default");
	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct seccomp_rule *rule = &profile->rules[i];

		if (rule->action != SECCOMP_NOTIFY)
			continue;
		used = true;
		for (const char *const *name = rule->names; *name; name++)
			if (str_eq(*name, "write"))
				return json_err(rule->node, err,
						"SCMP_ACT_NOTIFY cannot be used for write");
	}
	if (used && !profile->listener_path)
		return json_err(node, err, "SCMP_ACT_NOTIFY needs listenerPath");
	if (profile->listener_metadata && !profile->listener_path)
		return json_err(node, err, "listenerMetadata needs listenerPath");
	return 0;
}

int seccomp_profile_read(struct arena *arena, const struct json *node,
			 struct seccomp_profile *profile, struct err *err)
{
	int r = json_expect(node, JSON_OBJECT, err);

	*profile = (struct seccomp_profile){ 0 };
	if (r == 0)
		r = read_action(node, "defaultAction", &profile->default_action, err);
	if (r == 0)
		r = read_errno(node, "defaultErrnoRet", profile->default_action,
			       &profile->has_default_errno, &profile->default_errno_ret, err);
	if (r == 0)
		r = json_get_strings(arena, node, "architectures", &profile->architectures, err);
	if (r == 0)
		r = read_flags(node, &profile->flags, err);
	if (r == 0)
		r = json_get_string(node, "listenerPath", &profile->listener_path, err);
	if (r == 0)
		r = json_get_string(node, "listenerMetadata", &profile->listener_metadata, err);
	if (r == 0)
		r = spec_read_list(arena, node, "syscalls", sizeof(*profile->rules), read_rule,
				   &profile->rules, &profile->rule_count, err);
	return r < 0 ? r : check_notify(node, profile, err);
}

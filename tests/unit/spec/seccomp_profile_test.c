/*
 * seccomp_profile_test.c - reading linux.seccomp.
 */
#include "config.h"

#include "runtime/spec/seccomp_profile.h"

static int read_profile(struct seccomp_profile *profile, const char *text)
{
	struct json *root;

	text = json_text(text);
	err_reset(&err);
	cr_assert_eq(json_parse(&arena, text, strlen(text), &root, &err), 0, "%s", err.message);
	return seccomp_profile_read(&arena, root, profile, &err);
}

static void refuse(const char *text, const char *message)
{
	struct seccomp_profile profile;

	cr_assert_eq(read_profile(&profile, text), -EINVAL, "%s was accepted", text);
	cr_assert_str_eq(err.message, message);
}

Test(seccomp_profile, rules_and_arguments_are_read)
{
	struct seccomp_profile p;

	cr_assert_eq(read_profile(&p, "{'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 38,"
				      "'architectures': ['SCMP_ARCH_X86_64'],"
				      "'flags': ['SECCOMP_FILTER_FLAG_LOG'],"
				      "'syscalls': [{'names': ['clone', 'read'], 'action': "
				      "'SCMP_ACT_ALLOW', 'args': [{'index': 5, 'value': "
				      "18446744073709551615, 'valueTwo': 1, 'op': "
				      "'SCMP_CMP_MASKED_EQ'}]}]}"),
		     0, "%s", err.message);
	cr_assert_eq(p.default_action, SECCOMP_ERRNO);
	cr_assert_eq(p.default_errno_ret, 38);
	cr_assert_eq(p.flags, 2);
	cr_assert_eq(p.rule_count, 1);
	cr_assert_str_eq(p.rules[0].names[1], "read");
	cr_assert_eq(p.rules[0].args[0].value, UINT64_MAX);
	cr_assert_eq(p.rules[0].args[0].index, 5);
	cr_assert_eq(p.rules[0].args[0].op, SECCOMP_MASKED_EQ);
}

Test(seccomp_profile, kill_is_another_name_of_kill_thread)
{
	struct seccomp_profile p;

	cr_assert_eq(read_profile(&p, "{'defaultAction': 'SCMP_ACT_KILL'}"), 0);
	cr_assert_eq(p.default_action, SECCOMP_KILL_THREAD);
}

Test(seccomp_profile, mistakes_name_their_path)
{
	refuse("{}", "defaultAction: missing");
	refuse("{'defaultAction': 'ALLOW'}",
	       "defaultAction: expected one of SCMP_ACT_KILL_THREAD SCMP_ACT_KILL_PROCESS "
	       "SCMP_ACT_TRAP SCMP_ACT_ERRNO SCMP_ACT_TRACE SCMP_ACT_ALLOW SCMP_ACT_LOG "
	       "SCMP_ACT_NOTIFY, got \"ALLOW\"");
	refuse("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [{'action': 'SCMP_ACT_LOG'}]}",
	       "syscalls[0].names: missing");
	refuse("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [{'names': [], 'action': "
	       "'SCMP_ACT_LOG'}]}",
	       "syscalls[0].names: must name at least one system call");
	refuse("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [{'names': ['read'], 'action': "
	       "'SCMP_ACT_LOG', 'args': [{'index': 6, 'value': 0, 'op': 'SCMP_CMP_EQ'}]}]}",
	       "syscalls[0].args[0].index: expected an integer from 0 to 5, got 6");
	refuse("{'defaultAction': 'SCMP_ACT_ALLOW', 'defaultErrnoRet': 1}",
	       "defaultErrnoRet: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE have a value");
	refuse("{'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 65536}",
	       "defaultErrnoRet: expected an integer from 0 to 65535, got 65536");
}

Test(seccomp_profile, notify_needs_a_listener_and_spares_write)
{
	refuse("{'defaultAction': 'SCMP_ACT_NOTIFY'}",
	       "defaultAction: SCMP_ACT_NOTIFY cannot be the default");
	refuse("{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [{'names': ['read'], 'action': "
	       "'SCMP_ACT_NOTIFY'}]}",
	       "(document): SCMP_ACT_NOTIFY needs listenerPath");
	refuse("{'defaultAction': 'SCMP_ACT_ALLOW', 'listenerPath': '/l', 'syscalls': [{'names': "
	       "['read', 'write'], 'action': 'SCMP_ACT_NOTIFY'}]}",
	       "syscalls[0]: SCMP_ACT_NOTIFY cannot be used for write");
}

Test(seccomp_profile, names_end_where_the_constants_end)
{
	cr_assert_str_eq(seccomp_action_name(SECCOMP_NOTIFY), "SCMP_ACT_NOTIFY");
	cr_assert_null(seccomp_action_name(SECCOMP_NOTIFY + 1));
	cr_assert_str_eq(seccomp_op_name(SECCOMP_MASKED_EQ), "SCMP_CMP_MASKED_EQ");
	cr_assert_null(seccomp_op_name(SECCOMP_MASKED_EQ + 1));
}

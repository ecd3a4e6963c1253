/*
 * seccomp_compile.c - the only file that knows libseccomp.
 *
 * Three things the library leaves to its users, done as runc does, whose behaviour profiles are
 * written for: a name that this library or architecture does not know is skipped; a rule that says
 * what the default says anyway is skipped (the library calls it an error); several conditions on
 * one argument are alternatives, each a rule of its own.
 *
 * And one that it cannot do: a system call newer than the profile gets ENOSYS instead of the
 * profile's EPERM, so that a libc built for a newer kernel falls back to the older call instead of
 * failing. Those are the calls with a higher number than any the profile names, per architecture;
 * a few instructions in front of the filter sort them out (prepend_enosys).
 *
 * See: seccomp_rule_add(3), seccomp_attr_set(3).
 */
#include "runtime/linux/seccomp_compile.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/str.h"

#define MAX_ARCHES 8
#define X32_BIT 0x40000000U

static void release(scmp_filter_ctx *ctx)
{
	if (*ctx)
		seccomp_release(*ctx);
}

static uint32_t action_of(enum seccomp_action action, bool has_errno, uint32_t errno_ret)
{
	uint32_t value = has_errno ? errno_ret : EPERM;

	switch (action) {
	case SECCOMP_KILL_THREAD:
		return SCMP_ACT_KILL_THREAD;
	case SECCOMP_KILL_PROCESS:
		return SCMP_ACT_KILL_PROCESS;
	case SECCOMP_TRAP:
		return SCMP_ACT_TRAP;
	case SECCOMP_ERRNO:
		return SCMP_ACT_ERRNO(value);
	case SECCOMP_TRACE:
		return SCMP_ACT_TRACE(value);
	case SECCOMP_ALLOW:
		return SCMP_ACT_ALLOW;
	case SECCOMP_LOG:
		return SCMP_ACT_LOG;
	case SECCOMP_NOTIFY:
		return SCMP_ACT_NOTIFY;
	}
	return SCMP_ACT_KILL_PROCESS;
}

static struct scmp_arg_cmp condition_of(const struct seccomp_arg *arg)
{
	static const enum scmp_compare ops[] = {
		[SECCOMP_NE] = SCMP_CMP_NE,
		[SECCOMP_LT] = SCMP_CMP_LT,
		[SECCOMP_LE] = SCMP_CMP_LE,
		[SECCOMP_EQ] = SCMP_CMP_EQ,
		[SECCOMP_GE] = SCMP_CMP_GE,
		[SECCOMP_GT] = SCMP_CMP_GT,
		[SECCOMP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
	};

	return (struct scmp_arg_cmp){ .arg = arg->index,
				      .op = ops[arg->op],
				      .datum_a = arg->value,
				      .datum_b = arg->value_two };
}

static bool repeats_an_index(const struct seccomp_rule *rule)
{
	unsigned seen = 0;

	for (size_t i = 0; i < rule->arg_count; i++) {
		if (seen & 1U << rule->args[i].index)
			return true;
		seen |= 1U << rule->args[i].index;
	}
	return false;
}

static int add_name(scmp_filter_ctx ctx, const struct seccomp_rule *rule, uint32_t action,
		    const char *name)
{
	struct scmp_arg_cmp conditions[6];
	int number = seccomp_syscall_resolve_name(name), r = 0;

	if (number == __NR_SCMP_ERROR)
		return 0;
	if (repeats_an_index(rule)) {
		for (size_t i = 0; i < rule->arg_count && r == 0; i++) {
			conditions[0] = condition_of(&rule->args[i]);
			r = seccomp_rule_add_array(ctx, action, number, 1, conditions);
		}
		return r;
	}
	for (size_t i = 0; i < rule->arg_count; i++)
		conditions[i] = condition_of(&rule->args[i]);
	return seccomp_rule_add_array(ctx, action, number, (unsigned)rule->arg_count, conditions);
}

static int add_rules(scmp_filter_ctx ctx, const struct seccomp_profile *profile, struct err *err)
{
	uint32_t usual = action_of(profile->default_action, profile->has_default_errno,
				   profile->default_errno_ret);

	for (size_t i = 0; i < profile->rule_count; i++) {
		const struct seccomp_rule *rule = &profile->rules[i];
		uint32_t action = action_of(rule->action, rule->has_errno, rule->errno_ret);

		if (action == usual)
			continue;
		for (const char *const *name = rule->names; *name; name++) {
			int r = add_name(ctx, rule, action, *name);

			if (r < 0)
				return json_err(rule->node, err, "rule for %s: %s", *name,
						err_reason(-r));
		}
	}
	return 0;
}

/* "SCMP_ARCH_X86_64" -> the library's token; 0 when it knows none. It takes "x86_64". */
static uint32_t arch_of(const char *name)
{
	char lower[32];
	size_t len = 0;

	if (!str_starts_with(name, "SCMP_ARCH_"))
		return 0;
	for (name += strlen("SCMP_ARCH_"); *name && len < sizeof(lower) - 1; name++)
		lower[len++] = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
	lower[len] = '\0';
	return seccomp_arch_resolve_name(lower);
}

/* The architectures the filter is for, the native one first. Returns how many, or -EINVAL. */
static int add_arches(scmp_filter_ctx ctx, const struct seccomp_profile *profile, uint32_t *arches,
		      struct err *err)
{
	int count = 0;

	arches[count++] = seccomp_arch_native();
	for (const char *const *name = profile->architectures; name && *name; name++) {
		uint32_t arch = arch_of(*name);
		int r = arch ? seccomp_arch_add(ctx, arch) : -EINVAL;

		if (r == -EEXIST)
			continue;
		/* another byte order can never run here */
		if (r == -EDOM)
			continue;
		if (r < 0 || count == MAX_ARCHES)
			return err_set(err, EINVAL,
				       "linux.seccomp.architectures: cannot use \"%s\"", *name);
		arches[count++] = arch;
	}
	return count;
}

/* libseccomp 2.5 exports to an fd only. */
static int export(scmp_filter_ctx ctx, struct sock_filter *program, size_t max, size_t *count)
{
	cleanup_close int fd = memfd_create("seccomp", MFD_CLOEXEC);
	ssize_t n;
	int r;

	if (fd < 0)
		return -errno;
	r = seccomp_export_bpf(ctx, fd);
	if (r < 0)
		return r;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	n = fd_read_full(fd, program, max * sizeof(*program));
	if (n < 0)
		return (int)n;
	*count = (size_t)n / sizeof(*program);
	return *count == max ? -E2BIG : 0;
}

static bool wants_enosys(const struct seccomp_profile *profile)
{
	switch (profile->default_action) {
	case SECCOMP_ALLOW:
	case SECCOMP_LOG:
	case SECCOMP_TRACE:
	case SECCOMP_NOTIFY:
		return false;
	case SECCOMP_ERRNO:
		return !profile->has_default_errno || profile->default_errno_ret != ENOSYS;
	default:
		return true;
	}
}

/* Highest number the profile names on arch; -1 when it names none. */
static int highest_number(const struct seccomp_profile *profile, uint32_t arch)
{
	int highest = -1;

	for (size_t i = 0; i < profile->rule_count; i++)
		for (const char *const *name = profile->rules[i].names; *name; name++) {
			int number = seccomp_syscall_resolve_name_arch(arch, *name);

			if (number > highest)
				highest = number;
		}
	return highest;
}

/*
 * Per architecture: if (arch == ARCH && nr is no x32 call && nr > HIGHEST) return ENOSYS. x32
 * shares x86_64's architecture and is told by a bit of the number; its calls go to the filter as
 * they are, for it has had no calls of its own that x86_64 lacks, and nobody builds for it.
 */
static size_t prepend_enosys(const struct seccomp_profile *profile, const uint32_t *arches,
			     int arch_count, struct sock_filter *out)
{
	const uint32_t nr = offsetof(struct seccomp_data, nr),
		       arch = offsetof(struct seccomp_data, arch);
	size_t n = 0;

	for (int i = 0; i < arch_count; i++) {
		int highest = highest_number(profile, arches[i]);
		uint32_t audit = arches[i]; /* the library's tokens are the kernel's, but for x32 */

		if (highest < 0 || arches[i] == SCMP_ARCH_X32)
			continue;
		out[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arch);
		out[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, audit, 0, 4);
		out[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, nr);
		out[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 2, 0);
		out[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K,
							(uint32_t)highest, 0, 1);
		out[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
							SECCOMP_RET_ERRNO | ENOSYS);
	}
	return n;
}

static int set_attributes(scmp_filter_ctx ctx)
{
	/* whether no_new_privs is set is for process.noNewPrivileges to say */
	int r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);

	/* a binary tree over the numbers instead of a chain */
	return r < 0 ? r : seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
}

int seccomp_compile(struct arena *arena, const struct seccomp_profile *profile,
		    struct sock_filter **program, size_t *count, struct err *err)
{
	const size_t max = BPF_MAXINSNS + 1; /* one more than may be, to notice a cut */
	__attribute__((cleanup(release))) scmp_filter_ctx ctx = seccomp_init(action_of(
		profile->default_action, profile->has_default_errno, profile->default_errno_ret));
	uint32_t arches[MAX_ARCHES];
	struct sock_filter *out;
	size_t front, length = 0;
	int arch_count, r;

	if (!ctx)
		return err_num(err, ENOMEM, "linux.seccomp");
	r = set_attributes(ctx);
	if (r < 0)
		return err_num(err, r, "linux.seccomp: set the filter's attributes");
	arch_count = add_arches(ctx, profile, arches, err);
	if (arch_count < 0)
		return arch_count;
	r = add_rules(ctx, profile, err);
	if (r < 0)
		return r;
	out = arena_calloc(arena, max + 6 * MAX_ARCHES, sizeof(*out));
	if (!out)
		return err_num(err, ENOMEM, "linux.seccomp");
	front = wants_enosys(profile) ? prepend_enosys(profile, arches, arch_count, out) : 0;
	r = export(ctx, out + front, max, &length);
	if (r == 0 && front + length > BPF_MAXINSNS)
		r = -E2BIG;
	if (r < 0)
		return err_num(err, r, "linux.seccomp: compile the filter");
	*program = out;
	*count = front + length;
	return 0;
}

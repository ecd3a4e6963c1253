/*
 * device_bpf.c - device rules as a BPF program on the container's v2 cgroup.
 *
 * v2 has no devices controller; the kernel asks a BPF_PROG_TYPE_CGROUP_DEVICE program instead:
 * 1 allows, 0 is EPERM. Ours is written here, instruction by instruction, and loaded with bpf(2);
 * a BPF library would cost more than the whole rest of a start.
 *
 * Each access bit (mknod, read, write) is decided by the last rule that covers it, so the rules
 * are checked from last to first: an allowing rule takes its bits off the request and allows once
 * none is left; a denying rule that covers a bit still asked for refuses. What no rule covers is
 * refused. A rule of type 'a' covers everything and so ends the program.
 *
 * See: bpf(2), linux/bpf.h struct bpf_cgroup_dev_ctx, cgroup-v2.rst "Device controller".
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/cgroup/device_bpf.h"
#include "user/base/cleanup.h"
#include "user/base/str.h"

/* The kernel attaches no more than 64 programs of a type to a cgroup. */
#define MAX_ATTACHED 64
/* By this name a program is known as ours, and not, say, systemd's. */
#define PROGRAM_NAME "cbox_devices"

#define INSN(op, dst, src, offset, value)           \
	((struct bpf_insn){ .code = (op),           \
			    .dst_reg = (dst),       \
			    .src_reg = (src),       \
			    .off = (short)(offset), \
			    .imm = (value) })

static void emit(struct device_program *program, struct bpf_insn insn)
{
	if (program->count < DEVICE_BPF_MAX_INSNS)
		program->insns[program->count] = insn;
	program->count++;
}

/* Registers: 2 type, 3 the bits still asked for, 4 major, 5 minor; all zero-extended. */
static void emit_load(struct device_program *program)
{
	const int word = BPF_LDX | BPF_MEM | BPF_W;

	emit(program,
	     INSN(word, BPF_REG_2, BPF_REG_1, offsetof(struct bpf_cgroup_dev_ctx, access_type), 0));
	emit(program, INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_3, BPF_REG_2, 0, 0));
	emit(program, INSN(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_2, 0, 0, 0xffff));
	emit(program, INSN(BPF_ALU64 | BPF_RSH | BPF_K, BPF_REG_3, 0, 0, 16));
	emit(program,
	     INSN(word, BPF_REG_4, BPF_REG_1, offsetof(struct bpf_cgroup_dev_ctx, major), 0));
	emit(program,
	     INSN(word, BPF_REG_5, BPF_REG_1, offsetof(struct bpf_cgroup_dev_ctx, minor), 0));
}

static void emit_return(struct device_program *program, int value)
{
	emit(program, INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, value));
	emit(program, INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
}

static int access_bits(const struct spec_device_rule *rule)
{
	return (rule->mknod ? BPF_DEVCG_ACC_MKNOD : 0) | (rule->read ? BPF_DEVCG_ACC_READ : 0) |
	       (rule->write ? BPF_DEVCG_ACC_WRITE : 0);
}

static void emit_rule(struct device_program *program, const struct spec_device_rule *rule)
{
	const int differs = BPF_JMP | BPF_JNE | BPF_K;
	int type = rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR;
	/* Instructions from here to the next rule, and jumps over them. */
	int left = 1 + (rule->major >= 0) + (rule->minor >= 0) + (rule->allow ? 4 : 5);

	emit(program, INSN(differs, BPF_REG_2, 0, --left, type));
	if (rule->major >= 0)
		emit(program, INSN(differs, BPF_REG_4, 0, --left, (int)rule->major));
	if (rule->minor >= 0)
		emit(program, INSN(differs, BPF_REG_5, 0, --left, (int)rule->minor));
	if (rule->allow) {
		emit(program,
		     INSN(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_3, 0, 0, ~access_bits(rule)));
		emit(program, INSN(differs, BPF_REG_3, 0, 2, 0));
	} else {
		emit(program, INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_3, 0, 0));
		emit(program,
		     INSN(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_1, 0, 0, access_bits(rule)));
		emit(program, INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_1, 0, 2, 0));
	}
	emit_return(program, rule->allow);
}

int device_bpf_build(const struct spec_device_rule *rules, size_t count,
		     struct device_program *program)
{
	bool allow_rest = false;

	program->count = 0;
	program->has_deny = false;
	emit_load(program);
	while (count-- > 0) {
		if (rules[count].type == 'a') {
			allow_rest = rules[count].allow;
			break;
		}
		emit_rule(program, &rules[count]);
		program->has_deny |= !rules[count].allow;
	}
	emit_return(program, allow_rest);
	program->allows_all = allow_rest && !program->has_deny;
	return program->count > DEVICE_BPF_MAX_INSNS ? -E2BIG : 0;
}

static int sys_bpf(enum bpf_cmd cmd, union bpf_attr *attr, size_t size)
{
	long r = syscall(SYS_bpf, cmd, attr, size);

	return r < 0 ? -errno : (int)r;
}

static int load(const struct device_program *program)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uintptr_t)program->insns;
	attr.insn_cnt = (uint32_t)program->count;
	attr.license = (uintptr_t) "GPL";
	memcpy(attr.prog_name, PROGRAM_NAME, sizeof(PROGRAM_NAME));
	return sys_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int attach(int cgroup_fd, int program_fd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)cgroup_fd;
	attr.attach_bpf_fd = (uint32_t)program_fd;
	attr.attach_type = BPF_CGROUP_DEVICE;
	attr.attach_flags = BPF_F_ALLOW_MULTI; /* systemd may have one of its own there */
	return sys_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr));
}

/* Ids of the programs attached to this very cgroup. Returns how many, or -errno. */
static int attached(int cgroup_fd, uint32_t *ids)
{
	union bpf_attr attr;
	int r;

	memset(&attr, 0, sizeof(attr));
	attr.query.target_fd = (uint32_t)cgroup_fd;
	attr.query.attach_type = BPF_CGROUP_DEVICE;
	attr.query.prog_ids = (uintptr_t)ids;
	attr.query.prog_cnt = MAX_ATTACHED;
	r = sys_bpf(BPF_PROG_QUERY, &attr, sizeof(attr));
	return r < 0 ? r : (int)attr.query.prog_cnt;
}

/* Takes program id off if it is ours. */
static int detach(int cgroup_fd, uint32_t id)
{
	struct bpf_prog_info info = { 0 };
	cleanup_close int fd = -1;
	union bpf_attr attr;
	int r;

	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	fd = sys_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	r = sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	if (r < 0 || !str_eq(info.name, PROGRAM_NAME))
		return r;
	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)cgroup_fd;
	attr.attach_bpf_fd = (uint32_t)fd;
	attr.attach_type = BPF_CGROUP_DEVICE;
	return sys_bpf(BPF_PROG_DETACH, &attr, sizeof(attr));
}

static int fail(struct err *err, int number, const char *what)
{
	int r = err_num(err, number, "linux.resources.devices: %s", what);

	if (number == -EPERM || number == -ENOSYS)
		err_status(err, EXIT_UNSUPPORTED);
	return r;
}

int device_bpf_attach(int cgroup_fd, const struct spec_device_rule *rules, size_t count,
		      struct err *err)
{
	struct device_program program;
	uint32_t ids[MAX_ATTACHED];
	cleanup_close int fd = -1;
	int old, r = device_bpf_build(rules, count, &program);

	if (r < 0)
		return fail(err, r, "make the device program");
	old = attached(cgroup_fd, ids);
	if (old < 0)
		return fail(err, old, "ask for the device programs of the cgroup");
	if (!program.allows_all) {
		fd = load(&program);
		if (fd < 0)
			return fail(err, fd, "load the device program");
		r = attach(cgroup_fd, fd);
		if (r < 0)
			return fail(err, r, "attach the device program");
	}
	for (int i = 0; i < old; i++) {
		r = detach(cgroup_fd, ids[i]);
		if (r < 0)
			return fail(err, r, "detach the former device program");
	}
	return 0;
}

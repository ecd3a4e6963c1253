/*
 * device_bpf_test.c - the device program, run by an interpreter of the few instructions it uses.
 */
#include <criterion/criterion.h>

#include "runtime/cgroup/device_bpf.h"

#define R BPF_DEVCG_ACC_READ
#define W BPF_DEVCG_ACC_WRITE
#define M BPF_DEVCG_ACC_MKNOD

static struct device_program program;

/* Runs the program; a jump out of it or an instruction it should not use ends the test. */
static bool allowed(char type, uint32_t major, uint32_t minor, uint32_t access)
{
	uint32_t ctx[3] = { access << 16 | (type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR),
			    major, minor };
	uint64_t reg[11] = { 0 };

	for (size_t pc = 0; pc < program.count; pc++) {
		const struct bpf_insn *i = &program.insns[pc];
		uint64_t imm = (uint64_t)(int64_t)i->imm;

		switch (i->code) {
		case BPF_LDX | BPF_MEM | BPF_W:
			cr_assert_eq(i->src_reg, BPF_REG_1);
			reg[i->dst_reg] = ctx[i->off / 4];
			break;
		case BPF_ALU64 | BPF_MOV | BPF_X:
			reg[i->dst_reg] = reg[i->src_reg];
			break;
		case BPF_ALU64 | BPF_MOV | BPF_K:
			reg[i->dst_reg] = imm;
			break;
		case BPF_ALU64 | BPF_AND | BPF_K:
			reg[i->dst_reg] &= imm;
			break;
		case BPF_ALU64 | BPF_RSH | BPF_K:
			reg[i->dst_reg] >>= imm;
			break;
		case BPF_JMP | BPF_JNE | BPF_K:
			pc += reg[i->dst_reg] != imm ? (size_t)i->off : 0;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += reg[i->dst_reg] == imm ? (size_t)i->off : 0;
			break;
		case BPF_JMP | BPF_EXIT:
			return reg[0] != 0;
		default:
			cr_assert_fail("instruction %02x", i->code);
		}
	}
	cr_assert_fail("the program ends without exit");
	return false;
}

static struct spec_device_rule rule(bool allow, char type, int64_t major, int64_t minor,
				    uint32_t access)
{
	return (struct spec_device_rule){ .allow = allow,
					  .type = type,
					  .major = major,
					  .minor = minor,
					  .read = access & R,
					  .write = access & W,
					  .mknod = access & M };
}

Test(device_bpf, nothing_is_allowed_without_rules)
{
	cr_assert_eq(device_bpf_build(NULL, 0, &program), 0);
	cr_assert_not(program.allows_all);
	cr_assert_not(allowed('c', 1, 3, R));
}

Test(device_bpf, a_rule_allows_its_device_and_access_only)
{
	struct spec_device_rule rules[] = { rule(true, 'c', 1, 3, R | M) };

	cr_assert_eq(device_bpf_build(rules, 1, &program), 0);
	cr_assert(allowed('c', 1, 3, R));
	cr_assert(allowed('c', 1, 3, R | M));
	cr_assert_not(allowed('c', 1, 3, R | W));
	cr_assert_not(allowed('b', 1, 3, R));
	cr_assert_not(allowed('c', 1, 4, R));
	cr_assert_not(allowed('c', 2, 3, R));
}

Test(device_bpf, rules_add_up_bit_by_bit)
{
	struct spec_device_rule rules[] = { rule(true, 'c', 1, 3, R), rule(true, 'c', 1, -1, W) };

	cr_assert_eq(device_bpf_build(rules, 2, &program), 0);
	cr_assert(allowed('c', 1, 3, R | W));
	cr_assert_not(allowed('c', 1, 4, R | W));
	cr_assert(allowed('c', 1, 4, W));
}

Test(device_bpf, the_last_rule_wins)
{
	struct spec_device_rule rules[] = { rule(true, 'c', -1, -1, R | W | M),
					    rule(false, 'c', 10, 229, W),
					    rule(true, 'c', 10, 229, M) };

	cr_assert_eq(device_bpf_build(rules, 3, &program), 0);
	cr_assert(allowed('c', 10, 228, R | W | M));
	cr_assert_not(allowed('c', 10, 229, W));
	cr_assert_not(allowed('c', 10, 229, R | W));
	cr_assert(allowed('c', 10, 229, R | M));
}

Test(device_bpf, a_rule_for_all_ends_what_came_before)
{
	struct spec_device_rule rules[] = { rule(true, 'c', 1, 3, R), rule(false, 'a', -1, -1, 0),
					    rule(true, 'b', 8, 0, R) };

	cr_assert_eq(device_bpf_build(rules, 3, &program), 0);
	cr_assert_not(allowed('c', 1, 3, R));
	cr_assert(allowed('b', 8, 0, R));
	rules[1].allow = true;
	cr_assert_eq(device_bpf_build(rules, 3, &program), 0);
	cr_assert(program.allows_all);
	rules[2].allow = false;
	cr_assert_eq(device_bpf_build(rules, 3, &program), 0);
	cr_assert_not(program.allows_all);
	cr_assert_not(allowed('b', 8, 0, R));
	cr_assert(allowed('b', 8, 0, W));
}

Test(device_bpf, numbers_above_31_bits_match_nothing_else)
{
	struct spec_device_rule rules[] = { rule(true, 'c', 4294967295, 0, R) };

	cr_assert_eq(device_bpf_build(rules, 1, &program), 0);
	cr_assert_not(allowed('c', 0, 0, R));
	cr_assert_not(allowed('c', 4095, 0, R));
}

Test(device_bpf, more_rules_than_fit_are_refused)
{
	static struct spec_device_rule rules[400];

	for (size_t i = 0; i < 400; i++)
		rules[i] = rule(true, 'c', 1, 3, R);
	cr_assert_eq(device_bpf_build(rules, 400, &program), -E2BIG);
}

/*
 * fentry_probe.c - exits 0 when this kernel loads, attaches and runs an fentry program.
 *
 * Why try: configuration, kallsyms and the list of program types all say yes on kernels that
 * refuse the load or the attach (see the tracers' backends, which decide the same way).
 * The program counts calls of ksys_unshare(); one call must count one.
 *
 * See: the kernel's Documentation/bpf/btf.rst, bpf(2).
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TRACED "ksys_unshare"

static int failed(const char *what, int error)
{
	fprintf(stderr, "fentry: %s: %s\n", what, strerror(-error));
	return 1;
}

static int load(int map, int btf_id)
{
	/* key = 0; value = map_lookup_elem(map, &key); if (value) atomic *value += 1; return 0 */
	const struct bpf_insn program[] = {
		{ BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0 },
		{ BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -4 },
		{ BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map },
		{ 0, 0, 0, 0, 0 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem },
		{ BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 2, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, 1 },
		{ BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_0, BPF_REG_1, 0, BPF_ADD },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = (uint32_t)btf_id);

	return bpf_prog_load(BPF_PROG_TYPE_TRACING, "cbox_fentry", "GPL", program,
			     sizeof(program) / sizeof(program[0]), &opts);
}

int main(void)
{
	uint32_t key = 0;
	uint64_t calls = 0;
	int map, btf_id, program, link, ret;

	btf_id = libbpf_find_vmlinux_btf_id(TRACED, BPF_TRACE_FENTRY);
	if (btf_id < 0)
		return failed("BTF of " TRACED, btf_id);
	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "calls", sizeof(key), sizeof(calls), 1, NULL);
	if (map < 0)
		return failed("map", map);
	program = load(map, btf_id);
	if (program < 0)
		return failed("load", program);
	link = bpf_raw_tracepoint_open(NULL, program);
	if (link < 0)
		return failed("attach", link);
	unshare(0);
	ret = bpf_map_lookup_elem(map, &key, &calls);
	if (ret)
		return failed("map", ret);
	printf("fentry: %llu calls\n", (unsigned long long)calls);
	return calls != 1;
}

/*
 * probe.c - see probe.h.
 */
#include "user/ctrace/probe.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include "user/base/cleanup.h"

/*
 * A program that asks for type 1, which is no function: a kernel that permits fentry says EINVAL
 * for that, one that refuses says EPERM before it looks.
 */
int probe_fentry(struct err *err)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .attach_btf_id = 1,
		    .expected_attach_type = BPF_TRACE_FENTRY);
	cleanup_close int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "cbox_probe", "GPL", insns,
					     ARRAY_LEN(insns), &options);

	if (fd >= 0 || (errno != EPERM && errno != EACCES))
		return 0;
	err_sys(err, "load a fentry program");
	return err_status(err, EXIT_UNSUPPORTED);
}

int probe_kprobe(struct err *err)
{
	static const char *const interfaces[] = {
		"/sys/bus/event_source/devices/kprobe/type",
		"/sys/kernel/tracing/kprobe_events",
		"/sys/kernel/debug/tracing/kprobe_events",
	};

	for (size_t i = 0; i < ARRAY_LEN(interfaces); i++)
		if (access(interfaces[i], F_OK) == 0 || errno != ENOENT)
			return 0;
	err_set(err, EOPNOTSUPP, "this kernel has no kprobes");
	return err_status(err, EXIT_UNSUPPORTED);
}

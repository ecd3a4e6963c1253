/*
 * copyup.c - the copy-up tracer: its backends, and its place in the frame.
 *
 * Owns: the skeleton of bpf/copyup.bpf.c. Records and sums are in copyup_record.c and
 * copyup_summary.c, which need no kernel.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "bpf/abi/copyup.h"
#include "user/ctrace/copyup_record.h"
#include "user/ctrace/copyup_summary.h"
#include "user/ctrace/probe.h"
#include "user/ctrace/tracer.h"

#include "bpf/copyup.skel.h"

static const struct tracer_backend fexit_backend = {
	.name = "fexit",
	.needs = "BTF and fentry/fexit on overlayfs functions",
	.sections = (const char *const[]){ "fentry/", "fexit/", NULL },
	.probe = probe_fentry,
};

static const struct tracer_backend kprobe_backend = {
	.name = "kprobe",
	.needs = "CONFIG_KPROBES",
	.sections = (const char *const[]){ "kprobe/", "kretprobe/", NULL },
	.probe = probe_kprobe,
};

static const struct tracer_backend tracepoint_backend = {
	.name = "tracepoint",
	.needs = "Linux 6.13 (multigrain time stamps), an upper layer on ext4, xfs, btrfs or tmpfs",
	.sections = (const char *const[]){ "raw_tp/", "syscall", NULL },
	.optional = (const char *const[]){ "tp_ext4_sync_file_enter", "tp_ext4_sync_file_exit",
					   "tp_xfs_file_fsync", "tp_btrfs_sync_file", NULL },
	.required_types = (const char *const[]){ "ovl_inode", "ovl_copy_up_ctx", NULL },
};

static const struct tracer_backend *const backends[] = {
	&fexit_backend,
	&kprobe_backend,
	&tracepoint_backend,
	NULL,
};

static int copyup_open(struct tracer_object *object, const char *btf_path, struct err *err)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .btf_custom_path = btf_path);
	struct copyup_bpf *skeleton = copyup_bpf__open_opts(&options);

	if (!skeleton)
		return err_sys(err, "open the eBPF object");
	skeleton->rodata->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	object->skeleton = skeleton;
	object->object = skeleton->obj;
	object->filter = (struct trace_filter *)&skeleton->rodata->filter;
	return 0;
}

static int copyup_load(struct tracer_object *object)
{
	return copyup_bpf__load(object->skeleton);
}

static void copyup_close(struct tracer_object *object)
{
	copyup_bpf__destroy(object->skeleton);
	*object = (struct tracer_object){ 0 };
}

/* The size of a function is behind the slash, in hexadecimal digits. */
static int put_end(struct kernel_function *function)
{
	const char *slash = memchr(function->symbol, '/', sizeof(function->symbol));
	uint64_t size = 0;

	for (const char *c = slash ? slash + 3 : ""; isxdigit((unsigned char)*c); c++)
		size = size << 4 |
		       (unsigned)(isdigit((unsigned char)*c) ? *c - '0' : (*c | 32) - 'a' + 10);
	function->end = function->begin + size;
	return size ? 0 : -EINVAL;
}

/* The tracepoint backend recognises its events by functions on the call stack. */
static int copyup_prepare(struct tracer_object *object, const struct tracer_backend *backend,
			  struct err *err)
{
	struct copyup_bpf *skeleton = object->skeleton;
	LIBBPF_OPTS(bpf_test_run_opts, run);

	if (backend != &tracepoint_backend)
		return 0;
	if (bpf_prog_test_run_opts(bpf_program__fd(skeleton->progs.find_functions), &run) < 0)
		return err_sys(err, "look up functions of overlayfs");
	if (run.retval || put_end(&skeleton->bss->copy_up_one) < 0 ||
	    put_end(&skeleton->bss->removexattr) < 0)
		return err_set(err, ENOENT,
			       "the kernel does not tell where overlayfs' functions are");
	return 0;
}

const struct tracer tracer_copyup = {
	.name = "copyup",
	.backends = backends,
	.counters = COPYUP_COUNTERS,
	.record_size = sizeof(struct copyup_record),
	.summary_size = sizeof(struct copyup_summary),
	.open = copyup_open,
	.load = copyup_load,
	.close = copyup_close,
	.prepare = copyup_prepare,
	.decode = copyup_decode,
	.text_header = copyup_text_header,
	.text = copyup_text,
	.json = copyup_json,
	.summary_add = copyup_summary_add,
	.summary_json = copyup_summary_json,
	.summary_text = copyup_summary_text,
	.summary_free = copyup_summary_free,
};

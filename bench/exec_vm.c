/*
 * exec_vm.c - the VM baseline: QEMU's microvm machine with a cloud kernel and one static init.
 *
 * Owns: the command line, the choice of KVM or TCG (always named in the result, never mixed), the
 * measured interval from spawn to the guest's ready line on the serial console, and the guest's
 * resident memory at that moment. CPU time is QEMU's until it is killed right after.
 * Does not own: kernel and initramfs (bench/vm).
 *
 * tsc_early_khz is not an optimisation: under TCG the kernel's calibration loop is at the mercy of
 * the emulator, and without it most boots hang.
 *
 * See: QEMU, "microvm virtual platform"; Documentation/virt/kvm/api.rst, KVM_GET_API_VERSION.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/disk_usage.h"
#include "bench/executor.h"
#include "bench/memory.h"
#include "bench/vm_options.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/proc.h"
#include "user/base/str.h"

#define READY_LINE "cbox-guest: ready"
#define GUEST_MEMORY_MIB "128"
#define HOLD_TIMEOUT_NS 60000000000ULL

struct vm_options vm_options = { .accel = "auto" };

struct vm {
	char initrd[PATH_MAX];
	char append[512];
	char cpu[16];
	bool kvm;
};

/* The device may exist and still be refused, so ask it something. */
static bool kvm_works(void)
{
	cleanup_close int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	return fd >= 0 && ioctl(fd, KVM_GET_API_VERSION, 0) == KVM_API_VERSION;
}

static int choose_accel(struct executor *ex, struct vm *vm, struct err *err)
{
	vm->kvm = !str_eq(vm_options.accel, "tcg") && kvm_works();
	if (str_eq(vm_options.accel, "kvm") && !vm->kvm) {
		err_set(err, ENODEV, "/dev/kvm does not work here");
		return err_hint(err, "enable (nested) virtualisation, or measure emulation with "
				     "--vm tcg");
	}
	ex->accel = vm->kvm ? "kvm" : "tcg";
	fmt_string(vm->cpu, sizeof(vm->cpu), "%s", vm->kvm ? "host" : "max");
	return 0;
}

static int find_guest(struct executor *ex, struct vm *vm, const struct workspace *ws,
		      struct err *err)
{
	static const char *const places[] = { "../share/cbox/guest", "../guest", NULL };
	static const char *const kernels[] = { "6.1/vmlinux", "6.12/vmlinux", NULL };
	int r = -ENOENT;

	if (vm_options.kernel)
		fmt_string(ex->program, sizeof(ex->program), "%s", vm_options.kernel);
	for (unsigned i = 0; !vm_options.kernel && r < 0 && kernels[i]; i++)
		r = workspace_find(ws, places, kernels[i], ex->program, sizeof(ex->program));
	if (!ex->program[0] || access(ex->program, R_OK) < 0) {
		err_set(err, ENOENT, "no guest kernel%s%s", ex->program[0] ? " at " : "",
			ex->program);
		return err_hint(err, "'make guest-kernels' fetches one, or give --vm-kernel FILE");
	}
	if (vm_options.initrd)
		fmt_string(vm->initrd, sizeof(vm->initrd), "%s", vm_options.initrd);
	else
		workspace_find(ws, places, "boot.cpio", vm->initrd, sizeof(vm->initrd));
	if (!vm->initrd[0] || access(vm->initrd, R_OK) < 0) {
		err_set(err, ENOENT, "no initramfs for the guest");
		return err_hint(err, "'make' builds boot.cpio, or give --vm-initrd FILE");
	}
	return 0;
}

static int tsc_khz(const struct workspace *ws, char *text, size_t size, struct err *err)
{
	static const char *const places[] = { "../libexec/cbox", "../libexec", "../guest", NULL };
	char program[PATH_MAX];
	const char *const argv[] = { program, NULL };
	uint64_t khz;
	int r;

	if (workspace_find(ws, places, "tsc-khz", program, sizeof(program)) < 0)
		return err_set(err, ENOENT, "'tsc-khz' is not installed beside this program");
	r = child_capture(argv, text, size, err);
	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	if (r || num_u64(text, &khz) < 0 || khz < 1000)
		return err_set(err, EPROTO, "'tsc-khz' printed '%s'", text);
	return 0;
}

/* "release" lies beside the kernel when bench/vm fetched it; otherwise the file has to do. */
static void name_version(struct executor *ex, const char *qemu_version)
{
	char path[PATH_MAX], kernel[64] = "own kernel";
	cleanup_free char *text = NULL;
	struct err ignored = { 0 };
	char *slash;

	fmt_string(path, sizeof(path) - sizeof("release"), "%s", ex->program);
	slash = strrchr(path, '/');
	if (slash) {
		fmt_string(slash + 1, sizeof(path) - (size_t)(slash + 1 - path), "release");
		if (file_read(AT_FDCWD, path, 256, &text, &ignored) > 0)
			fmt_string(kernel, sizeof(kernel), "Linux %.*s", (int)strcspn(text, "\n"),
				   text);
	}
	fmt_string(ex->version, sizeof(ex->version), "%s, %s", qemu_version, kernel);
}

static int qemu_version(const char *qemu, char *version, size_t size, struct err *err)
{
	const char *const argv[] = { qemu, "--version", NULL };
	int r = child_capture(argv, version, size, err);
	char *end;

	if (r)
		return r < 0 ? r : err_set(err, EPROTO, "'%s --version' ended with %d", qemu, r);
	end = strpbrk(version, "(\n");
	if (end)
		*end = '\0';
	for (size_t len = strlen(version); len && version[len - 1] == ' ';)
		version[--len] = '\0';
	return 0;
}

static int probe(struct executor *ex, struct workspace *ws, struct err *err)
{
	cleanup_free struct vm *vm = calloc(1, sizeof(*vm));
	char khz[32], version[96];
	int r;

	if (!vm)
		return err_sys(err, "prepare '%s'", ex->name);
	if (workspace_which("qemu-system-x86_64", vm_options.qemu, sizeof(vm_options.qemu)) < 0) {
		err_set(err, ENOENT, "QEMU is not installed");
		return err_hint(err, "apt-get install qemu-system-x86 (dnf: qemu-system-x86-core)");
	}
	r = choose_accel(ex, vm, err);
	r = r < 0 ? r : find_guest(ex, vm, ws, err);
	r = r < 0 ? r : tsc_khz(ws, khz, sizeof(khz), err);
	r = r < 0 ? r : qemu_version(vm_options.qemu, version, sizeof(version), err);
	if (r < 0)
		return r;
	name_version(ex, version);
	fmt_string(vm->append, sizeof(vm->append),
		   "console=ttyS0 quiet tsc_early_khz=%s nokaslr mitigations=off "
		   "cryptomgr.notests no_timer_check 8250.nr_uarts=1 random.trust_cpu=on "
		   "rcupdate.rcu_expedited=1 cbox.wait",
		   khz);
	ex->state = take_ptr(vm);
	return 0;
}

/* Starts the guest and waits for its ready line. Returns 0, -ETIMEDOUT, -EINTR or -errno. */
static int boot(struct executor *ex, struct workspace *ws, uint64_t timeout_ns, struct child *child,
		struct err *why)
{
	const struct vm *vm = ex->state;
	const char *const argv[] = { vm_options.qemu,
				     "-M",
				     "microvm",
				     "-accel",
				     vm->kvm ? "kvm" : "tcg",
				     "-cpu",
				     vm->cpu,
				     "-m",
				     GUEST_MEMORY_MIB,
				     "-smp",
				     "1",
				     "-nodefaults",
				     "-no-user-config",
				     "-nographic",
				     "-no-reboot",
				     "-serial",
				     "stdio",
				     "-kernel",
				     ex->program,
				     "-initrd",
				     vm->initrd,
				     "-append",
				     vm->append,
				     NULL };
	char console[4096] = "";
	int out[2], in[2], r;
	size_t have = 0;

	if (pipe2(out, O_CLOEXEC) < 0)
		return err_sys(why, "make a pipe");
	cleanup_close int out_read = out[0], out_write = out[1];
	if (pipe2(in, O_CLOEXEC) < 0)
		return err_sys(why, "make a pipe");
	/* stdin must stay open: at its end a guest that waits for a byte would end. */
	cleanup_close int in_read = in[0], in_write = in[1];
	r = child_start(child, argv, (struct child_streams){ in_read, out_write, ws->err }, why);
	if (r < 0)
		return r;
	for (;;) {
		ssize_t n;

		r = child_wait(child, out_read, timeout_ns);
		if (r != 1)
			return r == 0 ? -EPIPE : r;
		n = read(out_read, console + have, sizeof(console) - 1 - have);
		if (n <= 0)
			return -EPIPE;
		have += (size_t)n;
		console[have] = '\0';
		if (strstr(console, READY_LINE))
			return 0;
		if (have > sizeof(console) / 2) { /* keep the end: the line may be cut */
			memmove(console, console + have / 2, have - have / 2 + 1);
			have -= have / 2;
		}
	}
}

static int run(struct executor *ex, struct workspace *ws, uint64_t timeout_ns,
	       struct sample *sample, struct err *why)
{
	struct child child;
	int r;

	workspace_rewind(ws);
	child.pidfd = -1;
	r = boot(ex, ws, timeout_ns, &child, why);
	if (child.pidfd < 0)
		return r;
	sample->wall_ns = clock_ns(CLOCK_MONOTONIC) - child.started_ns;
	sample->memory_bytes = r == 0 ? memory_pss(child.pid) : 0;
	child_kill(&child);
	child_reap(&child, sample, 0);
	sample->outcome = r == 0	    ? OUTCOME_OK
			  : r == -ETIMEDOUT ? OUTCOME_TIMEOUT
			  : r == -EINTR	    ? OUTCOME_INTERRUPTED
					    : OUTCOME_FAILED;
	if (sample->outcome == OUTCOME_TIMEOUT)
		err_set(why, ETIMEDOUT, "no '%s' on the console within %llu ms", READY_LINE,
			(unsigned long long)(timeout_ns / 1000000));
	if (sample->outcome == OUTCOME_FAILED) {
		char words[200];

		workspace_last_words(ws, words, sizeof(words));
		err_set(why, EPROTO, "QEMU ended before the guest was ready%s%s",
			words[0] ? ": " : "", words);
	}
	return 0;
}

static void finish(struct executor *ex, struct workspace *ws)
{
	(void)ws;
	free(ex->state);
	ex->state = NULL;
}

uint64_t vm_image_bytes(const struct executor *ex)
{
	const struct vm *vm = ex->state;

	return ex->ops == &exec_vm && vm ? disk_usage(ex->program) + disk_usage(vm->initrd) : 0;
}

const struct executor_ops exec_vm = {
	.kind = "vm",
	.probe = probe,
	.run = run,
	.finish = finish,
};

/*
 * executors_test.c - a subject that cannot be had says what is missing and what to install.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/executor.h"
#include "bench/vm_options.h"

static struct executor subject(const struct executor_ops *ops, const char *name)
{
	struct executor ex = { .ops = ops, .accel = "none" };

	memcpy(ex.name, name, strlen(name) + 1);
	return ex;
}

Test(executors, an_oci_runtime_that_is_missing_is_named_with_the_package)
{
	struct executor ex = subject(&exec_oci, "no-such-runtime");
	struct workspace ws = { .program_dir = "/nonexistent" };
	struct err err = { 0 };

	cr_assert_eq(ex.ops->probe(&ex, &ws, &err), -ENOENT);
	cr_assert_str_eq(err.message, "'no-such-runtime' is not installed");
	cr_assert_not_null(strstr(err.hint, "apt-get install no-such-runtime"));
}

Test(executors, an_oci_runtime_needs_privilege_and_says_so)
{
	struct executor ex = subject(&exec_oci, "sh");
	struct workspace ws = { .program_dir = "/nonexistent" };
	struct err err = { 0 };

	cr_assert_eq(ex.ops->probe(&ex, &ws, &err), -EPERM);
	cr_assert_str_eq(err.hint, "run as root");
	cr_assert_null(ex.state);
}

Test(executors, the_floor_is_looked_for_beside_the_program)
{
	struct executor ex = subject(&exec_floor, "floor");
	struct workspace ws = { .program_dir = "/nonexistent", .private_mounts = true };
	struct err err = { 0 };

	cr_assert_eq(ex.ops->probe(&ex, &ws, &err), -ENOENT);
}

Test(executors, an_engine_that_is_missing_is_named_with_the_package)
{
	struct executor ex = subject(&exec_engine, "podman");
	struct workspace ws = { .program_dir = "/nonexistent" };
	struct err err = { 0 };

	setenv("PATH", "/nonexistent", 1);
	if (ex.ops->probe(&ex, &ws, &err) == 0 || err.number != ENOENT)
		cr_skip_test("podman is installed in a system folder");
	cr_assert_str_eq(err.hint, "apt-get install podman");
}

Test(executors, a_vm_without_a_kernel_says_how_to_get_one)
{
	struct executor ex = subject(&exec_vm, "qemu-microvm");
	struct workspace ws = { .program_dir = "/nonexistent" };
	struct err err = { 0 };

	vm_options.accel = "tcg";
	cr_assert_lt(ex.ops->probe(&ex, &ws, &err), 0);
	cr_assert(strstr(err.hint, "make guest-kernels") || strstr(err.hint, "qemu-system-x86"),
		  "%s", err.hint);
}

Test(executors, kvm_that_was_asked_for_is_not_replaced_by_emulation)
{
	struct executor ex = subject(&exec_vm, "qemu-microvm");
	struct workspace ws = { .program_dir = "/nonexistent" };
	struct err err = { 0 };

	vm_options.accel = "kvm";
	cr_assert_lt(ex.ops->probe(&ex, &ws, &err), 0);
	cr_assert_str_neq(ex.accel, "tcg");
}

Test(executors, the_plain_process_runs_without_privilege)
{
	struct executor ex = subject(&exec_process, "process");
	struct workspace ws;
	struct sample sample = { 0 };
	struct err err = { 0 };

	if (workspace_open(&ws, &err) < 0)
		cr_skip_test("no busybox");
	cr_assert_eq(ex.ops->probe(&ex, &ws, &err), 0, "%s", err.message);
	cr_assert_eq(ex.ops->run(&ex, &ws, 10000000000ULL, &sample, &err), 0);
	cr_assert_eq(sample.outcome, OUTCOME_OK, "%s", err.message);
	cr_assert(sample.wall_ns > 0);
	workspace_close(&ws);
}

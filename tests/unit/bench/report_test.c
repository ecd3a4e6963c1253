/*
 * report_test.c - the text reports: 80 columns, failures and absences shown, claims labelled.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/exec_mock.h"
#include "bench/report.h"
#include "bench/seed_table.h"

static char text[8192];

static const struct host host = { .kernel = "6.12.0",
				  .cpu = "Test CPU",
				  .cores = 2,
				  .governor = "none",
				  .cgroup_mode = "v2",
				  .cgroup_seen = "v2",
				  .psi_cpu = -1 };

static const char *read_back(int fd)
{
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	cr_assert(n > 0);
	text[n] = '\0';
	return text;
}

static struct subject measured(const char *name)
{
	struct subject s = { .available = true };

	memcpy(s.ex.name, name, strlen(name) + 1);
	s.ex.ops = &exec_mock;
	s.ex.accel = "none";
	s.summary = (struct summary){ .count = 98,
				      .median_ns = 7.214e6,
				      .p95_ns = 9.5e6,
				      .cpu_median_ns = 6.1e6,
				      .ratio = 1,
				      .median_ci = { 7.05e6, 7.4e6, true } };
	s.samples.count = 100;
	s.samples.failures = 2;
	memcpy(s.samples.first_error, "exit code 1", sizeof("exit code 1"));
	return s;
}

Test(report, shows_figures_failures_and_absences)
{
	struct subject subjects[2] = { measured("cbox-oci") };
	struct runner runner = { .subjects = subjects, .count = 2, .seed = 42 };
	int fd = memfd_create("report", MFD_CLOEXEC);
	const char *out;

	memcpy(subjects[1].ex.name, "gone", sizeof("gone"));
	subjects[1].ex.ops = &exec_mock;
	err_set(&subjects[1].unavailable, ENOENT, "'gone' is not installed");
	err_hint(&subjects[1].unavailable, "apt-get install gone");
	cr_assert_eq(report_start_latency(&runner, &host, fd), 0);
	out = read_back(fd);
	cr_assert_not_null(strstr(out, "7.21"), "%s", out);
	cr_assert_not_null(strstr(out, "7.05-7.40"));
	cr_assert_not_null(strstr(out, "98/100"));
	cr_assert_not_null(strstr(out, "2 failed, 0 timed out: exit code 1"));
	cr_assert_not_null(strstr(out, "gone: not available: 'gone' is not installed"));
	cr_assert_not_null(strstr(out, "hint: apt-get install gone"));
	cr_assert_not_null(strstr(out, "seed 42"));
	close(fd);
}

Test(report, the_seed_table_fits_80_columns_and_labels_every_figure)
{
	struct seed_table table = {
		.vm = { .subject = "qemu-microvm",
			.accel = "TCG",
			.boot_ns = 1.53e9,
			.shared_bytes = 53 << 20,
			.memory_bytes = 194 << 20,
			.kernel = "own 6.12",
			.isolation = "hypervisor" },
		.container = { .subject = "cbox-oci",
			       .boot_ns = 7.2e6,
			       .shared_bytes = 1985 << 10,
			       .each_bytes = 12 << 10,
			       .memory_bytes = 420 << 10,
			       .kernel = "shared 6.18",
			       .isolation = "namespaces" },
	};
	int fd = memfd_create("table", MFD_CLOEXEC), lines = 0;
	char *save = NULL, *out;

	cr_assert_eq(seed_table_print(&table, fd), 0);
	out = strdup(read_back(fd));
	for (char *line = strtok_r(out, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		cr_assert(strlen(line) <= 80, "%zu columns: %s", strlen(line), line);
		lines += strstr(line, "measured ") || strstr(line, "claimed ");
	}
	cr_assert_eq(lines, 4);
	cr_assert_not_null(strstr(text, "accelerator TCG"));
	cr_assert_not_null(strstr(text, "1.53 s"));
	free(out);
	close(fd);
}

Test(report, a_vm_that_was_not_measured_is_a_dash_with_the_reason)
{
	struct seed_table table = { .vm = { .missing = "QEMU is not installed" } };
	int fd = memfd_create("table", MFD_CLOEXEC);

	cr_assert_eq(seed_table_print(&table, fd), 0);
	cr_assert_not_null(strstr(read_back(fd), "VM: not measured: QEMU is not installed"));
	cr_assert_null(strstr(text, "0 us"));
	close(fd);
}

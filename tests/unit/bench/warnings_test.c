/*
 * warnings_test.c - a quiet run is silent, and every warning says what to do.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bench/executor.h"
#include "bench/warnings.h"

static char said[4096];

static void keep(const char *text, void *arg)
{
	(void)arg;
	strncat(said, text, sizeof(said) - strlen(said) - 2);
	strncat(said, "\n", 2);
}

static struct host quiet(void)
{
	return (struct host){
		.cores = 4, .governor = "performance", .load = { 0.1 }, .psi_cpu = 0
	};
}

Test(warnings, a_quiet_host_is_not_spoken_of)
{
	struct host host = quiet();

	warnings_host(&host, keep, NULL);
	cr_assert_str_eq(said, "");
}

Test(warnings, load_pressure_and_governor_come_with_advice)
{
	struct host host = quiet();

	host.load[0] = 3;
	host.psi_cpu = 40;
	memcpy(host.governor, "powersave", sizeof("powersave"));
	warnings_host(&host, keep, NULL);
	cr_assert_not_null(strstr(said, "load 3.00 on 4 cores"));
	cr_assert_not_null(strstr(said, "taskset"));
	cr_assert_not_null(strstr(said, "cpupower frequency-set -g performance"));
}

Test(warnings, a_host_without_cpufreq_is_not_told_to_set_a_governor)
{
	struct host host = quiet();

	memcpy(host.governor, "none", sizeof("none"));
	warnings_host(&host, keep, NULL);
	cr_assert_str_eq(said, "");
}

Test(warnings, too_few_runs_failures_and_outliers_are_said)
{
	struct subject subject = { .available = true };
	struct runner runner = { .subjects = &subject, .count = 1 };

	memcpy(subject.ex.name, "crun", sizeof("crun"));
	subject.ex.ops = &exec_oci;
	subject.ex.accel = "none";
	subject.samples.failures = 2;
	subject.summary.count = 4;
	subject.summary.outliers = 1;
	warnings_result(&runner, keep, NULL);
	cr_assert_not_null(strstr(said, "crun: 2 of 0 runs failed"));
	cr_assert_not_null(strstr(said, "use at least -n 6"));
	cr_assert_not_null(strstr(said, "lie far out (they are kept)"));
}

Test(warnings, kvm_beside_tcg_is_said)
{
	struct subject subjects[2] = { { .available = true }, { .available = true } };
	struct runner runner = { .subjects = subjects, .count = 2 };

	for (int i = 0; i < 2; i++) {
		subjects[i].ex.ops = &exec_vm;
		subjects[i].ex.accel = i ? "kvm" : "tcg";
		subjects[i].summary.count = 10;
	}
	warnings_result(&runner, keep, NULL);
	cr_assert_not_null(strstr(said, "TCG"));
}

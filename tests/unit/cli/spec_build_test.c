/*
 * spec_build_test.c - what options make of the defaults.
 */
#include "runtime/cli/spec_build.h"

#include <criterion/criterion.h>
#include <linux/capability.h>
#include <string.h>

#include "runtime/cli/spec_defaults.h"

#define BIT(cap) (UINT64_C(1) << (cap))

static uint64_t caps(const char *const *add, const char *const *drop)
{
	struct err err = { 0 };
	uint64_t mask = 0;

	cr_assert_eq(spec_build_caps(add, drop, false, &mask, &err), 0, "%s", err.message);
	return mask;
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

Test(spec_build, capabilities_are_added_and_dropped_in_any_spelling)
{
	struct err err = { 0 };
	uint64_t mask;

	cr_assert_eq(caps(NULL, NULL), SPEC_DEFAULT_CAPS);
	cr_assert_eq(caps(LIST("sys_admin"), NULL), SPEC_DEFAULT_CAPS | BIT(CAP_SYS_ADMIN));
	cr_assert_eq(caps(NULL, LIST("CAP_CHOWN")), SPEC_DEFAULT_CAPS & ~BIT(CAP_CHOWN));
	cr_assert_eq(caps(LIST("NET_RAW"), LIST("ALL")), BIT(CAP_NET_RAW));
	cr_assert_eq(caps(LIST("all"), LIST("MKNOD")), SPEC_ALL_CAPS & ~BIT(CAP_MKNOD));
	cr_assert_eq(spec_build_caps(LIST("NOT_A_CAP"), NULL, false, &mask, &err), -EINVAL);
}

Test(spec_build, defaults_hold_nothing_that_reaches_the_host)
{
	static const unsigned dangerous[] = { CAP_SYS_ADMIN, CAP_SYS_MODULE, CAP_SYS_PTRACE,
					      CAP_NET_ADMIN, CAP_SYS_RAWIO,  CAP_DAC_READ_SEARCH,
					      CAP_SYS_BOOT,  CAP_SYS_TIME,   CAP_BPF };

	for (size_t i = 0; i < sizeof(dangerous) / sizeof(dangerous[0]); i++)
		cr_assert_not(SPEC_DEFAULT_CAPS & BIT(dangerous[i]), "capability %u", dangerous[i]);
}

Test(spec_build, volumes_are_taken_apart)
{
	struct arena arena = { 0 };
	const char *source, *destination;
	bool read_only;
	static const char *const bad[] = {
		"/a", "a:/b", "/a:b", "/a:/", "/a:/b:rx", "/a:/b:ro:ro"
	};

	cr_assert_eq(
		spec_parse_volume(&arena, "/a b:/c:ro", &source, &destination, &read_only, NULL),
		0);
	cr_assert(!strcmp(source, "/a b") && !strcmp(destination, "/c") && read_only);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_lt(
			spec_parse_volume(&arena, bad[i], &source, &destination, &read_only, NULL),
			0, "'%s' was taken", bad[i]);
	arena_free(&arena);
}

static void build(struct config *config, struct spec *spec)
{
	static struct arena arena;
	struct err err = { 0 };

	config->id = "cafe";
	config->args = LIST("true");
	if (!config->network)
		config->network = "none";
	cr_assert_eq(spec_build(&arena, config, -1, spec, &err), 0, "%s", err.message);
}

Test(spec_build, limits_become_resources)
{
	struct config config = { .memory_bytes = 64 << 20,
				 .nano_cpus = 1500000000,
				 .pids_limit = 9,
				 .cpu_shares = 512 };
	struct spec spec;

	build(&config, &spec);
	cr_assert_eq(spec.linux_.resources.memory.limit_bytes.value, 64 << 20);
	cr_assert_not(spec.linux_.resources.memory.swap_bytes.set);
	cr_assert_eq(spec.linux_.resources.cpu.quota_us.value, 150000);
	cr_assert_eq(spec.linux_.resources.cpu.period_us.value, 100000);
	cr_assert_eq(spec.linux_.resources.pids_limit.value, 9);
	cr_assert_eq(spec.linux_.resources.cpu.shares.value, 512);
	cr_assert_str_eq(spec.linux_.cgroups_path, "/cbox/cafe");
}

Test(spec_build, the_host_network_means_no_namespace)
{
	struct config host = { .network = "host" }, none = { 0 };
	struct spec spec;

	build(&host, &spec);
	cr_assert_not(spec.linux_.namespaces[SPEC_NS_NET].present);
	build(&none, &spec);
	cr_assert(spec.linux_.namespaces[SPEC_NS_NET].present);
	cr_assert(spec.linux_.namespaces[SPEC_NS_PID].present);
	cr_assert_not(spec.linux_.namespaces[SPEC_NS_USER].present);
}

Test(spec_build, privileged_masks_nothing)
{
	struct config config = { .privileged = true };
	struct spec spec;

	build(&config, &spec);
	cr_assert_null(spec.linux_.masked_paths);
	cr_assert_null(spec.linux_.seccomp);
	cr_assert_eq(spec.process.caps.effective, SPEC_ALL_CAPS);
	cr_assert_eq(spec.linux_.resources.device_count, 1);
}

Test(spec_build, tmpfs_options_follow_the_safe_ones)
{
	struct config config = { .tmpfs = LIST("/run:size=1m,exec", "/tmp") };
	const struct spec_mount *run;
	struct spec spec;

	build(&config, &spec);
	run = &spec.mounts[spec.mount_count - 2];
	cr_assert_str_eq(run->destination, "/run");
	cr_assert_str_eq(run->options[2], "noexec");
	cr_assert_str_eq(run->options[3], "size=1m");
	cr_assert_str_eq(run->options[4], "exec");
	cr_assert_null(run->options[5]);
}

/*
 * plan_test.c - a spec becomes the right steps in the right order.
 */
#include <criterion/criterion.h>
#include <sched.h>
#include <sys/mount.h>

#include "runtime/core/plan.h"

/* A config like the one `runc spec` writes, cut to what matters here; %s is put into "linux". */
#define CONFIG(process, top, linux_)                                                             \
	"{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"sh\"],\"cwd\":\"/\",\"user\":{"      \
	"\"uid\":0,\"gid\":0}" process "},\"root\":{\"path\":\"rootfs\"},\"hostname\":\"c\"" top \
	",\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"},{\"type\":"         \
	"\"uts\"}" linux_ "}}"

static char block[64 * 1024];
static struct arena arena;
static struct spec spec;
static struct plan plan;

static int try_plan(const char *text, struct err *err)
{
	const struct plan_options options = { .bundle = "/b", .has_cgroup = true };

	memset(block, 0, sizeof(block)); /* an arena is lent zeroed memory */
	arena_use(&arena, block, sizeof(block));
	cr_assert_eq(spec_read(&arena, text, strlen(text), &spec, err), 0, "%s", err->message);
	return plan_create(&arena, &spec, &options, &plan, err);
}

static void make_plan(const char *text)
{
	struct err err = { 0 };

	cr_assert_eq(try_plan(text, &err), 0, "%s", err.message);
}

static long position(enum step_kind kind)
{
	for (size_t i = 0; i < plan.count; i++)
		if (plan.steps[i].kind == kind)
			return (long)i;
	return -1;
}

static const struct step *step(enum step_kind kind)
{
	cr_assert_geq(position(kind), 0, "no step of kind %d", kind);
	return &plan.steps[position(kind)];
}

Test(plan, new_namespaces_are_made_by_the_clone)
{
	make_plan(CONFIG("", "", "]"));
	cr_assert_eq(plan.clone_flags, (unsigned long)(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS));
	cr_assert_eq(position(STEP_JOIN_NS), -1);
	cr_assert_eq(position(STEP_MAPS), -1);
}

Test(plan, namespaces_by_path_are_joined_before_anything_is_made)
{
	make_plan(CONFIG("", "", ",{\"type\":\"network\",\"path\":\"/run/netns/x\"}]"));
	cr_assert_str_eq(step(STEP_JOIN_NS)->ns.path, "/run/netns/x");
	cr_assert_lt(position(STEP_JOIN_NS), position(STEP_HOSTNAME));
	cr_assert_not(plan.clone_flags & CLONE_NEWNET);
}

Test(plan, the_cgroup_namespace_is_unshared_after_joining)
{
	make_plan(CONFIG("", "", ",{\"type\":\"cgroup\"}]"));
	cr_assert_eq(position(STEP_JOIN_CGROUPS), 0);
	cr_assert_eq(step(STEP_UNSHARE)->flags, (unsigned long)CLONE_NEWCGROUP);
	cr_assert_not(plan.clone_flags & CLONE_NEWCGROUP);
}

Test(plan, a_user_namespace_waits_for_its_maps_and_binds_devices)
{
	make_plan(CONFIG("", "",
			 ",{\"type\":\"user\"}],\"uidMappings\":[{\"containerID\":0,\"hostID\":"
			 "1000,\"size\":1}],\"gidMappings\":[{\"containerID\":0,\"hostID\":1000,"
			 "\"size\":1}]"));
	cr_assert(plan.new_user_ns && plan.pass_sources);
	cr_assert_lt(position(STEP_MAPS), position(STEP_HOSTNAME));
}

Test(plan, hooks_run_between_mounts_and_pivot)
{
	make_plan(CONFIG("",
			 ",\"hooks\":{\"createRuntime\":[{\"path\":\"/h\"}],\"createContainer\":[{"
			 "\"path\":\"/h\"}],\"startContainer\":[{\"path\":\"/h\"}]},\"mounts\":[{"
			 "\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}]",
			 "]"));
	cr_assert_lt(position(STEP_MOUNT), position(STEP_HOOKS_RUNTIME));
	cr_assert_lt(position(STEP_HOOKS_RUNTIME), position(STEP_HOOKS));
	cr_assert_lt(position(STEP_HOOKS), position(STEP_ENTER_ROOT));
	/* startContainer: after start, in front of the exec */
	cr_assert_eq(plan.steps[plan.count - 2].kind, STEP_HOOKS);
	cr_assert_eq(plan.steps[plan.count - 3].kind, STEP_HAND_OVER);
}

Test(plan, masks_come_after_all_mounts)
{
	make_plan(CONFIG("", ",\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"}]",
			 "],\"maskedPaths\":[\"/proc/kcore\"],\"readonlyPaths\":[\"/proc/sys\"]"));
	cr_assert_gt(position(STEP_MASK), position(STEP_MOUNT));
	cr_assert_str_eq(step(STEP_READONLY)->text, "/proc/sys");
}

Test(plan, bind_sources_start_at_the_bundle)
{
	make_plan(CONFIG("",
			 ",\"mounts\":[{\"destination\":\"/x\",\"source\":\"data\",\"options\":["
			 "\"rbind\",\"ro\"]}]",
			 "]"));
	cr_assert_str_eq(step(STEP_MOUNT)->mount->request.source, "/b/data");
}

Test(plan, default_devices_give_way_to_listed_ones)
{
	size_t nulls = 0;

	make_plan(CONFIG("", "",
			 "],\"devices\":[{\"path\":\"/dev/null\",\"type\":\"c\",\"major\":1,"
			 "\"minor\":3,\"fileMode\":384}]"));
	for (size_t i = 0; i < plan.count; i++)
		nulls += plan.steps[i].kind == STEP_DEVICE &&
			 str_eq(plan.steps[i].device.path, "/dev/null");
	cr_assert_eq(nulls, 1);
}

Test(plan, a_bound_dev_is_left_alone)
{
	make_plan(CONFIG("",
			 ",\"mounts\":[{\"destination\":\"/dev\",\"source\":\"/dev\",\"options\":["
			 "\"rbind\"]}]",
			 "]"));
	cr_assert_eq(position(STEP_DEVICE), -1);
	cr_assert_eq(position(STEP_DEVICE_LINKS), -1);
}

Test(plan, identity_changes_in_the_only_order_that_works)
{
	make_plan(CONFIG(",\"noNewPrivileges\":true", "", "]"));
	cr_assert_lt(position(STEP_BOUNDING), position(STEP_USER));
	cr_assert_lt(position(STEP_USER), position(STEP_CAPS));
	cr_assert_lt(position(STEP_CAPS), position(STEP_NO_NEW_PRIVS));
	cr_assert_lt(position(STEP_NO_NEW_PRIVS), position(STEP_FIND_PROGRAM));
	cr_assert_eq(plan.steps[plan.count - 1].kind, STEP_EXEC);
}

Test(plan, home_is_looked_up_unless_given)
{
	make_plan(CONFIG("", "", "]"));
	cr_assert_geq(position(STEP_HOME), 0);
	make_plan(CONFIG(",\"env\":[\"HOME=/x\"]", "", "]"));
	cr_assert_eq(position(STEP_HOME), -1);
}

Test(plan, the_environment_has_room_for_home)
{
	make_plan(CONFIG(",\"env\":[\"A=1\",\"B=2\"]", "", "]"));
	cr_assert_str_eq(plan.env[1], "B=2");
	cr_assert_null(plan.env[2]);
	cr_assert_null(plan.env[3]);
}

Test(plan, no_mount_namespace_is_refused)
{
	const char *text =
		"{\"ociVersion\":\"1.0.2\",\"process\":{\"args\":[\"sh\"],\"cwd\":\"/\"},"
		"\"root\":{\"path\":\"r\"},\"linux\":{\"namespaces\":[]}}";
	struct err err = { 0 };

	cr_assert_eq(try_plan(text, &err), -ENOTSUP);
	cr_assert_eq(err.status, EXIT_UNSUPPORTED);
}

Test(plan, a_refused_mount_names_its_destination)
{
	struct err err = { 0 };

	cr_assert_lt(try_plan(CONFIG("",
				     ",\"mounts\":[{\"destination\":\"/x\",\"type\":\"tmpfs\","
				     "\"options\":[\"remount\"]}]",
				     "]"),
			      &err),
		     0);
	cr_assert(str_starts_with(err.message, "mount on '/x': "), "%s", err.message);
}

Test(plan, steps_print_as_sentences)
{
	struct strbuf out = { 0 };

	make_plan(CONFIG("",
			 ",\"mounts\":[{\"destination\":\"/tmp\",\"type\":\"tmpfs\",\"options\":["
			 "\"ro\",\"mode=755\"]}]",
			 "]"));
	plan_print_step(step(STEP_MOUNT), &out);
	cr_assert_str_eq(out.data, "mount tmpfs on /tmp read-only mode=755");
	strbuf_free(&out);
}

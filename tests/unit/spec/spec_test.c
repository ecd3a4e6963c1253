/*
 * spec_test.c - the top level of a config, and whole configs as callers write them.
 */
#include "config.h"

#include <fcntl.h>
#include <unistd.h>

static int read_text(struct spec *spec, const char *text)
{
	text = json_text(text);
	err_reset(&err);
	return spec_read(&arena, text, strlen(text), spec, &err);
}

Test(spec, smallest_config_is_accepted)
{
	struct spec spec;

	expect_accepted(&spec, "");
	cr_assert_str_eq(spec.version, "1.0.2");
	cr_assert_str_eq(spec.root_path, "rootfs");
	cr_assert_not(spec.has_process);
	cr_assert_not(spec.linux_.resources.present);
}

Test(spec, version_must_be_semantic_and_of_major_one)
{
	static const char *const good[] = { "1.0.0", "1.0.2-dev", "1.2.0+build.7", "1.1.0-rc.1" };
	static const char *const bad[] = { "1.0", "1", "01.0.0", "1.0.2-", "1.0.2 ", "v1.0.0", "" };
	struct spec spec;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		cr_assert_eq(
			read_text(&spec,
				  arena_printf(&arena, "{'ociVersion':'%s','root':{'path':'r'}}",
					       good[i])),
			0, "%s", err.message);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		cr_assert_eq(
			read_text(&spec,
				  arena_printf(&arena, "{'ociVersion':'%s','root':{'path':'r'}}",
					       bad[i])),
			-EINVAL, "'%s' was accepted", bad[i]);
	cr_assert_eq(read_text(&spec, "{'ociVersion':'2.0.0','root':{'path':'r'}}"), -EINVAL);
	cr_assert_str_eq(err.message, "ociVersion: expected version 1 of the runtime-spec, "
				      "got \"2.0.0\"");
}

Test(spec, missing_members_are_named)
{
	struct spec spec;

	cr_assert_eq(read_text(&spec, "{'root':{'path':'r'}}"), -EINVAL);
	cr_assert_str_eq(err.message, "ociVersion: missing");
	cr_assert_eq(read_text(&spec, "{'ociVersion':'1.0.0'}"), -EINVAL);
	cr_assert_str_eq(err.message, "root: missing");
	cr_assert_eq(read_text(&spec, "{'ociVersion':'1.0.0','root':{}}"), -EINVAL);
	cr_assert_str_eq(err.message, "root.path: missing");
	cr_assert_eq(read_text(&spec, "{'ociVersion':'1.0.0','root':{'path':''}}"), -EINVAL);
	cr_assert_str_eq(err.message, "root.path: must not be empty");
	cr_assert_eq(read_text(&spec, "[]"), -EINVAL);
	cr_assert_str_eq(err.message, "(document): expected an object, got an array");
}

Test(spec, unknown_members_are_ignored)
{
	struct spec spec;

	expect_accepted(&spec, "'vm': {'kernel': {}}, 'x-ours': [1, {'a': null}], "
			       "'linux': {'new': 1}");
}

Test(spec, null_is_the_same_as_absent)
{
	struct spec spec;

	expect_accepted(&spec, "'process': null, 'mounts': null, 'hooks': null, 'linux': null, "
			       "'hostname': null");
	cr_assert_null(spec.hostname);
}

Test(spec, annotations_keep_order_and_must_be_strings)
{
	struct spec spec;

	expect_accepted(&spec, "'annotations': {'b': '1', 'a': ''}");
	cr_assert_eq(spec.annotation_count, 2);
	cr_assert_str_eq(spec.annotations[0].key, "b");
	cr_assert_str_eq(spec.annotations[1].value, "");
	expect_refused("'annotations': {'b': 1}", "annotations.b: expected a string, got 1");
}

Test(spec, a_document_that_is_no_json_names_the_line)
{
	struct spec spec;

	cr_assert_eq(read_text(&spec, "{'ociVersion':\n oops}"), -EINVAL);
	cr_assert_str_eq(err.message, "JSON line 2 column 2: expected a value");
}

static int read_sample(struct spec *spec, const char *name)
{
	char path[128];
	static char text[65536];
	ssize_t len;
	int fd;

	fmt_string(path, sizeof(path), "tests/fuzz/corpus/spec/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	cr_assert_geq(fd, 0, "%s: no such sample (tests run in the top folder)", path);
	len = read(fd, text, sizeof(text));
	close(fd);
	cr_assert_gt(len, 0);
	return spec_read(&arena, text, (size_t)len, spec, &err);
}

Test(spec, reads_what_runc_spec_writes)
{
	struct spec spec;

	cr_assert_eq(read_sample(&spec, "runc-spec.json"), 0, "%s", err.message);
	cr_assert(spec.process.terminal);
	cr_assert_str_eq(spec.process.args[0], "sh");
	cr_assert_null(spec.process.args[1]);
	cr_assert_str_eq(spec.hostname, "runc");
	cr_assert_eq(spec.mount_count, 7);
	cr_assert(spec.root_readonly);
	cr_assert(spec.linux_.namespaces[SPEC_NS_MOUNT].present);
	cr_assert_not(spec.linux_.namespaces[SPEC_NS_USER].present);
	cr_assert_eq(spec.linux_.resources.device_count, 1);
	cr_assert_eq(spec.linux_.resources.devices[0].type, 'a');
	cr_assert_eq(spec.process.caps.bounding, 1ULL << 29 | 1ULL << 5 | 1ULL << 10);
	cr_assert_eq(spec.process.caps.inheritable, 0);
	cr_assert_str_eq(spec.linux_.readonly_paths[4], "/proc/sysrq-trigger");
}

Test(spec, reads_what_runc_spec_rootless_writes)
{
	struct spec spec;

	cr_assert_eq(read_sample(&spec, "runc-spec-rootless.json"), 0, "%s", err.message);
	cr_assert(spec.linux_.namespaces[SPEC_NS_USER].present);
	cr_assert_eq(spec.linux_.uid_maps.count, 1);
	cr_assert_eq(spec.linux_.uid_maps.items[0].size, 1);
}

Test(spec, reads_what_docker_writes)
{
	struct spec spec;

	cr_assert_eq(read_sample(&spec, "docker-like.json"), 0, "%s", err.message);
	cr_assert_eq(spec.hooks[SPEC_HOOK_PRESTART].count, 1);
	cr_assert_eq(spec.linux_.resources.memory.limit_bytes.value, 67108864);
	cr_assert_not_null(spec.linux_.seccomp);
}

Test(spec, reads_what_podman_writes)
{
	struct spec spec;

	cr_assert_eq(read_sample(&spec, "podman-like.json"), 0, "%s", err.message);
	cr_assert_eq(spec.process.user.umask, 022);
	cr_assert_eq(spec.process.oom_score_adj.value, 0);
	cr_assert_eq(spec.linux_.resources.pids_limit.value, 2048);
}

Test(spec, lone_resources_of_an_update_are_read)
{
	const char *text = json_text("{'memory': {'limit': 67108864, 'swap': -1}, 'cpu': "
				     "{'shares': 0, 'cpus': ''}, 'blockIO': {'weight': 0}}");
	struct spec_resources resources;

	cr_assert_eq(spec_read_resources(&arena, text, strlen(text), &resources, &err), 0, "%s",
		     err.message);
	cr_assert_eq(resources.memory.swap_bytes.value, -1);
	cr_assert(resources.present);
	text = json_text("{'memory': {'limit': '1g'}}");
	cr_assert_eq(spec_read_resources(&arena, text, strlen(text), &resources, &err), -EINVAL);
	cr_assert_str_eq(err.message, "memory.limit: expected an integer, got \"1g\"");
}

Test(spec, lone_process_of_an_exec_is_read)
{
	const char *text = json_text("{'args': ['ls'], 'cwd': '/', 'user': {'uid': 7}}");
	struct spec_process process;

	cr_assert_eq(spec_read_process(&arena, text, strlen(text), &process, &err), 0, "%s",
		     err.message);
	cr_assert_eq(process.user.uid, 7);
	cr_assert_not(process.caps.present);
	text = json_text("{'args': ['ls']}");
	cr_assert_eq(spec_read_process(&arena, text, strlen(text), &process, &err), -EINVAL);
	cr_assert_str_eq(err.message, "cwd: missing");
}

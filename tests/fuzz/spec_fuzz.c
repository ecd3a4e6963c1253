/*
 * spec_fuzz.c - libFuzzer: any bytes as a config, a process, a resources object, a profile.
 *
 * Whatever comes in, the reader returns 0, or an error with a message in one line, without blank
 * edges; and what it accepted keeps the promises of spec.h.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/spec/seccomp_profile.h"
#include "runtime/spec/spec.h"
#include "user/base/log.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_error(int r, const struct err *err)
{
	require(r == 0 || r == -EINVAL);
	require(r == 0 || (err->message[0] && strlen(err->message) < sizeof(err->message)));
	require(!strchr(err->message, '\n'));
}

static void check_process(const struct spec_process *process)
{
	require(process->args && process->args[0]);
	require(process->cwd[0] == '/');
	require(process->user.uid != UINT32_MAX && process->user.gid != UINT32_MAX);
	for (size_t i = 0; i < process->rlimit_count; i++)
		require(process->rlimits[i].soft <= process->rlimits[i].hard);
	for (const char *const *env = process->env; env && *env; env++)
		require(strchr(*env, '=') > *env);
}

static void check_spec(const struct spec *spec)
{
	require(spec->version[0] == '1' && spec->root_path[0]);
	for (size_t i = 0; i < spec->mount_count; i++)
		require(spec->mounts[i].destination[0] == '/');
	for (size_t i = 0; i < spec->linux_.sysctl_count; i++) {
		const char *key = spec->linux_.sysctls[i].key;

		require(key[0] != '.' && !strstr(key, "..") && strchr(key, '.'));
	}
	for (enum spec_ns ns = 0; ns < SPEC_NS_COUNT; ns++)
		require(!spec->linux_.namespaces[ns].path ||
			spec->linux_.namespaces[ns].path[0] == '/');
	if (spec->has_process)
		check_process(&spec->process);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	log_set_level(LOG_ERROR);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena arena = { 0 };
	const char *text = (const char *)data;
	struct spec_resources resources;
	struct seccomp_profile profile;
	struct spec_process process;
	struct err err = { 0 };
	struct json *root;
	struct spec spec;
	int r = spec_read(&arena, text, size, &spec, &err);

	check_error(r, &err);
	if (r == 0)
		check_spec(&spec);
	err_reset(&err);
	r = spec_read_process(&arena, text, size, &process, &err);
	check_error(r, &err);
	if (r == 0)
		check_process(&process);
	err_reset(&err);
	check_error(spec_read_resources(&arena, text, size, &resources, &err), &err);
	if (json_parse(&arena, text, size, &root, NULL) < 0)
		return 0;
	err_reset(&err);
	check_error(seccomp_profile_read(&arena, root, &profile, &err), &err);
	return 0;
}

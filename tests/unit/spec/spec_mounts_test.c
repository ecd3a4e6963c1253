/*
 * spec_mounts_test.c - mounts and hooks.
 */
#include "config.h"

Test(mounts, a_relative_destination_is_taken_from_the_root)
{
	struct spec spec;

	expect_accepted(&spec, "'mounts': [{'destination': 'data', 'type': 'tmpfs'}]");
	cr_assert_str_eq(spec.mounts[0].destination, "/data");
	expect_refused("'mounts': [{'type': 'tmpfs'}]", "mounts[0].destination: missing");
	expect_refused("'mounts': [{'destination': '', 'type': 'tmpfs'}]",
		       "mounts[0].destination: must not be empty");
}

Test(mounts, without_a_type_an_option_must_say_bind)
{
	struct spec spec;

	expect_accepted(&spec, "'mounts': [{'destination': '/d', 'source': '/s', 'type': '', "
			       "'options': ['ro', 'rbind']}]");
	cr_assert_null(spec.mounts[0].type);
	expect_refused("'mounts': [{'destination': '/d', 'source': '/s', 'options': ['ro']}]",
		       "mounts[0]: type is missing and no option says bind or rbind");
	expect_refused("'mounts': [{'destination': '/d', 'options': ['bind']}]",
		       "mounts[0]: a bind mount needs a source");
	expect_refused("'mounts': [{'destination': '/d', 'type': 'tmpfs', 'options': 'ro'}]",
		       "mounts[0].options: expected an array, got \"ro\"");
}

Test(mounts, id_maps_come_in_pairs)
{
	expect_refused("'mounts': [{'destination': '/d', 'type': 'tmpfs', 'uidMappings': "
		       "[{'containerID': 0, 'hostID': 1, 'size': 1}]}]",
		       "mounts[0]: uidMappings and gidMappings need each other");
}

Test(hooks, all_six_kinds_are_read)
{
	struct spec spec;

	expect_accepted(&spec, "'hooks': {'prestart': [{'path': '/a'}], 'createRuntime': "
			       "[{'path': '/b', 'args': ['b', '1'], 'env': ['X=1'], 'timeout': 5}],"
			       "'createContainer': [{'path': '/c'}], 'startContainer': "
			       "[{'path': '/d'}], 'poststart': [{'path': '/e'}, {'path': '/f'}], "
			       "'poststop': [{'path': '/g'}]}");
	cr_assert_str_eq(spec.hooks[SPEC_HOOK_CREATE_RUNTIME].items[0].args[1], "1");
	cr_assert_eq(spec.hooks[SPEC_HOOK_CREATE_RUNTIME].items[0].timeout_s.value, 5);
	cr_assert_eq(spec.hooks[SPEC_HOOK_POSTSTART].count, 2);
	cr_assert_str_eq(spec.hooks[SPEC_HOOK_POSTSTOP].items[0].path, "/g");
}

Test(hooks, paths_are_absolute_and_timeouts_positive)
{
	expect_refused("'hooks': {'poststop': [{'path': 'a'}]}",
		       "hooks.poststop[0].path: expected an absolute path, got \"a\"");
	expect_refused("'hooks': {'poststop': [{'path': '/a', 'timeout': 0}]}",
		       "hooks.poststop[0].timeout: expected an integer from 1 to 2147483647, "
		       "got 0");
}
